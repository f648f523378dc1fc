//! Who hears whom, and what each leg is sent: pure functions of the facts.

use std::collections::{BTreeMap, BTreeSet};

use crate::conversation::Conversation;
use crate::id::{ConversationId, PersonId};
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
pub fn hears(conversation: &Conversation, listener: &PersonId, talker: &PersonId) -> bool {
    todo!()
}

/// What everybody with a seat is sent; whoever is not in here is sent silence.
pub fn sources(world: &World) -> BTreeMap<PersonId, (ConversationId, Source)> {
    todo!()
}

/// What everybody with a seat in one conversation is sent.
pub fn sources_of(world: &World, id: ConversationId) -> BTreeMap<PersonId, Source> {
    todo!()
}
