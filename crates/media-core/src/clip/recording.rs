//! An operator's own sounds: files of several kinds, made one kind of sound.

use std::io::Cursor;

use ebur128::{EbuR128, Mode};
use ogg::PacketReader;

use super::{OpusHead, resample, wav};
use crate::codec::Decoder;
use crate::{Micros, SAMPLE_RATE};

/// What recordings are brought to, as loud as the music that ships with the program.
const LUFS: f64 = -18.0;

/// Furthest a recording is brought up, so that it does not clip once it is encoded: this much is
/// left above its true peak.
const HEADROOM_DB: f64 = -1.0;

/// What is quieter than this is no recording of anything.
const SILENT_LUFS: f64 = -55.0;

/// A recording shorter than this has no loudness (EBU R 128 measures blocks of 400 ms), and nobody
/// would understand it.
const SHORTEST: Micros = Micros::from_millis(400);

/// Why a file cannot be used as a recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The first bytes are of neither kind of file.
    #[error("the file is neither WAV nor Ogg Opus")]
    UnknownFormat,
    /// A WAV file that ends early or contradicts itself.
    #[error("the WAV file is damaged: {0}")]
    Damaged(&'static str),
    /// A WAV file of something else.
    #[error(
        "the WAV file is not PCM of 16 or 24 bits in one or two channels \
         (format {tag}, {bits} bits, {channels} channels)"
    )]
    NotPcm {
        /// The format tag.
        tag: u16,
        /// How many channels.
        channels: u16,
        /// Bits per sample.
        bits: u16,
    },
    /// A rate that no recording has.
    #[error("the WAV file has {0} samples a second; 8000 to 96000 can be used")]
    Rate(u32),
    /// An Ogg file that is damaged, or of something else than Opus.
    #[error("the Ogg file is not Opus in one or two channels, or is damaged")]
    NotOpus,
    /// Shorter than can be understood.
    #[error("the sound is shorter than 0.4 s")]
    TooShort,
    /// Longer than it may be.
    #[error("the sound is longer than {} s", longest.0 / 1_000_000)]
    TooLong {
        /// What is allowed.
        longest: Micros,
    },
    /// There is nothing to hear.
    #[error("the sound is silent")]
    Silent,
}

/// Mono sound at 48 kHz, as loud as everything else that is played.
#[derive(Clone, Debug)]
pub struct Recording {
    samples: Vec<f32>,
}

impl Recording {
    /// Reads a WAV file (PCM of 16 or 24 bits) or an Ogg Opus file, of one or two channels, and
    /// brings it to the loudness of the music that ships with the program, or as near as its peaks
    /// allow.
    ///
    /// # Errors
    ///
    /// When it is neither, is shorter than 0.4 s or longer than `longest`, or has nothing to hear.
    pub fn read(file: &[u8], longest: Micros) -> Result<Self, RecordingError> {
        let too_long = || RecordingError::TooLong { longest };
        let most = |rate: u32| longest.0.saturating_mul(rate.into()) / 1_000_000;
        let samples = if let Some(wav) = wav::read(file) {
            let (samples, rate) = wav?;
            if samples.len() as u64 > most(rate) {
                return Err(too_long());
            }
            resample::to_48k(samples, rate)
        } else if file.starts_with(b"OggS") {
            let most = most(SAMPLE_RATE) as usize;
            decode(file, most)?.ok_or_else(too_long)?
        } else {
            return Err(RecordingError::UnknownFormat);
        };
        if (samples.len() as i64) < SHORTEST.samples() {
            return Err(RecordingError::TooShort);
        }
        let mut recording = Self { samples };
        recording.normalise()?;
        Ok(recording)
    }

    /// The samples; full scale is 1.0.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    fn normalise(&mut self) -> Result<(), RecordingError> {
        let mut meter = EbuR128::new(1, SAMPLE_RATE, Mode::I | Mode::TRUE_PEAK)
            .expect("48 kHz mono can always be measured");
        meter.add_frames_f32(&self.samples).expect("the meter takes one channel");
        let loudness = meter.loudness_global().expect("the meter was made for it");
        let peak = meter.true_peak(0).expect("the meter was made for it, and there is a channel 0");
        // Where nothing is heard at all it is minus infinity.
        if loudness.is_nan() || loudness < SILENT_LUFS {
            return Err(RecordingError::Silent);
        }
        let gain_db = (LUFS - loudness).min(HEADROOM_DB - 20.0 * peak.log10());
        let gain = 10_f64.powf(gain_db / 20.0) as f32;
        self.samples.iter_mut().for_each(|sample| *sample *= gain);
        Ok(())
    }
}

/// The sound of an Ogg Opus file (RFC 7845); `None` when there is more of it than `most` samples.
fn decode(file: &[u8], most: usize) -> Result<Option<Vec<f32>>, RecordingError> {
    let not_opus = |_: ogg::OggReadError| RecordingError::NotOpus;
    let mut reader = PacketReader::new(Cursor::new(file));
    let head = reader.read_packet().map_err(not_opus)?.ok_or(RecordingError::NotOpus)?;
    let head = OpusHead::parse(&head.data).ok_or(RecordingError::NotOpus)?;
    reader.read_packet().map_err(not_opus)?.ok_or(RecordingError::NotOpus)?;

    // A decoder of one channel makes one of two.
    let mut decoder = Decoder::new().map_err(|_| RecordingError::NotOpus)?;
    let (mut samples, mut packet, mut end) = (Vec::new(), Vec::new(), None);
    while let Some(next) = reader.read_packet().map_err(not_opus)? {
        decoder.decode(&next.data, &mut packet).map_err(|_| RecordingError::NotOpus)?;
        samples.extend_from_slice(&packet);
        if samples.len() > most + head.pre_skip {
            return Ok(None);
        }
        end = next.last_in_stream().then(|| next.absgp_page());
    }
    // The position of the last page says where the sound ends; what is beyond is padding.
    samples.truncate(end.map_or(samples.len(), |end| usize::try_from(end).unwrap_or(usize::MAX)));
    samples.drain(..head.pre_skip.min(samples.len()));
    Ok(Some(samples))
}
