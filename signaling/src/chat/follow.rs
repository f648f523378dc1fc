//! How far a channel has come with one conversation.

use tokio::time::Instant;

use super::limits::{LATEST, PAGE, TYPING_EVERY};
use super::{Said, Span};

/// A conversation that a channel follows.
#[derive(Debug)]
pub(super) struct Followed {
    /// The last time it was asked for; what belongs to an earlier one is over.
    pub(super) serial: u64,
    stage: Stage,
    /// When it was passed on last that the person writes there.
    typed_at: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The driver has not answered.
    Asked { start: Start, again: bool },
    /// There is more in the history, up to a number.
    Behind { start: Start, upto: u64 },
    /// Everything has been given out.
    Level { cursor: u64 },
}

/// What is to be read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// The latest messages.
    Latest,
    /// What is after this one.
    After(u64),
}

/// What the history is being read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    start: Start,
    upto: u64,
}

impl Followed {
    /// Asked for, with the client's cursor.
    pub(super) fn asked(serial: u64, after: Option<u64>) -> Self {
        let start = after.filter(|after| *after > 0).map_or(Start::Latest, Start::After);
        Self { serial, stage: Stage::Asked { start, again: false }, typed_at: None }
    }

    /// News of it were missed: it has to be asked for again, unless the answer is still to come.
    pub(super) fn missed(&mut self, serial: u64) -> bool {
        let start = match self.stage {
            Stage::Asked { .. } => return false,
            Stage::Behind { start, .. } => start,
            Stage::Level { cursor } => Start::After(cursor),
        };
        self.serial = serial;
        self.stage = Stage::Asked { start, again: true };
        true
    }

    /// The driver has answered: whether the channel follows it again only after missing news.
    pub(super) fn begins(&mut self, last: u64) -> bool {
        let Stage::Asked { start, again } = self.stage else { return true };
        // A cursor past the end is nobody's: what comes next is still new to its client.
        let start = match start {
            Start::After(cursor) => Start::After(cursor.min(last)),
            Start::Latest => Start::Latest,
        };
        self.stage = Stage::from(start, last);
        again
    }

    /// Whether a message that was told is the next one for the client.
    pub(super) fn is_next(&mut self, number: u64) -> bool {
        match &mut self.stage {
            // What the driver answers includes it.
            Stage::Asked { .. } => false,
            Stage::Behind { upto, .. } => {
                *upto = number.max(*upto);
                false
            }
            Stage::Level { cursor } => {
                let next = number > *cursor;
                *cursor = number.max(*cursor);
                next
            }
        }
    }

    /// What is to be read, if anything.
    pub(super) fn to_read(&self) -> Option<(Reading, Span, u32)> {
        let Stage::Behind { start, upto } = self.stage else { return None };
        let (span, limit) = match start {
            Start::Latest => (Span::Before(upto + 1), LATEST),
            Start::After(cursor) => (Span::After(cursor), PAGE),
        };
        Some((Reading { start, upto }, span, limit))
    }

    /// Takes what was read; gives what of it is new to the client.
    pub(super) fn read(&mut self, reading: Reading, limit: u32, said: Vec<Said>) -> Vec<Said> {
        let Stage::Behind { start, upto } = self.stage else { return Vec::new() };
        if start != reading.start {
            return Vec::new();
        }
        // A page that is not full is all there was, notes that the person may not read left out.
        let full = said.len() >= limit as usize;
        let last = said.last().map(|said| said.message.number);
        let cursor = match (start, last) {
            (Start::After(_), Some(last)) if full => last.min(reading.upto),
            (Start::After(_) | Start::Latest, _) => reading.upto,
        };
        self.stage = Stage::from(Start::After(cursor), upto);
        let fresh = said.into_iter().filter(|said| said.message.number <= cursor);
        fresh.collect()
    }

    /// Whether to pass on that the person writes: not more often than anybody looks.
    pub(super) fn types(&mut self, now: Instant) -> bool {
        if self.typed_at.is_some_and(|at| now < at + TYPING_EVERY) {
            return false;
        }
        self.typed_at = Some(now);
        true
    }
}

impl Stage {
    fn from(start: Start, last: u64) -> Self {
        match start {
            Start::After(cursor) if cursor >= last => Self::Level { cursor },
            Start::Latest if last == 0 => Self::Level { cursor: 0 },
            Start::After(_) | Start::Latest => Self::Behind { start, upto: last },
        }
    }
}
