//! Legs of pages that are not like the others.

use loadtest::peer::LegSettings;
use loadtest::person::{Agent, Customer};
use loadtest::sound::Sound;
use serde_json::json;

use crate::cast::Cast;
use crate::ears::{self, hears};
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_hides_its_addresses_is_found_by_its_own_checks() {
    let house = House::opens().await;
    let cast = Cast::arrives(&house.place).await;
    // As a browser with mDNS names: nothing in the offer says where it is.
    let leg = house.place.engine.leg(&LegSettings::default()).unwrap();
    let lines = leg.offer().lines();
    let hidden: Vec<&str> = lines.filter(|line| !line.starts_with("a=candidate:")).collect();
    let hidden = hidden.join("\r\n") + "\r\n";
    let answer = cast.alice.requests(json!({"name": "connect_leg", "sdp": hidden})).await.unwrap();
    leg.takes(answer["sdp"].as_str().unwrap()).await.unwrap();
    leg.connects(house.place.patience).await.unwrap();
    leg.speaks(Sound::tone(ears::DAVE)).unwrap();

    cast.alice.calls("support").await.unwrap();
    cast.bob.accepts().await.unwrap();
    hears(&cast.bob, &[ears::DAVE]).await;
    assert!(leg.listens(30).await.hears(ears::BOB));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_needs_no_data_channel() {
    let house = House::opens().await;
    let mut place = house.place.clone();
    place.legs.data_channel = false;
    let (alice, bob) = tokio::join!(
        Customer::arrives(&place, "alice", Sound::tone(ears::ALICE)),
        Agent::arrives(&place, "bob", &["support"], Sound::tone(ears::BOB)),
    );
    let (alice, bob) = (alice.unwrap(), bob.unwrap());
    assert!(!alice.leg().unwrap().offer().contains("m=application"));
    alice.calls("support").await.unwrap();
    bob.accepts().await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_leg_takes_over_without_a_gap() {
    let house = House::opens().await;
    let Cast { alice, mut bob, carol: _carol } = Cast::connected(&house.place).await;
    hears(&alice, &[ears::BOB]).await;
    // Another network: the page makes a fresh leg while the old one still carries sound.
    let before = alice.leg().unwrap().status().reception;
    bob.connects_leg().await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    let after = alice.leg().unwrap().status().reception;
    assert_eq!(after.lost, before.lost, "{after:?}");
    assert_eq!(after.identity_changes, 0);
    assert!(alice.view().unwrap().has_joined("agent:bob"), "nobody was lost on the way");
    let known = alice.signal().unwrap().known();
    assert!(known.notices.iter().all(|notice| notice.kind != "participant_lost"));
    house.closes().await;
}
