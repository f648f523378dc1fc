//! The directory beside the journal, its audit, the quick replies and the sign-ins of agents.

mod amending;
mod auditing;
mod damage;
mod durability;
pub(crate) mod office;
mod quick_replies;
mod signing_in;
