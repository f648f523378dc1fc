use thiserror::Error;

use crate::StoreError;

/// Why the directory could not be read or changed. After any error it is as it was before.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// Somebody else changed it first: load it again, decide again.
    #[error("the directory is at revision {revision}")]
    Conflict {
        /// The present revision.
        revision: u64,
    },
    /// A row does not match its checksum or cannot be read.
    #[error("the stored {entry} is damaged: {detail}")]
    Corrupt {
        /// Which, as `agent bob`.
        entry: String,
        /// What is wrong with it.
        detail: String,
    },
    /// An entry could not be written as JSON.
    #[error("an entry of the directory cannot be encoded")]
    Encode(#[source] serde_json::Error),
    /// The store failed or is full.
    #[error(transparent)]
    Store(StoreError),
}

impl From<sqlx::Error> for DirectoryError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl DirectoryError {
    /// Something is wrong with a row.
    pub(super) fn corrupt(entry: impl Into<String>, detail: &impl ToString) -> Self {
        Self::Corrupt { entry: entry.into(), detail: detail.to_string() }
    }
}
