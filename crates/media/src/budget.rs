//! Gate rule 10: what the work for one leg may cost.
//!
//! A participant can send little that costs the library much. What counts is CPU time: a leg that
//! is slow because the machine is busy has done nothing. But asking for the thread's CPU time goes
//! to the system, which costs a percent of the work for a packet; the clock on the wall costs a
//! tenth of that. It never shows less than the CPU time, so it is looked at first, and only a leg
//! that is suspicious by it is measured exactly for a while.

use std::time::{Duration, Instant};

/// The span in which the work for a leg is added up.
const SPAN: Duration = Duration::from_secs(10);

/// What the work of such a span may cost, as a rule: a tenth of a processor. A leg that talks costs
/// 10 ms, one that writes as much as it may 100 ms; what is above that is room for slow processors
/// and for the time of others that a virtual machine counts as its own.
pub(crate) const IN_SPAN: Duration = Duration::from_secs(1);

/// How many times as much it may cost while a transfer of a file is agreed on. One at the rate that
/// the gate allows costs 120 ms, most of it in the library's data channels.
const IN_TRANSFER: u32 = 2;

/// What one datagram or timer may cost at least. While it goes on nobody else on the worker is
/// served: of 20 ms one beat is lost. Whoever allows more in a span allows more at once: of
/// [`IN_SPAN`] 67 ms, three beats.
const AT_ONCE: Duration = Duration::from_millis(20);
const AT_ONCE_OF_SPAN: u32 = 15;

/// The CPU time of a virtual machine holds what others on its host took from it in the middle of a
/// piece of work. So one step that is too long proves nothing: it counts as the most that one may
/// cost, and only so many of them within [`STRIKES_IN`] end a leg.
const STRIKES: u32 = 10;
const STRIKES_IN: Duration = Duration::from_mins(1);

/// How many times as long as a step may be no host takes a processor away.
const GROSS: u32 = 10;

/// How long a leg is measured exactly after it was suspicious.
const WATCHED: Duration = SPAN;

/// What the work for one leg has cost of late.
///
/// A leg that joins has none: what that takes is dear (two signatures, and on a slow machine each
/// takes its time), and bounded by how few datagrams the gate lets it have.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    /// What the work of a span may cost; `None` while the leg joins.
    in_span: Option<Duration>,
    by_wall: Spent,
    by_cpu: Spent,
    watched_until: Option<Instant>,
    strikes: Strikes,
    is_transferring: bool,
}

/// Steps that were too long, of late.
#[derive(Debug, Default)]
struct Strikes {
    since: Option<Instant>,
    count: u32,
}

/// By which clock a step is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The clock on the wall, which runs on while others have the processor.
    Wall,
    /// The CPU time of the thread.
    Cpu,
}

/// What is to be done about a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opinion {
    /// Nothing.
    Fine,
    /// It is measured exactly from here on.
    Suspicious,
    /// It has cost too much.
    TooMuch,
}

/// What work may cost.
#[derive(Debug, Clone, Copy)]
struct Most {
    in_span: Duration,
    at_once: Duration,
}

/// Time spent in the present span.
#[derive(Debug, Default)]
struct Spent {
    since: Option<Instant>,
    total: Duration,
}

impl Budget {
    /// How the next step of the leg has to be measured.
    pub(crate) fn measure(&mut self, now: Instant) -> Measure {
        match self.watched_until {
            Some(until) if now < until => Measure::Cpu,
            Some(_) => {
                self.forget(None);
                Measure::Wall
            }
            None => Measure::Wall,
        }
    }

    /// Charges a step that was measured so.
    pub(crate) fn charge(&mut self, measure: Measure, cost: Duration, now: Instant) -> Opinion {
        let Some(in_span) = self.in_span else { return Opinion::Fine };
        let times = if self.is_transferring { IN_TRANSFER } else { 1 };
        let most = Most {
            in_span: in_span.saturating_mul(times),
            at_once: AT_ONCE.max(in_span / AT_ONCE_OF_SPAN),
        };
        match measure {
            Measure::Wall if self.by_wall.exceeds(most, cost, now) => {
                self.forget(Some(now + WATCHED));
                Opinion::Suspicious
            }
            Measure::Cpu if self.by_cpu.exceeds(most, cost.min(most.at_once), now) => {
                Opinion::TooMuch
            }
            Measure::Cpu if cost > most.at_once && self.strikes.are_many(most, cost, now) => {
                Opinion::TooMuch
            }
            Measure::Wall | Measure::Cpu => Opinion::Fine,
        }
    }

    /// The leg is connected: from here on the work for it may cost so much in ten seconds.
    pub(crate) fn begins(&mut self, in_span: Duration) {
        self.in_span = Some(in_span);
    }

    /// Whether a transfer of a file is agreed on with the leg.
    pub(crate) fn transfers(&mut self, agreed: bool) {
        self.is_transferring = agreed;
        self.forget(None);
    }

    fn forget(&mut self, watched_until: Option<Instant>) {
        (self.by_wall, self.by_cpu) = (Spent::default(), Spent::default());
        self.watched_until = watched_until;
    }
}

impl Strikes {
    /// Counts one more step that was too long; says whether it was one too many.
    fn are_many(&mut self, most: Most, cost: Duration, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.duration_since(since) >= STRIKES_IN) {
            *self = Self { since: Some(now), count: 0 };
        }
        self.count += 1;
        self.count >= STRIKES || cost > most.at_once.saturating_mul(GROSS)
    }
}

impl Spent {
    /// Adds what a step has cost; says whether it was too much, alone or with those before it.
    fn exceeds(&mut self, most: Most, cost: Duration, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.duration_since(since) >= SPAN) {
            *self = Self { since: Some(now), total: Duration::ZERO };
        }
        self.total += cost;
        cost > most.at_once || self.total > most.in_span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn connected() -> Budget {
        let mut budget = Budget::default();
        budget.begins(ms(100));
        budget
    }

    /// Charges a step of `cost` every `every` for a time, whatever the clock; says what came of it.
    fn works(
        budget: &mut Budget,
        start: Instant,
        every: Duration,
        wall: Duration,
        cpu: Duration,
    ) -> Opinion {
        let mut worst = Opinion::Fine;
        for n in 0..2000 {
            let now = start + every * n;
            let (measure, opinion) = match budget.measure(now) {
                Measure::Wall => (Measure::Wall, budget.charge(Measure::Wall, wall, now)),
                Measure::Cpu => (Measure::Cpu, budget.charge(Measure::Cpu, cpu, now)),
            };
            match opinion {
                Opinion::Fine => {}
                Opinion::Suspicious => {
                    assert_eq!(measure, Measure::Wall);
                    worst = Opinion::Suspicious;
                }
                Opinion::TooMuch => return Opinion::TooMuch,
            }
        }
        worst
    }

    #[test]
    fn a_leg_that_talks_is_never_looked_at_closely() {
        let opinion =
            works(&mut connected(), Instant::now(), ms(20), Duration::from_micros(60), ms(9));
        assert_eq!(opinion, Opinion::Fine);
    }

    #[test]
    fn a_busy_machine_makes_a_leg_suspicious_and_nothing_else() {
        let mut budget = connected();
        let opinion = works(&mut budget, Instant::now(), ms(20), ms(19), Duration::from_micros(60));
        assert_eq!(opinion, Opinion::Suspicious);
        let opinion =
            works(&mut connected(), Instant::now(), ms(500), ms(900), Duration::from_micros(60));
        assert_eq!(opinion, Opinion::Suspicious);
    }

    #[test]
    fn a_leg_that_really_costs_so_much_is_given_up() {
        let dear = Duration::from_micros(300);
        let opinion = works(&mut connected(), Instant::now(), ms(20), dear, dear);
        assert_eq!(opinion, Opinion::TooMuch, "150 ms in 10 s");
        let opinion = works(&mut connected(), Instant::now(), ms(3000), ms(21), ms(21));
        assert_eq!(opinion, Opinion::TooMuch, "21 ms every three seconds");
        let opinion = works(&mut connected(), Instant::now(), ms(3000), ms(201), ms(201));
        assert_eq!(opinion, Opinion::TooMuch, "what no host takes away");
    }

    #[test]
    fn a_processor_that_is_taken_away_for_a_moment_ends_no_leg() {
        let (mut budget, start) = (connected(), Instant::now());
        assert_eq!(budget.charge(Measure::Wall, ms(150), start), Opinion::Suspicious);
        for n in 1..=4 {
            let opinion = budget.charge(Measure::Cpu, ms(150), start + ms(n * 2_000));
            assert_eq!(opinion, Opinion::Fine);
        }
    }

    #[test]
    fn a_leg_is_watched_for_a_span_after_which_all_is_forgotten() {
        let (mut budget, start) = (connected(), Instant::now());
        assert_eq!(budget.charge(Measure::Wall, ms(21), start), Opinion::Suspicious);
        assert_eq!(budget.measure(start + ms(9_999)), Measure::Cpu);
        assert_eq!(budget.charge(Measure::Cpu, ms(19), start + ms(9_999)), Opinion::Fine);
        assert_eq!(budget.measure(start + ms(10_000)), Measure::Wall);
        for n in 0..5 {
            let opinion = budget.charge(Measure::Wall, ms(20), start + ms(10_000 + n));
            assert_eq!(opinion, Opinion::Fine);
        }
        assert_eq!(budget.charge(Measure::Wall, ms(1), start + ms(19_999)), Opinion::Suspicious);
    }
    #[test]
    fn a_transfer_that_is_agreed_on_may_cost_more() {
        let mut budget = connected();
        budget.transfers(true);
        let dear = Duration::from_micros(150);
        assert_eq!(works(&mut budget, Instant::now(), ms(10), dear, dear), Opinion::Fine);
        budget.transfers(false);
        assert_eq!(works(&mut budget, Instant::now(), ms(10), dear, dear), Opinion::TooMuch);
    }

    #[test]
    fn joining_may_take_what_it_takes() {
        let (mut budget, start) = (Budget::default(), Instant::now());
        assert_eq!(works(&mut budget, start, ms(20), ms(500), ms(500)), Opinion::Fine);
        budget.begins(ms(100));
        assert_eq!(works(&mut budget, start, ms(20), ms(500), ms(500)), Opinion::TooMuch);
    }

    #[test]
    fn a_budget_may_be_any() {
        let mut budget = Budget::default();
        budget.begins(Duration::MAX);
        budget.transfers(true);
        assert_eq!(works(&mut budget, Instant::now(), ms(20), ms(500), ms(500)), Opinion::Fine);
    }
}
