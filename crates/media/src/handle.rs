//! What the rest of the process holds of the media plane.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mio::Waker;
use tokio::sync::{mpsc, oneshot};
use transport::{Answer, Identity, LegId, Peer, isolate};

use crate::directory::Directory;
use crate::inbox::{Arrival, Inbox};
use crate::{ClipId, Counters, MediaConfig, MediaReport, OpenedChannel, Source};

/// Longest wait for a worker to take a leg. It looks every time it wakes, so one that has not
/// taken it by then is stuck or gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// A leg could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The offer is no session description, or one that makes no sense.
    #[error("the offer cannot be understood: {0}")]
    InvalidSdp(String),
    /// The offer has no line of sound, or none that Opus could be carried on.
    #[error("the offer has no audio that Opus could be carried on")]
    NoAudio,
    /// The offer has no certificate fingerprint.
    #[error("the offer has no certificate fingerprint")]
    NoFingerprint,
    /// There are as many legs as there may be.
    #[error("there are too many legs")]
    TooManyLegs,
    /// No worker takes the leg: they are behind, or stopped, or the leg exists already.
    #[error("no media worker can take the leg")]
    Unavailable,
}

impl From<transport::OpenError> for OpenError {
    fn from(error: transport::OpenError) -> Self {
        match error {
            transport::OpenError::InvalidSdp(what) => Self::InvalidSdp(what),
            transport::OpenError::NoAudio => Self::NoAudio,
            transport::OpenError::NoFingerprint => Self::NoFingerprint,
            error @ transport::OpenError::PassiveHandshake => Self::InvalidSdp(error.to_string()),
        }
    }
}

/// What all workers and all handles share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: MediaConfig,
    pub(crate) identity: Identity,
    /// The time that packets of sound count from.
    pub(crate) origin: Instant,
    pub(crate) directory: Directory,
    pub(crate) posts: Vec<Arc<Post>>,
    pub(crate) reports: mpsc::Sender<MediaReport>,
    pub(crate) channels: mpsc::Sender<OpenedChannel>,
    stopping: AtomicBool,
}

/// How one worker is reached.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) inbox: Inbox,
    pub(crate) waker: Waker,
    /// Where browsers shall send to.
    pub(crate) candidates: Vec<SocketAddr>,
    /// Where the socket is.
    pub(crate) local: SocketAddr,
    /// What the worker has counted, as of its last wake.
    pub(crate) counters: Mutex<Counters>,
}

impl Post {
    /// Makes the worker look into its inbox.
    pub(crate) fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "a media worker cannot be woken");
        }
    }
}

impl Shared {
    pub(crate) fn new(
        config: MediaConfig,
        posts: Vec<Arc<Post>>,
        reports: mpsc::Sender<MediaReport>,
        channels: mpsc::Sender<OpenedChannel>,
    ) -> Self {
        Self {
            config,
            identity: Identity::generate(),
            origin: Instant::now(),
            directory: Directory::new(posts.len()),
            posts,
            reports,
            channels,
            stopping: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        for post in &self.posts {
            post.wake();
        }
    }
}

/// The media plane as the rest of the process sees it. Clones are handles of the same one; it
/// stops with [`MediaHandle::shutdown`] or when the last of them is dropped.
#[derive(Debug, Clone)]
pub struct MediaHandle(Arc<Running>);

#[derive(Debug)]
struct Running {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl MediaHandle {
    pub(crate) fn new(shared: Arc<Shared>, threads: Vec<JoinHandle<()>>) -> Self {
        Self(Arc::new(Running { shared, threads: Mutex::new(threads) }))
    }

    /// Opens a leg: takes the browser's offer, returns the answer with every candidate in it.
    ///
    /// Understanding the offer happens on the caller's thread, so that a worker's beats never wait
    /// for it. When this returns, the leg's datagrams are let through; it has 10 s to connect.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the offer, or that there is no room.
    pub async fn open(&self, leg: LegId, offer_sdp: String) -> Result<String, OpenError> {
        let shared = &self.0.shared;
        if shared.is_stopping() {
            return Err(OpenError::Unavailable);
        }
        let worker = shared.directory.place(leg, shared.config.limits.legs)?;
        let opened = self.arrive(leg, &offer_sdp, &shared.posts[worker]).await;
        if opened.is_err() {
            shared.directory.remove(leg);
        }
        opened
    }

    /// Ends a leg. The far end is told; nothing is reported.
    pub fn close(&self, leg: LegId) {
        self.wish(leg, |wish| wish.close = true);
    }

    /// Says what a leg is sent from here on. The last word stands; a leg that is not known is
    /// left alone.
    ///
    /// Legs that hear each other belong into one `group`: the members of a group share their beat
    /// and, on the same worker, the decoders of their talkers. A talker that is not known (yet) is
    /// silent.
    pub fn set_source(&self, leg: LegId, source: Source, group: u64) {
        self.wish(leg, |wish| wish.source = Some((source, group)));
    }

    /// Says something to a leg that a clip is played to: these clips once, one after another, and
    /// then the clip goes on where it was. What is being said is not interrupted; what was to be
    /// said after it is replaced. A leg that hears anything else by then is not spoken to.
    pub fn say(&self, leg: LegId, clips: Vec<ClipId>) {
        self.wish(leg, |wish| wish.words = Some(clips));
    }

    /// Says whether a transfer of a file is agreed on with a leg, in either direction. While it is,
    /// the leg may send more data than a conversation needs.
    pub fn transfers(&self, leg: LegId, agreed: bool) {
        self.wish(leg, |wish| wish.transfer = Some(agreed));
    }

    /// Asks whether a leg is still there: reports it lost unless it is heard within 200 ms, and
    /// again and again for the better part of a second.
    ///
    /// Meant for the moment in which the page's session closes. A leg that is sending sound is
    /// heard every 20 ms; one that is not may be silent for seconds although it is there, and is
    /// given up all the same.
    pub fn probe(&self, leg: LegId) {
        self.wish(leg, |wish| wish.probe = true);
    }

    /// What all workers have counted.
    pub fn counters(&self) -> Counters {
        let mut sum = Counters::default();
        for post in &self.0.shared.posts {
            sum.add(&post.counters.lock().unwrap_or_else(PoisonError::into_inner));
        }
        sum
    }

    /// Where the workers listen.
    pub fn local_addrs(&self) -> Vec<SocketAddr> {
        self.0.shared.posts.iter().map(|post| post.local).collect()
    }

    /// Says goodbye on every leg and ends the workers. Returns when they have ended, which takes
    /// a few milliseconds.
    pub fn shutdown(&self) {
        self.0.shared.stop();
        let threads =
            std::mem::take(&mut *self.0.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A worker's panic has been reported by the worker itself.
            drop(thread.join());
        }
    }

    async fn arrive(&self, leg: LegId, offer: &str, post: &Post) -> Result<String, OpenError> {
        let shared = &self.0.shared;
        let now = Instant::now();
        let accept = || Peer::accept(offer, &post.candidates, &shared.identity, shared.origin, now);
        let Answer { peer, sdp } =
            isolate(accept).map_err(|fault| OpenError::InvalidSdp(fault.to_string()))??;
        let (ready, is_ready) = oneshot::channel();
        post.inbox.arrive(Arrival { id: leg, peer: Box::new(peer), ready })?;
        post.wake();
        match tokio::time::timeout(PATIENCE, is_ready).await {
            Ok(Ok(())) => Ok(sdp),
            Ok(Err(_)) | Err(_) => Err(OpenError::Unavailable),
        }
    }

    fn wish(&self, leg: LegId, change: impl FnOnce(&mut crate::inbox::Wish)) {
        let shared = &self.0.shared;
        let Some(worker) = shared.directory.worker_of(leg) else { return };
        let post = &shared.posts[worker];
        post.inbox.wish(leg, change);
        post.wake();
    }
}
