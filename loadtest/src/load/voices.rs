//! Who is talking: speech in as many variants as there are markers, each encoded once.
//!
//! A packet that is forwarded is byte by byte one of a variant's; what is mixed carries the tones
//! of those who are in it.

use std::collections::HashMap;

use bytes::Bytes;

use super::clip;
use crate::sound::{FRAME_SAMPLES, SAMPLE_RATE, Sound, Spectrum};

/// What a person's voice is sent at, as browsers send speech.
const BITS_PER_SECOND: i32 = 24_000;
/// Where the markers begin and how far apart they are, in hertz: above most of the energy of
/// speech, and below the 7 kHz from which on the codec begins to let them fade at this rate.
const FIRST_HZ: u32 = 3_700;
const STEP_HZ: u32 = 160;
/// Most variants there can be; neighbouring conversations share none.
pub const VOICES: usize = 21;
/// A marker's amplitude as a fraction of full scale: -26 dBFS.
const MARKER: f64 = 0.05;
/// What is above this is a marker: speech is at most -44 dBFS at a marker's frequency in 500 ms.
const AUDIBLE_DBFS: f64 = -37.0;
/// What is below this is none: a marker comes out of the codec at -30 dBFS or more, and a limiter
/// takes some decibels where several talk at once.
const INAUDIBLE_DBFS: f64 = -41.0;

/// A part of a stretch: 120 ms, in which neighbouring markers are still told apart.
const PART_SAMPLES: usize = 6 * FRAME_SAMPLES;

/// A set of voices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VoiceSet(u32);

impl VoiceSet {
    /// A set of one.
    pub(crate) fn of(voice: usize) -> Self {
        Self(1 << voice)
    }

    /// Those in either.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any voice is in both.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those of this set that are not in the other.
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those in both.
    pub(crate) fn shared_with(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// How many there are.
    pub(crate) fn len(self) -> u32 {
        self.0.count_ones()
    }
}

/// Where a packet comes from, as its bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// One of these said it: nearly always one, as rarely two variants share a packet.
    Voice(VoiceSet),
    /// It is the server's hold music or ringback.
    Clip,
    /// Nobody's own: a mix, or an operator's own music.
    Encoded,
}

/// The voices of all the people, and what tells them apart.
#[derive(Debug)]
pub struct Voices {
    sounds: Vec<Sound>,
    known: HashMap<Bytes, Origin>,
}

impl Voices {
    /// Gives a stretch of speech (mono PCM at 48 kHz, at least a second) so many voices, at most
    /// [`VOICES`].
    pub fn of_speech(pcm: &[f32], count: usize) -> Self {
        let count = count.clamp(1, VOICES);
        let mut sounds = Vec::with_capacity(count);
        // Encoding takes seconds: every core takes its share.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let encode = |part: usize| {
                let mine = (0..count).filter(move |voice| voice % threads == part);
                let encoded = mine.map(|voice| (voice, marked(pcm, voice)));
                encoded.collect::<Vec<_>>()
            };
            let parts: Vec<_> =
                (0..threads).map(|part| scope.spawn(move || encode(part))).collect();
            for part in parts {
                sounds.extend(part.join().expect("an encoder does not panic"));
            }
        });
        sounds.sort_by_key(|(voice, _)| *voice);
        Self::knowing(sounds.into_iter().map(|(_, sound)| sound).collect())
    }

    /// The speech that ships with the program.
    pub fn shipped_speech() -> Vec<f32> {
        clip::ogg_pcm(include_bytes!("../../assets/speech.opus"))
    }

    fn knowing(sounds: Vec<Sound>) -> Self {
        let clips: [&'static [u8]; 9] = [
            include_bytes!("../../../assets/hold-music.opus"),
            include_bytes!("../../../assets/ringback.opus"),
            include_bytes!("../../../assets/please-wait.opus"),
            include_bytes!("../../../assets/place-1.opus"),
            include_bytes!("../../../assets/place-2.opus"),
            include_bytes!("../../../assets/place-3.opus"),
            include_bytes!("../../../assets/place-4.opus"),
            include_bytes!("../../../assets/place-5.opus"),
            include_bytes!("../../../assets/far-behind.opus"),
        ];
        let clips = clips.into_iter().flat_map(clip::played);
        let mut known: HashMap<Bytes, Origin> =
            clips.map(|payload| (payload, Origin::Clip)).collect();
        for (voice, sound) in sounds.iter().enumerate() {
            for frame in sound.frames() {
                let payload = frame.payload.clone();
                let mut who = VoiceSet::of(voice);
                if let Some(Origin::Voice(others)) = known.get(&payload) {
                    who = who.and(*others);
                }
                known.insert(payload, Origin::Voice(who));
            }
        }
        Self { sounds, known }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.sounds.len()
    }

    /// What somebody with this voice says.
    pub fn sound(&self, voice: usize) -> Sound {
        self.sounds[voice].clone()
    }

    /// Where a packet comes from.
    pub(crate) fn origin(&self, payload: &[u8]) -> Origin {
        self.known.get(payload).copied().unwrap_or(Origin::Encoded)
    }

    /// How loud everybody's marker is in a stretch of PCM of about half a second.
    pub(crate) fn heard_in(&self, pcm: &[f32]) -> Levels {
        let whole = Spectrum::of(pcm);
        let parts: Vec<Spectrum> = pcm.chunks_exact(PART_SAMPLES).map(Spectrum::of).collect();
        let level = |voice| {
            let hertz = f64::from(marker_hz(voice));
            let parts = parts.iter().map(|part| part.dbfs(hertz));
            Level { whole: whole.dbfs(hertz), loudest: parts.fold(f64::NEG_INFINITY, f64::max) }
        };
        Levels((0..self.sounds.len()).map(level).collect())
    }
}

/// The level of every voice's marker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Levels(Vec<Level>);

/// The level of one marker in dBFS.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Level {
    /// In the whole stretch: sharp, so that speech is not taken for a marker.
    whole: f64,
    /// In the loudest part of it: a playout that skips or stretches a moment turns the phase of a
    /// marker, and the two halves may cancel each other.
    loudest: f64,
}

impl Levels {
    /// Who is surely heard.
    pub(crate) fn audible(&self) -> VoiceSet {
        self.those(|level| level.whole > AUDIBLE_DBFS)
    }

    /// Who is surely not.
    pub(crate) fn inaudible(&self) -> VoiceSet {
        self.those(|level| level.loudest < INAUDIBLE_DBFS)
    }

    /// The levels of some, for a complaint.
    pub(crate) fn of(&self, voices: VoiceSet) -> Vec<i32> {
        let is_one = |(voice, _): &(usize, &Level)| voices.meets(VoiceSet::of(*voice));
        self.0
            .iter()
            .enumerate()
            .filter(is_one)
            .map(|(_, level)| level.whole.round() as i32)
            .collect()
    }

    fn those(&self, are: impl Fn(Level) -> bool) -> VoiceSet {
        let voices = self.0.iter().enumerate().filter(|(_, level)| are(**level));
        voices.fold(VoiceSet::default(), |set, (voice, _)| set.and(VoiceSet::of(voice)))
    }
}

fn marker_hz(voice: usize) -> u32 {
    FIRST_HZ + STEP_HZ * voice as u32
}

fn marked(pcm: &[f32], voice: usize) -> Sound {
    let step = std::f64::consts::TAU * f64::from(marker_hz(voice)) / f64::from(SAMPLE_RATE);
    let marker = |at: usize| (MARKER * (step * at as f64).sin()) as f32;
    let speech: Vec<f32> = pcm.iter().enumerate().map(|(at, sample)| sample + marker(at)).collect();
    Sound::speech(&speech, BITS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::{Ear, Heard, HeardFrame};

    /// Three seconds of speech in two voices: the one that is easiest to hear and the one that is
    /// hardest.
    fn two_voices() -> (Voices, [usize; 2]) {
        let pcm = Voices::shipped_speech();
        let voices: Vec<Sound> = [0, VOICES - 1].map(|v| marked(&pcm[..150 * 960], v)).into();
        let mut all: Vec<Sound> = vec![voices[0].clone(); VOICES];
        all[VOICES - 1] = voices[1].clone();
        (Voices { sounds: all, known: HashMap::new() }, [0, VOICES - 1])
    }

    fn windows(sound: &Sound) -> Vec<Heard> {
        let mut ear = Ear::default();
        let window = |from: u64| {
            (from..from + 25)
                .map(|sequence| HeardFrame {
                    sequence,
                    payload: sound.frame(sequence as usize).payload.clone(),
                })
                .collect()
        };
        (0..6).map(|n| ear.follow(window(n * 25))).collect()
    }

    #[test]
    fn a_marker_survives_the_codec_and_speech_is_not_taken_for_another() {
        let (voices, both) = two_voices();
        for voice in both {
            for heard in windows(&voices.sound(voice)) {
                let levels = voices.heard_in(heard.pcm());
                assert_eq!(levels.audible(), VoiceSet::of(voice), "{levels:?}");
                assert!(!levels.inaudible().meets(VoiceSet::of(voice)), "{levels:?}");
            }
        }
    }

    #[test]
    fn a_mix_that_is_encoded_again_still_tells_who_is_in_it() {
        let (voices, both) = two_voices();
        let parts = both.map(|voice| windows(&voices.sound(voice)));
        let mix: Vec<f32> = parts[0]
            .iter()
            .zip(&parts[1])
            .flat_map(|(one, other)| one.pcm().iter().zip(other.pcm()))
            .map(|(one, other)| one + other)
            .collect();
        assert_eq!(mix.len(), 150 * FRAME_SAMPLES);
        let mixed = Sound::speech(&mix, 32_000);
        for heard in windows(&mixed) {
            let levels = voices.heard_in(heard.pcm());
            let both = VoiceSet::of(both[0]).and(VoiceSet::of(both[1]));
            assert_eq!(levels.audible(), both, "{levels:?}");
            assert!(!levels.inaudible().meets(both), "{levels:?}");
        }
    }

    #[test]
    fn a_marker_whose_phase_turns_is_not_taken_for_a_missing_one_and_a_missing_one_is_missed() {
        let (voices, [one, other]) = two_voices();
        let windows = windows(&voices.sound(one));
        let mut pcm = windows[2].pcm().to_vec();
        // A playout that skipped half a period of the marker.
        let second_half = pcm.len() / 2;
        pcm[second_half..].iter_mut().for_each(|sample| *sample = -*sample);
        let levels = voices.heard_in(&pcm);
        assert!(!levels.inaudible().meets(VoiceSet::of(one)), "{levels:?}");
        assert!(levels.inaudible().meets(VoiceSet::of(other)), "{levels:?}");
    }

    #[test]
    fn packets_are_known_by_their_bytes() {
        let pcm = &Voices::shipped_speech()[..50 * 960];
        let voices = Voices::of_speech(pcm, 3);
        for voice in 0..3 {
            let payload = &voices.sound(voice).frame(7).payload.clone();
            let Origin::Voice(who) = voices.origin(payload) else { panic!("nobody's") };
            assert!(who.meets(VoiceSet::of(voice)));
        }
        let music = clip::ogg_packets(include_bytes!("../../../assets/hold-music.opus"));
        assert_eq!(voices.origin(&music[40]), Origin::Clip);
        assert_eq!(voices.origin(b"something else"), Origin::Encoded);
    }
}
