//! Queues that are full or closed: overflow and opening hours; and settings that change while
//! calls go on.

use call_core::{
    Closed, Command, Delivery, Hours, Input, Medium, Overflow, Phase, Refusal, Report, Rights,
    Ringing, TeamPolicy, TeamSettings, Time, World,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, agent, secs, team};

const YAN: &str = "customer:yan";

fn call(name: &str) -> Command {
    Command::Call { team: name.parse().unwrap(), medium: Medium::Voice }
}

fn arrives(bench: &mut Bench, who: &str) {
    bench.opens(who, &[]);
    bench.leg_up(who);
}

// --- full ---

#[test]
fn a_full_queue_refuses_and_says_when_to_call_again() {
    let mut bench = Bench::connected();
    bench.chooses(SUPPORT, |team| {
        (team.max_waiting, team.overflow) = (Some(1), Overflow::Refuse);
    });
    bench.calls(ZOE, SUPPORT);
    arrives(&mut bench, YAN);
    let full = Refusal::QueueFull { retry_after_ms: 210_000 };
    assert_eq!(bench.refused(YAN, call(SUPPORT)), full);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.accepts(DAVE);
    bench.calls(YAN, SUPPORT);
}

#[test]
fn a_queue_in_which_nobody_may_wait_takes_as_many_as_agents_are_free() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        (team.max_waiting, team.overflow) = (Some(0), Overflow::Refuse);
    });
    arrives(&mut bench, ALICE);
    let full = Refusal::QueueFull { retry_after_ms: 30_000 };
    assert_eq!(bench.refused(ALICE, call(SUPPORT)), full);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.rung(Some(BOB));
}

#[test]
fn a_full_queue_may_send_callers_to_another_team_or_let_them_wait() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| team.max_waiting = Some(1));
    bench.calls(ALICE, SUPPORT);
    bench.conversation = bench.calls(ZOE, SUPPORT);
    bench.owned_by(SUPPORT);
    bench.chooses(SUPPORT, |team| team.overflow = Overflow::Team(BILLING.parse().unwrap()));
    bench.conversation = bench.calls(YAN, SUPPORT);
    bench.owned_by(BILLING);
}

#[test]
fn teams_that_overflow_into_each_other_and_are_full_let_the_caller_wait_where_it_called() {
    let mut bench = Bench::new();
    for (name, other) in [(SUPPORT, BILLING), (BILLING, SUPPORT)] {
        bench.chooses(name, |team| {
            (team.max_waiting, team.overflow) = (Some(0), Overflow::Team(other.parse().unwrap()));
        });
    }
    bench.calls(ALICE, BILLING);
    bench.owned_by(BILLING);
}

#[test]
fn who_has_waited_for_long_goes_on_to_the_other_team_and_keeps_its_place() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        (team.max_wait, team.overflow) =
            (Some(secs(120)), Overflow::Team(BILLING.parse().unwrap()));
    });
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(60));
    let later = bench.calls(ZOE, BILLING);
    bench.just_before(secs(60));
    bench.owned_by(SUPPORT);
    bench.a_moment();
    bench.owned_by(BILLING);
    bench.music(ALICE);
    bench.signs_in(CAROL, &[BILLING]);
    bench.rung(Some(CAROL));
    assert_eq!(call_core::queue_position(&bench.world, later), Some(2));
}

#[test]
fn a_call_that_rings_when_its_wait_is_long_goes_on_only_if_nobody_answers() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        (team.max_wait, team.overflow) =
            (Some(secs(120)), Overflow::Team(BILLING.parse().unwrap()));
    });
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(110));
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.after(secs(15));
    bench.rung(Some(BOB));
    bench.after(secs(10));
    bench.rung(None);
    bench.owned_by(BILLING);
}

#[test]
fn after_a_long_wait_newcomers_are_refused_and_those_who_wait_are_not_sent_away() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        (team.max_wait, team.overflow) = (Some(secs(60)), Overflow::Refuse);
    });
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(61));
    arrives(&mut bench, ZOE);
    let refusal = bench.refused(ZOE, call(SUPPORT));
    assert!(matches!(refusal, Refusal::QueueFull { .. }));
    bench.phase_is(Phase::Waiting);
    bench.after(secs(600));
    bench.phase_is(Phase::Waiting);
}

// --- closed ---

fn london(week: &str) -> Hours {
    let mut hours = Hours::never("Europe/London".parse().unwrap());
    hours.add_weekly(week).unwrap();
    hours
}

/// Nine to five in London on Thursdays, the day on which the clock of the bench begins.
fn thursdays() -> Hours {
    london("thu 09:00-17:00")
}

const HOUR_MS: u64 = 3_600_000;

/// 1 January 1970 was a Thursday, and London's clocks were an hour ahead all that year.
fn at_hour(hour: u64) -> Bench {
    let mut bench = Bench::new();
    bench.now = Time((hour - 1) * HOUR_MS);
    bench.chooses(SUPPORT, |team| team.hours = Some(thursdays()));
    bench
}

#[test]
fn outside_of_its_hours_a_team_refuses_and_says_when_it_opens() {
    let mut bench = at_hour(8);
    arrives(&mut bench, ALICE);
    let closed = Refusal::Closed { opens_at_ms: Some(Time(8 * HOUR_MS)) };
    assert_eq!(bench.refused(ALICE, call(SUPPORT)), closed);
    bench.after(secs(3600));
    bench.calls(ALICE, SUPPORT);
    bench.phase_is(Phase::Waiting);
}

#[test]
fn a_closed_team_may_send_callers_to_another_or_let_them_wait() {
    let mut bench = at_hour(20);
    bench.chooses(SUPPORT, |team| team.closed = Closed::Team(BILLING.parse().unwrap()));
    bench.calls(ALICE, SUPPORT);
    bench.owned_by(BILLING);
    bench.chooses(SUPPORT, |team| team.closed = Closed::Queue);
    bench.conversation = bench.calls(ZOE, SUPPORT);
    bench.owned_by(SUPPORT);
}

#[test]
fn closing_time_sends_nobody_away_who_waits_and_stops_no_transfer() {
    let mut bench = at_hour(16);
    bench.signs_in(CAROL, &[BILLING]);
    bench.calls(ZOE, BILLING);
    bench.accepts(CAROL);
    let waiting = bench.calls(ALICE, SUPPORT);
    bench.after(secs(2 * 3600));
    bench.transfers(CAROL, call_core::Target::Queue(SUPPORT.parse().unwrap()));
    bench.owned_by(SUPPORT);
    bench.conversation = waiting;
    bench.phase_is(Phase::Waiting);
}

// --- settings change ---

#[test]
fn a_team_that_is_gone_from_the_settings_is_served_by_its_agents_all_the_same() {
    let mut bench = Bench::ringing();
    let waiting = bench.calls(ZOE, SUPPORT);
    bench.settings.teams.clear();
    bench.completes(BOB);
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Recall);
    bench.after(secs(60));
    bench.phase_is(Phase::Waiting);
    bench.owned_by(SUPPORT);
    bench.sets(BOB, call_core::Status::Present);
    bench.accepts(BOB);
    bench.talk(&[ALICE, BOB]);
    bench.completes(BOB);
    bench.after(secs(30));
    bench.conversation = waiting;
    bench.rung(Some(BOB));
    let text = serde_json::to_string(&bench.world).unwrap();
    assert_eq!(serde_json::from_str::<World>(&text).unwrap(), bench.world);
}

#[test]
fn who_waits_for_a_team_that_is_gone_with_its_agents_waits_for_another() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[BILLING]);
    bench.sets(CAROL, call_core::Status::Away { reason: call_core::AwayReason::Break });
    bench.calls(ALICE, SUPPORT);
    bench.rung(Some(BOB));
    let waiting = bench.calls(ZOE, SUPPORT);
    bench.settings.teams.remove(SUPPORT);
    bench.report(Report::AgentChanged {
        agent: "bob".parse().unwrap(),
        name: "bob".into(),
        teams: Rights::answering([]),
    });
    // Bob's desk rings on; Zoe, for whom nobody rang, is in the other queue at once.
    bench.rung(Some(BOB));
    bench.owned_by(SUPPORT);
    let alices = std::mem::replace(&mut bench.conversation, waiting);
    bench.owned_by(BILLING);
    bench.conversation = alices;
    bench.declines(BOB, "no");
    bench.owned_by(BILLING);
    bench.phase_is(Phase::Waiting);
    // Who has waited longer is first there, too.
    bench.sets(CAROL, call_core::Status::Present);
    bench.rung(Some(CAROL));
    bench.accepts(CAROL);
    bench.talk(&[ALICE, CAROL]);
}

#[test]
fn with_nobody_anywhere_who_waits_for_a_team_that_is_gone_waits_for_the_first_there_is() {
    let mut bench = Bench::new();
    bench.calls(ALICE, SUPPORT);
    bench.settings.teams.remove(SUPPORT);
    bench.settings.teams.insert("zebra".parse().unwrap(), TeamSettings::named("Zebra"));
    bench.input(&Input::Deadline).unwrap();
    bench.owned_by(BILLING);
    bench.settings.teams.clear();
    bench.input(&Input::Deadline).unwrap();
    bench.owned_by(BILLING);
    bench.music(ALICE);
}

#[test]
fn an_overflow_to_a_team_that_is_gone_leaves_the_customer_where_it_waits() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        (team.max_wait, team.overflow) = (Some(secs(60)), Overflow::Team(BILLING.parse().unwrap()));
    });
    bench.calls(ALICE, SUPPORT);
    bench.settings.teams.remove(BILLING);
    bench.after(secs(60));
    bench.owned_by(SUPPORT);
    bench.music(ALICE);
}

#[test]
fn a_team_may_begin_to_pull_or_to_ring_otherwise_while_it_rings() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.rung(Some(BOB));
    bench.chooses(SUPPORT, |team| team.ringing = Ringing::AllAtOnce);
    bench.rung_all(&[BOB, DAVE]);
    bench.chooses(SUPPORT, |team| team.delivery = Delivery::Pull);
    bench.after(secs(20));
    bench.rung_all(&[]);
    bench.signs_in(CAROL, &[SUPPORT]);
    bench.rung_all(&[]);
    bench.chooses(SUPPORT, |team| team.delivery = Delivery::Push);
    bench.rung_all(&[CAROL]);
}

#[test]
fn an_invitation_follows_the_policy_of_the_moment() {
    let mut bench = Bench::connected();
    bench.policy(BILLING, TeamPolicy::Wait);
    bench.invites(BOB, team(BILLING));
    bench.policy(BILLING, TeamPolicy::Reject);
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Connected);
    bench.invites(BOB, agent(CAROL));
}
