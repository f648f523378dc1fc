//! Facts about supervision: who observes, barges in, takes over.

use crate::agent::Part;
use crate::conversation::{Care, Phase};
use crate::evolve::{people, ringing, seats, start};
use crate::id::{AgentId, ConversationId, PersonId};
use crate::observer::{Observer, ObserverMode};
use crate::participant::{Absence, Presence, Role};
use crate::time::Time;
use crate::world::World;

fn observer<'w>(
    world: &'w mut World,
    id: ConversationId,
    agent: &AgentId,
) -> Option<&'w mut Observer> {
    world.conversation_mut(id)?.observers.get_mut(agent)
}

pub(super) fn started(
    world: &mut World,
    at: Time,
    id: ConversationId,
    agent: &AgentId,
    mode: &ObserverMode,
) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let observer = Observer { mode: mode.clone(), presence: Presence::Joined, since: at };
    conversation.observers.insert(agent.clone(), observer);
    people::place(world, id, agent, Part::Observing);
}

pub(super) fn listener(world: &mut World, at: Time, id: ConversationId, agent: &AgentId) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    conversation.offer = None;
    let medium = conversation.medium;
    started(world, at, id, agent, &ObserverMode::Listener);
    ringing::answers(world, medium, agent);
}

pub(super) fn mode(world: &mut World, id: ConversationId, agent: &AgentId, mode: &ObserverMode) {
    let Some(observer) = observer(world, id, agent) else { return };
    observer.mode = mode.clone();
}

pub(super) fn lost(world: &mut World, id: ConversationId, agent: &AgentId, until: Time) {
    let Some(observer) = observer(world, id, agent) else { return };
    observer.presence = Presence::Reconnecting { until, absence: Absence::Lost };
}

pub(super) fn back(world: &mut World, id: ConversationId, agent: &AgentId) {
    let Some(observer) = observer(world, id, agent) else { return };
    observer.presence = Presence::Joined;
}

pub(super) fn stopped(world: &mut World, at: Time, id: ConversationId, agent: &AgentId) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let rings = conversation.candidates().any(|candidate| candidate == agent);
    if conversation.observers.remove(agent).is_some() && !rings {
        people::unseat(world, at, id, &PersonId::Agent(agent.clone()));
    }
}

pub(super) fn barged(world: &mut World, at: Time, id: ConversationId, agent: &AgentId, name: &str) {
    sit(world, at, id, agent, (name, Role::Supervisor));
}

/// A seat for somebody who has none, or who observed; another role for somebody who has one.
fn sit(world: &mut World, at: Time, id: ConversationId, agent: &AgentId, as_: (&str, Role)) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let (name, role) = as_;
    conversation.observers.remove(agent);
    let seat = conversation.participants.entry(PersonId::Agent(agent.clone()));
    seat.or_insert_with(|| start::seat(at, name, role, Presence::Joined)).role = role;
    if !conversation.served.contains(agent) {
        conversation.served.push(agent.clone());
    }
    people::place(world, id, agent, Part::Seated);
}

pub(super) struct TakeOver<'e> {
    pub(super) by: &'e AgentId,
    pub(super) name: &'e str,
    pub(super) from: Option<&'e AgentId>,
    pub(super) phase: Phase,
}

pub(super) fn taken_over(world: &mut World, at: Time, id: ConversationId, how: &TakeOver<'_>) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let rung = conversation.offer.take().map(|offer| offer.candidates).unwrap_or_default();
    let recalled = match &conversation.care {
        Care::Recalling(recalling) => Some(recalling.owner.clone()),
        Care::Queued(_) | Care::Attended { .. } | Care::Ended(_) => None,
    };
    conversation.care = Care::Attended { owner: how.by.clone() };
    conversation.answered_at = conversation.answered_at.or(Some(at));
    for candidate in rung.keys() {
        people::release(world, id, candidate);
    }
    if let Some(recalled) = recalled.filter(|agent| agent != how.by) {
        people::release(world, id, &recalled);
    }
    if let Some(from) = how.from {
        seats::left(world, at, id, &from.clone().into(), how.phase);
    }
    sit(world, at, id, how.by, (how.name, Role::Agent));
}
