//! What has to happen when: a heap, so that nobody ever walks over the legs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use transport::LegId;

/// Who has a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// A leg wants to be looked at.
    Leg(LegId),
    /// A group has its beat.
    Beat(u64),
}

/// Deadlines in the order of time. An entry is never taken back: whoever is called looks whether
/// it is still the one it waits for ([`Alarm`]).
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    heap: BinaryHeap<Reverse<(Instant, Due)>>,
}

impl Deadlines {
    pub(crate) fn add(&mut self, at: Instant, due: Due) {
        self.heap.push(Reverse((at, due)));
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<(Instant, Due)> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| entry)
    }
}

/// The one entry among the [`Deadlines`] that somebody waits for.
///
/// A deadline that moves into the future, as most do with every packet, keeps its entry: it fires
/// early, finds nothing due and is set again. So a leg has hardly more than one entry in the heap.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Alarm(Option<Instant>);

impl Alarm {
    pub(crate) fn set(&mut self, at: Instant, due: Due, deadlines: &mut Deadlines) {
        if self.0.is_none_or(|set| at < set) {
            self.0 = Some(at);
            deadlines.add(at, due);
        }
    }

    /// Whether an entry that has come up is the one waited for. It has to be set again then.
    pub(crate) fn rings(&mut self, at: Instant) -> bool {
        let rings = self.0 == Some(at);
        if rings {
            self.0 = None;
        }
        rings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_later_deadline_keeps_its_entry_and_an_earlier_one_replaces_it() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let due = Due::Leg(LegId(1));
        let (mut deadlines, mut alarm) = (Deadlines::default(), Alarm::default());
        for ms in [50, 70, 90, 20] {
            alarm.set(after(ms), due, &mut deadlines);
        }
        assert_eq!(deadlines.pop_due(after(10)), None);
        assert_eq!(deadlines.pop_due(after(100)), Some((after(20), due)));
        assert!(alarm.rings(after(20)));
        let stale = deadlines.pop_due(after(100));
        assert_eq!(stale, Some((after(50), due)));
        assert!(!alarm.rings(after(50)));
        assert_eq!(deadlines.next(), None);
    }
}
