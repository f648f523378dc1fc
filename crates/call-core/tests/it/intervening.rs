//! Supervisors who act: take over, transfer on behalf, force-mute, end for all; the audit log.

use call_core::Command as C;
use call_core::agent::Unavailable;
use call_core::view::ActionName::{Barge, Coach, EndForAll, Monitor, TakeOver, TransferOnBehalf};
use call_core::{Act, EndReason, Medium, Notice, Phase, Refusal, audit, ongoing, record};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, SUPPORT, agent, person, secs};
use crate::supervising::{LEN, LISTENS, SUE};

type Scene = fn() -> Bench;

fn acts(bench: &Bench) -> Vec<Act> {
    bench.events.iter().filter_map(audit).map(|entry| entry.act).collect()
}

/// Sue takes over in each phase; who is in afterwards, and who wraps up.
#[test]
fn taking_over_puts_the_supervisor_in_the_place_of_the_owner_in_each_phase() {
    let scenes: [(Scene, &[&str]); 5] = [
        (Bench::connected, &[ALICE, SUE]),
        (Bench::ringing, &[ALICE, SUE]),
        (Bench::consult, &[ALICE, CAROL, SUE]),
        (Bench::three_way, &[ALICE, CAROL, SUE]),
        (Bench::handed_over, &[ALICE, SUE]),
    ];
    for (scene, people) in scenes {
        let mut bench = scene().with_sue();
        bench.takes_over(SUE);
        bench.seated(people);
        bench.talk(people);
        bench.owned_by(SUE);
        bench.rung(None);
        bench.held(&[]);
        assert_eq!(bench.availability(BOB), Err(Unavailable::WrapUp));
    }
}

#[test]
fn whose_place_was_taken_and_at_whom_nothing_rings_any_more_are_told_by_whom() {
    let mut bench = Bench::ringing().monitored();
    bench.takes_over(SUE);
    assert!(
        matches!(bench.told(BOB).last(), Some(Notice::TakenOver { by, .. }) if *by == person(SUE))
    );
    assert!(matches!(bench.told(CAROL).last(), Some(Notice::Rescinded { winner, .. })
        if *winner == Some(person(SUE))));
    assert_eq!(bench.availability(CAROL), Ok(()));
    let conversation = bench.conversation;
    assert_eq!(bench.refused(BOB, C::Hold { conversation, participant: person(ALICE) }), {
        Refusal::NotAParticipant
    });
    assert_eq!(bench.refused(SUE, C::TakeOver { conversation }), Refusal::AlreadyParticipant);
}

#[test]
fn a_waiting_and_a_recalled_conversation_are_taken_over_too() {
    let mut bench = Bench::new().with_sue();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.rung(Some(BOB));
    bench.takes_over(SUE);
    bench.talk(&[ALICE, SUE]);
    bench.owned_by(SUE);
    assert_eq!(bench.availability(BOB), Ok(()));
    let mut bench = Bench::handed_over().with_sue();
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Recall);
    bench.takes_over(SUE);
    bench.talk(&[ALICE, SUE]);
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn a_supervisor_who_barged_takes_over_and_becomes_the_agent() {
    let mut bench = Bench::connected().with_sue();
    bench.barges(SUE);
    bench.takes_over(SUE);
    bench.seated(&[ALICE, SUE]);
    bench.invites(SUE, agent(CAROL));
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
    bench.leaves(SUE);
    bench.owned_by(CAROL);
    assert_eq!(bench.availability(SUE), Err(Unavailable::WrapUp));
}

#[test]
fn after_the_customer_left_nobody_barges_or_takes_over() {
    let mut bench = Bench::three_way().with_sue();
    bench.leaves(ALICE);
    let conversation = bench.conversation;
    assert_eq!(bench.refused(SUE, C::TakeOver { conversation }), Refusal::CustomerLeft);
    assert_eq!(bench.refused(SUE, C::Barge { conversation }), Refusal::CustomerLeft);
    bench.monitors(SUE);
    bench.hears(SUE, &[BOB, CAROL]);
}

#[test]
fn nobody_barges_where_no_agent_is_and_internal_calls_are_nobodys_business() {
    let mut bench = Bench::handed_over().with_sue();
    let conversation = bench.conversation;
    assert_eq!(bench.refused(SUE, C::Barge { conversation }), Refusal::NotAttended);
    let mut bench = Bench::new().with_sue();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[BILLING]);
    let carol = person(CAROL).as_agent().unwrap().clone();
    bench.asks(BOB, C::CallAgent { agent: carol, medium: Medium::Voice }).unwrap();
    assert_eq!(bench.refused(SUE, C::Monitor { conversation }), Refusal::NotPermitted);
    assert_eq!(bench.refused(SUE, C::EndForAll { conversation }), Refusal::NotPermitted);
}

#[test]
fn a_transfer_on_behalf_is_the_agents_blind_transfer_and_comes_back_to_it() {
    let mut bench = Bench::connected().with_sue();
    let conversation = bench.conversation;
    let note = Some("she knows".to_owned());
    let transfer = C::TransferOnBehalf { conversation, target: agent(CAROL), note };
    bench.asks(SUE, transfer).unwrap();
    bench.phase_is(Phase::HandedOver);
    bench.rung(Some(CAROL));
    let told = bench.told(BOB);
    assert!(told.iter().any(|one| matches!(one, Notice::TransferredOnBehalf { by, .. }
        if *by == person(SUE))));
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Recall);
    bench.rung(Some(BOB));
    let again = C::TransferOnBehalf { conversation, target: agent(CAROL), note: None };
    assert_eq!(bench.refused(SUE, again.clone()), Refusal::NotAttended);
    bench.accepts(BOB);
    bench.crashes(CAROL);
    assert_eq!(bench.refused(SUE, again), Refusal::TargetOffline);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn who_is_force_muted_is_heard_by_nobody_until_the_supervisor_lets_it_or_leaves() {
    let mut bench = Bench::three_way().monitored();
    let conversation = bench.conversation;
    bench.asks(SUE, bench.force_mute(BOB, true)).unwrap();
    bench.hears(ALICE, &[CAROL]);
    bench.hears(SUE, &[ALICE, CAROL]);
    let unmute = C::Mute { conversation, muted: false };
    assert_eq!(bench.refused(BOB, unmute), Refusal::NotPermitted);
    assert_eq!(bench.refused(SUE, bench.force_mute(BOB, true)), Refusal::AlreadyMuted);
    bench.asks(SUE, bench.force_mute(BOB, false)).unwrap();
    bench.hears(ALICE, &[BOB, CAROL]);
    assert_eq!(bench.refused(SUE, bench.force_mute(BOB, false)), Refusal::NotMuted);
    bench.asks(SUE, bench.force_mute(ALICE, true)).unwrap();
    bench.asks(SUE, bench.force_mute(CAROL, true)).unwrap();
    bench.hears(BOB, &[]);
    bench.stops(SUE);
    bench.talk(&[ALICE, BOB, CAROL]);
    assert!(matches!(bench.told(CAROL).last(), Some(Notice::ForceMuted { muted: false, .. })));
}

#[test]
fn who_had_silenced_itself_stays_silent_when_a_supervisor_is_done() {
    let mut bench = Bench::connected().monitored();
    bench.mutes(BOB, true);
    bench.asks(SUE, bench.force_mute(BOB, true)).unwrap();
    bench.stops(SUE);
    bench.hears(ALICE, &[]);
    bench.mutes(BOB, false);
    bench.hears(ALICE, &[BOB]);
}

#[test]
fn force_mute_takes_a_supervisor_who_is_there() {
    let mut bench = Bench::connected().with_sue();
    assert_eq!(bench.refused(SUE, bench.force_mute(BOB, true)), Refusal::NotAParticipant);
    bench.barges(SUE);
    assert_eq!(bench.refused(SUE, bench.force_mute(SUE, true)), Refusal::TargetIsSelf);
    assert_eq!(bench.refused(SUE, bench.force_mute(CAROL, true)), Refusal::UnknownTarget);
    bench.asks(SUE, bench.force_mute(BOB, true)).unwrap();
    bench.coaches(SUE, BOB);
    bench.hears(ALICE, &[]);
    bench.crashes(SUE);
    bench.after(secs(15));
    bench.hears(ALICE, &[BOB]);
}

#[test]
fn a_supervisor_ends_it_for_all_in_any_phase() {
    for scene in [Bench::connected, Bench::ringing, Bench::consult, Bench::handed_over] {
        let mut bench = scene().with_sue();
        let conversation = bench.conversation;
        bench.asks(SUE, C::EndForAll { conversation }).unwrap();
        bench.phase_is(Phase::Ended);
        let record = record(&bench.world, conversation).unwrap();
        assert_eq!((record.reason, record.ended_by), (EndReason::EndedForAll, person(SUE)));
        let ended = |who: &str| {
            bench.told(who).last().is_some_and(|one| {
                matches!(one, Notice::Ended { reason: EndReason::EndedForAll, .. })
            })
        };
        assert!(ended(ALICE));
        assert_eq!(bench.availability(SUE), Ok(()));
    }
}

#[test]
fn every_act_stands_in_the_audit_log() {
    let mut bench = Bench::connected().monitored();
    let conversation = bench.conversation;
    bench.coaches(SUE, BOB);
    bench.asks(SUE, bench.force_mute(BOB, true)).unwrap();
    bench.asks(SUE, bench.force_mute(BOB, false)).unwrap();
    bench.barges(SUE);
    bench.monitors(SUE);
    let target = agent(CAROL);
    bench.asks(SUE, C::TransferOnBehalf { conversation, target, note: None }).unwrap();
    bench.takes_over(SUE);
    bench.asks(SUE, C::EndForAll { conversation }).unwrap();
    let acts: Vec<_> = acts(&bench);
    let names: Vec<_> = acts
        .iter()
        .map(|act| serde_json::to_value(act).unwrap()["act"].as_str().unwrap().to_owned())
        .collect();
    let expected = "observes observes force_mutes force_unmutes barges leaves_seat observes \
                    transfers_on_behalf takes_over ends_for_all";
    assert_eq!(names.join(" "), expected);
    assert!(bench.events.iter().filter_map(audit).all(|entry| entry.by.as_str() == "sue"));
}

#[test]
fn who_may_listen_is_shown_what_goes_on_and_what_it_may_do() {
    let mut bench = Bench::connected().with_sue();
    bench.supervisor(LEN, LISTENS);
    let page = |who: &str, after, most| {
        ongoing(&bench.world, person(who).as_agent().unwrap(), after, most)
    };
    let shown = |who: &str| page(who, None, 50).0;
    assert!(shown(CAROL).is_empty() && shown(BOB).is_empty());
    let sue = shown(SUE);
    assert_eq!((sue.len(), sue[0].phase), (1, Phase::Connected));
    assert_eq!(page(SUE, None, 0), (vec![], true), "there are more than none");
    assert_eq!(page(SUE, Some(sue[0].id), 50), (vec![], false), "nothing began after it");
    let enabled = |who: &str| {
        let actions = shown(who).remove(0).actions.into_iter();
        let enabled = actions.filter(|action| action.enabled);
        enabled.map(|action| (action.action, action.participant)).collect::<Vec<_>>()
    };
    assert_eq!(enabled(LEN), [(Monitor, None)]);
    let all = [Monitor, Barge, TakeOver, TransferOnBehalf, EndForAll].map(|name| (name, None));
    let mut all = all.to_vec();
    all.push((Coach, Some(person(BOB))));
    assert_eq!(enabled(SUE), all);
}
