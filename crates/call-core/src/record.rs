//! What is kept of a conversation that is over.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::conversation::{Care, EndReason, Medium, Phase};
use crate::event::{Event, Recorded};
use crate::id::{AgentId, ChannelId, ConversationId, CustomerId, PersonId, TeamId};
use crate::segment::{CustomerTime, Missed, Segment};
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
    /// The channel its customer came in by, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
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
    /// How the customer's time was spent until it left; nothing of an internal call.
    #[serde(default)]
    pub customer_time: Option<CustomerTime>,
    /// Each agent's stays, in order of sitting down.
    #[serde(default)]
    pub segments: Vec<Segment>,
    /// How many stays were left out, the oldest first.
    #[serde(default)]
    pub segments_left_out: u32,
    /// Who was rung without taking it.
    #[serde(default)]
    pub missed: BTreeMap<AgentId, Missed>,
    /// Whether nobody wraps it up any more: it will not change, unless it is a chat to which its
    /// customer returns.
    #[serde(default)]
    pub is_final: bool,
}

/// The record of a conversation that has ended, while it is remembered.
///
/// It is there from the end on, and changes until the last wrap-up is over.
pub fn record(world: &World, id: ConversationId) -> Option<ConversationRecord> {
    let conversation = world.conversation(id)?;
    let Care::Ended(ending) = &conversation.care else { return None };
    let spent = &conversation.spent;
    Some(ConversationRecord {
        id,
        medium: conversation.medium,
        team: conversation.team.clone(),
        channel: conversation.channel.clone(),
        customer: conversation.customer().cloned(),
        agents: conversation.served.clone(),
        started_at: conversation.started_at,
        answered_at: conversation.answered_at,
        customer_left_at: conversation.customer_gone.as_ref().map(|gone| gone.at),
        ended_at: ending.at,
        reason: ending.reason,
        ended_by: ending.by.clone(),
        phase: ending.phase,
        customer_time: conversation.customer().map(|_| spent.customer),
        segments: spent.segments.clone(),
        segments_left_out: spent.left_out,
        missed: spent.missed.clone(),
        is_final: spent.segments.iter().all(|segment| segment.closed_at.is_some()),
    })
}

/// The conversation whose record, if it is over, is to be written anew once a fact has been
/// applied; `before` is the world before that.
pub fn record_changed(before: &World, recorded: &Recorded) -> Option<ConversationId> {
    if let Event::ConversationEnded { conversation, .. }
    | Event::WrapUpStarted { conversation, .. } = &recorded.event
    {
        return Some(*conversation);
    }
    if let Event::WrapUpEnded { agent, .. } | Event::AgentSignedOut { agent } = &recorded.event {
        return Some(before.agent(agent)?.wrap_up.as_ref()?.conversation);
    }
    None
}

/// The conversations whose views a fact changes.
///
/// A restart changes all of them; it names none here, as nobody is there to be shown any. What is
/// written in a chat is told beside its view. Whether a customer has a call is shown in its chat as
/// well, and the other way around.
pub fn conversations_touched(world: &World, recorded: &Recorded) -> Vec<ConversationId> {
    let touched = recorded.event.conversation().filter(|_| !recorded.event.is_writing());
    touched.into_iter().chain(beside(world, &recorded.event)).collect()
}

/// What a customer has on the other medium when a conversation of its begins, ends or goes on
/// without it: from there the other can be opened then, or cannot.
pub(crate) fn beside(world: &World, event: &Event) -> Option<ConversationId> {
    let known = |id: &ConversationId| {
        let conversation = world.conversation(*id)?;
        Some((conversation.customer_id()?, conversation.medium))
    };
    let (customer, medium) = if let Event::ConversationStarted { customer, medium, .. } = event {
        (customer.clone().into(), *medium)
    } else if let Event::ConversationEnded { conversation, .. }
    | Event::Reopened { conversation, .. } = event
    {
        known(conversation)?
    } else if let Event::ParticipantLeft { conversation, participant, .. } = event {
        known(conversation).filter(|(customer, _)| customer == participant)?
    } else {
        return None;
    };
    let PersonId::Customer(customer) = customer else { return None };
    world.customer(&customer)?.seats.get(&medium.other()).copied()
}
