//! What is written: numbers, once only, notes, marks, and what is refused.

use call_core::message::Author;
use call_core::{
    Body, Command as C, ContentHash, Event, FileId, FileNote, MAX_MESSAGE_CHARS, Marks,
    MessageAudience, Refusal, reads, sent_as,
};

use crate::bench::{ALICE, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, person};

#[test]
fn messages_are_numbered_in_one_order_without_holes_notes_and_automated_ones_included() {
    let mut bench = Bench::new();
    bench.begins(ALICE, SUPPORT);
    assert_eq!(bench.last_number(), 1, "the automated one");
    assert_eq!(bench.says(ALICE, "Is anybody there?"), 2);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.accepts(BOB);
    assert_eq!(bench.notes(BOB, "Known customer."), 3);
    assert_eq!(bench.says(BOB, "Hello Alice."), 4);
    let numbers: Vec<_> = bench.written().iter().map(|message| message.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let written = bench.written();
    let bob = Author::Person { person: person(BOB), name: "BOB".to_owned() };
    assert_eq!((&written[0].author, &written[3].author), (&Author::Automatic, &bob));
}

#[test]
fn a_customer_writes_while_it_waits_and_whoever_takes_the_chat_sees_it_all() {
    let mut bench = Bench::new();
    bench.begins(ALICE, SUPPORT);
    bench.says(ALICE, "My bill is wrong.");
    bench.signs_in(BOB, &[SUPPORT]);
    // Whoever is asked sees what it is about, before deciding.
    bench.seen_by(&[ALICE, BOB]);
    bench.may_not_write(BOB, &Refusal::NotAParticipant);
    bench.accepts(BOB);
    bench.seen_by(&[ALICE, BOB]);
}

#[test]
fn who_declines_a_chat_of_the_queue_reads_no_further() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.begins(ALICE, SUPPORT);
    bench.seen_by(&[ALICE, BOB]);
    bench.declines(BOB, "Not mine.");
    bench.seen_by(&[ALICE]);
}

#[test]
fn a_message_said_again_keeps_its_number_and_is_not_written_twice() {
    let mut bench = Bench::chatting();
    bench.sends(ALICE, "first", "Hello").unwrap();
    for index in 0..200 {
        bench.sends(ALICE, &format!("m{index}"), "and").unwrap();
    }
    let last = bench.last_number();
    let facts = bench.events.len();
    bench.sends(ALICE, "first", "Hello").unwrap();
    assert_eq!((bench.last_number(), bench.events.len()), (last, facts), "nothing happened");
    let first = "first".parse().unwrap();
    let number = sent_as(&bench.world, bench.conversation, &person(ALICE), &first);
    assert_eq!(number, Some(1), "what its acknowledgement says again");
    bench.sends(BOB, "first", "Hello Alice").unwrap();
    assert_eq!(bench.last_number(), last + 1, "ids are each author's own");
}

#[test]
fn a_file_is_a_message_like_any_other_and_needs_no_words() {
    let mut bench = Bench::chatting();
    let (conversation, last) = (bench.conversation, bench.last_number());
    let file = |caption: &str| FileNote {
        file: FileId(7),
        name: "a.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 7,
        sha256: ContentHash([7; 32]),
        caption: caption.to_owned(),
    };
    let send = |id: &str, caption: &str| C::Send {
        conversation,
        id: id.parse().unwrap(),
        audience: MessageAudience::Everyone,
        body: Body::File(file(caption)),
    };
    bench.asks(ALICE, send("f-1", "")).unwrap();
    bench.asks(BOB, send("f-1", "Thank you.")).unwrap();
    bench.asks(ALICE, send("f-1", "")).unwrap();
    assert_eq!(bench.last_number(), last + 2, "said again it is sent once");
    let written = bench.written();
    assert_eq!(written.last().unwrap().body.file(), Some(&file("Thank you.")));
    assert_eq!(written.last().unwrap().body.text(), "Thank you.");
    let long = "x".repeat(MAX_MESSAGE_CHARS + 1);
    assert_eq!(bench.refused(ALICE, send("f-2", &long)), Refusal::TextTooLong);
    assert_eq!(bench.refused(ZOE, send("f-1", "")), Refusal::NotAParticipant);
}

#[test]
fn the_last_256_ids_of_each_author_are_remembered() {
    let mut bench = Bench::chatting();
    bench.sends(ALICE, "first", "Hello").unwrap();
    for index in 0..255 {
        bench.sends(ALICE, &format!("m{index}"), "and").unwrap();
        bench.sends(BOB, &format!("m{index}"), "yes").unwrap();
    }
    let number = |bench: &Bench, id: &str| {
        sent_as(&bench.world, bench.conversation, &person(ALICE), &id.parse().unwrap())
    };
    assert_eq!(number(&bench, "first"), Some(1));
    bench.sends(ALICE, "one-more", "and").unwrap();
    assert_eq!((number(&bench, "first"), number(&bench, "m0")), (None, Some(2)));
}

#[test]
fn what_was_said_is_acknowledged_again_also_after_its_author_was_replaced_or_it_ended() {
    let mut bench = Bench::chatting().with_sue();
    bench.sends(BOB, "from-bob", "One moment.").unwrap();
    bench.sends(ALICE, "from-alice", "Yes.").unwrap();
    bench.takes_over(crate::supervising::SUE);
    bench.sends(BOB, "from-bob", "One moment.").unwrap();
    assert_eq!(bench.sends(BOB, "new", "Hello?"), Err(Refusal::NotOwner));
    bench.completes(crate::supervising::SUE);
    bench.sends(ALICE, "from-alice", "Yes.").unwrap();
    assert_eq!(bench.sends(ALICE, "late", "Bye."), Err(Refusal::ConversationEnded));
    assert_eq!(bench.last_number(), 2);
}

#[test]
fn a_note_between_agents_is_never_read_by_the_customer_nor_written_by_it() {
    let mut bench = Bench::conference();
    bench.notes(BOB, "She is angry.");
    let note = bench.written()[0].clone();
    assert!(reads(&person(CAROL), note.audience));
    assert!(!reads(&person(ALICE), note.audience));
    let by_customer = C::Send {
        conversation: bench.conversation,
        id: "n".parse().unwrap(),
        audience: MessageAudience::Agents,
        body: note.body,
    };
    assert_eq!(bench.refused(ALICE, by_customer), Refusal::NotPermitted);
}

#[test]
fn what_is_empty_or_longer_than_a_page_is_refused() {
    let mut bench = Bench::chatting();
    for blank in ["", " ", "\n\t "] {
        assert_eq!(bench.sends(ALICE, "m", blank), Err(Refusal::EmptyMessage));
    }
    // Characters, not bytes.
    let longest = "ü".repeat(MAX_MESSAGE_CHARS);
    assert_eq!(bench.sends(ALICE, "m", &format!("{longest}!")), Err(Refusal::TextTooLong));
    assert_eq!(bench.last_number(), 0);
    bench.sends(ALICE, "m", &longest).unwrap();
    assert_eq!(bench.last_number(), 1, "the same id is free for what was not taken");
}

#[test]
fn only_who_is_in_a_chat_writes() {
    let mut bench = Bench::chatting();
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.opens(ZOE, &[]);
    bench.may_not_write(ZOE, &Refusal::NotAParticipant);
    bench.may_not_write(DAVE, &Refusal::NotAParticipant);
    bench.completes(BOB);
    bench.may_not_write(ALICE, &Refusal::ConversationEnded);
    bench.may_not_write(BOB, &Refusal::ConversationEnded);
}

#[test]
fn nothing_is_written_in_a_call() {
    let mut bench = Bench::connected();
    bench.may_not_write(BOB, &Refusal::WrongMedium);
    let conversation = bench.conversation;
    let mark = C::Mark { conversation, marks: Marks::default() };
    assert_eq!(bench.refused(ALICE, mark), Refusal::WrongMedium);
}

#[test]
fn what_is_about_sound_is_refused_in_a_chat() {
    let mut bench = Bench::conference().with_sue();
    let conversation = bench.conversation;
    let (participant, colleague) = (person(ALICE), person(CAROL).as_agent().unwrap().clone());
    let of_agents = [
        C::Hold { conversation, participant: participant.clone() },
        C::Resume { conversation, participant: participant.clone() },
        C::Swap { conversation },
        C::Merge { conversation },
        C::Mute { conversation, muted: true },
    ];
    for command in of_agents {
        assert_eq!(bench.refused(BOB, command), Refusal::WrongMedium);
    }
    let of_supervisors = [
        C::Coach { conversation, agent: colleague },
        C::Barge { conversation },
        C::ForceMute { conversation, participant, muted: true },
    ];
    for command in of_supervisors {
        assert_eq!(bench.refused(crate::supervising::SUE, command), Refusal::WrongMedium);
    }
    for who in [ALICE, BOB, CAROL] {
        bench.silence(who);
    }
}

#[test]
fn marks_go_forward_only_and_never_past_the_last_message() {
    let mut bench = Bench::chatting();
    bench.says(BOB, "Hello.");
    bench.says(BOB, "How can I help?");
    bench.marks(ALICE, 1, 0);
    assert_eq!(bench.come(ALICE), Some((1, 0)));
    bench.marks(ALICE, 99, 1);
    assert_eq!(bench.come(ALICE), Some((2, 1)), "not past the last");
    let facts = bench.events.len();
    bench.marks(ALICE, 1, 1);
    assert_eq!((bench.come(ALICE), bench.events.len()), (Some((2, 1)), facts), "not back");
    bench.says(ALICE, "My bill.");
    bench.marks(BOB, 0, 3);
    assert_eq!(bench.come(BOB), Some((3, 3)), "what was read was delivered");
}

#[test]
fn writing_and_reading_moves_no_view() {
    let mut bench = Bench::chatting();
    let version = bench.state().version;
    bench.says(ALICE, "Hello");
    bench.marks(BOB, 1, 1);
    assert_eq!(bench.state().version, version);
    let silent = |event: &Event| matches!(event, Event::MessageSent { .. } | Event::Marked { .. });
    let told: Vec<_> = bench.events.iter().filter(|recorded| silent(&recorded.event)).collect();
    assert!(
        told.iter()
            .all(|recorded| call_core::conversations_touched(&bench.world, recorded).is_empty())
    );
    assert_eq!(told.len(), 2);
}
