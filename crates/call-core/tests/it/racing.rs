//! What happens at the same instant, in either order.

use call_core::agent::Unavailable;
use call_core::{
    AwayReason, Command as C, Delivery, Event, HoldWhen, Medium, Notice, OnFailure, PersonId,
    Phase, Refusal, Report, Ringing, Status, audience, queue_position,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE};
use crate::bench::{agent, person, secs, team};

fn accept(bench: &Bench) -> C {
    C::Accept { conversation: bench.conversation }
}

fn decline(bench: &Bench) -> C {
    C::Decline { conversation: bench.conversation, text: None }
}

fn next() -> C {
    C::GetNext { team: None, medium: Medium::Voice }
}

/// Nobody has to do with two conversations at once.
#[track_caller]
fn nobody_twice(bench: &Bench) {
    for (id, _) in bench.world.agents() {
        let who = PersonId::Agent(id.clone());
        let shown = bench
            .world
            .conversations()
            .filter(|call| call.is_live() && audience(&bench.world, call.id).contains(&who));
        assert!(shown.count() <= 1, "{id}");
    }
}

#[test]
fn an_accept_in_the_last_moment_of_a_ring_counts_and_one_at_its_end_is_late() {
    let mut bench = Bench::ringing();
    bench.just_before(secs(20));
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
    let mut bench = Bench::ringing();
    bench.now = bench.now + secs(20);
    // The driver has not looked at the clock yet: the command comes first.
    assert_eq!(bench.asks(CAROL, accept(&bench)), Err(Refusal::NoOffer));
}

#[test]
fn of_accept_and_cancel_the_first_counts() {
    let mut bench = Bench::ringing();
    bench.cancels(BOB);
    assert_eq!(bench.refused(CAROL, accept(&bench)), Refusal::NoOffer);
    bench.talk(&[ALICE, BOB]);
    let mut bench = Bench::ringing();
    bench.accepts(CAROL);
    let conversation = bench.conversation;
    assert_eq!(bench.refused(BOB, C::Cancel { conversation }), Refusal::NoOffer);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn accept_and_leave_come_to_the_same_in_either_order() {
    for accepts_first in [true, false] {
        let mut bench = Bench::ringing();
        if accepts_first {
            bench.accepts(CAROL);
            bench.leaves(BOB);
        } else {
            bench.leaves(BOB);
            bench.accepts(CAROL);
        }
        bench.phase_is(Phase::Connected);
        bench.talk(&[ALICE, CAROL]);
        bench.owned_by(CAROL);
        bench.seated(&[ALICE, CAROL]);
    }
}

#[test]
fn hold_and_leave_come_to_the_same_in_either_order() {
    let mut bench = Bench::three_way();
    bench.holds(BOB, ALICE);
    bench.leaves(BOB);
    bench.talk(&[ALICE, CAROL]);
    let mut bench = Bench::three_way();
    bench.leaves(BOB);
    let (conversation, participant) = (bench.conversation, person(ALICE));
    let hold = C::Hold { conversation, participant };
    assert_eq!(bench.refused(BOB, hold), Refusal::NotAParticipant);
    bench.talk(&[ALICE, CAROL]);
}

#[test]
fn two_who_swap_at_once_are_where_they_were() {
    let mut bench = Bench::consult();
    bench.swaps(BOB);
    bench.swaps(CAROL);
    bench.phase_is(Phase::Consult);
    bench.music(ALICE);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn an_accept_after_the_customer_has_left_connects_nobody() {
    let mut bench = Bench::ringing();
    bench.leaves(ALICE);
    assert_eq!(bench.refused(CAROL, accept(&bench)), Refusal::ConversationEnded);
    assert!(bench.told(CAROL).iter().any(|news| matches!(news, Notice::Rescinded { .. })));
}

#[test]
fn who_leaves_twice_or_accepts_twice_is_told_so_and_nothing_changes() {
    let mut bench = Bench::consult();
    let conversation = bench.conversation;
    assert_eq!(bench.refused(CAROL, accept(&bench)), Refusal::NoOffer);
    bench.leaves(CAROL);
    assert_eq!(bench.refused(CAROL, C::Leave { conversation }), Refusal::NotAParticipant);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn two_who_fetch_at_once_get_two_different_calls_or_one_gets_none() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| team.delivery = Delivery::Pull);
    for who in [BOB, CAROL] {
        bench.signs_in(who, &[SUPPORT]);
    }
    let first = bench.calls(ALICE, SUPPORT);
    bench.asks(BOB, next()).unwrap();
    assert_eq!(bench.refused(CAROL, next()), Refusal::QueueEmpty);
    assert_eq!(bench.busy_with(BOB), Some(first));
    let second = bench.calls(ZOE, SUPPORT);
    let third = bench.calls("customer:yan", SUPPORT);
    bench.leaves(ALICE);
    bench.asks(CAROL, next()).unwrap();
    bench.asks(BOB, next()).unwrap();
    assert_eq!(bench.busy_with(CAROL), Some(second));
    assert_eq!(bench.busy_with(BOB), Some(third));
}

#[test]
fn all_who_ring_at_once_miss_it_at_once_and_each_has_missed_one() {
    let mut bench = Bench::connected();
    bench.signs_in(DAVE, &[BILLING]);
    bench.chooses(BILLING, |team| team.ringing = Ringing::AllAtOnce);
    for turn in 1..=2 {
        bench.invites(BOB, team(BILLING));
        bench.rung_all(&[CAROL, DAVE]);
        bench.after(secs(20));
        bench.talk(&[ALICE, BOB]);
        let away = bench.count(|event| matches!(event, Event::StatusChanged { .. }));
        assert_eq!(away, if turn == 1 { 0 } else { 2 });
    }
}

#[test]
fn who_comes_back_at_the_end_of_its_grace_is_late() {
    let mut bench = Bench::connected();
    bench.loses(ALICE);
    bench.now = bench.now + secs(20);
    bench.leg_up(ALICE);
    bench.phase_is(Phase::Ended);
    let mut bench = Bench::connected();
    bench.loses(BOB);
    bench.now = bench.now + secs(30);
    bench.leg_up(BOB);
    bench.phase_is(Phase::Waiting);
    assert_eq!(bench.state().participants.len(), 1);
}

#[test]
fn a_customer_lost_for_good_as_its_ring_ends_rings_nowhere_else() {
    let mut bench = Bench::connected();
    bench.signs_in(DAVE, &[BILLING]);
    bench.invites(BOB, team(BILLING));
    bench.loses(ALICE);
    bench.after(secs(20));
    bench.phase_is(Phase::Ended);
    for who in [CAROL, DAVE] {
        assert_eq!(bench.availability(who), Ok(()));
    }
    nobody_twice(&bench);
}

#[test]
fn one_agent_and_two_calls_that_become_due_at_once_ring_it_once() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.sets(BOB, Status::Away { reason: AwayReason::Break });
    let calls = [ALICE, ZOE].map(|who| bench.calls(who, SUPPORT));
    bench.sets(BOB, Status::Present);
    nobody_twice(&bench);
    assert_eq!(bench.busy_with(BOB), Some(calls[0]));
    assert_eq!(queue_position(&bench.world, calls[1]), Some(2));
    // Both are rung out and paused: they come back in their order.
    bench.declines(BOB, "no");
    assert_eq!(bench.busy_with(BOB), Some(calls[1]));
    bench.declines(BOB, "no");
    bench.after(secs(30));
    assert_eq!(bench.busy_with(BOB), Some(calls[0]));
}

#[test]
fn a_recall_taken_in_its_last_moment_is_taken() {
    for wait in [15, 15 + 10 + 15] {
        let mut bench = Bench::handed_over();
        bench.after(secs(20));
        bench.just_before(secs(wait));
        bench.accepts(BOB);
        bench.talk(&[ALICE, BOB]);
        let mut bench = Bench::handed_over();
        bench.after(secs(20));
        bench.just_before(secs(wait));
        bench.a_moment();
        let refused = bench.refused(BOB, accept(&bench));
        assert!(matches!(refused, Refusal::NoOffer), "{refused}");
    }
}

#[test]
fn a_hello_on_another_device_changes_nothing_in_the_call_and_its_leg_takes_the_seat() {
    for scene in [Bench::connected, Bench::consult, Bench::three_way] {
        let mut bench = scene();
        let phase = bench.state().phase();
        bench.opens(BOB, &[SUPPORT]);
        bench.leg_up(BOB);
        bench.phase_is(phase);
        assert!(bench.state().participants[&person(BOB)].is_joined());
        // The old page's socket closes after the new one's hello: that is no news of the person.
        assert_eq!(bench.availability(BOB), Err(Unavailable::Talking));
    }
}

#[test]
fn decline_after_the_next_is_rung_or_after_the_end_changes_nothing() {
    let mut bench = Bench::connected();
    bench.signs_in(DAVE, &[BILLING]);
    bench.invites(BOB, team(BILLING));
    bench.after(secs(20));
    bench.rung(Some(DAVE));
    assert_eq!(bench.refused(CAROL, decline(&bench)), Refusal::NoOffer);
    bench.rung(Some(DAVE));
    bench.leaves(ALICE);
    assert_eq!(bench.refused(DAVE, decline(&bench)), Refusal::ConversationEnded);
}

#[test]
fn a_page_gone_and_a_decline_at_once_fail_the_candidate_once() {
    let mut bench = Bench::connected();
    bench.signs_in(DAVE, &[BILLING]);
    bench.invites(BOB, team(BILLING));
    bench.declines(CAROL, "no");
    bench.closes(CAROL);
    bench.loses(CAROL);
    bench.rung(Some(DAVE));
    let failed = bench.count(|event| matches!(event, Event::CandidateFailed { .. }));
    assert_eq!(failed, 1);
}

#[test]
fn an_agent_removed_as_it_accepts_has_accepted_or_is_lost() {
    let removed = || Report::AgentRemoved { agent: person(CAROL).as_agent().unwrap().clone() };
    let mut bench = Bench::ringing();
    bench.accepts(CAROL);
    bench.report(removed());
    bench.talk(&[BOB, CAROL]);
    let mut bench = Bench::ringing();
    bench.report(removed());
    assert_eq!(bench.refused(CAROL, accept(&bench)), Refusal::NoOffer);
    assert!(!audience(&bench.world, bench.conversation).contains(&person(CAROL)));
    let invite = bench.invite(agent(CAROL), HoldWhen::OnAnswer, OnFailure::Resume);
    assert_eq!(bench.refused(BOB, invite), Refusal::TargetOffline);
}
