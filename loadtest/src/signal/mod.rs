//! One WebSocket to `/v1/ws`: hello, requests with their answers, views and notices.

mod wire;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub use wire::{
    Action, Candidate, Desk, DeskAgent, DeskSelf, DeskTeam, Ended, Failure, Hearing, Held, Notice,
    Offer, Participant, ServerMessage, View, Wait, Welcome,
};

/// The sub-protocol of the wire.
pub const SUB_PROTOCOL: &str = "trefoil.v1";
/// Requests that may wait for the socket before [`Signal::request`] waits too.
const OUTBOX: usize = 64;
/// How long any single answer may take.
const ANSWER_BOUND: Duration = Duration::from_secs(10);

/// The plain socket, for those who want to send what no client should.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why a signal does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// The WebSocket could not be opened, or broke.
    #[error("the WebSocket failed")]
    Socket(#[from] Box<SocketError>),
    /// The server closed the connection, with its last error when it gave one.
    #[error("the server closed the connection: {0:?}")]
    Closed(Option<Failure>),
    /// The server refused a request.
    #[error("refused: {} ({})", .0.code, .0.message)]
    Refused(Failure),
    /// Something awaited did not come within its bound.
    #[error("waited {bound:?} in vain for {awaited}; known: {known}")]
    InVain {
        /// What was awaited.
        awaited: &'static str,
        /// For how long.
        bound: Duration,
        /// What was known then.
        known: String,
    },
}

impl SignalError {
    /// The code of a refusal, or of the error that came before a close.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(failure) | Self::Closed(Some(failure)) => Some(&failure.code),
            Self::Socket(_) | Self::Closed(None) | Self::InVain { .. } => None,
        }
    }
}

/// Where to continue after a reconnect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The session of the welcome.
    pub session: String,
    /// The newest cursor seen.
    pub cursor: u64,
}

/// Whether a WebSocket stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SocketState {
    /// Messages flow.
    #[default]
    Open,
    /// The server closed it, with this code.
    Closed(u16),
    /// It ended without a close frame.
    Broken,
}

/// Everything a signal has been told.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The newest view of every conversation that is this person's, ended ones included.
    pub views: BTreeMap<String, View>,
    /// The newest desk, for agents.
    pub desk: Option<Desk>,
    /// Conversations that are this person's no longer, with the reason, in order.
    pub gone: Vec<(String, String)>,
    /// All notices in order.
    pub notices: Vec<Notice>,
    /// All errors that answer no request, in order.
    pub errors: Vec<Failure>,
    /// The newest cursor.
    pub cursor: u64,
    /// Whether the socket still stands.
    pub socket: SocketState,
}

#[derive(Debug, Default)]
struct Shared {
    known: Mutex<Known>,
    pending: Mutex<HashMap<u64, oneshot::Sender<Result<Value, Failure>>>>,
    news: Notify,
}

impl Shared {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn pending(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Result<Value, Failure>>>> {
        self.pending.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// An open, welcomed connection. Dropping it drops the socket without a close frame, as a killed
/// browser does.
#[derive(Debug)]
pub struct Signal {
    welcome: Welcome,
    outbox: mpsc::Sender<Message>,
    shared: Arc<Shared>,
    next_id: AtomicU64,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Signal {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Opens the WebSocket and says nothing.
///
/// # Errors
///
/// When the server does not upgrade.
pub async fn open(http: SocketAddr, origin: &str, protocol: &str) -> Result<Socket, SignalError> {
    open_with(http, origin, protocol, None).await
}

/// Opens the WebSocket with a small window, if asked to: for readers that are meant to be slow.
///
/// # Errors
///
/// When the server does not upgrade.
pub async fn open_with(
    http: SocketAddr,
    origin: &str,
    protocol: &str,
    receive_bytes: Option<u32>,
) -> Result<Socket, SignalError> {
    let mut request = format!("ws://{http}/v1/ws").into_client_request().map_err(Box::new)?;
    let headers = request.headers_mut();
    for (name, value) in [("origin", origin), ("sec-websocket-protocol", protocol)] {
        if !value.is_empty() {
            let value = HeaderValue::from_str(value).map_err(|e| Box::new(e.into()))?;
            headers.insert(name, value);
        }
    }
    let socket = if http.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let stream = async {
        let socket = socket?;
        if let Some(bytes) = receive_bytes {
            socket.set_recv_buffer_size(bytes)?;
        }
        let stream = socket.connect(http).await?;
        stream.set_nodelay(true)?;
        Ok::<_, std::io::Error>(stream)
    };
    let stream = MaybeTlsStream::Plain(stream.await.map_err(|e| Box::new(e.into()))?);
    let (socket, _) = tokio_tungstenite::client_async(request, stream).await.map_err(Box::new)?;
    Ok(socket)
}

impl Signal {
    /// Opens a WebSocket, says hello and waits for the welcome.
    ///
    /// # Errors
    ///
    /// When there is no connection, or the server refuses the hello.
    pub async fn connect(
        http: SocketAddr,
        origin: &str,
        token: &str,
        resume: Option<&Resume>,
    ) -> Result<Self, SignalError> {
        let mut socket = open(http, origin, SUB_PROTOCOL).await?;
        let mut hello = json!({"type": "hello", "token": token, "client": "loadtest/0.1"});
        if let Some(Resume { session, cursor }) = resume {
            hello["resume"] = json!({"session": session, "cursor": cursor});
        }
        socket.send(text(&hello)).await.map_err(Box::new)?;
        let welcome = tokio::time::timeout(ANSWER_BOUND, welcome(&mut socket))
            .await
            .map_err(|_| in_vain("the welcome", ANSWER_BOUND, &Known::default()))??;
        let shared = Arc::new(Shared::default());
        shared.known().cursor = welcome.cursor;
        let (sink, stream) = socket.split();
        let (outbox, messages) = mpsc::channel(OUTBOX);
        let ping = Duration::from_millis(welcome.ping_interval_ms.max(100));
        let tasks = [
            tokio::spawn(write(sink, messages, ping)),
            tokio::spawn(read(stream, Arc::clone(&shared))),
        ];
        Ok(Self { welcome, outbox, shared, next_id: AtomicU64::new(1), tasks })
    }

    /// What the server said first.
    pub fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// Where a later connection may continue.
    pub fn resume(&self) -> Resume {
        Resume { session: self.welcome.session.clone(), cursor: self.shared.known().cursor }
    }

    /// A copy of all that is known.
    pub fn known(&self) -> Known {
        self.shared.known().clone()
    }

    /// Reads something from what is known, without copying the rest.
    pub fn read<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&self.shared.known())
    }

    /// Forgets what is over: ended conversations, notices, what was dropped. For people who stay
    /// all day.
    pub fn forgets_the_past(&self) {
        let mut known = self.shared.known();
        known.views.retain(|_, view| view.ended.is_none());
        known.gone.clear();
        known.notices.clear();
        known.errors.clear();
    }

    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    ///
    /// [`SignalError::Refused`] when the server says no; others when there is no answer.
    pub async fn request(&self, command: Value) -> Result<Value, SignalError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (reply, answer) = oneshot::channel();
        self.shared.pending().insert(id, reply);
        // Looked at after the insertion: the reader empties the map when the socket closes.
        if self.read(|known| known.socket != SocketState::Open) {
            return Err(self.closed());
        }
        let message = text(&json!({"type": "request", "id": id, "command": command}));
        if self.outbox.send(message).await.is_err() {
            return Err(self.closed());
        }
        match tokio::time::timeout(ANSWER_BOUND, answer).await {
            Err(_) => Err(in_vain("an answer", ANSWER_BOUND, &self.known())),
            Ok(Err(_)) => Err(self.closed()),
            Ok(Ok(Ok(result))) => Ok(result),
            Ok(Ok(Err(failure))) => Err(SignalError::Refused(failure)),
        }
    }

    /// Waits until something can be read from what is known.
    ///
    /// # Errors
    ///
    /// When it cannot within the bound.
    pub async fn until<T>(
        &self,
        awaited: &'static str,
        bound: Duration,
        look: impl Fn(&Known) -> Option<T>,
    ) -> Result<T, SignalError> {
        let met = async {
            loop {
                let news = self.shared.news.notified();
                tokio::pin!(news);
                news.as_mut().enable();
                if let Some(found) = self.read(&look) {
                    return found;
                }
                news.await;
            }
        };
        tokio::time::timeout(bound, met).await.map_err(|_| in_vain(awaited, bound, &self.known()))
    }

    fn closed(&self) -> SignalError {
        SignalError::Closed(self.read(|known| known.errors.last().cloned()))
    }
}

fn in_vain(awaited: &'static str, bound: Duration, known: &Known) -> SignalError {
    SignalError::InVain { awaited, bound, known: format!("{known:?}") }
}

/// A message as one text frame.
pub fn text(message: &Value) -> Message {
    Message::Text(message.to_string().into())
}

async fn welcome(socket: &mut Socket) -> Result<Welcome, SignalError> {
    let mut last = None;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message.map_err(Box::new)? else { continue };
        match wire::parse(&text) {
            Some(ServerMessage::Welcome(welcome)) => return Ok(welcome),
            Some(ServerMessage::Error { error, .. }) => last = Some(error),
            _ => {}
        }
    }
    Err(SignalError::Closed(last))
}

async fn write(
    mut sink: SplitSink<Socket, Message>,
    mut messages: mpsc::Receiver<Message>,
    ping: Duration,
) {
    let mut pings = tokio::time::interval(ping);
    loop {
        let message = tokio::select! {
            message = messages.recv() => message,
            _ = pings.tick() => Some(text(&json!({"type": "ping"}))),
        };
        let Some(message) = message else { return };
        if sink.send(message).await.is_err() {
            return;
        }
    }
}

async fn read(mut stream: SplitStream<Socket>, shared: Arc<Shared>) {
    let mut end = SocketState::Broken;
    while let Some(Ok(message)) = stream.next().await {
        match message {
            Message::Text(text) => {
                if let Some(message) = wire::parse(&text) {
                    learn(&shared, message);
                }
            }
            Message::Close(frame) => {
                // RFC 6455: 1005 stands for a close frame without a code.
                end = SocketState::Closed(frame.map_or(1005, |frame| u16::from(frame.code)));
                break;
            }
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
    }
    shared.known().socket = end;
    // Whoever waits for an answer learns that none will come.
    shared.pending().clear();
    shared.news.notify_waiters();
}

fn learn(shared: &Shared, message: ServerMessage) {
    match message {
        ServerMessage::Answer { id, result } => reply(shared, id, Ok(result)),
        ServerMessage::Refusal { id, error } => reply(shared, id, Err(error)),
        ServerMessage::View { cursor, conversation } => {
            let mut known = shared.known();
            known.cursor = known.cursor.max(cursor);
            known.views.insert(conversation.id.clone(), *conversation);
        }
        ServerMessage::Desk { cursor, desk } => {
            let mut known = shared.known();
            known.cursor = known.cursor.max(cursor);
            known.desk = Some(*desk);
        }
        ServerMessage::DeskChanges { cursor, changes } => {
            let mut known = shared.known();
            known.cursor = known.cursor.max(cursor);
            if let Some(desk) = &mut known.desk {
                desk.change(*changes);
            }
        }
        ServerMessage::Notice { cursor, notice } => {
            let mut known = shared.known();
            known.cursor = known.cursor.max(cursor);
            known.notices.push(notice);
        }
        ServerMessage::Gone { cursor, conversation, reason } => {
            let mut known = shared.known();
            known.cursor = known.cursor.max(cursor);
            known.views.remove(&conversation);
            known.gone.push((conversation, reason));
        }
        ServerMessage::Error { error, .. } => shared.known().errors.push(error),
        ServerMessage::Welcome(_) | ServerMessage::Pong => {}
    }
    shared.news.notify_waiters();
}

fn reply(shared: &Shared, id: u64, result: Result<Value, Failure>) {
    if let Some(waiting) = shared.pending().remove(&id) {
        // The asker may have given up.
        drop(waiting.send(result));
    }
}
