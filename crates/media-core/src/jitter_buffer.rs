//! Puts a talker's packets in order. Knows nothing of time: when a packet is heard is decided by
//! [`crate::playout::Playout`].

use crate::rtp::Packet;

/// Places in the buffer: 1.28 s of 20 ms packets, more than any delay worth waiting for.
pub const CAPACITY: u64 = 64;

/// Why a packet was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The same packet is already waiting.
    #[error("the packet is already in the buffer")]
    Duplicate,
    /// Its place has been passed.
    #[error("the packet is older than what was taken out last")]
    Late,
    /// It is further ahead than the buffer reaches.
    #[error("the packet is further ahead than the buffer reaches")]
    Overflow,
}

/// A bounded buffer that gives packets back in sequence.
#[derive(Debug)]
pub struct JitterBuffer {
    /// Packet n waits in place n modulo [`CAPACITY`].
    places: Vec<Option<Packet>>,
    /// Everything below has been taken out or passed; `None` until the first packet.
    floor: Option<u64>,
    len: usize,
}

impl Default for JitterBuffer {
    fn default() -> Self {
        Self { places: (0..CAPACITY).map(|_| None).collect(), floor: None, len: 0 }
    }
}

impl JitterBuffer {
    /// Takes a packet in.
    ///
    /// Until one is taken out the buffer reaches both ways from the first packet, so that packets
    /// swapped at the very start are heard in order.
    ///
    /// # Errors
    ///
    /// Says why the packet was left out; the buffer is unchanged then.
    pub fn insert(&mut self, packet: Packet) -> Result<(), Rejected> {
        let floor = *self.floor.get_or_insert(packet.sequence.saturating_sub(CAPACITY / 2));
        if packet.sequence < floor {
            return Err(Rejected::Late);
        }
        if packet.sequence - floor >= CAPACITY {
            return Err(Rejected::Overflow);
        }
        let place = &mut self.places[(packet.sequence % CAPACITY) as usize];
        if place.is_some() {
            return Err(Rejected::Duplicate);
        }
        *place = Some(packet);
        self.len += 1;
        Ok(())
    }

    /// The waiting packet with the lowest sequence number.
    pub fn first(&self) -> Option<&Packet> {
        self.first_sequence().and_then(|n| self.places[(n % CAPACITY) as usize].as_ref())
    }

    /// Takes out the packet with the lowest sequence number; what comes before it is late from then
    /// on.
    pub fn pop(&mut self) -> Option<Packet> {
        let sequence = self.first_sequence()?;
        self.len -= 1;
        self.floor = Some(sequence.saturating_add(1));
        self.places[(sequence % CAPACITY) as usize].take()
    }

    /// Drops everything below `sequence` and takes nothing below it any more; the answer is how
    /// many packets were dropped.
    pub fn drop_below(&mut self, sequence: u64) -> usize {
        let before = self.len;
        while self.first_sequence().is_some_and(|first| first < sequence) {
            self.pop();
        }
        self.floor = Some(self.floor.map_or(sequence, |floor| floor.max(sequence)));
        before - self.len
    }

    /// Forgets everything, also what came before.
    pub fn clear(&mut self) {
        self.places.fill(None);
        self.floor = None;
        self.len = 0;
    }

    /// How many packets wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn first_sequence(&self) -> Option<u64> {
        let floor = self.floor?;
        if self.is_empty() {
            return None;
        }
        (floor..floor.saturating_add(CAPACITY))
            .find(|n| self.places[(n % CAPACITY) as usize].is_some())
    }
}
