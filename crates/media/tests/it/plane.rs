//! A media plane under test, and peers that join it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use loadtest::peer::{Engine, Leg, LegSettings};
use loadtest::sound::Sound;
use media::{Counters, LegId, Limits, MediaConfig, MediaHandle, MediaReport, OpenedChannel};
use media_core::clip::Clip;
use ogg::{PacketWriteEndInfo, PacketWriter};
use tokio::sync::mpsc;

pub(crate) const ALICE: LegId = LegId(1);
pub(crate) const BOB: LegId = LegId(2);
pub(crate) const CAROL: LegId = LegId(3);
pub(crate) const DAVE: LegId = LegId(4);

/// The group of the only conversation.
pub(crate) const GROUP: u64 = 7;

/// The tone of the clip that may be played.
pub(crate) const MUSIC: u32 = 520;

/// The tone of the clip that may be said.
pub(crate) const WORDS: u32 = 2_310;

/// Longest wait for something that takes a fraction of it.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Plane {
    pub(crate) media: MediaHandle,
    reports: mpsc::Receiver<MediaReport>,
    channels: mpsc::Receiver<OpenedChannel>,
    engine: Engine,
}

impl Plane {
    pub(crate) fn starts() -> Self {
        Self::with(1, Limits::default())
    }

    pub(crate) fn with(workers: usize, limits: Limits) -> Self {
        let listen = "127.0.0.1:0".parse().expect("an address");
        let clips = vec![Arc::new(clip(MUSIC)), Arc::new(clip(WORDS))];
        let config = MediaConfig { workers, limits, clips, ..MediaConfig::new(listen) };
        let (media, reports, channels) = media::start(config).expect("the media plane starts");
        let engine = Engine::start(1).expect("an engine thread");
        Self { media, reports, channels, engine }
    }

    /// A peer that has not offered anything to the server.
    pub(crate) fn peer(&self) -> Leg {
        self.engine.leg(&LegSettings::default()).expect("a peer")
    }

    /// A peer joins and is connected.
    pub(crate) async fn joins(&mut self, id: LegId) -> Leg {
        self.joins_with(id, |answer| answer).await
    }

    /// A peer joins that takes the answer for another one.
    pub(crate) async fn joins_with(
        &mut self,
        id: LegId,
        change: impl FnOnce(String) -> String,
    ) -> Leg {
        let leg = self.peer();
        let offer = leg.offer().to_owned();
        let answer = self.media.open(id, offer).await.expect("an answer");
        leg.takes(&change(answer)).await.expect("an answer that a peer understands");
        leg.connects(PATIENCE).await.expect("a connection");
        assert_eq!(self.reports().await, MediaReport::Up(id));
        leg
    }

    /// A peer joins and talks.
    pub(crate) async fn joins_talking(&mut self, id: LegId, hertz: u32) -> Leg {
        let leg = self.joins(id).await;
        leg.speaks(Sound::tone(hertz)).expect("an engine");
        leg
    }

    /// The next report.
    pub(crate) async fn reports(&mut self) -> MediaReport {
        let report = tokio::time::timeout(PATIENCE, self.reports.recv()).await;
        report.expect("a report in time").expect("a media plane")
    }

    /// The next channel that a page has opened.
    pub(crate) async fn channel(&mut self) -> OpenedChannel {
        let opened = tokio::time::timeout(PATIENCE, self.channels.recv()).await;
        opened.expect("a channel in time").expect("a media plane")
    }

    /// Waits until the counters meet a condition.
    pub(crate) async fn comes_to(&self, what: &str, condition: impl Fn(&Counters) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition(&self.media.counters()) {
            assert!(Instant::now() < deadline, "{what}: {:?}", self.media.counters());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Whether nothing is reported for so long.
    pub(crate) async fn is_quiet(&mut self, span: Duration) -> bool {
        tokio::time::timeout(span, self.reports.recv()).await.is_err()
    }
}

/// A clip of one second of a tone.
fn clip(hertz: u32) -> Clip {
    let tone = Sound::tone(hertz);
    let mut file = Vec::new();
    let mut writer = PacketWriter::new(&mut file);
    let mut write = |packet: Vec<u8>, end, at| {
        writer.write_packet(packet, 1, end, at).expect("memory takes everything");
    };
    // RFC 7845, section 5.1: version 1, one channel, no pre-skip, 48 kHz, no gain, family 0.
    let head = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00";
    write(head.to_vec(), PacketWriteEndInfo::EndPage, 0);
    write(b"OpusTags\0\0\0\0\0\0\0\0".to_vec(), PacketWriteEndInfo::EndPage, 0);
    for beat in 0..50 {
        let end = if beat == 49 {
            PacketWriteEndInfo::EndStream
        } else {
            PacketWriteEndInfo::NormalPacket
        };
        write(tone.frame(beat).payload.to_vec(), end, (beat as u64 + 1) * 960);
    }
    Clip::from_ogg(&file).expect("a clip")
}
