use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::rate::{Bucket, Rate};

/// How many sources or people are remembered per rate: as many as sockets there may be. An entry
/// is some 150 bytes, so all rates together stay below 12 MB.
pub(super) const MOST: usize = 10_000;

/// What each of many has used up lately.
///
/// Whoever has not been heard of long enough for the bucket to be full is the same as somebody
/// never seen, and is forgotten first. When that is not enough, those who have used least are
/// forgotten. Being forgotten only gives: nobody is ever refused because others came, and the
/// bounds on connections, sockets, legs and conversations hold however many sources there are.
#[derive(Debug)]
pub(super) struct Memory<K> {
    rate: Rate,
    most: usize,
    buckets: BTreeMap<K, Bucket>,
}

impl<K: Ord + Clone> Memory<K> {
    pub(super) fn new(rate: Rate) -> Self {
        Self::of(rate, MOST)
    }

    fn of(rate: Rate, most: usize) -> Self {
        Self { rate, most, buckets: BTreeMap::new() }
    }

    /// Whether this one may; else how long until it may.
    pub(super) fn wait(&self, who: &K, now: Instant) -> Result<(), Duration> {
        self.buckets.get(who).map_or(Ok(()), |bucket| bucket.wait(self.rate, now))
    }

    /// Notes that this one did.
    pub(super) fn spend(&mut self, who: &K, now: Instant) {
        if let Some(bucket) = self.buckets.get_mut(who) {
            bucket.spend(self.rate, now);
            return;
        }
        if self.buckets.len() >= self.most {
            self.forget(now);
        }
        let mut bucket = Bucket::full(now);
        bucket.spend(self.rate, now);
        self.buckets.insert(who.clone(), bucket);
    }

    /// Takes back that this one did.
    pub(super) fn give_back(&mut self, who: &K) {
        if let Some(bucket) = self.buckets.get_mut(who) {
            bucket.give_back(self.rate);
        }
    }

    /// Makes room for a quarter, so that looking through all of them is rare.
    fn forget(&mut self, now: Instant) {
        self.buckets.retain(|_, bucket| bucket.full_at() > now);
        let keep = self.most - self.most / 4 - 1;
        let Some(surplus) = self.buckets.len().checked_sub(keep).filter(|n| *n > 0) else {
            return;
        };
        let mut fullest: Vec<(Instant, K)> =
            self.buckets.iter().map(|(who, bucket)| (bucket.full_at(), who.clone())).collect();
        fullest.sort_unstable();
        for (_, who) in fullest.into_iter().take(surplus) {
            self.buckets.remove(&who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::per_min(60, 3);

    fn spends(memory: &mut Memory<u32>, who: u32, times: usize, now: Instant) {
        for _ in 0..times {
            assert_eq!(memory.wait(&who, now), Ok(()));
            memory.spend(&who, now);
        }
    }

    #[test]
    fn one_who_has_had_enough_does_not_touch_another() {
        let now = Instant::now();
        let mut memory = Memory::new(RATE);
        spends(&mut memory, 1, 3, now);
        assert_eq!(memory.wait(&1, now), Err(Duration::from_secs(1)));
        assert_eq!(memory.wait(&2, now), Ok(()));
    }

    #[test]
    fn those_who_have_rested_are_forgotten_first() {
        let mut now = Instant::now();
        let mut memory = Memory::of(RATE, 8);
        (10..18).for_each(|who| spends(&mut memory, who, 1, now));
        now += Duration::from_millis(900);
        spends(&mut memory, 10, 2, now);
        now += Duration::from_millis(100);
        spends(&mut memory, 99, 1, now);
        assert_eq!(memory.buckets.keys().copied().collect::<Vec<_>>(), [10, 99]);
    }

    #[test]
    fn however_many_come_the_memory_is_bounded_and_the_worst_are_remembered() {
        let now = Instant::now();
        let mut memory = Memory::of(RATE, 100);
        spends(&mut memory, 7, 3, now);
        for who in 1_000..50_000 {
            spends(&mut memory, who, 1, now);
            assert!(memory.buckets.len() <= 100);
        }
        assert!(memory.wait(&7, now).is_err());
    }
}
