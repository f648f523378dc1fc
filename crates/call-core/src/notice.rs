//! News for one person: what happened, beside how things stand.

use serde::{Deserialize, Serialize};

use crate::conversation::{EndReason, Phase};
use crate::event::{Departure, Recorded};
use crate::id::{ConversationId, OfferId, PersonId, Target};
use crate::offer::OfferEnd;
use crate::world::World;

/// Why an alert went away, without the candidate's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Rescinded {
    /// It rang long enough.
    NoAnswer,
    /// The candidate's leg did not come up in time.
    TargetLost,
    /// It was withdrawn.
    Cancelled,
    /// The customer left.
    CustomerLeft,
    /// The initiator left, and the conversation went to a queue.
    InitiatorLeft,
    /// Somebody else took it.
    Answered,
}

/// How a participant's seat was lost, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LeftHow {
    /// By its own command.
    Left,
    /// By another agent's.
    Removed,
    /// Its grace ran out.
    Lost,
}

impl From<&Departure> for LeftHow {
    fn from(departure: &Departure) -> Self {
        match departure {
            Departure::Left => Self::Left,
            Departure::Removed { .. } => Self::Removed,
            Departure::Lost => Self::Lost,
        }
    }
}

/// News for one person; tagged by `kind` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "the fields are the nouns of the news, named as everywhere")]
pub enum Notice {
    /// To the agents: the invitation ended without being taken.
    OfferEnded {
        conversation: ConversationId,
        offer: OfferId,
        target: Target,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        candidate: Option<PersonId>,
        reason: OfferEnd,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// To a candidate: nothing rings any more.
    Rescinded {
        conversation: ConversationId,
        reason: Rescinded,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        winner: Option<PersonId>,
    },
    /// To the agents: the customer left for good.
    CustomerLeft { conversation: ConversationId, phase: Phase },
    /// To the agents: the customer's leg is gone, its seat is kept.
    CustomerLost { conversation: ConversationId },
    /// To the agents: the customer is back.
    CustomerBack { conversation: ConversationId },
    /// To everybody else in it: an agent joined.
    ParticipantJoined { conversation: ConversationId, participant: PersonId },
    /// To the agents, and to who left: an agent's seat is gone.
    ParticipantLeft { conversation: ConversationId, participant: PersonId, reason: LeftHow },
    /// To the agents: an agent's leg is gone, its seat is kept.
    ParticipantLost { conversation: ConversationId, participant: PersonId },
    /// To the agents: an agent is back.
    ParticipantBack { conversation: ConversationId, participant: PersonId },
    /// To who left while its invitation rang, and to the candidate.
    HandedOver { conversation: ConversationId },
    /// To an agent: its hand-over failed and rings again.
    Recalled { conversation: ConversationId },
    /// To the customer, and to who answered for it: waiting in a queue again.
    Requeued { conversation: ConversationId },
    /// To an agent: somebody removed it.
    Removed { conversation: ConversationId, by: PersonId },
    /// To an agent: set away after unanswered offers.
    MissedOffers,
    /// To everybody in it: it is over.
    Ended { conversation: ConversationId, reason: EndReason },
}

/// The news in a recorded fact; `world_after` is the world with it applied.
pub fn notices(world_after: &World, recorded: &Recorded) -> Vec<(PersonId, Notice)> {
    todo!()
}
