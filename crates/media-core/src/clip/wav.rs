//! WAV files: PCM of 16 or 24 bits in one or two channels.

use super::RecordingError;

/// Rates a recording may sensibly have: from a telephone's to a studio's.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=96_000;

/// Format tags: PCM, and PCM behind an extended header.
const PCM: u16 = 1;
const EXTENSIBLE: u16 = 0xfffe;

/// What the `fmt ` chunk says.
#[derive(Clone, Copy)]
struct Format {
    channels: usize,
    rate: u32,
    bytes: usize,
}

/// The sound of a WAV file, its channels made one, and its rate. `None` when it is no WAV file.
pub(super) fn read(file: &[u8]) -> Option<Result<(Vec<f32>, u32), RecordingError>> {
    let is_wav = file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WAVE");
    is_wav.then(|| parse(&file[12..]))
}

fn parse(mut chunks: &[u8]) -> Result<(Vec<f32>, u32), RecordingError> {
    let mut format = None;
    while let Some((name, size, rest)) = chunk(chunks) {
        // A recorder that was cut off has not filled in how long it recorded.
        let body = &rest[..size.min(rest.len())];
        match name {
            b"fmt " => format = Some(Format::parse(body)?),
            b"data" => {
                let format = format.ok_or(RecordingError::Damaged("data before its format"))?;
                return Ok((format.samples(body), format.rate));
            }
            _other => {}
        }
        // Chunks begin at even places.
        chunks = rest.get(size.saturating_add(size % 2)..).unwrap_or_default();
    }
    Err(RecordingError::Damaged("no data chunk"))
}

/// The name and size of the first chunk, and all that follows its header.
fn chunk(bytes: &[u8]) -> Option<(&[u8; 4], usize, &[u8])> {
    let (name, rest) = bytes.split_first_chunk()?;
    let (size, rest) = rest.split_first_chunk()?;
    Some((name, u32::from_le_bytes(*size) as usize, rest))
}

impl Format {
    fn parse(body: &[u8]) -> Result<Self, RecordingError> {
        let number = |at: usize| Some(u16::from_le_bytes(*body.get(at..)?.first_chunk()?));
        let fields = || {
            let rate = u32::from_le_bytes(*body.get(4..)?.first_chunk()?);
            Some((number(0)?, number(2)?, rate, number(14)?))
        };
        let damaged = RecordingError::Damaged("a format chunk that is too short");
        let (tag, channels, rate, bits) = fields().ok_or(damaged)?;
        // An extended header names the format in the first bytes of its GUID.
        let tag = if tag == EXTENSIBLE { number(24).unwrap_or(EXTENSIBLE) } else { tag };
        let (1..=2, 16 | 24, PCM) = (channels, bits, tag) else {
            return Err(RecordingError::NotPcm { tag, channels, bits });
        };
        if !RATES.contains(&rate) {
            return Err(RecordingError::Rate(rate));
        }
        Ok(Self { channels: channels.into(), rate, bytes: usize::from(bits / 8) })
    }

    fn samples(self, data: &[u8]) -> Vec<f32> {
        let sample = |bytes: &[u8]| {
            // To the upper end of 32 bits, whatever there is.
            let value = bytes.iter().rev().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
            (value << (32 - 8 * self.bytes)) as i32 as f32 / 2_f32.powi(31)
        };
        data.chunks_exact(self.bytes * self.channels)
            .map(|moment| {
                let sum: f32 = moment.chunks_exact(self.bytes).map(sample).sum();
                sum / self.channels as f32
            })
            .collect()
    }
}
