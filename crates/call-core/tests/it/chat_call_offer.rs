//! An agent offers the customer of a chat a call: nobody is rung who did not ask for it.

use call_core::view::ActionName;
use call_core::{Command as C, Medium, Notice, Phase, Refusal};

use crate::bench::{ALICE, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person, secs};

fn offering() -> (Bench, C, C, C) {
    let mut bench = Bench::chatting();
    let conversation = bench.conversation;
    let offer = C::OfferCall { conversation };
    bench.does(BOB, offer.clone());
    let no = C::Decline { conversation, text: None };
    (bench, offer, C::Raise { conversation }, no)
}

fn told(bench: &Bench, who: &str, notice: &Notice) -> bool {
    bench.news.contains(&(person(who), notice.clone()))
}

fn enabled(bench: &Bench, who: &str, name: ActionName) -> bool {
    bench.view(who).actions.iter().any(|one| one.action == name && one.enabled)
}

#[test]
fn the_customer_takes_it_and_has_the_agent_in_the_call_at_once() {
    let (mut bench, _, takes, _) = offering();
    let (chat, call) = (bench.conversation, bench.world.next_conversation());
    let offered = bench.view(ALICE).offered_call.unwrap();
    assert_eq!(offered.by.to_string(), BOB);
    assert_eq!(bench.view(BOB).offered_call, Some(offered));
    bench.does(ALICE, takes);
    assert_eq!(bench.view(ALICE).offered_call, None);
    bench.conversation = call;
    bench.rung(None);
    bench.phase_is(Phase::Connected);
    bench.owned_by(BOB);
    bench.talk(&[ALICE, BOB]);
    assert_eq!(bench.view(BOB).linked, Some(chat));
}

#[test]
fn the_customer_would_rather_write_and_the_agents_are_told() {
    let (mut bench, offer, _, no) = offering();
    let conversation = bench.conversation;
    bench.invites(BOB, agent(CAROL));
    bench.accepts(CAROL);
    bench.does(ALICE, no.clone());
    for who in [BOB, CAROL] {
        assert!(told(&bench, who, &Notice::CallDeclined { conversation }));
    }
    assert_eq!(bench.view(ALICE).offered_call, None);
    assert_eq!(bench.refused(ALICE, no), Refusal::NoOffer);
    bench.does(CAROL, offer);
    assert!(enabled(&bench, ALICE, ActionName::Decline), "and may be asked again");
}

#[test]
fn it_is_over_after_a_minute_and_the_agents_are_told() {
    let (mut bench, _, _, _) = offering();
    let conversation = bench.conversation;
    bench.just_before(secs(60));
    assert!(bench.view(ALICE).offered_call.is_some());
    bench.a_moment();
    assert_eq!(bench.view(ALICE).offered_call, None);
    assert!(told(&bench, BOB, &Notice::CallNotAnswered { conversation }));
}

#[test]
fn it_is_taken_back_by_any_agent_in_the_chat_and_open_once_at_a_time() {
    let (mut bench, offer, takes, _) = offering();
    bench.invites(BOB, agent(CAROL));
    bench.accepts(CAROL);
    assert_eq!(bench.refused(CAROL, offer.clone()), Refusal::CallOffered);
    let withdraw = C::WithdrawCall { conversation: bench.conversation };
    assert_eq!(bench.refused(ALICE, withdraw.clone()), Refusal::NotPermitted);
    assert!(enabled(&bench, CAROL, ActionName::WithdrawCall));
    bench.does(CAROL, withdraw.clone());
    assert!(!enabled(&bench, CAROL, ActionName::WithdrawCall));
    assert_eq!(bench.refused(CAROL, withdraw), Refusal::NoOffer);
    assert_eq!(bench.refused(ALICE, offer), Refusal::NotPermitted);
    // What it does then is as ever: who answers for the chat is rung.
    let call = bench.world.next_conversation();
    bench.does(ALICE, takes);
    bench.conversation = call;
    bench.rung(Some(BOB));
}

#[test]
fn it_is_gone_with_who_made_it_and_with_the_customer() {
    let (mut bench, ..) = offering();
    bench.invites(BOB, agent(CAROL));
    bench.accepts(CAROL);
    bench.leaves(BOB);
    assert_eq!(bench.view(ALICE).offered_call, None);

    let (mut bench, offer, ..) = offering();
    bench.transfers(BOB, agent(CAROL));
    bench.accepts(CAROL);
    assert_eq!(bench.view(ALICE).offered_call, None, "Bob listens only");
    bench.does(CAROL, offer);
    bench.leaves(ALICE);
    let conversation = bench.conversation;
    bench.does(ALICE, C::Reopen { conversation });
    assert_eq!(bench.view(ALICE).offered_call, None);
}

#[test]
fn who_is_in_a_call_is_offered_none() {
    let (mut bench, offer, ..) = offering();
    let chat = bench.conversation;
    // Not the one it is offered.
    let call = bench.world.next_conversation();
    bench.does(ALICE, C::Call { team: SUPPORT.parse().unwrap(), medium: Medium::Voice });
    assert_eq!(bench.view(ALICE).offered_call, None);
    assert_eq!(bench.refused(BOB, offer.clone()), Refusal::TargetBusy);
    bench.conversation = call;
    bench.leaves(ALICE);
    bench.conversation = chat;
    bench.does(BOB, offer);
}

#[test]
fn an_agent_who_has_begun_another_call_meanwhile_is_not_pulled_out_of_it() {
    let (mut bench, _, takes, _) = offering();
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.does(BOB, C::CallAgent { agent: "dave".parse().unwrap(), medium: Medium::Voice });
    let call = bench.world.next_conversation();
    bench.does(ALICE, takes);
    bench.conversation = call;
    bench.phase_is(Phase::Waiting);
}

#[test]
fn it_outlasts_a_restart_and_a_lost_page() {
    let (mut bench, _, takes, _) = offering();
    let until = bench.view(ALICE).offered_call.unwrap().expires_at_ms;
    bench.loses(ALICE);
    bench.restarts();
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    assert!(bench.view(ALICE).offered_call.unwrap().expires_at_ms >= until);
    let call = bench.world.next_conversation();
    bench.does(ALICE, takes);
    bench.conversation = call;
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn there_is_none_in_calls_and_between_colleagues() {
    let mut bench = Bench::connected();
    let conversation = bench.conversation;
    assert_eq!(bench.refused(BOB, C::OfferCall { conversation }), Refusal::WrongMedium);
    let mut bench = Bench::chatting();
    let conversation = bench.world.next_conversation();
    let medium = Medium::Chat;
    bench.does(CAROL, C::CallAgent { agent: "bob".parse().unwrap(), medium });
    assert_eq!(bench.refused(CAROL, C::OfferCall { conversation }), Refusal::NotPermitted);
}
