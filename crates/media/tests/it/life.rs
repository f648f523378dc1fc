//! How legs come and go.

use std::time::{Duration, Instant};

use crate::plane::{ALICE, BOB, GROUP, Plane};
use loadtest::sound::Sound;
use media::{Limits, LossReason, MediaReport, OpenError, Source};

fn lost(leg: media::LegId, reason: LossReason) -> MediaReport {
    MediaReport::Lost(leg, reason)
}

#[tokio::test]
async fn a_probe_finds_out_whether_a_leg_is_there() {
    let limits = Limits { probe: Duration::from_millis(300), ..Limits::default() };
    let mut plane = Plane::with(1, limits);
    let alice = plane.joins_talking(ALICE, 440).await;
    plane.media.probe(ALICE);
    assert!(plane.is_quiet(Duration::from_millis(1500)).await);

    alice.cut(true).unwrap();
    // What was on its way when the network went may still arrive.
    alice.listens(5).await;
    let asked = Instant::now();
    plane.media.probe(ALICE);
    assert_eq!(plane.reports().await, lost(ALICE, LossReason::ProbeUnanswered));
    let took = asked.elapsed();
    assert!(took >= Duration::from_millis(300) && took < Duration::from_millis(600), "{took:?}");
    assert_eq!(plane.media.counters().legs, 0);
}

#[tokio::test]
async fn what_still_arrives_after_a_page_died_does_not_count_as_life() {
    let limits = Limits { probe: Duration::from_millis(300), ..Limits::default() };
    let mut plane = Plane::with(1, limits);
    let alice = plane.joins_talking(ALICE, 440).await;
    let asked = Instant::now();
    plane.media.probe(ALICE);
    // Some packets more, heard by the server after it asked.
    let before = plane.media.counters().packets_in;
    while plane.media.counters().packets_in < before + 3 {
        assert!(asked.elapsed() < Duration::from_secs(1), "the leg is talking");
        tokio::task::yield_now().await;
    }
    alice.cut(true).unwrap();
    assert_eq!(plane.reports().await, lost(ALICE, LossReason::ProbeUnanswered));
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_leg_that_falls_silent_is_lost_sooner_when_it_was_talking() {
    let limits = Limits {
        silence: Duration::from_millis(400),
        idle_silence: Duration::from_millis(1500),
        ..Limits::default()
    };
    let mut plane = Plane::with(1, limits);
    let alice = plane.joins_talking(ALICE, 440).await;
    let bob = plane.joins(BOB).await;
    alice.listens(10).await;
    let cut = Instant::now();
    alice.cut(true).unwrap();
    bob.cut(true).unwrap();
    assert_eq!(plane.reports().await, lost(ALICE, LossReason::Silent));
    assert!(cut.elapsed() < Duration::from_millis(900), "{:?}", cut.elapsed());
    assert_eq!(plane.reports().await, lost(BOB, LossReason::Silent));
    assert!(cut.elapsed() > Duration::from_secs(1), "{:?}", cut.elapsed());
}

#[tokio::test]
async fn a_leg_that_says_goodbye_is_lost_at_once() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    alice.closes().await.unwrap();
    assert_eq!(plane.reports().await, lost(ALICE, LossReason::ClosedByPeer));
}

#[tokio::test]
async fn a_leg_that_never_connects_ends_at_its_deadline() {
    let limits = Limits { join: Duration::from_millis(200), ..Limits::default() };
    let mut plane = Plane::with(1, limits);
    let peer = plane.peer();
    plane.media.open(ALICE, peer.offer().to_owned()).await.unwrap();
    assert_eq!(plane.reports().await, lost(ALICE, LossReason::NeverJoined));
    assert_eq!(plane.media.counters().legs, 0);
}

#[tokio::test]
async fn a_leg_closed_by_the_server_is_gone_and_not_reported() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let bob = plane.joins_talking(BOB, 700).await;
    plane.media.set_source(ALICE, Source::Forward(BOB), GROUP);
    assert!(alice.listens(10).await.hears(700));
    plane.media.close(BOB);
    assert!(plane.is_quiet(Duration::from_millis(100)).await);
    assert!(alice.listens(10).await.is_silent());
    // Bob, who talks on, is a stranger from here on.
    let before = plane.media.counters().dropped.unknown_address;
    bob.listens(5).await;
    assert!(plane.media.counters().dropped.unknown_address > before);
    // Nothing that is told about a leg that is gone has an effect.
    plane.media.set_source(BOB, Source::Forward(ALICE), GROUP);
    plane.media.probe(BOB);
    assert!(plane.is_quiet(Duration::from_millis(400)).await);
    assert_eq!(plane.media.counters().legs, 1);
}

#[tokio::test]
async fn there_are_as_many_legs_as_allowed_and_each_once() {
    let plane = Plane::with(1, Limits { legs: 2, ..Limits::default() });
    let offer = plane.peer().offer().to_owned();
    plane.media.open(ALICE, offer.clone()).await.unwrap();
    let twice = plane.media.open(ALICE, offer.clone()).await;
    assert_eq!(twice, Err(OpenError::Unavailable));
    plane.media.open(BOB, offer.clone()).await.unwrap();
    let third = plane.media.open(media::LegId(3), offer.clone()).await;
    assert_eq!(third, Err(OpenError::TooManyLegs));
    // The counters are shown after the answer: both have to be seen before one can go.
    plane.comes_to("two legs", |counters| counters.legs == 2).await;
    plane.media.close(ALICE);
    plane.comes_to("one leg", |counters| counters.legs == 1).await;
    // An offer that is refused takes no place.
    let refused = plane.media.open(media::LegId(4), "v=0".to_owned()).await;
    assert!(matches!(refused, Err(OpenError::InvalidSdp(_))));
    plane.media.open(media::LegId(5), offer).await.unwrap();
}

#[tokio::test]
async fn shutting_down_ends_everything_at_once() {
    let mut plane = Plane::starts();
    let alice = plane.joins_talking(ALICE, 440).await;
    let started = Instant::now();
    plane.media.shutdown();
    assert!(started.elapsed() < Duration::from_millis(500));
    assert_eq!(plane.media.counters().legs, 0);
    let offer = alice.offer().to_owned();
    assert_eq!(plane.media.open(BOB, offer).await, Err(OpenError::Unavailable));
}

#[tokio::test]
async fn an_idle_leg_stays() {
    let limits = Limits { silence: Duration::from_millis(300), ..Limits::default() };
    let mut plane = Plane::with(1, limits);
    let alice = plane.joins(ALICE).await;
    // An agent between two calls: no sound, a check now and then.
    assert!(plane.is_quiet(Duration::from_millis(1500)).await);
    alice.speaks(Sound::tone(440)).unwrap();
    let before = plane.media.counters().packets_in;
    plane.is_quiet(Duration::from_millis(300)).await;
    assert!(plane.media.counters().packets_in > before);
}
