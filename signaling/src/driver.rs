//! What passes between the sessions and the driver, the loop that decides.

use std::fmt;

use call_core::ConversationId;

use crate::auth::Person;
use crate::outbox::Outbox;
use crate::protocol::{Resume, Welcome};
use crate::session_id::SessionId;
use crate::source::Source;

/// What sessions tell the driver, in this order for each session: `Opened`, any number of
/// `Request`, `Closed`.
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
