//! Leaving: by command, by another agent's command, or by a grace that ran out.

use std::time::Duration;

use crate::access;
use crate::conversation::{Conversation, EndReason, Medium, Phase};
use crate::draft::Draft;
use crate::event::{Departure, Event};
use crate::hand_over;
use crate::hold;
use crate::id::{AgentId, ConversationId, Owner, PersonId, Target};
use crate::internal;
use crate::invite;
use crate::observer::{self, Observer, ObservingEnd};
use crate::offer::OfferEnd;
use crate::participant::Role;
use crate::refusal::Refusal;
use crate::wrap_up;

/// The two ways to go by one's own command.
///
/// They differ only for an agent whose one colleague is lost: `complete` ends the call, `leave`
/// leaves the customer to whoever comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The agent is done.
    Complete,
    /// Somebody leaves.
    Leave,
}

/// Whether `by` may go this way. Nobody leaves a chat to a colleague who is not in it, but to a
/// queue; what is over is completed.
pub(crate) fn may_exit(
    conversation: &Conversation,
    by: &PersonId,
    exit: Exit,
) -> Result<(), Refusal> {
    match (by, exit) {
        (PersonId::Customer(_), Exit::Leave) | (PersonId::Agent(_), Exit::Complete) => Ok(()),
        (PersonId::Customer(_), Exit::Complete) => Err(Refusal::NotPermitted),
        (PersonId::Agent(agent), Exit::Leave) => {
            let deserts = conversation.medium == Medium::Chat
                && !conversation.is_internal()
                && colleague_in(conversation, agent).is_none()
                && !waits_in_queue(conversation);
            if deserts { Err(Refusal::NobodyElse) } else { Ok(()) }
        }
    }
}

/// Whether it has a place in a queue, where it waits once nobody is in.
fn waits_in_queue(conversation: &Conversation) -> bool {
    conversation.offer.as_ref().is_some_and(|offer| match offer.target {
        Target::Queue(_) => true,
        Target::Agent(_) | Target::Team(_) => false,
    })
}

/// Whether `by` may remove `participant`: agents remove agents, customers are not removed.
pub(crate) fn may_remove(
    conversation: &Conversation,
    by: &PersonId,
    participant: &PersonId,
) -> Result<(), Refusal> {
    access::agent(by)?;
    if by == participant {
        return Err(Refusal::TargetIsSelf);
    }
    let listens = participant.as_agent().is_some_and(|agent| listens(conversation, agent));
    if !conversation.participants.contains_key(participant) && !listens {
        return Err(Refusal::UnknownTarget);
    }
    access::agent(participant).map(|_| ())
}

/// Whether an agent is there to listen. A supervisor is not removed: agents may not know of it.
fn listens(conversation: &Conversation, agent: &AgentId) -> bool {
    conversation.observers.get(agent).is_some_and(Observer::is_listener)
}

fn colleague<'c>(conversation: &'c Conversation, agent: &AgentId) -> Option<&'c AgentId> {
    let mut others = conversation.agent_seats().map(|(other, _)| other);
    others.find(|other| *other != agent)
}

fn colleague_in<'c>(conversation: &'c Conversation, agent: &AgentId) -> Option<&'c AgentId> {
    conversation.agents_in().find(|other| *other != agent)
}

pub(crate) fn exit(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    exit: Exit,
) -> Result<(), Refusal> {
    if exit == Exit::Leave
        && let Ok(agent) = access::agent(by)
        && access::live(draft, id, by)?.observes(agent)
    {
        observer::stop(draft, id, agent, ObservingEnd::Left);
        return Ok(());
    }
    let conversation = access::seated(draft, id, by)?;
    may_exit(conversation, by, exit)?;
    let PersonId::Agent(agent) = by else {
        customer_gone(draft, id, Departure::Left);
        return Ok(());
    };
    if conversation.is_internal() {
        internal::gone(draft, id, agent, Departure::Left);
        return Ok(());
    }
    let stays = match exit {
        Exit::Complete => colleague_in(conversation, agent),
        Exit::Leave => colleague(conversation, agent),
    };
    // Nobody waits for an answer in a chat that is completed.
    let hands_over = exit == Exit::Leave || conversation.medium == Medium::Voice;
    if conversation.customer_seat().is_none() || stays.is_some() {
        agent_gone(draft, id, agent, Departure::Left);
    } else if hands_over && conversation.invitation().is_some() {
        hand_over::leave(draft, id, agent);
    } else {
        let phase = conversation.phase();
        end(draft, id, EndReason::Completed, by, phase);
    }
    Ok(())
}

pub(crate) fn remove(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    participant: &PersonId,
) -> Result<(), Refusal> {
    let conversation = access::seated(draft, id, by)?;
    may_remove(conversation, by, participant)?;
    if !conversation.participants.contains_key(participant) {
        let end = ObservingEnd::Removed { by: by.clone() };
        observer::stop(draft, id, access::agent(participant)?, end);
        return Ok(());
    }
    agent_gone(draft, id, access::agent(participant)?, Departure::Removed { by: by.clone() });
    Ok(())
}

/// An agent's seat is gone, and the customer, if it is still in, is never left in silence.
pub(crate) fn agent_gone(
    draft: &mut Draft<'_>,
    id: ConversationId,
    agent: &AgentId,
    departure: Departure,
) {
    let conversation = draft.known(id);
    if conversation.is_internal() {
        internal::gone(draft, id, agent, departure);
        return;
    }
    let phase = conversation.phase();
    let person = PersonId::Agent(agent.clone());
    let was_in = conversation.agents_in().any(|other| other == agent);
    let was_owner = conversation.owner() == Owner::Agent(agent.clone());
    // Of two colleagues, who is there comes before whose seat is kept.
    let heir = colleague_in(conversation, agent).or(colleague(conversation, agent)).cloned();
    let customer_in = conversation.customer_seat().is_some();
    let barged = conversation.participants.get(&person);
    let barged = barged.is_some_and(|seat| seat.role == Role::Supervisor);
    draft.push(Event::ParticipantLeft { conversation: id, participant: person, departure, phase });
    if barged {
        draft.push(Event::SupervisorLeft { conversation: id, agent: agent.clone() });
    } else {
        wrap_up::start(draft, id, agent);
    }
    if let Some(owner) = heir.filter(|_| was_owner) {
        draft.push(Event::OwnerChanged { conversation: id, owner });
    }
    if !customer_in {
        end_when_nobody_talks(draft, id);
        return;
    }
    let alone = draft.known(id).agent_seats().next().is_none();
    if alone || (was_owner && was_in) {
        // The customer was handed over: it and whoever stays talk.
        hold::lift_all(draft, id);
    } else {
        // The consult failed. Holds of a lost owner went when it was lost.
        hold::lift_consult(draft, id);
        hold::lift_stranded(draft, id);
    }
    match draft.known(id).invitation() {
        None if alone => hand_over::requeue(draft, id),
        Some(_) if alone => hand_over::queue_at_once(draft, id),
        None | Some(_) => {}
    }
}

/// After the customer left: two agents talk on, one does not.
fn end_when_nobody_talks(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    if conversation.agent_seats().count() >= 2 && conversation.agents_in().next().is_some() {
        return;
    }
    let Some(by) = conversation.customer_id() else { return };
    let gone = conversation.customer_gone.as_ref();
    let phase = gone.map_or(Phase::AgentsOnly, |gone| gone.phase);
    end(draft, id, EndReason::CustomerLeft, &by, phase);
}

/// The customer is gone: alerts are withdrawn, and nobody is connected to nobody.
pub(crate) fn customer_gone(draft: &mut Draft<'_>, id: ConversationId, departure: Departure) {
    let conversation = draft.known(id);
    let (phase, customer) = (conversation.phase(), conversation.customer_id());
    let Some(customer) = customer else { return };
    // Who writes to nobody is done; colleagues have chats of their own.
    let talk_on = conversation.medium == Medium::Voice
        && conversation.agent_seats().count() >= 2
        && conversation.agents_in().next().is_some();
    if conversation.offer.is_some() {
        invite::close(draft, id, OfferEnd::CustomerLeft, None);
    }
    if talk_on {
        let participant = customer;
        draft.push(Event::ParticipantLeft { conversation: id, participant, departure, phase });
        hold::lift_all(draft, id);
    } else {
        end(draft, id, EndReason::CustomerLeft, &customer, phase);
    }
}

/// How long an ended conversation is remembered: a chat as long as its customer may come back.
fn remembered(draft: &Draft<'_>, conversation: &Conversation) -> Duration {
    let timers = draft.timers();
    match (conversation.medium, conversation.is_internal()) {
        (Medium::Chat, false) => timers.chat_reopen,
        (Medium::Chat, true) | (Medium::Voice, _) => timers.remember_ended,
    }
}

pub(crate) fn end(
    draft: &mut Draft<'_>,
    id: ConversationId,
    reason: EndReason,
    by: &PersonId,
    phase: Phase,
) {
    // A listener that rings, or whatever does when a supervisor ends it.
    invite::close(draft, id, OfferEnd::Cancelled, None);
    let seats = draft.known(id).agent_seats().filter(|(_, seat)| seat.role == Role::Agent);
    let agents: Vec<_> = seats.map(|(agent, _)| agent.clone()).collect();
    let forget_at = draft.now() + remembered(draft, draft.known(id));
    let by = by.clone();
    draft.push(Event::ConversationEnded { conversation: id, reason, by, phase, forget_at });
    for agent in agents {
        wrap_up::start(draft, id, &agent);
    }
}
