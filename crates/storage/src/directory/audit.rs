use call_core::Time;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::error::DirectoryError;
use crate::{Journal, checksum};

/// The most rows one query gives, whatever it asked for.
const MAX_ROWS: u32 = 1_000;

/// Who changed what and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, in order of time; the cursor of the next page.
    pub number: u64,
    /// When.
    pub at: Time,
    /// Who: `operator`, `server` or `agent:bob`.
    pub by: String,
    /// What: a list of changes in their written form. A row outlives the versions of the program,
    /// so it is given as it was stored.
    pub changes: Value,
}

impl Journal {
    /// The audit, the latest first, at most `limit` rows (and never more than 1000). The next page
    /// is asked for with the last number of this one as `before`.
    ///
    /// # Errors
    ///
    /// A damaged row, named by its number.
    pub async fn audit(
        &self,
        limit: u32,
        before: Option<u64>,
    ) -> Result<Vec<AuditRow>, DirectoryError> {
        let before = before.map_or(i64::MAX, |number| i64::try_from(number).unwrap_or(i64::MAX));
        let rows = sqlx::query(
            "SELECT number, at_ms, actor, body, checksum FROM audit WHERE number < ?1
             ORDER BY number DESC LIMIT ?2",
        )
        .bind(before)
        .bind(limit.min(MAX_ROWS))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(decode).collect()
    }
}

/// Adds a row, inside a transaction of whatever it tells about.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    at: Time,
    by: &str,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO audit (at_ms, actor, body, checksum) VALUES (?1, ?2, ?3, ?4)")
        .bind(at.0 as i64)
        .bind(by)
        .bind(body)
        .bind(sum(at.0, by.as_bytes(), body.as_bytes()))
        .execute(connection)
        .await?;
    Ok(())
}

fn sum(at_ms: u64, by: &[u8], body: &[u8]) -> i64 {
    checksum::of([at_ms, by.len() as u64], &[by, body].concat())
}

fn decode(row: &SqliteRow) -> Result<AuditRow, DirectoryError> {
    let number = row.try_get::<i64, _>(0)? as u64;
    let at_ms = row.try_get::<i64, _>(1)? as u64;
    let by: &[u8] = row.try_get_unchecked(2)?;
    let body: &[u8] = row.try_get_unchecked(3)?;
    let name = || format!("row {number} of the audit");
    if row.try_get::<i64, _>(4)? != sum(at_ms, by, body) {
        return Err(DirectoryError::corrupt(name(), &"the checksum does not match"));
    }
    let changes =
        serde_json::from_slice(body).map_err(|error| DirectoryError::corrupt(name(), &error))?;
    let by = String::from_utf8_lossy(by).into_owned();
    Ok(AuditRow { number, at: Time(at_ms), by, changes })
}
