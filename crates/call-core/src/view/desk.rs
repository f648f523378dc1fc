//! What an agent sees beside its conversation: itself, its colleagues, the teams.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::agent::{Agent, AwayReason, Line, Part, Session, Status, Unavailable};
use crate::conversation::Medium;
use crate::id::{AgentId, PersonId, TeamId};
use crate::rights::Rights;
use crate::settings::Settings;
use crate::time::Time;
use crate::view::floor::Floor;
use crate::world::World;

/// What an agent sees beside its conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeskView {
    /// The agent itself.
    pub you: SelfView,
    /// Its colleagues.
    pub agents: Vec<AgentView>,
    /// The teams.
    pub teams: Vec<TeamView>,
    /// When the latest fact happened.
    pub server_time_ms: Time,
}

/// An agent as it sees itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SelfView {
    /// Who.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// The teams whose calls it takes.
    pub teams: Vec<TeamId>,
    /// What it may do for which team.
    pub rights: BTreeMap<TeamId, Rights>,
    /// What it chose.
    pub status: StatusView,
    /// Why it is away.
    pub away_reason: Option<AwayReason>,
    /// What it is doing.
    pub state: AgentState,
    /// Its chats.
    pub chat: ChatLineView,
    /// Its leg.
    pub leg: LegState,
    /// When its wrap-up ends.
    pub wrap_up_until_ms: Option<Time>,
}

/// A colleague.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentView {
    /// Who.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// Its teams.
    pub teams: Vec<TeamId>,
    /// What it chose.
    pub status: StatusView,
    /// What it is doing.
    pub state: AgentState,
    /// Whether it can be invited.
    pub available: bool,
    /// Why not.
    pub unavailable_reason: Option<Unavailable>,
    /// Its chats.
    pub chat: ChatLineView,
}

/// What an agent does about chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChatLineView {
    /// What it chose.
    pub status: StatusView,
    /// Why it is away.
    pub away_reason: Option<AwayReason>,
    /// In how many it is.
    pub engaged: usize,
    /// In how many it can be at a time.
    pub capacity: usize,
    /// Whether a chat can be offered to it.
    pub available: bool,
    /// Why not.
    pub unavailable_reason: Option<Unavailable>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TeamView {
    /// Which.
    pub id: TeamId,
    /// The name to show.
    pub name: String,
    /// How many of its agents can be rung.
    pub available: usize,
    /// How many wait in its queue.
    pub waiting: usize,
    /// Since when the one who has waited for longest does.
    pub waiting_since_ms: Option<Time>,
    /// About how long one who joins it would wait, if that can be told.
    pub estimated_wait_ms: Option<u64>,
    /// Whether agents are rung for who waits, or fetch the next.
    pub delivery: DeliveryView,
    /// What becomes of an invitation while none of its agents can be rung.
    pub when_nobody: WhenNobodyView,
    /// Its chats.
    pub chat: TeamChatView,
}

/// A team's chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TeamChatView {
    /// To how many of its agents one can be offered.
    pub available: usize,
    /// How many wait in its queue.
    pub waiting: usize,
    /// Since when the one who has waited for longest does.
    pub waiting_since_ms: Option<Time>,
    /// About how long one who joins it would wait, if that can be told.
    pub estimated_wait_ms: Option<u64>,
}

/// What becomes of an invitation to a team of which nobody can be rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum WhenNobodyView {
    /// It is refused.
    Reject,
    /// It stays open for its time and rings whoever frees up.
    Wait,
    /// As `wait`; once its initiator has left, the customer waits in the team's queue.
    Queue,
    /// Another team is invited in its place.
    FallbackTeam(TeamId),
}

/// Who begins when somebody waits in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DeliveryView {
    /// Agents are rung.
    Push,
    /// Agents fetch the next.
    Pull,
}

/// What an agent chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StatusView {
    /// Takes offers.
    Present,
    /// Takes none.
    Away,
}

/// What is new at a desk since it was shown last: each entry replaces the one of the same id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeskChanges {
    /// The agent itself, if anything about it is new.
    pub you: Option<SelfView>,
    /// Colleagues who are new or changed.
    pub agents: Vec<AgentView>,
    /// Colleagues who are to be dropped.
    pub agents_gone: Vec<PersonId>,
    /// Teams that are new or changed.
    pub teams: Vec<TeamView>,
    /// Teams that are to be dropped.
    pub teams_gone: Vec<TeamId>,
    /// When the latest fact happened.
    pub server_time_ms: Time,
}

/// What an agent is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AgentState {
    /// Nothing.
    Idle,
    /// An offer rings at it, or it is being recalled.
    Ringing,
    /// In a conversation.
    Talking,
    /// Observes a conversation.
    Observing,
    /// In wrap-up.
    WrapUp,
    /// Not signed in.
    Offline,
}

/// A leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LegState {
    /// Connected.
    Up,
    /// Not connected.
    Down,
}

/// What an agent sees beside its conversation.
pub fn desk(world: &World, settings: &Settings, agent: &AgentId) -> Option<DeskView> {
    Floor::of(world, settings).desk(world, agent)
}

/// An agent as it sees itself.
pub(super) fn self_view(id: &AgentId, agent: &Agent) -> SelfView {
    SelfView {
        id: id.clone().into(),
        name: agent.name.clone(),
        teams: teams(agent),
        rights: agent.teams.clone(),
        status: status(&agent.voice),
        away_reason: away_reason(&agent.voice),
        state: state(agent),
        chat: chat_line(agent),
        leg: if agent.leg { LegState::Up } else { LegState::Down },
        wrap_up_until_ms: agent.wrap_up.as_ref().map(|wrap_up| wrap_up.until),
    }
}

/// The teams whose calls it takes.
pub(super) fn teams(agent: &Agent) -> Vec<TeamId> {
    let answered = agent.teams.iter().filter(|(_, rights)| rights.answer);
    answered.map(|(team, _)| team.clone()).collect()
}

fn away_reason(line: &Line) -> Option<AwayReason> {
    match line.status {
        Status::Present => None,
        Status::Away { reason } => Some(reason),
    }
}

/// What it does about chats.
pub(super) fn chat_line(agent: &Agent) -> ChatLineView {
    let unavailable = agent.availability(Medium::Chat).err();
    ChatLineView {
        status: status(&agent.chat),
        away_reason: away_reason(&agent.chat),
        engaged: agent.chat.engaged(),
        capacity: agent.chats,
        available: unavailable.is_none(),
        unavailable_reason: unavailable,
    }
}

/// What it chose.
pub(super) fn status(line: &Line) -> StatusView {
    match line.status {
        Status::Present => StatusView::Present,
        Status::Away { .. } => StatusView::Away,
    }
}

/// A seat outlives a page: an agent whose page reloads is still talking.
pub(super) fn state(agent: &Agent) -> AgentState {
    match (agent.voice.places.values().next(), agent.session, &agent.wrap_up) {
        (Some(Part::Seated), _, _) => AgentState::Talking,
        (Some(Part::Observing), _, _) => AgentState::Observing,
        (Some(Part::Rung | Part::Recalled), _, _) => AgentState::Ringing,
        (None, Session::Closed { .. } | Session::SignedOut, _) => AgentState::Offline,
        (None, Session::Open, Some(_)) => AgentState::WrapUp,
        (None, Session::Open, None) => AgentState::Idle,
    }
}
