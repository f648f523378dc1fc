//! The only way from the wire to the driver.

use std::sync::Arc;
use std::time::Duration;

use call_core::{Command, ConversationId, PersonId};
use tokio::sync::mpsc::error::{SendTimeoutError, TrySendError};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::driver::{Look, Opening, Outline, ToDriver, WireCommand};
use crate::limits::{Guard, Limits};
use crate::protocol::Fault;
use crate::session_id::SessionId;
use crate::source::Source;

/// How long whoever finds the driver's inbox full is told to wait: it is emptied in milliseconds,
/// and a machine that busy needs a moment more.
const BUSY_RETRY_MS: u64 = 1_000;

/// Where sessions are opened, and where it is seen to that nobody does so too often. Cheap to
/// clone.
///
/// The driver's inbox is in here and nowhere else on this side, and `Registration`, which is had
/// only from `Door::open`, is the only thing that puts requests into it: whatever way of asking
/// is added, the limits of source and person lie on it. `Door::outline` only looks, for routes
/// whose own limits lie on them.
#[derive(Debug, Clone)]
pub struct Door {
    driver: mpsc::Sender<ToDriver>,
    guard: Arc<Guard>,
    patience: Duration,
}

/// A session the driver knows of; dropping it says `Closed`, also when its task is cut off.
#[derive(Debug)]
pub(crate) struct Registration {
    session: SessionId,
    person: PersonId,
    source: Option<Source>,
    door: Door,
}

impl Door {
    /// A door to the driver's inbox.
    pub fn new(driver: mpsc::Sender<ToDriver>, limits: &Limits) -> Self {
        Self { driver, guard: Arc::new(Guard::new(limits)), patience: limits.open_deadline }
    }

    /// What was asked at the door by somebody who is not let in: bad tokens, demo tokens.
    pub(crate) fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Lets a person with a good token in.
    pub(crate) async fn open(
        &self,
        opening: Box<Opening>,
        now: Instant,
    ) -> Result<Registration, Fault> {
        let Opening { session, source, .. } = *opening;
        let person = opening.person.id.clone();
        self.guard.sign_in(&person, source, now)?;
        match self.driver.send_timeout(ToDriver::Opened(opening), self.patience).await {
            Ok(()) => Ok(Registration { session, person, source, door: self.clone() }),
            Err(SendTimeoutError::Timeout(_)) => Err(busy()),
            Err(SendTimeoutError::Closed(_)) => Err(Fault::ShuttingDown),
        }
    }
}

impl Door {
    /// Looks at a conversation, for somebody whose requests are counted already.
    pub(crate) async fn outline(&self, id: ConversationId) -> Result<Option<Outline>, Fault> {
        let (answer, told) = oneshot::channel();
        let look = ToDriver::Look(Look::Outline { conversation: id, answer });
        match self.driver.send_timeout(look, self.patience).await {
            Ok(()) => told.await.map_err(|_| Fault::ShuttingDown),
            Err(SendTimeoutError::Timeout(_)) => Err(busy()),
            Err(SendTimeoutError::Closed(_)) => Err(Fault::ShuttingDown),
        }
    }
}

impl Registration {
    /// Asks the driver, unless the person or its source has asked for this too often.
    pub(crate) fn ask(&self, id: u64, command: WireCommand, now: Instant) -> Result<(), Fault> {
        let guard = &self.door.guard;
        match cost(&command) {
            Cost::Leg => guard.leg(&self.person, self.source, now)?,
            Cost::Call => guard.call(&self.person, self.source, now)?,
            Cost::Message => {}
        }
        let request = ToDriver::Request { session: self.session, id, command };
        self.door.driver.try_send(request).map_err(|error| match error {
            TrySendError::Full(_) => busy(),
            TrySendError::Closed(_) => Fault::ShuttingDown,
        })
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let closed = ToDriver::Closed { session: self.session };
        let Err(TrySendError::Full(closed)) = self.door.driver.try_send(closed) else {
            return;
        };
        // `Closed` must arrive, however full the inbox is: a ghost would keep its person present.
        let driver = self.door.driver.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if driver.send(closed).await.is_err() {
                    tracing::debug!("the driver is gone before its last session");
                }
            });
        }
    }
}

/// What a command costs the server.
enum Cost {
    /// A handshake.
    Leg,
    /// A conversation.
    Call,
    /// Little more than its message, and those are counted already.
    Message,
}

fn cost(command: &WireCommand) -> Cost {
    let command = match command {
        WireCommand::ConnectLeg { .. } => return Cost::Leg,
        WireCommand::DisconnectLeg | WireCommand::ListOngoing { .. } => return Cost::Message,
        WireCommand::Core(command) => command,
    };
    match command {
        Command::Call { .. }
        | Command::CallChannel { .. }
        | Command::CallAgent { .. }
        | Command::Raise { .. }
        | Command::OfferCall { .. }
        | Command::Reopen { .. } => Cost::Call,
        Command::GetNext { .. }
        | Command::WithdrawCall { .. }
        | Command::SetStatus { .. }
        | Command::FinishWrapUp
        | Command::ExtendWrapUp
        | Command::Accept { .. }
        | Command::Decline { .. }
        | Command::Cancel { .. }
        | Command::Invite { .. }
        | Command::Transfer { .. }
        | Command::Hold { .. }
        | Command::Resume { .. }
        | Command::Swap { .. }
        | Command::Merge { .. }
        | Command::Mute { .. }
        | Command::Complete { .. }
        | Command::Leave { .. }
        | Command::Remove { .. }
        | Command::InviteListener { .. }
        | Command::Monitor { .. }
        | Command::Coach { .. }
        | Command::Barge { .. }
        | Command::StopObserving { .. }
        | Command::TakeOver { .. }
        | Command::TransferOnBehalf { .. }
        | Command::ForceMute { .. }
        | Command::EndForAll { .. }
        | Command::Send { .. }
        | Command::Mark { .. } => Cost::Message,
    }
}

fn busy() -> Fault {
    Fault::Overloaded { limit: None, retry_after_ms: BUSY_RETRY_MS }
}
