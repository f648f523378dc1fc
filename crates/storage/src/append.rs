use call_core::{ConversationId, ConversationRecord, Event, PersonId, Recorded, Time};
use sqlx::{Connection, QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::directory::insert_audit;
use crate::journal::head_of;
use crate::messages::{self, MessageRow};
use crate::{AppendError, Journal, checksum};

/// Rows of one INSERT. A statement is prepared once per number of rows and kept, so this also
/// bounds the cache of prepared statements, which has room for three tables.
const ROWS_PER_STATEMENT: usize = 64;

/// What one transaction writes.
struct Batch {
    /// Conversations that were over and go on.
    reopened: Vec<ConversationId>,
    events: Vec<EventRow>,
    messages: Vec<MessageRow>,
    records: Vec<RecordRow>,
    audit: Vec<AuditRow>,
}

struct EventRow {
    position: u64,
    at_ms: u64,
    body: String,
}

struct AuditRow {
    at: Time,
    by: String,
    body: String,
}

struct RecordRow {
    conversation: u64,
    body: String,
}

impl Journal {
    /// Appends the events after `expected_head` and stores the records, in one transaction, and
    /// returns the new head. When it returns, all of it is on the disk. Without events and
    /// records it does nothing. A record of a conversation that has one takes its place, and a
    /// conversation that goes on again has none until it ends again. Acts of
    /// supervision among the events stand in the audit as well, and what was written in chats among
    /// their messages; both outlive the events.
    ///
    /// # Errors
    ///
    /// [`AppendError::Conflict`] when the head is another one, [`AppendError::DiskFull`] when there
    /// is no room. After any error nothing was stored.
    pub async fn append(
        &self,
        expected_head: u64,
        events: &[Recorded],
        records: &[ConversationRecord],
    ) -> Result<u64, AppendError> {
        if events.is_empty() && records.is_empty() {
            return Ok(expected_head);
        }
        let batch = Batch {
            reopened: events.iter().filter_map(reopened).collect(),
            messages: messages::encode(events)?,
            audit: encode_audit(events)?,
            events: encode_events(expected_head, events)?,
            records: encode_records(records)?,
        };
        let mut connection = self.writer.acquire().await?;
        let result = write(&mut connection, expected_head, &batch).await;
        if !matches!(result, Ok(_) | Err(AppendError::Conflict { .. })) {
            // SQLite may have rolled the transaction back by itself; a connection that is unsure
            // whether it is inside one must not be used again.
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a failed connection could not be closed");
            }
        }
        result
    }
}

async fn write(
    connection: &mut SqliteConnection,
    expected_head: u64,
    batch: &Batch,
) -> Result<u64, AppendError> {
    // IMMEDIATE: a deferred transaction that began by reading cannot always become a writer.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let moved = sqlx::query("UPDATE journal SET head = head + ?1 WHERE head = ?2 RETURNING head")
        .bind(batch.events.len() as i64)
        .bind(expected_head as i64)
        .fetch_optional(&mut *transaction)
        .await?;
    let Some(row) = moved else {
        let head = head_of(&mut *transaction).await?;
        return Err(AppendError::Conflict { head });
    };
    let head = row.try_get::<i64, _>(0)? as u64;
    for rows in batch.events.chunks(ROWS_PER_STATEMENT) {
        insert_events(&mut transaction, rows).await?;
    }
    for rows in batch.messages.chunks(ROWS_PER_STATEMENT) {
        messages::insert(&mut transaction, rows).await?;
    }
    for conversation in &batch.reopened {
        sqlx::query("DELETE FROM conversation WHERE conversation = ?1")
            .bind(conversation.0 as i64)
            .execute(&mut *transaction)
            .await?;
    }
    for rows in batch.records.chunks(ROWS_PER_STATEMENT) {
        insert_records(&mut transaction, rows).await?;
    }
    for AuditRow { at, by, body } in &batch.audit {
        insert_audit(&mut transaction, *at, by, body).await?;
    }
    transaction.commit().await?;
    Ok(head)
}

async fn insert_events(
    connection: &mut SqliteConnection,
    rows: &[EventRow],
) -> Result<(), sqlx::Error> {
    QueryBuilder::<Sqlite>::new("INSERT INTO event (position, at_ms, body, checksum) ")
        .push_values(rows, |mut values, row| {
            values
                .push_bind(row.position as i64)
                .push_bind(row.at_ms as i64)
                .push_bind(row.body.as_str())
                .push_bind(checksum::of([row.position, row.at_ms], row.body.as_bytes()));
        })
        .build()
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_records(
    connection: &mut SqliteConnection,
    rows: &[RecordRow],
) -> Result<(), sqlx::Error> {
    QueryBuilder::<Sqlite>::new(
        "INSERT OR REPLACE INTO conversation (conversation, body, checksum) ",
    )
    .push_values(rows, |mut values, row| {
        values
            .push_bind(row.conversation as i64)
            .push_bind(row.body.as_str())
            .push_bind(checksum::of([row.conversation, 0], row.body.as_bytes()));
    })
    .build()
    .execute(connection)
    .await?;
    Ok(())
}

fn reopened(recorded: &Recorded) -> Option<ConversationId> {
    if let Event::Reopened { conversation, .. } = &recorded.event {
        return Some(*conversation);
    }
    None
}

fn encode_audit(events: &[Recorded]) -> Result<Vec<AuditRow>, AppendError> {
    let acts = events.iter().filter_map(call_core::audit);
    let encode = |entry: call_core::AuditEntry| {
        let by = PersonId::Agent(entry.by.clone()).to_string();
        // A list, as what the directory writes.
        let body = serde_json::to_string(&[&entry]).map_err(AppendError::Encode)?;
        Ok(AuditRow { at: entry.at, by, body })
    };
    acts.map(encode).collect()
}

fn encode_events(expected_head: u64, events: &[Recorded]) -> Result<Vec<EventRow>, AppendError> {
    (expected_head + 1..)
        .zip(events)
        .map(|(position, recorded)| {
            let body = serde_json::to_string(&recorded.event).map_err(AppendError::Encode)?;
            Ok(EventRow { position, at_ms: recorded.at.0, body })
        })
        .collect()
}

fn encode_records(records: &[ConversationRecord]) -> Result<Vec<RecordRow>, AppendError> {
    records
        .iter()
        .map(|record| {
            let body = serde_json::to_string(record).map_err(AppendError::Encode)?;
            Ok(RecordRow { conversation: record.id.0, body })
        })
        .collect()
}
