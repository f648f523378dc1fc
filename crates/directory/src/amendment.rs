//! What somebody changed at one time.

use call_core::Time;

use crate::rule::{Actor, Change};

/// Who changed what and when: stored as one, and as one line of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// When.
    pub at: Time,
    /// Who.
    pub by: Actor,
    /// What, in order.
    pub changes: Vec<Change>,
}
