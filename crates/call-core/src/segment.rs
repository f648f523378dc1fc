//! Segments: how each agent's time in a conversation was spent, and the customer's.
//!
//! Whenever something happens in a conversation, the time since what happened before is counted
//! to where everybody stood meanwhile, so that the parts add up to the whole exactly.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::conversation::{Care, Conversation};
use crate::event::{Departure, Event, Recorded};
use crate::id::{AgentId, ConversationId, PersonId};
use crate::participant::{Participant, Role};
use crate::time::Time;
use crate::world::World;

/// The most stays kept of one conversation: no to and fro makes it grow without end. Of more, the
/// oldest are left out.
pub const MAX_SEGMENTS: usize = 100;

/// How an agent's stay ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StayEnd {
    /// It left.
    Left,
    /// Another agent removed it.
    Removed {
        /// Which.
        by: PersonId,
    },
    /// Its grace ran out.
    Lost,
    /// A supervisor took its place.
    TakenOver {
        /// Which.
        by: AgentId,
    },
    /// The conversation ended.
    Ended,
}

/// One agent's stay in a conversation, from its first ring to the end of its wrap-up.
///
/// The six spans add up to the time from `started_at` to `closed_at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Segment {
    /// Whose.
    pub agent: AgentId,
    /// What it was there as at the end.
    pub role: Role,
    /// When it was rung, or sat down without.
    pub started_at: Time,
    /// When it sat down.
    pub joined_at: Time,
    /// When its seat was gone.
    pub ended_at: Option<Time>,
    /// Why.
    pub end: Option<StayEnd>,
    /// When its wrap-up was over as well.
    pub closed_at: Option<Time>,
    /// Rang, or waited for a colleague to answer an internal call.
    pub ring_ms: u64,
    /// Talked, or could have.
    pub talk_ms: u64,
    /// On hold, or had the customer on hold with nobody to talk to.
    pub hold_ms: u64,
    /// Talked with another agent while the customer was on hold.
    pub consult_ms: u64,
    /// Its leg was not there.
    pub lost_ms: u64,
    /// Wrapped up.
    pub wrap_up_ms: u64,
    /// Since when it has been wrapping up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrap_up_since: Option<Time>,
}

/// How often and for how long an agent was rung without taking it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Missed {
    /// How often.
    pub rings: u32,
    /// For how long in all.
    pub ring_ms: u64,
}

/// How the customer's time was spent, until it left; the five spans add up to all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(clippy::struct_field_names, reason = "units stand last in names")]
pub struct CustomerTime {
    /// Waited in a queue.
    pub queue_ms: u64,
    /// Waited for an agent outside of a queue: a hand-over, a recall, a lost agent.
    pub wait_ms: u64,
    /// Talked.
    pub talk_ms: u64,
    /// On hold.
    pub hold_ms: u64,
    /// Its leg was not there, outside of a queue.
    pub lost_ms: u64,
}

/// What a conversation keeps to tell how time was spent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Until when everything is counted.
    pub until: Time,
    /// The stays, in order of sitting down.
    pub segments: Vec<Segment>,
    /// How many stays were left out.
    pub left_out: u32,
    /// Who was rung without taking it.
    pub missed: BTreeMap<AgentId, Missed>,
    /// The customer's time.
    pub customer: CustomerTime,
}

impl Spent {
    /// Nothing, from the beginning of a conversation on.
    pub(crate) fn from(at: Time) -> Self {
        Self { until: at, ..Self::default() }
    }

    fn sit_down(&mut self, segment: Segment) {
        if self.segments.len() >= MAX_SEGMENTS {
            let oldest = self.segments.iter().position(|segment| segment.closed_at.is_some());
            if let Some(oldest) = oldest {
                self.segments.remove(oldest);
                self.left_out += 1;
            }
        }
        self.segments.push(segment);
    }
}

impl Segment {
    fn sits(agent: &AgentId, seat: &Participant, rung_at: Option<Time>) -> Self {
        let (joined_at, started_at) = (seat.joined_at, rung_at.unwrap_or(seat.joined_at));
        Self {
            agent: agent.clone(),
            role: seat.role,
            started_at,
            joined_at,
            ended_at: None,
            end: None,
            closed_at: None,
            ring_ms: millis(started_at, joined_at),
            talk_ms: 0,
            hold_ms: 0,
            consult_ms: 0,
            lost_ms: 0,
            wrap_up_ms: 0,
            wrap_up_since: None,
        }
    }

    /// Everything that was counted.
    pub fn counted_ms(&self) -> u64 {
        let talked = self.talk_ms + self.hold_ms + self.consult_ms;
        self.ring_ms + talked + self.lost_ms + self.wrap_up_ms
    }
}

impl CustomerTime {
    /// Everything that was counted.
    pub fn counted_ms(&self) -> u64 {
        self.queue_ms + self.wait_ms + self.talk_ms + self.hold_ms + self.lost_ms
    }
}

fn millis(from: Time, to: Time) -> u64 {
    to.0.saturating_sub(from.0)
}

/// Since when each was rung before a fact: who is not any more has taken it or not.
type Rung = BTreeMap<AgentId, Time>;

/// Counts the time until a fact, and remembers who was rung.
pub(crate) fn before(world: &mut World, recorded: &Recorded) -> Rung {
    if let Event::ServerRestarted { .. } = recorded.event {
        world.conversations.values_mut().for_each(|call| count(call, recorded.at));
        return Rung::new();
    }
    if let Event::WrapUpEnded { agent, .. } | Event::AgentSignedOut { agent } = &recorded.event {
        wrap_up_ended(world, recorded.at, agent);
        return Rung::new();
    }
    let id = recorded.event.conversation();
    let Some(call) = id.and_then(|id| world.conversations.get_mut(&id)) else {
        return Rung::new();
    };
    if let Event::Reopened { .. } = recorded.event {
        // From its end on the customer was not there.
        call.spent.customer.lost_ms += millis(call.spent.until, recorded.at);
        call.spent.until = recorded.at;
    }
    count(call, recorded.at);
    let candidates = call.offer.iter().flat_map(|offer| &offer.candidates);
    candidates.map(|(agent, candidate)| (agent.clone(), candidate.since)).collect()
}

/// Counts the time since the last fact to where everybody stands.
fn count(call: &mut Conversation, at: Time) {
    let span = millis(call.spent.until, at);
    if span == 0 || !call.is_live() {
        return;
    }
    call.spent.until = at;
    let mut spent = std::mem::take(&mut call.spent);
    if let Some(customer) = call.customer_seat() {
        *customer_part(call, customer, &mut spent.customer) += span;
    }
    for (agent, seat) in call.agent_seats() {
        if let Some(segment) = open(&mut spent.segments, agent) {
            *part(call, agent, seat, segment) += span;
        }
    }
    call.spent = spent;
}

fn customer_part<'t>(
    call: &Conversation,
    seat: &Participant,
    time: &'t mut CustomerTime,
) -> &'t mut u64 {
    let is_queued = match call.care {
        Care::Queued(_) => true,
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => false,
    };
    let mut agents = call.agent_seats();
    if is_queued {
        &mut time.queue_ms
    } else if !seat.is_joined() {
        &mut time.lost_ms
    } else if seat.hold.is_some() {
        &mut time.hold_ms
    } else if agents.any(|(_, agent)| agent.is_joined() && agent.hold.is_none()) {
        &mut time.talk_ms
    } else {
        &mut time.wait_ms
    }
}

fn part<'s>(
    call: &Conversation,
    agent: &AgentId,
    seat: &Participant,
    segment: &'s mut Segment,
) -> &'s mut u64 {
    let mut others = call.agent_seats().filter(|(other, _)| *other != agent);
    let company = others.any(|(_, other)| other.is_joined() && other.hold.is_none());
    let customer_held = call.customer_seat().is_some_and(|customer| customer.hold.is_some());
    if !seat.is_joined() {
        &mut segment.lost_ms
    } else if seat.hold.is_some() {
        &mut segment.hold_ms
    } else if customer_held && company {
        &mut segment.consult_ms
    } else if customer_held {
        &mut segment.hold_ms
    } else if call.is_internal() && call.offer.is_some() {
        &mut segment.ring_ms
    } else {
        &mut segment.talk_ms
    }
}

fn open<'s>(segments: &'s mut [Segment], agent: &AgentId) -> Option<&'s mut Segment> {
    segments.iter_mut().rev().find(|one| one.agent == *agent && one.ended_at.is_none())
}

/// Follows a fact: stays begin and end, wrap-ups begin, rings were in vain.
pub(crate) fn after(world: &mut World, recorded: &Recorded, rung: &Rung) {
    let (at, event) = (recorded.at, &recorded.event);
    if let Event::WrapUpStarted { agent, conversation, .. } = event {
        wrap_up_started(world, at, agent, *conversation);
    }
    let id = event.conversation();
    let Some(call) = id.and_then(|id| world.conversations.get_mut(&id)) else { return };
    let mut spent = std::mem::take(&mut call.spent);
    let is_over = !call.is_live();
    let seats = call.agent_seats().filter(|_| !is_over);
    for (agent, seat) in seats {
        match open(&mut spent.segments, agent) {
            Some(segment) => segment.role = seat.role,
            None => spent.sit_down(Segment::sits(agent, seat, rung.get(agent).copied())),
        }
    }
    for (agent, since) in rung {
        let rings = call.candidates().any(|candidate| candidate == agent);
        if !rings && !call.has_seat(agent) && !call.observes(agent) {
            let missed = spent.missed.entry(agent.clone()).or_default();
            missed.rings += 1;
            missed.ring_ms += millis(*since, at);
        }
    }
    for segment in spent.segments.iter_mut().filter(|segment| segment.ended_at.is_none()) {
        if is_over || !call.has_seat(&segment.agent) {
            (segment.ended_at, segment.closed_at) = (Some(at), Some(at));
            segment.end = Some(end(event));
        }
    }
    call.spent = spent;
}

/// What ends a stay is who left, whose place was taken, or the end of it all.
fn end(event: &Event) -> StayEnd {
    if let Event::ParticipantLeft { departure, .. } = event {
        match departure {
            Departure::Left => StayEnd::Left,
            Departure::Removed { by } => StayEnd::Removed { by: by.clone() },
            Departure::Lost => StayEnd::Lost,
        }
    } else if let Event::TakenOver { by, .. } = event {
        StayEnd::TakenOver { by: by.clone() }
    } else {
        StayEnd::Ended
    }
}

/// A wrap-up belongs to the agent's last stay.
fn wrap_up_started(world: &mut World, at: Time, agent: &AgentId, id: ConversationId) {
    let call = world.conversations.get_mut(&id);
    let segments = call.map(|call| call.spent.segments.iter_mut());
    let last = segments.and_then(|segments| segments.rev().find(|one| one.agent == *agent));
    if let Some(segment) = last {
        segment.closed_at = None;
        segment.wrap_up_since = Some(at);
    }
}

fn wrap_up_ended(world: &mut World, at: Time, agent: &AgentId) {
    let wrap_up = world.agents.get(agent).and_then(|agent| agent.wrap_up.as_ref());
    let followed = wrap_up.map(|wrap_up| wrap_up.conversation);
    let Some(call) = followed.and_then(|id| world.conversations.get_mut(&id)) else { return };
    for segment in call.spent.segments.iter_mut().filter(|one| one.agent == *agent) {
        if let Some(since) = segment.wrap_up_since.take() {
            segment.wrap_up_ms += millis(since, at);
            segment.closed_at = Some(at);
        }
    }
}
