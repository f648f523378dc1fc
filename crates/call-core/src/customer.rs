//! A customer, for as long as its page is open or its conversation lives.

use serde::{Deserialize, Serialize};

use crate::conversation::Medium;
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{ChannelId, ConversationId, CustomerId, PersonId, TeamId};
use crate::overflow;
use crate::refusal::Refusal;
use crate::settings::ChannelSettings;

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
    let caller = caller(draft, by)?;
    let priority = draft.settings().teams.get(team).map_or(0, |team| team.priority);
    let begun = begun(draft, caller, &Entry { channel: None, team, priority })?;
    draft.push(begun);
    Ok(())
}

/// A customer calls through a channel: whatever that is at this moment decides where it waits.
pub(crate) fn call_channel(
    draft: &mut Draft<'_>,
    by: &PersonId,
    channel: &ChannelId,
) -> Result<(), Refusal> {
    let caller = caller(draft, by)?;
    let settings = draft.settings();
    let known = settings.channels.get(channel).ok_or(Refusal::UnknownChannel)?;
    if !known.enabled {
        return Err(Refusal::ChannelDisabled);
    }
    match known.medium {
        Medium::Voice => {}
        Medium::Chat => return Err(Refusal::WrongMedium),
    }
    let of_team = || settings.teams.get(&known.team).map_or(0, |team| team.priority);
    let priority = known.priority.unwrap_or_else(of_team);
    let entry = Entry { channel: Some((channel, known)), team: &known.team, priority };
    let begun = begun(draft, caller, &entry)?;
    draft.push(begun);
    Ok(())
}

/// How a customer comes in.
struct Entry<'s> {
    channel: Option<(&'s ChannelId, &'s ChannelSettings)>,
    team: &'s TeamId,
    priority: u8,
}

/// A customer who is there and in no conversation.
fn caller<'d>(draft: &'d Draft<'_>, by: &PersonId) -> Result<(CustomerId, &'d Customer), Refusal> {
    let id = by.as_customer().ok_or(Refusal::NotPermitted)?;
    let customer = draft.customer(id).filter(|customer| customer.session);
    let customer = customer.ok_or(Refusal::NotSignedIn)?;
    if customer.seat.is_some() {
        return Err(Refusal::AlreadyInConversation);
    }
    Ok((id.clone(), customer))
}

/// The call that begins, or why there is no room for it.
fn begun(
    draft: &Draft<'_>,
    (id, customer): (CustomerId, &Customer),
    entry: &Entry<'_>,
) -> Result<Event, Refusal> {
    let queue = overflow::admit(draft, entry.team, entry.channel.map(|(_, channel)| channel))?;
    let grace = draft.now() + draft.timers().queue_grace;
    Ok(Event::ConversationStarted {
        conversation: draft.next_conversation(),
        medium: Medium::Voice,
        customer: id,
        name: customer.name.clone(),
        channel: entry.channel.map(|(channel, _)| channel.clone()),
        priority: customer.priority.max(entry.priority),
        overflow_at: overflow::overflow_at(draft, &queue),
        team: queue,
        arriving_until: (!customer.leg).then_some(grace),
    })
}
