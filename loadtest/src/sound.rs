//! What a peer says, and what can be told from what it heard.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

pub use bytes::Bytes;
use opus::{Application, Bitrate, Channels, Decoder, Encoder};

/// Samples per second of everything here; Opus over RTP always counts in 48 kHz.
pub const SAMPLE_RATE: u32 = 48_000;
/// Samples in one 20 ms frame.
pub const FRAME_SAMPLES: usize = 960;
/// One frame, which is also one packet.
pub const FRAME: Duration = Duration::from_millis(20);
/// What a tone is spoken at, as a fraction of full scale (-12 dBFS).
const TONE_AMPLITUDE: f64 = 0.25;
/// What an encoder hears before a loop begins: a second, far more than it remembers.
const RUN_UP_FRAMES: usize = 50;
/// A longer gap is silence, not loss, and is not concealed.
const CONCEALED_FRAMES: u64 = 5;
/// A tone weaker than this below full scale is not heard at all.
const AUDIBLE_DBFS: f64 = -50.0;

/// One 20 ms Opus packet and its level.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The Opus packet.
    pub payload: Bytes,
    /// The level in -dBov as RFC 6464 sends it: 0 is full scale, 127 is silence.
    pub level: u8,
}

/// Audio that a peer sends: encoded once, sent in a loop. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sound {
    frames: Arc<[Frame]>,
}

impl Sound {
    /// Makes a pure tone of a whole number of hertz, so that a loop of one second has no seam.
    ///
    /// The encoder is held to CELT: a sine stays a sine, and a listener may look for other tones
    /// 60 dB below it.
    pub fn tone(hertz: u32) -> Self {
        let step = std::f64::consts::TAU * f64::from(hertz) / f64::from(SAMPLE_RATE);
        let second: Vec<f32> = (0..SAMPLE_RATE)
            .map(|sample| (TONE_AMPLITUDE * (step * f64::from(sample)).sin()) as f32)
            .collect();
        Self::encode(&second, Application::LowDelay, 64_000)
    }

    /// Makes a loop from mono PCM at 48 kHz as a browser would send speech; what does not fill the
    /// last frame is left out.
    ///
    /// # Panics
    ///
    /// When there is not even one frame of PCM.
    pub fn speech(pcm: &[f32], bits_per_second: i32) -> Self {
        Self::encode(pcm, Application::Voip, bits_per_second)
    }

    /// Encodes the end of the loop first and then the loop, whose first frame so follows its last.
    fn encode(pcm: &[f32], application: Application, bits_per_second: i32) -> Self {
        assert!(pcm.len() >= FRAME_SAMPLES, "a sound has at least one frame");
        let mut encoder = Encoder::new(SAMPLE_RATE, Channels::Mono, application)
            .expect("48 kHz mono is always supported");
        encoder
            .set_bitrate(Bitrate::Bits(bits_per_second))
            .expect("a bit rate between 6 and 510 kb/s");
        let mut encode = |samples: &[f32]| Frame {
            payload: encoder
                .encode_vec_float(samples, 1275)
                .expect("960 samples are a legal frame")
                .into(),
            level: level(samples),
        };
        let frames: Vec<&[f32]> = pcm.chunks_exact(FRAME_SAMPLES).collect();
        for samples in &frames[frames.len().saturating_sub(RUN_UP_FRAMES)..] {
            encode(samples);
        }
        Self { frames: frames.into_iter().map(encode).collect() }
    }

    /// The frame sent at a beat, counted from the first one.
    pub fn frame(&self, beat: usize) -> &Frame {
        &self.frames[beat % self.frames.len()]
    }

    /// The whole loop.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Every packet of the loop, to recognise forwarded ones byte by byte.
    pub fn payloads(&self) -> HashSet<Bytes> {
        self.frames.iter().map(|frame| frame.payload.clone()).collect()
    }
}

/// The level of some samples in -dBov.
fn level(samples: &[f32]) -> u8 {
    let power: f64 =
        samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64;
    if power <= 0.0 { 127 } else { (-10.0 * power.log10()).clamp(0.0, 127.0) as u8 }
}

/// One packet of a listening window: its place in the stream and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardFrame {
    /// The extended RTP sequence number.
    pub sequence: u64,
    /// The Opus packet.
    pub payload: Bytes,
}

/// A listener's decoder: it follows the stream from its first packet on, as a browser's does, so
/// that what is heard is what a person would hear and not what a cold start makes of it.
#[derive(Debug)]
pub struct Ear {
    decoder: Decoder,
    expected: Option<u64>,
    buffer: Vec<f32>,
}

impl Default for Ear {
    fn default() -> Self {
        let decoder = Decoder::new(SAMPLE_RATE, Channels::Mono);
        Self {
            decoder: decoder.expect("48 kHz mono is always supported"),
            expected: None,
            buffer: vec![0.0; FRAME_SAMPLES * 6],
        }
    }
}

impl Ear {
    /// Decodes what came next, concealing what is missing. Packets that are older than what was
    /// decoded before are left out.
    pub fn follow(&mut self, mut frames: Vec<HeardFrame>) -> Heard {
        frames.sort_by_key(|frame| frame.sequence);
        frames.dedup_by_key(|frame| frame.sequence);
        let expected = self.expected.unwrap_or(0);
        frames.retain(|frame| frame.sequence >= expected);
        let mut pcm = Vec::with_capacity(frames.len() * FRAME_SAMPLES);
        for frame in &frames {
            let expected = self.expected.unwrap_or(frame.sequence);
            for _ in 0..frame.sequence.saturating_sub(expected).min(CONCEALED_FRAMES) {
                self.decode(None, &mut pcm);
            }
            self.decode(Some(&frame.payload), &mut pcm);
            self.expected = Some(frame.sequence + 1);
        }
        Heard { frames, pcm }
    }

    fn decode(&mut self, payload: Option<&[u8]>, pcm: &mut Vec<f32>) {
        let longest = if payload.is_some() { self.buffer.len() } else { FRAME_SAMPLES };
        let into = &mut self.buffer[..longest];
        let decoded = self.decoder.decode_float(payload.unwrap_or(&[]), into, false);
        pcm.extend_from_slice(&self.buffer[..decoded.unwrap_or(0)]);
    }
}

/// What one listener received in one window.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    frames: Vec<HeardFrame>,
    pcm: Vec<f32>,
}

impl Heard {
    /// The packets of the window.
    pub fn frames(&self) -> &[HeardFrame] {
        &self.frames
    }

    /// The whole window as mono PCM at 48 kHz.
    pub fn pcm(&self) -> &[f32] {
        &self.pcm
    }

    /// True when nothing arrived, or nothing but digital silence.
    pub fn is_silent(&self) -> bool {
        self.pcm().iter().all(|sample| sample.abs() < 1.0e-4)
    }

    /// The level of a tone in dBFS of a full-scale sine.
    pub fn tone_dbfs(&self, hertz: u32) -> f64 {
        tone_dbfs(self.pcm(), f64::from(hertz))
    }

    /// Whether a tone stands out of silence.
    pub fn hears(&self, hertz: u32) -> bool {
        self.tone_dbfs(hertz) > AUDIBLE_DBFS
    }

    /// How many of the window's packets are, byte by byte, one of these.
    pub fn verbatim(&self, payloads: &HashSet<Bytes>) -> usize {
        self.frames.iter().filter(|frame| payloads.contains(&frame.payload)).count()
    }
}

/// The level of one frequency in dBFS of a full-scale sine; see [`Spectrum`].
pub fn tone_dbfs(pcm: &[f32], hertz: f64) -> f64 {
    Spectrum::of(pcm).dbfs(hertz)
}

/// A stretch of PCM in which frequencies are looked for, under a four-term Blackman-Harris window,
/// whose side lobes are 92 dB down: a strong tone does not pass for a weak one elsewhere.
#[derive(Clone, Debug)]
pub struct Spectrum {
    windowed: Vec<f64>,
    gain: f64,
}

impl Spectrum {
    /// Lays the window over a stretch.
    pub fn of(pcm: &[f32]) -> Self {
        let turn = std::f64::consts::TAU / pcm.len().max(1) as f64;
        let mut gain = 0.0;
        let windowed = pcm.iter().enumerate().map(|(index, sample)| {
            let phase = turn * index as f64;
            let window = 0.358_75 - 0.488_29 * phase.cos() + 0.141_28 * (2.0 * phase).cos()
                - 0.011_68 * (3.0 * phase).cos();
            gain += window;
            f64::from(*sample) * window
        });
        Self { windowed: windowed.collect(), gain }
    }

    /// The level of a frequency in dBFS of a full-scale sine, by the Goertzel recurrence. Of less
    /// than a frame there is none.
    pub fn dbfs(&self, hertz: f64) -> f64 {
        if self.windowed.len() < FRAME_SAMPLES {
            return f64::NEG_INFINITY;
        }
        let omega = std::f64::consts::TAU * hertz / f64::from(SAMPLE_RATE);
        let coefficient = 2.0 * omega.cos();
        let (mut previous, mut before) = (0.0_f64, 0.0_f64);
        for sample in &self.windowed {
            let next = sample + coefficient * previous - before;
            before = previous;
            previous = next;
        }
        let power = previous.powi(2) + before.powi(2) - coefficient * previous * before;
        20.0 * (2.0 * power.max(0.0).sqrt() / self.gain).max(1.0e-9).log10()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(sound: &Sound, frames: usize) -> Heard {
        let mut ear = Ear::default();
        ear.follow(stretch(sound, 0..20));
        ear.follow(stretch(sound, 20..20 + frames))
    }

    fn stretch(sound: &Sound, beats: std::ops::Range<usize>) -> Vec<HeardFrame> {
        beats
            .map(|beat| HeardFrame {
                sequence: beat as u64,
                payload: sound.frame(beat).payload.clone(),
            })
            .collect()
    }

    #[test]
    fn a_tone_survives_the_codec_and_nothing_else_is_heard() {
        let heard = heard(&Sound::tone(440), 40);
        assert!((-13.0..-11.0).contains(&heard.tone_dbfs(440)), "{}", heard.tone_dbfs(440));
        for other in [300, 620, 700, 1130, 1700] {
            assert!(
                heard.tone_dbfs(other) < heard.tone_dbfs(440) - 60.0,
                "{other} Hz at {:.1} dBFS",
                heard.tone_dbfs(other)
            );
        }
    }

    #[test]
    fn the_loop_has_no_seam() {
        let heard = heard(&Sound::tone(700), 100);
        let around_the_seam = &heard.pcm()[45 * FRAME_SAMPLES..55 * FRAME_SAMPLES];
        let largest_step = around_the_seam
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0_f32, f32::max);
        // A 700 Hz sine of amplitude 0.25 moves by at most 0.023 from sample to sample.
        assert!(largest_step < 0.03, "{largest_step}");
    }

    #[test]
    fn missing_packets_are_concealed_and_nothing_is_silence() {
        assert!(Ear::default().follow(Vec::new()).is_silent());
        let mut gappy = stretch(&Sound::tone(440), 0..40);
        gappy.retain(|frame| frame.sequence % 10 != 5);
        let heard = Ear::default().follow(gappy);
        assert_eq!(heard.pcm().len(), 40 * FRAME_SAMPLES);
        assert!(heard.hears(440) && !heard.is_silent());
    }

    #[test]
    fn levels_count_down_from_full_scale() {
        assert_eq!(level(&[0.0; 960]), 127);
        assert_eq!(level(&[1.0; 960]), 0);
        assert_eq!(Sound::tone(440).frame(3).level, 15);
    }
}
