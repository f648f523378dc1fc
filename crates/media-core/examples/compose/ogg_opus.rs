//! From sound to an Ogg Opus file (RFC 7845) and back.

use std::error::Error;

use ogg::{PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Decoder, Encoder};

use crate::RATE;

const FRAME: usize = 960;

/// The number of the only stream in the file; any number does.
const STREAM: u32 = 0x7ef0_1100;

/// How a sound is played to listeners.
#[derive(Clone, Copy)]
pub(crate) enum Playing {
    /// Over and over.
    InALoop { bitrate: u32 },
    /// Amid something else.
    Once,
}

/// What a signal of a second may take.
const ONCE_BITRATE: u32 = 48_000;

impl Playing {
    /// The codec's mode, bits per second, and how often the sound goes through it.
    fn settings(self) -> (Application, u32, usize) {
        match self {
            Self::InALoop { bitrate } => (Application::Audio, bitrate, 2),
            // CELT only: neither end of it is a change of the codec's mode.
            Self::Once => (Application::LowDelay, ONCE_BITRATE, 1),
        }
    }
}

/// Encodes a sound; of a loop the second round, which follows the first as it will in earnest.
pub(crate) fn encode(sound: &[f32], playing: Playing) -> Result<Vec<Vec<u8>>, opus::Error> {
    let (application, bitrate, rounds) = playing.settings();
    let mut encoder = Encoder::new(RATE, Channels::Mono, application)?;
    encoder.set_bitrate(Bitrate::Bits(bitrate as i32))?;
    encoder.set_vbr(true)?;
    encoder.set_complexity(10)?;
    let mut packets = Vec::new();
    for _ in 0..rounds {
        packets.clear();
        for frame in sound.chunks_exact(FRAME) {
            packets.push(encoder.encode_vec_float(frame, 1_275)?);
        }
    }
    Ok(packets)
}

/// What a listener hears of it; of a loop, one who stays.
pub(crate) fn decode(packets: &[Vec<u8>], playing: Playing) -> Result<Vec<f32>, opus::Error> {
    let (.., rounds) = playing.settings();
    let mut decoder = Decoder::new(RATE, Channels::Mono)?;
    let mut sound = vec![0.0; packets.len() * FRAME];
    for _ in 0..rounds {
        for (packet, frame) in packets.iter().zip(sound.chunks_exact_mut(FRAME)) {
            decoder.decode_float(packet, frame, false)?;
        }
    }
    Ok(sound)
}

pub(crate) fn write(
    packets: &[Vec<u8>],
    title: &str,
    playing: Playing,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut file = Vec::new();
    let mut writer = PacketWriter::new(&mut file);
    let (application, ..) = playing.settings();
    let pre_skip = Encoder::new(RATE, Channels::Mono, application)?.get_lookahead()? as u16;
    writer.write_packet(head(pre_skip), STREAM, PacketWriteEndInfo::EndPage, 0)?;
    writer.write_packet(tags(title), STREAM, PacketWriteEndInfo::EndPage, 0)?;
    for (number, packet) in packets.iter().enumerate() {
        let end = if number + 1 == packets.len() {
            PacketWriteEndInfo::EndStream
        } else {
            PacketWriteEndInfo::NormalPacket
        };
        let position = (number as u64 + 1) * FRAME as u64;
        writer.write_packet(packet.clone(), STREAM, end, position)?;
    }
    drop(writer);
    Ok(file)
}

fn head(pre_skip: u16) -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend(pre_skip.to_le_bytes());
    head.extend(RATE.to_le_bytes());
    // No gain, mapping family 0.
    head.extend([0, 0, 0]);
    head
}

fn tags(title: &str) -> Vec<u8> {
    let mut tags = b"OpusTags".to_vec();
    let mut text = |text: &str| {
        tags.extend((text.len() as u32).to_le_bytes());
        tags.extend(text.as_bytes());
    };
    text("trefoil compose");
    let comments = [
        format!("TITLE={title}"),
        "COPYRIGHT=The Trefoil authors".to_owned(),
        "LICENSE=MIT OR Apache-2.0".to_owned(),
    ];
    tags.extend((comments.len() as u32).to_le_bytes());
    for comment in comments {
        tags.extend((comment.len() as u32).to_le_bytes());
        tags.extend(comment.as_bytes());
    }
    tags
}
