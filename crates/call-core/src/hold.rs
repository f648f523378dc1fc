//! Hold: deaf and mute, with music.

use serde::{Deserialize, Serialize};

use crate::access;
use crate::command::OnFailure;
use crate::conversation::Conversation;
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{AgentId, ConversationId, PersonId};
use crate::participant::Participant;
use crate::refusal::Refusal;
use crate::time::Time;

/// Why a hold was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldCause {
    /// Somebody asked for just this.
    Asked,
    /// An invitation placed it, for the consult; it goes when the consult fails.
    Consult {
        /// Unless it was asked to stay.
        on_failure: OnFailure,
    },
}

/// A hold, and who placed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who placed it.
    pub by: PersonId,
    /// Why.
    pub cause: HoldCause,
    /// Since when.
    pub since: Time,
}

/// Who is on hold, seen as a whole.
enum Held {
    Nobody,
    Customer,
    Agent(AgentId),
    Several,
}

fn held(conversation: &Conversation) -> Held {
    let customer_held = conversation.customer_seat().is_some_and(|seat| seat.hold.is_some());
    let mut agents = conversation.agent_seats().filter(|(_, seat)| seat.hold.is_some());
    match (customer_held, agents.next(), agents.next()) {
        (false, None, _) => Held::Nobody,
        (true, None, _) => Held::Customer,
        (false, Some((agent, _)), None) => Held::Agent(agent.clone()),
        (_, Some(_), _) => Held::Several,
    }
}

/// Whether `by` may put `participant` on hold.
pub(crate) fn may_hold(
    conversation: &Conversation,
    by: &PersonId,
    participant: &PersonId,
) -> Result<(), Refusal> {
    let other = other(conversation, by, participant)?;
    is_in(conversation, by)?;
    match other.hold {
        None => Ok(()),
        Some(_) => Err(Refusal::AlreadyHeld),
    }
}

/// Whether `by` may take `participant` off hold, whoever placed it.
pub(crate) fn may_resume(
    conversation: &Conversation,
    by: &PersonId,
    participant: &PersonId,
) -> Result<(), Refusal> {
    match other(conversation, by, participant)?.hold {
        None => Err(Refusal::NotHeld),
        Some(_) => Ok(()),
    }
}

fn other<'c>(
    conversation: &'c Conversation,
    by: &PersonId,
    participant: &PersonId,
) -> Result<&'c Participant, Refusal> {
    access::agent(by)?;
    if by == participant {
        return Err(Refusal::TargetIsSelf);
    }
    conversation.participants.get(participant).ok_or(Refusal::UnknownTarget)
}

/// Nobody is put on hold by who is lost: it could not take the hold off in time.
fn is_in(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    let is_in = conversation.participants.get(by).is_some_and(Participant::is_in);
    if is_in { Ok(()) } else { Err(Refusal::ChannelInactive) }
}

/// Whether `by` may exchange who is on hold.
pub(crate) fn may_swap(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    access::agent(by)?;
    three(conversation)?;
    is_in(conversation, by)?;
    match held(conversation) {
        Held::Nobody | Held::Customer | Held::Agent(_) => Ok(()),
        Held::Several => Err(Refusal::AlreadyHeld),
    }
}

/// Whether `by` may take everybody off hold.
pub(crate) fn may_merge(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    access::agent(by)?;
    three(conversation)?;
    match held(conversation) {
        Held::Nobody => Err(Refusal::NotHeld),
        Held::Customer | Held::Agent(_) | Held::Several => Ok(()),
    }
}

fn three(conversation: &Conversation) -> Result<(), Refusal> {
    if conversation.is_internal() {
        return Err(Refusal::NeedsThree);
    }
    if conversation.customer_seat().is_none() {
        return Err(Refusal::CustomerLeft);
    }
    if conversation.agent_seats().count() < 2 { Err(Refusal::NeedsThree) } else { Ok(()) }
}

pub(crate) fn hold(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    participant: &PersonId,
) -> Result<(), Refusal> {
    may_hold(access::seated(draft, id, by)?, by, participant)?;
    place(draft, id, participant, by, HoldCause::Asked);
    Ok(())
}

pub(crate) fn resume(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    participant: &PersonId,
) -> Result<(), Refusal> {
    may_resume(access::seated(draft, id, by)?, by, participant)?;
    draft.push(Event::HoldLifted { conversation: id, participant: participant.clone() });
    Ok(())
}

/// The customer and an agent change places. Who goes on hold does so for the same cause as who
/// comes off it: a customer who is put back on hold for the consult is resumed with its end.
/// When nobody is on hold, the agents step aside: the customer goes on hold.
pub(crate) fn swap(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let conversation = access::seated(draft, id, by)?;
    may_swap(conversation, by)?;
    let customer = conversation.customer_id().ok_or(Refusal::NeedsThree)?;
    let cause = |person: &PersonId| {
        let seat = conversation.participants.get(person);
        seat.and_then(|seat| seat.hold.as_ref()).map_or(HoldCause::Asked, |hold| hold.cause)
    };
    let aside = HoldCause::Consult { on_failure: OnFailure::Resume };
    let (off, on, cause) = match held(conversation) {
        Held::Nobody => (None, customer, aside),
        Held::Agent(agent) => {
            let agent = PersonId::Agent(agent);
            let cause = cause(&agent);
            (Some(agent), customer, cause)
        }
        Held::Customer | Held::Several => {
            let mut agents = conversation.agent_seats().map(|(agent, _)| agent.clone().into());
            let colleague = agents.find(|agent| agent != by).ok_or(Refusal::NeedsThree)?;
            let cause = cause(&customer);
            (Some(customer), colleague, cause)
        }
    };
    if let Some(participant) = off {
        draft.push(Event::HoldLifted { conversation: id, participant });
    }
    place(draft, id, &on, by, cause);
    Ok(())
}

pub(crate) fn merge(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    may_merge(access::seated(draft, id, by)?, by)?;
    lift_all(draft, id);
    Ok(())
}

pub(crate) fn place(
    draft: &mut Draft<'_>,
    conversation: ConversationId,
    participant: &PersonId,
    by: &PersonId,
    cause: HoldCause,
) {
    let (participant, by) = (participant.clone(), by.clone());
    draft.push(Event::HoldPlaced { conversation, participant, by, cause });
}

fn lift(draft: &mut Draft<'_>, id: ConversationId, ends: impl Fn(&Hold) -> bool) {
    let seats = &draft.known(id).participants;
    let ended = |seat: &Participant| seat.hold.as_ref().is_some_and(&ends);
    let held: Vec<_> =
        seats.iter().filter(|(_, seat)| ended(seat)).map(|(person, _)| person.clone()).collect();
    for participant in held {
        draft.push(Event::HoldLifted { conversation: id, participant });
    }
}

/// The customer, if it is in and not on hold.
pub(crate) fn free_customer(conversation: &Conversation) -> Option<PersonId> {
    let seat = conversation.customer_seat().filter(|seat| seat.hold.is_none());
    seat.and_then(|_| conversation.customer_id())
}

/// Nobody is on hold any more: whoever is in talks.
pub(crate) fn lift_all(draft: &mut Draft<'_>, id: ConversationId) {
    lift(draft, id, |_| true);
}

/// The consult failed: holds are as before it, unless they were asked to stay.
pub(crate) fn lift_consult(draft: &mut Draft<'_>, id: ConversationId) {
    lift(draft, id, |hold| match hold.cause {
        HoldCause::Consult { on_failure: OnFailure::Resume } => true,
        HoldCause::Consult { on_failure: OnFailure::StayHeld } | HoldCause::Asked => false,
    });
}

/// A hold goes with its placer's seat, and as long as another agent is in, it does not outlive its
/// placer's being in either.
pub(crate) fn lift_stranded(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let mut agents: Vec<PersonId> = conversation.agents_in().cloned().map(Into::into).collect();
    if agents.is_empty() {
        agents.extend(conversation.agent_seats().map(|(agent, _)| agent.clone().into()));
    }
    lift(draft, id, |hold| !agents.contains(&hold.by));
}
