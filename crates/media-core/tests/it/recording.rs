//! An operator's own files: what is taken, what is refused, and what comes of them.

use ebur128::{EbuR128, Mode};
use media_core::clip::{Clip, Recording, RecordingError};
use media_core::codec::{Decoder, Encoder};
use media_core::{FRAME, Micros};
use ogg::{PacketWriteEndInfo, PacketWriter};

use crate::sound::{Tone, amplitude_of, decibels, peak, steepest, steepest_of};

const MINUTE: Micros = Micros::from_millis(60_000);

/// A WAV file of a tone in all its channels.
struct Wav {
    tag: u16,
    channels: u16,
    rate: u32,
    bits: u16,
    seconds: f32,
    amplitude: f32,
}

const WAV: Wav = Wav { tag: 1, channels: 1, rate: 48_000, bits: 16, seconds: 1.0, amplitude: 0.05 };

impl Wav {
    fn data(&self) -> Vec<u8> {
        let moments = (self.seconds * self.rate as f32) as u32;
        let step = std::f64::consts::TAU * 1_000.0 / f64::from(self.rate);
        let bytes = usize::from(self.bits / 8);
        (0..moments)
            .flat_map(|n| {
                let sample = f64::from(self.amplitude) * (step * f64::from(n)).sin();
                let value = (sample * f64::from(i32::MAX)) as i32;
                let sample = value.to_le_bytes()[4 - bytes..].to_vec();
                sample.repeat(self.channels.into())
            })
            .collect()
    }

    fn file(&self) -> Vec<u8> {
        let mut format = Vec::new();
        format.extend(self.tag.to_le_bytes());
        format.extend(self.channels.to_le_bytes());
        format.extend(self.rate.to_le_bytes());
        let block = self.channels * self.bits / 8;
        format.extend((self.rate * u32::from(block)).to_le_bytes());
        format.extend(block.to_le_bytes());
        format.extend(self.bits.to_le_bytes());
        let mut file = b"RIFF\0\0\0\0WAVE".to_vec();
        // A chunk of odd length that nobody knows is passed over, with its padding.
        for (name, body) in [(b"LIST", b"odd".to_vec()), (b"fmt ", format), (b"data", self.data())]
        {
            file.extend(name);
            file.extend((body.len() as u32).to_le_bytes());
            file.extend(&body);
            file.extend(vec![0; body.len() % 2]);
        }
        file
    }
}

fn loudness(sound: &[f32]) -> f64 {
    let mut meter = EbuR128::new(1, 48_000, Mode::I).unwrap();
    meter.add_frames_f32(sound).unwrap();
    meter.loudness_global().unwrap()
}

fn decoded(clip: &Clip) -> Vec<f32> {
    let (mut decoder, mut frame, mut sound) = (Decoder::new().unwrap(), Vec::new(), Vec::new());
    for packet in clip.packets() {
        decoder.decode(packet, &mut frame).unwrap();
        sound.extend_from_slice(&frame);
    }
    sound
}

#[test]
fn a_wav_file_of_any_common_rate_and_size_is_the_same_tone_at_the_same_loudness() {
    for (rate, channels, bits) in [
        (8_000, 1, 16),
        (11_025, 2, 16),
        (16_000, 1, 24),
        (22_050, 1, 16),
        (44_100, 2, 24),
        (48_000, 1, 16),
        (96_000, 2, 16),
    ] {
        let what = format!("{rate} Hz, {channels} channels, {bits} bits");
        let file = Wav { channels, rate, bits, ..WAV }.file();
        let recording = Recording::read(&file, MINUTE).unwrap();
        let sound = recording.samples();
        assert!((47_990..=48_000).contains(&sound.len()), "{what}: {}", sound.len());
        assert!((loudness(sound) + 18.0).abs() < 0.1, "{what}: {}", loudness(sound));
        // Nothing but the tone: what is left without it lies 60 dB below.
        let inner = &sound[4_800..43_200];
        let tone = amplitude_of(1_000.0, inner);
        let power = inner.iter().map(|sample| sample * sample).sum::<f32>() / inner.len() as f32;
        let rest = (power - tone * tone / 2.0).abs().sqrt();
        assert!(decibels(rest / tone) < -40.0, "{what}: {}", decibels(rest / tone));
        assert!(steepest(inner) < 1.02 * steepest_of(1_000.0, tone), "{what}");
    }
}

#[test]
fn loud_and_quiet_recordings_are_heard_alike_and_none_clips() {
    for amplitude in [0.004, 0.5, 1.0] {
        let file = Wav { amplitude, ..WAV }.file();
        let sound = decoded(&Clip::of_words(&Recording::read(&file, MINUTE).unwrap()).unwrap());
        assert!((loudness(&sound) + 18.0).abs() < 0.5, "{amplitude}: {}", loudness(&sound));
        assert!(peak(&sound) < 1.0);
    }
    // A single crack leaves no room: quieter than the others, but whole.
    let mut file = Wav { amplitude: 0.01, ..WAV }.file();
    let at = file.len() - 40_000;
    file[at..at + 4].copy_from_slice(&[0xff, 0x7f, 0xff, 0x7f]);
    let recording = Recording::read(&file, MINUTE).unwrap();
    assert!(peak(recording.samples()) < 0.95, "{}", peak(recording.samples()));
}

#[test]
fn words_begin_and_end_in_silence() {
    let recording = Recording::read(&Wav { amplitude: 0.5, ..WAV }.file(), MINUTE).unwrap();
    let clip = Clip::of_words(&recording).unwrap();
    let sound = decoded(&clip);
    assert_eq!(clip.packets().len(), 55, "a second and the pause after it");
    assert!(steepest(&sound) < 1.2 * steepest_of(1_000.0, peak(&sound)));
    assert!(decibels(peak(&sound[sound.len() - 2 * FRAME..])) < -60.0);
}

#[test]
fn a_round_has_no_seam() {
    // A whole number of waves in a whole number of packets.
    let recording = Recording::read(&WAV.file(), MINUTE).unwrap();
    let clip = Clip::of_round(&recording).unwrap();
    assert_eq!(clip.packets().len(), 50);
    let (mut decoder, mut frame, mut sound) = (Decoder::new().unwrap(), Vec::new(), Vec::new());
    for packet in clip.packets().iter().chain(clip.packets()) {
        decoder.decode(packet, &mut frame).unwrap();
        sound.extend_from_slice(&frame);
    }
    let seam = &sound[49 * FRAME..51 * FRAME];
    assert!(steepest(seam) < 1.05 * steepest_of(1_000.0, peak(&sound[9_600..])));
}

/// An Ogg Opus file of a tone as loud as asked, in packets of 20 ms.
fn opus_file(packets: usize, amplitude: f32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = PacketWriter::new(&mut file);
    let head = b"OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00".to_vec();
    writer.write_packet(head, 1, PacketWriteEndInfo::EndPage, 0).unwrap();
    writer.write_packet(b"OpusTags".to_vec(), 1, PacketWriteEndInfo::EndPage, 0).unwrap();
    let (mut tone, mut encoder) = (Tone::new(1_000.0, amplitude), Encoder::new().unwrap());
    for number in 1..=packets {
        let mut packet = Vec::new();
        encoder.encode(&tone.frame(), &mut packet).unwrap();
        let is_last = number == packets;
        let end = if is_last { PacketWriteEndInfo::EndStream } else { PacketWriteEndInfo::EndPage };
        writer.write_packet(packet, 1, end, (number * FRAME) as u64).unwrap();
    }
    drop(writer);
    file
}

#[test]
fn an_opus_file_is_a_recording_like_any_other() {
    let recording = Recording::read(&opus_file(100, 0.02), MINUTE).unwrap();
    assert_eq!(recording.samples().len(), 100 * FRAME - 0x138);
    assert!((loudness(recording.samples()) + 18.0).abs() < 0.1);
}

#[test]
fn what_cannot_be_a_recording_is_refused_with_the_reason() {
    let refused = |file: &[u8]| Recording::read(file, MINUTE).unwrap_err().to_string();
    for (file, reason) in [
        (b"ID3\x04 an mp3".to_vec(), "the file is neither WAV nor Ogg Opus"),
        (Vec::new(), "the file is neither WAV nor Ogg Opus"),
        (b"OggS and then nothing".to_vec(), "the Ogg file is not Opus"),
        (b"RIFF\0\0\0\0WAVEfmt ".to_vec(), "the WAV file is damaged: no data chunk"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0".to_vec(), "the WAV file is damaged: data before"),
        (b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0\x01\0".to_vec(), "the WAV file is damaged: a format"),
        (Wav { tag: 6, ..WAV }.file(), "the WAV file is not PCM of 16 or 24 bits"),
        (Wav { channels: 6, ..WAV }.file(), "the WAV file is not PCM of 16 or 24 bits"),
        (Wav { bits: 8, ..WAV }.file(), "the WAV file is not PCM of 16 or 24 bits"),
        (Wav { rate: 1_000, ..WAV }.file(), "the WAV file has 1000 samples a second"),
        (Wav { seconds: 0.3, ..WAV }.file(), "the sound is shorter than 0.4 s"),
        (Wav { seconds: 61.0, rate: 8_000, ..WAV }.file(), "the sound is longer than 60 s"),
        (opus_file(61 * 50, 0.1), "the sound is longer than 60 s"),
        (Wav { amplitude: 0.0, ..WAV }.file(), "the sound is silent"),
    ] {
        let told = refused(&file);
        assert!(told.starts_with(reason), "{told}");
    }
    assert!(matches!(
        Recording::read(&WAV.file(), Micros::from_millis(500)),
        Err(RecordingError::TooLong { longest: Micros(500_000) })
    ));
}

#[test]
fn a_recording_that_was_cut_off_is_taken_as_far_as_it_goes() {
    let mut file = WAV.file();
    file.truncate(file.len() - 9_601);
    let recording = Recording::read(&file, MINUTE).unwrap();
    assert_eq!(recording.samples().len(), 48_000 - 4_801);
}

#[test]
fn whatever_is_in_a_file_it_is_sound_or_refused() {
    let mut dice = 7_u64;
    let mut below = |n: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % n
    };
    for file in [Wav { rate: 8_000, ..WAV }.file(), opus_file(40, 0.1)] {
        for _ in 0..200 {
            let mut bytes = file[..file.len() - below(file.len() / 2)].to_vec();
            for _ in 0..below(8) {
                // Most of what can go wrong is in the headers.
                let at = below(200).min(bytes.len() - 1);
                bytes[at] = below(256) as u8;
            }
            if let Ok(recording) = Recording::read(&bytes, MINUTE) {
                assert!(peak(recording.samples()) <= 1.0);
            }
        }
    }
}
