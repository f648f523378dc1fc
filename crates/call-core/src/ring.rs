//! Ringing a candidate: accept, decline, no answer, gone; and who is next.

use std::time::Duration;

use crate::access;
use crate::agent::{Agent, AwayReason, Part, Status};
use crate::chat;
use crate::command::HoldWhen;
use crate::conversation::{Care, Conversation, Medium};
use crate::draft::Draft;
use crate::event::{Event, StatusSource};
use crate::hand_over;
use crate::hold::{self, HoldCause};
use crate::id::{AgentId, ConversationId, OfferId, PersonId, Target};
use crate::invite;
use crate::listener;
use crate::offer::{CandidateFailure, Offer, OfferEnd, Origin, Stage};
use crate::queue::{self, QueueKey};
use crate::refusal::Refusal;
use crate::route;
use crate::time::Time;

/// Rings an agent for the open offer.
pub(crate) fn ring(draft: &mut Draft<'_>, id: ConversationId, agent: &AgentId, until: Time) {
    let offer = offer_id(draft, id);
    let candidate = agent.clone();
    draft.push(Event::CandidateRung { conversation: id, offer, candidate, until });
}

/// How long one candidate is rung: who may read before deciding has longer.
pub(crate) fn span(draft: &Draft<'_>, id: ConversationId) -> Duration {
    let offer = draft.known(id).offer.as_ref();
    match offer.map(|offer| &offer.origin) {
        Some(Origin::Transfer { .. }) => draft.timers().chat_offer,
        Some(Origin::Queue | Origin::Invite { .. } | Origin::Recall | Origin::Listen { .. })
        | None => draft.timers().ring,
    }
}

fn offer_id(draft: &Draft<'_>, id: ConversationId) -> OfferId {
    let offer = draft.known(id).offer.as_ref();
    offer.map(|offer| offer.id).expect("only an open offer rings, fails or is accepted")
}

/// The conversations that ring at an agent, and how far each got.
pub(crate) fn alerts(draft: &Draft<'_>, agent: &AgentId) -> Vec<(ConversationId, Stage)> {
    let places = draft.agent(agent).into_iter().flat_map(Agent::places);
    let rung = places.filter(|(_, part)| *part == Part::Rung);
    let stage = |(id, _)| {
        let candidate = draft.conversation(id)?.offer.as_ref()?.candidates.get(agent)?;
        Some((id, candidate.stage))
    };
    rung.filter_map(stage).collect()
}

/// Whether `by` may answer the open offer: it must be one of those being rung.
pub(crate) fn may_answer(conversation: &Conversation, by: &PersonId) -> Result<Stage, Refusal> {
    let agent = access::agent(by)?;
    let offer = conversation.offer.as_ref();
    let candidate = offer.and_then(|offer| offer.candidates.get(agent));
    candidate.map(|candidate| candidate.stage).ok_or(Refusal::NoOffer)
}

/// Joins when the leg is up; otherwise that has a moment to happen.
pub(crate) fn accept(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let stage = may_answer(access::live(draft, id, by)?, by)?;
    let agent = access::agent(by)?;
    if draft.agent(agent).is_some_and(|agent| agent.leg) {
        seat(draft, id, agent);
        return Ok(());
    }
    match stage {
        // Said twice: the first time counts.
        Stage::Joining { .. } => {}
        Stage::Ringing { .. } | Stage::Unreachable { .. } => {
            let until = draft.now() + draft.timers().join;
            let candidate = agent.clone();
            draft.push(Event::CandidateJoining { conversation: id, candidate, until });
        }
    }
    Ok(())
}

pub(crate) fn decline(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    text: Option<&str>,
) -> Result<(), Refusal> {
    may_answer(access::live(draft, id, by)?, by)?;
    invite::check_text(text)?;
    candidate_failed(draft, id, access::agent(by)?, CandidateFailure::Declined, text);
    Ok(())
}

/// The candidate gets its seat, and holds become what the offer said. Nothing rings any more at
/// the others.
pub(crate) fn seat(draft: &mut Draft<'_>, id: ConversationId, agent: &AgentId) {
    let conversation = draft.known(id);
    let Some(offer) = conversation.offer.clone() else { return };
    if !offer.is_for_a_seat() {
        listener::join(draft, id, offer.id, agent);
        return;
    }
    let agents_in = conversation.agents_in().next().is_some();
    let orphaned = matches!(&conversation.care, Care::Attended { .. })
        && conversation.agent_seats().next().is_none();
    let name = draft.agent(agent).map_or_else(String::new, |agent| agent.name.clone());
    draft.push(Event::OfferAccepted {
        conversation: id,
        offer: offer.id,
        agent: agent.clone(),
        name,
        rescinded: offer.candidates.keys().filter(|other| *other != agent).cloned().collect(),
    });
    if agents_in {
        hold_on_answer(draft, id, &offer);
    } else {
        // Nobody else is there: whoever answers talks with the customer at once.
        hold::lift_all(draft, id);
    }
    if orphaned {
        draft.push(Event::OwnerChanged { conversation: id, owner: agent.clone() });
    }
    if let Origin::Transfer { initiator } = &offer.origin {
        hand_over::give_away(draft, id, initiator, agent);
    }
    chat::answered(draft, id);
}

fn hold_on_answer(draft: &mut Draft<'_>, id: ConversationId, offer: &Offer) {
    let Origin::Invite { initiator, hold, on_failure } = &offer.origin else { return };
    match hold {
        // Who was put on hold at once may have been taken off it since.
        HoldWhen::OnAnswer | HoldWhen::Now => {}
        HoldWhen::Never => return,
    }
    if let Some(customer) = hold::free_customer(draft.known(id)) {
        let by = initiator.clone().into();
        let cause = HoldCause::Consult { on_failure: *on_failure };
        hold::place(draft, id, &customer, &by, cause);
    }
}

/// The candidate's leg is up.
pub(crate) fn candidate_up(draft: &mut Draft<'_>, agent: &AgentId) {
    for (id, stage) in alerts(draft, agent) {
        match stage {
            Stage::Ringing { .. } => {}
            Stage::Unreachable { .. } => {
                let candidate = agent.clone();
                draft.push(Event::CandidateReachable { conversation: id, candidate });
            }
            Stage::Joining { .. } => seat(draft, id, agent),
        }
    }
}

/// The candidate's leg is lost while it rings: it has a moment to come back.
pub(crate) fn candidate_down(draft: &mut Draft<'_>, agent: &AgentId) {
    for (id, stage) in alerts(draft, agent) {
        match stage {
            Stage::Ringing { until } => {
                // Nobody is waited for longer than it would have rung.
                let until = until.min(draft.now() + draft.timers().join);
                let candidate = agent.clone();
                draft.push(Event::CandidateUnreachable { conversation: id, candidate, until });
            }
            Stage::Unreachable { .. } | Stage::Joining { .. } => {}
        }
    }
}

/// The candidate's page is gone: it cannot answer.
pub(crate) fn candidate_gone(draft: &mut Draft<'_>, agent: &AgentId) {
    for (id, _) in alerts(draft, agent) {
        candidate_failed(draft, id, agent, CandidateFailure::TargetLost, None);
    }
}

/// A candidate did not take the offer: the next of the team is rung, or it ends, unless others
/// are ringing.
pub(crate) fn candidate_failed(
    draft: &mut Draft<'_>,
    id: ConversationId,
    agent: &AgentId,
    failure: CandidateFailure,
    text: Option<&str>,
) {
    draft.push(Event::CandidateFailed {
        conversation: id,
        offer: offer_id(draft, id),
        candidate: agent.clone(),
        failure,
        text: text.map(str::to_owned),
    });
    set_away_when_missing(draft, draft.known(id).medium, agent, failure);
    let offer = draft.known(id).offer.clone().filter(|offer| offer.candidates.is_empty());
    let Some(offer) = offer else { return };
    match &offer.origin {
        Origin::Queue => route::next(draft, id),
        Origin::Invite { .. } | Origin::Transfer { .. } => {
            next_of_team(draft, id, &offer, failure, text);
        }
        Origin::Recall => {
            invite::close(draft, id, failure.into(), text);
            hand_over::recall_failed(draft, id, failure);
        }
        Origin::Listen { .. } => invite::close(draft, id, failure.into(), text),
    }
}

/// Unanswered offers in a row: nobody is at that desk.
fn set_away_when_missing(
    draft: &mut Draft<'_>,
    medium: Medium,
    id: &AgentId,
    failure: CandidateFailure,
) {
    let Some(line) = draft.agent(id).map(|agent| agent.line(medium)) else { return };
    let is_too_many = line.missed >= draft.settings().missed_limit;
    if failure == CandidateFailure::NoAnswer && is_too_many && line.status == Status::Present {
        draft.push(Event::StatusChanged {
            agent: id.clone(),
            medium: Some(medium),
            status: Status::Away { reason: AwayReason::Missed },
            source: StatusSource::MissedOffers,
        });
        // Who is away is not rung: not for the other chats either that ring there.
        for (other, stage) in alerts(draft, id) {
            let rings = match stage {
                Stage::Ringing { .. } | Stage::Unreachable { .. } => true,
                Stage::Joining { .. } => false,
            };
            if rings && draft.known(other).medium == medium {
                candidate_failed(draft, other, id, CandidateFailure::NoAnswer, None);
            }
        }
    }
}

fn next_of_team(
    draft: &mut Draft<'_>,
    id: ConversationId,
    offer: &Offer,
    failure: CandidateFailure,
    text: Option<&str>,
) {
    // Its time may have run out while somebody had a moment to join.
    let is_over = offer.expires_at.is_some_and(|at| at <= draft.now());
    if !is_over && ring_next(draft, id) {
        return;
    }
    let waits = match offer.target {
        Target::Agent(_) | Target::Team(_) if is_over => false,
        Target::Agent(_) | Target::Team(_) => invite::waits(draft, &offer.target),
        // In its queue it waits anyway, once nobody is in.
        Target::Queue(_) => draft.known(id).agent_seats().next().is_some(),
    };
    if !waits {
        invite::fail(draft, id, OfferEnd::from(failure), text);
    }
}

/// Rings whoever is next for the open offer; whether anybody is rung for it then.
pub(crate) fn ring_next(draft: &mut Draft<'_>, id: ConversationId) -> bool {
    let conversation = draft.known(id);
    let next = conversation.offer.as_ref().map(|offer| next_candidates(draft, conversation, offer));
    let until = draft.now() + span(draft, id);
    for agent in next.into_iter().flatten() {
        ring(draft, id, &agent, until);
    }
    draft.known(id).candidates().next().is_some()
}

/// Those of the invited team who are to be rung beside those who are: not the initiator, and
/// nobody twice unless it became free again since.
fn next_candidates(draft: &Draft<'_>, conversation: &Conversation, offer: &Offer) -> Vec<AgentId> {
    let Some(team) = offer.target.team() else { return Vec::new() };
    let preferred = queue::preferred(conversation);
    let is_asked = preferred.is_some_and(|id| offer.candidates.contains_key(id));
    let one_rings = !offer.candidates.is_empty() && !route::rings_all(draft, team);
    if is_asked || one_rings || route::waits_to_be_pulled(draft, offer) {
        return Vec::new();
    }
    let medium = conversation.medium;
    let queue = QueueKey::new(team, medium);
    let is_eligible = |id: &AgentId, agent: &Agent| {
        // Who chats has room for others beside what it is in or rung for.
        let is_here = conversation.has_seat(id) || offer.candidates.contains_key(id);
        let is_asked = Some(id) != offer.initiator() && !is_here;
        is_asked && route::is_untried(&offer.tried, medium, (id, agent))
    };
    let known = preferred.filter(|id| {
        let mut free = draft.free(&queue).filter(|(free, _)| free == id);
        free.any(|(id, agent)| is_eligible(id, agent))
    });
    known.map_or_else(|| route::choose(draft, &queue, is_eligible), |known| vec![known.clone()])
}
