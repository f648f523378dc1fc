//! Call control: what one decision costs while a hundred conversations are live.

use std::time::Duration;

use serde_json::json;

use crate::Effort;
use crate::centre::{Centre, Spent};
use crate::line::Line;

/// Decisions of one sample.
const DECISIONS: u64 = 20_000;
/// Transfers whose decisions are counted in instructions.
const TRANSFERS: u64 = 60;

/// The time per decision. What follows a decision is beside it: applying its events, and the look
/// for the next deadline.
pub(crate) fn measure(effort: Effort) -> Line {
    let samples: Vec<Spent> = (0..effort.samples).map(|_| sample()).collect();
    let each = |of: fn(&Spent) -> (Duration, u64)| -> Vec<f64> {
        samples.iter().map(of).map(|(time, n)| time.as_secs_f64() * 1e6 / n as f64).collect()
    };
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        (values[values.len() / 2] * 1000.0).round() / 1000.0
    };
    let deciding = each(|spent| (spent.deciding, spent.decisions));
    Line::median("decide_us", "us", &deciding)
        .and("apply_us", json!(median(each(|spent| (spent.applying, spent.decisions)))))
        .and("next_deadline_us", json!(median(each(|spent| (spent.looking, spent.looks)))))
        .and("note", json!("warm transfers beside 100 live conversations and 202 agents"))
}

fn sample() -> Spent {
    let mut centre = Centre::busy(1);
    while centre.spent.decisions < DECISIONS {
        centre.transfers();
        centre.recorded.clear();
    }
    centre.spent
}

/// Takes every decision of some transfers so many times, and returns how many it were: between two
/// such runs only the number of decisions differs.
pub(crate) fn work(times: u64) -> u64 {
    let mut centre = Centre::busy(times);
    for _ in 0..TRANSFERS {
        centre.transfers();
    }
    centre.spent.decisions
}
