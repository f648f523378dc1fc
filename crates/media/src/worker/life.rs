//! How legs end, and how that is reported.

use std::collections::VecDeque;
use std::time::Instant;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use transport::LegId;

use super::Worker;
use crate::leg::Sending;
use crate::lines::Cause;
use crate::{LossReason, MediaReport};

/// Reports on their way to whoever listens. None is dropped: what finds no room waits, and that is
/// at most two for each leg there ever was since the listener stopped listening.
#[derive(Debug)]
pub(super) struct Reports {
    sender: mpsc::Sender<MediaReport>,
    waiting: VecDeque<MediaReport>,
}

impl Reports {
    pub(super) fn new(sender: mpsc::Sender<MediaReport>) -> Self {
        Self { sender, waiting: VecDeque::new() }
    }

    pub(super) fn send(&mut self, report: MediaReport) {
        self.waiting.push_back(report);
    }

    pub(super) fn are_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Hands over as many reports as there is room for.
    pub(super) fn flush(&mut self) {
        while let Some(report) = self.waiting.pop_front() {
            match self.sender.try_send(report) {
                Ok(()) => {}
                Err(TrySendError::Full(report)) => {
                    self.waiting.push_front(report);
                    return;
                }
                Err(TrySendError::Closed(_)) => self.waiting.clear(),
            }
        }
    }
}

impl Worker {
    /// Ends a leg with a goodbye to the far end. Without a reason nobody is told but the far end.
    pub(super) fn end(&mut self, id: LegId, reason: Option<LossReason>, now: Instant) {
        self.lines.step(id, now, Cause::Others, |leg| leg.peer.close());
        // Saying goodbye may itself have failed: then the leg is gone, and settled as such.
        let Some(mut leg) = self.lines.legs.remove(&id) else { return };
        let sending = leg.switch(Sending::Silence);
        self.stop(id, sending);
        self.gone(id, reason);
    }

    /// Forgets a leg that is gone, and reports it.
    pub(super) fn gone(&mut self, id: LegId, reason: Option<LossReason>) {
        self.lines.gate.remove(id);
        self.exchange.forget(id);
        self.shared.directory.remove(id);
        if let Some(reason) = reason {
            tracing::debug!(leg = %id, ?reason, "leg lost");
            self.lines.counters.legs_lost += 1;
            self.reports.send(MediaReport::Lost(id, reason));
        }
    }

    /// Says goodbye on every leg: the server stops.
    pub(super) fn farewell(&mut self, now: Instant) {
        let mut legs: Vec<LegId> = self.lines.legs.keys().copied().collect();
        legs.sort_unstable();
        for leg in legs {
            self.end(leg, None, now);
        }
        self.settle(now);
        self.publish(now);
    }
}
