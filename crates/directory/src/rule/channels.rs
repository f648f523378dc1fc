//! The rules of channels.

use call_core::TeamId;

use super::change::Change;
use super::refusal::Refusal;
use crate::directory::Directory;
use crate::limits::MAX_CHANNELS;
use crate::noun::{Channel, ChannelId, ChannelPatch};

type Outcome = Result<Vec<Change>, Refusal>;

fn known<'a>(directory: &'a Directory, id: &ChannelId) -> Result<&'a Channel, Refusal> {
    directory.channel(id).ok_or_else(|| Refusal::UnknownChannel { channel: id.clone() })
}

fn known_team(directory: &Directory, team: &TeamId) -> Result<(), Refusal> {
    let unknown = || Refusal::UnknownTeam { team: team.clone(), field: "team" };
    directory.team(team).map(|_| ()).ok_or_else(unknown)
}

pub(super) fn create(directory: &Directory, channel: &Channel) -> Outcome {
    if directory.channel(&channel.id).is_some() {
        return Err(Refusal::IdTaken { id: channel.id.to_string(), removed: false });
    }
    if directory.channels().len() >= MAX_CHANNELS {
        return Err(Refusal::TooMany { what: "channels", max: MAX_CHANNELS });
    }
    known_team(directory, &channel.team)?;
    Ok(vec![Change::ChannelCreated { channel: channel.clone() }])
}

pub(super) fn change(directory: &Directory, id: &ChannelId, patch: &ChannelPatch) -> Outcome {
    let patch = patch.clone().effective(known(directory, id)?);
    if let Some(team) = &patch.team {
        known_team(directory, team)?;
    }
    if patch.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Change::ChannelChanged { channel: id.clone(), patch }])
}

pub(super) fn remove(directory: &Directory, id: &ChannelId) -> Outcome {
    known(directory, id)?;
    Ok(vec![Change::ChannelRemoved { channel: id.clone() }])
}
