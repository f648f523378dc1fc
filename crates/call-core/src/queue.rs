//! Queues: who waits, in which order, and who is rung for whom.

use std::collections::BTreeMap;

use crate::agent::Agent;
use crate::conversation::{Care, Conversation, Queued};
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{AgentId, ConversationId, Target, TeamId};
use crate::invite;
use crate::offer::{Offer, OfferEnd, Origin};
use crate::participant::Participant;
use crate::ring;
use crate::time::Time;

/// The agent of a team who can be rung and has been idle for longest.
pub(crate) fn longest_idle(
    draft: &Draft<'_>,
    team: &TeamId,
    is_eligible: impl Fn(&AgentId, &Agent) -> bool,
) -> Option<AgentId> {
    let agents = draft.agents().filter(|(id, agent)| {
        agent.teams.contains(team) && agent.availability().is_ok() && is_eligible(id, agent)
    });
    let longest = agents.min_by_key(|(id, agent)| (agent.idle_since, (*id).clone()))?;
    Some(longest.0.clone())
}

/// Whether an agent was not rung in this round, or has become free again since.
pub(crate) fn is_untried(tried: &BTreeMap<AgentId, Time>, id: &AgentId, agent: &Agent) -> bool {
    tried.get(id).is_none_or(|ended| agent.idle_since > *ended)
}

/// How many calls wait in a team's queue.
pub(crate) fn waiting<'c>(
    conversations: impl Iterator<Item = &'c Conversation>,
    team: &TeamId,
) -> usize {
    conversations
        .filter(|conversation| is_queued(conversation) && conversation.team == *team)
        .count()
}

fn is_queued(conversation: &Conversation) -> bool {
    match conversation.care {
        Care::Queued(_) => true,
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => false,
    }
}

/// Something that could ring if somebody were free, in the order of being served.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// An invitation that waits: its customer is being cared for.
    Invitation(ConversationId),
    /// A conversation that was answered before.
    AtHead(ConversationId),
    /// A conversation that nobody has answered.
    Arrived(ConversationId),
}

fn need(conversation: &Conversation) -> Option<Need> {
    let id = conversation.id;
    let has_candidate = conversation.candidate().is_some();
    match (&conversation.care, &conversation.offer) {
        (Care::Attended { .. }, Some(_)) if !has_candidate => Some(Need::Invitation(id)),
        (Care::Queued(queued), None) if can_be_rung_for(conversation) => {
            Some(if queued.at_head { Need::AtHead(id) } else { Need::Arrived(id) })
        }
        (Care::Attended { .. } | Care::Queued(_) | Care::Recalling(_) | Care::Ended(_), _) => None,
    }
}

/// Nobody is rung for a customer who is not there.
fn can_be_rung_for(conversation: &Conversation) -> bool {
    conversation.customer_seat().is_some_and(Participant::is_joined)
}

/// Rings whoever is free for whatever waits.
pub(crate) fn route(draft: &mut Draft<'_>) {
    if !draft.agents().any(|(_, agent)| agent.availability().is_ok()) {
        return;
    }
    let mut needs: Vec<_> = draft.conversations().filter_map(need).collect();
    needs.sort_unstable();
    for need in needs {
        match need {
            Need::Invitation(id) => ring_invited(draft, id),
            Need::AtHead(id) | Need::Arrived(id) => ring_waiting(draft, id),
        }
    }
}

fn ring_invited(draft: &mut Draft<'_>, id: ConversationId) {
    let offer = draft.known(id).offer.as_ref();
    let Some(next) = offer.and_then(|offer| ring::next_candidate(draft, offer)) else { return };
    let until = draft.now() + draft.timers().ring;
    ring::ring(draft, id, &next, until);
}

fn ring_waiting(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let Care::Queued(Queued { tried, .. }) = &conversation.care else { return };
    let team = conversation.team.clone();
    let untried = |id: &AgentId, agent: &Agent| is_untried(tried, id, agent);
    let Some(next) = longest_idle(draft, &team, untried) else { return };
    let note = conversation.note.clone();
    draft.push(Event::OfferOpened {
        conversation: id,
        offer: draft.next_offer(),
        origin: Origin::Queue,
        target: Target::Team(team),
        note,
        expires_at: None,
    });
    let until = draft.now() + draft.timers().ring;
    ring::ring(draft, id, &next, until);
}

/// The candidate for a waiting call failed: the next one, or the round is over.
pub(crate) fn next(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let reachable = can_be_rung_for(conversation);
    let offer = conversation.offer.as_ref().filter(|_| reachable);
    let next = offer.and_then(|offer: &Offer| ring::next_candidate(draft, offer));
    if let Some(next) = next {
        let until = draft.now() + draft.timers().ring;
        ring::ring(draft, id, &next, until);
        return;
    }
    invite::close(draft, id, OfferEnd::NobodyAvailable, None);
    let retry_at = draft.now() + draft.timers().round_pause;
    draft.push(Event::RoundEnded { conversation: id, retry_at });
}

/// Who was rung in vain may be rung again.
pub(crate) fn restart_round(draft: &mut Draft<'_>, id: ConversationId) {
    draft.push(Event::RoundRestarted { conversation: id });
}
