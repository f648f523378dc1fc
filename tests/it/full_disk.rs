//! The journal has no room left: commands are refused with the reason, calls go on, and nothing
//! that was acknowledged is gone.

use loadtest::person::Agent;
use loadtest::sound::Sound;
use serde_json::json;

use crate::bystanders::Bystanders;
use crate::cast::{ALICE, Cast};
use crate::ears::{self, hears};
use crate::house::House;

/// Room for a call to begin, and for some dozens of facts after it.
const ROOM_BYTES: u64 = 80 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_journal_refuses_commands_and_calls_go_on() {
    let house = House::opens_with_journal_of(ROOM_BYTES).await;
    let call = Bystanders::talk(&house.place).await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;

    // Bob holds and resumes Alice until the journal has no room for either.
    let refusal = call
        .lose_nothing_during(async {
            for _ in 0..5_000 {
                let held = alice.view().unwrap().is_held(ALICE);
                let outcome = if held { bob.resumes(ALICE).await } else { bob.holds(ALICE).await };
                match outcome {
                    Ok(()) => {
                        alice.sees("it", |view| view.is_held(ALICE) != held).await.unwrap();
                    }
                    Err(error) if error.code() == Some("rate_limited") => {
                        bob.leg().unwrap().listens(5).await;
                    }
                    Err(error) => return error,
                }
            }
            panic!("the journal never filled up");
        })
        .await;
    assert_eq!(refusal.code(), Some("storage_failed"));

    // What was refused has not happened: what Alice sees is what she hears.
    let held = alice.view().unwrap().is_held(ALICE);
    if held {
        assert!(!alice.listens().await.unwrap().hears(ears::BOB));
    } else {
        tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    }
    assert!(house.metric("trefoil_journal_failures_total").await > 0);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_answered_with_what_it_asked_for_and_nothing_else() {
    let house = House::opens().await;
    let bob = Agent::arrives(&house.place, "bob", &["support"], Sound::tone(ears::BOB));
    let bob = bob.await.unwrap();
    let away = json!({"name": "set_status", "status": "away", "reason": "break"});
    assert_eq!(bob.requests(away).await.unwrap(), json!({}));
    let alice =
        loadtest::person::Customer::arrives(&house.place, "alice", Sound::tone(ears::ALICE));
    let alice = alice.await.unwrap();
    let called = alice.requests(json!({"name": "call", "team": "support"})).await.unwrap();
    assert_eq!(called, json!({"conversation": "c1"}));
    // Being present again makes Bob's desk ring; the offer is no part of the answer.
    let present = json!({"name": "set_status", "status": "present"});
    assert_eq!(bob.requests(present).await.unwrap(), json!({}));
    bob.is_rung().await.unwrap();
    house.closes().await;
}
