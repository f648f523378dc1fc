//! Attacks by sound: authentic packets that say too much, and forged ones in great number.

use std::time::Duration;

use crate::attack::craft::rtp::Rtp;
use crate::attack::craft::sdp::{LEVEL_EXTENSION, MID_EXTENSION, OPUS, TRANSPORT_CC_EXTENSION};
use crate::attack::dice::Dice;
use crate::attack::{AttackError, Played, Stage};

/// Longest that a flood of a given count may take, however slow the machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Two packets whose transport-wide numbers wrap below zero where they are extended.
pub(super) async fn transport_cc(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let wire = peer.wire();
    let mut sent = 0;
    for number in [0_u16, 40_000, 10, 40_000, 30_000, 1, u16::MAX, 32_767] {
        let mut packet = wire.next_sound();
        packet.extensions.push((TRANSPORT_CC_EXTENSION, number.to_be_bytes().to_vec()));
        wire.sends(&wire.protects(&packet)?).await?;
        sent += 1;
    }
    // What would come of it comes with the next feedback.
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(Played::by(peer, sent))
}

/// A million streams that nobody opened, from an address that is a leg's.
pub(super) async fn forged_streams(stage: &Stage) -> Result<Played, AttackError> {
    forged(stage, 60_000, stage.count(1_000_000), false).await
}

/// The same with the right name of the media line, by which new streams are made.
pub(super) async fn forged_named_streams(stage: &Stage) -> Result<Played, AttackError> {
    forged(stage, 20_000, stage.count(100_000), true).await
}

async fn forged(
    stage: &Stage,
    per_second: u32,
    count: u32,
    named: bool,
) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let mut dice = Dice::seeded(7);
    let extensions = if named { vec![(MID_EXTENSION, b"0".to_vec())] } else { Vec::new() };
    let payload = dice.bytes(96);
    let packet = Rtp { payload_type: OPUS, extensions, payload, ..Rtp::default() };
    let mut datagram = packet.bytes();
    let mut pace = stage.pace(per_second, PATIENCE);
    let mut sent = 0;
    while sent < u64::from(count) && pace.goes_on().await {
        // Sequence number, then the stream.
        datagram[2..4].copy_from_slice(&(sent as u16).to_be_bytes());
        datagram[8..12].copy_from_slice(&(dice.throw() as u32).to_be_bytes());
        peer.wire().sends(&datagram).await?;
        sent += 1;
    }
    Ok(Played::by(peer, sent))
}

/// Reports that nobody signed.
pub(super) async fn forged_reports(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let mut dice = Dice::seeded(8);
    let mut datagram = dice.bytes(80);
    // A receiver report (RFC 3550, section 6.4.2), encrypted and tagged by chance.
    datagram[..4].copy_from_slice(&[0x81, 201, 0, 7]);
    let mut pace = stage.flood(20_000);
    let mut sent = 0;
    while pace.goes_on().await {
        datagram[4..8].copy_from_slice(&(dice.throw() as u32).to_be_bytes());
        peer.wire().sends(&datagram).await?;
        sent += 1;
    }
    Ok(Played::by(peer, sent))
}

/// Authentic reports that ask for much and say goodbye, for streams that are and are not.
pub(super) async fn authentic_reports(stage: &Stage) -> Result<Played, AttackError> {
    const REPORT_BLOCKS: u8 = 31;
    let peer = stage.peer().await?;
    let wire = peer.wire();
    let mut dice = Dice::seeded(10);
    let mut pace = stage.flood(2_000);
    let mut sent = 0;
    while pace.goes_on().await {
        // RFC 3550, section 6.4.2: a receiver report of as many blocks as there can be.
        let mut report = vec![0x80 | REPORT_BLOCKS, 201, 0, 1 + 6 * REPORT_BLOCKS];
        report.extend(dice.bytes(4 + 24 * usize::from(REPORT_BLOCKS)));
        // RFC 4585, section 6.2.1: send again whatever there was; RFC 3550, section 6.6: goodbye.
        report.extend([0x81, 205, 0, 102]);
        report.extend(dice.bytes(408));
        report.extend([0x81, 203, 0, 1]);
        report.extend(dice.bytes(4));
        wire.sends(&wire.protects_report(&report)?).await?;
        sent += 1;
    }
    Ok(Played::by(peer, sent))
}

/// Authentic packets, each of a stream of its own.
pub(super) async fn authentic_streams(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let wire = peer.wire();
    let mut pace = stage.flood(3_000);
    let mut sent = 0;
    while pace.goes_on().await {
        let packet = Rtp { ssrc: 0x0100_0000 + sent as u32, ..wire.next_sound() };
        wire.sends(&wire.protects(&packet)?).await?;
        sent += 1;
    }
    Ok(Played::by(peer, sent))
}

/// Authentic sound, a hundred times faster than sound is.
pub(super) async fn fast_talk(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let wire = peer.wire();
    wire.talks(false);
    let mut pace = stage.flood(5_000);
    let mut sent = 0;
    while pace.goes_on().await {
        wire.sends(&wire.protects(&wire.next_sound())?).await?;
        sent += 1;
    }
    wire.talks(true);
    Ok(Played::by(peer, sent))
}

/// Authentic packets that are no sound: huge, empty, all padding, strange extensions.
pub(super) async fn strange_sound(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let wire = peer.wire();
    let mut dice = Dice::seeded(9);
    let mut pace = stage.flood(500);
    let mut sent = 0;
    while pace.goes_on().await {
        let mut packet = wire.next_sound();
        let length = [0, 1, 2, 400, 1100, 1300][dice.below(6) as usize];
        packet.payload = dice.bytes(length);
        packet.timestamp = dice.throw() as u32;
        packet.payload_type = [OPUS, 0, 8, 96, 126][dice.below(5) as usize];
        let level = dice.bytes(1 + dice.clone().below(15) as usize);
        packet.extensions = vec![(LEVEL_EXTENSION, level), (MID_EXTENSION, dice.bytes(8))];
        wire.sends(&wire.protects(&packet)?).await?;
        sent += 1;
    }
    Ok(Played::by(peer, sent))
}
