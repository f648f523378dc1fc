//! Chat: who sees what is written, who may write, and what is remembered of it.
//!
//! A chat is a conversation like any other; this is what is its own: messages with numbers. What
//! they say is told by events and kept in the history; the world keeps what deciding needs.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::access;
use crate::announce;
use crate::call_offer::CallOffer;
use crate::conversation::{Conversation, EndReason, Medium};
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{ConversationId, Owner, PersonId, TeamId};
use crate::leaving;
use crate::message::{Author, Body, MAX_MESSAGE_CHARS, Message, MessageAudience, MessageId};
use crate::queue;
use crate::refusal::Refusal;
use crate::time::Time;
use crate::world::World;

/// The latest ids of each author that are remembered: a client has at most 64 messages on their
/// way, and says each again until it is acknowledged.
pub const IDS_REMEMBERED: usize = 256;

/// What a customer who waits is written, where neither channel nor team has words of its own.
const WAITING_TEXT: &str =
    "Thank you for your message. You are number {position}. Estimated wait: {estimated_wait}.";

/// How far somebody has come in reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Marks {
    /// The last message that reached its page.
    pub delivered: u64,
    /// The last message it has looked at.
    pub read: u64,
}

/// What is remembered of the messages of a chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// The number of the last message; 0 before the first.
    pub last: u64,
    /// How far everybody has come who ever marked anything.
    pub marks: BTreeMap<PersonId, Marks>,
    /// When it is over if nothing is written, while an agent answers for it.
    #[serde(default)]
    pub idle_until: Option<Time>,
    /// Whether its customer was written its place in this wait.
    #[serde(default)]
    pub told: bool,
    /// The call that its customer is offered.
    #[serde(default)]
    pub call_offer: Option<CallOffer>,
    /// The latest ids of each author, and the numbers they were given.
    pub(crate) said: BTreeMap<PersonId, VecDeque<(MessageId, u64)>>,
}

impl Chat {
    /// Takes a message in.
    pub(crate) fn sent(&mut self, message: &Message) {
        self.last = self.last.max(message.number);
        let Author::Person { person, .. } = &message.author else {
            self.told = true;
            return;
        };
        let Some(id) = &message.id else { return };
        let said = self.said.entry(person.clone()).or_default();
        said.push_back((id.clone(), message.number));
        if said.len() > IDS_REMEMBERED {
            said.pop_front();
        }
    }

    /// The number a message of this author has already.
    pub(crate) fn number_of(&self, author: &PersonId, id: &MessageId) -> Option<u64> {
        let said = self.said.get(author)?;
        said.iter().rev().find(|(known, _)| known == id).map(|(_, number)| *number)
    }
}

/// Whether a person may see what is written in a chat at the moment: who has a seat, who observes,
/// and who is asked to take it, before deciding.
pub fn sees_chat(conversation: &Conversation, person: &PersonId) -> bool {
    if conversation.participants.contains_key(person) {
        return true;
    }
    let Some(agent) = person.as_agent() else { return false };
    let mut candidates = conversation.candidates();
    conversation.observes(agent) || candidates.any(|candidate| candidate == agent)
}

/// Everybody who sees it at the moment.
pub fn readers(conversation: &Conversation) -> impl Iterator<Item = PersonId> {
    let people = conversation.people().into_iter();
    people.filter(|person| conversation.is_live() && sees_chat(conversation, person))
}

/// Whether a person may write for an audience.
///
/// # Errors
/// Why not; a listener and a supervisor who only observes are told that they do not own it.
pub fn may_write(
    conversation: &Conversation,
    person: &PersonId,
    audience: MessageAudience,
) -> Result<(), Refusal> {
    if conversation.medium != Medium::Chat {
        return Err(Refusal::WrongMedium);
    }
    if !conversation.is_live() {
        return Err(Refusal::ConversationEnded);
    }
    if !conversation.participants.contains_key(person) {
        let gave_away = person.as_agent().is_some_and(|agent| {
            conversation.observes(agent) || conversation.served.contains(agent)
        });
        return Err(if gave_away { Refusal::NotOwner } else { Refusal::NotAParticipant });
    }
    match (person, audience) {
        (PersonId::Customer(_), MessageAudience::Agents) => Err(Refusal::NotPermitted),
        (PersonId::Customer(_), MessageAudience::Everyone) | (PersonId::Agent(_), _) => Ok(()),
    }
}

/// The number a message was given that a client says again.
pub fn sent_as(
    world: &World,
    id: ConversationId,
    author: &PersonId,
    message: &MessageId,
) -> Option<u64> {
    world.conversation(id)?.chat.as_ref()?.number_of(author, message)
}

/// What somebody asks to have sent.
#[derive(Debug)]
pub(crate) struct Wanted<'w> {
    pub(crate) id: &'w MessageId,
    pub(crate) audience: MessageAudience,
    pub(crate) body: &'w Body,
}

/// Somebody writes. What it has said already is not said again.
pub(crate) fn send(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    wanted: &Wanted<'_>,
) -> Result<(), Refusal> {
    let known = draft.conversation(id).filter(|conversation| conversation.knows(by));
    let conversation = known.ok_or(Refusal::NotAParticipant)?;
    let chat = conversation.chat.as_ref();
    if chat.is_some_and(|chat| chat.number_of(by, wanted.id).is_some()) {
        return Ok(());
    }
    may_write(conversation, by, wanted.audience)?;
    check(wanted.body)?;
    let name = conversation.participants.get(by).map(|seat| seat.name.clone());
    let author = Author::Person { person: by.clone(), name: name.unwrap_or_default() };
    let message = Message {
        number: chat.map_or(0, |chat| chat.last) + 1,
        author,
        id: Some(wanted.id.clone()),
        audience: wanted.audience,
        body: wanted.body.clone(),
    };
    let idle_until = Some(draft.now() + draft.timers().chat_idle);
    draft.push(Event::MessageSent { conversation: id, message, idle_until });
    Ok(())
}

/// The customer of a chat is written its place, once in a wait and in its team's words, as soon as
/// it really waits: it is there to read it, and nobody is rung for it.
pub(crate) fn tell_place(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let Some(chat) = conversation.chat.as_ref().filter(|chat| !chat.told) else { return };
    let is_rung = conversation.candidates().next().is_some();
    if is_rung || !queue::can_be_rung_for(conversation) {
        return;
    }
    let Some((queue, own)) = queue::rank(conversation) else { return };
    let (position, wait) = announce::place(draft, &queue, own);
    let text = waiting_text(draft, conversation, &queue.team);
    let message = Message {
        number: chat.last + 1,
        author: Author::Automatic,
        id: None,
        audience: MessageAudience::Everyone,
        body: Body::Text(announce::in_words(&text, position, wait)),
    };
    draft.push(Event::MessageSent { conversation: id, message, idle_until: None });
}

/// What a waiting customer is written: by its channel, its team, or nobody in particular.
fn waiting_text(draft: &Draft<'_>, conversation: &Conversation, team: &TeamId) -> String {
    let settings = draft.settings();
    let channel = conversation.channel.as_ref().and_then(|channel| settings.channels.get(channel));
    let of_channel = channel.and_then(|channel| channel.waiting_text.clone());
    let of_team = || settings.teams.get(team).and_then(|team| team.waiting_text.clone());
    of_channel.or_else(of_team).unwrap_or_else(|| WAITING_TEXT.to_owned())
}

fn check(body: &Body) -> Result<(), Refusal> {
    if body.text().chars().count() > MAX_MESSAGE_CHARS {
        return Err(Refusal::TextTooLong);
    }
    match body {
        Body::Text(text) if text.trim().is_empty() => Err(Refusal::EmptyMessage),
        Body::Text(_) | Body::File(_) => Ok(()),
    }
}

/// An agent answers from here on: an idle chat ends some time.
pub(crate) fn answered(draft: &mut Draft<'_>, id: ConversationId) {
    if draft.known(id).chat.is_some() {
        let until = draft.now() + draft.timers().chat_idle;
        draft.push(Event::IdleSet { conversation: id, until });
    }
}

/// Nobody has written for long.
pub(crate) fn idle(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let Owner::Agent(owner) = conversation.owner() else { return };
    let phase = conversation.phase();
    leaving::end(draft, id, EndReason::Idle, &owner.into(), phase);
}

/// Somebody says how far it has come. Marks never go back, never past the last message, and who
/// only observes leaves none.
pub(crate) fn mark(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    wanted: Marks,
) -> Result<(), Refusal> {
    let conversation = access::live(draft, id, by)?;
    let chat = conversation.chat.as_ref().ok_or(Refusal::WrongMedium)?;
    let observer = by.as_agent().and_then(|agent| conversation.observers.get(agent));
    let leaves_none = observer.is_some_and(|observer| !observer.is_listener());
    if leaves_none || !sees_chat(conversation, by) {
        return Ok(());
    }
    let had = chat.marks.get(by).copied().unwrap_or_default();
    let read = had.read.max(wanted.read.min(chat.last));
    let delivered = had.delivered.max(wanted.delivered.min(chat.last)).max(read);
    let marks = Marks { delivered, read };
    if marks != had {
        draft.push(Event::Marked { conversation: id, person: by.clone(), marks });
    }
    Ok(())
}
