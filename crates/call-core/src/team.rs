//! What is learnt about a team from what happens; what an operator chose stands in the settings.

use serde::{Deserialize, Serialize};

use crate::id::AgentId;

/// What has been learnt about a team.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its agent who was rung last.
    pub last_rung: Option<AgentId>,
}
