//! The server restarts: by nobody's fault, in the phase it was in.

use call_core::agent::Unavailable;
use call_core::{AwayReason, HoldWhen, OnFailure, Phase, Status, TeamPolicy, World};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, SUPPORT, agent, secs, team};

fn all_back(bench: &mut Bench) {
    for (who, teams) in [(ALICE, [].as_slice()), (BOB, &[SUPPORT]), (CAROL, &[BILLING])] {
        bench.opens(who, teams);
        bench.leg_up(who);
    }
}

#[test]
fn everybody_is_back_in_the_same_phase_with_the_same_holds() {
    let stories: [(fn() -> Bench, Phase); 6] = [
        (Bench::connected, Phase::Connected),
        (Bench::ringing, Phase::Ringing),
        (Bench::consult, Phase::Consult),
        (Bench::three_way, Phase::ThreeWay),
        (Bench::handed_over, Phase::HandedOver),
        (swapped, Phase::BackWithCustomer),
    ];
    for (prepare, phase) in stories {
        let mut bench = prepare();
        let holds: Vec<_> = bench.state().participants.values().map(|s| s.hold.clone()).collect();
        let owner = bench.state().owner();
        bench.restarts();
        bench.phase_is(phase);
        bench.after(secs(5));
        all_back(&mut bench);
        bench.phase_is(phase);
        assert_eq!(bench.state().owner(), owner);
        let now: Vec<_> = bench.state().participants.values().map(|s| s.hold.clone()).collect();
        assert_eq!(now, holds);
    }
}

fn swapped() -> Bench {
    let mut bench = Bench::consult();
    bench.swaps(BOB);
    bench
}

#[test]
fn whoever_is_back_first_in_a_consult_hears_no_customer_on_hold() {
    let mut bench = Bench::consult();
    bench.restarts();
    bench.leg_up(CAROL);
    bench.silence(CAROL);
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    bench.music(ALICE);
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn an_offer_keeps_ringing_for_ten_seconds_at_least() {
    let mut bench = Bench::ringing();
    bench.just_before(secs(20));
    bench.restarts();
    bench.just_before(secs(10));
    bench.opens(CAROL, &[BILLING]);
    bench.leg_up(CAROL);
    bench.rung(Some(CAROL));
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
}

#[test]
fn an_offer_whose_candidate_does_not_come_back_fails() {
    let mut bench = Bench::ringing();
    bench.just_before(secs(20));
    bench.restarts();
    bench.after(secs(10));
    bench.rung(None);
    bench.phase_is(Phase::Connected);

    let mut bench = Bench::ringing();
    bench.restarts();
    bench.after(secs(15));
    bench.rung(None);
}

#[test]
fn nothing_that_ran_out_while_the_server_was_down_fires_at_once() {
    let mut bench = Bench::ringing();
    bench.calls("customer:zoe", BILLING);
    bench.now = bench.now + secs(3600);
    bench.restarts();
    bench.rung(Some(CAROL));
    bench.after(secs(5));
    all_back(&mut bench);
    bench.talk(&[ALICE, BOB]);
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
}

#[test]
fn a_wrap_up_a_recall_and_a_waiting_invitation_outlast_the_restart() {
    let mut bench = Bench::handed_over();
    bench.after(secs(20 + 15 + 9));
    bench.phase_is(Phase::Recall);
    bench.now = bench.now + secs(60);
    bench.restarts();
    bench.after(secs(5));
    all_back(&mut bench);
    bench.phase_is(Phase::Recall);
    bench.after(secs(5));
    bench.rung(Some(BOB));

    let mut bench = Bench::connected();
    bench.completes(BOB);
    bench.now = bench.now + secs(60);
    bench.restarts();
    bench.opens(BOB, &[SUPPORT]);
    assert_eq!(bench.availability(BOB), Err(Unavailable::WrapUp));

    let mut bench = Bench::connected();
    bench.policy(BILLING, TeamPolicy::Wait);
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    bench.invites(BOB, team(BILLING));
    bench.now = bench.now + secs(600);
    bench.restarts();
    bench.just_before(secs(10));
    bench.phase_is(Phase::Ringing);
}

#[test]
fn who_does_not_come_back_is_lost_by_the_ordinary_rule() {
    let mut bench = Bench::consult();
    bench.restarts();
    for who in [ALICE, CAROL] {
        bench.opens(who, &[]);
        bench.leg_up(who);
    }
    bench.just_before(secs(30));
    bench.phase_is(Phase::Consult);
    bench.a_moment();
    bench.talk(&[ALICE, CAROL]);
    bench.owned_by(CAROL);
}

#[test]
fn a_customer_alone_after_its_agents_stay_away_is_requeued() {
    let mut bench = Bench::consult();
    bench.restarts();
    bench.leg_up(ALICE);
    bench.music(ALICE);
    bench.after(secs(30));
    bench.phase_is(Phase::Waiting);
    bench.music(ALICE);
}

#[test]
fn nobody_who_waits_loses_its_place() {
    let mut bench = Bench::new();
    bench.calls(ALICE, SUPPORT);
    bench.restarts();
    bench.just_before(secs(60));
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    bench.phase_is(Phase::Waiting);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.rung(Some(BOB));
}

#[test]
fn who_was_lost_before_the_restart_is_lost_still_with_a_fresh_grace() {
    let mut bench = Bench::connected();
    bench.crashes(BOB);
    bench.just_before(secs(30));
    bench.restarts();
    bench.leg_up(ALICE);
    bench.phase_is(Phase::Alone);
    bench.just_before(secs(30));
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn a_world_from_its_snapshot_and_one_from_its_journal_are_the_same() {
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), (HoldWhen::Now, OnFailure::StayHeld));
    bench.accepts(CAROL);
    bench.crashes(BOB);
    bench.restarts();
    let folded = bench.events.iter().fold(World::new(), |mut world, recorded| {
        let text = serde_json::to_string(recorded).unwrap();
        world.apply(&serde_json::from_str(&text).unwrap());
        world
    });
    assert_eq!(folded, bench.world);
    let snapshot = serde_json::to_string(&bench.world).unwrap();
    assert_eq!(serde_json::from_str::<World>(&snapshot).unwrap(), bench.world);
}
