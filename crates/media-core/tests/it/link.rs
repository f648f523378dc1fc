//! A network in virtual time that loses, delays and reorders packets as a seed says.

use std::{collections::BTreeMap, env};

use media_core::{Micros, rtp::Packet};

/// Numbers that look random and are the same on every run with the same seed.
pub(crate) struct Chance(u64);

impl Chance {
    /// The seed of the test, or that of the environment variable `LINK_SEED`; printed, so that a
    /// failure can be run again.
    pub(crate) fn seeded(seed: u64) -> Self {
        let seed = env::var("LINK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(seed);
        println!("LINK_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        (self.next() >> 11) as f64 / ((1_u64 << 53) as f64) < probability
    }
}

/// What the network does to packets. The default does nothing.
pub(crate) struct Link {
    chance: Chance,
    /// Share of the packets lost.
    pub(crate) loss: f64,
    /// Packets take up to so much longer than the quickest.
    pub(crate) jitter: Micros,
    /// Share of the packets delivered twice.
    pub(crate) duplication: f64,
    /// Nothing arrives between these times; it all comes at the end.
    pub(crate) stall: Option<(Micros, Micros)>,
    /// Sequence numbers of what was lost.
    pub(crate) lost: Vec<u64>,
    under_way: BTreeMap<(Micros, u64), Packet>,
    sent: u64,
}

impl Link {
    /// What the quickest packet takes.
    pub(crate) const QUICKEST: Micros = Micros::from_millis(30);

    pub(crate) fn new(seed: u64) -> Self {
        Self {
            chance: Chance::seeded(seed),
            loss: 0.0,
            jitter: Micros(0),
            duplication: 0.0,
            stall: None,
            lost: Vec::new(),
            under_way: BTreeMap::new(),
            sent: 0,
        }
    }

    /// A packet leaves its sender at the time its `arrival` says.
    pub(crate) fn send(&mut self, packet: &Packet) {
        if self.chance.happens(self.loss) {
            self.lost.push(packet.sequence);
            return;
        }
        let copies = if self.chance.happens(self.duplication) { 2 } else { 1 };
        for _ in 0..copies {
            let extra = Micros(self.chance.below(self.jitter.0 + 1));
            let mut arrival = packet.arrival + Self::QUICKEST + extra;
            if let Some((from, to)) = self.stall
                && (from..to).contains(&arrival)
            {
                arrival = to;
            }
            self.sent += 1;
            let packet = Packet { arrival, ..packet.clone() };
            self.under_way.insert((arrival, self.sent), packet);
        }
    }

    /// What has arrived up to `now`, in the order it arrived.
    pub(crate) fn arrived(&mut self, now: Micros) -> Vec<Packet> {
        let later = self.under_way.split_off(&(now + Micros(1), 0));
        std::mem::replace(&mut self.under_way, later).into_values().collect()
    }
}
