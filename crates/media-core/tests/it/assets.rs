//! The shipped sounds, decoded as a listener's browser decodes them.

use ebur128::{EbuR128, Mode};
use media_core::{
    Micros,
    clip::{Clip, ClipCursor},
    codec::Decoder,
};

use crate::sound::{amplitude_of, decibels, peak, steepest};

const HOLD_MUSIC: &[u8] = include_bytes!("../../../../assets/hold-music.opus");
const RINGBACK: &[u8] = include_bytes!("../../../../assets/ringback.opus");

/// What a waiting caller is told in notes, and by how many where they are there to be counted.
const SIGNALS: [(Option<usize>, &[u8]); 7] = [
    (Some(1), include_bytes!("../../../../assets/place-1.opus")),
    (Some(2), include_bytes!("../../../../assets/place-2.opus")),
    (Some(3), include_bytes!("../../../../assets/place-3.opus")),
    (Some(4), include_bytes!("../../../../assets/place-4.opus")),
    (Some(5), include_bytes!("../../../../assets/place-5.opus")),
    (None, include_bytes!("../../../../assets/far-behind.opus")),
    (Some(2), include_bytes!("../../../../assets/please-wait.opus")),
];

/// Two rounds of a clip.
fn two_rounds(clip: &Clip) -> Vec<f32> {
    rounds(clip, 2)
}

fn rounds(clip: &Clip, rounds: usize) -> Vec<f32> {
    let (mut cursor, mut decoder) = (ClipCursor::new(), Decoder::new().unwrap());
    let (mut frame, mut sound) = (Vec::new(), Vec::new());
    for _ in 0..rounds * clip.packets().len() {
        decoder.decode(cursor.next(clip), &mut frame).unwrap();
        sound.extend_from_slice(&frame);
    }
    sound
}

/// Integrated loudness in LUFS and true peak in dBFS.
fn measure(sound: &[f32]) -> (f64, f64) {
    let mut meter = EbuR128::new(1, 48_000, Mode::I | Mode::TRUE_PEAK).unwrap();
    meter.add_frames_f32(sound).unwrap();
    (meter.loudness_global().unwrap(), 20.0 * meter.true_peak(0).unwrap().log10())
}

fn bits_per_second(clip: &Clip) -> u64 {
    let bytes: usize = clip.packets().iter().map(|packet| packet.len()).sum();
    bytes as u64 * 8 * 1_000_000 / clip.duration().0
}

#[test]
fn hold_music_is_as_loud_as_it_should_be_and_not_louder() {
    let clip = Clip::from_ogg(HOLD_MUSIC).unwrap();
    let (loudness, true_peak) = measure(&two_rounds(&clip));
    println!("hold music: {loudness:.2} LUFS, true peak {true_peak:.2} dBFS");
    assert!((loudness + 18.0).abs() <= 0.5, "{loudness}");
    assert!(true_peak < -3.0, "{true_peak}");
    let seconds = clip.duration().0 / 1_000_000;
    assert!((60..=90).contains(&seconds), "{seconds}");
    let rate = bits_per_second(&clip);
    assert!((32_000..=48_000).contains(&rate), "{rate}");
}

#[test]
fn hold_music_has_no_seam_and_no_hole() {
    let sound = two_rounds(&Clip::from_ogg(HOLD_MUSIC).unwrap());
    let seam = sound.len() / 2;
    let around = &sound[seam - 480..seam + 480];
    assert!(steepest(around) <= steepest(&sound[..seam - 480]));
    // A second without sound, anywhere, would make a caller believe that the line is dead.
    for second in sound.chunks_exact(48_000) {
        assert!(decibels(peak(second)) > -20.0);
    }
}

#[test]
fn ringback_rings_for_a_second_in_five() {
    let clip = Clip::from_ogg(RINGBACK).unwrap();
    assert_eq!(clip.duration(), Micros::from_millis(5_000));
    let sound = two_rounds(&clip);
    let round = &sound[sound.len() / 2..];
    let (loudness, true_peak) = measure(&sound);
    println!("ringback: {loudness:.2} LUFS, true peak {true_peak:.2} dBFS");
    assert!((loudness + 24.0).abs() <= 0.5, "{loudness}");
    assert!(true_peak < -3.0);
    assert!(decibels(amplitude_of(425.0, &round[4_800..43_200])) > -24.0);
    assert!(decibels(peak(&round[52_800..])) < -60.0, "{}", decibels(peak(&round[52_800..])));
}

/// How many notes begin in a sound: the level of 30 ms rises by half over that of the 30 ms before.
fn notes(sound: &[f32]) -> usize {
    let level = |part: &[f32]| part.iter().map(|sample| sample.abs()).sum::<f32>();
    let levels: Vec<f32> = sound.chunks(1_440).map(level).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let mut rising = false;
    let mut notes = 0;
    for pair in std::iter::once(&0.0).chain(&levels).copied().collect::<Vec<_>>().windows(2) {
        let rises = pair[1] > 1.2 * pair[0] && pair[1] > 0.2 * loudest;
        notes += usize::from(rises && !rising);
        rising = rises;
    }
    notes
}

#[test]
fn a_place_is_told_by_as_many_notes_none_loud_and_none_cut_off() {
    for (count, file) in SIGNALS {
        let clip = Clip::from_ogg(file).unwrap();
        let sound = rounds(&clip, 1);
        let (loudness, true_peak) = measure(&sound);
        println!("{count:?} notes: {loudness:.2} LUFS, {true_peak:.2} dBFS, {:?}", clip.duration());
        assert!((loudness + 20.0).abs() <= 0.5, "{loudness}");
        assert!(true_peak < -3.0, "{true_peak}");
        assert!(count.is_none_or(|count| notes(&sound) == count), "{count:?}");
        // Music is what people wait with: nothing interrupts it for longer than two seconds.
        assert!(clip.duration() <= Micros::from_millis(2_000));
        assert!(decibels(peak(&sound[sound.len() - 960..])) < -60.0);
    }
}
