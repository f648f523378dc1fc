//! A call that an agent offers the customer of a chat: nobody's page speaks before its person says
//! so. The customer takes it by opening the call of its chat, and has the agent in it at once.

use serde::{Deserialize, Serialize};

use crate::access;
use crate::conversation::{Conversation, Medium};
use crate::customer::Customer;
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{AgentId, ConversationId, CustomerId, PersonId};
use crate::refusal::Refusal;
use crate::time::Time;

/// A call that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOffer {
    /// Who talks then.
    pub by: AgentId,
    /// Until when.
    pub until: Time,
}

/// Why it is not offered any more, though both are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOfferEnd {
    /// The customer would rather write.
    Declined,
    /// It said nothing to it.
    NotAnswered,
    /// An agent took it back.
    Withdrawn,
    /// The customer is in a call: in this one, or in another that it has begun.
    Calling,
}

/// An agent offers the customer a call.
pub(crate) fn offer(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let conversation = access::seated(draft, id, by)?;
    let customer = conversation.customer().and_then(|customer| draft.customer(customer));
    may_offer(conversation, customer, by)?;
    let until = draft.now() + draft.timers().chat_offer;
    draft.push(Event::CallOffered { conversation: id, by: access::agent(by)?.clone(), until });
    Ok(())
}

/// Whether an agent may offer a call.
pub(crate) fn may_offer(
    conversation: &Conversation,
    customer: Option<&Customer>,
    by: &PersonId,
) -> Result<(), Refusal> {
    access::agent(by)?;
    if conversation.medium != Medium::Chat {
        return Err(Refusal::WrongMedium);
    }
    conversation.customer().ok_or(Refusal::NotPermitted)?;
    conversation.customer_seat().ok_or(Refusal::CustomerLeft)?;
    if conversation.call_offer().is_some() {
        return Err(Refusal::CallOffered);
    }
    let calls = customer.is_some_and(|customer| customer.seats.contains_key(&Medium::Voice));
    if calls { Err(Refusal::TargetBusy) } else { Ok(()) }
}

/// An agent takes the offer back.
pub(crate) fn withdraw(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    may_withdraw(access::seated(draft, id, by)?, by)?;
    ended(draft, id, CallOfferEnd::Withdrawn);
    Ok(())
}

/// Whether an offer may be taken back.
pub(crate) fn may_withdraw(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    access::agent(by)?;
    may_decline(conversation)
}

/// The customer would rather write.
pub(crate) fn decline(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    may_decline(access::live(draft, id, by)?)?;
    ended(draft, id, CallOfferEnd::Declined);
    Ok(())
}

/// Whether the customer is offered a call.
pub(crate) fn may_decline(conversation: &Conversation) -> Result<(), Refusal> {
    conversation.call_offer().map(|_| ()).ok_or(Refusal::NoOffer)
}

/// The customer has said nothing to it.
pub(crate) fn elapsed(draft: &mut Draft<'_>, id: ConversationId) {
    ended(draft, id, CallOfferEnd::NotAnswered);
}

/// A customer who calls needs no other call.
pub(crate) fn calling(draft: &mut Draft<'_>, customer: &CustomerId) {
    let seats = draft.customer(customer).map(|customer| &customer.seats);
    let chat = seats.and_then(|seats| seats.get(&Medium::Chat)).copied();
    let chat = chat.filter(|id| draft.known(*id).call_offer().is_some());
    if let Some(id) = chat {
        ended(draft, id, CallOfferEnd::Calling);
    }
}

fn ended(draft: &mut Draft<'_>, id: ConversationId, end: CallOfferEnd) {
    draft.push(Event::CallOfferEnded { conversation: id, end });
}

/// An offer stands while who made it and the customer sit in the chat.
pub(crate) fn settle(conversation: &mut Conversation) {
    let Some(offer) = conversation.call_offer() else { return };
    let stands = conversation.is_live()
        && conversation.has_seat(&offer.by)
        && conversation.customer_seat().is_some();
    if let Some(chat) = conversation.chat.as_mut().filter(|_| !stands) {
        chat.call_offer = None;
    }
}
