//! A supervisor stays attached: through losses, its own included, through what others do, and
//! what it did ends with it.

use std::collections::BTreeMap;

use call_core::view::ObserverModeView;
use call_core::{
    Command as C, EndReason, Event, Notice, Overflow, Phase, Refusal, Report, Rights, Ringing,
    TeamId, record,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene};
use crate::bench::{agent, person, secs, team};
use crate::supervising::SUE;

fn on_behalf(bench: &Bench, target: call_core::Target) -> C {
    C::TransferOnBehalf { conversation: bench.conversation, target, note: None }
}

fn listens(bench: &mut Bench, by: &str, who: &str) {
    let agent = person(who).as_agent().unwrap().clone();
    let conversation = bench.conversation;
    bench.asks(by, C::InviteListener { conversation, agent, note: None }).unwrap();
    bench.accepts(who);
}

/// Dave may listen to support.
fn with_dave(mut bench: Bench) -> Bench {
    let listens = Rights { answer: false, listen: true, manage: false };
    bench.supervisor(DAVE, listens);
    bench
}

// --- losses ---

#[test]
fn who_barges_in_for_a_lost_agent_talks_with_the_customer_it_had_on_hold() {
    let mut bench = Bench::connected().with_sue();
    bench.holds(BOB, ALICE);
    bench.loses(BOB);
    bench.music(ALICE);
    bench.barges(SUE);
    bench.talk(&[ALICE, SUE]);
    bench.leg_up(BOB);
    bench.talk(&[ALICE, BOB, SUE]);
}

#[test]
fn a_hold_goes_with_the_supervisor_who_placed_it_also_while_the_agent_is_lost() {
    let mut bench = Bench::connected().with_sue();
    bench.barges(SUE);
    bench.loses(BOB);
    bench.holds(SUE, ALICE);
    bench.leaves(SUE);
    assert!(
        bench
            .world
            .conversation(bench.conversation)
            .unwrap()
            .customer_seat()
            .unwrap()
            .hold
            .is_none()
    );
    bench.music(ALICE);
    bench.leg_up(BOB);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn a_coach_whose_leg_is_lost_speaks_again_when_it_is_back() {
    let mut bench = Bench::connected().with_sue();
    bench.coaches(SUE, BOB);
    bench.loses(SUE);
    bench.hears(BOB, &[ALICE]);
    bench.after(secs(14));
    bench.leg_up(SUE);
    bench.hears(BOB, &[ALICE, SUE]);
    // Its agent's own loss takes nothing from it either.
    bench.loses(BOB);
    bench.hears(SUE, &[ALICE]);
    bench.leg_up(BOB);
    bench.hears(BOB, &[ALICE, SUE]);
    bench.shows(BOB, &[(SUE, ObserverModeView::Coach)]);
}

#[test]
fn what_a_supervisor_forced_outlasts_its_loss_and_ends_when_it_is_lost_for_good() {
    let ways: [(Scene, u64); 3] = [
        (|bench| bench.monitors(SUE), 15),
        (|bench| bench.coaches(SUE, BOB), 15),
        (|bench| bench.barges(SUE), 30),
    ];
    for (attach, grace) in ways {
        for returns in [true, false] {
            let mut bench = Bench::connected().with_sue();
            attach(&mut bench);
            bench.asks(SUE, bench.force_mute(BOB, true)).unwrap();
            bench.loses(SUE);
            bench.just_before(secs(grace));
            bench.hears(ALICE, &[]);
            assert_eq!(bench.refused(BOB, mute(&bench, false)), Refusal::NotPermitted);
            if returns {
                bench.leg_up(SUE);
                bench.after(secs(60));
                assert_eq!(bench.refused(BOB, mute(&bench, false)), Refusal::NotPermitted);
            } else {
                bench.a_moment();
                bench.talk(&[ALICE, BOB]);
            }
        }
    }
}

fn mute(bench: &Bench, muted: bool) -> C {
    C::Mute { conversation: bench.conversation, muted }
}

#[test]
fn a_muted_agent_who_is_lost_and_back_is_muted_still_and_heard_once_the_supervisor_goes() {
    let mut bench = Bench::connected().monitored();
    bench.asks(SUE, bench.force_mute(BOB, true)).unwrap();
    bench.loses(BOB);
    bench.leg_up(BOB);
    bench.hears(ALICE, &[]);
    bench.stops(SUE);
    bench.talk(&[ALICE, BOB]);
}

// --- what others do ---

#[test]
fn a_monitor_stays_when_the_call_overflows_into_a_team_it_has_no_right_to() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        team.max_wait = Some(secs(60));
        team.overflow = Overflow::Team(BILLING.parse().unwrap());
    });
    bench.calls(ALICE, SUPPORT);
    bench = bench.monitored();
    bench.after(secs(60));
    bench.owned_by(BILLING);
    bench.hears(SUE, &[ALICE]);
    bench.signs_in(CAROL, &[BILLING]);
    bench.accepts(CAROL);
    bench.hears(SUE, &[ALICE, CAROL]);
    assert_eq!(bench.refused(SUE, bench.coach_of(CAROL)), Refusal::NotPermitted);
}

#[test]
fn a_listener_is_heard_by_none_and_nobody_can_coach_it() {
    let mut bench = with_dave(Bench::connected().with_sue());
    listens(&mut bench, BOB, DAVE);
    assert_eq!(bench.refused(SUE, bench.coach_of(DAVE)), Refusal::UnknownTarget);
    bench.coaches(SUE, BOB);
    bench.hears(BOB, &[ALICE, SUE]);
    bench.hears(ALICE, &[BOB]);
    bench.hears(DAVE, &[ALICE, BOB]);
    bench.hears(SUE, &[ALICE, BOB]);
    assert_eq!(bench.refused(SUE, bench.force_mute(DAVE, true)), Refusal::UnknownTarget);
    bench.holds(BOB, ALICE);
    bench.music(ALICE);
    bench.hears(DAVE, &[ALICE, BOB]);
}

#[test]
fn two_observe_at_most_also_when_one_steps_back_out_of_a_seat() {
    let mut bench = with_dave(Bench::connected().with_sue());
    bench.supervisor("agent:len", Rights::MANAGE);
    bench.barges(SUE);
    listens(&mut bench, BOB, DAVE);
    bench.monitors("agent:len");
    let conversation = bench.conversation;
    assert_eq!(bench.refused(SUE, C::Monitor { conversation }), Refusal::ObserversFull);
    bench.talk(&[ALICE, BOB, SUE]);
    bench.leaves(DAVE);
    bench.monitors(SUE);
    bench.talk(&[ALICE, BOB]);
}

// --- interventions ---

#[test]
fn on_behalf_is_refused_as_the_agents_own_transfer_would_be() {
    let mut bench = Bench::ringing().with_sue();
    let by = person(BOB);
    let refused = bench.refused(SUE, on_behalf(&bench, agent(BOB)));
    assert_eq!(refused, Refusal::OfferInProgress { by });
    bench.accepts(CAROL);
    assert_eq!(bench.refused(SUE, on_behalf(&bench, agent(BOB))), Refusal::ConferenceFull);
    bench.leaves(CAROL);
    for (target, refusal) in [
        (agent(BOB), Refusal::TargetIsSelf),
        (agent("agent:nobody"), Refusal::UnknownTarget),
        (agent(CAROL), Refusal::TargetBusy),
        (agent(SUE), Refusal::TargetBusy),
    ] {
        bench.monitors_once(SUE);
        assert_eq!(bench.refused(SUE, on_behalf(&bench, target)), refusal);
    }
    let nobody = Refusal::NobodyAvailable { team: BILLING.parse().unwrap(), waiting: 0 };
    assert_eq!(bench.refused(SUE, on_behalf(&bench, team(BILLING))), nobody);
    bench.talk(&[ALICE, BOB]);
}

impl Bench {
    fn monitors_once(&mut self, who: &str) {
        if !self.state().observes(person(who).as_agent().unwrap()) {
            self.monitors(who);
        }
    }
}

#[test]
fn a_call_ended_for_all_while_it_rings_stops_ringing_everywhere_and_the_record_says_by_whom() {
    let mut bench = Bench::connected().with_sue();
    bench.chooses(BILLING, |team| team.ringing = Ringing::AllAtOnce);
    bench.signs_in(DAVE, &[BILLING]);
    bench.invites(BOB, team(BILLING));
    bench.rung_all(&[CAROL, DAVE]);
    let conversation = bench.conversation;
    bench.asks(SUE, C::EndForAll { conversation }).unwrap();
    for rung in [CAROL, DAVE] {
        assert_eq!(bench.availability(rung), Ok(()));
        assert!(matches!(bench.told(rung).last(), Some(Notice::Rescinded { .. })), "{rung}");
    }
    for inside in [ALICE, BOB] {
        let over = Notice::Ended { conversation, reason: EndReason::EndedForAll };
        assert_eq!(bench.told(inside).last(), Some(&&over));
    }
    let record = record(&bench.world, conversation).unwrap();
    assert_eq!((record.ended_by, record.phase), (person(SUE), Phase::Ringing));
}

#[test]
fn a_call_ended_for_all_between_two_recalls_frees_the_agent_kept_for_it() {
    let mut bench = Bench::handed_over().with_sue();
    bench.after(secs(20 + 15 + 3));
    bench.phase_is(Phase::Recall);
    bench.asks(SUE, C::EndForAll { conversation: bench.conversation }).unwrap();
    bench.phase_is(Phase::Ended);
    assert_eq!(bench.availability(BOB), Ok(()));
    assert_eq!(record(&bench.world, bench.conversation).unwrap().phase, Phase::Recall);
}

#[test]
fn a_call_taken_over_while_its_agent_is_lost_is_not_given_back_to_it() {
    let mut bench = Bench::ringing().with_sue();
    bench.loses(BOB);
    bench.phase_is(Phase::HandedOver);
    bench.takes_over(SUE);
    bench.talk(&[ALICE, SUE]);
    bench.owned_by(SUE);
    bench.leg_up(BOB);
    bench.talk(&[ALICE, SUE]);
    assert!(matches!(bench.told(CAROL).last(), Some(Notice::Rescinded { winner: Some(_), .. })));
    assert_eq!(bench.availability(CAROL), Ok(()));
}

#[test]
fn who_took_over_hands_over_and_is_recalled_like_any_agent() {
    let mut bench = Bench::connected().with_sue();
    bench.takes_over(SUE);
    bench.transfers(SUE, agent(CAROL));
    bench.phase_is(Phase::HandedOver);
    bench.declines(CAROL, "no");
    bench.rung(Some(SUE));
    bench.accepts(SUE);
    bench.talk(&[ALICE, SUE]);
}

#[test]
fn who_loses_the_right_to_manage_gives_up_the_seat_it_barged_into() {
    let mut bench = Bench::connected().with_sue();
    bench.barges(SUE);
    bench.asks(SUE, bench.force_mute(BOB, true)).unwrap();
    let rights = Rights { answer: false, listen: true, manage: false };
    let teams = BTreeMap::from([(SUPPORT.parse::<TeamId>().unwrap(), rights)]);
    let agent = person(SUE).as_agent().unwrap().clone();
    bench.report(Report::AgentChanged { agent, name: "Sue".into(), teams });
    bench.talk(&[ALICE, BOB]);
    assert_eq!(bench.count(|event| matches!(event, Event::SupervisorLeft { .. })), 1);
}
