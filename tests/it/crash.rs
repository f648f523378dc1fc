//! The server is killed with SIGKILL and started again: every call goes on in the phase it was in,
//! and nothing that was acknowledged is gone.

use std::time::{Duration, Instant};

use loadtest::person::{Customer, Person, PersonError};
use loadtest::signal::{Signal, View};
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::json;

use crate::attacker;
use crate::cast::{ALICE, BOB, CAROL, Cast};
use crate::ears::{self, hears, hears_music};
use crate::process::Process;

/// How long everybody may take to be back in phase once the server is up.
const BACK: Duration = Duration::from_secs(5);

/// What must be the same after a restart.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    id: String,
    phase: String,
    owner: String,
    /// Everybody's seat, hold and mute.
    seats: Vec<(String, Option<String>, Option<String>)>,
    offer: Option<(String, Vec<String>)>,
}

impl Kept {
    fn of(view: &View) -> Self {
        let seats = view.participants.iter().map(|seat| {
            let held = seat.held.as_ref().map(|held| held.by.clone());
            (seat.id.clone(), held, seat.muted.clone())
        });
        Self {
            id: view.id.clone(),
            phase: view.phase.clone(),
            owner: view.owner.to_string(),
            seats: seats.collect(),
            offer: view.offer.as_ref().map(|offer| {
                let rung = offer.candidates.iter().map(|candidate| candidate.id.clone());
                (offer.id.clone(), rung.collect())
            }),
        }
    }
}

/// Kills the server, starts it again, brings the people back and compares what they see with what
/// they saw. Returns how long it took from the server being up to the last one being in the seat.
async fn survives(server: &mut Process, people: &mut [&mut Person]) -> Duration {
    agree(people).await;
    let before: Vec<_> = people.iter().map(|person| Kept::of(&person.view().unwrap())).collect();
    server.dies();
    for person in people.iter_mut() {
        person.vanishes();
    }
    let up = server.starts_again().await;
    let back = people.iter_mut().map(|person| person.comes_back());
    for outcome in futures_util::future::join_all(back).await {
        outcome.unwrap();
    }
    for (person, before) in people.iter().zip(&before) {
        let same = |view: &View| {
            let all_back = view.participants.iter().all(|seat| seat.presence == "joined");
            Kept::of(view) == *before && all_back
        };
        person.sees("the same call as before", same).await.unwrap();
    }
    let took = up.elapsed();
    let phase = &before[0].phase;
    println!("{phase}: everybody is back {took:?} after the server is up");
    assert!(took < BACK, "{took:?}");
    took
}

/// Waits until everybody has been told of the newest change.
async fn agree(people: &[&mut Person]) {
    let newest = people.iter().map(|person| person.view().unwrap().version).max().unwrap();
    for person in people {
        person.sees("the newest version", |view| view.version >= newest).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_ringing() {
    let mut server = Process::starts().await;
    let Cast { mut alice, mut bob, mut carol } = Cast::ringing(&server.place).await;
    survives(&mut server, &mut [&mut alice, &mut bob, &mut carol]).await;
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    // The same offer still rings, and can be accepted.
    carol.accepts().await.unwrap();
    alice.sees_phase("consult").await.unwrap();
    tokio::join!(hears_music(&alice), hears(&bob, &[ears::CAROL]));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_consult() {
    let mut server = Process::starts().await;
    let Cast { mut alice, mut bob, mut carol } = Cast::consult(&server.place).await;
    survives(&mut server, &mut [&mut alice, &mut bob, &mut carol]).await;
    tokio::join!(hears_music(&alice), hears(&bob, &[ears::CAROL]), hears(&carol, &[ears::BOB]));
    // And the transfer can be completed.
    bob.leaves().await.unwrap();
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_when_back_with_the_customer() {
    let mut server = Process::starts().await;
    let Cast { mut alice, mut bob, mut carol } = Cast::back_with_customer(&server.place).await;
    survives(&mut server, &mut [&mut alice, &mut bob, &mut carol]).await;
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]), hears_music(&carol));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_a_three_way_call_with_a_mute() {
    let mut server = Process::starts().await;
    let Cast { mut alice, mut bob, mut carol } = Cast::three_way(&server.place).await;
    bob.mutes(true).await.unwrap();
    alice.sees("the mute", |view| view.participant(BOB).unwrap().muted.is_some()).await.unwrap();
    survives(&mut server, &mut [&mut alice, &mut bob, &mut carol]).await;
    tokio::join!(
        hears(&alice, &[ears::CAROL]),
        hears(&bob, &[ears::ALICE, ears::CAROL]),
        hears(&carol, &[ears::ALICE])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_hand_over() {
    let mut server = Process::starts().await;
    let Cast { mut alice, bob: _bob, mut carol } = Cast::handed_over(&server.place).await;
    survives(&mut server, &mut [&mut alice, &mut carol]).await;
    hears_music(&alice).await;
    carol.accepts().await.unwrap();
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_transfer_the_old_agent_is_still_out() {
    let mut server = Process::starts().await;
    let Cast { mut alice, mut bob, mut carol } = Cast::consult(&server.place).await;
    bob.completes().await.unwrap();
    alice.sees("the new owner", |view| view.owner["agent"] == "carol").await.unwrap();
    survives(&mut server, &mut [&mut alice, &mut carol]).await;
    bob.vanishes();
    bob.comes_back().await.unwrap();
    let view = alice.view().unwrap();
    assert!(view.participant(BOB).is_none() && view.has_joined(CAROL) && view.has_joined(ALICE));
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
}

/// Commands are acknowledged after they are durable: so whatever was acknowledged before a kill at
/// a random moment is there after it.
#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_command_survives_a_kill_at_any_moment() {
    let mut dice = attacker::thrown("kill");
    let mut server = Process::starts().await;
    let Cast { mut alice, mut bob, carol: _carol } = Cast::connected(&server.place).await;
    let mut calls = Vec::new();
    let mut muted = false;
    for round in 0..3 {
        let moment = Instant::now() + Duration::from_millis(20 + dice.below(400));
        let (acknowledged, now) =
            tokio::join!(callers(&server, round, moment), toggles(&bob, muted, moment));
        calls.extend(acknowledged);
        server.dies();
        server.starts_again().await;
        alice.vanishes();
        bob.vanishes();
        alice.comes_back().await.unwrap();
        bob.comes_back().await.unwrap();
        muted = now;
        let kept = alice.sees("the mute", |view| view.has_joined(BOB)).await.unwrap();
        let kept = kept.participant(BOB).unwrap().muted.is_some();
        assert_eq!(kept, muted, "the last acknowledged mute is the one in force");
    }
    assert!(calls.len() >= 3, "{} calls were acknowledged", calls.len());
    println!("{} acknowledged calls", calls.len());
    for (person, id) in &calls {
        let token = Claims::customer(person).sign(&server.place.secret);
        let place = &server.place;
        let signal = Signal::connect(place.http, &place.origin, &token, None).await.unwrap();
        let found = signal.until("the acknowledged call", Duration::from_secs(3), |known| {
            known.views.get(id).map(|view| view.phase.clone())
        });
        assert_eq!(found.await.unwrap(), "waiting", "{person} {id}");
    }
}

/// Customers who call one after another until the moment has come; those who were acknowledged,
/// with their conversations.
async fn callers(server: &Process, round: u32, until: Instant) -> Vec<(String, String)> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        if Instant::now() >= until {
            break;
        }
        let name = format!("caller-{round}-{n}");
        let token = Claims::customer(&name).sign(&server.place.secret);
        let place = &server.place;
        let signal = Signal::connect(place.http, &place.origin, &token, None).await.unwrap();
        let call = json!({"name": "call", "team": "sales"});
        let answer = match signal.request(call).await {
            Ok(answer) => answer,
            // A fast machine reaches what one source may call at once.
            Err(error) if error.code() == Some("rate_limited") => break,
            Err(error) => panic!("{error:?}"),
        };
        acknowledged.push((name, answer["conversation"].as_str().unwrap().to_owned()));
    }
    acknowledged
}

/// Mutes and unmutes, at the server's own pace, until the moment has come; what was acknowledged
/// last.
async fn toggles(agent: &Person, mut muted: bool, until: Instant) -> bool {
    while Instant::now() < until {
        match agent.mutes(!muted).await {
            Ok(()) => muted = !muted,
            Err(error) if error.code() == Some("rate_limited") => break,
            Err(error) => panic!("{error:?}"),
        }
    }
    muted
}

/// A customer whose page was open during the restart and who never called is nobody's business.
#[tokio::test(flavor = "multi_thread")]
async fn people_without_a_call_come_back_to_a_restarted_server() -> Result<(), PersonError> {
    let mut server = Process::starts().await;
    let mut alice = Customer::arrives(&server.place, "alice", Sound::tone(ears::ALICE)).await?;
    server.dies();
    alice.vanishes();
    server.starts_again().await;
    alice.comes_back().await?;
    assert!(alice.view().is_none());
    alice.calls("support").await?;
    hears_music(&alice).await;
    Ok(())
}
