use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};

use call_core::{HEAD_BYTES, begins_as};
use sha2::{Digest, Sha256};

use super::held::Held;
use super::paths::Paths;
use super::{FileError, Offered};

/// What is read at a time of what is there already.
const STEP: usize = 64 * 1024;

/// A file that is being written, from one end to the other. Dropped, it can be gone on with.
#[derive(Debug)]
pub struct Upload {
    held: Held,
    paths: Paths,
    offered: Offered,
    part: File,
    written: u64,
    hash: Sha256,
}

impl Upload {
    /// Goes on after what is there.
    pub(super) fn open(held: Held, paths: Paths, offered: Offered) -> Result<Self, FileError> {
        // A taken-over upload must not be opened behind the other's back.
        let held_now = held.lock()?;
        let part = File::options().read(true).append(true).create(true).open(&paths.part)?;
        let mut written = part.metadata()?.len();
        if written > offered.note.bytes {
            part.set_len(0)?;
            written = 0;
        }
        let hash = hash_of(&part, written)?;
        drop(held_now);
        Ok(Self { held, paths, offered, part, written, hash })
    }

    /// How much has been written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Whether all of it has.
    pub fn is_whole(&self) -> bool {
        self.written == self.offered.note.bytes
    }

    /// Writes more of it.
    ///
    /// # Errors
    ///
    /// It is more than was offered; somebody else goes on with it; the disk fails or is full. What
    /// was written stays, and can be gone on with.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let _held = self.held.lock()?;
        let more = bytes.len() as u64;
        if self.written.saturating_add(more) > self.offered.note.bytes {
            return Err(FileError::NotAsOffered);
        }
        self.held.store.leaves_free(more)?;
        self.part.write_all(bytes)?;
        self.hash.update(bytes);
        self.written += more;
        Ok(())
    }

    /// Keeps it, if it is what was offered: it is durable when this returns.
    ///
    /// # Errors
    ///
    /// It is not what was offered, and deleted; somebody else goes on with it; the disk fails.
    pub fn keep(self) -> Result<(), FileError> {
        let _held = self.held.lock()?;
        let hash: [u8; 32] = self.hash.clone().finalize().into();
        if !self.is_whole() || hash != self.offered.note.sha256.0 {
            self.paths.delete()?;
            return Err(FileError::NotAsOffered);
        }
        let mut head = Vec::with_capacity(HEAD_BYTES);
        (&self.part).seek(SeekFrom::Start(0))?;
        (&self.part).take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        if !begins_as(&self.offered.note.media_type, &head) {
            self.paths.delete()?;
            return Err(FileError::NoSuchPicture);
        }
        self.part.sync_all()?;
        self.paths.finish()?;
        Ok(())
    }

    /// Deletes what was written, unless somebody else goes on with it.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub fn discard(self) -> Result<(), FileError> {
        match self.held.lock() {
            Ok(_held) => Ok(self.paths.delete()?),
            Err(_taken_over) => Ok(()),
        }
    }
}

/// The hash so far, of what a file begins with.
fn hash_of(mut file: &File, bytes: u64) -> io::Result<Sha256> {
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut left = bytes;
    let mut step = vec![0; STEP];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(STEP).min(STEP);
        file.read_exact(&mut step[..wanted])?;
        hash.update(&step[..wanted]);
        left -= wanted as u64;
    }
    Ok(hash)
}
