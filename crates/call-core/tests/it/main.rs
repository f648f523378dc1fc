//! Phone stories: what behaviour asks for, told with a bench of people and a virtual clock.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a story asks for one kind of news")]

mod bench;
mod calling;
mod consulting;
mod deadlines;
mod directory;
mod handing_over;
mod hearing;
mod internal;
mod inviting;
mod losing;
mod notices;
mod overflowing;
mod queueing;
mod refusing;
mod restarting;
mod ringing;
mod standing;
mod status;
mod teams;
mod views;
mod wrapping_up;
