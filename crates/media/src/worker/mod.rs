//! One media worker: a thread with a socket, and its legs.

mod beat;
mod channels;
mod exchange;
mod inbox;
mod life;
mod sources;
mod traffic;

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use mio::{Events, Poll};
use transport::{LegId, isolate};

use crate::clock::thread_time;
use crate::group::Groups;
use crate::handle::Shared;
use crate::lines::Lines;
use crate::routes::Routes;
use crate::socket::{LONGEST, Socket};
use crate::{LossReason, MediaReport};
use exchange::Exchange;
use life::Reports;

/// Datagrams taken from the socket before deadlines are looked at again: 1 ms of work.
const BATCH: usize = 64;

/// Time after which deadlines are looked at all the same. A datagram that costs much is somebody's
/// fault, whose budget ends it; until then nobody else's beat waits for a whole batch of them.
const BATCH_TIME: Duration = Duration::from_millis(3);

/// Longest sleep: how often the CPU clock is read when nothing happens.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Sleep while reports wait for room.
const REPORT_RETRY: Duration = Duration::from_millis(5);

/// One media worker.
#[derive(Debug)]
pub(crate) struct Worker {
    index: usize,
    shared: Arc<Shared>,
    poll: Poll,
    lines: Lines,
    routes: Routes,
    groups: Groups,
    exchange: Exchange,
    reports: Reports,
    /// Legs whose channels are to be written to.
    calls: VecDeque<LegId>,
    /// When the CPU clock was last read.
    clock_read: Instant,
    buffer: Box<[u8; LONGEST]>,
}

impl Worker {
    pub(crate) fn new(index: usize, shared: Arc<Shared>, poll: Poll, socket: Socket) -> Self {
        let reports = Reports::new(shared.reports.clone());
        let lines = Lines::new(socket, shared.config.limits.clone());
        let groups = Groups::new(shared.origin);
        Self {
            index,
            poll,
            lines,
            routes: Routes::default(),
            groups,
            exchange: Exchange::new(index),
            reports,
            calls: VecDeque::new(),
            clock_read: Instant::now(),
            buffer: Box::new([0; LONGEST]),
            shared,
        }
    }

    /// Works until told to stop. Faults of legs are caught leg by leg; should the worker itself
    /// fault, its legs are reported lost and no leg is given to it any more.
    pub(crate) fn run_to_end(self) {
        let (index, shared) = (self.index, Arc::clone(&self.shared));
        match isolate(|| self.run()) {
            Ok(Ok(())) => return,
            Ok(Err(error)) => tracing::error!(worker = index, %error, "a media worker has ended"),
            Err(fault) => tracing::error!(worker = index, %fault, "a media worker has ended"),
        }
        for leg in shared.directory.remove_worker(index) {
            let report = MediaReport::Lost(leg, LossReason::Fault);
            if shared.reports.blocking_send(report).is_err() {
                return;
            }
        }
    }

    fn run(mut self) -> std::io::Result<()> {
        let mut events = Events::with_capacity(8);
        let mut readable = true;
        loop {
            let sleep = if readable { Duration::ZERO } else { self.sleep(Instant::now()) };
            match self.poll.poll(&mut events, Some(sleep)) {
                Err(error) if error.kind() != std::io::ErrorKind::Interrupted => return Err(error),
                Ok(()) | Err(_) => {}
            }
            if self.shared.is_stopping() {
                self.farewell(Instant::now());
                return Ok(());
            }
            self.lines.attention.turn(Instant::now(), sleep);
            readable |= events.iter().any(|event| event.token() == crate::start::SOCKET);
            self.read_letters(Instant::now());
            let crossings_left = self.read_crossings(Instant::now());
            let datagrams_left = readable && self.read_socket();
            // A worker is also kept from its work in the middle of a turn: what came since then
            // lies in the socket still.
            let now = Instant::now();
            self.lines.attention.turn(now, Duration::ZERO);
            self.keep_deadlines(now);
            self.exchange.wake(&self.shared);
            // Last, so that no sound waits for what is written.
            let calls_left = self.answer_calls();
            // First the counters, so that whoever gets a report finds it counted.
            self.publish(Instant::now());
            self.reports.flush();
            // A socket is announced once; until it is read to the end it stays readable.
            readable = datagrams_left;
            if crossings_left || calls_left {
                self.shared.posts[self.index].wake();
            }
        }
    }

    fn sleep(&self, now: Instant) -> Duration {
        let deadline = self.lines.deadlines.next();
        let until = deadline.map_or(LONGEST_SLEEP, |at| at.saturating_duration_since(now));
        let retry = if self.reports.are_waiting() { REPORT_RETRY } else { LONGEST_SLEEP };
        until.min(retry).min(LONGEST_SLEEP)
    }

    /// Shows what was counted. Readers are few and brief; should one be reading right here, the
    /// next wake shows it.
    fn publish(&mut self, now: Instant) {
        let counters = &mut self.lines.counters;
        counters.legs = self.lines.legs.len() as u64;
        counters.dropped = self.lines.gate.drops();
        if now.duration_since(self.clock_read) >= LONGEST_SLEEP || counters.cpu_us == 0 {
            self.clock_read = now;
            counters.cpu_us = thread_time().as_micros() as u64;
        }
        let published = &self.shared.posts[self.index].counters;
        match published.try_lock() {
            Ok(mut published) => *published = *counters,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => {
                *PoisonError::into_inner(poisoned) = *counters;
            }
            Err(std::sync::TryLockError::WouldBlock) => {}
        }
    }
}
