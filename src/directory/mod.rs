//! Keeps the directory: what is stored, what call control is told, and who is signed in.
//!
//! There is one copy of the directory in the process, in a `watch` that the driver follows.
//! Changes come from requests (through `Keeper`) and from the command line, which writes to the
//! same file from a process of its own and is noticed by its revision.

pub mod commands;
mod files;
mod forgetting;
mod keeper;
mod names;
mod passwords;
mod quick_replies;
pub mod terminal;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use call_core::Time;
use directory::Directory;
use storage::StoredDirectory;

pub(crate) use keeper::Keeper;
pub use names::must_know;

/// The directory at one revision; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Present {
    /// The whole of it.
    pub(crate) directory: Arc<Directory>,
    /// How often it had changed.
    pub(crate) revision: u64,
}

impl From<StoredDirectory> for Present {
    fn from(stored: StoredDirectory) -> Self {
        let StoredDirectory { directory, revision } = stored;
        Self { directory: Arc::new(directory), revision }
    }
}

impl Present {
    /// In the store's terms.
    fn stored(&self) -> StoredDirectory {
        StoredDirectory { directory: Directory::clone(&self.directory), revision: self.revision }
    }
}

/// The time on the clock.
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
