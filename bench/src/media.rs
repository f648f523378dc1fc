//! CPU time of the media workers: real sockets, real DTLS-SRTP, peers on another stack and on
//! other threads, whose time is not counted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use loadtest::peer::{Engine, Leg, LegSettings};
use loadtest::sound::{SAMPLE_RATE, Sound};
use media::{Counters, LegId, MediaConfig, MediaHandle, Source};
use media_core::clip::Clip;
use serde_json::json;

use crate::Effort;
use crate::line::{Line, progress};

/// Legs where each costs little.
const MANY: u64 = 100;
/// Legs where each costs a codec: ten rooms of three.
const FEW: u64 = 30;
/// Legs joined at the same time.
const JOINING: usize = 10;
/// From the last join to the first sample.
const WARM_UP: Duration = Duration::from_secs(2);
const BOUND: Duration = Duration::from_secs(20);

/// CPU time per forwarded packet: everybody in a two-party call, everybody talking.
pub(crate) async fn forward(effort: Effort) -> anyhow::Result<Line> {
    let floor = Floor::with(MANY).await?;
    floor.forwards();
    let samples = floor.sample(effort, |counters| counters.forwarded).await?;
    let after = floor.handle.counters();
    anyhow::ensure!(after.decoded_frames + after.encoded_frames == 0, "nothing is transcoded");
    Ok(Line::median("forward_us_per_packet", "us", &samples).and(
        "note",
        json!("CPU of one media worker per packet, received and sent; 100 legs talking in pairs"),
    ))
}

/// CPU time per mixed frame: three-way calls in which everybody talks all the time.
pub(crate) async fn mix(effort: Effort) -> anyhow::Result<Line> {
    let floor = Floor::with(FEW).await?;
    for listener in 0..FEW {
        let room = listener / 3;
        let others = (room * 3..room * 3 + 3).filter(|talker| *talker != listener);
        floor.handle.set_source(LegId(listener), Source::Mix(others.map(LegId).collect()), room);
    }
    let samples = floor.sample(effort, |counters| counters.mixed_frames).await?;
    Ok(Line::median("mix_us_per_frame", "us", &samples).and(
        "note",
        json!(
            "CPU of one media worker per frame mixed, transport, decode and encode included; \
               10 rooms of 3, all talking"
        ),
    ))
}

/// CPU time per played packet: everybody on hold with music, and silent.
pub(crate) async fn play(effort: Effort) -> anyhow::Result<Line> {
    let floor = Floor::with(MANY).await?;
    for listener in 0..MANY {
        floor.legs[listener as usize].hushes()?;
        floor.handle.set_source(LegId(listener), Source::Play(media::ClipId(0)), listener);
    }
    let samples = floor.sample(effort, |counters| counters.played).await?;
    let after = floor.handle.counters();
    anyhow::ensure!(after.decoded_frames + after.encoded_frames == 0, "music is never encoded");
    Ok(Line::median("play_us_per_packet", "us", &samples).and(
        "note",
        json!("CPU of one media worker per packet sent; 100 silent legs on hold with music"),
    ))
}

/// Forwards about so many packets between two legs and returns how many it were.
pub(crate) async fn forward_packets(times: u64) -> anyhow::Result<u64> {
    let floor = Floor::with(2).await?;
    floor.forwards();
    loop {
        let forwarded = floor.handle.counters().forwarded;
        if forwarded >= times {
            return Ok(forwarded);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// One media worker with talking legs.
struct Floor {
    handle: MediaHandle,
    legs: Vec<Leg>,
    engine: Engine,
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

impl Floor {
    async fn with(legs: u64) -> anyhow::Result<Self> {
        let music = Clip::from_ogg(include_bytes!("../../assets/hold-music.opus"))?;
        let mut config = MediaConfig::new(([127, 0, 0, 1], 0).into());
        config.workers = 1;
        config.clips = vec![Arc::new(music)];
        // Under an instruction counter everything takes fifty times as long.
        config.limits.leg_cpu = Duration::MAX;
        let (handle, mut reports, _nobody) = media::start(config)?;
        // Nobody drives calls here: what the workers report is of no interest.
        tokio::spawn(async move { while reports.recv().await.is_some() {} });
        let mut floor = Self { handle, legs: Vec::new(), engine: Engine::start(1)? };
        let settings = LegSettings { data_channel: false, keep_packets: 0 };
        let speech = Sound::speech(&chatter(), 24_000);
        let ids: Vec<u64> = (0..legs).collect();
        for ids in ids.chunks(JOINING) {
            let mut joining = Vec::new();
            for id in ids {
                let leg = floor.engine.leg(&settings)?;
                let answer = floor.handle.open(LegId(*id), leg.offer().to_owned()).await?;
                leg.takes(&answer).await?;
                joining.push(leg);
            }
            for leg in joining {
                leg.connects(BOUND).await?;
                leg.speaks(speech.clone())?;
                floor.legs.push(leg);
            }
        }
        progress(&format!("  {legs} legs are connected"));
        Ok(floor)
    }

    /// Neighbours hear each other.
    fn forwards(&self) {
        for listener in 0..self.legs.len() as u64 {
            let talker = listener ^ 1;
            let source = Source::Forward(LegId(talker));
            self.handle.set_source(LegId(listener), source, listener / 2);
        }
    }

    /// Microseconds of CPU per unit of work, a few times.
    async fn sample(
        &self,
        effort: Effort,
        work: impl Fn(&Counters) -> u64,
    ) -> anyhow::Result<Vec<f64>> {
        tokio::time::sleep(WARM_UP).await;
        let mut samples = Vec::new();
        let mut before = self.fresh_counters().await?;
        for _ in 0..effort.samples {
            tokio::time::sleep(effort.span).await;
            let after = self.fresh_counters().await?;
            let done = work(&after) - work(&before);
            anyhow::ensure!(done > 0, "the workers did nothing");
            let cpu = (after.cpu_us - before.cpu_us) as f64 / done as f64;
            progress(&format!("  {done} in {:?}, {cpu:.2} us each", effort.span));
            samples.push(cpu);
            before = after;
        }
        let faults = before.leg_faults + before.legs_lost;
        anyhow::ensure!(faults == 0, "{faults} legs were lost on the way");
        Ok(samples)
    }

    /// The counters of a moment in which the workers have just looked at their clocks, which they
    /// do about once a second.
    async fn fresh_counters(&self) -> anyhow::Result<Counters> {
        let old = self.handle.counters().cpu_us;
        let start = Instant::now();
        loop {
            let counters = self.handle.counters();
            if counters.cpu_us != old {
                return Ok(counters);
            }
            (start.elapsed() < BOUND).then_some(()).context("the workers' clock stands still")?;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Two seconds that an encoder takes for somebody talking: a hum with formants, in syllables.
pub(crate) fn chatter() -> Vec<f32> {
    let seconds = |n: u32| f64::from(n) / f64::from(SAMPLE_RATE);
    let wave = |t: f64, hertz: f64| (std::f64::consts::TAU * hertz * t).sin();
    (0..2 * SAMPLE_RATE)
        .map(seconds)
        .map(|t| {
            let syllable = (wave(t, 2.0) * 0.5 + 0.5).powi(2) + 0.05;
            let pitch = 120.0 + 15.0 * wave(t, 0.5);
            let voice: f64 = (1..30).map(|n| wave(t, pitch * f64::from(n)) / f64::from(n)).sum();
            (0.15 * syllable * voice) as f32
        })
        .collect()
}
