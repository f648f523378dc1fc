//! One leg: a WebRTC connection on its own UDP socket, which talks and listens.
//!
//! The connection itself (`rtc`, sans-IO) lives on an [`Engine`] thread, as many legs beside each
//! other as the thread can carry. A [`Leg`] is the handle: it gives commands and reads what the
//! thread has seen. Dropping the handle makes the leg vanish without a word, as a killed browser
//! does; [`Leg::closes`] hangs up in order.

mod channel;
mod connection;
mod engine;
mod reception;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

pub use channel::{ChatPipe, Message};
pub use engine::{Engine, LATE_BEAT};
pub use reception::{Packet, Reception};

use crate::sound::{Ear, FRAME, Heard, HeardFrame, Sound};
use engine::{Command, Remote};

/// How a leg is made.
#[derive(Clone, Debug)]
pub struct LegSettings {
    /// Offer a data channel, as the pages do.
    pub data_channel: bool,
    /// How many received packets are kept for listening; 0 keeps none.
    pub keep_packets: usize,
}

impl Default for LegSettings {
    /// A page's leg that keeps half a minute.
    fn default() -> Self {
        Self { data_channel: true, keep_packets: 1500 }
    }
}

/// Where a leg stands.
///
/// ```text
/// Offered --answer, ICE, DTLS--> Connected --closes, or the server ends it--> Closed
///    \--------------- no way through, wrong fingerprint ---------------> Failed
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LegState {
    /// The offer is made; nothing is connected.
    #[default]
    Offered,
    /// DTLS is through: packets flow.
    Connected,
    /// ICE or DTLS gave up.
    Failed,
    /// Hung up by either side.
    Closed,
}

/// What is known about a leg at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct LegStatus {
    /// Where it stands.
    pub state: LegState,
    /// When the answer was taken.
    pub answered_at: Option<Instant>,
    /// When it got connected.
    pub connected_at: Option<Instant>,
    /// Whether data channels can be opened.
    pub carries_data: bool,
    /// RTP packets sent.
    pub sent: u64,
    /// What it has received.
    pub reception: Reception,
}

/// Why a leg does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LegError {
    /// The engine thread is gone.
    #[error("the engine has stopped")]
    EngineStopped,
    /// The socket could not be opened.
    #[error("no socket for a leg")]
    Socket(#[source] std::io::Error),
    /// The peer connection refused.
    #[error("the peer connection refused")]
    Connection(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something awaited did not come within its bound.
    #[error("waited {bound:?} in vain for {awaited}; the leg stands at {status:?}")]
    InVain {
        /// What was awaited.
        awaited: &'static str,
        /// For how long.
        bound: Duration,
        /// How the leg stood then.
        status: Box<LegStatus>,
    },
}

/// What the engine thread writes and the handle reads.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    inner: Mutex<Seen>,
    news: Notify,
}

/// The state behind the lock: held for a few loads and stores only, by either side.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Where the socket is, from the leg's first moment on.
    address: Option<SocketAddr>,
    status: LegStatus,
    follower: reception::Follower,
}

impl Seen {
    fn at(address: SocketAddr) -> Self {
        Self { address: Some(address), ..Self::default() }
    }
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn status(&self) -> LegStatus {
        let seen = self.seen();
        LegStatus { reception: seen.follower.counts(), ..seen.status }
    }
}

/// What a leg has done, readable after its end.
#[derive(Clone, Debug)]
pub struct Record {
    shared: Arc<Shared>,
}

impl Record {
    /// What is known now.
    pub fn status(&self) -> LegStatus {
        self.shared.status()
    }
}

/// The handle of one leg.
#[derive(Debug)]
pub struct Leg {
    remote: Remote,
    shared: Arc<Shared>,
    offer: String,
    ear: Mutex<Ear>,
}

impl Leg {
    /// The SDP offer for the server.
    pub fn offer(&self) -> &str {
        &self.offer
    }

    /// The address of the leg's socket, which [`Leg::moves`] changes.
    pub fn address(&self) -> SocketAddr {
        self.shared.seen().address.expect("a leg has a socket from the start")
    }

    /// Takes the server's answer and starts to connect.
    ///
    /// # Errors
    ///
    /// When the peer connection refuses the SDP.
    pub async fn takes(&self, answer: &str) -> Result<(), LegError> {
        let (reply, taken) = tokio::sync::oneshot::channel();
        self.remote.send(Command::Answer { sdp: answer.to_owned(), reply })?;
        taken.await.map_err(|_| LegError::EngineStopped)?
    }

    /// Waits until the leg is connected.
    ///
    /// # Errors
    ///
    /// When that does not happen within the bound.
    pub async fn connects(&self, bound: Duration) -> Result<(), LegError> {
        self.until("the connection", bound, |status| status.state == LegState::Connected).await
    }

    /// Starts to send a sound, from its first frame.
    ///
    /// # Errors
    ///
    /// When the engine is gone.
    pub fn speaks(&self, sound: Sound) -> Result<(), LegError> {
        self.remote.send(Command::Speak(Some(sound)))
    }

    /// Stops sending; media time goes on.
    ///
    /// # Errors
    ///
    /// When the engine is gone.
    pub fn hushes(&self) -> Result<(), LegError> {
        self.remote.send(Command::Speak(None))
    }

    /// Cuts the network: nothing goes out, nothing comes in, nobody is told. `false` mends it.
    ///
    /// # Errors
    ///
    /// When the engine is gone.
    pub fn cut(&self, cut: bool) -> Result<(), LegError> {
        self.remote.send(Command::Cut(cut))
    }

    /// Goes on from a new socket, on another port of 127.0.0.1, and returns its address.
    ///
    /// As after a NAT rebinding: neither the connection nor the far end is told, there is no ICE
    /// restart and no new candidate; the next datagram simply comes from elsewhere, and what is
    /// sent to the old place is lost.
    ///
    /// # Errors
    ///
    /// When there is no socket to be had, or the leg or its engine is gone.
    pub async fn moves(&self) -> Result<SocketAddr, LegError> {
        let (reply, moved) = tokio::sync::oneshot::channel();
        self.remote.send(Command::Move { reply })?;
        moved.await.map_err(|_| LegError::EngineStopped)?
    }

    /// Sends raw bytes from the leg's own socket, outside of the connection.
    ///
    /// # Errors
    ///
    /// When the engine is gone.
    pub fn injects(&self, to: SocketAddr, datagram: Vec<u8>) -> Result<(), LegError> {
        self.remote.send(Command::Inject { to, datagram })
    }

    /// Hangs up in order: DTLS says goodbye.
    ///
    /// # Errors
    ///
    /// When that does not happen within a second.
    pub async fn closes(self) -> Result<(), LegError> {
        self.remote.send(Command::Close)?;
        self.until("the end of the connection", Duration::from_secs(1), |status| {
            status.state == LegState::Closed
        })
        .await
    }

    /// What is known now.
    pub fn status(&self) -> LegStatus {
        self.shared.status()
    }

    /// The kept packets that arrived at or after an instant.
    pub fn packets_since(&self, from: Instant) -> Vec<Packet> {
        let mut packets = self.kept();
        packets.retain(|packet| packet.at >= from);
        packets
    }

    /// Takes the kept packets out, in the order of their arrival: each is returned once.
    ///
    /// For a listener who follows all of a stream and comes by often enough that
    /// [`LegSettings::keep_packets`] hold what came meanwhile.
    pub fn drains(&self) -> Vec<Packet> {
        self.shared.seen().follower.drain()
    }

    /// What can be read of the leg even when its handle is gone, to the last packet.
    pub fn record(&self) -> Record {
        Record { shared: Arc::clone(&self.shared) }
    }

    /// Waits until the status meets a condition.
    ///
    /// # Errors
    ///
    /// When it does not within the bound.
    pub async fn until(
        &self,
        awaited: &'static str,
        bound: Duration,
        condition: impl Fn(&LegStatus) -> bool,
    ) -> Result<(), LegError> {
        let met = async {
            loop {
                // Registered before looking, or news between look and wait would be missed.
                let news = self.shared.news.notified();
                tokio::pin!(news);
                news.as_mut().enable();
                if condition(&self.status()) {
                    return;
                }
                news.await;
            }
        };
        tokio::time::timeout(bound, met).await.map_err(|_| LegError::InVain {
            awaited,
            bound,
            status: Box::new(self.status()),
        })
    }

    /// Listens for a number of frames from this moment on and decodes what came.
    ///
    /// The window ends with the last frame, or when that much time and half as much again has
    /// passed: so silence is an answer, not an error. One listening at a time: every packet is
    /// decoded once, in the order of the stream.
    pub async fn listens(&self, frames: u32) -> Heard {
        let from = Instant::now();
        let before = self.status().reception.packets;
        let enough = self.until("a window of packets", FRAME * frames * 3 / 2, |status| {
            status.reception.packets >= before + u64::from(frames)
        });
        // Fewer packets than asked for are what was heard.
        drop(enough.await);
        let mut ear = self.ear.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (before, window) = self.kept().into_iter().partition(|packet| packet.at < from);
        ear.follow(heard(before));
        ear.follow(heard(window))
    }

    fn kept(&self) -> Vec<Packet> {
        self.shared.seen().follower.kept()
    }
}

fn heard(packets: Vec<Packet>) -> Vec<HeardFrame> {
    let frame = |packet: Packet| HeardFrame { sequence: packet.sequence, payload: packet.payload };
    packets.into_iter().map(frame).collect()
}
