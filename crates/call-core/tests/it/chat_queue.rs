//! Chats in queues: what who waits is written, places, and a chat that an agent sends to a queue.

use call_core::{
    ChannelSettings, Command as C, ConversationId, Delivery, Event, Medium, Owner, Phase, Refusal,
    desk, queue_position,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, person, secs};
use crate::chat_bench::queue;

fn fetch(medium: Medium) -> C {
    C::GetNext { team: None, medium }
}

fn place(bench: &Bench, id: ConversationId) -> Option<usize> {
    queue_position(&bench.world, id)
}

/// Bob has sent his chat to billing's queue, from which its agents fetch themselves.
fn sent() -> Bench {
    let mut bench = Bench::chatting();
    bench.chooses(BILLING, |team| team.delivery = Delivery::Pull);
    bench.transfers(BOB, queue(BILLING));
    bench
}

#[test]
fn a_customer_who_waits_is_written_its_place_once() {
    let mut bench = Bench::new();
    bench.begins(ZOE, SUPPORT);
    bench.conversation = bench.begins(ALICE, SUPPORT);
    assert_eq!(
        bench.automated(),
        ["Thank you for your message. You are number 2. Estimated wait: not known yet."]
    );
    bench.does(ZOE, C::Leave { conversation: ConversationId(1) });
    assert_eq!(place(&bench, bench.conversation), Some(1));
    bench.after(secs(300));
    assert_eq!(bench.automated().len(), 1, "a better place is shown, not written");
}

#[test]
fn who_is_answered_at_once_is_written_nothing_by_itself() {
    let mut bench = Bench::chatting();
    assert_eq!(bench.automated(), Vec::<&str>::new());
    bench.says(BOB, "Hello");
    assert_eq!(bench.automated(), Vec::<&str>::new());
}

#[test]
fn who_comes_before_its_connection_is_up_is_not_told_a_place_while_somebody_is_free() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.opens(ALICE, &[]);
    bench.conversation = bench.world.next_conversation();
    let team = SUPPORT.parse().unwrap();
    bench.does(ALICE, C::Call { team, medium: Medium::Chat });
    bench.rung(None);
    assert_eq!(bench.automated(), Vec::<&str>::new(), "nobody is there to read it");
    bench.leg_up(ALICE);
    bench.rung(Some(BOB));
    assert_eq!(bench.automated(), Vec::<&str>::new());
}

#[test]
fn who_comes_before_its_connection_is_up_is_told_its_place_once_it_is_there() {
    let mut bench = Bench::new();
    bench.opens(ALICE, &[]);
    bench.conversation = bench.world.next_conversation();
    let team = SUPPORT.parse().unwrap();
    bench.does(ALICE, C::Call { team, medium: Medium::Chat });
    assert_eq!(bench.automated(), Vec::<&str>::new());
    bench.leg_up(ALICE);
    assert_eq!(bench.automated().len(), 1);
}

#[test]
fn when_the_first_ringing_is_not_answered_the_customer_is_told_that_it_waits() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.begins(ALICE, SUPPORT);
    bench.rung(Some(BOB));
    bench.after(secs(19));
    assert_eq!(bench.automated(), Vec::<&str>::new());
    bench.after(secs(2));
    assert_eq!(bench.automated().len(), 1);
    assert!(bench.automated()[0].contains("You are number 1."), "{:?}", bench.automated());
    bench.after(secs(120));
    assert_eq!(bench.automated().len(), 1, "however often it rings again");
}

#[test]
fn while_another_agent_is_rung_in_turn_nobody_waits() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.begins(ALICE, SUPPORT);
    bench.after(secs(21));
    bench.rung(Some(DAVE));
    assert_eq!(bench.automated(), Vec::<&str>::new());
    bench.accepts(DAVE);
    assert_eq!(bench.automated(), Vec::<&str>::new());
}

#[test]
fn who_waits_again_because_its_agent_is_lost_is_told_again() {
    let mut bench = Bench::new();
    bench.begins(ALICE, SUPPORT);
    assert_eq!(bench.automated().len(), 1);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.accepts(BOB);
    bench.crashes(BOB);
    bench.after(secs(600));
    bench.phase_is(Phase::Waiting);
    assert_eq!(bench.automated().len(), 2);
}

#[test]
fn a_team_has_words_of_its_own_and_a_channel_before_it() {
    let mut bench = Bench::new();
    let web = ChannelSettings {
        enabled: true,
        medium: Medium::Chat,
        team: SUPPORT.parse().unwrap(),
        priority: None,
        hours: None,
        closed: None,
        waiting_text: None,
    };
    bench.settings.channels.insert("web".parse().unwrap(), web);
    bench.chooses(SUPPORT, |team| team.waiting_text = Some("Place {position}.".to_owned()));
    let comes = |bench: &mut Bench, who: &str| {
        bench.opens(who, &[]);
        bench.leg_up(who);
        bench.conversation = bench.world.next_conversation();
        let channel = "web".parse().unwrap();
        bench.does(who, C::CallChannel { channel, medium: Medium::Chat });
    };
    comes(&mut bench, ALICE);
    assert_eq!(bench.automated(), ["Place 1."]);
    let channel = bench.settings.channels.get_mut("web").unwrap();
    channel.waiting_text = Some("Bitte warten: {estimated_wait}.".to_owned());
    comes(&mut bench, ZOE);
    assert_eq!(bench.automated(), ["Bitte warten: not known yet."]);
    let call = C::CallChannel { channel: "web".parse().unwrap(), medium: Medium::Voice };
    assert_eq!(bench.refused(ALICE, call), Refusal::WrongMedium);
}

#[test]
fn places_of_chats_and_of_calls_do_not_mix() {
    let mut bench = Bench::new();
    let calls = [bench.calls("customer:ann", SUPPORT), bench.calls("customer:ben", SUPPORT)];
    let chats = [bench.begins(ALICE, SUPPORT), bench.begins(ZOE, SUPPORT)];
    assert_eq!(calls.map(|id| place(&bench, id)), [Some(1), Some(2)]);
    assert_eq!(chats.map(|id| place(&bench, id)), [Some(1), Some(2)]);
    bench.signs_in(CAROL, &[BILLING]);
    let shown = desk(&bench.world, &bench.settings, person(CAROL).as_agent().unwrap()).unwrap();
    let support = shown.teams.iter().find(|team| team.id.to_string() == SUPPORT).unwrap();
    assert_eq!((support.waiting, support.chat.waiting), (2, 2));
}

#[test]
fn agents_fetch_the_next_chat_and_the_next_call_each_for_itself() {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| team.delivery = Delivery::Pull);
    bench.signs_in(BOB, &[SUPPORT]);
    let first = bench.begins(ALICE, SUPPORT);
    let second = bench.begins(ZOE, SUPPORT);
    assert_eq!(bench.refused(BOB, fetch(Medium::Voice)), Refusal::QueueEmpty);
    for chat in [first, second] {
        bench.asks(BOB, fetch(Medium::Chat)).unwrap();
        bench.conversation = chat;
        bench.owned_by(BOB);
    }
    assert_eq!(bench.refused(BOB, fetch(Medium::Chat)), Refusal::QueueEmpty);
    bench.calls("customer:ann", SUPPORT);
    bench.asks(BOB, fetch(Medium::Voice)).unwrap();
    assert_eq!(bench.world.conversations_of(&person(BOB)).len(), 3);
}

#[test]
fn sent_to_a_queue_the_initiator_writes_on_and_the_customer_is_told_once() {
    let mut bench = sent();
    bench.owned_by(BOB);
    assert_eq!(place(&bench, bench.conversation), Some(1));
    // Carol of billing is free but fetches herself, so that there is next to no wait.
    assert_eq!(bench.automated().len(), 1);
    assert!(bench.automated()[0].contains("You are number 1."), "{:?}", bench.automated());
    bench.says(BOB, "Billing will write to you here.");
    bench.says(ALICE, "Thank you.");
    bench.after(secs(120));
    bench.owned_by(BOB);
    assert_eq!(bench.automated().len(), 1);
}

#[test]
fn when_the_initiator_leaves_the_chat_waits_in_that_queue_and_is_not_told_again() {
    let mut bench = sent();
    bench.after(secs(10));
    bench.leaves(BOB);
    bench.phase_is(Phase::Waiting);
    bench.owned_by(BILLING);
    bench.seated(&[ALICE]);
    assert_eq!(place(&bench, bench.conversation), Some(1));
    bench.may_not_write(BOB, &Refusal::NotOwner);
    bench.says(ALICE, "I wait.");
    bench.after(secs(300));
    assert_eq!(bench.automated().len(), 1, "{:?}", bench.automated());
    assert_eq!(bench.count(|event| matches!(event, Event::RecallStarted { .. })), 0);
}

#[test]
fn the_next_agent_fetches_what_was_sent_with_all_that_was_written() {
    let mut bench = sent();
    bench.says(BOB, "One moment.");
    bench.leaves(BOB);
    bench.asks(CAROL, fetch(Medium::Chat)).unwrap();
    bench.owned_by(CAROL);
    bench.seated(&[ALICE, CAROL]);
    assert!(bench.reads_along(CAROL));
    assert_eq!(bench.says(CAROL, "Here I am."), bench.last_number());
}

#[test]
fn an_agent_who_fetches_it_while_the_initiator_is_in_writes_beside_it() {
    let mut bench = sent();
    bench.asks(CAROL, fetch(Medium::Chat)).unwrap();
    bench.seated(&[ALICE, BOB, CAROL]);
    bench.owned_by(BOB);
    bench.says(BOB, "Carol is here.");
    bench.says(CAROL, "Hello.");
    bench.leaves(BOB);
    bench.owned_by(CAROL);
}

#[test]
fn what_is_sent_to_a_queue_is_pushed_to_its_agents_in_its_turn() {
    let mut bench = Bench::chatting();
    bench.transfers(BOB, queue(BILLING));
    bench.rung(Some(CAROL));
    bench.says(BOB, "Billing is asked.");
    assert_eq!(bench.automated(), Vec::<&str>::new(), "somebody is asked already");
    bench.after(secs(20));
    bench.rung(None);
    assert_eq!(bench.automated().len(), 1, "now it waits");
    bench.owned_by(BOB);
    bench.signs_in(DAVE, &[BILLING]);
    bench.rung(Some(DAVE));
    bench.leaves(BOB);
    bench.rung(Some(DAVE));
    bench.accepts(DAVE);
    bench.seated(&[ALICE, DAVE]);
    bench.owned_by(DAVE);
    assert_eq!(bench.automated().len(), 1);
}

#[test]
fn sent_to_its_own_queue_it_does_not_ring_at_who_sent_it() {
    let mut bench = Bench::chatting();
    bench.transfers(BOB, queue(SUPPORT));
    bench.rung(None);
    assert_eq!(bench.refused(BOB, fetch(Medium::Chat)), Refusal::QueueEmpty);
    bench.cancels(BOB);
    assert_eq!(place(&bench, bench.conversation), None);
    bench.says(BOB, "I keep you.");
}

#[test]
fn sent_to_another_queue_the_customer_is_told_its_place_there() {
    let mut bench = sent();
    bench.cancels(BOB);
    bench.transfers(BOB, queue(SUPPORT));
    assert_eq!(bench.automated().len(), 2);
    bench.leaves(BOB);
    assert_eq!(bench.automated().len(), 2);
}

#[test]
fn completing_a_chat_that_stands_in_a_queue_ends_it() {
    let mut bench = sent();
    bench.completes(BOB);
    bench.phase_is(Phase::Ended);
    assert_eq!(place(&bench, bench.conversation), None);
}

#[test]
fn chats_that_wait_are_served_in_order_whoever_sent_them() {
    let mut bench = sent();
    let sent_first = bench.conversation;
    bench.after(secs(5));
    let later = bench.begins(ZOE, BILLING);
    assert_eq!((place(&bench, sent_first), place(&bench, later)), (Some(1), Some(2)));
    bench.asks(CAROL, fetch(Medium::Chat)).unwrap();
    bench.asks(CAROL, fetch(Medium::Chat)).unwrap();
    bench.conversation = later;
    assert_eq!(bench.state().owner(), Owner::Agent(person(CAROL).as_agent().unwrap().clone()));
}
