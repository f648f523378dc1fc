use sqlx::{Connection, SqliteConnection};

use super::error::DirectoryError;
use crate::Journal;

impl Journal {
    /// Does the work in one transaction of the only writer: all of it is on the disk when this
    /// returns, or nothing.
    pub(crate) async fn transact<T>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, DirectoryError>,
    ) -> Result<T, DirectoryError> {
        let mut connection = self.writer.acquire().await?;
        let result = run(&mut connection, work).await;
        if !matches!(result, Ok(_) | Err(DirectoryError::Conflict { .. })) {
            // As in `append`: never reuse a connection that may still be inside a transaction.
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a failed connection could not be closed");
            }
        }
        result
    }
}

async fn run<T>(
    connection: &mut SqliteConnection,
    work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, DirectoryError>,
) -> Result<T, DirectoryError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let value = work(&mut transaction).await?;
    transaction.commit().await?;
    Ok(value)
}
