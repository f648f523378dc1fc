//! Internal calls: one agent calls another. There is no customer to hand over, so one who leaves
//! ends it, and one who does not answer as well.

use crate::access;
use crate::agent::Session;
use crate::command::{HoldWhen, OnFailure};
use crate::conversation::{EndReason, Medium};
use crate::draft::Draft;
use crate::event::{Departure, Event};
use crate::id::{AgentId, ConversationId, PersonId, Target};
use crate::invite;
use crate::leaving;
use crate::offer::{Offer, OfferEnd, Origin};
use crate::refusal::Refusal;
use crate::ring;

/// An agent calls a colleague and waits for the answer. It may be away or in wrap-up itself.
pub(crate) fn call(
    draft: &mut Draft<'_>,
    by: &PersonId,
    target: &AgentId,
    medium: Medium,
) -> Result<(), Refusal> {
    let caller = access::agent(by)?;
    let agent = draft.agent(caller).filter(|agent| agent.session == Session::Open);
    let agent = agent.ok_or(Refusal::NotSignedIn)?;
    if !agent.has_room(medium) {
        return Err(Refusal::AlreadyInConversation);
    }
    let (name, has_leg) = (agent.name.clone(), agent.leg);
    invite::check_agent(draft, caller, target, medium)?;
    if !has_leg {
        return Err(Refusal::ChannelInactive);
    }
    let id = draft.next_conversation();
    draft.push(Event::InternalCallStarted {
        conversation: id,
        medium,
        caller: caller.clone(),
        name,
    });
    draft.push(Event::OfferOpened {
        conversation: id,
        offer: draft.next_offer(),
        origin: Origin::Invite {
            initiator: caller.clone(),
            hold: HoldWhen::Never,
            on_failure: OnFailure::Resume,
        },
        target: Target::Agent(target.clone()),
        note: None,
        expires_at: None,
    });
    let until = draft.now() + draft.timers().ring;
    ring::ring(draft, id, target, until);
    Ok(())
}

/// The colleague did not take the call, or the caller withdrew it.
pub(crate) fn not_taken(draft: &mut Draft<'_>, id: ConversationId, offer: &Offer, why: OfferEnd) {
    let Some(caller) = offer.initiator().cloned().map(PersonId::Agent) else { return };
    let (reason, by) = match (why, &offer.target) {
        (OfferEnd::Cancelled, _) => (EndReason::Completed, caller),
        (OfferEnd::Declined, Target::Agent(target)) => {
            (EndReason::NotAnswered, target.clone().into())
        }
        (
            OfferEnd::Declined
            | OfferEnd::NoAnswer
            | OfferEnd::TargetLost
            | OfferEnd::CustomerLeft
            | OfferEnd::InitiatorLeft
            | OfferEnd::NobodyAvailable,
            _,
        ) => (EndReason::NotAnswered, caller),
    };
    let phase = draft.known(id).phase();
    leaving::end(draft, id, reason, &by, phase);
}

/// One of the two is gone: it is over for both.
pub(crate) fn gone(
    draft: &mut Draft<'_>,
    id: ConversationId,
    agent: &AgentId,
    departure: Departure,
) {
    let phase = draft.known(id).phase();
    let (reason, by) = match departure {
        Departure::Left => (EndReason::Completed, agent.clone().into()),
        Departure::Removed { by } => (EndReason::Completed, by),
        Departure::Lost => (EndReason::AgentLost, agent.clone().into()),
    };
    invite::close(draft, id, OfferEnd::Cancelled, None);
    leaving::end(draft, id, reason, &by, phase);
}
