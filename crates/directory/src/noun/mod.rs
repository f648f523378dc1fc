//! What a contact centre consists of.

mod agent;
mod channel;
mod choice;
mod quick_reply;
mod rights;
mod seconds;
mod team;
mod text;

pub use agent::{Agent, AgentPatch, Standing};
pub use channel::{Channel, ChannelPatch};
pub use choice::{ChoiceError, Delivery, Overflow, OverflowThen, Ringing, WhenClosed, WhenNobody};
pub use quick_reply::{
    QuickReply, QuickReplyId, QuickReplyIdError, ReplyDraft, ReplyEdit, ReplyOwner,
    ReplyOwnerError, ReplyWords,
};
pub use rights::{Rights, RightsError};
pub use seconds::Seconds;
pub use team::{Team, TeamPatch};
pub use text::{LoginName, Name, ReplyText, Shortcut, Text, TextError, Texts, Title};
