//! Call control: what one decision costs while a hundred conversations are live.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::Effort;
use crate::centre::Centre;
use crate::line::Line;

/// Decisions of one sample.
const DECISIONS: u64 = 20_000;

/// The time per decision; applying its events is not counted.
pub(crate) fn measure(effort: Effort) -> Line {
    let mut samples = Vec::new();
    for _ in 0..effort.samples {
        let mut centre = Centre::busy();
        let mut spent = Duration::ZERO;
        let mut decisions = 0;
        while decisions < DECISIONS {
            decisions += centre.transfers(&mut |decision| {
                let start = Instant::now();
                decision();
                spent += start.elapsed();
            });
            centre.recorded.clear();
        }
        samples.push(spent.as_secs_f64() * 1e6 / decisions as f64);
    }
    Line::median("decide_us", "us", &samples).and(
        "note",
        json!("one decide() in warm transfers beside 100 live conversations, 202 agents"),
    )
}

/// Decides about so many inputs, and a few more: the story is told to its end.
pub(crate) fn work(times: u64) -> u64 {
    let mut centre = Centre::busy();
    let mut decisions = 0;
    while decisions < times {
        decisions += centre.transfers(&mut |decision| decision());
        centre.recorded.clear();
    }
    decisions
}
