//! What is in the files that people send each other: one file each, beside the journal.
//!
//! ```text
//! <folder>/c7/<id>.json    what was offered: whose, for whom, how long, which hash
//! <folder>/c7/<id>.part    what has been written of it
//! <folder>/c7/<id>         all of it: the hash was right, and it is durable
//! <folder>/c7/<id>.named   as .json, once a message is known to name it
//! ```
//!
//! A file gets its own name last, so that nothing half is ever taken for a whole. Everything here
//! blocks; whoever serves others calls it from a thread of its own.

mod error;
mod held;
mod paths;
mod sweep;
mod upload;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use call_core::{ConversationId, FileId, FileNote, MessageAudience, MessageId, PersonId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use error::FileError;
use held::{Held, Hold};
use paths::Paths;
pub use sweep::Examined;
pub use upload::Upload;

/// How much there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileBounds {
    /// Files in one conversation.
    pub per_conversation: usize,
    /// Bytes in all files of one conversation.
    pub bytes_per_conversation: u64,
    /// Bytes of the disk that are left to the journal, whatever is sent.
    pub keep_free: u64,
}

/// A file that somebody offers, or has offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Where.
    pub conversation: ConversationId,
    /// By whom.
    pub by: PersonId,
    /// For whom.
    pub audience: MessageAudience,
    /// What; without anything written beside it.
    pub note: FileNote,
}

/// How an upload begins.
#[derive(Debug)]
pub enum Begun {
    /// It is kept already.
    Kept,
    /// There is more to be written.
    Open(Box<Upload>),
}

/// The files of all conversations; cheap to clone.
#[derive(Debug, Clone)]
pub struct FileStore(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    bounds: FileBounds,
    /// Whoever adds or removes names waits for its turn, so that no bound is met twice at once.
    turn: Mutex<()>,
    /// The uploads under way. Bounded by the channels that are open.
    holds: Mutex<BTreeMap<FileId, Arc<Mutex<Hold>>>>,
}

/// The file that an upload becomes: the same for whoever offers the same again.
pub fn file_id(conversation: ConversationId, by: &PersonId, upload: &MessageId) -> FileId {
    // No part of it holds a space.
    let hash = Sha256::digest(format!("{conversation} {by} {upload}"));
    let (id, _rest) = hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
    FileId(u128::from_be_bytes(*id))
}

impl FileStore {
    /// The files in a folder, which is made when it is not there.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub fn open(folder: &Path, bounds: FileBounds) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let (folder, turn, holds) = (folder.to_owned(), Mutex::default(), Mutex::default());
        Ok(Self(Arc::new(Shared { folder, bounds, turn, holds })))
    }

    /// Begins an upload, or goes on with it: reads what has been written of it already. Whoever was
    /// writing it before writes no more.
    ///
    /// # Errors
    ///
    /// Another file was offered under this name; there are too many; the disk fails or is full.
    pub fn begin(&self, offered: &Offered) -> Result<Begun, FileError> {
        let (paths, hold) = {
            let _turn = self.turn();
            let hold = Held::take_over(self, offered.note.file);
            let paths = self.paths(offered.conversation, offered.note.file);
            if self.prepare(&paths, offered)? {
                return Ok(Begun::Kept);
            }
            (paths, hold)
        };
        Upload::open(hold, paths, offered.clone()).map(Box::new).map(Begun::Open)
    }

    /// Makes ready for an upload; whether the file is kept already.
    fn prepare(&self, paths: &Paths, offered: &Offered) -> Result<bool, FileError> {
        let known = paths.offered()?;
        if known.as_ref().is_some_and(|known| known != offered) {
            return Err(FileError::Differs);
        }
        if paths.whole.try_exists()? {
            // Without its note nobody knows whose it is.
            known.ok_or(FileError::Differs)?;
            touch(&paths.whole)?;
            return Ok(true);
        }
        if known.is_none() {
            self.has_room(offered)?;
            paths.write_down(offered)?;
        }
        Ok(false)
    }

    /// A file that is kept, as it was offered. It stays for a day from now, named or not.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub fn find(&self, id: ConversationId, file: FileId) -> Result<Option<Offered>, FileError> {
        let _turn = self.turn();
        let paths = self.paths(id, file);
        let Some(offered) = paths.offered()? else { return Ok(None) };
        match touch(&paths.whole) {
            Ok(()) => Ok(Some(offered)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A file that is kept, for reading, and its length.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub fn read(&self, id: ConversationId, file: FileId) -> Result<Option<(File, u64)>, FileError> {
        match File::open(self.paths(id, file).whole) {
            Ok(file) => {
                let bytes = file.metadata()?.len();
                Ok(Some((file, bytes)))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether one more file has room in its conversation and on the disk.
    fn has_room(&self, offered: &Offered) -> Result<(), FileError> {
        let (mut files, mut bytes) = (1, offered.note.bytes);
        for (file, _) in self.files(offered.conversation)? {
            let paths = self.paths(offered.conversation, file);
            files += 1;
            bytes += match fs::metadata(&paths.whole) {
                Ok(kept) => kept.len(),
                Err(_) => paths.offered()?.map_or(0, |offered| offered.note.bytes),
            };
        }
        let FileBounds { per_conversation, bytes_per_conversation, .. } = self.0.bounds;
        if files > per_conversation || bytes > bytes_per_conversation {
            return Err(FileError::TooMany);
        }
        self.leaves_free(offered.note.bytes)
    }

    /// Whether the journal has its room when so much more is written.
    fn leaves_free(&self, bytes: u64) -> Result<(), FileError> {
        let disk = rustix::fs::statvfs(&self.0.folder).map_err(io::Error::from)?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let needed = self.0.bounds.keep_free.saturating_add(bytes);
        if free < needed { Err(FileError::Full) } else { Ok(()) }
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        locked(&self.0.turn)
    }

    fn paths(&self, conversation: ConversationId, file: FileId) -> Paths {
        Paths::of(self.folder_of(conversation), file)
    }

    fn folder_of(&self, conversation: ConversationId) -> PathBuf {
        self.0.folder.join(conversation.to_string())
    }
}

/// Nothing that is locked here is left half changed by a panic.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody needs it now.
fn touch(path: &Path) -> io::Result<()> {
    File::options().write(true).open(path)?.set_modified(SystemTime::now())
}
