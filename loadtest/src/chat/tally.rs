//! What everybody who writes has counted so far.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Complaints kept: enough to see what they are about.
const KEPT_COMPLAINTS: usize = 12;

/// How long messages were on their way.
#[derive(Clone, Debug, Default)]
pub struct Delays(Vec<u32>);

impl Delays {
    /// One more.
    pub fn add(&mut self, delay: Duration) {
        self.0.push(u32::try_from(delay.as_micros()).unwrap_or(u32::MAX));
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest delay in milliseconds that so many of a thousand do not exceed; nothing of
    /// nothing.
    pub fn ms(&self, of_1000: usize) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * of_1000).div_ceil(1000).max(1);
        sorted.get(rank - 1).map(|micros| f64::from(*micros) / 1000.0)
    }
}

/// Counts of a crowd.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Messages written, each counted once however often it was sent.
    pub written: u64,
    /// Messages acknowledged.
    pub acknowledged: u64,
    /// Messages of others that have come.
    pub delivered: u64,
    /// Messages sent again because they were refused as too soon.
    pub too_soon: u64,
    /// Times somebody vanished.
    pub drops: u64,
    /// Times somebody came back.
    pub returns: u64,
    /// Channels that were closed although nobody had vanished.
    pub cuts: u64,
    /// What must not be.
    pub faults: u64,
    /// How long messages were on their way from one page to the other.
    pub delays: Delays,
    /// The first faults, in words.
    pub complaints: Vec<String>,
}

impl Tally {
    /// Notes something that must not be.
    pub fn complains(&mut self, words: impl Into<String>) {
        self.faults += 1;
        if self.complaints.len() < KEPT_COMPLAINTS {
            self.complaints.push(words.into());
        }
    }
}

/// The counts, shared by everybody.
#[derive(Debug, Default)]
pub(super) struct Slate(Mutex<Tally>);

impl Slate {
    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_delay_that_occurred() {
        let mut delays = Delays::default();
        assert_eq!(delays.ms(990), None);
        (1..=200).rev().for_each(|ms| delays.add(Duration::from_millis(ms)));
        assert_eq!((delays.ms(500), delays.ms(990)), (Some(100.0), Some(198.0)));
        assert_eq!((delays.ms(1000), delays.count()), (Some(200.0), 200));
    }
}
