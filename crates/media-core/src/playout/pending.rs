//! Sound that has been made of packets and not been heard yet.

use crate::{FRAME, Frame};

/// Length of a ramp from or to silence, and of the bridge over a break: 5 ms.
const RAMP: usize = 240;

/// A queue of samples that never jumps.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    samples: Vec<f32>,
    /// The sample before the first one waiting: where what follows has to go on from.
    last_heard: f32,
    /// What comes next does not go on from what came before.
    broken: bool,
}

impl Pending {
    pub(crate) fn len(&self) -> usize {
        self.samples.len()
    }

    /// The next sound pushed comes from elsewhere (after a restart, or silence): bridge to it.
    pub(crate) fn breaks(&mut self) {
        self.broken = true;
    }

    pub(crate) fn push(&mut self, sound: &[f32]) {
        let start = self.samples.len();
        let before = self.samples.last().copied().unwrap_or(self.last_heard);
        self.samples.extend_from_slice(sound);
        if std::mem::take(&mut self.broken) {
            let added = &mut self.samples[start..];
            let step = before - added.first().copied().unwrap_or_default();
            bridge(added, step);
        }
    }

    /// Gives one frame, what is missing of it filled with a ramp to exact silence.
    pub(crate) fn pop(&mut self, frame: &mut Frame) {
        let ready = self.samples.len().min(FRAME);
        frame[..ready].copy_from_slice(&self.samples[..ready]);
        self.samples.drain(..ready);
        let before = if ready > 0 { frame[ready - 1] } else { self.last_heard };
        let rest = &mut frame[ready..];
        if !rest.is_empty() {
            rest.fill(0.0);
            bridge(rest, before);
            self.broken = true;
        }
        self.last_heard = frame[FRAME - 1];
    }

    /// Whether the next frame would be exact silence.
    pub(crate) fn is_silent(&self) -> bool {
        self.samples.is_empty() && self.last_heard == 0.0
    }
}

/// Adds a step that fades away, so that sound starting too low or too high by it starts right.
fn bridge(sound: &mut [f32], step: f32) {
    for (n, sample) in sound.iter_mut().enumerate().take(RAMP) {
        let left = 1.0 - n as f32 / RAMP as f32;
        *sample += step * left * left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SILENCE;

    fn steepest(frame: &Frame) -> f32 {
        frame.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn sound_that_ends_within_a_frame_ramps_to_exact_silence() {
        let (mut pending, mut frame) = (Pending::default(), SILENCE);
        pending.push(&[0.5; 500]);
        pending.pop(&mut frame);
        assert!(steepest(&frame) < 0.01);
        assert!(frame[740..].iter().all(|sample| sample.to_bits() == 0));
        assert!(pending.is_silent());
    }

    #[test]
    fn a_break_is_bridged() {
        let (mut pending, mut frame) = (Pending::default(), SILENCE);
        pending.push(&[0.5; 500]);
        pending.breaks();
        pending.push(&[-0.5; 460]);
        pending.pop(&mut frame);
        assert!(steepest(&frame) < 0.01);
    }
}
