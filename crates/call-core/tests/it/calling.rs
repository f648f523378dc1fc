//! A customer calls: ring in, answer, decline, no answer, waiting.

use call_core::{AwayReason, Command, EndReason, Medium, Phase, Refusal, Report, Status, record};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, person, secs};

#[test]
fn a_caller_hears_music_while_the_first_agent_rings_and_talks_when_it_answers() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.phase_is(Phase::Waiting);
    bench.owned_by(SUPPORT);
    bench.rung(Some(BOB));
    bench.music(ALICE);
    bench.silence(BOB);
    bench.accepts(BOB);
    bench.phase_is(Phase::Connected);
    bench.owned_by(BOB);
    bench.talk(&[ALICE, BOB]);
    assert_eq!(bench.state().answered_at, Some(bench.now));
}

#[test]
fn the_longest_idle_agent_of_the_team_rings_first_and_then_the_next() {
    let mut bench = Bench::new();
    bench.signs_in(CAROL, &[SUPPORT]);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(DAVE, &[BILLING]);
    bench.calls(ALICE, SUPPORT);
    bench.rung(Some(CAROL));
    bench.just_before(secs(20));
    bench.rung(Some(CAROL));
    bench.a_moment();
    bench.rung(Some(BOB));
    bench.declines(BOB, "lunch");
    bench.rung(None);
    bench.music(ALICE);
}

#[test]
fn an_agent_of_two_teams_takes_calls_of_both() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT, BILLING]);
    bench.calls(ALICE, BILLING);
    bench.accepts(BOB);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn a_caller_whom_nobody_can_take_waits_with_music_and_is_rung_to_whoever_frees_up() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ZOE, SUPPORT);
    bench.accepts(BOB);
    bench.conversation = bench.calls(ALICE, SUPPORT);
    bench.rung(None);
    bench.after(secs(300));
    bench.music(ALICE);
    bench.asks(BOB, Command::Complete { conversation: call_core::ConversationId(1) }).unwrap();
    bench.rung(None);
    bench.asks(BOB, Command::FinishWrapUp).unwrap();
    bench.rung(Some(BOB));
}

#[test]
fn those_who_wait_are_served_in_order_of_arrival() {
    let mut bench = Bench::new();
    let first = bench.calls(ALICE, SUPPORT);
    let second = bench.calls(ZOE, SUPPORT);
    bench.signs_in(BOB, &[SUPPORT]);
    assert_eq!(bench.busy_with(BOB), Some(first));
    bench.signs_in(CAROL, &[SUPPORT]);
    assert_eq!(bench.busy_with(CAROL), Some(second));
}

#[test]
fn an_exhausted_round_rings_whoever_becomes_free_and_nobody_twice() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.declines(BOB, "no");
    bench.rung(None);
    bench.after(secs(10));
    bench.signs_in(CAROL, &[SUPPORT]);
    bench.rung(Some(CAROL));
    bench.declines(CAROL, "no");
    bench.rung(None);
}

#[test]
fn an_exhausted_round_starts_again_after_a_pause() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.declines(BOB, "not this one");
    bench.just_before(secs(30));
    bench.rung(None);
    bench.a_moment();
    bench.rung(Some(BOB));
}

#[test]
fn who_comes_back_from_a_break_has_become_free() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(2));
    bench.sets(BOB, Status::Away { reason: AwayReason::Break });
    bench.rung(None);
    bench.after(secs(2));
    bench.sets(BOB, Status::Present);
    bench.rung(Some(BOB));
}

#[test]
fn a_customer_who_calls_before_its_leg_is_up_is_rung_for_once_it_is() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.opens(ALICE, &[]);
    bench
        .asks(ALICE, Command::Call { team: SUPPORT.parse().unwrap(), medium: Medium::Voice })
        .unwrap();
    bench.phase_is(Phase::Waiting);
    bench.rung(None);
    bench.after(secs(5));
    bench.leg_up(ALICE);
    bench.rung(Some(BOB));
    bench.music(ALICE);
}

#[test]
fn a_customer_whose_leg_never_comes_up_is_given_up_after_its_grace() {
    let mut bench = Bench::new();
    bench.opens(ALICE, &[]);
    bench
        .asks(ALICE, Command::Call { team: SUPPORT.parse().unwrap(), medium: Medium::Voice })
        .unwrap();
    bench.just_before(secs(60));
    bench.phase_is(Phase::Waiting);
    bench.a_moment();
    bench.phase_is(Phase::Ended);
}

#[test]
fn a_customer_who_hangs_up_while_waiting_takes_the_alert_with_it() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.leaves(ALICE);
    bench.phase_is(Phase::Ended);
    assert_eq!(bench.availability(BOB), Ok(()));
    let record = record(&bench.world, bench.conversation).unwrap();
    assert_eq!(record.reason, EndReason::CustomerLeft);
    assert_eq!(record.phase, Phase::Waiting);
    assert_eq!(record.answered_at, None);
}

#[test]
fn a_customer_lost_in_the_queue_keeps_its_place_for_a_minute() {
    let mut bench = Bench::new();
    bench.calls(ALICE, SUPPORT);
    bench.calls(ZOE, SUPPORT);
    bench.loses(ALICE);
    bench.just_before(secs(60));
    bench.leg_up(ALICE);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.rung(Some(BOB));
    bench.loses(ALICE);
    bench.after(secs(60));
    bench.phase_is(Phase::Ended);
}

#[test]
fn nobody_is_rung_for_a_customer_who_is_not_there() {
    let mut bench = Bench::new();
    bench.calls(ALICE, SUPPORT);
    bench.loses(ALICE);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.rung(None);
    bench.leg_up(ALICE);
    bench.rung(Some(BOB));
}

#[test]
fn the_agent_alone_with_the_customer_ends_the_call_by_completing_or_leaving() {
    for exit in [Bench::completes, Bench::leaves] {
        let mut bench = Bench::connected();
        exit(&mut bench, BOB);
        let record = record(&bench.world, bench.conversation).unwrap();
        assert_eq!(record.reason, EndReason::Completed);
        assert_eq!(record.ended_by, person(BOB));
        assert_eq!(record.phase, Phase::Connected);
        assert_eq!(record.agents, [person(BOB).as_agent().unwrap().clone()]);
    }
}

#[test]
fn a_customer_calls_one_team_at_a_time_and_only_one_that_exists() {
    let mut bench = Bench::new();
    let call = |team: &str| Command::Call { team: team.parse().unwrap(), medium: Medium::Voice };
    assert_eq!(bench.refused(ALICE, call(SUPPORT)), Refusal::NotSignedIn);
    bench.opens(ALICE, &[]);
    assert_eq!(bench.refused(ALICE, call("nowhere")), Refusal::UnknownTarget);
    bench.asks(ALICE, call(SUPPORT)).unwrap();
    assert_eq!(bench.refused(ALICE, call(SUPPORT)), Refusal::AlreadyInConversation);
    bench.signs_in(BOB, &[SUPPORT]);
    assert_eq!(bench.refused(BOB, call(SUPPORT)), Refusal::NotPermitted);
}

#[test]
fn an_ended_conversation_is_remembered_for_a_minute_and_its_customer_may_call_again() {
    let mut bench = Bench::connected();
    bench.leaves(ALICE);
    let accept = Command::Complete { conversation: bench.conversation };
    bench.just_before(secs(60));
    assert_eq!(bench.refused(BOB, accept.clone()), Refusal::ConversationEnded);
    bench.a_moment();
    assert_eq!(bench.refused(BOB, accept), Refusal::NotAParticipant);
    let next = bench.calls(ALICE, SUPPORT);
    assert_ne!(next, bench.conversation);
}

#[test]
fn a_customer_is_forgotten_with_its_page_and_its_conversation() {
    let mut bench = Bench::connected();
    bench.closes(ALICE);
    assert!(bench.world.customers().next().is_some());
    bench.completes(BOB);
    assert!(bench.world.customers().next().is_none());
    bench.report(Report::LegLost { person: person(ALICE) });
}
