//! How each fact changes the world.

use crate::event::Recorded;
use crate::world::World;

pub(crate) fn apply(world: &mut World, recorded: &Recorded) {
    todo!()
}
