//! An invitation to a team: rung one after another, and the four policies.

use call_core::offer::OfferEnd;
use call_core::{
    AwayReason, Command, Event, HoldWhen, Notice, OnFailure, Phase, Refusal, Status, TeamPolicy,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene, secs, team};

const ERIN: &str = "agent:erin";

/// Bob talks with Alice; Carol and then Dave of billing are here.
fn billing_of_two() -> Bench {
    let mut bench = Bench::connected();
    bench.signs_in(DAVE, &[BILLING]);
    bench
}

/// Bob talks with Alice; nobody of billing is here.
fn billing_empty(policy: TeamPolicy) -> Bench {
    let mut bench = Bench::connected();
    bench.sets(CAROL, Status::Away { reason: AwayReason::Meeting });
    bench.policy(BILLING, policy);
    bench
}

fn offer_ends(bench: &Bench) -> Vec<OfferEnd> {
    let told = bench.told(BOB).into_iter();
    told.filter_map(|notice| match notice {
        Notice::OfferEnded { reason, .. } => Some(*reason),
        _ => None,
    })
    .collect()
}

#[test]
fn candidates_ring_one_after_another_the_longest_idle_first() {
    let mut bench = billing_of_two();
    bench.invites(BOB, team(BILLING));
    bench.rung(Some(CAROL));
    bench.just_before(secs(20));
    bench.rung(Some(CAROL));
    bench.a_moment();
    bench.rung(Some(DAVE));
    bench.talk(&[ALICE, BOB]);
    bench.accepts(DAVE);
    bench.talk(&[BOB, DAVE]);
    bench.music(ALICE);
}

#[test]
fn a_candidate_who_declines_or_is_lost_makes_room_for_the_next() {
    let fails: [Scene; 3] = [
        |bench| bench.declines(CAROL, "no"),
        |bench| bench.closes(CAROL),
        |bench| bench.sets(CAROL, Status::Away { reason: AwayReason::Break }),
    ];
    for fail in fails {
        let mut bench = billing_of_two();
        bench.invites(BOB, team(BILLING));
        fail(&mut bench);
        bench.rung(Some(DAVE));
    }
}

#[test]
fn when_the_last_candidate_fails_the_invitation_ends_with_its_reason() {
    let mut bench = billing_of_two();
    let now = (HoldWhen::Now, OnFailure::Resume);
    bench.invites_with(BOB, team(BILLING), now);
    bench.after(secs(20));
    assert_eq!(offer_ends(&bench), []);
    bench.declines(DAVE, "no");
    assert_eq!(offer_ends(&bench), [OfferEnd::Declined]);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn an_invitation_to_a_team_lasts_ninety_seconds_in_all() {
    let mut bench = billing_of_two();
    bench.policy(BILLING, TeamPolicy::Wait);
    for who in [ERIN, "agent:finn", "agent:gina"] {
        bench.signs_in(who, &[BILLING]);
    }
    bench.invites(BOB, team(BILLING));
    bench.after(secs(80));
    bench.rung(Some("agent:gina"));
    bench.just_before(secs(10));
    bench.rung(Some("agent:gina"));
    bench.a_moment();
    bench.rung(None);
    assert_eq!(offer_ends(&bench), [OfferEnd::NoAnswer]);
    // It rang for ten seconds only: that is not a missed offer.
    assert_eq!(bench.availability("agent:gina"), Ok(()));
}

#[test]
fn the_initiator_is_never_a_candidate_of_its_own_team() {
    let mut bench = Bench::connected();
    let invite = bench.invite(team(SUPPORT), HoldWhen::OnAnswer, OnFailure::Resume);
    let refusal = bench.refused(BOB, invite);
    let nobody = Refusal::NobodyAvailable { team: SUPPORT.parse().unwrap(), waiting: 0 };
    assert_eq!(refusal, nobody);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.transfers(BOB, team(SUPPORT));
    bench.rung(Some(DAVE));
    bench.asks(BOB, Command::FinishWrapUp).unwrap();
    bench.declines(DAVE, "no");
    bench.phase_is(Phase::Recall);
}

#[test]
fn reject_refuses_and_says_how_many_wait() {
    let mut bench = billing_empty(TeamPolicy::Reject);
    bench.calls("customer:zoe", BILLING);
    let invite = bench.invite(team(BILLING), HoldWhen::Now, OnFailure::Resume);
    let nobody = Refusal::NobodyAvailable { team: BILLING.parse().unwrap(), waiting: 1 };
    assert_eq!(bench.refused(BOB, invite), nobody);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn wait_stays_open_and_rings_whoever_frees_up() {
    let mut bench = billing_empty(TeamPolicy::Wait);
    bench.invites(BOB, team(BILLING));
    bench.phase_is(Phase::Ringing);
    bench.rung(None);
    bench.after(secs(60));
    bench.sets(CAROL, Status::Present);
    bench.rung(Some(CAROL));
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
}

#[test]
fn an_invitation_that_waits_comes_before_those_in_the_queue() {
    let mut bench = billing_empty(TeamPolicy::Wait);
    bench.calls("customer:zoe", BILLING);
    bench.invites(BOB, team(BILLING));
    bench.sets(CAROL, Status::Present);
    bench.rung(Some(CAROL));
}

#[test]
fn wait_ends_after_its_time_when_nobody_frees_up() {
    let mut bench = billing_empty(TeamPolicy::Wait);
    bench.invites(BOB, team(BILLING));
    bench.just_before(secs(90));
    assert_eq!(offer_ends(&bench), []);
    bench.a_moment();
    assert_eq!(offer_ends(&bench), [OfferEnd::NobodyAvailable]);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn queue_takes_the_customer_over_when_the_initiator_leaves() {
    let mut bench = billing_empty(TeamPolicy::Queue);
    bench.invites(BOB, team(BILLING));
    bench.leaves(BOB);
    bench.phase_is(Phase::Waiting);
    bench.owned_by(BILLING);
    bench.music(ALICE);
    bench.after(secs(300));
    bench.sets(CAROL, Status::Present);
    bench.accepts(CAROL);
    bench.talk(&[ALICE, CAROL]);
}

#[test]
fn queue_takes_a_blind_transfer_and_one_that_rang_in_vain() {
    let mut bench = billing_empty(TeamPolicy::Queue);
    bench.transfers(BOB, team(BILLING));
    bench.owned_by(BILLING);

    let mut bench = billing_of_two();
    bench.policy(BILLING, TeamPolicy::Queue);
    bench.transfers(BOB, team(BILLING));
    bench.declines(CAROL, "no");
    bench.declines(DAVE, "no");
    bench.after(secs(90));
    bench.owned_by(BILLING);
    assert_eq!(bench.count(|event| matches!(event, Event::RecallStarted { .. })), 0);
}

#[test]
fn a_fallback_team_stands_in() {
    let mut bench = billing_empty(TeamPolicy::FallbackTeam(SUPPORT.parse().unwrap()));
    let invite = bench.invite(team(BILLING), HoldWhen::Now, OnFailure::Resume);
    let nobody = Refusal::NobodyAvailable { team: SUPPORT.parse().unwrap(), waiting: 0 };
    assert_eq!(bench.refused(BOB, invite), nobody);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.invites(BOB, team(BILLING));
    bench.rung(Some(DAVE));
    assert_eq!(bench.view(BOB).offer.unwrap().target, team(SUPPORT));
}
