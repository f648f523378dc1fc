//! The strategies of a team: the longest idle, one after another, or all at once.

use call_core::{Command, HoldWhen, Notice, OnFailure, Phase, Refusal, Ringing, TeamPolicy};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene, ZOE};
use crate::bench::{person, secs, team};

const ERIN: &str = "agent:erin";

/// Bob talks with Alice; Carol, Dave and Erin of billing are here, in this order.
fn billing_of_three(ringing: Ringing) -> Bench {
    let mut bench = Bench::connected();
    bench.signs_in(DAVE, &[BILLING]);
    bench.signs_in(ERIN, &[BILLING]);
    bench.chooses(BILLING, |team| team.ringing = ringing);
    bench
}

/// What each who was rung in vain is told about who took it.
fn rescinded(bench: &Bench, who: &str) -> Vec<Option<String>> {
    let told = bench.told(who).into_iter();
    told.filter_map(|notice| match notice {
        Notice::Rescinded { winner, .. } => Some(winner.as_ref().map(ToString::to_string)),
        _ => None,
    })
    .collect()
}

#[test]
fn all_at_once_rings_everybody_and_the_first_to_accept_wins() {
    let mut bench = billing_of_three(Ringing::AllAtOnce);
    bench.invites(BOB, team(BILLING));
    bench.rung_all(&[CAROL, DAVE, ERIN]);
    bench.talk(&[ALICE, BOB]);
    bench.accepts(DAVE);
    bench.rung_all(&[]);
    bench.seated(&[ALICE, BOB, DAVE]);
    for loser in [CAROL, ERIN] {
        assert_eq!(rescinded(&bench, loser), [Some(DAVE.to_owned())]);
        assert_eq!(bench.availability(loser), Ok(()));
    }
    assert_eq!(rescinded(&bench, DAVE), []);
}

#[test]
fn of_two_who_accept_at_once_the_second_is_told_that_nothing_rings() {
    let mut bench = billing_of_three(Ringing::AllAtOnce);
    bench.invites(BOB, team(BILLING));
    bench.accepts(DAVE);
    let accept = Command::Accept { conversation: bench.conversation };
    assert_eq!(bench.refused(CAROL, accept), Refusal::NoOffer);
    bench.seated(&[ALICE, BOB, DAVE]);
}

#[test]
fn an_accept_counts_when_the_leg_is_up_and_the_others_ring_until_then() {
    let mut bench = billing_of_three(Ringing::AllAtOnce);
    bench.invites(BOB, team(BILLING));
    bench.loses(CAROL);
    bench.accepts(CAROL);
    bench.rung_all(&[CAROL, DAVE, ERIN]);
    bench.accepts(DAVE);
    bench.leg_up(CAROL);
    bench.seated(&[ALICE, BOB, DAVE]);
    assert_eq!(rescinded(&bench, CAROL), [Some(DAVE.to_owned())]);
}

#[test]
fn all_at_once_goes_on_while_one_still_rings_and_ends_with_the_last() {
    let mut bench = billing_of_three(Ringing::AllAtOnce);
    bench.invites(BOB, team(BILLING));
    bench.declines(CAROL, "no");
    bench.closes(DAVE);
    bench.rung_all(&[ERIN]);
    bench.phase_is(Phase::Ringing);
    bench.just_before(secs(20));
    bench.rung_all(&[ERIN]);
    bench.a_moment();
    bench.phase_is(Phase::Connected);
}

#[test]
fn who_becomes_free_while_all_ring_is_rung_as_well() {
    let mut bench = billing_of_three(Ringing::AllAtOnce);
    bench.invites(BOB, team(BILLING));
    bench.after(secs(5));
    bench.signs_in("agent:finn", &[BILLING]);
    bench.rung_all(&[CAROL, DAVE, ERIN, "agent:finn"]);
    bench.after(secs(15));
    bench.rung_all(&["agent:finn"]);
}

#[test]
fn a_waiting_call_rings_all_at_once_and_the_next_call_whoever_is_left() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| team.ringing = Ringing::AllAtOnce);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    let second = bench.calls(ZOE, SUPPORT);
    bench.rung_all(&[BOB, CAROL]);
    bench.accepts(CAROL);
    assert_eq!(rescinded(&bench, BOB), [Some(CAROL.to_owned())]);
    bench.conversation = second;
    bench.rung_all(&[BOB]);
}

#[test]
fn all_at_once_that_is_cancelled_or_loses_its_customer_stops_at_every_desk() {
    let stops: [Scene; 2] = [|bench| bench.cancels(BOB), |bench| bench.leaves(ALICE)];
    for stop in stops {
        let mut bench = billing_of_three(Ringing::AllAtOnce);
        bench.invites(BOB, team(BILLING));
        stop(&mut bench);
        for agent in [CAROL, DAVE, ERIN] {
            assert_eq!(bench.availability(agent), Ok(()));
            assert_eq!(rescinded(&bench, agent), [None]);
        }
    }
}

#[test]
fn handed_over_all_ring_on_and_whoever_answers_talks_with_the_customer() {
    let mut bench = billing_of_three(Ringing::AllAtOnce);
    bench.transfers(BOB, team(BILLING));
    bench.phase_is(Phase::HandedOver);
    bench.music(ALICE);
    bench.declines(CAROL, "no");
    bench.accepts(ERIN);
    bench.talk(&[ALICE, ERIN]);
    bench.owned_by(ERIN);
}

#[test]
fn round_robin_goes_on_after_who_was_rung_last() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| team.ringing = Ringing::RoundRobin);
    for who in [DAVE, BOB, CAROL] {
        bench.signs_in(who, &[SUPPORT]);
    }
    let mut order = Vec::new();
    for _ in 0..5 {
        bench.conversation = bench.calls(ALICE, SUPPORT);
        let rung: Vec<_> = bench.state().candidates().map(ToString::to_string).collect();
        order.extend(rung);
        bench.leaves(ALICE);
    }
    assert_eq!(order, ["bob", "carol", "dave", "bob", "carol"]);
}

#[test]
fn round_robin_skips_who_is_busy_and_whom_it_has_rung_in_vain() {
    let mut bench = billing_of_three(Ringing::RoundRobin);
    bench.invites(BOB, team(BILLING));
    bench.rung(Some(CAROL));
    bench.declines(CAROL, "no");
    bench.rung(Some(DAVE));
    bench.declines(DAVE, "no");
    bench.rung(Some(ERIN));
    bench.declines(ERIN, "no");
    bench.phase_is(Phase::Connected);
    let ends = |notice: &&&Notice| matches!(notice, Notice::OfferEnded { .. });
    assert_eq!(bench.told(BOB).iter().filter(ends).count(), 1, "the invitation ended once");
}

#[test]
fn a_team_that_waits_rings_all_who_come_back_at_once() {
    let mut bench = billing_of_three(Ringing::AllAtOnce);
    bench.policy(BILLING, TeamPolicy::Wait);
    let now = (HoldWhen::Now, OnFailure::Resume);
    bench.invites_with(BOB, team(BILLING), now);
    bench.after(secs(20));
    bench.rung_all(&[]);
    bench.phase_is(Phase::Ringing);
    bench.closes(CAROL);
    bench.a_moment();
    bench.opens(CAROL, &[BILLING]);
    bench.rung_all(&[CAROL]);
    assert_eq!(bench.state().offer.as_ref().unwrap().initiator(), person(BOB).as_agent());
}
