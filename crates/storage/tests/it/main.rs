//! The journal on a real file: durability, damage, room and history.

mod append;
mod damage;
mod durability;
mod history;
mod open;
mod snapshot;
mod support;
