//! Chat, the second way: an offer. Who is asked reads before deciding; who takes it owns it, and
//! who gave it away listens.

use call_core::observer::ObservingEnd;
use call_core::offer::OfferEnd;
use call_core::view::OriginView;
use call_core::{
    AwayReason, Command as C, Event, HoldWhen, Medium, Notice, OnFailure, PersonId, Phase, Refusal,
    Ringing, Status,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person, secs, team};
use crate::supervising::{LEN, LISTENS, SUE};

const MINUTE: u64 = 60;
const ERIN: &str = "agent:erin";

fn offer(bench: &Bench, who: &str) -> C {
    C::Transfer { conversation: bench.conversation, target: agent(who), note: None }
}

/// Dave is here as well, of billing.
fn with_dave(mut bench: Bench) -> Bench {
    bench.signs_in(DAVE, &[BILLING]);
    bench
}

#[track_caller]
fn still_bobs(bench: &mut Bench) {
    bench.owned_by(BOB);
    bench.phase_is(Phase::Connected);
    bench.seated(&[ALICE, BOB]);
    bench.seen_by(&[ALICE, BOB]);
    bench.says(BOB, "I am still here.");
    bench.may_not_write(CAROL, &Refusal::NotAParticipant);
    assert_eq!(bench.chats_of(CAROL), 0);
}

/// How the last offer ended, as its initiator was told.
fn told_why(bench: &Bench) -> (OfferEnd, Option<String>) {
    let ended = bench.told(BOB).into_iter().rev().find_map(|notice| match notice {
        Notice::OfferEnded { reason, text, .. } => Some((*reason, text.clone())),
        _ => None,
    });
    ended.expect("it has ended")
}

#[test]
fn while_an_offer_is_open_who_made_it_owns_and_writes_and_who_is_asked_reads() {
    let mut bench = Bench::chatting();
    bench.says(ALICE, "My bill is wrong.");
    bench.transfers(BOB, agent(CAROL));
    bench.phase_is(Phase::Ringing);
    bench.owned_by(BOB);
    bench.seen_by(&[ALICE, BOB, CAROL]);
    assert_eq!(bench.says(BOB, "I ask a colleague."), 2);
    bench.may_not_write(CAROL, &Refusal::NotAParticipant);
    for who in [BOB, CAROL] {
        let offer = bench.view(who).offer.expect("both lists show that it is pending");
        assert_eq!((offer.origin, offer.initiator), (OriginView::Transfer, Some(person(BOB))));
        assert_eq!(offer.expires_at_ms, Some(bench.now + secs(MINUTE)));
    }
    assert!(bench.view(BOB).chat.unwrap().may_write);
    let carols = bench.view(CAROL).chat.unwrap();
    assert_eq!((carols.may_write, carols.reason), (false, Some("not_a_participant")));
    assert!(bench.view(ALICE).offer.is_none(), "the customer is not shown it");
}

#[test]
fn at_the_answer_the_target_owns_and_who_offered_listens_and_writes_no_more() {
    let mut bench = Bench::offered();
    bench.sends(BOB, "last", "Carol takes over.").unwrap();
    let facts = bench.events.len();
    bench.accepts(CAROL);
    bench.phase_is(Phase::Connected);
    bench.owned_by(CAROL);
    bench.seated(&[ALICE, CAROL]);
    bench.observed_by(&[BOB]);
    bench.seen_by(&[ALICE, BOB, CAROL]);
    bench.may_not_write(BOB, &Refusal::NotOwner);
    let bobs = bench.view(BOB).chat.unwrap();
    assert_eq!((bobs.may_write, bobs.reason), (false, Some("not_owner")));
    assert!(bobs.may_save, "it was his");
    // At one moment in the order of messages: nothing is between the one and the other.
    let at_once = &bench.events[facts..];
    assert!(at_once.iter().all(|recorded| recorded.at == bench.now));
    let writes = |event: &Event| matches!(event, Event::MessageSent { .. });
    assert!(!at_once.iter().any(|recorded| writes(&recorded.event)));
    assert_eq!(bench.says(CAROL, "Hello Alice."), 2);
    bench.sends(BOB, "last", "Carol takes over.").unwrap();
    assert_eq!(bench.last_number(), 2, "what Bob had said is acknowledged again");
}

#[test]
fn closing_the_window_ends_the_listening() {
    for leave in [true, false] {
        let mut bench = Bench::given_away();
        let conversation = bench.conversation;
        let close =
            if leave { C::Leave { conversation } } else { C::StopObserving { conversation } };
        bench.asks(BOB, close).unwrap();
        bench.observed_by(&[]);
        bench.seen_by(&[ALICE, CAROL]);
        bench.may_not_write(BOB, &Refusal::NotOwner);
        assert_eq!(bench.chats_of(BOB), 0);
        bench.owned_by(CAROL);
    }
}

#[test]
fn a_listener_takes_no_place_of_its_own_chats() {
    let mut bench = Bench::given_away();
    let line = |bench: &Bench| {
        let bob = person(BOB).as_agent().unwrap().clone();
        bench.world.agent(&bob).unwrap().line(Medium::Chat).engaged()
    };
    assert_eq!(line(&bench), 0);
    bench.completes(CAROL);
    bench.phase_is(Phase::Ended);
    assert_eq!(bench.chats_of(BOB), 0);
}

#[test]
fn an_offer_that_is_declined_leaves_everything_as_it_was() {
    let mut bench = Bench::offered();
    bench.declines(CAROL, "Not mine.");
    assert_eq!(told_why(&bench), (OfferEnd::Declined, Some("Not mine.".to_owned())));
    still_bobs(&mut bench);
}

#[test]
fn an_offer_that_is_cancelled_leaves_everything_as_it_was() {
    let mut bench = Bench::offered();
    bench.cancels(BOB);
    assert_eq!(told_why(&bench).0, OfferEnd::Cancelled);
    still_bobs(&mut bench);
}

#[test]
fn an_offer_lasts_a_minute_and_leaves_everything_as_it_was() {
    let mut bench = Bench::offered();
    bench.just_before(secs(MINUTE));
    bench.rung(Some(CAROL));
    bench.a_moment();
    bench.rung(None);
    assert_eq!(told_why(&bench).0, OfferEnd::NoAnswer);
    still_bobs(&mut bench);
}

#[test]
fn an_offer_whose_target_goes_away_leaves_everything_as_it_was() {
    let mut bench = Bench::offered();
    bench.crashes(CAROL);
    assert_eq!(told_why(&bench).0, OfferEnd::TargetLost);
    still_bobs(&mut bench);
}

#[test]
fn only_who_is_present_for_chats_and_has_room_can_be_asked_and_one_at_a_time() {
    let mut bench = with_dave(Bench::chatting());
    let away = Status::Away { reason: AwayReason::Break };
    bench.does(CAROL, C::SetStatus { status: away, medium: Some(Medium::Chat) });
    for (who, why) in [
        (BOB, Refusal::TargetIsSelf),
        (CAROL, Refusal::ChannelInactive),
        ("agent:nobody", Refusal::UnknownTarget),
    ] {
        let offer = offer(&bench, who);
        assert_eq!(bench.refused(BOB, offer), why);
    }
    bench.does(CAROL, C::SetStatus { status: Status::Present, medium: Some(Medium::Chat) });
    bench.transfers(BOB, agent(CAROL));
    let second = offer(&bench, DAVE);
    assert_eq!(bench.refused(BOB, second), Refusal::OfferInProgress { by: person(BOB) });
    bench.accepts(CAROL);
    let by_listener = offer(&bench, DAVE);
    assert_eq!(bench.refused(BOB, by_listener), Refusal::NotAParticipant);
    bench.closes(DAVE);
    let offline = offer(&bench, DAVE);
    assert_eq!(bench.refused(CAROL, offline), Refusal::TargetOffline);
    let self_again = offer(&bench, CAROL);
    assert_eq!(bench.refused(CAROL, self_again), Refusal::TargetIsSelf);
}

#[test]
fn offered_to_a_team_its_agents_are_asked_one_after_another() {
    let mut bench = with_dave(Bench::chatting());
    bench.transfers(BOB, team(BILLING));
    bench.rung(Some(CAROL));
    bench.seen_by(&[ALICE, BOB, CAROL]);
    bench.declines(CAROL, "No.");
    bench.rung(Some(DAVE));
    bench.seen_by(&[ALICE, BOB, DAVE]);
    bench.says(BOB, "I look for somebody.");
    bench.accepts(DAVE);
    bench.owned_by(DAVE);
    bench.observed_by(&[BOB]);
}

#[test]
fn offered_to_a_team_it_ends_after_ninety_seconds_in_all() {
    let mut bench = with_dave(Bench::chatting());
    bench.transfers(BOB, team(BILLING));
    bench.after(secs(MINUTE));
    bench.rung(Some(DAVE));
    bench.just_before(secs(30));
    bench.rung(Some(DAVE));
    bench.a_moment();
    bench.rung(None);
    still_bobs(&mut bench);
}

#[test]
fn offered_to_a_team_that_is_asked_at_once_the_first_to_take_it_has_it() {
    let mut bench = with_dave(Bench::chatting());
    bench.chooses(BILLING, |team| team.ringing = Ringing::AllAtOnce);
    bench.transfers(BOB, team(BILLING));
    bench.rung_all(&[CAROL, DAVE]);
    bench.seen_by(&[ALICE, BOB, CAROL, DAVE]);
    bench.accepts(DAVE);
    bench.owned_by(DAVE);
    bench.seen_by(&[ALICE, BOB, DAVE]);
    let by_dave = |notice: &&Notice| match notice {
        Notice::Rescinded { winner, .. } => *winner == Some(person(DAVE)),
        _ => false,
    };
    assert!(bench.told(CAROL).iter().any(by_dave));
}

#[test]
fn an_offer_takes_no_seat_so_that_one_of_three_may_give_its_place_away() {
    let mut bench = with_dave(Bench::conference());
    let invite = bench.invite(agent(DAVE), HoldWhen::Never, OnFailure::Resume);
    assert_eq!(bench.refused(BOB, invite), Refusal::ConferenceFull);
    bench.transfers(BOB, agent(DAVE));
    bench.accepts(DAVE);
    bench.seated(&[ALICE, CAROL, DAVE]);
    bench.owned_by(DAVE);
    bench.observed_by(&[BOB]);
}

#[test]
fn a_colleague_who_gives_its_place_away_leaves_the_owner_as_it_is() {
    let mut bench = with_dave(Bench::conference());
    bench.transfers(CAROL, agent(DAVE));
    bench.accepts(DAVE);
    bench.seated(&[ALICE, BOB, DAVE]);
    bench.owned_by(BOB);
    bench.observed_by(&[CAROL]);
}

#[test]
fn who_leaves_a_colleague_while_its_offer_is_open_has_not_given_it_away() {
    let mut bench = with_dave(Bench::conference());
    bench.transfers(BOB, agent(DAVE));
    bench.leaves(BOB);
    bench.owned_by(CAROL);
    bench.accepts(DAVE);
    bench.seated(&[ALICE, CAROL, DAVE]);
    bench.owned_by(CAROL);
    bench.observed_by(&[]);
}

#[test]
fn who_gives_away_listens_however_many_monitor_it_and_cannot_tell_that_they_do() {
    let mut bench = Bench::chatting().monitored();
    bench.after(secs(1));
    bench.supervisor(LEN, LISTENS);
    bench.monitors(LEN);
    bench.transfers(BOB, agent(CAROL));
    bench.accepts(CAROL);
    bench.owned_by(CAROL);
    assert!(bench.reads_along(BOB));
    bench.may_not_write(BOB, &Refusal::NotOwner);
    bench.observed_by(&[BOB, SUE]);
    let conversation = bench.conversation;
    let told = Notice::ObservingEnded { conversation, end: ObservingEnd::GaveWay };
    assert_eq!(bench.told(LEN), [&told], "the monitor who came last makes room");
    assert!(bench.view(BOB).observers.iter().all(|one| one.id == person(BOB)));
}

#[test]
fn with_two_listeners_there_already_who_gives_away_is_gone() {
    let mut bench = with_dave(Bench::given_away());
    bench.signs_in(ERIN, &[BILLING]);
    for (from, to) in [(CAROL, DAVE), (DAVE, ERIN)] {
        bench.transfers(from, agent(to));
        bench.accepts(to);
    }
    bench.owned_by(ERIN);
    bench.observed_by(&[BOB, CAROL]);
    assert!(!bench.reads_along(DAVE));
    bench.may_not_write(DAVE, &Refusal::NotOwner);
    assert_eq!(bench.chats_of(DAVE), 0);
}

#[test]
fn a_listener_may_be_given_the_chat_back() {
    let mut bench = Bench::given_away();
    bench.transfers(CAROL, agent(BOB));
    bench.seen_by(&[ALICE, BOB, CAROL]);
    bench.takes(BOB, bench.conversation);
    bench.owned_by(BOB);
    bench.seated(&[ALICE, BOB]);
    bench.observed_by(&[CAROL]);
    bench.says(BOB, "It is me again.");
    bench.may_not_write(CAROL, &Refusal::NotOwner);
}

#[test]
fn a_listener_who_declines_to_have_it_back_listens_on() {
    let mut bench = Bench::given_away();
    bench.transfers(CAROL, agent(BOB));
    let conversation = bench.conversation;
    bench.asks(BOB, C::Decline { conversation, text: None }).unwrap();
    bench.owned_by(CAROL);
    bench.observed_by(&[BOB]);
    assert!(bench.reads_along(BOB));
}

#[test]
fn who_is_lost_while_its_offer_is_taken_may_come_back_to_listen() {
    let mut bench = Bench::offered();
    bench.loses(BOB);
    bench.after(secs(5));
    bench.accepts(CAROL);
    bench.owned_by(CAROL);
    bench.observed_by(&[BOB]);
    bench.after(secs(10));
    bench.leg_up(BOB);
    bench.after(secs(MINUTE));
    bench.observed_by(&[BOB]);
    bench.loses(BOB);
    bench.after(secs(15));
    bench.observed_by(&[]);
}

#[test]
fn who_is_lost_while_its_offer_is_taken_and_stays_away_does_not_listen() {
    let mut bench = Bench::offered();
    bench.loses(BOB);
    bench.after(secs(5));
    bench.accepts(CAROL);
    bench.observed_by(&[BOB]);
    bench.after(secs(15));
    bench.observed_by(&[]);
}

#[test]
fn who_is_gone_for_good_does_not_listen() {
    let mut bench = Bench::offered();
    bench.crashes(BOB);
    bench.after(secs(20));
    bench.accepts(CAROL);
    bench.owned_by(CAROL);
    bench.observed_by(&[]);
    bench.seated(&[ALICE, CAROL]);
}

/// Bob, whose leg is gone, has offered the chat, and its seat is not kept any more.
fn orphaned() -> Bench {
    let mut bench = Bench::chatting();
    bench.loses(BOB);
    bench.after(secs(30));
    bench.transfers(BOB, agent(CAROL));
    bench.after(secs(30));
    bench.seated(&[ALICE]);
    bench.rung(Some(CAROL));
    bench
}

#[test]
fn an_offer_outlives_the_seat_of_who_made_it() {
    let mut bench = orphaned();
    bench.accepts(CAROL);
    bench.owned_by(CAROL);
    bench.seated(&[ALICE, CAROL]);
}

#[test]
fn an_offer_that_fails_after_its_initiator_is_gone_puts_the_chat_at_the_head_of_its_queue() {
    let mut bench = orphaned();
    bench.declines(CAROL, "No.");
    bench.phase_is(Phase::Waiting);
    bench.owned_by(SUPPORT);
    bench.seated(&[ALICE]);
    let requeued = |event: &Event| matches!(event, Event::Requeued { at_head: true, .. });
    assert_eq!(bench.count(requeued), 1);
}

#[test]
fn an_offer_that_fails_after_its_initiator_lost_its_seat_comes_back_to_it_if_it_is_there_again() {
    let mut bench = orphaned();
    bench.leg_up(BOB);
    bench.declines(CAROL, "No.");
    bench.phase_is(Phase::Recall);
    bench.rung(Some(BOB));
    bench.accepts(BOB);
    bench.owned_by(BOB);
    bench.says(BOB, "I have you back.");
}

#[test]
fn a_customer_who_leaves_withdraws_the_offer() {
    let mut bench = Bench::offered();
    bench.leaves(ALICE);
    assert_eq!(told_why(&bench).0, OfferEnd::CustomerLeft);
    bench.phase_is(Phase::Ended);
    let candidates: Vec<PersonId> = bench.state().candidates().cloned().map(Into::into).collect();
    assert_eq!(candidates, []);
}
