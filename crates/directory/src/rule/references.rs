//! What names what: every name leads somewhere, and no team stands in for itself.

use std::collections::{BTreeMap, BTreeSet};

use call_core::{AgentId, ChannelId, TeamId};

use super::refusal::Refusal;
use crate::noun::{Agent, Channel, LoginName, Team};
use crate::problem::{ProblemCode, Problems};

/// What is wrong with a team that stands in for another.
pub(crate) struct StandInFault {
    /// The field that names it.
    field: &'static str,
    /// The team it names, where that does not exist; otherwise it leads back.
    unknown: Option<TeamId>,
}

impl StandInFault {
    /// As the refusal of a change of the team.
    pub(super) fn refusal(self, team: &TeamId) -> Refusal {
        let (field, team) = (self.field, team.clone());
        match self.unknown {
            Some(team) => Refusal::UnknownTeam { team, field },
            None => Refusal::StandInCircle { team, field },
        }
    }
}

/// Checks the teams that take a team's callers in its place, among the others as they are.
///
/// Whatever its reason (nobody there, closed, full), following the stand-ins never comes back: so
/// nobody is sent in a circle, also not at night when the one is closed and the other full.
pub(super) fn check_stand_ins<'a>(
    find: impl Fn(&TeamId) -> Option<&'a Team>,
    team: &Team,
) -> Result<(), StandInFault> {
    for (field, stand_in) in team.stand_ins() {
        if *stand_in != team.id && find(stand_in).is_none() {
            return Err(StandInFault { field, unknown: Some(stand_in.clone()) });
        }
        if leads_to(&find, stand_in, &team.id) {
            return Err(StandInFault { field, unknown: None });
        }
    }
    Ok(())
}

/// Whether following the stand-ins from one team comes to the other.
fn leads_to<'a>(find: &impl Fn(&TeamId) -> Option<&'a Team>, from: &TeamId, to: &TeamId) -> bool {
    let mut seen = BTreeSet::new();
    let mut ahead = vec![from.clone()];
    while let Some(id) = ahead.pop() {
        if id == *to {
            return true;
        }
        let stand_ins = find(&id).into_iter().flat_map(Team::stand_ins);
        let next: Vec<_> = stand_ins.map(|(_, team)| team.clone()).collect();
        if seen.insert(id) {
            ahead.extend(next);
        }
    }
    false
}

/// Checks everything against everything, as no single change had done.
pub(crate) fn check_whole(
    agents: &BTreeMap<AgentId, Agent>,
    teams: &BTreeMap<TeamId, Team>,
    channels: &BTreeMap<ChannelId, Channel>,
    problems: &mut Problems,
) {
    for team in teams.values() {
        if let Err(fault) = check_stand_ins(|id| teams.get(id), team) {
            let code = match fault.unknown {
                Some(_) => ProblemCode::UnknownTeam,
                None => ProblemCode::StandInCircle,
            };
            let field = format!("team {}: {}", team.id, fault.field);
            problems.add(field, code, fault.refusal(&team.id).to_string());
        }
    }
    let mut known = |team: &TeamId, field: String| {
        if !teams.contains_key(team) {
            let message = format!("there is no team `{team}`");
            problems.add(field, ProblemCode::UnknownTeam, message);
        }
    };
    for channel in channels.values() {
        for (field, team) in channel.teams() {
            known(team, format!("channel {}: {field}", channel.id));
        }
    }
    for agent in agents.values() {
        for team in agent.teams.keys() {
            known(team, format!("agent {}: teams.{team}", agent.id));
        }
    }
    check_logins(agents, problems);
}

fn check_logins(agents: &BTreeMap<AgentId, Agent>, problems: &mut Problems) {
    let mut logins: BTreeMap<&LoginName, &AgentId> = BTreeMap::new();
    for agent in agents.values() {
        let Some(login) = &agent.login else { continue };
        if let Some(other) = logins.insert(login, &agent.id) {
            let message = format!("`{login}` is the login name of `{other}` too");
            problems.add(format!("agent {}: login", agent.id), ProblemCode::Duplicate, message);
        }
    }
}
