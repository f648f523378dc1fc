//! A conversation: one customer contact on one medium, a conference from its first second.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{AgentId, ConversationId, CustomerId, Owner, PersonId, TeamId};
use crate::offer::Offer;
use crate::participant::Participant;
use crate::time::Time;

/// What a conversation is held on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Medium {
    /// A call.
    Voice,
    /// A chat.
    Chat,
}

/// What is going on, derived from the facts and never stored but in what is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Phase {
    /// Nobody has answered yet, or it was requeued.
    Waiting,
    /// An invitation rings while an agent is in.
    Ringing,
    /// The customer and one agent.
    Connected,
    /// Two agents, the customer on hold.
    Consult,
    /// The customer and one agent, the other agent on hold.
    BackWithCustomer,
    /// All three talk.
    ThreeWay,
    /// An invitation rings and no agent is in.
    HandedOver,
    /// A failed hand-over rings its initiator again.
    Recall,
    /// The customer is alone: its agent is lost.
    Alone,
    /// The customer is gone, agents are still in.
    AgentsOnly,
    /// Over.
    Ended,
}

/// Why a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum EndReason {
    /// The customer left, or was lost past its grace.
    CustomerLeft,
    /// An agent finished it.
    Completed,
}

/// Who answers for a live conversation, or how it ended.
///
/// ```text
///            accepted                                    ended
///   Queued ------------> Attended ----------------------------+
///     ^  ^                 |   ^                               \
///     |  +--- requeued ----+   | accepted                       +--> Ended
///     |                    v   |                               /
///     +---- requeued --- Recalling ---------------------------+
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Care {
    /// The customer waits in its team's queue.
    Queued(Queued),
    /// An agent answers for it.
    Attended {
        /// That agent.
        owner: AgentId,
    },
    /// A failed hand-over rings its initiator again.
    Recalling(Recalling),
    /// It is over.
    Ended(Ending),
}

/// A customer's wait in a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// Since when.
    pub since: Time,
    /// Whether it goes before those who were never answered.
    pub at_head: bool,
    /// Who was rung in this round without taking it, and when that ended.
    pub tried: BTreeMap<AgentId, Time>,
    /// When the round starts again, once all who could be rung were.
    pub retry_at: Option<Time>,
}

/// A failed hand-over on its way back to the initiator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalling {
    /// The initiator.
    pub owner: AgentId,
    /// How often it has been rung, this time included.
    pub tries: u32,
    /// When it is rung again, between two tries.
    pub pause_until: Option<Time>,
}

/// How a conversation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Why.
    pub reason: EndReason,
    /// By whom.
    pub by: PersonId,
    /// In which phase.
    pub phase: Phase,
    /// When.
    pub at: Time,
    /// Who answered for it at the end.
    pub owner: Owner,
    /// Until when late commands still find it.
    pub forget_at: Time,
}

/// That the customer left while its agents talk on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerGone {
    /// When.
    pub at: Time,
    /// In which phase.
    pub phase: Phase,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its number.
    pub id: ConversationId,
    /// What it is held on.
    pub medium: Medium,
    /// The customer whose contact it is.
    pub customer: CustomerId,
    /// The team whose queue owns it when no agent does.
    pub team: TeamId,
    /// Counts its events: a view with a higher version is later.
    pub version: u64,
    /// When the customer called.
    pub started_at: Time,
    /// When an agent first answered.
    pub answered_at: Option<Time>,
    /// The seats; of an ended conversation, those at its end.
    pub participants: BTreeMap<PersonId, Participant>,
    /// The open offer.
    pub offer: Option<Offer>,
    /// Who answers for it, or how it ended.
    pub care: Care,
    /// Set once the customer left before its agents.
    pub customer_gone: Option<CustomerGone>,
    /// Agents who had a seat, in order of their first joining.
    pub served: Vec<AgentId>,
    /// Agents who were ever rung: a late answer of theirs is told what became of it.
    pub rung: BTreeSet<AgentId>,
    /// The last note an initiator left.
    pub note: Option<String>,
}

/// The most people in a conversation, a ringing invitation counted in.
pub const SEATS: usize = 3;
