//! A day: chance makes its steps, or a file of the corpus holds them. One that fails is made
//! small and written down.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

use crate::coverage::Tally;
use crate::generate::Bytes;
use crate::invariants;
use crate::system::System;
use crate::transition::{self, Transition};

/// Steps of one day; after so many its people have met in most ways.
pub(crate) const STEPS: usize = 400;

/// More than a transition ever takes.
pub(crate) const BYTES: usize = STEPS * 10;

/// A day that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What it did, up to where it failed.
    pub(crate) steps: Vec<Transition>,
    /// Which rule it broke, and how.
    pub(crate) why: String,
}

/// Plays a day as chance has it; what it met.
pub(crate) fn by_chance(bytes: &[u8]) -> Result<(usize, Tally), Failure> {
    let mut source = Bytes::new(bytes);
    let mut opening = transition::opening(&mut source).into_iter();
    let mut left = STEPS;
    play(|system| {
        if let Some(first) = opening.next() {
            return Some(first);
        }
        if left == 0 || source.is_empty() {
            return None;
        }
        left -= 1;
        Some(transition::next(&mut source, system))
    })
}

/// Plays a day that was written down.
pub(crate) fn as_written(steps: &[Transition]) -> Result<(usize, Tally), Failure> {
    let mut steps = steps.iter().cloned();
    play(|_| steps.next())
}

/// A panic is a failure like any other.
fn play(mut next: impl FnMut(&System) -> Option<Transition>) -> Result<(usize, Tally), Failure> {
    let (mut system, mut steps) = (System::new(), Vec::new());
    loop {
        let step = AssertUnwindSafe(|| {
            let Some(transition) = next(&system) else { return Ok(false) };
            steps.push(transition.clone());
            system.forget_news();
            system.step(&transition).map(|()| true)
        });
        let stepped = std::panic::catch_unwind(step).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let plain = || panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            Err(format!("panic: {}", text.or_else(plain).unwrap_or_default()))
        });
        match stepped {
            Ok(true) => {}
            Ok(false) => {
                for name in invariants::names() {
                    system.tally.count_many("invariant held", name, system.looked);
                }
                return Ok((steps.len(), system.tally));
            }
            Err(why) => {
                let why = format!("step {}, {:?}: {why}", steps.len(), steps.last());
                return Err(Failure { steps, why });
            }
        }
    }
}

/// Makes a failure small: first bytes are dropped as long as it still fails, so that what comes
/// after still means something, then steps.
pub(crate) fn shrink(bytes: &[u8], failure: Failure) -> Failure {
    let silent = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut least = failure;
    dropping(bytes.to_vec(), |fewer| keep_if_failed(by_chance(fewer), &mut least));
    dropping(least.steps.clone(), |fewer| keep_if_failed(as_written(fewer), &mut least));
    std::panic::set_hook(silent);
    least
}

fn keep_if_failed(played: Result<(usize, Tally), Failure>, least: &mut Failure) -> bool {
    match played {
        Ok(_) => false,
        Err(failure) => {
            *least = failure;
            true
        }
    }
}

/// Drops chunks, large ones first, as long as what is left still fails.
fn dropping<T: Clone>(mut least: Vec<T>, mut fails: impl FnMut(&[T]) -> bool) {
    let mut chunk = least.len().div_ceil(2);
    while chunk > 0 {
        let mut from = 0;
        while from < least.len() {
            let mut fewer = least.clone();
            fewer.drain(from..(from + chunk).min(least.len()));
            if fails(&fewer) {
                least = fewer;
            } else {
                from += chunk;
            }
        }
        chunk /= 2;
    }
}

/// The days that broke something once.
pub(crate) fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/model/corpus")
}

/// A day as it is kept: a line of JSON for each step.
pub(crate) fn to_lines(steps: &[Transition]) -> String {
    let line = |step| serde_json::to_string(step).expect("a step is plain") + "\n";
    steps.iter().map(line).collect()
}

pub(crate) fn from_lines(text: &str) -> Vec<Transition> {
    let step = |line| serde_json::from_str(line).expect("a line of the corpus is a step");
    text.lines().map(step).collect()
}

#[test]
fn a_failing_day_is_made_small_and_reads_back_as_it_was_written() {
    let mut least = Vec::new();
    let fails = |numbers: &[u32]| numbers.contains(&3) && numbers.contains(&11);
    dropping((0..20).collect(), |fewer: &[u32]| {
        let still = fails(fewer);
        if still {
            least = fewer.to_vec();
        }
        still
    });
    assert_eq!(least, [3, 11]);
    let bytes: Vec<_> = (0..=255).cycle().take(BYTES).collect();
    let steps = transition::opening(&mut Bytes::new(&bytes));
    assert_eq!(from_lines(&to_lines(&steps)), steps);
}
