//! Lost is not left: graces, returns, and nobody in silence.

use call_core::Command as C;
use call_core::{EndReason, HoldWhen, OnFailure, Phase, Refusal, record};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene, agent, person, secs};
use crate::supervising::SUE;

#[test]
fn with_the_target_in_a_lost_initiator_leaves_customer_and_target_talking_at_once() {
    let phases: [Scene; 3] = [|_| {}, |bench| bench.swaps(BOB), |bench| bench.merges(BOB)];
    for prepare in phases {
        let mut bench = Bench::consult();
        prepare(&mut bench);
        bench.crashes(BOB);
        bench.talk(&[ALICE, CAROL]);
        bench.phase_is(Phase::Connected);
        bench.seated(&[ALICE, BOB, CAROL]);
        bench.just_before(secs(30));
        bench.seated(&[ALICE, BOB, CAROL]);
        bench.a_moment();
        bench.seated(&[ALICE, CAROL]);
        bench.owned_by(CAROL);
        bench.talk(&[ALICE, CAROL]);
    }
}

#[test]
fn a_lost_initiator_returns_into_its_seat() {
    let mut bench = Bench::consult();
    bench.crashes(BOB);
    bench.just_before(secs(30));
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.phase_is(Phase::ThreeWay);
    bench.talk(&[ALICE, BOB, CAROL]);
    bench.owned_by(BOB);
}

#[test]
fn a_returned_agent_whose_grace_is_over_is_in_no_conversation() {
    let mut bench = Bench::consult();
    bench.crashes(BOB);
    bench.after(secs(30));
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.talk(&[ALICE, CAROL]);
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn what_the_colleague_holds_meanwhile_stays_held_when_the_grace_runs_out() {
    let mut bench = Bench::consult();
    bench.crashes(BOB);
    bench.holds(CAROL, ALICE);
    bench.after(secs(30));
    bench.held(&[ALICE]);
    bench.music(ALICE);
}

#[test]
fn an_agent_who_is_lost_puts_nobody_on_hold_until_it_is_back() {
    for scene in [Bench::connected, Bench::three_way] {
        let mut bench = scene();
        let conversation = bench.conversation;
        let hold = C::Hold { conversation, participant: person(ALICE) };
        bench.loses(BOB);
        assert_eq!(bench.refused(BOB, hold), Refusal::ChannelInactive);
        bench.held(&[]);
        bench.leg_up(BOB);
        bench.holds(BOB, ALICE);
    }
}

#[test]
fn an_agent_who_is_lost_swaps_nobody_but_may_take_off_a_hold() {
    let mut bench = Bench::consult();
    bench.loses(CAROL);
    let conversation = bench.conversation;
    assert_eq!(bench.refused(CAROL, C::Swap { conversation }), Refusal::ChannelInactive);
    bench.held(&[ALICE]);
    bench.resumes(CAROL, ALICE);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn while_the_agent_is_lost_its_hold_does_not_part_the_customer_from_a_supervisor() {
    let mut bench = Bench::connected().with_sue();
    bench.barges(SUE);
    bench.loses(BOB);
    let conversation = bench.conversation;
    let hold = |who| C::Hold { conversation, participant: person(who) };
    assert_eq!(bench.refused(BOB, hold(ALICE)), Refusal::ChannelInactive);
    assert_eq!(bench.refused(BOB, hold(SUE)), Refusal::ChannelInactive);
    bench.talk(&[ALICE, SUE]);
}

#[test]
fn with_the_target_ringing_a_lost_initiator_has_handed_over() {
    let mut bench = Bench::ringing();
    bench.crashes(BOB);
    bench.phase_is(Phase::HandedOver);
    bench.music(ALICE);
    bench.rung(Some(CAROL));
    bench.accepts(CAROL);
    bench.talk(&[ALICE, CAROL]);
    bench.held(&[]);
    bench.seated(&[ALICE, BOB, CAROL]);
    bench.after(secs(30));
    bench.owned_by(CAROL);
    bench.seated(&[ALICE, CAROL]);
}

#[test]
fn a_customer_held_now_talks_at_once_with_the_target_of_a_lost_initiator() {
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), (HoldWhen::Now, OnFailure::StayHeld));
    bench.crashes(BOB);
    bench.accepts(CAROL);
    bench.talk(&[ALICE, CAROL]);
}

#[test]
fn an_initiator_lost_while_it_rings_may_come_back_and_consult() {
    let mut bench = Bench::ringing();
    bench.loses(BOB);
    bench.after(secs(5));
    bench.leg_up(BOB);
    bench.phase_is(Phase::Ringing);
    bench.talk(&[ALICE, BOB]);
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
}

#[test]
fn a_hand_over_by_loss_that_fails_waits_for_the_initiators_seat_and_then_requeues() {
    let mut bench = Bench::ringing();
    bench.crashes(BOB);
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Alone);
    bench.music(ALICE);
    bench.just_before(secs(30));
    bench.phase_is(Phase::Alone);
    bench.a_moment();
    bench.phase_is(Phase::Waiting);
    bench.owned_by(SUPPORT);
}

#[test]
fn an_agent_lost_alone_with_the_customer_may_return_before_it_is_requeued() {
    let mut bench = Bench::connected();
    bench.crashes(BOB);
    bench.phase_is(Phase::Alone);
    bench.music(ALICE);
    bench.just_before(secs(30));
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.phase_is(Phase::Connected);
    bench.talk(&[ALICE, BOB]);
    bench.crashes(BOB);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.after(secs(30));
    bench.phase_is(Phase::Waiting);
    bench.rung(Some(DAVE));
    bench.music(ALICE);
}

#[test]
fn a_customer_held_by_a_lost_agent_finds_its_hold_when_the_agent_returns() {
    let mut bench = Bench::connected();
    bench.holds(BOB, ALICE);
    bench.loses(BOB);
    bench.music(ALICE);
    bench.leg_up(BOB);
    bench.held(&[ALICE]);
}

#[test]
fn a_target_lost_in_a_consult_fails_it_only_after_its_grace() {
    let mut bench = Bench::consult();
    bench.loses(CAROL);
    bench.music(ALICE);
    bench.silence(BOB);
    bench.just_before(secs(30));
    bench.music(ALICE);
    bench.a_moment();
    bench.talk(&[ALICE, BOB]);
    bench.seated(&[ALICE, BOB]);
}

#[test]
fn a_target_lost_in_a_consult_may_come_back_into_it() {
    let mut bench = Bench::consult();
    bench.loses(CAROL);
    bench.after(secs(10));
    bench.leg_up(CAROL);
    bench.phase_is(Phase::Consult);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn a_lost_target_that_held_the_initiator_lets_go_of_it() {
    let mut bench = Bench::consult();
    bench.swaps(CAROL);
    bench.music(BOB);
    bench.loses(CAROL);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn when_both_agents_are_lost_whoever_returns_first_talks_with_the_customer() {
    let mut bench = Bench::consult();
    bench.loses(CAROL);
    bench.loses(BOB);
    bench.phase_is(Phase::Alone);
    bench.music(ALICE);
    bench.after(secs(5));
    bench.leg_up(CAROL);
    bench.talk(&[ALICE, CAROL]);
    bench.leg_up(BOB);
    bench.talk(&[ALICE, BOB, CAROL]);
}

#[test]
fn when_both_agents_stay_lost_the_customer_is_requeued() {
    let mut bench = Bench::consult();
    bench.crashes(BOB);
    bench.after(secs(10));
    bench.crashes(CAROL);
    bench.music(ALICE);
    bench.after(secs(20));
    bench.owned_by(CAROL);
    bench.after(secs(10));
    bench.phase_is(Phase::Waiting);
    bench.music(ALICE);
}

#[test]
fn a_lost_customer_has_twenty_seconds_and_the_phase_is_kept() {
    let mut bench = Bench::consult();
    bench.crashes(ALICE);
    bench.phase_is(Phase::Consult);
    bench.just_before(secs(20));
    bench.phase_is(Phase::Consult);
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    bench.phase_is(Phase::Consult);
    bench.music(ALICE);
    bench.loses(ALICE);
    bench.after(secs(20));
    bench.phase_is(Phase::AgentsOnly);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn a_customer_lost_for_good_ends_a_call_with_one_agent() {
    let mut bench = Bench::connected();
    bench.crashes(ALICE);
    bench.silence(BOB);
    bench.after(secs(20));
    let record = record(&bench.world, bench.conversation).unwrap();
    assert_eq!(record.reason, EndReason::CustomerLeft);
    assert_eq!(record.ended_by, person(ALICE));
    assert_eq!(record.phase, Phase::Connected);
}

#[test]
fn a_customer_lost_while_an_invitation_rings_withdraws_it_with_its_grace() {
    let mut bench = Bench::ringing();
    bench.after(secs(5));
    bench.crashes(ALICE);
    bench.after(secs(10));
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
    bench.after(secs(10));
    bench.phase_is(Phase::AgentsOnly);
}

#[test]
fn a_page_that_closes_without_its_leg_changes_nothing_in_the_call() {
    let mut bench = Bench::connected();
    bench.closes(BOB);
    bench.after(secs(120));
    bench.talk(&[ALICE, BOB]);
    bench.opens(BOB, &[SUPPORT]);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn a_kept_seat_counts_and_so_does_a_ringing_invitation() {
    let mut bench = Bench::consult();
    bench.signs_in(DAVE, &[BILLING]);
    bench.crashes(BOB);
    let invite = bench.invite(agent(DAVE), HoldWhen::OnAnswer, OnFailure::Resume);
    assert_eq!(bench.refused(CAROL, invite.clone()), Refusal::ConferenceFull);
    bench.after(secs(30));
    bench.asks(CAROL, invite).unwrap();
    bench.rung(Some(DAVE));
}

#[test]
fn beside_a_kept_seat_leaving_keeps_the_customer_and_completing_ends_the_call() {
    let mut bench = Bench::consult();
    bench.loses(BOB);
    bench.leaves(CAROL);
    bench.phase_is(Phase::Alone);
    bench.music(ALICE);
    bench.leg_up(BOB);
    bench.talk(&[ALICE, BOB]);

    let mut bench = Bench::consult();
    bench.loses(BOB);
    bench.completes(CAROL);
    bench.phase_is(Phase::Ended);
}

#[test]
fn an_agent_lost_after_the_customer_left_keeps_its_seat_for_its_grace() {
    let mut bench = Bench::consult();
    bench.leaves(ALICE);
    bench.loses(CAROL);
    bench.just_before(secs(30));
    bench.phase_is(Phase::AgentsOnly);
    bench.a_moment();
    bench.phase_is(Phase::Ended);
}

#[test]
fn a_leg_that_is_lost_twice_or_of_somebody_unknown_is_lost_once() {
    let mut bench = Bench::connected();
    bench.loses(BOB);
    let events = bench.events.len();
    bench.loses(BOB);
    bench.loses("agent:nobody");
    bench.loses("customer:nobody");
    bench.leg_up("customer:nobody");
    assert_eq!(bench.events.len(), events);
    let conversation = bench.conversation;
    assert_eq!(bench.refused("agent:nobody", C::Swap { conversation }), Refusal::NotAParticipant);
}
