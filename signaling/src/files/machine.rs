use std::collections::VecDeque;

use call_core::file_name;
use tokio::time::Instant;

use super::Offer;
use super::download::Downloading;
use super::limits::REQUESTS;
use super::parse::{Parsed, parse};
use super::upload::{Astray, Uploading, refused};
use super::wants::{Data, Want};
use super::wire::{FilesClientMessage, FilesLimits, FilesServerMessage};
use crate::chat::pace::{Pace, TooSoon};
use crate::limits::millis;
use crate::protocol::{Fault, Limit, WireError};

/// What one channel for files is, without the channel and without files: frames and what was done
/// in, frames and what is to be done out, time as an argument.
#[derive(Debug)]
pub(super) struct Machine {
    limits: FilesLimits,
    pace: Pace,
    pub(super) upload: Uploading,
    pub(super) download: Downloading,
    answers: VecDeque<FilesServerMessage>,
    is_over: bool,
}

impl Machine {
    pub(super) fn new(limits: FilesLimits, pace: Pace) -> Self {
        let ready = FilesServerMessage::Ready { limits: limits.clone() };
        Self {
            limits,
            pace,
            upload: Uploading::default(),
            download: Downloading::default(),
            answers: [ready].into(),
            is_over: false,
        }
    }

    /// What is to be done next.
    pub(super) fn next_want(&mut self) -> Option<Want> {
        self.upload.next_want().or_else(|| self.download.next_want())
    }

    /// How many answers wait.
    pub(super) fn answers(&mut self) -> usize {
        while let Some(word) = self.upload.next_word() {
            self.answers.push_back(word);
        }
        self.answers.len()
    }

    /// What is to be answered next.
    pub(super) fn next_answer(&mut self) -> Option<FilesServerMessage> {
        self.answers();
        self.answers.pop_front()
    }

    /// What is to be sent next of the file that is being fetched.
    pub(super) fn next_data(&mut self) -> Option<Data> {
        self.download.next_data()
    }

    /// Whether the channel is to be closed, once everything is answered.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether a file is under way.
    pub(super) fn transfers(&self) -> bool {
        self.upload.is_under_way() || self.download.is_under_way()
    }

    /// A part of a file.
    pub(super) fn binary(&mut self, bytes: &[u8]) {
        match self.upload.chunk(bytes) {
            Ok(()) => {}
            Err(Astray::Unwanted) => {
                self.complain(Fault::Malformed.because("Nothing is to be sent."));
            }
            Err(Astray::TooFarAhead) => {
                self.end(Fault::Malformed.because("Wait until more of it is written."));
            }
        }
    }

    /// A text frame.
    pub(super) fn text(&mut self, text: &str, now: Instant) {
        let parsed = parse(text);
        let too_soon = self.too_soon(now);
        match parsed {
            Ok(Parsed::Message(message)) => {
                self.pace.right();
                self.message(message, too_soon);
            }
            Ok(Parsed::BadOffer { upload, error }) => {
                self.one_more_error(refused(upload, too_soon.unwrap_or(error)));
            }
            Ok(Parsed::BadFetch { conversation, number, error }) => {
                let error = too_soon.unwrap_or(error);
                self.one_more_error(FilesServerMessage::Unsent { conversation, number, error });
            }
            Err(error) => self.complain(too_soon.unwrap_or(error)),
        }
    }

    fn message(&mut self, message: FilesClientMessage, too_soon: Option<WireError>) {
        match (message, too_soon) {
            (FilesClientMessage::Offer { upload, .. }, Some(error)) => {
                self.give(refused(upload, error));
            }
            (FilesClientMessage::Fetch { conversation, number, .. }, Some(error)) => {
                self.give(FilesServerMessage::Unsent { conversation, number, error });
            }
            // Whatever is stopped makes room, however often.
            (FilesClientMessage::Abort { upload }, _) => self.upload.abort(&upload),
            (FilesClientMessage::Stop {}, _) => self.download.stop(),
            (FilesClientMessage::Ping {}, Some(error)) => {
                self.give(FilesServerMessage::Error { error });
            }
            (FilesClientMessage::Ping {}, None) => self.give(FilesServerMessage::Pong {}),
            (FilesClientMessage::Fetch { conversation, number, offset }, None) => {
                if !self.download.fetch(conversation, number, offset) {
                    let error = Fault::Busy.into();
                    self.give(FilesServerMessage::Unsent { conversation, number, error });
                }
            }
            (offer @ FilesClientMessage::Offer { .. }, None) => self.offer(offer),
        }
    }

    fn offer(&mut self, offer: FilesClientMessage) {
        let FilesClientMessage::Offer {
            conversation,
            upload,
            audience,
            name,
            media_type,
            bytes,
            sha256,
        } = offer
        else {
            return;
        };
        let media_type = plain(media_type.as_str());
        let limit = self.limits.bytes;
        let fault = if bytes > limit {
            Some(Fault::FileTooLarge { limit })
        } else if !self.limits.types.contains(&media_type) {
            Some(Fault::FileTypeNotAllowed { allowed: self.limits.types.clone() })
        } else if bytes == 0 {
            Some(Fault::FileEmpty)
        } else {
            None
        };
        if let Some(fault) = fault {
            self.give(refused(upload, fault.into()));
            return;
        }
        let name = file_name(name.as_str());
        let offer = Offer { conversation, upload, audience, name, media_type, bytes, sha256 };
        self.upload.offered(offer);
    }

    /// Whether something may be said at this moment, chunks aside; if not, why.
    fn too_soon(&mut self, now: Instant) -> Option<WireError> {
        let Err(TooSoon { wait, enough }) = self.pace.says(REQUESTS, now) else { return None };
        let fault = Fault::RateLimited { limit: Limit::FileRequests, retry_after_ms: millis(wait) };
        if enough {
            self.end(Fault::TooManyErrors.into());
        }
        Some(fault.into())
    }

    fn complain(&mut self, error: WireError) {
        self.one_more_error(FilesServerMessage::Error { error });
    }

    fn one_more_error(&mut self, reply: FilesServerMessage) {
        self.give(reply);
        if self.pace.wrong() {
            self.end(Fault::TooManyErrors.into());
        }
    }

    fn give(&mut self, answer: FilesServerMessage) {
        self.answers.push_back(answer);
    }

    fn end(&mut self, error: WireError) {
        if !self.is_over {
            self.give(FilesServerMessage::Error { error });
        }
        self.is_over = true;
    }
}

/// A media type without parameters, in lower case.
fn plain(media_type: &str) -> String {
    let bare = media_type.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}
