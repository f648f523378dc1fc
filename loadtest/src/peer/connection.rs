//! One `rtc` peer connection, driven by hand: the sans-IO half of a leg.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc::data_channel::RTCDataChannelInit;
use rtc::dtls::cipher_suite::CipherSuiteId;
use rtc::interceptor::Registry;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::RTCConfigurationBuilder;
use rtc::peer_connection::configuration::interceptor_registry::configure_rtcp_reports;
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::{SettingEngine, SettingEngineBuilder};
use rtc::peer_connection::event::RTCPeerConnectionEvent;
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtp_transceiver::RTCRtpSenderId;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
    RTCRtpHeaderExtensionCapability, RtpCodecKind,
};
use rtc::sansio::Protocol as _;
use rtc::shared::error::Error;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};

use super::channel::{News, message_of, news_of};
use super::reception::Header;
use super::{LegSettings, LegState};
use crate::sound::Frame;

const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
/// `rtc` makes its first check on this tick and nominates on the next one, where a browser does
/// both at once; its default of 200 ms makes every join 400 ms longer. Once connected it checks
/// every 200 ms whatever this is.
const ICE_CHECK_INTERVAL: Duration = Duration::from_millis(5);
/// Checks before a pair is given up: two seconds, a little more than the default has.
const ICE_CHECKS: u16 = 400;

/// What a connection has to say to its driver.
#[derive(Debug)]
pub(super) enum Output {
    /// A datagram to send.
    Datagram(SocketAddr, BytesMut),
    /// An RTP packet came.
    Packet(Header, Bytes),
    /// An RTCP datagram came.
    Report,
    /// The connection changed its state.
    State(LegState),
    /// Data channels can be opened from here on.
    CarriesData,
    /// Something happened on the data channel with this handle.
    Channel(usize, News),
}

/// A peer connection with one audio track that offers.
pub(super) struct Connection {
    pub(super) pc: RTCPeerConnection,
    sender: RTCRtpSenderId,
    local: SocketAddr,
    /// The data channel that puts the line for data into the offer and nothing on the wire.
    silent: Option<usize>,
    ssrc: u32,
    sequence: u16,
    negotiated: Option<Negotiated>,
    swept: bool,
}

/// What the answer settled about sending.
#[derive(Clone, Copy, Debug)]
struct Negotiated {
    payload_type: u8,
    level_extension: Option<u8>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("local", &self.local).finish_non_exhaustive()
    }
}

impl Connection {
    /// Builds a connection on a bound socket's address and makes its offer.
    pub(super) fn offer(
        now: Instant,
        local: SocketAddr,
        ssrc: u32,
        settings: &LegSettings,
    ) -> Result<(Self, String), Error> {
        let opus = opus_codec();
        let mut pc = RTCPeerConnectionBuilder::new()
            .with_configuration(RTCConfigurationBuilder::new().build())
            .with_setting_engine(setting_engine())
            .with_media_engine(media_engine(&opus)?)
            .with_interceptor_registry(configure_rtcp_reports(Registry::new()))
            .build(now)?;
        let sender = pc.add_track(MediaStreamTrack::new(
            "voice".to_owned(),
            format!("voice-{ssrc}"),
            "microphone".to_owned(),
            RtpCodecKind::Audio,
            vec![RTCRtpEncodingParameters {
                rtp_coding_parameters: RTCRtpCodingParameters {
                    ssrc: Some(ssrc),
                    ..Default::default()
                },
                codec: opus.rtp_codec,
                ..Default::default()
            }],
        ))?;
        let mut silent = None;
        if settings.data_channel {
            // As the pages do: agreed on beforehand, so it needs no opening.
            let agreed = RTCDataChannelInit { negotiated: Some(0), ..Default::default() };
            silent = Some(pc.create_data_channel("chat", Some(agreed))?.id());
        }
        let candidate = CandidateHostConfig {
            base_config: CandidateConfig {
                network: "udp".to_owned(),
                address: local.ip().to_string(),
                port: local.port(),
                component: 1,
                ..Default::default()
            },
            ..Default::default()
        }
        .new_candidate_host()?;
        pc.add_local_candidate(RTCIceCandidate::from(&candidate).to_json()?)?;
        let offer = pc.create_offer(None)?;
        pc.set_local_description(now, offer)?;
        let sdp = pc.local_description().ok_or(Error::ErrPeerConnLocalDescriptionNil)?.sdp;
        Ok((
            Self { pc, sender, local, silent, ssrc, sequence: 0, negotiated: None, swept: true },
            sdp,
        ))
    }

    /// Takes the server's answer.
    pub(super) fn answer(&mut self, now: Instant, sdp: String) -> Result<(), Error> {
        self.pc.set_remote_description(now, RTCSessionDescription::answer(sdp)?)?;
        let mut sender = self.pc.rtp_sender(self.sender).ok_or(Error::ErrRTPSenderNotExisted)?;
        let parameters = &sender.get_parameters().rtp_parameters;
        let codec = parameters.codecs.first().ok_or(Error::ErrRTPTransceiverCodecUnsupported)?;
        let level = parameters.header_extensions.iter().find(|found| found.uri == AUDIO_LEVEL);
        self.negotiated = Some(Negotiated {
            payload_type: codec.payload_type,
            level_extension: level.map(|found| found.id as u8),
        });
        Ok(())
    }

    /// Takes a datagram from the socket.
    pub(super) fn receive(
        &mut self,
        now: Instant,
        from: SocketAddr,
        datagram: &[u8],
        out: &mut Vec<Output>,
    ) {
        let transport = TransportContext {
            local_addr: self.local,
            peer_addr: from,
            transport_protocol: TransportProtocol::UDP,
            ecn: None,
        };
        let message = BytesMut::from(datagram);
        // RFC 7983: 128 to 191 is RTP or RTCP. Those need no sweep over the whole pipeline: what
        // they leave behind goes out at the next timeout. That saves most of a received packet.
        let is_media = matches!(datagram.first(), Some(128..=191));
        // RFC 5761, section 4.
        if is_media && matches!(datagram.get(1), Some(192..=223)) {
            out.push(Output::Report);
        }
        if self.pc.handle_read(TaggedBytesMut { now, transport, message }).is_err() {
            return;
        }
        if is_media {
            while let Some(message) = self.pc.poll_media_read() {
                out.extend(heard(message));
            }
        } else {
            self.drain(out);
        }
    }

    /// Sends one frame at the media time given in samples.
    pub(super) fn send(
        &mut self,
        now: Instant,
        timestamp: u32,
        frame: &Frame,
        out: &mut Vec<Output>,
    ) -> Result<(), Error> {
        let Some(negotiated) = self.negotiated else { return Ok(()) };
        let mut header = rtc::rtp::header::Header {
            version: 2,
            payload_type: negotiated.payload_type,
            sequence_number: self.sequence,
            timestamp,
            ssrc: self.ssrc,
            ..Default::default()
        };
        if let Some(id) = negotiated.level_extension {
            // RFC 6464: one byte, the voice flag above seven bits of level.
            let voiced = if frame.level < 60 { 0x80 } else { 0 };
            header.set_extension(id, Bytes::copy_from_slice(&[voiced | frame.level]))?;
        }
        self.sequence = self.sequence.wrapping_add(1);
        let packet = rtc::rtp::Packet { header, payload: frame.payload.clone() };
        self.pc
            .rtp_sender(self.sender)
            .ok_or(Error::ErrRTPSenderNotExisted)?
            .write_rtp(now, packet)?;
        if let Some(datagram) = self.pc.poll_write() {
            out.push(Output::Datagram(datagram.transport.peer_addr, datagram.message));
        }
        Ok(())
    }

    /// Whether the whole pipeline was swept since the last call: then [`Connection::due`] may have
    /// moved.
    pub(super) fn take_swept(&mut self) -> bool {
        std::mem::take(&mut self.swept)
    }

    /// When [`Connection::timeout`] is to be called.
    pub(super) fn due(&mut self) -> Option<Instant> {
        self.pc.poll_timeout()
    }

    /// Lets time pass.
    pub(super) fn timeout(&mut self, now: Instant, out: &mut Vec<Output>) {
        if self.pc.handle_timeout(now).is_err() {
            out.push(Output::State(LegState::Failed));
        }
        self.drain(out);
    }

    /// Hangs up in order: the farewell is among the datagrams.
    pub(super) fn close(&mut self, out: &mut Vec<Output>) {
        if self.pc.close().is_err() {
            out.push(Output::State(LegState::Failed));
        }
        self.drain(out);
    }

    /// Takes everything out, in rounds until a round brings nothing: `rtc` queues, never calls.
    pub(super) fn drain(&mut self, out: &mut Vec<Output>) {
        self.swept = true;
        loop {
            let before = out.len();
            let mut events = 0;
            while let Some(event) = self.pc.poll_event() {
                events += 1;
                out.extend(state_of(&event).map(Output::State));
                out.extend(news_of(&event, self.silent));
            }
            while let Some(message) = self.pc.poll_read() {
                out.extend(heard(message));
            }
            while let Some(datagram) = self.pc.poll_write() {
                out.push(Output::Datagram(datagram.transport.peer_addr, datagram.message));
            }
            if events == 0 && out.len() == before {
                return;
            }
        }
    }
}

fn heard(message: TaggedRTCMessage) -> Option<Output> {
    match message.message {
        RTCMessage::RtpPacket(_, packet) => {
            let header = Header {
                ssrc: packet.header.ssrc,
                payload_type: packet.header.payload_type,
                sequence: packet.header.sequence_number,
                timestamp: packet.header.timestamp,
                marker: packet.header.marker,
            };
            Some(Output::Packet(header, packet.payload))
        }
        RTCMessage::DataChannelMessage(id, message) => Some(message_of(id, message)),
        // RTCP is counted by its header, as the stack does not pass on all of it; the enum is open
        // besides.
        RTCMessage::RtcpPacket(..) | _ => None,
    }
}

fn state_of(event: &RTCPeerConnectionEvent) -> Option<LegState> {
    let RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) = event else { return None };
    match state {
        RTCPeerConnectionState::Connected => Some(LegState::Connected),
        RTCPeerConnectionState::Failed => Some(LegState::Failed),
        RTCPeerConnectionState::Closed => Some(LegState::Closed),
        // On the way, or silent for a while; the enum is open besides.
        RTCPeerConnectionState::Unspecified
        | RTCPeerConnectionState::New
        | RTCPeerConnectionState::Connecting
        | RTCPeerConnectionState::Disconnected
        | _ => None,
    }
}

fn setting_engine() -> SettingEngine {
    SettingEngineBuilder::new()
        .with_ice_connection_attempts(Some(ICE_CHECK_INTERVAL), Some(ICE_CHECKS))
        // Its own certificate is ECDSA; with an RSA suite chosen the handshake would hang.
        .with_dtls_cipher_suites(vec![
            CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256,
            CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_256_Cbc_Sha,
            CipherSuiteId::Tls_Ecdhe_Ecdsa_With_ChaCha20_Poly1305_Sha256,
        ])
        .build()
}

fn media_engine(opus: &RTCRtpCodecParameters) -> Result<MediaEngine, Error> {
    let mut engine = MediaEngine::default();
    engine.register_codec(opus.clone(), RtpCodecKind::Audio)?;
    for uri in [AUDIO_LEVEL, MID] {
        let extension = RTCRtpHeaderExtensionCapability { uri: uri.to_owned() };
        engine.register_header_extension(extension, RtpCodecKind::Audio, None)?;
    }
    Ok(engine)
}

/// Opus as Chromium offers it.
fn opus_codec() -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.to_owned(),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
            rtcp_feedback: Vec::new(),
        },
        payload_type: 111,
    }
}
