//! The server is kept from its work for longer than a leg may be silent: that says nothing about
//! the legs.

use std::time::Duration;

use loadtest::signal::View;

use crate::cast::{ALICE, Cast};
use crate::ears::{self, hears, hears_music};
use crate::process::Process;

/// Longer than the 4 s after which a leg that was talking and falls silent is lost.
const STALL: Duration = Duration::from_secs(6);

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lost_when_the_server_stands_still() {
    let server = Process::starts().await;
    let Cast { alice, bob, carol } = Cast::consult(&server.place).await;
    server.stands_still(STALL).await;
    // What came meanwhile is worked off before anybody could be missed.
    tokio::time::sleep(Duration::from_secs(2)).await;
    for person in [&*alice, &*bob, &*carol] {
        let view = person.view().unwrap();
        let all_in = |view: &View| view.participants.iter().all(|seat| seat.presence == "joined");
        assert!(view.phase == "consult" && all_in(&view), "{view:?}");
    }
    tokio::join!(hears(&bob, &[ears::CAROL]), hears(&carol, &[ears::BOB]), hears_music(&alice));
    bob.leaves().await.unwrap();
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_counts_down_runs_out_while_the_server_stands_still() {
    let short = "timers = { ring_s = 4, customer_grace_s = 4 }";
    let server = Process::starts_with(short).await;
    let Cast { mut alice, bob, carol } = Cast::ringing(&server.place).await;
    alice.vanishes();
    let lost = |view: &View| view.participant(ALICE).is_some_and(|seat| seat.presence != "joined");
    bob.sees("the loss", lost).await.unwrap();
    server.stands_still(STALL).await;
    // Both had two or three seconds left when it stopped, and so they have now.
    carol.accepts().await.unwrap();
    bob.sees_phase("consult").await.unwrap();
    alice.comes_back().await.unwrap();
    bob.sees("the return", |view| view.has_joined(ALICE)).await.unwrap();
    tokio::join!(hears(&bob, &[ears::CAROL]), hears(&carol, &[ears::BOB]), hears_music(&alice));
}
