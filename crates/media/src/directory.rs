//! Which worker owns which leg.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use transport::LegId;

use crate::handle::OpenError;

/// Which worker owns which leg. Asked when a leg is opened or its source changes, never on the
/// way of a packet.
#[derive(Debug)]
pub(crate) struct Directory {
    placed: Mutex<Placed>,
    /// Counts the legs ever placed, so that a worker that looked for one in vain knows when to
    /// look again.
    generation: AtomicU64,
}

#[derive(Debug)]
struct Placed {
    legs: BTreeMap<LegId, usize>,
    /// Legs of each worker; `None` for a worker that is gone.
    load: Vec<Option<usize>>,
}

impl Directory {
    pub(crate) fn new(workers: usize) -> Self {
        let placed = Placed { legs: BTreeMap::new(), load: vec![Some(0); workers] };
        Self { placed: Mutex::new(placed), generation: AtomicU64::new(0) }
    }

    /// Gives a leg to the worker that has the fewest.
    pub(crate) fn place(&self, id: LegId, most: usize) -> Result<usize, OpenError> {
        let mut placed = self.lock();
        if placed.legs.len() >= most {
            return Err(OpenError::TooManyLegs);
        }
        if placed.legs.contains_key(&id) {
            return Err(OpenError::Unavailable);
        }
        let alive = placed.load.iter().enumerate().filter_map(|(n, load)| Some((n, (*load)?)));
        let (worker, load) = alive.min_by_key(|(_, load)| *load).ok_or(OpenError::Unavailable)?;
        placed.load[worker] = Some(load + 1);
        placed.legs.insert(id, worker);
        self.generation.fetch_add(1, Ordering::Release);
        Ok(worker)
    }

    pub(crate) fn worker_of(&self, id: LegId) -> Option<usize> {
        self.lock().legs.get(&id).copied()
    }

    pub(crate) fn remove(&self, id: LegId) {
        let mut placed = self.lock();
        let Some(worker) = placed.legs.remove(&id) else { return };
        if let Some(load) = &mut placed.load[worker] {
            *load -= 1;
        }
    }

    /// A worker is gone with all its legs; no leg is given to it any more.
    pub(crate) fn remove_worker(&self, worker: usize) -> Vec<LegId> {
        let mut placed = self.lock();
        placed.load[worker] = None;
        let gone: Vec<LegId> =
            placed.legs.iter().filter(|(_, w)| **w == worker).map(|(id, _)| *id).collect();
        placed.legs.retain(|_, w| *w != worker);
        gone
    }

    /// Changes whenever a leg is placed.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, Placed> {
        // Nothing that holds this lock can leave the maps half changed.
        self.placed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legs_are_spread_over_the_workers_that_live() {
        let directory = Directory::new(2);
        assert_eq!(directory.place(LegId(1), 9), Ok(0));
        assert_eq!(directory.place(LegId(2), 9), Ok(1));
        directory.remove(LegId(2));
        assert_eq!(directory.place(LegId(3), 9), Ok(1));
        assert_eq!(directory.remove_worker(1), [LegId(3)]);
        assert_eq!(directory.place(LegId(4), 9), Ok(0));
        assert_eq!(directory.worker_of(LegId(3)), None);
    }

    #[test]
    fn there_are_no_more_legs_than_allowed_and_none_twice() {
        let directory = Directory::new(1);
        assert_eq!(directory.place(LegId(1), 2), Ok(0));
        assert_eq!(directory.place(LegId(1), 2), Err(OpenError::Unavailable));
        assert_eq!(directory.place(LegId(2), 2), Ok(0));
        assert_eq!(directory.place(LegId(3), 2), Err(OpenError::TooManyLegs));
    }
}
