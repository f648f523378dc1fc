//! Decides when a talker's packets are heard: one frame of 20 ms on every beat, whatever the
//! network did.
//!
//! Each beat asks which sound comes next and how late it would be heard (`playout/delay.rs`):
//!
//! * The packet that goes on where the last one ended is decoded.
//! * When it is missing and a later one is there, the gap is filled from the redundancy in that
//!   later packet (FEC) or by concealment, until the later packet is due.
//! * When nothing is there, up to 100 ms are concealed, fading out; then there is silence. Time
//!   stands still meanwhile: the sound that was only late is heard in full, later. Whether the
//!   talker fell silent (DTX) or the network did looks the same here and needs no distinction.
//! * A delay longer than needed is worked off by leaving out pieces of sound, all of what is quiet
//!   and single periods of what is voiced (`playout/stretch.rs`); one that is too short is built up
//!   likewise.
//!
//! The delay needed is small on a steady network and grows with its jitter. While packets are lost
//! and carry redundancy, it is one packet more, so that the redundancy is there when it is needed.
//!
//! Differs from libwebrtc's `NetEQ`: delay is a time and not a number of packets, so pauses, drift
//! and packets of any length need no special cases; there is no comfort noise after 100 ms.

mod delay;
mod insert;
mod pending;
mod pull;
mod stretch;

use crate::{
    FRAME, Micros, SAMPLE_RATE,
    codec::{CodecError, Decoder},
    jitter_buffer::{CAPACITY, JitterBuffer},
};
use delay::Lateness;
use pending::Pending;
use stretch::Likeness;

/// One frame, as a time in samples.
const FRAME_TIME: i64 = FRAME as i64;

/// Frames that are concealed in a row before there is silence.
const MAX_CONCEALED: u32 = 5;

/// Delay above the target that is let be: below the 20 ms between beats, or the corrections would
/// never end.
const SURPLUS: i64 = 720;

/// Delay below the target that is let be: 2.5 ms, the shortest piece that can be put in.
const SHORTAGE: i64 = 120;

/// Surplus from which a worse likeness is accepted, and corrections follow each other directly:
/// 60 ms.
const LARGE_SURPLUS: i64 = 2_880;

/// Delay above the target from which packets are dropped unheard: 300 ms. Nobody can talk so.
const MAX_SURPLUS: i64 = 14_400;

/// Frames between two corrections in voiced sound.
const CORRECTION_PAUSE: u32 = 5;

/// Share of packets lost from which waiting for redundancy pays.
const NOTABLE_LOSS: f32 = 0.01;

/// What one packet weighs in the share of packets lost.
const LOSS_WEIGHT: f32 = 1.0 / 128.0;

/// A step in sequence numbers, or a change of transit, that means the talker began anew.
const RESTART_SEQUENCES: i64 = 3_000;
const RESTART_TIME: i64 = SAMPLE_RATE as i64;

/// So many packets in a row that are all too old and follow each other mean the same.
const RESTART_LATE_RUN: u32 = 5;

/// Where a frame came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heard {
    /// Exact zeros.
    Silence,
    /// Packets, as they were sent.
    Decoded,
    /// In part the redundancy of a later packet.
    Recovered,
    /// In part a guess.
    Concealed,
}

/// What has happened since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Packets taken in.
    pub received: u64,
    /// Packets refused because they were there already.
    pub duplicate: u64,
    /// Packets that came after their time.
    pub late: u64,
    /// Packets dropped to catch up.
    pub skipped: u64,
    /// Packets that were no Opus.
    pub undecodable: u64,
    /// Times the talker began anew.
    pub restarts: u64,
    /// Frames made of packets, of redundancy, of guesses.
    pub frames_decoded: u64,
    /// Frames made of redundancy.
    pub frames_recovered: u64,
    /// Frames guessed.
    pub frames_concealed: u64,
    /// Samples left out to shorten the delay.
    pub samples_removed: u64,
    /// Samples put in to lengthen the delay.
    pub samples_added: u64,
}

/// One talker's packets, ordered, timed and decoded.
#[derive(Debug)]
pub struct Playout {
    buffer: JitterBuffer,
    decoder: Decoder,
    lateness: Lateness,
    pending: Pending,
    newest: Option<Newest>,
    /// Timestamp of the sample after the last one made; `None` before the first.
    next: Option<i64>,
    last_popped: Option<u64>,
    concealed_in_row: u32,
    /// Frames concealed while time stood still.
    held: u32,
    since_correction: u32,
    lost: f32,
    has_redundancy: bool,
    delay: i64,
    statistics: Statistics,
    /// Reused for every packet, so that none is allocated on the way.
    sound: Vec<f32>,
}

/// The packet with the highest sequence number so far.
#[derive(Debug)]
struct Newest {
    sequence: u64,
    timestamp: (u32, i64),
    transit: i64,
    /// Packets in a row that were too old, and the number of the last one.
    late_run: (u32, u64),
}

enum Next {
    Play,
    Recover,
    Conceal { holds: bool },
    Wait,
}

impl Playout {
    /// A talker of whom nothing was heard yet.
    ///
    /// # Errors
    ///
    /// When libopus cannot be set up.
    pub fn new() -> Result<Self, CodecError> {
        Ok(Self {
            buffer: JitterBuffer::default(),
            decoder: Decoder::new()?,
            lateness: Lateness::default(),
            pending: Pending::default(),
            newest: None,
            next: None,
            last_popped: None,
            concealed_in_row: 0,
            held: 0,
            since_correction: 0,
            lost: 0.0,
            has_redundancy: false,
            delay: 0,
            statistics: Statistics::default(),
            sound: Vec::new(),
        })
    }

    /// The delay beyond the network at its quickest with which sound is heard.
    pub fn delay(&self) -> Micros {
        to_micros(self.delay)
    }

    /// The delay that the network needs.
    pub fn target(&self) -> Micros {
        to_micros(self.target_samples())
    }

    /// What has happened since the start.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    fn target_samples(&self) -> i64 {
        let waits_for_redundancy = self.has_redundancy && self.lost > NOTABLE_LOSS;
        self.lateness.target() + if waits_for_redundancy { FRAME_TIME } else { 0 }
    }
}

fn to_micros(samples: i64) -> Micros {
    Micros(samples.max(0) as u64 * 1000 / 48)
}
