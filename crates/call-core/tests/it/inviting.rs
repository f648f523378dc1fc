//! An invitation: accepted, declined, unanswered, cancelled, and what becomes of holds.

use call_core::agent::Unavailable;
use call_core::offer::OfferEnd;
use call_core::{Command, HoldWhen, Notice, OnFailure, Phase, Refusal};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene, agent, person, secs};

const STAY: (HoldWhen, OnFailure) = (HoldWhen::Now, OnFailure::StayHeld);

fn last_reason(bench: &Bench) -> OfferEnd {
    let told = bench.told(BOB);
    let ended = told.iter().rev().find_map(|notice| match notice {
        Notice::OfferEnded { reason, .. } => Some(*reason),
        _ => None,
    });
    ended.expect("the initiator is told")
}

#[test]
fn while_the_target_rings_the_customer_talks_on() {
    let bench = Bench::ringing();
    bench.phase_is(Phase::Ringing);
    bench.talk(&[ALICE, BOB]);
    bench.rung(Some(CAROL));
    bench.silence(CAROL);
}

#[test]
fn on_accept_the_customer_goes_on_hold_and_the_agents_talk() {
    let bench = Bench::consult();
    bench.phase_is(Phase::Consult);
    bench.music(ALICE);
    bench.talk(&[BOB, CAROL]);
    bench.owned_by(BOB);
}

#[test]
fn with_never_all_three_talk_at_once() {
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), (HoldWhen::Never, OnFailure::Resume));
    bench.talk(&[ALICE, BOB]);
    bench.accepts(CAROL);
    bench.phase_is(Phase::ThreeWay);
    bench.talk(&[ALICE, BOB, CAROL]);
}

#[test]
fn with_now_the_customer_hears_music_and_the_initiator_ringback() {
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), (HoldWhen::Now, OnFailure::Resume));
    bench.music(ALICE);
    bench.ringback(BOB);
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
    bench.music(ALICE);
}

#[test]
fn a_failed_invitation_resumes_the_customer_it_held() {
    let failures: [(&str, Scene, OfferEnd); 5] = [
        ("declined", |bench| bench.declines(CAROL, "busy"), OfferEnd::Declined),
        ("no answer", |bench| bench.after(secs(20)), OfferEnd::NoAnswer),
        ("page gone", |bench| bench.closes(CAROL), OfferEnd::TargetLost),
        ("crashed", |bench| bench.crashes(CAROL), OfferEnd::TargetLost),
        ("cancelled", |bench| bench.cancels(BOB), OfferEnd::Cancelled),
    ];
    for (name, fail, reason) in failures {
        let mut bench = Bench::connected();
        bench.invites_with(BOB, agent(CAROL), (HoldWhen::Now, OnFailure::Resume));
        fail(&mut bench);
        bench.phase_is(Phase::Connected);
        bench.talk(&[ALICE, BOB]);
        assert_eq!(last_reason(&bench), reason, "{name}");
    }
}

#[test]
fn a_failed_invitation_may_leave_the_customer_on_hold() {
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), STAY);
    bench.declines(CAROL, "busy");
    bench.music(ALICE);
    bench.silence(BOB);
    bench.resumes(BOB, ALICE);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn a_hold_from_before_the_invitation_outlives_its_failure() {
    let mut bench = Bench::connected();
    bench.holds(BOB, ALICE);
    bench.invites_with(BOB, agent(CAROL), (HoldWhen::Now, OnFailure::Resume));
    bench.ringback(BOB);
    bench.declines(CAROL, "busy");
    bench.held(&[ALICE]);
}

#[test]
fn a_hold_that_was_to_stay_is_not_lifted_by_the_next_failure() {
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), STAY);
    bench.declines(CAROL, "busy");
    bench.invites(BOB, agent(CAROL));
    bench.declines(CAROL, "still busy");
    bench.held(&[ALICE]);
}

#[test]
fn the_reason_of_a_decline_reaches_the_initiator() {
    let mut bench = Bench::ringing();
    bench.declines(CAROL, "in five minutes");
    let said = bench.told(BOB).into_iter().find_map(|notice| match notice {
        Notice::OfferEnded { text, .. } => text.clone(),
        _ => None,
    });
    assert_eq!(said.as_deref(), Some("in five minutes"));
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn accepting_counts_when_the_leg_is_up_within_three_seconds() {
    let mut bench = Bench::ringing();
    bench.loses(CAROL);
    bench.after(secs(1));
    bench.accepts(CAROL);
    bench.accepts(CAROL);
    bench.phase_is(Phase::Ringing);
    bench.talk(&[ALICE, BOB]);
    bench.just_before(secs(3));
    bench.leg_up(CAROL);
    bench.phase_is(Phase::Consult);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn accepting_does_not_count_when_the_leg_stays_down() {
    let mut bench = Bench::ringing();
    bench.loses(CAROL);
    bench.accepts(CAROL);
    bench.after(secs(3));
    bench.phase_is(Phase::Connected);
    bench.talk(&[ALICE, BOB]);
    assert_eq!(last_reason(&bench), OfferEnd::TargetLost);
    bench.leg_up(CAROL);
    bench.seated(&[ALICE, BOB]);
}

#[test]
fn a_leg_lost_while_ringing_may_come_back_and_ring_on() {
    let mut bench = Bench::ringing();
    bench.after(secs(5));
    bench.loses(CAROL);
    bench.just_before(secs(3));
    bench.leg_up(CAROL);
    bench.after(secs(5));
    bench.rung(Some(CAROL));
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
}

#[test]
fn a_leg_lost_while_ringing_that_stays_away_ends_it() {
    let mut bench = Bench::ringing();
    bench.loses(CAROL);
    bench.after(secs(3));
    bench.rung(None);
    assert_eq!(last_reason(&bench), OfferEnd::TargetLost);
}

#[test]
fn a_customer_who_leaves_withdraws_the_alert_at_once() {
    let mut bench = Bench::ringing();
    bench.leaves(ALICE);
    bench.phase_is(Phase::Ended);
    assert_eq!(bench.availability(CAROL), Ok(()));
    assert_eq!(bench.availability(BOB), Err(Unavailable::WrapUp));
    let accept = Command::Accept { conversation: bench.conversation };
    assert_eq!(bench.refused(CAROL, accept), Refusal::ConversationEnded);
}

#[test]
fn only_the_one_who_is_rung_answers() {
    let mut bench = Bench::ringing();
    bench.signs_in(DAVE, &[SUPPORT]);
    let accept = Command::Accept { conversation: bench.conversation };
    assert_eq!(bench.refused(DAVE, accept.clone()), Refusal::NotAParticipant);
    assert_eq!(bench.refused(BOB, accept.clone()), Refusal::NoOffer);
    assert_eq!(bench.refused(ALICE, accept.clone()), Refusal::NotPermitted);
    bench.cancels(BOB);
    assert_eq!(bench.refused(CAROL, accept), Refusal::NoOffer);
}

#[test]
fn the_colleague_may_cancel_as_well_and_only_what_rings() {
    let mut bench = Bench::connected();
    let cancel = Command::Cancel { conversation: bench.conversation };
    assert_eq!(bench.refused(BOB, cancel.clone()), Refusal::NoOffer);
    bench.invites(BOB, agent(CAROL));
    assert_eq!(bench.refused(ALICE, cancel.clone()), Refusal::NotPermitted);
    assert_eq!(bench.refused(CAROL, cancel), Refusal::NotAParticipant);
}

#[test]
fn a_second_invitation_may_follow_a_failed_one() {
    let mut bench = Bench::ringing();
    bench.declines(CAROL, "busy");
    bench.signs_in(DAVE, &[BILLING]);
    bench.invites(BOB, agent(DAVE));
    bench.accepts(DAVE);
    bench.seated(&[ALICE, BOB, DAVE]);
    assert!(bench.state().knows(&person(CAROL)));
}
