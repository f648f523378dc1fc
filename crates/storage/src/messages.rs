use call_core::{
    Body, ConversationId, Event, FileNote, Message, MessageAudience, PersonId, Recorded, Time,
    reads,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::retention::Spared;
use crate::{AppendError, Journal, StoreError, checksum};

/// The most messages one query gives, whatever it asked for: of the longest, some megabytes.
const MAX_MESSAGES: u32 = 200;

/// What was written in a conversation, as one person may read it: notes between agents are never
/// among what a customer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transcript {
    conversation: ConversationId,
    notes: bool,
}

impl Transcript {
    /// Of a conversation, for this reader. Whether the reader belongs there is not asked here.
    pub fn for_reader(conversation: ConversationId, reader: &PersonId) -> Self {
        Self { conversation, notes: reads(reader, MessageAudience::Agents) }
    }

    /// Of a conversation, for whoever reads what is written for this audience.
    pub fn for_audience(conversation: ConversationId, audience: MessageAudience) -> Self {
        let notes = match audience {
            MessageAudience::Everyone => false,
            MessageAudience::Agents => true,
        };
        Self { conversation, notes }
    }
}

/// A message and when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// When.
    pub at: Time,
    /// The message.
    pub message: Message,
}

impl Journal {
    /// The first messages after a number, in order, at most `limit` (and never more than 200).
    /// The next page is asked for with the last number of this one.
    ///
    /// # Errors
    ///
    /// A damaged message, named by its conversation and number.
    pub async fn messages_after(
        &self,
        transcript: Transcript,
        after: u64,
        limit: u32,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        let rows = sqlx::query(
            "SELECT conversation, number, at_ms, audience, body, checksum FROM message
             WHERE conversation = ?1 AND number > ?2 AND (audience = ?3 OR ?4)
             ORDER BY number LIMIT ?5",
        )
        .bind(transcript.conversation.0 as i64)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(code(MessageAudience::Everyone))
        .bind(transcript.notes)
        .bind(limit.min(MAX_MESSAGES))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(decode).collect()
    }

    /// The last messages before a number, or the last of all, in order, at most `limit` (and never
    /// more than 200). The page before is asked for with the first number of this one.
    ///
    /// # Errors
    ///
    /// As [`Journal::messages_after`].
    pub async fn messages_before(
        &self,
        transcript: Transcript,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        let before = before.map_or(i64::MAX, |number| i64::try_from(number).unwrap_or(i64::MAX));
        let rows = sqlx::query(
            "SELECT conversation, number, at_ms, audience, body, checksum FROM message
             WHERE conversation = ?1 AND number < ?2 AND (audience = ?3 OR ?4)
             ORDER BY number DESC LIMIT ?5",
        )
        .bind(transcript.conversation.0 as i64)
        .bind(before)
        .bind(code(MessageAudience::Everyone))
        .bind(transcript.notes)
        .bind(limit.min(MAX_MESSAGES))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().rev().map(decode).collect()
    }
}

/// What is in the body of every message with a file, and of no other.
const WITH_FILE: &str = "%\"body\":{\"file\":%";

impl Journal {
    /// The files that messages of a conversation carry, as far as this audience may read them. As
    /// many as a chat may have.
    ///
    /// # Errors
    ///
    /// As [`Journal::messages_after`].
    pub async fn files(
        &self,
        conversation: ConversationId,
        reader: MessageAudience,
    ) -> Result<Vec<FileNote>, StoreError> {
        let rows = sqlx::query(
            "SELECT conversation, number, at_ms, audience, body, checksum FROM message
             WHERE conversation = ?1 AND (audience = ?2 OR ?3) AND body LIKE ?4 ORDER BY number",
        )
        .bind(conversation.0 as i64)
        .bind(code(MessageAudience::Everyone))
        .bind(reader == MessageAudience::Agents)
        .bind(WITH_FILE)
        .fetch_all(&self.readers)
        .await?;
        let notes = rows.iter().map(|row| match decode(row)?.message.body {
            Body::File(note) => Ok(Some(note)),
            Body::Text(_) => Ok(None),
        });
        notes.filter_map(Result::transpose).collect()
    }

    /// Whether anything that was written in a conversation is kept.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn has_messages(&self, conversation: ConversationId) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM message WHERE conversation = ?1 LIMIT 1")
            .bind(conversation.0 as i64)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }
}

/// How an audience stands in the table. A number is never given another meaning.
fn code(audience: MessageAudience) -> u8 {
    match audience {
        MessageAudience::Everyone => 1,
        MessageAudience::Agents => 2,
    }
}

pub(crate) struct MessageRow {
    conversation: u64,
    number: u64,
    at_ms: u64,
    audience: u8,
    body: String,
}

/// The rows of what was written among the events.
pub(crate) fn encode(events: &[Recorded]) -> Result<Vec<MessageRow>, AppendError> {
    let written = events.iter().filter_map(|recorded| {
        let Event::MessageSent { conversation, message, .. } = &recorded.event else { return None };
        Some((recorded.at, conversation, message))
    });
    written
        .map(|(at, conversation, message)| {
            let body = serde_json::to_string(message).map_err(AppendError::Encode)?;
            let Message { number, audience, .. } = *message;
            let audience = code(audience);
            Ok(MessageRow { conversation: conversation.0, number, at_ms: at.0, audience, body })
        })
        .collect()
}

/// Adds messages, inside the transaction of their events. A number that the conversation has given
/// already is an error: nothing that was written is ever written over.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    rows: &[MessageRow],
) -> Result<(), sqlx::Error> {
    QueryBuilder::<Sqlite>::new(
        "INSERT INTO message (conversation, number, at_ms, audience, body, checksum) ",
    )
    .push_values(rows, |mut values, row| {
        let MessageRow { conversation, number, at_ms, audience, body } = row;
        let numbers = [*conversation, *number, *at_ms, u64::from(*audience)];
        values
            .push_bind(*conversation as i64)
            .push_bind(*number as i64)
            .push_bind(*at_ms as i64)
            .push_bind(*audience)
            .push_bind(body.as_str())
            .push_bind(checksum::of(numbers, body.as_bytes()));
    })
    .build()
    .execute(connection)
    .await?;
    Ok(())
}

fn decode(row: &SqliteRow) -> Result<StoredMessage, StoreError> {
    let number_in = |column: usize| row.try_get::<i64, _>(column).map(|number| number as u64);
    let (conversation, number) = (number_in(0)?, number_in(1)?);
    let (at_ms, audience) = (number_in(2)?, number_in(3)?);
    let body: &[u8] = row.try_get_unchecked(4)?;
    let damaged = |detail: String| StoreError::CorruptMessage { conversation, number, detail };
    let sum = checksum::of([conversation, number, at_ms, audience], body);
    if row.try_get::<i64, _>(5)? != sum {
        return Err(damaged("the checksum does not match".to_owned()));
    }
    let message = serde_json::from_slice(body).map_err(|error| damaged(error.to_string()))?;
    Ok(StoredMessage { at: Time(at_ms), message })
}

/// Forgets some messages of the conversations up to `last` that have a record, the oldest first.
pub(crate) async fn forget_recorded(
    connection: &mut SqliteConnection,
    last: i64,
    spared: &Spared,
    limit: u32,
) -> Result<u64, sqlx::Error> {
    let delete = sqlx::query(
        "DELETE FROM message WHERE (conversation, number) IN
         (SELECT message.conversation, number FROM conversation JOIN message USING (conversation)
          WHERE message.conversation <= ?1
            AND message.conversation NOT IN (SELECT value FROM json_each(?3))
          ORDER BY message.conversation, number LIMIT ?2)",
    );
    let delete = delete.bind(last).bind(limit).bind(spared.0.as_str());
    Ok(delete.execute(connection).await?.rows_affected())
}

/// Forgets some messages from before this time whose conversation has no record and is not spared:
/// its record is gone. To be asked when no record that is left began before this time:
/// conversations are numbered as they begin, so none after the first of them holds messages that
/// old, and those need no look.
pub(crate) async fn forget_unrecorded(
    connection: &mut SqliteConnection,
    before: Time,
    spared: &Spared,
    limit: u32,
) -> Result<u64, sqlx::Error> {
    let delete = sqlx::query(
        "DELETE FROM message WHERE (conversation, number) IN
         (SELECT conversation, number FROM message
          WHERE conversation < (SELECT ifnull(min(conversation), ?1) FROM conversation)
            AND at_ms < ?2 AND conversation NOT IN (SELECT value FROM json_each(?4)) LIMIT ?3)",
    );
    let delete = delete.bind(i64::MAX).bind(before.0 as i64).bind(limit);
    let delete = delete.bind(spared.0.as_str());
    Ok(delete.execute(connection).await?.rows_affected())
}
