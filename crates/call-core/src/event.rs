//! Recorded facts: the only way state changes.
//!
//! Every event carries all that applying it needs, deadlines included, so that a journal means
//! the same whatever the settings are by the time it is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::agent::{CHATS, Status};
use crate::call_offer::CallOfferEnd;
use crate::chat::Marks;
use crate::conversation::{EndReason, Medium, Phase};
use crate::hold::HoldCause;
use crate::id::{
    AgentId, ChannelId, ConversationId, CustomerId, OfferId, PersonId, Target, TeamId,
};
use crate::message::Message;
use crate::observer::{ObserverMode, ObservingEnd};
use crate::offer::{CandidateFailure, OfferEnd, Origin};
use crate::participant::{Absence, Mute};
use crate::rights::{self, Rights};
use crate::time::Time;

/// Why a participant has no seat any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Departure {
    /// By its own command.
    Left,
    /// By another agent's command.
    Removed {
        /// Whose.
        by: PersonId,
    },
    /// Its grace ran out.
    Lost,
}

/// Why a wrap-up ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrapUpEnd {
    /// The agent was done.
    Finished,
    /// Its time was over.
    Elapsed,
    /// The conversation it followed came back to the agent.
    Recalled,
}

/// Who changed a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusSource {
    /// The agent.
    Agent,
    /// The server, after unanswered offers.
    MissedOffers,
}

/// Why a participant can be heard again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmuted {
    /// It had silenced itself.
    #[default]
    BySelf,
    /// A supervisor asked for it.
    Forced {
        /// Which.
        by: AgentId,
    },
    /// The supervisor who had silenced it is gone.
    SupervisorGone,
}

/// Until when what was pending at a restart lasts at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestartGraces {
    /// Sessions.
    pub lease: Time,
    /// Agents' seats.
    pub seat: Time,
    /// Customers in a conversation.
    pub customer: Time,
    /// Agents' seats in a chat.
    #[serde(default)]
    pub chat_seat: Time,
    /// Customers in a chat.
    #[serde(default)]
    pub chat_customer: Time,
    /// Customers in a queue.
    pub queue: Time,
    /// Everything else: ringing, wrap-ups, pauses.
    pub floor: Time,
}

fn some_chats() -> usize {
    CHATS
}

/// A recorded fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the nouns of the fact, named as everywhere")]
pub enum Event {
    /// An agent signed in.
    AgentSignedIn {
        agent: AgentId,
        name: String,
        #[serde(deserialize_with = "rights::list_or_map")]
        teams: BTreeMap<TeamId, Rights>,
        /// How many chats it is in at a time.
        #[serde(default = "some_chats")]
        chats: usize,
    },
    /// An agent's page is back within the lease, or tells another name or other teams.
    AgentReturned {
        agent: AgentId,
        name: String,
        #[serde(deserialize_with = "rights::list_or_map")]
        teams: BTreeMap<TeamId, Rights>,
        /// How many chats it is in at a time.
        #[serde(default = "some_chats")]
        chats: usize,
    },
    /// The directory says otherwise about an agent.
    AgentChanged {
        agent: AgentId,
        name: String,
        teams: BTreeMap<TeamId, Rights>,
        #[serde(default = "some_chats")]
        chats: usize,
    },
    /// The directory knows an agent no more: what it is in goes on, and nothing else comes.
    AgentRemoved { agent: AgentId },
    /// An agent's page is gone; it counts as signed in for the lease.
    AgentSessionClosed { agent: AgentId, until: Time },
    /// The lease ran out, or who was removed is free.
    AgentSignedOut { agent: AgentId },
    /// An agent's status changed.
    StatusChanged {
        agent: AgentId,
        /// For what; for all, if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        medium: Option<Medium>,
        status: Status,
        source: StatusSource,
    },
    /// Wrap-up began.
    WrapUpStarted { agent: AgentId, conversation: ConversationId, until: Time },
    /// Wrap-up lasts longer.
    WrapUpExtended { agent: AgentId, until: Time },
    /// Wrap-up ended.
    WrapUpEnded { agent: AgentId, end: WrapUpEnd },
    /// A customer's page said hello.
    CustomerArrived {
        customer: CustomerId,
        name: String,
        /// How urgent its calls are: higher comes first.
        #[serde(default)]
        priority: u8,
    },
    /// A customer's page is gone.
    CustomerSessionClosed { customer: CustomerId },
    /// A leg is connected.
    LegConnected { person: PersonId },
    /// A leg was lost.
    LegDisconnected { person: PersonId },
    /// The server restarted.
    ServerRestarted { graces: RestartGraces },

    /// A customer called and waits in the team's queue.
    ConversationStarted {
        conversation: ConversationId,
        medium: Medium,
        customer: CustomerId,
        name: String,
        /// The channel it came in by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
        team: TeamId,
        #[serde(default)]
        priority: u8,
        /// When another team stands in.
        #[serde(default)]
        overflow_at: Option<Time>,
        /// Until when its leg may take, if it is not up.
        arriving_until: Option<Time>,
        /// The conversation on the other medium that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        linked: Option<ConversationId>,
        /// Who is rung first, if it can be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prefer: Option<AgentId>,
    },
    /// A customer came back to a chat that was over, and waits in the team's queue.
    Reopened {
        conversation: ConversationId,
        customer: CustomerId,
        name: String,
        team: TeamId,
        /// Who answered for it at the end, and is rung first.
        prefer: Option<AgentId>,
        arriving_until: Option<Time>,
        #[serde(default)]
        overflow_at: Option<Time>,
    },
    /// An agent calls another, and waits for the answer.
    InternalCallStarted {
        conversation: ConversationId,
        medium: Medium,
        caller: AgentId,
        name: String,
    },
    /// An offer opened.
    OfferOpened {
        conversation: ConversationId,
        offer: OfferId,
        origin: Origin,
        target: Target,
        note: Option<String>,
        expires_at: Option<Time>,
    },
    /// A candidate is rung.
    CandidateRung { conversation: ConversationId, offer: OfferId, candidate: AgentId, until: Time },
    /// The candidate's leg was lost while it rang.
    CandidateUnreachable { conversation: ConversationId, candidate: AgentId, until: Time },
    /// That leg is back in time.
    CandidateReachable { conversation: ConversationId, candidate: AgentId },
    /// The candidate accepted before its leg is up.
    CandidateJoining { conversation: ConversationId, candidate: AgentId, until: Time },
    /// The candidate did not take the offer.
    CandidateFailed {
        conversation: ConversationId,
        offer: OfferId,
        candidate: AgentId,
        failure: CandidateFailure,
        text: Option<String>,
    },
    /// The candidate took the offer and has a seat.
    OfferAccepted {
        conversation: ConversationId,
        offer: OfferId,
        agent: AgentId,
        name: String,
        /// Who was ringing beside it.
        #[serde(default)]
        rescinded: Vec<AgentId>,
    },
    /// The offer ended without being taken.
    OfferEnded {
        conversation: ConversationId,
        offer: OfferId,
        /// Whose invitation it was.
        initiator: Option<AgentId>,
        target: Target,
        /// Who was ringing.
        #[serde(default)]
        candidates: Vec<AgentId>,
        end: OfferEnd,
        text: Option<String>,
    },
    /// All who could be rung for a waiting call were.
    RoundEnded { conversation: ConversationId, retry_at: Time },
    /// They may be rung again.
    RoundRestarted { conversation: ConversationId },

    /// A participant is on hold.
    HoldPlaced {
        conversation: ConversationId,
        participant: PersonId,
        by: PersonId,
        cause: HoldCause,
    },
    /// A participant is off hold.
    HoldLifted { conversation: ConversationId, participant: PersonId },
    /// A participant is silenced.
    ParticipantMuted { conversation: ConversationId, participant: PersonId, muted: Mute },
    /// A participant can be heard again, unless it had silenced itself before it was silenced.
    ParticipantUnmuted {
        conversation: ConversationId,
        participant: PersonId,
        #[serde(default)]
        why: Unmuted,
    },
    /// A participant's leg is gone and its seat is kept.
    ParticipantLost {
        conversation: ConversationId,
        participant: PersonId,
        absence: Absence,
        until: Time,
    },
    /// A participant is in its seat again.
    ParticipantBack { conversation: ConversationId, participant: PersonId },
    /// A participant's seat is gone.
    ParticipantLeft {
        conversation: ConversationId,
        participant: PersonId,
        departure: Departure,
        /// The phase it left in.
        phase: Phase,
    },
    /// Another agent answers for the conversation.
    OwnerChanged { conversation: ConversationId, owner: AgentId },
    /// The last agent left while an invitation rings.
    HandedOver { conversation: ConversationId, by: AgentId },
    /// A failed hand-over rings its initiator again.
    RecallStarted { conversation: ConversationId, agent: AgentId, tries: u32 },
    /// One try of a recall failed; the next follows.
    RecallPaused { conversation: ConversationId, until: Time },
    /// The conversation waits in a queue again.
    Requeued {
        conversation: ConversationId,
        team: TeamId,
        at_head: bool,
        /// Since when its place counts; since now, if nothing is said.
        #[serde(default)]
        place: Option<Time>,
        /// The agent who answered for it.
        from: AgentId,
    },
    /// A customer has waited long: it waits in another team's queue, or stays for good.
    Overflowed { conversation: ConversationId, from: TeamId, team: TeamId },
    /// A waiting customer is told its place, and in full minutes how long it will be.
    WaitAnnounced { conversation: ConversationId, position: usize, estimated_wait_ms: Option<u64> },
    /// Somebody hears the conversation from here on, without a seat in it.
    ObservingStarted { conversation: ConversationId, agent: AgentId, mode: ObserverMode },
    /// An agent took an offer to listen.
    ListenerJoined { conversation: ConversationId, offer: OfferId, agent: AgentId },
    /// An observer is there as something else.
    ObserverModeChanged {
        conversation: ConversationId,
        agent: AgentId,
        /// As what it was there before.
        was: ObserverMode,
        mode: ObserverMode,
    },
    /// An observer's leg is gone, and it may come back.
    ObserverLost { conversation: ConversationId, agent: AgentId, mode: ObserverMode, until: Time },
    /// An observer's leg is back.
    ObserverBack { conversation: ConversationId, agent: AgentId, mode: ObserverMode },
    /// An observer is gone.
    ObservingStopped {
        conversation: ConversationId,
        agent: AgentId,
        mode: ObserverMode,
        end: ObservingEnd,
    },
    /// A supervisor has a seat beside the agents.
    SupervisorBarged {
        conversation: ConversationId,
        agent: AgentId,
        name: String,
        /// Whom it coached until then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coached: Option<AgentId>,
    },
    /// A supervisor who had barged in has no seat any more.
    SupervisorLeft { conversation: ConversationId, agent: AgentId },
    /// A supervisor has the seat of whoever answered for the conversation.
    TakenOver {
        conversation: ConversationId,
        by: AgentId,
        name: String,
        /// The agent whose seat is gone; none, if a queue or nobody in a seat answered for it.
        from: Option<AgentId>,
        /// Who was ringing.
        rescinded: Vec<AgentId>,
        /// The phase it was taken over in.
        phase: Phase,
        /// Whom the supervisor coached until then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coached: Option<AgentId>,
    },
    /// A supervisor transfers blindly in an agent's name.
    TransferredOnBehalf {
        conversation: ConversationId,
        by: AgentId,
        agent: AgentId,
        target: Target,
    },

    /// Somebody wrote, or a text was sent.
    MessageSent {
        conversation: ConversationId,
        message: Message,
        /// When the chat is over if nothing else is written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        idle_until: Option<Time>,
    },
    /// When an attended chat is over if nothing is written.
    IdleSet { conversation: ConversationId, until: Time },
    /// An agent offers the customer of a chat a call.
    CallOffered { conversation: ConversationId, by: AgentId, until: Time },
    /// It is offered no more, though both are there.
    CallOfferEnded { conversation: ConversationId, end: CallOfferEnd },
    /// Somebody has come so far in reading.
    Marked { conversation: ConversationId, person: PersonId, marks: Marks },

    /// The conversation is over.
    ConversationEnded {
        conversation: ConversationId,
        reason: EndReason,
        by: PersonId,
        phase: Phase,
        forget_at: Time,
    },
    /// An ended conversation is forgotten.
    ConversationForgotten { conversation: ConversationId },
}

/// An event and when it happened: a line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// When.
    pub at: Time,
    /// What.
    pub event: Event,
}

impl Event {
    /// The conversation this is about.
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::AgentSignedIn { .. }
            | Self::AgentReturned { .. }
            | Self::AgentChanged { .. }
            | Self::AgentRemoved { .. }
            | Self::AgentSessionClosed { .. }
            | Self::AgentSignedOut { .. }
            | Self::StatusChanged { .. }
            | Self::WrapUpStarted { .. }
            | Self::WrapUpExtended { .. }
            | Self::WrapUpEnded { .. }
            | Self::CustomerArrived { .. }
            | Self::CustomerSessionClosed { .. }
            | Self::LegConnected { .. }
            | Self::LegDisconnected { .. }
            | Self::ServerRestarted { .. } => None,
            Self::ConversationStarted { conversation, .. }
            | Self::InternalCallStarted { conversation, .. }
            | Self::OfferOpened { conversation, .. }
            | Self::CandidateRung { conversation, .. }
            | Self::CandidateUnreachable { conversation, .. }
            | Self::CandidateReachable { conversation, .. }
            | Self::CandidateJoining { conversation, .. }
            | Self::CandidateFailed { conversation, .. }
            | Self::OfferAccepted { conversation, .. }
            | Self::OfferEnded { conversation, .. }
            | Self::RoundEnded { conversation, .. }
            | Self::RoundRestarted { conversation }
            | Self::HoldPlaced { conversation, .. }
            | Self::HoldLifted { conversation, .. }
            | Self::ParticipantMuted { conversation, .. }
            | Self::ParticipantUnmuted { conversation, .. }
            | Self::ParticipantLost { conversation, .. }
            | Self::ParticipantBack { conversation, .. }
            | Self::ParticipantLeft { conversation, .. }
            | Self::OwnerChanged { conversation, .. }
            | Self::HandedOver { conversation, .. }
            | Self::RecallStarted { conversation, .. }
            | Self::RecallPaused { conversation, .. }
            | Self::Requeued { conversation, .. }
            | Self::Overflowed { conversation, .. }
            | Self::WaitAnnounced { conversation, .. }
            | Self::ObservingStarted { conversation, .. }
            | Self::ListenerJoined { conversation, .. }
            | Self::ObserverModeChanged { conversation, .. }
            | Self::ObserverLost { conversation, .. }
            | Self::ObserverBack { conversation, .. }
            | Self::ObservingStopped { conversation, .. }
            | Self::SupervisorBarged { conversation, .. }
            | Self::SupervisorLeft { conversation, .. }
            | Self::TakenOver { conversation, .. }
            | Self::TransferredOnBehalf { conversation, .. }
            | Self::MessageSent { conversation, .. }
            | Self::IdleSet { conversation, .. }
            | Self::CallOffered { conversation, .. }
            | Self::CallOfferEnded { conversation, .. }
            | Self::Reopened { conversation, .. }
            | Self::Marked { conversation, .. }
            | Self::ConversationEnded { conversation, .. }
            | Self::ConversationForgotten { conversation } => Some(*conversation),
        }
    }

    /// Whether nobody but those who manage is to notice: a monitor comes, goes, is lost or back.
    ///
    /// One who becomes a coach or was one is noticed by whom it coaches.
    pub fn is_incognito(&self) -> bool {
        if let Self::ObservingStarted { mode, .. }
        | Self::ObserverLost { mode, .. }
        | Self::ObserverBack { mode, .. }
        | Self::ObservingStopped { mode, .. } = self
        {
            mode.is_incognito()
        } else {
            false
        }
    }

    /// Whether it is about what is written in a chat, which is no part of its view.
    pub(crate) fn is_writing(&self) -> bool {
        matches!(self, Self::MessageSent { .. } | Self::IdleSet { .. } | Self::Marked { .. })
    }

    /// The person this is about, apart from those in the conversation.
    pub(crate) fn person(&self) -> Option<PersonId> {
        match self {
            Self::AgentSignedIn { agent, .. }
            | Self::AgentReturned { agent, .. }
            | Self::AgentChanged { agent, .. }
            | Self::AgentRemoved { agent }
            | Self::AgentSessionClosed { agent, .. }
            | Self::AgentSignedOut { agent }
            | Self::StatusChanged { agent, .. }
            | Self::WrapUpStarted { agent, .. }
            | Self::WrapUpExtended { agent, .. }
            | Self::WrapUpEnded { agent, .. }
            | Self::OfferAccepted { agent, .. }
            | Self::RecallStarted { agent, .. }
            | Self::ObservingStarted { agent, .. }
            | Self::ListenerJoined { agent, .. }
            | Self::SupervisorBarged { agent, .. }
            | Self::TakenOver { by: agent, .. }
            | Self::InternalCallStarted { caller: agent, .. }
            | Self::CandidateRung { candidate: agent, .. } => Some(agent.clone().into()),
            Self::CustomerArrived { customer, .. }
            | Self::CustomerSessionClosed { customer }
            | Self::ConversationStarted { customer, .. }
            | Self::Reopened { customer, .. } => Some(customer.clone().into()),
            Self::LegConnected { person } | Self::LegDisconnected { person } => {
                Some(person.clone())
            }
            Self::ServerRestarted { .. }
            | Self::OfferOpened { .. }
            | Self::CandidateUnreachable { .. }
            | Self::CandidateReachable { .. }
            | Self::CandidateJoining { .. }
            | Self::CandidateFailed { .. }
            | Self::OfferEnded { .. }
            | Self::RoundEnded { .. }
            | Self::RoundRestarted { .. }
            | Self::HoldPlaced { .. }
            | Self::HoldLifted { .. }
            | Self::ParticipantMuted { .. }
            | Self::ParticipantUnmuted { .. }
            | Self::ParticipantLost { .. }
            | Self::ParticipantBack { .. }
            | Self::ParticipantLeft { .. }
            | Self::OwnerChanged { .. }
            | Self::HandedOver { .. }
            | Self::RecallPaused { .. }
            | Self::Requeued { .. }
            | Self::Overflowed { .. }
            | Self::WaitAnnounced { .. }
            | Self::ObserverModeChanged { .. }
            | Self::ObserverLost { .. }
            | Self::ObserverBack { .. }
            | Self::ObservingStopped { .. }
            | Self::SupervisorLeft { .. }
            | Self::TransferredOnBehalf { .. }
            | Self::MessageSent { .. }
            | Self::IdleSet { .. }
            | Self::CallOffered { .. }
            | Self::CallOfferEnded { .. }
            | Self::Marked { .. }
            | Self::ConversationEnded { .. }
            | Self::ConversationForgotten { .. } => None,
        }
    }
}
