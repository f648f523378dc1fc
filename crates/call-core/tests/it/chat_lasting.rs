//! Chats outlast pages, silence, their own end, and restarts.

use call_core::{Command as C, EndReason, Event, Phase, Refusal, World, queue_position, record};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, person, secs};
use crate::chat_bench::queue;

const MINUTE: u64 = 60;

#[track_caller]
fn ended(bench: &Bench, reason: EndReason) {
    bench.phase_is(Phase::Ended);
    assert_eq!(record(&bench.world, bench.conversation).unwrap().reason, reason);
}

fn reopen(bench: &Bench) -> C {
    C::Reopen { conversation: bench.conversation }
}

#[test]
fn a_customer_lost_in_a_chat_keeps_its_seat_for_ten_minutes() {
    let mut bench = Bench::chatting();
    bench.crashes(ALICE);
    bench.says(BOB, "Are you there?");
    bench.just_before(secs(10 * MINUTE));
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    bench.seen_by(&[ALICE, BOB]);
    assert_eq!(bench.says(ALICE, "Again, yes."), 2);
    bench.loses(ALICE);
    bench.after(secs(10 * MINUTE));
    ended(&bench, EndReason::CustomerLeft);
}

#[test]
fn a_customer_lost_in_a_queue_keeps_its_place_for_a_minute() {
    let mut bench = Bench::new();
    bench.begins(ALICE, SUPPORT);
    bench.loses(ALICE);
    bench.just_before(secs(MINUTE));
    bench.phase_is(Phase::Waiting);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.rung(None);
    bench.a_moment();
    ended(&bench, EndReason::CustomerLeft);
}

#[test]
fn an_agent_lost_for_a_minute_puts_the_chat_at_the_head_with_all_that_was_written() {
    let mut bench = Bench::chatting();
    bench.says(ALICE, "My bill is wrong.");
    bench.notes(BOB, "It is the tax.");
    let other = bench.begins(ZOE, SUPPORT);
    bench.crashes(BOB);
    bench.just_before(secs(MINUTE));
    bench.owned_by(BOB);
    bench.phase_is(Phase::Alone);
    bench.says(ALICE, "Hello?");
    bench.a_moment();
    bench.owned_by(SUPPORT);
    let place = |bench: &Bench, id| queue_position(&bench.world, id);
    assert_eq!((place(&bench, bench.conversation), place(&bench, other)), (Some(1), Some(2)));
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.takes(DAVE, bench.conversation);
    assert!(bench.reads_along(DAVE));
    let next = bench.last_number() + 1;
    assert_eq!(bench.says(DAVE, "I have read it all."), next);
    assert_eq!(bench.view(DAVE).history.len(), 1);
}

#[test]
fn an_agent_who_is_back_within_a_minute_goes_on() {
    let mut bench = Bench::chatting();
    bench.crashes(BOB);
    bench.after(secs(50));
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.after(secs(MINUTE));
    bench.owned_by(BOB);
    bench.says(BOB, "Sorry.");
}

#[test]
fn with_a_colleague_in_a_lost_agent_leaves_the_chat_to_it() {
    let mut bench = Bench::conference();
    bench.crashes(BOB);
    bench.says(CAROL, "I am here.");
    bench.after(secs(MINUTE));
    bench.owned_by(CAROL);
    bench.seated(&[ALICE, CAROL]);
}

#[test]
fn a_chat_in_which_nobody_writes_for_half_an_hour_is_over() {
    let mut bench = Bench::chatting();
    bench.after(secs(20 * MINUTE));
    bench.says(ALICE, "One moment.");
    bench.after(secs(29 * MINUTE));
    bench.says(BOB, "Take your time.");
    bench.just_before(secs(30 * MINUTE));
    bench.phase_is(Phase::Connected);
    bench.a_moment();
    ended(&bench, EndReason::Idle);
    assert_eq!(bench.chats_of(BOB), 0);
}

#[test]
fn reading_is_not_writing_and_who_waits_is_not_idle() {
    let mut bench = Bench::new();
    bench.begins(ALICE, SUPPORT);
    bench.after(secs(45 * MINUTE));
    bench.phase_is(Phase::Waiting);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.accepts(BOB);
    bench.after(secs(20 * MINUTE));
    bench.marks(BOB, 1, 1);
    bench.after(secs(10 * MINUTE));
    ended(&bench, EndReason::Idle);
}

#[test]
fn a_customer_comes_back_within_an_hour_and_who_answered_last_is_asked_first() {
    let mut bench = Bench::chatting();
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.says(ALICE, "My bill.");
    bench.says(BOB, "Paid.");
    bench.completes(BOB);
    bench.just_before(secs(60 * MINUTE));
    bench.does(ALICE, reopen(&bench));
    // Dave has been idle for longer.
    bench.rung(Some(BOB));
    bench.accepts(BOB);
    assert_eq!(bench.says(ALICE, "Not paid."), 3);
    bench.seen_by(&[ALICE, BOB]);
    bench.completes(BOB);
    ended(&bench, EndReason::Completed);
    let record = record(&bench.world, bench.conversation).unwrap();
    let time = record.customer_time.unwrap();
    assert_eq!(time.queue_ms, 0, "it waited for nobody while the chat was over");
    assert_eq!(time.counted_ms(), record.ended_at.since(record.started_at).as_millis() as u64);
}

#[test]
fn who_answered_last_is_asked_first_whatever_team_it_is_of() {
    let mut bench = Bench::given_away();
    bench.completes(CAROL);
    bench.does(ALICE, reopen(&bench));
    bench.rung(Some(CAROL));
    bench.declines(CAROL, "Not mine.");
    bench.rung(Some(BOB));
    bench.accepts(BOB);
    bench.owned_by(BOB);
}

#[test]
fn who_comes_back_before_its_leg_is_asked_for_as_soon_as_that_is_up() {
    let mut bench = Bench::given_away();
    bench.completes(CAROL);
    bench.crashes(ALICE);
    bench.after(secs(MINUTE));
    bench.opens(ALICE, &[]);
    bench.does(ALICE, reopen(&bench));
    bench.rung(None);
    bench.leg_up(ALICE);
    bench.rung(Some(CAROL));
}

#[test]
fn when_who_answered_last_is_not_there_its_team_is_asked() {
    let mut bench = Bench::chatting();
    bench.says(BOB, "Bye.");
    bench.completes(BOB);
    bench.crashes(BOB);
    bench.does(ALICE, reopen(&bench));
    bench.phase_is(Phase::Waiting);
    bench.owned_by(SUPPORT);
    assert_eq!(bench.automated().len(), 1);
    assert_eq!(bench.last_number(), 2, "numbers go on");
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.rung(Some(DAVE));
}

#[test]
fn who_comes_back_is_there_once_and_in_time_and_to_its_own_chat() {
    let mut bench = Bench::chatting();
    assert_eq!(bench.refused(ALICE, reopen(&bench)), Refusal::AlreadyInConversation);
    bench.completes(BOB);
    assert_eq!(bench.refused(BOB, reopen(&bench)), Refusal::NotPermitted);
    bench.opens(ZOE, &[]);
    assert_eq!(bench.refused(ZOE, reopen(&bench)), Refusal::NotAParticipant);
    let first = bench.conversation;
    let second = bench.begins(ALICE, SUPPORT);
    assert_eq!(bench.refused(ALICE, reopen(&bench)), Refusal::AlreadyInConversation);
    bench.does(ALICE, C::Leave { conversation: second });
    bench.after(secs(60 * MINUTE));
    assert_eq!(bench.refused(ALICE, reopen(&bench)), Refusal::NotAParticipant);
    assert!(bench.world.conversation(first).is_none(), "it is forgotten");
    bench.conversation = bench.calls(ALICE, SUPPORT);
    bench.does(ALICE, C::Leave { conversation: bench.conversation });
    assert_eq!(bench.refused(ALICE, reopen(&bench)), Refusal::WrongMedium);
}

#[test]
fn what_a_page_says_again_after_the_chat_was_reopened_is_still_said_once() {
    let mut bench = Bench::chatting();
    bench.sends(ALICE, "first", "Hello").unwrap();
    bench.completes(BOB);
    bench.does(ALICE, reopen(&bench));
    bench.sends(ALICE, "first", "Hello").unwrap();
    assert_eq!(bench.last_number(), 1);
}

/// Each way a chat may stand as the server goes down, and who is in it.
fn states() -> Vec<(&'static str, Bench)> {
    let waiting = || {
        let mut bench = Bench::new();
        bench.begins(ALICE, SUPPORT);
        bench.signs_in(CAROL, &[BILLING]);
        bench
    };
    let sent = || {
        let mut bench = Bench::chatting();
        bench.transfers(BOB, queue(SUPPORT));
        bench
    };
    let inside = || {
        let mut bench = Bench::chatting();
        let colleague = person(CAROL).as_agent().unwrap().clone();
        let medium = call_core::Medium::Chat;
        bench.conversation = bench.world.next_conversation();
        bench.does(BOB, C::CallAgent { agent: colleague, medium });
        bench
    };
    let over = || {
        let mut bench = Bench::chatting();
        bench.says(BOB, "Bye.");
        bench.completes(BOB);
        bench
    };
    vec![
        ("waiting", waiting()),
        ("connected", Bench::chatting()),
        ("offered", Bench::offered()),
        ("given away", Bench::given_away()),
        ("conference", Bench::conference()),
        ("sent to a queue", sent()),
        ("internal", inside()),
        ("over", over()),
    ]
}

#[test]
fn a_restart_finds_every_chat_as_it_was() {
    for (state, mut bench) in states() {
        let (phase, owner) = (bench.state().phase(), bench.state().owner());
        let (chat, seats) = (bench.state().chat.clone(), bench.state().participants.len());
        let candidates: Vec<_> = bench.state().candidates().cloned().collect();
        let stored = serde_json::to_string(&bench.world).unwrap();
        let stored: World = serde_json::from_str(&stored).unwrap();
        let mut folded = World::new();
        bench.events.iter().for_each(|recorded| folded.apply(recorded));
        assert_eq!((&stored, &folded), (&bench.world, &bench.world), "{state}");
        bench.world = stored;
        // Down for longer than any of a chat's patience.
        bench.now = bench.now + secs(45 * MINUTE);
        bench.restarts();
        bench.after(secs(5));
        bench.opens(ALICE, &[]);
        bench.opens(BOB, &[SUPPORT]);
        bench.opens(CAROL, &[BILLING]);
        for who in [ALICE, BOB, CAROL] {
            bench.leg_up(who);
        }
        // Bob is asked, as he is here now.
        let is_waiting = state == "waiting";
        bench.phase_is(phase);
        assert_eq!(bench.state().owner(), owner, "{state}");
        assert_eq!(bench.state().participants.len(), seats, "{state}");
        assert_eq!(bench.state().chat.as_ref().unwrap().last, chat.unwrap().last, "{state}");
        let ringing: Vec<_> = bench.state().candidates().cloned().collect();
        assert!(is_waiting || ringing == candidates, "{state}: {ringing:?}");
    }
}

#[test]
fn after_a_restart_people_have_the_patience_of_chats_to_come_back() {
    let mut bench = Bench::chatting();
    bench.restarts();
    bench.after(secs(50));
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.owned_by(BOB);
    bench.says(BOB, "We had a break.");
    bench.after(secs(9 * MINUTE));
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    bench.says(ALICE, "I am back too.");
    bench.seated(&[ALICE, BOB]);
}

#[test]
fn facts_about_chats_are_folded_as_they_happened() {
    let mut bench = Bench::given_away();
    bench.says(CAROL, "Hello");
    bench.marks(ALICE, 1, 1);
    bench.completes(CAROL);
    bench.does(ALICE, reopen(&bench));
    let wire: Vec<_> =
        bench.events.iter().map(|recorded| serde_json::to_string(recorded).unwrap()).collect();
    let mut folded = World::new();
    for line in wire {
        folded.apply(&serde_json::from_str(&line).unwrap());
    }
    assert_eq!(folded, bench.world);
    assert!(bench.events.iter().any(|one| matches!(one.event, Event::Reopened { .. })));
}

#[test]
fn the_record_of_a_second_end_tells_of_both() {
    let mut bench = Bench::chatting();
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.after(secs(5));
    bench.completes(BOB);
    let first = record(&bench.world, bench.conversation).unwrap();
    bench.crashes(BOB);
    bench.after(secs(3));
    bench.does(ALICE, reopen(&bench));
    assert_eq!(record(&bench.world, bench.conversation), None, "it goes on");
    bench.rung(Some(DAVE));
    bench.accepts(DAVE);
    bench.after(secs(10 * MINUTE));
    bench.completes(DAVE);
    let second = record(&bench.world, bench.conversation).unwrap();
    assert!(second.is_final);
    assert_eq!((second.started_at, second.answered_at), (first.started_at, first.answered_at));
    assert_eq!(second.ended_at.since(first.ended_at), secs(10 * MINUTE + 3));
    let stays: Vec<_> = second.segments.iter().map(|stay| stay.agent.as_str()).collect();
    assert_eq!(stays, ["bob", "dave"]);
    assert_eq!(second.segments[0].joined_at, first.segments[0].joined_at);
    assert_eq!(second.segments[0].ended_at, Some(first.ended_at));
    assert_eq!(second.customer_time.unwrap().lost_ms, 3_000, "it was not there between");
}
