//! The one table of deadlines.

use serde::{Deserialize, Serialize};

use crate::settings::Settings;
use crate::time::Time;
use crate::world::World;

/// Why something happens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineReason {
    /// A candidate rang long enough.
    RingOver,
}

/// The earliest deadline, and why.
pub fn next_deadline(world: &World, settings: &Settings) -> Option<(Time, DeadlineReason)> {
    todo!()
}
