//! From any rate to 48 kHz: a windowed sinc, computed once per phase. Made for files, not for time.

use std::f64::consts::{PI, TAU};

use crate::SAMPLE_RATE;

/// Zero crossings of the sinc on either side: aliases lie some 70 dB down.
const CROSSINGS: usize = 24;

/// Of the band that both rates can carry, so much is kept; the rest is the filter's slope.
const BAND: f64 = 0.94;

/// The same sound at 48 kHz, as long as before.
pub(super) fn to_48k(samples: Vec<f32>, rate: u32) -> Vec<f32> {
    if rate == SAMPLE_RATE || rate == 0 {
        return samples;
    }
    let common = gcd(rate, SAMPLE_RATE);
    let (up, down) = ((SAMPLE_RATE / common) as usize, (rate / common) as usize);
    let cutoff = BAND * (f64::from(SAMPLE_RATE) / f64::from(rate)).min(1.0);
    let half = (CROSSINGS as f64 / cutoff).ceil() as usize;
    let kernels: Vec<Vec<f32>> =
        (0..up).map(|phase| kernel(phase as f64 / up as f64, cutoff, half)).collect();
    let len = samples.len() * up / down;
    (0..len)
        .map(|n| {
            let (place, phase) = (n * down / up, n * down % up);
            let first = (place + 1) as isize - half as isize;
            let skipped = first.min(0).unsigned_abs();
            let reached = samples.get(first.max(0) as usize..).unwrap_or_default();
            kernels[phase].iter().skip(skipped).zip(reached).map(|(tap, sample)| tap * sample).sum()
        })
        .collect()
}

/// The weights of the `2 * half` samples around a point that lies `offset` after the middle one.
fn kernel(offset: f64, cutoff: f64, half: usize) -> Vec<f32> {
    let taps: Vec<f64> = (0..2 * half)
        .map(|tap| {
            let x = tap as f64 - (half as f64 - 1.0) - offset;
            let turn = (x / half as f64).clamp(-1.0, 1.0);
            let window = 0.42 + 0.5 * (PI * turn).cos() + 0.08 * (TAU * turn).cos();
            sinc(cutoff * x) * window
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| (tap / sum) as f32).collect()
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
