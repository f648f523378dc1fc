use sqlx::{Connection, Row, SqliteConnection};

use crate::StoreError;

/// "Tref" in ASCII: tells our files from other `SQLite` databases.
const APPLICATION_ID: i64 = 0x5472_6566;

/// Every step from an empty file to the present schema, in order; the version of a file is the
/// number of steps taken. A released step is never edited, only followed by another.
const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001_journal.sql"),
    include_str!("migrations/0002_directory.sql"),
    include_str!("migrations/0003_messages.sql"),
    include_str!("migrations/0004_quick_replies.sql"),
];

/// Brings the file to the present schema, each step in a transaction of its own.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let found = pragma(connection, "PRAGMA application_id").await?;
    let version = pragma(connection, "PRAGMA user_version").await?;
    let empty = pragma(connection, "SELECT count(*) FROM sqlite_schema").await? == 0;
    if found != APPLICATION_ID && !(empty && found == 0) {
        return Err(StoreError::NotAJournal { found });
    }
    let known = MIGRATIONS.len() as i64;
    if version > known {
        return Err(StoreError::SchemaTooNew { found: version, known });
    }
    for (step, sql) in MIGRATIONS.into_iter().enumerate().skip(version as usize) {
        apply(connection, step as i64, sql).await?;
    }
    Ok(())
}

/// Takes one step, unless another process has taken it between the look and the lock.
async fn apply(
    connection: &mut SqliteConnection,
    step: i64,
    sql: &'static str,
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    if pragma(&mut transaction, "PRAGMA user_version").await? == step {
        sqlx::raw_sql(sql).execute(&mut *transaction).await?;
        // Pragmas take no parameters; both values are our own numbers.
        let stamp = format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};",
            step + 1
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(stamp)).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

async fn pragma(connection: &mut SqliteConnection, sql: &'static str) -> Result<i64, StoreError> {
    Ok(sqlx::query(sql).fetch_one(connection).await?.try_get(0)?)
}
