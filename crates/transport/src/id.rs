//! The name of a leg.

use std::fmt;

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
