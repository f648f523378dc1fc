//! What a connection gives back.

use std::net::SocketAddr;
use std::time::Instant;

use media_core::rtp::Packet;
use str0m::rtp::{RtpPacket, Ssrc};
use str0m::{Event, Output};

use super::channels::MOST_AT_ONCE;
use super::{ChannelId, Closing, Frame, Peer, PeerError};

/// Steps of output that one input may lead to. An honest input leads to a few, a handshake to a
/// dozen, a data channel at full speed to a hundred; beyond this the connection is going round in
/// circles and would take the whole worker with it.
const MOST_STEPS: usize = 2000;

/// The largest Opus packet of one frame (RFC 6716, section 3.4). What is larger would not fit into
/// the datagrams of those it is forwarded to, and nothing that is spoken is larger.
const LARGEST_PAYLOAD: usize = 1275;

/// A datagram that wants to be sent.
#[derive(Debug)]
pub struct Egress {
    /// Where the connection would send it. Where it goes is for the gate to say.
    pub asked: SocketAddr,
    /// The datagram.
    pub datagram: Vec<u8>,
}

/// What happened on a connection.
#[derive(Debug)]
pub enum PeerEvent {
    /// Keys are exchanged with the far end that the offer named.
    Connected,
    /// A packet of sound, authentic, of the stream with this identifier (SSRC).
    Sound(u32, Packet),
    /// Something else that only the far end can have sent.
    Heard,
    /// The share of our packets that the far end did not receive of late, from 0 to 1.
    Loss(f32),
    /// The far end has opened a data channel with this label, ordered and reliable.
    ChannelOpened(ChannelId, String),
    /// A frame came on a channel.
    ChannelData(ChannelId, Frame),
    /// A channel that was [full](super::Written::Full) takes frames again.
    ChannelWritable(ChannelId),
    /// A channel is closed, by whomever. One may be closed that was never told as opened.
    ChannelClosed(ChannelId),
    /// The connection is over.
    Closed(Closing),
}

impl Peer {
    /// Takes everything the connection has to give: datagrams to `send`, events to `tell`.
    /// Returns when it wants to be told the time again.
    ///
    /// # Errors
    ///
    /// Any error means that the leg has to be dropped: some errors come back for ever.
    pub fn drain(
        &mut self,
        mut send: impl FnMut(Egress),
        mut tell: impl FnMut(PeerEvent),
    ) -> Result<Instant, PeerError> {
        let (mut steps, mut frames) = (0, 0);
        while steps < MOST_STEPS {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => return Ok(at),
                Output::Transmit(transmit) => {
                    let asked = transmit.destination;
                    send(Egress { asked, datagram: transmit.contents.into() });
                }
                // Frames have a bound of their own: each beyond it closes a channel.
                Output::Event(Event::ChannelData(data)) if frames == MOST_AT_ONCE => {
                    tracing::debug!("a channel with too many frames at once is closed");
                    self.close_channel(ChannelId(data.id));
                }
                Output::Event(Event::ChannelData(data)) => {
                    frames += 1;
                    self.reads(data).into_iter().for_each(&mut tell);
                    continue;
                }
                Output::Event(event) => {
                    self.translate(event)?.into_iter().for_each(&mut tell);
                }
            }
            steps += 1;
        }
        Err(PeerError::Restless)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's events are not ours to list: what is not named is of no use here"
    )]
    fn translate(&mut self, event: Event) -> Result<Option<PeerEvent>, PeerError> {
        Ok(match event {
            Event::Connected => Some(PeerEvent::Connected),
            Event::RtpPacket(packet) => self.sound(packet),
            Event::SenderFeedback(_) => Some(PeerEvent::Heard),
            Event::MediaEgressStats(stats) if stats.mid == self.audio.mid => {
                stats.loss.map(PeerEvent::Loss)
            }
            Event::ChannelOpen(id, label) => self.opens(ChannelId(id), label)?,
            Event::ChannelBufferedAmountLow(id) => Some(PeerEvent::ChannelWritable(ChannelId(id))),
            Event::ChannelClose(id) => Some(PeerEvent::ChannelClosed(ChannelId(id))),
            Event::Closed => Some(PeerEvent::Closed(Closing::ByPeer)),
            _ => None,
        })
    }

    fn sound(&mut self, packet: RtpPacket) -> Option<PeerEvent> {
        let stream = packet.header.ssrc;
        // A packet of padding alone has no sound in it.
        if !(1..=LARGEST_PAYLOAD).contains(&packet.payload.len()) {
            return Some(PeerEvent::Heard);
        }
        if packet.header.payload_type != self.audio.payload_type || !self.is_audio(stream) {
            return None;
        }
        Some(PeerEvent::Sound(*stream, self.packet(packet)))
    }

    /// Whether a stream belongs to the line of sound that the leg is heard by.
    fn is_audio(&mut self, stream: Ssrc) -> bool {
        if self.audio.incoming == Some(stream) {
            return true;
        }
        let mid = self.audio.mid;
        let belongs = self.rtc.direct_api().stream_rx(&stream).is_some_and(|rx| rx.mid() == mid);
        if belongs {
            self.audio.incoming = Some(stream);
        }
        belongs
    }
}
