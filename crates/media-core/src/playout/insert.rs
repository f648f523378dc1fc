//! Packets on their way in: order, restarts, what the network does.

use super::{CAPACITY, Newest, Playout, RESTART_LATE_RUN, RESTART_SEQUENCES, RESTART_TIME};
use crate::{codec, jitter_buffer::Rejected, rtp::Packet};

impl Playout {
    /// Takes a packet in.
    ///
    /// # Errors
    ///
    /// Says why a packet will not be heard. Nothing has to be done about it.
    pub fn insert(&mut self, packet: Packet) -> Result<(), Rejected> {
        if self.is_restart(&packet) {
            self.restart();
        }
        let timestamp = self.extend(packet.timestamp);
        let (sequence, arrival) = (packet.sequence, packet.arrival);
        if codec::carries_previous(&packet.payload) {
            self.has_redundancy = true;
        }
        if let Err(rejected) = self.store(packet) {
            return Err(self.refused(rejected, sequence));
        }
        self.statistics.received += 1;
        self.lateness.arrived(arrival, timestamp);
        let transit = arrival.samples() - timestamp;
        if self.newest.as_ref().is_none_or(|newest| newest.sequence < sequence) {
            let timestamp = (timestamp as u32, timestamp);
            self.newest = Some(Newest { sequence, timestamp, transit, late_run: (0, 0) });
        }
        Ok(())
    }

    /// A timestamp extended to one that does not wrap.
    pub(super) fn extend(&self, timestamp: u32) -> i64 {
        match &self.newest {
            Some(Newest { timestamp: (wire, extended), .. }) => {
                extended + i64::from(timestamp.wrapping_sub(*wire) as i32)
            }
            // Far from zero, so that nothing before it is negative.
            None => i64::from(timestamp) + (1 << 32),
        }
    }

    fn is_restart(&self, packet: &Packet) -> bool {
        let Some(newest) = &self.newest else { return false };
        let step = packet.sequence.wrapping_sub(newest.sequence) as i64;
        if step.abs() > RESTART_SEQUENCES {
            return true;
        }
        let transit = packet.arrival.samples() - self.extend(packet.timestamp);
        step > 0 && (transit - newest.transit).abs() > RESTART_TIME
    }

    fn restart(&mut self) {
        self.statistics.restarts += 1;
        self.buffer.clear();
        self.decoder.reset();
        self.lateness.restart();
        self.pending.breaks();
        self.newest = None;
        self.next = None;
        self.last_popped = None;
    }

    fn store(&mut self, packet: Packet) -> Result<(), Rejected> {
        let sequence = packet.sequence;
        match self.buffer.insert(packet.clone()) {
            Err(Rejected::Overflow) => {
                // The latest sound matters most: make room for it.
                let first_kept = sequence.saturating_sub(CAPACITY - 1);
                self.statistics.skipped += self.buffer.drop_below(first_kept) as u64;
                self.buffer.insert(packet)
            }
            Ok(()) => Ok(()),
            Err(rejected @ (Rejected::Late | Rejected::Duplicate)) => Err(rejected),
        }
    }

    fn refused(&mut self, rejected: Rejected, sequence: u64) -> Rejected {
        match rejected {
            Rejected::Duplicate => self.statistics.duplicate += 1,
            Rejected::Overflow => self.statistics.skipped += 1,
            Rejected::Late => {
                self.statistics.late += 1;
                if let Some(newest) = &mut self.newest {
                    let (run, last) = newest.late_run;
                    let follows = sequence == last.wrapping_add(1);
                    newest.late_run = (if follows { run + 1 } else { 1 }, sequence);
                    if newest.late_run.0 >= RESTART_LATE_RUN {
                        self.restart();
                    }
                }
            }
        }
        rejected
    }
}
