//! A conversation: one customer contact on one medium, a conference from its first second.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::call_offer::CallOffer;
use crate::chat::Chat;
use crate::id::{AgentId, ChannelId, ConversationId, CustomerId, Owner, PersonId, TeamId};
use crate::observer::Observer;
use crate::offer::Offer;
use crate::participant::{Participant, Role};
use crate::segment::Spent;
use crate::time::Time;

/// What a conversation is held on.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Medium {
    /// A call.
    #[default]
    Voice,
    /// A chat.
    Chat,
}

impl Medium {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Voice, Self::Chat];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Voice => Self::Chat,
            Self::Chat => Self::Voice,
        }
    }
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
    /// The customer and one agent, or the two agents of an internal call.
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
    /// The customer, or an agent of an internal call, is alone: the other is lost.
    Alone,
    /// The customer is gone, agents are still in.
    AgentsOnly,
    /// Over.
    Ended,
}

/// Whose contact a conversation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// A customer's.
    Customer(CustomerId),
    /// Between two agents.
    Internal {
        /// Who called the other.
        caller: AgentId,
    },
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
    /// The colleague who was called did not take the call.
    NotAnswered,
    /// An agent of an internal call was lost past its grace.
    AgentLost,
    /// A supervisor ended it.
    EndedForAll,
    /// Nobody wrote for a long time.
    Idle,
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
    /// Since when its place counts: who has waited longer comes first.
    pub place: Time,
    /// Whether it goes before those who were never answered.
    pub at_head: bool,
    /// Who was rung in this round without taking it, and when that ended.
    pub tried: BTreeMap<AgentId, Time>,
    /// When the round starts again, once all who could be rung were.
    pub retry_at: Option<Time>,
    /// When another team stands in.
    pub overflow_at: Option<Time>,
    /// What the customer was told about its wait.
    pub announced: Option<Announced>,
    /// Who is rung first, if it can be: who knows the customer.
    #[serde(default)]
    pub prefer: Option<AgentId>,
}

/// What a waiting customer was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// Its place, 1 being the next; beyond ten, the next full ten.
    pub position: usize,
    /// About how long it will be, in full minutes, if that can be told.
    pub estimated_wait_ms: Option<u64>,
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
    /// Whose contact it is.
    pub contact: Contact,
    /// The team whose queue owns it when no agent does; none of an internal call.
    pub team: Option<TeamId>,
    /// The channel the customer came in by, if it was one.
    #[serde(default)]
    pub channel: Option<ChannelId>,
    /// The conversation on the other medium that belongs to it.
    #[serde(default)]
    pub linked: Option<ConversationId>,
    /// How urgent it is: of those who wait, higher comes first.
    pub priority: u8,
    /// Counts its events: a view with a higher version is later.
    pub version: u64,
    /// When the customer called.
    pub started_at: Time,
    /// When an agent first answered.
    pub answered_at: Option<Time>,
    /// The seats; of an ended conversation, those at its end.
    pub participants: BTreeMap<PersonId, Participant>,
    /// Who hears it without a seat.
    pub observers: BTreeMap<AgentId, Observer>,
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
    /// Its messages, of a chat.
    #[serde(default)]
    pub chat: Option<Chat>,
    /// How everybody's time was spent.
    pub spent: Spent,
}

/// The most people in a conversation, a ringing invitation counted in.
pub const SEATS: usize = 3;

impl Conversation {
    /// Whether it is not over.
    pub fn is_live(&self) -> bool {
        match self.care {
            Care::Queued(_) | Care::Attended { .. } | Care::Recalling(_) => true,
            Care::Ended(_) => false,
        }
    }

    /// The customer whose contact it is, also after it left.
    pub fn customer(&self) -> Option<&CustomerId> {
        match &self.contact {
            Contact::Customer(customer) => Some(customer),
            Contact::Internal { .. } => None,
        }
    }

    /// The customer as a person.
    pub fn customer_id(&self) -> Option<PersonId> {
        self.customer().cloned().map(PersonId::Customer)
    }

    /// Whether it is a call between two agents.
    pub fn is_internal(&self) -> bool {
        self.customer().is_none()
    }

    /// The customer's seat.
    pub fn customer_seat(&self) -> Option<&Participant> {
        let is_customer = |seat: &&Participant| match seat.role {
            Role::Customer => true,
            Role::Agent | Role::Supervisor => false,
        };
        self.participants.values().find(is_customer)
    }

    /// The agents' seats.
    pub fn agent_seats(&self) -> impl Iterator<Item = (&AgentId, &Participant)> {
        self.participants.iter().filter_map(|(person, seat)| Some((person.as_agent()?, seat)))
    }

    /// The agents who are in: joined, or absent by nobody's fault.
    pub fn agents_in(&self) -> impl Iterator<Item = &AgentId> {
        self.agent_seats().filter(|(_, seat)| seat.is_in()).map(|(agent, _)| agent)
    }

    /// Who answers for it.
    pub fn owner(&self) -> Owner {
        match &self.care {
            Care::Queued(_) => {
                let team = self.team.clone();
                Owner::Queue(team.expect("what waits in a queue has a team"))
            }
            Care::Attended { owner } | Care::Recalling(Recalling { owner, .. }) => {
                Owner::Agent(owner.clone())
            }
            Care::Ended(ending) => ending.owner.clone(),
        }
    }

    /// The agents being rung.
    pub fn candidates(&self) -> impl Iterator<Item = &AgentId> {
        self.offer.iter().flat_map(|offer| offer.candidates.keys())
    }

    /// The open offer, if who takes it has a seat then.
    pub fn invitation(&self) -> Option<&Offer> {
        self.offer.as_ref().filter(|offer| offer.is_for_a_seat())
    }

    /// The call that its customer is offered, of a chat.
    pub fn call_offer(&self) -> Option<&CallOffer> {
        self.chat.as_ref()?.call_offer.as_ref()
    }

    /// Seats taken, kept ones and a ringing invitation counted in.
    pub fn seats_taken(&self) -> usize {
        let rings = self.offer.as_ref().is_some_and(Offer::takes_a_seat);
        self.participants.len() + usize::from(rings)
    }

    /// Whether an agent has a seat.
    pub fn has_seat(&self, agent: &AgentId) -> bool {
        self.agent_seats().any(|(seated, _)| seated == agent)
    }

    /// Whether an agent observes it.
    pub fn observes(&self, agent: &AgentId) -> bool {
        self.observers.contains_key(agent)
    }

    /// Everybody who has to do with it at the moment: seats, observers, candidates, who is
    /// recalled.
    pub(crate) fn people(&self) -> BTreeSet<PersonId> {
        let mut people: BTreeSet<_> = self.participants.keys().cloned().collect();
        people.extend(self.observers.keys().cloned().map(PersonId::Agent));
        people.extend(self.candidates().cloned().map(PersonId::Agent));
        if let Care::Recalling(recalling) = &self.care {
            people.insert(recalling.owner.clone().into());
        }
        people
    }

    /// Whether a person ever had to do with it.
    pub fn knows(&self, person: &PersonId) -> bool {
        match person {
            PersonId::Customer(customer) => self.customer() == Some(customer),
            PersonId::Agent(agent) => {
                self.rung.contains(agent) || self.served.contains(agent) || self.observes(agent)
            }
        }
    }

    /// What is going on.
    pub fn phase(&self) -> Phase {
        match self.care {
            Care::Queued(_) => Phase::Waiting,
            Care::Recalling(_) => Phase::Recall,
            Care::Ended(_) => Phase::Ended,
            Care::Attended { .. } => self.attended_phase(),
        }
    }

    fn attended_phase(&self) -> Phase {
        if self.is_internal() {
            return match (self.agents_in().count(), self.invitation()) {
                (_, Some(_)) => Phase::Ringing,
                (0 | 1, None) => Phase::Alone,
                (_, None) => Phase::Connected,
            };
        }
        let Some(customer) = self.customer_seat() else { return Phase::AgentsOnly };
        let held = |agent: &AgentId| {
            let seat = self.participants.get(&PersonId::Agent(agent.clone()));
            seat.is_some_and(|seat| seat.hold.is_some())
        };
        match (self.agents_in().count(), self.invitation()) {
            (0, Some(_)) => Phase::HandedOver,
            (0, None) => Phase::Alone,
            (1, Some(_)) => Phase::Ringing,
            (1, None) => Phase::Connected,
            (_, _) if customer.hold.is_some() => Phase::Consult,
            (_, _) if self.agents_in().any(held) => Phase::BackWithCustomer,
            (_, _) => Phase::ThreeWay,
        }
    }
}
