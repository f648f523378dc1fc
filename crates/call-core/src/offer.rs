//! Offers: a ringing invitation to an agent, or to a team, one or several of whose agents ring.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::command::{HoldWhen, OnFailure};
use crate::id::{AgentId, OfferId, Target};
use crate::time::Time;

/// Where an offer comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The queue the customer waits in.
    Queue,
    /// An agent's invitation.
    Invite {
        /// Who invited.
        initiator: AgentId,
        /// When the customer goes on hold.
        hold: HoldWhen,
        /// What a failure does with that hold.
        on_failure: OnFailure,
    },
    /// An agent offers its chat to another: who takes it owns it, and who gave it away listens.
    Transfer {
        /// Who offered.
        initiator: AgentId,
    },
    /// A hand-over that failed rings its initiator again.
    Recall,
    /// An agent wants another to hear the conversation, without a seat in it.
    Listen {
        /// Who invited.
        initiator: AgentId,
    },
}

/// How far an offer got with its candidate.
///
/// ```text
///              leg lost                       accepts, leg up
///   Ringing ------------> Unreachable     +---------------------> (seated)
///     |   ^                 |      |      |
///     |   +---- leg up -----+      |      |
///     |                            v      |   leg up
///     +--------- accepts -----> Joining --+---------------------> (seated)
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Rings.
    Ringing {
        /// When the ringing ends.
        until: Time,
    },
    /// Rang when its leg was lost, and has a moment to come back.
    Unreachable {
        /// When that moment is over.
        until: Time,
        /// When the ringing would have ended.
        ring_until: Time,
    },
    /// Accepted; joins as soon as its leg is up.
    Joining {
        /// Until when that counts.
        until: Time,
    },
}

/// How an agent is being rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// How far it got.
    pub stage: Stage,
    /// Since when it is rung.
    pub since: Time,
}

impl Candidate {
    /// Until when it may join, once it has accepted.
    fn joins_until(&self) -> Option<Time> {
        match self.stage {
            Stage::Joining { until } => Some(until),
            Stage::Ringing { .. } | Stage::Unreachable { .. } => None,
        }
    }

    /// Whether it has accepted.
    pub(crate) fn joins(&self) -> bool {
        self.joins_until().is_some()
    }
}

/// An open offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its number.
    pub id: OfferId,
    /// Where it comes from.
    pub origin: Origin,
    /// Whom it is for.
    pub target: Target,
    /// Who is rung at the moment: one, unless the team rings all at once.
    pub candidates: BTreeMap<AgentId, Candidate>,
    /// Who was rung without taking it, and when that ended.
    pub tried: BTreeMap<AgentId, Time>,
    /// What the initiator wants the candidates to know.
    pub note: Option<String>,
    /// Since when it is open: of a transfer to a queue, the place there.
    pub opened_at: Time,
    /// When the whole of it ends, for an invitation to a team.
    pub expires_at: Option<Time>,
}

/// Why a candidate did not take an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CandidateFailure {
    /// It said no.
    Declined,
    /// It said nothing.
    NoAnswer,
    /// It went away, or its leg did not come up in time.
    TargetLost,
}

/// Why an offer ended without being accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum OfferEnd {
    /// The target, or the last of the team, said no.
    Declined,
    /// The target, or the last of the team, said nothing.
    NoAnswer,
    /// The target, or the last of the team, went away.
    TargetLost,
    /// An agent in the conversation withdrew it.
    Cancelled,
    /// The customer left.
    CustomerLeft,
    /// Its initiator left, and the conversation went to the team's queue.
    InitiatorLeft,
    /// Nobody could be rung in all its time.
    NobodyAvailable,
}

impl Offer {
    /// Who invited, for an invitation.
    pub fn initiator(&self) -> Option<&AgentId> {
        match &self.origin {
            Origin::Invite { initiator, .. }
            | Origin::Transfer { initiator }
            | Origin::Listen { initiator } => Some(initiator),
            Origin::Queue | Origin::Recall => None,
        }
    }

    /// When the whole of it ends: who has accepted in its time has its moment to join.
    pub(crate) fn over_at(&self) -> Option<Time> {
        let joined_by = self.candidates.values().filter_map(Candidate::joins_until).max();
        let joined_by = joined_by.unwrap_or_default();
        self.expires_at.map(|at| at.max(joined_by))
    }

    /// Whether it takes a seat while it rings: not one in the place of whoever offers.
    pub(crate) fn takes_a_seat(&self) -> bool {
        match self.origin {
            Origin::Queue | Origin::Invite { .. } | Origin::Recall => true,
            Origin::Transfer { .. } | Origin::Listen { .. } => false,
        }
    }

    /// Whether who takes it has a seat then: all but a listener.
    pub fn is_for_a_seat(&self) -> bool {
        match self.origin {
            Origin::Queue | Origin::Invite { .. } | Origin::Transfer { .. } | Origin::Recall => {
                true
            }
            Origin::Listen { .. } => false,
        }
    }
}

impl From<CandidateFailure> for OfferEnd {
    fn from(failure: CandidateFailure) -> Self {
        match failure {
            CandidateFailure::Declined => Self::Declined,
            CandidateFailure::NoAnswer => Self::NoAnswer,
            CandidateFailure::TargetLost => Self::TargetLost,
        }
    }
}
