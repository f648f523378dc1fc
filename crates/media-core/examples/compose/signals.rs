//! What a waiting caller is told in notes: its place in the queue, and to hold the line.
//!
//! A place is told by as many notes as there are callers up to and including this one, on the way
//! down a scale that always ends on the same note: fewer notes are better news.

use crate::{Loop, RATE, instruments, reverb};

/// Down the pentatonic scale of the hold music, to its root.
const STAIRS: [u8; 5] = [83, 81, 78, 76, 74];
/// Up the chord and down again: further behind than anybody wants to count.
const ARCH: [u8; 7] = [74, 78, 81, 86, 81, 78, 74];
/// A falling third, slow: a door bell far away.
const BELL: [u8; 2] = [81, 78];

const STAIR_SECONDS: f32 = 0.24;
const ARCH_SECONDS: f32 = 0.15;
const BELL_SECONDS: f32 = 0.42;

/// The last note rings out for this long.
const RING_OUT_SECONDS: f32 = 0.9;
/// The end is taken to nothing over this time.
const FADE_SECONDS: f32 = 0.25;
const WET: f32 = 0.18;

/// The most places that have a signal of their own.
pub(crate) const PLACES: usize = STAIRS.len();

/// The signal of a place, from 1 to [`PLACES`].
pub(crate) fn place(place: usize) -> Loop {
    play(&STAIRS[STAIRS.len() - place..], STAIR_SECONDS)
}

/// The signal of any place behind those.
pub(crate) fn far_behind() -> Loop {
    play(&ARCH, ARCH_SECONDS)
}

/// The signal to hold the line.
pub(crate) fn please_wait() -> Loop {
    play(&BELL, BELL_SECONDS)
}

fn play(notes: &[u8], seconds: f32) -> Loop {
    let step = (seconds * RATE as f32) as usize;
    let frame = RATE as usize / 50;
    let len = (notes.len() - 1) * step + (RING_OUT_SECONDS * RATE as f32) as usize;
    let len = len.next_multiple_of(frame);
    // In a room the end of a loop is heard at its beginning: silence enough keeps them apart.
    let mut signal = Loop::silent(4 * len);
    for (at, note) in notes.iter().enumerate() {
        signal.add(at * step, &instruments::piano(*note, 0.5, 0.8), 1.0);
    }
    reverb::add_room(&mut signal, WET);
    signal.samples.truncate(len);
    let fade = (FADE_SECONDS * RATE as f32) as usize;
    for (left, sample) in signal.samples.iter_mut().rev().take(fade).enumerate() {
        // Nothing at all for the last packet, so that the codec has it out before the clip ends.
        let x = left.saturating_sub(frame) as f32 / (fade - frame) as f32;
        *sample *= x * x * (3.0 - 2.0 * x);
    }
    signal
}
