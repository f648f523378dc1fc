//! Hand-over: the last agent leaves while its invitation rings. A hand-over that fails is
//! recalled to that agent, and then requeued: the customer is never hung up.

use crate::agent::{Agent, Session};
use crate::conversation::{Care, Medium, Recalling};
use crate::draft::Draft;
use crate::event::{Departure, Event, WrapUpEnd};
use crate::hold;
use crate::id::{AgentId, ConversationId, Owner, Target, TeamId};
use crate::invite;
use crate::observer::{self, ObserverMode};
use crate::offer::{CandidateFailure, Offer, OfferEnd, Origin};
use crate::participant::{Participant, Presence};
use crate::ring;
use crate::settings::TeamPolicy;
use crate::wrap_up;

/// The last agent leaves; the target rings on, the customer hears music.
pub(crate) fn leave(draft: &mut Draft<'_>, id: ConversationId, agent: &AgentId) {
    let phase = draft.known(id).phase();
    let (participant, departure) = (agent.clone().into(), Departure::Left);
    draft.push(Event::ParticipantLeft { conversation: id, participant, departure, phase });
    draft.push(Event::HandedOver { conversation: id, by: agent.clone() });
    hold::lift_all(draft, id);
    wrap_up::start(draft, id, agent);
    queue_at_once(draft, id);
}

/// A chat was offered and taken: whoever took it owns it from this message on, and who gave it
/// away sees what is written, unless two others do of whom it knows.
pub(crate) fn give_away(
    draft: &mut Draft<'_>,
    id: ConversationId,
    from: &AgentId,
    owner: &AgentId,
) {
    let conversation = draft.known(id);
    if !conversation.has_seat(from) {
        return;
    }
    let was_owner = conversation.owner() == Owner::Agent(from.clone());
    let phase = conversation.phase();
    let (participant, departure) = (from.clone().into(), Departure::Left);
    draft.push(Event::ParticipantLeft { conversation: id, participant, departure, phase });
    if was_owner {
        draft.push(Event::OwnerChanged { conversation: id, owner: owner.clone() });
    }
    let known = draft.agent(from).map(|agent| (agent.session, agent.leg));
    let (session, leg) = known.unwrap_or((Session::SignedOut, false));
    let has_room = observer::check_room_but_for_monitors(draft.known(id)).is_ok();
    if session == Session::SignedOut || !has_room {
        return;
    }
    observer::make_room(draft, id);
    observer::start(draft, id, from, ObserverMode::Listener);
    if !leg {
        observer::leg_lost(draft, from);
    }
}

/// Nobody is in and nobody rings: when a queue is where it would end up, it goes there.
pub(crate) fn queue_at_once(draft: &mut Draft<'_>, id: ConversationId) {
    let offer = draft.known(id).offer.as_ref();
    if offer.is_some_and(|offer| offer.candidates.is_empty() && queue_of(draft, offer).is_some()) {
        invite::fail(draft, id, OfferEnd::InitiatorLeft, None);
    }
}

/// The queue that takes the conversation when an offer fails that nobody is in for any more.
fn queue_of<'o>(draft: &Draft<'_>, offer: &'o Offer) -> Option<&'o TeamId> {
    let team = offer.target.team()?;
    let settings = draft.settings().teams.get(team)?;
    match offer.target {
        Target::Queue(_) => Some(team),
        Target::Team(_) | Target::Agent(_) => {
            (settings.policy == TeamPolicy::Queue).then_some(team)
        }
    }
}

/// The invitation failed and nobody has a seat but the customer.
pub(crate) fn failed(draft: &mut Draft<'_>, id: ConversationId, offer: &Offer) {
    let Some(owner) = owner(draft, id) else { return };
    if let Some(team) = queue_of(draft, offer).cloned() {
        let (at_head, place) = (false, Some(offer.opened_at));
        draft.push(Event::Requeued { conversation: id, team, at_head, place, from: owner });
        keep_place(draft, id);
    } else if is_reachable(draft, id, &owner) {
        recall(draft, id, &owner, 1);
    } else {
        requeue(draft, id);
    }
}

fn owner(draft: &Draft<'_>, id: ConversationId) -> Option<AgentId> {
    match draft.known(id).owner() {
        Owner::Agent(agent) => Some(agent),
        Owner::Queue(_) => None,
    }
}

fn is_reachable(draft: &Draft<'_>, id: ConversationId, agent: &AgentId) -> bool {
    let medium = draft.known(id).medium;
    draft.agent(agent).is_some_and(|agent| agent.is_reachable(medium, id))
}

/// Rings the initiator. Its wrap-up was for a conversation that is not over, so it ends.
fn recall(draft: &mut Draft<'_>, id: ConversationId, agent: &AgentId, tries: u32) {
    let until = draft.now() + draft.timers().recall_ring;
    let note = draft.known(id).note.clone();
    draft.push(Event::RecallStarted { conversation: id, agent: agent.clone(), tries });
    let wraps_up = |agent: &Agent| agent.wrap_up.is_some();
    let is_call = draft.known(id).medium == Medium::Voice;
    if is_call && draft.agent(agent).is_some_and(wraps_up) {
        wrap_up::end(draft, agent, WrapUpEnd::Recalled);
    }
    draft.push(Event::OfferOpened {
        conversation: id,
        offer: draft.next_offer(),
        origin: Origin::Recall,
        target: Target::Agent(agent.clone()),
        note,
        expires_at: None,
    });
    ring::ring(draft, id, agent, until);
}

/// One try of a recall failed. Who declines is not asked again.
pub(crate) fn recall_failed(draft: &mut Draft<'_>, id: ConversationId, why: CandidateFailure) {
    let Care::Recalling(Recalling { owner, tries, .. }) = draft.known(id).care.clone() else {
        return;
    };
    let again = match why {
        CandidateFailure::Declined => false,
        CandidateFailure::NoAnswer | CandidateFailure::TargetLost => {
            tries < draft.settings().recall_tries && is_reachable(draft, id, &owner)
        }
    };
    if again {
        let until = draft.now() + draft.timers().recall_pause;
        draft.push(Event::RecallPaused { conversation: id, until });
    } else {
        requeue(draft, id);
    }
}

/// The pause between two tries is over.
pub(crate) fn recall_due(draft: &mut Draft<'_>, id: ConversationId) {
    let Care::Recalling(Recalling { owner, tries, .. }) = draft.known(id).care.clone() else {
        return;
    };
    if is_reachable(draft, id, &owner) {
        recall(draft, id, &owner, tries + 1);
    } else {
        requeue(draft, id);
    }
}

/// Back to the head of the owning team's queue.
pub(crate) fn requeue(draft: &mut Draft<'_>, id: ConversationId) {
    let Some(from) = owner(draft, id) else { return };
    let conversation = draft.known(id);
    let place = Some(conversation.started_at);
    let Some(team) = conversation.team.clone() else { return };
    draft.push(Event::Requeued { conversation: id, team, at_head: true, place, from });
    hold::lift_all(draft, id);
    keep_place(draft, id);
}

/// A customer who is not there as it comes to a queue has the grace of a queue.
fn keep_place(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let seat = conversation.customer_id().zip(conversation.customer_seat());
    let Some((participant, &Participant { presence, .. })) = seat else { return };
    let until = draft.now() + draft.timers().queue_grace;
    if let Presence::Reconnecting { absence, .. } = presence {
        draft.push(Event::ParticipantLost { conversation: id, participant, absence, until });
    }
}
