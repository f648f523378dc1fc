//! What the routes ask of whoever keeps the directory.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use call_core::{
    AgentId, ConversationId, ConversationRecord, FileId, FileNote, MessageAudience, Time,
};
use directory::{
    Actor, Agent, Change, Directory, Password, PasswordError, Problems, QuickReply, QuickReplyId,
    RefreshToken, Refusal, Replier, ReplyEdit, ReplyOwner, ReplyWords,
};

use futures_util::Stream;

use crate::chat::Said;

/// Something that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What makes changes of the present directory, or says why not. Asked again when somebody else
/// has changed the directory meanwhile.
pub type Decide = Box<dyn Fn(&Directory, Time) -> Result<Vec<Change>, Denied> + Send + Sync>;

/// Keeps the directory, the sign-ins and the records.
pub trait Office: fmt::Debug + Send + Sync + 'static {
    /// The directory as it is.
    fn directory(&self) -> Arc<Directory>;
    /// What time it is.
    fn now(&self) -> Time;
    /// Changes the directory. What is returned as done is on the disk.
    fn amend(&self, by: Actor, decide: Decide) -> Later<'_, Result<Amended, Denied>>;
    /// Sets a password, after checking the one before where that is given.
    fn set_password(
        &self,
        by: Actor,
        agent: AgentId,
        chosen: Password,
        before: Option<Password>,
    ) -> Later<'_, Result<(), Denied>>;
    /// Begins a sign-in by password. Takes as long for a login name that nobody has.
    fn sign_in(&self, login: String, password: Password) -> Later<'_, Result<SignedIn, Denied>>;
    /// Goes on with a sign-in.
    fn refresh(&self, token: RefreshToken) -> Later<'_, Result<SignedIn, Denied>>;
    /// Ends a sign-in.
    fn sign_out(&self, token: RefreshToken) -> Later<'_, Result<(), Denied>>;
    /// Who changed what, the latest first.
    fn audit(&self, limit: u32, before: Option<u64>) -> Later<'_, Result<Vec<AuditLine>, Denied>>;
    /// The quick replies of some owners, in the order in which they were created.
    fn quick_replies(
        &self,
        owners: Vec<ReplyOwner>,
        limit: u32,
        after: Option<QuickReplyId>,
    ) -> Later<'_, Result<Vec<QuickReply>, Denied>>;
    /// Adds a quick reply. What is returned as done is on the disk.
    fn create_quick_reply(
        &self,
        by: Replier,
        owner: ReplyOwner,
        words: ReplyWords,
    ) -> Later<'_, Result<QuickReply, Denied>>;
    /// Changes what a quick reply says.
    fn change_quick_reply(
        &self,
        by: Replier,
        quick_reply: QuickReplyId,
        edit: ReplyEdit,
    ) -> Later<'_, Result<QuickReply, Denied>>;
    /// Removes a quick reply; where a version is given, only that one.
    fn remove_quick_reply(
        &self,
        by: Replier,
        quick_reply: QuickReplyId,
        version: Option<u64>,
    ) -> Later<'_, Result<(), Denied>>;
    /// Ended conversations, the latest first.
    fn records(
        &self,
        limit: u32,
        before: Option<ConversationId>,
    ) -> Later<'_, Result<Vec<ConversationRecord>, Denied>>;
    /// One ended conversation.
    fn record(
        &self,
        conversation: ConversationId,
    ) -> Later<'_, Result<Option<ConversationRecord>, Denied>>;
    /// The first messages of a conversation after a number, in order: a page of them, or none when
    /// there are no more. Notes between agents are among them for `Agents` only.
    fn written(
        &self,
        conversation: ConversationId,
        reader: MessageAudience,
        after: u64,
    ) -> Later<'_, Result<Vec<Said>, Denied>>;
    /// A file that a message of the conversation carries, if there is one that the reader may read
    /// and its file is still there.
    fn file(
        &self,
        conversation: ConversationId,
        reader: MessageAudience,
        file: FileId,
    ) -> Later<'_, Result<Option<StoredFile>, Denied>>;
}

/// What is in a file, piece by piece, read as it is taken.
pub type Contents = Pin<Box<dyn Stream<Item = io::Result<Vec<u8>>> + Send>>;

/// A file that was sent in a chat.
pub struct StoredFile {
    /// What its message tells of it.
    pub note: FileNote,
    /// What is in it.
    pub contents: Contents,
}

/// What is in files stays out of logs.
impl fmt::Debug for StoredFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredFile").field("file", &self.note.file).finish_non_exhaustive()
    }
}

/// A change that was made.
#[derive(Debug, Clone)]
pub struct Amended {
    /// The directory since then.
    pub directory: Arc<Directory>,
    /// What changed; nothing when all was so already.
    pub changes: Vec<Change>,
}

/// A sign-in that holds.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub agent: Agent,
    /// What it goes on with.
    pub refresh: RefreshToken,
    /// Until when, unless it goes on.
    pub expires_at: Time,
}

/// One change in the audit.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
pub struct AuditLine {
    /// Its number; the cursor of the next page.
    pub number: u64,
    /// When, in milliseconds since the epoch.
    pub at_ms: u64,
    /// Who: `operator`, `server` or `agent:bob`.
    pub by: String,
    /// What: a list of changes.
    pub changes: serde_json::Value,
}

/// Why something was not done. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The directory's rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was written has something wrong with it.
    #[error(transparent)]
    Wrong(#[from] Problems),
    /// That password cannot be chosen.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// It is not the password, or there is nobody of that login name.
    #[error("The login name or the password is wrong.")]
    WrongPassword,
    /// The sign-in is over.
    #[error("This sign-in is over.")]
    SignedOut,
    /// More is being done at the same time than the server can.
    #[error("The server is busy.")]
    Busy,
    /// A message that was written cannot be read any more.
    #[error("Message {number} of {conversation} is damaged.")]
    Damaged {
        /// Of which conversation.
        conversation: ConversationId,
        /// Which.
        number: u64,
    },
    /// No room is left on the disk.
    #[error("No room is left to store it.")]
    Full,
    /// The store failed; the log says how.
    #[error("The server cannot store anything at the moment.")]
    Failed,
}
