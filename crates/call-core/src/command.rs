//! What a person may ask for.

use serde::{Deserialize, Serialize};

use crate::agent::Status;
use crate::chat::Marks;
use crate::conversation::Medium;
use crate::id::{AgentId, ChannelId, ConversationId, PersonId, Target, TeamId};
use crate::message::{Body, MessageAudience, MessageId};

/// When an invitation puts the customer on hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum HoldWhen {
    /// The moment the target answers.
    #[default]
    OnAnswer,
    /// At once.
    Now,
    /// Not at all: a conference in a single step.
    Never,
}

/// What becomes of the hold an invitation placed when the invitation fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum OnFailure {
    /// The customer is resumed.
    #[default]
    Resume,
    /// The customer stays on hold until somebody resumes it.
    StayHeld,
}

/// A person asks for something; tagged by `name` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Command {
    /// A customer calls a team, or writes to it.
    Call {
        /// The team called.
        team: TeamId,
        /// On what.
        #[serde(default)]
        medium: Medium,
    },
    /// A customer comes by a channel, whose team answers.
    CallChannel {
        /// The channel.
        channel: ChannelId,
        /// On what: the channel's own.
        #[serde(default)]
        medium: Medium,
    },
    /// An agent calls a colleague, or writes to it.
    CallAgent {
        /// The colleague.
        agent: AgentId,
        /// On what.
        #[serde(default)]
        medium: Medium,
    },
    /// Somebody opens the other medium of a conversation: the call of a chat, the chat of a call.
    Raise {
        /// The conversation.
        conversation: ConversationId,
    },
    /// An agent offers the customer of a chat a call, which opening it takes.
    OfferCall {
        /// The chat.
        conversation: ConversationId,
    },
    /// An agent takes that back.
    WithdrawCall {
        /// The chat.
        conversation: ConversationId,
    },
    /// A customer comes back to a chat that is over.
    Reopen {
        /// The chat.
        conversation: ConversationId,
    },
    /// An agent takes the first who waits in a queue of its teams.
    GetNext {
        /// The team whose queue; any of its teams', if none is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<TeamId>,
        /// On what.
        #[serde(default)]
        medium: Medium,
    },
    /// An agent says whether it takes offers.
    SetStatus {
        /// Present, or away with a reason.
        #[serde(flatten)]
        status: Status,
        /// For what; for all, if nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        medium: Option<Medium>,
    },
    /// An agent is done with its wrap-up.
    FinishWrapUp,
    /// An agent needs more time for its wrap-up.
    ExtendWrapUp,
    /// The candidate takes the offer.
    Accept {
        /// The conversation offered.
        conversation: ConversationId,
    },
    /// The candidate turns the offer down, or a customer the call it is offered in a chat.
    Decline {
        /// The conversation offered.
        conversation: ConversationId,
        /// Why, in the candidate's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// An agent in the conversation withdraws the open invitation.
    Cancel {
        /// The conversation.
        conversation: ConversationId,
    },
    /// An agent invites another agent, or a team's.
    Invite {
        /// The conversation.
        conversation: ConversationId,
        /// Whom to ring.
        target: Target,
        /// When the customer goes on hold.
        #[serde(default)]
        hold: HoldWhen,
        /// What a failed invitation does with that hold.
        #[serde(default)]
        on_failure: OnFailure,
        /// A word to whoever is rung.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Blind transfer: an invitation and leaving, in one.
    Transfer {
        /// The conversation.
        conversation: ConversationId,
        /// Whom to ring.
        target: Target,
        /// A word to whoever is rung.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// An agent puts another participant on hold.
    Hold {
        /// The conversation.
        conversation: ConversationId,
        /// Who goes on hold.
        participant: PersonId,
    },
    /// An agent takes another participant off hold, whoever placed it.
    Resume {
        /// The conversation.
        conversation: ConversationId,
        /// Who comes off hold.
        participant: PersonId,
    },
    /// Exchanges who is on hold, the customer or an agent.
    Swap {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Takes everybody off hold: three talk with each other.
    Merge {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Somebody silences itself, or stops doing so.
    Mute {
        /// The conversation.
        conversation: ConversationId,
        /// Whether nobody is to hear it.
        muted: bool,
    },
    /// An agent is done: hands the customer to the other agent, or ends the call.
    Complete {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Somebody leaves.
    Leave {
        /// The conversation.
        conversation: ConversationId,
    },
    /// An agent removes the other agent, or a listener.
    Remove {
        /// The conversation.
        conversation: ConversationId,
        /// The agent to go.
        participant: PersonId,
    },
    /// An agent has another listen, who then hears all and is heard by none.
    InviteListener {
        /// The conversation.
        conversation: ConversationId,
        /// Who is to listen.
        agent: AgentId,
        /// A word to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A supervisor hears everybody, and nobody but who manages knows.
    Monitor {
        /// The conversation.
        conversation: ConversationId,
    },
    /// A supervisor hears everybody and is heard by one agent.
    Coach {
        /// The conversation.
        conversation: ConversationId,
        /// Who hears it.
        agent: AgentId,
    },
    /// A supervisor takes a seat beside the agents.
    Barge {
        /// The conversation.
        conversation: ConversationId,
    },
    /// An observer goes, or a supervisor who barged in.
    StopObserving {
        /// The conversation.
        conversation: ConversationId,
    },
    /// A supervisor takes the place of the agent, or the queue, that answers for it.
    TakeOver {
        /// The conversation.
        conversation: ConversationId,
    },
    /// A supervisor transfers blindly in the name of the agent who answers for it.
    TransferOnBehalf {
        /// The conversation.
        conversation: ConversationId,
        /// Whom to ring.
        target: Target,
        /// A word to whoever is rung.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A supervisor who is there silences a participant, or stops doing so.
    ForceMute {
        /// The conversation.
        conversation: ConversationId,
        /// Whom.
        participant: PersonId,
        /// Whether nobody is to hear it.
        muted: bool,
    },
    /// Somebody in a chat writes.
    Send {
        /// The chat.
        conversation: ConversationId,
        /// What the client calls the message: saying it twice is saying it once.
        id: MessageId,
        /// For whom it is.
        #[serde(default)]
        audience: MessageAudience,
        /// What it says.
        body: Body,
    },
    /// Somebody says how far it has come in reading a chat.
    Mark {
        /// The chat.
        conversation: ConversationId,
        /// How far.
        #[serde(flatten)]
        marks: Marks,
    },
    /// A supervisor ends it, whoever is in it.
    EndForAll {
        /// The conversation.
        conversation: ConversationId,
    },
}

/// The longest note or text of a decline, in characters: it is shown, not read.
pub const MAX_TEXT_CHARS: usize = 500;
