//! Who may do what.
//!
//! | command | owner | manager of the team | oneself |
//! |---|---|---|---|
//! | agents: create, change, remove, restore | yes | | |
//! | rights to answer and to listen | yes | yes | |
//! | the right to manage, and to own | yes | | |
//! | password: set | yes | | yes |
//! | password: clear | yes | | |
//! | sign out everywhere | yes | | yes |
//! | teams: texts and hours, also what holds outside them | yes | yes | |
//! | teams: anything else, create, remove | yes | | |
//! | channels: texts | yes | yes, of the team it belongs to | |
//! | channels: anything else, create, remove | yes | | |
//!
//! The operator may do everything. Beyond this nobody removes the last owner, nor themselves.

use std::fmt;

use call_core::{AgentId, TeamId};
use serde::Serialize;

use super::command::{Actor, Command};
use super::refusal::Refusal;
use crate::directory::Directory;
use crate::noun::{ChannelPatch, TeamPatch};

/// What a command takes that whoever asks has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Needs {
    /// An owner.
    Owner,
    /// A manager of the team, or an owner.
    Manager(TeamId),
    /// The agent itself, or an owner.
    Oneself(AgentId),
    /// The agent itself, and nobody else.
    Alone(AgentId),
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner => f.write_str("an owner"),
            Self::Manager(team) => write!(f, "a manager of `{team}`"),
            Self::Oneself(agent) => write!(f, "`{agent}` or an owner"),
            Self::Alone(agent) => write!(f, "`{agent}`"),
        }
    }
}

/// What a manager may change about the team.
const MANAGERS_TEAM_KEYS: [&str; 3] = ["hours", "when_closed", "texts"];
/// What a manager may change about the team's channels.
const MANAGERS_CHANNEL_KEYS: [&str; 1] = ["texts"];

/// Whether everything may be administered: the whole directory seen, exported and imported.
pub fn may_administer(directory: &Directory, by: &Actor) -> bool {
    is_owner(directory, by)
}

/// Whether the team may be managed: its members and hours seen and changed.
pub fn may_manage(directory: &Directory, by: &Actor, team: &TeamId) -> bool {
    is_owner(directory, by) || manages(directory, by, team)
}

pub(crate) fn is_owner(directory: &Directory, by: &Actor) -> bool {
    match by {
        Actor::Operator => true,
        Actor::Server => false,
        Actor::Agent(agent) => directory.active_agent(agent).is_some_and(|agent| agent.owner),
    }
}

fn manages(directory: &Directory, by: &Actor, team: &TeamId) -> bool {
    match by {
        Actor::Operator | Actor::Server => false,
        Actor::Agent(agent) => {
            directory.active_agent(agent).is_some_and(|agent| agent.rights(team).manage)
        }
    }
}

fn is_self(directory: &Directory, by: &Actor, agent: &AgentId) -> bool {
    *by == Actor::Agent(agent.clone()) && directory.active_agent(agent).is_some()
}

/// Checks whether the command may be given, whatever becomes of it.
pub(super) fn check(directory: &Directory, by: &Actor, command: &Command) -> Result<(), Refusal> {
    if is_owner(directory, by) {
        return Ok(());
    }
    let needs = needs(directory, command);
    let enough = match &needs {
        Needs::Owner | Needs::Alone(_) => false,
        Needs::Manager(team) => manages(directory, by, team),
        Needs::Oneself(agent) => {
            let noticed = *by == Actor::Server && matches!(command, Command::SignOut { .. });
            noticed || is_self(directory, by, agent)
        }
    };
    if enough { Ok(()) } else { Err(Refusal::NotPermitted { needs }) }
}

/// The least that it takes.
fn needs(directory: &Directory, command: &Command) -> Needs {
    match command {
        Command::CreateAgent { .. }
        | Command::ChangeAgent { .. }
        | Command::RemoveAgent { .. }
        | Command::RestoreAgent { .. }
        | Command::ClearPassword { .. }
        | Command::GrantOwner { .. }
        | Command::RevokeOwner { .. }
        | Command::CreateTeam { .. }
        | Command::RemoveTeam { .. }
        | Command::CreateChannel { .. }
        | Command::RemoveChannel { .. } => Needs::Owner,
        Command::SetPassword { agent, .. } | Command::SignOut { agent } => {
            Needs::Oneself(agent.clone())
        }
        Command::Grant { team, rights, .. } | Command::Revoke { team, rights, .. } => {
            if rights.manage { Needs::Owner } else { Needs::Manager(team.clone()) }
        }
        Command::ChangeTeam { team, patch } => change_of_team(team, patch),
        Command::ChangeChannel { channel, patch } => {
            let team = directory.channel(channel).map(|channel| &channel.team);
            change_of_channel(team, patch)
        }
    }
}

fn change_of_team(team: &TeamId, patch: &TeamPatch) -> Needs {
    let managers = patch.keys().iter().all(|key| MANAGERS_TEAM_KEYS.contains(key));
    if managers { Needs::Manager(team.clone()) } else { Needs::Owner }
}

fn change_of_channel(team: Option<&TeamId>, patch: &ChannelPatch) -> Needs {
    let managers = patch.keys().iter().all(|key| MANAGERS_CHANNEL_KEYS.contains(key));
    match team {
        Some(team) if managers => Needs::Manager(team.clone()),
        Some(_) | None => Needs::Owner,
    }
}
