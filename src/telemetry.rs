//! What the operator can see: logs and metrics.

use std::fmt::Write as _;
use std::time::Duration;

use media::MediaHandle;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use signaling::CountersSnapshot;
use tracing_subscriber::EnvFilter;

/// The driver's own figures; cheap to clone, shared with the metrics page.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// People signed in.
    pub sessions: Gauge,
    /// Conversations that have not ended.
    pub conversations: Gauge,
    /// Events made durable.
    pub events: Counter,
    /// Commands refused, by a rule or by the journal.
    pub refusals: Counter,
    /// Times the journal could not be written.
    pub journal_failures: Counter,
    /// How long a batch took to become durable.
    pub append: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            sessions: Gauge::default(),
            conversations: Gauge::default(),
            events: Counter::default(),
            refusals: Counter::default(),
            journal_failures: Counter::default(),
            // From a quarter of a millisecond, an idle disk with a cache, to a second.
            append: Histogram::new(exponential_buckets(0.000_25, 2.0, 13)),
        }
    }
}

impl Metrics {
    /// Notes one append.
    pub(crate) fn appended(&self, events: usize, took: Duration) {
        self.events.inc_by(events as u64);
        self.append.observe(took.as_secs_f64());
    }

    /// The page for `/metrics`: the driver's figures, the media plane's and the wire's.
    pub fn page(&self, media: &MediaHandle, wire: &CountersSnapshot) -> String {
        let mut registry = Registry::with_prefix("trefoil");
        registry.register("sessions", "People signed in", self.sessions.clone());
        registry.register(
            "conversations",
            "Conversations that have not ended",
            self.conversations.clone(),
        );
        registry.register("events", "Events made durable", self.events.clone());
        registry.register("refusals", "Commands refused", self.refusals.clone());
        registry.register(
            "journal_failures",
            "Times the journal could not be written",
            self.journal_failures.clone(),
        );
        registry.register(
            "journal_append_seconds",
            "Time until a batch was durable",
            self.append.clone(),
        );
        sound(&mut registry, media);
        words(&mut registry, wire);
        let mut page = String::new();
        if encode(&mut page, &registry).is_err() {
            page.clear();
            let _written = writeln!(page, "# the metrics could not be written");
        }
        page
    }
}

fn gauge(value: u64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    gauge
}

fn counter(value: u64) -> Counter {
    let counter = Counter::default();
    counter.inc_by(value);
    counter
}

/// The wire's figures, as they are at this moment.
fn words(registry: &mut Registry, wire: &CountersSnapshot) {
    let CountersSnapshot {
        sockets_open,
        sockets_refused,
        sessions_open,
        sessions_opened,
        messages_in,
        messages_out,
        bytes_out,
        errors_out,
        slow_readers,
    } = *wire;
    registry.register("wire_sockets", "Sockets at the moment", gauge(sockets_open));
    registry.register("wire_sessions", "Sockets that said hello", gauge(sessions_open));
    let refused = "Sockets refused by origin, version or bound";
    registry.register("wire_sockets_refused", refused, counter(sockets_refused));
    registry.register("wire_hellos", "Sessions that ever said hello", counter(sessions_opened));
    registry.register("wire_messages_in", "Messages received", counter(messages_in));
    registry.register("wire_messages_out", "Messages sent", counter(messages_out));
    registry.register("wire_bytes_out", "Bytes of the messages sent", counter(bytes_out));
    let errors = "Messages refused before call control saw them";
    registry.register("wire_errors_out", errors, counter(errors_out));
    let slow = "Sessions closed for reading too slowly";
    registry.register("wire_slow_readers", slow, counter(slow_readers));
}

/// The media plane's figures, as they are at this moment.
fn sound(registry: &mut Registry, media: &MediaHandle) {
    let counters = media.counters();
    for (name, value) in counters.named() {
        if name.starts_with("legs") && !name.ends_with("_up") && !name.ends_with("_lost") {
            registry.register(name, "Legs at the moment, by what they are sent", gauge(value));
        } else if name == "cpu_us" {
            let seconds = Counter::<f64, std::sync::atomic::AtomicU64>::default();
            seconds.inc_by(value as f64 / 1_000_000.0);
            registry.register("media_cpu_seconds", "CPU time of the media workers", seconds);
        } else {
            registry.register(format!("media_{name}"), "Of the media plane", counter(value));
        }
    }
    let dropped = Family::<Vec<(String, String)>, Counter>::default();
    for (rule, value) in counters.dropped.named() {
        let labels = vec![("rule".to_owned(), rule.to_owned())];
        dropped.get_or_create(&labels).inc_by(value);
    }
    registry.register("gate_dropped", "Datagrams that ended at the gate, by rule", dropped);
}

/// What is logged when nobody says otherwise. The WebRTC stack warns of datagrams that strangers
/// send, as often as they like.
const DEFAULT_FILTER: &str = "info,str0m=error,is=error";

/// Starts logging to standard error: `TREFOIL_LOG` chooses what (`info` by default, as in
/// `TREFOIL_LOG=trefoil=debug,media=debug`); lines for people at a terminal, JSON elsewhere.
pub fn init_logs(terminal: bool) {
    let filter = EnvFilter::try_from_env("TREFOIL_LOG");
    let filter = filter.unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if terminal {
        logs.init();
    } else {
        logs.json().init();
    }
}
