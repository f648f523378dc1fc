use call_core::{Event, Recorded, Time, World};
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row, SqliteConnection};

use crate::journal::head_of;
use crate::{Journal, StoreError, checksum, snapshot};

/// Rows read at a time: bounds what is in memory undecoded.
const PAGE_ROWS: u32 = 1_000;

/// What a start needs: fold `events` over `snapshot` to have the world as it was at `head`.
#[derive(Debug)]
pub struct Recovered {
    /// The newest snapshot that could be read; none means the empty world.
    pub snapshot: Option<World>,
    /// Every event after the snapshot, in order.
    pub events: Vec<Recorded>,
    /// The position of the last event, which the next append expects.
    pub head: u64,
}

impl Journal {
    /// Reads the newest usable snapshot and the events after it, from one moment's view of the
    /// file. A damaged newest snapshot is passed over with a warning for the one before.
    ///
    /// # Errors
    ///
    /// Damage that cannot be passed over, named by its place: nothing is skipped or guessed.
    pub async fn recover(&self) -> Result<Recovered, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let mut transaction = connection.begin().await?;
        let head = head_of(&mut *transaction).await?;
        let base = snapshot::newest(&mut transaction).await?;
        let (mut position, world) = base.map_or((0, None), |(at, world)| (at, Some(world)));
        let mut events = Vec::new();
        while position < head {
            let page = read(&mut transaction, position, PAGE_ROWS).await?;
            if page.is_empty() {
                return Err(StoreError::MissingEvent { position: position + 1 });
            }
            position += page.len() as u64;
            events.extend(page);
        }
        transaction.commit().await?;
        Ok(Recovered { snapshot: world, events, head })
    }

    /// The events after the position, at most `limit` of them: what a writer missed when its
    /// append met a conflict.
    ///
    /// # Errors
    ///
    /// A damaged or missing event, named by its position.
    pub async fn events_after(
        &self,
        position: u64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        read(&mut connection, position, limit).await
    }
}

async fn read(
    connection: &mut SqliteConnection,
    after: u64,
    limit: u32,
) -> Result<Vec<Recorded>, StoreError> {
    let rows = sqlx::query(
        "SELECT position, at_ms, body, checksum FROM event WHERE position > ?1
         ORDER BY position LIMIT ?2",
    )
    .bind(after as i64)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    (after + 1..).zip(&rows).map(|(expected, row)| decode(expected, row)).collect()
}

fn decode(expected: u64, row: &SqliteRow) -> Result<Recorded, StoreError> {
    let position = row.try_get::<i64, _>(0)? as u64;
    if position != expected {
        return Err(StoreError::MissingEvent { position: expected });
    }
    let at_ms = row.try_get::<i64, _>(1)? as u64;
    // As bytes: a damaged row need not be UTF-8, and must still be reported by its place.
    let body: &[u8] = row.try_get_unchecked(2)?;
    if row.try_get::<i64, _>(3)? != checksum::of([position, at_ms], body) {
        let detail = "the checksum does not match".to_owned();
        return Err(StoreError::CorruptEvent { position, detail });
    }
    let event: Event = serde_json::from_slice(body)
        .map_err(|error| StoreError::CorruptEvent { position, detail: error.to_string() })?;
    Ok(Recorded { at: Time(at_ms), event })
}
