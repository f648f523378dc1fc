//! The rules of agents, their rights and their passwords.

use call_core::{AgentId, TeamId, Time};

use super::change::Change;
use super::command::Actor;
use super::refusal::Refusal;
use crate::directory::Directory;
use crate::limits::{MAX_AGENTS, MAX_TEAMS_PER_AGENT};
use crate::noun::{Agent, AgentPatch, LoginName, Name, Rights};
use crate::secret::PasswordHash;

type Outcome = Result<Vec<Change>, Refusal>;

/// An agent who works here.
fn active<'a>(directory: &'a Directory, id: &AgentId) -> Result<&'a Agent, Refusal> {
    let agent = directory.agent(id).ok_or_else(|| Refusal::UnknownAgent { agent: id.clone() })?;
    if agent.is_active() { Ok(agent) } else { Err(Refusal::AgentIsRemoved { agent: id.clone() }) }
}

fn free_login(directory: &Directory, login: &LoginName) -> Result<(), Refusal> {
    directory.by_login(login).map_or(Ok(()), |agent| {
        Err(Refusal::LoginTaken { login: login.clone(), by: agent.id.clone() })
    })
}

/// Refuses to leave nobody who administers.
fn not_the_last_owner(directory: &Directory, agent: &Agent) -> Result<(), Refusal> {
    let last = agent.owner && directory.owners().count() == 1;
    if last { Err(Refusal::LastOwner) } else { Ok(()) }
}

pub(super) fn create(
    directory: &Directory,
    id: &AgentId,
    name: &Name,
    login: Option<&LoginName>,
) -> Outcome {
    if let Some(agent) = directory.agent(id) {
        return Err(Refusal::IdTaken { id: id.to_string(), removed: !agent.is_active() });
    }
    if directory.agents().len() >= MAX_AGENTS {
        return Err(Refusal::TooMany { what: "agents, removed ones counted in", max: MAX_AGENTS });
    }
    login.map_or(Ok(()), |login| free_login(directory, login))?;
    let (agent, name) = (id.clone(), name.clone());
    Ok(vec![Change::AgentCreated { agent, name, login: login.cloned() }])
}

pub(super) fn change(directory: &Directory, id: &AgentId, patch: &AgentPatch) -> Outcome {
    let agent = active(directory, id)?;
    let patch = patch.clone().effective(agent);
    match &patch.login {
        Some(Some(login)) => free_login(directory, login)?,
        // Nobody could use the password that stays behind.
        Some(None) if agent.password.is_some() => {
            let agent = id.clone();
            let cleared = Change::PasswordCleared { agent: agent.clone() };
            return Ok(vec![cleared, Change::AgentChanged { agent, patch }]);
        }
        Some(None) | None => {}
    }
    let changed = Change::AgentChanged { agent: id.clone(), patch: patch.clone() };
    Ok(if patch.is_empty() { Vec::new() } else { vec![changed] })
}

pub(super) fn remove(directory: &Directory, by: &Actor, id: &AgentId, now: Time) -> Outcome {
    let agent = active(directory, id)?;
    if *by == Actor::Agent(id.clone()) {
        return Err(Refusal::TargetIsSelf);
    }
    not_the_last_owner(directory, agent)?;
    Ok(vec![Change::AgentRemoved { agent: id.clone(), at: now }])
}

pub(super) fn restore(directory: &Directory, id: &AgentId) -> Outcome {
    match active(directory, id) {
        Ok(_) => Err(Refusal::AgentIsActive { agent: id.clone() }),
        Err(Refusal::AgentIsRemoved { agent }) => Ok(vec![Change::AgentRestored { agent }]),
        Err(refusal) => Err(refusal),
    }
}

pub(super) fn set_password(directory: &Directory, id: &AgentId, hash: &PasswordHash) -> Outcome {
    if active(directory, id)?.login.is_none() {
        return Err(Refusal::LoginMissing { agent: id.clone() });
    }
    Ok(vec![Change::PasswordSet { agent: id.clone(), hash: hash.clone() }])
}

pub(super) fn clear_password(directory: &Directory, id: &AgentId) -> Outcome {
    let has_one = active(directory, id)?.password.is_some();
    Ok(if has_one { vec![Change::PasswordCleared { agent: id.clone() }] } else { Vec::new() })
}

pub(super) fn sign_out(directory: &Directory, id: &AgentId) -> Outcome {
    active(directory, id)?;
    Ok(vec![Change::SignedOut { agent: id.clone() }])
}

pub(super) fn grant(directory: &Directory, id: &AgentId, team: &TeamId, more: Rights) -> Outcome {
    let agent = active(directory, id)?;
    known_team(directory, team)?;
    let before = agent.rights(team);
    let joins = before.is_none() && !more.is_none();
    if joins && agent.teams.len() >= MAX_TEAMS_PER_AGENT {
        return Err(Refusal::TooMany { what: "teams of one agent", max: MAX_TEAMS_PER_AGENT });
    }
    Ok(rights_changed(id, team, before, before.with(more)))
}

pub(super) fn revoke(directory: &Directory, id: &AgentId, team: &TeamId, less: Rights) -> Outcome {
    let before = active(directory, id)?.rights(team);
    known_team(directory, team)?;
    Ok(rights_changed(id, team, before, before.without(less)))
}

fn known_team(directory: &Directory, team: &TeamId) -> Result<(), Refusal> {
    let unknown = || Refusal::UnknownTeam { team: team.clone(), field: "team" };
    directory.team(team).map(|_| ()).ok_or_else(unknown)
}

fn rights_changed(agent: &AgentId, team: &TeamId, before: Rights, rights: Rights) -> Vec<Change> {
    let (agent, team) = (agent.clone(), team.clone());
    let changed = before != rights;
    if changed { vec![Change::RightsChanged { agent, team, rights }] } else { Vec::new() }
}

pub(super) fn grant_owner(directory: &Directory, id: &AgentId) -> Outcome {
    let is_one = active(directory, id)?.owner;
    Ok(if is_one { Vec::new() } else { vec![Change::OwnerGranted { agent: id.clone() }] })
}

pub(super) fn revoke_owner(directory: &Directory, id: &AgentId) -> Outcome {
    let agent = active(directory, id)?;
    not_the_last_owner(directory, agent)?;
    Ok(if agent.owner { vec![Change::OwnerRevoked { agent: id.clone() }] } else { Vec::new() })
}
