//! Facts that begin a conversation.

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::Part;
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
    pub(super) linked: Option<ConversationId>,
    pub(super) prefer: Option<&'e AgentId>,
}

/// A customer who comes back to what was over.
pub(super) struct Return<'e> {
    pub(super) customer: &'e CustomerId,
    pub(super) name: &'e str,
    pub(super) team: &'e TeamId,
    pub(super) prefer: Option<&'e AgentId>,
    pub(super) arriving_until: Option<Time>,
    pub(super) overflow_at: Option<Time>,
}

pub(super) fn called(world: &mut World, at: Time, call: &Call<'_>) {
    let presence = arriving(call.arriving_until);
    let person = PersonId::Customer(call.customer.clone());
    let first = (person, seat(at, call.name, Role::Customer, presence));
    let contact = Contact::Customer(call.customer.clone());
    let begun = begin(world, at, call.id, call.medium, contact, first);
    begun.channel = call.channel.cloned();
    begun.team = Some(call.team.clone());
    begun.priority = call.priority;
    begun.linked = call.linked;
    begun.care = Care::Queued(Queued {
        overflow_at: call.overflow_at,
        prefer: call.prefer.cloned(),
        ..care::queued(at, false)
    });
    if let Some(linked) = call.linked.and_then(|linked| world.conversation_mut(linked)) {
        linked.linked = Some(call.id);
    }
    sits(world, call.customer, call.medium, call.id);
}

fn arriving(until: Option<Time>) -> Presence {
    let arriving = |until| Presence::Reconnecting { until, absence: Absence::Arriving };
    until.map_or(Presence::Joined, arriving)
}

fn sits(world: &mut World, customer: &CustomerId, medium: Medium, id: ConversationId) {
    if let Some(customer) = world.customers.get_mut(customer) {
        customer.seats.insert(medium, id);
    }
}

/// What was over goes on: its messages keep their numbers, and it waits like one that was
/// answered before.
pub(super) fn reopened(world: &mut World, at: Time, id: ConversationId, back: &Return<'_>) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let seat = seat(at, back.name, Role::Customer, arriving(back.arriving_until));
    conversation.participants = BTreeMap::from([(PersonId::Customer(back.customer.clone()), seat)]);
    conversation.observers.clear();
    conversation.customer_gone = None;
    conversation.team = Some(back.team.clone());
    conversation.care = Care::Queued(Queued {
        overflow_at: back.overflow_at,
        prefer: back.prefer.cloned(),
        ..care::queued(at, true)
    });
    if let Some(chat) = &mut conversation.chat {
        (chat.idle_until, chat.told) = (None, false);
    }
    let medium = conversation.medium;
    sits(world, back.customer, medium, id);
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
    people::place(world, id, caller, Part::Seated);
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
        linked: None,
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
