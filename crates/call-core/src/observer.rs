//! An observer: hears a conversation without a seat in it.

use serde::{Deserialize, Serialize};

use crate::id::AgentId;
use crate::time::Time;

/// The most observers of one conversation.
pub const OBSERVERS: usize = 2;

/// What an observer is there as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ObserverMode {
    /// A supervisor who hears and is heard by nobody.
    Monitor,
    /// A supervisor who is heard by one agent only.
    Coach {
        /// That agent.
        agent: AgentId,
    },
    /// An agent in training who hears and is heard by nobody.
    Listener,
}

/// Somebody who hears a conversation without a seat in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observer {
    /// What it is there as.
    pub mode: ObserverMode,
    /// Since when.
    pub since: Time,
}
