//! Words the stories are told in.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use call_core::{
    AgentId, Author, Body, ConversationId, ConversationRecord, CustomerId, EndReason, Event,
    Medium, Message, MessageAudience, PersonId, Phase, Recorded, Time, World,
};
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use storage::{Journal, Options, StoredMessage};
use tempfile::TempDir;

/// A journal in a folder that goes away with it.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) journal: Journal,
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open_with(folder.path().join("journal.db"), options).await.unwrap();
        Self { folder, journal }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    /// The files as they are on the disk at this moment, opened elsewhere: what is left when the
    /// process is killed now.
    pub(crate) async fn after_a_crash(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["journal.db", "journal.db-wal"] {
            std::fs::copy(self.folder.path().join(name), folder.path().join(name)).unwrap();
        }
        let journal = Journal::open(folder.path().join("journal.db")).await.unwrap();
        Self { folder, journal }
    }

    /// Runs SQL on the file behind the journal's back, as a fault of the disk would.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        run_sql(&self.path(), sql).await;
    }
}

/// Runs SQL on a file, which is made when it is not there.
pub(crate) async fn run_sql(path: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

pub(crate) fn event(n: u64) -> Recorded {
    let customer = CustomerId::try_from(format!("x{n}")).unwrap();
    let name = format!("Alice \"{n}\" Ü\u{0}\n");
    let event = Event::CustomerArrived { customer, name, priority: 0 };
    Recorded { at: Time(1_700_000_000_000 + n), event }
}

pub(crate) fn events(numbers: std::ops::RangeInclusive<u64>) -> Vec<Recorded> {
    numbers.map(event).collect()
}

/// Message n of a chat, as it is read. Every third is a note between agents, every fifth is by
/// nobody in the conversation.
pub(crate) fn stored(chat: u64, n: u64) -> StoredMessage {
    let is_note = n.is_multiple_of(3);
    let writer = if is_note { "agent:bob" } else { "customer:x1" };
    let person: PersonId = writer.parse().unwrap();
    let is_automatic = n.is_multiple_of(5);
    let author = Author::Person { person, name: "Alice Ü".to_owned() };
    let message = Message {
        number: n,
        author: if is_automatic { Author::Automatic } else { author },
        id: (!is_automatic).then(|| format!("m-{n}").parse().unwrap()),
        audience: if is_note { MessageAudience::Agents } else { MessageAudience::Everyone },
        body: Body::Text(format!("\"{n}\" of c{chat} 😀\u{0}\n")),
    };
    StoredMessage { at: Time(1_700_000_000_000 + n), message }
}

/// Messages of a chat, as they are read.
pub(crate) fn conversation(
    chat: u64,
    numbers: std::ops::RangeInclusive<u64>,
) -> Vec<StoredMessage> {
    numbers.map(|n| stored(chat, n)).collect()
}

/// Message n of a chat, as it is appended.
pub(crate) fn sent(chat: u64, n: u64) -> Recorded {
    let StoredMessage { at, message } = stored(chat, n);
    let told = json!({ "conversation": ConversationId(chat), "message": message });
    let event = serde_json::from_value(json!({ "message_sent": told })).unwrap();
    Recorded { at, event }
}

pub(crate) fn record(n: u64) -> ConversationRecord {
    let customer: CustomerId = "x1".parse().unwrap();
    ConversationRecord {
        id: ConversationId(n),
        medium: Medium::Voice,
        team: Some("support".parse().unwrap()),
        channel: Some("web".parse().unwrap()),
        customer: Some(customer.clone()),
        agents: vec![AgentId::try_from("bob").unwrap()],
        started_at: Time(n),
        answered_at: Some(Time(n + 1)),
        ended_at: Time(n + 2),
        customer_left_at: None,
        reason: EndReason::CustomerLeft,
        ended_by: PersonId::Customer(customer),
        phase: Phase::Consult,
        customer_time: None,
        segments: Vec::new(),
        segments_left_out: 0,
        missed: BTreeMap::new(),
        is_final: true,
    }
}

/// A world that can be told from others.
pub(crate) fn world(n: u64) -> World {
    let mut world = serde_json::to_value(World::new()).unwrap();
    world["next_conversation"] = n.into();
    serde_json::from_value(world).unwrap()
}

/// Starts this test of this binary as a process, which says `acknowledged N` for whatever is
/// durable, and kills it once it has said so of `enough`. Gives the last N it said.
pub(crate) fn kill_once_acknowledged(test: &str, journal: &Path, enough: u64) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads", "1"])
        .env("JOURNAL", journal)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some((_, number)) = line.split_once("acknowledged ") else { continue };
        acknowledged = number.parse().unwrap();
        if acknowledged >= enough {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(acknowledged >= enough, "the child got that far");
    acknowledged
}
