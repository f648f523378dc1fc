//! The audit log: every act of supervision, told from the recorded fact alone.

use serde::{Deserialize, Serialize};

use crate::conversation::EndReason;
use crate::event::{Event, Recorded, Unmuted};
use crate::id::{AgentId, ConversationId, PersonId, Target};
use crate::observer::{ObserverMode, ObservingEnd};
use crate::participant::Mute;
use crate::time::Time;

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// When.
    pub at: Time,
    /// Which conversation it is about.
    pub conversation: ConversationId,
    /// Who did it, or whom it befell.
    pub by: AgentId,
    /// What.
    #[serde(flatten)]
    pub act: Act,
}

/// An act of supervision; tagged by `act` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Act {
    /// Observes from here on, or in another way than before.
    Observes {
        /// As what.
        mode: ObserverMode,
    },
    /// Observes no more.
    StopsObserving {
        /// Why.
        end: ObservingEnd,
    },
    /// Takes a seat beside the agents.
    Barges,
    /// Gives that seat up.
    LeavesSeat,
    /// Takes somebody's place.
    TakesOver {
        /// The agent whose seat is gone; none, if nobody in a seat answered for it.
        from: Option<AgentId>,
    },
    /// Transfers in an agent's name.
    TransfersOnBehalf {
        /// The agent.
        agent: AgentId,
        /// To whom.
        target: Target,
    },
    /// Silences a participant.
    ForceMutes {
        /// Whom.
        participant: PersonId,
    },
    /// Lets a silenced participant be heard again.
    ForceUnmutes {
        /// Whom.
        participant: PersonId,
    },
    /// Ends the conversation, whoever is in it.
    EndsForAll,
}

/// The act of supervision in a recorded fact, if there is one.
pub fn audit(recorded: &Recorded) -> Option<AuditEntry> {
    let event = &recorded.event;
    let (by, act) = act(event)?;
    let (at, conversation) = (recorded.at, event.conversation()?);
    Some(AuditEntry { at, conversation, by: by.clone(), act })
}

#[expect(clippy::too_many_lines, reason = "one line per event")]
fn act(event: &Event) -> Option<(&AgentId, Act)> {
    match event {
        Event::ObservingStarted { agent, mode, .. }
        | Event::ObserverModeChanged { agent, mode, .. } => {
            Some((agent, Act::Observes { mode: mode.clone() }))
        }
        Event::ListenerJoined { agent, .. } => {
            Some((agent, Act::Observes { mode: ObserverMode::Listener }))
        }
        Event::ObservingStopped { agent, end, .. } => {
            Some((agent, Act::StopsObserving { end: end.clone() }))
        }
        Event::SupervisorBarged { agent, .. } => Some((agent, Act::Barges)),
        Event::SupervisorLeft { agent, .. } => Some((agent, Act::LeavesSeat)),
        Event::TakenOver { by, from, .. } => Some((by, Act::TakesOver { from: from.clone() })),
        Event::TransferredOnBehalf { by, agent, target, .. } => {
            let (agent, target) = (agent.clone(), target.clone());
            Some((by, Act::TransfersOnBehalf { agent, target }))
        }
        Event::ParticipantMuted { participant, muted: Mute::Forced { by, .. }, .. } => {
            Some((by, Act::ForceMutes { participant: participant.clone() }))
        }
        Event::ParticipantUnmuted { participant, why: Unmuted::Forced { by }, .. } => {
            Some((by, Act::ForceUnmutes { participant: participant.clone() }))
        }
        Event::ConversationEnded { reason: EndReason::EndedForAll, by, .. } => {
            Some((by.as_agent()?, Act::EndsForAll))
        }
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
        | Event::CandidateFailed { .. }
        | Event::OfferAccepted { .. }
        | Event::OfferEnded { .. }
        | Event::RoundEnded { .. }
        | Event::RoundRestarted { .. }
        | Event::HoldPlaced { .. }
        | Event::HoldLifted { .. }
        | Event::ParticipantMuted { .. }
        | Event::ParticipantUnmuted { .. }
        | Event::ParticipantLost { .. }
        | Event::ParticipantBack { .. }
        | Event::ParticipantLeft { .. }
        | Event::OwnerChanged { .. }
        | Event::HandedOver { .. }
        | Event::RecallStarted { .. }
        | Event::RecallPaused { .. }
        | Event::Requeued { .. }
        | Event::ObserverLost { .. }
        | Event::ObserverBack { .. }
        | Event::ConversationEnded { .. }
        | Event::Overflowed { .. }
        | Event::WaitAnnounced { .. }
        | Event::MessageSent { .. }
        | Event::IdleSet { .. }
        | Event::CallOffered { .. }
        | Event::CallOfferEnded { .. }
        | Event::Reopened { .. }
        | Event::Marked { .. }
        | Event::ConversationForgotten { .. } => None,
    }
}
