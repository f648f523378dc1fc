use directory::{Agent, Channel, Directory, Problems, Team};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row, SqliteConnection, SqliteExecutor};

use super::error::DirectoryError;
use crate::{Journal, checksum};

/// The directory as it was stored at one revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredDirectory {
    /// The whole of it.
    pub directory: Directory,
    /// How often it had changed. Another number than before means that somebody changed it, in
    /// this process or another.
    pub revision: u64,
}

impl Journal {
    /// Reads the whole directory, from one moment's view of the file.
    ///
    /// # Errors
    ///
    /// Damage, named by its entry: nothing is skipped or guessed.
    pub async fn load_directory(&self) -> Result<StoredDirectory, DirectoryError> {
        let mut connection = self.readers.acquire().await?;
        let mut transaction = connection.begin().await?;
        let revision = revision_of(&mut *transaction).await?;
        let agents = rows(&mut transaction, "SELECT id, body, checksum, password FROM agent");
        let agents = agents.await?.iter().map(agent).collect::<Result<_, _>>()?;
        let teams = rows(&mut transaction, "SELECT id, body, checksum FROM team");
        let teams: Vec<Team> = entries("team", &teams.await?, Team::from_json)?;
        let channels = rows(&mut transaction, "SELECT id, body, checksum FROM channel");
        let channels: Vec<Channel> = entries("channel", &channels.await?, Channel::from_json)?;
        transaction.commit().await?;
        let directory = Directory::from_parts(agents, teams, channels)
            .map_err(|problems| DirectoryError::corrupt("directory", &problems))?;
        Ok(StoredDirectory { directory, revision })
    }

    /// How often the directory has changed: cheap enough to look every second whether another
    /// process did.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn directory_revision(&self) -> Result<u64, DirectoryError> {
        Ok(revision_of(&self.readers).await?)
    }
}

pub(super) async fn revision_of(executor: impl SqliteExecutor<'_>) -> Result<u64, sqlx::Error> {
    let row = sqlx::query("SELECT revision FROM directory").fetch_one(executor).await?;
    Ok(row.try_get::<i64, _>(0)? as u64)
}

async fn rows(
    connection: &mut SqliteConnection,
    sql: &'static str,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    sqlx::query(sql).fetch_all(connection).await
}

/// The checksum of an entry, over its body and what stands beside it.
pub(super) fn sum(body: &[u8], password: &[u8]) -> i64 {
    let both = [body, password].concat();
    checksum::of([body.len() as u64, password.len() as u64], &both)
}

fn entries<T>(
    kind: &str,
    rows: &[SqliteRow],
    read: fn(&Value) -> Result<T, Problems>,
) -> Result<Vec<T>, DirectoryError> {
    rows.iter().map(|row| entry(kind, row, &[], read)).collect()
}

fn entry<T>(
    kind: &str,
    row: &SqliteRow,
    password: &[u8],
    read: fn(&Value) -> Result<T, Problems>,
) -> Result<T, DirectoryError> {
    // As bytes: a damaged row need not be UTF-8, and must still be reported by its place.
    let id = String::from_utf8_lossy(row.try_get_unchecked(0)?);
    let name = format!("{kind} {id}");
    let body: &[u8] = row.try_get_unchecked(1)?;
    if row.try_get::<i64, _>(2)? != sum(body, password) {
        return Err(DirectoryError::corrupt(name, &"the checksum does not match"));
    }
    let value: Value =
        serde_json::from_slice(body).map_err(|error| DirectoryError::corrupt(&name, &error))?;
    if value.get("id").and_then(Value::as_str) != Some(&id) {
        return Err(DirectoryError::corrupt(name, &"it is another one's"));
    }
    read(&value).map_err(|problems| DirectoryError::corrupt(name, &problems))
}

fn agent(row: &SqliteRow) -> Result<Agent, DirectoryError> {
    let password: Option<&[u8]> = row.try_get_unchecked(3)?;
    let mut agent = entry("agent", row, password.unwrap_or_default(), Agent::from_json)?;
    let Some(password) = password else { return Ok(agent) };
    let hash = str::from_utf8(password).ok().and_then(|text| text.parse().ok());
    let damaged = || DirectoryError::corrupt(format!("agent {}", agent.id), &"its password's hash");
    agent.password = Some(hash.ok_or_else(damaged)?);
    Ok(agent)
}
