//! Load: many scripted calls at once, each judged packet by packet, and the figures of a run.
//!
//! * [`Plan`] says what is to happen, [`Server`] where, [`Voices`] what people say;
//! * a room is one call's people and their story; its judges know from the generator's own table
//!   who is to hear whom, and who is heard is told by the bytes of what is forwarded and by the
//!   marker tones in what is mixed;
//! * [`run_chats`] lets people write instead, and has every message accounted for;
//! * [`run()`] fills the rooms, waits until all of them talk, measures, and compares every count
//!   with the server's own in a [`Report`].

mod board;
mod chat;
mod clip;
mod figures;
mod join;
mod judge;
mod member;
mod options;
mod plan;
mod process;
mod ramp;
mod report;
mod room;
mod run;
mod scene;
mod server;
mod transit;
mod voices;

pub use chat::run_chats;
pub use clip::ClipError;
pub use figures::Line;
pub use judge::{GAP, LATE, Verdict};
pub use options::{LoadError, Options, main};
pub use plan::{Plan, Story};
pub use report::{Match, Report};
pub use run::run;
pub use server::{Metrics, Server, ServerError};
pub use voices::{VOICES, Voices};
