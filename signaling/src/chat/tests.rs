//! One channel against a conversation that goes on, in all orders that the seeds bring about.

use std::sync::Arc;
use std::time::Duration;

use call_core::{
    Author, Body, ContentHash, ConversationId, FileId, FileNote, Message, MessageAudience,
    PersonId, Time,
};
use serde_json::json;
use tokio::time::Instant;

use super::machine::Machine;
use super::outbox::{Found, Inlet, outbox};
use super::pace::Pace;
use super::wants::Output;
use super::wire::{ChatServerMessage, Unfollowed};
use super::{Ask, News, Outbox, Query, Said, Span, Unreadable};
use crate::protocol::Fault;

const CHAT: ConversationId = ConversationId(7);
/// Every so many messages one is a note between agents.
const NOTE_EVERY: u64 = 5;

fn person(id: &str) -> PersonId {
    id.parse().unwrap()
}

fn said(number: u64, audience: MessageAudience) -> Said {
    let author = Author::Person { person: person("agent:carol"), name: "Carol".to_owned() };
    let (id, body) = (None, Body::Text(format!("message {number}")));
    Said { at: Time(number), message: Message { number, author, id, audience, body } }
}

/// Numbers whose order nobody has chosen: xorshift.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// A channel with a driver, a history and a client around it.
struct Rig {
    machine: Machine,
    reader: PersonId,
    outbox: Outbox,
    inlet: Inlet,
    following: Option<u64>,
    asked: u32,
    history: Vec<Said>,
    query: Option<Query>,
    looked_for: Vec<FileId>,
    asked_to_send: Vec<Body>,
    given: Vec<u64>,
    frames: Vec<ChatServerMessage>,
    ended: bool,
}

impl Rig {
    fn of(reader: &str) -> Self {
        let (outbox, inlet) = outbox();
        let reader = person(reader);
        let machine = Machine::new(reader.clone(), Pace::new(10, 200, Instant::now()));
        Self {
            machine,
            reader,
            outbox,
            inlet,
            following: None,
            asked: 0,
            history: Vec::new(),
            query: None,
            looked_for: Vec::new(),
            asked_to_send: Vec::new(),
            given: Vec::new(),
            frames: Vec::new(),
            ended: false,
        }
    }

    fn may_read(&self, said: &Said) -> bool {
        call_core::reads(&self.reader, said.message.audience)
    }

    /// Somebody else writes: durable, then told.
    fn somebody_writes(&mut self) {
        let number = self.history.len() as u64 + 1;
        let note = number.is_multiple_of(NOTE_EVERY);
        let audience = if note { MessageAudience::Agents } else { MessageAudience::Everyone };
        let said = said(number, audience);
        self.history.push(said.clone());
        if self.following.is_some() && self.may_read(&said) {
            self.outbox.tell(News::Message { conversation: CHAT, said: Arc::new(said) });
        }
    }

    /// The client says something at a moment.
    fn says_at(&mut self, frame: &serde_json::Value, now: Instant) {
        self.machine.text(&frame.to_string(), now);
        self.does();
    }

    fn says(&mut self, frame: &serde_json::Value) {
        self.says_at(frame, Instant::now());
    }

    /// Does what the channel wants done, all but reading, which takes its time.
    fn does(&mut self) {
        while !self.ended
            && let Some(output) = self.machine.next()
        {
            match output {
                Output::Frame(frame) => {
                    if let ChatServerMessage::Message { message, .. } = &frame {
                        self.given.push(message.number);
                    }
                    self.frames.push(frame);
                }
                Output::Ask(Ask::Follow { serial, .. }) => {
                    self.following = Some(serial);
                    self.asked += 1;
                    let last = self.history.len() as u64;
                    let marks = vec![(person("agent:carol"), call_core::Marks::default())];
                    let conversation = CHAT;
                    self.outbox.tell(News::Followed { conversation, serial, last, marks });
                }
                Output::Ask(Ask::MayRead { request, conversation }) => {
                    let upto = Ok(self.history.len() as u64);
                    self.outbox.tell(News::MayRead { request, conversation, upto });
                }
                Output::Ask(Ask::Send { body, .. }) => self.asked_to_send.push(body),
                Output::Ask(_) => {}
                Output::Read(query) => self.query = Some(query),
                Output::Find { file, .. } => self.looked_for.push(file),
                Output::End => self.ended = true,
            }
        }
    }

    /// The history answers, with what is in it by now.
    fn history_answers(&mut self) {
        let Some(Query { span, limit, .. }) = self.query.take() else { return };
        let readable = self.history.iter().filter(|said| self.may_read(said));
        let mut page: Vec<Said> = readable.cloned().collect();
        let limit = limit as usize;
        match span {
            Span::After(after) => {
                page.retain(|said| said.message.number > after);
                page.truncate(limit);
            }
            Span::Before(before) => {
                page.retain(|said| said.message.number < before);
                page.drain(..page.len().saturating_sub(limit));
            }
        }
        self.machine.read(Ok(page));
        self.does();
    }

    /// The channel takes the next news, if there is any.
    fn hears(&mut self) -> bool {
        let next = futures_util::FutureExt::now_or_never(self.inlet.next());
        match next.flatten() {
            Some(Found::News(news)) => self.machine.news(news),
            Some(Found::Missed) => self.machine.missed_news(),
            None => return false,
        }
        self.does();
        true
    }

    fn comes_to_rest(&mut self) {
        while self.hears() || self.query.is_some() {
            self.history_answers();
        }
    }

    fn readable_after(&self, cursor: u64) -> Vec<u64> {
        let readable = self.history.iter().filter(|said| self.may_read(said));
        let numbers = readable.map(|said| said.message.number);
        numbers.filter(|number| *number > cursor).collect()
    }
}

fn follow(after: Option<u64>) -> serde_json::Value {
    json!({"type": "follow", "conversation": "c7", "after": after})
}

fn send(id: u64) -> serde_json::Value {
    json!({"type": "send", "conversation": "c7", "id": format!("m-{id}"), "text": "Hello"})
}

/// Whatever comes first, what is followed or what is written, read or told: everything after the
/// cursor is given once and in order, also when much more is written than fits.
#[test]
fn everything_after_the_cursor_comes_once_and_in_order_for_every_seed() {
    let mut missed = 0;
    for seed in 1..=300 {
        let mut dice = Dice(seed);
        let reader = if seed % 2 == 0 { "agent:bob" } else { "customer:x1" };
        let mut rig = Rig::of(reader);
        let before = 1 + dice.below(400);
        (0..before).for_each(|_| rig.somebody_writes());
        let mut cursor = 1 + dice.below(before);
        rig.says(&follow(Some(cursor)));
        let mut follows = 1;
        for _ in 0..dice.below(1_000) {
            match dice.below(8) {
                0 => {
                    rig.hears();
                }
                1 => rig.history_answers(),
                // The client asks again from where it is, as after a cut.
                2 if dice.below(40) == 0 => {
                    cursor = rig.given.last().copied().unwrap_or(cursor);
                    rig.given.clear();
                    follows += 1;
                    rig.says(&follow(Some(cursor)));
                }
                _ => rig.somebody_writes(),
            }
        }
        rig.comes_to_rest();
        missed += rig.asked - follows;
        let given: Vec<u64> = rig.given.iter().copied().filter(|n| *n > cursor).collect();
        let mut once = given.clone();
        once.dedup();
        assert_eq!(once, rig.readable_after(cursor), "seed {seed}");
        assert_eq!(given, once, "seed {seed}");
    }
    assert!(missed > 20, "the queue has overflown {missed} times");
}

#[test]
fn who_has_nothing_yet_is_given_the_latest_and_then_what_comes() {
    let mut rig = Rig::of("agent:bob");
    (0..200).for_each(|_| rig.somebody_writes());
    rig.says(&follow(None));
    rig.comes_to_rest();
    rig.somebody_writes();
    rig.comes_to_rest();
    assert_eq!(rig.given, (151..=201).collect::<Vec<_>>());
}

#[test]
fn a_page_ends_before_its_number_and_says_whether_there_is_more() {
    let mut rig = Rig::of("agent:bob");
    (0..30).for_each(|_| rig.somebody_writes());
    for (before, numbers, more) in [(Some(30), 20..=29, true), (Some(11), 1..=10, false)] {
        let page = json!({"type": "page", "request": 1, "conversation": "c7", "limit": 10,
            "before": before});
        rig.says(&page);
        rig.comes_to_rest();
        let Some(ChatServerMessage::Page { messages, more: given, .. }) = rig.frames.last() else {
            panic!("{:?}", rig.frames.last());
        };
        let given_numbers: Vec<_> = messages.iter().map(|message| message.number).collect();
        assert_eq!((given_numbers, *given), (numbers.collect(), more));
    }
}

#[test]
fn who_sees_it_no_more_is_told_once_and_hears_nothing_after() {
    let mut rig = Rig::of("agent:bob");
    rig.somebody_writes();
    rig.says(&follow(None));
    rig.comes_to_rest();
    let unfollowed =
        |serial| News::Unfollowed { conversation: CHAT, serial, reason: Unfollowed::Left };
    rig.outbox.tell(unfollowed(0));
    rig.comes_to_rest();
    assert_eq!(rig.frames.len(), 3, "that is of an earlier asking: {:?}", rig.frames);
    rig.outbox.tell(unfollowed(1));
    rig.outbox.tell(unfollowed(1));
    rig.somebody_writes();
    rig.comes_to_rest();
    assert_eq!(rig.frames.len(), 4, "{:?}", rig.frames);
    assert_eq!(rig.given, [1]);
}

#[test]
fn a_burst_is_taken_and_the_rest_is_refused_by_its_name_until_it_is_time() {
    let mut rig = Rig::of("customer:x1");
    let mut now = Instant::now();
    let refused = |rig: &Rig| {
        let of = |frame: &&ChatServerMessage| matches!(frame, ChatServerMessage::Refused { .. });
        rig.frames.iter().filter(of).count()
    };
    for id in 0..64 {
        rig.says_at(&send(id), now);
        let (id, outcome) = (format!("m-{id}").parse().unwrap(), Ok((id + 1, Some(Time(1)))));
        rig.outbox.tell(News::Sent { conversation: CHAT, id, outcome });
    }
    rig.comes_to_rest();
    assert_eq!(refused(&rig), 0);
    rig.says_at(&send(64), now);
    let Some(ChatServerMessage::Refused { id, error, .. }) = rig.frames.last() else {
        panic!("{:?}", rig.frames.last());
    };
    assert_eq!((id.to_string().as_str(), error.code()), ("m-64", "rate_limited"));
    now += Duration::from_millis(51);
    rig.says_at(&send(64), now);
    assert_eq!(refused(&rig), 1);
    (0..1_000).for_each(|_| rig.says_at(&send(65), now));
    assert!(rig.ended, "whoever never slows down is put out");
}

#[test]
fn only_so_many_wait_for_their_acknowledgement() {
    let mut rig = Rig::of("customer:x1");
    let now = Instant::now();
    (0..64).for_each(|id| rig.says_at(&send(id), now));
    rig.says_at(&send(64), now + Duration::from_secs(1));
    let Some(ChatServerMessage::Refused { error, .. }) = rig.frames.last() else {
        panic!("{:?}", rig.frames.last());
    };
    assert_eq!(error.limit().map(crate::protocol::Limit::name), Some("chat_unacknowledged"));
}

#[test]
fn what_was_sent_before_is_acknowledged_with_its_own_time() {
    let mut rig = Rig::of("agent:bob");
    (0..3).for_each(|_| rig.somebody_writes());
    rig.says(&send(1));
    let id: call_core::MessageId = "m-1".parse().unwrap();
    rig.outbox.tell(News::Sent { conversation: CHAT, id: id.clone(), outcome: Ok((2, None)) });
    rig.comes_to_rest();
    let ack = ChatServerMessage::Ack { conversation: CHAT, id, number: 2, at_ms: Time(2) };
    assert_eq!(rig.frames.last(), Some(&ack));
}

#[test]
fn a_history_that_cannot_be_read_ends_the_channel_and_the_client_comes_back() {
    let mut rig = Rig::of("agent:bob");
    rig.somebody_writes();
    rig.says(&follow(None));
    rig.hears();
    rig.machine.read(Err(Unreadable));
    rig.does();
    let error = Fault::StorageFailed.into();
    assert_eq!(rig.frames.last(), Some(&ChatServerMessage::Error { error }));
    assert!(rig.ended);
}

#[test]
fn errors_in_a_row_end_the_channel_and_one_right_word_between_them_does_not() {
    let mut rig = Rig::of("agent:bob");
    for _ in 0..5 {
        (0..9).for_each(|_| rig.says(&json!({"type": "nonsense"})));
        rig.says(&json!({"type": "ping"}));
    }
    assert!(!rig.ended);
    (0..9).for_each(|_| rig.says(&json!([])));
    rig.machine.binary(Instant::now());
    rig.does();
    assert!(rig.ended);
}

#[test]
fn that_somebody_types_is_passed_on_every_two_seconds() {
    let mut rig = Rig::of("agent:bob");
    rig.says(&follow(None));
    let (typing, now) = (json!({"type": "typing", "conversation": "c7"}), Instant::now());
    let passed = |rig: &mut Rig, at: Duration| {
        rig.machine.text(&typing.to_string(), now + at);
        rig.machine.next() == Some(Output::Ask(Ask::Typing { conversation: CHAT }))
    };
    assert!(passed(&mut rig, Duration::ZERO));
    assert!(!passed(&mut rig, Duration::from_millis(1_999)));
    assert!(passed(&mut rig, Duration::from_secs(2)));
}

#[test]
fn a_file_is_sent_in_its_place_once_it_was_looked_for() {
    let mut rig = Rig::of("agent:bob");
    let (first, second) = (FileId(1), FileId(2));
    let with = |id: u64, file: FileId| {
        json!({"type": "send", "conversation": "c7", "id": format!("m-{id}"), "text": "see",
            "file": file})
    };
    for frame in [send(1), with(2, first), send(3), with(4, second), send(5)] {
        rig.says(&frame);
    }
    assert_eq!((rig.looked_for.len(), rig.asked_to_send.len()), (1, 1), "the others wait");
    let note = FileNote {
        file: first,
        name: "a.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 7,
        sha256: ContentHash([7; 32]),
        caption: String::new(),
    };
    rig.machine.found(Ok(Some(note.clone())));
    rig.does();
    assert_eq!(rig.looked_for, [first, second]);
    rig.machine.found(Ok(None));
    rig.does();
    let hello = || Body::Text("Hello".to_owned());
    let see = Body::File(FileNote { caption: "see".to_owned(), ..note });
    assert_eq!(rig.asked_to_send, [hello(), see, hello(), hello()]);
    let Some(ChatServerMessage::Refused { id, error, .. }) = rig.frames.last() else {
        panic!("{:?}", rig.frames.last());
    };
    assert_eq!((id.to_string().as_str(), error.code()), ("m-4", "no_such_file"));
    rig.says(&with(6, second));
    rig.machine.found(Err(Unreadable));
    rig.does();
    let Some(ChatServerMessage::Refused { error, .. }) = rig.frames.last() else {
        panic!("{:?}", rig.frames.last());
    };
    assert_eq!(error.code(), "storage_failed");
}
