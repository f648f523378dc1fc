//! The directory, its audit, the quick replies and the sign-ins of agents, in the same file as the
//! journal.

mod amend;
mod audit;
mod error;
mod load;
mod quick_replies;
mod sign_in;
mod transaction;

pub use audit::AuditRow;
pub(crate) use audit::insert as insert_audit;
pub use error::DirectoryError;
pub use load::StoredDirectory;
pub use sign_in::Refreshed;
