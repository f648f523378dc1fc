//! The name of a leg.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

/// One person's connection to the server.
///
/// Chosen by whoever opens the leg and never used twice in the life of a process, so that a late
/// message about a leg that is gone can never reach another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegId(pub u64);

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "l{}", self.0)
    }
}

/// Something for each of many legs.
///
/// Looked into several times for every packet, so its hash is three instructions. No attacker can
/// make it slow, because the server chooses the names of legs.
pub type LegMap<T> = HashMap<LegId, T, BuildHasherDefault<LegHasher>>;

/// The hash of a [`LegMap`]: both halves of one multiplication, which spreads names that follow
/// each other over all bits.
#[derive(Debug, Clone, Copy, Default)]
pub struct LegHasher(u64);

impl Hasher for LegHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // Digits of pi, so that no name is a zero, and of the golden ratio.
        let wide = u128::from(self.0 ^ number ^ 0x243f_6a88_85a3_08d3) * 0x9e37_79b9_7f4a_7c15;
        self.0 = wide as u64 ^ (wide >> 64) as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::hash::{BuildHasher, BuildHasherDefault};

    #[test]
    fn legs_that_follow_each_other_are_spread_evenly() {
        let build = BuildHasherDefault::<LegHasher>::default();
        let hash = |id| build.hash_one(LegId(id));
        // However the names are counted up, in a map of 4096 places.
        for step in [1, 2, 64, 1 << 20, 1 << 32] {
            let hashes: Vec<u64> = (0..2048).map(|n| hash(n * step)).collect();
            let places: BTreeSet<u64> = hashes.iter().map(|hash| hash & 4095).collect();
            let tags: BTreeSet<u64> = hashes.iter().map(|hash| hash >> 57).collect();
            assert!(places.len() > 1500, "step {step}: {} places", places.len());
            assert!(tags.len() > 100, "step {step}: {} tags", tags.len());
        }
    }
}
