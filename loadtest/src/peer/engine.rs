//! The thread that drives legs: sockets, timers and the 20 ms of every talker.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Registry, Token, Waker};
use tokio::sync::oneshot;

use super::channel::{Channels, Wish};
use super::connection::{Connection, Output};
use super::reception::Follower;
use super::{Leg, LegError, LegSettings, LegState, Seen, Shared};
use crate::sound::{FRAME, FRAME_SAMPLES, Sound};

const WAKER: Token = Token(usize::MAX);
/// The largest datagram a leg can get.
const DATAGRAM_BYTES: usize = 2048;
/// Datagrams read from one socket before the others get their turn.
const READS_PER_TURN: usize = 64;

/// With more legs than this a thread works in turns of [`TURN`].
const CROWD: usize = 20;
/// What comes within a turn is done together: most of a packet's cost is waking up for it. Times of
/// arrival are that much less exact.
const TURN: Duration = Duration::from_millis(1);

/// A talker's packet that leaves so long after its time is late before the network has it.
pub const LATE_BEAT: Duration = Duration::from_millis(20);

/// Threads that drive legs. Cheap to clone; the threads, and all their legs, end with the last
/// clone.
#[derive(Clone, Debug)]
pub struct Engine {
    workers: Arc<Vec<Worker>>,
    next: Arc<AtomicUsize>,
    late_beats: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Worker {
    inbox: Mutex<Sender<(usize, Command)>>,
    waker: Arc<Waker>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        let (nobody, _) = channel();
        let inbox = self.inbox.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        drop(inbox.send((WAKER.0, Command::Stop)));
        *inbox = nobody;
        drop(self.waker.wake());
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed there.
            drop(thread.join());
        }
    }
}

/// The way to a leg.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    key: usize,
    inbox: Sender<(usize, Command)>,
    waker: Arc<Waker>,
}

impl Reach {
    pub(super) fn send(&self, command: Command) -> Result<(), LegError> {
        self.inbox.send((self.key, command)).map_err(|_| LegError::EngineStopped)?;
        self.waker.wake().map_err(|_| LegError::EngineStopped)
    }
}

/// How a handle reaches its leg, which vanishes with it.
#[derive(Debug)]
pub(super) struct Remote(Reach);

impl Remote {
    pub(super) fn send(&self, command: Command) -> Result<(), LegError> {
        self.0.send(command)
    }

    pub(super) fn reach(&self) -> Reach {
        self.0.clone()
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        // An engine that is gone has no leg to forget.
        drop(self.send(Command::Vanish));
    }
}

/// What a handle asks of its leg's thread.
#[derive(Debug)]
pub(super) enum Command {
    Join(Box<Line>),
    Answer { sdp: String, reply: oneshot::Sender<Result<(), LegError>> },
    Speak(Option<Sound>),
    Cut(bool),
    Move { reply: oneshot::Sender<Result<SocketAddr, LegError>> },
    Inject { to: SocketAddr, datagram: Vec<u8> },
    Channel(Wish),
    Close,
    Vanish,
    Stop,
}

/// A leg as its thread knows it.
#[derive(Debug)]
pub(super) struct Line {
    connection: Connection,
    socket: UdpSocket,
    /// The sockets it had before it moved. They stay bound and unread: what goes to the old place
    /// is lost without a word, as behind a NAT, and no other leg gets the port.
    left: Vec<UdpSocket>,
    shared: Arc<Shared>,
    sound: Option<Sound>,
    channels: Channels,
    /// Frames of media time since the leg was connected.
    beat: usize,
    next_beat: Option<Instant>,
    cut: bool,
    due: Option<Instant>,
    /// The heap entry that is valid for this leg.
    scheduled: Option<Instant>,
}

impl Engine {
    /// Starts some threads.
    ///
    /// # Errors
    ///
    /// When the system gives no epoll or no thread.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let late_beats = Arc::<AtomicU64>::default();
        let worker = |index| Worker::start(index, Arc::clone(&late_beats));
        let workers = (0..threads.max(1)).map(worker).collect::<Result<_, _>>()?;
        Ok(Self { workers: Arc::new(workers), next: Arc::default(), late_beats })
    }

    /// Packets that were sent more than [`LATE_BEAT`] after they were due: this machine's fault,
    /// not the far end's.
    pub fn late_beats(&self) -> u64 {
        self.late_beats.load(Ordering::Relaxed)
    }

    /// Opens a socket on loopback and makes a leg with its offer.
    ///
    /// # Errors
    ///
    /// When there is no socket, or the peer connection cannot be built.
    pub fn leg(&self, settings: &LegSettings) -> Result<Leg, LegError> {
        let key = self.next.fetch_add(1, Ordering::Relaxed);
        let worker = &self.workers[key % self.workers.len()];
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0).into()).map_err(LegError::Socket)?;
        let address = socket.local_addr().map_err(LegError::Socket)?;
        let (connection, offer) =
            Connection::offer(Instant::now(), address, ssrc(address), settings)
                .map_err(|error| LegError::Connection(error.into()))?;
        let shared = Arc::new(Shared {
            inner: Mutex::new(Seen {
                follower: Follower::new(settings.keep_packets),
                ..Seen::at(address)
            }),
            ..Shared::default()
        });
        let line = Line {
            connection,
            socket,
            left: Vec::new(),
            shared: Arc::clone(&shared),
            sound: None,
            channels: Channels::default(),
            beat: 0,
            next_beat: None,
            cut: false,
            due: None,
            scheduled: None,
        };
        let inbox = worker.inbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let remote = Remote(Reach { key, inbox, waker: Arc::clone(&worker.waker) });
        remote.send(Command::Join(Box::new(line)))?;
        Ok(Leg { remote, shared, offer, ear: Mutex::default() })
    }
}

/// A source number no other living leg of this machine has: its port makes it so.
fn ssrc(address: SocketAddr) -> u32 {
    0x5465_0000 | u32::from(address.port())
}

impl Worker {
    fn start(index: usize, late_beats: Arc<AtomicU64>) -> std::io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let (inbox, commands) = channel();
        let thread = std::thread::Builder::new()
            .name(format!("legs-{index}"))
            .spawn(move || Loop::new(poll, commands, late_beats).run())?;
        Ok(Self { inbox: Mutex::new(inbox), waker, thread: Some(thread) })
    }
}

/// The thread's own state.
struct Loop {
    poll: Poll,
    commands: Receiver<(usize, Command)>,
    lines: HashMap<usize, Line>,
    timers: BinaryHeap<Reverse<(Instant, usize)>>,
    buffer: Vec<u8>,
    out: Vec<Output>,
    late_beats: Arc<AtomicU64>,
}

impl Loop {
    fn new(poll: Poll, commands: Receiver<(usize, Command)>, late_beats: Arc<AtomicU64>) -> Self {
        Self {
            poll,
            commands,
            lines: HashMap::new(),
            timers: BinaryHeap::new(),
            buffer: vec![0; DATAGRAM_BYTES],
            out: Vec::new(),
            late_beats,
        }
    }

    fn run(mut self) {
        let mut events = Events::with_capacity(256);
        // Sockets that had more to read than one turn allows.
        let mut unread: Vec<usize> = Vec::new();
        let mut turn = Instant::now();
        loop {
            if self.lines.len() > CROWD {
                std::thread::sleep((turn + TURN).saturating_duration_since(Instant::now()));
            }
            turn = Instant::now();
            let patience = if unread.is_empty() { self.patience() } else { Some(Duration::ZERO) };
            match self.poll.poll(&mut events, patience) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => return,
                Ok(()) => {}
            }
            let mut ready = unread;
            ready.extend(events.iter().map(|event| event.token().0));
            if self.obey().is_break() {
                return;
            }
            ready.retain(|key| *key != WAKER.0 && self.read(*key));
            unread = ready;
            self.fire();
        }
    }

    fn patience(&self) -> Option<Duration> {
        let Reverse((at, _)) = self.timers.peek()?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    fn obey(&mut self) -> std::ops::ControlFlow<()> {
        while let Ok((key, command)) = self.commands.try_recv() {
            let now = Instant::now();
            match command {
                Command::Stop => return std::ops::ControlFlow::Break(()),
                Command::Join(line) => self.join(key, *line),
                Command::Vanish => drop(self.lines.remove(&key)),
                Command::Answer { sdp, reply } => self.answer(key, now, sdp, reply),
                Command::Speak(sound) => self.with(key, |line, _| line.sound = sound),
                Command::Cut(cut) => self.with(key, |line, _| line.cut = cut),
                Command::Move { reply } => self.relocate(key, reply),
                Command::Inject { to, datagram } => self.with(key, |_, out| {
                    out.push(Output::Datagram(to, BytesMut::from(&datagram[..])));
                }),
                Command::Channel(wish) => self.with(key, |line, out| {
                    line.channels.obey(wish, &mut line.connection, now, out);
                }),
                Command::Close => self.with(key, |line, out| line.connection.close(out)),
            }
        }
        std::ops::ControlFlow::Continue(())
    }

    fn join(&mut self, key: usize, mut line: Line) {
        let registered =
            self.poll.registry().register(&mut line.socket, Token(key), Interest::READABLE);
        if registered.is_ok() {
            self.lines.insert(key, line);
        }
    }

    fn relocate(&mut self, key: usize, reply: oneshot::Sender<Result<SocketAddr, LegError>>) {
        let registry = self.poll.registry();
        // Without the leg the reply is dropped, which says so.
        let Some(line) = self.lines.get_mut(&key) else { return };
        let moved = line.relocate(registry, Token(key)).map_err(LegError::Socket);
        // Nobody may be waiting for it any more.
        drop(reply.send(moved));
    }

    fn answer(
        &mut self,
        key: usize,
        now: Instant,
        sdp: String,
        reply: oneshot::Sender<Result<(), LegError>>,
    ) {
        self.with(key, |line, out| {
            let taken = line.connection.answer(now, sdp);
            if taken.is_ok() {
                line.shared.seen().status.answered_at = Some(now);
            }
            // Nobody may be waiting for it any more.
            drop(reply.send(taken.map_err(|error| LegError::Connection(error.into()))));
            line.connection.timeout(now, out);
        });
    }

    /// Reads what a socket has; true when there is more.
    fn read(&mut self, key: usize) -> bool {
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut more = true;
        self.with(key, |line, out| {
            for _ in 0..READS_PER_TURN {
                let Ok((length, from)) = line.socket.recv_from(&mut buffer) else {
                    more = false;
                    return;
                };
                if !line.cut {
                    line.connection.receive(Instant::now(), from, &buffer[..length], out);
                }
            }
        });
        self.buffer = buffer;
        more && self.lines.contains_key(&key)
    }

    /// Runs every timer that is due.
    fn fire(&mut self) {
        loop {
            let now = Instant::now();
            match self.timers.peek() {
                Some(Reverse((at, _))) if *at <= now => {}
                _ => return,
            }
            let Some(Reverse((at, key))) = self.timers.pop() else { return };
            let Some(line) = self.lines.get_mut(&key) else { continue };
            if line.scheduled != Some(at) {
                continue;
            }
            line.scheduled = None;
            if line.next_beat.is_some_and(|beat| now.saturating_duration_since(beat) > LATE_BEAT) {
                self.late_beats.fetch_add(1, Ordering::Relaxed);
            }
            self.with(key, |line, out| line.wake(now, out));
        }
    }

    /// Does something to a leg, then delivers what came of it and sets its timer.
    fn with(&mut self, key: usize, act: impl FnOnce(&mut Line, &mut Vec<Output>)) {
        let Some(line) = self.lines.get_mut(&key) else { return };
        act(line, &mut self.out);
        line.deliver(&mut self.out);
        if let Some(at) = line.next_wake()
            && line.scheduled.is_none_or(|scheduled| at < scheduled)
        {
            line.scheduled = Some(at);
            self.timers.push(Reverse((at, key)));
        }
    }
}

impl Line {
    /// Goes on from a socket on another port. The connection is not told: its local address stays.
    fn relocate(&mut self, registry: &Registry, token: Token) -> std::io::Result<SocketAddr> {
        let mut socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = socket.local_addr()?;
        registry.register(&mut socket, token, Interest::READABLE)?;
        let mut old = std::mem::replace(&mut self.socket, socket);
        registry.deregister(&mut old)?;
        self.left.push(old);
        self.shared.seen().address = Some(address);
        Ok(address)
    }

    fn next_wake(&self) -> Option<Instant> {
        match (self.due, self.next_beat) {
            (Some(due), Some(beat)) => Some(due.min(beat)),
            (due, beat) => due.or(beat),
        }
    }

    fn wake(&mut self, now: Instant, out: &mut Vec<Output>) {
        if self.due.is_some_and(|due| due <= now) {
            self.connection.timeout(now, out);
        }
        // Beats keep their own time: one that comes late does not make the next one late.
        while let Some(at) = self.next_beat.filter(|at| *at <= now) {
            self.next_beat = Some(at + FRAME);
            self.speak(now, out);
        }
    }

    fn speak(&mut self, now: Instant, out: &mut Vec<Output>) {
        let beat = self.beat;
        self.beat += 1;
        let Some(sound) = self.sound.as_ref().filter(|_| !self.cut) else { return };
        let timestamp = (beat * FRAME_SAMPLES) as u32;
        if self.connection.send(now, timestamp, sound.frame(beat), out).is_ok() {
            self.shared.seen().status.sent += 1;
        }
    }

    fn deliver(&mut self, out: &mut Vec<Output>) {
        if self.connection.take_swept() {
            self.due = self.connection.due();
        }
        if out.is_empty() {
            return;
        }
        let now = Instant::now();
        let mut heard = false;
        for output in out.drain(..) {
            match output {
                Output::Datagram(to, datagram) => {
                    if !self.cut {
                        // UDP: what the socket does not take is lost, as on any network.
                        drop(self.socket.send_to(&datagram, to));
                    }
                }
                Output::Packet(header, payload) => {
                    heard = true;
                    self.shared.seen().follower.packet(now, header, payload);
                }
                Output::Report => self.shared.seen().follower.report(),
                Output::State(state) => {
                    heard = true;
                    self.enter(state, now);
                }
                Output::CarriesData => {
                    heard = true;
                    self.shared.seen().status.carries_data = true;
                }
                Output::Channel(id, news) => self.channels.tell(id, news),
            }
        }
        if heard {
            self.shared.news.notify_waiters();
        }
    }

    fn enter(&mut self, state: LegState, now: Instant) {
        let mut seen = self.shared.seen();
        seen.status.state = state;
        self.next_beat = match state {
            LegState::Connected => {
                seen.status.connected_at.get_or_insert(now);
                self.next_beat.or(Some(now))
            }
            LegState::Offered => None,
            LegState::Failed | LegState::Closed => {
                self.channels.end();
                None
            }
        };
    }
}
