//! The directory beside the journal, its audit and the sign-ins of agents.

mod amending;
mod auditing;
mod damage;
mod durability;
pub(crate) mod office;
mod signing_in;
