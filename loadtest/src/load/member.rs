//! Somebody under load: a person, what it says, and the judge of what it hears.

use std::ops::DerefMut;
use std::sync::Arc;
use std::time::Instant;

use super::board::Board;
use super::judge::{Due, Judge, Since, Wait};
use super::voices::{VoiceSet, Voices};
use crate::peer::{Leg, LegStatus, Record};
use crate::person::{Person, PersonError};

/// A person with its judge.
#[derive(Debug)]
pub(crate) struct Member<P> {
    pub(crate) person: P,
    pub(crate) voice: VoiceSet,
    judge: Judge,
    /// The newest leg's record, also when the leg is gone.
    record: Record,
    /// What of it is on the board already.
    noted: LegStatus,
    board: Arc<Board>,
}

impl<P: DerefMut<Target = Person>> Member<P> {
    /// Somebody who has just connected.
    pub(crate) fn new(
        person: P,
        voice: usize,
        voices: &Arc<Voices>,
        board: &Arc<Board>,
    ) -> Result<Self, PersonError> {
        let record = person.leg()?.record();
        board.counts().set_up(&person.times());
        Ok(Self {
            person,
            voice: VoiceSet::of(voice),
            judge: Judge::new(Arc::clone(voices)),
            record,
            noted: LegStatus::default(),
            board: Arc::clone(board),
        })
    }

    /// From an instant on, this is due.
    pub(crate) fn expects(&mut self, from: Instant, due: Due) {
        self.judge.expects(from, due);
    }

    /// Waits for the first packet of something.
    pub(crate) fn awaits(&mut self, wait: Wait, since: Since, who: Option<VoiceSet>) {
        self.judge.awaits(wait, since, who);
    }

    /// Judges what came since the last time and puts it on the board.
    pub(crate) fn listens(&mut self) {
        let packets = self.person.leg().map(Leg::drains).unwrap_or_default();
        self.judge.hears(&packets, Instant::now());
        let status = self.record.status();
        let (before, after) = (self.noted.reception, status.reception);
        let mut counts = self.board.counts();
        counts.sent += status.sent - self.noted.sent;
        counts.received += after.packets - before.packets;
        counts.lost += after.lost as i64 - before.lost as i64;
        counts.duplicated += after.duplicated - before.duplicated;
        counts.reordered += after.reordered - before.reordered;
        counts.verdict += self.judge.takes_verdict();
        for (wait, after) in self.judge.takes_arrived() {
            counts.arrived(wait, after);
        }
        for (kind, words) in self.judge.takes_complaints() {
            counts.complains(kind, format!("{}: {words}", self.person.id()));
        }
        self.noted = status;
    }

    /// Goes without a word.
    pub(crate) fn vanishes(&mut self) {
        self.listens();
        self.person.vanishes();
        let mut counts = self.board.counts();
        counts.drops += 1;
        counts.legs -= 1;
    }

    /// Comes back with another leg.
    ///
    /// # Errors
    ///
    /// When that fails, which is counted.
    pub(crate) async fn comes_back(&mut self) -> Result<(), PersonError> {
        // What the old leg did until its thread let go of it.
        self.listens();
        let back = self.person.comes_back().await;
        let mut counts = self.board.counts();
        if back.is_err() {
            counts.set_ups_failed += 1;
            return back;
        }
        counts.set_up(&self.person.times());
        counts.returns += 1;
        drop(counts);
        self.record = self.person.leg()?.record();
        self.noted = LegStatus::default();
        self.judge.begins_anew();
        Ok(())
    }

    /// Says no more.
    pub(crate) fn hushes(&self) {
        // Without a leg there is nothing to hush.
        drop(self.person.leg().map(Leg::hushes));
    }

    /// Takes the leg down in order and goes.
    pub(crate) async fn goes_home(&mut self) {
        if self.person.leg().is_ok() {
            self.board.counts().legs -= 1;
        }
        // The run is over: whether the server still answers is of no account.
        drop(self.person.disconnects_leg().await);
        self.person.vanishes();
    }
}
