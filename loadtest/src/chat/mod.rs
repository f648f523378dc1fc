//! People who write to each other over real data channels, and the proof that each message is there
//! once, at both sides and in the history, in one order.
//!
//! * a [`Thread`] is one conversation as one page has it, and notices what comes twice, late or
//!   changed;
//! * a page is the channel of one person with all of its threads, and says again what was not
//!   acknowledged when it is back after a cut;
//! * a [`Crowd`] is many such people, who write at a rate, vanish when they are told to, and are
//!   asked at the end what they have: a [`Proof`].

mod crowd;
mod page;
mod proof;
mod tally;
mod thread;
mod writer;

pub use crowd::{Crowd, Size};
pub use proof::Proof;
pub use tally::{Delays, Tally};
pub use thread::Thread;
