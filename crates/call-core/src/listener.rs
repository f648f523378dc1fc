//! Training listeners: an agent in the conversation rings another, who then hears all and is
//! heard by none.

use crate::access;
use crate::command::MAX_TEXT_CHARS;
use crate::conversation::Conversation;
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{AgentId, ConversationId, OfferId, PersonId, Target};
use crate::invite;
use crate::observer::{self, ObservingEnd};
use crate::offer::Origin;
use crate::refusal::Refusal;
use crate::ring;

/// Whether `by` may have anybody listen.
///
/// Whether there is room for a listener the command itself says.
pub(crate) fn may_invite(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    access::agent(by)?;
    if conversation.is_internal() {
        return Err(Refusal::NotPermitted);
    }
    let initiator = conversation.offer.as_ref().and_then(|offer| offer.initiator());
    match initiator {
        Some(initiator) => Err(Refusal::OfferInProgress { by: initiator.clone().into() }),
        None => Ok(()),
    }
}

/// Whether it observes as somebody of whom the agents know.
fn is_known_to_observe(conversation: &Conversation, agent: &AgentId) -> bool {
    let observer = conversation.observers.get(agent);
    observer.is_some_and(|observer| !observer.mode.is_incognito())
}

/// Whom an invitation rang at listens from here on. A monitor gives way, and one who was asked
/// itself is seen from here on.
pub(crate) fn join(draft: &mut Draft<'_>, id: ConversationId, offer: OfferId, agent: &AgentId) {
    observer::stop(draft, id, agent, ObservingEnd::Left);
    observer::make_room(draft, id);
    let (conversation, agent) = (id, agent.clone());
    draft.push(Event::ListenerJoined { conversation, offer, agent });
}

pub(crate) fn invite(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    target: &AgentId,
    note: Option<&str>,
) -> Result<(), Refusal> {
    let conversation = access::seated(draft, id, by)?;
    may_invite(conversation, by)?;
    observer::check_room_but_for_monitors(conversation)?;
    let initiator = access::agent(by)?;
    if target != initiator
        && (conversation.has_seat(target) || is_known_to_observe(conversation, target))
    {
        return Err(Refusal::AlreadyParticipant);
    }
    let known = draft.agent(target).filter(|_| target != initiator);
    if let (Some(agent), Some(team)) = (known, &conversation.team) {
        agent.rights(team).may_listen().then_some(()).ok_or(Refusal::NotPermitted)?;
    }
    invite::check_agent(draft, initiator, target, conversation.medium)?;
    if note.is_some_and(|note| note.chars().count() > MAX_TEXT_CHARS) {
        return Err(Refusal::TextTooLong);
    }
    draft.push(Event::OfferOpened {
        conversation: id,
        offer: draft.next_offer(),
        origin: Origin::Listen { initiator: initiator.clone() },
        target: Target::Agent(target.clone()),
        note: note.map(str::to_owned),
        expires_at: None,
    });
    let until = draft.now() + draft.timers().ring;
    ring::ring(draft, id, target, until);
    Ok(())
}
