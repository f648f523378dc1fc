//! Invitations that fail in the less usual ways, and who is told why.

use call_core::offer::{CandidateFailure, OfferEnd};
use call_core::segment::StayEnd;
use call_core::{
    AwayReason, Command, HoldWhen, Notice, OnFailure, Phase, Report, Ringing, Status, Target,
    TeamPolicy,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene, ZOE};
use crate::bench::{agent, person, secs, team};

const ERIN: &str = "agent:erin";

/// Bob talks with Alice; Carol, Dave and Erin of billing are here, in this order.
fn billing_of_three() -> Bench {
    let mut bench = Bench::connected();
    bench.signs_in(DAVE, &[BILLING]);
    bench.signs_in(ERIN, &[BILLING]);
    bench
}

/// Who did not take it, why and in which words, as somebody is told.
fn reasons(bench: &Bench, who: &str) -> Vec<(String, CandidateFailure, Option<String>)> {
    let failed = bench.told(who).into_iter().filter_map(|notice| match notice {
        Notice::CandidateFailed { candidate, reason, text, .. } => {
            Some((candidate.to_string(), *reason, text.clone()))
        }
        _ => None,
    });
    failed.collect()
}

fn ends(bench: &Bench, who: &str) -> Vec<OfferEnd> {
    let ended = bench.told(who).into_iter().filter_map(|notice| match notice {
        Notice::OfferEnded { reason, .. } => Some(*reason),
        _ => None,
    });
    ended.collect()
}

// --- reasons ---

#[test]
fn the_reason_of_each_of_a_team_reaches_the_initiator() {
    let mut bench = billing_of_three();
    bench.invites(BOB, team(BILLING));
    bench.declines(CAROL, "at lunch");
    bench.after(secs(20));
    bench.closes(ERIN);
    let told = [
        (CAROL.to_owned(), CandidateFailure::Declined, Some("at lunch".to_owned())),
        (DAVE.to_owned(), CandidateFailure::NoAnswer, None),
        (ERIN.to_owned(), CandidateFailure::TargetLost, None),
    ];
    assert_eq!(reasons(&bench, BOB), told);
    assert_eq!(ends(&bench, BOB), [OfferEnd::TargetLost]);
    for other in [ALICE, CAROL, DAVE, ERIN] {
        assert_eq!(reasons(&bench, other), [], "{other}");
    }
}

#[test]
fn the_reasons_reach_an_initiator_who_has_left_too() {
    let mut bench = billing_of_three();
    bench.transfers(BOB, team(BILLING));
    bench.declines(CAROL, "at lunch");
    bench.declines(DAVE, "no time");
    bench.declines(ERIN, "ask Carol");
    assert_eq!(reasons(&bench, BOB).len(), 3);
    let ended = Notice::OfferEnded {
        conversation: bench.conversation,
        offer: "o2".parse().unwrap(),
        target: team(BILLING),
        candidates: Vec::new(),
        reason: OfferEnd::Declined,
        text: Some("ask Carol".into()),
    };
    assert!(bench.told(BOB).contains(&&ended));
    bench.rung(Some(BOB));
}

#[test]
fn a_blind_transfer_that_is_lost_or_not_answered_tells_its_initiator_why() {
    let fails: [(Scene, OfferEnd); 4] = [
        (|bench| bench.declines(CAROL, "no"), OfferEnd::Declined),
        (|bench| bench.after(secs(20)), OfferEnd::NoAnswer),
        (|bench| bench.crashes(CAROL), OfferEnd::TargetLost),
        (|bench| bench.leaves(ALICE), OfferEnd::CustomerLeft),
    ];
    for (fail, why) in fails {
        let mut bench = Bench::handed_over();
        fail(&mut bench);
        assert_eq!(ends(&bench, BOB), [why]);
        assert_eq!(reasons(&bench, BOB), [], "of one target the end says it");
    }
}

#[test]
fn of_all_who_ring_at_once_each_reason_is_told_and_the_winner_is_no_failure() {
    let mut bench = billing_of_three();
    bench.chooses(BILLING, |team| team.ringing = Ringing::AllAtOnce);
    bench.invites(BOB, team(BILLING));
    bench.declines(CAROL, "no");
    bench.accepts(ERIN);
    assert_eq!(reasons(&bench, BOB).len(), 1);
    assert_eq!(ends(&bench, BOB), []);
}

#[test]
fn a_target_removed_from_the_directory_while_it_rings_is_lost_to_the_initiator() {
    let mut bench = billing_of_three();
    bench.invites(BOB, team(BILLING));
    for gone in [CAROL, DAVE, ERIN] {
        bench.rung(Some(gone));
        let agent = person(gone).as_agent().unwrap().clone();
        bench.report(Report::AgentRemoved { agent });
    }
    assert_eq!(ends(&bench, BOB), [OfferEnd::TargetLost]);
    bench.talk(&[ALICE, BOB]);
}

// --- accepting without a leg ---

#[test]
fn an_accept_whose_leg_stays_down_makes_room_for_the_next_after_three_seconds() {
    let mut bench = billing_of_three();
    bench.invites(BOB, team(BILLING));
    bench.loses(CAROL);
    bench.accepts(CAROL);
    bench.just_before(secs(3));
    bench.rung(Some(CAROL));
    bench.talk(&[ALICE, BOB]);
    bench.a_moment();
    bench.rung(Some(DAVE));
    assert_eq!(reasons(&bench, BOB)[0].1, CandidateFailure::TargetLost);
    // What it said yes to is not its any more, though its leg is back now.
    bench.leg_up(CAROL);
    bench.rung(Some(DAVE));
    bench.seated(&[ALICE, BOB]);
}

#[test]
fn who_accepts_in_the_last_moment_of_the_ninety_seconds_has_its_three_seconds() {
    for comes in [true, false] {
        let mut bench = billing_of_three();
        bench.policy(BILLING, TeamPolicy::Wait);
        for who in ["agent:finn", "agent:gina"] {
            bench.signs_in(who, &[BILLING]);
        }
        bench.invites(BOB, team(BILLING));
        bench.just_before(secs(90));
        bench.rung(Some("agent:gina"));
        bench.loses("agent:gina");
        bench.accepts("agent:gina");
        bench.after(secs(2));
        bench.rung(Some("agent:gina"));
        if comes {
            bench.leg_up("agent:gina");
            bench.phase_is(Phase::Consult);
            bench.talk(&[BOB, "agent:gina"]);
        } else {
            bench.after(secs(1));
            assert_eq!(ends(&bench, BOB), [OfferEnd::TargetLost]);
            bench.phase_is(Phase::Connected);
        }
    }
}

#[test]
fn after_the_ninety_seconds_nobody_is_rung_for_one_who_gives_up_joining() {
    for policy in [TeamPolicy::Reject, TeamPolicy::Wait, TeamPolicy::Queue] {
        let mut bench = billing_of_three();
        bench.policy(BILLING, policy);
        bench.chooses(BILLING, |team| team.ringing = Ringing::LongestIdle);
        for who in ["agent:finn", "agent:gina", "agent:hana"] {
            bench.signs_in(who, &[BILLING]);
        }
        bench.invites(BOB, team(BILLING));
        bench.just_before(secs(90));
        bench.loses("agent:gina");
        bench.accepts("agent:gina");
        bench.after(secs(1));
        bench.closes("agent:gina");
        assert_eq!(ends(&bench, BOB), [OfferEnd::TargetLost]);
        bench.rung(None);
    }
}

#[test]
fn of_two_who_accept_without_a_leg_the_first_to_be_up_wins() {
    let mut bench = billing_of_three();
    bench.chooses(BILLING, |team| team.ringing = Ringing::AllAtOnce);
    bench.invites(BOB, team(BILLING));
    for who in [CAROL, DAVE] {
        bench.loses(who);
        bench.accepts(who);
    }
    bench.leg_up(DAVE);
    bench.talk(&[BOB, DAVE]);
    bench.leg_up(CAROL);
    bench.seated(&[ALICE, BOB, DAVE]);
    let rescinded = |notice: &&Notice| match notice {
        Notice::Rescinded { winner, .. } => *winner == Some(person(DAVE)),
        _ => false,
    };
    for loser in [CAROL, ERIN] {
        assert!(bench.told(loser).iter().any(rescinded), "{loser}");
        assert_eq!(bench.availability(loser), Ok(()));
    }
}

// --- holds ---

#[test]
fn held_now_and_resumed_the_customer_is_held_again_when_the_target_answers() {
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), (HoldWhen::Now, OnFailure::Resume));
    bench.resumes(BOB, ALICE);
    bench.talk(&[ALICE, BOB]);
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
    bench.music(ALICE);
    bench.talk(&[BOB, CAROL]);
    bench.leaves(CAROL);
    bench.talk(&[ALICE, BOB]);
}

// --- what the next agent learns ---

#[test]
fn a_requeued_call_brings_note_and_history_to_whoever_answers_it() {
    let mut bench = Bench::handed_over();
    bench.sets(BOB, Status::Away { reason: AwayReason::Break });
    bench.after(secs(4));
    bench.declines(CAROL, "no");
    bench.signs_in(DAVE, &[SUPPORT]);
    let alert = bench.view(DAVE);
    assert_eq!(alert.offer.unwrap().note.as_deref(), Some("about the bill"));
    bench.accepts(DAVE);
    let shown = bench.view(DAVE);
    assert_eq!(shown.note.as_deref(), Some("about the bill"));
    let [stay] = shown.history.as_slice() else { panic!("{:?}", shown.history) };
    assert_eq!((stay.id.clone(), stay.name.as_str()), (person(BOB), "BOB"));
    assert_eq!(stay.end, StayEnd::Left);
    // Neither is for the customer.
    let customers = bench.view(ALICE);
    assert_eq!((customers.note, customers.history), (None, Vec::new()));
}

#[test]
fn the_history_shows_the_latest_ten_stays() {
    let mut bench = Bench::connected();
    for _ in 0..12 {
        bench.invites(BOB, agent(CAROL));
        bench.accepts(CAROL);
        bench.after(secs(1));
        bench.leaves(CAROL);
        bench.asks(CAROL, Command::FinishWrapUp).unwrap();
    }
    let history = bench.view(BOB).history;
    assert_eq!(history.len(), 10);
    assert!(history.iter().all(|stay| stay.id == person(CAROL)), "Bob is still in");
    assert!(history.is_sorted_by_key(|stay| stay.joined_at_ms));
}

// --- to a queue, and the ways out of it ---

fn to_billing() -> Target {
    Target::Queue(BILLING.parse().unwrap())
}

/// Bob has sent Alice to billing, where nobody is free, and talks on with her.
fn sent() -> Bench {
    let mut bench = Bench::connected();
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    bench.invites(BOB, to_billing());
    bench.talk(&[ALICE, BOB]);
    bench
}

#[test]
fn a_customer_sent_to_a_queue_who_leaves_makes_room_for_the_next() {
    let mut bench = sent();
    let zoe = bench.calls(ZOE, BILLING);
    assert_eq!(call_core::queue_position(&bench.world, zoe), Some(2));
    bench.leaves(ALICE);
    bench.phase_is(Phase::Ended);
    assert_eq!(call_core::queue_position(&bench.world, zoe), Some(1));
}

#[test]
fn an_agent_lost_while_its_customer_goes_to_a_queue_may_return_and_else_it_waits_there() {
    for returns in [true, false] {
        let mut bench = sent();
        bench.after(secs(10));
        bench.loses(BOB);
        bench.music(ALICE);
        bench.after(secs(29));
        if returns {
            bench.leg_up(BOB);
            bench.talk(&[ALICE, BOB]);
            assert!(bench.state().offer.is_some());
        } else {
            let zoe = bench.calls(ZOE, BILLING);
            bench.after(secs(1));
            bench.phase_is(Phase::Waiting);
            bench.owned_by(BILLING);
            // Its place counts since it was sent there.
            assert_eq!(call_core::queue_position(&bench.world, bench.conversation), Some(1));
            assert_eq!(call_core::queue_position(&bench.world, zoe), Some(2));
        }
    }
}
