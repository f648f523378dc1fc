//! Gate rule 9: how much of something may pass in a time.

use std::time::{Duration, Instant};

/// How much of something may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Units in a second, for ever.
    pub per_second: u32,
    /// How long a pause may be made up for at once.
    pub burst: Duration,
}

/// Something that passes at a [`Rate`].
///
/// Kept as one instant: when all that has passed would have passed had it come evenly. What is
/// refused is not charged, so a flood does not delay what comes after it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bucket {
    even: Option<Instant>,
}

impl Bucket {
    /// Whether `amount` units may pass; they are charged only then.
    pub(super) fn takes(&mut self, amount: usize, rate: Rate, now: Instant) -> bool {
        let even = self.after(amount, rate, now);
        let passes = even.duration_since(now) <= rate.burst;
        if passes {
            self.even = Some(even);
        }
        passes
    }

    /// The same without charging anything.
    pub(super) fn would_take(&self, amount: usize, rate: Rate, now: Instant) -> bool {
        self.after(amount, rate, now).duration_since(now) <= rate.burst
    }

    fn after(&self, amount: usize, rate: Rate, now: Instant) -> Instant {
        let cost = Duration::from_nanos(amount as u64 * 1_000_000_000 / u64::from(rate.per_second));
        self.even.map_or(now, |even| even.max(now)) + cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 50, burst: Duration::from_secs(2) };

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        let passed = (0..1000).filter(|_| bucket.takes(1, RATE, start)).count();
        assert_eq!(passed, 100);
        let later = |ms| start + Duration::from_millis(ms);
        let passed = (0..1000).filter(|ms| bucket.takes(1, RATE, later(*ms))).count();
        assert_eq!(passed, 49, "one every 20 ms, from the twentieth on");
    }

    #[test]
    fn what_is_refused_is_not_charged() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        assert!(bucket.takes(100, RATE, start));
        assert!(!bucket.takes(60, RATE, start + Duration::from_secs(1)));
        assert!(bucket.takes(50, RATE, start + Duration::from_secs(1)));
        // A pause is made up for only so far.
        let later = start + Duration::from_secs(1000);
        assert!(!bucket.would_take(101, RATE, later) && bucket.would_take(100, RATE, later));
        assert!(bucket.takes(100, RATE, later) && !bucket.takes(1, RATE, later));
    }
}
