//! Three people.

use crate::plane::{ALICE, BOB, CAROL, GROUP, Plane};
use media::Source;

#[tokio::test]
async fn each_of_three_hears_the_other_two_and_never_itself() {
    let mut plane = Plane::starts();
    let alice = plane.joins_talking(ALICE, 440).await;
    let bob = plane.joins_talking(BOB, 700).await;
    let carol = plane.joins_talking(CAROL, 1000).await;
    // Who hears whom is told in full; that a listener never hears itself is kept here as well.
    for leg in [ALICE, BOB, CAROL] {
        plane.media.set_source(leg, Source::Mix(vec![ALICE, BOB, CAROL]), GROUP);
    }
    // The first half second builds up what the playout needs.
    tokio::join!(alice.listens(25), bob.listens(25), carol.listens(25));

    let heard = tokio::join!(alice.listens(50), bob.listens(50), carol.listens(50));
    for (at, own) in [(&heard.0, 440), (&heard.1, 700), (&heard.2, 1000)] {
        for hertz in [440, 700, 1000] {
            assert_eq!(at.hears(hertz), hertz != own, "{hertz} Hz at {own} Hz");
        }
    }
    let counters = plane.media.counters();
    assert!(counters.encoded_frames >= 200 && counters.forwarded == 0, "{counters:?}");
    // Each talker is decoded once for both of its listeners.
    assert!(counters.decoded_frames <= counters.mixed_frames + 3, "{counters:?}");
}

#[tokio::test]
async fn a_mix_in_which_nobody_talks_is_neither_encoded_nor_sent() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let _bob = plane.joins(BOB).await;
    let _carol = plane.joins(CAROL).await;
    plane.media.set_source(ALICE, Source::Mix(vec![BOB, CAROL]), GROUP);
    assert!(alice.listens(25).await.is_silent());
    let counters = plane.media.counters();
    assert!(counters.silent_frames >= 20, "{counters:?}");
    assert_eq!((counters.encoded_frames, alice.status().reception.packets), (0, 0));
}
