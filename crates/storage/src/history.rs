use call_core::{ConversationId, ConversationRecord};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Journal, StoreError, checksum};

/// The most records one query gives, whatever it asked for.
const MAX_RECORDS: u32 = 1_000;

impl Journal {
    /// Ended conversations, the latest begun first, at most `limit` (and never more than 1000).
    /// The next page is asked for with the last id of this one as `before`.
    ///
    /// # Errors
    ///
    /// A damaged record, named by its conversation.
    pub async fn conversations(
        &self,
        limit: u32,
        before: Option<ConversationId>,
    ) -> Result<Vec<ConversationRecord>, StoreError> {
        let before = before.map_or(i64::MAX, |id| i64::try_from(id.0).unwrap_or(i64::MAX));
        let rows = sqlx::query(
            "SELECT conversation, body, checksum FROM conversation WHERE conversation < ?1
             ORDER BY conversation DESC LIMIT ?2",
        )
        .bind(before)
        .bind(limit.min(MAX_RECORDS))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(decode).collect()
    }

    /// The record of one ended conversation.
    ///
    /// # Errors
    ///
    /// The record is damaged.
    pub async fn get(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<ConversationRecord>, StoreError> {
        let row = sqlx::query(
            "SELECT conversation, body, checksum FROM conversation WHERE conversation = ?1",
        )
        .bind(conversation.0 as i64)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(decode).transpose()
    }
}

fn decode(row: &SqliteRow) -> Result<ConversationRecord, StoreError> {
    let conversation = row.try_get::<i64, _>(0)? as u64;
    let body: &[u8] = row.try_get_unchecked(1)?;
    if row.try_get::<i64, _>(2)? != checksum::of([conversation, 0], body) {
        let detail = "the checksum does not match".to_owned();
        return Err(StoreError::CorruptRecord { conversation, detail });
    }
    serde_json::from_slice(body)
        .map_err(|error| StoreError::CorruptRecord { conversation, detail: error.to_string() })
}
