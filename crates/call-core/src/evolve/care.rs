//! Facts about a conversation as a whole: who answers for it, how it ends, restarts.

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::{Part, Session};
use crate::conversation::{
    Announced, Care, Conversation, EndReason, Ending, Medium, Phase, Queued, Recalling,
};
use crate::event::RestartGraces;
use crate::evolve::people;
use crate::id::{AgentId, ConversationId, PersonId, TeamId};
use crate::offer::Stage;
use crate::participant::{Absence, Presence, Role};
use crate::time::Time;
use crate::world::World;

pub(super) fn queued(at: Time, at_head: bool) -> Queued {
    Queued {
        since: at,
        place: at,
        at_head,
        tried: BTreeMap::new(),
        retry_at: None,
        overflow_at: None,
        announced: None,
        prefer: None,
    }
}

fn wait(world: &mut World, id: ConversationId) -> Option<&mut Queued> {
    match &mut world.conversation_mut(id)?.care {
        Care::Queued(queued) => Some(queued),
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => None,
    }
}

pub(super) fn round_ended(world: &mut World, id: ConversationId, retry_at: Time) {
    let Some(queued) = wait(world, id) else { return };
    queued.retry_at = Some(retry_at);
}

pub(super) fn round_restarted(world: &mut World, id: ConversationId) {
    let Some(queued) = wait(world, id) else { return };
    queued.retry_at = None;
    queued.tried.clear();
}

pub(super) fn owner(world: &mut World, id: ConversationId, owner: &AgentId) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    conversation.care = Care::Attended { owner: owner.clone() };
    // A supervisor who is left with the customer answers for it as any agent does.
    if let Some(seat) = conversation.participants.get_mut(&PersonId::Agent(owner.clone())) {
        seat.role = Role::Agent;
    }
}

pub(super) fn recalling(world: &mut World, id: ConversationId, owner: &AgentId, tries: u32) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let recalling = Recalling { owner: owner.clone(), tries, pause_until: None };
    conversation.care = Care::Recalling(recalling);
}

pub(super) fn recall_paused(world: &mut World, id: ConversationId, until: Time) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let Care::Recalling(recalling) = &mut conversation.care else { return };
    recalling.pause_until = Some(until);
    let owner = recalling.owner.clone();
    people::place(world, id, &owner, Part::Recalled);
}

pub(super) fn requeued(
    world: &mut World,
    at: Time,
    id: ConversationId,
    team: &TeamId,
    (at_head, place): (bool, Option<Time>),
    from: &AgentId,
) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    conversation.team = Some(team.clone());
    let place = place.unwrap_or(at);
    conversation.care = Care::Queued(Queued { place, ..queued(at, at_head) });
    // Otherwise it waited there already, beside the agent who had sent it.
    if at_head {
        waits_anew(conversation);
    }
    if world.agents.get(from).is_some_and(|agent| agent.part_in(id) == Some(Part::Recalled)) {
        people::release(world, id, from);
    }
}

/// Whoever waits in it from here on has not been told its place.
pub(super) fn waits_anew(conversation: &mut Conversation) {
    if let Some(chat) = &mut conversation.chat {
        chat.told = false;
    }
}

pub(super) fn overflowed(world: &mut World, id: ConversationId, team: &TeamId) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let moved = conversation.team.replace(team.clone()).as_ref() != Some(team);
    let Care::Queued(queued) = &mut conversation.care else { return };
    queued.overflow_at = None;
    if moved {
        (queued.retry_at, queued.announced) = (None, None);
        queued.tried.clear();
        waits_anew(conversation);
    }
}

pub(super) fn announced(
    world: &mut World,
    id: ConversationId,
    position: usize,
    estimated_wait_ms: Option<u64>,
) {
    let Some(queued) = wait(world, id) else { return };
    queued.announced = Some(Announced { position, estimated_wait_ms });
}

pub(super) struct End<'e> {
    pub(super) reason: EndReason,
    pub(super) by: &'e PersonId,
    pub(super) phase: Phase,
    pub(super) forget_at: Time,
}

pub(super) fn ended(world: &mut World, at: Time, id: ConversationId, end: &End<'_>) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let people = conversation.people();
    let talks: Vec<_> =
        conversation.agent_seats().map(|(_, seat)| at.since(seat.joined_at)).collect();
    let (team, medium) = (conversation.team.clone(), conversation.medium);
    let owner = conversation.owner();
    conversation.offer = None;
    conversation.care = Care::Ended(Ending {
        reason: end.reason,
        by: end.by.clone(),
        phase: end.phase,
        at,
        owner,
        forget_at: end.forget_at,
    });
    let mut inside: BTreeSet<_> = conversation.participants.keys().cloned().collect();
    inside.extend(conversation.observers.keys().cloned().map(PersonId::Agent));
    for talk in talks {
        people::talked(world, (team.as_ref(), medium), talk);
    }
    for person in people {
        if inside.contains(&person) {
            people::unseat(world, at, id, &person);
        } else if let PersonId::Agent(agent) = &person {
            people::release(world, id, agent);
        }
    }
}

pub(super) fn forgotten(world: &mut World, id: ConversationId) {
    world.conversations.remove(&id);
}

pub(super) fn restarted(world: &mut World, at: Time, graces: &RestartGraces) {
    for agent in world.agents.values_mut() {
        agent.leg = false;
        agent.session = match agent.session {
            Session::Open => Session::Closed { until: graces.lease },
            Session::Closed { until } => Session::Closed { until: until.max(graces.lease) },
            Session::SignedOut => Session::SignedOut,
        };
        if let Some(wrap_up) = &mut agent.wrap_up {
            wrap_up.until = wrap_up.until.max(graces.floor);
        }
    }
    for conversation in world.conversations.values_mut() {
        conversation.version += 1;
        restart_care(&mut conversation.care, graces);
        restart_offer(conversation, graces);
        if conversation.is_live() {
            if let Some(offer) =
                conversation.chat.as_mut().and_then(|chat| chat.call_offer.as_mut())
            {
                offer.until = offer.until.max(graces.floor);
            }
            if let Some(idle) = conversation.chat.as_mut().and_then(|chat| chat.idle_until.as_mut())
            {
                *idle = (*idle).max(graces.floor);
            }
            restart_seats(conversation, at, graces);
            restart_observers(conversation, graces);
        }
    }
    for customer in world.customers.values_mut() {
        customer.leg = false;
        customer.session = false;
    }
    world.customers.retain(|_, customer| !customer.seats.is_empty());
}

fn restart_care(care: &mut Care, graces: &RestartGraces) {
    let deadline = match care {
        Care::Queued(queued) => {
            queued.overflow_at = queued.overflow_at.map(|at| at.max(graces.floor));
            queued.retry_at.as_mut()
        }
        Care::Recalling(recalling) => recalling.pause_until.as_mut(),
        Care::Ended(ending) => Some(&mut ending.forget_at),
        Care::Attended { .. } => None,
    };
    if let Some(deadline) = deadline {
        *deadline = (*deadline).max(graces.floor);
    }
}

fn restart_offer(conversation: &mut Conversation, graces: &RestartGraces) {
    let Some(offer) = &mut conversation.offer else { return };
    offer.expires_at = offer.expires_at.map(|at| at.max(graces.floor));
    for candidate in offer.candidates.values_mut() {
        candidate.stage = match candidate.stage {
            Stage::Ringing { until } => Stage::Ringing { until: until.max(graces.floor) },
            Stage::Unreachable { ring_until, .. } => {
                Stage::Ringing { until: ring_until.max(graces.floor) }
            }
            Stage::Joining { until } => Stage::Joining { until: until.max(graces.floor) },
        };
    }
}

fn restart_observers(conversation: &mut Conversation, graces: &RestartGraces) {
    for observer in conversation.observers.values_mut() {
        observer.presence = match observer.presence {
            Presence::Joined => {
                Presence::Reconnecting { until: graces.lease, absence: Absence::Restart }
            }
            Presence::Reconnecting { until, absence } => {
                Presence::Reconnecting { until: until.max(graces.lease), absence }
            }
        };
    }
}

fn restart_seats(conversation: &mut Conversation, at: Time, graces: &RestartGraces) {
    let waiting = conversation.phase() == Phase::Waiting;
    let (customer, agent) = match conversation.medium {
        Medium::Voice => (graces.customer, graces.seat),
        Medium::Chat => (graces.chat_customer, graces.chat_seat),
    };
    for seat in conversation.participants.values_mut() {
        let grace = match seat.role {
            Role::Customer if waiting => graces.queue,
            Role::Customer => customer,
            Role::Agent | Role::Supervisor => agent,
        };
        seat.presence = match seat.presence {
            Presence::Joined => {
                seat.since = at;
                Presence::Reconnecting { until: grace, absence: Absence::Restart }
            }
            Presence::Reconnecting { until, absence } => {
                Presence::Reconnecting { until: until.max(grace), absence }
            }
        };
    }
}
