//! The table of what every attack did.

use super::verdict::{Became, Outcome};

/// Bytes in what the table calls MB.
const MB: f64 = 1_048_576.0;

/// The line above the table.
pub fn heading() -> String {
    format!(
        "{:<24} {:>8}  {:<15} {:>6} {:>16} {:>10}  {:<14} {:<7} {}",
        "attack",
        "sent",
        "worst second",
        "calls",
        "memory MB",
        "CPU %",
        "own leg",
        "verdict",
        "what moved"
    )
}

/// One line of it.
pub fn line(outcome: &Outcome) -> String {
    let Outcome { attack, sent, worst_lost, worst_sent, standing, calls, .. } = outcome;
    let share = 100.0 * *worst_lost as f64 / (*worst_sent).max(1) as f64;
    let worst = format!("{worst_lost}/{worst_sent} {share:.1}%");
    let [before, peak, after] = outcome.memory_bytes.map(|bytes| bytes as f64 / MB);
    let memory = format!("{before:.0}/{peak:.0}/{after:.0}");
    let cpu = outcome.cpu.map(|share| 100.0 * share);
    let cpu = format!("{:.0}>{:.0}", cpu[0], cpu[1]);
    let up = format!("{standing}/{calls}");
    let verdict = if outcome.harm.is_empty() { "ok" } else { "HARM" };
    let leg = leg(outcome);
    let what = what(outcome);
    format!(
        "{attack:<24} {sent:>8}  {worst:<15} {up:>6} {memory:>16} {cpu:>10}  {leg:<14} \
         {verdict:<7} {what}"
    )
}

fn leg(outcome: &Outcome) -> String {
    match outcome.leg {
        Became::None => "-".to_owned(),
        Became::Lives => "lives".to_owned(),
        Became::Stuck => "stuck".to_owned(),
        Became::Ended => match outcome.reasons.last() {
            Some(reason) => reason.clone(),
            None => "ended".to_owned(),
        },
    }
}

fn what(outcome: &Outcome) -> String {
    let mut parts: Vec<String> =
        outcome.moved.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
    if !outcome.note.is_empty() {
        parts.push(format!("({})", outcome.note));
    }
    parts.extend(outcome.harm.iter().map(|harm| format!("! {harm}")));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_line_says_what_an_attack_did() {
        let outcome = Outcome {
            attack: "gaps",
            sent: 1000,
            worst_lost: 3,
            worst_sent: 100,
            lost: 3,
            of: 10_000,
            standing: 20,
            calls: 20,
            memory_bytes: [50 << 20, 60 << 20, 55 << 20],
            cpu: [0.08, 0.31],
            leg: Became::Ended,
            reasons: vec!["Costly".to_owned()],
            moved: BTreeMap::from([("too_fast".to_owned(), 900)]),
            note: String::new(),
            harm: vec!["a call lost 3 of 100 packets in a second".to_owned()],
        };
        let line = line(&outcome);
        for part in ["3/100 3.0%", "50/60/55", "8>31", "Costly", "HARM", "too_fast 900"] {
            assert!(line.contains(part), "{part} in {line}");
        }
    }
}
