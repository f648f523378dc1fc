use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

/// How often something may be done: so many at once, and so many over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    per_min: u32,
    burst: u32,
}

impl Rate {
    /// `burst` at once after a pause, `per_min` in a minute over a long time; at least one of each.
    pub const fn per_min(per_min: u32, burst: u32) -> Self {
        Self {
            per_min: if per_min == 0 { 1 } else { per_min },
            burst: if burst == 0 { 1 } else { burst },
        }
    }

    /// How many in a second over a long time, in whole numbers, and at least one.
    pub const fn whole_per_s(self) -> u32 {
        if self.per_min < 60 { 1 } else { self.per_min / 60 }
    }

    /// How long until one more is earned.
    fn every(self) -> Duration {
        Duration::from_mins(1) / self.per_min
    }

    /// How long an empty bucket takes to be full.
    fn depth(self) -> Duration {
        self.every() * self.burst
    }
}

/// As the documents write it: `20, 60/min`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}/min", self.burst, self.per_min)
    }
}

/// A token bucket, kept as the one moment at which it will be full again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    full_at: Instant,
}

impl Bucket {
    /// A full one.
    pub(crate) const fn full(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Whether there is a token; else how long until there is one.
    pub(crate) fn wait(&self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let fills = self.full_at.saturating_duration_since(now) + rate.every();
        match fills.checked_sub(rate.depth()) {
            None | Some(Duration::ZERO) => Ok(()),
            Some(wait) => Err(wait),
        }
    }

    /// Takes a token that is there.
    pub(crate) fn spend(&mut self, rate: Rate, now: Instant) {
        self.full_at = self.full_at.max(now) + rate.every();
    }

    /// Puts back a token that was taken.
    pub(crate) fn give_back(&mut self, rate: Rate) {
        self.full_at = self.full_at.checked_sub(rate.every()).unwrap_or(self.full_at);
    }

    /// Takes a token, or says how long until there is one.
    pub(crate) fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        self.wait(rate, now)?;
        self.spend(rate, now);
        Ok(())
    }

    /// When it will be full.
    pub(crate) const fn full_at(&self) -> Instant {
        self.full_at
    }
}

/// The span in milliseconds for `retry_after_ms`: whoever waits so long is not too early.
pub(crate) fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX - 1) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::per_min(1_200, 40);

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let mut now = Instant::now();
        let mut bucket = Bucket::full(now);
        assert!((0..40).all(|_| bucket.take(RATE, now).is_ok()));
        assert_eq!(bucket.take(RATE, now), Err(Duration::from_millis(50)));
        now += Duration::from_millis(49);
        assert!(bucket.take(RATE, now).is_err());
        now += Duration::from_millis(1);
        assert!(bucket.take(RATE, now).is_ok());
        assert!(bucket.take(RATE, now).is_err());
    }

    #[test]
    fn a_long_pause_gives_no_more_than_the_burst() {
        let mut now = Instant::now();
        let mut bucket = Bucket::full(now);
        now += Duration::from_hours(1);
        assert_eq!((0..1000).filter(|_| bucket.take(RATE, now).is_ok()).count(), 40);
    }

    #[test]
    fn who_waits_as_told_is_let_through() {
        let start = Instant::now();
        for rate in [RATE, Rate::per_min(20, 1), Rate::per_min(7, 3), Rate::per_min(59_999, 1)] {
            let (mut bucket, mut now) = (Bucket::full(start), start);
            for _ in 0..100 {
                if let Err(wait) = bucket.take(rate, now) {
                    now += Duration::from_millis(millis(wait));
                    assert_eq!(bucket.take(rate, now), Ok(()), "{rate:?}");
                }
            }
        }
    }

    #[test]
    fn a_clock_that_stands_still_or_a_rate_of_nothing_harm_nobody() {
        let now = Instant::now();
        let mut bucket = Bucket::full(now + Duration::from_secs(1));
        let nothing = Rate::per_min(0, 0);
        assert_eq!(bucket.take(nothing, now), Err(Duration::from_secs(1)));
        assert_eq!(bucket.take(nothing, now + Duration::from_secs(1)), Ok(()));
    }
}
