//! Training listeners: an agent in the conversation rings another, who then hears all and is
//! heard by none.

use crate::access;
use crate::command::MAX_TEXT_CHARS;
use crate::conversation::Conversation;
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{AgentId, ConversationId, PersonId, Target};
use crate::invite;
use crate::observer;
use crate::offer::Origin;
use crate::refusal::Refusal;
use crate::ring;

/// Whether `by` may have anybody listen.
///
/// Observers that `by` is not to know of do not show here: only the command itself says that
/// there is no room.
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

pub(crate) fn invite(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    target: &AgentId,
    note: Option<&str>,
) -> Result<(), Refusal> {
    let conversation = access::seated(draft, id, by)?;
    may_invite(conversation, by)?;
    observer::check_room(conversation)?;
    let initiator = access::agent(by)?;
    if target != initiator && (conversation.has_seat(target) || conversation.observes(target)) {
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
