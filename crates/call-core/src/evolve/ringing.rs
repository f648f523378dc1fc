//! Facts about offers and their candidates.

use std::collections::BTreeMap;

use crate::agent::Part;
use crate::conversation::{Care, Conversation, Medium};
use crate::evolve::{care, people, start};
use crate::id::{AgentId, ConversationId, OfferId, Target};
use crate::offer::{Candidate, CandidateFailure, Offer, Origin, Stage};
use crate::participant::{Presence, Role};
use crate::time::Time;
use crate::world::World;

pub(super) struct Opening<'e> {
    pub(super) offer: OfferId,
    pub(super) origin: &'e Origin,
    pub(super) target: &'e Target,
    pub(super) note: Option<&'e str>,
    pub(super) expires_at: Option<Time>,
}

pub(super) fn opened(world: &mut World, at: Time, id: ConversationId, opening: &Opening<'_>) {
    world.next_offer = world.next_offer.max(opening.offer.0 + 1);
    let Some(conversation) = world.conversation_mut(id) else { return };
    let note = opening.note.map(str::to_owned);
    if note.is_some() {
        conversation.note.clone_from(&note);
    }
    let tried = match &mut conversation.care {
        Care::Queued(queued) => {
            queued.retry_at = None;
            std::mem::take(&mut queued.tried)
        }
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => {
            // Where it may come to wait is another queue than before.
            care::waits_anew(conversation);
            BTreeMap::new()
        }
    };
    conversation.offer = Some(Offer {
        id: opening.offer,
        origin: opening.origin.clone(),
        target: opening.target.clone(),
        candidates: BTreeMap::new(),
        tried,
        note,
        opened_at: at,
        expires_at: opening.expires_at,
    });
}

pub(super) fn rung(world: &mut World, at: Time, id: ConversationId, agent: &AgentId, until: Time) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let medium = conversation.medium;
    let Some(offer) = &mut conversation.offer else { return };
    let candidate = Candidate { stage: Stage::Ringing { until }, since: at };
    offer.candidates.insert(agent.clone(), candidate);
    if let Some(team) = offer.target.team().cloned() {
        world.teams.entry(team).or_default().on_mut(medium).last_rung = Some(agent.clone());
    }
    let Some(conversation) = world.conversation_mut(id) else { return };
    conversation.rung.insert(agent.clone());
    people::place(world, id, agent, Part::Rung);
}

fn candidate<'w>(
    world: &'w mut World,
    id: ConversationId,
    agent: &AgentId,
) -> Option<&'w mut Candidate> {
    world.conversation_mut(id)?.offer.as_mut()?.candidates.get_mut(agent)
}

pub(super) fn unreachable(world: &mut World, id: ConversationId, agent: &AgentId, until: Time) {
    let Some(candidate) = candidate(world, id, agent) else { return };
    if let Stage::Ringing { until: ring_until } = candidate.stage {
        candidate.stage = Stage::Unreachable { until, ring_until };
    }
}

pub(super) fn reachable(world: &mut World, id: ConversationId, agent: &AgentId) {
    let Some(candidate) = candidate(world, id, agent) else { return };
    if let Stage::Unreachable { ring_until, .. } = candidate.stage {
        candidate.stage = Stage::Ringing { until: ring_until };
    }
}

pub(super) fn joining(world: &mut World, id: ConversationId, agent: &AgentId, until: Time) {
    let Some(candidate) = candidate(world, id, agent) else { return };
    candidate.stage = Stage::Joining { until };
}

pub(super) fn failed(
    world: &mut World,
    at: Time,
    id: ConversationId,
    agent: &AgentId,
    failure: CandidateFailure,
) {
    let offer = world.conversation_mut(id).and_then(|conversation| conversation.offer.as_mut());
    if let Some(offer) = offer {
        offer.candidates.remove(agent);
        offer.tried.insert(agent.clone(), at);
    }
    people::release(world, id, agent);
    let Some(medium) = world.conversations.get(&id).map(|conversation| conversation.medium) else {
        return;
    };
    let Some(line) = world.agents.get_mut(agent).map(|agent| agent.line_mut(medium)) else {
        return;
    };
    match failure {
        CandidateFailure::Declined => line.missed = 0,
        CandidateFailure::NoAnswer => line.missed += 1,
        CandidateFailure::TargetLost => {}
    }
}

pub(super) fn accepted(
    world: &mut World,
    at: Time,
    id: ConversationId,
    agent: &AgentId,
    name: &str,
) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let others = conversation.offer.take().map(|offer| offer.candidates).unwrap_or_default();
    let seat = start::seat(at, name, Role::Agent, Presence::Joined);
    conversation.participants.insert(agent.clone().into(), seat);
    if !conversation.served.contains(agent) {
        conversation.served.push(agent.clone());
    }
    conversation.answered_at = conversation.answered_at.or(Some(at));
    let medium = conversation.medium;
    // Who read the chat along until now has it.
    conversation.observers.remove(agent);
    let recalled = attend(conversation, agent);
    if let Some(recalled) = recalled {
        people::release(world, id, &recalled);
    }
    for other in others.keys().filter(|other| *other != agent) {
        people::release(world, id, other);
    }
    people::place(world, id, agent, Part::Seated);
    answers(world, medium, agent);
}

/// Who takes an offer is at its desk.
pub(super) fn answers(world: &mut World, medium: Medium, agent: &AgentId) {
    if let Some(agent) = world.agents.get_mut(agent) {
        agent.line_mut(medium).missed = 0;
    }
}

/// Whoever answers a conversation that no agent attends, owns it.
fn attend(conversation: &mut Conversation, agent: &AgentId) -> Option<AgentId> {
    let recalled = match &conversation.care {
        Care::Attended { .. } | Care::Ended(_) => return None,
        Care::Recalling(recalling) => Some(recalling.owner.clone()),
        Care::Queued(_) => None,
    };
    conversation.care = Care::Attended { owner: agent.clone() };
    recalled
}

pub(super) fn ended(world: &mut World, id: ConversationId) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let Some(offer) = conversation.offer.take() else { return };
    if let Care::Queued(queued) = &mut conversation.care {
        queued.tried = offer.tried;
    }
    for candidate in offer.candidates.keys() {
        people::release(world, id, candidate);
    }
}
