//! Chats as people have them: pages on another WebRTC stack, DTLS and SCTP, a server in a process
//! of its own, its journal flushed to the disk the build is on. The generator shares the machine.

mod slow;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use loadtest::chat::{Crowd, Delays, Proof, Size};
use loadtest::load::Server;
use loadtest::peer::LegSettings;
use loadtest::person::Place;
use serde_json::json;

use crate::Effort;
use crate::line::{Line, progress};

pub(crate) use slow::slow_reader;

/// Conversations that go on at the same time.
const CHATS: usize = 100;
/// Of one agent: half of what an agent takes by default.
const PER_AGENT: usize = 2;
/// Messages per second of one person: a little less than the server lets anybody write.
const FASTEST: f64 = 19.8;
/// Messages per second of everybody together where nobody is in a hurry.
const MODERATE: f64 = 200.0;
/// How long everybody writes before anything is measured.
const WARM_UP: Duration = Duration::from_secs(2);

/// A server of its own.
struct House {
    server: Server,
    place: Place,
}

impl House {
    /// Starts the server that lies beside this program; nothing when there is none.
    async fn opens(more: &str) -> anyhow::Result<Option<Self>> {
        let program = std::env::current_exe()?;
        let beside = program.parent().context("a binary lies in a folder")?;
        let program: PathBuf = beside.join("trefoil");
        if !program.exists() {
            return Ok(None);
        }
        let server = Server::starts_in(beside, &program, 0, more).await?;
        let mut place = Place::new(server.http, &server.secret)?;
        place.legs = LegSettings { keep_packets: 0, ..LegSettings::default() };
        Ok(Some(Self { server, place }))
    }

    async fn gathers(&self, chats: usize) -> anyhow::Result<Crowd> {
        let (team, run) = ("support".to_owned(), "bench".to_owned());
        let size = Size { chats, per_agent: PER_AGENT, team, run };
        Ok(Crowd::gathers(&self.place, &size).await?)
    }

    /// How everything stands.
    async fn moment(&self, crowd: &Crowd) -> Moment {
        let metrics = self.server.metrics().await;
        let told =
            |name| metrics.as_ref().and_then(|metrics| metrics.get(name)).unwrap_or_default();
        let tally = crowd.tally();
        Moment {
            at: Instant::now(),
            messages: tally.acknowledged.min(tally.delivered),
            cpu: self.server.cpu(metrics.as_ref()).unwrap_or_default(),
            bytes: self.server.memory_kb(metrics.as_ref()).unwrap_or_default() * 1024,
            appends: told("trefoil_journal_append_seconds_count"),
            appending: told("trefoil_journal_append_seconds_sum"),
        }
    }
}

/// A moment of a run.
#[derive(Clone, Copy, Debug)]
struct Moment {
    at: Instant,
    /// Messages that were acknowledged, and delivered to the other side.
    messages: u64,
    cpu: Duration,
    bytes: u64,
    /// Appends to the journal, and the seconds they took.
    appends: f64,
    appending: f64,
}

impl Moment {
    fn per_s(&self, earlier: &Self) -> f64 {
        (self.messages - earlier.messages) as f64 / (self.at - earlier.at).as_secs_f64()
    }

    /// What a stretch cost beside its figure.
    fn cost(&self, earlier: &Self, line: Line) -> Line {
        let messages = (self.messages - earlier.messages).max(1) as f64;
        let appends = (self.appends - earlier.appends).max(1.0);
        let cpu = (self.cpu.saturating_sub(earlier.cpu)).as_secs_f64();
        let append_ms = (self.appending - earlier.appending) * 1e3 / appends;
        line.and("server_us_per_message", json!((cpu * 1e6 / messages).round()))
            .and("messages_per_append", json!((messages / appends * 100.0).round() / 100.0))
            .and("append_ms", json!((append_ms * 100.0).round() / 100.0))
    }
}

const NO_SERVER: &str = "there is no server beside this program; `make bench` builds it";

/// Durable messages per second when everybody writes as fast as anybody may: each acknowledged and
/// delivered, and in the end once, in one order, without a gap, at both sides and in the history.
pub(crate) async fn durable(effort: Effort) -> anyhow::Result<Line> {
    let Some(house) = House::opens("").await? else {
        return Ok(Line::skipped("chat_durable_messages_per_s", "messages/s", NO_SERVER));
    };
    let crowd = house.gathers(CHATS).await?;
    let asked = crowd.people() as f64 * FASTEST;
    crowd.writes(asked);
    tokio::time::sleep(WARM_UP).await;
    drop(crowd.takes_delays());
    let first = house.moment(&crowd).await;
    let (mut samples, mut before) = (Vec::new(), first);
    for _ in 0..effort.samples {
        tokio::time::sleep(effort.span).await;
        let now = house.moment(&crowd).await;
        samples.push(now.per_s(&before));
        before = now;
    }
    let delays = crowd.takes_delays();
    let proof = proven(&crowd, true).await?;
    let line = Line::median("chat_durable_messages_per_s", "messages/s", &samples)
        .and("asked_for", json!(asked.round()))
        .and("chats", json!(CHATS))
        .and("people", json!(crowd.people()))
        .and("messages_proven", json!(proof.messages));
    house.server.stops().await;
    Ok(before.cost(&first, with_delays(line, &delays)))
}

/// From sending to the arrival at the other page, at a moderate rate: the median, and one in a
/// hundred.
pub(crate) async fn delivery(effort: Effort) -> anyhow::Result<Vec<Line>> {
    let figures = [("chat_delivery_ms_p50", 500), ("chat_delivery_ms_p99", 990)];
    let Some(house) = House::opens("").await? else {
        return Ok(figures.map(|(figure, _)| Line::skipped(figure, "ms", NO_SERVER)).into());
    };
    let crowd = house.gathers(CHATS).await?;
    crowd.writes(MODERATE);
    tokio::time::sleep(WARM_UP).await;
    drop(crowd.takes_delays());
    let first = house.moment(&crowd).await;
    let mut samples = Vec::new();
    for _ in 0..effort.samples {
        tokio::time::sleep(effort.span).await;
        samples.push(crowd.takes_delays());
    }
    let last = house.moment(&crowd).await;
    proven(&crowd, true).await?;
    house.server.stops().await;
    let line = |(figure, of_1000)| {
        let each: Vec<f64> = samples.iter().filter_map(|delays| delays.ms(of_1000)).collect();
        anyhow::ensure!(!each.is_empty(), "nothing was delivered");
        let line = Line::median(figure, "ms", &each).and("chats", json!(CHATS));
        Ok(last.cost(&first, line.and("messages_per_s", json!(MODERATE))))
    };
    figures.map(line).into_iter().collect()
}

/// Nobody writes any more, and everything is where it has to be: at both sides, if both are of the
/// crowd.
async fn proven(crowd: &Crowd, both: bool) -> anyhow::Result<Proof> {
    progress("  reading the histories ...");
    let proof = crowd.proves(true).await;
    let tally = crowd.tally();
    let (faults, written) = (tally.faults, tally.written);
    let words = [tally.complaints, proof.complaints.clone()].concat();
    anyhow::ensure!(proof.is_good() && faults == 0, "the chats are not right: {words:?}");
    let delivered = if both { tally.delivered } else { written };
    let counts = [tally.acknowledged, delivered, proof.messages];
    anyhow::ensure!(counts == [written; 3], "{written} were written, but {counts:?} are there");
    Ok(proof)
}

fn with_delays(line: Line, delays: &Delays) -> Line {
    [("delivery_ms_p50", 500), ("delivery_ms_p99", 990), ("delivery_ms_longest", 1000)]
        .into_iter()
        .fold(line, |line, (name, of_1000)| line.and(name, json!(delays.ms(of_1000))))
}
