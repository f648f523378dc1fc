//! Groups: legs that hear each other share a beat and the decoders of their talkers.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use media_core::codec::CodecError;
use media_core::playout::{Heard, Playout};
use media_core::rtp::Packet;
use media_core::{Micros, SILENCE};
use transport::{LegId, isolate};

use crate::deadlines::{Deadlines, Due};
use crate::leg::Said;

/// One beat.
pub(crate) const BEAT: Duration = Duration::from_micros(media_core::BEAT.0);

/// Places within a beat at which groups begin theirs: one each millisecond, so that no forwarded
/// packet waits behind the encoders of all groups at once.
const SLOTS: usize = 20;

/// A worker further behind than this leaves beats out: making up for more would keep it behind.
const MOST_BEHIND: Duration = Duration::from_millis(100);

/// The groups of a worker.
#[derive(Debug)]
pub(crate) struct Groups {
    by_id: HashMap<u64, Group>,
    /// Groups in each slot.
    slots: [u32; SLOTS],
    origin: Instant,
}

/// Legs that share a beat.
#[derive(Debug)]
pub(crate) struct Group {
    slot: usize,
    next: Instant,
    /// Legs that are mixed for or played to.
    pub(crate) members: Vec<LegId>,
    playouts: Vec<Voice>,
    /// What each talker says on this beat, in the order of `playouts`.
    pub(crate) said: Vec<Said>,
}

/// A talker who is mixed.
#[derive(Debug)]
struct Voice {
    talker: LegId,
    /// Members that hear it.
    wanted_by: usize,
    playout: Box<Playout>,
}

impl Groups {
    /// No groups; beats are counted from `origin`.
    pub(crate) fn new(origin: Instant) -> Self {
        Self { by_id: HashMap::new(), slots: [0; SLOTS], origin }
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Group> {
        self.by_id.get_mut(&id)
    }

    /// A leg takes part in the beats of a group.
    pub(crate) fn join(
        &mut self,
        id: u64,
        leg: LegId,
        now: Instant,
        deadlines: &mut Deadlines,
    ) -> &mut Group {
        let Self { by_id, slots, origin } = self;
        let group = by_id.entry(id).or_insert_with(|| {
            let group = Group::new(slots, now.duration_since(*origin), *origin);
            slots[group.slot] += 1;
            deadlines.add(group.next, Due::Beat(id));
            group
        });
        group.members.push(leg);
        group
    }

    /// A leg takes part no longer. A group without members is gone.
    pub(crate) fn leave(&mut self, id: u64, leg: LegId) {
        let Some(group) = self.by_id.get_mut(&id) else { return };
        // A leg that changes its part joins before it leaves: one of its two entries goes.
        if let Some(place) = group.members.iter().position(|member| *member == leg) {
            group.members.swap_remove(place);
        }
        if group.members.is_empty() {
            self.slots[group.slot] -= 1;
            self.by_id.remove(&id);
        }
    }

    /// A packet of a talker who is mixed in a group.
    pub(crate) fn insert(&mut self, id: u64, talker: LegId, packet: Packet) {
        let Some(group) = self.by_id.get_mut(&id) else { return };
        let voice = group.playouts.iter_mut().find(|voice| voice.talker == talker);
        if let Some(Err(rejected)) = voice.map(|voice| voice.playout.insert(packet)) {
            tracing::trace!(%rejected, "packet not played out");
        }
    }
}

impl Group {
    fn new(slots: &[u32; SLOTS], since_origin: Duration, origin: Instant) -> Self {
        let least = slots.iter().enumerate().min_by_key(|(_, groups)| **groups);
        let slot = least.map_or(0, |(slot, _)| slot);
        let grid = origin + BEAT * slot as u32 / SLOTS as u32;
        let beats = (since_origin.as_micros() / BEAT.as_micros()) as u32 + 1;
        Self {
            slot,
            next: grid + BEAT * beats,
            members: Vec::new(),
            playouts: Vec::new(),
            said: Vec::new(),
        }
    }

    /// One more member hears a talker. Says whether it is the first.
    pub(crate) fn want(&mut self, talker: LegId) -> Result<bool, CodecError> {
        if let Some(voice) = self.playouts.iter_mut().find(|voice| voice.talker == talker) {
            voice.wanted_by += 1;
            return Ok(false);
        }
        self.playouts.push(Voice { talker, wanted_by: 1, playout: Box::new(Playout::new()?) });
        self.said.push(Said { talker, frame: Box::new(SILENCE) });
        Ok(true)
    }

    /// One member less hears a talker. Says whether it was the last.
    pub(crate) fn unwant(&mut self, talker: LegId) -> bool {
        let Some(place) = self.playouts.iter().position(|voice| voice.talker == talker) else {
            return false;
        };
        self.playouts[place].wanted_by -= 1;
        if self.playouts[place].wanted_by > 0 {
            return false;
        }
        self.playouts.swap_remove(place);
        self.said.swap_remove(place);
        true
    }

    /// Whether a deadline that has come up is the next beat.
    pub(crate) fn beats_at(&self, due: Instant) -> bool {
        self.next == due
    }

    /// Sets the next beat after one that was due, leaving out those that are hopelessly late.
    /// Returns when it is due and how many were left out.
    pub(crate) fn next_beat(&mut self, now: Instant) -> (Instant, u64) {
        self.next += BEAT;
        let mut skipped = 0;
        if now.saturating_duration_since(self.next) > MOST_BEHIND {
            let behind = now.duration_since(self.next).as_micros() / BEAT.as_micros();
            self.next += BEAT * behind as u32;
            skipped = behind as u64;
        }
        (self.next, skipped)
    }

    /// Lets every talker say its frame. Returns how many frames had to be decoded, and who could
    /// not be decoded without a fault.
    pub(crate) fn pull(&mut self, due: Micros) -> (u64, Vec<LegId>) {
        let mut decoded = 0;
        let mut faulty = Vec::new();
        for (voice, said) in self.playouts.iter_mut().zip(&mut self.said) {
            match isolate(|| voice.playout.pull(due, &mut said.frame)) {
                Ok(Heard::Silence) => {}
                Ok(Heard::Decoded | Heard::Recovered | Heard::Concealed) => decoded += 1,
                Err(fault) => {
                    tracing::error!(leg = %voice.talker, %fault, "decoding a talker went wrong");
                    said.frame.fill(0.0);
                    faulty.push(voice.talker);
                }
            }
        }
        (decoded, faulty)
    }
}
