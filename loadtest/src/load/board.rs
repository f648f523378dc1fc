//! What everybody has counted so far, for the progress on the screen and the figures at the end.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use super::figures::Sample;
use super::judge::{Verdict, Wait};
use crate::person::JoinTimes;

/// Complaints of each kind kept for the report: enough to see what they are about.
const KEPT_COMPLAINTS: usize = 6;

/// What a complaint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Complaint {
    /// Somebody could not connect, or a step of a story was refused.
    Failed,
    /// Somebody heard what was not due.
    Wrong,
    /// Somebody did not hear what was due.
    Unheard,
    /// Somebody heard something late.
    Late,
}

/// All counts of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// Legs that stand at the moment.
    pub(crate) legs: u64,
    /// Rooms in which people talk at the moment.
    pub(crate) talking: u64,
    /// Rooms that have talked, or have given up before that.
    pub(crate) settled_rooms: u64,
    /// People who signed in and connected, returns included.
    pub(crate) set_ups: u64,
    /// Of those, returns after a loss.
    pub(crate) returns: u64,
    /// People who could not.
    pub(crate) set_ups_failed: u64,
    /// Times somebody vanished.
    pub(crate) drops: u64,
    /// Calls answered.
    pub(crate) calls: u64,
    /// Calls taken through their whole story.
    pub(crate) stories: u64,
    /// Steps of a story that went wrong.
    pub(crate) failures: u64,
    /// RTP packets sent.
    pub(crate) sent: u64,
    /// RTP packets received.
    pub(crate) received: u64,
    /// Sequence numbers that never came; a packet that came late after all takes one back.
    pub(crate) lost: i64,
    /// Packets received twice.
    pub(crate) duplicated: u64,
    /// Packets that came after a later one.
    pub(crate) reordered: u64,
    /// What the judges found.
    pub(crate) verdict: Verdict,
    /// WebSocket opened to leg connected.
    pub(crate) setup: Sample,
    /// Offer sent to leg connected.
    pub(crate) connect: Sample,
    /// Offer sent to first sound of the call, without the wait for its turn.
    pub(crate) first_audio: Sample,
    /// Answer to the other one's voice.
    pub(crate) answer: Sample,
    /// The first complaints of every kind, in words.
    pub(crate) complaints: BTreeMap<Complaint, Vec<String>>,
}

impl Counts {
    /// Notes something that should not be.
    pub(crate) fn complains(&mut self, kind: Complaint, words: String) {
        let kept = self.complaints.entry(kind).or_default();
        if kept.len() < KEPT_COMPLAINTS {
            kept.push(words);
        }
    }

    /// Somebody is there.
    pub(crate) fn set_up(&mut self, times: &JoinTimes) {
        self.set_ups += 1;
        self.legs += 1;
        let connect = times.connected.duration_since(times.offered);
        // What an agent does in between, such as taking a break, is no part of it.
        self.setup.add(times.welcomed.duration_since(times.began) + connect);
        self.connect.add(connect);
    }

    pub(crate) fn arrived(&mut self, wait: Wait, after: Duration) {
        match wait {
            Wait::FirstAudio => self.first_audio.add(after),
            Wait::Answer => self.answer.add(after),
        }
    }

    /// Whether audio was lost, late or wrong, or a set-up failed.
    pub(crate) fn is_bad(&self) -> bool {
        let Verdict { late, wrong, unheard, .. } = self.verdict;
        let audio = self.lost > 0 || late + wrong + unheard + self.duplicated > 0;
        audio || self.set_ups_failed + self.failures > 0
    }
}

/// The counts, shared by everybody.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Counts>);

impl Board {
    pub(crate) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
