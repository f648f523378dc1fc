//! One after another: how fast people arrive.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Gives out turns at an even rate.
#[derive(Debug)]
pub(crate) struct Ramp {
    every: Duration,
    next: Mutex<Instant>,
}

impl Ramp {
    /// So many turns per second.
    pub(crate) fn per_second(turns: f64) -> Self {
        let every = Duration::from_secs_f64(1.0 / turns);
        Self { every, next: Mutex::new(Instant::now()) }
    }

    /// Waits for one's turn.
    pub(crate) async fn turn(&self) {
        let at = self.book(Instant::now());
        tokio::time::sleep_until(at.into()).await;
    }

    fn book(&self, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Turns that nobody took are gone: a pause is not followed by a rush.
        let at = (*next).max(now);
        *next = at + self.every;
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_evenly_and_unused_ones_are_gone() {
        let ramp = Ramp::per_second(10.0);
        let start = Instant::now();
        let first = ramp.book(start);
        assert_eq!(ramp.book(start) - first, Duration::from_millis(100));
        let later = start + Duration::from_mins(1);
        assert_eq!(ramp.book(later), later);
        assert_eq!(ramp.book(later) - later, Duration::from_millis(100));
    }
}
