//! Hold music.

use crate::plane::{ALICE, BOB, CAROL, GROUP, MUSIC, Plane};
use media::{ClipId, Source};

#[tokio::test]
async fn a_held_leg_is_played_to_and_nothing_is_encoded() {
    let mut plane = Plane::starts();
    let alice = plane.joins_talking(ALICE, 440).await;
    let carol = plane.joins(CAROL).await;
    plane.media.set_source(ALICE, Source::Play(ClipId(0)), GROUP);
    plane.media.set_source(CAROL, Source::Play(ClipId(0)), GROUP + 1);

    let (at_alice, at_carol) = tokio::join!(alice.listens(75), carol.listens(75));
    assert!(at_alice.hears(MUSIC) && !at_alice.hears(440));
    assert!(at_carol.hears(MUSIC));
    let counters = plane.media.counters();
    assert!(counters.played >= 150, "{counters:?}");
    assert_eq!((counters.decoded_frames, counters.encoded_frames), (0, 0));
    assert_eq!(counters.legs_played, 2);
    // Beats kept time: a step only where a machine under load made the worker leave one out.
    let steps = alice.status().reception.timestamp_steps;
    assert!(steps <= counters.skipped_beats, "{steps} steps, {counters:?}");
}

#[tokio::test]
async fn a_clip_that_does_not_exist_is_silence() {
    let mut plane = Plane::starts();
    let bob = plane.joins(BOB).await;
    plane.media.set_source(BOB, Source::Play(ClipId(9)), GROUP);
    assert!(bob.listens(10).await.is_silent());
    assert_eq!(plane.media.counters().legs, 1);
}
