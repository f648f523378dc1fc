//! The rules of channels.

use call_core::{ChannelId, TeamId};

use super::change::Change;
use super::refusal::Refusal;
use crate::directory::Directory;
use crate::limits::MAX_CHANNELS;
use crate::noun::{Channel, ChannelPatch};

type Outcome = Result<Vec<Change>, Refusal>;

fn known<'a>(directory: &'a Directory, id: &ChannelId) -> Result<&'a Channel, Refusal> {
    directory.channel(id).ok_or_else(|| Refusal::UnknownChannel { channel: id.clone() })
}

fn known_teams(directory: &Directory, channel: &Channel) -> Result<(), Refusal> {
    let unknown = |(_, team): &(_, &TeamId)| directory.team(team).is_none();
    match channel.teams().find(unknown) {
        Some((field, team)) => Err(Refusal::UnknownTeam { team: team.clone(), field }),
        None => Ok(()),
    }
}

pub(super) fn create(directory: &Directory, channel: &Channel) -> Outcome {
    if directory.channel(&channel.id).is_some() {
        return Err(Refusal::IdTaken { id: channel.id.to_string(), removed: false });
    }
    if directory.channels().len() >= MAX_CHANNELS {
        return Err(Refusal::TooMany { what: "channels", max: MAX_CHANNELS });
    }
    known_teams(directory, channel)?;
    Ok(vec![Change::ChannelCreated { channel: channel.clone() }])
}

pub(super) fn change(directory: &Directory, id: &ChannelId, patch: &ChannelPatch) -> Outcome {
    let present = known(directory, id)?;
    let patch = patch.clone().effective(present);
    if patch.is_empty() {
        return Ok(Vec::new());
    }
    let mut channel = present.clone();
    patch.apply_to(&mut channel);
    known_teams(directory, &channel)?;
    Ok(vec![Change::ChannelChanged { channel: id.clone(), patch }])
}

pub(super) fn remove(directory: &Directory, id: &ChannelId) -> Outcome {
    known(directory, id)?;
    Ok(vec![Change::ChannelRemoved { channel: id.clone() }])
}
