//! Sessions and legs that do not behave as they should, without any ill will.

use std::time::{Duration, Instant};

use loadtest::person::{Agent, Customer};
use loadtest::signal::SocketState;
use loadtest::sound::Sound;
use serde_json::json;

use crate::cast::Cast;
use crate::ears::{self, hears};
use crate::house::House;

const BOUND: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_session_of_the_same_person_takes_over() {
    let house = House::opens().await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;
    // The same agent at a second desk.
    let sound = Sound::tone(ears::DAVE);
    let second = Agent::arrives(&house.place, "bob", &["support"], sound).await.unwrap();
    let old = bob.signal().unwrap();
    let state = old.until("the end of the first session", BOUND, |known| {
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
    carol.drops_leg();
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
    carol.drops_leg();
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
    alice.drops_leg();
    alice.calls("support").await.unwrap();
    bob.is_rung().await.unwrap();
    alice.connects_leg().await.unwrap();
    bob.accepts().await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    house.closes().await;
}
