//! Who may read and change which quick replies.
//!
//! | | own | a team's |
//! |---|---|---|
//! | read | oneself | its members |
//! | create, change, remove | oneself | its managers, and owners |

use std::collections::BTreeMap;

use call_core::{AgentId, TeamId};
use serde::Serialize;

use super::command::Actor;
use super::permission::{Needs, is_owner};
use super::refusal::Refusal;
use crate::directory::Directory;
use crate::noun::{QuickReply, QuickReplyId, ReplyOwner, ReplyWords, Rights, Shortcut, Title};

/// An agent, and what it may do for which team, as far as quick replies are concerned.
#[derive(Debug, Clone)]
pub struct Replier {
    agent: AgentId,
    teams: BTreeMap<TeamId, Rights>,
    is_owner: bool,
}

impl Replier {
    /// As the directory has it; nobody who does not work here.
    pub fn known(directory: &Directory, agent: &AgentId) -> Option<Self> {
        let known = directory.active_agent(agent)?;
        let is_owner = is_owner(directory, &Actor::Agent(agent.clone()));
        Some(Self { agent: agent.clone(), teams: known.teams.clone(), is_owner })
    }

    /// Somebody who is not in the directory, as its token says.
    pub fn unknown(agent: AgentId, teams: BTreeMap<TeamId, Rights>) -> Self {
        Self { agent, teams, is_owner: false }
    }

    /// Itself.
    pub fn agent(&self) -> &AgentId {
        &self.agent
    }

    /// Whose quick replies it puts into what it writes: its own first, then those of its teams.
    pub fn reads(&self) -> impl Iterator<Item = ReplyOwner> {
        let own = ReplyOwner::Agent(self.agent.clone());
        let teams = self.teams.iter().filter(|(_, rights)| !rights.is_none());
        std::iter::once(own).chain(teams.map(|(team, _)| ReplyOwner::Team(team.clone())))
    }

    /// Whether it may read those of an owner.
    pub fn may_read(&self, owner: &ReplyOwner) -> bool {
        match owner {
            ReplyOwner::Agent(agent) => *agent == self.agent,
            ReplyOwner::Team(team) => {
                self.is_owner || self.teams.get(team).is_some_and(|rights| !rights.is_none())
            }
        }
    }

    /// Whether it may change those of an owner.
    ///
    /// # Errors
    /// What it would take.
    pub fn may_change(&self, owner: &ReplyOwner) -> Result<(), Refusal> {
        let needs = match owner {
            ReplyOwner::Agent(agent) if *agent == self.agent => return Ok(()),
            ReplyOwner::Agent(agent) => Needs::Alone(agent.clone()),
            ReplyOwner::Team(team) => {
                if self.is_owner || self.teams.get(team).is_some_and(|rights| rights.manage) {
                    return Ok(());
                }
                Needs::Manager(team.clone())
            }
        };
        Err(Refusal::NotPermitted { needs })
    }
}

/// What changed about a quick reply: what the audit says. The text itself stands in none of them:
/// who writes long texts often would fill the disk with what nobody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change")]
pub enum QuickReplyChange<'q> {
    /// It began.
    #[serde(rename = "quick_reply_created")]
    Created(About<'q>),
    /// It says something else.
    #[serde(rename = "quick_reply_changed")]
    Changed(About<'q>),
    /// It is gone.
    #[serde(rename = "quick_reply_removed")]
    Removed(About<'q>),
}

/// Which quick reply it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About<'q> {
    quick_reply: QuickReplyId,
    owner: &'q ReplyOwner,
    title: &'q Title,
    #[serde(skip_serializing_if = "Option::is_none")]
    shortcut: Option<&'q Shortcut>,
    version: u64,
}

impl<'q> From<&'q QuickReply> for About<'q> {
    fn from(reply: &'q QuickReply) -> Self {
        let QuickReply { id, owner, words, version, .. } = reply;
        let ReplyWords { title, shortcut, .. } = words;
        Self { quick_reply: *id, owner, title, shortcut: shortcut.as_ref(), version: *version }
    }
}
