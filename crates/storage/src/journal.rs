use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqliteExecutor, SqlitePool};

use crate::{StoreError, schema};

/// How long a statement waits for another process's lock before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Enough that a history query never waits for a recovery, few enough to stay cheap.
const READERS: u32 = 2;
const PAGE_BYTES: u64 = 4096;

/// What an operator may choose about the store.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The size the database may grow to; without it the disk is the bound. Past it an append is
    /// refused as [`DiskFull`](crate::AppendError::DiskFull) and everything stored stays readable.
    pub max_bytes: Option<u64>,
}

/// The durable list of events, its snapshots and the history; cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {
    /// Exactly one connection: appends come one after another and never meet `SQLITE_BUSY` among
    /// themselves.
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
}

impl Journal {
    /// Opens the journal in the file, creating it when there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, is no journal, or is of a later version.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, Options::default()).await
    }

    /// Opens the journal in the file with the operator's choices.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`].
    pub async fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Self, StoreError> {
        let mut connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .page_size(PAGE_BYTES as u32)
            .statement_cache_capacity(256);
        if let Some(bytes) = options.max_bytes {
            connect = connect.pragma("max_page_count", (bytes / PAGE_BYTES).max(1).to_string());
        }
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(connect.clone())
            .await?;
        schema::migrate(&mut *writer.acquire().await?).await?;
        let readers =
            SqlitePoolOptions::new().max_connections(READERS).connect_with(connect).await?;
        Ok(Self { writer, readers })
    }

    /// The position of the last event appended; 0 when there is none.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn head(&self) -> Result<u64, StoreError> {
        Ok(head_of(&self.readers).await?)
    }

    /// Closes every connection, folding the write-ahead log into the main file. Not needed for
    /// durability: what was acknowledged is on the disk without it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

pub(crate) async fn head_of(executor: impl SqliteExecutor<'_>) -> Result<u64, sqlx::Error> {
    let row = sqlx::query("SELECT head FROM journal").fetch_one(executor).await?;
    Ok(row.try_get::<i64, _>(0)? as u64)
}
