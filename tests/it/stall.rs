//! The server is kept from its work for longer than a leg may be silent: that says nothing about
//! the legs.

use std::time::Duration;

use loadtest::signal::View;

use crate::cast::Cast;
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
