use std::sync::Arc;
use std::time::Duration;

use call_core::{AgentId, ConversationId, ConversationRecord, FileId, MessageAudience, Time};
use directory::{
    Actor, Agent, Amendment, Command, Directory, Family, LoginName, Password, PasswordHash,
    QuickReply, QuickReplyId, REFRESH_RANDOM_BYTES, RefreshTerms, RefreshToken, Replier, ReplyEdit,
    ReplyOwner, ReplyWords, Team, TeamPatch, Verdict, decide, decide_all,
};
use signaling::chat::Said;
use signaling::rest::{Amended, AuditLine, Decide, Denied, Later, Office, SignedIn, StoredFile};
use storage::{
    AuditRow, DirectoryError, FileStore, Journal, Refreshed, StoreError, StoredMessage, Transcript,
};
use tokio::sync::{Mutex, watch};

use super::passwords::Passwords;
use super::{Present, now};

/// How often a change is decided again because another process was first. Every time somebody else
/// has got on, so it ends; one command line beside a server at work is seldom second so often.
const TRIES: usize = 50;
/// Messages read at a time for a transcript.
const PAGE: u32 = 200;
/// How often it is looked whether the command line was at work.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The one place in this process that changes the directory.
#[derive(Debug)]
pub(crate) struct Keeper {
    pub(super) journal: Journal,
    present: watch::Sender<Present>,
    /// One change at a time: those of this process never get in each other's way.
    turn: Mutex<()>,
    passwords: Passwords,
    terms: RefreshTerms,
    /// What people send each other; none where nobody asks for it.
    pub(super) files: Option<FileStore>,
}

impl Keeper {
    /// Loads the directory. One that was never changed is given the teams of the configuration.
    ///
    /// # Errors
    /// The directory cannot be read, or the teams not be stored.
    pub(crate) async fn open(journal: Journal, teams: &[Team]) -> anyhow::Result<Self> {
        let mut stored = journal.load_directory().await?;
        if stored.revision == 0 {
            let (at, by) = (now(), Actor::Operator);
            let changes = decide_all(&stored.directory, &by, &beginning(teams), at)?;
            stored = journal.amend_directory(&stored, &Amendment { at, by, changes }).await?;
        }
        Ok(Self {
            journal,
            present: watch::Sender::new(stored.into()),
            turn: Mutex::new(()),
            passwords: Passwords::default(),
            terms: RefreshTerms::default(),
            files: None,
        })
    }

    /// One that also has what people send each other.
    pub(crate) fn with_files(self, files: FileStore) -> Self {
        Self { files: Some(files), ..self }
    }

    /// The directory, and every one that follows.
    pub(crate) fn follow(&self) -> watch::Receiver<Present> {
        self.present.subscribe()
    }

    fn present(&self) -> Present {
        self.present.borrow().clone()
    }

    /// Looks every second whether another process changed the directory, until shutdown.
    pub(crate) async fn look_out(self: Arc<Self>, mut shutdown: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                _ = shutdown.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let outcome = match self.journal.directory_revision().await {
                Ok(revision) if revision == self.present().revision => Ok(()),
                Ok(_) => {
                    let _turn = self.turn.lock().await;
                    self.load().await
                }
                Err(error) => Err(failed(error)),
            };
            if outcome.is_err() {
                tracing::warn!("the directory could not be looked at; trying again");
            }
        }
    }

    async fn load(&self) -> Result<(), Denied> {
        let stored = self.journal.load_directory().await.map_err(failed)?;
        self.present.send_replace(stored.into());
        Ok(())
    }

    async fn amend(&self, by: Actor, decide: Decide) -> Result<Amended, Denied> {
        let _turn = self.turn.lock().await;
        for _ in 0..TRIES {
            let present = self.present();
            let at = now();
            let changes = decide(&present.directory, at)?;
            if changes.is_empty() {
                return Ok(Amended { directory: present.directory, changes });
            }
            let amendment = Amendment { at, by: by.clone(), changes };
            match self.journal.amend_directory(&present.stored(), &amendment).await {
                Ok(after) => {
                    let after = Present::from(after);
                    let directory = Arc::clone(&after.directory);
                    self.present.send_replace(after);
                    return Ok(Amended { directory, changes: amendment.changes });
                }
                Err(DirectoryError::Conflict { .. }) => self.load().await?,
                Err(error) => return Err(failed(error)),
            }
        }
        Err(Denied::Busy)
    }

    async fn set_password(
        &self,
        by: Actor,
        agent: AgentId,
        chosen: Password,
        before: Option<Password>,
    ) -> Result<(), Denied> {
        if let Some(before) = before {
            let known = self.present().directory.active_agent(&agent).cloned();
            let hash = known.and_then(|known| known.password);
            match self.passwords.check(before, hash).await? {
                (_, Verdict::Right { .. }) => {}
                (_, Verdict::Wrong) => return Err(Denied::WrongPassword),
            }
        }
        let hash = self.passwords.hash(chosen).await?;
        self.store_hash(by, agent, hash).await
    }

    async fn store_hash(
        &self,
        by: Actor,
        agent: AgentId,
        hash: PasswordHash,
    ) -> Result<(), Denied> {
        let actor = by.clone();
        let set = move |directory: &Directory, at: Time| {
            let (agent, hash) = (agent.clone(), hash.clone());
            let command = Command::SetPassword { agent, hash };
            Ok(decide(directory, &actor, &command, at)?)
        };
        self.amend(by, Box::new(set)).await.map(drop)
    }

    async fn sign_in(&self, login: &str, password: Password) -> Result<SignedIn, Denied> {
        // A text that is no login name is nobody's, and costs as much.
        let login = login.parse::<LoginName>().ok();
        let find = |directory: &Directory| {
            let agent = login.as_ref().and_then(|login| directory.by_login(login));
            agent.filter(|agent| agent.is_active()).cloned()
        };
        let known = find(&self.present().directory);
        let hash = known.as_ref().and_then(|agent| agent.password.clone());
        let (password, verdict) = self.passwords.check(password, hash.clone()).await?;
        let (Some(known), Verdict::Right { rehash }) = (known, verdict) else {
            return Err(Denied::WrongPassword);
        };
        let mut checked = hash;
        if rehash {
            let stronger = self.passwords.hash(password).await?;
            self.store_hash(Actor::Agent(known.id.clone()), known.id.clone(), stronger.clone())
                .await?;
            checked = Some(stronger);
        }
        for _ in 0..TRIES {
            let Present { directory, revision } = self.present();
            // Removed, or another password, while this one was being checked.
            let agent = find(&directory)
                .filter(|agent| agent.id == known.id && agent.password == checked)
                .ok_or(Denied::WrongPassword)?;
            let (family, refresh) = Family::start(agent.id.clone(), random()?, &self.terms, now());
            match self.journal.start_sign_in(revision, &family).await {
                Ok(()) => {
                    let expires_at = family.expires_at;
                    return Ok(SignedIn { agent, refresh, expires_at });
                }
                Err(DirectoryError::Conflict { .. }) => {
                    let _turn = self.turn.lock().await;
                    self.load().await?;
                }
                Err(error) => return Err(failed(error)),
            }
        }
        Err(Denied::Busy)
    }

    async fn refresh(&self, token: &RefreshToken) -> Result<SignedIn, Denied> {
        let refreshed = self.journal.refresh(token, random()?, &self.terms, now()).await;
        match refreshed.map_err(failed)? {
            Refreshed::Next { agent, token, expires_at } => {
                let agent: Option<Agent> = self.present().directory.active_agent(&agent).cloned();
                let agent = agent.ok_or(Denied::SignedOut)?;
                Ok(SignedIn { agent, refresh: token, expires_at })
            }
            Refreshed::Reused { agent } => {
                tracing::warn!(%agent, "a refresh token came a second time; its sign-in has ended");
                Err(Denied::SignedOut)
            }
            Refreshed::Unknown | Refreshed::Expired => Err(Denied::SignedOut),
        }
    }
}

/// What creates the teams. They name each other: first there are all of them, then they become
/// what they are to be.
fn beginning(teams: &[Team]) -> Vec<Command> {
    let bare = |team: &Team| Team::named(team.id.clone(), team.name.clone());
    let create = |team: &Team| Command::CreateTeam { team: bare(team) };
    let fill = |team: &Team| {
        let patch = TeamPatch::between(&bare(team), team);
        Command::ChangeTeam { team: team.id.clone(), patch }
    };
    teams.iter().map(create).chain(teams.iter().map(fill)).collect()
}

/// Randomness for a refresh token.
fn random() -> Result<[u8; REFRESH_RANDOM_BYTES], Denied> {
    let mut random = [0; REFRESH_RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|error| {
        tracing::error!(%error, "the system gives no randomness");
        Denied::Failed
    })?;
    Ok(random)
}

/// What a failure of the store is to whoever asks; the log says the rest.
pub(super) fn failed(error: impl Into<DirectoryError>) -> Denied {
    let error = error.into();
    let told = &error as &dyn std::error::Error;
    tracing::error!(error = told, "the directory could not be read or written");
    if matches!(error, DirectoryError::Store(StoreError::DiskFull)) {
        return Denied::Full;
    }
    Denied::Failed
}

/// What a failure to read messages is to whoever asks.
pub(super) fn unreadable(error: StoreError) -> Denied {
    let damaged = if let StoreError::CorruptMessage { conversation, number, .. } = &error {
        Some(Denied::Damaged { conversation: ConversationId(*conversation), number: *number })
    } else {
        None
    };
    let denied = failed(DirectoryError::Store(error));
    damaged.unwrap_or(denied)
}

fn line(row: AuditRow) -> AuditLine {
    let AuditRow { number, at, by, changes } = row;
    AuditLine { number, at_ms: at.0, by, changes }
}

impl Office for Keeper {
    fn directory(&self) -> Arc<Directory> {
        self.present().directory
    }

    fn now(&self) -> Time {
        now()
    }

    fn amend(&self, by: Actor, decide: Decide) -> Later<'_, Result<Amended, Denied>> {
        Box::pin(self.amend(by, decide))
    }

    fn set_password(
        &self,
        by: Actor,
        agent: AgentId,
        chosen: Password,
        before: Option<Password>,
    ) -> Later<'_, Result<(), Denied>> {
        Box::pin(self.set_password(by, agent, chosen, before))
    }

    fn sign_in(&self, login: String, password: Password) -> Later<'_, Result<SignedIn, Denied>> {
        Box::pin(async move { self.sign_in(&login, password).await })
    }

    fn refresh(&self, token: RefreshToken) -> Later<'_, Result<SignedIn, Denied>> {
        Box::pin(async move { self.refresh(&token).await })
    }

    fn sign_out(&self, token: RefreshToken) -> Later<'_, Result<(), Denied>> {
        Box::pin(async move { self.journal.end_sign_in(&token).await.map(drop).map_err(failed) })
    }

    fn audit(&self, limit: u32, before: Option<u64>) -> Later<'_, Result<Vec<AuditLine>, Denied>> {
        Box::pin(async move {
            let rows = self.journal.audit(limit, before).await.map_err(failed)?;
            Ok(rows.into_iter().map(line).collect())
        })
    }

    fn quick_replies(
        &self,
        owners: Vec<ReplyOwner>,
        limit: u32,
        after: Option<QuickReplyId>,
    ) -> Later<'_, Result<Vec<QuickReply>, Denied>> {
        Box::pin(self.list_quick_replies(owners, limit, after))
    }

    fn create_quick_reply(
        &self,
        by: Replier,
        owner: ReplyOwner,
        words: ReplyWords,
    ) -> Later<'_, Result<QuickReply, Denied>> {
        Box::pin(self.add_quick_reply(by, owner, words))
    }

    fn change_quick_reply(
        &self,
        by: Replier,
        quick_reply: QuickReplyId,
        edit: ReplyEdit,
    ) -> Later<'_, Result<QuickReply, Denied>> {
        Box::pin(self.edit_quick_reply(by, quick_reply, edit))
    }

    fn remove_quick_reply(
        &self,
        by: Replier,
        quick_reply: QuickReplyId,
        version: Option<u64>,
    ) -> Later<'_, Result<(), Denied>> {
        Box::pin(self.drop_quick_reply(by, quick_reply, version))
    }

    fn records(
        &self,
        limit: u32,
        before: Option<ConversationId>,
    ) -> Later<'_, Result<Vec<ConversationRecord>, Denied>> {
        Box::pin(async move {
            self.journal
                .conversations(limit, before)
                .await
                .map_err(|error| failed(DirectoryError::Store(error)))
        })
    }

    fn record(
        &self,
        conversation: ConversationId,
    ) -> Later<'_, Result<Option<ConversationRecord>, Denied>> {
        Box::pin(async move {
            self.journal
                .get(conversation)
                .await
                .map_err(|error| failed(DirectoryError::Store(error)))
        })
    }

    fn written(
        &self,
        conversation: ConversationId,
        reader: MessageAudience,
        after: u64,
    ) -> Later<'_, Result<Vec<Said>, Denied>> {
        Box::pin(async move {
            let transcript = Transcript::for_audience(conversation, reader);
            let page = self.journal.messages_after(transcript, after, PAGE).await;
            let said = |stored: StoredMessage| Said { at: stored.at, message: stored.message };
            page.map(|page| page.into_iter().map(said).collect()).map_err(unreadable)
        })
    }

    fn file(
        &self,
        conversation: ConversationId,
        reader: MessageAudience,
        file: FileId,
    ) -> Later<'_, Result<Option<StoredFile>, Denied>> {
        Box::pin(self.file(conversation, reader, file))
    }
}
