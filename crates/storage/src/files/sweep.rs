//! What is left behind: uploads that nobody goes on with, files that no message names, files of
//! conversations that are forgotten.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::time::{Duration, SystemTime};

use call_core::{ConversationId, FileId};

use super::{FileStore, locked};

/// What nobody has touched for so long is left behind.
const KEPT_FOR: Duration = Duration::from_hours(24);

/// What has to be known of the files of a conversation before more of them can go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examined {
    /// Files that are kept for a day, and that no message may name.
    pub unsure: Vec<FileId>,
    /// Whether there are files that messages name, if there still are messages.
    pub has_named: bool,
    /// Uploads that were deleted.
    pub deleted: u64,
}

impl FileStore {
    /// The conversations that have files.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub fn conversations(&self) -> io::Result<Vec<ConversationId>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.0.folder)? {
            let name = entry?.file_name();
            // What else lies there is not ours.
            found.extend(name.to_str().and_then(|name| name.parse::<ConversationId>().ok()));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Deletes the uploads of a conversation that nobody has gone on with for a day, and says what
    /// else there is.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub fn examine(&self, id: ConversationId, now: SystemTime) -> io::Result<Examined> {
        let mut examined = Examined::default();
        for (file, touched) in self.files(id)? {
            let paths = self.paths(id, file);
            let is_old = now.duration_since(touched).is_ok_and(|age| age >= KEPT_FOR);
            if !paths.whole.try_exists()? {
                examined.deleted += u64::from(is_old && self.delete_old(id, file, now)?);
            } else if paths.named.try_exists()? {
                examined.has_named = true;
            } else if is_old {
                examined.unsure.push(file);
            }
        }
        // Only if nothing is in it.
        drop(fs::remove_dir(self.folder_of(id)));
        Ok(examined)
    }

    /// A message names this file.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub fn settle(&self, id: ConversationId, file: FileId) -> io::Result<()> {
        let _turn = self.turn();
        match self.paths(id, file).settle() {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Deletes a file, unless somebody has touched it for a day; whether it is deleted.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub fn delete_old(
        &self,
        id: ConversationId,
        file: FileId,
        now: SystemTime,
    ) -> io::Result<bool> {
        let _turn = self.turn();
        let touched = self.files(id)?.remove(&file);
        let age = touched.and_then(|touched| now.duration_since(touched).ok());
        if age.is_none_or(|age| age < KEPT_FOR) || locked(&self.0.holds).contains_key(&file) {
            return Ok(false);
        }
        self.paths(id, file).delete()?;
        Ok(true)
    }

    /// Deletes the files of a conversation of which nothing that was written is kept; how many.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub fn forget(&self, id: ConversationId, now: SystemTime) -> io::Result<u64> {
        let mut deleted = 0;
        for file in self.files(id)?.into_keys() {
            deleted += u64::from(self.delete_old(id, file, now)?);
        }
        drop(fs::remove_dir(self.folder_of(id)));
        Ok(deleted)
    }

    /// The files of a conversation, whole or not, and when each was touched last.
    pub(super) fn files(&self, id: ConversationId) -> io::Result<BTreeMap<FileId, SystemTime>> {
        let mut files = BTreeMap::new();
        let entries = match fs::read_dir(self.folder_of(id)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(files),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let stem = name.to_str().and_then(|name| name.split('.').next());
            let Some(file) = stem.and_then(|stem| stem.parse::<FileId>().ok()) else { continue };
            let touched = match entry.metadata() {
                Ok(about) => about.modified()?,
                // It has just got another name.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let last = files.entry(file).or_insert(touched);
            *last = touched.max(*last);
        }
        Ok(files)
    }
}
