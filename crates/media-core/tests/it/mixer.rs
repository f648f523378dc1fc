//! What one listener hears of several talkers.

use media_core::{
    Frame, SILENCE,
    mixer::{Mixed, Mixer, Voice},
    rtp::TalkerId,
};

use crate::sound::{Tone, amplitude_of, decibels, peak, steepest, steepest_of};

const LISTENER: TalkerId = TalkerId(0);

/// Mixes tones for some beats, those in `present` only.
fn mix(mixer: &mut Mixer, tones: &mut [Tone], present: &[usize], beats: usize) -> Vec<f32> {
    let mut sound = Vec::new();
    for _ in 0..beats {
        let frames: Vec<Frame> = tones.iter_mut().map(Tone::frame).collect();
        let voices: Vec<Voice<'_>> = present
            .iter()
            .map(|&n| Voice { talker: TalkerId(n as u64), frame: &frames[n] })
            .collect();
        let mut out = SILENCE;
        mixer.mix(LISTENER, &voices, &mut out);
        sound.extend_from_slice(&out);
    }
    sound
}

/// Tones that are no multiples of each other and end a frame anywhere but on a zero.
fn tones(count: usize, amplitude: f32) -> Vec<Tone> {
    (0..=count).map(|n| Tone::new(363.0 + 151.0 * n as f32, amplitude)).collect()
}

#[test]
fn silence_in_is_silence_out_and_is_not_sent() {
    let mut mixer = Mixer::new();
    let mut out = [1.0; 960];
    let voice = Voice { talker: TalkerId(1), frame: &SILENCE };
    assert_eq!(mixer.mix(LISTENER, &[voice], &mut out), Mixed::Silent);
    assert_eq!(mixer.mix(LISTENER, &[], &mut out), Mixed::Silent);
    assert!(out.iter().all(|sample| sample.to_bits() == 0));
}

#[test]
fn a_listener_never_hears_itself() {
    let mut tones = tones(3, 0.2);
    let sound = mix(&mut Mixer::new(), &mut tones, &[0, 1, 2, 3], 20);
    let own = amplitude_of(tones[0].frequency, &sound[960..]);
    assert!(decibels(own / 0.2) < -80.0, "{}", decibels(own / 0.2));
    let alone = mix(&mut Mixer::new(), &mut tones, &[0], 20);
    assert!(peak(&alone) == 0.0);
}

#[test]
fn tones_that_fit_are_added_to_a_bit() {
    let mut tones = tones(2, 0.3);
    let sound = mix(&mut Mixer::new(), &mut tones, &[1, 2], 50);
    for tone in &tones[1..] {
        let level = decibels(amplitude_of(tone.frequency, &sound[960..]) / tone.amplitude);
        assert!(level.abs() < 0.1, "{level}");
    }
}

#[test]
fn many_equal_tones_do_not_clip_and_stay_equal() {
    for count in 2..=8 {
        let mut tones = tones(count, 0.5);
        let present: Vec<usize> = (1..=count).collect();
        let sound = mix(&mut Mixer::new(), &mut tones, &present, 100);
        assert!(peak(&sound) < 1.0, "{count}: {}", peak(&sound));
        let settled = &sound[20 * 960..];
        let levels: Vec<f32> =
            tones[1..].iter().map(|tone| amplitude_of(tone.frequency, settled)).collect();
        let (least, most) = (levels.iter().copied().fold(1.0, f32::min), peak(&levels));
        assert!(decibels(most / least) < 1.0, "{count}: {levels:?}");
        // As loud as fits: the worst case is that all peaks meet.
        let fits = (0.89 / count as f32).min(0.5);
        assert!(decibels(least / fits) > -1.0, "{count}: {levels:?}");
    }
}

#[test]
fn joining_and_leaving_do_not_click() {
    let mut tones = tones(3, 0.25);
    let allowed = 3.0 * steepest_of(tones[3].frequency, 0.25);
    let mut mixer = Mixer::new();
    let mut sound = Vec::new();
    for present in [&[1][..], &[1, 2], &[2], &[2, 3, 1], &[], &[3], &[1], &[]] {
        sound.extend(mix(&mut mixer, &mut tones, present, 7));
    }
    assert!(steepest(&sound) < allowed, "{} > {allowed}", steepest(&sound));
}

#[test]
fn somebody_loud_coming_in_does_not_click() {
    let mut tones = vec![Tone::new(300.0, 0.0), Tone::new(300.0, 0.3), Tone::new(450.0, 1.4)];
    let mut mixer = Mixer::new();
    let mut sound = mix(&mut mixer, &mut tones, &[1], 10);
    sound.extend(mix(&mut mixer, &mut tones, &[1, 2], 50));
    assert!(peak(&sound) < 1.0);
    let allowed = steepest_of(300.0, 0.3) + steepest_of(450.0, 1.4);
    assert!(steepest(&sound) < allowed, "{} > {allowed}", steepest(&sound));
}

#[test]
fn who_is_no_longer_heard_is_exactly_gone() {
    let mut tones = tones(2, 0.4);
    let mut mixer = Mixer::new();
    mix(&mut mixer, &mut tones, &[1, 2], 10);
    mix(&mut mixer, &mut tones, &[1], 1);
    let with = mix(&mut mixer, &mut tones.clone(), &[1], 20);
    // From the second frame on it is the sound of the one that is heard, to the bit.
    let without: Vec<f32> = (0..20).flat_map(|_| tones[1].frame()).collect();
    assert!(with.iter().zip(&without).all(|(one, other)| one.to_bits() == other.to_bits()));
}

#[test]
fn a_mix_that_falls_silent_is_sent_a_little_longer() {
    let mut mixer = Mixer::new();
    let frame = Tone::new(400.0, 0.5).frame();
    let mut out = SILENCE;
    let voice = Voice { talker: TalkerId(1), frame: &frame };
    assert_eq!(mixer.mix(LISTENER, &[voice], &mut out), Mixed::Audible);
    let after: Vec<Mixed> = (0..5).map(|_| mixer.mix(LISTENER, &[], &mut out)).collect();
    // First what is left of the last word, a ramp.
    let trailing = [Mixed::Trailing; 3];
    assert_eq!((after[0], &after[1..4], after[4]), (Mixed::Audible, &trailing[..], Mixed::Silent));
    assert!(peak(&out) == 0.0);
}
