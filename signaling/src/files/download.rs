use std::collections::VecDeque;

use call_core::ConversationId;

use super::limits::CHUNK_BYTES;
use super::wants::{Data, Want};
use super::wire::FilesServerMessage;
use crate::protocol::{Fault, WireError};

/// What a client is sent: one file after another, read no faster than the client takes it.
#[derive(Debug, Default)]
pub(super) struct Downloading {
    now: Option<Active>,
    wants: VecDeque<Want>,
    /// What is to be sent; more is read when nothing is left.
    data: VecDeque<Data>,
}

#[derive(Debug)]
struct Active {
    conversation: ConversationId,
    number: u64,
    offset: u64,
    /// What is left to be read, once it was found.
    left: Option<u64>,
    is_reading: bool,
}

impl Downloading {
    /// What is to be done.
    pub(super) fn next_want(&mut self) -> Option<Want> {
        let read = self.data.is_empty() && self.now.as_ref().is_some_and(Active::has_more);
        if let Some(now) = self.now.as_mut().filter(|_| read) {
            now.is_reading = true;
            self.wants.push_back(Want::Read);
        }
        self.wants.pop_front()
    }

    /// Whether there is something to be sent.
    pub(super) fn has_data(&self) -> bool {
        !self.data.is_empty()
    }

    /// What is to be sent next.
    pub(super) fn next_data(&mut self) -> Option<Data> {
        self.data.pop_front()
    }

    /// Whether a file is under way.
    pub(super) fn is_under_way(&self) -> bool {
        self.now.is_some() || self.has_data()
    }

    /// The client wants the file of a message; whether it may have another now.
    pub(super) fn fetch(&mut self, conversation: ConversationId, number: u64, offset: u64) -> bool {
        let is_free = self.now.is_none();
        if is_free {
            self.wants.push_back(Want::Fetch { conversation, number, offset });
            self.now = Some(Active { conversation, number, offset, left: None, is_reading: false });
        }
        is_free
    }

    /// The client wants no more of it. What is over already has had its answer.
    pub(super) fn stop(&mut self) {
        if self.now.is_some() {
            self.data.retain(|data| matches!(data, Data::Message(_)));
            self.unsent(Fault::Stopped.into());
        }
    }

    /// The file was found, with its length, or was not.
    pub(super) fn found(&mut self, outcome: Result<u64, WireError>) {
        let Some(now) = &mut self.now else { return };
        let bytes = match outcome {
            Ok(bytes) => bytes,
            Err(error) => return self.unsent(error),
        };
        let Some(left) = bytes.checked_sub(now.offset) else {
            return self.unsent(Fault::Malformed.because("The file is shorter than that."));
        };
        now.left = Some(left);
        let Active { conversation, number, offset, .. } = *now;
        let sending = FilesServerMessage::Sending { conversation, number, offset, bytes };
        self.data.push_back(Data::Message(sending));
        self.ends_if_all_is_sent();
    }

    /// More of it was read.
    pub(super) fn read(&mut self, outcome: Result<Vec<u8>, WireError>) {
        let Some(now) = &mut self.now else { return };
        now.is_reading = false;
        let bytes = match outcome {
            // It is shorter than it was.
            Ok(bytes) if bytes.is_empty() => return self.unsent(Fault::StorageFailed.into()),
            Ok(bytes) => bytes,
            Err(error) => return self.unsent(error),
        };
        let left = now.left.unwrap_or_default();
        let fresh = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
        now.left = Some(left - fresh.len() as u64);
        self.data.extend(fresh.chunks(CHUNK_BYTES).map(|chunk| Data::Chunk(chunk.to_vec())));
        self.ends_if_all_is_sent();
    }

    fn ends_if_all_is_sent(&mut self) {
        let Some(Active { conversation, number, left: Some(0), .. }) = self.now else { return };
        self.data.push_back(Data::Message(FilesServerMessage::Sent { conversation, number }));
        self.end();
    }

    fn unsent(&mut self, error: WireError) {
        let Some(Active { conversation, number, .. }) = self.now else { return };
        let unsent = FilesServerMessage::Unsent { conversation, number, error };
        self.data.push_back(Data::Message(unsent));
        self.end();
    }

    fn end(&mut self) {
        self.now = None;
        self.wants.push_back(Want::LetGo);
    }
}

impl Active {
    fn has_more(&self) -> bool {
        !self.is_reading && self.left.is_some_and(|left| left > 0)
    }
}
