//! Datagrams that are nobody's, at the port where calls are. The answer to all of them is silence,
//! and a call in progress does not lose a packet.

use crate::attacker::{self, Attacker, Credentials, binding_request};
use crate::bystanders::Bystanders;
use crate::house::House;

use loadtest::attack::craft::dtls::client_hello;
use loadtest::peer::LegSettings;
use loadtest::person::Customer;
use loadtest::sound::Sound;
use media::Counters;
use serde_json::json;

/// Enough to be a flood for two cores that also encrypt, and little enough for loopback buffers.
const FLOOD: usize = 5_000;

#[tokio::test(flavor = "multi_thread")]
async fn noise_of_every_kind_is_dropped_in_silence() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    let mut dice = attacker::thrown("noise");
    let attacker = Attacker::at(house.media()).await;
    let before = house.counters();
    call.lose_nothing_during(async {
        for _ in 0..FLOOD {
            let length = dice.below(1300) as usize;
            let mut datagram = dice.bytes(length);
            // RFC 7983: the first byte tells STUN, DTLS, RTP and what is none of them apart.
            if let Some(first) = datagram.first_mut() {
                *first = [0, 1, 20, 22, 23, 63, 64, 128, 144, 191, 255][dice.below(11) as usize];
            }
            attacker.sends(&datagram).await;
        }
        attacker.is_ignored().await;
    })
    .await;
    let after = house.counters();
    let dropped = |counters: &Counters| counters.dropped.named().map(|(_, n)| n).sum::<u64>();
    let (before, after) = (dropped(&before), dropped(&after));
    // The flood is more than loopback's buffers may hold: what reached the server was dropped.
    assert!(after - before >= FLOOD as u64 / 2, "{} dropped", after - before);
    assert_eq!(house.counters().leg_faults, 0);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stun_with_a_wrong_user_fragment_gets_no_answer() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    let attacker = Attacker::at(house.media()).await;
    call.lose_nothing_during(async {
        for _ in 0..200 {
            let password = "0123456789abcdef01234567";
            attacker.sends(&binding_request("nobodys-ufrag", "mine", password)).await;
        }
        attacker.is_ignored().await;
    })
    .await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stun_with_a_wrong_integrity_gets_no_answer_and_a_right_one_does() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    // A leg that is offered and answered, but whose page has not spoken yet.
    let mut alice = Customer::arrives(&house.place, "alice", Sound::tone(440)).await.unwrap();
    let leg = house.place.engine.leg(&LegSettings::default()).unwrap();
    let answer = alice.requests(json!({"name": "connect_leg", "sdp": leg.offer()})).await.unwrap();
    let server = Credentials::of(answer["sdp"].as_str().unwrap());
    let mine = Credentials::of(leg.offer());
    let attacker = Attacker::at(house.media()).await;
    call.lose_nothing_during(async {
        for _ in 0..200 {
            let wrong = "0123456789abcdef01234567";
            attacker.sends(&binding_request(&server.fragment, &mine.fragment, wrong)).await;
        }
        attacker.is_ignored().await;
        let mut unsigned = binding_request(&server.fragment, &mine.fragment, &server.password);
        // The last eight bytes are the fingerprint, before them the last of the integrity.
        let flipped = unsigned.len() - 9;
        unsigned[flipped] ^= 1;
        attacker.sends(&unsigned).await;
        attacker.is_ignored().await;
    })
    .await;
    // The counter-proof: silence was the integrity's doing, not the builder's.
    attacker.sends(&binding_request(&server.fragment, &mine.fragment, &server.password)).await;
    let reply = attacker.is_answered().await;
    assert_eq!(reply[..2], [0x01, 0x01], "a binding success response");
    alice.vanishes();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dtls_from_an_address_that_is_not_validated_gets_no_answer() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    let mut dice = attacker::thrown("client hello");
    let attacker = Attacker::at(house.media()).await;
    call.lose_nothing_during(async {
        for _ in 0..200 {
            attacker.sends(&client_hello(&mut dice)).await;
        }
        // Not a ServerHello, not even an alert: nothing can be reflected at a forged address.
        attacker.is_ignored().await;
    })
    .await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_media_from_a_validated_address_hurts_nobody() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    let alice = Customer::arrives(&house.place, "alice", Sound::tone(440)).await.unwrap();
    let mut dice = attacker::thrown("forged media");
    let leg = alice.leg().unwrap();
    call.lose_nothing_during(async {
        for _ in 0..1_000 {
            let mut packet = dice.bytes(92);
            packet[0] = 0x80;
            packet[1] = 111;
            leg.injects(house.media(), packet).unwrap();
            let mut record = dice.bytes(60);
            record[..5].copy_from_slice(&[23, 0xfe, 0xfd, 0, 1]);
            leg.injects(house.media(), record).unwrap();
        }
    })
    .await;
    // The forger's own leg is still good as well.
    alice.calls("support").await.unwrap();
    assert_eq!(house.counters().leg_faults, 0);
    house.closes().await;
}
