//! News for one person: what happened, beside how things stand.

use serde::{Deserialize, Serialize};

use crate::call_offer::CallOfferEnd;
use crate::conversation::{Conversation, EndReason, Medium, Phase};
use crate::event::{Departure, Event, Recorded, StatusSource, Unmuted};
use crate::id::{AgentId, ConversationId, OfferId, PersonId, Target};
use crate::news;
use crate::observer::{ObserverMode, ObservingEnd};
use crate::offer::{CandidateFailure, Offer, OfferEnd};
use crate::participant::Mute;
use crate::world::World;

/// Why an alert went away, without the candidate's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Rescinded {
    /// It rang long enough.
    NoAnswer,
    /// The candidate's leg did not come up in time.
    TargetLost,
    /// It was withdrawn.
    Cancelled,
    /// The customer left.
    CustomerLeft,
    /// The initiator left, and the conversation went to a queue.
    InitiatorLeft,
    /// Somebody else took it.
    Answered,
}

/// How a participant's seat was lost, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LeftHow {
    /// By its own command.
    Left,
    /// By another agent's.
    Removed,
    /// Its grace ran out.
    Lost,
}

impl From<&Departure> for LeftHow {
    fn from(departure: &Departure) -> Self {
        match departure {
            Departure::Left => Self::Left,
            Departure::Removed { .. } => Self::Removed,
            Departure::Lost => Self::Lost,
        }
    }
}

/// News for one person; tagged by `kind` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "the fields are the nouns of the news, named as everywhere")]
pub enum Notice {
    /// To the agents, and to who invited: the invitation ended without being taken.
    OfferEnded {
        conversation: ConversationId,
        offer: OfferId,
        target: Target,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        candidates: Vec<PersonId>,
        reason: OfferEnd,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// To the agents, and to who invited: of a team or a queue, this one did not take it.
    CandidateFailed {
        conversation: ConversationId,
        offer: OfferId,
        target: Target,
        candidate: PersonId,
        reason: CandidateFailure,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// To a candidate: nothing rings any more.
    Rescinded {
        conversation: ConversationId,
        reason: Rescinded,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        winner: Option<PersonId>,
    },
    /// To the agents: the customer left for good.
    CustomerLeft { conversation: ConversationId, phase: Phase },
    /// To the agents: the customer's leg is gone, its seat is kept.
    CustomerLost { conversation: ConversationId },
    /// To the agents: the customer is back.
    CustomerBack { conversation: ConversationId },
    /// To everybody else in it: an agent joined.
    ParticipantJoined { conversation: ConversationId, participant: PersonId },
    /// To the agents, and to who left: an agent's seat is gone.
    ParticipantLeft { conversation: ConversationId, participant: PersonId, reason: LeftHow },
    /// To the agents: an agent's leg is gone, its seat is kept.
    ParticipantLost { conversation: ConversationId, participant: PersonId },
    /// To the agents: an agent is back.
    ParticipantBack { conversation: ConversationId, participant: PersonId },
    /// To who left while its invitation rang, and to the candidate.
    HandedOver { conversation: ConversationId },
    /// To an agent: its hand-over failed and rings again.
    Recalled { conversation: ConversationId },
    /// To the agents of a chat: its customer would rather write than talk.
    CallDeclined { conversation: ConversationId },
    /// To the agents of a chat: its customer said nothing to the call it was offered.
    CallNotAnswered { conversation: ConversationId },
    /// To the customer, and to who answered for it: waiting in a queue again.
    Requeued { conversation: ConversationId },
    /// To the customer: its place in the queue, and about how long it will be.
    QueuePosition {
        conversation: ConversationId,
        position: usize,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        estimated_wait_ms: Option<u64>,
    },
    /// To an agent: somebody removed it.
    Removed { conversation: ConversationId, by: PersonId },
    /// To the coached agent: somebody speaks into its ear.
    CoachStarted { conversation: ConversationId, by: PersonId },
    /// To that agent: nobody does any more.
    CoachStopped { conversation: ConversationId, by: PersonId },
    /// To the agents: another hears everything, to learn.
    ListenerJoined { conversation: ConversationId, participant: PersonId },
    /// To the agents: it is gone.
    ListenerLeft { conversation: ConversationId, participant: PersonId },
    /// To an observer: it observes no more, without its doing.
    ObservingEnded { conversation: ConversationId, end: ObservingEnd },
    /// To the agent whose place a supervisor took.
    TakenOver { conversation: ConversationId, by: PersonId },
    /// To the agent in whose name a supervisor transferred.
    TransferredOnBehalf { conversation: ConversationId, by: PersonId, target: Target },
    /// To a participant: a supervisor silences it, or does so no more.
    ForceMuted { conversation: ConversationId, muted: bool },
    /// To an agent: set away after unanswered offers, for this medium.
    MissedOffers { medium: Medium },
    /// To everybody in it: it is over.
    Ended { conversation: ConversationId, reason: EndReason },
}

/// The news in a recorded fact; `world_after` is the world with it applied.
pub fn notices(world_after: &World, recorded: &Recorded) -> Vec<(PersonId, Notice)> {
    let event = &recorded.event;
    if let Event::StatusChanged { agent, medium, source: StatusSource::MissedOffers, .. } = event {
        // A journal of before there were chats names none.
        let medium = medium.unwrap_or(Medium::Voice);
        return vec![(agent.clone().into(), Notice::MissedOffers { medium })];
    }
    let conversation = event.conversation().and_then(|id| world_after.conversation(id));
    conversation.map(|conversation| in_conversation(conversation, event)).unwrap_or_default()
}

#[expect(clippy::too_many_lines, reason = "one line per event")]
fn in_conversation(conversation: &Conversation, event: &Event) -> Vec<(PersonId, Notice)> {
    let id = conversation.id;
    match event {
        Event::OfferEnded { .. } => offer_ended(conversation, event),
        Event::CandidateFailed { candidate, failure, text, .. } => {
            let told = candidate_failed(conversation, candidate, *failure, text.as_ref());
            alert_over(id, candidate, *failure).into_iter().chain(told).collect()
        }
        Event::OfferAccepted { agent, rescinded, .. } => {
            let mut news = joined(conversation, agent);
            news.extend(rescinded.iter().map(|loser| lost_to(id, loser, agent)));
            news
        }
        Event::ParticipantLost { participant, .. } => lost(conversation, participant),
        Event::ParticipantBack { participant, .. } => back(conversation, participant),
        Event::ParticipantLeft { participant, departure, phase, .. } => {
            left(conversation, participant, departure, *phase)
        }
        Event::HandedOver { by, .. } => {
            let told = std::iter::once(by).chain(conversation.candidates());
            let notice = Notice::HandedOver { conversation: id };
            told.map(|agent| (agent.clone().into(), notice.clone())).collect()
        }
        Event::RecallStarted { agent, .. } => {
            vec![(agent.clone().into(), Notice::Recalled { conversation: id })]
        }
        Event::Requeued { from, .. } => {
            let notice = Notice::Requeued { conversation: id };
            let told = conversation.customer_id().into_iter().chain([from.clone().into()]);
            told.map(|person| (person, notice.clone())).collect()
        }
        Event::WaitAnnounced { position, estimated_wait_ms, .. } => {
            let (position, estimated_wait_ms) = (*position, *estimated_wait_ms);
            let told = Notice::QueuePosition { conversation: id, position, estimated_wait_ms };
            conversation.customer_id().map(|customer| (customer, told)).into_iter().collect()
        }
        Event::ConversationEnded { reason, .. } => {
            let notice = Notice::Ended { conversation: id, reason: *reason };
            let observers = conversation.observers.keys().cloned().map(PersonId::Agent);
            let mut news = to_everybody(conversation, &notice);
            news.extend(observers.map(|observer| (observer, notice.clone())));
            news
        }
        Event::ObservingStarted { agent, mode, .. } => {
            news::observing_started(conversation, agent, mode)
        }
        Event::ListenerJoined { agent, .. } => {
            news::observing_started(conversation, agent, &ObserverMode::Listener)
        }
        Event::ObserverModeChanged { agent, was, mode, .. } => {
            news::mode_changed(conversation, agent, (was, mode))
        }
        Event::ObservingStopped { agent, mode, end, .. } => {
            news::observing_stopped(conversation, agent, mode, end)
        }
        Event::SupervisorBarged { agent, coached, .. } => {
            let mut news = news::coached_no_more(id, coached.as_ref(), agent);
            news.extend(joined(conversation, agent));
            news
        }
        Event::TakenOver { by, from, rescinded, coached, .. } => {
            let mut news = news::coached_no_more(id, coached.as_ref(), by);
            news.extend(news::taken_over(conversation, by, from.as_ref(), rescinded));
            news
        }
        Event::TransferredOnBehalf { by, agent, target, .. } => {
            let (by, target) = (by.clone().into(), target.clone());
            let notice = Notice::TransferredOnBehalf { conversation: id, by, target };
            vec![(agent.clone().into(), notice)]
        }
        Event::ParticipantMuted { participant, muted: Mute::Forced { .. }, .. } => {
            news::forced(conversation, participant, true)
        }
        Event::ParticipantUnmuted {
            participant,
            why: Unmuted::Forced { .. } | Unmuted::SupervisorGone,
            ..
        } => news::forced(conversation, participant, false),
        Event::CallOfferEnded { end, .. } => match end {
            CallOfferEnd::Declined => {
                to_agents(conversation, &Notice::CallDeclined { conversation: id })
            }
            CallOfferEnd::NotAnswered => {
                to_agents(conversation, &Notice::CallNotAnswered { conversation: id })
            }
            CallOfferEnd::Withdrawn | CallOfferEnd::Calling => Vec::new(),
        },
        Event::AgentSignedIn { .. }
        | Event::AgentReturned { .. }
        | Event::AgentChanged { .. }
        | Event::AgentRemoved { .. }
        | Event::AgentSessionClosed { .. }
        | Event::AgentSignedOut { .. }
        | Event::StatusChanged { .. }
        | Event::WrapUpStarted { .. }
        | Event::WrapUpExtended { .. }
        | Event::WrapUpEnded { .. }
        | Event::CustomerArrived { .. }
        | Event::CustomerSessionClosed { .. }
        | Event::LegConnected { .. }
        | Event::LegDisconnected { .. }
        | Event::ServerRestarted { .. }
        | Event::ConversationStarted { .. }
        | Event::InternalCallStarted { .. }
        | Event::OfferOpened { .. }
        | Event::CandidateRung { .. }
        | Event::CandidateUnreachable { .. }
        | Event::CandidateReachable { .. }
        | Event::CandidateJoining { .. }
        | Event::RoundEnded { .. }
        | Event::RoundRestarted { .. }
        | Event::HoldPlaced { .. }
        | Event::HoldLifted { .. }
        | Event::ParticipantMuted { .. }
        | Event::ParticipantUnmuted { .. }
        | Event::ObserverLost { .. }
        | Event::ObserverBack { .. }
        | Event::SupervisorLeft { .. }
        | Event::OwnerChanged { .. }
        | Event::RecallPaused { .. }
        | Event::MessageSent { .. }
        | Event::IdleSet { .. }
        | Event::CallOffered { .. }
        | Event::Reopened { .. }
        | Event::Marked { .. }
        | Event::Overflowed { .. }
        | Event::ConversationForgotten { .. } => Vec::new(),
    }
}

fn offer_ended(conversation: &Conversation, event: &Event) -> Vec<(PersonId, Notice)> {
    let Event::OfferEnded { offer, initiator, target, candidates, end, text, .. } = event else {
        return Vec::new();
    };
    let id = conversation.id;
    let candidates: Vec<_> = candidates.iter().cloned().map(PersonId::Agent).collect();
    let alerts: Vec<_> = candidates.iter().map(|who| rescinded(id, who, *end)).collect();
    let notice = Notice::OfferEnded {
        conversation: id,
        offer: *offer,
        target: target.clone(),
        candidates,
        reason: *end,
        text: text.clone(),
    };
    // Who left by its own command knows.
    let initiator = initiator.as_ref().filter(|_| *end != OfferEnd::InitiatorLeft);
    alerts.into_iter().chain(to_inviting(conversation, initiator, &notice)).collect()
}

/// Of several who are rung for an invitation, each who does not take it is told of; of one, the
/// end of the invitation says it.
fn candidate_failed(
    conversation: &Conversation,
    candidate: &AgentId,
    reason: CandidateFailure,
    text: Option<&String>,
) -> Vec<(PersonId, Notice)> {
    let invited = |offer: &&Offer| match offer.target {
        Target::Team(_) | Target::Queue(_) => true,
        Target::Agent(_) => false,
    };
    let Some(offer) = conversation.offer.as_ref().filter(invited) else { return Vec::new() };
    let notice = Notice::CandidateFailed {
        conversation: conversation.id,
        offer: offer.id,
        target: offer.target.clone(),
        candidate: candidate.clone().into(),
        reason,
        text: text.cloned(),
    };
    to_inviting(conversation, offer.initiator(), &notice)
}

/// What becomes of an invitation is for the agents, and for who made it, also after it has left.
fn to_inviting(
    conversation: &Conversation,
    initiator: Option<&AgentId>,
    notice: &Notice,
) -> Vec<(PersonId, Notice)> {
    let Some(initiator) = initiator else { return Vec::new() };
    let mut told = to_agents(conversation, notice);
    if !conversation.has_seat(initiator) {
        told.push((initiator.clone().into(), notice.clone()));
    }
    told
}

pub(crate) fn joined(conversation: &Conversation, agent: &AgentId) -> Vec<(PersonId, Notice)> {
    let participant = PersonId::Agent(agent.clone());
    let notice = Notice::ParticipantJoined { conversation: conversation.id, participant };
    let all = to_everybody(conversation, &notice);
    all.into_iter().filter(|(person, _)| person.as_agent() != Some(agent)).collect()
}

fn to_everybody(conversation: &Conversation, notice: &Notice) -> Vec<(PersonId, Notice)> {
    conversation.participants.keys().map(|person| (person.clone(), notice.clone())).collect()
}

pub(crate) fn to_agents(conversation: &Conversation, notice: &Notice) -> Vec<(PersonId, Notice)> {
    let agents = conversation.agent_seats().map(|(agent, _)| agent.clone().into());
    agents.map(|agent| (agent, notice.clone())).collect()
}

fn to_other_agents(
    conversation: &Conversation,
    person: &PersonId,
    notice: &Notice,
) -> Vec<(PersonId, Notice)> {
    let agents = to_agents(conversation, notice);
    agents.into_iter().filter(|(agent, _)| agent != person).collect()
}

fn rescinded(
    conversation: ConversationId,
    candidate: &PersonId,
    end: OfferEnd,
) -> (PersonId, Notice) {
    let reason = match end {
        OfferEnd::Cancelled => Rescinded::Cancelled,
        OfferEnd::CustomerLeft => Rescinded::CustomerLeft,
        OfferEnd::InitiatorLeft => Rescinded::InitiatorLeft,
        OfferEnd::TargetLost => Rescinded::TargetLost,
        OfferEnd::Declined | OfferEnd::NoAnswer | OfferEnd::NobodyAvailable => Rescinded::NoAnswer,
    };
    (candidate.clone(), Notice::Rescinded { conversation, reason, winner: None })
}

/// Somebody else took what rang at this one.
fn lost_to(conversation: ConversationId, loser: &AgentId, winner: &AgentId) -> (PersonId, Notice) {
    let (reason, winner) = (Rescinded::Answered, Some(winner.clone().into()));
    (loser.clone().into(), Notice::Rescinded { conversation, reason, winner })
}

/// What a candidate is told whose alert ends without an answer of its own.
fn alert_over(
    conversation: ConversationId,
    candidate: &AgentId,
    failure: CandidateFailure,
) -> Option<(PersonId, Notice)> {
    let reason = match failure {
        CandidateFailure::Declined => return None,
        CandidateFailure::NoAnswer => Rescinded::NoAnswer,
        CandidateFailure::TargetLost => Rescinded::TargetLost,
    };
    let notice = Notice::Rescinded { conversation, reason, winner: None };
    Some((candidate.clone().into(), notice))
}

fn lost(conversation: &Conversation, person: &PersonId) -> Vec<(PersonId, Notice)> {
    let id = conversation.id;
    let participant = person.clone();
    let notice = match person {
        PersonId::Customer(_) => Notice::CustomerLost { conversation: id },
        PersonId::Agent(_) => Notice::ParticipantLost { conversation: id, participant },
    };
    to_other_agents(conversation, person, &notice)
}

fn back(conversation: &Conversation, person: &PersonId) -> Vec<(PersonId, Notice)> {
    let id = conversation.id;
    let participant = person.clone();
    let notice = match person {
        PersonId::Customer(_) => Notice::CustomerBack { conversation: id },
        PersonId::Agent(_) => Notice::ParticipantBack { conversation: id, participant },
    };
    to_other_agents(conversation, person, &notice)
}

fn left(
    conversation: &Conversation,
    person: &PersonId,
    departure: &Departure,
    phase: Phase,
) -> Vec<(PersonId, Notice)> {
    let id = conversation.id;
    let mut news = match person {
        PersonId::Customer(_) => {
            let over = Notice::Ended { conversation: id, reason: EndReason::CustomerLeft };
            let mut news =
                to_agents(conversation, &Notice::CustomerLeft { conversation: id, phase });
            news.push((person.clone(), over));
            news
        }
        PersonId::Agent(_) => {
            let (participant, reason) = (person.clone(), departure.into());
            let notice = Notice::ParticipantLeft { conversation: id, participant, reason };
            let mut news = to_agents(conversation, &notice);
            news.push((person.clone(), notice));
            news
        }
    };
    if let Departure::Removed { by } = departure {
        news.push((person.clone(), Notice::Removed { conversation: id, by: by.clone() }));
    }
    news
}
