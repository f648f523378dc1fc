//! From one input to the events it causes, or to the reason why not.

use crate::event::Event;
use crate::refusal::Refusal;
use crate::report::Input;
use crate::settings::Settings;
use crate::time::Time;
use crate::world::World;

/// Decides about one input at `now`, without changing anything.
///
/// # Errors
/// The reason why a command is refused. Reports and deadlines are never refused.
pub fn decide(
    world: &World,
    settings: &Settings,
    input: &Input,
    now: Time,
) -> Result<Vec<Event>, Refusal> {
    todo!()
}
