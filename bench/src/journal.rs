//! Durable events per second: the journal as the server uses it, on the disk the build is on.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use call_core::Recorded;
use serde_json::json;
use storage::Journal;

use crate::Effort;
use crate::centre::Centre;
use crate::line::Line;

/// Events of one group commit, as the driver groups them under load.
pub(crate) const GROUP: usize = 64;

/// How many events per second are on the disk when each append carries `group` of them and the
/// next one waits for the last.
pub(crate) async fn measure(effort: Effort, group: usize) -> anyhow::Result<Line> {
    let events = events();
    let folder = Folder::fresh()?;
    let mut samples = Vec::new();
    for sample in 0..effort.samples {
        let path = folder.0.join(format!("journal-{sample}.db"));
        samples.push(fill(&path, &events, group, effort.span).await?);
    }
    let figure = if group == 1 { "journal_events_per_s_ungrouped" } else { "journal_events_per_s" };
    Ok(Line::median(figure, "events/s", &samples)
        .and("group", json!(group))
        .and("note", json!("SQLite, WAL, synchronous=FULL; one append and one flush per group")))
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
    path: &std::path::Path,
    events: &[Recorded],
    group: usize,
    span: Duration,
) -> anyhow::Result<f64> {
    let journal = Journal::open(path).await?;
    let mut head = journal.head().await?;
    let first = head;
    let start = Instant::now();
    for events in events.chunks_exact(group).cycle() {
        head = journal.append(head, events, &[]).await?;
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
