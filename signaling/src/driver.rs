//! What passes between the sessions and the driver, the loop that decides.

use std::fmt;

use tokio::sync::mpsc;

use crate::auth::Person;
use crate::outbox::Outbox;
use crate::protocol::{Resume, Welcome};
use crate::session_id::SessionId;

/// What sessions tell the driver, in this order for each session: `Opened`, any number of
/// `Request`, `Closed`.
#[derive(Debug)]
pub enum ToDriver {
    /// Somebody said hello with a good token. The driver sends the welcome, then what there is to
    /// see; and closes the outbox of the same person's earlier session as `superseded`.
    Opened {
        /// The session.
        session: SessionId,
        /// Who is there.
        person: Person,
        /// The session the client would go on with. The driver resumes it only for the person it
        /// belonged to.
        resume: Option<Resume>,
        /// The answer to the hello, with `cursor`, `resumed` and `leg` for the driver to
        /// set.
        welcome: Box<Welcome>,
        /// The way out to it.
        outbox: Outbox,
    },
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
    /// For call control.
    Core(call_core::Command),
}

/// An SDP holds addresses, and what people write is theirs: only the kind is shown.
impl fmt::Debug for WireCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConnectLeg { .. } => "ConnectLeg",
            Self::DisconnectLeg => "DisconnectLeg",
            Self::Core(_) => "Core",
        })
    }
}

/// A session the driver knows of; dropping it says `Closed`, also when its task is cut off.
#[derive(Debug)]
pub(crate) struct Registration {
    session: SessionId,
    driver: mpsc::Sender<ToDriver>,
}

impl Registration {
    pub(crate) fn new(session: SessionId, driver: mpsc::Sender<ToDriver>) -> Self {
        Self { session, driver }
    }

    pub(crate) fn session(&self) -> SessionId {
        self.session
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let closed = ToDriver::Closed { session: self.session };
        let Err(mpsc::error::TrySendError::Full(closed)) = self.driver.try_send(closed) else {
            return;
        };
        // `Closed` must arrive, however full the inbox is: a ghost would keep its person present.
        let driver = self.driver.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if driver.send(closed).await.is_err() {
                    tracing::debug!("the driver is gone before its last session");
                }
            });
        }
    }
}
