//! How much time a worker was kept from its work: who was not heard then may have spoken.
//!
//! A machine that is overloaded, or stopped for a while as a whole, lets a worker wait. What came
//! meanwhile still lies in the socket, or was never sent because the sender waited too. So what a
//! leg is allowed in silence is counted in time in which somebody listened.

use std::time::{Duration, Instant};

/// What a worker's turn may take before it counts as being kept away: a beat. A worker that needs
/// longer is late for the next one.
const TURN: Duration = Duration::from_millis(20);

/// A clock that stands still while a worker is kept from its work.
#[derive(Debug)]
pub(crate) struct Attention {
    turn: Instant,
    missed: Duration,
}

impl Attention {
    pub(crate) fn new(now: Instant) -> Self {
        Self { turn: now, missed: Duration::ZERO }
    }

    /// A turn begins after a sleep that was to last no longer than `asleep`, or goes on after none.
    pub(crate) fn turn(&mut self, now: Instant, asleep: Duration) {
        self.missed += now.duration_since(self.turn).saturating_sub(asleep + TURN);
        self.turn = now;
    }

    /// How much time was missed in all.
    pub(crate) fn missed(&self) -> Duration {
        self.missed
    }

    /// What the clock shows.
    pub(crate) fn attended(&self, now: Instant) -> Instant {
        now.checked_sub(self.missed).expect("what was missed lies within the life of the process")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_turn_takes_too_long_is_missed() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let mut attention = Attention::new(start);
        // A long sleep that was asked for, a short one that a datagram ended, a turn of some work.
        attention.turn(after(1000), Duration::from_secs(1));
        attention.turn(after(1002), Duration::from_secs(1));
        attention.turn(after(1017), Duration::ZERO);
        assert_eq!(attention.attended(after(1017)), after(1017));
        // Five seconds in which others had the processor.
        attention.turn(after(6037), Duration::ZERO);
        assert_eq!(attention.missed(), Duration::from_secs(5));
        assert_eq!(attention.attended(after(6037)), after(1037));
    }
}
