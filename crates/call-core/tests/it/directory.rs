//! The directory changes while calls go on: other names, other teams, agents who are removed.

use std::collections::BTreeMap;

use call_core::agent::{Session, Unavailable};
use call_core::{Command, Phase, Refusal, Report, Rights};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, SUPPORT, ZOE, agent, person, secs, team};

fn change(bench: &mut Bench, who: &str, teams: &[(&str, Rights)]) {
    let rights = |(team, rights): &(&str, Rights)| (team.parse().unwrap(), *rights);
    let teams: BTreeMap<_, _> = teams.iter().map(rights).collect();
    let agent = person(who).as_agent().unwrap().clone();
    bench.report(Report::AgentChanged { agent, name: "Robert".into(), teams });
}

fn remove(bench: &mut Bench, who: &str) {
    bench.report(Report::AgentRemoved { agent: person(who).as_agent().unwrap().clone() });
}

fn session(bench: &Bench, who: &str) -> Session {
    bench.world.agent(person(who).as_agent().unwrap()).unwrap().session
}

#[test]
fn an_agent_of_another_team_now_is_rung_for_its_calls_at_once() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, BILLING);
    bench.rung(None);
    change(&mut bench, BOB, &[(BILLING, Rights::ANSWER)]);
    bench.rung(Some(BOB));
    bench.accepts(BOB);
    assert_eq!(bench.view(ALICE).participants[1].name, "Robert");
}

#[test]
fn who_may_only_listen_to_a_team_is_not_rung_for_it() {
    let mut bench = Bench::connected();
    let listen = Rights { listen: true, ..Rights::default() };
    change(&mut bench, CAROL, &[(BILLING, listen)]);
    let transfer =
        Command::Transfer { conversation: bench.conversation, target: team(BILLING), note: None };
    let nobody = Refusal::NobodyAvailable { team: BILLING.parse().unwrap(), waiting: 0 };
    assert_eq!(bench.refused(BOB, transfer), nobody);
}

#[test]
fn what_rings_at_or_is_talked_by_who_changes_team_goes_on() {
    let mut bench = Bench::ringing();
    change(&mut bench, CAROL, &[]);
    change(&mut bench, BOB, &[]);
    bench.rung(Some(CAROL));
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
    let events = bench.events.len();
    change(&mut bench, BOB, &[]);
    assert_eq!(bench.events.len(), events, "told twice, it changes nothing");
}

#[test]
fn an_agent_removed_while_in_a_call_finishes_it_and_gets_no_other() {
    let mut bench = Bench::connected();
    bench.calls(ZOE, SUPPORT);
    remove(&mut bench, BOB);
    bench.talk(&[ALICE, BOB]);
    assert_eq!(bench.availability(BOB), Err(Unavailable::Offline));
    bench.after(secs(300));
    bench.talk(&[ALICE, BOB]);
    bench.completes(BOB);
    assert_eq!(session(&bench, BOB), Session::SignedOut);
    bench.after(secs(60));
    assert_eq!(bench.availability(BOB), Err(Unavailable::Offline));
}

#[test]
fn an_agent_removed_while_free_or_rung_is_signed_out_at_once() {
    let mut bench = Bench::ringing();
    remove(&mut bench, CAROL);
    assert_eq!(session(&bench, CAROL), Session::SignedOut);
    bench.talk(&[ALICE, BOB]);
    let target = agent(CAROL);
    let invite = bench.invite(target, call_core::HoldWhen::Now, call_core::OnFailure::Resume);
    assert_eq!(bench.refused(BOB, invite), Refusal::TargetOffline);
}

#[test]
fn a_removed_agent_is_not_recalled_and_its_customer_is_requeued() {
    let mut bench = Bench::handed_over();
    remove(&mut bench, BOB);
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Waiting);
    bench.owned_by(SUPPORT);
}

#[test]
fn who_is_added_again_signs_in_as_ever() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    remove(&mut bench, BOB);
    bench.signs_in(BOB, &[SUPPORT]);
    assert_eq!(bench.availability(BOB), Ok(()));
    bench.calls(ALICE, SUPPORT);
    bench.rung(Some(BOB));
}
