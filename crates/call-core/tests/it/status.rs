//! Signing in and out, status, leases, missed offers.

use call_core::agent::Unavailable;
use call_core::{AwayReason, Command, Medium, Notice, Refusal, Report, Status};

use crate::bench::{ALICE, BOB, Bench, CAROL, SUPPORT, Scene, ZOE, agent, person, secs};

const AWAY: Status = Status::Away { reason: AwayReason::Break };

#[test]
fn an_agent_signs_in_present_and_takes_calls_once_its_leg_is_up() {
    let mut bench = Bench::new();
    bench.opens(BOB, &[SUPPORT]);
    assert_eq!(bench.availability(BOB), Err(Unavailable::NoLeg));
    bench.calls(ALICE, SUPPORT);
    bench.rung(None);
    bench.leg_up(BOB);
    bench.rung(Some(BOB));
}

#[test]
fn an_agent_whose_page_is_gone_is_no_candidate_at_once_and_signed_out_after_its_lease() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.sets(BOB, AWAY);
    bench.closes(BOB);
    assert_eq!(bench.availability(BOB), Err(Unavailable::Offline));
    bench.just_before(secs(15));
    bench.opens(BOB, &[SUPPORT]);
    assert_eq!(bench.availability(BOB), Err(Unavailable::Away));
    bench.closes(BOB);
    bench.after(secs(15));
    bench.opens(BOB, &[SUPPORT]);
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn a_second_hello_with_the_same_words_is_no_news_and_one_with_other_teams_is() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    let events = bench.events.len();
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    assert_eq!(bench.events.len(), events);
    bench.opens(BOB, &["billing"]);
    bench.calls(ALICE, SUPPORT);
    bench.rung(None);
}

#[test]
fn a_status_is_for_agents_who_are_here_and_missed_is_for_the_server_to_say() {
    let mut bench = Bench::new();
    let set = |status| Command::SetStatus { status, medium: None };
    assert_eq!(bench.refused(BOB, set(AWAY)), Refusal::NotSignedIn);
    bench.opens(ALICE, &[]);
    assert_eq!(bench.refused(ALICE, set(AWAY)), Refusal::NotPermitted);
    bench.signs_in(BOB, &[SUPPORT]);
    let missed = Status::Away { reason: AwayReason::Missed };
    assert_eq!(bench.refused(BOB, set(missed)), Refusal::NotPermitted);
    bench.sets(BOB, AWAY);
    assert_eq!(bench.availability(BOB), Err(Unavailable::Away));
    let events = bench.events.len();
    bench.sets(BOB, AWAY);
    assert_eq!(bench.events.len(), events);
}

#[test]
fn two_unanswered_offers_in_a_row_set_an_agent_away_with_notice() {
    let mut bench = Bench::connected();
    bench.invites(BOB, agent(CAROL));
    bench.after(secs(20));
    assert_eq!(bench.availability(CAROL), Ok(()));
    bench.invites(BOB, agent(CAROL));
    bench.after(secs(20));
    assert_eq!(bench.availability(CAROL), Err(Unavailable::Away));
    assert!(bench.told(CAROL).contains(&&Notice::MissedOffers { medium: Medium::Voice }));
    bench.sets(CAROL, Status::Present);
    bench.invites(BOB, agent(CAROL));
    bench.after(secs(20));
    assert_eq!(bench.availability(CAROL), Ok(()));
}

#[test]
fn an_answer_of_either_kind_starts_the_count_again() {
    let answers: [Scene; 2] = [
        |bench| bench.declines(CAROL, "no"),
        |bench| {
            bench.accepts(CAROL);
            bench.leaves(CAROL);
            bench.asks(CAROL, Command::FinishWrapUp).unwrap();
        },
    ];
    for answer in answers {
        let mut bench = Bench::ringing();
        bench.after(secs(20));
        bench.invites(BOB, agent(CAROL));
        answer(&mut bench);
        bench.invites(BOB, agent(CAROL));
        bench.after(secs(20));
        assert_eq!(bench.availability(CAROL), Ok(()));
    }
}

#[test]
fn a_waiting_call_stops_ringing_at_an_agent_set_away() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(20));
    bench.rung(None);
    bench.after(secs(30));
    bench.rung(Some(BOB));
    bench.after(secs(20));
    assert_eq!(bench.availability(BOB), Err(Unavailable::Away));
    bench.after(secs(600));
    bench.rung(None);
    bench.music(ALICE);
}

#[test]
fn an_agent_has_one_call_at_a_time() {
    let mut bench = Bench::connected();
    let second = bench.calls(ZOE, SUPPORT);
    assert!(bench.world.conversation(second).unwrap().offer.is_none());
    assert_eq!(bench.busy_with(BOB), Some(bench.conversation));
}

#[test]
fn going_away_in_a_call_changes_nothing_in_it() {
    let mut bench = Bench::connected();
    bench.sets(BOB, AWAY);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn a_signed_out_agents_leg_may_still_come_and_go() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.closes(BOB);
    bench.after(secs(15));
    bench.report(Report::LegLost { person: person(BOB) });
    bench.report(Report::LegUp { person: person(BOB) });
    assert_eq!(bench.availability(BOB), Err(Unavailable::Offline));
}
