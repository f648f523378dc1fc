//! "Three Leaves": twenty-four bars in D major, 72 beats a minute, 80 seconds.
//!
//! The form is A, B, A'. Strings hold the chords, a nylon string walks through them, the bass has
//! the roots, an electric piano the tune. The last chord leads back into the first.

use crate::{Loop, RATE, instruments, reverb};

/// Samples of one beat at 72 a minute, a whole number.
const BEAT: usize = RATE as usize * 60 / 72;
const BAR: usize = 4 * BEAT;

/// Bass note, then the chord from below, as MIDI numbers (60 is middle C).
struct Chord(u8, [u8; 4]);

const D9: Chord = Chord(38, [57, 61, 64, 66]);
const BM7: Chord = Chord(35, [57, 59, 62, 66]);
const G7: Chord = Chord(43, [55, 59, 62, 66]);
const A4: Chord = Chord(45, [57, 62, 64, 67]);
const A: Chord = Chord(45, [57, 61, 64, 69]);
const FSM7: Chord = Chord(42, [57, 61, 64, 66]);
const EM7: Chord = Chord(40, [55, 59, 62, 64]);
const A7: Chord = Chord(45, [55, 59, 61, 64]);
const GM6: Chord = Chord(43, [55, 58, 62, 64]);
const D_A: Chord = Chord(45, [57, 62, 66, 69]);

/// One chord per bar.
const CHORDS: [Chord; 24] = [
    D9, BM7, G7, A4, D9, FSM7, G7, A, //
    EM7, A7, FSM7, BM7, G7, GM6, D_A, A4, //
    D9, BM7, G7, A, BM7, FSM7, G7, A4,
];

/// The tune, bar by bar: pitch (0 is a rest) and length in half beats; every bar has eight.
const TUNE: [&[(u8, usize)]; 24] = [
    &[(78, 4), (76, 2), (74, 2)],
    &[(74, 3), (73, 1), (71, 4)],
    &[(71, 2), (74, 2), (78, 3), (76, 1)],
    &[(76, 6), (0, 2)],
    &[(78, 2), (81, 4), (79, 1), (78, 1)],
    &[(76, 3), (78, 1), (73, 4)],
    &[(74, 2), (71, 2), (74, 2), (76, 2)],
    &[(73, 6), (0, 2)],
    &[(79, 3), (78, 1), (76, 4)],
    &[(76, 2), (79, 2), (78, 2), (76, 2)],
    &[(78, 3), (76, 1), (73, 4)],
    &[(74, 2), (78, 2), (83, 4)],
    &[(81, 3), (79, 1), (78, 2), (74, 2)],
    &[(74, 2), (76, 2), (70, 4)],
    &[(69, 2), (74, 2), (78, 2), (76, 2)],
    &[(74, 4), (73, 3), (0, 1)],
    &[(78, 4), (76, 2), (74, 2)],
    &[(74, 3), (73, 1), (78, 4)],
    &[(71, 2), (74, 2), (78, 3), (79, 1)],
    &[(81, 4), (76, 3), (0, 1)],
    &[(78, 2), (74, 2), (71, 4)],
    &[(69, 2), (73, 2), (76, 4)],
    &[(74, 3), (76, 1), (74, 2), (71, 2)],
    &[(69, 6), (0, 2)],
];

/// Which note of the chord the string plays on each half beat; 4 is the second one an octave up.
const WALK: [[usize; 8]; 2] = [[0, 2, 3, 2, 4, 3, 2, 1], [0, 1, 2, 3, 4, 3, 1, 2]];

pub(crate) fn play() -> Loop {
    let mut music = Loop::silent(CHORDS.len() * BAR);
    for (bar, chord) in CHORDS.iter().enumerate() {
        accompany(&mut music, bar, chord);
    }
    for (bar, notes) in TUNE.iter().enumerate() {
        sing(&mut music, bar, notes);
    }
    reverb::add_room(&mut music, 0.55);
    round_off(&mut music);
    music
}

/// Bends the highest peaks, as tape does, so that the music can be as loud as it should be and
/// still keep its distance from full scale.
fn round_off(music: &mut Loop) {
    const DRIVE: f32 = 1.3;
    let peak = music.samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    for sample in &mut music.samples {
        *sample = (DRIVE * *sample / peak).tanh() / DRIVE;
    }
}

fn accompany(music: &mut Loop, bar: usize, Chord(root, notes): &Chord) {
    let start = bar * BAR;
    let seconds = BAR as f32 / RATE as f32;
    for note in notes {
        music.add(start, &instruments::pad(*note, seconds), 0.050);
    }
    music.add(start, &instruments::bass(*root, seconds * 0.6), 0.11);
    music.add(start + 5 * BEAT / 2, &instruments::bass(*root, seconds * 0.35), 0.07);
    for (step, which) in WALK[bar % 2].iter().enumerate() {
        let note = notes.get(*which).copied().unwrap_or(notes[1] + 12);
        // The beat leans on its first and third step; a hand is never quite exact.
        let strength = [0.9, 0.55, 0.7, 0.5, 0.8, 0.55, 0.65, 0.5][step];
        let late = (bar * 7 + step * 13) % 11 * 48;
        music.add(start + step * BEAT / 2 + late, &instruments::pluck(note, strength), 0.22);
    }
}

fn sing(music: &mut Loop, bar: usize, notes: &[(u8, usize)]) {
    let mut at = bar * BAR;
    for (pitch, halves) in notes {
        let len = halves * BEAT / 2;
        if *pitch != 0 {
            let strength = if *halves >= 4 { 0.85 } else { 0.7 };
            let seconds = len as f32 / RATE as f32;
            music.add(at + 480, &instruments::piano(*pitch, seconds, strength), 0.17);
            // An octave below, as from far away, so that the tune carries on a telephone.
            music.add(at + 960, &instruments::pad(pitch - 12, seconds * 0.8), 0.035);
        }
        at += len;
    }
}
