//! A worker that is kept from its work, as by a machine that is overloaded or moved.

use std::fmt::Debug;
use std::time::Duration;

use crate::plane::{ALICE, BOB, CAROL, Plane};
use media::Limits;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

/// Three times as long as a leg that was talking may be silent.
const STOP: Duration = Duration::from_millis(1_200);
const SILENCE: Duration = Duration::from_millis(400);
/// What a worker logs about a channel of this name stops it.
const LABEL: &str = "standstill";

/// Stops the thread that logs of [`LABEL`], wherever in its work it is.
struct Stopper;

struct Stop;

impl Visit for Stop {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "label" && format!("{value:?}").contains(LABEL) {
            std::thread::sleep(STOP);
        }
    }
}

impl Subscriber for Stopper {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target() == "media::worker::channels"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Stop);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn nobody_is_lost_when_a_worker_stops_in_the_middle_of_a_turn() {
    // For all threads of the tests: it heeds nothing but that name.
    tracing::subscriber::set_global_default(Stopper).expect("there is no other");
    let limits = Limits { silence: SILENCE, ..Limits::default() };
    let mut plane = Plane::with(1, limits);
    let alice = plane.joins_talking(ALICE, 440).await;
    let _carol = plane.joins_talking(CAROL, 700).await;
    let bob = plane.joins(BOB).await;
    alice.listens(10).await;
    // Its name stops the worker while it reads from its socket, where more of both lies then.
    let before = plane.media.counters().packets_in;
    let mut page = bob.open_channel(LABEL).await.unwrap();
    assert!(plane.is_quiet(STOP * 2).await, "somebody is lost");
    assert!(page.recv().await.is_none(), "the channel is for nothing");
    assert!(plane.media.counters().packets_in > before, "they are heard on");
}
