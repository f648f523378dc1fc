//! What one listener hears of several talkers at once: all but itself.

mod limiter;

use limiter::Limiter;

use crate::{Frame, rtp::TalkerId};

/// A frame whose loudest sample is below this (three steps of 16-bit sound) holds nothing to
/// hear: digital silence comes back from Opus as noise of one or two.
const AUDIBLE: f32 = 3.0 / 32_768.0;

/// Length of the ramps at joins and leaves: 5 ms.
const RAMP: usize = 240;

/// Silent frames still worth sending after the last audible one, so that what the listener's
/// decoder conceals from then on is silence and not the last word.
const TRAIL: u8 = 3;

/// What one talker says on this beat.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    /// Who says it.
    pub talker: TalkerId,
    /// What is said.
    pub frame: &'a Frame,
}

/// What became of a mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixed {
    /// Somebody is heard, or was a moment ago: encode and send it.
    Audible,
    /// Exact zeros directly after somebody was heard: encode and send it.
    Trailing,
    /// Exact zeros: neither encode nor send it, and let the encoder rest.
    Silent,
}

/// The mix of one listener; remembers who was heard last, so that joins and leaves do not click.
#[derive(Debug)]
pub struct Mixer {
    limiter: Limiter,
    /// Who sounded in the last frame, with the sample it ended on.
    sounding: Vec<(TalkerId, f32)>,
    trail: u8,
}

impl Default for Mixer {
    fn default() -> Self {
        Self::new()
    }
}

impl Mixer {
    /// A mix in which nothing has been heard.
    pub fn new() -> Self {
        Self { limiter: Limiter::default(), sounding: Vec::with_capacity(4), trail: 0 }
    }

    /// Adds up what `listener` hears: every voice but its own.
    ///
    /// A voice that was not heard on the last beat comes in over 5 ms. One that is heard no more is
    /// gone at once; what remains of it is a ramp from its last sample to zero, which carries
    /// nothing of what it says.
    pub fn mix(&mut self, listener: TalkerId, voices: &[Voice<'_>], out: &mut Frame) -> Mixed {
        out.fill(0.0);
        let heard = |voice: &&Voice<'_>| voice.talker != listener && is_audible(voice.frame);
        let before = self.sounding.len();
        for voice in voices.iter().filter(heard) {
            let known = self.sounding[..before].iter().any(|(talker, _)| *talker == voice.talker);
            add(voice.frame, out, !known);
            let ends_on = voice.frame.last().copied().unwrap_or_default();
            self.sounding.push((voice.talker, ends_on));
        }
        for (talker, ended_on) in &self.sounding[..before] {
            if !self.sounding[before..].iter().any(|(other, _)| other == talker) {
                ramp_down(*ended_on, out);
            }
        }
        let something = !self.sounding.is_empty();
        self.sounding.drain(..before);
        if something {
            self.limiter.apply(out);
            self.trail = TRAIL;
            Mixed::Audible
        } else if self.trail > 0 {
            self.trail -= 1;
            Mixed::Trailing
        } else {
            Mixed::Silent
        }
    }
}

/// Whether a frame holds anything to hear.
pub fn is_audible(frame: &Frame) -> bool {
    frame.iter().any(|sample| sample.abs() >= AUDIBLE)
}

fn add(frame: &Frame, out: &mut Frame, ramp_up: bool) {
    let ramp = if ramp_up { RAMP } else { 0 };
    for (n, (sum, sample)) in out.iter_mut().zip(frame).enumerate().take(ramp) {
        *sum += sample * (n as f32 / RAMP as f32);
    }
    for (sum, sample) in out.iter_mut().zip(frame).skip(ramp) {
        *sum += sample;
    }
}

fn ramp_down(from: f32, out: &mut Frame) {
    for (n, sum) in out.iter_mut().enumerate().take(RAMP) {
        let left = 1.0 - (n + 1) as f32 / RAMP as f32;
        *sum += from * left * left;
    }
}
