//! One attack from before to after, and whether it did harm.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::calls::{Calls, Losses};
use super::server::{Server, Vitals, metrics, vitals};
use crate::attack::{Attack, Fate, Played, Stage};

/// What a process may grow by during an attack.
const MOST_GROWTH_BYTES: u64 = 50 << 20;
/// What another call may lose in its worst second, as a share of its packets.
pub const MOST_LOSS: f64 = 0.01;
/// How long a rule may take to end a leg after the last datagram.
const ENDED_WITHIN: Duration = Duration::from_secs(3);
/// How long a leg that lives is watched after the last datagram.
const WATCHED: Duration = Duration::from_millis(300);
/// How long a check of a leg that lives may be answered in.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);
/// What the CPU of the server is compared with: so much time before the attack.
const BEFORE: Duration = Duration::from_secs(1);
/// How often memory is looked at.
const GLANCE: Duration = Duration::from_millis(50);
/// How long a leg that was left behind may take to be gone: the join deadline, and some more.
const ALONE_WITHIN: Duration = Duration::from_secs(17);
/// No attack takes longer.
const LONGEST: Duration = Duration::from_mins(3);

/// What became of the attacker's own leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// There was none, or the attack could not be played.
    None,
    /// It is connected and answered.
    Lives,
    /// The server says it is gone.
    Ended,
    /// The server says it is up, but it is not answered.
    Stuck,
}

/// An attack's effect on everybody else.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The attack.
    pub attack: &'static str,
    /// Datagrams sent.
    pub sent: u64,
    /// Packets lost in the worst second of any call, of those sent in it.
    pub worst_lost: u64,
    /// Packets sent in that second.
    pub worst_sent: u64,
    /// Packets lost in all calls.
    pub lost: u64,
    /// Packets sent in all calls.
    pub of: u64,
    /// Calls that stand afterwards.
    pub standing: usize,
    /// Calls there were.
    pub calls: usize,
    /// The server's memory in bytes: before, at most, after.
    pub memory_bytes: [u64; 3],
    /// The server's CPU as a share of a core: before and during.
    pub cpu: [f64; 2],
    /// What became of the attacker's leg.
    pub leg: Became,
    /// Why legs were lost meanwhile, in order.
    pub reasons: Vec<String>,
    /// Counters of the gate, and faults, that moved.
    pub moved: BTreeMap<String, u64>,
    /// What the attack itself has to say.
    pub note: String,
    /// What must not be; nothing when the attack did no harm.
    pub harm: Vec<String>,
}

/// What becomes of the attacker's own leg after an attack, judged by what has to.
pub async fn became(fate: Fate, played: &Played) -> Became {
    let Some(peer) = &played.peer else { return Became::None };
    let patience = if fate == Fate::Ends { ENDED_WITHIN } else { WATCHED };
    if !peer.leg_is_up() || peer.leg_ends(patience).await {
        return Became::Ended;
    }
    // A leg that is taken for living has to be served.
    peer.wire().checks(true);
    match peer.wire().nominates(ANSWERED_WITHIN).await {
        Ok(()) => Became::Lives,
        Err(_) if peer.leg_ends(Duration::from_millis(1)).await => Became::Ended,
        Err(_) => Became::Stuck,
    }
}

/// What is wrong about a leg's fate.
pub fn wrong_fate(fate: Fate, became: Became) -> Option<String> {
    let right = match fate {
        Fate::NoLeg => became == Became::None,
        Fate::Lives => became == Became::Lives,
        Fate::Ends => became == Became::Ended,
        Fate::Either => matches!(became, Became::Lives | Became::Ended),
    };
    (!right).then(|| format!("the attacker's leg: {became:?} where {fate:?} is due"))
}

/// Plays an attack and judges it.
pub async fn judge(attack: &Attack, stage: &Stage, calls: &Calls, server: &mut Server) -> Outcome {
    let admin = server.addresses.admin;
    let pid = server.pid();
    alone(admin, calls).await;
    let at_first = vitals(pid).unwrap_or_default();
    tokio::time::sleep(BEFORE).await;
    let before = vitals(pid).unwrap_or_default();
    let figures = metrics(admin).await.unwrap_or_default();
    let log = server.log_length();
    let marks = calls.mark();
    let began = std::time::Instant::now();
    let (played, peak) = watched(pid, (attack.play)(stage)).await;
    let lasted = began.elapsed();
    let during = vitals(pid).unwrap_or_default();
    let mut harm = Vec::new();
    let mut leg = Became::None;
    let (mut sent, mut note, mut ended) = (0, String::new(), None);
    match played {
        Ok(Ok(played)) => {
            leg = became(attack.fate, &played).await;
            harm.extend(wrong_fate(attack.fate, leg));
            (sent, note) = (played.sent, played.note.clone());
            ended = Some(played);
        }
        Ok(Err(error)) => harm.push(error.chain()),
        Err(_) => harm.push(format!("not over after {} s", LONGEST.as_secs())),
    }
    let losses = calls.losses_since(&marks).await;
    let after = vitals(pid).unwrap_or_default();
    let moved = moved(&figures, &metrics(admin).await.unwrap_or_default());
    let reasons = server.losses_logged_since(log);
    let standing = calls.standing();
    if let Some(played) = ended {
        played.ends().await;
    }
    let peak = peak.max(during.memory_bytes).max(after.memory_bytes);
    harm.extend(calls.wrongs_in_chats(false).await);
    harm.extend(harms(server, &losses, calls.count() - standing, before, peak, &moved));
    Outcome {
        attack: attack.name,
        sent,
        worst_lost: losses.worst_lost,
        worst_sent: losses.worst_sent,
        lost: losses.lost,
        of: losses.sent,
        standing,
        calls: calls.count(),
        memory_bytes: [before.memory_bytes, peak, after.memory_bytes],
        cpu: [share(at_first, before, BEFORE), share(before, during, lasted)],
        leg,
        reasons,
        moved,
        note,
        harm,
    }
}

/// Waits until nobody is there but the calls: what an attack left behind is not the next one's.
async fn alone(admin: std::net::SocketAddr, calls: &Calls) {
    let legs = calls.people() as u64;
    let alone = async {
        loop {
            let figures = metrics(admin).await.unwrap_or_default();
            if figures.get("trefoil_legs").is_none_or(|figure| *figure as u64 <= legs) {
                return;
            }
            tokio::time::sleep(GLANCE).await;
        }
    };
    drop(tokio::time::timeout(ALONE_WITHIN, alone).await);
}

/// Runs something while the memory of a process is watched; gives back the most it had.
async fn watched<T>(
    pid: u32,
    play: impl Future<Output = T>,
) -> (Result<T, tokio::time::error::Elapsed>, u64) {
    let peak = std::sync::Arc::new(AtomicU64::new(0));
    let over = std::sync::Arc::new(AtomicBool::new(false));
    let watch = tokio::spawn({
        let (peak, over) = (std::sync::Arc::clone(&peak), std::sync::Arc::clone(&over));
        async move {
            while !over.load(Ordering::Relaxed) {
                let now = vitals(pid).unwrap_or_default().memory_bytes;
                peak.fetch_max(now, Ordering::Relaxed);
                tokio::time::sleep(GLANCE).await;
            }
        }
    });
    let played = tokio::time::timeout(LONGEST, play).await;
    over.store(true, Ordering::Relaxed);
    drop(watch.await);
    (played, peak.load(Ordering::Relaxed))
}

/// What an attack did to everybody else that it must not do.
fn harms(
    server: &mut Server,
    losses: &Losses,
    fallen: usize,
    before: Vitals,
    peak: u64,
    moved: &BTreeMap<String, u64>,
) -> Vec<String> {
    let mut harm = Vec::new();
    if !server.lives() {
        harm.push("the server died".to_owned());
    }
    if losses.worst_share() > MOST_LOSS {
        let Losses { worst_lost, worst_sent, .. } = losses;
        harm.push(format!("a call lost {worst_lost} of {worst_sent} packets in a second"));
    }
    if fallen > 0 {
        harm.push(format!("{fallen} calls do not stand any more"));
    }
    let growth = peak.saturating_sub(before.memory_bytes);
    if growth > MOST_GROWTH_BYTES {
        harm.push(format!("the server grew by {} MB", growth >> 20));
    }
    if let Some(faults) = moved.get("leg_faults") {
        harm.push(format!("{faults} faults in the server"));
    }
    harm
}

/// A share of a core.
fn share(from: Vitals, to: Vitals, time: Duration) -> f64 {
    to.cpu.saturating_sub(from.cpu).as_secs_f64() / time.as_secs_f64().max(0.001)
}

/// Counters of the gate that grew, by their rule, and the faults.
fn moved(before: &BTreeMap<String, f64>, after: &BTreeMap<String, f64>) -> BTreeMap<String, u64> {
    let name = |key: &str| {
        if key == "trefoil_media_leg_faults_total" {
            return Some("leg_faults".to_owned());
        }
        let rule = key.strip_prefix("trefoil_gate_dropped_total{rule=\"")?;
        Some(rule.trim_end_matches("\"}").to_owned())
    };
    let grown = after.iter().filter_map(|(key, value)| {
        let growth = (value - before.get(key).copied().unwrap_or(0.0)) as u64;
        Some((name(key)?, growth)).filter(|_| growth > 0)
    });
    grown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_moved_is_told() {
        let rule = |name| format!("trefoil_gate_dropped_total{{rule=\"{name}\"}}");
        let before = BTreeMap::from([(rule("replayed"), 1.0), (rule("no_protocol"), 5.0)]);
        let after = BTreeMap::from([
            (rule("replayed"), 4.0),
            (rule("no_protocol"), 5.0),
            ("trefoil_legs".to_owned(), 7.0),
        ]);
        assert_eq!(moved(&before, &after), BTreeMap::from([("replayed".to_owned(), 3)]));
    }

    #[test]
    fn a_leg_that_hangs_is_never_right() {
        for fate in [Fate::Lives, Fate::Ends, Fate::Either] {
            assert!(wrong_fate(fate, Became::Stuck).is_some());
        }
        assert!(wrong_fate(Fate::Either, Became::Ended).is_none());
        assert!(wrong_fate(Fate::Ends, Became::Lives).is_some());
    }
}
