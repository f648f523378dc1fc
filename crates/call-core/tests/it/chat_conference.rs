//! Chat, the first way: invite a colleague, write together, and leave. And chats between agents.

use call_core::view::ActionName;
use call_core::{
    Command as C, EndReason, Event, HoldWhen, Medium, Notice, OnFailure, Phase, Refusal, record,
};

use crate::bench::{ALICE, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person, team};

/// Why somebody may not do something; `None` if it may.
fn disabled(bench: &Bench, who: &str, name: ActionName) -> Option<&'static str> {
    let actions = bench.view(who).actions;
    let action = actions.into_iter().find(|one| one.action == name).expect("it is listed");
    assert_eq!(action.enabled, action.reason.is_none());
    action.reason
}

#[track_caller]
fn cannot_leave(bench: &mut Bench, who: &str) {
    let leave = C::Leave { conversation: bench.conversation };
    assert_eq!(bench.refused(who, leave), Refusal::NobodyElse);
    assert_eq!(disabled(bench, who, ActionName::Leave), Some("nobody_else"));
}

#[test]
fn an_invited_colleague_reads_before_it_answers_and_writes_beside_the_other_after_it() {
    let mut bench = Bench::chatting();
    bench.says(ALICE, "My bill is wrong.");
    bench.invites(BOB, agent(CAROL));
    bench.phase_is(Phase::Ringing);
    bench.seen_by(&[ALICE, BOB, CAROL]);
    bench.may_not_write(CAROL, &Refusal::NotAParticipant);
    bench.accepts(CAROL);
    bench.phase_is(Phase::ThreeWay);
    bench.held(&[]);
    bench.owned_by(BOB);
    assert_eq!(bench.says(CAROL, "Hello, billing here."), 2);
    assert_eq!(bench.says(BOB, "Carol knows more."), 3);
    assert_eq!(bench.says(ALICE, "Thank you."), 4);
}

#[test]
fn leaving_a_conference_transfers_the_chat() {
    let mut bench = Bench::conference();
    assert_eq!(disabled(&bench, BOB, ActionName::Leave), None);
    bench.leaves(BOB);
    bench.owned_by(CAROL);
    bench.seated(&[ALICE, CAROL]);
    bench.seen_by(&[ALICE, CAROL]);
    bench.may_not_write(BOB, &Refusal::NotOwner);
    bench.says(CAROL, "I go on from here.");
    assert_eq!(bench.count(|event| matches!(event, Event::WrapUpStarted { .. })), 0);
}

#[test]
fn nobody_leaves_a_chat_to_a_colleague_who_is_not_in() {
    let mut bench = Bench::chatting();
    cannot_leave(&mut bench, BOB);
    bench.invites(BOB, agent(CAROL));
    cannot_leave(&mut bench, BOB);
    bench.accepts(CAROL);
    bench.loses(CAROL);
    cannot_leave(&mut bench, BOB);
    bench.leg_up(CAROL);
    bench.leaves(BOB);
    cannot_leave(&mut bench, CAROL);
    let mut bench = Bench::offered();
    cannot_leave(&mut bench, BOB);
    bench.accepts(CAROL);
    bench.owned_by(CAROL);
}

#[test]
fn who_is_the_only_agent_completes_the_chat_also_while_something_rings() {
    let invited = || {
        let mut bench = Bench::chatting();
        bench.invites(BOB, agent(CAROL));
        bench
    };
    for prepare in [Bench::chatting as fn() -> Bench, invited, Bench::offered] {
        let mut bench = prepare();
        let rings = bench.state().offer.is_some();
        bench.forget_news();
        bench.completes(BOB);
        bench.phase_is(Phase::Ended);
        let record = record(&bench.world, bench.conversation).unwrap();
        assert_eq!((record.reason, record.ended_by), (EndReason::Completed, person(BOB)));
        assert_eq!((record.medium, record.is_final), (Medium::Chat, true));
        assert_eq!((bench.chats_of(BOB), bench.chats_of(CAROL)), (0, 0));
        let withdrawn = |notice: &&&Notice| matches!(notice, Notice::Rescinded { .. });
        assert_eq!(bench.told(CAROL).iter().filter(withdrawn).count(), usize::from(rings));
    }
}

#[test]
fn completing_beside_a_colleague_leaves_the_chat_to_it() {
    let mut bench = Bench::conference();
    bench.completes(BOB);
    bench.phase_is(Phase::Connected);
    bench.owned_by(CAROL);
    bench.completes(CAROL);
    bench.phase_is(Phase::Ended);
}

#[test]
fn a_customer_who_leaves_ends_the_chat_for_everybody() {
    for prepare in [Bench::chatting as fn() -> Bench, Bench::conference, Bench::offered] {
        let mut bench = prepare();
        bench.forget_news();
        bench.leaves(ALICE);
        bench.phase_is(Phase::Ended);
        assert_eq!((bench.chats_of(BOB), bench.chats_of(CAROL)), (0, 0));
        let reason = EndReason::CustomerLeft;
        let over = Notice::Ended { conversation: bench.conversation, reason };
        assert!(bench.told(BOB).contains(&&over));
        bench.may_not_write(BOB, &Refusal::ConversationEnded);
    }
}

#[test]
fn an_agent_removes_the_other_from_a_chat_and_goes_on() {
    let mut bench = Bench::conference();
    bench.removes(BOB, CAROL);
    bench.seated(&[ALICE, BOB]);
    bench.may_not_write(CAROL, &Refusal::NotOwner);
    bench.says(BOB, "Just us again.");
}

#[test]
fn who_is_in_a_chat_already_is_not_rung_for_it_with_its_team() {
    let mut bench = Bench::chatting();
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.invites(BOB, agent(DAVE));
    bench.accepts(DAVE);
    let conversation = bench.conversation;
    let transfer = C::Transfer { conversation, target: team(SUPPORT), note: None };
    let refusal = bench.refused(BOB, transfer);
    assert!(matches!(refusal, Refusal::NobodyAvailable { .. }), "{refusal:?}");
    bench.transfers(BOB, agent(CAROL));
    bench.rung(Some(CAROL));
}

#[test]
fn two_agents_write_to_each_other_to_ask_before_transferring() {
    let mut bench = Bench::chatting();
    let (with_alice, inside) = (bench.conversation, bench.world.next_conversation());
    let colleague = person(CAROL).as_agent().unwrap().clone();
    bench.asks(BOB, C::CallAgent { agent: colleague, medium: Medium::Chat }).unwrap();
    bench.conversation = inside;
    bench.phase_is(Phase::Ringing);
    assert_eq!(bench.says(BOB, "Can you take a question about a bill?"), 1);
    assert!(bench.reads_along(CAROL), "it reads before it answers");
    bench.accepts(CAROL);
    bench.phase_is(Phase::Connected);
    bench.seen_by(&[BOB, CAROL]);
    assert_eq!(bench.says(CAROL, "Send her over."), 2);
    bench.may_not_write(ALICE, &Refusal::NotAParticipant);
    let invite = bench.invite(agent(DAVE), HoldWhen::Never, OnFailure::Resume);
    assert_eq!(bench.refused(BOB, invite), Refusal::NotPermitted);
    bench.leaves(BOB);
    bench.phase_is(Phase::Ended);
    assert_eq!(record(&bench.world, inside).unwrap().customer, None);
    bench.conversation = with_alice;
    bench.transfers(BOB, agent(CAROL));
    bench.accepts(CAROL);
    bench.owned_by(CAROL);
}

#[test]
fn a_colleague_who_does_not_take_an_internal_chat_ends_it() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[SUPPORT]);
    let colleague = person(CAROL).as_agent().unwrap().clone();
    bench.asks(BOB, C::CallAgent { agent: colleague, medium: Medium::Chat }).unwrap();
    bench.declines(CAROL, "Not now.");
    bench.phase_is(Phase::Ended);
    assert_eq!(record(&bench.world, bench.conversation).unwrap().reason, EndReason::NotAnswered);
}
