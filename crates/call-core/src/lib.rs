//! Who talks to whom and why: Trefoil's call control, pure and deterministic.

mod access;
pub mod agent;
pub mod command;
pub mod conversation;
pub mod customer;
mod decide;
mod draft;
pub mod event;
mod evolve;
mod hand_over;
mod hearing;
pub mod hold;
mod id;
mod invite;
mod leaving;
mod mute;
mod notice;
pub mod offer;
pub mod participant;
mod presence;
mod queue;
mod record;
mod refusal;
mod report;
mod restart;
mod ring;
mod session;
mod settings;
mod time;
mod timers;
pub mod view;
mod world;
mod wrap_up;

pub use agent::{AwayReason, Status};
pub use command::{Command, HoldWhen, OnFailure};
pub use conversation::{Conversation, EndReason, Medium, Phase};
pub use decide::decide;
pub use event::{Event, Recorded};
pub use hearing::{Clip, Source, hears, sources, sources_of};
pub use id::{
    AgentId, ConversationId, CustomerId, IdError, MAX_NAME_BYTES, OfferId, Owner, PersonId, Target,
    TeamId,
};
pub use notice::{Notice, notices};
pub use record::{ConversationRecord, conversations_touched, record};
pub use refusal::Refusal;
pub use report::{Input, Report};
pub use settings::{Settings, SettingsError, TeamPolicy, TeamSettings, Timers};
pub use time::Time;
pub use timers::{DeadlineReason, next_deadline};
pub use view::{ConversationView, DeskView, audience, desk, view};
pub use world::World;
