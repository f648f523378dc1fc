//! A customer, for as long as its page is open or its conversation lives.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access;
use crate::agent::Agent;
use crate::call_offer;
use crate::conversation::{Care, Conversation, Medium};
use crate::draft::Draft;
use crate::event::{Event, WrapUpEnd};
use crate::id::{AgentId, ChannelId, ConversationId, CustomerId, Owner, PersonId, TeamId};
use crate::overflow;
use crate::queue;
use crate::refusal::Refusal;
use crate::ring;
use crate::route;
use crate::settings::ChannelSettings;
use crate::time::Time;
use crate::wrap_up;

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
    /// The conversations it sits in: one on each medium.
    pub seats: BTreeMap<Medium, ConversationId>,
}

/// A customer calls or writes to a team and waits in its queue, or in that of the team that stands
/// in.
pub(crate) fn call(
    draft: &mut Draft<'_>,
    by: &PersonId,
    team: &TeamId,
    medium: Medium,
) -> Result<(), Refusal> {
    let caller = caller(draft, by, medium)?;
    let priority = draft.settings().teams.get(team).map_or(0, |team| team.priority);
    let entry = Entry { channel: None, team, medium, priority, linked: None, prefer: None };
    let begun = begun(draft, caller, entry)?;
    begin(draft, begun);
    Ok(())
}

/// A customer comes by a channel: whatever that is at this moment decides where it waits.
pub(crate) fn call_channel(
    draft: &mut Draft<'_>,
    by: &PersonId,
    channel: &ChannelId,
    medium: Medium,
) -> Result<(), Refusal> {
    let caller = caller(draft, by, medium)?;
    let settings = draft.settings();
    let known = settings.channels.get(channel).ok_or(Refusal::UnknownChannel)?;
    if !known.enabled {
        return Err(Refusal::ChannelDisabled);
    }
    if known.medium != medium {
        return Err(Refusal::WrongMedium);
    }
    let of_team = || settings.teams.get(&known.team).map_or(0, |team| team.priority);
    let priority = known.priority.unwrap_or_else(of_team);
    let (channel, team) = (Some((channel, known)), &known.team);
    let entry = Entry { channel, team, medium, priority, linked: None, prefer: None };
    let begun = begun(draft, caller, entry)?;
    begin(draft, begun);
    Ok(())
}

/// Somebody opens the other medium of a conversation: a call to its chat, a chat to its call. Who
/// answers for the one is asked first for the other.
pub(crate) fn raise(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let conversation = access::seated(draft, id, by)?;
    let customer = conversation.customer().ok_or(Refusal::NotPermitted)?.clone();
    let medium = may_raise(conversation, draft.customer(&customer), by)?;
    let caller = caller(draft, &customer.into(), medium)?;
    let conversation = draft.known(id);
    let team = conversation.team.clone().ok_or(Refusal::NotPermitted)?;
    let prefer = match conversation.owner() {
        Owner::Agent(owner) => Some(owner),
        Owner::Queue(_) => None,
    };
    let offering = conversation.call_offer().map(|offer| offer.by.clone());
    let (priority, linked) = (conversation.priority, Some(id));
    let entry = Entry { channel: None, team: &team, medium, priority, linked, prefer };
    let begun = begun(draft, caller, entry)?;
    let raised = draft.next_conversation();
    begin(draft, begun);
    match medium {
        Medium::Chat => {
            let talking = talking(draft.known(id));
            seat_at_once(draft, raised, &talking);
        }
        Medium::Voice if seat_at_once(draft, raised, offering.as_slice()) => {}
        Medium::Voice => ask_first(draft, raised),
    }
    Ok(())
}

/// Whether the other medium may be opened, and which that is.
pub(crate) fn may_raise(
    conversation: &Conversation,
    customer: Option<&Customer>,
    by: &PersonId,
) -> Result<Medium, Refusal> {
    conversation.customer().ok_or(Refusal::NotPermitted)?;
    conversation.customer_seat().ok_or(Refusal::CustomerLeft)?;
    // An agent does not ring a customer: it offers it a call.
    match (by, conversation.medium) {
        (PersonId::Customer(_), _) | (PersonId::Agent(_), Medium::Voice) => {}
        (PersonId::Agent(_), Medium::Chat) => return Err(Refusal::NotPermitted),
    }
    let medium = conversation.medium.other();
    may_come(customer, medium).map(|_| medium)
}

/// Who talks with a customer, its owner before others.
fn talking(call: &Conversation) -> Vec<AgentId> {
    let mut agents: Vec<_> = call.agents_in().cloned().collect();
    agents.sort_by_key(|agent| call.owner() != Owner::Agent(agent.clone()));
    agents
}

/// The first of some agents who has room for it has what was opened, without being asked: who talks
/// with the customer its chat, who has offered it a call that call.
fn seat_at_once(draft: &mut Draft<'_>, raised: ConversationId, agents: &[AgentId]) -> bool {
    let medium = draft.known(raised).medium;
    let is_there = |agent: &Agent| agent.leg && agent.has_room(medium);
    let first = agents.iter().find(|agent| draft.agent(agent).is_some_and(is_there));
    if let Some(agent) = first {
        if medium == Medium::Voice && draft.agent(agent).is_some_and(|one| one.wrap_up.is_some()) {
            wrap_up::end(draft, agent, WrapUpEnd::Finished);
        }
        queue::take(draft, raised, agent);
    }
    first.is_some()
}

/// Who knows the customer is rung at once, if it can be: whatever team it is of, and also for a
/// queue that agents fetch from.
pub(crate) fn ask_first(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let Care::Queued(queued) = &conversation.care else { return };
    let untried = queued.prefer.as_ref().filter(|agent| !queued.tried.contains_key(*agent));
    let Some(agent) = untried.filter(|_| conversation.offer.is_none()).cloned() else { return };
    let medium = conversation.medium;
    let is_free = draft.agent(&agent).is_some_and(|agent| agent.availability(medium).is_ok());
    if is_free && queue::can_be_rung_for(conversation) {
        route::open(draft, id);
        let until = draft.now() + draft.timers().ring;
        ring::ring(draft, id, &agent, until);
    }
}

/// A customer comes back to a chat that is over: it waits for who answered it last, or the team.
pub(crate) fn reopen(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let known = draft.conversation(id).filter(|conversation| conversation.knows(by));
    let conversation = known.ok_or(Refusal::NotAParticipant)?;
    let ending = match &conversation.care {
        Care::Ended(ending) => ending,
        Care::Queued(_) | Care::Attended { .. } | Care::Recalling(_) => {
            return Err(Refusal::AlreadyInConversation);
        }
    };
    if conversation.medium != Medium::Chat {
        return Err(Refusal::WrongMedium);
    }
    let team = conversation.team.clone().ok_or(Refusal::NotPermitted)?;
    let prefer = match &ending.owner {
        Owner::Agent(agent) => Some(agent.clone()),
        Owner::Queue(_) => None,
    };
    let (id, (customer, known)) = (conversation.id, caller(draft, by, Medium::Chat)?);
    let (name, leg) = (known.name.clone(), known.leg);
    let team = overflow::admit(draft, (&team, Medium::Chat), None)?;
    draft.push(Event::Reopened {
        conversation: id,
        customer,
        name,
        prefer,
        arriving_until: arriving_until(draft, leg),
        overflow_at: overflow::overflow_at(draft, &team),
        team,
    });
    ask_first(draft, id);
    Ok(())
}

/// A conversation begins.
fn begin(draft: &mut Draft<'_>, begun: Event) {
    let mut caller = None;
    if let Event::ConversationStarted { customer, medium: Medium::Voice, .. } = &begun {
        caller = Some(customer.clone());
    }
    draft.push(begun);
    if let Some(caller) = caller {
        call_offer::calling(draft, &caller);
    }
}

/// How a customer comes in.
struct Entry<'s> {
    channel: Option<(&'s ChannelId, &'s ChannelSettings)>,
    team: &'s TeamId,
    medium: Medium,
    priority: u8,
    linked: Option<ConversationId>,
    prefer: Option<AgentId>,
}

/// A customer who is there and in no conversation of this medium.
fn caller<'d>(
    draft: &'d Draft<'_>,
    by: &PersonId,
    medium: Medium,
) -> Result<(CustomerId, &'d Customer), Refusal> {
    let id = by.as_customer().ok_or(Refusal::NotPermitted)?;
    Ok((id.clone(), may_come(draft.customer(id), medium)?))
}

/// Whether a customer is there, and in nothing else of this medium.
pub(crate) fn may_come(customer: Option<&Customer>, medium: Medium) -> Result<&Customer, Refusal> {
    let here = customer.filter(|customer| customer.session).ok_or(Refusal::NotSignedIn)?;
    if here.seats.contains_key(&medium) { Err(Refusal::AlreadyInConversation) } else { Ok(here) }
}

/// For how long a customer's leg may take, if it is not up.
fn arriving_until(draft: &Draft<'_>, leg: bool) -> Option<Time> {
    (!leg).then(|| draft.now() + draft.timers().queue_grace)
}

/// The conversation that begins, or why there is no room for it.
fn begun(
    draft: &Draft<'_>,
    (id, customer): (CustomerId, &Customer),
    entry: Entry<'_>,
) -> Result<Event, Refusal> {
    let channel = entry.channel.map(|(_, channel)| channel);
    let queue = overflow::admit(draft, (entry.team, entry.medium), channel)?;
    Ok(Event::ConversationStarted {
        conversation: draft.next_conversation(),
        medium: entry.medium,
        customer: id,
        name: customer.name.clone(),
        channel: entry.channel.map(|(channel, _)| channel.clone()),
        priority: customer.priority.max(entry.priority),
        overflow_at: overflow::overflow_at(draft, &queue),
        team: queue,
        arriving_until: arriving_until(draft, customer.leg),
        linked: entry.linked,
        prefer: entry.prefer,
    })
}
