//! What an agent sees beside its conversation: itself, its colleagues, the teams.

use serde::Serialize;

use crate::agent::{AwayReason, Unavailable};
use crate::id::{AgentId, PersonId, TeamId};
use crate::settings::Settings;
use crate::time::Time;
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
    /// Its teams.
    pub teams: Vec<TeamId>,
    /// What it chose.
    pub status: StatusView,
    /// Why it is away.
    pub away_reason: Option<AwayReason>,
    /// What it is doing.
    pub state: AgentState,
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
}

/// A team.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TeamView {
    /// Which.
    pub id: TeamId,
    /// The name to show.
    pub name: String,
    /// How many of its agents can be rung, the viewer not counted.
    pub available: usize,
    /// How many calls wait in its queue.
    pub waiting: usize,
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
    todo!()
}
