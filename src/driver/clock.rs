//! The only clock of the process that call control sees.
//!
//! It stands still while the driver is kept from its work: the machine is overloaded or stopped as
//! a whole, the disk does not answer. What people did meanwhile could not be taken in, and so no
//! grace runs out and nothing stops ringing for it. Afterwards the clock catches up little by
//! little.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use call_core::Time;

/// How long the driver sleeps at most, so that a longer pause is known for what it is.
const BEAT: Duration = Duration::from_millis(250);
/// What a turn and its waking up may take before the driver counts as kept from its work.
const TURN: Duration = Duration::from_millis(250);
/// How far behind the clock may be. After longer, nobody waits at the other end who could be told
/// that nothing has happened.
const FARTHEST_BEHIND: Duration = Duration::from_mins(10);
/// Of the time that passes, one part in so many is made up for: a ring of 20 s is shorter by 2 s
/// at worst.
const CATCH_UP: u32 = 10;

/// Wall time that only moves forward: the wall clock is read once, then a monotonic clock is added.
///
/// A step of the wall clock by an hour changes nothing but the dates of later runs. All that is
/// decided in one turn happens at the same moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    wall_at_start_ms: u64,
    started: Instant,
    /// When this turn began.
    turn: Instant,
    /// How far the clock was behind then.
    behind: Duration,
}

impl Clock {
    /// Starts now, but never before `last_event`: a clock set back between two runs must not put
    /// recorded deadlines into the future of their own events.
    pub(super) fn starting_after(last_event: Option<Time>) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let wall_ms = u64::try_from(wall.as_millis()).unwrap_or(u64::MAX / 2);
        let floor = last_event.map_or(0, |at| at.0.saturating_add(1));
        Self::starting_at(wall_ms.max(floor), Instant::now())
    }

    fn starting_at(wall_at_start_ms: u64, now: Instant) -> Self {
        Self { wall_at_start_ms, started: now, turn: now, behind: Duration::ZERO }
    }

    /// A turn begins.
    pub(super) fn turn(&mut self) {
        let missed = self.turn_at(Instant::now());
        if !missed.is_zero() {
            let missed_ms = u64::try_from(missed.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(missed_ms, "the driver was kept from its work");
        }
    }

    /// Gives how long the driver was kept from its work since the turn before.
    fn turn_at(&mut self, now: Instant) -> Duration {
        let passed = now.duration_since(self.turn);
        let late = passed > BEAT + TURN;
        let missed = if late { passed.saturating_sub(BEAT) } else { Duration::ZERO };
        let behind = self.behind_at(now) + missed;
        self.behind = behind.min(FARTHEST_BEHIND);
        self.turn = now;
        missed
    }

    fn behind_at(&self, now: Instant) -> Duration {
        self.behind.saturating_sub(now.duration_since(self.turn) / CATCH_UP)
    }

    /// The moment of this turn.
    pub(super) fn now(&self) -> Time {
        self.shows(self.turn)
    }

    fn shows(&self, now: Instant) -> Time {
        let elapsed = now.duration_since(self.started).saturating_sub(self.behind_at(now));
        let elapsed = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX / 2);
        Time(self.wall_at_start_ms.saturating_add(elapsed))
    }

    /// How long until `at`; zero when it has passed.
    pub(super) fn until(&self, at: Time) -> Duration {
        Duration::from_millis(at.0.saturating_sub(self.shows(Instant::now()).0))
    }

    /// When the next turn begins at the latest.
    pub(super) fn beat(&self) -> Instant {
        self.turn + BEAT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn it_goes_on_with_turns_and_stands_still_while_there_are_none() {
        let start = Instant::now();
        let mut clock = Clock::starting_at(1_000, start);
        assert_eq!(clock.turn_at(start + ms(250)), ms(0));
        assert_eq!(clock.turn_at(start + ms(700)), ms(0), "woken a little late");
        assert_eq!(clock.now(), Time(1_700));
        assert_eq!(clock.turn_at(start + ms(6_700)), ms(5_750));
        assert_eq!(clock.now(), Time(1_950), "all but what it may sleep");
    }

    #[test]
    fn it_catches_up_by_a_tenth_and_never_goes_back() {
        let start = Instant::now();
        let mut clock = Clock::starting_at(0, start);
        clock.turn_at(start + ms(10_250));
        assert_eq!(clock.now(), Time(250));
        let (mut at, mut before) = (10_250, clock.now());
        while at < 110_250 {
            at += 250;
            clock.turn_at(start + ms(at));
            let passed = clock.now().0 - before.0;
            assert!((250..=276).contains(&passed), "{passed}");
            before = clock.now();
        }
        assert_eq!(clock.now(), Time(110_250));
    }

    #[test]
    fn it_is_never_farther_behind_than_anybody_waits() {
        let start = Instant::now();
        let mut clock = Clock::starting_at(0, start);
        clock.turn_at(start + ms(3_600_000));
        assert_eq!(clock.now(), Time(3_000_000));
    }
}
