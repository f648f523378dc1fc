//! One agent, several chats and a call: capacity, presence per medium, who is asked first.

use call_core::agent::Unavailable;
use call_core::view::StatusView;
use call_core::{
    AwayReason, Command as C, ConversationId, Event, Medium, Notice, Refusal, Status, desk,
    queue_position,
};

use crate::bench::{ALICE, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, agent, person, secs};

const AWAY: Status = Status::Away { reason: AwayReason::Break };

fn sets(bench: &mut Bench, who: &str, status: Status, medium: Medium) {
    bench.does(who, C::SetStatus { status, medium: Some(medium) });
}

fn availability(bench: &Bench, who: &str, medium: Medium) -> Result<(), Unavailable> {
    bench.world.agent(person(who).as_agent().unwrap()).unwrap().availability(medium)
}

/// Bob of support is in as many chats, with a customer each.
fn chats(count: usize) -> (Bench, Vec<ConversationId>) {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    let start = |index| {
        let chat = bench.begins(&format!("customer:c{index}"), SUPPORT);
        bench.takes(BOB, chat);
        chat
    };
    let running = (0..count).map(start).collect();
    (bench, running)
}

#[test]
fn an_agent_is_in_four_chats_and_a_call_and_the_fifth_waits() {
    let (mut bench, four) = chats(4);
    assert_eq!(availability(&bench, BOB, Medium::Chat), Err(Unavailable::Talking));
    bench.conversation = bench.begins(ALICE, SUPPORT);
    let fifth = bench.conversation;
    bench.rung(None);
    assert_eq!(queue_position(&bench.world, fifth), Some(1));
    let call = bench.calls(ZOE, SUPPORT);
    bench.takes(BOB, call);
    assert_eq!(bench.world.conversations_of(&person(BOB)).len(), 5);
    for chat in &four {
        bench.conversation = *chat;
        bench.says(BOB, "Hello");
    }
    bench.completes(BOB);
    bench.conversation = fifth;
    bench.rung(Some(BOB));
    bench.takes(BOB, fifth);
    bench.owned_by(BOB);
}

#[test]
fn how_many_chats_is_a_setting() {
    let mut bench = Bench::new();
    bench.settings.chats = 1;
    bench.signs_in(BOB, &[SUPPORT]);
    let first = bench.begins(ALICE, SUPPORT);
    bench.takes(BOB, first);
    bench.conversation = bench.begins(ZOE, SUPPORT);
    bench.rung(None);
    bench.signs_in(CAROL, &["billing"]);
    let offer = C::Transfer { conversation: first, target: agent(CAROL), note: None };
    bench.asks(BOB, offer).unwrap();
    bench.conversation = first;
    bench.accepts(CAROL);
    // Who listens has room for a chat of its own.
    assert_eq!(bench.chats_of(BOB), 2);
    let back = C::Transfer { conversation: first, target: agent(BOB), note: None };
    assert_eq!(bench.refused(CAROL, back), Refusal::TargetBusy);
}

#[test]
fn presence_is_per_medium() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    sets(&mut bench, BOB, AWAY, Medium::Chat);
    bench.begins(ALICE, SUPPORT);
    bench.rung(None);
    assert_eq!(availability(&bench, BOB, Medium::Chat), Err(Unavailable::Away));
    assert_eq!(availability(&bench, BOB, Medium::Voice), Ok(()));
    let shown = desk(&bench.world, &bench.settings, person(BOB).as_agent().unwrap()).unwrap();
    assert_eq!((shown.you.status, shown.you.chat.status), (StatusView::Present, StatusView::Away));
    bench.conversation = bench.calls(ZOE, SUPPORT);
    bench.rung(Some(BOB));
    sets(&mut bench, BOB, Status::Present, Medium::Chat);
    bench.conversation = ConversationId(1);
    bench.rung(Some(BOB));
    bench.sets(BOB, AWAY);
    assert_eq!(availability(&bench, BOB, Medium::Voice), Err(Unavailable::Away));
    assert_eq!(availability(&bench, BOB, Medium::Chat), Err(Unavailable::Away));
}

#[test]
fn going_away_for_one_medium_declines_what_rings_of_it_only() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    let (chat, call) = (bench.begins(ALICE, SUPPORT), bench.calls(ZOE, SUPPORT));
    sets(&mut bench, BOB, AWAY, Medium::Voice);
    bench.conversation = call;
    bench.rung(None);
    bench.conversation = chat;
    bench.rung(Some(BOB));
}

#[test]
fn unanswered_chats_set_an_agent_away_for_chats_only() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.begins(ALICE, SUPPORT);
    bench.after(secs(20 + 30 + 20));
    assert_eq!(bench.told(BOB).last(), Some(&&Notice::MissedOffers { medium: Medium::Chat }));
    let missed = |recorded: &&call_core::Recorded| match &recorded.event {
        Event::StatusChanged { medium, status, .. } => {
            *medium == Some(Medium::Chat) && *status == Status::Away { reason: AwayReason::Missed }
        }
        _ => false,
    };
    assert_eq!(bench.events.iter().filter(missed).count(), 1);
    assert_eq!(availability(&bench, BOB, Medium::Chat), Err(Unavailable::Away));
    bench.conversation = bench.calls(ZOE, SUPPORT);
    bench.rung(Some(BOB));
}

#[test]
fn a_missed_chat_and_a_missed_call_are_not_two_in_a_row() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.begins(ALICE, SUPPORT);
    bench.calls(ZOE, SUPPORT);
    bench.after(secs(20));
    assert_eq!(availability(&bench, BOB, Medium::Voice), Ok(()));
    assert_eq!(availability(&bench, BOB, Medium::Chat), Ok(()));
}

#[test]
fn no_wrap_up_follows_a_chat_and_chats_come_during_that_of_a_call() {
    let mut bench = Bench::chatting();
    bench.completes(BOB);
    assert_eq!(availability(&bench, BOB, Medium::Chat), Ok(()));
    assert_eq!(availability(&bench, BOB, Medium::Voice), Ok(()));
    bench.conversation = bench.calls(ZOE, SUPPORT);
    bench.takes(BOB, bench.conversation);
    bench.completes(BOB);
    assert_eq!(availability(&bench, BOB, Medium::Voice), Err(Unavailable::WrapUp));
    bench.conversation = bench.begins("customer:ann", SUPPORT);
    bench.rung(Some(BOB));
    bench.takes(BOB, bench.conversation);
    assert_eq!(availability(&bench, BOB, Medium::Voice), Err(Unavailable::WrapUp));
}

#[test]
fn of_those_who_chat_the_least_busy_is_asked_first_and_of_equals_the_longest_idle() {
    let mut bench = Bench::new();
    for who in [BOB, CAROL, DAVE] {
        bench.signs_in(who, &[SUPPORT]);
    }
    let mut asked = Vec::new();
    for index in 0..4 {
        bench.a_moment();
        bench.conversation = bench.begins(&format!("customer:c{index}"), SUPPORT);
        let first = bench.state().candidates().next().unwrap().to_string();
        bench.takes(&format!("agent:{first}"), bench.conversation);
        asked.push(first);
    }
    assert_eq!(asked, ["bob", "carol", "dave", "bob"]);
    // Carol is done with hers and has been idle for the shortest time, but has nothing to do.
    bench.conversation = ConversationId(2);
    bench.completes(CAROL);
    bench.conversation = bench.begins("customer:c4", SUPPORT);
    bench.rung(Some(CAROL));
}

#[test]
fn an_agent_is_rung_for_several_chats_at_a_time_as_far_as_it_has_room() {
    let mut bench = Bench::new();
    let waiting: Vec<_> =
        (0..5).map(|index| bench.begins(&format!("customer:c{index}"), SUPPORT)).collect();
    bench.signs_in(BOB, &[SUPPORT]);
    let rung = |bench: &Bench, id: ConversationId| {
        bench.world.conversation(id).unwrap().candidates().next().is_some()
    };
    let rings: Vec<_> = waiting.iter().map(|id| rung(&bench, *id)).collect();
    assert_eq!(rings, [true, true, true, true, false]);
    assert_eq!(bench.chats_of(BOB), 4);
}

#[test]
fn a_lost_leg_is_lost_in_every_chat_and_back_in_every_one() {
    let (mut bench, both) = chats(2);
    bench.loses(BOB);
    let joined = |bench: &Bench, id: &ConversationId| {
        bench.world.conversation(*id).unwrap().participants[&person(BOB)].is_joined()
    };
    assert!(both.iter().all(|id| !joined(&bench, id)));
    bench.after(secs(30));
    bench.leg_up(BOB);
    assert!(both.iter().all(|id| joined(&bench, id)));
}
