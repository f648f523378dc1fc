//! What a run has shown: figures, and every count beside the server's own.

use std::time::{Duration, Instant};

use serde_json::json;

use super::board::Counts;
use super::figures::Line;
use super::judge::Verdict;
use super::plan::{Plan, Story};
use super::process::MachineTime;
use super::server::Metrics;

/// Packets that a leg which vanished may have been sent before the server noticed, and after: 50
/// per second for the seven seconds that the consent of a silent leg lasts at most.
const PACKETS_TO_A_GHOST: u64 = 350;

/// How everything stood at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) at: Instant,
    pub(crate) server_cpu: Option<Duration>,
    pub(crate) server_kb: Option<u64>,
    pub(crate) peak_kb: Option<u64>,
    pub(crate) own_cpu: Duration,
    pub(crate) own_kb: Option<u64>,
    pub(crate) machine: Option<MachineTime>,
    pub(crate) metrics: Option<Metrics>,
}

/// The moments of a run after its start.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    /// All rooms talk.
    pub(crate) steady: Moment,
    /// The measured time is over.
    pub(crate) end: Moment,
    /// Everybody has hung up and is silent, but still connected.
    pub(crate) last: Moment,
    /// Legs there were between the first two, as a mean.
    pub(crate) legs: f64,
    /// Rooms that talked at the second.
    pub(crate) talking: u64,
    /// Legs that stood at the third.
    pub(crate) standing: u64,
}

/// One count by the generator and by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// What was counted.
    pub what: &'static str,
    /// By the generator.
    pub ours: u64,
    /// By the server.
    pub servers: u64,
    /// How much more the server may have, and why; nothing is allowed without a reason.
    pub allowed: Option<(u64, &'static str)>,
}

impl Match {
    /// Whether the counts are the same but for what is explained.
    pub fn is_good(&self) -> bool {
        let more = self.allowed.map_or(0, |(more, _)| more);
        (self.ours..=self.ours + more).contains(&self.servers)
    }
}

impl std::fmt::Display for Match {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, ours, servers, .. } = self;
        let verdict = match (self.is_good(), self.allowed) {
            (true, Some((_, why))) if ours != servers => format!("matches: {why}"),
            (true, _) => "matches".to_owned(),
            (false, _) => "DOES NOT MATCH".to_owned(),
        };
        write!(f, "count  {what}: {ours} here, {servers} at the server: {verdict}")
    }
}

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The figures.
    pub lines: Vec<Line>,
    /// The counts compared; empty when the server's cannot be read.
    pub matches: Vec<Match>,
    /// What judges and rooms complained about, the first few.
    pub complaints: Vec<String>,
    /// Whether audio was lost, late or wrong, or anything failed.
    pub is_bad: bool,
}

impl Report {
    pub(crate) fn new(
        plan: &Plan,
        start: &Moment,
        ended: &Ended,
        counts: Counts,
        late_beats: u64,
    ) -> Self {
        let mut lines = cost(plan, start, ended);
        lines.extend(quality(&counts, late_beats));
        for (name, sample) in [
            ("setup", &counts.setup),
            ("connect", &counts.connect),
            ("first_audio", &counts.first_audio),
            ("answer_to_audio", &counts.answer),
        ] {
            lines.extend(sample.lines(name));
        }
        let matches = matches(plan, start, ended, &counts).unwrap_or_default();
        let is_bad = counts.is_bad() || !matches.iter().all(Match::is_good);
        let complaints = counts.complaints.into_values().flatten().collect();
        Self { lines, matches, complaints, is_bad }
    }

    /// The value of a figure, when it is a number.
    pub fn value(&self, figure: &str) -> Option<f64> {
        self.lines.iter().find(|line| line.figure() == figure)?.value()
    }
}

/// CPU time and memory.
pub(super) fn cost(plan: &Plan, start: &Moment, ended: &Ended) -> Vec<Line> {
    let Ended { steady, end, last, legs, .. } = ended;
    let seconds = (end.at - steady.at).as_secs_f64();
    let leg_seconds = (legs * seconds).max(f64::MIN_POSITIVE);
    let figure = format!("{}_ms_per_leg_s", plan.story.name());
    let spent =
        end.server_cpu.zip(steady.server_cpu).map(|(end, steady)| end.saturating_sub(steady));
    let own = end.own_cpu.saturating_sub(steady.own_cpu);
    let mut lines = vec![match spent {
        _ if plan.story == Story::Join => Line::skipped(&figure, "ms", "nobody stays"),
        Some(spent) => Line::number(&figure, "ms", spent.as_secs_f64() * 1000.0 / leg_seconds)
            .and("legs", json!(legs))
            .and("seconds", json!(seconds.round())),
        None => Line::skipped(&figure, "ms", "the server's CPU time cannot be read from here"),
    }];
    let own_per_leg = own.as_secs_f64() * 1000.0 / leg_seconds;
    if plan.story != Story::Join {
        lines.push(Line::number("generator_ms_per_leg_s", "ms", own_per_leg));
    }
    let share = own.as_secs_f64() / seconds.max(f64::MIN_POSITIVE);
    lines.push(Line::number("generator_cpu_share", "cores", share));
    let idle = end.machine.zip(steady.machine).map(|(end, steady)| end.idle_share_since(steady));
    lines.push(match idle {
        Some(idle) => Line::number("machine_idle_share", "of all cores", idle),
        None => Line::skipped("machine_idle_share", "of all cores", "there is no /proc/stat"),
    });
    let kb = |figure: &str, kb: Option<u64>| match kb {
        Some(kb) => Line::count(figure, "kB", kb),
        None => Line::skipped(figure, "kB", "the server's memory cannot be read from here"),
    };
    let seen = [start, steady, end, last].into_iter().filter_map(|moment| moment.server_kb).max();
    lines.push(kb("server_rss_kb_start", start.server_kb));
    lines.push(kb("server_rss_kb_steady", steady.server_kb));
    lines.push(kb("server_rss_kb_end", end.server_kb));
    lines.push(kb("server_rss_kb_peak", last.peak_kb.or(seen)));
    let per_leg = steady
        .server_kb
        .zip(start.server_kb)
        .map(|(steady, start)| steady.saturating_sub(start) as f64 / legs.max(1.0));
    lines.push(match per_leg {
        Some(per_leg) => Line::number("memory_per_leg_kb", "kB", per_leg),
        None => Line::skipped("memory_per_leg_kb", "kB", "the server's memory cannot be read"),
    });
    lines.extend([("steady", steady), ("end", end)].map(|(when, moment)| {
        let own_kb = moment.own_kb.unwrap_or_default();
        Line::count(&format!("generator_rss_kb_{when}"), "kB", own_kb)
    }));
    lines
}

/// What people heard, and how often something failed.
fn quality(counts: &Counts, late_beats: u64) -> Vec<Line> {
    let Verdict { packets, late, wrong, unheard, windows, slowest } = counts.verdict;
    let slowest = slowest.as_secs_f64() * 1000.0;
    let late =
        Line::count("late_packets", "packets", late).and("slowest_ms", json!(slowest.round()));
    vec![
        Line::count("lost_packets", "packets", counts.lost.max(0) as u64),
        late,
        Line::count("duplicated_packets", "packets", counts.duplicated),
        Line::count("reordered_packets", "packets", counts.reordered),
        Line::count("wrong_talkers", "packets and windows", wrong),
        Line::count("unheard", "holes and windows", unheard),
        Line::count("judged_packets", "packets", packets).and("of", json!(counts.received)),
        Line::count("decoded_windows", "windows", windows),
        Line::count("generator_late_beats", "beats", late_beats),
        Line::count("calls_answered", "calls", counts.calls),
        Line::count("stories_told", "calls", counts.stories),
        Line::count("steps_failed", "steps", counts.failures),
        Line::count("drops", "people", counts.drops),
        Line::count("set_ups", "legs", counts.set_ups).and("returns", json!(counts.returns)),
        Line::count("set_ups_failed", "legs", counts.set_ups_failed),
    ]
}

/// Every count that both sides have, at the moment in which everybody is silent.
fn matches(plan: &Plan, start: &Moment, ended: &Ended, counts: &Counts) -> Option<Vec<Match>> {
    let before = start.metrics.as_ref()?;
    let after = ended.last.metrics.as_ref()?;
    let grown = |name: &str| after.since(before, name).unwrap_or_default();
    let gauge = |name: &str| after.get(name).unwrap_or_default() as u64;
    let had = |name: &str| before.get(name).unwrap_or_default() as u64;
    let same = |what, ours, servers| Match { what, ours, servers, allowed: None };
    let ghosts = (counts.drops > 0).then_some((
        counts.drops * PACKETS_TO_A_GHOST,
        "the rest was sent to legs that had vanished without a word",
    ));
    let mut all = vec![
        same("packets of sound from people", counts.sent, grown("trefoil_media_packets_in_total")),
        Match {
            allowed: ghosts,
            ..same(
                "packets of sound to people",
                counts.received,
                grown("trefoil_media_packets_out_total"),
            )
        },
        same("legs ever up", counts.set_ups, grown("trefoil_media_legs_up_total")),
        same("legs at the end", had("trefoil_legs") + ended.standing, gauge("trefoil_legs")),
        same(
            "people signed in at the end",
            had("trefoil_sessions") + ended.standing,
            gauge("trefoil_sessions"),
        ),
        same(
            "conversations at the end",
            had("trefoil_conversations"),
            gauge("trefoil_conversations"),
        ),
    ];
    if plan.story == Story::TwoParty
        && let Some(end) = &ended.end.metrics
    {
        let live = end.get("trefoil_conversations").unwrap_or_default() as u64;
        let ours = had("trefoil_conversations") + ended.talking;
        all.push(same("conversations while talking", ours, live));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(ours: u64, servers: u64, allowed: Option<(u64, &'static str)>) -> Match {
        Match { what: "packets", ours, servers, allowed }
    }

    #[test]
    fn only_what_is_explained_may_differ() {
        assert!(sent(10, 10, None).is_good());
        assert!(!sent(10, 11, None).is_good() && !sent(10, 9, None).is_good());
        let ghosts = Some((5, "ghosts"));
        assert!(sent(10, 15, ghosts).is_good() && !sent(10, 16, ghosts).is_good());
        // Nobody can have received what was never sent.
        assert!(!sent(10, 9, ghosts).is_good());
        assert!(sent(10, 12, ghosts).to_string().ends_with("matches: ghosts"));
        assert!(sent(10, 9, None).to_string().ends_with("DOES NOT MATCH"));
    }
}
