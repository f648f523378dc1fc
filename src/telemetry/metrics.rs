use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use call_core::conversation::EndReason;
use call_core::{Event, MessageAudience, Recorded};
use media::MediaHandle;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use signaling::CountersSnapshot;
use signaling::chat::{ChatCounters, ChatCountersSnapshot};
use signaling::protocol::{Limit, WireError};

use super::files::FileFigures;
use super::registry::{Counters, counters};
use super::{process, sound, words, written};

/// The driver's own figures; cheap to clone, shared with the metrics page.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// People signed in.
    pub sessions: Gauge,
    /// Conversations that have not ended.
    pub conversations: Gauge,
    /// Times the journal could not be written.
    pub journal_failures: Counter,
    /// Files.
    pub files: FileFigures,
    /// What the chat channels count themselves.
    pub chat: Arc<ChatCounters>,
    written: Counters,
    started: Counter,
    ended: Counters,
    events: Counter,
    refusals: Counters,
    limits_hit: Counters,
    append: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        let ended = Counters::default();
        for reason in [EndReason::CustomerLeft, EndReason::Completed] {
            // A rate can be drawn only from a counter that was there before it first rose.
            drop(ended.get_or_create(&[("reason", name(reason))]));
        }
        let written = Counters::default();
        for audience in [MessageAudience::Everyone, MessageAudience::Agents] {
            drop(written.get_or_create(&[("audience", readers(audience))]));
        }
        Self {
            sessions: Gauge::default(),
            conversations: Gauge::default(),
            journal_failures: Counter::default(),
            files: FileFigures::default(),
            chat: Arc::default(),
            written,
            started: Counter::default(),
            ended,
            events: Counter::default(),
            refusals: Counters::default(),
            limits_hit: Counters::default(),
            // From a quarter of a millisecond, an idle disk with a cache, to a second.
            append: Histogram::new(exponential_buckets(0.000_25, 2.0, 13)),
        }
    }
}

impl Metrics {
    /// Notes one append: what it made durable and how long that took.
    pub(crate) fn appended(&self, records: &[Recorded], took: Duration) {
        self.append.observe(took.as_secs_f64());
        self.events.inc_by(records.len() as u64);
        for recorded in records {
            if let Event::ConversationStarted { .. } | Event::InternalCallStarted { .. } =
                &recorded.event
            {
                self.started.inc();
            }
            if let Event::MessageSent { message, .. } = &recorded.event {
                let audience = readers(message.audience);
                self.written.get_or_create(&[("audience", audience)]).inc();
            }
            if let Event::ConversationEnded { reason, .. } = &recorded.event {
                self.ended.get_or_create(&[("reason", name(*reason))]).inc();
            }
        }
    }

    /// Notes that a request was refused. Codes and limits are those of `docs/protocol.md`: fixed
    /// sets.
    pub(crate) fn refused(&self, error: &WireError) {
        self.refusals.get_or_create(&[("code", error.code())]).inc();
        if let Some(limit) = error.limit() {
            self.limits_hit.get_or_create(&[("limit", limit.name())]).inc();
        }
    }

    /// The page for `/metrics`: the process's figures, the driver's, the media plane's and the
    /// wire's.
    pub fn page(&self, media: &MediaHandle, wire: &CountersSnapshot) -> String {
        let mut page = Registry::default();
        process::register(&mut page);
        let ours = page.sub_registry_with_prefix("trefoil");
        self.register(ours);
        self.files.register(ours);
        sound::register(ours, media);
        words::register(ours, wire);
        let chat = self.chat.snapshot();
        written::register(ours, &chat);
        let hit = Limit::ALL.iter().map(|limit| (limit.name(), self.hit(*limit, wire, &chat)));
        let limits = "Times a limit was in somebody's way, by limit";
        ours.register("limits_hit", limits, counters("limit", hit));
        let mut text = String::new();
        if encode(&mut text, &page).is_err() {
            text.clear();
            let _written = writeln!(text, "# the metrics could not be written");
        }
        text
    }

    /// Times a limit was in the way, on the wire, on a chat channel or behind them.
    fn hit(&self, limit: Limit, wire: &CountersSnapshot, chat: &ChatCountersSnapshot) -> u64 {
        let name = limit.name();
        let here = self.limits_hit.get(&[("limit", name)]).map_or(0, |counter| counter.get());
        let there = [&wire.limits_hit, &chat.limits_hit].map(|hits| hits.get(name));
        here + there.into_iter().flatten().sum::<u64>()
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("sessions", "People signed in", self.sessions.clone());
        let open = "Conversations that have not ended";
        registry.register("conversations", open, self.conversations.clone());
        let started = "Conversations begun since the server started";
        registry.register("conversations_started", started, self.started.clone());
        let ended = "Conversations ended since the server started, by reason";
        registry.register("conversations_ended", ended, self.ended.clone());
        registry.register("events", "Events made durable", self.events.clone());
        let refused = "Requests refused by call control, the sound or the store, by code";
        registry.register("refusals", refused, self.refusals.clone());
        let written = "Messages of chats made durable, by audience";
        registry.register("chat_messages", written, self.written.clone());
        let failures = "Times the journal could not be written";
        registry.register("journal_failures", failures, self.journal_failures.clone());
        let append = "Time until a batch of events was durable";
        registry.register_with_unit("journal_append", append, Unit::Seconds, self.append.clone());
    }
}

/// The audience as it is written everywhere else.
const fn readers(audience: MessageAudience) -> &'static str {
    match audience {
        MessageAudience::Everyone => "everyone",
        MessageAudience::Agents => "agents",
    }
}

/// The reason as it is written everywhere else.
const fn name(reason: EndReason) -> &'static str {
    match reason {
        EndReason::CustomerLeft => "customer_left",
        EndReason::Completed => "completed",
        EndReason::NotAnswered => "not_answered",
        EndReason::AgentLost => "agent_lost",
        EndReason::EndedForAll => "ended_for_all",
        EndReason::Idle => "idle",
    }
}
