//! An agent: what it chose (status) and is doing (places), per medium, and whether it can be rung.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::conversation::Medium;
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

/// What an agent has to do with one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// An offer rings at it.
    Rung,
    /// Has a seat, also while it is away from it.
    Seated,
    /// Between two tries of a recall: kept for that conversation.
    Recalled,
    /// Hears or reads it without a seat.
    Observing,
}

/// How many chats an agent is in at a time, if nothing else is said.
pub const CHATS: usize = 4;

/// An agent's work on one medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it chose.
    pub status: Status,
    /// The conversations it has to do with. Calls come one at a time.
    pub places: BTreeMap<ConversationId, Part>,
    /// Since when it has been free and present: the longest idle is rung first.
    pub idle_since: Time,
    /// Unanswered offers in a row.
    pub missed: u32,
}

impl Line {
    /// Somebody who has just signed in.
    pub(crate) fn fresh(at: Time) -> Self {
        let status = Status::Present;
        Self { status, places: BTreeMap::new(), idle_since: at, missed: 0 }
    }

    /// In how many conversations it has a seat, or would have one after an answer.
    pub fn engaged(&self) -> usize {
        let counts = |part: &&Part| match part {
            Part::Rung | Part::Seated | Part::Recalled => true,
            Part::Observing => false,
        };
        self.places.values().filter(counts).count()
    }
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
    /// Whether its leg is connected.
    pub leg: bool,
    /// Its calls.
    pub voice: Line,
    /// Its chats.
    pub chat: Line,
    /// How many chats it is in at a time.
    pub chats: usize,
    /// Its wrap-up, while it runs.
    pub wrap_up: Option<WrapUp>,
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

    /// Its work on a medium.
    pub fn line(&self, medium: Medium) -> &Line {
        match medium {
            Medium::Voice => &self.voice,
            Medium::Chat => &self.chat,
        }
    }

    pub(crate) fn line_mut(&mut self, medium: Medium) -> &mut Line {
        match medium {
            Medium::Voice => &mut self.voice,
            Medium::Chat => &mut self.chat,
        }
    }

    /// Everything it has to do with.
    pub fn places(&self) -> impl Iterator<Item = (ConversationId, Part)> {
        self.voice.places.iter().chain(&self.chat.places).map(|(id, part)| (*id, *part))
    }

    /// What it has to do with one conversation.
    pub fn part_in(&self, id: ConversationId) -> Option<Part> {
        self.voice.places.get(&id).or_else(|| self.chat.places.get(&id)).copied()
    }

    /// In how many conversations of a medium it can be at a time.
    pub fn capacity(&self, medium: Medium) -> usize {
        match medium {
            Medium::Voice => 1,
            Medium::Chat => self.chats,
        }
    }

    /// Whether there is room for one more conversation. Who listens to a call hears nothing else;
    /// who reads a chat along may write in others.
    pub fn has_room(&self, medium: Medium) -> bool {
        match medium {
            Medium::Voice => self.voice.places.is_empty(),
            Medium::Chat => self.chat.engaged() < self.chats,
        }
    }

    /// Whether it takes a medium's conversations, now or when it is done with what it is in.
    pub fn is_present(&self, medium: Medium) -> bool {
        let is_here = self.session == Session::Open && !self.removed;
        is_here && self.line(medium).status == Status::Present
    }

    /// Whether an offer may ring at it, and why not.
    ///
    /// # Errors
    /// The first reason, in the order an operator would name them.
    pub fn availability(&self, medium: Medium) -> Result<(), Unavailable> {
        match self.session {
            Session::Open if self.removed => return Err(Unavailable::Offline),
            Session::Open => {}
            Session::Closed { .. } | Session::SignedOut => return Err(Unavailable::Offline),
        }
        let line = self.line(medium);
        if !self.has_room(medium) {
            return Err(occupation(line));
        }
        let wraps_up = medium == Medium::Voice && self.wrap_up.is_some();
        match (line.status, wraps_up, self.leg) {
            (Status::Away { .. }, _, _) => Err(Unavailable::Away),
            (Status::Present, true, _) => Err(Unavailable::WrapUp),
            (Status::Present, false, false) => Err(Unavailable::NoLeg),
            (Status::Present, false, true) => Ok(()),
        }
    }

    /// Why an invitation to this very agent is refused, in the order of the refusals.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_invitable(&self, medium: Medium) -> Result<(), Refusal> {
        let is_open = self.session == Session::Open && !self.removed;
        if is_open && (self.line(medium).status != Status::Present || !self.leg) {
            return Err(Refusal::ChannelInactive);
        }
        self.availability(medium).map_err(|unavailable| match unavailable {
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
    pub(crate) fn is_reachable(&self, medium: Medium, id: ConversationId) -> bool {
        let is_kept = self.part_in(id) == Some(Part::Recalled);
        (is_kept || self.has_room(medium)) && self.is_present(medium) && self.leg
    }
}

/// What keeps a line busy, in one word.
fn occupation(line: &Line) -> Unavailable {
    let has = |part: Part| line.places.values().any(|one| *one == part);
    if has(Part::Seated) {
        Unavailable::Talking
    } else if has(Part::Rung) || has(Part::Recalled) {
        Unavailable::Ringing
    } else {
        Unavailable::Observing
    }
}
