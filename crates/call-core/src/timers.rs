//! The one table of deadlines, and what happens when each is due.

use serde::{Deserialize, Serialize};

use crate::agent::{Agent, Session};
use crate::call_offer;
use crate::chat;
use crate::conversation::{Care, Conversation};
use crate::draft::Draft;
use crate::event::{Event, WrapUpEnd};
use crate::hand_over;
use crate::id::{AgentId, ConversationId, PersonId};
use crate::index;
use crate::invite;
use crate::observer::{self, ObservingEnd};
use crate::offer::{CandidateFailure, Offer, Stage};
use crate::overflow;
use crate::participant::Presence;
use crate::presence;
use crate::ring;
use crate::route;
use crate::session;
use crate::settings::Settings;
use crate::time::Time;
use crate::world::World;
use crate::wrap_up;

/// Why something happens by itself; of those due at the same time, in this order.
///
/// | deadline | span of [`crate::Timers`] | what happens |
/// |---|---|---|
/// | `OfferOver` | `team_offer` | the invitation to a team ends |
/// | `RingOver` | `ring`, `recall_ring`, `chat_offer` | no answer: the next candidate |
/// | `CandidateGone` | `join` | the candidate's leg did not come back: the next |
/// | `JoinOver` | `join` | accepted, but its leg did not come up: the next |
/// | `RecallDue` | `recall_pause` | the initiator is rung once more |
/// | `CustomerGraceOver` | `customer_grace`, `queue_grace`, `chat_customer_grace` | it has left |
/// | `SeatGraceOver` | `seat_grace`, `chat_seat_grace` | the agent has left |
/// | `ObserverGraceOver` | `lease` | the observer is gone |
/// | `RoundDue` | `round_pause` | who was rung in vain may be rung again |
/// | `OverflowDue` | the team's `max_wait` | another team stands in |
/// | `WrapUpOver` | the team's `wrap_up`, `wrap_up_extension` | the agent is free |
/// | `LeaseOver` | `lease` | the agent is signed out |
/// | `CallOfferOver` | `chat_offer` | the customer of a chat is offered no call any more |
/// | `IdleOver` | `chat_idle` | the chat in which nobody writes is over |
/// | `ForgetDue` | `remember_ended`, `chat_reopen` | the ended conversation is forgotten |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the table above says it for each")]
pub enum DeadlineReason {
    OfferOver,
    RingOver,
    CandidateGone,
    JoinOver,
    RecallDue,
    CustomerGraceOver,
    SeatGraceOver,
    ObserverGraceOver,
    RoundDue,
    OverflowDue,
    WrapUpOver,
    LeaseOver,
    CallOfferOver,
    IdleOver,
    ForgetDue,
}

use DeadlineReason as R;

/// What a deadline is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Subject<'w> {
    Conversation(ConversationId),
    Candidate(ConversationId, &'w AgentId),
    Seat(ConversationId, &'w PersonId),
    Observer(ConversationId, &'w AgentId),
    Agent(&'w AgentId),
}

fn of_conversation<'w>(
    conversation: &'w Conversation,
    visit: &mut impl FnMut(Time, DeadlineReason, Subject<'w>),
) {
    let id = conversation.id;
    let whole = Subject::Conversation(id);
    match &conversation.care {
        Care::Queued(queued) => {
            if let Some(at) = queued.retry_at {
                visit(at, R::RoundDue, whole.clone());
            }
            // While it rings, nobody is sent on; when that ends, it is looked at again.
            if let Some(at) = queued.overflow_at.filter(|_| conversation.offer.is_none()) {
                visit(at, R::OverflowDue, whole.clone());
            }
        }
        Care::Recalling(recalling) => {
            if let Some(at) = recalling.pause_until {
                visit(at, R::RecallDue, whole.clone());
            }
        }
        Care::Attended { .. } => {
            if let Some(at) = conversation.chat.as_ref().and_then(|chat| chat.idle_until) {
                visit(at, R::IdleOver, whole.clone());
            }
        }
        // An ended conversation keeps its seats for the record; nothing happens in them.
        Care::Ended(ending) => return visit(ending.forget_at, R::ForgetDue, whole),
    }
    if let Some(offer) = conversation.call_offer() {
        visit(offer.until, R::CallOfferOver, whole.clone());
    }
    if let Some(at) = conversation.offer.as_ref().and_then(Offer::over_at) {
        visit(at, R::OfferOver, whole);
    }
    for (agent, candidate) in conversation.offer.iter().flat_map(|offer| &offer.candidates) {
        let (at, reason) = match candidate.stage {
            Stage::Ringing { until } => (until, R::RingOver),
            Stage::Unreachable { until, .. } => (until, R::CandidateGone),
            Stage::Joining { until } => (until, R::JoinOver),
        };
        visit(at, reason, Subject::Candidate(id, agent));
    }
    for (agent, observer) in &conversation.observers {
        if let Presence::Reconnecting { until, .. } = observer.presence {
            visit(until, R::ObserverGraceOver, Subject::Observer(id, agent));
        }
    }
    for (person, seat) in &conversation.participants {
        if let Presence::Reconnecting { until, .. } = seat.presence {
            let reason = match person {
                PersonId::Customer(_) => R::CustomerGraceOver,
                PersonId::Agent(_) => R::SeatGraceOver,
            };
            visit(until, reason, Subject::Seat(id, person));
        }
    }
}

fn of_agent<'w>(
    id: &'w AgentId,
    agent: &'w Agent,
    visit: &mut impl FnMut(Time, DeadlineReason, Subject<'w>),
) {
    if let Session::Closed { until } = agent.session {
        visit(until, R::LeaseOver, Subject::Agent(id));
    }
    if let Some(wrap_up) = &agent.wrap_up {
        visit(wrap_up.until, R::WrapUpOver, Subject::Agent(id));
    }
}

/// All deadlines of those who have one by a certain time.
fn of_those<'w>(
    world: &'w World,
    those: impl Iterator<Item = &'w index::Subject>,
    mut visit: impl FnMut(Time, DeadlineReason, Subject<'w>),
) {
    for subject in those {
        match subject {
            index::Subject::Conversation(id) => {
                world
                    .conversation(*id)
                    .into_iter()
                    .for_each(|call| of_conversation(call, &mut visit));
            }
            index::Subject::Agent(id) => {
                world.agent(id).into_iter().for_each(|agent| of_agent(id, agent, &mut visit));
            }
        }
    }
}

/// When a conversation's next deadline is.
pub(crate) fn first_of_conversation(conversation: &Conversation) -> Option<Time> {
    let mut first: Option<Time> = None;
    of_conversation(conversation, &mut |at, _, _| first = earliest(first, at));
    first
}

/// When an agent's next deadline is.
pub(crate) fn first_of_agent(id: &AgentId, agent: &Agent) -> Option<Time> {
    let mut first: Option<Time> = None;
    of_agent(id, agent, &mut |at, _, _| first = earliest(first, at));
    first
}

fn earliest<T: Ord>(known: Option<T>, other: T) -> Option<T> {
    known.into_iter().chain([other]).min()
}

/// The earliest deadline, and why.
///
/// Deadlines stand in the world as they were decided; settings do not move them.
pub fn next_deadline(world: &World, _settings: &Settings) -> Option<(Time, DeadlineReason)> {
    let mut next: Option<(Time, DeadlineReason)> = None;
    let first = world.index.first_due();
    of_those(world, first, |at, reason, _| next = earliest(next, (at, reason)));
    next
}

/// Fires whatever is due, in order of time.
pub(crate) fn fire(draft: &mut Draft<'_>) {
    let now = draft.now();
    let mut due = Vec::new();
    let base = draft.base();
    of_those(base, base.index.due_by(now), |at, reason, subject| {
        if at <= now {
            due.push((at, reason, subject));
        }
    });
    due.sort_unstable();
    for (_, reason, subject) in due {
        // What fired before may have settled it.
        if is_due(draft, reason, &subject) {
            fire_one(draft, reason, &subject);
        }
    }
}

fn is_due(draft: &Draft<'_>, reason: DeadlineReason, subject: &Subject<'_>) -> bool {
    let now = draft.now();
    let mut found = false;
    let mut visit = |at: Time, other: DeadlineReason, about: Subject<'_>| {
        found |= at <= now && other == reason && about == *subject;
    };
    match subject {
        Subject::Conversation(id)
        | Subject::Candidate(id, _)
        | Subject::Seat(id, _)
        | Subject::Observer(id, _) => {
            if let Some(conversation) = draft.conversation(*id) {
                of_conversation(conversation, &mut visit);
            }
        }
        Subject::Agent(id) => {
            if let Some(agent) = draft.agent(id) {
                of_agent(id, agent, &mut visit);
            }
        }
    }
    found
}

fn fire_one(draft: &mut Draft<'_>, reason: DeadlineReason, subject: &Subject<'_>) {
    match *subject {
        Subject::Conversation(id) => fire_conversation(draft, reason, id),
        Subject::Candidate(id, agent) => fire_candidate(draft, reason, id, agent),
        Subject::Seat(id, person) => presence::grace_over(draft, id, person),
        Subject::Observer(id, agent) => observer::stop(draft, id, agent, ObservingEnd::Lost),
        Subject::Agent(agent) => match reason {
            R::LeaseOver => session::sign_out(draft, agent),
            R::WrapUpOver => wrap_up::end(draft, agent, WrapUpEnd::Elapsed),
            // These are about a conversation.
            R::OfferOver
            | R::RingOver
            | R::CandidateGone
            | R::JoinOver
            | R::RecallDue
            | R::CustomerGraceOver
            | R::SeatGraceOver
            | R::ObserverGraceOver
            | R::RoundDue
            | R::OverflowDue
            | R::CallOfferOver
            | R::IdleOver
            | R::ForgetDue => {}
        },
    }
}

fn fire_candidate(
    draft: &mut Draft<'_>,
    reason: DeadlineReason,
    id: ConversationId,
    agent: &AgentId,
) {
    let failure = match reason {
        R::RingOver => CandidateFailure::NoAnswer,
        R::CandidateGone | R::JoinOver => CandidateFailure::TargetLost,
        // These are about the whole conversation, a seat or an agent.
        R::OfferOver
        | R::RecallDue
        | R::CustomerGraceOver
        | R::SeatGraceOver
        | R::ObserverGraceOver
        | R::RoundDue
        | R::OverflowDue
        | R::WrapUpOver
        | R::LeaseOver
        | R::CallOfferOver
        | R::IdleOver
        | R::ForgetDue => return,
    };
    ring::candidate_failed(draft, id, agent, failure, None);
}

fn fire_conversation(draft: &mut Draft<'_>, reason: DeadlineReason, id: ConversationId) {
    match reason {
        R::OfferOver => invite::expired(draft, id),
        R::RecallDue => hand_over::recall_due(draft, id),
        R::RoundDue => route::restart_round(draft, id),
        R::OverflowDue => overflow::waited_long(draft, id),
        R::CallOfferOver => call_offer::elapsed(draft, id),
        R::IdleOver => chat::idle(draft, id),
        R::ForgetDue => draft.push(Event::ConversationForgotten { conversation: id }),
        // These are about a candidate, a seat or an agent.
        R::RingOver
        | R::CandidateGone
        | R::JoinOver
        | R::CustomerGraceOver
        | R::SeatGraceOver
        | R::ObserverGraceOver
        | R::WrapUpOver
        | R::LeaseOver => {}
    }
}
