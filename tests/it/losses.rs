//! People are lost without a word: their browser is killed, or their machine is off the net. The
//! customer is never left in silence.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use loadtest::person::Person;
use loadtest::sound::{Bytes, Sound};

use crate::cast::{ALICE, BOB, Cast};
use crate::ears::{self, hears, hears_music, music_packets};
use crate::house::House;

/// From the kill of a browser to the others talking: the page's sockets are closed by its system,
/// so the server need not wait for silence. It takes a third of a second on an idle machine; the
/// measured time is printed.
const KILLED: Duration = Duration::from_secs(2);
/// The same for a machine that is off the net: nothing is closed, silence has to tell.
const VANISHED: Duration = Duration::from_millis(5_500);

/// Waits for the first packet that is, byte by byte, one of these; how long after a moment it came.
async fn first_hears(
    person: &Person,
    from: Instant,
    payloads: &HashSet<Bytes>,
    bound: Duration,
) -> Duration {
    let leg = person.leg().unwrap();
    let first = || {
        let packets = leg.packets_since(from);
        packets.iter().find(|packet| payloads.contains(&packet.payload)).map(|packet| packet.at)
    };
    let heard = leg.until("the first packet of it", bound, |_| first().is_some()).await;
    heard.unwrap_or_else(|error| panic!("{}: {error}", person.id()));
    first().unwrap() - from
}

/// The initiator is killed while somebody is on hold or all talk: customer and target talk at once.
async fn initiator_is_killed(cast: Cast, what: &str) {
    let Cast { alice, mut bob, carol } = cast;
    let killed = Instant::now();
    bob.vanishes();
    let carols = Sound::tone(ears::CAROL).payloads();
    let gap = first_hears(&alice, killed, &carols, KILLED).await;
    println!("{what}: the customer hears the target {gap:?} after the kill");
    let view = alice.sees("the loss", |view| !view.has_joined(BOB)).await.unwrap();
    assert_eq!(view.phase, "connected");
    assert!(!view.is_held(ALICE));
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));

    // The seat is kept: back in it, the initiator is in the call again.
    bob.comes_back().await.unwrap();
    alice.sees("the initiator's return", |view| view.has_joined(BOB)).await.unwrap();
    hears(&alice, &[ears::BOB, ears::CAROL]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_initiator_is_killed_in_consult() {
    let house = House::opens().await;
    initiator_is_killed(Cast::consult(&house.place).await, "consult").await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_initiator_is_killed_when_back_with_the_customer() {
    let house = House::opens().await;
    let cast = Cast::back_with_customer(&house.place).await;
    initiator_is_killed(cast, "back with the customer").await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_initiator_is_killed_in_a_three_way_call() {
    let house = House::opens().await;
    initiator_is_killed(Cast::three_way(&house.place).await, "three-way").await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_lost_for_good_leaves_the_call_to_the_other() {
    let house = House::opens_with("timers.agent_grace_s = 1").await;
    let Cast { alice, mut bob, carol } = Cast::consult(&house.place).await;
    bob.vanishes();
    let view = alice.sees("the new owner", |view| view.owner["agent"] == "carol").await.unwrap();
    assert!(view.participant(BOB).is_none());
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_initiator_is_killed_while_the_target_rings() {
    let house = House::opens().await;
    let Cast { alice, mut bob, carol } = Cast::ringing(&house.place).await;
    bob.vanishes();
    alice.sees_phase("handed_over").await.unwrap();
    hears_music(&alice).await;
    carol.accepts().await.unwrap();
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initiator_off_the_net_is_noticed_by_its_silence() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::consult(&house.place).await;
    let off = Instant::now();
    bob.leg().unwrap().cut(true).unwrap();
    let carols = Sound::tone(ears::CAROL).payloads();
    let gap = first_hears(&alice, off, &carols, VANISHED).await;
    println!("off the net: the customer hears the target {gap:?} later");
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_agent_is_killed_and_comes_back() {
    let house = House::opens().await;
    let Cast { alice, mut bob, carol: _carol } = Cast::connected(&house.place).await;
    let killed = Instant::now();
    bob.vanishes();
    let gap = first_hears(&alice, killed, music_packets(), KILLED).await;
    println!("alone: the customer hears music {gap:?} after the kill");
    alice.sees_phase("alone").await.unwrap();
    hears_music(&alice).await;
    bob.comes_back().await.unwrap();
    alice.sees_phase("connected").await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_customer_comes_back_into_the_same_phase() {
    let house = House::opens().await;
    let Cast { mut alice, bob, carol } = Cast::consult(&house.place).await;
    alice.vanishes();
    bob.sees("the loss", |view| view.participant(ALICE).unwrap().presence == "reconnecting")
        .await
        .unwrap();
    // The agents talk on, and the customer is still theirs.
    tokio::join!(hears(&bob, &[ears::CAROL]), hears(&carol, &[ears::BOB]));
    alice.comes_back().await.unwrap();
    let view = bob.sees("the return", |view| view.has_joined(ALICE)).await.unwrap();
    assert_eq!(view.phase, "consult");
    assert!(view.is_held(ALICE));
    hears_music(&alice).await;
    bob.merges().await.unwrap();
    hears(&alice, &[ears::BOB, ears::CAROL]).await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_lost_for_good_is_told_to_the_agents() {
    let house = House::opens_with("timers.customer_grace_s = 1").await;
    let Cast { mut alice, bob, carol } = Cast::consult(&house.place).await;
    alice.vanishes();
    bob.is_told("customer_left").await.unwrap();
    carol.is_told("customer_left").await.unwrap();
    bob.sees_phase("agents_only").await.unwrap();
    // They keep talking until one of them leaves.
    tokio::join!(hears(&bob, &[ears::CAROL]), hears(&carol, &[ears::BOB]));
    bob.leaves().await.unwrap();
    let view = carol.sees("the end", |view| view.ended.is_some()).await.unwrap();
    assert_eq!(view.ended.unwrap().reason, "customer_left");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_of_the_desk_is_back_in_the_call_with_sound() {
    let house = House::opens().await;
    let Cast { alice, mut bob, carol: _carol } = Cast::connected(&house.place).await;
    let conversation = bob.conversation().unwrap();
    let reloaded = Instant::now();
    bob.vanishes();
    bob.comes_back().await.unwrap();
    let view = bob.sees("the seat", |view| view.has_joined(BOB)).await.unwrap();
    assert_eq!(view.id, conversation);
    let alices = Sound::tone(ears::ALICE).payloads();
    let gap = first_hears(&bob, reloaded, &alices, Duration::from_secs(3)).await;
    println!("reload: the agent hears the customer again after {gap:?}");
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    house.closes().await;
}
