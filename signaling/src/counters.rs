use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::protocol::{Limit, WireError};

/// What the signalling side has done since it started; gauges where the name says open.
#[derive(Debug, Default)]
pub struct Counters {
    sockets_open: AtomicU64,
    sockets_refused: AtomicU64,
    sessions_open: AtomicU64,
    sessions_opened: AtomicU64,
    messages_in: AtomicU64,
    messages_out: AtomicU64,
    bytes_out: AtomicU64,
    errors_out: ByName,
    limits_hit: ByName,
    slow_readers: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountersSnapshot {
    /// Sockets that are open.
    pub sockets_open: u64,
    /// Sockets refused by origin, version or bound.
    pub sockets_refused: u64,
    /// Sessions that said hello and are open.
    pub sessions_open: u64,
    /// Sessions that ever said hello.
    pub sessions_opened: u64,
    /// Messages received, right or wrong.
    pub messages_in: u64,
    /// Messages written.
    pub messages_out: u64,
    /// Bytes of those.
    pub bytes_out: u64,
    /// Messages refused before they reached the driver, by code.
    pub errors_out: BTreeMap<&'static str, u64>,
    /// Times a limit was in somebody's way, by the limit's name.
    pub limits_hit: BTreeMap<&'static str, u64>,
    /// Sessions closed for reading too slowly.
    pub slow_readers: u64,
}

impl Counters {
    /// The counters at this moment.
    pub fn snapshot(&self) -> CountersSnapshot {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CountersSnapshot {
            sockets_open: read(&self.sockets_open),
            sockets_refused: read(&self.sockets_refused),
            sessions_open: read(&self.sessions_open),
            sessions_opened: read(&self.sessions_opened),
            messages_in: read(&self.messages_in),
            messages_out: read(&self.messages_out),
            bytes_out: read(&self.bytes_out),
            errors_out: self.errors_out.snapshot(),
            limits_hit: self.limits_hit.snapshot(),
            slow_readers: read(&self.slow_readers),
        }
    }

    pub(crate) fn socket_opened(&self) {
        add(&self.sockets_open, 1);
    }

    pub(crate) fn socket_closed(&self) {
        self.sockets_open.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn socket_refused(&self) {
        add(&self.sockets_refused, 1);
    }

    pub(crate) fn session_opened(&self) {
        add(&self.sessions_open, 1);
        add(&self.sessions_opened, 1);
    }

    pub(crate) fn session_closed(&self) {
        self.sessions_open.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn received(&self) {
        add(&self.messages_in, 1);
    }

    pub(crate) fn written(&self, bytes: usize) {
        add(&self.messages_out, 1);
        add(&self.bytes_out, bytes as u64);
    }

    /// Something was refused on the wire, by an error or by a limit.
    pub(crate) fn refused(&self, error: &WireError) {
        self.errors_out.add(error.code());
        if let Some(limit) = error.limit() {
            self.limit_hit(limit);
        }
    }

    pub(crate) fn limit_hit(&self, limit: Limit) {
        self.limits_hit.add(limit.name());
    }

    pub(crate) fn slow_reader(&self) {
        add(&self.slow_readers, 1);
    }
}

/// Counters told apart by a name. Names are written in the program, so there are only so many.
#[derive(Debug, Default)]
pub(crate) struct ByName(Mutex<BTreeMap<&'static str, u64>>);

impl ByName {
    pub(crate) fn add(&self, name: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
    }

    pub(crate) fn snapshot(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn add(counter: &AtomicU64, n: u64) {
    counter.fetch_add(n, Ordering::Relaxed);
}
