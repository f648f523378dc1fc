//! A chat and its call: raised from one to the other, linked, and answered by who knows the
//! customer.

use call_core::view::ActionName;
use call_core::{Command as C, Phase, Recorded, Refusal, conversations_touched, shown_anew};

use crate::bench::{ALICE, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person, secs};

#[test]
fn a_customer_raises_its_chat_to_a_call_and_its_owner_is_asked_first() {
    let mut bench = Bench::chatting();
    bench.signs_in(DAVE, &[SUPPORT]);
    let (chat, call) = (bench.conversation, bench.world.next_conversation());
    let facts = bench.events.len();
    bench.does(ALICE, C::Raise { conversation: chat });
    let of = |recorded: &Recorded| conversations_touched(&bench.world, recorded);
    let touched: Vec<_> = bench.events[facts..].iter().flat_map(of).collect();
    assert!(touched.contains(&chat) && touched.contains(&call), "both are shown anew");
    let started = &bench.events[facts];
    assert!(shown_anew(&bench.world, started).contains(&person(BOB)), "also who has the chat");
    bench.conversation = call;
    bench.rung(Some(BOB));
    bench.takes(BOB, call);
    bench.talk(&[ALICE, BOB]);
    assert_eq!(bench.view(BOB).linked, Some(chat));
    bench.conversation = chat;
    assert_eq!(bench.view(ALICE).linked, Some(call));
    bench.says(BOB, "I hear you, and go on writing.");
    let again = C::Raise { conversation: chat };
    assert_eq!(bench.refused(ALICE, again), Refusal::AlreadyInConversation);
    assert_eq!(bench.refused(BOB, C::Raise { conversation: chat }), Refusal::NotPermitted);
}

#[test]
fn a_chat_whose_call_is_over_is_shown_anew_and_can_be_raised_again() {
    let mut bench = Bench::chatting();
    let (chat, call) = (bench.conversation, bench.world.next_conversation());
    bench.does(ALICE, C::Raise { conversation: chat });
    let may_raise = |bench: &Bench| {
        let raise = |name: &ActionName| *name == ActionName::Raise;
        bench.view(ALICE).actions.iter().any(|one| raise(&one.action) && one.enabled)
    };
    assert!(!may_raise(&bench), "it has its call");
    bench.conversation = call;
    bench.takes(BOB, call);
    let (facts, version) = (bench.events.len(), bench.world.conversation(chat).unwrap().version);
    bench.leaves(ALICE);
    bench.conversation = chat;
    assert!(may_raise(&bench));
    assert!(bench.state().version > version, "its view is another");
    let of = |one: &Recorded| conversations_touched(&bench.world, one).contains(&chat);
    let told: Vec<_> = bench.events[facts..].iter().filter(|one| of(one)).collect();
    assert!(told.iter().any(|one| shown_anew(&bench.world, one).contains(&person(ALICE))));
}

#[test]
fn a_chat_that_waits_keeps_its_place_when_its_call_begins_and_ends() {
    let mut bench = Bench::new();
    let chat = bench.begins(ALICE, SUPPORT);
    let second = bench.begins("customer:ann", SUPPORT);
    let place = |bench: &mut Bench| {
        bench.conversation = second;
        bench.view("customer:ann").wait.unwrap().position
    };
    assert_eq!(place(&mut bench), 2);
    bench.conversation = bench.world.next_conversation();
    bench.does(ALICE, C::Raise { conversation: chat });
    let call = bench.conversation;
    assert_eq!(place(&mut bench), 2, "nobody is told that Alice is gone");
    bench.does(ALICE, C::Leave { conversation: call });
    assert_eq!(place(&mut bench), 2);
}

#[test]
fn who_owns_the_chat_is_asked_for_its_call_whatever_team_it_is_of_and_then_the_team() {
    let mut bench = Bench::given_away();
    let (chat, call) = (bench.conversation, bench.world.next_conversation());
    bench.does(ALICE, C::Raise { conversation: chat });
    bench.conversation = call;
    bench.rung(Some(CAROL));
    bench.after(secs(20));
    bench.rung(Some(BOB));
    bench.takes(BOB, call);
    bench.owned_by(BOB);
    bench.conversation = chat;
    bench.owned_by(CAROL);
}

#[test]
fn the_chat_of_a_call_has_the_agent_of_the_call_in_it_at_once() {
    for by in [ALICE, BOB] {
        let mut bench = Bench::connected();
        let (call, chat) = (bench.conversation, bench.world.next_conversation());
        bench.does(by, C::Raise { conversation: call });
        bench.conversation = chat;
        bench.phase_is(Phase::Connected);
        bench.owned_by(BOB);
        bench.seated(&[ALICE, BOB]);
        assert_eq!(bench.automated(), Vec::<&str>::new());
        bench.says(ALICE, "This is my number: 4711.");
        assert_eq!(bench.view(BOB).linked, Some(call));
        bench.conversation = call;
        assert_eq!(bench.view(BOB).linked, Some(chat));
        bench.talk(&[ALICE, BOB]);
    }
}

#[test]
fn a_chat_that_is_opened_while_the_agent_is_away_by_a_restart_waits_for_it() {
    let mut bench = Bench::connected();
    let (call, chat) = (bench.conversation, bench.world.next_conversation());
    bench.restarts();
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    bench.does(ALICE, C::Raise { conversation: call });
    bench.conversation = chat;
    bench.phase_is(Phase::Waiting);
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.rung(Some(BOB));
    bench.takes(BOB, chat);
    bench.owned_by(BOB);
}

#[test]
fn of_two_agents_in_a_call_its_owner_has_the_chat() {
    for owner in [BOB, CAROL] {
        let mut bench = Bench::three_way();
        if owner == CAROL {
            bench.leaves(BOB);
            bench.signs_in("agent:abe", &[SUPPORT]);
            bench.invites(CAROL, agent("agent:abe"));
            bench.accepts("agent:abe");
        }
        let call = bench.conversation;
        bench.conversation = bench.world.next_conversation();
        bench.does(ALICE, C::Raise { conversation: call });
        bench.owned_by(owner);
        bench.seated(&[ALICE, owner]);
    }
}
