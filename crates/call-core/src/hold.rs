//! Hold: deaf and mute, with music.

use serde::{Deserialize, Serialize};

use crate::command::OnFailure;
use crate::id::PersonId;
use crate::time::Time;

/// Why a hold was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldCause {
    /// Somebody asked for just this.
    Asked,
    /// An invitation placed it, for the consult; it goes when the consult fails.
    Consult {
        /// Unless it was asked to stay.
        on_failure: OnFailure,
    },
}

/// A hold, and who placed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who placed it.
    pub by: PersonId,
    /// Why.
    pub cause: HoldCause,
    /// Since when.
    pub since: Time,
}
