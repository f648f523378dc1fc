//! Two people who hear only each other are forwarded, a held one is played to: shown by the
//! server's own counters.

use crate::cast::Cast;
use crate::ears::{self, hears, hears_music};
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_two_party_call_is_forwarded_and_nothing_is_decoded_or_encoded() {
    let house = House::opens().await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));

    let before = house.counters();
    tokio::join!(alice.leg().unwrap().listens(50), bob.leg().unwrap().listens(50));
    let after = house.counters();
    assert!(after.forwarded - before.forwarded >= 50, "{before:?} {after:?}");
    assert_eq!(after.played, before.played);
    // Not once since the server started: ringing, music and all.
    assert_eq!((after.decoded_frames, after.encoded_frames, after.mixed_frames), (0, 0, 0));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn held_people_are_played_to_and_nothing_is_encoded_for_them() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::consult(&house.place).await;
    tokio::join!(hears_music(&alice), hears(&bob, &[ears::CAROL]));

    let before = house.counters();
    tokio::join!(alice.leg().unwrap().listens(50), carol.leg().unwrap().listens(50));
    let after = house.counters();
    assert!(after.played - before.played >= 25, "{before:?} {after:?}");
    assert!(after.forwarded - before.forwarded >= 50, "the agents talk: {before:?} {after:?}");
    assert_eq!((after.decoded_frames, after.encoded_frames, after.mixed_frames), (0, 0, 0));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_three_way_call_costs_codecs() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::three_way(&house.place).await;
    hears(&alice, &[ears::BOB, ears::CAROL]).await;

    let before = house.counters();
    tokio::join!(alice.leg().unwrap().listens(50), bob.leg().unwrap().listens(50));
    let after = house.counters();
    assert!(after.mixed_frames - before.mixed_frames >= 50, "{before:?} {after:?}");
    assert!(after.encoded_frames > before.encoded_frames);
    assert!(after.decoded_frames > before.decoded_frames);

    // And it stops costing with the third person.
    carol.leaves().await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    let before = house.counters();
    alice.leg().unwrap().listens(50).await;
    let after = house.counters();
    assert_eq!(after.encoded_frames, before.encoded_frames);
    assert_eq!(after.decoded_frames, before.decoded_frames);
    house.closes().await;
}
