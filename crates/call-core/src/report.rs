//! What the server saw, and everything `decide` can be asked about.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::id::{AgentId, PersonId, TeamId};
use crate::rights::{self, Rights};

/// Something the server saw happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// A person's page said hello: an agent signs in or is back, a customer has a name.
    SessionOpened {
        /// Who.
        person: PersonId,
        /// The name to show.
        name: String,
        /// What an agent may do for which team; nothing for a customer. A plain list of teams
        /// means that it takes their calls, and no more.
        #[serde(deserialize_with = "rights::list_or_map")]
        teams: BTreeMap<TeamId, Rights>,
        /// How urgent a customer's calls are: higher comes first. Nothing for an agent.
        #[serde(default)]
        priority: u8,
    },
    /// A person's page is gone.
    SessionClosed {
        /// Who.
        person: PersonId,
    },
    /// The directory says otherwise about an agent.
    AgentChanged {
        /// Who.
        agent: AgentId,
        /// The name to show.
        name: String,
        /// What it may do for which team.
        #[serde(deserialize_with = "rights::list_or_map")]
        teams: BTreeMap<TeamId, Rights>,
    },
    /// The directory knows an agent no more.
    AgentRemoved {
        /// Who.
        agent: AgentId,
    },
    /// A person's leg is connected.
    LegUp {
        /// Who.
        person: PersonId,
    },
    /// A person's leg went away without a command.
    LegLost {
        /// Who.
        person: PersonId,
    },
    /// The first input after recovery: every session and every leg is gone, by nobody's fault.
    ServerRestarted,
}

impl Report {
    /// A page said hello, of a person of no special priority.
    pub fn opened(
        person: PersonId,
        name: impl Into<String>,
        teams: BTreeMap<TeamId, Rights>,
    ) -> Self {
        Self::SessionOpened { person, name: name.into(), teams, priority: 0 }
    }
}

/// One thing to decide about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A person asks.
    Command {
        /// Who asks.
        by: PersonId,
        /// For what.
        command: Command,
    },
    /// The server saw something.
    Report(Report),
    /// It is time: whatever is due fires.
    Deadline,
}
