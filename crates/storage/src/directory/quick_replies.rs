use call_core::{PersonId, TeamId, Time};
use directory::limits::MAX_QUICK_REPLIES;
use directory::{
    Actor, QuickReply, QuickReplyChange, QuickReplyId, Refusal, Replier, ReplyEdit, ReplyOwner,
    ReplyWords,
};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::audit;
use super::error::DirectoryError;
use super::load::sum;
use crate::Journal;

/// The most rows one query gives, whatever it asked for: some megabytes, if each is as long as it
/// may be.
const MAX_ROWS: u32 = 500;

/// Whether it was done; where it was not, nothing has changed.
type Done<T> = Result<T, Refusal>;

impl Journal {
    /// The quick replies of some owners in the order in which they were created, at most `limit`
    /// (and never more than 500). The next page is asked for with the last id of this one as
    /// `after`.
    ///
    /// # Errors
    ///
    /// A damaged one, named by its id.
    pub async fn quick_replies(
        &self,
        owners: &[ReplyOwner],
        limit: u32,
        after: Option<QuickReplyId>,
    ) -> Result<Vec<QuickReply>, DirectoryError> {
        let owners = serde_json::to_string(owners).map_err(DirectoryError::Encode)?;
        let after = after.map_or(0, |id| i64::try_from(id.0).unwrap_or(i64::MAX));
        let rows = sqlx::query(
            "SELECT number, owner, body, checksum FROM quick_reply
             WHERE owner IN (SELECT value FROM json_each(?1)) AND number > ?2
             ORDER BY number LIMIT ?3",
        )
        .bind(owners)
        .bind(after)
        .bind(limit.min(MAX_ROWS))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(decode).collect()
    }

    /// Adds a quick reply, with its line in the audit. When it returns, both are on the disk.
    ///
    /// # Errors
    ///
    /// Damage, or the database failed. What is refused is no error of the store's.
    pub async fn create_quick_reply(
        &self,
        by: &Replier,
        owner: ReplyOwner,
        words: ReplyWords,
        at: Time,
    ) -> Result<Done<QuickReply>, DirectoryError> {
        self.transact(async |connection| {
            if let Err(refusal) = may_create(connection, by, &owner, &words).await? {
                return Ok(Err(refusal));
            }
            // The number is given with the row, and stands in the row's body.
            let empty = "INSERT INTO quick_reply (owner, body, checksum) VALUES (?1, '', 0)";
            let empty = sqlx::query(empty).bind(owner.to_string()).execute(&mut *connection);
            let id = QuickReplyId(empty.await?.last_insert_rowid() as u64);
            let writer = PersonId::Agent(by.agent().clone());
            let reply =
                QuickReply { id, owner, words, version: 1, updated_at: at, updated_by: writer };
            put(connection, &reply).await?;
            tell(connection, by, at, &QuickReplyChange::Created((&reply).into())).await?;
            Ok(Ok(reply))
        })
        .await
    }

    /// Changes what a quick reply says, unless somebody else did since it was read.
    ///
    /// # Errors
    ///
    /// Damage, or the database failed. What is refused is no error of the store's.
    pub async fn change_quick_reply(
        &self,
        by: &Replier,
        id: QuickReplyId,
        edit: ReplyEdit,
        at: Time,
    ) -> Result<Done<QuickReply>, DirectoryError> {
        let ReplyEdit { version, words } = edit;
        self.transact(async |connection| {
            let present = match to_change(connection, by, id, Some(version)).await? {
                Ok(present) => present,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if present.words == words {
                return Ok(Ok(present));
            }
            if let Err(refusal) = is_free(connection, &present.owner, &words, Some(id)).await? {
                return Ok(Err(refusal));
            }
            let reply = QuickReply {
                words,
                version: present.version + 1,
                updated_at: at,
                updated_by: PersonId::Agent(by.agent().clone()),
                ..present
            };
            put(connection, &reply).await?;
            tell(connection, by, at, &QuickReplyChange::Changed((&reply).into())).await?;
            Ok(Ok(reply))
        })
        .await
    }

    /// Removes a quick reply, unless somebody changed it since `version` was read.
    ///
    /// # Errors
    ///
    /// Damage, or the database failed. What is refused is no error of the store's.
    pub async fn remove_quick_reply(
        &self,
        by: &Replier,
        id: QuickReplyId,
        version: Option<u64>,
        at: Time,
    ) -> Result<Done<()>, DirectoryError> {
        self.transact(async |connection| {
            let reply = match to_change(connection, by, id, version).await? {
                Ok(reply) => reply,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let delete = sqlx::query("DELETE FROM quick_reply WHERE number = ?1").bind(id.0 as i64);
            delete.execute(&mut *connection).await?;
            tell(connection, by, at, &QuickReplyChange::Removed((&reply).into())).await?;
            Ok(Ok(()))
        })
        .await
    }
}

/// Removes those of a team that is removed: another team of its id does not inherit them.
pub(super) async fn forget_team(
    connection: &mut SqliteConnection,
    team: &str,
) -> Result<(), sqlx::Error> {
    let owner = format!("team:{team}");
    let delete = sqlx::query("DELETE FROM quick_reply WHERE owner = ?1").bind(owner);
    delete.execute(connection).await?;
    Ok(())
}

async fn may_create(
    connection: &mut SqliteConnection,
    by: &Replier,
    owner: &ReplyOwner,
    words: &ReplyWords,
) -> Result<Done<()>, DirectoryError> {
    if let Err(refusal) = by.may_change(owner) {
        return Ok(Err(refusal));
    }
    if let ReplyOwner::Team(team) = owner
        && !exists(connection, team).await?
    {
        return Ok(Err(Refusal::UnknownTeam { team: team.clone(), field: "owner" }));
    }
    let count = sqlx::query("SELECT count(*) FROM quick_reply WHERE owner = ?1");
    let count = count.bind(owner.to_string()).fetch_one(&mut *connection).await?;
    if count.try_get::<i64, _>(0)? >= MAX_QUICK_REPLIES as i64 {
        let (what, max) = ("quick replies of one owner", MAX_QUICK_REPLIES);
        return Ok(Err(Refusal::TooMany { what, max }));
    }
    is_free(connection, owner, words, None).await
}

async fn exists(connection: &mut SqliteConnection, team: &TeamId) -> Result<bool, sqlx::Error> {
    let team = sqlx::query("SELECT 1 FROM team WHERE id = ?1").bind(team.as_str());
    Ok(team.fetch_optional(connection).await?.is_some())
}

/// Whether the shortcut, if there is one, finds no other of the same owner.
async fn is_free(
    connection: &mut SqliteConnection,
    owner: &ReplyOwner,
    words: &ReplyWords,
    own: Option<QuickReplyId>,
) -> Result<Done<()>, DirectoryError> {
    let Some(shortcut) = &words.shortcut else { return Ok(Ok(())) };
    let row = sqlx::query(
        "SELECT number, owner, body, checksum FROM quick_reply WHERE owner = ?1 AND shortcut = ?2",
    )
    .bind(owner.to_string())
    .bind(shortcut.as_str())
    .fetch_optional(connection)
    .await?;
    let other = row.as_ref().map(decode).transpose()?.filter(|other| Some(other.id) != own);
    Ok(match other {
        Some(other) => {
            Err(Refusal::ShortcutTaken { shortcut: shortcut.clone(), by: other.words.title })
        }
        None => Ok(()),
    })
}

/// The quick reply, if it may be changed as it was read. One that may not even be read is none.
async fn to_change(
    connection: &mut SqliteConnection,
    by: &Replier,
    id: QuickReplyId,
    version: Option<u64>,
) -> Result<Done<QuickReply>, DirectoryError> {
    let find = "SELECT number, owner, body, checksum FROM quick_reply WHERE number = ?1";
    // No number is as large as one that does not fit.
    let number = i64::try_from(id.0).unwrap_or(i64::MAX);
    let row = sqlx::query(find).bind(number).fetch_optional(connection).await?;
    let reply = row.as_ref().map(decode).transpose()?;
    let Some(reply) = reply.filter(|reply| by.may_read(&reply.owner)) else {
        return Ok(Err(Refusal::UnknownQuickReply { quick_reply: id }));
    };
    if let Err(refusal) = by.may_change(&reply.owner) {
        return Ok(Err(refusal));
    }
    if version.is_some_and(|version| version != reply.version) {
        return Ok(Err(Refusal::ChangedMeanwhile { version: reply.version }));
    }
    Ok(Ok(reply))
}

async fn put(connection: &mut SqliteConnection, reply: &QuickReply) -> Result<(), DirectoryError> {
    let body = serde_json::to_string(reply).map_err(DirectoryError::Encode)?;
    sqlx::query("UPDATE quick_reply SET shortcut = ?2, body = ?3, checksum = ?4 WHERE number = ?1")
        .bind(reply.id.0 as i64)
        .bind(reply.words.shortcut.as_ref().map(directory::Shortcut::as_str))
        .bind(&body)
        .bind(sum(body.as_bytes(), &[]))
        .execute(connection)
        .await?;
    Ok(())
}

async fn tell(
    connection: &mut SqliteConnection,
    by: &Replier,
    at: Time,
    change: &QuickReplyChange<'_>,
) -> Result<(), DirectoryError> {
    let body = serde_json::to_string(&[change]).map_err(DirectoryError::Encode)?;
    let actor = Actor::Agent(by.agent().clone()).to_string();
    audit::insert(connection, at, &actor, &body).await?;
    Ok(())
}

fn decode(row: &SqliteRow) -> Result<QuickReply, DirectoryError> {
    let id = QuickReplyId(row.try_get::<i64, _>(0)? as u64);
    let name = || format!("quick reply {id}");
    let body: &[u8] = row.try_get_unchecked(2)?;
    if row.try_get::<i64, _>(3)? != sum(body, &[]) {
        return Err(DirectoryError::corrupt(name(), &"the checksum does not match"));
    }
    let value: Value =
        serde_json::from_slice(body).map_err(|error| DirectoryError::corrupt(name(), &error))?;
    let reply = QuickReply::from_json(&value)
        .map_err(|problems| DirectoryError::corrupt(name(), &problems))?;
    // As bytes: a damaged row need not be UTF-8.
    let owner: &[u8] = row.try_get_unchecked(1)?;
    if reply.id != id || reply.owner.to_string().as_bytes() != owner {
        return Err(DirectoryError::corrupt(name(), &"it is another one's"));
    }
    Ok(reply)
}
