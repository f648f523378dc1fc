//! From recordings to packets.

use super::{Clip, ClipError, Recording};
use crate::codec::{CodecError, Encoder};
use crate::rtp::Payload;
use crate::{FRAME, Frame, SILENCE};

/// Packets of the end of a round that the encoder hears before its beginning: a second, far more
/// than it remembers.
const RUN_UP: usize = 50;

/// Words begin and end round: a recording that is cut off hard would click.
const RISE: usize = 240;
const FALL: usize = 960;

/// Packets of silence after words: the codec has them out, and the sound they interrupted comes
/// back from below.
const PAUSE: usize = 5;

impl Clip {
    /// Makes a clip of a recording that is played over and over. What does not fill its last packet
    /// is left out.
    ///
    /// # Errors
    ///
    /// When there is not even one packet of it, or libopus fails.
    pub fn of_round(recording: &Recording) -> Result<Self, ClipError> {
        let frames: Vec<&Frame> = recording
            .samples()
            .chunks_exact(FRAME)
            .filter_map(|chunk| chunk.try_into().ok())
            .collect();
        let mut packer = Packer::new()?;
        for frame in &frames[frames.len().saturating_sub(RUN_UP)..] {
            packer.pack(frame)?;
        }
        let packets: Result<Vec<Payload>, CodecError> =
            frames.iter().map(|frame| packer.pack(frame)).collect();
        Self::of_packets(packets?)
    }

    /// Makes a clip of a recording that is said amid another clip.
    ///
    /// # Errors
    ///
    /// When libopus fails.
    pub fn of_words(recording: &Recording) -> Result<Self, ClipError> {
        let mut samples = recording.samples().to_vec();
        for (n, sample) in samples.iter_mut().take(RISE).enumerate() {
            *sample *= n as f32 / RISE as f32;
        }
        for (n, sample) in samples.iter_mut().rev().take(FALL).enumerate() {
            *sample *= n as f32 / FALL as f32;
        }
        let mut packer = Packer::new()?;
        let mut packets = Vec::new();
        for chunk in samples.chunks(FRAME) {
            let mut frame = SILENCE;
            frame[..chunk.len()].copy_from_slice(chunk);
            packets.push(packer.pack(&frame)?);
        }
        for _ in 0..PAUSE {
            packets.push(packer.pack(&SILENCE)?);
        }
        Self::of_packets(packets)
    }

    fn of_packets(packets: Vec<Payload>) -> Result<Self, ClipError> {
        if packets.is_empty() { Err(ClipError::Empty) } else { Ok(Self { packets }) }
    }
}

/// An encoder and its buffer.
struct Packer {
    encoder: Encoder,
    packet: Vec<u8>,
}

impl Packer {
    fn new() -> Result<Self, CodecError> {
        Ok(Self { encoder: Encoder::for_clips()?, packet: Vec::new() })
    }

    fn pack(&mut self, frame: &Frame) -> Result<Payload, CodecError> {
        self.encoder.encode(frame, &mut self.packet)?;
        Ok(Payload::from(self.packet.as_slice()))
    }
}
