//! A person's seat in a conversation.

use serde::{Deserialize, Serialize};

use crate::hold::Hold;
use crate::id::AgentId;
use crate::time::Time;

/// What a participant is there as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// Called.
    Customer,
    /// Answers.
    Agent,
    /// Barged in.
    Supervisor,
}

/// That a participant is silenced, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mute {
    /// It did so itself, and may undo it.
    #[serde(rename = "self")]
    BySelf,
    /// A supervisor did, and only a supervisor may undo it.
    Forced {
        /// Which: when it goes, so does this.
        by: AgentId,
        /// Whether the participant had silenced itself before, and stays so after.
        by_self: bool,
    },
}

impl Mute {
    /// Who silenced it, in one word.
    pub fn shown(&self) -> Muted {
        match self {
            Self::BySelf => Muted::BySelf,
            Self::Forced { .. } => Muted::Forced,
        }
    }
}

/// Who silenced a participant, in one word; which supervisor is nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Muted {
    /// It did so itself, and may undo it.
    #[serde(rename = "self")]
    BySelf,
    /// A supervisor, and only a supervisor may undo it.
    #[serde(rename = "forced")]
    Forced,
}

/// Who may hear a participant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody in the conversation.
    #[default]
    Everyone,
    /// One agent only: a coach speaking into its ear.
    Only(AgentId),
}

/// Why a seat is kept for somebody whose leg is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// A customer who called before its leg was connected.
    Arriving,
    /// Its leg was lost.
    Lost,
    /// The server restarted: by nobody's fault, and the phase stays as it was.
    Restart,
}

/// Whether a participant is there.
///
/// ```text
///                 leg lost, restart
///       Joined ----------------------> Reconnecting ---> (grace runs out: the seat is gone)
///          ^                                 |
///          +------------ leg up -------------+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Its leg is connected.
    Joined,
    /// Its leg is not, and its seat is kept.
    Reconnecting {
        /// When the grace runs out.
        until: Time,
        /// Why it is not there.
        absence: Absence,
    },
}

/// A seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The name to show.
    pub name: String,
    /// What it is there as.
    pub role: Role,
    /// Whether it is there.
    pub presence: Presence,
    /// Its hold, if it is on one: deaf and mute, with music.
    pub hold: Option<Hold>,
    /// Whether it is silenced, and by whom.
    pub muted: Option<Mute>,
    /// Who may hear it.
    pub audience: Audience,
    /// When it took the seat.
    pub joined_at: Time,
    /// Since when it has been joined or reconnecting.
    pub since: Time,
}

impl Participant {
    /// Whether its leg is connected.
    pub fn is_joined(&self) -> bool {
        match self.presence {
            Presence::Joined => true,
            Presence::Reconnecting { .. } => false,
        }
    }

    /// Whether the phase counts it: everybody but who was lost by its own transport.
    pub fn is_in(&self) -> bool {
        match self.presence {
            Presence::Joined => true,
            Presence::Reconnecting { absence, .. } => match absence {
                Absence::Arriving | Absence::Restart => true,
                Absence::Lost => false,
            },
        }
    }
}
