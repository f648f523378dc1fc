//! Routing: who is rung for whatever waits.

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::Agent;
use crate::conversation::{Care, Conversation, Medium, Queued};
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{AgentId, ConversationId, Target, TeamId};
use crate::invite;
use crate::offer::{Offer, OfferEnd, Origin};
use crate::overflow;
use crate::queue::{self, QueueKey, Rank};
use crate::ring;
use crate::settings::{Delivery, Ringing};
use crate::time::Time;

/// Whether a team rings all of its agents at once.
pub(crate) fn rings_all(draft: &Draft<'_>, team: &TeamId) -> bool {
    draft.settings().teams.get(team).is_some_and(|team| team.ringing == Ringing::AllAtOnce)
}

/// Whether a team's agents fetch what waits in its queue themselves.
fn is_pulled(draft: &Draft<'_>, team: &TeamId) -> bool {
    draft.settings().teams.get(team).is_some_and(|team| team.delivery == Delivery::Pull)
}

/// Whether nobody is rung for an offer because it waits in a queue that agents pull from.
pub(crate) fn waits_to_be_pulled(draft: &Draft<'_>, offer: &Offer) -> bool {
    match (&offer.target, &offer.origin) {
        (Target::Queue(team), _) | (Target::Team(team), Origin::Queue) => is_pulled(draft, team),
        (
            Target::Team(_) | Target::Agent(_),
            Origin::Invite { .. }
            | Origin::Transfer { .. }
            | Origin::Recall
            | Origin::Listen { .. },
        )
        | (Target::Agent(_), Origin::Queue) => false,
    }
}

/// Whom of a team to ring, of those who can be: the longest idle, who is next, or all.
pub(crate) fn choose(
    draft: &Draft<'_>,
    queue: &QueueKey,
    is_eligible: impl Fn(&AgentId, &Agent) -> bool,
) -> Vec<AgentId> {
    let QueueKey { team, medium } = queue;
    let agents = draft.free(queue).filter(|(id, agent)| is_eligible(id, agent));
    // Of those who chat, who has the least to do comes first.
    let idle = |(id, agent): &(&AgentId, &Agent)| {
        let line = agent.line(*medium);
        (line.engaged(), line.idle_since, (*id).clone())
    };
    let ringing = draft.settings().teams.get(team).map(|team| team.ringing).unwrap_or_default();
    let chosen: Vec<_> = match ringing {
        Ringing::LongestIdle => agents.min_by_key(idle).into_iter().collect(),
        Ringing::RoundRobin => {
            let learnt = draft.learnt(team).map(|team| team.on(*medium));
            let last = learnt.and_then(|learnt| learnt.last_rung.as_ref());
            let turn = |id: &AgentId| last.is_some_and(|last| id <= last);
            agents.min_by_key(|(id, _)| (turn(id), *id)).into_iter().collect()
        }
        Ringing::AllAtOnce => {
            let mut all: Vec<_> = agents.collect();
            all.sort_by_key(idle);
            all
        }
    };
    chosen.into_iter().map(|(id, _)| id.clone()).collect()
}

/// Whether an agent was not rung in this round, or has become free again since.
pub(crate) fn is_untried(
    tried: &BTreeMap<AgentId, Time>,
    medium: Medium,
    (id, agent): (&AgentId, &Agent),
) -> bool {
    tried.get(id).is_none_or(|ended| agent.line(medium).idle_since > *ended)
}

/// Something that could ring if somebody were free, in the order of being served.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// An invitation that waits: its customer is being cared for.
    Invitation(ConversationId),
    /// A place in a queue.
    Place(Rank),
}

fn need(draft: &Draft<'_>, conversation: &Conversation) -> Option<Need> {
    let rings_on = |offer: &Offer| {
        let several = offer.target.team().is_some_and(|team| rings_all(draft, team));
        (offer.candidates.is_empty() || several) && !waits_to_be_pulled(draft, offer)
    };
    if !conversation.offer.as_ref().is_none_or(rings_on) {
        return None;
    }
    match (&conversation.care, &conversation.offer) {
        (Care::Queued(_), _) => {
            let pulled = conversation.team.as_ref().is_some_and(|team| is_pulled(draft, team));
            let rung_for = queue::can_be_rung_for(conversation) && !pulled;
            queue::rank(conversation).filter(|_| rung_for).map(|(_, rank)| Need::Place(rank))
        }
        (Care::Attended { .. }, Some(offer)) => match &offer.target {
            Target::Agent(_) => None,
            Target::Team(_) => Some(Need::Invitation(conversation.id)),
            Target::Queue(_) => queue::rank(conversation).map(|(_, rank)| Need::Place(rank)),
        },
        (Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_), _) => None,
    }
}

/// Rings whoever is free for whatever waits.
pub(crate) fn route(draft: &mut Draft<'_>) {
    for need in needs(draft) {
        let (Need::Invitation(id) | Need::Place(Rank { id, .. })) = need;
        if draft.known(id).offer.is_some() {
            ring::ring_next(draft, id);
        } else {
            ring_waiting(draft, id);
        }
    }
}

/// What waits for somebody of a team who is free, in the order of being served.
fn needs(draft: &Draft<'_>) -> BTreeSet<Need> {
    let answered = draft.served_queues();
    if answered.is_empty() {
        return BTreeSet::new();
    }
    let queues = draft.queues();
    let is_served = |queue: &&QueueKey| answered.contains(*queue) && !is_pulled(draft, &queue.team);
    let served = queues.iter().filter(is_served);
    let waiting = served.flat_map(|queue| draft.queue(queue)).map(|rank| rank.id);
    let calls = waiting.chain(draft.invitations());
    calls.filter_map(|id| need(draft, draft.known(id))).collect()
}

fn ring_waiting(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let Care::Queued(Queued { tried, .. }) = &conversation.care else { return };
    let Some(team) = &conversation.team else { return };
    let medium = conversation.medium;
    let untried = |id: &AgentId, agent: &Agent| is_untried(tried, medium, (id, agent));
    if !choose(draft, &QueueKey::new(team, medium), untried).is_empty() {
        open(draft, id);
        ring::ring_next(draft, id);
    }
}

/// Opens the offer of a waiting call to its team.
pub(crate) fn open(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let Some(team) = conversation.team.clone() else { return };
    draft.push(Event::OfferOpened {
        conversation: id,
        offer: draft.next_offer(),
        origin: Origin::Queue,
        target: Target::Team(team),
        note: conversation.note.clone(),
        expires_at: None,
    });
}

/// The candidates for a waiting call failed: the next ones, or the round is over.
pub(crate) fn next(draft: &mut Draft<'_>, id: ConversationId) {
    let here = queue::can_be_rung_for(draft.known(id));
    if here && !overflow::is_due(draft, id) && ring::ring_next(draft, id) {
        return;
    }
    invite::close(draft, id, OfferEnd::NobodyAvailable, None);
    let retry_at = draft.now() + draft.timers().round_pause;
    draft.push(Event::RoundEnded { conversation: id, retry_at });
    if overflow::is_due(draft, id) {
        overflow::waited_long(draft, id);
    }
}

/// Who was rung in vain may be rung again.
pub(crate) fn restart_round(draft: &mut Draft<'_>, id: ConversationId) {
    draft.push(Event::RoundRestarted { conversation: id });
}
