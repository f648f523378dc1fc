//! The model: many random days of a contact centre, each step compared with a naive reference
//! and checked against every invariant.
//!
//! `make model STEPS=1000000 SEED=7` walks for long; without a seed it walks where nobody has
//! been. A failure is made small, printed, and written into `corpus/`, whose days are replayed by
//! every test run: give it a name that says what broke.

#![expect(clippy::wildcard_enum_match_arm, reason = "the reference looks at few events")]

mod chats;
mod coverage;
mod day;
mod effects;
mod facts;
mod farewells;
mod generate;
mod incognito;
mod invariants;
mod matrix;
mod operator;
mod queues;
mod races;
mod reference;
mod refusals;
mod supervision;
mod system;
mod transition;
mod views;
mod writing;

use std::time::{Duration, Instant};

use coverage::Tally;
use generate::Random;

/// How far a test run walks.
const DEFAULT_STEPS: usize = 200_000;

/// Where a test run walks: the same way every time.
const DEFAULT_SEED: u64 = 20_261_121;

/// A walk this long meets everything there is to meet.
const MEETS_EVERYTHING: usize = 200_000;

pub(crate) fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    value.map(|value| value.parse().expect("a decimal number"))
}

/// The only clock in here tells how fast it walks; nothing is decided by it.
fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the speed of a walk is told in real time")]
    Instant::now()
}

#[test]
fn a_long_walk_breaks_no_rule() {
    let seed = number("MODEL_SEED").unwrap_or(DEFAULT_SEED);
    let wanted = number("MODEL_STEPS").map_or(DEFAULT_STEPS, |steps| steps as usize);
    println!("MODEL_SEED={seed} MODEL_STEPS={wanted}");
    let mut random = Random::new(seed);
    let (mut steps, mut days, mut tally) = (0, 0, Tally::default());
    let began = now();
    let mut told = began;
    while steps < wanted {
        let bytes = random.bytes(day::BYTES);
        match day::by_chance(&bytes) {
            Ok((played, met)) => {
                steps += played;
                tally.add(&met);
            }
            Err(failure) => {
                let why = &failure.why;
                println!("MODEL_SEED={seed}: after {steps} steps: {why}\nmaking it small ...");
                broke(seed, &day::shrink(&bytes, failure))
            }
        }
        days += 1;
        if told.elapsed() > Duration::from_secs(10) {
            told = now();
            println!("... {steps} steps, {:.0} a second", speed(steps, began));
        }
    }
    let pace = speed(steps, began);
    println!("{tally}MODEL_SEED={seed}: {steps} steps in {days} days, {pace:.0} a second");
    let gaps = if steps < MEETS_EVERYTHING { Vec::new() } else { tally.gaps() };
    assert!(gaps.is_empty(), "MODEL_SEED={seed}: the walk met less than there is: {gaps:#?}");
}

fn speed(steps: usize, began: Instant) -> f64 {
    steps as f64 / began.elapsed().as_secs_f64().max(0.001)
}

/// Tells what broke, and keeps it if that was asked for.
#[expect(clippy::print_stdout, reason = "whoever walks is told where the day was kept")]
fn broke(seed: u64, failure: &day::Failure) -> ! {
    let lines = day::to_lines(&failure.steps);
    let count = failure.steps.len();
    if number("MODEL_KEEP").is_some() {
        let file = day::corpus().join(format!("found_by_seed_{seed}.jsonl"));
        std::fs::write(&file, &lines).expect("the corpus can be written to");
        println!("kept as {}", file.display());
    }
    panic!("MODEL_SEED={seed}: {}\nin {count} steps:\n{lines}", failure.why);
}

#[test]
fn what_broke_once_holds() {
    let entries = std::fs::read_dir(day::corpus()).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus is there");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let played = day::as_written(&day::from_lines(&text));
        assert!(played.is_ok(), "{}: {}", file.display(), played.unwrap_err().why);
    }
}
