//! An agent: what it chose (status), what it is doing (place), and whether it can be rung.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, TeamId};
use crate::refusal::Refusal;
use crate::rights::Rights;
use crate::time::Time;

/// What an agent chose about taking offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Status {
    /// Takes offers.
    Present,
    /// Takes none.
    Away {
        /// Why not.
        #[serde(default)]
        reason: AwayReason,
    },
}

/// Why an agent takes no offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AwayReason {
    /// A pause.
    Break,
    /// In a meeting.
    Meeting,
    /// Set by the server after two unanswered offers in a row.
    Missed,
    /// None of the above.
    #[default]
    Other,
}

/// An agent's page, as the server sees it.
///
/// ```text
///               closed                  lease runs out
///      Open ---------------> Closed ---------------------> SignedOut
///       ^                      |                               |
///       +-------- opened ------+------------- opened ----------+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Session {
    /// Connected.
    Open,
    /// Gone, and expected back.
    Closed {
        /// When the lease runs out.
        until: Time,
    },
    /// Gone for good, until the agent signs in again.
    SignedOut,
}

/// The one place an agent is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In no conversation.
    Free,
    /// An offer rings at it.
    Rung(ConversationId),
    /// Has a seat, also while it is away from it.
    Seated(ConversationId),
    /// Between two tries of a recall: kept for that conversation.
    Recalled(ConversationId),
    /// Hears it without a seat.
    Observing(ConversationId),
}

/// Time after a conversation in which no offer comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUp {
    /// The conversation it follows.
    pub conversation: ConversationId,
    /// The team that was for.
    pub team: Option<TeamId>,
    /// Since when it runs.
    pub since: Time,
    /// When it ends by itself.
    pub until: Time,
}

/// Why an agent cannot be rung at the moment; `unavailable_reason` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Unavailable {
    /// Not signed in.
    Offline,
    /// Away.
    Away,
    /// Signed in without a connected leg.
    NoLeg,
    /// An offer rings at it, or it is being recalled.
    Ringing,
    /// In a conversation.
    Talking,
    /// Observes a conversation.
    Observing,
    /// In wrap-up.
    WrapUp,
}

/// An agent the server has seen at least once.
///
/// Agents are never forgotten: there are as many as people work here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The name to show.
    pub name: String,
    /// What it may do for which team.
    pub teams: BTreeMap<TeamId, Rights>,
    /// Whether the directory has removed it: it gets no call any more, and is signed out once
    /// it is free.
    pub removed: bool,
    /// Its page.
    pub session: Session,
    /// What it chose.
    pub status: Status,
    /// Whether its leg is connected.
    pub leg: bool,
    /// Where it is.
    pub place: Place,
    /// Its wrap-up, while it runs.
    pub wrap_up: Option<WrapUp>,
    /// Since when it has been free and present: the longest idle is rung first.
    pub idle_since: Time,
    /// Unanswered offers in a row.
    pub missed: u32,
}

impl Agent {
    /// What it may do for a team.
    pub fn rights(&self, team: &TeamId) -> Rights {
        self.teams.get(team).copied().unwrap_or_default()
    }

    /// Whether it takes a team's calls.
    pub fn answers(&self, team: &TeamId) -> bool {
        self.rights(team).answer
    }

    /// Whether it takes calls, now or when it is done with what it is in.
    pub fn is_present(&self) -> bool {
        self.session == Session::Open && !self.removed && self.status == Status::Present
    }

    /// Whether an offer may ring at it, and why not.
    ///
    /// # Errors
    /// The first reason, in the order an operator would name them.
    pub fn availability(&self) -> Result<(), Unavailable> {
        match self.session {
            Session::Open if self.removed => return Err(Unavailable::Offline),
            Session::Open => {}
            Session::Closed { .. } | Session::SignedOut => return Err(Unavailable::Offline),
        }
        match self.place {
            Place::Free => {}
            Place::Rung(_) | Place::Recalled(_) => return Err(Unavailable::Ringing),
            Place::Seated(_) => return Err(Unavailable::Talking),
            Place::Observing(_) => return Err(Unavailable::Observing),
        }
        match (self.status, &self.wrap_up, self.leg) {
            (Status::Away { .. }, _, _) => Err(Unavailable::Away),
            (Status::Present, Some(_), _) => Err(Unavailable::WrapUp),
            (Status::Present, None, false) => Err(Unavailable::NoLeg),
            (Status::Present, None, true) => Ok(()),
        }
    }

    /// Why an invitation to this very agent is refused, in the order of the refusals.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_invitable(&self) -> Result<(), Refusal> {
        let is_open = self.session == Session::Open && !self.removed;
        if is_open && (self.status != Status::Present || !self.leg) {
            return Err(Refusal::ChannelInactive);
        }
        self.availability().map_err(|unavailable| match unavailable {
            Unavailable::Offline => Refusal::TargetOffline,
            Unavailable::Away | Unavailable::NoLeg => Refusal::ChannelInactive,
            Unavailable::Ringing
            | Unavailable::Talking
            | Unavailable::Observing
            | Unavailable::WrapUp => Refusal::TargetBusy,
        })
    }

    /// Whether a hand-over of its own may come back to it: its wrap-up is no obstacle, the recall
    /// of another one is.
    pub(crate) fn is_reachable(&self, id: ConversationId) -> bool {
        match self.place {
            Place::Free => self.is_present() && self.leg,
            Place::Recalled(recalled) => recalled == id && self.is_present() && self.leg,
            Place::Rung(_) | Place::Seated(_) | Place::Observing(_) => false,
        }
    }
}
