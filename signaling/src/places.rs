use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::source::Source;

/// Counts what is open (sockets, connections), in all and per source, and refuses what is over the
/// bounds.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    in_all: usize,
    per_source: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_source: BTreeMap<Source, usize>,
}

/// One place, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    source: Option<Source>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// This source has as many as one may have.
    Source,
    /// All are taken.
    All,
}

impl Places {
    /// So many in all, and so many for one source.
    pub(crate) fn new(in_all: usize, per_source: usize) -> Self {
        Self { in_all, per_source, taken: Arc::default() }
    }

    /// Takes a place; an unknown source counts only towards all.
    pub(crate) fn take(&self, source: Option<Source>) -> Result<Place, NoPlace> {
        self.with(|taken| {
            if taken.all >= self.in_all {
                return Err(NoPlace::All);
            }
            if let Some(source) = source {
                if taken.by_source.get(&source).is_some_and(|count| *count >= self.per_source) {
                    return Err(NoPlace::Source);
                }
                *taken.by_source.entry(source).or_default() += 1;
            }
            taken.all += 1;
            Ok(())
        })?;
        Ok(Place { places: self.clone(), source })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Taken) -> T) -> T {
        change(&mut self.taken.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.with(|taken| {
            taken.all = taken.all.saturating_sub(1);
            let Some(source) = self.source else { return };
            if let Some(count) = taken.by_source.get_mut(&source) {
                *count -= 1;
                if *count == 0 {
                    taken.by_source.remove(&source);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(address: &str) -> Source {
        Source::of(address.parse().unwrap())
    }

    #[test]
    fn a_source_gets_its_share_and_gives_it_back() {
        let places = Places::new(3, 2);
        let one = Some(source("192.0.2.1"));
        let kept = places.take(one).unwrap();
        let second = places.take(one).unwrap();
        assert_eq!(places.take(one).unwrap_err(), NoPlace::Source);
        drop(second);
        assert!(places.take(one).is_ok());
        drop(kept);
        assert!(places.with(|taken| taken.by_source.is_empty() && taken.all == 0));
    }

    #[test]
    fn all_is_all_whoever_comes() {
        let places = Places::new(3, 2);
        let _a = places.take(Some(source("2001:db8::1"))).unwrap();
        let _b = places.take(Some(source("2001:db8::2"))).unwrap();
        assert_eq!(places.take(Some(source("2001:db8::3"))).unwrap_err(), NoPlace::Source);
        let _c = places.take(Some(source("2001:db8:0:1::1"))).unwrap();
        assert_eq!(places.take(None).unwrap_err(), NoPlace::All);
        // Who was refused has left no trace.
        assert!(places.take(Some(source("192.0.2.1"))).is_err());
        assert_eq!(places.with(|taken| taken.by_source.len()), 2);
    }
}
