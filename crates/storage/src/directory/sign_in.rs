use call_core::{AgentId, Time};
use directory::{
    Actor, Change, Family, FamilyId, Presented, REFRESH_RANDOM_BYTES, RefreshTerms, RefreshToken,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::audit;
use super::error::DirectoryError;
use super::load::revision_of;
use crate::Journal;

/// Sign-ins one agent may have at a time; with one more the oldest ends. More than anybody has
/// machines, so that only who signs in without ever signing out notices.
const MAX_PER_AGENT: u32 = 20;

/// What became of a refresh token that was presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// It was good. Whether the agent still works here is the directory's to say.
    Next {
        /// Whose it is.
        agent: AgentId,
        /// The one to use next time.
        token: RefreshToken,
        /// Until when that one is good.
        expires_at: Time,
    },
    /// There is no such sign-in: signed out, ended, or never there.
    Unknown,
    /// Its time was over.
    Expired,
    /// It had been used before: the sign-in has ended, and the audit says so.
    Reused {
        /// Whose it was.
        agent: AgentId,
    },
}

impl Journal {
    /// Stores that an agent signed in, if the directory by which that was allowed is still the
    /// present one. Forgets sign-ins whose time is over.
    ///
    /// # Errors
    ///
    /// [`DirectoryError::Conflict`] when the directory has changed: look again whether the agent
    /// may sign in.
    pub async fn start_sign_in(
        &self,
        revision: u64,
        family: &Family,
    ) -> Result<(), DirectoryError> {
        self.transact(async |connection| {
            let present = revision_of(&mut *connection).await?;
            if present != revision {
                return Err(DirectoryError::Conflict { revision: present });
            }
            forget(connection, family).await?;
            insert(connection, family).await?;
            Ok(())
        })
        .await
    }

    /// Takes a refresh token for the next one. One that was used before ends its sign-in.
    ///
    /// # Errors
    ///
    /// The database failed; then the token is as good as it was.
    pub async fn refresh(
        &self,
        token: &RefreshToken,
        random: [u8; REFRESH_RANDOM_BYTES],
        terms: &RefreshTerms,
        now: Time,
    ) -> Result<Refreshed, DirectoryError> {
        self.transact(async |connection| {
            let Some(family) = find(connection, token.family()).await? else {
                return Ok(Refreshed::Unknown);
            };
            match family.present(token, random, terms, now) {
                Presented::Rotated { family, token } => {
                    insert(connection, &family).await?;
                    let Family { agent, expires_at, .. } = family;
                    Ok(Refreshed::Next { agent, token, expires_at })
                }
                Presented::Expired => {
                    delete(connection, family.id).await?;
                    Ok(Refreshed::Expired)
                }
                Presented::Reused => {
                    delete(connection, family.id).await?;
                    tell_reuse(connection, &family.agent, now).await?;
                    Ok(Refreshed::Reused { agent: family.agent })
                }
            }
        })
        .await
    }

    /// Ends the sign-in the token belongs to, and says whether there was one.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn end_sign_in(&self, token: &RefreshToken) -> Result<bool, DirectoryError> {
        self.transact(async |connection| Ok(delete(connection, token.family()).await?)).await
    }
}

/// Ends every sign-in of an agent.
pub(super) async fn sign_out(
    connection: &mut SqliteConnection,
    agent: &AgentId,
) -> Result<(), sqlx::Error> {
    let delete = sqlx::query("DELETE FROM sign_in WHERE agent = ?1").bind(agent.as_str());
    delete.execute(connection).await?;
    Ok(())
}

/// Makes room for a new one.
async fn forget(connection: &mut SqliteConnection, new: &Family) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sign_in WHERE expires_ms <= ?1")
        .bind(new.started_at.0 as i64)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "DELETE FROM sign_in WHERE family IN (SELECT family FROM sign_in WHERE agent = ?1
         ORDER BY started_ms DESC, family LIMIT -1 OFFSET ?2)",
    )
    .bind(new.agent.as_str())
    .bind(MAX_PER_AGENT - 1)
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, family: &Family) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT OR REPLACE INTO sign_in (family, agent, secret_hash, started_ms, expires_ms)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )
    .bind(&family.id.0[..])
    .bind(family.agent.as_str())
    .bind(&family.secret_hash[..])
    .bind(family.started_at.0 as i64)
    .bind(family.expires_at.0 as i64)
    .execute(connection)
    .await?;
    Ok(())
}

async fn delete(connection: &mut SqliteConnection, family: FamilyId) -> Result<bool, sqlx::Error> {
    let delete = sqlx::query("DELETE FROM sign_in WHERE family = ?1").bind(&family.0[..]);
    Ok(delete.execute(connection).await?.rows_affected() > 0)
}

async fn find(
    connection: &mut SqliteConnection,
    family: FamilyId,
) -> Result<Option<Family>, DirectoryError> {
    let row = sqlx::query(
        "SELECT agent, secret_hash, started_ms, expires_ms FROM sign_in WHERE family = ?1",
    )
    .bind(&family.0[..])
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(|row| decode(family, row)).transpose()
}

fn decode(id: FamilyId, row: &SqliteRow) -> Result<Family, DirectoryError> {
    let damaged = |what: &str| DirectoryError::corrupt("sign-in", &what);
    let agent: &str = row.try_get(0)?;
    let agent = agent.parse().map_err(|_| damaged("its agent"))?;
    let secret_hash: &[u8] = row.try_get(1)?;
    let secret_hash = secret_hash.try_into().map_err(|_| damaged("its hash"))?;
    let started_at = Time(row.try_get::<i64, _>(2)? as u64);
    let expires_at = Time(row.try_get::<i64, _>(3)? as u64);
    Ok(Family { id, agent, secret_hash, started_at, expires_at })
}

async fn tell_reuse(
    connection: &mut SqliteConnection,
    agent: &AgentId,
    now: Time,
) -> Result<(), DirectoryError> {
    let reused = [Change::RefreshTokenReused { agent: agent.clone() }];
    let body = serde_json::to_string(&reused).map_err(DirectoryError::Encode)?;
    audit::insert(connection, now, &Actor::Server.to_string(), &body).await?;
    Ok(())
}
