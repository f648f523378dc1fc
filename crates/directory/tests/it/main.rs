//! The directory's rules, as stories of a contact centre that is set up, changes and grows.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_pass_by_value, reason = "stories read better without ampersands")]

mod agents;
mod call_control;
mod documents;
mod people;
mod permissions;
mod properties;
mod secrets;
mod teams;
mod written;
