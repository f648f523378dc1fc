//! What is written passes here: decided like every command, told once it is durable.

use std::sync::Arc;

use call_core::event::Event;
use call_core::{
    Body, Command, Conversation, ConversationId, FileId, FileNote, Input, MessageAudience,
    MessageId, PersonId, Recorded, Refusal, Time, may_write, reads, sees_chat, sent_as,
};
use futures_util::{sink, stream};
use media::{Frame, OpenedChannel, Pipe, PipeReader, PipeWriter};
use signaling::chat::{
    Ask, History, Incoming, Line, LineId, News, Query, Said, Span, Unfollowed, Unreadable, run,
};
use signaling::protocol::{Fault, GoneReason, WireError};
use storage::{FileStore, Journal, Offered, StoreError, StoredMessage, Transcript};

use super::Driver;
use super::batch::Batch;
use super::files::{Question, blocking};

/// What pages call the channel.
const LABEL: &str = "chat";
/// What they call the one for files.
const FILES: &str = "files";
/// What channels may ask at once before they wait: as in the inbox of sessions, a burst of hundreds
/// of them. A channel that waits reads nothing, and its page's frames are bounded.
pub(super) const ASKS: usize = 4096;

/// What one turn has to tell the chat channels.
#[derive(Debug, Default)]
pub(super) struct Talk {
    /// News of durable facts, and who saw the conversation when they happened.
    told: Vec<(LineId, News)>,
    /// What became of what was sent.
    sent: Vec<Sent>,
    /// What is answered from the state after the turn.
    lookups: Vec<(LineId, Lookup)>,
    /// What channels for files ask, the same.
    pub(super) questions: Vec<Question>,
}

#[derive(Debug)]
struct Sent {
    line: LineId,
    conversation: ConversationId,
    id: MessageId,
    outcome: Result<(u64, Option<Time>), WireError>,
}

#[derive(Debug)]
enum Lookup {
    Follow { conversation: ConversationId, serial: u64 },
    Unfollow { conversation: ConversationId },
    MayRead { request: u64, conversation: ConversationId },
}

impl Driver {
    /// A page has opened a data channel. One of somebody who is not signed in is closed: its page
    /// opens another when it is.
    pub(super) fn channel_opened(&mut self, opened: OpenedChannel) {
        let OpenedChannel { leg, label, pipe } = opened;
        let Some(person) = self.legs.owner(leg).cloned() else { return };
        if self.sessions.outbox(&person).is_none() {
            return;
        }
        match label.as_str() {
            LABEL => self.chat_opened(person, pipe),
            FILES => self.files_opened(leg, person, pipe),
            _nothing_of_ours => {}
        }
    }

    fn chat_opened(&mut self, person: PersonId, pipe: Pipe) {
        let only = self.sessions.only(&person);
        let (id, inlet) = self.lines.open(&person, only);
        let (journal, files) = (self.journal.clone(), self.files.store.clone());
        let history = Kept { journal, files, reader: person.clone() };
        let counters = Arc::clone(&self.metrics.chat);
        let line = Line { id, person, inlet, asks: self.asking.clone(), counters };
        let limits = self.limits.clone();
        let (reader, writer) = pipe.split();
        tokio::spawn(async move {
            let incoming = stream::unfold(reader, frame);
            let outgoing = sink::unfold(writer, |writer: PipeWriter, text| async move {
                writer.send(Frame::Text(text)).await.map(|()| writer)
            });
            run(line, &limits, history, incoming, outgoing).await;
        });
    }

    /// A chat channel asks something.
    pub(super) fn asked(&mut self, line: LineId, ask: Ask, batch: &mut Batch) {
        let Some(person) = self.lines.person(line).cloned() else { return };
        match ask {
            Ask::Follow { conversation, serial } => {
                batch.talk.lookups.push((line, Lookup::Follow { conversation, serial }));
            }
            Ask::Unfollow { conversation } => {
                batch.talk.lookups.push((line, Lookup::Unfollow { conversation }));
            }
            Ask::MayRead { request, conversation } => {
                batch.talk.lookups.push((line, Lookup::MayRead { request, conversation }));
            }
            Ask::Send { conversation, id, audience, body } => {
                let outcome = if self.lines.is_for(line, conversation) {
                    self.write(&person, conversation, &id, (audience, body), batch)
                } else {
                    Err(Refusal::NotAParticipant.into())
                };
                batch.talk.sent.push(Sent { line, conversation, id, outcome });
            }
            Ask::Mark { conversation, marks } => {
                let command = Command::Mark { conversation, marks };
                let marked = if self.lines.is_for(line, conversation) {
                    self.decide(&Input::Command { by: person, command }, batch)
                } else {
                    Err(Refusal::NotAParticipant)
                };
                if let Err(refusal) = marked {
                    self.lines.tell(line, News::Refused { error: refusal.into() });
                }
            }
            Ask::Typing { conversation } => {
                if self.lines.is_for(line, conversation) {
                    self.types(conversation, &person);
                }
            }
            Ask::Closed => self.lines.close(line),
        }
    }

    /// Has something sent. What was sent before keeps its number.
    fn write(
        &mut self,
        by: &PersonId,
        conversation: ConversationId,
        id: &MessageId,
        (audience, body): (MessageAudience, Body),
        batch: &mut Batch,
    ) -> Result<(u64, Option<Time>), WireError> {
        if let Some(number) = sent_as(&self.world, conversation, by, id) {
            return Ok((number, None));
        }
        let command = Command::Send { conversation, id: id.clone(), audience, body };
        self.decide(&Input::Command { by: by.clone(), command }, batch)?;
        let number = sent_as(&self.world, conversation, by, id);
        let number = number.expect("what call control lets pass has its number");
        Ok((number, Some(self.clock.now())))
    }

    /// Tells the others that somebody writes, if what it writes would be taken. It is over in a few
    /// seconds: nothing to be kept.
    fn types(&self, id: ConversationId, person: &PersonId) {
        let Some(conversation) = self.world.conversation(id) else { return };
        if may_write(conversation, person, MessageAudience::Everyone).is_err() {
            return;
        }
        for (line, reader) in self.lines.followers(id) {
            if reader != person && sees(conversation, reader) {
                let news = News::Typing { conversation: id, person: person.clone() };
                self.lines.tell(line, news);
            }
        }
    }

    /// Takes down who is to be told of a fact, as things stand right after it.
    pub(super) fn note_written(&self, recorded: &Recorded, talk: &mut Talk) {
        let Recorded { at, event } = recorded;
        // What is said, for whom, and where.
        let (id, audience, news) = if let Event::MessageSent { conversation, message, .. } = event {
            let said = Arc::new(Said { at: *at, message: message.clone() });
            let news = News::Message { conversation: *conversation, said };
            (*conversation, message.audience, news)
        } else if let Event::Marked { conversation, person, marks } = event {
            let (conversation, person, marks) = (*conversation, person.clone(), *marks);
            let news = News::Marked { conversation, person, marks };
            (conversation, MessageAudience::Everyone, news)
        } else {
            return;
        };
        let Some(conversation) = self.world.conversation(id) else { return };
        for (line, reader) in self.lines.followers(id) {
            if reads(reader, audience) && sees(conversation, reader) {
                talk.told.push((line, news.clone()));
            }
        }
    }

    /// Tells the chat channels what is durable, and answers them.
    pub(super) fn tell_lines(&mut self, batch: &mut Batch) {
        let talk = std::mem::take(&mut batch.talk);
        for (line, news) in talk.told {
            self.lines.tell(line, news);
        }
        for sent in talk.sent {
            self.answer_sent(sent);
        }
        for id in batch.seen_before.keys() {
            let conversation = self.world.conversation(*id);
            let departures = &batch.departures;
            self.lines.dismiss(*id, |person| {
                if conversation.is_some_and(|one| sees(one, person)) {
                    return None;
                }
                let departure = departures.get(&(*id, person.clone()));
                Some(departure.map_or_else(|| reason(conversation), |reason| unfollowed(*reason)))
            });
        }
        self.look_up(talk.lookups);
        self.answer_questions(talk.questions);
    }

    /// The journal failed: nothing was written.
    pub(super) fn take_back_lines(&mut self, talk: Talk) {
        for sent in talk.sent {
            let outcome = sent.outcome.and(Err(Fault::StorageFailed.into()));
            self.answer_sent(Sent { outcome, ..sent });
        }
        self.look_up(talk.lookups);
        self.answer_questions(talk.questions);
    }

    fn answer_sent(&self, sent: Sent) {
        let Sent { line, conversation, id, outcome } = sent;
        if let Err(error) = &outcome {
            self.metrics.refused(error);
        }
        self.lines.tell(line, News::Sent { conversation, id, outcome });
    }

    fn look_up(&mut self, lookups: Vec<(LineId, Lookup)>) {
        for (line, lookup) in lookups {
            match lookup {
                Lookup::Follow { conversation, serial } => self.follow(line, conversation, serial),
                Lookup::Unfollow { conversation } => self.lines.unfollow(line, conversation),
                Lookup::MayRead { request, conversation } => {
                    let upto = self.readable(line, conversation).map(last);
                    let upto = upto.ok_or_else(|| Refusal::NotAParticipant.into());
                    self.lines.tell(line, News::MayRead { request, conversation, upto });
                }
            }
        }
    }

    fn follow(&mut self, line: LineId, conversation: ConversationId, serial: u64) {
        let news = match self.seen(line, conversation) {
            Ok(seen) => {
                let marks = seen.chat.iter().flat_map(|chat| &chat.marks);
                let marks = marks.map(|(person, marks)| (person.clone(), *marks)).collect();
                News::Followed { conversation, serial, last: last(seen), marks }
            }
            Err(reason) => News::Unfollowed { conversation, serial, reason },
        };
        if let News::Followed { .. } = &news {
            self.lines.follow(line, conversation, serial);
        } else {
            self.lines.unfollow(line, conversation);
        }
        self.lines.tell(line, news);
    }

    /// The chat, if whoever is on the line may read what was written in it: who sees it, and who
    /// was in it until the end, as long as it is not forgotten.
    fn readable(&self, line: LineId, id: ConversationId) -> Option<&Conversation> {
        match self.seen(line, id) {
            Ok(seen) => Some(seen),
            Err(Unfollowed::Ended) => {
                let person = self.lines.person(line)?;
                self.world.conversation(id).filter(|over| was_in(over, person))
            }
            Err(_not_its) => None,
        }
    }

    /// The chat, if whoever is on the line sees it.
    fn seen(&self, line: LineId, id: ConversationId) -> Result<&Conversation, Unfollowed> {
        let person = self.lines.person(line).filter(|_| self.lines.is_for(line, id));
        let known = self.world.conversation(id).zip(person);
        let known = known.filter(|(one, person)| one.chat.is_some() && one.knows(person));
        let (conversation, person) = known.ok_or(Unfollowed::NotAParticipant)?;
        if sees(conversation, person) {
            Ok(conversation)
        } else if conversation.is_live() {
            Err(Unfollowed::NotAParticipant)
        } else {
            Err(Unfollowed::Ended)
        }
    }
}

/// Whether somebody sees what is written at the moment.
pub(super) fn sees(conversation: &Conversation, person: &PersonId) -> bool {
    conversation.is_live() && sees_chat(conversation, person)
}

/// Whether somebody was in a conversation that is over: its customer, and whoever had a seat.
pub(super) fn was_in(conversation: &Conversation, person: &PersonId) -> bool {
    match person {
        PersonId::Customer(customer) => conversation.customer() == Some(customer),
        PersonId::Agent(agent) => conversation.served.contains(agent),
    }
}

/// Why somebody who did not leave sees a conversation no more.
fn reason(conversation: Option<&Conversation>) -> Unfollowed {
    match conversation {
        Some(conversation) if conversation.is_live() => Unfollowed::Rescinded,
        Some(_) | None => Unfollowed::Ended,
    }
}

fn unfollowed(reason: GoneReason) -> Unfollowed {
    match reason {
        GoneReason::Left => Unfollowed::Left,
        GoneReason::Removed => Unfollowed::Removed,
        GoneReason::Lost => Unfollowed::Lost,
        GoneReason::Rescinded => Unfollowed::Rescinded,
        GoneReason::Ended => Unfollowed::Ended,
    }
}

fn last(conversation: &Conversation) -> u64 {
    conversation.chat.as_ref().map_or(0, |chat| chat.last)
}

async fn frame(mut reader: PipeReader) -> Option<(Incoming, PipeReader)> {
    let frame = match reader.recv().await? {
        Frame::Text(text) => Incoming::Text(text),
        Frame::Binary(_) => Incoming::Binary,
    };
    Some((frame, reader))
}

/// The history that one person may read.
#[derive(Debug)]
struct Kept {
    journal: Journal,
    files: FileStore,
    reader: PersonId,
}

impl History for Kept {
    async fn read(&self, query: Query) -> Result<Vec<Said>, Unreadable> {
        let Query { conversation, span, limit } = query;
        let transcript = Transcript::for_reader(conversation, &self.reader);
        let read = match span {
            Span::After(number) => self.journal.messages_after(transcript, number, limit).await,
            Span::Before(number) => {
                self.journal.messages_before(transcript, Some(number), limit).await
            }
        };
        let said = |stored: StoredMessage| Said { at: stored.at, message: stored.message };
        read.map(|stored| stored.into_iter().map(said).collect())
            .map_err(|error| unreadable(&error))
    }

    async fn file(
        &self,
        conversation: ConversationId,
        file: FileId,
        audience: MessageAudience,
    ) -> Result<Option<FileNote>, Unreadable> {
        let files = self.files.clone();
        let found = blocking(move || files.find(conversation, file)).await;
        let offered = found.map_err(|_logged| Unreadable)?;
        let own = |offered: &Offered| offered.by == self.reader && offered.audience == audience;
        Ok(offered.filter(own).map(|offered| offered.note))
    }
}

fn unreadable(error: &StoreError) -> Unreadable {
    tracing::error!(error = error as &dyn std::error::Error, "what was written cannot be read");
    Unreadable
}
