//! The initiator leaves while its invitation rings: handed over, recalled, requeued.

use call_core::agent::Unavailable;
use call_core::{AwayReason, Command, Phase, Refusal, Status};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene, agent, secs};

#[test]
fn leaving_or_completing_while_it_rings_hands_over() {
    for exit in [Bench::leaves, Bench::completes] {
        let mut bench = Bench::ringing();
        exit(&mut bench, BOB);
        bench.phase_is(Phase::HandedOver);
        bench.seated(&[ALICE]);
        bench.music(ALICE);
        bench.rung(Some(CAROL));
        bench.owned_by(BOB);
        bench.accepts(CAROL);
        bench.phase_is(Phase::Connected);
        bench.talk(&[ALICE, CAROL]);
        bench.owned_by(CAROL);
    }
}

#[test]
fn a_hold_does_not_outlast_the_hand_over() {
    let mut bench = Bench::connected();
    bench.holds(BOB, ALICE);
    bench.invites(BOB, agent(CAROL));
    bench.leaves(BOB);
    bench.music(ALICE);
    bench.accepts(CAROL);
    bench.talk(&[ALICE, CAROL]);
}

#[test]
fn a_blind_transfer_is_an_invitation_and_leaving_in_one() {
    let mut bench = Bench::connected();
    bench.transfers(BOB, agent(CAROL));
    bench.phase_is(Phase::HandedOver);
    bench.music(ALICE);
    assert_eq!(bench.availability(BOB), Err(Unavailable::WrapUp));
    bench.accepts(CAROL);
    bench.talk(&[ALICE, CAROL]);
}

#[test]
fn a_refused_blind_transfer_leaves_everybody_where_they_are() {
    let mut bench = Bench::connected();
    let target = agent("agent:nobody");
    let transfer = Command::Transfer { conversation: bench.conversation, target, note: None };
    assert_eq!(bench.refused(BOB, transfer), Refusal::UnknownTarget);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn a_failed_hand_over_recalls_the_initiator_out_of_its_wrap_up() {
    let mut bench = Bench::handed_over();
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Recall);
    bench.rung(Some(BOB));
    bench.music(ALICE);
    bench.owned_by(BOB);
    bench.accepts(BOB);
    bench.phase_is(Phase::Connected);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn a_recall_rings_twice_for_fifteen_seconds_ten_apart_and_then_requeues() {
    let mut bench = Bench::handed_over();
    bench.signs_in(DAVE, &[SUPPORT]);
    // Dave took a moment to sign in.
    bench.just_before(secs(20));
    bench.rung(Some(BOB));
    bench.just_before(secs(15));
    bench.rung(Some(BOB));
    bench.a_moment();
    bench.rung(None);
    bench.phase_is(Phase::Recall);
    bench.music(ALICE);
    assert_eq!(bench.availability(BOB), Err(Unavailable::Ringing));
    bench.just_before(secs(10));
    bench.rung(None);
    bench.a_moment();
    bench.rung(Some(BOB));
    bench.after(secs(15));
    bench.phase_is(Phase::Waiting);
    bench.owned_by(SUPPORT);
    bench.rung(Some(DAVE));
    bench.music(ALICE);
}

#[test]
fn a_recall_may_be_answered_at_its_second_try() {
    let mut bench = Bench::handed_over();
    bench.after(secs(20 + 15 + 10 + 5));
    bench.accepts(BOB);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn who_declines_its_recall_is_not_asked_again() {
    let mut bench = Bench::handed_over();
    bench.declines(CAROL, "no");
    bench.declines(BOB, "no");
    bench.phase_is(Phase::Waiting);
    bench.rung(Some(BOB));
}

#[test]
fn an_initiator_who_cannot_be_reached_is_not_recalled() {
    let unreachable: [Scene; 3] = [
        |bench| bench.sets(BOB, Status::Away { reason: AwayReason::Break }),
        |bench| bench.closes(BOB),
        |bench| bench.loses(BOB),
    ];
    for go in unreachable {
        let mut bench = Bench::handed_over();
        go(&mut bench);
        bench.declines(CAROL, "no");
        bench.phase_is(Phase::Waiting);
        bench.owned_by(SUPPORT);
        bench.music(ALICE);
    }
}

#[test]
fn an_initiator_who_goes_between_two_tries_is_not_waited_for() {
    let mut bench = Bench::handed_over();
    bench.after(secs(20 + 15));
    bench.phase_is(Phase::Recall);
    bench.sets(BOB, Status::Away { reason: AwayReason::Break });
    bench.after(secs(10));
    bench.phase_is(Phase::Waiting);
}

#[test]
fn a_requeued_customer_goes_before_those_who_were_never_answered() {
    let mut bench = Bench::handed_over();
    let other = bench.calls("customer:zoe", SUPPORT);
    bench.sets(BOB, Status::Away { reason: AwayReason::Break });
    bench.conversation = bench.calls("customer:yan", SUPPORT);
    bench.conversation = call_core::ConversationId(1);
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Waiting);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.rung(Some(DAVE));
    assert!(bench.world.conversation(other).unwrap().offer.is_none());
    assert_eq!(bench.state().note.as_deref(), Some("about the bill"));
    assert_eq!(bench.state().served.len(), 1);
}

#[test]
fn a_customer_who_leaves_during_a_hand_over_or_a_recall_is_let_go() {
    let mut bench = Bench::handed_over();
    bench.leaves(ALICE);
    bench.phase_is(Phase::Ended);
    assert_eq!(bench.availability(CAROL), Ok(()));
    for wait in [20, 20 + 15 + 5] {
        let mut bench = Bench::handed_over();
        bench.after(secs(wait));
        bench.phase_is(Phase::Recall);
        bench.leaves(ALICE);
        bench.phase_is(Phase::Ended);
        assert_eq!(bench.availability(BOB), Ok(()));
    }
}

#[test]
fn an_agent_kept_for_its_recall_is_rung_for_nobody_else() {
    let mut bench = Bench::handed_over();
    bench.after(secs(20 + 15));
    let other = bench.calls("customer:zoe", SUPPORT);
    assert!(bench.world.conversation(other).unwrap().offer.is_none());
    bench.signs_in(DAVE, &[SUPPORT, BILLING]);
    assert!(bench.world.conversation(other).unwrap().offer.is_some());
}

#[test]
fn an_agent_kept_for_one_recall_is_not_recalled_for_another() {
    let mut bench = Bench::handed_over();
    let first = bench.conversation;
    bench.asks(BOB, Command::FinishWrapUp).unwrap();
    let second = bench.calls("customer:zoe", SUPPORT);
    bench.conversation = second;
    bench.accepts(BOB);
    bench.signs_in(DAVE, &[BILLING]);
    bench.transfers(BOB, agent(DAVE));
    bench.conversation = first;
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Recall);
    bench.after(secs(15));
    bench.conversation = second;
    bench.declines(DAVE, "no");
    bench.phase_is(Phase::Waiting);
    bench.conversation = first;
    bench.after(secs(10));
    bench.phase_is(Phase::Recall);
    bench.rung(Some(BOB));
}
