//! What a worker is told from outside.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossbeam_queue::ArrayQueue;
use media_core::rtp::{Packet, TalkerId};
use tokio::sync::oneshot;
use transport::{LegId, Peer};

use crate::handle::OpenError;
use crate::{ClipId, Source};

/// Accepted offers waiting for the worker. It looks at them at every wake, so this many waiting
/// means that it is not coming to it, and another one would only wait in vain.
const ARRIVALS: usize = 256;

/// Packets on their way from other workers: 80 ms of two thousand talkers.
const CROSSINGS: usize = 8192;

/// What a worker is told from outside, between two looks.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    /// Legs that begin.
    pub(crate) arrivals: Vec<Arrival>,
    /// What is wanted of legs. At most one entry per leg: the last wish stands.
    pub(crate) wishes: BTreeMap<LegId, Wish>,
    /// Which other worker wants the packets of which talker, or wants them no more.
    pub(crate) subscriptions: BTreeMap<(LegId, usize), bool>,
    /// Legs that somebody has something to write to. Each channel calls once until it is looked at.
    pub(crate) calls: Vec<LegId>,
}

/// A leg that begins.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) id: LegId,
    pub(crate) peer: Box<Peer>,
    /// Told once datagrams for the leg are let through.
    pub(crate) ready: oneshot::Sender<()>,
}

/// What is wanted of a leg.
#[derive(Debug, Default)]
pub(crate) struct Wish {
    pub(crate) source: Option<(Source, u64)>,
    /// What is said to it, once the source is in force.
    pub(crate) words: Option<Vec<ClipId>>,
    pub(crate) transfer: Option<bool>,
    pub(crate) probe: bool,
    pub(crate) close: bool,
}

/// A packet of a talker whose leg another worker owns.
#[derive(Debug)]
pub(crate) struct Crossing {
    pub(crate) talker: LegId,
    pub(crate) stream: TalkerId,
    pub(crate) packet: Packet,
}

/// Where a worker is told things.
#[derive(Debug)]
pub(crate) struct Inbox {
    letters: Mutex<Letters>,
    crossings: ArrayQueue<Crossing>,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self { letters: Mutex::new(Letters::default()), crossings: ArrayQueue::new(CROSSINGS) }
    }

    pub(crate) fn arrive(&self, arrival: Arrival) -> Result<(), OpenError> {
        let mut letters = self.lock();
        if letters.arrivals.len() >= ARRIVALS {
            return Err(OpenError::Unavailable);
        }
        letters.arrivals.push(arrival);
        Ok(())
    }

    pub(crate) fn wish(&self, id: LegId, change: impl FnOnce(&mut Wish)) {
        change(self.lock().wishes.entry(id).or_default());
    }

    pub(crate) fn subscribe(&self, talker: LegId, worker: usize, wanted: bool) {
        self.lock().subscriptions.insert((talker, worker), wanted);
    }

    pub(crate) fn call(&self, id: LegId) {
        self.lock().calls.push(id);
    }

    /// Hands a packet over; gives it back when there is no room.
    pub(crate) fn cross(&self, crossing: Crossing) -> Result<(), Crossing> {
        self.crossings.push(crossing)
    }

    pub(crate) fn next_crossing(&self) -> Option<Crossing> {
        self.crossings.pop()
    }

    /// Everything told since the last look.
    pub(crate) fn open(&self) -> Letters {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Letters> {
        // Nothing that holds this lock can leave the letters half written.
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
