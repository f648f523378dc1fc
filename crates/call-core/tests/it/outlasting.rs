//! A restart in the middle of the less usual: from a snapshot or from the journal, everybody finds
//! what was, and what was counting down counts on.

use call_core::conversation::Care;
use call_core::view::ObserverModeView;
use call_core::{
    AwayReason, Command as C, HoldWhen, Medium, OnFailure, Overflow, Phase, Refusal, Report,
    Ringing, Status, Target, World,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene};
use crate::bench::{agent, person, secs, team};
use crate::supervising::SUE;

/// Goes on with the world from its snapshot, which is the one from the journal.
fn restarts_from_store(bench: &mut Bench) {
    let snapshot = serde_json::to_string(&bench.world).unwrap();
    let mut folded = World::new();
    bench.events.iter().for_each(|recorded| folded.apply(recorded));
    let stored: World = serde_json::from_str(&snapshot).unwrap();
    assert_eq!(stored, folded);
    bench.world = stored;
    bench.restarts();
}

/// Whoever was there is back, with page and leg.
fn all_back(bench: &mut Bench) {
    let agents: Vec<_> = bench
        .world
        .agents()
        .map(|(id, agent)| {
            (person(&format!("agent:{id}")), agent.name.clone(), agent.teams.clone())
        })
        .collect();
    for (person, name, teams) in agents {
        bench.report(Report::opened(person.clone(), name, teams));
        bench.report(Report::LegUp { person });
    }
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
}

fn away(bench: &mut Bench, who: &str) {
    bench.sets(who, Status::Away { reason: AwayReason::Break });
}

#[test]
fn everybody_finds_what_was_in_each_scene() {
    let scenes: [(Scene, Phase); 10] = [
        (|bench| bench.invites(BOB, agent(CAROL)), Phase::Ringing),
        (
            |bench| bench.invites_with(BOB, agent(CAROL), (HoldWhen::Now, OnFailure::StayHeld)),
            Phase::Ringing,
        ),
        (|bench| bench.transfers(BOB, agent(CAROL)), Phase::HandedOver),
        (all_at_once, Phase::Ringing),
        (sent_to_a_queue, Phase::Ringing),
        (|bench| bench.monitors(SUE), Phase::Connected),
        (|bench| bench.coaches(SUE, BOB), Phase::Connected),
        (|bench| bench.barges(SUE), Phase::ThreeWay),
        (|bench| bench.takes_over(SUE), Phase::Connected),
        (listener_rings, Phase::Connected),
    ];
    for (play, phase) in scenes {
        let mut bench = Bench::connected().with_sue();
        play(&mut bench);
        bench.phase_is(phase);
        let sources = call_core::sources_of(&bench.world, bench.conversation);
        let offer = bench.state().offer.as_ref().map(|offer| offer.origin.clone());
        bench.after(secs(5));
        restarts_from_store(&mut bench);
        bench.after(secs(4));
        all_back(&mut bench);
        bench.phase_is(phase);
        assert_eq!(call_core::sources_of(&bench.world, bench.conversation), sources);
        assert_eq!(bench.state().offer.as_ref().map(|offer| offer.origin.clone()), offer);
    }
}

fn all_at_once(bench: &mut Bench) {
    bench.signs_in(DAVE, &[BILLING]);
    bench.chooses(BILLING, |team| team.ringing = Ringing::AllAtOnce);
    bench.invites(BOB, team(BILLING));
    bench.rung_all(&[CAROL, DAVE]);
}

fn sent_to_a_queue(bench: &mut Bench) {
    away(bench, CAROL);
    bench.invites(BOB, Target::Queue(BILLING.parse().unwrap()));
}

fn listener_rings(bench: &mut Bench) {
    let listens = call_core::Rights { answer: false, listen: true, manage: false };
    bench.supervisor(DAVE, listens);
    let agent = person(DAVE).as_agent().unwrap().clone();
    let conversation = bench.conversation;
    bench.asks(BOB, C::InviteListener { conversation, agent, note: None }).unwrap();
}

#[test]
fn what_counts_down_counts_on_to_its_own_moment() {
    // Longer than the ten seconds that anything lasts at least.
    let mut bench = Bench::ringing();
    bench.after(secs(2));
    restarts_from_store(&mut bench);
    bench.after(secs(3));
    all_back(&mut bench);
    bench.just_before(secs(15));
    bench.rung(Some(CAROL));
    bench.a_moment();
    bench.rung(None);
    bench.talk(&[ALICE, BOB]);

    let mut bench = Bench::connected();
    bench.completes(BOB);
    bench.after(secs(5));
    restarts_from_store(&mut bench);
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.just_before(secs(25));
    assert!(bench.availability(BOB).is_err());
    bench.a_moment();
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn who_has_accepted_joins_after_the_restart_when_its_leg_is_up() {
    let mut bench = Bench::ringing();
    bench.loses(CAROL);
    bench.accepts(CAROL);
    restarts_from_store(&mut bench);
    bench.after(secs(6));
    all_back(&mut bench);
    bench.phase_is(Phase::Consult);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn a_recall_goes_on_with_its_second_try() {
    let mut bench = Bench::handed_over();
    bench.after(secs(20 + 3));
    restarts_from_store(&mut bench);
    bench.after(secs(2));
    all_back(&mut bench);
    bench.rung(Some(BOB));
    bench.after(secs(10));
    bench.rung(None);
    bench.phase_is(Phase::Recall);
    bench.after(secs(10));
    bench.rung(Some(BOB));
    bench.after(secs(15));
    bench.phase_is(Phase::Waiting);
}

#[test]
fn a_requeued_customer_is_at_the_head_still_and_told_nothing_worse() {
    let mut bench = Bench::handed_over();
    away(&mut bench, BOB);
    bench.declines(CAROL, "no");
    let zoe = bench.calls("customer:zoe", SUPPORT);
    restarts_from_store(&mut bench);
    all_back(&mut bench);
    assert_eq!(call_core::queue_position(&bench.world, bench.conversation), Some(1));
    assert_eq!(call_core::queue_position(&bench.world, zoe), Some(2));
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.rung(Some(DAVE));
    bench.accepts(DAVE);
    assert_eq!(bench.view(DAVE).note.as_deref(), Some("about the bill"));
}

#[test]
fn a_customer_who_waits_overflows_after_the_restart_as_before_it() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        team.max_wait = Some(secs(60));
        team.overflow = Overflow::Team(BILLING.parse().unwrap());
    });
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(30));
    restarts_from_store(&mut bench);
    all_back(&mut bench);
    bench.just_before(secs(30));
    bench.owned_by(SUPPORT);
    bench.a_moment();
    bench.owned_by(BILLING);
}

#[test]
fn what_was_forced_stays_while_the_supervisor_may_come_back_and_ends_when_it_does_not() {
    for returns in [true, false] {
        let mut bench = Bench::connected().monitored();
        bench.asks(SUE, bench.force_mute(BOB, true)).unwrap();
        restarts_from_store(&mut bench);
        for who in [ALICE, BOB] {
            bench.opens(who, &[SUPPORT]);
            bench.leg_up(who);
        }
        bench.hears(ALICE, &[]);
        if returns {
            all_back(&mut bench);
            bench.shows(SUE, &[(SUE, ObserverModeView::Monitor)]);
            bench.after(secs(60));
            bench.hears(ALICE, &[]);
        } else {
            bench.after(secs(15));
            bench.talk(&[ALICE, BOB]);
        }
    }
}

#[test]
fn an_internal_call_that_rings_goes_on_ringing() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[BILLING]);
    let agent = person(CAROL).as_agent().unwrap().clone();
    bench.asks(BOB, C::CallAgent { agent, medium: Medium::Voice }).unwrap();
    restarts_from_store(&mut bench);
    for (who, name) in [(BOB, SUPPORT), (CAROL, BILLING)] {
        bench.opens(who, &[name]);
        bench.leg_up(who);
    }
    bench.ringback(BOB);
    bench.accepts(CAROL);
    bench.talk(&[BOB, CAROL]);
}

#[test]
fn what_had_ended_has_ended_still() {
    let mut bench = Bench::connected();
    bench.completes(BOB);
    restarts_from_store(&mut bench);
    assert!(matches!(bench.state().care, Care::Ended(_)));
    let conversation = bench.conversation;
    assert_eq!(bench.refused(BOB, C::Leave { conversation }), Refusal::ConversationEnded);
}
