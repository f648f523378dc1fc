//! HTTP over TCP, for the open internet: every connection has its place and every wait its end.
//!
//! | wait for | bound |
//! |---|---|
//! | a place | none: whoever is over the bounds is closed before a byte is read |
//! | a request's head, and a further request | [`Serving::head_timeout`] |
//! | a request's body and its answer | [`Serving::request_timeout`] |
//! | the client to take what is written | [`Serving::write_timeout`] |
//!
//! A WebSocket leaves this module with its upgrade: its place here is free again, it has one of
//! its own, and the session's limits hold. Only the bound on writes goes with it.

mod patience;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use crate::counters::Counters;
use crate::places::{NoPlace, Place, Places};
use crate::protocol::Limit;
use crate::source::{Source, TrustedProxies};
use patience::Patient;

/// Room for a request's head. Our pages need 1 kB; a browser adds the cookies of the whole domain.
const HEAD_BYTES: usize = 16 * 1024;
/// When the system gives no connection (no file descriptors, no memory), how long until it is
/// asked again. Connections that wait stay in its queue.
const BREATH: Duration = Duration::from_millis(100);

/// How long a request that is being answered when the server stops may still take.
const FAREWELL: Duration = Duration::from_secs(2);

/// What a listener takes.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Connections at once that carry no WebSocket, or not yet.
    pub connections: usize,
    /// The same for one source; proxies of ours are many people, and not counted so.
    pub connections_per_source: usize,
    /// The proxies of ours.
    pub proxies: TrustedProxies,
    /// How long a client may take to send a request's head, the pause before it included.
    pub head_timeout: Duration,
    /// How long a request may take from its head to the head of its answer.
    pub request_timeout: Duration,
    /// How long a client may take nothing of what is written.
    pub write_timeout: Duration,
    /// Where it is counted whom there was no place for.
    pub counters: Arc<Counters>,
}

impl Serving {
    /// With the timeouts that suit browsers, also on bad networks.
    pub fn new(connections: usize, per_source: usize, counters: Arc<Counters>) -> Self {
        Self {
            connections,
            connections_per_source: per_source,
            proxies: TrustedProxies::default(),
            head_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(10),
            counters,
        }
    }
}

/// Serves until `stopped` says so; then lets the requests that are being answered finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    serving: Serving,
    mut stopped: watch::Receiver<bool>,
) {
    let places = Places::new(serving.connections, serving.connections_per_source);
    let connection =
        Connection { router, timer: TokioTimer::new(), stopped: stopped.clone(), serving };
    // Closed when the last connection is.
    let (open, mut all_closed) = mpsc::channel::<Infallible>(1);
    loop {
        let (socket, peer) = tokio::select! {
            () = stop(&mut stopped) => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    refused(&error).await;
                    continue;
                }
            },
        };
        match connection.place(&places, peer) {
            Ok(place) => {
                let (connection, open) = (connection.clone(), open.clone());
                tokio::spawn(async move {
                    connection.run(socket, peer).await;
                    drop((place, open));
                });
            }
            Err(limit) => connection.serving.counters.limit_hit(limit),
        }
    }
    drop((listener, open));
    let _closed = all_closed.recv().await;
}

/// Resolves when it is time to stop.
async fn stop(stopped: &mut watch::Receiver<bool>) {
    // An error means that whoever could say so is gone, which is a stop as well.
    let _stopped = stopped.wait_for(|stop| *stop).await;
}

/// One client that gives up while it waits is its own affair; anything else is the machine's.
async fn refused(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::error!(%error, "no connection can be accepted");
    sleep(BREATH).await;
}

/// What every connection needs.
#[derive(Debug, Clone)]
struct Connection {
    router: Router,
    timer: TokioTimer,
    stopped: watch::Receiver<bool>,
    serving: Serving,
}

impl Connection {
    fn place(&self, places: &Places, peer: SocketAddr) -> Result<Place, Limit> {
        let proxy = self.serving.proxies.contains(peer.ip());
        places.take((!proxy).then(|| Source::of(peer.ip()))).map_err(|none| match none {
            NoPlace::Source => Limit::ConnectionsPerSource,
            NoPlace::All => Limit::Connections,
        })
    }

    async fn run(self, socket: TcpStream, peer: SocketAddr) {
        // Messages are written whole: waiting for more only makes them late.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "the socket is gone already");
            return;
        }
        let Self { router, timer, mut stopped, serving } = self;
        let socket = TokioIo::new(Patient::new(socket, serving.write_timeout));
        let within = serving.request_timeout;
        let service = service_fn(move |request| answer(router.clone(), peer, within, request));
        let connection = http1::Builder::new()
            .timer(timer)
            .header_read_timeout(serving.head_timeout)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(socket, service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => Ok(ended),
            () = stop(&mut stopped) => {
                connection.as_mut().graceful_shutdown();
                timeout(FAREWELL, connection).await
            }
        };
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a connection ended"),
            Err(_) => tracing::debug!("a connection was cut off at the end"),
        }
    }
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    within: Duration,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = TowerToHyperService::new(router).call(request);
    timeout(within, answer).await.unwrap_or_else(|_| {
        let mut late = Response::new(Body::empty());
        *late.status_mut() = StatusCode::REQUEST_TIMEOUT;
        Ok(late)
    })
}
