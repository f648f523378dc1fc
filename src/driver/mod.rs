//! The only loop around call control: one state, one inbox, one place that asks what time it is.
//!
//! A turn takes the inputs that wait, decides them one after another, makes their events durable in
//! one append, and only then tells anybody. `docs/decisions/0003` says why in this order.

mod announce;
mod batch;
mod chat;
mod clock;
mod crowd;
mod desks;
mod directory;
mod files;
mod legs;
mod lines;
mod looks;
mod patchbay;
mod sessions;
mod turn;
mod words;

use std::sync::Arc;
use std::time::Duration;

use call_core::{Report, Settings, World, next_deadline};
use media::{MediaHandle, MediaReport, OpenedChannel};
use signaling::chat::{Ask, LineId};
use signaling::{Limits, ToDriver};
use storage::{Journal, StoreError};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::directory::Present;
use crate::sounds::Sounds;
use crate::telemetry::Metrics;
use batch::{Batch, MAX_INPUTS};
use clock::Clock;
use crowd::Crowd;
use desks::Desks;
pub(crate) use files::Files;
use files::Question;
use legs::Legs;
use lines::Lines;
use patchbay::Patchbay;
use sessions::Sessions;
use turn::LegOpened;
use words::Unsaid;

/// Messages from sessions that may wait for the driver: at most 16 per session are outstanding, so
/// this is a burst of hundreds of sessions; when it is full, sessions answer `overloaded`.
pub(crate) const INBOX: usize = 4096;
/// Legs that may be in the making at once; each occupies one place until its answer is sent.
const OPENING: usize = 1024;
/// After the journal has failed, how long until it is tried again.
const STORAGE_RETRY: Duration = Duration::from_secs(1);
/// Events folded at a start, at most, before the next snapshot is due. Folding them takes some
/// tens of milliseconds.
const SNAPSHOT_EVERY: u64 = 10_000;

/// What the driver is built from.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    /// The wrap-up of teams that say nothing.
    pub(crate) wrap_up: Duration,
    pub(crate) directory: watch::Receiver<Present>,
    pub(crate) limits: Limits,
    pub(crate) journal: Journal,
    pub(crate) media: MediaHandle,
    pub(crate) sounds: Sounds,
    pub(crate) files: Files,
    pub(crate) reports: mpsc::Receiver<MediaReport>,
    pub(crate) channels: mpsc::Receiver<OpenedChannel>,
    pub(crate) inbox: mpsc::Receiver<ToDriver>,
    pub(crate) metrics: Metrics,
    pub(crate) shutdown: watch::Receiver<bool>,
}

/// The state of call control and everything needed to act on it.
#[derive(Debug)]
pub(crate) struct Driver {
    world: World,
    settings: Settings,
    wrap_up: Duration,
    /// What call control knows of the directory, and where the next one comes from.
    directory: Arc<::directory::Directory>,
    follow: watch::Receiver<Present>,
    journal: Journal,
    head: u64,
    snapshot_at: u64,
    clock: Clock,
    media: MediaHandle,
    sounds: Sounds,
    reports: mpsc::Receiver<MediaReport>,
    inbox: mpsc::Receiver<ToDriver>,
    opened: mpsc::Receiver<LegOpened>,
    opening: mpsc::Sender<LegOpened>,
    channels: mpsc::Receiver<OpenedChannel>,
    asks: mpsc::Receiver<(LineId, Ask)>,
    asking: mpsc::Sender<(LineId, Ask)>,
    files: Files,
    questions: mpsc::Receiver<Question>,
    questioning: mpsc::Sender<Question>,
    limits: Limits,
    sessions: Sessions,
    legs: Legs,
    lines: Lines,
    patchbay: Patchbay,
    unsaid: Unsaid,
    crowd: Crowd,
    desks: Desks,
    /// Reports the journal could not take yet, and when it is tried again.
    owed: Option<Owed>,
    metrics: Metrics,
    shutdown: watch::Receiver<bool>,
}

/// What the server saw while the journal could not be written.
#[derive(Debug)]
struct Owed {
    reports: Vec<Report>,
    retry: Instant,
}

/// What wakes the driver.
#[derive(Debug)]
enum Arrival {
    Session(ToDriver),
    Media(MediaReport),
    Opened(LegOpened),
    /// A page has opened a data channel.
    Channel(OpenedChannel),
    /// A chat channel asks.
    Asked(LineId, Ask),
    /// A channel for files asks.
    Questioned(Question),
    /// The directory is another one.
    Directory,
    Due,
    Desks,
    Retry,
}

impl Driver {
    /// Folds the journal.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(crate) async fn recover(mut parts: Parts) -> Result<Self, StoreError> {
        let (world, head, snapshot_at) = fold(&parts.journal).await?;
        let (opening, opened) = mpsc::channel(OPENING);
        let (asking, asks) = mpsc::channel(chat::ASKS);
        let (questioning, questions) = mpsc::channel(files::QUESTIONS);
        let directory = Arc::clone(&parts.directory.borrow_and_update().directory);
        let clock = Clock::starting_after((head > 0).then(|| world.as_of()));
        Ok(Self {
            world,
            settings: ::directory::settings(&parts.settings, &directory, parts.wrap_up),
            wrap_up: parts.wrap_up,
            directory,
            follow: parts.directory,
            journal: parts.journal,
            head,
            snapshot_at,
            clock,
            media: parts.media,
            sounds: parts.sounds,
            reports: parts.reports,
            inbox: parts.inbox,
            opened,
            opening,
            channels: parts.channels,
            asks,
            asking,
            files: parts.files,
            questions,
            questioning,
            sessions: Sessions::default(),
            legs: Legs::default(),
            lines: Lines::default(),
            patchbay: Patchbay::default(),
            unsaid: Unsaid::new(),
            crowd: Crowd::new(&parts.limits),
            limits: parts.limits,
            desks: Desks::new(),
            owed: None,
            metrics: parts.metrics,
            shutdown: parts.shutdown,
        })
    }

    /// Runs until shutdown.
    pub(crate) async fn run(mut self) {
        let mut batch = Batch::default();
        self.report(Report::ServerRestarted, &mut batch);
        self.directory_recovered(&mut batch);
        // Settings may be others than before: whoever may be rung by them now is.
        self.take(Arrival::Due, &mut batch);
        self.commit(batch).await;
        while let Some(arrival) = self.next().await {
            let mut batch = Batch::default();
            self.take(arrival, &mut batch);
            while batch.inputs < MAX_INPUTS {
                let Some(arrival) = self.waiting() else { break };
                self.take(arrival, &mut batch);
            }
            self.commit(batch).await;
        }
        for outbox in self.sessions.outboxes() {
            outbox.close(signaling::protocol::Fault::ShuttingDown);
        }
    }

    /// The next thing that happens, and the turn that it begins; `None` at shutdown.
    async fn next(&mut self) -> Option<Arrival> {
        loop {
            let beat = sleep_until(Some(self.clock.beat().into()));
            let arrival = tokio::select! {
                biased;
                arrival = self.arrival() => Some(arrival),
                () = beat => None,
            };
            self.clock.turn();
            if let Some(arrival) = arrival {
                return arrival;
            }
        }
    }

    /// What happens next, however long that takes; `None` at shutdown.
    async fn arrival(&mut self) -> Option<Arrival> {
        let due = self.due();
        let desks = self.desks.due();
        let retry = self.owed.as_ref().map(|owed| owed.retry);
        tokio::select! {
            biased;
            _ = self.shutdown.wait_for(|stop| *stop) => None,
            Some(report) = self.reports.recv() => Some(Arrival::Media(report)),
            Some(opened) = self.opened.recv() => Some(Arrival::Opened(opened)),
            () = sleep_until(due) => Some(Arrival::Due),
            () = sleep_until(retry) => Some(Arrival::Retry),
            () = sleep_until(desks) => Some(Arrival::Desks),
            // Before those who come in by it.
            Ok(()) = self.follow.changed() => Some(Arrival::Directory),
            Some(channel) = self.channels.recv() => Some(Arrival::Channel(channel)),
            Some(message) = self.inbox.recv() => Some(Arrival::Session(message)),
            Some((line, ask)) = self.asks.recv() => Some(Arrival::Asked(line, ask)),
            Some(question) = self.questions.recv() => Some(Arrival::Questioned(question)),
        }
    }

    /// Something that waits already, for the same turn.
    fn waiting(&mut self) -> Option<Arrival> {
        if let Ok(report) = self.reports.try_recv() {
            return Some(Arrival::Media(report));
        }
        if let Ok(opened) = self.opened.try_recv() {
            return Some(Arrival::Opened(opened));
        }
        if self.follow.has_changed().unwrap_or(false) {
            return Some(Arrival::Directory);
        }
        if let Ok(channel) = self.channels.try_recv() {
            return Some(Arrival::Channel(channel));
        }
        if let Ok(message) = self.inbox.try_recv() {
            return Some(Arrival::Session(message));
        }
        if let Ok((line, ask)) = self.asks.try_recv() {
            return Some(Arrival::Asked(line, ask));
        }
        self.questions.try_recv().ok().map(Arrival::Questioned)
    }

    /// When call control's next deadline is due; while the journal fails, not before it is tried
    /// again.
    fn due(&self) -> Option<Instant> {
        let (at, _reason) = next_deadline(&self.world, &self.settings)?;
        let due = Instant::now() + self.clock.until(at);
        Some(self.owed.as_ref().map_or(due, |owed| due.max(owed.retry)))
    }

    /// Takes a snapshot when the journal has grown enough since the last one.
    async fn keep_recovery_short(&mut self) {
        if self.head - self.snapshot_at < SNAPSHOT_EVERY {
            return;
        }
        self.snapshot_at = self.head;
        if let Err(error) = self.journal.save_snapshot(self.head, &self.world).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "no snapshot could be taken");
        }
    }

    /// Goes back to what the journal says, after it refused what memory had already.
    async fn fold_again(&mut self) {
        loop {
            match fold(&self.journal).await {
                Ok((world, head, _)) => {
                    self.world = world;
                    self.head = head;
                    return;
                }
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the journal cannot be read; trying again"
                    );
                    tokio::time::sleep(STORAGE_RETRY).await;
                }
            }
        }
    }
}

/// The world as the journal tells it, its head, and the events since the snapshot it began with.
async fn fold(journal: &Journal) -> Result<(World, u64, u64), StoreError> {
    let recovered = journal.recover().await?;
    let mut world = recovered.snapshot.unwrap_or_default();
    for recorded in &recovered.events {
        world.apply(recorded);
    }
    let snapshot_at = recovered.head - recovered.events.len() as u64;
    Ok((world, recovered.head, snapshot_at))
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
