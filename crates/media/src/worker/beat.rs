//! Deadlines: the beats of groups, and what legs wait for.

use std::time::{Duration, Instant};

use transport::{LegId, PeerError};

use super::Worker;
use crate::deadlines::Due;
use crate::leg::Beaten;
use crate::lines::Cause;

/// A beat that begins later than this is counted as late: a listener's jitter buffer notices.
const LATE: Duration = Duration::from_millis(5);

impl Worker {
    /// Does whatever is due.
    pub(super) fn keep_deadlines(&mut self, now: Instant) {
        while let Some((at, due)) = self.lines.deadlines.pop_due(now) {
            match due {
                Due::Leg(leg) => self.look_after(leg, at, now),
                Due::Beat(group) => self.beat(group, at, now),
            }
            self.settle(now);
        }
    }

    /// A leg wanted to be looked at.
    fn look_after(&mut self, id: LegId, at: Instant, now: Instant) {
        let Some(leg) = self.lines.legs.get_mut(&id) else { return };
        if !leg.alarm.rings(at) {
            return;
        }
        let join_by = self.lines.gate.join_deadline(id);
        let attended = self.lines.attention.attended(now);
        match leg.overdue(attended, join_by, &self.lines.limits) {
            Some(reason) => self.end(id, Some(reason), now),
            None => {
                self.lines.step(id, now, Cause::Timer, |leg| leg.tick(now));
            }
        }
    }

    /// A group has its beat.
    fn beat(&mut self, id: u64, due: Instant, now: Instant) {
        let at = self.micros(due);
        let Some(group) = self.groups.get_mut(id) else { return };
        if !group.beats_at(due) {
            return;
        }
        let counters = &mut self.lines.counters;
        counters.late_beats += u64::from(now.duration_since(due) > LATE);
        let (next, skipped) = group.next_beat(now);
        counters.skipped_beats += skipped;
        self.lines.deadlines.add(next, Due::Beat(id));

        let (decoded, faulty) = group.pull(at);
        self.lines.counters.decoded_frames += decoded;
        for member in &group.members {
            let beaten = self.lines.step(*member, now, Cause::Others, |leg| {
                leg.beat(now, at, &group.said).map_err(|error| PeerError::Failed(error.to_string()))
            });
            count(&mut self.lines.counters, beaten.unwrap_or(Beaten::Nothing));
        }
        for talker in faulty {
            self.lines.fault(talker);
        }
    }
}

fn count(counters: &mut crate::Counters, beaten: Beaten) {
    match beaten {
        Beaten::Nothing => {}
        Beaten::Played => {
            counters.played += 1;
            counters.packets_out += 1;
        }
        Beaten::Mixed => {
            counters.mixed_frames += 1;
            counters.encoded_frames += 1;
            counters.packets_out += 1;
        }
        Beaten::Silent => {
            counters.mixed_frames += 1;
            counters.silent_frames += 1;
        }
    }
}
