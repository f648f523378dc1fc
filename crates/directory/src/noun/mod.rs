//! What a contact centre consists of.

mod agent;
mod channel;
mod choice;
mod rights;
mod seconds;
mod team;
mod text;

pub use agent::{Agent, AgentPatch, Standing};
pub use channel::{Channel, ChannelPatch};
pub use choice::{ChoiceError, Delivery, Overflow, OverflowThen, Ringing, WhenClosed, WhenNobody};
pub use rights::{Rights, RightsError};
pub use seconds::Seconds;
pub use team::{Team, TeamPatch};
pub use text::{LoginName, Name, Text, TextError, Texts};
