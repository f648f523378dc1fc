//! Who hears whom, and what each leg is sent: pure functions of the facts.

use std::collections::{BTreeMap, BTreeSet};

use crate::conversation::{Conversation, Medium};
use crate::id::{ConversationId, PersonId};
use crate::observer::{Observer, ObserverMode};
use crate::participant::{Audience, Participant, Role};
use crate::world::World;

/// A recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clip {
    /// For whoever is on hold or waits.
    Music,
    /// For an agent who waits for an answer with nobody to hear.
    Ringback,
}

/// What a leg is sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Nothing.
    Silence,
    /// One talker, as it is.
    Forward(PersonId),
    /// Two or more talkers.
    Mix(BTreeSet<PersonId>),
    /// A recording.
    Play(Clip),
}

/// Whether `listener` hears `talker`.
///
/// Of participants both must be there and neither on hold: hold is deaf and mute, both ways. An
/// observer hears whoever is there, on hold or not, and is heard by nobody, but a coach by its
/// agent.
pub fn hears(conversation: &Conversation, listener: &PersonId, talker: &PersonId) -> bool {
    if listener == talker || !is_heard(conversation) {
        return false;
    }
    let seats = &conversation.participants;
    match (seats.get(listener), seats.get(talker)) {
        (Some(ear), Some(mouth)) => {
            is_connected(ear)
                && is_connected(mouth)
                && mouth.muted.is_none()
                && is_for(&mouth.audience, listener)
        }
        (None, Some(mouth)) => {
            let ear = listener.as_agent().and_then(|agent| conversation.observers.get(agent));
            ear.is_some_and(Observer::is_joined) && mouth.is_joined() && mouth.muted.is_none()
        }
        (Some(ear), None) => is_connected(ear) && is_coached(conversation, listener, talker),
        (None, None) => false,
    }
}

fn is_coached(conversation: &Conversation, listener: &PersonId, talker: &PersonId) -> bool {
    let coach = talker.as_agent().and_then(|agent| conversation.observers.get(agent));
    coach.filter(|coach| coach.is_joined()).is_some_and(|coach| match &coach.mode {
        ObserverMode::Coach { agent } => listener.as_agent() == Some(agent),
        ObserverMode::Monitor | ObserverMode::Listener => false,
    })
}

/// Everybody who may hear or be heard.
fn people(conversation: &Conversation) -> impl Iterator<Item = PersonId> {
    let observers = conversation.observers.keys().cloned().map(PersonId::Agent);
    conversation.participants.keys().cloned().chain(observers)
}

fn is_connected(seat: &Participant) -> bool {
    seat.is_joined() && seat.hold.is_none()
}

fn is_for(audience: &Audience, listener: &PersonId) -> bool {
    match audience {
        Audience::Everyone => true,
        Audience::Only(agent) => listener.as_agent() == Some(agent),
    }
}

/// What everybody with a seat and every observer is sent; whoever is not in here is sent silence.
pub fn sources(world: &World) -> BTreeMap<PersonId, (ConversationId, Source)> {
    world
        .conversations()
        .filter(|conversation| is_heard(conversation))
        .flat_map(|conversation| {
            let of = |person: &PersonId| (conversation.id, source(conversation, person));
            people(conversation).map(move |person| (person.clone(), of(&person)))
        })
        .collect()
}

/// What everybody with a seat and every observer of one conversation is sent; nobody, once it
/// is over.
pub fn sources_of(world: &World, id: ConversationId) -> BTreeMap<PersonId, Source> {
    let live = world.conversation(id).filter(|conversation| is_heard(conversation));
    let of = |conversation: &Conversation| {
        let sent = |person: PersonId| (person.clone(), source(conversation, &person));
        people(conversation).map(sent).collect()
    };
    live.map(of).unwrap_or_default()
}

/// Whether anybody is sent anything because of it: a chat makes no sound.
fn is_heard(conversation: &Conversation) -> bool {
    conversation.is_live() && conversation.medium == Medium::Voice
}

/// What one participant or observer of a live conversation is sent.
pub(crate) fn source(conversation: &Conversation, listener: &PersonId) -> Source {
    if !is_heard(conversation) {
        return Source::Silence;
    }
    let seat = conversation.participants.get(listener);
    if let Some(seat) = seat
        && seat.is_joined()
        && seat.hold.is_some()
    {
        return Source::Play(Clip::Music);
    }
    let mut talkers: BTreeSet<_> =
        people(conversation).filter(|person| hears(conversation, listener, person)).collect();
    match talkers.len() {
        0 => seat.map_or(Source::Silence, |seat| unheard(conversation, listener, seat)),
        1 => talkers.pop_first().map_or(Source::Silence, Source::Forward),
        _ => Source::Mix(talkers),
    }
}

/// What somebody in its seat is sent who hears nobody.
fn unheard(conversation: &Conversation, listener: &PersonId, seat: &Participant) -> Source {
    let mut others = conversation.participants.iter().filter(|(person, _)| *person != listener);
    // Somebody is there and silent: music would say that nobody is.
    if !seat.is_joined() || others.any(|(_, other)| is_connected(other)) {
        return Source::Silence;
    }
    match seat.role {
        Role::Customer => Source::Play(Clip::Music),
        Role::Agent | Role::Supervisor if conversation.invitation().is_some() => {
            Source::Play(Clip::Ringback)
        }
        Role::Agent | Role::Supervisor => Source::Silence,
    }
}
