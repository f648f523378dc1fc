//! Reading sound: Ogg Opus for what ships with the project, WAV for one's own.

use std::collections::HashSet;
use std::io::Cursor;
use std::path::Path;

use bytes::Bytes;
use ogg::PacketReader;
use opus::{Channels, Decoder};

use crate::sound::{FRAME_SAMPLES, SAMPLE_RATE};

/// Longest speech taken from a file, in seconds: more would only cost memory, as it is a loop.
const LONGEST_S: usize = 60;
/// Taps to either side of the interpolation filter: flat to 0.9 of the band, images 60 dB down.
const TAPS: isize = 24;

/// Why a sound cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// The file cannot be read at all.
    #[error("cannot read {path}")]
    Unreadable {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// It is something else.
    #[error("{path} is not a WAV file of 16-bit PCM at 8, 16, 24 or 48 kHz")]
    NotWav {
        /// Which file.
        path: String,
    },
    /// There is not enough of it.
    #[error("{path} is shorter than a second")]
    TooShort {
        /// Which file.
        path: String,
    },
}

/// The audio packets of an Ogg Opus file, without its two headers (RFC 7845, section 3).
///
/// # Panics
///
/// When the file is none: only files that ship with the program are read by this.
pub(crate) fn ogg_packets(file: &'static [u8]) -> Vec<Vec<u8>> {
    let mut reader = PacketReader::new(Cursor::new(file));
    let mut packets = Vec::new();
    while let Some(packet) = reader.read_packet().expect("the program's own sounds are whole") {
        packets.push(packet.data);
    }
    packets.split_off(2.min(packets.len()))
}

/// The packets of a clip that the server plays, to recognise them byte by byte.
pub(crate) fn played(file: &'static [u8]) -> HashSet<Bytes> {
    ogg_packets(file).into_iter().map(Bytes::from).collect()
}

/// Decodes an Ogg Opus file that ships with the program to mono PCM at 48 kHz.
///
/// # Panics
///
/// When it is no Opus.
pub(crate) fn ogg_pcm(file: &'static [u8]) -> Vec<f32> {
    let mut decoder =
        Decoder::new(SAMPLE_RATE, Channels::Mono).expect("48 kHz mono is always supported");
    let mut buffer = vec![0.0; FRAME_SAMPLES * 6];
    let mut pcm = Vec::new();
    for packet in ogg_packets(file) {
        let samples = decoder.decode_float(&packet, &mut buffer, false);
        pcm.extend_from_slice(&buffer[..samples.expect("the program's own sounds are Opus")]);
    }
    pcm
}

/// Reads speech from a WAV file as mono PCM at 48 kHz; of several channels the first is taken.
///
/// # Errors
///
/// When the file cannot be read or is something else.
pub(crate) fn wav_pcm(path: &Path) -> Result<Vec<f32>, ClipError> {
    let name = || path.display().to_string();
    let file =
        std::fs::read(path).map_err(|cause| ClipError::Unreadable { path: name(), cause })?;
    let (rate, samples) = parse_wav(&file).ok_or_else(|| ClipError::NotWav { path: name() })?;
    if samples.len() < rate as usize {
        return Err(ClipError::TooShort { path: name() });
    }
    let longest = samples.len().min(LONGEST_S * rate as usize);
    Ok(upsample(&samples[..longest], (SAMPLE_RATE / rate) as usize))
}

/// Walks the chunks of a RIFF file: the rate and the first channel.
fn parse_wav(file: &[u8]) -> Option<(u32, Vec<f32>)> {
    if file.get(..4)? != b"RIFF" || file.get(8..12)? != b"WAVE" {
        return None;
    }
    let mut rest = &file[12..];
    let mut format = None;
    while rest.len() >= 8 {
        let (head, body) = rest.split_at(8);
        let length = u32::from_le_bytes(head[4..8].try_into().ok()?) as usize;
        // A file that was cut short, or written to a pipe, ends before its length does.
        let chunk = &body[..length.min(body.len())];
        match &head[..4] {
            b"fmt " => {
                let number = |at: usize| Some(u16::from_le_bytes([chunk[at], *chunk.get(at + 1)?]));
                let rate = u32::from_le_bytes(chunk.get(4..8)?.try_into().ok()?);
                let is_pcm = number(0)? == 1 && number(14)? == 16;
                format = Some((rate, usize::from(number(2)?))).filter(|_| is_pcm);
            }
            b"data" => {
                let (rate, channels) = format?;
                let is_usable = [8_000, 16_000, 24_000, 48_000].contains(&rate) && channels > 0;
                let samples = chunk.chunks_exact(2 * channels.max(1));
                let first = |frame: &[u8]| i16::from_le_bytes([frame[0], frame[1]]);
                let samples = samples.map(|frame| f32::from(first(frame)) / 32_768.0).collect();
                return is_usable.then_some((rate, samples));
            }
            _ => {}
        }
        // Chunks are padded to an even length.
        rest = body.get(length + length % 2..)?;
    }
    None
}

/// Raises the sample rate by a whole factor, by a Blackman-windowed sinc.
fn upsample(samples: &[f32], factor: usize) -> Vec<f32> {
    if factor == 1 {
        return samples.to_vec();
    }
    let weight = |distance: f64| {
        let x = std::f64::consts::PI * distance;
        let sinc = if x == 0.0 { 1.0 } else { x.sin() / x };
        let place = std::f64::consts::PI * distance / (TAPS as f64 + 1.0);
        sinc * (0.42 + 0.5 * place.cos() + 0.08 * (2.0 * place).cos())
    };
    let mut raised = Vec::with_capacity(samples.len() * factor);
    for at in 0..samples.len() as isize {
        for step in 0..factor {
            let between = step as f64 / factor as f64;
            let sum: f64 = (1 - TAPS..=TAPS)
                .filter_map(|tap| {
                    let sample = samples.get(usize::try_from(at + tap).ok()?)?;
                    Some(f64::from(*sample) * weight(tap as f64 - between))
                })
                .sum();
            raised.push(sum as f32);
        }
    }
    raised
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::tone_dbfs;

    fn wav(rate: u32, samples: &[i16]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        file.extend(rate.to_le_bytes());
        file.extend((2 * rate).to_le_bytes());
        file.extend([2, 0, 16, 0]);
        file.extend(b"LIST\x03\0\0\0abc\0data");
        file.extend((2 * samples.len() as u32).to_le_bytes());
        file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        file
    }

    #[test]
    fn a_wav_file_of_speech_rate_is_raised_to_48_khz_and_stays_what_it_is() {
        let step = std::f64::consts::TAU * 3_000.0 / 16_000.0;
        let tone: Vec<i16> =
            (0..16_000).map(|n| (8_192.0 * (step * f64::from(n)).sin()) as i16).collect();
        let (rate, samples) = parse_wav(&wav(16_000, &tone)).unwrap();
        let pcm = upsample(&samples, (SAMPLE_RATE / rate) as usize);
        assert_eq!(pcm.len(), 48_000);
        assert!((tone_dbfs(&pcm, 3_000.0) + 12.0).abs() < 0.5);
        // The image of 3 kHz at a rate of 16 kHz.
        assert!(tone_dbfs(&pcm, 13_000.0) < -60.0, "{}", tone_dbfs(&pcm, 13_000.0));
    }

    #[test]
    fn what_is_no_wav_file_is_said_to_be_none() {
        for file in [&b"OggS"[..], b"", b"RIFF\0\0\0\0WAVEfmt \xff\0\0\0"] {
            assert!(parse_wav(file).is_none());
        }
        assert!(parse_wav(&wav(44_100, &[0; 100])).is_none());
    }

    #[test]
    fn the_speech_that_ships_is_speech() {
        let pcm = ogg_pcm(include_bytes!("../../assets/speech.opus"));
        assert!(pcm.len() > 14 * SAMPLE_RATE as usize);
        let power: f64 = pcm.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        let dbfs = 10.0 * (power / pcm.len() as f64).log10();
        assert!((-32.0..-14.0).contains(&dbfs), "{dbfs:.1} dBFS");
    }
}
