//! From sound to an Ogg Opus file (RFC 7845) and back.

use std::error::Error;

use ogg::{PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Decoder, Encoder};

use crate::RATE;

const FRAME: usize = 960;

/// The number of the only stream in the file; any number does.
const STREAM: u32 = 0x7ef0_1100;

/// Encodes two rounds of a loop and gives the packets of the second.
pub(crate) fn encode(round: &[f32], bitrate: u32) -> Result<Vec<Vec<u8>>, opus::Error> {
    let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Audio)?;
    encoder.set_bitrate(Bitrate::Bits(bitrate as i32))?;
    encoder.set_vbr(true)?;
    encoder.set_complexity(10)?;
    let mut rounds = round.chunks_exact(FRAME).chain(round.chunks_exact(FRAME));
    let packets: Result<Vec<Vec<u8>>, opus::Error> =
        rounds.by_ref().map(|frame| encoder.encode_vec_float(frame, 1_275)).collect();
    let mut packets = packets?;
    packets.drain(..round.len() / FRAME);
    Ok(packets)
}

/// What a listener who stays hears of one round.
pub(crate) fn decode_second_round(packets: &[Vec<u8>]) -> Result<Vec<f32>, opus::Error> {
    let mut decoder = Decoder::new(RATE, Channels::Mono)?;
    let mut sound = vec![0.0; 2 * packets.len() * FRAME];
    for (packet, frame) in packets.iter().chain(packets).zip(sound.chunks_exact_mut(FRAME)) {
        decoder.decode_float(packet, frame, false)?;
    }
    Ok(sound.split_off(packets.len() * FRAME))
}

pub(crate) fn write(packets: &[Vec<u8>], title: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut file = Vec::new();
    let mut writer = PacketWriter::new(&mut file);
    let pre_skip = Encoder::new(RATE, Channels::Mono, Application::Audio)?.get_lookahead()? as u16;
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
