//! Consult, back with the customer, three-way: hold, resume, swap, merge, mute, complete.

use call_core::Command as C;
use call_core::{EndReason, HoldWhen, OnFailure, Phase, Refusal, record};

use crate::bench::{ALICE, BOB, Bench, CAROL, Scene, agent, person, secs};

#[test]
fn merge_makes_it_three_way() {
    let mut bench = Bench::consult();
    bench.merges(BOB);
    bench.phase_is(Phase::ThreeWay);
    bench.talk(&[ALICE, BOB, CAROL]);
}

#[test]
fn resuming_the_customer_makes_it_three_way_too_and_the_colleague_may_do_it() {
    for who in [BOB, CAROL] {
        let mut bench = Bench::consult();
        bench.resumes(who, ALICE);
        bench.phase_is(Phase::ThreeWay);
        bench.talk(&[ALICE, BOB, CAROL]);
    }
}

#[test]
fn swap_exchanges_the_customer_and_the_colleague_and_back() {
    let mut bench = Bench::consult();
    bench.swaps(BOB);
    bench.phase_is(Phase::BackWithCustomer);
    bench.talk(&[ALICE, BOB]);
    bench.music(CAROL);
    bench.swaps(BOB);
    bench.phase_is(Phase::Consult);
    bench.talk(&[BOB, CAROL]);
    bench.music(ALICE);
}

#[test]
fn swap_by_the_target_gives_it_the_customer() {
    let mut bench = Bench::consult();
    bench.swaps(CAROL);
    bench.talk(&[ALICE, CAROL]);
    bench.music(BOB);
    bench.swaps(CAROL);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn swap_in_a_three_way_steps_aside_with_the_colleague() {
    let mut bench = Bench::three_way();
    bench.swaps(BOB);
    bench.phase_is(Phase::Consult);
    bench.music(ALICE);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn holding_the_colleague_is_back_with_the_customer() {
    let mut bench = Bench::three_way();
    bench.holds(BOB, CAROL);
    bench.phase_is(Phase::BackWithCustomer);
    bench.talk(&[ALICE, BOB]);
    bench.music(CAROL);
    bench.merges(CAROL);
    bench.phase_is(Phase::ThreeWay);
}

#[test]
fn with_both_on_hold_the_holder_hears_nobody() {
    let mut bench = Bench::consult();
    bench.holds(BOB, CAROL);
    bench.phase_is(Phase::Consult);
    bench.music(ALICE);
    bench.music(CAROL);
    bench.silence(BOB);
    let conversation = bench.conversation;
    assert_eq!(bench.refused(BOB, C::Swap { conversation }), Refusal::AlreadyHeld);
    bench.merges(BOB);
    bench.talk(&[ALICE, BOB, CAROL]);
}

#[test]
fn holds_are_placed_once_and_lifted_once() {
    let mut bench = Bench::connected();
    let conversation = bench.conversation;
    let (alice, bob) = (person(ALICE), person(BOB));
    let hold = |participant| C::Hold { conversation, participant };
    let resume = |participant| C::Resume { conversation, participant };
    assert_eq!(bench.refused(BOB, resume(alice.clone())), Refusal::NotHeld);
    assert_eq!(bench.refused(BOB, hold(bob.clone())), Refusal::TargetIsSelf);
    assert_eq!(bench.refused(BOB, hold(person(CAROL))), Refusal::UnknownTarget);
    assert_eq!(bench.refused(ALICE, hold(bob)), Refusal::NotPermitted);
    bench.holds(BOB, ALICE);
    bench.music(ALICE);
    bench.silence(BOB);
    assert_eq!(bench.refused(BOB, hold(alice.clone())), Refusal::AlreadyHeld);
    assert_eq!(bench.refused(ALICE, resume(alice)), Refusal::NotPermitted);
    bench.resumes(BOB, ALICE);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn swap_and_merge_take_three() {
    let mut bench = Bench::connected();
    let conversation = bench.conversation;
    assert_eq!(bench.refused(BOB, C::Swap { conversation }), Refusal::NeedsThree);
    assert_eq!(bench.refused(BOB, C::Merge { conversation }), Refusal::NeedsThree);
    assert_eq!(bench.refused(ALICE, C::Merge { conversation }), Refusal::NotPermitted);
    let mut bench = Bench::three_way();
    assert_eq!(bench.refused(BOB, C::Merge { conversation }), Refusal::NotHeld);
    assert_eq!(bench.refused(ALICE, C::Swap { conversation }), Refusal::NotPermitted);
}

#[test]
fn nobody_hears_who_is_muted_and_it_hears_everybody() {
    let mut bench = Bench::three_way();
    bench.mutes(CAROL, true);
    bench.hears(ALICE, &[BOB]);
    bench.hears(BOB, &[ALICE]);
    bench.hears(CAROL, &[ALICE, BOB]);
    let conversation = bench.conversation;
    let mute = |muted| C::Mute { conversation, muted };
    assert_eq!(bench.refused(CAROL, mute(true)), Refusal::AlreadyMuted);
    bench.mutes(CAROL, false);
    bench.talk(&[ALICE, BOB, CAROL]);
    assert_eq!(bench.refused(ALICE, mute(false)), Refusal::NotMuted);
}

#[test]
fn a_customer_whose_agent_is_muted_hears_silence_not_music() {
    let mut bench = Bench::connected();
    bench.mutes(BOB, true);
    bench.silence(ALICE);
    bench.hears(BOB, &[ALICE]);
}

#[test]
fn when_the_initiator_goes_the_customer_talks_with_the_target_from_every_phase() {
    let phases: [(Phase, Scene); 4] = [
        (Phase::Consult, |_| {}),
        (Phase::BackWithCustomer, |bench| bench.swaps(BOB)),
        (Phase::BackWithCustomer, |bench| {
            bench.merges(CAROL);
            bench.holds(CAROL, BOB);
        }),
        (Phase::ThreeWay, |bench| bench.merges(BOB)),
    ];
    for (phase, prepare) in phases {
        for exit in [Bench::completes, Bench::leaves] {
            let mut bench = Bench::consult();
            prepare(&mut bench);
            bench.phase_is(phase);
            exit(&mut bench, BOB);
            bench.phase_is(Phase::Connected);
            bench.talk(&[ALICE, CAROL]);
            bench.owned_by(CAROL);
            bench.held(&[]);
        }
    }
}

#[test]
fn a_hold_the_target_placed_goes_too_when_the_initiator_hands_over() {
    let mut bench = Bench::three_way();
    bench.holds(CAROL, ALICE);
    bench.completes(BOB);
    bench.talk(&[ALICE, CAROL]);
}

#[test]
fn when_the_target_leaves_a_consult_it_is_as_a_failed_invitation() {
    let mut bench = Bench::consult();
    bench.leaves(CAROL);
    bench.phase_is(Phase::Connected);
    bench.talk(&[ALICE, BOB]);
    bench.owned_by(BOB);
}

#[test]
fn when_the_target_leaves_after_swaps_the_customer_is_resumed_all_the_same() {
    let mut bench = Bench::consult();
    bench.swaps(BOB);
    bench.swaps(CAROL);
    bench.phase_is(Phase::Consult);
    bench.leaves(CAROL);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn when_the_target_leaves_a_consult_that_was_to_stay_held_the_customer_stays() {
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), (HoldWhen::OnAnswer, OnFailure::StayHeld));
    bench.accepts(CAROL);
    bench.leaves(CAROL);
    bench.music(ALICE);
    bench.silence(BOB);
}

#[test]
fn a_hold_of_the_initiator_from_before_the_consult_outlives_it() {
    let mut bench = Bench::connected();
    bench.holds(BOB, ALICE);
    bench.invites(BOB, agent(CAROL));
    bench.accepts(CAROL);
    bench.leaves(CAROL);
    bench.held(&[ALICE]);
}

#[test]
fn an_agent_removes_the_other_and_never_the_customer() {
    let mut bench = Bench::three_way();
    let conversation = bench.conversation;
    let remove = |who| C::Remove { conversation, participant: person(who) };
    assert_eq!(bench.refused(BOB, remove(ALICE)), Refusal::NotPermitted);
    assert_eq!(bench.refused(BOB, remove(BOB)), Refusal::TargetIsSelf);
    assert_eq!(bench.refused(BOB, remove("agent:dave")), Refusal::UnknownTarget);
    assert_eq!(bench.refused(ALICE, remove(BOB)), Refusal::NotPermitted);
    bench.removes(BOB, CAROL);
    bench.talk(&[ALICE, BOB]);
    bench.owned_by(BOB);
}

#[test]
fn removing_the_owner_hands_over() {
    let mut bench = Bench::consult();
    bench.removes(CAROL, BOB);
    bench.talk(&[ALICE, CAROL]);
    bench.owned_by(CAROL);
}

#[test]
fn after_the_customer_left_the_agents_talk_until_one_leaves() {
    for prepare in [Bench::consult, Bench::three_way] {
        let mut bench = prepare();
        let phase = bench.state().phase();
        bench.leaves(ALICE);
        bench.phase_is(Phase::AgentsOnly);
        bench.talk(&[BOB, CAROL]);
        bench.after(secs(600));
        bench.talk(&[BOB, CAROL]);
        bench.leaves(CAROL);
        bench.phase_is(Phase::Ended);
        let record = record(&bench.world, bench.conversation).unwrap();
        assert_eq!(record.reason, EndReason::CustomerLeft);
        assert_eq!(record.ended_by, person(ALICE));
        assert_eq!(record.phase, phase);
        assert!(record.customer_left_at < Some(record.ended_at));
    }
}

#[test]
fn agents_held_when_the_customer_leaves_hear_each_other() {
    let mut bench = Bench::consult();
    bench.swaps(BOB);
    bench.leaves(ALICE);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn without_the_customer_there_is_nothing_to_invite_swap_or_merge_for() {
    let mut bench = Bench::consult();
    bench.leaves(ALICE);
    let conversation = bench.conversation;
    bench.signs_in("agent:dave", &["billing"]);
    let invite = bench.invite(agent("agent:dave"), HoldWhen::Now, OnFailure::Resume);
    assert_eq!(bench.refused(BOB, invite), Refusal::CustomerLeft);
    assert_eq!(bench.refused(BOB, C::Swap { conversation }), Refusal::CustomerLeft);
    assert_eq!(bench.refused(BOB, C::Merge { conversation }), Refusal::CustomerLeft);
    bench.completes(BOB);
    bench.phase_is(Phase::Ended);
}

#[test]
fn the_customer_itself_may_only_leave() {
    let mut bench = Bench::consult();
    let conversation = bench.conversation;
    assert_eq!(bench.refused(ALICE, C::Complete { conversation }), Refusal::NotPermitted);
}
