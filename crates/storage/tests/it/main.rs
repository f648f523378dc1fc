//! The journal on a real file: durability, damage, room and history.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod append;
mod damage;
mod directory;
mod durability;
mod files;
mod former;
mod history;
mod messages;
mod open;
mod retention;
mod snapshot;
mod support;
