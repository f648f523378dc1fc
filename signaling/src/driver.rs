//! What passes between the sessions and the driver, the loop that decides.

use std::collections::BTreeMap;
use std::fmt;

use call_core::{
    AgentId, ConversationId, ConversationRecord, CustomerId, Medium, PersonId, TeamId, Time,
};
use tokio::sync::oneshot;

use crate::auth::Person;
use crate::outbox::Outbox;
use crate::protocol::{Resume, Welcome};
use crate::session_id::SessionId;
use crate::source::Source;

/// What sessions tell the driver, in this order for each session: `Opened`, any number of
/// `Request`, `Closed`. What is a [`Look`] belongs to no session.
#[derive(Debug)]
pub enum ToDriver {
    /// Somebody said hello with a good token. The driver sends the welcome, then what there is to
    /// see; and closes the outbox of the same person's earlier session as `superseded`.
    Opened(Box<Opening>),
    /// A request that role and token allow. Each is answered exactly once, with `Answer` or
    /// `Refusal` under its id.
    Request {
        /// The session.
        session: SessionId,
        /// The id to answer under.
        id: u64,
        /// What is asked.
        command: WireCommand,
    },
    /// The session's socket is gone, whoever closed it. Nothing follows.
    Closed {
        /// The session.
        session: SessionId,
    },
    /// Somebody beside the sessions has a look.
    Look(Look),
}

/// What the driver is asked without a session; answered from the state as it is, or not at all
/// when the server stops.
#[derive(Debug)]
pub enum Look {
    /// At a conversation that goes on, or that ended so lately that it is not forgotten.
    Outline {
        /// Which.
        conversation: ConversationId,
        /// Where the answer goes; nothing of one that is not known.
        answer: oneshot::Sender<Option<Outline>>,
    },
    /// At the chats that go on, or that their customers may return to.
    Chats {
        /// Only those that began before this time.
        before: Time,
        /// Where the answer goes.
        answer: oneshot::Sender<Vec<ConversationId>>,
    },
}

/// Whose conversation it is, and when it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// What it is held on.
    pub medium: Medium,
    /// The team whose queue it was last in.
    pub team: Option<TeamId>,
    /// Whose contact it is; nobody's between agents.
    pub customer: Option<CustomerId>,
    /// Agents who have or had a seat, in order of their first joining.
    pub agents: Vec<AgentId>,
    /// The names of those who sit in it.
    pub names: BTreeMap<PersonId, String>,
    /// When it began.
    pub began_at: Time,
    /// When it ended; nothing while it goes on.
    pub ended_at: Option<Time>,
}

impl From<ConversationRecord> for Outline {
    fn from(record: ConversationRecord) -> Self {
        let ConversationRecord { medium, team, customer, agents, .. } = record;
        let (began_at, ended_at) = (record.started_at, Some(record.ended_at));
        Self { medium, team, customer, agents, names: BTreeMap::new(), began_at, ended_at }
    }
}

/// A session that begins.
#[derive(Debug)]
pub struct Opening {
    /// The session.
    pub session: SessionId,
    /// Who is there.
    pub person: Person,
    /// Where from.
    pub source: Option<Source>,
    /// The session the client would go on with. The driver resumes it only for the person it
    /// belonged to.
    pub resume: Option<Resume>,
    /// The answer to the hello, with `cursor`, `resumed` and `leg` for the driver to set.
    pub welcome: Box<Welcome>,
    /// The way out to it.
    pub outbox: Outbox,
}

/// A command, as far as the signalling understands it.
#[derive(Clone, PartialEq, Eq)]
pub enum WireCommand {
    /// A fresh leg from this SDP offer, in place of the person's earlier one.
    ConnectLeg {
        /// The offer; at most 32 KiB.
        sdp: String,
    },
    /// The leg goes.
    DisconnectLeg,
    /// The conversations the agent may supervise.
    ListOngoing {
        /// Those that began after this one.
        after: Option<ConversationId>,
    },
    /// For call control.
    Core(call_core::Command),
}

/// An SDP holds addresses, and what people write is theirs: only the kind is shown.
impl fmt::Debug for WireCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConnectLeg { .. } => "ConnectLeg",
            Self::DisconnectLeg => "DisconnectLeg",
            Self::ListOngoing { .. } => "ListOngoing",
            Self::Core(_) => "Core",
        })
    }
}
