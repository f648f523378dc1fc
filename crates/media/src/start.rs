//! Starting the workers.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::thread;

use mio::{Interest, Poll, Token, Waker};
use tokio::sync::mpsc;

use crate::handle::{Post, Shared};
use crate::inbox::Inbox;
use crate::socket::{BUFFER, Socket};
use crate::worker::Worker;
use crate::{Counters, MediaConfig, MediaHandle, MediaReport, OpenedChannel, StartError};

/// The socket's token at the poll.
pub(crate) const SOCKET: Token = Token(0);

/// The token by which other threads wake a worker.
const WAKE: Token = Token(1);

/// Most workers: a talker's workers are kept as the bits of one number.
const MOST_WORKERS: usize = 64;

/// Reports waiting for the driver. Behind this many they wait in the workers, at most two per leg.
const REPORTS: usize = 1024;

/// Opened channels that wait to be taken, for each leg that there may be: as many as it may open.
const CHANNELS: usize = 2;

/// The media plane, what it reports, and the data channels that pages open.
pub type Started = (MediaHandle, mpsc::Receiver<MediaReport>, mpsc::Receiver<OpenedChannel>);

/// Starts the media plane: its workers, the stream of what they report, and that of the data
/// channels that pages open. A channel that nobody takes is closed.
///
/// # Errors
///
/// Says which address cannot be used, or that a thread could not be started.
pub fn start(config: MediaConfig) -> Result<Started, StartError> {
    let workers = match config.workers {
        0 => thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS),
        asked => asked,
    };
    if workers > MOST_WORKERS {
        return Err(StartError::TooManyWorkers(workers));
    }
    let advertised = advertised(&config)?;
    let mut polls = Vec::with_capacity(workers);
    let mut posts = Vec::with_capacity(workers);
    for index in 0..workers {
        let (poll, socket, post) = open_post(&config, &advertised, index)?;
        polls.push((poll, socket));
        posts.push(Arc::new(post));
    }
    report_buffers(polls.iter().map(|(_, socket)| socket));
    let (sender, receiver) = mpsc::channel(REPORTS);
    let (opening, opened) =
        mpsc::channel(CHANNELS.saturating_mul(config.limits.legs).max(CHANNELS));
    let shared = Arc::new(Shared::new(config, posts, sender, opening));
    let mut threads = Vec::with_capacity(workers);
    for (index, (poll, socket)) in polls.into_iter().enumerate() {
        let worker = Worker::new(index, Arc::clone(&shared), poll, socket);
        let thread = thread::Builder::new()
            .name(format!("media-{index}"))
            .spawn(move || worker.run_to_end())
            .map_err(StartError::Worker)?;
        threads.push(thread);
    }
    Ok((MediaHandle::new(shared, threads), receiver, opened))
}

/// Says how large the sockets' buffers are, and what to do when they are small.
fn report_buffers<'a>(sockets: impl Iterator<Item = &'a Socket>) {
    let smallest = sockets.filter_map(|socket| socket.buffer().ok()).min();
    let Some(bytes) = smallest else { return };
    if bytes >= BUFFER {
        tracing::info!(bytes, "media sockets have the buffers they ask for");
    } else {
        tracing::warn!(
            bytes,
            wanted = BUFFER,
            "media sockets have small buffers, packets are lost when many arrive at once: \
             raise net.core.rmem_max and net.core.wmem_max (sysctl), or grant CAP_NET_ADMIN"
        );
    }
}

/// The addresses that browsers are told to send to.
fn advertised(config: &MediaConfig) -> Result<Vec<IpAddr>, StartError> {
    let listen = config.listen.ip();
    if config.advertise.is_empty() {
        if listen.is_unspecified() {
            return Err(StartError::NothingToAdvertise(listen));
        }
        return Ok(vec![listen]);
    }
    let cannot = |ip: &&IpAddr| {
        ip.is_unspecified() || ip.is_multicast() || (listen.is_ipv4() && ip.is_ipv6())
    };
    match config.advertise.iter().find(cannot) {
        Some(ip) => Err(StartError::NotAdvertisable(*ip)),
        None => Ok(config.advertise.clone()),
    }
}

fn open_post(
    config: &MediaConfig,
    advertised: &[IpAddr],
    index: usize,
) -> Result<(Poll, Socket, Post), StartError> {
    let number = match config.listen.port() {
        0 => 0,
        first => u16::try_from(usize::from(first) + index)
            .map_err(|_| StartError::TooManyWorkers(index + 1))?,
    };
    let address = SocketAddr::new(config.listen.ip(), number);
    let mut socket = Socket::bind(address).map_err(|error| StartError::Bind(address, error))?;
    let local = socket.local();
    let poll = Poll::new().map_err(StartError::Worker)?;
    poll.registry()
        .register(socket.source(), SOCKET, Interest::READABLE)
        .map_err(StartError::Worker)?;
    let waker = Waker::new(poll.registry(), WAKE).map_err(StartError::Worker)?;
    let candidates = advertised.iter().map(|ip| SocketAddr::new(*ip, local.port())).collect();
    let post = Post {
        inbox: Inbox::new(),
        waker,
        candidates,
        local,
        counters: std::sync::Mutex::new(Counters::default()),
    };
    Ok((poll, socket, post))
}
