//! Attacks on the channel that chats go over: frames too large, readers that take nothing, and
//! channels that are none.

use std::time::Duration;

use serde_json::json;

use super::association::flood;
use crate::attack::craft::sctp::{BEGIN, DCEP, END, channel_open, channel_open_as};
use crate::attack::dice::Dice;
use crate::attack::peer::{Association, RawPeer};
use crate::attack::{AttackError, Played, Stage};
use crate::person::{Customer, PersonError};
use crate::sound::Sound;

/// The stream of the one channel that an honest page has.
const STREAM: u16 = 1;
/// What somebody writes who is to fill every queue: most of what a message may hold.
const LONG: usize = 3_900;
/// Messages of it: as many as may be written at once, far more than waits anywhere.
const AT_ONCE: usize = 64;
/// How long somebody takes nothing, in floods: long enough at full size to lose the channel for it.
const FLOODS: u32 = 3;
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(20);

/// Frames larger than any frame may be, from one byte to a quarter of a megabyte too long.
pub(super) async fn large_frames(stage: &Stage) -> Result<Played, AttackError> {
    const LARGEST: usize = 16 * 1024;
    let (mut sent, mut last) = (0, None);
    for bytes in [LARGEST + 1, 20_000, 64 * 1024, 256 * 1024] {
        let peer = stage.peer().await?;
        let mut line = Association::begins(peer.wire()).await?;
        line.opens(STREAM)?;
        let frame = json!({"type": "send", "conversation": "c1", "id": "m", "text": ""});
        let frame = frame.to_string().replace("\"\"", &format!("\"{}\"", "x".repeat(bytes - 60)));
        // Whoever has seen enough hangs up before the end.
        if line.says(STREAM, frame.as_bytes()).is_ok() {
            drop(line.takes(stage.lasting / 4, 1 << 20).await);
        }
        sent += bytes.div_ceil(1100) as u64;
        if let Some(before) = last.replace(peer) {
            // Ended already, if its frame was taken for what it is.
            drop(RawPeer::leaves(&before).await);
        }
    }
    let peer = last.ok_or(AttackError::InVain("a leg"))?;
    Ok(Played::by(peer, sent))
}

/// Somebody who acknowledges nothing while long messages are written to it.
pub(super) async fn never_acknowledges(stage: &Stage) -> Result<Played, AttackError> {
    takes_nothing(stage, false).await
}

/// Somebody who acknowledges what comes, and says that there is no room for more.
pub(super) async fn never_reads(stage: &Stage) -> Result<Played, AttackError> {
    takes_nothing(stage, true).await
}

async fn takes_nothing(stage: &Stage, acknowledges: bool) -> Result<Played, AttackError> {
    let (name, friend) = (stage.victim(), stage.name("friend"));
    let peer = RawPeer::joins(&stage.place, &name).await?;
    let friend = Customer::arrives(&stage.place, &friend, Sound::tone(440)).await?;
    let call = json!({"name": "call", "team": name, "medium": "chat"});
    let (called, conversation) = tokio::join!(friend.requests(call), peer.accepts_one());
    called?;
    let conversation = conversation?;
    let mut line = Association::begins(peer.wire()).await?;
    line.opens(STREAM)?;
    let follow = json!({"type": "follow", "conversation": conversation});
    line.says(STREAM, follow.to_string().as_bytes())?;
    let leg = friend.leg()?;
    let mut pipe = leg.open_channel("chat").await.map_err(PersonError::from)?;
    for number in 0..AT_ONCE {
        let message = json!({"type": "send", "conversation": conversation,
            "id": number.to_string(), "text": "x".repeat(LONG)});
        pipe.send(&message.to_string()).map_err(PersonError::from)?;
    }
    let writing = async {
        let mut settled = 0;
        while settled < AT_ONCE
            && let Some(frame) = pipe.recv_text().await
        {
            settled += usize::from(frame.starts_with("{\"type\":\"ack\""));
        }
        settled
    };
    let silence = async {
        let lasting = stage.lasting * FLOODS;
        if acknowledges {
            line.takes(lasting, 0).await
        } else {
            tokio::time::sleep(lasting).await;
            Ok(0)
        }
    };
    let (settled, taken) = tokio::join!(tokio::time::timeout(ANSWER, writing), silence);
    if settled.ok() != Some(AT_ONCE) {
        let words = "whoever writes to it waits for one that takes nothing";
        return Err(AttackError::Harm(words.to_owned()));
    }
    let note = format!("{} fragments taken", taken?);
    Ok(Played::by(peer, AT_ONCE as u64).with(friend).noting(note))
}

/// Channels that lose frames or their order, are for nothing, or have a strange name: two on each
/// leg.
pub(super) async fn strange_channels(stage: &Stage) -> Result<Played, AttackError> {
    let long = "chat".repeat(250);
    let channels: [[(u8, &[u8]); 2]; 5] = [
        [(0x80, b"chat"), (0x01, b"chat")],
        [(0x81, b"chat"), (0x02, b"files")],
        [(0x82, b"files"), (0x55, b"chat")],
        [(0x00, b""), (0x00, "\u{202e}tahc".as_bytes())],
        [(0x00, b"chat\0\xff\xfe"), (0x00, long.as_bytes())],
    ];
    let mut last: Option<RawPeer> = None;
    for two in channels {
        let peer = stage.peer().await?;
        let mut line = Association::begins(peer.wire()).await?;
        for (stream, (kind, label)) in [STREAM, STREAM + 2].into_iter().zip(two) {
            let (open, tsn) = (channel_open_as(kind, label), line.tsn());
            line.sends(line.packet().data(BEGIN | END, tsn, (stream, 0), DCEP, &open))?;
            // Whatever it is, somebody who speaks on it harms nobody.
            line.says(stream, b"{\"type\":\"ping\"}")?;
        }
        line.takes(stage.lasting / 4, 1 << 20).await?;
        if let Some(before) = last.replace(peer) {
            // Ended already, if it was one that no leg may open.
            drop(before.leaves().await);
        }
    }
    let peer = last.ok_or(AttackError::InVain("a leg"))?;
    Ok(Played::by(peer, 20))
}

/// Openings of channels that are half, mutated or no openings at all.
pub(super) async fn garbled_openings(stage: &Stage) -> Result<Played, AttackError> {
    let mut dice = Dice::seeded(8832);
    let open = channel_open("chat");
    flood(stage, 500, move |line, packet, sent| {
        let garbled = match sent % 5 {
            0 => open[..sent as usize % open.len()].to_vec(),
            1 => dice.mutated(&open),
            // Its label is said to be far longer than it is.
            2 => [&open[..8], &[0xff, 0xff, 0xff, 0xff], b"chat"].concat(),
            // An acknowledgement of what nobody has opened, and a word that there is none of.
            3 => vec![2],
            _ => vec![0xff; 12],
        };
        packet.data(BEGIN | END, line.tsn(), (STREAM, 1), DCEP, &garbled)
    })
    .await
}
