//! The whole directory as one document, to be kept in version control.

mod format;
mod plan;
mod read;

pub use format::{Document, Format};
pub use plan::{Plan, plan};
