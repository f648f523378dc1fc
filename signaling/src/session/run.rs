use std::fmt::Display;
use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::machine::{Machine, Reaction};
use super::{Context, Frame, Incoming};
use crate::convert;
use crate::counters::Counters;
use crate::door::Registration;
use crate::driver::{Opening, WireCommand};
use crate::limits::Limits;
use crate::outbox::{Busy, Item, Outbox, Outgoing};
use crate::protocol::{Fault, Limit, ServerMessage, WireError};
use crate::session_id::SessionId;
use crate::source::Source;

/// How long a client with too many outstanding requests is told to wait: a request is answered in
/// a few milliseconds, a commit to the disk included.
const OUTSTANDING_RETRY_MS: u64 = 50;

/// Runs one session from the first frame to the last. It ends when the client goes, when the
/// driver closes its outbox, or when a limit is passed; the driver is told in each case.
///
/// `source` is where the socket comes from, as far as that is known.
pub async fn run<In, Out>(context: Context, source: Option<Source>, incoming: In, outgoing: Out)
where
    In: Stream<Item = Incoming>,
    Out: Sink<Frame>,
    Out::Error: Display,
{
    let limits = context.limits.as_ref().clone();
    let (outbox, queue) = Outbox::new(limits.outstanding_bytes);
    let counters = Arc::clone(&context.counters);
    let mut writer = pin!(write(queue, outgoing, &limits, &counters));
    let mut incoming = pin!(incoming);
    let mut reader = Reader::new(context, source, outbox.clone());
    let (written, rest) = tokio::select! {
        rest = reader.read(&mut incoming) => (false, rest),
        () = &mut writer => (true, Rest::Readable),
    };
    // The driver hears of it before the farewell: its agents are not to wait for a dead socket.
    drop(reader);
    outbox.finish();
    let farewell = async {
        if !written {
            writer.await;
        }
        // A socket closed with unread input is reset, and a reset can overtake the last words: so
        // read on until the client closes too, or wait where that cannot be.
        match rest {
            Rest::Gone => {}
            Rest::Readable => while incoming.next().await.is_some() {},
            Rest::Unreadable => std::future::pending::<()>().await,
        }
    };
    if timeout(limits.farewell, farewell).await.is_err() {
        tracing::debug!("the client did not close in time");
    }
}

/// What is left of the input when a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Nothing: the client has closed.
    Gone,
    /// What the client still sends.
    Readable,
    /// Something that cannot be read.
    Unreadable,
}

struct Reader {
    context: Context,
    source: Option<Source>,
    machine: Machine,
    outbox: Outbox,
    registration: Option<Registration>,
}

impl Reader {
    fn new(context: Context, source: Option<Source>, outbox: Outbox) -> Self {
        let limits = Arc::clone(&context.limits);
        let machine = Machine::new(context.keys.clone(), limits, Instant::now());
        Self { context, source, machine, outbox, registration: None }
    }

    /// Reads until the session is over.
    async fn read<In>(&mut self, incoming: &mut In) -> Rest
    where
        In: Stream<Item = Incoming> + Unpin,
    {
        let opened_at = Instant::now();
        let hello_by = opened_at + self.context.limits.hello_deadline;
        let every = self.context.limits.ping_interval;
        let mut pings = interval_at(opened_at + every, every);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_at = opened_at;
        loop {
            let mut deadline = heard_at + self.context.limits.idle_timeout;
            if self.machine.is_nameless() {
                deadline = deadline.min(hello_by);
            }
            tokio::select! {
                // In this order: when the server itself was kept from its work, what a client has
                // said meanwhile is read before it counts as silent.
                biased;
                () = self.outbox.closing() => return Rest::Readable,
                frame = incoming.next() => {
                    heard_at = Instant::now();
                    let Some(frame) = frame else {
                        return Rest::Gone;
                    };
                    if let Some(rest) = self.frame(frame, heard_at).await {
                        return rest;
                    }
                }
                () = sleep_until(deadline) => {
                    self.end(Fault::TimedOut.into());
                    return Rest::Readable;
                }
                _ = pings.tick() => self.outbox.ping(),
            }
        }
    }

    /// Takes one frame in; the rest of the input when the frame was the last.
    async fn frame(&mut self, frame: Incoming, now: Instant) -> Option<Rest> {
        let reaction = match frame {
            Incoming::Text(text) => {
                self.context.counters.received();
                self.machine.text(&text, now, SystemTime::now())
            }
            Incoming::Binary => {
                self.context.counters.received();
                self.machine.binary()
            }
            Incoming::Pong => self.machine.sign_of_life(now),
            Incoming::TooLarge => {
                self.end(Fault::TooLarge.into());
                return Some(Rest::Unreadable);
            }
            Incoming::Broken => {
                self.end(Fault::Malformed.because("The frame is malformed."));
                return Some(Rest::Unreadable);
            }
        };
        match reaction {
            Reaction::Nothing => {}
            Reaction::Reply(message) => self.reply(&message),
            Reaction::Stranger(error) => {
                let slow_down = self.context.door.guard().failed_sign_in(self.source, now);
                self.end(slow_down.err().map_or_else(|| error.into(), WireError::from));
            }
            Reaction::Open { person, client, resume } => {
                let session = SessionId::random();
                tracing::debug!(?session, person = %person.id, ?client, "hello");
                let outbox = self.outbox.clone();
                let Context { server, limits, .. } = &self.context;
                let welcome = Box::new(convert::welcome(server, session, &person, limits));
                let source = self.source;
                self.open(Opening { session, person, source, resume, welcome, outbox }, now).await;
            }
            Reaction::Forward { id, command } => self.forward(id, command, now),
            Reaction::End(error) => self.end(error),
        }
        self.outbox.is_closed().then_some(Rest::Readable)
    }

    async fn open(&mut self, opening: Opening, now: Instant) {
        match self.context.door.open(Box::new(opening), now).await {
            Ok(registration) => {
                self.registration = Some(registration);
                self.context.counters.session_opened();
            }
            Err(fault) => self.end(fault.into()),
        }
    }

    fn forward(&self, id: u64, command: WireCommand, now: Instant) {
        match self.outbox.begin(id, self.context.limits.outstanding_requests) {
            Ok(()) => {}
            Err(Busy::IdInUse) => {
                // Answering under the id would answer the other request.
                let message = format!("The id {id} is in use by a request that waits.");
                self.reply(&ServerMessage::error(Fault::Malformed.because(message)));
                return;
            }
            Err(Busy::TooMany) => {
                let retry_after_ms = OUTSTANDING_RETRY_MS;
                let fault = Fault::RateLimited { limit: Limit::Requests, retry_after_ms };
                self.reply(&ServerMessage::refusal(id, fault));
                return;
            }
        }
        let registration = self.registration.as_ref().expect("who is named is registered");
        match registration.ask(id, command, now) {
            Ok(()) => {}
            Err(Fault::ShuttingDown) => self.end(Fault::ShuttingDown.into()),
            Err(fault) => self.reply(&ServerMessage::refusal(id, fault)),
        }
    }

    fn reply(&self, message: &ServerMessage) {
        if let Some(error) = message.refuses() {
            self.context.counters.refused(error);
        }
        self.outbox.send(message);
    }

    fn end(&self, error: WireError) {
        self.context.counters.refused(&error);
        tracing::debug!(code = error.code(), "ending a session");
        self.outbox.close(error);
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.registration.is_some() {
            self.context.counters.session_closed();
        }
    }
}

/// Writes what the outbox gives until it ends or the socket does.
async fn write<Out>(mut queue: Outgoing, outgoing: Out, limits: &Limits, counters: &Counters)
where
    Out: Sink<Frame>,
    Out::Error: Display,
{
    let mut outgoing = pin!(outgoing);
    while let Some(item) = queue.next().await {
        let (frame, bytes) = match item {
            Item::Text(text) => {
                let bytes = text.len();
                (Frame::Text(text), Some(bytes))
            }
            Item::Ping => (Frame::Ping, None),
            Item::Close(error) => {
                let last_words = close(&mut outgoing, error.map(|error| *error), counters);
                if timeout(limits.farewell, last_words).await.is_err() {
                    tracing::debug!("the client does not read its last words");
                }
                return;
            }
        };
        let sending = timeout(limits.write_timeout, outgoing.send(frame));
        let sent = tokio::select! {
            biased;
            sent = sending => sent,
            // Only the end is left to write: `next` skips the rest.
            () = queue.overrun() => continue,
        };
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::debug!(%error, "the socket cannot be written to");
                return;
            }
            Err(_) => {
                counters.slow_reader();
                tracing::debug!("the client reads nothing");
                return;
            }
        }
        if let Some(bytes) = bytes {
            queue.written(bytes);
            counters.written(bytes);
        }
    }
}

async fn close<Out>(outgoing: &mut Out, error: Option<WireError>, counters: &Counters)
where
    Out: Sink<Frame> + Unpin,
    Out::Error: Display,
{
    let mut frames = Vec::new();
    let mut close = Frame::Close { code: 1000, reason: "" };
    if let Some(error) = error {
        if error.code() == Fault::SlowReader.code() {
            counters.slow_reader();
        }
        close = Frame::Close { code: error.close_code(), reason: error.code() };
        let message = ServerMessage::Error { error, fatal: true };
        let text = serde_json::to_string(&message).expect("every server message is plain data");
        frames.push(Frame::Text(text));
    }
    frames.push(close);
    for frame in frames {
        if let Err(error) = outgoing.send(frame).await {
            tracing::debug!(%error, "the socket is gone before its last words");
            return;
        }
    }
}
