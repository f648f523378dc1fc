//! Every deadline of the table: nothing a millisecond before it, its effect at it, and why.

use std::time::Duration;

use call_core::{
    AwayReason, Command, DeadlineReason as Why, Event, Status, TeamPolicy, next_deadline,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, SUPPORT, secs, team};

struct Case {
    why: Why,
    span: Duration,
    prepare: fn() -> Bench,
}

fn waiting_invitation() -> Bench {
    let mut bench = Bench::connected();
    bench.policy(BILLING, TeamPolicy::Wait);
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    bench.invites(BOB, team(BILLING));
    bench
}

fn declined() -> Bench {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.declines(BOB, "no");
    bench
}

fn with(mut bench: Bench, then: fn(&mut Bench)) -> Bench {
    then(&mut bench);
    bench
}

fn cases() -> Vec<Case> {
    let case = |why, seconds, prepare| Case { why, span: secs(seconds), prepare };
    vec![
        case(Why::OfferOver, 90, waiting_invitation),
        case(Why::RingOver, 20, Bench::ringing),
        case(Why::CandidateGone, 3, || with(Bench::ringing(), |bench| bench.loses(CAROL))),
        case(Why::JoinOver, 3, || {
            with(Bench::ringing(), |bench| {
                bench.loses(CAROL);
                bench.accepts(CAROL);
            })
        }),
        case(Why::RingOver, 15, || with(Bench::handed_over(), |bench| bench.declines(CAROL, "no"))),
        case(Why::RecallDue, 10, || with(Bench::handed_over(), |bench| bench.after(secs(35)))),
        case(Why::CustomerGraceOver, 20, || with(Bench::connected(), |bench| bench.loses(ALICE))),
        case(Why::CustomerGraceOver, 60, || {
            with(Bench::new(), |bench| {
                bench.calls(ALICE, SUPPORT);
                bench.loses(ALICE);
            })
        }),
        case(Why::SeatGraceOver, 30, || with(Bench::consult(), |bench| bench.loses(CAROL))),
        case(Why::RoundDue, 30, declined),
        case(Why::WrapUpOver, 30, || with(Bench::connected(), |bench| bench.completes(BOB))),
        case(Why::LeaseOver, 15, || with(Bench::connected(), |bench| bench.closes(CAROL))),
        case(Why::ForgetDue, 60, || {
            with(Bench::connected(), |bench| {
                bench.completes(BOB);
                bench.asks(BOB, Command::FinishWrapUp).unwrap();
            })
        }),
    ]
}

#[test]
fn each_fires_at_its_moment_and_not_before() {
    for Case { why, span, prepare } in cases() {
        let mut bench = prepare();
        let due = bench.now + span;
        let next = next_deadline(&bench.world, &bench.settings);
        assert_eq!(next, Some((due, why)));
        let events = bench.events.len();
        bench.just_before(span);
        assert_eq!(bench.events.len(), events, "{why:?} is early");
        bench.a_moment();
        assert!(bench.events.len() > events, "{why:?} is late");
        let next = next_deadline(&bench.world, &bench.settings);
        assert!(next.is_none_or(|(at, _)| at > due), "{why:?} fires once");
    }
}

#[test]
fn a_command_that_comes_when_the_time_is_over_is_late_however_slow_the_driver_was() {
    let mut bench = Bench::ringing();
    bench.now = bench.now + secs(20);
    let accept = Command::Accept { conversation: bench.conversation };
    assert_eq!(bench.refused(CAROL, accept.clone()), call_core::Refusal::NoOffer);
    let mut bench = Bench::ringing();
    bench.now = bench.now + Duration::from_millis(19_999);
    bench.asks(CAROL, accept).unwrap();
}

#[test]
fn a_report_fires_what_is_due_before_it_is_looked_at() {
    let mut bench = Bench::consult();
    bench.crashes(BOB);
    bench.now = bench.now + secs(30);
    bench.opens(BOB, &[SUPPORT]);
    bench.seated(&[ALICE, CAROL]);
}

#[test]
fn of_two_at_the_same_moment_both_fire() {
    let mut bench = Bench::consult();
    bench.loses(BOB);
    bench.loses(CAROL);
    bench.after(secs(30));
    bench.seated(&[ALICE]);
    bench.owned_by(SUPPORT);
}

#[test]
fn a_quiet_world_has_no_deadline() {
    let bench = Bench::three_way();
    assert_eq!(next_deadline(&bench.world, &bench.settings), None);
}

#[test]
fn who_was_forgotten_by_what_was_due_is_unknown_to_the_report_that_came_late() {
    let mut bench = Bench::connected();
    bench.crashes(ALICE);
    bench.now = bench.now + secs(20);
    let connected = |event: &Event| matches!(event, Event::LegConnected { .. });
    let before = bench.count(connected);
    bench.leg_up(ALICE);
    assert_eq!(bench.count(connected), before);
}
