use call_core::{AgentId, ChannelId, TeamId, Time};
use serde::Serialize;

use crate::noun::{AgentPatch, Channel, ChannelPatch, LoginName, Name, Rights, Team, TeamPatch};
use crate::secret::PasswordHash;

/// Something that changed in the directory. Carries all that applying it needs.
///
/// What it serialises to is what the audit says: everything but secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Change {
    /// Somebody began to work here.
    AgentCreated {
        /// Its id.
        agent: AgentId,
        /// Its name.
        name: Name,
        /// What it types to sign in.
        #[serde(skip_serializing_if = "Option::is_none")]
        login: Option<LoginName>,
    },
    /// Names changed.
    AgentChanged {
        /// Whose.
        agent: AgentId,
        /// To what.
        patch: AgentPatch,
    },
    /// Somebody works here no longer.
    AgentRemoved {
        /// Who.
        agent: AgentId,
        /// Since when.
        #[serde(rename = "at_ms")]
        at: Time,
    },
    /// Somebody is back.
    AgentRestored {
        /// Who.
        agent: AgentId,
    },
    /// A password was set.
    PasswordSet {
        /// Whose.
        agent: AgentId,
        /// What it is checked against.
        #[serde(skip)]
        hash: PasswordHash,
    },
    /// A password was taken away.
    PasswordCleared {
        /// Whose.
        agent: AgentId,
    },
    /// Every sign-in of the agent ended.
    SignedOut {
        /// Whose.
        agent: AgentId,
    },
    /// A refresh token was presented a second time, and that sign-in ended.
    RefreshTokenReused {
        /// Whose.
        agent: AgentId,
    },
    /// What an agent may do in a team is this from here on; nothing is no membership.
    RightsChanged {
        /// Whose.
        agent: AgentId,
        /// Where.
        team: TeamId,
        /// All of them.
        rights: Rights,
    },
    /// An agent administers everything.
    OwnerGranted {
        /// Who.
        agent: AgentId,
    },
    /// An agent administers everything no longer.
    OwnerRevoked {
        /// Who.
        agent: AgentId,
    },
    /// A team began.
    TeamCreated {
        /// The whole of it.
        team: Team,
    },
    /// A team changed.
    TeamChanged {
        /// Which.
        team: TeamId,
        /// What about it.
        patch: TeamPatch,
    },
    /// A team ended.
    TeamRemoved {
        /// Which.
        team: TeamId,
    },
    /// A channel began.
    ChannelCreated {
        /// The whole of it.
        channel: Channel,
    },
    /// A channel changed.
    ChannelChanged {
        /// Which.
        channel: ChannelId,
        /// What about it.
        patch: ChannelPatch,
    },
    /// A channel ended.
    ChannelRemoved {
        /// Which.
        channel: ChannelId,
    },
}

/// The entry of the directory that a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject<'a> {
    /// An agent.
    Agent(&'a AgentId),
    /// A team.
    Team(&'a TeamId),
    /// A channel.
    Channel(&'a ChannelId),
}

impl Change {
    /// What it is about: the one entry to be stored again.
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Self::AgentCreated { agent, .. }
            | Self::AgentChanged { agent, .. }
            | Self::AgentRemoved { agent, .. }
            | Self::AgentRestored { agent }
            | Self::PasswordSet { agent, .. }
            | Self::PasswordCleared { agent }
            | Self::SignedOut { agent }
            | Self::RefreshTokenReused { agent }
            | Self::RightsChanged { agent, .. }
            | Self::OwnerGranted { agent }
            | Self::OwnerRevoked { agent } => Subject::Agent(agent),
            Self::TeamCreated { team: Team { id: team, .. } }
            | Self::TeamChanged { team, .. }
            | Self::TeamRemoved { team } => Subject::Team(team),
            Self::ChannelCreated { channel: Channel { id: channel, .. } }
            | Self::ChannelChanged { channel, .. }
            | Self::ChannelRemoved { channel } => Subject::Channel(channel),
        }
    }

    /// The agent whose every sign-in it ends.
    pub fn signs_out(&self) -> Option<&AgentId> {
        match self {
            Self::AgentRemoved { agent, .. }
            | Self::PasswordSet { agent, .. }
            | Self::PasswordCleared { agent }
            | Self::SignedOut { agent } => Some(agent),
            Self::AgentCreated { .. }
            | Self::AgentChanged { .. }
            | Self::AgentRestored { .. }
            | Self::RefreshTokenReused { .. }
            | Self::RightsChanged { .. }
            | Self::OwnerGranted { .. }
            | Self::OwnerRevoked { .. }
            | Self::TeamCreated { .. }
            | Self::TeamChanged { .. }
            | Self::TeamRemoved { .. }
            | Self::ChannelCreated { .. }
            | Self::ChannelChanged { .. }
            | Self::ChannelRemoved { .. } => None,
        }
    }
}
