//! What is written in chats: what is asked, and what has happened, naively.

use std::collections::{BTreeMap, BTreeSet};

use call_core::observer::ObserverMode;
use call_core::offer::Origin;
use call_core::{
    AgentId, Author, Body, Command, ContentHash, Conversation, ConversationId, Event, FileId,
    FileNote, MAX_MESSAGE_CHARS, Marks, Medium, MessageAudience, MessageId, PersonId, Target, Time,
};

use crate::generate::Bytes;
use crate::reference::{Call, check};
use crate::refusals::Code;
use crate::system::System;
use crate::transition::{self, AGENTS, CUSTOMERS, TEAMS, Transition};

/// What every note says, and nothing that reaches a customer may.
pub(crate) const SECRET: &str = "between-us";

/// What was written in a chat.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// The number of the last message.
    pub(crate) last: u64,
    pub(crate) notes: BTreeSet<u64>,
    /// The number that each author's message got.
    pub(crate) said: BTreeMap<(PersonId, MessageId), u64>,
    pub(crate) marks: BTreeMap<PersonId, Marks>,
    /// Who ever had a seat.
    pub(crate) served: BTreeSet<AgentId>,
    /// Who has given it away, and has no seat since.
    pub(crate) gave_away: BTreeSet<AgentId>,
    /// Whether its customer was told its place in this wait.
    pub(crate) told: bool,
    /// Who offers its customer a call.
    pub(crate) offers_call: Option<AgentId>,
    /// Since when nobody has written, or somebody has answered.
    pub(crate) quiet_since: Time,
}

// --- what is asked ---

/// Somebody writes or marks, mostly somebody who has to do with the chat.
pub(crate) fn next(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let chats = system.world.conversations().filter(|one| one.medium == Medium::Chat);
    let chats: Vec<_> = chats.collect();
    let live: Vec<_> = chats.iter().copied().filter(|one| one.is_live()).collect();
    let from = if bytes.chance(92) && !live.is_empty() { &live } else { &chats };
    let Some(one) = bytes.pick(from) else { return begin(bytes) };
    let by = who(bytes, one);
    let command = match bytes.below(8) {
        0 | 1 => mark(bytes, system, one.id),
        _ => send(bytes, system, one.id, &by),
    };
    Transition::Command { by, command }
}

fn begin(bytes: &mut Bytes<'_>) -> Transition {
    let by = transition::any(bytes, &CUSTOMERS);
    let team = TEAMS[bytes.below(2)].parse().expect("teams are ids");
    Transition::Command { by, command: Command::Call { team, medium: Medium::Chat } }
}

/// Whoever sits in it, reads it along, is rung for it, or has nothing to do with it.
fn who(bytes: &mut Bytes<'_>, one: &Conversation) -> PersonId {
    let others = one.observers.keys().chain(one.candidates()).chain(&one.served);
    let others: Vec<PersonId> = others.cloned().map(Into::into).collect();
    let seats: Vec<_> = one.participants.keys().cloned().collect();
    match bytes.below(10) {
        0 => transition::any(bytes, if one.id.0.is_multiple_of(2) { &AGENTS } else { &CUSTOMERS }),
        1..=3 if !others.is_empty() => bytes.pick(&others).expect("some others").clone(),
        _ => bytes.pick(&seats).cloned().unwrap_or_else(|| transition::any(bytes, &CUSTOMERS)),
    }
}

/// A message, sometimes one that was sent before.
pub(crate) fn send(
    bytes: &mut Bytes<'_>,
    system: &System,
    conversation: ConversationId,
    by: &PersonId,
) -> Command {
    let said = system
        .reference
        .calls
        .get(&conversation)
        .map_or(0, |call| call.written.said.keys().filter(|(author, _)| author == by).count());
    let number = if said > 0 && bytes.chance(25) { bytes.below(said) } else { said };
    let id = format!("m{number}").parse().expect("a number is an id");
    let agents = if by.as_agent().is_some() { 30 } else { 8 };
    let (audience, text) = if bytes.chance(agents) {
        (MessageAudience::Agents, SECRET.to_owned())
    } else {
        (MessageAudience::Everyone, "hello".to_owned())
    };
    let text = match bytes.below(40) {
        0 => "x".repeat(MAX_MESSAGE_CHARS + 1),
        1 | 2 => " \n".to_owned(),
        _ => text,
    };
    let body = if bytes.chance(15) { file(text) } else { Body::Text(text) };
    Command::Send { conversation, id, audience, body }
}

/// A file with something written beside it.
fn file(caption: String) -> Body {
    let (file, sha256) = (FileId(7), ContentHash([7; 32]));
    let (name, media_type) = ("a.png".to_owned(), "image/png".to_owned());
    Body::File(FileNote { file, name, media_type, bytes: 7, sha256, caption })
}

fn mark(bytes: &mut Bytes<'_>, system: &System, conversation: ConversationId) -> Command {
    let last = system.reference.calls.get(&conversation).map_or(0, |call| call.written.last);
    let near = |bytes: &mut Bytes<'_>| (last + bytes.below(3) as u64).saturating_sub(1);
    let marks = Marks { delivered: near(bytes), read: near(bytes) };
    Command::Mark { conversation, marks }
}

/// What somebody in a chat asks for, beside writing.
pub(crate) fn about(
    bytes: &mut Bytes<'_>,
    conversation: ConversationId,
    participant: PersonId,
) -> Command {
    match bytes.below(24) {
        0..=8 => Command::Transfer { conversation, target: target(bytes), note: None },
        9 | 10 => Command::Cancel { conversation },
        11..=13 => Command::Leave { conversation },
        14 => Command::Complete { conversation },
        15 | 16 => Command::Remove { conversation, participant },
        17 => Command::Raise { conversation },
        18 => sound(bytes, conversation, participant),
        19 | 20 => Command::OfferCall { conversation },
        21 if bytes.chance(50) => Command::WithdrawCall { conversation },
        21 => Command::Decline { conversation, text: None },
        _ => transition::invite(bytes, conversation),
    }
}

/// What a chat does not know.
fn sound(bytes: &mut Bytes<'_>, conversation: ConversationId, participant: PersonId) -> Command {
    match bytes.below(6) {
        0 => Command::Hold { conversation, participant },
        1 => Command::Resume { conversation, participant },
        2 => Command::Swap { conversation },
        3 => Command::Merge { conversation },
        4 => Command::Mute { conversation, muted: true },
        _ => Command::ForceMute { conversation, participant, muted: true },
    }
}

fn target(bytes: &mut Bytes<'_>) -> Target {
    if bytes.chance(20) {
        return Target::Queue(TEAMS[bytes.below(2)].parse().expect("teams are ids"));
    }
    transition::target(bytes)
}

/// A customer comes back to a chat, mostly to one of its own that is over.
pub(crate) fn back(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let over = |one: &&Conversation| one.medium == Medium::Chat && !one.is_live();
    let over: Vec<_> = system.world.conversations().filter(over).collect();
    let any: Vec<_> = system.world.conversations().collect();
    let from = if bytes.chance(90) && !over.is_empty() { &over } else { &any };
    let Some(one) = bytes.pick(from) else { return begin(bytes) };
    let own = one.customer_id().filter(|_| bytes.chance(90));
    let by = own.unwrap_or_else(|| transition::any(bytes, &CUSTOMERS));
    Transition::Command { by, command: Command::Reopen { conversation: one.id } }
}

// --- what has happened, naively ---

impl Call {
    pub(crate) fn is_chat(&self) -> bool {
        self.medium == Medium::Chat
    }

    /// Who may see what is written: seats, observers, and who is asked to take it.
    pub(crate) fn sees(&self, person: &PersonId) -> bool {
        let offer = self.offer.as_ref();
        let asked = |agent: &AgentId| {
            let rings = offer.is_some_and(|offer| offer.candidates.contains(agent));
            self.watch.watches(agent) || rings
        };
        self.seats.contains_key(person) || person.as_agent().is_some_and(asked)
    }

    /// Why somebody may not write for an audience.
    pub(crate) fn not_writing(&self, person: &PersonId, audience: MessageAudience) -> Code {
        if !self.is_chat() {
            return Some("wrong_medium");
        }
        if self.over {
            return Some("conversation_ended");
        }
        if !self.seats.contains_key(person) {
            let was_in =
                |agent: &AgentId| self.written.served.contains(agent) || self.watch.watches(agent);
            let reads = person.as_agent().is_some_and(was_in);
            return Some(if reads { "not_owner" } else { "not_a_participant" });
        }
        let note = person.as_agent().is_none() && audience == MessageAudience::Agents;
        note.then_some("not_permitted")
    }

    /// Who takes an offer in somebody's place has it, and that one has given it away.
    pub(crate) fn taken_in_place(&mut self, from: Option<&AgentId>, by: &AgentId) {
        self.written.gave_away.extend(from.cloned());
        self.sits(by);
    }

    /// An agent has a seat from here on.
    pub(crate) fn sits(&mut self, agent: &AgentId) {
        self.written.gave_away.remove(agent);
        self.written.served.insert(agent.clone());
    }

    /// Takes a fact about what is written in.
    pub(crate) fn fold_written(&mut self, at: Time, event: &Event) -> Result<(), String> {
        match event {
            Event::MessageSent { message, .. } => {
                check(self.is_chat(), "messages are written in chats")?;
                check(message.number == self.written.last + 1, "numbers have no holes")?;
                self.written.last = message.number;
                let note = message.audience == MessageAudience::Agents;
                if note {
                    self.written.notes.insert(message.number);
                }
                let (Author::Person { person, .. }, Some(id)) = (&message.author, &message.id)
                else {
                    let automatic = message.author == Author::Automatic && message.id.is_none();
                    let rung =
                        self.offer.as_ref().is_some_and(|offer| !offer.candidates.is_empty());
                    let waits = self.queue.is_some() && !note && !rung;
                    let first = !std::mem::replace(&mut self.written.told, true);
                    let ok = automatic && waits && first;
                    return check(ok, "who waits and is rung for by nobody is told so once");
                };
                self.written.quiet_since = at;
                let may = self.not_writing(person, message.audience);
                check(may.is_none(), "only who may write does")?;
                let gave = person.as_agent().is_some_and(|a| self.written.gave_away.contains(a));
                check(!gave, "who gave it away writes no more")?;
                let twice = self.written.said.insert((person.clone(), id.clone()), message.number);
                check(twice.is_none(), "what is said again is not sent again")
            }
            Event::Marked { person, marks, .. } => self.fold_marks(person, *marks),
            Event::OfferOpened { origin, .. } => {
                self.written.told &= *origin == Origin::Queue;
                Ok(())
            }
            Event::Requeued { at_head: true, .. } | Event::Overflowed { .. } => {
                self.written.told = false;
                Ok(())
            }
            Event::CallOffered { by, .. } => {
                check(self.is_chat() && self.has_customer(), "a chat's customer is offered it")?;
                check(self.offered_call().is_none(), "one call is offered at a time")?;
                check(self.has_seat(by), "by who is in the chat")?;
                self.written.offers_call = Some(by.clone());
                Ok(())
            }
            Event::CallOfferEnded { .. } => {
                let was = self.offered_call().is_some();
                self.written.offers_call = None;
                check(was, "only what is offered is offered no more")
            }
            Event::IdleSet { .. } => {
                self.written.quiet_since = at;
                check(self.is_chat(), "only a chat is idle")
            }
            _ => Ok(()),
        }
    }

    /// Who offers its customer a call, which is over once one of them has no seat.
    pub(crate) fn offered_call(&self) -> Option<&AgentId> {
        let offers = self.written.offers_call.as_ref();
        offers.filter(|agent| !self.over && self.has_seat(agent) && self.has_customer())
    }

    fn fold_marks(&mut self, person: &PersonId, marks: Marks) -> Result<(), String> {
        let observes = person.as_agent().and_then(|agent| self.watch.observers.get(agent));
        let monitors = observes.is_some_and(|(mode, _)| *mode != ObserverMode::Listener);
        check(!monitors, "a monitor leaves no mark")?;
        check(self.sees(person), "who sees nothing reads nothing")?;
        let had = self.written.marks.insert(person.clone(), marks).unwrap_or_default();
        let onward = had.read <= marks.read && had.delivered <= marks.delivered && had != marks;
        check(onward, "marks never go back")?;
        let in_order = marks.read <= marks.delivered && marks.delivered <= self.written.last;
        check(in_order, "nothing is read before it is there")
    }

    /// What was over goes on, with what was written.
    pub(crate) fn reopened(&mut self) {
        self.seats.clear();
        self.held.clear();
        self.muted.clear();
        self.watch = crate::supervision::Watch::default();
        (self.owner, self.kept_for_recall, self.recalls) = (None, None, 0);
        (self.over, self.written.told) = (false, false);
    }
}
