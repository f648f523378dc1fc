//! What the receiver of a view may do, each disabled action with its reason.

use serde::Serialize;

use crate::id::PersonId;

/// A command, or half of one, as a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each is the command of that name")]
pub enum ActionName {
    Accept,
    Decline,
    Invite,
    Transfer,
    Cancel,
    Hold,
    Resume,
    Remove,
    Swap,
    Merge,
    Mute,
    Unmute,
    Complete,
    Leave,
}

/// Whether an action is open to the receiver, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Action {
    /// What.
    pub action: ActionName,
    /// To whom, for those that name a participant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant: Option<PersonId>,
    /// Whether it would be taken.
    pub enabled: bool,
    /// The code it would be refused with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}
