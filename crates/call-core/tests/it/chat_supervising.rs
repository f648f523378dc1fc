//! Supervision of chats: monitor without a trace, take over, transfer on behalf, end for all.

use call_core::Command as C;
use call_core::{
    Act, EndReason, Event, Medium, Notice, Phase, Recorded, Refusal, audit, conversations_touched,
    notices, record, shown_anew,
};

use crate::bench::{ALICE, BOB, Bench, CAROL, SUPPORT, agent, person, secs};
use crate::supervising::{LEN, LISTENS, SUE};

/// The acts of supervision so far.
fn acts(bench: &Bench) -> Vec<Act> {
    let entries = bench.events.iter().filter_map(audit);
    let entries = entries.inspect(|entry| assert_eq!(entry.conversation, bench.conversation));
    entries.map(|entry| entry.act).collect()
}

#[test]
fn a_monitor_reads_everything_and_nobody_is_told_or_shown_any_of_it() {
    let mut bench = Bench::chatting().with_sue();
    bench.says(ALICE, "Hello");
    let (version, facts) = (bench.state().version, bench.events.len());
    bench.forget_news();
    bench.monitors(SUE);
    bench.notes(BOB, "A note.");
    assert!(bench.reads_along(SUE));
    bench.marks(SUE, 2, 2);
    assert_eq!(bench.come(SUE), None, "no mark of its reading");
    bench.loses(SUE);
    bench.leg_up(SUE);
    bench.asks(SUE, C::StopObserving { conversation: bench.conversation }).unwrap();
    assert!(bench.news.is_empty(), "{:?}", bench.news);
    assert_eq!(bench.state().version, version);
    assert!(bench.view(BOB).observers.is_empty());
    let of_monitor =
        |recorded: &&Recorded| !conversations_touched(&bench.world, recorded).is_empty();
    for recorded in bench.events[facts..].iter().filter(of_monitor) {
        assert!(notices(&bench.world, recorded).is_empty());
        let shown = shown_anew(&bench.world, recorded);
        assert!(shown.iter().all(|who| *who == person(SUE)), "{recorded:?} shows {shown:?}");
    }
    assert!(!bench.events.iter().any(|recorded| matches!(recorded.event, Event::Marked { .. })));
}

#[test]
fn a_monitor_is_asked_to_listen_as_if_it_were_not_there() {
    let mut bench = Bench::chatting().monitored();
    let (conversation, id) = (bench.conversation, person(SUE).as_agent().unwrap().clone());
    let listen = C::InviteListener { conversation, agent: id, note: None };
    bench.asks(BOB, listen).unwrap();
    bench.rung(Some(SUE));
    bench.accepts(SUE);
    bench.observed_by(&[SUE]);
    assert_eq!(bench.view(BOB).observers.len(), 1, "from here on it is seen");
    bench.says(ALICE, "Hello");
    assert!(bench.reads_along(SUE));
}

#[test]
fn a_monitor_does_not_write_and_nothing_is_read_for_others_by_its_reading() {
    let mut bench = Bench::chatting().monitored();
    bench.says(ALICE, "Hello");
    bench.may_not_write(SUE, &Refusal::NotOwner);
    bench.marks(SUE, 1, 1);
    assert_eq!((bench.come(BOB), bench.come(ALICE)), (None, None));
}

#[test]
fn who_only_listens_to_the_team_may_monitor_and_no_more() {
    let mut bench = Bench::chatting();
    bench.supervisor(LEN, LISTENS);
    let conversation = bench.conversation;
    assert_eq!(bench.refused(LEN, C::TakeOver { conversation }), Refusal::NotPermitted);
    assert_eq!(bench.refused(LEN, C::EndForAll { conversation }), Refusal::NotPermitted);
    bench.monitors(LEN);
    assert!(bench.reads_along(LEN));
    assert!(!bench.view(LEN).chat.unwrap().may_save);
    let managed = Bench::chatting().monitored();
    assert!(managed.view(SUE).chat.unwrap().may_save && managed.view(ALICE).chat.unwrap().may_save);
    assert_eq!(bench.refused(CAROL, C::Monitor { conversation }), Refusal::NotPermitted);
}

#[test]
fn several_chats_are_monitored_at_a_time_beside_a_call() {
    let mut bench = Bench::chatting().monitored();
    let call = bench.calls("customer:ann", SUPPORT);
    bench.takes(BOB, call);
    let second = bench.begins("customer:ben", SUPPORT);
    for conversation in [call, second] {
        bench.asks(SUE, C::Monitor { conversation }).unwrap();
    }
    assert_eq!(bench.world.conversations_of(&person(SUE)).len(), 3);
    bench.conversation = bench.calls("customer:cleo", SUPPORT);
    let another = C::Monitor { conversation: bench.conversation };
    assert_eq!(bench.refused(SUE, another), Refusal::AlreadyInConversation);
}

#[test]
fn who_is_taken_over_writes_no_more_at_once_and_is_told() {
    let mut bench = Bench::chatting().with_sue();
    bench.says(BOB, "Go away.");
    bench.forget_news();
    bench.takes_over(SUE);
    bench.owned_by(SUE);
    bench.seated(&[ALICE, SUE]);
    bench.may_not_write(BOB, &Refusal::NotOwner);
    let told = Notice::TakenOver { conversation: bench.conversation, by: person(SUE) };
    assert!(bench.told(BOB).contains(&&told));
    assert!(!bench.reads_along(BOB));
    assert_eq!(bench.says(SUE, "Excuse us."), 2);
    bench.completes(SUE);
    bench.phase_is(Phase::Ended);
    let from = Some(person(BOB).as_agent().unwrap().clone());
    assert_eq!(acts(&bench), [Act::TakesOver { from }]);
}

#[test]
fn taking_over_withdraws_an_open_offer() {
    let mut bench = Bench::offered().with_sue();
    bench.takes_over(SUE);
    bench.rung(None);
    assert!(!bench.reads_along(CAROL));
    let withdrawn = |notice: &&Notice| matches!(notice, Notice::Rescinded { .. });
    assert!(bench.told(CAROL).iter().any(withdrawn));
    bench.owned_by(SUE);
}

#[test]
fn a_chat_that_waits_is_taken_over_from_its_queue_and_is_over_when_nobody_writes() {
    let mut bench = Bench::new().with_sue();
    bench.begins(ALICE, SUPPORT);
    bench.takes_over(SUE);
    bench.owned_by(SUE);
    bench.says(SUE, "Hello Alice.");
    bench.after(secs(30 * 60));
    bench.phase_is(Phase::Ended);
    let mut bench = Bench::new().with_sue();
    bench.begins(ALICE, SUPPORT);
    bench.takes_over(SUE);
    bench.after(secs(30 * 60));
    bench.phase_is(Phase::Ended);
}

#[test]
fn taking_over_a_chat_goes_on_beside_the_wrap_up_of_a_call() {
    let mut bench = Bench::chatting().with_sue();
    bench.conversation = bench.calls("customer:ann", SUPPORT);
    bench.takes(BOB, bench.conversation);
    bench.takes_over(SUE);
    bench.completes(SUE);
    let sue = person(SUE).as_agent().unwrap().clone();
    let wraps_up = |bench: &Bench| bench.world.agent(&sue).unwrap().wrap_up.is_some();
    assert!(wraps_up(&bench));
    bench.conversation = call_core::ConversationId(1);
    bench.takes_over(SUE);
    bench.owned_by(SUE);
    assert!(wraps_up(&bench));
}

#[test]
fn a_supervisor_offers_a_chat_on_behalf_of_its_agent_without_taking_it_over() {
    let mut bench = Bench::chatting().with_sue();
    let (conversation, target) = (bench.conversation, agent(CAROL));
    bench.asks(SUE, C::TransferOnBehalf { conversation, target, note: None }).unwrap();
    bench.owned_by(BOB);
    bench.rung(Some(CAROL));
    bench.says(BOB, "I am told you have to go to billing.");
    let told = |notice: &&Notice| matches!(notice, Notice::TransferredOnBehalf { .. });
    assert_eq!(bench.told(BOB).iter().filter(|one| told(one)).count(), 1);
    bench.accepts(CAROL);
    bench.owned_by(CAROL);
    bench.seated(&[ALICE, CAROL]);
    bench.observed_by(&[BOB]);
    assert!(!bench.reads_along(SUE));
    let agent = person(BOB).as_agent().unwrap().clone();
    let target = crate::bench::agent(CAROL);
    assert_eq!(acts(&bench)[0], Act::TransfersOnBehalf { agent, target });
}

#[test]
fn a_supervisor_ends_a_chat_for_all() {
    let mut bench = Bench::conference().with_sue();
    let conversation = bench.conversation;
    bench.asks(SUE, C::EndForAll { conversation }).unwrap();
    bench.phase_is(Phase::Ended);
    let record = record(&bench.world, conversation).unwrap();
    assert_eq!((record.reason, record.ended_by), (EndReason::EndedForAll, person(SUE)));
    assert_eq!(record.medium, Medium::Chat);
    for who in [ALICE, BOB, CAROL] {
        bench.may_not_write(who, &Refusal::ConversationEnded);
        let over = Notice::Ended { conversation, reason: EndReason::EndedForAll };
        assert!(bench.told(who).contains(&&over));
    }
    assert_eq!(acts(&bench), [Act::EndsForAll]);
}

#[test]
fn every_act_about_a_chat_stands_in_the_audit_log() {
    let mut bench = Bench::chatting().monitored();
    let (conversation, target) = (bench.conversation, agent(CAROL));
    bench.asks(SUE, C::TransferOnBehalf { conversation, target, note: None }).unwrap();
    bench.takes_over(SUE);
    bench.asks(SUE, C::EndForAll { conversation }).unwrap();
    let name = |act: &Act| serde_json::to_value(act).unwrap()["act"].as_str().unwrap().to_owned();
    let names: Vec<_> = acts(&bench).iter().map(name).collect();
    assert_eq!(names.join(" "), "observes transfers_on_behalf takes_over ends_for_all");
    assert!(bench.events.iter().filter_map(audit).all(|entry| entry.by.as_str() == "sue"));
}
