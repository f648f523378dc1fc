//! Makes a piece of sound a little shorter or longer without changing its pitch.
//!
//! Voiced speech repeats itself every 2.5 to 12 ms: one period more or less is not heard when the
//! cut is faded. Quiet sound may be cut anywhere.

/// Shortest and longest piece taken out or put in: 2.5 to 12.5 ms.
const LAGS: std::ops::RangeInclusive<usize> = 120..=600;

/// Length of the fade over a cut: 5 ms.
const FADE: usize = 240;

/// Left untouched at the front, so that the cut has a sample before it.
const FRONT: usize = 48;

/// Every so many samples are looked at while searching for a period.
const STRIDE: usize = 4;

/// Root mean square below which sound counts as quiet: -50 dBFS.
const QUIET: f32 = 0.003;

/// Shortest sound that can be worked on.
const SHORTEST: usize = FRONT + *LAGS.end() + FADE;

/// How well the sound must repeat itself for a cut that is not in a quiet place.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Likeness(pub(crate) f32);

/// Takes a piece out of `sound`; the answer is how many samples it is shorter.
pub(crate) fn shorten(sound: &mut Vec<f32>, wanted: usize, needed: Likeness) -> usize {
    let Some(lag) = choose_lag(sound, wanted, needed) else { return 0 };
    for n in 0..FADE {
        let later = n as f32 / FADE as f32;
        let at = FRONT + n;
        sound[at] += (sound[at + lag] - sound[at]) * later;
    }
    sound.drain(FRONT + FADE..FRONT + FADE + lag);
    lag
}

/// Repeats a piece of `sound`; the answer is how many samples it is longer.
pub(crate) fn lengthen(sound: &mut Vec<f32>, wanted: usize, needed: Likeness) -> usize {
    let Some(lag) = choose_lag(sound, wanted, needed) else { return 0 };
    let (end, seam) = (sound.len(), FRONT + lag);
    let mut followed = [0.0; FADE];
    followed.copy_from_slice(&sound[seam..seam + FADE]);
    sound.resize(end + lag, 0.0);
    sound.copy_within(FRONT..end, seam);
    for (n, (sample, followed)) in sound[seam..].iter_mut().zip(followed).enumerate() {
        let later = n as f32 / FADE as f32;
        *sample = followed + (*sample - followed) * later;
    }
    lag
}

fn choose_lag(sound: &[f32], wanted: usize, needed: Likeness) -> Option<usize> {
    if sound.len() < SHORTEST || wanted < *LAGS.start() {
        return None;
    }
    if is_quiet(sound) {
        return Some(wanted.min(*LAGS.end()));
    }
    let (lag, likeness) = period(sound, wanted.min(*LAGS.end()));
    (likeness >= needed).then_some(lag)
}

fn is_quiet(sound: &[f32]) -> bool {
    let energy: f32 = sound.iter().map(|sample| sample * sample).sum();
    energy <= QUIET * QUIET * sound.len() as f32
}

/// The lag up to `longest` at which the sound is most like itself, and how much.
fn period(sound: &[f32], longest: usize) -> (usize, Likeness) {
    let shortest = *LAGS.start();
    let best = |lags: &mut dyn Iterator<Item = usize>, stride: usize| {
        lags.map(|lag| (lag, likeness(sound, lag, stride)))
            .max_by(|one, other| one.1.0.total_cmp(&other.1.0))
            .expect("a range of lags is never empty")
    };
    let (coarse, _) = best(&mut (shortest..=longest).step_by(STRIDE), STRIDE);
    let near =
        coarse.saturating_sub(STRIDE).max(*LAGS.start())..=(coarse + STRIDE).min(*LAGS.end());
    best(&mut near.into_iter(), 1)
}

fn likeness(sound: &[f32], lag: usize, stride: usize) -> Likeness {
    let here = sound[FRONT..FRONT + FADE].iter().step_by(stride);
    let there = sound[FRONT + lag..FRONT + lag + FADE].iter().step_by(stride);
    let (mut product, mut energy) = (0.0_f32, (1e-9_f32, 1e-9_f32));
    for (x, y) in here.zip(there) {
        product += x * y;
        energy = (energy.0 + x * x, energy.1 + y * y);
    }
    Likeness(product / (energy.0 * energy.1).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(frequency: f32, level: f32) -> Vec<f32> {
        let step = std::f32::consts::TAU * frequency / 48_000.0;
        (0..960).map(|n| level * (n as f32 * step).sin()).collect()
    }

    fn steepest(sound: &[f32]) -> f32 {
        sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn a_voice_loses_and_gains_whole_periods() {
        let voice = tone(200.0, 0.5);
        let allowed = steepest(&voice) * 1.05;
        let (mut shorter, mut longer) = (voice.clone(), voice);
        let cut = shorten(&mut shorter, 600, Likeness(0.9));
        let added = lengthen(&mut longer, 600, Likeness(0.9));
        assert!(cut > 0 && cut % 240 <= 1 && shorter.len() == 960 - cut, "{cut}");
        assert!(added > 0 && added % 240 <= 1 && longer.len() == 960 + added, "{added}");
        assert!(steepest(&shorter) <= allowed && steepest(&longer) <= allowed);
    }

    #[test]
    fn the_ends_stay_as_they_were() {
        let voice = tone(150.0, 0.5);
        for change in [shorten, lengthen] {
            let mut sound = voice.clone();
            assert_ne!(change(&mut sound, 600, Likeness(0.9)), 0);
            assert_eq!(sound.first(), voice.first());
            assert_eq!(sound.last(), voice.last());
        }
    }

    #[test]
    fn quiet_sound_is_cut_by_what_is_wanted() {
        assert_eq!(shorten(&mut tone(777.0, 0.001), 333, Likeness(1.1)), 333);
        assert_eq!(lengthen(&mut vec![0.0; 960], 333, Likeness(1.1)), 333);
    }

    #[test]
    fn a_sound_that_does_not_repeat_is_left_alone() {
        let mut seed = 1_u32;
        let noise: Vec<f32> = (0..960)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                seed as f32 / u32::MAX as f32 - 0.5
            })
            .collect();
        assert_eq!(shorten(&mut noise.clone(), 600, Likeness(0.8)), 0);
        assert_eq!(shorten(&mut noise[..500].to_vec(), 600, Likeness(0.0)), 0);
    }
}
