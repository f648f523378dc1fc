//! The chat channel: what the document shows of it, what nobody should send, and the whole of one
//! between a client and a driver.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use call_core::{
    Author, Body, ConversationId, FileId, FileNote, MAX_MESSAGE_CHARS, Marks, Message,
    MessageAudience, Refusal, Time,
};
use futures_util::{sink, stream};
use serde_json::{Value, json};
use signaling::Limits;
use signaling::chat::{
    Ask, ChatCounters, ChatFile, ChatLimits, ChatMessage, ChatServerMessage, FRAME_BYTES, History,
    Incoming, Line, LineId, News, Outbox, Parsed, Query, SENDS, Said, Span, UNACKNOWLEDGED,
    Unfollowed, Unreadable, Writer, outbox, parse, run,
};
use signaling::protocol::Fault;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::documents::{sends_what_is_shown, takes_what_is_shown};

const CHAT: ConversationId = ConversationId(7);
const AT: Time = Time(1_767_225_600_000);
/// Of nothing at all.
pub(crate) const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// Longer than anything a channel waits for.
const LONG: Duration = Duration::from_mins(2);

fn said(number: u64, text: &str) -> Said {
    let author =
        Author::Person { person: "customer:x1".parse().unwrap(), name: "Alice".to_owned() };
    let (id, audience) = (Some("m-1f".parse().unwrap()), MessageAudience::Everyone);
    let body = Body::Text(text.to_owned());
    Said { at: AT, message: Message { number, author, id, audience, body } }
}

/// The same with a file, which comes next.
fn with_a_picture(message: ChatMessage) -> ChatMessage {
    let file = ChatFile {
        id: FileId(0x0f1e_2d3c_4b5a_6978_8796_a5b4_c3d2_e1f0),
        name: "invoice.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 123_456,
        sha256: HASH.parse().unwrap(),
    };
    ChatMessage {
        number: 122,
        id: Some("m-20".parse().unwrap()),
        text: "Here it is".to_owned(),
        file: Some(file),
        ..message
    }
}

/// Every message the server is shown to send.
fn server_samples() -> Vec<ChatServerMessage> {
    let (alice, id) = ("customer:x1".parse().unwrap(), "m-1f".parse().unwrap());
    let marks = Marks { delivered: 120, read: 118 };
    let limits = ChatLimits {
        text_chars: MAX_MESSAGE_CHARS as u64,
        frame_bytes: FRAME_BYTES as u64,
        unacknowledged: UNACKNOWLEDGED as u64,
        messages_per_s: SENDS.whole_per_s(),
    };
    let hello = ChatMessage {
        number: 121,
        id: Some("m-1f".parse().unwrap()),
        from: Some(Writer { person: "customer:x1".parse().unwrap(), name: "Alice".to_owned() }),
        audience: MessageAudience::Everyone,
        at_ms: AT,
        text: "Hello".to_owned(),
        file: None,
    };
    let picture = with_a_picture(hello.clone());
    let automatic = ChatMessage {
        number: 99,
        id: None,
        from: None,
        text: "You are number 2.".to_owned(),
        audience: MessageAudience::Everyone,
        at_ms: AT,
        file: None,
    };
    let page = |request, conversation, messages, more, error| ChatServerMessage::Page {
        request,
        conversation,
        messages,
        more,
        error,
    };
    let not_yours = Some(Refusal::NotAParticipant.into());
    vec![
        ChatServerMessage::Ready { person: "agent:bob".parse().unwrap(), limits },
        ChatServerMessage::Following {
            conversation: CHAT,
            last: 121,
            marks: [("customer:x1".parse().unwrap(), marks)].into(),
        },
        ChatServerMessage::Message { conversation: CHAT, message: hello },
        ChatServerMessage::Message { conversation: CHAT, message: picture },
        page(5, CHAT, vec![automatic], true, None),
        page(6, ConversationId(8), Vec::new(), false, not_yours),
        ChatServerMessage::Ack { conversation: CHAT, id, number: 121, at_ms: AT },
        ChatServerMessage::Refused {
            conversation: CHAT,
            id: "m-1f".parse().unwrap(),
            error: Refusal::NotOwner.into(),
        },
        ChatServerMessage::Marked {
            conversation: CHAT,
            person: "customer:x1".parse().unwrap(),
            delivered: 121,
            read: 121,
        },
        ChatServerMessage::Typing { conversation: CHAT, person: alice },
        ChatServerMessage::Unfollowed { conversation: CHAT, reason: Unfollowed::Left },
        ChatServerMessage::Pong {},
        ChatServerMessage::Error { error: Fault::Malformed.because("The message has no type.") },
    ]
}

#[test]
fn every_sample_of_a_client_is_taken_and_one_with_a_strange_field_is_not() {
    let is_taken = |text: &str| matches!(parse(text), Ok(Parsed::Message(_)));
    assert_eq!(takes_what_is_shown("ChatClientMessage", "chat-client", is_taken), 8);
}

#[test]
fn every_sample_of_the_server_is_what_it_would_send() {
    sends_what_is_shown("ChatServerMessage", "chat-server", &server_samples());
}

#[test]
fn what_is_no_message_is_named_and_what_is_to_be_sent_is_refused_by_its_id() {
    let code = |text: &str| match parse(text) {
        Err(error) => error.code(),
        Ok(Parsed::BadSend { id, error, .. }) => {
            assert_eq!(id.to_string(), "m-1");
            assert_eq!(error.code(), "malformed");
            "refused"
        }
        Ok(Parsed::Message(message)) => panic!("{message:?}"),
    };
    let send = |more: &str| format!(r#"{{"type":"send","conversation":"c7","id":"m-1"{more}}}"#);
    for (text, expected) in [
        ("", "malformed"),
        ("{", "malformed"),
        ("[]", "malformed"),
        (r#"{"conversation":"c7"}"#, "malformed"),
        (r#"{"type":7}"#, "malformed"),
        (r#"{"type":"hello"}"#, "unknown_type"),
        (r#"{"type":"follow","conversation":"x"}"#, "malformed"),
        (r#"{"type":"follow","conversation":"c7","after":-1}"#, "malformed"),
        (r#"{"type":"follow","conversation":"c7","after":9007199254740992}"#, "malformed"),
        (r#"{"type":"page","request":1,"conversation":"c7","limit":0}"#, "malformed"),
        (r#"{"type":"page","request":1,"conversation":"c7","limit":101}"#, "malformed"),
        (r#"{"type":"send","conversation":"c7","id":"m 1","text":"Hello"}"#, "malformed"),
        (&send(""), "refused"),
        (&send(r#","text":7"#), "refused"),
        (&send(r#","file":"../../etc/passwd""#), "refused"),
        (&send(r#","text":"Hello","audience":"nobody""#), "refused"),
        (&"x".repeat(FRAME_BYTES + 1), "too_large"),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
}

/// What was written, as a test has it.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Said>>>);

impl History for Kept {
    async fn read(&self, query: Query) -> Result<Vec<Said>, Unreadable> {
        let kept = self.0.lock().unwrap().clone();
        let limit = query.limit as usize;
        let mut page: Vec<Said> = kept
            .into_iter()
            .filter(|said| match query.span {
                Span::After(after) => said.message.number > after,
                Span::Before(before) => said.message.number < before,
            })
            .collect();
        match query.span {
            Span::After(_) => page.truncate(limit),
            Span::Before(_) => drop(page.drain(..page.len().saturating_sub(limit))),
        }
        Ok(page)
    }

    async fn file(
        &self,
        _: ConversationId,
        _: FileId,
        _: MessageAudience,
    ) -> Result<Option<FileNote>, Unreadable> {
        Ok(None)
    }
}

/// A channel with the test as its client and its driver.
struct Rig {
    client: mpsc::UnboundedSender<Incoming>,
    written: mpsc::Receiver<String>,
    asks: mpsc::Receiver<(LineId, Ask)>,
    outbox: Option<Outbox>,
    kept: Kept,
    counters: Arc<ChatCounters>,
    channel: JoinHandle<()>,
}

impl Rig {
    fn opens() -> Self {
        let (client, mut frames) = mpsc::unbounded_channel();
        let (writer, written) = mpsc::channel(1);
        let (asking, asks) = mpsc::channel(16);
        let (outbox, inlet) = outbox();
        let person = "agent:bob".parse().unwrap();
        let counters = Arc::<ChatCounters>::default();
        let counted = Arc::clone(&counters);
        let line = Line { id: LineId(1), person, inlet, asks: asking, counters: counted };
        let kept = Kept::default();
        let history = kept.clone();
        let channel = tokio::spawn(async move {
            let incoming = stream::poll_fn(move |cx| frames.poll_recv(cx));
            let outgoing = sink::unfold(writer, |writer: mpsc::Sender<String>, text| async move {
                writer.send(text).await.map(|()| writer)
            });
            run(line, &Limits::default(), history, incoming, outgoing).await;
        });
        Self { client, written, asks, outbox: Some(outbox), kept, counters, channel }
    }

    fn says(&self, message: &Value) {
        self.client.send(Incoming::Text(message.to_string())).unwrap();
    }

    async fn hears(&mut self) -> Value {
        let text = timeout(LONG, self.written.recv()).await.unwrap().unwrap();
        serde_json::from_str(&text).unwrap()
    }

    async fn is_asked(&mut self) -> Ask {
        timeout(LONG, self.asks.recv()).await.unwrap().unwrap().1
    }

    fn tells(&self, news: News) {
        self.outbox.as_ref().unwrap().tell(news);
    }

    /// Somebody writes: durable, then told.
    fn somebody_writes(&self, number: u64) {
        let said = said(number, "Hello");
        self.kept.0.lock().unwrap().push(said.clone());
        self.tells(News::Message { conversation: CHAT, said: Arc::new(said) });
    }

    async fn follows(&mut self) {
        assert_eq!(self.hears().await["type"], "ready");
        self.says(&json!({"type": "follow", "conversation": "c7"}));
        let Ask::Follow { serial, .. } = self.is_asked().await else { panic!() };
        let last = self.kept.0.lock().unwrap().len() as u64;
        self.tells(News::Followed { conversation: CHAT, serial, last, marks: Vec::new() });
        assert_eq!(self.hears().await["type"], "following");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_nothing_costs_nobody_anything_and_is_closed() {
    let mut rig = Rig::opens();
    rig.follows().await;
    (1..=10_000).for_each(|number| rig.somebody_writes(number));
    // Nobody reads: the tenth second is over in no time.
    assert_eq!(rig.is_asked().await, Ask::Closed);
    rig.channel.await.unwrap();
    let counted = rig.counters.snapshot();
    assert_eq!((counted.open, counted.slow_readers), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_is_given_everything_once_although_most_did_not_fit() {
    let mut rig = Rig::opens();
    rig.follows().await;
    (1..=10_000).for_each(|number| rig.somebody_writes(number));
    let mut next = 1;
    while next <= 10_000 {
        tokio::select! {
            biased;
            asked = rig.asks.recv() => {
                let Some((_, Ask::Follow { serial, .. })) = asked else { panic!("{asked:?}") };
                let marks = Vec::new();
                rig.tells(News::Followed { conversation: CHAT, serial, last: 10_000, marks });
            }
            text = rig.written.recv() => {
                let frame: Value = serde_json::from_str(&text.unwrap()).unwrap();
                assert_eq!(frame["message"]["number"], json!(next));
                next += 1;
            }
        }
    }
    let counted = rig.counters.snapshot();
    assert_eq!((counted.open, counted.read_after_a_gap, counted.slow_readers), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_the_driver_lets_it_go_and_when_the_client_goes() {
    let mut rig = Rig::opens();
    rig.follows().await;
    rig.outbox = None;
    assert_eq!(rig.is_asked().await, Ask::Closed);
    rig.channel.await.unwrap();

    let mut rig = Rig::opens();
    rig.follows().await;
    drop(rig.client);
    assert_eq!(timeout(LONG, rig.asks.recv()).await.unwrap().unwrap().1, Ask::Closed);
    rig.channel.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_is_asked_for_once_and_answered_as_the_driver_says() {
    let mut rig = Rig::opens();
    rig.follows().await;
    rig.says(&json!({"type": "send", "conversation": "c7", "id": "m-1", "text": " Hello\u{0} "}));
    let Ask::Send { id, audience, body, .. } = rig.is_asked().await else { panic!() };
    assert_eq!((audience, &body), (MessageAudience::Everyone, &Body::Text("Hello".to_owned())));
    rig.tells(News::Sent { conversation: CHAT, id, outcome: Err(Refusal::NotOwner.into()) });
    let refused = rig.hears().await;
    assert_eq!((&refused["id"], &refused["error"]["code"]), (&json!("m-1"), &json!("not_owner")));
    assert_eq!(rig.counters.snapshot().refusals, [("not_owner", 1)].into());
    // The widest letters there are: more than a frame has room for once it is known who wrote it.
    let wide = "\u{1f600}".repeat(4_000);
    rig.says(&json!({"type": "send", "conversation": "c7", "id": "m-2", "text": wide}));
    assert_eq!(rig.hears().await["error"]["code"], "text_too_long");
}
