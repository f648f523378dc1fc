use std::collections::{BTreeMap, VecDeque};

use call_core::{
    Body, ConversationId, FileId, FileNote, MAX_MESSAGE_CHARS, Marks, PersonId, Refusal,
};
use tokio::time::Instant;

use super::follow::Followed;
use super::limits::{
    FILE_BYTES, FOLLOWED, FRAME_BYTES, OTHERS, PAGES_AT_ONCE, SENDS, TEXT_BYTES, UNACKNOWLEDGED,
};
use super::pace::{Pace, TooSoon};
use super::page::{message, that_fit};
use super::parse::{Parsed, parse};
use super::wants::{Known, Output, PageWanted, Reading, ToSend};
use super::wire::{ChatClientMessage, ChatLimits, ChatServerMessage, ChatText, Unfollowed};
use super::{Ask, News, Query, Said, Span, Unreadable};
use crate::limits::millis;
use crate::protocol::{Fault, Limit, WireError};

/// How long whoever has too much on its way at once is told to wait: an answer takes milliseconds.
const UNDER_WAY_RETRY_MS: u64 = 50;

/// What one chat channel is, without the channel: frames, news and history in, frames, questions
/// and queries out, time as an argument.
///
/// A conversation is followed by its cursor, the number of the last message given out. What the
/// driver tells live is given out when the cursor has reached everything before it; otherwise it
/// only says how far there is to read, for whatever is told is in the history already:
///
/// ```text
///            Followed, news missed            read up to the last
///   (asked) ------------------------> Behind ---------------------> Level
///                                       ^                             |
///                                       +------- news missed ---------+
/// ```
#[derive(Debug)]
pub(super) struct Machine {
    pace: Pace,
    followed: BTreeMap<ConversationId, Followed>,
    /// Counts how often anything was asked to be followed.
    serial: u64,
    /// Conversations that are behind, in the order in which they are to be read.
    behind: VecDeque<ConversationId>,
    /// Pages that the driver has not granted yet, in the order in which it will.
    pages_asked: VecDeque<PageWanted>,
    /// Pages to be read, and up to which message.
    pages: VecDeque<(PageWanted, u64)>,
    /// Messages said again, whose time is to be read.
    known: VecDeque<Known>,
    reading: Option<Reading>,
    /// What is to be sent once a file was looked for: the first that names one, and what came
    /// after it. Counted among those that wait for their acknowledgement.
    to_send: VecDeque<ToSend>,
    is_finding: bool,
    unacknowledged: usize,
    output: VecDeque<Output>,
}

impl Machine {
    pub(super) fn new(person: PersonId, pace: Pace) -> Self {
        let limits = ChatLimits {
            text_chars: MAX_MESSAGE_CHARS as u64,
            frame_bytes: FRAME_BYTES as u64,
            unacknowledged: UNACKNOWLEDGED as u64,
            messages_per_s: SENDS.whole_per_s(),
        };
        let ready = ChatServerMessage::Ready { person, limits };
        Self {
            pace,
            followed: BTreeMap::new(),
            serial: 0,
            behind: VecDeque::new(),
            pages_asked: VecDeque::new(),
            pages: VecDeque::new(),
            known: VecDeque::new(),
            reading: None,
            to_send: VecDeque::new(),
            is_finding: false,
            unacknowledged: 0,
            output: [Output::Frame(ready)].into(),
        }
    }

    /// What is to be done next.
    pub(super) fn next(&mut self) -> Option<Output> {
        self.output.pop_front().or_else(|| self.next_query().map(Output::Read))
    }

    /// A frame that is no text.
    pub(super) fn binary(&mut self, now: Instant) {
        if self.within_the_rate(now) {
            self.complain(Fault::BinaryNotSupported.into());
        }
    }

    /// A frame.
    pub(super) fn text(&mut self, text: &str, now: Instant) {
        let parsed = parse(text);
        if let Ok(Parsed::Message(ChatClientMessage::Send { .. })) = parsed {
            // Has a rate of its own, and is refused by its name.
        } else if !self.within_the_rate(now) {
            return;
        }
        match parsed {
            Ok(Parsed::Message(message)) => {
                self.pace.right();
                self.message(message, now);
            }
            Ok(Parsed::BadSend { conversation, id, error }) => {
                self.one_more_error(ChatServerMessage::Refused { conversation, id, error });
            }
            Err(error) => self.complain(error),
        }
    }

    fn message(&mut self, message: ChatClientMessage, now: Instant) {
        match message {
            ChatClientMessage::Follow { conversation, after } => self.follow(conversation, after),
            ChatClientMessage::Unfollow { conversation } => {
                self.followed.remove(&conversation);
                self.ask(Ask::Unfollow { conversation });
            }
            ChatClientMessage::Send { conversation, id, text, file, audience } => {
                let text = text.as_ref().map(ChatText::as_str).unwrap_or_default().to_owned();
                if let Err(error) = self.may_send(&text, file, now) {
                    self.give(ChatServerMessage::Refused { conversation, id, error });
                    return;
                }
                self.unacknowledged += 1;
                self.to_send.push_back(ToSend { conversation, id, audience, text, file });
                self.send_on();
            }
            ChatClientMessage::Page { request, conversation, before, limit } => {
                self.wants_page(PageWanted { request, conversation, before, limit });
            }
            ChatClientMessage::Mark { conversation, delivered, read } => {
                self.ask(Ask::Mark { conversation, marks: Marks { delivered, read } });
            }
            ChatClientMessage::Typing { conversation } => {
                let followed = self.followed.get_mut(&conversation);
                if followed.is_some_and(|followed| followed.types(now)) {
                    self.ask(Ask::Typing { conversation });
                }
            }
            ChatClientMessage::Ping {} => self.give(ChatServerMessage::Pong {}),
        }
    }

    fn follow(&mut self, conversation: ConversationId, after: Option<u64>) {
        if self.followed.len() >= FOLLOWED && !self.followed.contains_key(&conversation) {
            let reason = Unfollowed::TooMany;
            self.give(ChatServerMessage::Unfollowed { conversation, reason });
            return;
        }
        self.serial += 1;
        self.followed.insert(conversation, Followed::asked(self.serial, after));
        self.ask(Ask::Follow { conversation, serial: self.serial });
    }

    /// Has sent what is to be sent, in its order, up to a file that has to be looked for.
    fn send_on(&mut self) {
        while !self.is_finding
            && let Some(ToSend { file: None, .. }) = self.to_send.front()
            && let Some(message) = self.to_send.pop_front()
        {
            let ToSend { conversation, id, audience, text, .. } = message;
            self.ask(Ask::Send { conversation, id, audience, body: Body::Text(text) });
        }
        let next = self.to_send.front().filter(|_| !self.is_finding);
        let wanted = next.and_then(|next| Some((next.conversation, next.file?, next.audience)));
        if let Some((conversation, file, audience)) = wanted {
            self.is_finding = true;
            self.output.push_back(Output::Find { conversation, file, audience });
        }
    }

    /// What was found of the file that was looked for.
    pub(super) fn found(&mut self, outcome: Result<Option<FileNote>, Unreadable>) {
        self.is_finding = false;
        let Some(ToSend { conversation, id, audience, text, .. }) = self.to_send.pop_front() else {
            return;
        };
        let error = match outcome {
            Ok(Some(note)) => {
                let body = Body::File(FileNote { caption: text, ..note });
                self.ask(Ask::Send { conversation, id, audience, body });
                return self.send_on();
            }
            Ok(None) => Fault::NoSuchFile.into(),
            Err(Unreadable) => Fault::StorageFailed.into(),
        };
        self.settled(ChatServerMessage::Refused { conversation, id, error });
        self.send_on();
    }

    fn may_send(
        &mut self,
        text: &str,
        file: Option<FileId>,
        now: Instant,
    ) -> Result<(), WireError> {
        if let Err(TooSoon { wait, enough }) = self.pace.sends(now) {
            if enough {
                self.end(Fault::TooManyErrors);
            }
            let (limit, retry_after_ms) = (Limit::ChatMessages, millis(wait));
            return Err(Fault::RateLimited { limit, retry_after_ms }.into());
        }
        if self.unacknowledged >= UNACKNOWLEDGED {
            let (limit, retry_after_ms) = (Limit::ChatUnacknowledged, UNDER_WAY_RETRY_MS);
            return Err(Fault::RateLimited { limit, retry_after_ms }.into());
        }
        // Everybody is to be sent it in one frame.
        let written = serde_json::to_string(text).map_or(usize::MAX, |text| text.len());
        let room = if file.is_some() { TEXT_BYTES - FILE_BYTES } else { TEXT_BYTES };
        if written > room { Err(Refusal::TextTooLong.into()) } else { Ok(()) }
    }

    fn wants_page(&mut self, page: PageWanted) {
        let reading = matches!(self.reading, Some(Reading::Page(_)));
        if self.pages_asked.len() + self.pages.len() + usize::from(reading) >= PAGES_AT_ONCE {
            let (limit, retry_after_ms) = (Limit::ChatPages, UNDER_WAY_RETRY_MS);
            self.no_page(page, Fault::RateLimited { limit, retry_after_ms }.into());
            return;
        }
        self.pages_asked.push_back(page);
        let PageWanted { request, conversation, .. } = page;
        self.ask(Ask::MayRead { request, conversation });
    }

    /// What the driver has told.
    pub(super) fn news(&mut self, news: News) {
        match news {
            News::Followed { conversation, serial, last, marks } => {
                self.begins(conversation, serial, last, marks);
            }
            News::Unfollowed { conversation, serial, reason } => {
                if self.followed.get(&conversation).is_some_and(|one| one.serial == serial) {
                    self.followed.remove(&conversation);
                    self.give(ChatServerMessage::Unfollowed { conversation, reason });
                }
            }
            News::Message { conversation, said } => {
                let followed = self.followed.get_mut(&conversation);
                if followed.is_some_and(|followed| followed.is_next(said.message.number)) {
                    let message = message(&said);
                    self.give(ChatServerMessage::Message { conversation, message });
                }
            }
            News::Marked { conversation, person, marks } => {
                if self.followed.contains_key(&conversation) {
                    self.marked(conversation, person, marks);
                }
            }
            News::Typing { conversation, person } => {
                if self.followed.contains_key(&conversation) {
                    self.give(ChatServerMessage::Typing { conversation, person });
                }
            }
            News::Sent { conversation, id, outcome } => match outcome {
                Ok((number, Some(at_ms))) => {
                    self.settled(ChatServerMessage::Ack { conversation, id, number, at_ms });
                }
                Ok((number, None)) => self.known.push_back(Known { conversation, id, number }),
                Err(error) => {
                    self.settled(ChatServerMessage::Refused { conversation, id, error });
                }
            },
            News::MayRead { upto, .. } => {
                let Some(page) = self.pages_asked.pop_front() else { return };
                match upto {
                    Ok(upto) => self.pages.push_back((page, upto)),
                    Err(error) => self.no_page(page, error),
                }
            }
            News::Refused { error } => self.give(ChatServerMessage::Error { error }),
        }
    }

    /// News were dropped, and nothing is left of those that were not.
    pub(super) fn missed_news(&mut self) {
        for (conversation, followed) in &mut self.followed {
            if followed.missed(self.serial + 1) {
                self.serial += 1;
                let ask = Ask::Follow { conversation: *conversation, serial: self.serial };
                self.output.push_back(Output::Ask(ask));
            }
        }
    }

    fn begins(
        &mut self,
        conversation: ConversationId,
        serial: u64,
        last: u64,
        marks: Vec<(PersonId, Marks)>,
    ) {
        let followed = self.followed.get_mut(&conversation);
        let Some(followed) = followed.filter(|followed| followed.serial == serial) else { return };
        let again = followed.begins(last);
        self.is_behind(conversation);
        if again {
            for (person, marks) in marks {
                self.marked(conversation, person, marks);
            }
        } else {
            let marks = marks.into_iter().collect();
            self.give(ChatServerMessage::Following { conversation, last, marks });
        }
    }

    fn is_behind(&mut self, conversation: ConversationId) {
        if !self.behind.contains(&conversation) {
            self.behind.push_back(conversation);
        }
    }

    /// What to read next, when nothing is being read.
    fn next_query(&mut self) -> Option<Query> {
        if self.reading.is_some() {
            return None;
        }
        if let Some((page, upto)) = self.pages.pop_front() {
            self.reading = Some(Reading::Page(page));
            let before = page.before.unwrap_or(u64::MAX).min(upto.saturating_add(1));
            // One more than wanted tells whether there are more.
            let (span, limit) = (Span::Before(before), page.limit + 1);
            return Some(Query { conversation: page.conversation, span, limit });
        }
        if let Some(known) = self.known.pop_front() {
            let (conversation, span) =
                (known.conversation, Span::After(known.number.saturating_sub(1)));
            self.reading = Some(Reading::Known(known));
            return Some(Query { conversation, span, limit: 1 });
        }
        while let Some(conversation) = self.behind.pop_front() {
            let followed = self.followed.get(&conversation);
            if let Some((what, span, limit)) = followed.and_then(Followed::to_read) {
                self.reading = Some(Reading::Behind { conversation, what, limit });
                return Some(Query { conversation, span, limit });
            }
        }
        None
    }

    /// What the last query gave.
    pub(super) fn read(&mut self, outcome: Result<Vec<Said>, Unreadable>) {
        let Some(reading) = self.reading.take() else { return };
        let said = match outcome {
            Ok(said) => said,
            // The client comes back with its cursor, when the history may be readable again.
            Err(Unreadable) => return self.end(Fault::StorageFailed),
        };
        match reading {
            Reading::Page(page) => self.page(page, &said),
            Reading::Known(Known { conversation, id, number }) => {
                let found = said.first().filter(|said| said.message.number == number);
                // Whatever is acknowledged stays as long as its conversation does.
                let Some(Said { at: at_ms, .. }) = found else {
                    return self.end(Fault::StorageFailed);
                };
                let at_ms = *at_ms;
                self.settled(ChatServerMessage::Ack { conversation, id, number, at_ms });
            }
            Reading::Behind { conversation, what, limit } => {
                let Some(followed) = self.followed.get_mut(&conversation) else { return };
                for said in followed.read(what, limit, said) {
                    let message = message(&said);
                    self.give(ChatServerMessage::Message { conversation, message });
                }
                self.is_behind(conversation);
            }
        }
    }

    fn page(&mut self, page: PageWanted, said: &[Said]) {
        let surplus = said.len().saturating_sub(page.limit as usize);
        let (messages, all) = that_fit(&said[surplus..]);
        let PageWanted { request, conversation, .. } = page;
        let (more, error) = (surplus > 0 || !all, None);
        self.give(ChatServerMessage::Page { request, conversation, messages, more, error });
    }

    fn no_page(&mut self, page: PageWanted, error: WireError) {
        let PageWanted { request, conversation, .. } = page;
        let (messages, more, error) = (Vec::new(), false, Some(error));
        self.give(ChatServerMessage::Page { request, conversation, messages, more, error });
    }

    fn marked(&mut self, conversation: ConversationId, person: PersonId, marks: Marks) {
        let Marks { delivered, read } = marks;
        self.give(ChatServerMessage::Marked { conversation, person, delivered, read });
    }

    /// What a client sent has its answer.
    fn settled(&mut self, answer: ChatServerMessage) {
        self.unacknowledged = self.unacknowledged.saturating_sub(1);
        self.give(answer);
    }

    fn complain(&mut self, error: WireError) {
        self.one_more_error(ChatServerMessage::Error { error });
    }

    fn one_more_error(&mut self, reply: ChatServerMessage) {
        if self.pace.wrong() {
            self.end(Fault::TooManyErrors);
        } else {
            self.give(reply);
        }
    }

    /// Whether something other than a message may be said at this moment.
    fn within_the_rate(&mut self, now: Instant) -> bool {
        let Err(TooSoon { wait, enough }) = self.pace.says(OTHERS, now) else { return true };
        let fault = Fault::RateLimited { limit: Limit::ChatFrames, retry_after_ms: millis(wait) };
        self.give(ChatServerMessage::Error { error: fault.into() });
        if enough {
            self.end(Fault::TooManyErrors);
        }
        false
    }

    fn ask(&mut self, ask: Ask) {
        self.output.push_back(Output::Ask(ask));
    }

    fn give(&mut self, message: ChatServerMessage) {
        self.output.push_back(Output::Frame(message));
    }

    fn end(&mut self, fault: Fault) {
        self.give(ChatServerMessage::Error { error: fault.into() });
        self.output.push_back(Output::End);
    }
}
