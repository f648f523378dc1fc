//! Why a command is refused; a refused command changes nothing.

use serde::{Deserialize, Serialize};

use crate::id::{PersonId, TeamId};
use crate::time::Time;

/// Why a command is refused.
///
/// The first ten are checked in the order they stand in, then the team's policy.
/// On the wire: `code` as from [`Refusal::code`], beside the fields of the variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Refusal {
    /// The conversation is unknown, or the person has no part in it.
    #[error("You are not in this conversation.")]
    NotAParticipant,
    /// It is over.
    #[error("This conversation has ended.")]
    ConversationEnded,
    /// One invitation at a time.
    #[error("An invitation is already ringing.")]
    OfferInProgress {
        /// Who invited.
        by: PersonId,
    },
    /// All three seats are taken, a ringing invitation counted in.
    #[error("The conversation is full.")]
    ConferenceFull,
    /// Nobody invites, holds or removes themselves.
    #[error("You cannot do this to yourself.")]
    TargetIsSelf,
    /// The target sits there already.
    #[error("The target is in the conversation already.")]
    AlreadyParticipant,
    /// No such agent, team or participant.
    #[error("There is no such agent, team or participant.")]
    UnknownTarget,
    /// Signed in, but away or without a connected leg.
    #[error("The target does not take calls at the moment.")]
    ChannelInactive,
    /// Not signed in.
    #[error("The target is not signed in.")]
    TargetOffline,
    /// In a conversation, ringing, or in wrap-up.
    #[error("The target is busy.")]
    TargetBusy,
    /// Nobody of the team can be rung, and its policy is to refuse.
    #[error("Nobody in the team is available.")]
    NobodyAvailable {
        /// The team asked for.
        team: TeamId,
        /// How many calls wait in its queue.
        waiting: usize,
    },
    /// This person may not do this, ever or in this role.
    #[error("You may not do this.")]
    NotPermitted,
    /// Nobody waits whom the agent could take.
    #[error("Nobody is waiting.")]
    QueueEmpty,
    /// Outside of the team's opening hours.
    #[error("We are closed at the moment.")]
    Closed {
        /// When it opens, in milliseconds since the Unix epoch, if it ever does.
        opens_at_ms: Option<Time>,
    },
    /// No such channel.
    #[error("There is no such channel.")]
    UnknownChannel,
    /// The channel is switched off.
    #[error("This channel is switched off.")]
    ChannelDisabled,
    /// Not on this medium: a call has no messages, a chat no holds, and a channel is for one.
    #[error("This does not go with this kind of conversation.")]
    WrongMedium,
    /// As many wait as may, or one has waited for too long.
    #[error("Too many are waiting at the moment.")]
    QueueFull {
        /// After how many milliseconds a place may be free.
        retry_after_ms: u64,
    },
    /// No offer is open that this person could answer or withdraw.
    #[error("No invitation is ringing.")]
    NoOffer,
    /// Nobody is on hold who could be taken off it.
    #[error("Not on hold.")]
    NotHeld,
    /// On hold already.
    #[error("Already on hold.")]
    AlreadyHeld,
    /// Takes a customer and two agents.
    #[error("This needs two agents and the customer in the conversation.")]
    NeedsThree,
    /// The customer is gone, and with it the reason to invite or exchange.
    #[error("The customer has left.")]
    CustomerLeft,
    /// A customer has one call at a time.
    #[error("You are in a conversation already.")]
    AlreadyInConversation,
    /// Nobody is muted by this, or already is.
    #[error("Muted already.")]
    AlreadyMuted,
    /// Not muted.
    #[error("Not muted.")]
    NotMuted,
    /// No wrap-up is running.
    #[error("You are not in wrap-up.")]
    NotInWrapUp,
    /// The server does not know this person's session.
    #[error("You are not signed in.")]
    NotSignedIn,
    /// The customer is offered a call already.
    #[error("The customer is offered a call already.")]
    CallOffered,
    /// Another agent answers for the chat: who gave it away, or observes, does not write.
    #[error("Somebody else answers this chat now.")]
    NotOwner,
    /// No other agent is in the chat to leave it to.
    #[error("Nobody else is in this chat yet. Complete it, or wait until a colleague is in.")]
    NobodyElse,
    /// Nothing is written in it.
    #[error("There is nothing in this message.")]
    EmptyMessage,
    /// A note or a decline's text is longer than shown.
    #[error("The text is too long.")]
    TextTooLong,
    /// Two observe the conversation, a ringing listener counted in.
    #[error("Nobody else can listen to this conversation.")]
    ObserversFull,
    /// This very way of observing goes on.
    #[error("You do this already.")]
    AlreadyObserving,
    /// No agent who could be joined or acted for answers for the conversation.
    #[error("No agent is in this conversation.")]
    NotAttended,
}

impl Refusal {
    /// The stable code of this refusal on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAParticipant => "not_a_participant",
            Self::ConversationEnded => "conversation_ended",
            Self::OfferInProgress { .. } => "offer_in_progress",
            Self::ConferenceFull => "conference_full",
            Self::TargetIsSelf => "target_is_self",
            Self::AlreadyParticipant => "already_participant",
            Self::UnknownTarget => "unknown_target",
            Self::ChannelInactive => "channel_inactive",
            Self::TargetOffline => "target_offline",
            Self::TargetBusy => "target_busy",
            Self::NobodyAvailable { .. } => "nobody_available",
            Self::NotPermitted => "not_permitted",
            Self::QueueEmpty => "queue_empty",
            Self::Closed { .. } => "closed",
            Self::UnknownChannel => "unknown_channel",
            Self::ChannelDisabled => "channel_disabled",
            Self::WrongMedium => "wrong_medium",
            Self::QueueFull { .. } => "queue_full",
            Self::NoOffer => "no_offer",
            Self::NotHeld => "not_held",
            Self::AlreadyHeld => "already_held",
            Self::NeedsThree => "needs_three",
            Self::CustomerLeft => "customer_left",
            Self::AlreadyInConversation => "already_in_conversation",
            Self::AlreadyMuted => "already_muted",
            Self::NotMuted => "not_muted",
            Self::NotInWrapUp => "not_in_wrap_up",
            Self::NotSignedIn => "not_signed_in",
            Self::CallOffered => "call_offered",
            Self::NotOwner => "not_owner",
            Self::NobodyElse => "nobody_else",
            Self::EmptyMessage => "empty_message",
            Self::TextTooLong => "text_too_long",
            Self::ObserversFull => "observers_full",
            Self::AlreadyObserving => "already_observing",
            Self::NotAttended => "not_attended",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_tag_on_the_wire() {
        let by = PersonId::Agent("bob".parse().unwrap());
        let refusals = [
            Refusal::NotAParticipant,
            Refusal::OfferInProgress { by },
            Refusal::NobodyAvailable { team: "billing".parse().unwrap(), waiting: 2 },
            Refusal::TextTooLong,
        ];
        for refusal in refusals {
            let wire = serde_json::to_value(&refusal).unwrap();
            assert_eq!(wire["code"], refusal.code());
        }
    }
}
