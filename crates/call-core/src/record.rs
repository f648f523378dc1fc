//! What is kept of a conversation that is over.

use serde::{Deserialize, Serialize};

use crate::conversation::{Care, EndReason, Medium, Phase};
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
    /// The team whose queue it was last in; none of an internal call.
    pub team: Option<TeamId>,
    /// Whose contact it was; nobody's of an internal call, whose caller is the first agent.
    pub customer: Option<CustomerId>,
    /// Agents who had a seat, in order of their first joining.
    pub agents: Vec<AgentId>,
    /// When the customer called.
    pub started_at: Time,
    /// When an agent first answered.
    pub answered_at: Option<Time>,
    /// When the customer left, if agents talked on after it.
    pub customer_left_at: Option<Time>,
    /// When it was over for everybody.
    pub ended_at: Time,
    /// Why it ended.
    pub reason: EndReason,
    /// Who ended it.
    pub ended_by: PersonId,
    /// In which phase.
    pub phase: Phase,
}

/// The record of a conversation that has ended, while it is remembered.
pub fn record(world: &World, id: ConversationId) -> Option<ConversationRecord> {
    let conversation = world.conversation(id)?;
    let Care::Ended(ending) = &conversation.care else { return None };
    Some(ConversationRecord {
        id,
        medium: conversation.medium,
        team: conversation.team.clone(),
        customer: conversation.customer().cloned(),
        agents: conversation.served.clone(),
        started_at: conversation.started_at,
        answered_at: conversation.answered_at,
        customer_left_at: conversation.customer_gone.as_ref().map(|gone| gone.at),
        ended_at: ending.at,
        reason: ending.reason,
        ended_by: ending.by.clone(),
        phase: ending.phase,
    })
}

/// The conversations whose views a fact changes.
///
/// A restart changes all of them; it names none here, as nobody is there to be shown any.
pub fn conversations_touched(recorded: &Recorded) -> Vec<ConversationId> {
    recorded.event.conversation().into_iter().collect()
}
