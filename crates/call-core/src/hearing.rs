//! Who hears whom, and what each leg is sent: pure functions of the facts.

use std::collections::{BTreeMap, BTreeSet};

use crate::conversation::Conversation;
use crate::id::{ConversationId, PersonId};
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
/// Both must be there and neither on hold: hold is deaf and mute, both ways.
pub fn hears(conversation: &Conversation, listener: &PersonId, talker: &PersonId) -> bool {
    let seats = &conversation.participants;
    let (Some(ear), Some(mouth)) = (seats.get(listener), seats.get(talker)) else { return false };
    listener != talker
        && conversation.is_live()
        && is_connected(ear)
        && is_connected(mouth)
        && mouth.muted.is_none()
        && is_for(&mouth.audience, listener)
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

/// What everybody with a seat is sent; whoever is not in here is sent silence.
pub fn sources(world: &World) -> BTreeMap<PersonId, (ConversationId, Source)> {
    let live = world.conversations().filter(|conversation| conversation.is_live());
    live.flat_map(|conversation| {
        let of = |person: &PersonId| (conversation.id, source(conversation, person));
        conversation.participants.keys().map(move |person| (person.clone(), of(person)))
    })
    .collect()
}

/// What everybody with a seat in one conversation is sent; nobody, once it is over.
pub fn sources_of(world: &World, id: ConversationId) -> BTreeMap<PersonId, Source> {
    let live = world.conversation(id).filter(|conversation| conversation.is_live());
    let of = |conversation: &Conversation| {
        let people = conversation.participants.keys();
        people.map(|person| (person.clone(), source(conversation, person))).collect()
    };
    live.map(of).unwrap_or_default()
}

/// What one participant of a live conversation is sent.
pub(crate) fn source(conversation: &Conversation, listener: &PersonId) -> Source {
    let Some(seat) = conversation.participants.get(listener) else { return Source::Silence };
    if !seat.is_joined() {
        return Source::Silence;
    }
    if seat.hold.is_some() {
        return Source::Play(Clip::Music);
    }
    let others = || conversation.participants.iter().filter(|(person, _)| *person != listener);
    let mut talkers: BTreeSet<_> = others()
        .filter(|(person, _)| hears(conversation, listener, person))
        .map(|(person, _)| person.clone())
        .collect();
    match talkers.len() {
        // Somebody is there and silent: music would say that nobody is.
        0 if others().any(|(_, other)| is_connected(other)) => Source::Silence,
        0 => alone(conversation, seat),
        1 => talkers.pop_first().map_or(Source::Silence, Source::Forward),
        _ => Source::Mix(talkers),
    }
}

fn alone(conversation: &Conversation, seat: &Participant) -> Source {
    match seat.role {
        Role::Customer => Source::Play(Clip::Music),
        Role::Agent | Role::Supervisor if conversation.offer.is_some() => {
            Source::Play(Clip::Ringback)
        }
        Role::Agent | Role::Supervisor => Source::Silence,
    }
}
