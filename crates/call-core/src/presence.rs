//! Legs: lost is not left. A lost participant keeps its seat for a grace.

use crate::conversation::{Medium, Phase};
use crate::customer;
use crate::draft::Draft;
use crate::event::{Departure, Event};
use crate::hold;
use crate::id::{AgentId, ConversationId, Owner, PersonId};
use crate::leaving;
use crate::observer;
use crate::participant::{Absence, Participant};
use crate::ring;

fn has_leg(draft: &Draft<'_>, person: &PersonId) -> Option<bool> {
    match person {
        PersonId::Agent(id) => draft.agent(id).map(|agent| agent.leg),
        PersonId::Customer(id) => draft.customer(id).map(|customer| customer.leg),
    }
}

/// A leg is connected: its person is back in its seat, or joins what it accepted.
pub(crate) fn leg_up(draft: &mut Draft<'_>, person: &PersonId) {
    let Some(leg) = has_leg(draft, person) else { return };
    if !leg {
        draft.push(Event::LegConnected { person: person.clone() });
    }
    for id in draft.conversations_of(person) {
        let seat = draft.known(id).participants.get(person);
        if seat.is_some_and(|seat| !seat.is_joined()) {
            draft.push(Event::ParticipantBack { conversation: id, participant: person.clone() });
            hold::lift_stranded(draft, id);
            customer::ask_first(draft, id);
        }
    }
    if let PersonId::Agent(agent) = person {
        ring::candidate_up(draft, agent);
        observer::leg_up(draft, agent);
    }
}

/// A leg was lost: the seat is kept, and nobody is left in silence by it.
pub(crate) fn leg_lost(draft: &mut Draft<'_>, person: &PersonId) {
    if has_leg(draft, person) != Some(true) {
        return;
    }
    draft.push(Event::LegDisconnected { person: person.clone() });
    if let PersonId::Agent(agent) = person {
        ring::candidate_down(draft, agent);
        observer::leg_lost(draft, agent);
    }
    for id in draft.conversations_of(person) {
        seat_lost(draft, id, person);
    }
}

fn seat_lost(draft: &mut Draft<'_>, id: ConversationId, person: &PersonId) {
    let conversation = draft.known(id);
    if !conversation.participants.get(person).is_some_and(Participant::is_joined) {
        return;
    }
    let timers = draft.timers();
    let grace = match (person, conversation.medium, conversation.phase()) {
        (PersonId::Agent(_), Medium::Voice, _) => timers.seat_grace,
        (PersonId::Agent(_), Medium::Chat, _) => timers.chat_seat_grace,
        (PersonId::Customer(_), _, Phase::Waiting) => timers.queue_grace,
        (PersonId::Customer(_), Medium::Voice, _) => timers.customer_grace,
        (PersonId::Customer(_), Medium::Chat, _) => timers.chat_customer_grace,
    };
    draft.push(Event::ParticipantLost {
        conversation: id,
        participant: person.clone(),
        absence: Absence::Lost,
        until: draft.now() + grace,
    });
    if let PersonId::Agent(agent) = person {
        agent_lost(draft, id, agent);
    }
}

/// With another agent in, the customer talks with that one at once.
fn agent_lost(draft: &mut Draft<'_>, id: ConversationId, agent: &AgentId) {
    let conversation = draft.known(id);
    let others_in = conversation.agents_in().next().is_some();
    if others_in && conversation.owner() == Owner::Agent(agent.clone()) {
        hold::lift_all(draft, id);
    } else {
        hold::lift_stranded(draft, id);
    }
}

/// The grace ran out: the ordinary rule for whoever is gone.
pub(crate) fn grace_over(draft: &mut Draft<'_>, id: ConversationId, person: &PersonId) {
    match person {
        PersonId::Agent(agent) => leaving::agent_gone(draft, id, agent, Departure::Lost),
        PersonId::Customer(_) => leaving::customer_gone(draft, id, Departure::Lost),
    }
}
