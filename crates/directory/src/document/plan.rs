use std::collections::BTreeSet;
use std::fmt;

use call_core::{AgentId, TeamId, Time};

use super::format::Document;
use crate::directory::Directory;
use crate::limits::MAX_AGENTS;
use crate::noun::{Agent, AgentPatch, ChannelPatch, Rights, TeamPatch};
use crate::problem::{ProblemCode, Problems};
use crate::rule::{Actor, Change, is_owner};

/// What would make the present directory the one of a document. Displayed, it is a list for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order in which to apply them.
    pub changes: Vec<Change>,
}

/// Compares the present directory with a document.
///
/// Passwords stay as they are; agents that come with the document have none yet.
///
/// # Errors
/// All the reasons for which nobody, or not whoever asks, may do that.
pub fn plan(
    present: &Directory,
    document: &Document,
    by: &Actor,
    now: Time,
) -> Result<Plan, Problems> {
    let wanted = &document.0;
    let mut problems = Problems::default();
    check(present, wanted, by, &mut problems);
    let mut changes = Vec::new();
    // New teams first, so that everything after may name them; teams that go come last.
    teams(present, wanted, &mut changes);
    channels(present, wanted, &mut changes);
    agents(present, wanted, now, &mut changes);
    let gone = present.teams().filter(|team| wanted.team(&team.id).is_none());
    changes.extend(gone.map(|team| Change::TeamRemoved { team: team.id.clone() }));
    problems.none_or(Plan { changes })
}

fn check(present: &Directory, wanted: &Directory, by: &Actor, problems: &mut Problems) {
    if !is_owner(present, by) {
        problems.add("", ProblemCode::NotPermitted, "importing takes an owner");
    }
    let had_owners = present.owners().next().is_some();
    if had_owners && wanted.owners().next().is_none() {
        problems.add("agent", ProblemCode::LastOwner, "none has `owner = true`");
    }
    if let Actor::Agent(agent) = by
        && wanted.agent(agent).is_none()
    {
        let message = "you cannot remove yourself";
        problems.add(format!("agent {agent}"), ProblemCode::TargetIsSelf, message);
    }
    let known: BTreeSet<&AgentId> =
        present.agents().chain(wanted.agents()).map(|agent| &agent.id).collect();
    if known.len() > MAX_AGENTS {
        let message = format!("there would be {} with the removed ones", known.len());
        problems.add("agent", ProblemCode::TooMany, format!("{message}, at most {MAX_AGENTS}"));
    }
}

fn teams(present: &Directory, wanted: &Directory, changes: &mut Vec<Change>) {
    for team in wanted.teams() {
        let Some(before) = present.team(&team.id) else {
            changes.push(Change::TeamCreated { team: team.clone() });
            continue;
        };
        let patch = TeamPatch::between(before, team);
        if !patch.is_empty() {
            changes.push(Change::TeamChanged { team: team.id.clone(), patch });
        }
    }
}

fn channels(present: &Directory, wanted: &Directory, changes: &mut Vec<Change>) {
    let gone = present.channels().filter(|channel| wanted.channel(&channel.id).is_none());
    changes.extend(gone.map(|channel| Change::ChannelRemoved { channel: channel.id.clone() }));
    for channel in wanted.channels() {
        let Some(before) = present.channel(&channel.id) else {
            changes.push(Change::ChannelCreated { channel: channel.clone() });
            continue;
        };
        let patch = ChannelPatch::between(before, channel);
        if !patch.is_empty() {
            changes.push(Change::ChannelChanged { channel: channel.id.clone(), patch });
        }
    }
}

fn agents(present: &Directory, wanted: &Directory, now: Time, changes: &mut Vec<Change>) {
    let active = present.agents().filter(|agent| agent.is_active());
    let gone = active.filter(|agent| wanted.agent(&agent.id).is_none());
    // Before the others: a login name may go from one to another.
    changes.extend(gone.map(|agent| Change::AgentRemoved { agent: agent.id.clone(), at: now }));
    let staying: Vec<_> =
        wanted.agents().filter_map(|agent| Some((present.agent(&agent.id)?, agent))).collect();
    for (before, after) in &staying {
        give_up_login(before, after, changes);
    }
    for agent in wanted.agents() {
        let id = agent.id.clone();
        if let Some(before) = present.agent(&id) {
            if !before.is_active() {
                changes.push(Change::AgentRestored { agent: id });
            }
            changed(before, agent, changes);
        } else {
            let (name, login) = (agent.name.clone(), agent.login.clone());
            let created = Agent { login: login.clone(), ..Agent::named(id.clone(), name.clone()) };
            changes.push(Change::AgentCreated { agent: id, name, login });
            changed(&created, agent, changes);
        }
    }
}

/// Login names that change hands are let go of first.
fn give_up_login(before: &Agent, after: &Agent, changes: &mut Vec<Change>) {
    if before.login.is_none() || before.login == after.login {
        return;
    }
    let agent = before.id.clone();
    if after.login.is_none() && before.password.is_some() {
        changes.push(Change::PasswordCleared { agent: agent.clone() });
    }
    let patch = AgentPatch { login: Some(None), ..AgentPatch::default() };
    changes.push(Change::AgentChanged { agent, patch });
}

fn changed(before: &Agent, after: &Agent, changes: &mut Vec<Change>) {
    let id = &after.id;
    let mut patch = AgentPatch::between(before, after);
    if after.login.is_none() {
        // Given up already.
        patch.login = None;
    }
    if !patch.is_empty() {
        changes.push(Change::AgentChanged { agent: id.clone(), patch });
    }
    match (before.owner, after.owner) {
        (false, true) => changes.push(Change::OwnerGranted { agent: id.clone() }),
        (true, false) => changes.push(Change::OwnerRevoked { agent: id.clone() }),
        (true, true) | (false, false) => {}
    }
    let teams: BTreeSet<&TeamId> = before.teams.keys().chain(after.teams.keys()).collect();
    for team in teams {
        let rights = after.rights(team);
        if rights != before.rights(team) {
            let (agent, team) = (id.clone(), team.clone());
            changes.push(Change::RightsChanged { agent, team, rights });
        }
    }
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// A line for each change, such as `+ team sales` or `~ agent bob: answer in sales`.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.changes.iter().try_for_each(|change| writeln!(f, "{}", line(change)))
    }
}

fn line(change: &Change) -> String {
    match change {
        Change::AgentCreated { agent, name, .. } => format!("+ agent {agent}: {name}"),
        Change::AgentChanged { agent, patch } => {
            format!("~ agent {agent}: {}", patch.keys().join(", "))
        }
        Change::AgentRemoved { agent, .. } => format!("- agent {agent}"),
        Change::AgentRestored { agent } => format!("+ agent {agent}: restored"),
        Change::PasswordSet { agent, .. } => format!("~ agent {agent}: password"),
        Change::PasswordCleared { agent } => format!("~ agent {agent}: no password"),
        Change::SignedOut { agent } => format!("~ agent {agent}: signed out"),
        Change::RefreshTokenReused { agent } => format!("~ agent {agent}: token reused"),
        Change::RightsChanged { agent, team, rights } if *rights == Rights::NONE => {
            format!("~ agent {agent}: not in {team}")
        }
        Change::RightsChanged { agent, team, rights } => {
            format!("~ agent {agent}: {rights} in {team}")
        }
        Change::OwnerGranted { agent } => format!("~ agent {agent}: owner"),
        Change::OwnerRevoked { agent } => format!("~ agent {agent}: no owner"),
        Change::TeamCreated { team } => format!("+ team {}: {}", team.id, team.name),
        Change::TeamChanged { team, patch } => {
            format!("~ team {team}: {}", patch.keys().join(", "))
        }
        Change::TeamRemoved { team } => format!("- team {team}"),
        Change::ChannelCreated { channel } => {
            format!("+ channel {}: {}", channel.id, channel.name)
        }
        Change::ChannelChanged { channel, patch } => {
            format!("~ channel {channel}: {}", patch.keys().join(", "))
        }
        Change::ChannelRemoved { channel } => format!("- channel {channel}"),
    }
}
