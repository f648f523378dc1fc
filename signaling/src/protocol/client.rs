use call_core::{
    AgentId, ChannelId, ConversationId, HoldWhen, Medium, OnFailure, PersonId, Target, TeamId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::Note;
use crate::session_id::SessionId;

/// The largest request id: the largest integer every JSON reader can hold exactly.
pub const MAX_REQUEST_ID: u64 = (1 << 53) - 1;

/// What a client sends.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// Says who is there; the first message on every socket.
    Hello(Hello),
    /// Asks for something; answered by `answer` or `refusal` with the same id.
    Request(Request),
    /// Asks for a `pong`.
    Ping {},
}

/// The first message on every socket.
#[derive(Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The token that says who is there.
    pub token: String,
    /// The program that speaks, for the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxLength" = 100))]
    pub client: Option<String>,
    /// The session to go on with after a lost connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
}

/// Where an earlier session stopped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// The session `welcome` named.
    pub session: SessionId,
    /// The highest cursor received in it.
    pub cursor: u64,
}

/// One command with the id its answer will carry.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Chosen by the client; not in use by another request that waits for its answer.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub id: u64,
    /// What is asked.
    pub command: Command,
}

/// Everything a person may ask for.
#[derive(Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Sets up the person's leg from an SDP offer; replaces an earlier one.
    ConnectLeg {
        /// The offer.
        #[schemars(extend("maxLength" = 32768))]
        sdp: String,
    },
    /// Gives the leg up.
    DisconnectLeg {},
    /// Calls, or writes, through a channel or to a team: one of the two. Customers only, as the
    /// commands below are for agents unless they say so.
    Call {
        /// The team.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<TeamId>,
        /// The channel, whose team answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
        /// On what: a call, if absent. A channel has its own, and this says nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        medium: Option<Medium>,
    },
    /// Calls a colleague, or writes to it.
    CallAgent {
        /// The colleague.
        agent: AgentId,
        /// On what: a call, if absent.
        #[serde(default)]
        medium: Medium,
    },
    /// Opens the other medium: the call of a chat, the chat of a call. Customers too.
    Raise {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Offers the customer of a chat a call, which it takes by `raise` and declines by `decline`.
    OfferCall {
        /// The chat.
        conversation: ConversationId,
    },
    /// Takes that back.
    WithdrawCall {
        /// The chat.
        conversation: ConversationId,
    },
    /// Comes back to a chat that is over. Customers only.
    Reopen {
        /// The chat.
        conversation: ConversationId,
    },
    /// Takes the first who waits in a queue of the agent's teams.
    GetNext {
        /// The team whose queue; any of the agent's, if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<TeamId>,
        /// On what: a call, if absent.
        #[serde(default)]
        medium: Medium,
    },
    /// Sets whether offers come.
    SetStatus {
        /// Present or away.
        status: StatusChoice,
        /// Why away.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<AwayChoice>,
        /// For what: calls and chats, if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        medium: Option<Medium>,
    },
    /// Ends wrap-up.
    FinishWrapUp {},
    /// Gives wrap-up its length once more.
    ExtendWrapUp {},
    /// Takes the ringing call or invitation.
    Accept {
        /// The conversation it rings for.
        conversation: ConversationId,
    },
    /// Turns the ringing call or invitation down.
    Decline {
        /// The conversation it rings for.
        conversation: ConversationId,
        /// Told to the initiator.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Note>,
    },
    /// Withdraws the invitation.
    Cancel {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Invites an agent or a team's agents, or sends the customer to a team's queue.
    Invite {
        /// The conversation.
        conversation: ConversationId,
        /// Who is invited.
        target: Target,
        /// When the customer goes on hold.
        #[serde(default)]
        hold: HoldWhen,
        /// What becomes of a hold the invitation placed when the invitation fails.
        #[serde(default)]
        on_failure: OnFailure,
        /// Shown to whoever is rung.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Note>,
    },
    /// Invites and leaves in one command.
    Transfer {
        /// The conversation.
        conversation: ConversationId,
        /// Who is invited.
        target: Target,
        /// Shown to whoever is rung.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Note>,
    },
    /// Puts another participant on hold.
    Hold {
        /// The conversation.
        conversation: ConversationId,
        /// Who is held.
        participant: PersonId,
    },
    /// Takes another participant off hold.
    Resume {
        /// The conversation.
        conversation: ConversationId,
        /// Who is resumed.
        participant: PersonId,
    },
    /// Exchanges who is held, in one step.
    Swap {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Brings everybody together.
    Merge {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Mutes or unmutes oneself. Customers too.
    Mute {
        /// The conversation.
        conversation: ConversationId,
        /// Whether to be muted.
        muted: bool,
    },
    /// Leaves the others to each other: ends a transfer.
    Complete {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Leaves. Customers too.
    Leave {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Removes the other agent, or a listener.
    Remove {
        /// The conversation.
        conversation: ConversationId,
        /// Who is removed.
        participant: PersonId,
    },
    /// Has another agent listen, who then hears all and is heard by none.
    InviteListener {
        /// The conversation.
        conversation: ConversationId,
        /// Who is to listen.
        agent: AgentId,
        /// Shown to whoever is rung.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Note>,
    },
    /// Lists the conversations the agent may supervise.
    ListOngoing {
        /// Those that began after this one; from the first on, if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<ConversationId>,
    },
    /// Hears everybody, and nobody but who manages knows.
    Monitor {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Hears everybody and is heard by one agent.
    Coach {
        /// The conversation.
        conversation: ConversationId,
        /// Who hears it.
        agent: AgentId,
    },
    /// Takes a seat beside the agents.
    Barge {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Observes no more, or gives up the seat of one who barged in.
    StopObserving {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Takes the place of the agent, or the queue, that answers for the conversation.
    TakeOver {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Transfers blindly in the name of the agent who answers for the conversation.
    TransferOnBehalf {
        /// The conversation.
        conversation: ConversationId,
        /// Who is invited.
        target: Target,
        /// Shown to whoever is rung.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Note>,
    },
    /// Silences a participant, or stops doing so.
    ForceMute {
        /// The conversation.
        conversation: ConversationId,
        /// Who is silenced.
        participant: PersonId,
        /// Whether to be silenced.
        muted: bool,
    },
    /// Ends the conversation, whoever is in it.
    EndForAll {
        /// The conversation.
        conversation: ConversationId,
    },
}

impl Command {
    /// The `name` of every command.
    pub const NAMES: [&str; 35] = [
        "connect_leg",
        "disconnect_leg",
        "call",
        "call_agent",
        "raise",
        "offer_call",
        "withdraw_call",
        "reopen",
        "get_next",
        "set_status",
        "finish_wrap_up",
        "extend_wrap_up",
        "accept",
        "decline",
        "cancel",
        "invite",
        "transfer",
        "hold",
        "resume",
        "swap",
        "merge",
        "mute",
        "complete",
        "leave",
        "remove",
        "invite_listener",
        "list_ongoing",
        "monitor",
        "coach",
        "barge",
        "stop_observing",
        "take_over",
        "transfer_on_behalf",
        "force_mute",
        "end_for_all",
    ];

    /// Its `name` on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ConnectLeg { .. } => "connect_leg",
            Self::DisconnectLeg { .. } => "disconnect_leg",
            Self::Call { .. } => "call",
            Self::CallAgent { .. } => "call_agent",
            Self::Raise { .. } => "raise",
            Self::OfferCall { .. } => "offer_call",
            Self::WithdrawCall { .. } => "withdraw_call",
            Self::Reopen { .. } => "reopen",
            Self::GetNext { .. } => "get_next",
            Self::SetStatus { .. } => "set_status",
            Self::FinishWrapUp { .. } => "finish_wrap_up",
            Self::ExtendWrapUp { .. } => "extend_wrap_up",
            Self::Accept { .. } => "accept",
            Self::Decline { .. } => "decline",
            Self::Cancel { .. } => "cancel",
            Self::Invite { .. } => "invite",
            Self::Transfer { .. } => "transfer",
            Self::Hold { .. } => "hold",
            Self::Resume { .. } => "resume",
            Self::Swap { .. } => "swap",
            Self::Merge { .. } => "merge",
            Self::Mute { .. } => "mute",
            Self::Complete { .. } => "complete",
            Self::Leave { .. } => "leave",
            Self::Remove { .. } => "remove",
            Self::InviteListener { .. } => "invite_listener",
            Self::ListOngoing { .. } => "list_ongoing",
            Self::Monitor { .. } => "monitor",
            Self::Coach { .. } => "coach",
            Self::Barge { .. } => "barge",
            Self::StopObserving { .. } => "stop_observing",
            Self::TakeOver { .. } => "take_over",
            Self::TransferOnBehalf { .. } => "transfer_on_behalf",
            Self::ForceMute { .. } => "force_mute",
            Self::EndForAll { .. } => "end_for_all",
        }
    }
}

/// What an agent may set its status to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusChoice {
    /// Offers come.
    Present,
    /// No offers come.
    Away,
}

/// Why an agent goes away, as far as it may say so itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AwayChoice {
    /// A pause.
    Break,
    /// In a meeting.
    Meeting,
    /// None of the above.
    #[default]
    Other,
}

/// A token is a key: it stays out of logs.
impl std::fmt::Debug for Hello {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hello").field("client", &self.client).finish_non_exhaustive()
    }
}

/// An SDP holds addresses and the person's words stay private: only the name is shown.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Command({})", self.name())
    }
}
