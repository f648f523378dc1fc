use std::time::Duration;

use call_core::{ConversationId, Time};
use serde::Deserialize;
use sqlx::{Row, SqliteConnection};

use crate::{DirectoryError, Journal, messages};

/// Rows that are forgotten in one transaction: some milliseconds, so that no call waits for it.
const STEP: u32 = 500;

/// How long what is over is kept; nothing is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// Records of conversations, since they began, and what was written in them.
    pub records: Option<Duration>,
    /// The audit.
    pub audit: Option<Duration>,
}

impl Retention {
    /// Records of conversations that began before this time are kept no longer.
    pub fn records_before(&self, now: Time) -> Option<Time> {
        before(self.records, now)
    }
}

/// Conversations of which nothing is forgotten, as queries take them: a list in JSON.
pub(crate) struct Spared(pub(crate) String);

impl Spared {
    fn new(conversations: &[ConversationId]) -> Self {
        let numbers: Vec<String> = conversations.iter().map(|id| id.0.to_string()).collect();
        Self(format!("[{}]", numbers.join(",")))
    }
}

/// What one step of forgetting did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Records.
    pub records: u64,
    /// Messages of chats.
    pub messages: u64,
    /// Rows of the audit.
    pub audit: u64,
    /// Sign-ins whose time was over.
    pub sign_ins: u64,
}

impl Forgotten {
    /// Whether there was nothing left to forget.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Journal {
    /// Forgets some of what is kept no longer, the oldest first, but nothing of these
    /// conversations: they go on, or may. To be asked again until nothing was left; each time takes
    /// the journal for some milliseconds only.
    ///
    /// # Errors
    ///
    /// The database failed; nothing of this step is forgotten then.
    pub async fn forget(
        &self,
        retention: Retention,
        now: Time,
        spared: &[ConversationId],
    ) -> Result<Forgotten, DirectoryError> {
        let spared = Spared::new(spared);
        self.transact(async |connection| {
            let (records, messages) = match retention.records_before(now) {
                Some(before) => conversations(connection, before, &spared).await?,
                None => (0, 0),
            };
            Ok(Forgotten {
                records,
                messages,
                audit: match before(retention.audit, now) {
                    Some(before) => audit(connection, before).await?,
                    None => 0,
                },
                sign_ins: sign_ins(connection, now).await?,
            })
        })
        .await
    }
}

/// What is older than this is kept no longer.
fn before(kept: Option<Duration>, now: Time) -> Option<Time> {
    let kept = u64::try_from(kept?.as_millis()).ok()?;
    now.0.checked_sub(kept).map(Time)
}

/// The only part of a record that counts here.
#[derive(Deserialize)]
struct Begun {
    started_at: Time,
}

/// Records go after the messages of their conversations. Gives how many of both went.
async fn conversations(
    connection: &mut SqliteConnection,
    before: Time,
    spared: &Spared,
) -> Result<(u64, u64), DirectoryError> {
    let Some(last) = last_record(connection, before, spared).await? else {
        return Ok((0, messages::forget_unrecorded(connection, before, spared, STEP).await?));
    };
    let messages = messages::forget_recorded(connection, last, spared, STEP).await?;
    if messages == u64::from(STEP) {
        // There may be more of them, for the steps to come.
        return Ok((0, messages));
    }
    let delete = sqlx::query(
        "DELETE FROM conversation WHERE conversation <= ?1
         AND conversation NOT IN (SELECT value FROM json_each(?2))",
    );
    let delete = delete.bind(last).bind(spared.0.as_str());
    Ok((delete.execute(connection).await?.rows_affected(), messages))
}

/// The last conversation of a step. Conversations are numbered as they begin: the first of them
/// that is kept ends the step.
async fn last_record(
    connection: &mut SqliteConnection,
    before: Time,
    spared: &Spared,
) -> Result<Option<i64>, DirectoryError> {
    let oldest = sqlx::query(
        "SELECT conversation, body FROM conversation
         WHERE conversation NOT IN (SELECT value FROM json_each(?2))
         ORDER BY conversation LIMIT ?1",
    )
    .bind(STEP)
    .bind(spared.0.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let mut last = None;
    for row in &oldest {
        let body: &[u8] = row.try_get_unchecked(1)?;
        match serde_json::from_slice::<Begun>(body) {
            Ok(begun) if begun.started_at < before => last = Some(row.try_get::<i64, _>(0)?),
            Ok(_) => break,
            // A damaged one goes with those after it.
            Err(_) => {}
        }
    }
    Ok(last)
}

async fn audit(connection: &mut SqliteConnection, before: Time) -> Result<u64, DirectoryError> {
    let delete = sqlx::query(
        "DELETE FROM audit WHERE number IN
         (SELECT number FROM audit WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2)",
    );
    let delete = delete.bind(before.0 as i64).bind(STEP);
    Ok(delete.execute(connection).await?.rows_affected())
}

async fn sign_ins(connection: &mut SqliteConnection, now: Time) -> Result<u64, DirectoryError> {
    let delete = sqlx::query(
        "DELETE FROM sign_in WHERE family IN
         (SELECT family FROM sign_in WHERE expires_ms <= ?1 LIMIT ?2)",
    );
    let delete = delete.bind(now.0 as i64).bind(STEP);
    Ok(delete.execute(connection).await?.rows_affected())
}
