use std::collections::VecDeque;

use call_core::{FileId, MessageId};

use super::Offer;
use super::limits::{AHEAD_BYTES, CHUNK_BYTES, WRITE_BYTES};
use super::wants::Want;
use super::wire::FilesServerMessage;
use crate::protocol::{Fault, WireError};

/// What a client sends: one file after another.
///
/// ```text
///         offer           begun          chunks      all written        kept
///  (idle) -----> beginning ----> writing <-----> ... ----------> keeping ----> (idle)
/// ```
///
/// At most one thing is being done with it at a time; what arrives meanwhile waits, and is bounded
/// by what a client may be ahead of what was written.
#[derive(Debug, Default)]
pub(super) struct Uploading {
    now: Option<Active>,
    /// What is offered while the one before it is still being deleted.
    next: Option<Offer>,
    /// What may still arrive of one that was refused, in bytes.
    on_its_way: u64,
    wants: VecDeque<Want>,
    says: VecDeque<FilesServerMessage>,
}

#[derive(Debug)]
struct Active {
    offer: Offer,
    file: Option<FileId>,
    /// Up to here it is written.
    offset: u64,
    /// What has arrived and is not being written yet.
    waiting: Vec<u8>,
    /// What is being written.
    writing: u64,
    /// Something is being done with it.
    is_busy: bool,
    /// Nothing more comes of it: it is to be deleted.
    is_over: bool,
}

/// A chunk that should not have come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Astray {
    /// Nothing was to be sent.
    Unwanted,
    /// The client does not wait for what is written.
    TooFarAhead,
}

impl Uploading {
    /// What is to be done.
    pub(super) fn next_want(&mut self) -> Option<Want> {
        self.wants.pop_front()
    }

    /// What is to be said.
    pub(super) fn next_word(&mut self) -> Option<FilesServerMessage> {
        self.says.pop_front()
    }

    /// Whether a file is under way.
    pub(super) fn is_under_way(&self) -> bool {
        self.now.is_some()
    }

    /// A file is offered that might be taken.
    pub(super) fn offered(&mut self, offer: Offer) {
        match &self.now {
            None => self.begin(offer),
            Some(now) if now.is_over && self.next.is_none() => self.next = Some(offer),
            Some(_) => self.says.push_back(refused(offer.upload, Fault::Busy.into())),
        }
    }

    fn begin(&mut self, offer: Offer) {
        self.wants.push_back(Want::Begin(offer.clone()));
        self.now = Some(Active {
            offer,
            file: None,
            offset: 0,
            waiting: Vec::new(),
            writing: 0,
            is_busy: true,
            is_over: false,
        });
    }

    /// The client wants it no more.
    pub(super) fn abort(&mut self, upload: &MessageId) {
        if self.next.as_ref().is_some_and(|next| next.upload == *upload) {
            self.next = None;
            return;
        }
        if self.now.as_ref().is_some_and(|now| now.offer.upload == *upload) {
            self.give_up();
        }
    }

    /// Has it deleted, as soon as nothing is being done with it.
    fn give_up(&mut self) {
        let Some(now) = self.now.as_mut().filter(|now| !now.is_over) else { return };
        now.is_over = true;
        now.waiting.clear();
        self.go_on();
    }

    /// The client is told that nothing comes of it.
    fn refuse(&mut self, error: WireError) {
        let Some(now) = &self.now else { return };
        self.says.push_back(refused(now.offer.upload.clone(), error));
        self.on_its_way = AHEAD_BYTES;
    }

    /// A part of the file.
    pub(super) fn chunk(&mut self, bytes: &[u8]) -> Result<(), Astray> {
        let more = bytes.len() as u64;
        let Some(now) = self.now.as_mut().filter(|now| now.file.is_some() && !now.is_over) else {
            let left = self.on_its_way.checked_sub(more.max(1)).ok_or(Astray::Unwanted)?;
            self.on_its_way = left;
            return Ok(());
        };
        let ahead = now.writing + now.waiting.len() as u64 + more;
        if ahead > AHEAD_BYTES {
            return Err(Astray::TooFarAhead);
        }
        let problem = if bytes.is_empty() || bytes.len() > CHUNK_BYTES {
            Some("A chunk has from 1 to 16384 bytes.")
        } else if now.offset + ahead > now.offer.bytes {
            Some("This is more than was offered.")
        } else {
            None
        };
        match problem {
            None => now.waiting.extend_from_slice(bytes),
            Some(problem) => {
                self.refuse(Fault::Malformed.because(problem));
                self.give_up();
            }
        }
        self.go_on();
        Ok(())
    }

    /// The file was begun: which it is, from where on it comes, and whether it is kept already.
    pub(super) fn begun(&mut self, outcome: Result<(FileId, u64, bool), WireError>) {
        let Some(now) = &mut self.now else { return };
        now.is_busy = false;
        let (file, offset, is_kept) = match outcome {
            Ok(begun) => begun,
            Err(error) => return self.failed(error),
        };
        if now.is_over && is_kept {
            return self.end();
        }
        if !now.is_over {
            let (upload, name) = (now.offer.upload.clone(), now.offer.name.clone());
            (now.file, now.offset) = (Some(file), offset);
            self.on_its_way = 0;
            let go = FilesServerMessage::Go { upload: upload.clone(), file, name, offset };
            self.says.push_back(go);
            if is_kept {
                self.says.push_back(FilesServerMessage::Kept { upload, file });
                return self.end();
            }
        }
        self.go_on();
    }

    /// What was being written is.
    pub(super) fn wrote(&mut self, outcome: Result<(), WireError>) {
        let Some(now) = &mut self.now else { return };
        now.is_busy = false;
        if let Err(error) = outcome {
            return self.failed(error);
        }
        now.offset += std::mem::take(&mut now.writing);
        if !now.is_over {
            let (upload, offset) = (now.offer.upload.clone(), now.offset);
            self.says.push_back(FilesServerMessage::Got { upload, offset });
        }
        self.go_on();
    }

    /// It is kept, or is not what it should be.
    pub(super) fn kept(&mut self, outcome: Result<(), WireError>) {
        let Some(now) = &self.now else { return };
        match (outcome, now.file) {
            (Err(error), _) => return self.failed(error),
            (Ok(()), Some(file)) if !now.is_over => {
                let upload = now.offer.upload.clone();
                self.says.push_back(FilesServerMessage::Kept { upload, file });
            }
            // Too late: it is kept, and as nothing names it, it will go by itself.
            (Ok(()), _) => {}
        }
        self.end();
    }

    /// It is deleted.
    pub(super) fn discarded(&mut self) {
        self.end();
    }

    /// Nothing more can be done with it on this channel.
    fn failed(&mut self, error: WireError) {
        if self.now.as_ref().is_some_and(|now| !now.is_over) {
            self.refuse(error);
        }
        self.end();
    }

    fn end(&mut self) {
        self.now = None;
        if let Some(next) = self.next.take() {
            self.begin(next);
        }
    }

    /// Wants done what is to be done next.
    fn go_on(&mut self) {
        let Some(now) = self.now.as_mut().filter(|now| !now.is_busy) else { return };
        let want = if now.is_over {
            Want::Discard
        } else if !now.waiting.is_empty() {
            let more = now.waiting.len().min(WRITE_BYTES);
            now.writing = more as u64;
            let rest = now.waiting.split_off(more);
            Want::Write(std::mem::replace(&mut now.waiting, rest))
        } else if now.offset == now.offer.bytes {
            Want::Keep(now.offer.clone())
        } else {
            return;
        };
        now.is_busy = true;
        self.wants.push_back(want);
    }
}

pub(super) fn refused(upload: MessageId, error: WireError) -> FilesServerMessage {
    FilesServerMessage::Refused { upload, error }
}
