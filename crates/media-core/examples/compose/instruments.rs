//! One function per instrument: a pitch and a length in, a sound out.

use std::f32::consts::TAU;

use crate::RATE;

fn samples(seconds: f32) -> usize {
    (seconds * RATE as f32) as usize
}

pub(crate) fn frequency(midi: u8) -> f32 {
    440.0 * ((f32::from(midi) - 69.0) / 12.0).exp2()
}

/// 0 to 1 over `attack` seconds, 1, then 1 to 0 over `release`, all of it round.
fn swell(n: usize, len: usize, attack: f32, release: f32) -> f32 {
    let rise = (n as f32 / (attack * RATE as f32)).min(1.0);
    let fall = ((len - n) as f32 / (release * RATE as f32)).min(1.0);
    let round = |x: f32| x * x * (3.0 - 2.0 * x);
    round(rise) * round(fall)
}

fn phase(n: usize, frequency: f32) -> f32 {
    ((n as f64 * f64::from(frequency) / f64::from(RATE)).fract() as f32) * TAU
}

/// Strings far away: three players a little apart, overtones that fall off fast, a slow swell.
pub(crate) fn pad(midi: u8, seconds: f32) -> Vec<f32> {
    let len = samples(seconds + 1.4);
    let pitch = frequency(midi);
    let player = |n: usize, detune: f32, drift: f32| {
        let wobble = 0.3 * (phase(n, drift)).sin();
        let base = phase(n, pitch * detune) + wobble;
        (1..=7).map(|k| (base * k as f32).sin() / (k as f32).powf(1.9)).sum::<f32>()
    };
    (0..len)
        .map(|n| {
            let sound = player(n, 1.0, 0.31) + player(n, 1.0023, 0.23) + player(n, 0.9978, 0.37);
            let breath = 0.92 + 0.08 * phase(n, 0.21).sin();
            sound / 3.0 * breath * swell(n, len, 0.7, 1.6)
        })
        .collect()
}

/// A nylon string (Karplus and Strong): noise in a delay line that loses its edge on every round.
pub(crate) fn pluck(midi: u8, strength: f32) -> Vec<f32> {
    let period = RATE as f32 / frequency(midi) - 0.5;
    let (whole, part) = (period as usize, period.fract());
    // Softer strokes are duller ones.
    let softness = 0.55 - 0.25 * strength;
    let mut noise = u32::from(midi).wrapping_mul(2_654_435_761) | 1;
    let mut dull = 0.0;
    let mut line: Vec<f32> = (0..=whole)
        .map(|_| {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            dull += (noise as f32 / u32::MAX as f32 * 2.0 - 1.0 - dull) * (1.0 - softness);
            dull
        })
        .collect();
    let mean = line.iter().sum::<f32>() / line.len() as f32;
    for sample in &mut line {
        *sample -= mean;
    }
    let len = samples(2.6);
    let (mut at, mut before) = (0, 0.0);
    (0..len)
        .map(|n| {
            let next = line[(at + 1) % line.len()];
            let now = next * (1.0 - part) + line[at] * part;
            let damped = 0.5 * (now + before) * 0.9965;
            before = now;
            line[at] = damped;
            at = (at + 1) % line.len();
            now * strength * swell(n, len, 0.002, 0.8)
        })
        .collect()
}

/// A soft round bass.
pub(crate) fn bass(midi: u8, seconds: f32) -> Vec<f32> {
    let len = samples(seconds + 0.3);
    let pitch = frequency(midi);
    (0..len)
        .map(|n| {
            let base = phase(n, pitch);
            let decay = (-1.1 * n as f32 / RATE as f32).exp();
            let tone = base.sin() + 0.35 * decay * (2.0 * base).sin() + 0.12 * (3.0 * base).sin();
            tone * (0.35 + 0.65 * decay) * swell(n, len, 0.018, 0.3)
        })
        .collect()
}

/// An electric piano (two modulated sines, the second the tine), with a slow tremolo.
pub(crate) fn piano(midi: u8, seconds: f32, strength: f32) -> Vec<f32> {
    let len = samples(seconds + 0.9);
    let pitch = frequency(midi);
    (0..len)
        .map(|n| {
            let time = n as f32 / RATE as f32;
            let body = (1.4 * strength * (-2.2 * time).exp()) * phase(n, pitch).sin();
            let chime = 0.18 * strength * (-9.0 * time).exp() * phase(n, pitch * 7.0).sin();
            let decay = 0.25 * (-0.5 * time).exp() + 0.75 * (-1.7 * time).exp();
            let tremolo = 0.9 + 0.1 * phase(n, 4.3).sin();
            let tone = (phase(n, pitch) + body).sin() + 0.3 * (phase(n, 1.002 * pitch)).sin();
            (tone + chime) * decay * tremolo * strength * swell(n, len, 0.006, 0.8)
        })
        .collect()
}

/// A signal tone with a little warmth and round edges.
pub(crate) fn bell_tone(pitch: f32, seconds: f32) -> Vec<f32> {
    let len = samples(seconds);
    (0..len)
        .map(|n| {
            let tone = phase(n, pitch).sin() + 0.12 * phase(n, 2.0 * pitch).sin();
            tone * swell(n, len, 0.04, 0.06)
        })
        .collect()
}
