//! Offers that must not become legs.

use loadtest::peer::LegSettings;
use loadtest::person::{Agent, Person};
use loadtest::sound::Sound;
use serde_json::json;

use crate::PATIENCE;
use crate::bystanders::Bystanders;
use crate::cast::Cast;
use crate::ears;
use crate::house::House;

/// Offers an SDP and returns the code it is refused with.
async fn refusal(person: &Person, sdp: &str) -> String {
    let refused = person.requests(json!({"name": "connect_leg", "sdp": sdp})).await;
    let error = refused.expect_err("such an offer is refused");
    error.code().unwrap_or_else(|| panic!("no typed refusal: {error:?}")).to_owned()
}

/// The lines of an SDP that do not start like this.
fn without(sdp: &str, prefix: &str) -> String {
    sdp.lines().filter(|line| !line.starts_with(prefix)).fold(String::new(), |mut all, line| {
        all.push_str(line);
        all.push_str("\r\n");
        all
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_that_cannot_be_a_leg_are_refused_with_their_reason() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    let cast = Cast::connected(&house.place).await;
    let good = house.place.engine.leg(&LegSettings::default()).unwrap();
    call.lose_nothing_during(async {
        for garbage in ["", "garbage", "v=0", "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\n", "\u{0}\u{1}"] {
            assert_eq!(refusal(&cast.bob, garbage).await, "sdp_invalid", "{garbage:?}");
        }
        // A valid offer with its audio section cut out, the data channel left.
        let audio = good.offer().find("m=audio").unwrap();
        let rest = good.offer()[audio..].find("m=application").unwrap() + audio;
        let data_only =
            good.offer()[..audio].replace("BUNDLE 0 1", "BUNDLE 1") + &good.offer()[rest..];
        assert_eq!(refusal(&cast.bob, &data_only).await, "sdp_no_audio");

        let bare = without(good.offer(), "a=fingerprint:");
        assert_eq!(refusal(&cast.bob, &bare).await, "sdp_no_fingerprint");
    })
    .await;
    // A refused offer does not touch the leg there is.
    ears::hears(&cast.bob, &[ears::ALICE]).await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leg_with_a_wrong_fingerprint_never_comes_up_and_hears_nothing() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    let cast = Cast::connected(&house.place).await;
    let mallory = Agent::arrives(&house.place, "mallory", &["support"], Sound::tone(ears::DAVE));
    let mut mallory = mallory.await.unwrap();
    mallory.disconnects_leg().await.unwrap();

    let leg = house.place.engine.leg(&LegSettings::default()).unwrap();
    let line = leg.offer().lines().find(|line| line.starts_with("a=fingerprint:")).unwrap();
    let (name, digits) = line.trim().rsplit_once(' ').unwrap();
    let other: String = digits
        .chars()
        .map(|digit| {
            if digit == 'A' {
                'B'
            } else if digit == ':' {
                ':'
            } else {
                'A'
            }
        })
        .collect();
    let forged = leg.offer().replace(line.trim(), &format!("{name} {other}"));
    let before = house.counters();
    call.lose_nothing_during(async {
        let answer = mallory.requests(json!({"name": "connect_leg", "sdp": forged})).await.unwrap();
        leg.takes(answer["sdp"].as_str().unwrap()).await.unwrap();
        leg.speaks(Sound::tone(ears::DAVE)).unwrap();
        // The leg gets as far as its certificate and is given up there. Its own stack may believe
        // itself connected by then; what counts is that it neither hears nor is heard.
        let given_up = async {
            while house.counters().legs_lost == before.legs_lost {
                leg.listens(5).await;
            }
        };
        tokio::time::timeout(PATIENCE, given_up).await.expect("the leg is given up");
    })
    .await;
    assert_eq!(house.counters().legs_up, before.legs_up);
    let down = mallory.signal().unwrap().until("a leg that is down", PATIENCE, |known| {
        known.desk.as_ref().filter(|desk| desk.you.leg == "down").map(drop)
    });
    down.await.unwrap();
    assert_eq!(leg.status().reception.packets, 0);
    ears::hears(&cast.alice, &[ears::BOB]).await;
    house.closes().await;
}
