use std::fmt;

use call_core::{AgentId, ChannelId, TeamId};

use crate::directory::Directory;
use crate::noun::{AgentPatch, Channel, ChannelPatch, LoginName, Name, Rights, Team, TeamPatch};
use crate::secret::PasswordHash;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Whoever has the machine: the command line, and the first start. May do everything.
    Operator,
    /// The server, for what it noticed by itself. May sign agents out, and nothing else.
    Server,
    /// An agent who is signed in.
    Agent(AgentId),
}

/// `operator`, `server`, `agent:bob`: as it stands in the audit.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Server => f.write_str("server"),
            Self::Agent(agent) => write!(f, "agent:{agent}"),
        }
    }
}

/// What can be asked of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Somebody begins to work here: without rights and password.
    CreateAgent {
        /// Its id, for ever.
        agent: AgentId,
        /// Its name.
        name: Name,
        /// What it types to sign in.
        login: Option<LoginName>,
    },
    /// Names change.
    ChangeAgent {
        /// Which.
        agent: AgentId,
        /// To what.
        patch: AgentPatch,
    },
    /// Somebody works here no longer: its rights, login and password go, its id stays taken.
    RemoveAgent {
        /// Who.
        agent: AgentId,
    },
    /// Somebody is back: as newly created, under the old name.
    RestoreAgent {
        /// Who.
        agent: AgentId,
    },
    /// A password is set, for the first time or anew. Ends every sign-in of the agent.
    SetPassword {
        /// Whose.
        agent: AgentId,
        /// What it is checked against.
        hash: PasswordHash,
    },
    /// An agent can sign in by password no longer. Ends every sign-in of the agent.
    ClearPassword {
        /// Whose.
        agent: AgentId,
    },
    /// Every sign-in of an agent ends, on all its machines.
    SignOut {
        /// Whose.
        agent: AgentId,
    },
    /// An agent gets rights in a team, in addition.
    Grant {
        /// Who.
        agent: AgentId,
        /// Where.
        team: TeamId,
        /// Which.
        rights: Rights,
    },
    /// An agent loses rights in a team; without any it is not in it.
    Revoke {
        /// Who.
        agent: AgentId,
        /// Where.
        team: TeamId,
        /// Which.
        rights: Rights,
    },
    /// An agent may administer everything.
    GrantOwner {
        /// Who.
        agent: AgentId,
    },
    /// An agent may administer everything no longer.
    RevokeOwner {
        /// Who.
        agent: AgentId,
    },
    /// A team begins.
    CreateTeam {
        /// The whole of it.
        team: Team,
    },
    /// A team changes.
    ChangeTeam {
        /// Which.
        team: TeamId,
        /// What about it.
        patch: TeamPatch,
    },
    /// A team ends, and everybody's rights in it.
    RemoveTeam {
        /// Which.
        team: TeamId,
    },
    /// A channel begins.
    CreateChannel {
        /// The whole of it.
        channel: Channel,
    },
    /// A channel changes.
    ChangeChannel {
        /// Which.
        channel: ChannelId,
        /// What about it.
        patch: ChannelPatch,
    },
    /// A channel ends.
    RemoveChannel {
        /// Which.
        channel: ChannelId,
    },
}

impl Command {
    /// What makes an agent's rights in a team exactly these: at most one grant and one revocation,
    /// and nothing when they are so already. A manager who leaves the right to manage as it is
    /// needs no owner for it.
    pub fn set_rights(
        directory: &Directory,
        agent: &AgentId,
        team: &TeamId,
        wanted: Rights,
    ) -> Vec<Self> {
        let present = directory.agent(agent).map(|agent| agent.rights(team)).unwrap_or_default();
        let (more, less) = (wanted.without(present), present.without(wanted));
        let (agent, team) = (agent.clone(), team.clone());
        let (to, of) = ((agent.clone(), team.clone()), (agent, team));
        let grant = Self::Grant { agent: to.0, team: to.1, rights: more };
        let revoke = Self::Revoke { agent: of.0, team: of.1, rights: less };
        let both = [(more, grant), (less, revoke)].into_iter();
        both.filter_map(|(rights, command)| (!rights.is_none()).then_some(command)).collect()
    }
}
