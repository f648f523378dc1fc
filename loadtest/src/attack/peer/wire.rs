//! The network side of a hand-driven leg: its socket, its handshake, its keys.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rtc::dtls::endpoint::{Endpoint, EndpointEvent};
use rtc::shared::TransportProtocol;
use rtc::srtp::context::Context;
use tokio::net::UdpSocket;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

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
    socket: UdpSocket,
    sound: AtomicU64,
    answers: AtomicU64,
}

impl Line {
    async fn open() -> Result<Arc<Self>, AttackError> {
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

/// A leg's network side. Ends with its owner, without a word.
#[derive(Debug)]
pub struct Wire {
    inner: Arc<Inner>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    line: Mutex<Arc<Line>>,
    news: Notify,
    talking: AtomicBool,
    checking: AtomicBool,
}

struct State {
    identity: Identity,
    mine: Credentials,
    server: Option<(SocketAddr, Credentials)>,
    endpoint: Option<Endpoint>,
    srtp: Option<Context>,
    closed: bool,
    inbox: VecDeque<Vec<u8>>,
    copies: Copies,
    dice: Dice,
    beat: u64,
    ssrc: u32,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        for task in lock(&self.tasks).drain(..) {
            task.abort();
        }
    }
}

impl Wire {
    /// Opens a socket. Nothing is sent before the server is known.
    pub(crate) async fn open(identity: Identity) -> Result<Self, AttackError> {
        let line = Line::open().await?;
        let port = line.socket.local_addr()?.port();
        let mine = Credentials {
            fragment: format!("mal{port:05}"),
            password: "a password that nobody asks for".to_owned().replace(' ', "+"),
        };
        let state = State {
            identity,
            mine,
            server: None,
            endpoint: None,
            srtp: None,
            closed: false,
            inbox: VecDeque::new(),
            copies: Copies::None,
            dice: Dice::seeded(port.into()),
            beat: 0,
            ssrc: 0x4d41_0000 | u32::from(port),
        };
        let inner = Arc::new(Inner {
            state: Mutex::new(state),
            line: Mutex::new(Arc::clone(&line)),
            news: Notify::new(),
            talking: AtomicBool::new(true),
            checking: AtomicBool::new(true),
        });
        let tasks = vec![
            tokio::spawn(read(Arc::clone(&inner), line)),
            tokio::spawn(live(Arc::clone(&inner))),
        ];
        Ok(Self { inner, tasks: Mutex::new(tasks) })
    }

    /// The offer of this leg.
    pub(crate) fn offer(&self) -> String {
        let state = self.state();
        sdp::offer(&state.mine, state.identity.fingerprint(), state.ssrc)
    }

    /// Learns from the answer where the server is.
    pub(crate) fn takes(&self, answer: &str) -> Result<(), AttackError> {
        let known = sdp::candidate(answer).zip(Credentials::of(answer));
        self.state().server = Some(known.ok_or(AttackError::InVain("an answer with a candidate"))?);
        Ok(())
    }

    /// The server's address and the credentials of this leg there.
    pub fn server(&self) -> Result<(SocketAddr, Credentials), AttackError> {
        self.state().server.clone().ok_or(AttackError::InVain("an answered offer"))
    }

    /// A fresh check of this leg.
    pub fn check(&self, nominates: bool) -> Result<Vec<u8>, AttackError> {
        let (_, credentials) = self.server()?;
        let mine = self.state().mine.fragment.clone();
        Ok(stun::check(&credentials, &mine, nominates))
    }

    /// The socket in use.
    pub fn line(&self) -> Arc<Line> {
        Arc::clone(&lock(&self.inner.line))
    }

    /// Goes on from another socket, as after a change of networks; the old one is kept open and
    /// returned with what it still hears.
    pub async fn moves(&self) -> Result<Arc<Line>, AttackError> {
        let fresh = Line::open().await?;
        let reader = tokio::spawn(read(Arc::clone(&self.inner), Arc::clone(&fresh)));
        lock(&self.tasks).push(reader);
        Ok(std::mem::replace(&mut *lock(&self.inner.line), fresh))
    }

    /// Whether it sends sound, 50 packets a second, once it has the keys.
    pub fn talks(&self, talks: bool) {
        self.inner.talking.store(talks, Ordering::Relaxed);
    }

    /// Whether it sends a check every second, once it knows the server.
    pub fn checks(&self, checks: bool) {
        self.inner.checking.store(checks, Ordering::Relaxed);
    }

    /// What goes out beside the handshake from here on.
    pub fn copies(&self, copies: Copies) {
        self.state().copies = copies;
    }

    /// Sends any datagram from the socket in use.
    pub async fn sends(&self, datagram: &[u8]) -> Result<(), AttackError> {
        let (server, _) = self.server()?;
        self.line().socket.send_to(datagram, server).await?;
        Ok(())
    }

    /// Nominates the socket in use and waits for the answer, asking again as a browser does.
    pub async fn nominates(&self, bound: Duration) -> Result<(), AttackError> {
        let line = self.line();
        let before = line.answers();
        let asked = async {
            loop {
                self.sends(&self.check(true)?).await?;
                let answered = self.until(|_| line.answers() > before);
                if tokio::time::timeout(Duration::from_millis(50), answered).await.is_ok() {
                    return Ok(());
                }
            }
        };
        tokio::time::timeout(bound, asked)
            .await
            .unwrap_or(Err(AttackError::InVain("an answer to a check")))
    }

    /// Begins the DTLS handshake.
    pub fn greets(&self) -> Result<(), AttackError> {
        let (server, _) = self.server()?;
        let local = self.line().socket.local_addr()?;
        {
            let mut state = self.state();
            let mut endpoint = Endpoint::new(local, TransportProtocol::UDP, None);
            let client = state.identity.client()?;
            endpoint.connect(Instant::now(), server, client, None).map_err(AttackError::stack)?;
            state.endpoint = Some(endpoint);
        }
        self.inner.flush();
        Ok(())
    }

    /// Waits until the handshake is done.
    pub async fn is_secured(&self, bound: Duration) -> Result<(), AttackError> {
        let secured = self.until(|state| state.srtp.is_some());
        tokio::time::timeout(bound, secured)
            .await
            .map_err(|_| AttackError::InVain("the end of the handshake"))
    }

    /// Whether the server has said goodbye.
    pub fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// Protects a packet of sound.
    pub fn protects(&self, packet: &Rtp) -> Result<Vec<u8>, AttackError> {
        let mut state = self.state();
        let srtp = state.srtp.as_mut().ok_or(AttackError::InVain("keys"))?;
        Ok(srtp.encrypt_rtp(&packet.bytes()).map_err(AttackError::stack)?.to_vec())
    }

    /// The packet that would come next in the peer's own stream of sound.
    pub fn next_sound(&self) -> Rtp {
        self.state().next_sound()
    }

    /// Sends a packet inside DTLS.
    pub fn sends_secured(&self, packet: &[u8]) -> Result<(), AttackError> {
        let (server, _) = self.server()?;
        {
            let mut state = self.state();
            let endpoint = state.endpoint.as_mut().ok_or(AttackError::InVain("a handshake"))?;
            endpoint.write(Instant::now(), server, packet).map_err(AttackError::stack)?;
        }
        self.inner.flush();
        Ok(())
    }

    /// The next packet that came inside DTLS.
    pub(crate) async fn receives(&self, bound: Duration) -> Option<Vec<u8>> {
        let came = self.until(|state| !state.inbox.is_empty());
        tokio::time::timeout(bound, came).await.ok()?;
        self.state().inbox.pop_front()
    }

    async fn until(&self, condition: impl Fn(&State) -> bool) {
        loop {
            let news = self.inner.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            if condition(&self.state()) {
                return;
            }
            news.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.inner.state)
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
    fn flush(&self) {
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
            for datagram in all {
                // What the socket does not take is lost, as on any network.
                drop(line.socket.try_send_to(datagram, server));
            }
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

    fn next_sound(&mut self) -> Rtp {
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

async fn read(inner: Arc<Inner>, line: Arc<Line>) {
    let mut buffer = [0; 2048];
    loop {
        // Errors of earlier sends come up here and say nothing.
        if let Ok(length) = line.socket.recv(&mut buffer).await {
            inner.takes(&line, &buffer[..length]);
        }
    }
}

async fn live(inner: Arc<Inner>) {
    let mut frames = tokio::time::interval(FRAME);
    for frame in 1.. {
        frames.tick().await;
        inner.lives(frame);
        inner.flush();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
