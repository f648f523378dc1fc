//! Keeps a sum of voices below full scale without being heard.

use crate::{FRAME, Frame};

/// What the loudest sample may be: -1 dBFS, so that coding the mix does not clip it either.
const CEILING: f32 = 0.89;

/// The gain changes linearly over blocks of 1 ms.
const BLOCK: usize = 48;
const BLOCKS: usize = FRAME / BLOCK;

/// How much gain comes back per block: from half to full in 200 ms, slow enough not to pump.
const RELEASE: f32 = 0.0025;

/// A gain that goes down within a millisecond before a peak and comes back slowly.
///
/// It knows the frame it works on and nothing beyond, so it adds no delay. Only a peak in the first
/// millisecond of a frame can find the gain too high; what is left of it then is bent by a smooth
/// curve, not cut.
#[derive(Clone, Debug)]
pub(crate) struct Limiter {
    gain: f32,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { gain: 1.0 }
    }
}

impl Limiter {
    pub(crate) fn apply(&mut self, frame: &mut Frame) {
        let mut allowed = [1.0_f32; BLOCKS];
        for (allowed, block) in allowed.iter_mut().zip(frame.chunks_exact(BLOCK)) {
            let peak = block.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            if peak > CEILING {
                *allowed = CEILING / peak;
            }
        }
        if self.gain >= 1.0 && allowed.iter().all(|&gain| gain >= 1.0) {
            return;
        }
        for (number, block) in frame.chunks_exact_mut(BLOCK).enumerate() {
            let next = allowed.get(number + 1).copied().unwrap_or(1.0);
            let target = allowed[number].min(next).min(self.gain + RELEASE);
            let step = (target - self.gain) / BLOCK as f32;
            for sample in block {
                self.gain += step;
                *sample = bend(*sample * self.gain);
            }
            self.gain = target;
        }
    }
}

/// What is left between the ceiling and full scale.
const ROOM: f32 = 0.999 - CEILING;

/// The identity up to the ceiling, then a curve that never reaches full scale.
fn bend(sample: f32) -> f32 {
    let over = sample.abs() - CEILING;
    if over <= 0.0 {
        return sample;
    }
    (CEILING + ROOM * (over / ROOM).tanh()).copysign(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_too_loud_is_not_touched() {
        let mut frame: Frame = std::array::from_fn(|n| 0.88 * (n as f32 * 0.1).sin());
        let before = frame;
        Limiter::default().apply(&mut frame);
        assert!(frame.iter().zip(&before).all(|(one, other)| one.to_bits() == other.to_bits()));
    }

    #[test]
    fn the_gain_comes_back_after_a_peak() {
        let mut limiter = Limiter::default();
        limiter.apply(&mut [1.78; FRAME]);
        assert!(limiter.gain < 0.51);
        for _ in 0..11 {
            limiter.apply(&mut [0.1; FRAME]);
        }
        assert!(limiter.gain >= 1.0);
    }
}
