//! Durable events per second: the journal as the server uses it, on the disk the build is on.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use call_core::{ConversationId, Event, Recorded, Time};
use serde_json::json;
use storage::Journal;

use crate::Effort;
use crate::centre::Centre;
use crate::line::Line;

/// Events of one group commit, as the driver groups them under load.
pub(crate) const GROUP: usize = 64;
/// Chats that go on at the same time: no two messages of a group are of the same.
const CHATS: u64 = 200;

/// How many events per second are on the disk when each append carries `group` of them and the
/// next one waits for the last.
pub(crate) async fn measure(effort: Effort, group: usize) -> anyhow::Result<Line> {
    let events = events();
    let folder = Folder::fresh()?;
    let mut samples = Vec::new();
    for sample in 0..effort.samples {
        let path = folder.0.join(format!("journal-{sample}.db"));
        samples.push(fill(&path, events.chunks_exact(group).cycle(), effort.span).await?);
    }
    let figure = if group == 1 { "journal_events_per_s_ungrouped" } else { "journal_events_per_s" };
    Ok(Line::median(figure, "events/s", &samples)
        .and("group", json!(group))
        .and("note", json!("SQLite, WAL, synchronous=FULL; one append and one flush per group")))
}

/// How many messages of chats are on the disk per second, each in its event and in the history of
/// its chat.
pub(crate) async fn messages(effort: Effort) -> anyhow::Result<Line> {
    let folder = Folder::fresh()?;
    let mut samples = Vec::new();
    for sample in 0..effort.samples {
        let path = folder.0.join(format!("messages-{sample}.db"));
        samples.push(fill(&path, written()?, effort.span).await?);
    }
    Ok(Line::median("journal_messages_per_s", "messages/s", &samples)
        .and("group", json!(GROUP))
        .and("chats", json!(CHATS))
        .and("note", json!("SQLite, WAL, synchronous=FULL; a row of history with each event")))
}

/// Groups of messages of a hundred characters, without end: one in each chat, and again.
fn written() -> anyhow::Result<impl Iterator<Item = Vec<Recorded>>> {
    let template: Event = serde_json::from_value(json!({ "message_sent": {
        "conversation": "c1",
        "message": {
            "number": 1,
            "author": { "person": { "person": "customer:alice", "name": "Alice Example" } },
            "id": "m-0123456789abcdef",
            "audience": "everyone",
            "body": { "text": "the invoice of last month ".repeat(4) },
        },
    }}))?;
    let nth = move |n: u64| {
        let mut event = template.clone();
        if let Event::MessageSent { conversation, message, .. } = &mut event {
            *conversation = ConversationId(n % CHATS + 1);
            message.number = n / CHATS + 1;
        }
        Recorded { at: Time(1_700_000_000_000 + n), event }
    };
    let group = GROUP as u64;
    Ok((0..).map(move |at| (at * group..(at + 1) * group).map(&nth).collect()))
}

/// What really happens in calls: the events of some transfers.
fn events() -> Vec<Recorded> {
    let mut centre = Centre::busy(1);
    while centre.recorded.len() < 4096 {
        centre.transfers();
    }
    centre.recorded
}

async fn fill(
    path: &Path,
    groups: impl Iterator<Item = impl AsRef<[Recorded]>>,
    span: Duration,
) -> anyhow::Result<f64> {
    let journal = Journal::open(path).await?;
    let mut head = journal.head().await?;
    let first = head;
    let start = Instant::now();
    for events in groups {
        head = journal.append(head, events.as_ref(), &[]).await?;
        if start.elapsed() >= span {
            break;
        }
    }
    let spent = start.elapsed();
    journal.close().await;
    let kept = Journal::open(path).await?.head().await?;
    anyhow::ensure!(kept == head, "the journal says {kept} after a restart, not {head}");
    Ok((head - first) as f64 / spent.as_secs_f64())
}

/// A folder beside the binary, so that it lies on a real disk, removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn fresh() -> anyhow::Result<Self> {
        let binary = std::env::current_exe()?;
        let beside = binary.parent().context("a binary lies in a folder")?;
        let folder = beside.join(format!("bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            crate::line::progress(&format!("{} stays: {error}", self.0.display()));
        }
    }
}
