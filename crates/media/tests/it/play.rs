//! Hold music, and what is said amid it.

use crate::plane::{ALICE, BOB, CAROL, GROUP, MUSIC, Plane, WORDS};
use loadtest::peer::Leg;
use media::{ClipId, Source};

/// Where the plane has its music and its words.
const PLAYS: Source = Source::Play(ClipId(0));
const SAYS: ClipId = ClipId(1);

/// Listens, 100 ms at a time, until these tones are heard alone.
async fn comes_to_hear(leg: &Leg, heard: u32, unheard: u32) {
    for _ in 0..50 {
        let window = leg.listens(5).await;
        if window.hears(heard) && !window.hears(unheard) {
            return;
        }
    }
    panic!("{heard} Hz should be heard, and {unheard} Hz not");
}

#[tokio::test]
async fn a_held_leg_is_played_to_and_nothing_is_encoded() {
    let mut plane = Plane::starts();
    let alice = plane.joins_talking(ALICE, 440).await;
    let carol = plane.joins(CAROL).await;
    plane.media.set_source(ALICE, PLAYS, GROUP);
    plane.media.set_source(CAROL, PLAYS, GROUP + 1);

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

#[tokio::test]
async fn words_are_heard_in_place_of_the_music_and_then_the_music_without_a_hole() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    plane.media.set_source(ALICE, PLAYS, GROUP);
    comes_to_hear(&alice, MUSIC, WORDS).await;
    let before = alice.status().reception;
    plane.media.say(ALICE, vec![SAYS]);
    comes_to_hear(&alice, WORDS, MUSIC).await;
    comes_to_hear(&alice, MUSIC, WORDS).await;

    let (after, counters) = (alice.status().reception, plane.media.counters());
    assert_eq!((after.lost, after.identity_changes), (before.lost, before.identity_changes));
    // A step only where a machine under load made the worker leave a beat out.
    let steps = after.timestamp_steps - before.timestamp_steps;
    assert!(steps <= counters.skipped_beats, "{steps} steps, {counters:?}");
    assert_eq!((counters.announced, counters.encoded_frames, counters.decoded_frames), (1, 0, 0));
}

#[tokio::test]
async fn who_hears_somebody_by_now_is_not_spoken_to() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let _bob = plane.joins_talking(BOB, 1_250).await;
    plane.media.set_source(ALICE, PLAYS, GROUP);
    comes_to_hear(&alice, MUSIC, 1_250).await;
    // What was to be said goes with the music.
    plane.media.say(ALICE, vec![SAYS, SAYS]);
    plane.media.set_source(ALICE, Source::Forward(BOB), GROUP);
    comes_to_hear(&alice, 1_250, MUSIC).await;
    plane.media.say(ALICE, vec![SAYS]);
    let window = alice.listens(50).await;
    assert!(window.hears(1_250) && !window.hears(WORDS) && !window.hears(MUSIC));
    // And with the talker it does not come back.
    plane.media.set_source(ALICE, PLAYS, GROUP);
    comes_to_hear(&alice, MUSIC, 1_250).await;
    assert!(!alice.listens(60).await.hears(WORDS));
}
