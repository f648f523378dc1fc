//! The channel for files: what the document shows of it, and what nobody should send.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use call_core::{ConversationId, FileId};
use futures_util::{sink, stream};
use serde_json::{Value, json};
use signaling::Limits;
use signaling::files::{
    AHEAD_BYTES, Begun, CHUNK_BYTES, FilesLimits, FilesServerMessage, Frame, Offer, Parsed,
    READ_BYTES, Shelf, parse, run,
};
use signaling::protocol::{Fault, WireError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::chat::HASH;
use crate::documents::{sends_what_is_shown, takes_what_is_shown};

const CHAT: ConversationId = ConversationId(7);
const FILE: FileId = FileId(0x0f1e_2d3c_4b5a_6978_8796_a5b4_c3d2_e1f0);

/// Every message the server is shown to send.
fn server_samples() -> Vec<FilesServerMessage> {
    let upload = || "u-1f".parse().unwrap();
    let limits = FilesLimits {
        bytes: 26_214_400,
        types: vec!["image/png".to_owned(), "text/plain".to_owned()],
        chunk_bytes: CHUNK_BYTES as u64,
        ahead_bytes: AHEAD_BYTES,
    };
    vec![
        FilesServerMessage::Ready { limits },
        FilesServerMessage::Go {
            upload: upload(),
            file: FILE,
            name: "invoice.png".to_owned(),
            offset: 0,
        },
        FilesServerMessage::Got { upload: upload(), offset: 65_536 },
        FilesServerMessage::Kept { upload: upload(), file: FILE },
        FilesServerMessage::Refused {
            upload: upload(),
            error: Fault::FileTooLarge { limit: 26_214_400 }.into(),
        },
        FilesServerMessage::Sending { conversation: CHAT, number: 122, offset: 0, bytes: 123_456 },
        FilesServerMessage::Sent { conversation: CHAT, number: 122 },
        FilesServerMessage::Unsent {
            conversation: CHAT,
            number: 122,
            error: Fault::Stopped.into(),
        },
        FilesServerMessage::Pong {},
        FilesServerMessage::Error { error: Fault::Malformed.because("Nothing is to be sent.") },
    ]
}

#[test]
fn every_sample_of_a_client_is_taken_and_one_with_a_strange_field_is_not() {
    let is_taken = |text: &str| matches!(parse(text), Ok(Parsed::Message(_)));
    assert_eq!(takes_what_is_shown("FilesClientMessage", "files-client", is_taken), 5);
}

#[test]
fn every_sample_of_the_server_is_what_it_would_send() {
    sends_what_is_shown("FilesServerMessage", "files-server", &server_samples());
}

#[test]
fn what_is_wrong_is_named_and_refused_by_its_upload_or_its_message() {
    let offer = |key: &str, value: Value| {
        let mut offer = json!({"type": "offer", "conversation": "c7", "upload": "u-1", "name": "a",
            "media_type": "image/png", "bytes": 5, "sha256": HASH});
        offer[key] = value;
        offer.to_string()
    };
    let fetch = |offset: Value| {
        json!({"type": "fetch", "conversation": "c7", "number": 17, "offset": offset}).to_string()
    };
    let code = |text: &str| match parse(text) {
        Err(error) => error.code(),
        Ok(Parsed::BadOffer { upload, error }) => {
            assert_eq!((upload.to_string().as_str(), error.code()), ("u-1", "malformed"));
            "refused"
        }
        Ok(Parsed::BadFetch { conversation, number, error }) => {
            assert_eq!((conversation, number, error.code()), (CHAT, 17, "malformed"));
            "unsent"
        }
        Ok(Parsed::Message(message)) => panic!("{message:?}"),
    };
    for (text, expected) in [
        ("{", "malformed"),
        ("[]", "malformed"),
        (r#"{"type":"send"}"#, "unknown_type"),
        (&offer("upload", json!("../u")), "malformed"),
        (&offer("bytes", json!(-1)), "refused"),
        (&offer("bytes", json!(9_007_199_254_740_992_u64)), "refused"),
        (&offer("sha256", json!(HASH.to_uppercase())), "refused"),
        (&offer("audience", json!("nobody")), "refused"),
        (&offer("name", json!("a".repeat(1025))), "refused"),
        (&offer("media_type", json!("a".repeat(128))), "refused"),
        (&fetch(json!(-1)), "unsent"),
        (&fetch(json!(9_007_199_254_740_992_u64)), "unsent"),
        (&"x".repeat(CHUNK_BYTES + 1), "too_large"),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
}

/// Longer than anything a channel waits for.
const LONG: Duration = Duration::from_mins(2);
/// What every file is that can be fetched.
const LONG_FILE: u64 = 1024 * 1024 * 1024;

/// A shelf of which a test knows what was done.
#[derive(Clone, Default)]
struct Notes {
    written: Arc<Mutex<Vec<u8>>>,
    reads: Arc<AtomicUsize>,
    kept: Arc<AtomicUsize>,
    transfers: Arc<Mutex<Vec<bool>>>,
    refused: Arc<Mutex<Vec<&'static str>>>,
}

impl Shelf for Notes {
    type Upload = ();
    type Download = ();

    async fn begin(&self, _: &Offer) -> Result<Begun<()>, WireError> {
        let offset = self.written.lock().unwrap().len() as u64;
        Ok(Begun { file: FILE, offset, upload: Some(()) })
    }

    async fn write(&self, (): (), bytes: Vec<u8>) -> Result<(), WireError> {
        self.written.lock().unwrap().extend(bytes);
        Ok(())
    }

    async fn keep(&self, _: &Offer, (): ()) -> Result<(), WireError> {
        self.kept.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn discard(&self, (): ()) {
        self.written.lock().unwrap().clear();
    }

    async fn fetch(&self, _: ConversationId, number: u64, _: u64) -> Result<((), u64), WireError> {
        if number == 17 { Ok(((), LONG_FILE)) } else { Err(Fault::NoSuchFile.into()) }
    }

    async fn read(&self, (): ()) -> Result<((), Vec<u8>), WireError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(((), vec![7; READ_BYTES]))
    }

    fn refused(&self, error: &WireError) {
        self.refused.lock().unwrap().push(error.code());
    }

    fn transfers(&self, under_way: bool) {
        self.transfers.lock().unwrap().push(under_way);
    }
}

/// A channel with the test as its client.
struct Rig {
    client: mpsc::UnboundedSender<Frame>,
    given: mpsc::Receiver<Frame>,
    notes: Notes,
    channel: JoinHandle<()>,
}

impl Rig {
    fn opens() -> Self {
        let (client, mut frames) = mpsc::unbounded_channel();
        let (writer, given) = mpsc::channel(1);
        let notes = Notes::default();
        let shelf = notes.clone();
        let limits = FilesLimits {
            bytes: LONG_FILE,
            types: vec!["image/png".to_owned()],
            chunk_bytes: CHUNK_BYTES as u64,
            ahead_bytes: AHEAD_BYTES,
        };
        let channel = tokio::spawn(async move {
            let incoming = stream::poll_fn(move |cx| frames.poll_recv(cx));
            let outgoing = sink::unfold(writer, |writer: mpsc::Sender<Frame>, frame| async move {
                writer.send(frame).await.map(|()| writer)
            });
            run(shelf, &Limits::default(), limits, incoming, outgoing).await;
        });
        Self { client, given, notes, channel }
    }

    fn says(&self, message: &Value) {
        self.client.send(Frame::Text(message.to_string())).unwrap();
    }

    /// The next message, parts of files left out.
    async fn hears(&mut self) -> Value {
        loop {
            match timeout(LONG, self.given.recv()).await.unwrap().unwrap() {
                Frame::Text(text) => return serde_json::from_str(&text).unwrap(),
                Frame::Binary(_) => {}
            }
        }
    }
}

fn offer(bytes: usize) -> Value {
    json!({"type": "offer", "conversation": "c7", "upload": "u-1", "name": "a.png",
        "media_type": "image/png", "bytes": bytes, "sha256": HASH})
}

#[tokio::test(start_paused = true)]
async fn a_file_is_carried_from_its_offer_until_it_is_kept() {
    let mut rig = Rig::opens();
    assert_eq!(rig.hears().await["type"], "ready");
    rig.says(&offer(40_000));
    assert_eq!(rig.hears().await["offset"], 0);
    for _ in 0..4 {
        rig.client.send(Frame::Binary(vec![7; 10_000])).unwrap();
    }
    let mut last = rig.hears().await;
    while last["type"] == "got" {
        last = rig.hears().await;
    }
    assert_eq!(last["type"], "kept");
    assert_eq!(rig.notes.kept.load(Ordering::Relaxed), 1);
    assert_eq!(*rig.notes.written.lock().unwrap(), vec![7; 40_000]);
    rig.says(&json!({"type": "fetch", "conversation": "c7", "number": 1}));
    assert_eq!(rig.hears().await["error"]["code"], "no_such_file");
    assert_eq!(*rig.notes.refused.lock().unwrap(), ["no_such_file"]);
    drop(rig.client);
    timeout(LONG, rig.channel).await.unwrap().unwrap();
    let transfers = rig.notes.transfers.lock().unwrap().clone();
    assert_eq!(transfers.first(), Some(&true));
    assert_eq!(transfers.last(), Some(&false), "also at the end");
}

#[tokio::test(start_paused = true)]
async fn whoever_fetches_and_takes_nothing_costs_little_and_is_put_out() {
    let mut rig = Rig::opens();
    assert_eq!(rig.hears().await["type"], "ready");
    rig.says(&json!({"type": "fetch", "conversation": "c7", "number": 17}));
    assert_eq!(rig.hears().await["type"], "sending");
    // What the client sends is taken in all the same.
    rig.says(&offer(100_000));
    // It would be told that it may, if it listened.
    tokio::time::sleep(Duration::from_millis(1)).await;
    for _ in 0..10 {
        rig.client.send(Frame::Binary(vec![7; 10_000])).unwrap();
    }
    timeout(LONG, &mut rig.channel).await.expect("it is closed").unwrap();
    assert_eq!(rig.notes.kept.load(Ordering::Relaxed), 1);
    let reads = rig.notes.reads.load(Ordering::Relaxed);
    assert!((1..=2).contains(&reads), "{reads} times 64 KiB of a gigabyte were read");
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_an_upload_does_not_wait_for_the_end_of_a_download() {
    let mut rig = Rig::opens();
    assert_eq!(rig.hears().await["type"], "ready");
    rig.says(&json!({"type": "fetch", "conversation": "c7", "number": 17}));
    assert_eq!(rig.hears().await["type"], "sending");
    rig.says(&offer(10));
    assert_eq!(rig.hears().await["type"], "go");
    rig.client.send(Frame::Binary(vec![7; 10])).unwrap();
    assert_eq!(rig.hears().await["type"], "got");
    assert_eq!(rig.hears().await["type"], "kept");
    rig.says(&json!({"type": "stop"}));
    assert_eq!(rig.hears().await["error"]["code"], "stopped");
    rig.says(&json!({"type": "ping"}));
    assert_eq!(rig.hears().await["type"], "pong");
}
