//! What the server saw, and everything `decide` can be asked about.

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::id::{PersonId, TeamId};

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
        /// The agent's teams; nothing for a customer.
        teams: Vec<TeamId>,
    },
    /// A person's page is gone.
    SessionClosed {
        /// Who.
        person: PersonId,
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
