//! Two people who hear only each other.

use crate::plane::{ALICE, BOB, GROUP, Plane};
use loadtest::sound::Sound;
use media::Source;

#[tokio::test]
async fn two_people_hear_each_other_and_nothing_is_decoded() {
    let mut plane = Plane::starts();
    let alice = plane.joins_talking(ALICE, 440).await;
    let bob = plane.joins_talking(BOB, 700).await;
    plane.media.set_source(ALICE, Source::Forward(BOB), GROUP);
    plane.media.set_source(BOB, Source::Forward(ALICE), GROUP);

    let (at_alice, at_bob) = tokio::join!(alice.listens(50), bob.listens(50));
    assert!(at_alice.hears(700) && !at_alice.hears(440));
    assert!(at_bob.hears(440) && !at_bob.hears(700));
    // Byte for byte what was sent.
    let sent = Sound::tone(700).payloads();
    assert_eq!(at_alice.verbatim(&sent), at_alice.frames().len());

    let counters = plane.media.counters();
    assert!(counters.forwarded >= 100, "{counters:?}");
    assert_eq!((counters.decoded_frames, counters.encoded_frames), (0, 0));
    assert_eq!((counters.legs, counters.legs_forwarded), (2, 2));
}

#[tokio::test]
async fn nobody_is_sent_anything_that_was_not_asked_for() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let _bob = plane.joins_talking(BOB, 700).await;
    assert!(alice.listens(20).await.is_silent());

    // Nor themselves, even when told to.
    alice.speaks(Sound::tone(440)).unwrap();
    plane.media.set_source(ALICE, Source::Forward(ALICE), GROUP);
    assert!(alice.listens(20).await.is_silent());
    assert_eq!(alice.status().reception.packets, 0);
}
