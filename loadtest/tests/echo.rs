//! The scripted leg against an echo on the same stack: it connects, talks, listens and vanishes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use loadtest::peer::{Engine, Leg, LegSettings, LegState};
use loadtest::sound::Sound;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::SettingEngineBuilder;
use rtc::peer_connection::message::RTCMessage;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::transport::{CandidateConfig, CandidateHostConfig, RTCIceCandidate};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtp_transceiver::RTCRtpSenderId;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
    RtpCodecKind,
};
use rtc::sansio::Protocol as _;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};

const SSRC: u32 = 77;
const BOUND: Duration = Duration::from_secs(5);

/// One ICE-lite answerer that sends every RTP packet back.
struct Echo {
    answer: String,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the echo does not panic");
        }
    }
}

impl Echo {
    fn answers(offer: &str) -> Self {
        let opus = RTCRtpCodecParameters {
            rtp_codec: RTCRtpCodec {
                mime_type: MIME_TYPE_OPUS.to_owned(),
                clock_rate: 48_000,
                channels: 2,
                sdp_fmtp_line: String::new(),
                rtcp_feedback: Vec::new(),
            },
            payload_type: 111,
        };
        let mut engine = MediaEngine::default();
        engine.register_codec(opus.clone(), RtpCodecKind::Audio).unwrap();
        let mut pc = RTCPeerConnectionBuilder::new()
            .with_setting_engine(SettingEngineBuilder::new().with_lite(true).build())
            .with_media_engine(engine)
            .build(Instant::now())
            .unwrap();
        let track = MediaStreamTrack::new(
            "echo".to_owned(),
            "echo".to_owned(),
            "echo".to_owned(),
            RtpCodecKind::Audio,
            vec![RTCRtpEncodingParameters {
                rtp_coding_parameters: RTCRtpCodingParameters {
                    ssrc: Some(SSRC),
                    ..Default::default()
                },
                codec: opus.rtp_codec,
                ..Default::default()
            }],
        );
        let sender = pc.add_track(track).unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let offer = RTCSessionDescription::offer(offer.to_owned()).unwrap();
        pc.set_remote_description(Instant::now(), offer).unwrap();
        let local = socket.local_addr().unwrap();
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
        .new_candidate_host()
        .unwrap();
        pc.add_local_candidate(RTCIceCandidate::from(&candidate).to_json().unwrap()).unwrap();
        let answer = pc.create_answer(None).unwrap();
        pc.set_local_description(Instant::now(), answer).unwrap();
        let answer = pc.local_description().unwrap().sdp;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut way = Way::default();
            while !stopped.load(Ordering::Relaxed) {
                turn(&mut pc, sender, &socket, &mut way);
            }
        });
        Self { answer, stop, thread: Some(thread) }
    }
}

/// Where the far end is. The stack does not follow a peer to another address, so the echo does:
/// the stack knows the first one only, and all it sends goes to the newest.
#[derive(Default)]
struct Way {
    first: Option<SocketAddr>,
    newest: Option<SocketAddr>,
}

/// One datagram, or 5 ms of waiting, and all that follows from it.
fn turn(pc: &mut RTCPeerConnection, sender: RTCRtpSenderId, socket: &UdpSocket, way: &mut Way) {
    socket.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    let mut buffer = [0; 2048];
    if let Ok((length, from)) = socket.recv_from(&mut buffer) {
        way.newest = Some(from);
        let peer_addr = *way.first.get_or_insert(from);
        let transport = TransportContext {
            local_addr: socket.local_addr().unwrap(),
            peer_addr,
            transport_protocol: TransportProtocol::UDP,
            ecn: None,
        };
        let message = BytesMut::from(&buffer[..length]);
        pc.handle_read(TaggedBytesMut { now: Instant::now(), transport, message }).unwrap();
    }
    if pc.poll_timeout().is_some_and(|due| due <= Instant::now()) {
        pc.handle_timeout(Instant::now()).unwrap();
    }
    while pc.poll_event().is_some() {}
    while let Some(message) = pc.poll_read() {
        if let RTCMessage::RtpPacket(_, mut packet) = message.message {
            packet.header.ssrc = SSRC;
            packet.header.extensions.clear();
            packet.header.extension = false;
            pc.rtp_sender(sender).unwrap().write_rtp(Instant::now(), packet).unwrap();
        }
    }
    while let Some(datagram) = pc.poll_write() {
        let to = way.newest.unwrap_or(datagram.transport.peer_addr);
        socket.send_to(&datagram.message, to).unwrap();
    }
}

async fn connected(engine: &Engine) -> (Leg, Echo) {
    let leg = engine.leg(&LegSettings::default()).unwrap();
    let echo = Echo::answers(leg.offer());
    leg.takes(&echo.answer).await.unwrap();
    leg.connects(BOUND).await.unwrap();
    (leg, echo)
}

#[tokio::test]
async fn a_tone_comes_back_verbatim_and_without_gaps() {
    let engine = Engine::start(1).unwrap();
    let (leg, _echo) = connected(&engine).await;
    let tone = Sound::tone(440);
    leg.speaks(tone.clone()).unwrap();
    let heard = leg.listens(30).await;
    assert!(heard.frames().len() >= 30, "{:?}", leg.status());
    assert_eq!(heard.verbatim(&tone.payloads()), heard.frames().len());
    assert!(heard.hears(440) && !heard.hears(700));
    let reception = leg.status().reception;
    assert_eq!(
        (reception.lost, reception.timestamp_steps, reception.timestamp_regressions),
        (0, 0, 0)
    );
    let status = leg.status();
    let connect = status.connected_at.unwrap() - status.answered_at.unwrap();
    println!("connected in {connect:?}");
}

#[tokio::test]
async fn a_hushed_or_cut_leg_is_silent_and_recovers() {
    let engine = Engine::start(1).unwrap();
    let (leg, _echo) = connected(&engine).await;
    leg.speaks(Sound::tone(700)).unwrap();
    assert!(leg.listens(20).await.hears(700));
    leg.hushes().unwrap();
    leg.listens(10).await;
    assert!(leg.listens(10).await.is_silent());
    leg.speaks(Sound::tone(440)).unwrap();
    assert!(leg.listens(20).await.hears(440));
    leg.cut(true).unwrap();
    leg.listens(5).await;
    assert!(leg.listens(10).await.frames().is_empty());
    leg.cut(false).unwrap();
    assert!(leg.listens(20).await.hears(440));
}

#[tokio::test]
async fn a_leg_that_moves_goes_on_from_another_port() {
    let engine = Engine::start(1).unwrap();
    let (leg, _echo) = connected(&engine).await;
    let tone = Sound::tone(440);
    leg.speaks(tone.clone()).unwrap();
    leg.listens(20).await;
    let places = [leg.address(), leg.moves().await.unwrap(), leg.moves().await.unwrap()];
    assert_eq!(leg.address(), places[2]);
    assert!(places[0] != places[1] && places[1] != places[2], "{places:?}");

    let before = leg.status();
    let heard = leg.listens(30).await;
    assert_eq!(heard.verbatim(&tone.payloads()), 30);
    let after = leg.status();
    assert_eq!(after.state, LegState::Connected);
    assert!(after.sent - before.sent >= 29, "{before:?} {after:?}");
    // It is the same stream: what was lost at the old places is a gap in it, not a new beginning.
    assert_eq!(after.reception.identity_changes, 0);
}

#[tokio::test]
async fn an_orderly_end_is_told_from_none() {
    let engine = Engine::start(1).unwrap();
    let (leg, _echo) = connected(&engine).await;
    assert_eq!(leg.status().state, LegState::Connected);
    leg.closes().await.unwrap();
}
