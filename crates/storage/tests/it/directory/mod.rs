//! The directory beside the journal, its audit and the sign-ins of agents.

mod amending;
mod auditing;
mod damage;
mod durability;
mod office;
mod signing_in;
