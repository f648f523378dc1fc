//! Wrap-up: time after a customer in which no offer comes.

use std::time::Duration;

use call_core::agent::Unavailable;
use call_core::{Command, Refusal};

use crate::bench::{ALICE, BOB, Bench, CAROL, SUPPORT, secs};

#[test]
fn wrap_up_lasts_thirty_seconds() {
    let mut bench = Bench::connected();
    bench.completes(BOB);
    bench.just_before(secs(30));
    assert_eq!(bench.availability(BOB), Err(Unavailable::WrapUp));
    bench.a_moment();
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn wrap_up_can_be_extended_and_finished() {
    let mut bench = Bench::connected();
    bench.completes(BOB);
    bench.asks(BOB, Command::ExtendWrapUp).unwrap();
    bench.just_before(secs(60));
    assert_eq!(bench.availability(BOB), Err(Unavailable::WrapUp));
    bench.asks(BOB, Command::FinishWrapUp).unwrap();
    assert_eq!(bench.availability(BOB), Ok(()));
    assert_eq!(bench.refused(BOB, Command::FinishWrapUp), Refusal::NotInWrapUp);
    assert_eq!(bench.refused(BOB, Command::ExtendWrapUp), Refusal::NotInWrapUp);
    assert_eq!(bench.refused(ALICE, Command::ExtendWrapUp), Refusal::NotPermitted);
    assert_eq!(bench.refused("agent:nobody", Command::FinishWrapUp), Refusal::NotSignedIn);
}

#[test]
fn wrap_up_can_be_extended_up_to_an_hour() {
    let mut bench = Bench::connected();
    bench.completes(BOB);
    for _ in 0..2 * 60 - 1 {
        bench.asks(BOB, Command::ExtendWrapUp).unwrap();
    }
    assert_eq!(bench.refused(BOB, Command::ExtendWrapUp), Refusal::NotPermitted);
    bench.after(secs(3599));
    assert_eq!(bench.refused(BOB, Command::ExtendWrapUp), Refusal::NotPermitted);
    bench.after(secs(1));
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn it_begins_for_each_agent_when_that_agent_is_done() {
    let mut bench = Bench::consult();
    bench.completes(BOB);
    assert_eq!(bench.availability(BOB), Err(Unavailable::WrapUp));
    assert_eq!(bench.availability(CAROL), Err(Unavailable::Talking));
    bench.leaves(ALICE);
    assert_eq!(bench.availability(CAROL), Err(Unavailable::WrapUp));
}

#[test]
fn agents_who_talk_on_after_the_customer_wrap_up_when_they_are_done() {
    let mut bench = Bench::consult();
    bench.leaves(ALICE);
    assert_eq!(bench.availability(BOB), Err(Unavailable::Talking));
    bench.leaves(BOB);
    for who in [BOB, CAROL] {
        assert_eq!(bench.availability(who), Err(Unavailable::WrapUp));
    }
}

#[test]
fn who_was_only_rung_has_nothing_to_wrap_up() {
    let mut bench = Bench::ringing();
    bench.declines(CAROL, "no");
    assert_eq!(bench.availability(CAROL), Ok(()));
}

#[test]
fn a_team_may_have_none() {
    let mut bench = Bench::connected();
    let support = bench.settings.teams.get_mut(SUPPORT).unwrap();
    support.wrap_up = Duration::ZERO;
    bench.completes(BOB);
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn an_agent_who_signs_out_has_wrapped_up() {
    let mut bench = Bench::connected();
    bench.completes(BOB);
    bench.crashes(BOB);
    bench.after(secs(15));
    bench.signs_in(BOB, &[SUPPORT]);
    assert_eq!(bench.availability(BOB), Ok(()));
}
