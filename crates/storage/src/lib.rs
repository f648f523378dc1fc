//! The journal and the history, durable.
//!
//! A [`Journal`] is one `SQLite` file in WAL mode with `synchronous=FULL`: what [`Journal::append`]
//! has answered survives the loss of the process and of the machine's power. Events are appended
//! with the head the caller expects, so two writers can never both be right; rows of history and
//! of what was written in chats go into the same transaction. [`Journal::recover`] gives back the
//! newest snapshot that can be read and the events after it; [`Journal::save_snapshot`] bounds how
//! many those are.
//!
//! Grouping is the caller's: one append is one transaction and one flush to the disk, whether it
//! carries one event or a thousand.
//!
//! What is in the files that people send each other lies beside it, in a [`FileStore`]: nobody has
//! to read a database to have a file, and one that is there under its name is whole and durable.
//!
//! This is the only crate that names the database.

mod append;
mod checksum;
mod directory;
mod error;
mod files;
mod history;
mod journal;
mod messages;
mod recovery;
mod retention;
mod schema;
mod snapshot;

pub use directory::{AuditRow, DirectoryError, Refreshed, StoredDirectory};
pub use error::{AppendError, StoreError};
pub use files::{Begun, Examined, FileBounds, FileError, FileStore, Offered, Upload, file_id};
pub use journal::{Journal, Options};
pub use messages::{StoredMessage, Transcript};
pub use recovery::Recovered;
pub use retention::{Forgotten, Retention};
