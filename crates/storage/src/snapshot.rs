use call_core::World;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row, SqliteConnection};

use crate::journal::head_of;
use crate::{Journal, StoreError, checksum};

impl Journal {
    /// Stores the world as it was at `head`, keeps the one snapshot before it, and drops the
    /// events that neither of the two needs, in one transaction.
    ///
    /// The one before is kept for the day the newest turns out unreadable.
    ///
    /// # Errors
    ///
    /// [`StoreError::SnapshotAhead`] when the journal has not reached `head`. After any error the
    /// store is as it was.
    pub async fn save_snapshot(&self, head: u64, world: &World) -> Result<(), StoreError> {
        let body = serde_json::to_string(world).map_err(StoreError::Encode)?;
        let mut connection = self.writer.acquire().await?;
        let result = write(&mut connection, head, &body).await;
        if !matches!(result, Ok(()) | Err(StoreError::SnapshotAhead { .. })) {
            // As in `append`: never reuse a connection that may still be inside a transaction.
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a failed connection could not be closed");
            }
        }
        result
    }
}

async fn write(connection: &mut SqliteConnection, head: u64, body: &str) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let journal = head_of(&mut *transaction).await?;
    if head > journal {
        return Err(StoreError::SnapshotAhead { head, journal });
    }
    // Room first: a store that is full must still be able to shrink. What is dropped here comes
    // back if the rest fails.
    sqlx::query(
        "DELETE FROM event WHERE position <= (SELECT max(head) FROM snapshot WHERE head < ?1)",
    )
    .bind(head as i64)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "DELETE FROM snapshot WHERE head < (SELECT max(head) FROM snapshot WHERE head < ?1)",
    )
    .bind(head as i64)
    .execute(&mut *transaction)
    .await?;
    sqlx::query("INSERT OR REPLACE INTO snapshot (head, body, checksum) VALUES (?1, ?2, ?3)")
        .bind(head as i64)
        .bind(body)
        .bind(checksum::of([head, 0], body.as_bytes()))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// The newest snapshot that can be read, with its head. None when there never was one, and when
/// none can be read but every event since the first is still there.
pub(crate) async fn newest(
    connection: &mut SqliteConnection,
) -> Result<Option<(u64, World)>, StoreError> {
    let rows = sqlx::query("SELECT head, body, checksum FROM snapshot ORDER BY head DESC")
        .fetch_all(&mut *connection)
        .await?;
    let mut first_damage = None;
    for row in &rows {
        match decode(row) {
            Ok(found) => return Ok(Some(found)),
            Err(damage) => {
                tracing::warn!(%damage, "passing over a snapshot");
                first_damage.get_or_insert(damage);
            }
        }
    }
    match first_damage {
        Some(_) if nothing_pruned(connection).await? => Ok(None),
        Some(damage) => Err(damage),
        None => Ok(None),
    }
}

/// Whether the events reach back to the first one, so that no snapshot is needed.
async fn nothing_pruned(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT min(position) FROM event").fetch_one(connection).await?;
    Ok(row.try_get::<Option<i64>, _>(0)? == Some(1))
}

fn decode(row: &SqliteRow) -> Result<(u64, World), StoreError> {
    let head = row.try_get::<i64, _>(0)? as u64;
    let body: &[u8] = row.try_get_unchecked(1)?;
    if row.try_get::<i64, _>(2)? != checksum::of([head, 0], body) {
        let detail = "the checksum does not match".to_owned();
        return Err(StoreError::CorruptSnapshot { head, detail });
    }
    let world = serde_json::from_slice(body)
        .map_err(|error| StoreError::CorruptSnapshot { head, detail: error.to_string() })?;
    Ok((head, world))
}
