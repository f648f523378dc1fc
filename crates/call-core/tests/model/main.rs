//! The model: many random days of a contact centre, each step compared with a naive reference
//! and checked against every invariant.
//!
//! `MODEL_SEED` repeats a run, `MODEL_STEPS` makes it longer. A failure is shrunk by dropping
//! bytes and printed as hex; put into `corpus/`, under a name that says what broke, it is
//! replayed for ever.

#![expect(clippy::wildcard_enum_match_arm, reason = "the reference looks at few events")]

mod generate;
mod incognito;
mod invariants;
mod queues;
mod reference;
mod refusals;
mod shrink;
mod supervision;
mod system;
mod transition;

use std::path::Path;

use generate::{Bytes, Random};
use system::System;

/// Steps of one day; after so many its people have met in most ways.
const STEPS_PER_CASE: usize = 400;

/// More than a transition ever takes.
const BYTES_PER_CASE: usize = STEPS_PER_CASE * 8;

const DEFAULT_STEPS: usize = 160_000;

/// Plays a day; how many steps it had, and why it failed.
fn play(mut source: Bytes<'_>) -> Result<usize, String> {
    let mut system = System::new(&mut source);
    system.open(&mut source).map_err(|why| format!("at opening: {why}"))?;
    for step in 0..STEPS_PER_CASE {
        if source.is_empty() {
            return Ok(step);
        }
        let transition = transition::next(&mut source, &system);
        system.step(&transition).map_err(|why| format!("step {step}, {transition:?}: {why}"))?;
    }
    Ok(STEPS_PER_CASE)
}

/// A panic is a failure like any other, so that it is shrunk as well.
fn play_safely(bytes: Bytes<'_>) -> Result<usize, String> {
    let play = std::panic::AssertUnwindSafe(|| play(bytes));
    std::panic::catch_unwind(play).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        Err(format!("panic: {}", text.unwrap_or_default()))
    })
}

pub(crate) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a decimal number"))
}

#[test]
fn random() {
    let mut seed = [0; 8];
    let fresh = std::collections::hash_map::RandomState::new();
    seed.copy_from_slice(&std::hash::BuildHasher::hash_one(&fresh, 0_u8).to_le_bytes());
    let seed = number("MODEL_SEED").unwrap_or(u64::from_le_bytes(seed));
    let wanted = number("MODEL_STEPS").map_or(DEFAULT_STEPS, |steps| steps as usize);
    println!("MODEL_SEED={seed} MODEL_STEPS={wanted}");
    let mut random = Random::new(seed);
    let (mut steps, mut cases) = (0, 0);
    while steps < wanted {
        let bytes = random.bytes(BYTES_PER_CASE);
        let whole = |bytes: &[u8]| play_safely(Bytes::whole(bytes));
        match whole(&bytes) {
            Ok(played) => steps += played,
            Err(why) => {
                let (least, why) = shrink::shrink(&bytes, why, whole);
                panic!("MODEL_SEED={seed}: {why}\ncorpus: +{}", shrink::to_hex(&least));
            }
        }
        cases += 1;
    }
    println!("{steps} steps in {cases} cases");
}

#[test]
fn corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model/corpus");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus is there");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let played = match text.strip_prefix('+') {
            Some(text) => play_safely(Bytes::whole(&shrink::from_hex(text))),
            None => play_safely(Bytes::plain(&shrink::from_hex(&text))),
        };
        assert!(played.is_ok(), "{}: {played:?}", file.display());
    }
}
