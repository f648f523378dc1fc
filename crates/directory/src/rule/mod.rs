//! Who may change what, and what follows.

mod agents;
mod change;
mod channels;
mod command;
mod decide;
mod permission;
mod quick_replies;
pub(crate) mod references;
mod refusal;
mod teams;

pub use change::{Change, Subject};
pub use command::{Actor, Command};
pub use decide::{RefusedAt, decide, decide_all};
pub(crate) use permission::is_owner;
pub use permission::{Needs, may_administer, may_manage};
pub use quick_replies::{About, QuickReplyChange, Replier};
pub use refusal::Refusal;
