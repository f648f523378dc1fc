use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::limits::Limits;

/// Counts open sockets, in all and per source address, and refuses those over the bounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_source: BTreeMap<IpAddr, usize>,
}

/// One socket's place, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    source: Option<IpAddr>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// This address has as many as one may have.
    Source,
    /// All are taken.
    All,
}

impl Places {
    /// Takes a place; an unknown source counts only towards all.
    pub(crate) fn take(&self, source: Option<IpAddr>, limits: &Limits) -> Result<Place, NoPlace> {
        let source = source.map(network);
        self.with(|taken| {
            if taken.all >= limits.sockets {
                return Err(NoPlace::All);
            }
            if let Some(source) = source {
                let count = taken.by_source.entry(source).or_default();
                if *count >= limits.sockets_per_ip {
                    return Err(NoPlace::Source);
                }
                *count += 1;
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

/// What counts as one source: an IPv4 address, or the /64 an IPv6 host chooses its addresses from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { sockets: 3, sockets_per_ip: 2, ..Limits::default() }
    }

    #[test]
    fn a_source_gets_its_share_and_gives_it_back() {
        let places = Places::default();
        let one = Some("192.0.2.1".parse().unwrap());
        let kept = places.take(one, &limits()).unwrap();
        let second = places.take(one, &limits()).unwrap();
        assert_eq!(places.take(one, &limits()).unwrap_err(), NoPlace::Source);
        drop(second);
        assert!(places.take(one, &limits()).is_ok());
        drop(kept);
        assert!(places.with(|taken| taken.by_source.is_empty() && taken.all == 0));
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_source() {
        let places = Places::default();
        let address = |text: &str| Some(text.parse().unwrap());
        let _a = places.take(address("2001:db8::1"), &limits()).unwrap();
        let _b = places.take(address("2001:db8::2"), &limits()).unwrap();
        let third = places.take(address("2001:db8::3"), &limits());
        assert_eq!(third.unwrap_err(), NoPlace::Source);
        let _c = places.take(address("2001:db8:0:1::1"), &limits()).unwrap();
        assert_eq!(places.take(None, &limits()).unwrap_err(), NoPlace::All);
    }
}
