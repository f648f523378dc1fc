use std::time::Duration;

use tokio::time::Instant;

use super::limits::SENDS;
use crate::limits::{Bucket, Rate};

/// How often a channel says something, and how much that is wrong, one after another.
#[derive(Debug)]
pub(crate) struct Pace {
    sends: Bucket,
    others: Bucket,
    errors: InARow,
    over_the_rate: InARow,
}

/// Counts what may happen so many times in a row.
#[derive(Debug)]
struct InARow {
    count: u32,
    max: u32,
}

impl InARow {
    fn is_enough(&mut self) -> bool {
        self.count += 1;
        self.count >= self.max
    }
}

/// Something was said too soon.
#[derive(Debug)]
pub(crate) struct TooSoon {
    /// When to say it again.
    pub(crate) wait: Duration,
    /// Whether this was once too often.
    pub(crate) enough: bool,
}

impl Pace {
    /// At most so many errors, and so many things said too soon, in a row.
    pub(crate) const fn new(errors: u32, over_the_rate: u32, now: Instant) -> Self {
        Self {
            sends: Bucket::full(now),
            others: Bucket::full(now),
            errors: InARow { count: 0, max: errors },
            over_the_rate: InARow { count: 0, max: over_the_rate },
        }
    }

    /// A message is to be sent.
    pub(crate) fn sends(&mut self, now: Instant) -> Result<(), TooSoon> {
        let taken = self.sends.take(SENDS, now);
        self.within_the_rate(taken)
    }

    /// Anything else is said, of which there may be so much.
    pub(crate) fn says(&mut self, rate: Rate, now: Instant) -> Result<(), TooSoon> {
        let taken = self.others.take(rate, now);
        self.within_the_rate(taken)
    }

    fn within_the_rate(&mut self, taken: Result<(), Duration>) -> Result<(), TooSoon> {
        match taken {
            Ok(()) => {
                self.over_the_rate.count = 0;
                Ok(())
            }
            Err(wait) => Err(TooSoon { wait, enough: self.over_the_rate.is_enough() }),
        }
    }

    /// What was said is right.
    pub(crate) fn right(&mut self) {
        self.errors.count = 0;
    }

    /// What was said is wrong; whether once too often.
    pub(crate) fn wrong(&mut self) -> bool {
        self.errors.is_enough()
    }
}
