//! Facts that begin a conversation.

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::Place;
use crate::chat::Chat;
use crate::conversation::{Care, Contact, Conversation, Medium, Queued};
use crate::evolve::{care, people};
use crate::id::{AgentId, ChannelId, ConversationId, CustomerId, PersonId, TeamId};
use crate::participant::{Absence, Audience, Participant, Presence, Role};
use crate::segment::Spent;
use crate::time::Time;
use crate::world::World;

pub(super) struct Call<'e> {
    pub(super) id: ConversationId,
    pub(super) medium: Medium,
    pub(super) customer: &'e CustomerId,
    pub(super) name: &'e str,
    pub(super) channel: Option<&'e ChannelId>,
    pub(super) team: &'e TeamId,
    pub(super) priority: u8,
    pub(super) overflow_at: Option<Time>,
    pub(super) arriving_until: Option<Time>,
}

pub(super) fn called(world: &mut World, at: Time, call: &Call<'_>) {
    let arriving = |until| Presence::Reconnecting { until, absence: Absence::Arriving };
    let presence = call.arriving_until.map_or(Presence::Joined, arriving);
    let person = PersonId::Customer(call.customer.clone());
    let first = (person, seat(at, call.name, Role::Customer, presence));
    let contact = Contact::Customer(call.customer.clone());
    let begun = begin(world, at, call.id, call.medium, contact, first);
    begun.channel = call.channel.cloned();
    begun.team = Some(call.team.clone());
    begun.priority = call.priority;
    begun.care = Care::Queued(Queued { overflow_at: call.overflow_at, ..care::queued(at, false) });
    if let Some(customer) = world.customers.get_mut(call.customer) {
        customer.seat = Some(call.id);
    }
}

pub(super) fn called_internally(
    world: &mut World,
    at: Time,
    id: ConversationId,
    medium: Medium,
    caller: &AgentId,
    name: &str,
) {
    let first = (caller.clone().into(), seat(at, name, Role::Agent, Presence::Joined));
    let contact = Contact::Internal { caller: caller.clone() };
    let begun = begin(world, at, id, medium, contact, first);
    begun.care = Care::Attended { owner: caller.clone() };
    begun.served.push(caller.clone());
    people::place(world, caller, Place::Seated(id));
}

pub(super) fn seat(at: Time, name: &str, role: Role, presence: Presence) -> Participant {
    Participant {
        name: name.to_owned(),
        role,
        presence,
        hold: None,
        muted: None,
        audience: Audience::Everyone,
        joined_at: at,
        since: at,
    }
}

/// A conversation with its first seat, in nobody's care yet.
fn begin(
    world: &mut World,
    at: Time,
    id: ConversationId,
    medium: Medium,
    contact: Contact,
    first: (PersonId, Participant),
) -> &mut Conversation {
    world.next_conversation = world.next_conversation.max(id.0 + 1);
    let conversation = Conversation {
        id,
        medium,
        contact,
        team: None,
        channel: None,
        priority: 0,
        version: 0,
        started_at: at,
        answered_at: None,
        participants: BTreeMap::from([first]),
        observers: BTreeMap::new(),
        offer: None,
        care: Care::Queued(care::queued(at, false)),
        customer_gone: None,
        served: Vec::new(),
        rung: BTreeSet::new(),
        note: None,
        chat: (medium == Medium::Chat).then(Chat::default),
        spent: Spent::from(at),
    };
    world.conversations.entry(id).insert_entry(conversation).into_mut()
}
