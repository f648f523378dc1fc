//! Tones, and instruments to measure them with.

use std::f32::consts::TAU;

use media_core::{FRAME, Frame, Micros, codec::Encoder, rtp::Packet};

/// A steady tone, frame by frame.
#[derive(Clone)]
pub(crate) struct Tone {
    pub(crate) frequency: f32,
    pub(crate) amplitude: f32,
    sample: u64,
}

impl Tone {
    pub(crate) fn new(frequency: f32, amplitude: f32) -> Self {
        Self { frequency, amplitude, sample: 0 }
    }

    pub(crate) fn frame(&mut self) -> Frame {
        let start = self.sample;
        self.sample += FRAME as u64;
        std::array::from_fn(|n| {
            let turns = (start + n as u64) as f64 * f64::from(self.frequency) / 48_000.0;
            self.amplitude * (turns.fract() as f32 * TAU).sin()
        })
    }
}

/// The amplitude of one frequency in a sound (Goertzel, under a Hann window so that its neighbours
/// do not leak into it).
pub(crate) fn amplitude_of(frequency: f32, sound: &[f32]) -> f32 {
    let turn = std::f64::consts::TAU;
    let step = f64::from(frequency) / 48_000.0 * turn;
    let len = sound.len() as f64;
    let (mut one, mut two) = (0.0_f64, 0.0_f64);
    for (n, sample) in sound.iter().enumerate() {
        let window = 1.0 - (turn * n as f64 / len).cos();
        (one, two) = (f64::from(*sample) * window + 2.0 * step.cos() * one - two, one);
    }
    let power = one * one + two * two - 2.0 * step.cos() * one * two;
    (power.max(0.0).sqrt() * 2.0 / len) as f32
}

pub(crate) fn decibels(ratio: f32) -> f32 {
    20.0 * ratio.max(1e-9).log10()
}

pub(crate) fn peak(sound: &[f32]) -> f32 {
    sound.iter().fold(0.0, |peak, sample| sample.abs().max(peak))
}

/// The largest step from one sample to the next.
pub(crate) fn steepest(sound: &[f32]) -> f32 {
    sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

/// The largest step of a pure tone.
pub(crate) fn steepest_of(frequency: f32, amplitude: f32) -> f32 {
    amplitude * TAU * frequency / 48_000.0
}

/// Somebody who sends a tone as RTP.
pub(crate) struct Talker {
    tone: Tone,
    encoder: Encoder,
    /// Of the next packet.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) time: Micros,
    /// How long the sender's crystal says 20 ms are.
    pub(crate) period: Micros,
}

impl Talker {
    pub(crate) fn new(frequency: f32, amplitude: f32) -> Self {
        Self {
            tone: Tone::new(frequency, amplitude),
            encoder: Encoder::new().unwrap(),
            sequence: 0x1_0000,
            timestamp: 7_000,
            time: Micros(0),
            period: Micros(20_000),
        }
    }

    /// Sends what it would send to a network that loses so many of a hundred packets.
    pub(crate) fn expecting_loss(mut self, percent: u8) -> Self {
        self.encoder.set_expected_loss(percent).unwrap();
        self
    }

    pub(crate) fn louder(&mut self, amplitude: f32) {
        self.tone.amplitude = amplitude;
    }

    /// The next packet; its `arrival` is when it is sent.
    pub(crate) fn packet(&mut self) -> Packet {
        let mut payload = Vec::new();
        self.encoder.encode(&self.tone.frame(), &mut payload).unwrap();
        let packet = Packet {
            sequence: self.sequence,
            timestamp: self.timestamp,
            marker: false,
            level: None,
            payload: payload.into(),
            arrival: self.time,
        };
        self.skip();
        self.sequence += 1;
        packet
    }

    /// Says nothing for the length of a packet (DTX): only time passes.
    pub(crate) fn skip(&mut self) {
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
        self.time = self.time + self.period;
    }
}
