use call_core::Time;

use super::change::Change;
use super::command::{Actor, Command};
use super::refusal::Refusal;
use super::{agents, channels, permission, teams};
use crate::directory::Directory;

/// What a command changes, in order; nothing when all is as it asks for already.
///
/// # Errors
/// Why it is refused. First whether it may be asked for, then whether there is what it names,
/// then whether it fits the rest.
pub fn decide(
    directory: &Directory,
    by: &Actor,
    command: &Command,
    now: Time,
) -> Result<Vec<Change>, Refusal> {
    permission::check(directory, by, command)?;
    match command {
        Command::CreateAgent { agent, name, login } => {
            agents::create(directory, agent, name, login.as_ref())
        }
        Command::ChangeAgent { agent, patch } => agents::change(directory, agent, patch),
        Command::RemoveAgent { agent } => agents::remove(directory, by, agent, now),
        Command::RestoreAgent { agent } => agents::restore(directory, agent),
        Command::SetPassword { agent, hash } => agents::set_password(directory, agent, hash),
        Command::ClearPassword { agent } => agents::clear_password(directory, agent),
        Command::SignOut { agent } => agents::sign_out(directory, agent),
        Command::Grant { agent, team, rights } => agents::grant(directory, agent, team, *rights),
        Command::Revoke { agent, team, rights } => agents::revoke(directory, agent, team, *rights),
        Command::GrantOwner { agent } => agents::grant_owner(directory, agent),
        Command::RevokeOwner { agent } => agents::revoke_owner(directory, agent),
        Command::CreateTeam { team } => teams::create(directory, team),
        Command::ChangeTeam { team, patch } => teams::change(directory, team, patch),
        Command::RemoveTeam { team } => teams::remove(directory, team),
        Command::CreateChannel { channel } => channels::create(directory, channel),
        Command::ChangeChannel { channel, patch } => channels::change(directory, channel, patch),
        Command::RemoveChannel { channel } => channels::remove(directory, channel),
    }
}

/// One of several commands was refused, and with it all of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct RefusedAt {
    /// Which, counted from 0.
    pub index: usize,
    /// Why.
    pub refusal: Refusal,
}

/// What several commands change one after another: all of them or none.
///
/// # Errors
/// The first that is refused.
pub fn decide_all(
    directory: &Directory,
    by: &Actor,
    commands: &[Command],
    now: Time,
) -> Result<Vec<Change>, RefusedAt> {
    let mut after = directory.clone();
    let mut changes = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        let refused = |refusal| RefusedAt { index, refusal };
        let made = decide(&after, by, command, now).map_err(refused)?;
        for change in &made {
            after.apply(change);
        }
        changes.extend(made);
    }
    Ok(changes)
}
