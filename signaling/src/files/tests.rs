//! One channel for files against a disk that takes its time, in the words of the wire.

use serde_json::{Value, json};
use tokio::time::Instant;

use call_core::FileId;

use super::machine::Machine;
use super::wants::{Data, Want};
use super::{AHEAD_BYTES, CHUNK_BYTES, FilesLimits, WRITE_BYTES};
use crate::chat::pace::Pace;
use crate::protocol::Fault;

const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const FILE: FileId = FileId(7);
const LARGEST: u64 = 1024 * 1024;

/// A channel whose disk is the test.
struct Rig {
    machine: Machine,
    said: Vec<Value>,
    wants: Vec<Want>,
}

impl Rig {
    fn new() -> Self {
        let limits = FilesLimits {
            bytes: LARGEST,
            types: vec!["image/png".to_owned(), "text/plain".to_owned()],
            chunk_bytes: CHUNK_BYTES as u64,
            ahead_bytes: AHEAD_BYTES,
        };
        let machine = Machine::new(limits, Pace::new(10, 200, Instant::now()));
        let mut rig = Self { machine, said: Vec::new(), wants: Vec::new() };
        rig.comes_to_rest();
        assert_eq!(rig.hears()["type"], "ready");
        rig
    }

    fn says(&mut self, frame: &Value) {
        self.machine.text(&frame.to_string(), Instant::now());
        self.comes_to_rest();
    }

    fn sends(&mut self, bytes: usize) {
        self.machine.binary(&vec![7; bytes]);
        self.comes_to_rest();
    }

    fn comes_to_rest(&mut self) {
        while let Some(want) = self.machine.next_want() {
            self.wants.push(want);
        }
        while let Some(answer) = self.machine.next_answer() {
            self.said.push(serde_json::to_value(answer).unwrap());
        }
    }

    /// What was said first of what nobody has heard yet.
    fn hears(&mut self) -> Value {
        assert!(!self.said.is_empty(), "nothing was said");
        self.said.remove(0)
    }

    fn is_refused(&mut self, code: &str) {
        let said = self.hears();
        assert_eq!((&said["type"], &said["error"]["code"]), (&json!("refused"), &json!(code)));
    }

    fn complains(&mut self) -> Value {
        let said = self.hears();
        assert_eq!(said["type"], "error", "{said}");
        said["error"]["code"].clone()
    }

    fn wants(&mut self) -> Want {
        assert!(!self.wants.is_empty(), "nothing is wanted");
        self.wants.remove(0)
    }

    /// How much is to be written.
    fn writes(&mut self) -> usize {
        let Want::Write(bytes) = self.wants() else { panic!("something else is wanted") };
        bytes.len()
    }

    /// What is being done is done.
    fn does(&mut self, done: impl FnOnce(&mut Machine)) {
        done(&mut self.machine);
        self.comes_to_rest();
    }

    fn begins(&mut self, bytes: u64, offset: u64) {
        self.says(&offer("u-1", bytes));
        let Want::Begin(begun) = self.wants() else { panic!("something else is wanted") };
        assert_eq!(begun.bytes, bytes);
        self.does(|machine| machine.upload.begun(Ok((FILE, offset, false))));
        let go = self.hears();
        assert_eq!((&go["type"], &go["offset"]), (&json!("go"), &json!(offset)));
    }

    fn wrote(&mut self) {
        self.does(|machine| machine.upload.wrote(Ok(())));
    }

    /// What is sent of a file, until there is nothing at the moment.
    fn sent(&mut self) -> (Vec<Value>, usize) {
        let (mut said, mut bytes) = (Vec::new(), 0);
        while let Some(data) = self.machine.next_data() {
            match data {
                Data::Message(message) => said.push(serde_json::to_value(message).unwrap()),
                Data::Chunk(chunk) => {
                    assert!((1..=CHUNK_BYTES).contains(&chunk.len()));
                    bytes += chunk.len();
                }
            }
        }
        self.comes_to_rest();
        (said, bytes)
    }
}

fn offer(upload: &str, bytes: u64) -> Value {
    json!({"type": "offer", "conversation": "c7", "upload": upload, "name": "../a.png",
        "media_type": "Image/PNG; x=y", "bytes": bytes, "sha256": HASH})
}

fn fetch(number: u64, offset: u64) -> Value {
    json!({"type": "fetch", "conversation": "c7", "number": number, "offset": offset})
}

#[test]
fn a_file_is_written_as_it_comes_and_kept_when_all_of_it_is_there() {
    let mut rig = Rig::new();
    rig.says(&offer("u-1", 40_000));
    let Want::Begin(begun) = rig.wants() else { panic!("it begins") };
    assert_eq!((begun.name.as_str(), begun.media_type.as_str()), ("a.png", "image/png"));
    rig.does(|machine| machine.upload.begun(Ok((FILE, 0, false))));
    assert_eq!(
        rig.hears(),
        json!({"type": "go", "upload": "u-1", "file": FILE.to_string(), "name": "a.png",
            "offset": 0})
    );
    rig.sends(CHUNK_BYTES);
    assert_eq!(rig.writes(), CHUNK_BYTES);
    rig.sends(CHUNK_BYTES);
    rig.sends(40_000 - 2 * CHUNK_BYTES);
    assert!(rig.wants.is_empty(), "one thing at a time");
    rig.wrote();
    assert_eq!(rig.hears(), json!({"type": "got", "upload": "u-1", "offset": CHUNK_BYTES}));
    assert_eq!(rig.writes(), 40_000 - CHUNK_BYTES, "what had come meanwhile");
    rig.wrote();
    assert_eq!(rig.hears()["offset"], 40_000);
    assert!(matches!(rig.wants(), Want::Keep(_)));
    rig.does(|machine| machine.upload.kept(Ok(())));
    assert_eq!(rig.hears(), json!({"type": "kept", "upload": "u-1", "file": FILE.to_string()}));
    assert!(!rig.machine.transfers());
}

#[test]
fn an_upload_goes_on_where_the_disk_is_and_one_that_is_kept_is_not_sent_again() {
    let mut rig = Rig::new();
    rig.begins(40_000, 30_000);
    rig.sends(10_000);
    assert_eq!(rig.writes(), 10_000);
    rig.wrote();
    assert_eq!(rig.hears()["offset"], 40_000);
    assert!(matches!(rig.wants(), Want::Keep(_)));
    rig.does(|machine| machine.upload.kept(Ok(())));
    assert_eq!(rig.hears()["type"], "kept");
    // Everything was there, and the server died before it was kept.
    rig.begins(40_000, 40_000);
    assert!(matches!(rig.wants(), Want::Keep(_)));
    rig.does(|machine| machine.upload.kept(Ok(())));
    assert_eq!(rig.hears()["type"], "kept");
    // It was kept, and the page never heard of it.
    rig.says(&offer("u-1", 40_000));
    rig.wants();
    rig.does(|machine| machine.upload.begun(Ok((FILE, 40_000, true))));
    assert_eq!(rig.hears()["offset"], 40_000);
    assert_eq!(rig.hears()["type"], "kept");
    assert!(rig.wants.is_empty());
}

#[test]
fn what_cannot_be_taken_is_refused_before_anything_is_written() {
    let mut rig = Rig::new();
    rig.says(&offer("u-1", LARGEST + 1));
    assert_eq!(rig.said[0]["error"]["limit"], LARGEST);
    rig.is_refused("file_too_large");
    let mut html = offer("u-1", 7);
    html["media_type"] = json!("text/html");
    rig.says(&html);
    assert_eq!(rig.said[0]["error"]["allowed"], json!(["image/png", "text/plain"]));
    rig.is_refused("file_type_not_allowed");
    rig.says(&offer("u-1", 0));
    rig.is_refused("file_empty");
    let mut bad = offer("u-1", 7);
    bad["sha256"] = json!("half");
    rig.says(&bad);
    rig.is_refused("malformed");
    assert!(rig.wants.is_empty() && !rig.machine.transfers());
    rig.begins(7, 0);
    rig.says(&offer("u-2", 7));
    rig.is_refused("busy");
}

#[test]
fn whoever_does_not_wait_for_the_disk_is_put_out() {
    let mut rig = Rig::new();
    rig.begins(LARGEST, 0);
    let chunks = AHEAD_BYTES as usize / CHUNK_BYTES;
    (0..chunks).for_each(|_| rig.sends(CHUNK_BYTES));
    assert_eq!(rig.writes(), CHUNK_BYTES, "at once");
    assert!(!rig.machine.is_over());
    rig.wrote();
    assert_eq!(rig.writes(), WRITE_BYTES, "no more at a time");
    rig.sends(CHUNK_BYTES);
    assert!(!rig.machine.is_over(), "as much as was written");
    rig.sends(1);
    assert!(rig.machine.is_over());
}

#[test]
fn more_than_was_offered_is_refused_and_deleted_when_the_disk_is_done() {
    let mut rig = Rig::new();
    rig.begins(20_000, 0);
    rig.sends(CHUNK_BYTES);
    rig.writes();
    rig.sends(CHUNK_BYTES);
    rig.is_refused("malformed");
    assert!(rig.wants.is_empty(), "it is still being written");
    rig.wrote();
    assert!(rig.said.is_empty(), "what is refused is not told of any more");
    assert_eq!(rig.wants(), Want::Discard);
    // What was under way is passed over, and what is offered meanwhile begins afterwards.
    rig.sends(CHUNK_BYTES);
    rig.says(&offer("u-2", 5));
    rig.says(&offer("u-3", 5));
    rig.is_refused("busy");
    assert!(rig.said.is_empty() && rig.wants.is_empty());
    rig.does(|machine| machine.upload.discarded());
    let Want::Begin(begun) = rig.wants() else { panic!("the next begins") };
    assert_eq!(begun.upload.to_string(), "u-2");
}

#[test]
fn an_abort_deletes_without_a_word_whatever_is_being_done() {
    let mut rig = Rig::new();
    let abort = json!({"type": "abort", "upload": "u-1"});
    rig.says(&abort);
    // While it begins.
    rig.says(&offer("u-1", 5));
    rig.wants();
    rig.says(&abort);
    rig.does(|machine| machine.upload.begun(Ok((FILE, 0, false))));
    assert_eq!(rig.wants(), Want::Discard);
    rig.does(|machine| machine.upload.discarded());
    // While nothing is being done.
    rig.begins(5, 0);
    rig.says(&json!({"type": "abort", "upload": "u-9"}));
    assert!(rig.wants.is_empty(), "that is another");
    rig.says(&abort);
    assert_eq!(rig.wants(), Want::Discard);
    // What is offered meanwhile, and given up as well, never begins.
    rig.says(&offer("u-2", 5));
    rig.says(&json!({"type": "abort", "upload": "u-2"}));
    rig.does(|machine| machine.upload.discarded());
    // While it is being kept: it was there, so it stays until it is swept.
    rig.begins(5, 0);
    rig.sends(5);
    rig.writes();
    rig.wrote();
    assert_eq!(rig.hears()["type"], "got");
    rig.wants();
    rig.says(&abort);
    rig.does(|machine| machine.upload.kept(Ok(())));
    assert!(rig.said.is_empty() && rig.wants.is_empty() && !rig.machine.transfers());
}

#[test]
fn what_fails_is_refused_by_its_reason_and_the_next_file_is_taken() {
    let mut rig = Rig::new();
    rig.says(&offer("u-1", 5));
    rig.wants();
    rig.does(|machine| machine.upload.begun(Err(Fault::TooManyFiles.into())));
    rig.is_refused("too_many_files");
    rig.begins(5, 0);
    rig.sends(5);
    rig.wants();
    rig.does(|machine| machine.upload.wrote(Err(Fault::StorageFailed.into())));
    rig.is_refused("storage_failed");
    rig.begins(5, 5);
    rig.wants();
    rig.does(|machine| machine.upload.kept(Err(Fault::FileHashWrong.into())));
    rig.is_refused("file_hash_wrong");
    rig.begins(5, 0);
}

#[test]
fn chunks_that_nobody_wants_are_errors_and_ten_of_them_end_the_channel() {
    let mut rig = Rig::new();
    for _ in 0..9 {
        rig.sends(1);
        assert_eq!(rig.complains(), "malformed");
    }
    rig.says(&json!({"type": "ping"}));
    assert_eq!(rig.hears()["type"], "pong");
    rig.begins(5, 0);
    rig.sends(6);
    rig.is_refused("malformed");
    let still = AHEAD_BYTES as usize / CHUNK_BYTES;
    (0..still).for_each(|_| rig.sends(CHUNK_BYTES));
    assert!(rig.said.is_empty(), "that much was under way: {:?}", rig.said);
    (0..10).for_each(|_| rig.sends(1));
    assert!(rig.machine.is_over());
}

#[test]
fn an_empty_chunk_and_one_that_is_too_long_are_refused() {
    for bytes in [0, CHUNK_BYTES + 1] {
        let mut rig = Rig::new();
        rig.begins(LARGEST, 0);
        rig.sends(bytes);
        rig.is_refused("malformed");
        assert_eq!(rig.wants(), Want::Discard);
    }
}

#[test]
fn a_file_is_read_no_faster_than_it_is_taken() {
    let mut rig = Rig::new();
    rig.says(&fetch(17, 100));
    assert!(matches!(rig.wants(), Want::Fetch { number: 17, offset: 100, .. }));
    rig.says(&fetch(18, 0));
    assert_eq!(rig.hears()["error"]["code"], "busy");
    rig.does(|machine| machine.download.found(Ok(100_100)));
    assert!(rig.wants.is_empty(), "first it is said that it comes");
    let (said, bytes) = rig.sent();
    let sending = json!({"type": "sending", "conversation": "c7", "number": 17, "offset": 100,
            "bytes": 100_100});
    assert_eq!((said, bytes), (vec![sending], 0));
    assert_eq!(rig.wants(), Want::Read);
    rig.does(|machine| machine.download.read(Ok(vec![7; 65_536])));
    assert!(rig.wants.is_empty(), "nobody has taken it yet");
    assert_eq!(rig.sent().1, 65_536);
    assert_eq!(rig.wants(), Want::Read);
    rig.does(|machine| machine.download.read(Ok(vec![7; 65_536])));
    let (said, bytes) = rig.sent();
    assert_eq!(bytes, 100_000 - 65_536, "no more than there was at first");
    assert_eq!(said, [json!({"type": "sent", "conversation": "c7", "number": 17})]);
    assert_eq!(rig.wants(), Want::LetGo);
    assert!(!rig.machine.transfers());
}

#[test]
fn a_fetch_is_stopped_and_another_begins_at_once() {
    let mut rig = Rig::new();
    rig.says(&json!({"type": "stop"}));
    rig.says(&fetch(17, 0));
    rig.wants();
    rig.does(|machine| machine.download.found(Ok(100_000)));
    rig.sent();
    rig.wants();
    rig.does(|machine| machine.download.read(Ok(vec![7; 65_536])));
    rig.says(&json!({"type": "stop"}));
    let (said, bytes) = rig.sent();
    assert_eq!((said.len(), bytes), (1, 0));
    assert_eq!(said[0]["error"]["code"], "stopped");
    assert_eq!(rig.wants(), Want::LetGo);
    rig.says(&fetch(17, 65_536));
    assert!(matches!(rig.wants(), Want::Fetch { offset: 65_536, .. }));
}

#[test]
fn what_cannot_be_fetched_is_told_with_its_number() {
    let mut rig = Rig::new();
    let mut unsent = |outcome, code: &str| {
        rig.says(&fetch(17, 10));
        rig.wants.clear();
        rig.does(|machine| machine.download.found(outcome));
        let (said, _) = rig.sent();
        assert_eq!((&said[0]["number"], &said[0]["error"]["code"]), (&json!(17), &json!(code)));
        assert_eq!(rig.wants(), Want::LetGo);
    };
    unsent(Err(Fault::NoSuchFile.into()), "no_such_file");
    unsent(Err(Fault::FileGone.into()), "file_gone");
    unsent(Ok(9), "malformed");
    rig.says(&fetch(17, 10));
    rig.does(|machine| machine.download.found(Ok(10)));
    let (said, bytes) = rig.sent();
    assert_eq!((said.len(), bytes), (2, 0), "everything is there already: {said:?}");
    rig.says(&fetch(17, 0));
    rig.does(|machine| machine.download.found(Ok(10)));
    rig.sent();
    rig.does(|machine| machine.download.read(Ok(Vec::new())));
    assert_eq!(rig.sent().0[0]["error"]["code"], "storage_failed", "it became shorter");
}

#[test]
fn requests_have_a_rate_and_whoever_never_slows_down_is_put_out() {
    let mut rig = Rig::new();
    (0..120).for_each(|_| rig.says(&json!({"type": "ping"})));
    rig.said.clear();
    rig.says(&offer("u-1", 5));
    rig.is_refused("rate_limited");
    rig.says(&fetch(17, 0));
    assert_eq!(rig.hears()["error"]["code"], "rate_limited");
    assert!(rig.wants.is_empty() && !rig.machine.is_over());
    (0..400).for_each(|_| rig.says(&json!({"type": "ping"})));
    assert!(rig.machine.is_over());
}
