//! Talker and listener on different workers.

use crate::plane::{ALICE, BOB, CAROL, GROUP, Plane};
use media::{Limits, Source};

#[tokio::test]
async fn a_talker_on_another_worker_is_heard() {
    let mut plane = Plane::with(2, Limits::default());
    let alice = plane.joins(ALICE).await;
    let bob = plane.joins_talking(BOB, 700).await;
    assert_eq!(plane.media.local_addrs().len(), 2);
    plane.media.set_source(ALICE, Source::Forward(BOB), GROUP);
    assert!(alice.listens(50).await.hears(700));
    let counters = plane.media.counters();
    assert!(counters.crossed >= 50, "{counters:?}");
    assert_eq!((counters.ring_full, counters.decoded_frames), (0, 0));

    // And is not carried over when nobody over there listens.
    plane.media.set_source(ALICE, Source::Silence, GROUP);
    bob.listens(5).await;
    let crossed = plane.media.counters().crossed;
    bob.listens(20).await;
    assert_eq!(plane.media.counters().crossed, crossed);
}

#[tokio::test]
async fn a_mix_takes_its_talkers_from_every_worker() {
    let mut plane = Plane::with(2, Limits::default());
    let alice = plane.joins(ALICE).await;
    // Told before the talkers exist: they are heard as soon as they do.
    plane.media.set_source(ALICE, Source::Mix(vec![BOB, CAROL]), GROUP);
    let _bob = plane.joins_talking(BOB, 700).await;
    let _carol = plane.joins_talking(CAROL, 1000).await;
    alice.listens(25).await;
    let heard = alice.listens(50).await;
    assert!(heard.hears(700) && heard.hears(1000));
    assert!(plane.media.counters().crossed > 0);
}
