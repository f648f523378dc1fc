//! A small room, after Schroeder: combs that darken as they decay, then all-passes that smear.

use crate::Loop;

/// Lengths in samples, without a common factor, so that no pitch stands out.
const COMBS: [usize; 6] = [1_557, 1_693, 1_831, 1_973, 2_111, 2_251];
const ALL_PASSES: [usize; 3] = [563, 389, 223];

const FEEDBACK: f32 = 0.84;
const DAMPING: f32 = 0.35;

struct Comb {
    line: Vec<f32>,
    at: usize,
    dark: f32,
}

impl Comb {
    fn next(&mut self, input: f32) -> f32 {
        let output = self.line[self.at];
        self.dark = output * (1.0 - DAMPING) + self.dark * DAMPING;
        self.line[self.at] = input + self.dark * FEEDBACK;
        self.at = (self.at + 1) % self.line.len();
        output
    }
}

struct AllPass {
    line: Vec<f32>,
    at: usize,
}

impl AllPass {
    fn next(&mut self, input: f32) -> f32 {
        let delayed = self.line[self.at];
        self.line[self.at] = input + delayed * 0.5;
        self.at = (self.at + 1) % self.line.len();
        delayed - input * 0.5
    }
}

/// Puts the loop into a room. The room hears one round before the one that counts, so that the
/// reverberation of the end is there at the beginning.
pub(crate) fn add_room(dry: &mut Loop, wet: f32) {
    let mut combs = COMBS.map(|len| Comb { line: vec![0.0; len], at: 0, dark: 0.0 });
    let mut all_passes = ALL_PASSES.map(|len| AllPass { line: vec![0.0; len], at: 0 });
    let mut next = |input: f32| {
        let sum: f32 = combs.iter_mut().map(|comb| comb.next(input)).sum();
        all_passes.iter_mut().fold(sum / COMBS.len() as f32, |sound, pass| pass.next(sound))
    };
    for sample in &dry.samples {
        next(*sample);
    }
    for sample in &mut dry.samples {
        *sample += wet * next(*sample);
    }
}
