use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::{Notify, mpsc};

use crate::protocol::{Fault, ServerMessage, WireError};

/// What one queued message costs beside its text: its place in the queue. Counted so that many
/// tiny messages are bounded too.
const MESSAGE_OVERHEAD_BYTES: usize = 64;

/// The way out to one session; cheap to clone.
///
/// Sending never blocks and never fails for the sender: what cannot be written soon closes the
/// session instead, and what is sent to a closed session goes nowhere.
#[derive(Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
}

/// The end of an outbox that the socket's writer holds.
#[derive(Debug)]
pub(crate) struct Outgoing {
    shared: Arc<Shared>,
    queue: mpsc::UnboundedReceiver<Item>,
}

/// What is to be written next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A message, as JSON.
    Text(String),
    /// A WebSocket ping.
    Ping,
    /// The end: what to tell, then the close frame. None closes normally.
    Close(Option<Box<WireError>>),
}

#[derive(Debug)]
struct Shared {
    /// Unbounded as a channel, bounded by the bytes counted below.
    queue: mpsc::UnboundedSender<Item>,
    bytes: AtomicUsize,
    max_bytes: usize,
    /// Ids of requests handed to the driver and not yet answered.
    waiting: Mutex<BTreeSet<u64>>,
    /// Set once, when the session is to end; nothing is sent after it.
    closing: OnceLock<()>,
    closing_seen: Notify,
    /// Set when the queue is to be dropped instead of written.
    overrun: OnceLock<()>,
    overrun_seen: Notify,
}

impl Outbox {
    /// Makes an outbox and the end its messages come out of.
    pub(crate) fn new(max_bytes: usize) -> (Self, Outgoing) {
        let (sender, queue) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            queue: sender,
            bytes: AtomicUsize::new(0),
            max_bytes,
            waiting: Mutex::default(),
            closing: OnceLock::new(),
            closing_seen: Notify::new(),
            overrun: OnceLock::new(),
            overrun_seen: Notify::new(),
        });
        (Self { shared: Arc::clone(&shared) }, Outgoing { shared, queue })
    }

    /// Queues the message. An answer or a refusal frees its request's place among the outstanding
    /// ones. When more bytes wait than the limit allows, the session is closed as `slow_reader`.
    pub fn send(&self, message: impl Borrow<ServerMessage>) {
        let message = message.borrow();
        if let Some(id) = message.answers() {
            self.waiting(|waiting| waiting.remove(&id));
        }
        let text = serde_json::to_string(message).expect("every server message is plain data");
        let cost = cost(&text);
        if self.shared.closing.get().is_some() {
            return;
        }
        let before = self.shared.bytes.fetch_add(cost, Ordering::Relaxed);
        if before + cost > self.shared.max_bytes {
            self.overrun();
            return;
        }
        self.queue(Item::Text(text));
    }

    /// Ends the session: what is queued is still written, then the error, then the close frame
    /// with the code that belongs to it. A second call changes nothing.
    pub fn close(&self, error: impl Into<WireError>) {
        self.end(|| Some(Box::new(error.into())));
    }

    /// Whether the session is ending or gone.
    pub fn is_closed(&self) -> bool {
        self.shared.closing.get().is_some() || self.shared.queue.is_closed()
    }

    /// Bytes that wait to be written.
    pub fn outstanding_bytes(&self) -> usize {
        self.shared.bytes.load(Ordering::Relaxed)
    }

    /// Whether both are the way to the same session.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Ends the session without an error.
    pub(crate) fn finish(&self) {
        self.end(|| None);
    }

    /// Resolves when the session is to end, whoever ends it. For one waiter: the session's reader.
    pub(crate) async fn closing(&self) {
        while self.shared.closing.get().is_none() {
            self.shared.closing_seen.notified().await;
        }
    }

    /// Queues a WebSocket ping.
    pub(crate) fn ping(&self) {
        if !self.is_closed() {
            self.queue(Item::Ping);
        }
    }

    /// Notes a request as handed on. Refused when its id is in use or too many wait.
    pub(crate) fn begin(&self, id: u64, max: usize) -> Result<(), Busy> {
        self.waiting(|waiting| {
            if waiting.contains(&id) {
                return Err(Busy::IdInUse);
            }
            if waiting.len() >= max {
                return Err(Busy::TooMany);
            }
            waiting.insert(id);
            Ok(())
        })
    }

    fn waiting<T>(&self, change: impl FnOnce(&mut BTreeSet<u64>) -> T) -> T {
        // A panic elsewhere cannot leave a set of numbers half changed.
        change(&mut self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn overrun(&self) {
        self.end(|| Some(Box::new(Fault::SlowReader.into())));
        if self.shared.overrun.set(()).is_ok() {
            self.shared.overrun_seen.notify_one();
        }
    }

    fn end(&self, error: impl FnOnce() -> Option<Box<WireError>>) {
        if self.shared.closing.set(()).is_ok() {
            self.queue(Item::Close(error()));
            self.shared.closing_seen.notify_one();
        }
    }

    fn queue(&self, item: Item) {
        if self.shared.queue.send(item).is_err() {
            tracing::trace!("the session is gone, its message is dropped");
        }
    }
}

/// Why a request cannot be handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    /// Another request with this id waits for its answer.
    IdInUse,
    /// As many wait as may.
    TooMany,
}

impl Outgoing {
    /// The next thing to write. Once the reader is too slow, everything but the end is skipped.
    pub(crate) async fn next(&mut self) -> Option<Item> {
        loop {
            let item = self.queue.recv().await?;
            if self.shared.overrun.get().is_none() || matches!(item, Item::Close(_)) {
                return Some(item);
            }
        }
    }

    /// Resolves when the reader has become too slow, also while a write hangs.
    pub(crate) async fn overrun(&self) {
        while self.shared.overrun.get().is_none() {
            self.shared.overrun_seen.notified().await;
        }
    }

    /// Says that the text has left for the socket.
    pub(crate) fn written(&self, text_bytes: usize) {
        self.shared.bytes.fetch_sub(text_bytes + MESSAGE_OVERHEAD_BYTES, Ordering::Relaxed);
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("outstanding_bytes", &self.outstanding_bytes())
            .field("closed", &self.is_closed())
            .finish()
    }
}

fn cost(text: &str) -> usize {
    text.len() + MESSAGE_OVERHEAD_BYTES
}
