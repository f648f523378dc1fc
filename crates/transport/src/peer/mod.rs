//! One leg's connection.

mod accept;
mod channels;
mod output;

use std::net::SocketAddr;
use std::time::Instant;

use media_core::Micros;
use media_core::level::AudioLevel;
use media_core::rtp::{Packet, Payload};
use str0m::config::DtlsCert;
use str0m::media::{Mid, Pt};
use str0m::net::{DatagramRecv, Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite, Ssrc};
use str0m::{Input, Rtc};

use crate::gate::as_nomination;

pub use accept::{Answer, OpenError};
pub use channels::{ChannelId, Frame, LARGEST_FRAME, Written};
pub use output::{Egress, PeerEvent};

/// What the server shows in every DTLS handshake: one certificate for the life of the process.
#[derive(Debug, Clone)]
pub struct Identity(DtlsCert);

impl Identity {
    /// Makes a certificate and the key to it.
    pub fn generate() -> Self {
        let provider = str0m::crypto::from_feature_flags().dtls_provider;
        Self(provider.generate_certificate().expect("the compiled-in provider makes certificates"))
    }
}

/// The server's half of the ICE credentials of a leg: what its checks are recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IceCredentials {
    /// The local user fragment.
    pub fragment: String,
    /// The local password.
    pub password: String,
}

/// Whether a leg may have data channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Offer and answer agree on an application line.
    Agreed,
    /// They do not.
    None,
}

/// A packet of sound on its way to a leg.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The sequence number, never wrapping and starting below 65 536.
    pub sequence: u64,
    /// The timestamp in samples at 48 kHz.
    pub timestamp: u32,
    /// First packet of a talkspurt.
    pub marker: bool,
    /// How loud it is, when that is known.
    pub level: Option<AudioLevel>,
    /// One Opus packet.
    pub payload: Payload,
}

/// What became of a datagram that was given to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The connection took it.
    Yes,
    /// The connection could not use it. Before a leg is connected anybody on the path can cause
    /// this, so it says nothing about the leg; the join deadline ends one that never connects.
    No,
}

/// The connection cannot go on; the leg has to be dropped and not be asked again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// The library reports an error from which it does not recover.
    #[error("the connection failed: {0}")]
    Failed(String),
    /// One input led to more output than any honest input does.
    #[error("the connection does not come to rest")]
    Restless,
    /// The far end has opened more data channels than a page has any use for.
    #[error("the far end has opened too many data channels")]
    TooManyChannels,
}

impl From<str0m::RtcError> for PeerError {
    fn from(error: str0m::RtcError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// How a connection ended, when it ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The far end said goodbye, or its association ended.
    ByPeer,
}

/// One leg's connection: ICE-lite, DTLS, SRTP and one stream of Opus in each direction.
///
/// After every call that changes something it has to be [drained](Self::drain) before the next.
#[derive(Debug)]
pub struct Peer {
    rtc: Rtc,
    local: Vec<SocketAddr>,
    origin: Instant,
    audio: Audio,
    channels: Channels,
    /// Data channels that the far end has opened.
    opened: usize,
}

/// The negotiated stream.
#[derive(Debug, Clone, Copy)]
struct Audio {
    mid: Mid,
    payload_type: Pt,
    /// The stream that the far end sends; it changes when the far end starts another one.
    incoming: Option<Ssrc>,
}

impl Peer {
    /// What checks of this leg are recognised by.
    pub fn credentials(&mut self) -> IceCredentials {
        let credentials = self.rtc.direct_api().local_ice_credentials();
        IceCredentials { fragment: credentials.ufrag, password: credentials.pass }
    }

    /// Whether data channels were agreed on.
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// Takes a datagram that passed the gate.
    pub fn receive(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) -> Taken {
        let Ok(contents) = DatagramRecv::try_from(datagram) else { return Taken::No };
        let destination = self.local_for(source);
        let receive = Receive { proto: Protocol::Udp, source, destination, contents };
        match self.rtc.handle_input(Input::Receive(now, receive)) {
            Ok(()) => Taken::Yes,
            Err(error) => {
                tracing::trace!(%error, "datagram refused by the connection");
                Taken::No
            }
        }
    }

    /// Takes the first check of the leg, as one that nominates: the library sends no handshake
    /// before that, and a browser far away nominates a second after it was answered.
    pub fn begin_at(&mut self, now: Instant, source: SocketAddr, check: &[u8]) -> Taken {
        let password = self.credentials().password;
        match as_nomination(check, &password) {
            Some(nomination) => self.receive(now, source, &nomination),
            None => Taken::No,
        }
    }

    /// Tells the connection that time has passed.
    ///
    /// # Errors
    ///
    /// Any error means that the leg has to be dropped.
    pub fn timeout(&mut self, now: Instant) -> Result<(), PeerError> {
        Ok(self.rtc.handle_input(Input::Timeout(now))?)
    }

    /// Sends a packet of sound. It is silently not sent while the far end does not receive.
    pub fn send(&mut self, now: Instant, packet: Outgoing) {
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(self.audio.mid, None) else { return };
        let extensions = ExtensionValues {
            audio_level: packet.level.map(AudioLevel::dbov),
            voice_activity: packet.level.map(AudioLevel::voice),
            ..ExtensionValues::default()
        };
        stream.write_rtp(
            RtpWrite::new(
                self.audio.payload_type,
                packet.sequence.into(),
                packet.timestamp,
                now,
                packet.payload,
            )
            .marker(packet.marker)
            .ext_vals(extensions),
        );
    }

    /// Says goodbye to the far end: what [draining](Self::drain) gives next.
    ///
    /// # Errors
    ///
    /// Any error means that there is nothing to say.
    pub fn close(&mut self) -> Result<(), PeerError> {
        Ok(self.rtc.close()?)
    }

    /// The candidate that a datagram from `source` was sent to. Behind a socket bound to several
    /// addresses that is not known, and it does not matter: what counts is that it is always the
    /// same one.
    fn local_for(&self, source: SocketAddr) -> SocketAddr {
        let same_family = self.local.iter().find(|local| local.is_ipv4() == source.is_ipv4());
        *same_family.unwrap_or(&self.local[0])
    }

    fn packet(&self, received: str0m::rtp::RtpPacket) -> Packet {
        let extensions = &received.header.ext_vals;
        let level = extensions.audio_level.map(|dbov| {
            AudioLevel::new(dbov.unsigned_abs(), extensions.voice_activity.unwrap_or_default())
        });
        Packet {
            sequence: *received.seq_no,
            timestamp: received.header.timestamp,
            marker: received.header.marker,
            level,
            payload: received.payload,
            arrival: Micros(
                received.timestamp.saturating_duration_since(self.origin).as_micros() as u64
            ),
        }
    }
}
