//! The rules of teams.

use call_core::TeamId;

use super::change::Change;
use super::references::check_stand_ins;
use super::refusal::Refusal;
use crate::directory::Directory;
use crate::limits::MAX_TEAMS;
use crate::noun::{Rights, Team, TeamPatch};

type Outcome = Result<Vec<Change>, Refusal>;

fn known<'a>(directory: &'a Directory, id: &TeamId) -> Result<&'a Team, Refusal> {
    let unknown = || Refusal::UnknownTeam { team: id.clone(), field: "team" };
    directory.team(id).ok_or_else(unknown)
}

pub(super) fn create(directory: &Directory, team: &Team) -> Outcome {
    if directory.team(&team.id).is_some() {
        return Err(Refusal::IdTaken { id: team.id.to_string(), removed: false });
    }
    if directory.teams().len() >= MAX_TEAMS {
        return Err(Refusal::TooMany { what: "teams", max: MAX_TEAMS });
    }
    check_stand_ins(|id| directory.team(id), team).map_err(|fault| fault.refusal(&team.id))?;
    Ok(vec![Change::TeamCreated { team: team.clone() }])
}

pub(super) fn change(directory: &Directory, id: &TeamId, patch: &TeamPatch) -> Outcome {
    let present = known(directory, id)?;
    let patch = patch.clone().effective(present);
    if patch.is_empty() {
        return Ok(Vec::new());
    }
    let mut team = present.clone();
    patch.apply_to(&mut team);
    check_stand_ins(|id| directory.team(id), &team).map_err(|fault| fault.refusal(id))?;
    Ok(vec![Change::TeamChanged { team: id.clone(), patch }])
}

/// Everybody's rights in it end with it; what else names it has to let go of it first.
pub(super) fn remove(directory: &Directory, id: &TeamId) -> Outcome {
    known(directory, id)?;
    let channels = directory.channels().flat_map(|channel| {
        let naming = channel.teams().filter(|(_, other)| *other == id);
        naming.map(move |(field, _)| format!("channel {}: {field}", channel.id))
    });
    let teams = directory.teams().flat_map(|team| {
        let naming = team.stand_ins().filter(|(_, other)| *other == id);
        naming.map(move |(field, _)| format!("team {}: {field}", team.id))
    });
    let by: Vec<_> = channels.chain(teams).collect();
    if !by.is_empty() {
        return Err(Refusal::TeamInUse { team: id.clone(), by });
    }
    let members = directory.agents().filter(|agent| agent.teams.contains_key(id));
    let leaving = members.map(|agent| Change::RightsChanged {
        agent: agent.id.clone(),
        team: id.clone(),
        rights: Rights::NONE,
    });
    Ok(leaving.chain([Change::TeamRemoved { team: id.clone() }]).collect())
}
