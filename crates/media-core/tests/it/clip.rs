//! Clips as files, and listeners within them.

use media_core::{
    Micros,
    clip::{Clip, ClipCursor, ClipError},
};
use ogg::{PacketWriteEndInfo, PacketWriter};

/// An Ogg Opus file of packets that say their number, as short as 20 ms packets can be.
pub(crate) fn file(head: &[u8], packets: usize, end: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = PacketWriter::new(&mut bytes);
    let page = PacketWriteEndInfo::EndPage;
    writer.write_packet(head.to_vec(), 1, page, 0).unwrap();
    writer.write_packet(b"OpusTags".to_vec(), 1, page, 0).unwrap();
    for number in 0..packets {
        let is_last = number + 1 == packets;
        let info = if is_last { PacketWriteEndInfo::EndStream } else { page };
        let position = if is_last { end } else { 960 * (number as u64 + 1) };
        writer.write_packet(vec![0x48, number as u8], 1, info, position).unwrap();
    }
    drop(writer);
    bytes
}

pub(crate) fn head(channels: u8, pre_skip: u16) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels);
    head.extend(pre_skip.to_le_bytes());
    head.extend([0x80, 0xbb, 0, 0, 0, 0, 0]);
    head
}

fn numbers(clip: &Clip) -> Vec<u8> {
    clip.packets().iter().map(|packet| packet[1]).collect()
}

#[test]
fn a_clip_has_the_packets_of_its_file() {
    let clip = Clip::from_ogg(&file(&head(1, 312), 5, 4_800)).unwrap();
    assert_eq!(numbers(&clip), [0, 1, 2, 3, 4]);
    assert_eq!(clip.duration(), Micros::from_millis(100));
}

#[test]
fn what_the_file_skips_whole_is_not_played() {
    let clip = Clip::from_ogg(&file(&head(1, 960 * 2 + 300), 5, 4_800)).unwrap();
    assert_eq!(numbers(&clip), [2, 3, 4]);
}

#[test]
fn what_lies_beyond_the_end_is_not_played() {
    let clip = Clip::from_ogg(&file(&head(1, 0), 5, 960 * 3 + 10)).unwrap();
    assert_eq!(numbers(&clip), [0, 1, 2, 3]);
}

#[test]
fn each_listener_hears_the_loop_from_where_it_began() {
    let clip = Clip::from_ogg(&file(&head(1, 312), 3, 2_880)).unwrap();
    let mut one = ClipCursor::new();
    let heard: Vec<u8> = (0..7).map(|_| one.next(&clip)[1]).collect();
    assert_eq!(heard, [0, 1, 2, 0, 1, 2, 0]);
    assert_eq!(one.position(), Micros::from_millis(20));
    let mut other = ClipCursor::at(Micros::from_millis(5 * 20), &clip);
    assert_eq!(other.next(&clip)[1], 2);
}

#[test]
fn what_cannot_be_a_clip_is_refused_with_the_reason() {
    let refused = |bytes: &[u8]| Clip::from_ogg(bytes).unwrap_err();
    assert!(matches!(refused(b"RIFF....WAVEfmt "), ClipError::NotOgg(_)));
    assert!(matches!(refused(&[]), ClipError::NotMonoOpus | ClipError::NotOgg(_)));
    assert!(matches!(refused(&file(&head(2, 0), 3, 2_880)), ClipError::NotMonoOpus));
    assert!(matches!(refused(&file(b"\x01vorbis", 3, 2_880)), ClipError::NotMonoOpus));
    assert!(matches!(refused(&file(&head(1, 60_000), 3, 2_880)), ClipError::Empty));
    let long = file(&head(1, 0), 30_001, 30_001 * 960);
    assert!(matches!(refused(&long), ClipError::TooLong));

    let mut bytes = Vec::new();
    let mut writer = PacketWriter::new(&mut bytes);
    writer.write_packet(head(1, 0), 1, PacketWriteEndInfo::EndPage, 0).unwrap();
    writer.write_packet(b"OpusTags".to_vec(), 1, PacketWriteEndInfo::EndPage, 0).unwrap();
    // 60 ms.
    writer.write_packet(vec![0x58, 0], 1, PacketWriteEndInfo::EndStream, 2_880).unwrap();
    drop(writer);
    assert!(matches!(refused(&bytes), ClipError::NotTwentyMillis { number: 0 }));
}
