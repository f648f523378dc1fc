//! Instructions, counted by callgrind on this same binary: the work is run for two counts, and the
//! difference is what one more of it costs; start and set-up cancel out.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use rustix as _;
use serde_json::json;

use crate::line::{Line, progress};

const UNIT: &str = "instructions";

/// One decision of call control.
pub(crate) fn decide() -> anyhow::Result<Line> {
    figure("decide_instructions", [1, 5], None, "decide() alone, in warm transfers")
}

/// One packet on its way through a media worker.
pub(crate) fn forward() -> anyhow::Result<Line> {
    let note = "the worker's thread alone, without the kernel; two legs, one packet per wake";
    figure("forward_instructions_per_packet", [500, 1_500], Some("media::worker"), note)
}

/// One frame mixed for one listener.
pub(crate) fn mix() -> anyhow::Result<Line> {
    let note = "three talkers and listeners: per frame one decode, a mix of two and one encode";
    figure("mix_instructions_per_frame", [150, 450], None, note)
}

/// Runs the work twice. `thread` names something that only the thread of interest runs; without it
/// the whole process counts.
fn figure(name: &str, times: [u64; 2], thread: Option<&str>, note: &str) -> anyhow::Result<Line> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok(Line::skipped(name, UNIT, "valgrind is not installed"));
    }
    let folder = std::env::temp_dir().join(format!("trefoil-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let counted = times.map(|times| count(name, times, thread, &folder));
    std::fs::remove_dir_all(&folder)?;
    let [few, many] = counted;
    let ((few, few_instructions), (many, many_instructions)) = (few?, many?);
    anyhow::ensure!(many > few, "{many} is not more work than {few}");
    let per_unit = many_instructions.saturating_sub(few_instructions) as f64 / (many - few) as f64;
    Ok(Line::single(name, UNIT, per_unit.round()).and("note", json!(note)))
}

/// How much work was done, and in how many instructions.
fn count(
    name: &str,
    times: u64,
    thread: Option<&str>,
    folder: &Path,
) -> anyhow::Result<(u64, u64)> {
    progress(&format!("  {times} times under callgrind"));
    let folder = folder.join(times.to_string());
    std::fs::create_dir_all(&folder)?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--separate-threads=yes", "--quiet"])
        .arg(format!("--callgrind-out-file={}", folder.join("out").display()))
        .arg(std::env::current_exe()?)
        .args(["--figure", name, "--work", &times.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let done = said.trim().parse().with_context(|| {
        format!("{name} under callgrind: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    Ok((done, instructions(&folder, thread)?))
}

/// The sum over the threads' files, or the one of the thread that runs a certain module.
fn instructions(folder: &Path, thread: Option<&str>) -> anyhow::Result<u64> {
    let mut total = 0;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        if thread.is_none_or(|module| is_run_by(&text, module)) {
            total += totals(&text).unwrap_or(0);
        }
    }
    anyhow::ensure!(total > 0, "callgrind counted nothing for {thread:?}");
    Ok(total)
}

/// `fn=(12) name` lists every function with cost of its own in this thread.
fn is_run_by(text: &str, module: &str) -> bool {
    text.lines().any(|line| line.starts_with("fn=") && line.contains(module))
}

fn totals(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| {
        line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: "))
    })?;
    line.split_whitespace().next()?.parse().ok()
}
