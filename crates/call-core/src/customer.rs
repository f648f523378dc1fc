//! A customer, for as long as its page is open or its conversation lives.

use serde::{Deserialize, Serialize};

use crate::conversation::Medium;
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{ConversationId, PersonId, TeamId};
use crate::overflow;
use crate::refusal::Refusal;

/// A customer the server knows at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The name to show.
    pub name: String,
    /// How urgent its calls are: higher comes first.
    pub priority: u8,
    /// Whether its page is connected.
    pub session: bool,
    /// Whether its leg is connected.
    pub leg: bool,
    /// The conversation it sits in.
    pub seat: Option<ConversationId>,
}

/// A customer calls a team and waits in its queue, or in that of the team that stands in.
pub(crate) fn call(draft: &mut Draft<'_>, by: &PersonId, team: &TeamId) -> Result<(), Refusal> {
    let id = by.as_customer().ok_or(Refusal::NotPermitted)?;
    let customer = draft.customer(id).filter(|customer| customer.session);
    let customer = customer.ok_or(Refusal::NotSignedIn)?;
    if customer.seat.is_some() {
        return Err(Refusal::AlreadyInConversation);
    }
    let queue = overflow::admit(draft, team)?;
    let grace = draft.now() + draft.timers().queue_grace;
    let event = Event::ConversationStarted {
        conversation: draft.next_conversation(),
        medium: Medium::Voice,
        customer: id.clone(),
        name: customer.name.clone(),
        priority: customer.priority,
        overflow_at: overflow::overflow_at(draft, &queue),
        team: queue,
        arriving_until: (!customer.leg).then_some(grace),
    };
    draft.push(event);
    Ok(())
}
