//! Words the stories are told in.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use call_core::{ConversationId, PersonId, Rights, TeamId};
use futures_util::{sink, stream};
use serde_json::{Value, json};
use signaling::auth::{Keys, Person};
use signaling::session::{Context, Frame, Incoming, run};
use signaling::{Counters, Door, Limits, Opening, Outbox, SessionId, ToDriver, WireCommand};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub(crate) const SECRET: &[u8] = b"a secret of at least thirty-two bytes";
/// Longer than anything a session waits for: what has not come by then does not come.
const LONG: Duration = Duration::from_mins(2);

pub(crate) fn keys() -> Keys {
    Keys::new(SECRET).unwrap()
}

pub(crate) fn team(id: &str) -> TeamId {
    id.parse().unwrap()
}

pub(crate) fn bob() -> Person {
    person("agent:bob", "Bob", &["support"])
}

pub(crate) fn alice() -> Person {
    person("customer:x1", "Alice", &[])
}

pub(crate) fn alice_for(conversation: u64) -> Person {
    Person { only_conversation: Some(ConversationId(conversation)), ..alice() }
}

fn person(id: &str, name: &str, teams: &[&str]) -> Person {
    Person {
        id: id.parse::<PersonId>().unwrap(),
        name: name.to_owned(),
        teams: Rights::answering(teams.iter().map(|id| team(id))),
        priority: 0,
        only_team: None,
        only_channel: None,
        only_conversation: None,
    }
}

pub(crate) fn token(person: &Person) -> String {
    keys().mint(person, SystemTime::now(), Duration::from_mins(10)).unwrap()
}

pub(crate) fn hello(person: &Person) -> Value {
    json!({"type": "hello", "token": token(person), "client": "test/1"})
}

pub(crate) fn request(id: u64, command: &Value) -> Value {
    json!({"type": "request", "id": id, "command": command})
}

/// One session with the test at both of its ends: the socket and the driver.
pub(crate) struct Rig {
    /// Dropped: the socket is gone.
    pub(crate) socket: Option<mpsc::UnboundedSender<Incoming>>,
    pub(crate) written: mpsc::Receiver<Frame>,
    pub(crate) driver: mpsc::Receiver<ToDriver>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) session: JoinHandle<()>,
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        Self::with_inbox(limits, 64)
    }

    /// `inbox` is how many messages fit into the driver's.
    pub(crate) fn with_inbox(limits: Limits, inbox: usize) -> Self {
        let (sender, driver) = mpsc::channel(inbox);
        Self::with_driver(limits, sender, driver)
    }

    pub(crate) fn with_driver(
        limits: Limits,
        sender: mpsc::Sender<ToDriver>,
        driver: mpsc::Receiver<ToDriver>,
    ) -> Self {
        let (socket, mut frames) = mpsc::unbounded_channel();
        let (writer, written) = mpsc::channel(1);
        let counters = Arc::new(Counters::default());
        let context = Context {
            door: Door::new(sender, &limits),
            server: "trefoil/test".into(),
            keys: keys(),
            limits: Arc::new(limits),
            counters: Arc::clone(&counters),
        };
        let incoming = stream::poll_fn(move |cx| frames.poll_recv(cx));
        let outgoing = sink::unfold(writer, |writer: mpsc::Sender<Frame>, frame| async move {
            writer.send(frame).await.map(|()| writer)
        });
        let session = tokio::spawn(run(context, None, incoming, outgoing));
        Self { socket: Some(socket), written, driver, counters, session }
    }

    pub(crate) fn sends(&self, message: &Value) {
        self.sends_text(&message.to_string());
    }

    pub(crate) fn sends_text(&self, text: &str) {
        self.sends_frame(Incoming::Text(text.to_owned()));
    }

    pub(crate) fn sends_frame(&self, frame: Incoming) {
        let socket = self.socket.as_ref().expect("the socket is open");
        // A session that has ended takes nothing more; what it said last is what counts.
        drop(socket.send(frame));
    }

    /// The next frame that is no ping.
    pub(crate) async fn frame(&mut self) -> Frame {
        loop {
            let frame =
                timeout(LONG, self.written.recv()).await.expect("a frame within two minutes");
            match frame.expect("the session still writes") {
                Frame::Ping => {}
                other => return other,
            }
        }
    }

    pub(crate) async fn message(&mut self) -> Value {
        match self.frame().await {
            Frame::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("a message, not {other:?}"),
        }
    }

    /// The code of the next message, which is an error or a refusal.
    pub(crate) async fn code(&mut self) -> String {
        let message = self.message().await;
        message["error"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("an error: {message}"))
            .to_owned()
    }

    /// The session ends with this error and close code.
    pub(crate) async fn ends_with(&mut self, expected: &str, expected_code: u16) {
        let message = self.message().await;
        assert_eq!(
            (&message["error"]["code"], &message["fatal"]),
            (&json!(expected), &json!(true))
        );
        let Frame::Close { code, reason } = self.frame().await else { panic!("a close frame") };
        assert_eq!((code, reason), (expected_code, expected));
    }

    pub(crate) async fn driver_hears(&mut self) -> ToDriver {
        let heard = timeout(LONG, self.driver.recv()).await.expect("news within two minutes");
        heard.expect("the session still has its driver")
    }

    /// Says hello; the driver answers with the welcome, which is read.
    pub(crate) async fn opens(&mut self, person: &Person) -> (SessionId, Outbox) {
        self.sends(&hello(person));
        let ToDriver::Opened(opening) = self.driver_hears().await else {
            panic!("the driver hears of the session first");
        };
        let Opening { session, welcome, outbox, .. } = *opening;
        outbox.send(signaling::protocol::ServerMessage::Welcome(welcome));
        assert_eq!(self.message().await["type"], "welcome");
        (session, outbox)
    }

    /// The driver hears a request.
    pub(crate) async fn driver_hears_request(&mut self) -> (u64, WireCommand) {
        match self.driver_hears().await {
            ToDriver::Request { id, command, .. } => (id, command),
            other => panic!("a request, not {other:?}"),
        }
    }

    /// Nothing waits for the driver.
    pub(crate) fn driver_hears_nothing(&mut self) {
        assert!(self.driver.try_recv().is_err());
    }
}
