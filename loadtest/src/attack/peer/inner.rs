//! What happens on a hand-driven leg's sockets by itself: answers are taken, the handshake goes on,
//! and an honest life is led beside the attack.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::BytesMut;
use rtc::dtls::endpoint::{Endpoint, EndpointEvent};
use rtc::srtp::context::Context;
use tokio::net::UdpSocket;
use tokio::sync::Notify;

use super::identity::Identity;
use crate::attack::AttackError;
use crate::attack::craft::rtp::Rtp;
use crate::attack::craft::sdp::{self, Credentials};
use crate::attack::craft::stun;
use crate::attack::dice::Dice;
use crate::sound::{FRAME, FRAME_SAMPLES, Sound};

/// SCTP packets that wait to be read; what comes on top is forgotten.
const INBOX: usize = 256;
/// Frames between two consent checks: a second, as libwebrtc checks at least.
const CHECK_FRAMES: u64 = 50;

/// What the peer says while it is honest.
static VOICE: LazyLock<Sound> = LazyLock::new(|| Sound::tone(1900));

/// What goes out beside every datagram of the handshake, from the same address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Copies {
    /// Nothing: an honest handshake.
    #[default]
    None,
    /// Three mutated copies, and then the datagram.
    Before,
    /// The datagram, and then three mutated copies.
    After,
}

/// Mutated copies of a datagram.
const COPIES: usize = 3;

/// One socket of the peer, and what came in on it.
#[derive(Debug)]
pub struct Line {
    pub(super) socket: UdpSocket,
    sound: AtomicU64,
    answers: AtomicU64,
}

impl Line {
    pub(super) async fn open() -> Result<Arc<Self>, AttackError> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Arc::new(Self { socket, sound: AtomicU64::new(0), answers: AtomicU64::new(0) }))
    }

    /// Packets of sound, or of reports on it, that came here.
    pub fn sound(&self) -> u64 {
        self.sound.load(Ordering::Relaxed)
    }

    /// Answers to checks that came here.
    pub fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }
}

/// What the handle and the tasks of a leg share.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) state: Mutex<State>,
    pub(super) line: Mutex<Arc<Line>>,
    pub(super) news: Notify,
    pub(super) talking: AtomicBool,
    pub(super) checking: AtomicBool,
}

/// What a leg knows and remembers.
pub(super) struct State {
    pub(super) identity: Identity,
    pub(super) mine: Credentials,
    pub(super) server: Option<(SocketAddr, Credentials)>,
    pub(super) endpoint: Option<Endpoint>,
    pub(super) srtp: Option<Context>,
    pub(super) closed: bool,
    pub(super) inbox: VecDeque<Vec<u8>>,
    pub(super) copies: Copies,
    pub(super) flushed: u64,
    pub(super) dice: Dice,
    pub(super) beat: u64,
    pub(super) ssrc: u32,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Inner {
    /// Takes a datagram of the server.
    fn takes(&self, line: &Line, datagram: &[u8]) {
        // RFC 7983, section 7.
        match datagram.first() {
            Some(0..=3) if datagram.starts_with(&stun::SUCCESS) => {
                line.answers.fetch_add(1, Ordering::Relaxed);
            }
            Some(128..=191) => {
                line.sound.fetch_add(1, Ordering::Relaxed);
            }
            Some(20..=63) => {
                lock(&self.state).takes_dtls(datagram);
                self.flush();
            }
            _ => {}
        }
        self.news.notify_waiters();
    }

    /// Sends what the handshake or the association has to send, with copies when asked to.
    pub(super) fn flush(&self) {
        let line = Arc::clone(&lock(&self.line));
        let mut state = lock(&self.state);
        let Some((server, _)) = state.server else { return };
        let copies = if state.srtp.is_some() { Copies::None } else { state.copies };
        while let Some(transmit) = state.endpoint.as_mut().and_then(Endpoint::poll_transmit) {
            let datagram = transmit.message;
            let mutated: Vec<_> = match copies {
                Copies::None => Vec::new(),
                Copies::Before | Copies::After => {
                    (0..COPIES).map(|_| state.dice.mutated(&datagram)).collect()
                }
            };
            let original = std::iter::once(&datagram[..]);
            let mutated = mutated.iter().map(Vec::as_slice);
            let all: Vec<&[u8]> = if copies == Copies::Before {
                mutated.chain(original).collect()
            } else {
                original.chain(mutated).collect()
            };
            let count = all.len() as u64;
            for datagram in all {
                // What the socket does not take is lost, as on any network.
                drop(line.socket.try_send_to(datagram, server));
            }
            state.flushed += count;
        }
    }

    /// One frame of the honest life beside the attack.
    fn lives(&self, frame: u64) {
        let line = Arc::clone(&lock(&self.line));
        let mut state = lock(&self.state);
        let Some((server, credentials)) = state.server.clone() else { return };
        if self.talking.load(Ordering::Relaxed) && state.srtp.is_some() {
            let packet = state.next_sound().bytes();
            let protected = state.srtp.as_mut().and_then(|srtp| srtp.encrypt_rtp(&packet).ok());
            if let Some(protected) = protected {
                drop(line.socket.try_send_to(&protected, server));
            }
        }
        if self.checking.load(Ordering::Relaxed) && frame.is_multiple_of(CHECK_FRAMES) {
            let check = stun::check(&credentials, &state.mine.fragment, true);
            drop(line.socket.try_send_to(&check, server));
        }
        if let Some(endpoint) = &mut state.endpoint {
            // A handshake that gives up is seen as one that does not end.
            drop(endpoint.handle_timeout(server, Instant::now()));
        }
    }
}

impl State {
    fn takes_dtls(&mut self, datagram: &[u8]) {
        let (Some(endpoint), Some((server, _))) = (&mut self.endpoint, &self.server) else {
            return;
        };
        let Ok(events) = endpoint.read(Instant::now(), *server, None, BytesMut::from(datagram))
        else {
            return;
        };
        for event in events {
            match event {
                EndpointEvent::HandshakeComplete => {
                    let state = endpoint.get_connection_state(*server);
                    self.srtp = state.and_then(|state| self.identity.srtp(state).ok());
                }
                EndpointEvent::ApplicationData(packet) if self.inbox.len() < INBOX => {
                    self.inbox.push_back(packet.to_vec());
                }
                EndpointEvent::PeerClosed => self.closed = true,
                // The enum is open; a full inbox forgets.
                EndpointEvent::ApplicationData(_) | _ => {}
            }
        }
    }

    pub(super) fn next_sound(&mut self) -> Rtp {
        let frame = VOICE.frame(self.beat as usize);
        let packet = Rtp {
            payload_type: sdp::OPUS,
            sequence: self.beat as u16,
            timestamp: (self.beat as usize * FRAME_SAMPLES) as u32,
            ssrc: self.ssrc,
            extensions: vec![
                (sdp::LEVEL_EXTENSION, vec![0x80 | frame.level]),
                (sdp::MID_EXTENSION, b"0".to_vec()),
            ],
            payload: frame.payload.to_vec(),
        };
        self.beat += 1;
        packet
    }
}

/// Takes what comes on a socket, until the socket fails.
pub(super) async fn read(inner: Arc<Inner>, line: Arc<Line>) {
    let mut buffer = [0; 2048];
    loop {
        match line.socket.recv(&mut buffer).await {
            Ok(length) => inner.takes(&line, &buffer[..length]),
            // What became of an earlier datagram says nothing about the next.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
            Err(_) => return,
        }
    }
}

/// Leads the honest life, frame by frame.
pub(super) async fn live(inner: Arc<Inner>) {
    let mut frames = tokio::time::interval(FRAME);
    for frame in 1.. {
        frames.tick().await;
        inner.lives(frame);
        inner.flush();
    }
}

/// What a lock holds; whoever panicked while holding it has left it whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
