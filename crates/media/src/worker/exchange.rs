//! Packets between workers.

use std::collections::{BTreeMap, BTreeSet};

use media_core::rtp::{Packet, TalkerId};
use transport::{LegId, LegMap};

use crate::handle::Shared;
use crate::inbox::Crossing;
use crate::routes::Demand;

/// Packets between workers: which of ours others want, and which of theirs we want.
#[derive(Debug)]
pub(super) struct Exchange {
    me: usize,
    /// Talkers that other workers want, with a bit for each worker.
    exports: LegMap<u64>,
    /// Talkers of other workers that we want, with their worker.
    imports: BTreeMap<LegId, usize>,
    /// Talkers that we want and that no worker has: they may still be opened.
    unknown: BTreeSet<LegId>,
    /// As of which placement the unknown ones are unknown.
    generation: u64,
    /// Workers that have packets of ours and were not woken yet.
    unwoken: u64,
}

impl Exchange {
    pub(super) fn new(me: usize) -> Self {
        Self {
            me,
            exports: LegMap::default(),
            imports: BTreeMap::new(),
            unknown: BTreeSet::new(),
            generation: 0,
            unwoken: 0,
        }
    }

    /// The demand for a talker has changed here.
    pub(super) fn demand(&mut self, talker: LegId, demand: Demand, shared: &Shared) {
        match demand {
            Demand::Begins => self.import(talker, shared),
            Demand::Ends => {
                self.unknown.remove(&talker);
                if let Some(worker) = self.imports.remove(&talker) {
                    shared.posts[worker].inbox.subscribe(talker, self.me, false);
                    shared.posts[worker].wake();
                }
            }
            Demand::Stays => {}
        }
    }

    /// Looks again for talkers that no worker had, if legs were placed since.
    pub(super) fn look_again(&mut self, shared: &Shared) {
        if self.unknown.is_empty() || self.generation == shared.directory.generation() {
            return;
        }
        for talker in std::mem::take(&mut self.unknown) {
            self.import(talker, shared);
        }
    }

    /// Another worker wants the packets of a talker, or wants them no more.
    pub(super) fn subscribe(&mut self, talker: LegId, worker: usize, wanted: bool) {
        let bits = self.exports.entry(talker).or_default();
        if wanted {
            *bits |= 1 << worker;
        } else {
            *bits &= !(1 << worker);
        }
        if *bits == 0 {
            self.exports.remove(&talker);
        }
    }

    /// A leg of ours is gone.
    pub(super) fn forget(&mut self, talker: LegId) {
        self.exports.remove(&talker);
    }

    /// Hands a packet to the workers that want it; says how many had no room for it.
    pub(super) fn export(
        &mut self,
        talker: LegId,
        stream: TalkerId,
        packet: &Packet,
        shared: &Shared,
    ) -> u64 {
        let mut bits = self.exports.get(&talker).copied().unwrap_or_default();
        let mut full = 0;
        while bits != 0 {
            let worker = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            let crossing = Crossing { talker, stream, packet: packet.clone() };
            match shared.posts[worker].inbox.cross(crossing) {
                Ok(()) => self.unwoken |= 1 << worker,
                Err(_) => full += 1,
            }
        }
        full
    }

    /// Wakes the workers that have packets of ours, once for all of them.
    pub(super) fn wake(&mut self, shared: &Shared) {
        let mut bits = std::mem::take(&mut self.unwoken);
        while bits != 0 {
            shared.posts[bits.trailing_zeros() as usize].wake();
            bits &= bits - 1;
        }
    }

    fn import(&mut self, talker: LegId, shared: &Shared) {
        // Read first: a leg placed after this is looked for again.
        let generation = shared.directory.generation();
        match shared.directory.worker_of(talker) {
            Some(worker) if worker == self.me => {}
            Some(worker) => {
                self.imports.insert(talker, worker);
                shared.posts[worker].inbox.subscribe(talker, self.me, true);
                shared.posts[worker].wake();
            }
            None => {
                self.unknown.insert(talker);
                self.generation = generation;
            }
        }
    }
}
