//! Queues: who waits, at which place, and agents who fetch the next themselves.

use std::cmp::Reverse;

use crate::access;
use crate::agent::{Session, Status};
use crate::conversation::{Care, Conversation, Medium};
use crate::draft::Draft;
use crate::event::WrapUpEnd;
use crate::id::{AgentId, ConversationId, PersonId, Target, TeamId};
use crate::offer::{Candidate, Offer};
use crate::participant::Participant;
use crate::refusal::Refusal;
use crate::ring;
use crate::route;
use crate::time::Time;
use crate::world::World;
use crate::wrap_up;

/// A queue: a team's, of one medium.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct QueueKey {
    pub(crate) team: TeamId,
    pub(crate) medium: Medium,
}

impl QueueKey {
    pub(crate) fn new(team: &TeamId, medium: Medium) -> Self {
        Self { team: team.clone(), medium }
    }

    /// The queues of a team.
    pub(crate) fn of_team(team: &TeamId) -> [Self; 2] {
        Medium::ALL.map(|medium| Self::new(team, medium))
    }
}

/// A place in a queue; the least is served first.
///
/// Who was answered before comes first, then the higher priority, then who has waited longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    is_new: bool,
    priority: Reverse<u8>,
    place: Time,
    pub(crate) id: ConversationId,
}

/// The queue a conversation stands in, and where: because its customer waits there, or because
/// an agent has sent it there and is still in.
pub(crate) fn rank(conversation: &Conversation) -> Option<(QueueKey, Rank)> {
    let (team, is_new, place) = match (&conversation.care, &conversation.offer) {
        (Care::Queued(queued), _) => (conversation.team.as_ref()?, !queued.at_head, queued.place),
        (Care::Attended { .. }, Some(Offer { target: Target::Queue(team), opened_at, .. })) => {
            (team, true, *opened_at)
        }
        (Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_), _) => return None,
    };
    let priority = Reverse(conversation.priority);
    let queue = QueueKey::new(team, conversation.medium);
    Some((queue, Rank { is_new, priority, place, id: conversation.id }))
}

/// Where in its queue a conversation stands: 1 is served next. Positions have no holes.
pub fn queue_position(world: &World, id: ConversationId) -> Option<usize> {
    let (queue, own) = rank(world.conversation(id)?)?;
    Some(world.index.queue(&queue).take_while(|rank| *rank < own).count() + 1)
}

/// Nobody is rung for a customer who is not there.
pub(crate) fn can_be_rung_for(conversation: &Conversation) -> bool {
    conversation.customer_seat().is_some_and(Participant::is_joined)
}

/// Who knows a waiting customer, and is rung before all others.
pub(crate) fn preferred(conversation: &Conversation) -> Option<&AgentId> {
    match &conversation.care {
        Care::Queued(queued) => queued.prefer.as_ref(),
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => None,
    }
}

/// An agent takes the first who waits in one of its queues, also while it rings elsewhere.
pub(crate) fn get_next(
    draft: &mut Draft<'_>,
    by: &PersonId,
    team: Option<&TeamId>,
    medium: Medium,
) -> Result<(), Refusal> {
    let id = access::agent(by)?;
    let agent = draft.agent(id).filter(|agent| agent.session == Session::Open && !agent.removed);
    let agent = agent.ok_or(Refusal::NotSignedIn)?;
    if !agent.has_room(medium) {
        return Err(Refusal::AlreadyInConversation);
    }
    if agent.line(medium).status != Status::Present || !agent.leg {
        return Err(Refusal::ChannelInactive);
    }
    if let Some(team) = team {
        let known = draft.settings().teams.contains_key(team);
        known.then_some(()).ok_or(Refusal::UnknownTarget)?;
        agent.answers(team).then_some(()).ok_or(Refusal::NotPermitted)?;
    }
    let mine = agent.teams.keys().filter(|own| agent.answers(own));
    let asked = mine.filter(|own| team.is_none_or(|team| team == *own));
    let is_free = |rank: &Rank| can_be_taken(draft.known(rank.id), id);
    let first = asked.map(|team| draft.queue(&QueueKey::new(team, medium)));
    let first = first.filter_map(|places| places.into_iter().find(is_free)).min();
    let first = first.ok_or(Refusal::QueueEmpty)?.id;
    let wraps_up = medium == Medium::Voice && agent.wrap_up.is_some();
    if wraps_up {
        wrap_up::end(draft, id, WrapUpEnd::Finished);
    }
    take(draft, first, id);
    Ok(())
}

/// An agent has what waits without being rung for it.
pub(crate) fn take(draft: &mut Draft<'_>, id: ConversationId, agent: &AgentId) {
    if draft.known(id).offer.is_none() {
        route::open(draft, id);
    }
    if !draft.known(id).candidates().any(|candidate| candidate == agent) {
        let until = draft.now() + draft.timers().ring;
        ring::ring(draft, id, agent, until);
    }
    ring::seat(draft, id, agent);
}

/// Whether an agent may fetch it: its customer is there, and nobody has said yes to it.
fn can_be_taken(conversation: &Conversation, agent: &AgentId) -> bool {
    let is_open = |offer: &Offer| {
        let joins = offer.candidates.values().any(Candidate::joins);
        !joins && offer.initiator() != Some(agent)
    };
    let is_outside = !conversation.has_seat(agent);
    let is_open = conversation.offer.as_ref().is_none_or(is_open);
    can_be_rung_for(conversation) && is_outside && is_open
}
