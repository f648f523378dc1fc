use std::collections::BTreeSet;

use directory::{Amendment, Directory, Subject};
use serde::Serialize;
use sqlx::{Row, SqliteConnection};

use super::audit;
use super::error::DirectoryError;
use super::load::{StoredDirectory, revision_of, sum};
use super::quick_replies::forget_team;
use super::sign_in::sign_out;
use crate::Journal;

impl Journal {
    /// Applies what somebody changed and stores it with its line in the audit, in one transaction,
    /// and gives back the directory as it is then. When it returns, all of it is on the disk.
    /// Sign-ins that the changes end are ended. Without changes it does nothing.
    ///
    /// # Errors
    ///
    /// [`DirectoryError::Conflict`] when the stored directory is another than `present`. After any
    /// error nothing was stored.
    ///
    /// # Panics
    ///
    /// The changes were decided against another directory than `present`.
    pub async fn amend_directory(
        &self,
        present: &StoredDirectory,
        amendment: &Amendment,
    ) -> Result<StoredDirectory, DirectoryError> {
        if amendment.changes.is_empty() {
            return Ok(present.clone());
        }
        let mut after = present.directory.clone();
        for change in &amendment.changes {
            after.apply(change);
        }
        let body = serde_json::to_string(&amendment.changes).map_err(DirectoryError::Encode)?;
        let rows = changed_rows(&after, amendment)?;
        let expected = present.revision;
        let revision = self
            .transact(async |connection| {
                let revision = advance(connection, expected).await?;
                for row in &rows {
                    row.write(connection).await?;
                }
                for agent in amendment.changes.iter().filter_map(|change| change.signs_out()) {
                    sign_out(connection, agent).await?;
                }
                audit::insert(connection, amendment.at, &amendment.by.to_string(), &body).await?;
                Ok(revision)
            })
            .await?;
        Ok(StoredDirectory { directory: after, revision })
    }
}

/// Counts the change, if nobody else made one.
async fn advance(connection: &mut SqliteConnection, expected: u64) -> Result<u64, DirectoryError> {
    let moved = sqlx::query(
        "UPDATE directory SET revision = revision + 1 WHERE revision = ?1 RETURNING revision",
    )
    .bind(expected as i64)
    .fetch_optional(&mut *connection)
    .await?;
    match moved {
        Some(row) => Ok(row.try_get::<i64, _>(0)? as u64),
        None => Err(DirectoryError::Conflict { revision: revision_of(connection).await? }),
    }
}

/// An entry as it is to be stored.
enum ChangedRow {
    Agent { id: String, body: String, password: Option<String> },
    Team { id: String, body: Option<String> },
    Channel { id: String, body: Option<String> },
}

/// Every entry the changes are about, once.
fn changed_rows(
    after: &Directory,
    amendment: &Amendment,
) -> Result<Vec<ChangedRow>, DirectoryError> {
    let subjects: BTreeSet<Subject<'_>> =
        amendment.changes.iter().map(directory::Change::subject).collect();
    let row = |subject| -> Result<Option<ChangedRow>, serde_json::Error> {
        Ok(Some(match subject {
            Subject::Agent(id) => {
                let Some(agent) = after.agent(id) else { return Ok(None) };
                let password = agent.password.as_ref().map(|hash| hash.as_str().to_owned());
                ChangedRow::Agent { id: id.to_string(), body: encode(agent)?, password }
            }
            Subject::Team(id) => {
                let body = after.team(id).map(encode).transpose()?;
                ChangedRow::Team { id: id.to_string(), body }
            }
            Subject::Channel(id) => {
                let body = after.channel(id).map(encode).transpose()?;
                ChangedRow::Channel { id: id.to_string(), body }
            }
        }))
    };
    let rows = subjects.into_iter().filter_map(|subject| row(subject).transpose());
    rows.collect::<Result<_, _>>().map_err(DirectoryError::Encode)
}

fn encode<T: Serialize>(entry: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(entry)
}

impl ChangedRow {
    async fn write(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        match self {
            Self::Agent { id, body, password } => {
                let beside = password.as_deref().unwrap_or_default();
                let put = "INSERT OR REPLACE INTO agent (id, body, checksum, password)
                           VALUES (?1, ?2, ?3, ?4)";
                let put = sqlx::query(put).bind(id).bind(body);
                let put = put.bind(sum(body.as_bytes(), beside.as_bytes())).bind(password);
                put.execute(connection).await?;
            }
            Self::Team { id, body: Some(body) } => {
                let put = "INSERT OR REPLACE INTO team (id, body, checksum) VALUES (?1, ?2, ?3)";
                put_entry(connection, put, id, body).await?;
            }
            Self::Channel { id, body: Some(body) } => {
                let put = "INSERT OR REPLACE INTO channel (id, body, checksum) VALUES (?1, ?2, ?3)";
                put_entry(connection, put, id, body).await?;
            }
            Self::Team { id, body: None } => {
                let delete = sqlx::query("DELETE FROM team WHERE id = ?1").bind(id);
                delete.execute(&mut *connection).await?;
                forget_team(connection, id).await?;
            }
            Self::Channel { id, body: None } => {
                let delete = sqlx::query("DELETE FROM channel WHERE id = ?1").bind(id);
                delete.execute(connection).await?;
            }
        }
        Ok(())
    }
}

async fn put_entry(
    connection: &mut SqliteConnection,
    sql: &'static str,
    id: &str,
    body: &str,
) -> Result<(), sqlx::Error> {
    let put = sqlx::query(sql).bind(id).bind(body).bind(sum(body.as_bytes(), &[]));
    put.execute(connection).await?;
    Ok(())
}
