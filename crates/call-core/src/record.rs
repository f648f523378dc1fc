//! What is kept of a conversation that is over.

use serde::{Deserialize, Serialize};

use crate::conversation::{EndReason, Medium, Phase};
use crate::event::Recorded;
use crate::id::{AgentId, ConversationId, CustomerId, PersonId, TeamId};
use crate::time::Time;
use crate::world::World;

/// What is kept of a conversation that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationRecord {
    /// Its number.
    pub id: ConversationId,
    /// What it was held on.
    pub medium: Medium,
    /// The team whose queue it was last in.
    pub team: TeamId,
    /// Whose contact it was.
    pub customer: CustomerId,
    /// Agents who had a seat, in order of their first joining.
    pub agents: Vec<AgentId>,
    /// When the customer called.
    pub started_at: Time,
    /// When an agent first answered.
    pub answered_at: Option<Time>,
    /// When the customer was gone, or the conversation was completed.
    pub ended_at: Time,
    /// When the last participant was gone.
    pub closed_at: Time,
    /// Why it ended.
    pub reason: EndReason,
    /// Who ended it.
    pub ended_by: PersonId,
    /// In which phase.
    pub phase: Phase,
}

/// The record of a conversation that has ended, while it is remembered.
pub fn record(world: &World, id: ConversationId) -> Option<ConversationRecord> {
    todo!()
}

/// The conversations whose views a fact may change.
pub fn conversations_touched(recorded: &Recorded) -> Vec<ConversationId> {
    todo!()
}
