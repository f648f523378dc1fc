//! Sessions and legs that do not behave as they should, without any ill will.

use std::time::{Duration, Instant};

use loadtest::person::{Agent, Customer, Person, PersonError};
use loadtest::signal::{SignalError, SocketState};
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::json;

use crate::PATIENCE;
use crate::cast::Cast;
use crate::ears::{self, hears};
use crate::house::House;
use crate::raw::Raw;

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_session_of_the_same_person_takes_over() {
    let house = House::opens().await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;
    // The same agent at a second desk.
    let sound = Sound::tone(ears::DAVE);
    let second = Agent::arrives(&house.place, "bob", &["support"], sound).await.unwrap();
    let old = bob.signal().unwrap();
    let state = old.until("the end of the first session", PATIENCE, |known| {
        (known.socket != SocketState::Open).then_some(known.socket)
    });
    assert_eq!(state.await.unwrap(), SocketState::Closed(4409));
    assert_eq!(old.known().errors.last().unwrap().code, "superseded");

    // The call is at the second desk now, with its sound.
    second.sees("the call", |view| view.phase == "connected").await.unwrap();
    tokio::join!(hears(&alice, &[ears::DAVE]), hears(&second, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_whose_leg_is_down_gets_three_seconds_and_makes_it() {
    let house = House::opens().await;
    let Cast { alice, bob, mut carol } = Cast::ringing(&house.place).await;
    carol.disconnects_leg().await.unwrap();
    let conversation = carol.is_rung().await.unwrap().id;
    carol.requests(json!({"name": "accept", "conversation": conversation})).await.unwrap();
    // Not joined, and the customer not on hold, before there is sound.
    let view = bob.sees("the joining", |view| {
        view.offer.as_ref().is_some_and(|offer| offer.state == "joining")
    });
    assert!(!view.await.unwrap().is_held("customer:alice"));
    hears(&alice, &[ears::BOB]).await;
    carol.connects_leg().await.unwrap();
    bob.sees_phase("consult").await.unwrap();
    tokio::join!(hears(&bob, &[ears::CAROL]), hears(&carol, &[ears::BOB]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_whose_leg_never_comes_up_is_given_up_after_three_seconds() {
    let house = House::opens().await;
    let Cast { alice, bob, mut carol } = Cast::ringing(&house.place).await;
    carol.disconnects_leg().await.unwrap();
    let conversation = carol.is_rung().await.unwrap().id;
    carol.requests(json!({"name": "accept", "conversation": conversation})).await.unwrap();
    let accepted = Instant::now();
    let notice = bob.is_told("offer_ended").await.unwrap();
    assert_eq!(notice["reason"], "target_lost");
    let took = accepted.elapsed();
    assert!((2.5..4.5).contains(&took.as_secs_f64()), "{took:?}");
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_may_call_before_the_microphone_is_ready() {
    let house = House::opens().await;
    let bob = Agent::arrives(&house.place, "bob", &["support"], Sound::tone(ears::BOB));
    let bob = bob.await.unwrap();
    let mut alice =
        Customer::arrives(&house.place, "alice", Sound::tone(ears::ALICE)).await.unwrap();
    alice.disconnects_leg().await.unwrap();
    alice.calls("support").await.unwrap();
    // An agent is not rung for somebody who would not be heard.
    alice.sees("a place in the queue", |view| !view.has_joined("customer:alice")).await.unwrap();
    assert!(bob.view().is_none());
    alice.connects_leg().await.unwrap();
    bob.accepts().await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_is_too_slow_is_closed_and_nobody_waits_for_it() {
    let house = House::opens().await;
    let Cast { alice, bob, mut carol } = Cast::three_way(&house.place).await;
    // Carol's page hangs: its socket stands, but nothing is read from it.
    let asleep = Raw::sleeps(&house.place, &Claims::agent("carol", &["billing"])).await;
    assert_eq!(house.metric("trefoil_sessions").await, 3);
    let closed = async {
        while house.metric("trefoil_sessions").await > 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let slept = Instant::now();
    let closed = tokio::time::timeout(Duration::from_secs(20), closed);
    // The others keep the views coming, as fast as they may.
    tokio::select! {
        closed = closed => closed.expect("the slow reader is closed"),
        () = fidgets(&bob) => {}
        () = fidgets(&alice) => {}
    }
    println!("the slow reader is closed after {:?}", slept.elapsed());
    // Whether its last words still get through depends on how much the system holds for it; either
    // its backlog or its missing pongs were too much.
    let end = asleep.ends().await;
    let known = |code: &String| ["slow_reader", "timed_out"].contains(&code.as_str());
    assert!(end.errors.iter().all(known), "{end:?}");

    // The page comes back to the call, which has gone on.
    carol.comes_back().await.unwrap();
    tokio::join!(is_heard_again(&alice), is_heard_again(&bob));
    hears(&bob, &[ears::ALICE, ears::CAROL]).await;
    carol.sees_phase("three_way").await.unwrap();
    hears(&carol, &[ears::ALICE, ears::BOB]).await;
    house.closes().await;
}

/// Ends a mute in the middle of which somebody was interrupted.
async fn is_heard_again(person: &Person) {
    loop {
        match person.mutes(false).await {
            Ok(()) => return,
            Err(error) if error.code() == Some("not_muted") => return,
            Err(error) => wait_as_told(error).await,
        }
    }
}

/// Waits as long as a refusal for too many requests says.
async fn wait_as_told(error: PersonError) {
    let PersonError::Signal(SignalError::Refused(failure)) = error else { panic!("{error:?}") };
    let wait = failure.details["retry_after_ms"].as_u64().expect("rate_limited");
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

/// Mutes and unmutes for ever; every answer comes soon, whoever else may be slow.
async fn fidgets(person: &Person) {
    let mut muted = false;
    loop {
        let asked = Instant::now();
        match person.mutes(!muted).await {
            Ok(()) => muted = !muted,
            Err(error) => wait_as_told(error).await,
        }
        let waited = asked.elapsed();
        assert!(waited < Duration::from_secs(3), "{} had to wait {waited:?}", person.id());
    }
}
