use thiserror::Error;

/// Why the store could not be opened, read or given a snapshot.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file is an `SQLite` database, but of another application.
    #[error("the file belongs to another application (application id {found:#x})")]
    NotAJournal {
        /// The application id found in the file.
        found: i64,
    },
    /// The file was written by a later version of this program.
    #[error("the schema is version {found}, this program knows up to {known}")]
    SchemaTooNew {
        /// The version found in the file.
        found: i64,
        /// The latest version this program knows.
        known: i64,
    },
    /// The event at this position does not match its checksum or cannot be decoded.
    #[error("the event at position {position} is damaged: {detail}")]
    CorruptEvent {
        /// The position in the journal.
        position: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// The journal has no event at a position below its head.
    #[error("the event at position {position} is missing")]
    MissingEvent {
        /// The position in the journal.
        position: u64,
    },
    /// No snapshot can be read and the events it stood for are pruned.
    #[error("the snapshot at head {head} is damaged: {detail}")]
    CorruptSnapshot {
        /// The head the snapshot was taken at.
        head: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// The record of this conversation does not match its checksum or cannot be decoded.
    #[error("the record of conversation {conversation} is damaged: {detail}")]
    CorruptRecord {
        /// The number of the conversation.
        conversation: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// This message does not match its checksum or cannot be decoded.
    #[error("message {number} of conversation {conversation} is damaged: {detail}")]
    CorruptMessage {
        /// The number of the conversation.
        conversation: u64,
        /// The number of the message in it.
        number: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// A snapshot was offered for a head the journal has not reached.
    #[error("the snapshot is at head {head}, the journal only at {journal}")]
    SnapshotAhead {
        /// The head of the snapshot.
        head: u64,
        /// The head of the journal.
        journal: u64,
    },
    /// There is no room left, on the disk or under the configured bound.
    #[error("no room left for the journal")]
    DiskFull,
    /// The world could not be written as JSON.
    #[error("the snapshot cannot be encoded")]
    Encode(#[source] serde_json::Error),
    /// The database refused or failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
}

/// Why nothing was appended. Whatever the reason, the journal is as it was before.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AppendError {
    /// Somebody else appended first: read what was missed, decide again, append again.
    #[error("the journal is at head {head}")]
    Conflict {
        /// The present head.
        head: u64,
    },
    /// There is no room left, on the disk or under the configured bound.
    #[error("no room left for the journal")]
    DiskFull,
    /// An event or a record could not be written as JSON.
    #[error("an event cannot be encoded")]
    Encode(#[source] serde_json::Error),
    /// The database refused or failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
}

/// The primary result code of `SQLite` for "database or disk is full".
const SQLITE_FULL: &str = "13";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_full(&error) { Self::DiskFull } else { Self::Database(error) }
    }
}

impl From<sqlx::Error> for AppendError {
    fn from(error: sqlx::Error) -> Self {
        if is_full(&error) { Self::DiskFull } else { Self::Database(error) }
    }
}

fn is_full(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == SQLITE_FULL)
}
