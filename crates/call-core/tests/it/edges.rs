//! What a small slip in a rule would change: each story fails if one operator of the rule is
//! another one.

use call_core::command::Command as C;
use call_core::{
    AwayReason, Delivery, Event, Overflow, Phase, Recorded, Refusal, Report, Rights, SettingsError,
    Status, Target, TeamPolicy, TeamSettings, Time, conversations_touched, record,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, agent, person, secs};
use crate::supervising::{LEN, LISTENS, SUE};

const YAN: &str = "customer:yan";
const AWAY: Status = Status::Away { reason: AwayReason::Break };

fn asked(text: &str) -> C {
    serde_json::from_str(text).unwrap()
}

fn calls(bench: &mut Bench, who: &str, team: &str) -> Result<(), Refusal> {
    bench.opens(who, &[]);
    bench.leg_up(who);
    bench.asks(who, asked(&format!(r#"{{"name":"call","team":"{team}"}}"#)))
}

fn happened<'b>(bench: &'b Bench, is: impl Fn(&Event) -> bool + 'b) -> usize {
    bench.events.iter().filter(|recorded| is(&recorded.event)).count()
}

#[test]
fn a_team_is_full_once_somebody_has_waited_longer_than_it_says_and_not_before() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        (team.max_wait, team.overflow) = (Some(secs(60)), Overflow::Refuse);
    });
    calls(&mut bench, ALICE, SUPPORT).unwrap();
    bench.after(secs(60));
    calls(&mut bench, ZOE, SUPPORT).unwrap();
    bench.a_moment();
    let refused = calls(&mut bench, YAN, SUPPORT).unwrap_err();
    assert!(matches!(refused, Refusal::QueueFull { .. }), "{refused}");
}

#[test]
fn a_declined_call_goes_to_no_other_queue_and_one_that_overflows_is_told_its_new_place() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.declines(BOB, "no");
    bench.rung(Some(DAVE));
    let overflowed = |event: &Event| matches!(event, Event::Overflowed { .. });
    assert_eq!(happened(&bench, overflowed), 0);

    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        (team.max_wait, team.overflow) = (Some(secs(60)), Overflow::Team(BILLING.parse().unwrap()));
    });
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(60));
    bench.owned_by(BILLING);
    let told = |event: &Event| matches!(event, Event::WaitAnnounced { .. });
    assert_eq!(happened(&bench, told), 2);
}

#[test]
fn nobody_is_ever_sent_to_a_team_that_is_gone() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| {
        (team.max_wait, team.overflow) = (Some(secs(60)), Overflow::Team(BILLING.parse().unwrap()));
    });
    bench.calls(ALICE, SUPPORT);
    bench.settings.teams.remove(BILLING);
    bench.after(secs(60));
    let gone =
        |event: &Event| matches!(event, Event::Overflowed { team, .. } if team.as_str() == BILLING);
    assert_eq!(happened(&bench, gone), 0);
}

#[test]
fn who_waits_for_a_team_that_is_gone_stays_with_its_agents_while_they_are_there() {
    let mut bench = Bench::connected();
    let waiting = bench.calls(ZOE, SUPPORT);
    bench.settings.teams.remove(SUPPORT);
    bench.a_moment();
    bench.mutes(BOB, true);
    bench.conversation = waiting;
    bench.owned_by(SUPPORT);
}

#[test]
fn who_has_to_wait_elsewhere_waits_where_somebody_is() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.settings.teams.insert("sales".parse().unwrap(), TeamSettings::named("Sales"));
    bench.calls(ALICE, "sales");
    bench.settings.teams.remove("sales");
    bench.calls(ZOE, BILLING);
    bench.owned_by(SUPPORT);
}

#[test]
fn an_invitation_that_was_declined_and_then_waited_in_vain_ends_as_not_answered() {
    let mut bench = Bench::connected();
    bench.policy(BILLING, TeamPolicy::Wait);
    bench.invites(BOB, crate::bench::team(BILLING));
    bench.declines(CAROL, "no");
    bench.after(secs(90));
    let end = bench.events.iter().rev().find_map(|recorded| match &recorded.event {
        Event::OfferEnded { end, .. } => Some(*end),
        _other => None,
    });
    assert_eq!(end, Some(call_core::offer::OfferEnd::NoAnswer));
}

#[test]
fn a_team_that_begins_to_pull_rings_nobody_after_who_declines() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.rung(Some(BOB));
    bench.chooses(SUPPORT, |team| team.delivery = Delivery::Pull);
    bench.declines(BOB, "no");
    bench.rung(None);
}

#[test]
fn three_who_talk_do_not_consult() {
    let mut bench = Bench::three_way();
    bench.after(secs(10));
    bench.completes(BOB);
    bench.after(secs(5));
    bench.completes(CAROL);
    let told = record(&bench.world, bench.conversation).unwrap();
    let carol = &told.segments[1];
    assert_eq!((carol.agent.as_str(), carol.talk_ms, carol.consult_ms), ("carol", 15_000, 0));
}

#[test]
fn nobody_consults_with_a_colleague_who_is_lost() {
    let mut bench = Bench::consult();
    bench.after(secs(5));
    bench.loses(CAROL);
    bench.after(secs(10));
    bench.completes(BOB);
    let told = record(&bench.world, bench.conversation).unwrap();
    let bob = &told.segments[0];
    assert_eq!((bob.agent.as_str(), bob.consult_ms, bob.hold_ms), ("bob", 5_000, 10_000));
}

#[test]
fn who_rings_has_missed_nothing_while_other_things_happen() {
    let mut bench = Bench::ringing();
    bench.after(secs(1));
    bench.mutes(BOB, true);
    bench.after(secs(1));
    bench.accepts(CAROL);
    bench.completes(BOB);
    bench.completes(CAROL);
    assert!(record(&bench.world, bench.conversation).unwrap().missed.is_empty());
}

#[test]
fn a_page_that_says_hello_again_is_news_only_if_it_says_something_else() {
    let mut bench = Bench::new();
    let arrived = |event: &Event| matches!(event, Event::CustomerArrived { .. });
    for (name, priority, times) in [("A", 0, 1), ("A", 0, 1), ("B", 0, 2), ("B", 3, 3)] {
        let (person, name, teams) = (person(ALICE), name.to_owned(), Rights::answering([]));
        bench.report(Report::SessionOpened { person, name, teams, priority });
        assert_eq!(happened(&bench, arrived), times);
    }
    bench.calls(ZOE, SUPPORT);
    bench.closes(ZOE);
    bench.opens(ZOE, &[]);
    let zoe = |event: &Event| {
        let Event::CustomerArrived { customer, .. } = event else { return false };
        customer.as_str() == "zoe"
    };
    assert_eq!(happened(&bench, zoe), 2);
}

#[test]
fn an_agent_is_removed_once_and_only_while_it_is_here() {
    let mut bench = Bench::connected();
    let removed = |event: &Event| matches!(event, Event::AgentRemoved { .. });
    let remove = |who: &str| Report::AgentRemoved { agent: who.parse().unwrap() };
    bench.report(remove("bob"));
    bench.report(remove("bob"));
    assert_eq!(happened(&bench, removed), 1);
    let next = || asked(r#"{"name":"get_next"}"#);
    assert_eq!(bench.refused(BOB, next()), Refusal::NotSignedIn);
    bench.closes(CAROL);
    bench.after(secs(15));
    bench.report(remove("carol"));
    assert_eq!(happened(&bench, removed), 1);
}

#[test]
fn who_observes_one_call_is_elsewhere_for_another_and_without_a_page_nobody_observes() {
    let mut bench = Bench::connected().monitored();
    bench.supervisor(LEN, LISTENS);
    let first = bench.conversation;
    bench.conversation = bench.calls(ZOE, SUPPORT);
    let conversation = bench.conversation;
    let monitor = || C::Monitor { conversation };
    assert_eq!(bench.refused(SUE, monitor()), Refusal::AlreadyInConversation);
    bench.closes(LEN);
    bench.conversation = first;
    let conversation = first;
    assert_eq!(bench.refused(LEN, C::Monitor { conversation }), Refusal::NotSignedIn);
}

#[test]
fn nobody_transfers_on_behalf_of_itself() {
    let mut bench = Bench::new();
    bench.supervisor(SUE, Rights::MANAGE);
    bench.signs_in(CAROL, &[BILLING]);
    bench.calls(ALICE, SUPPORT);
    bench.accepts(SUE);
    let (conversation, target) = (bench.conversation, agent(CAROL));
    let transfer = C::TransferOnBehalf { conversation, target, note: None };
    assert_eq!(bench.refused(SUE, transfer), Refusal::TargetIsSelf);
}

#[test]
fn who_was_kept_for_a_recall_is_free_once_the_customer_is_elsewhere() {
    let mut bench = Bench::handed_over();
    bench.after(secs(20 + 15));
    bench.sets(BOB, AWAY);
    bench.after(secs(10));
    bench.phase_is(Phase::Waiting);
    bench.sets(CAROL, AWAY);
    bench.sets(BOB, Status::Present);
    bench.rung(Some(BOB));

    let mut bench = Bench::handed_over().with_sue();
    bench.after(secs(20 + 15));
    bench.phase_is(Phase::Recall);
    bench.takes_over(SUE);
    assert_eq!(bench.availability(BOB), Ok(()));
    bench.talk(&[ALICE, SUE]);
}

#[test]
fn after_a_restart_a_customer_in_a_call_has_the_grace_of_a_call_and_views_are_new() {
    let mut bench = Bench::connected();
    let before = bench.state().version;
    bench.restarts();
    assert_eq!(bench.state().version, before + 1);
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.just_before(secs(20));
    bench.phase_is(Phase::Connected);
    bench.a_moment();
    bench.phase_is(Phase::Ended);
}

#[test]
fn nobody_is_rung_to_listen_where_no_agent_is_any_more() {
    let mut bench = Bench::connected();
    bench.supervisor(LEN, LISTENS);
    let (conversation, len) = (bench.conversation, person(LEN).as_agent().unwrap().clone());
    bench.crashes(BOB);
    bench.just_before(secs(30));
    bench.opens(BOB, &[SUPPORT]);
    let listen = C::InviteListener { conversation, agent: len, note: None };
    bench.asks(BOB, listen).unwrap();
    bench.a_moment();
    bench.phase_is(Phase::Waiting);
    let listening = |event: &Event| {
        let Event::OfferEnded { target: Target::Agent(who), .. } = event else { return false };
        who.as_str() == "len"
    };
    assert_eq!(happened(&bench, listening), 1);
}

#[test]
fn the_spans_are_those_of_the_settings() {
    let mut bench = Bench::connected();
    bench.settings.timers.ring = secs(5);
    bench.invites(BOB, agent(CAROL));
    bench.after(secs(5));
    bench.rung(None);
}

#[test]
fn a_fact_about_a_conversation_touches_it_and_one_about_a_person_none() {
    let bench = Bench::connected();
    let touched = |recorded: &Recorded| conversations_touched(&bench.world, recorded);
    let all: Vec<_> = bench.events.iter().flat_map(touched).collect();
    assert!(all.iter().all(|one| *one == bench.conversation));
    assert!(all.len() > 3 && all.len() < bench.events.len());
}

#[test]
fn settings_are_looked_through_to_the_millisecond() {
    let one = std::time::Duration::from_millis(1);
    let mut settings = Bench::new().settings;
    settings.timers.ring = one;
    let support = settings.teams.get_mut(SUPPORT).unwrap();
    support.max_wait = Some(one);
    support.overflow = Overflow::Team("nobody".parse().unwrap());
    let team = || SUPPORT.parse().unwrap();
    let unknown = SettingsError::UnknownStandIn { team: team(), setting: "overflow" };
    assert_eq!(settings.check(), Err(vec![unknown.clone()]));
    let support = settings.teams.get_mut(SUPPORT).unwrap();
    support.max_wait = Some(std::time::Duration::ZERO);
    let zero = SettingsError::ZeroWait { team: team() };
    assert_eq!(settings.check(), Err(vec![unknown, zero]));
}

#[test]
fn a_name_has_sixty_four_characters_at_most_and_a_moment_reads_as_seconds() {
    assert!("a".repeat(64).parse::<call_core::AgentId>().is_ok());
    assert!("a".repeat(65).parse::<call_core::AgentId>().is_err());
    assert_eq!(Time(61_005).to_string(), "61.005");
    assert_eq!(Time(5_000) - Time(2_000), secs(3));
}
