//! The whole directory, as it is.

use std::collections::BTreeMap;

use call_core::{AgentId, ChannelId, TeamId};

use crate::limits::{MAX_AGENTS, MAX_CHANNELS, MAX_TEAMS};
use crate::noun::{Agent, Channel, LoginName, Standing, Team, Texts};
use crate::problem::{ProblemCode, Problems};
use crate::rule::Change;
use crate::rule::references::check_whole;
use crate::secret::PasswordHash;

/// Who works here, in which teams, and how customers get in. Changes only by
/// [`apply`](Self::apply).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    agents: BTreeMap<AgentId, Agent>,
    teams: BTreeMap<TeamId, Team>,
    channels: BTreeMap<ChannelId, Channel>,
    /// Derived from the agents, to sign in by.
    logins: BTreeMap<LoginName, AgentId>,
}

impl Directory {
    /// Puts one together from what was stored or written.
    ///
    /// # Errors
    /// All that does not fit: names that lead nowhere, ids and logins that are there twice.
    pub fn from_parts(
        agents: Vec<Agent>,
        teams: Vec<Team>,
        channels: Vec<Channel>,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let agents = by_id("agent", MAX_AGENTS, agents, |agent| &agent.id, &mut problems);
        let teams = by_id("team", MAX_TEAMS, teams, |team| &team.id, &mut problems);
        let channels =
            by_id("channel", MAX_CHANNELS, channels, |channel| &channel.id, &mut problems);
        check_whole(&agents, &teams, &channels, &mut problems);
        let login = |agent: &Agent| Some((agent.login.clone()?, agent.id.clone()));
        let logins = agents.values().filter_map(login).collect();
        problems.none_or(Self { agents, teams, channels, logins })
    }

    /// Everybody who works or worked here, by id.
    pub fn agents(&self) -> impl ExactSizeIterator<Item = &Agent> {
        self.agents.values()
    }

    /// Every team, by id.
    pub fn teams(&self) -> impl ExactSizeIterator<Item = &Team> {
        self.teams.values()
    }

    /// Every channel, by id.
    pub fn channels(&self) -> impl ExactSizeIterator<Item = &Channel> {
        self.channels.values()
    }

    /// Those who administer everything.
    pub fn owners(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values().filter(|agent| agent.owner)
    }

    /// An agent, also a removed one.
    pub fn agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.get(id)
    }

    /// An agent who works here.
    pub fn active_agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.get(id).filter(|agent| agent.is_active())
    }

    /// A team.
    pub fn team(&self, id: &TeamId) -> Option<&Team> {
        self.teams.get(id)
    }

    /// A channel.
    pub fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels.get(id)
    }

    /// Who signs in by that name.
    pub fn by_login(&self, login: &LoginName) -> Option<&Agent> {
        self.agents.get(self.logins.get(login)?)
    }

    /// What the password of whoever signs in by that name is checked against.
    pub fn password_of(&self, login: &LoginName) -> Option<&PasswordHash> {
        self.by_login(login)?.password.as_ref()
    }

    /// What those who come in by a channel are told: its own texts, or its team's.
    pub fn texts_of(&self, channel: &Channel) -> Texts {
        let default = Texts::default();
        let team = self.team(&channel.team).map_or(&default, |team| &team.texts);
        channel.texts.or(team)
    }

    /// Takes a change in.
    ///
    /// # Panics
    /// The change was decided against another directory.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::AgentCreated { agent, name, login } => {
                let mut created = Agent::named(agent.clone(), name.clone());
                created.login.clone_from(login);
                self.logins.extend(login.clone().map(|login| (login, agent.clone())));
                self.agents.insert(agent.clone(), created);
            }
            Change::AgentChanged { agent, patch } => {
                let changed = self.agent_mut(agent);
                let before = changed.login.clone();
                patch.apply_to(changed);
                let after = changed.login.clone();
                before.map(|login| self.logins.remove(&login));
                self.logins.extend(after.map(|login| (login, agent.clone())));
            }
            Change::AgentRemoved { agent, at } => {
                let removed = self.agent_mut(agent);
                let mut bare = Agent::named(agent.clone(), removed.name.clone());
                bare.standing = Standing::Removed { at: *at };
                let login = std::mem::replace(removed, bare).login;
                login.map(|login| self.logins.remove(&login));
            }
            Change::AgentRestored { agent } => {
                self.agent_mut(agent).standing = Standing::Active {};
            }
            Change::PasswordSet { agent, hash } => {
                self.agent_mut(agent).password = Some(hash.clone());
            }
            Change::PasswordCleared { agent } => self.agent_mut(agent).password = None,
            // Sign-ins are not part of the directory: the store ends them.
            Change::SignedOut { .. } | Change::RefreshTokenReused { .. } => {}
            Change::RightsChanged { agent, team, rights } => {
                let teams = &mut self.agent_mut(agent).teams;
                if rights.is_none() {
                    teams.remove(team);
                } else {
                    teams.insert(team.clone(), *rights);
                }
            }
            Change::OwnerGranted { agent } => self.agent_mut(agent).owner = true,
            Change::OwnerRevoked { agent } => self.agent_mut(agent).owner = false,
            Change::TeamCreated { team } => {
                self.teams.insert(team.id.clone(), team.clone());
            }
            Change::TeamChanged { team, patch } => {
                let team = self.teams.get_mut(team);
                patch.apply_to(team.expect("a change names a team that was there when decided"));
            }
            Change::TeamRemoved { team } => {
                self.teams.remove(team);
            }
            Change::ChannelCreated { channel } => {
                self.channels.insert(channel.id.clone(), channel.clone());
            }
            Change::ChannelChanged { channel, patch } => {
                let channel = self.channels.get_mut(channel);
                let known = "a change names a channel that was there when decided";
                patch.apply_to(channel.expect(known));
            }
            Change::ChannelRemoved { channel } => {
                self.channels.remove(channel);
            }
        }
    }

    fn agent_mut(&mut self, id: &AgentId) -> &mut Agent {
        let agent = self.agents.get_mut(id);
        agent.expect("a change names an agent that was there when decided")
    }
}

/// Sorts by id, noting those that are there twice and that there are too many.
fn by_id<I: Ord + Clone + std::fmt::Display, T>(
    what: &str,
    max: usize,
    entries: Vec<T>,
    id: impl Fn(&T) -> &I,
    problems: &mut Problems,
) -> BTreeMap<I, T> {
    if entries.len() > max {
        let message = format!("there are {}, at most {max} are possible", entries.len());
        problems.add(what, ProblemCode::TooMany, message);
    }
    let mut sorted = BTreeMap::new();
    for entry in entries {
        let id = id(&entry).clone();
        if sorted.contains_key(&id) {
            problems.add(format!("{what} {id}"), ProblemCode::Duplicate, "is there twice");
        }
        sorted.insert(id, entry);
    }
    sorted
}
