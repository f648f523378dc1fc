//! What a run is to do.

use std::time::Duration;

use clap::ValueEnum;

/// A story that every room tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Story {
    /// A customer calls a team, an agent answers, they talk until the end
    TwoParty,
    /// Call, answer, talk, invite a second agent, consult, merge, three-way, the first agent
    /// leaves, talk; again and again
    WarmTransfer,
    /// Customers arrive one after another and call, and nobody answers: how long connecting takes
    Join,
    /// Customers and agents write to each other all the time, while some vanish and come back
    Chat,
}

impl Story {
    /// The name on the command line and in figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::TwoParty => "two_party",
            Self::WarmTransfer => "warm_transfer",
            Self::Join => "join",
            Self::Chat => "chat",
        }
    }
}

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rooms, each with one call or chat at a time.
    pub calls: usize,
    /// What they do.
    pub story: Story,
    /// From the moment in which all rooms talk to the end.
    pub span: Duration,
    /// People who arrive per second.
    pub per_second: f64,
    /// People who vanish per minute, in all rooms together.
    pub drops_per_minute: f64,
    /// Chats go on until so many people have come back, if that is longer.
    pub reconnects: u64,
    /// Messages written per second, in all chats together.
    pub messages_per_s: f64,
    /// How long each phase of a transfer lasts.
    pub phase: Duration,
    /// The team that customers call, and whose agents answer.
    pub team: String,
    /// The team of the agents who are brought in.
    pub second_team: String,
    /// A part of everybody's name, so that two runs against one server do not meet.
    pub run: String,
}
