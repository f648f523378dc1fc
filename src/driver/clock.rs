//! The only clock of the process that call control sees.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use call_core::Time;

/// Wall time that only moves forward: the wall clock is read once, then a monotonic clock is added.
///
/// A step of the wall clock by an hour changes nothing but the dates of later runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    wall_at_start_ms: u64,
    started: Instant,
}

impl Clock {
    /// Starts now, but never before `last_event`: a clock set back between two runs must not put
    /// recorded deadlines into the future of their own events.
    pub(super) fn starting_after(last_event: Option<Time>) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let wall_ms = u64::try_from(wall.as_millis()).unwrap_or(u64::MAX / 2);
        let floor = last_event.map_or(0, |at| at.0.saturating_add(1));
        Self { wall_at_start_ms: wall_ms.max(floor), started: Instant::now() }
    }

    /// The present moment.
    pub(super) fn now(&self) -> Time {
        let elapsed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX / 2);
        Time(self.wall_at_start_ms.saturating_add(elapsed))
    }

    /// How long until `at`; zero when it has passed.
    pub(super) fn until(&self, at: Time) -> Duration {
        Duration::from_millis(at.0.saturating_sub(self.now().0))
    }
}
