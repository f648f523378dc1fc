//! Queues: who waits, in which order, and who is rung for whom.

use std::collections::BTreeMap;

use crate::agent::Agent;
use crate::conversation::{Care, Conversation, Queued};
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{AgentId, ConversationId, Target, TeamId};
use crate::invite;
use crate::offer::{OfferEnd, Origin};
use crate::participant::Participant;
use crate::ring;
use crate::settings::Ringing;
use crate::time::Time;

/// Whether a team rings all of its agents at once.
pub(crate) fn rings_all(draft: &Draft<'_>, team: &TeamId) -> bool {
    draft.settings().teams.get(team).is_some_and(|team| team.ringing == Ringing::AllAtOnce)
}

/// Whom of a team to ring, of those who can be: the longest idle, who is next, or all.
pub(crate) fn choose(
    draft: &Draft<'_>,
    team: &TeamId,
    is_eligible: impl Fn(&AgentId, &Agent) -> bool,
) -> Vec<AgentId> {
    let mut agents: Vec<_> = draft
        .agents()
        .filter(|(id, agent)| {
            agent.answers(team) && agent.availability().is_ok() && is_eligible(id, agent)
        })
        .collect();
    let ringing = draft.settings().teams.get(team).map(|team| team.ringing).unwrap_or_default();
    match ringing {
        Ringing::LongestIdle | Ringing::AllAtOnce => {
            agents.sort_by_key(|(id, agent)| (agent.idle_since, *id));
        }
        Ringing::RoundRobin => {
            let last = draft.last_rung(team);
            agents.sort_by_key(|(id, _)| (last.is_some_and(|last| *id <= last), *id));
        }
    }
    let count = match ringing {
        Ringing::LongestIdle | Ringing::RoundRobin => 1,
        Ringing::AllAtOnce => agents.len(),
    };
    agents.into_iter().take(count).map(|(id, _)| id.clone()).collect()
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
        .filter(|conversation| is_queued(conversation) && conversation.team.as_ref() == Some(team))
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

fn need(draft: &Draft<'_>, conversation: &Conversation) -> Option<Need> {
    let id = conversation.id;
    let could_ring = match conversation.offer.as_ref().map(|offer| (&offer.target, offer)) {
        None | Some((Target::Agent(_), _)) => false,
        Some((Target::Team(team), offer)) => offer.candidates.is_empty() || rings_all(draft, team),
    };
    match (&conversation.care, &conversation.offer) {
        (Care::Attended { .. }, Some(_)) if could_ring => Some(Need::Invitation(id)),
        (Care::Queued(queued), offer)
            if can_be_rung_for(conversation) && (offer.is_none() || could_ring) =>
        {
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
    let mut needs: Vec<_> = draft.conversations().filter_map(|call| need(draft, call)).collect();
    needs.sort_unstable();
    for need in needs {
        match need {
            Need::Invitation(id) => {
                ring::ring_next(draft, id);
            }
            Need::AtHead(id) | Need::Arrived(id) => ring_waiting(draft, id),
        }
    }
}

fn ring_waiting(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    if conversation.offer.is_some() {
        ring::ring_next(draft, id);
        return;
    }
    let Care::Queued(Queued { tried, .. }) = &conversation.care else { return };
    let Some(team) = conversation.team.clone() else { return };
    let untried = |id: &AgentId, agent: &Agent| is_untried(tried, id, agent);
    if choose(draft, &team, untried).is_empty() {
        return;
    }
    let note = conversation.note.clone();
    draft.push(Event::OfferOpened {
        conversation: id,
        offer: draft.next_offer(),
        origin: Origin::Queue,
        target: Target::Team(team),
        note,
        expires_at: None,
    });
    ring::ring_next(draft, id);
}

/// The candidate for a waiting call failed: the next one, or the round is over.
pub(crate) fn next(draft: &mut Draft<'_>, id: ConversationId) {
    if can_be_rung_for(draft.known(id)) && ring::ring_next(draft, id) {
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
