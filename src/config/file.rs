//! The configuration as it is written: TOML tables with every key optional.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::prompts;

/// A configuration file, before anything in it is checked.
///
/// `config.example.toml` explains every key.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// The public HTTP and WebSocket listener.
    pub http: Http,
    /// The operator's listener: metrics and health.
    pub admin: Admin,
    /// Sound: ports, threads, addresses.
    pub media: Media,
    /// Where conversations are kept.
    pub storage: Storage,
    /// How sign-ins are checked.
    pub auth: Auth,
    /// Teams that take calls, in the order in which pages list them.
    pub team: Vec<Team>,
    /// The operator's own sounds.
    pub prompts: prompts::File,
    /// Times and counts of call control.
    pub timers: Timers,
    /// Chats.
    pub chat: Chat,
    /// What people may send each other in chats.
    pub files: Files,
    /// How much anybody may do.
    pub limits: Limits,
    /// Demo mode.
    pub demo: Demo,
}

/// `[http]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// `ip:port`
    pub listen: Option<String>,
    /// Origins besides the server's own from which pages may connect.
    pub origins: Vec<String>,
    /// Networks of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
}

/// `[admin]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Admin {
    /// `ip:port`, or `"off"`.
    pub listen: Option<String>,
}

/// `[media]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// `ip:port`; worker *i* takes `port + i`.
    pub listen: Option<String>,
    /// Worker threads; 0 means one per core.
    pub workers: Option<usize>,
    /// Addresses told to browsers, when they differ from the one listened on.
    pub advertise: Vec<String>,
}

/// `[storage]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// The folder for the journal and the generated secret.
    pub data: Option<String>,
    /// Megabytes the journal may grow to.
    pub max_mb: Option<u64>,
    /// Days that records are kept; 0 keeps them for ever.
    pub keep_records_days: Option<u32>,
    /// Days that the audit is kept; 0 keeps it for ever.
    pub keep_audit_days: Option<u32>,
}

/// `[auth]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Auth {
    /// The HS256 secret tokens are signed with.
    pub secret: Option<String>,
    /// A file that holds it.
    pub secret_file: Option<String>,
}

/// `[[team]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys say that they name another team")]
pub struct Team {
    /// The id used in tokens and commands.
    pub id: String,
    /// The name people read.
    pub name: String,
    /// What an invitation to it does when nobody can be rung: `reject`, `wait`, `queue` or
    /// `fallback_team`.
    pub when_nobody: Option<String>,
    /// The team invited in its place, with `fallback_team`.
    pub fallback: Option<String>,
    /// Seconds of wrap-up for its agents.
    pub wrap_up_s: Option<f64>,
    /// In which order its agents are rung: `longest_idle`, `round_robin` or `all_at_once`.
    pub ringing: Option<String>,
    /// Whether its agents are rung for who waits (`push`) or fetch the next (`pull`).
    pub delivery: Option<String>,
    /// How many may wait in its queue.
    pub max_waiting: Option<usize>,
    /// Seconds anybody should wait in its queue at most.
    pub max_wait_s: Option<f64>,
    /// What becomes of a caller when either is exceeded: `stay`, `refuse` or `team`.
    pub overflow: Option<String>,
    /// The team that stands in, with `overflow = "team"`.
    pub overflow_team: Option<String>,
    /// When its queue takes callers.
    pub hours: Option<Hours>,
    /// What becomes of a caller outside of them: `refuse`, `queue` or `team`.
    pub closed: Option<String>,
    /// The team that stands in, with `closed = "team"`.
    pub closed_team: Option<String>,
    /// Seconds a call is taken to last before the first was handled.
    pub typical_talk_s: Option<f64>,
    /// What its customers are told.
    pub texts: Option<Texts>,
}

/// `[team.texts]`: what customers of a team are told, where it is not the default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    /// Before a call or chat begins.
    pub greeting: Option<String>,
    /// While waiting; `{position}` and `{estimated_wait}` stand for the numbers.
    pub waiting: Option<String>,
    /// Outside the opening hours; `{opens_at}` stands for the next opening.
    pub closed: Option<String>,
    /// When too many wait already.
    pub full: Option<String>,
}

/// `[team.hours]`: intervals such as `09:00-17:30`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The time zone, such as `Europe/Berlin`.
    pub zone: String,
    /// Mondays.
    #[serde(default)]
    pub mon: Vec<String>,
    /// Tuesdays.
    #[serde(default)]
    pub tue: Vec<String>,
    /// Wednesdays.
    #[serde(default)]
    pub wed: Vec<String>,
    /// Thursdays.
    #[serde(default)]
    pub thu: Vec<String>,
    /// Fridays.
    #[serde(default)]
    pub fri: Vec<String>,
    /// Saturdays.
    #[serde(default)]
    pub sat: Vec<String>,
    /// Sundays.
    #[serde(default)]
    pub sun: Vec<String>,
    /// Dates such as `2026-12-24`, and what holds on them in place of their weekday's.
    #[serde(default)]
    pub except: BTreeMap<String, Vec<String>>,
}

/// `[timers]`: seconds unless the key says otherwise.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "every key says its unit, and it is seconds")]
pub struct Timers {
    /// How long one candidate is rung.
    pub ring_s: Option<f64>,
    /// How long an invitation to a team may ring in all.
    pub team_ring_s: Option<f64>,
    /// How long an accepted offer waits for the target's leg.
    pub media_up_s: Option<f64>,
    /// How long a lost customer's seat is kept.
    pub customer_grace_s: Option<f64>,
    /// How long a lost agent's seat is kept.
    pub agent_grace_s: Option<f64>,
    /// How long a waiting caller whose connection is lost keeps the place.
    pub queue_grace_s: Option<f64>,
    /// How long an agent whose page is gone counts as signed in.
    pub lease_s: Option<f64>,
    /// How long one try of a recall rings, and the pause after it.
    pub recall_ring_s: Option<f64>,
    /// See `recall_ring_s`.
    pub recall_pause_s: Option<f64>,
    /// How long an agent is left in peace after a call, where the team says nothing.
    pub wrap_up_s: Option<f64>,
}

/// `[chat]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Chat {
    /// In how many chats an agent is at a time.
    pub per_agent: Option<usize>,
    /// How long an offer of a chat lasts.
    pub offer_s: Option<f64>,
    /// After how long an answered chat in which nobody writes is over.
    pub idle_s: Option<f64>,
    /// How long a customer may come back to a chat that is over.
    pub reopen_s: Option<f64>,
    /// How long a customer's seat in an answered chat is kept while its page is away.
    pub customer_grace_s: Option<f64>,
    /// How long an agent's seat in a chat is kept while its connection is away.
    pub agent_grace_s: Option<f64>,
}

/// `[files]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// Megabytes of the largest file; 0 takes none.
    pub max_mb: Option<u64>,
    /// Files in one chat.
    pub max_per_chat: Option<usize>,
    /// Megabytes in all files of one chat.
    pub max_mb_per_chat: Option<u64>,
    /// Megabytes of the disk that no file may take.
    pub keep_free_mb: Option<u64>,
    /// Media types that are taken.
    pub types: Option<Vec<String>>,
}

/// `[limits]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// HTTP connections in all.
    pub connections: Option<usize>,
    /// HTTP connections from one source.
    pub connections_per_source: Option<usize>,
    /// Sockets in all.
    pub sockets: Option<usize>,
    /// Sockets from one source.
    pub sockets_per_source: Option<usize>,
    /// Messages of one session.
    pub messages_per_session: Option<Rate>,
    /// Sign-ins with good tokens from one source.
    pub sign_ins_per_source: Option<Rate>,
    /// Sign-ins of one person.
    pub sign_ins_per_person: Option<Rate>,
    /// Sign-ins with bad tokens from one source.
    pub failed_sign_ins_per_source: Option<Rate>,
    /// Legs set up from one source.
    pub legs_per_source: Option<Rate>,
    /// Legs set up by one person.
    pub legs_per_person: Option<Rate>,
    /// Legs in all.
    pub legs: Option<usize>,
    /// Calls begun from one source.
    pub calls_per_source: Option<Rate>,
    /// Calls begun by one person.
    pub calls_per_person: Option<Rate>,
    /// Conversations open in all.
    pub conversations: Option<usize>,
    /// Conversations open that were begun from one source.
    pub conversations_per_source: Option<usize>,
    /// Demo tokens given to one source.
    pub demo_tokens_per_source: Option<Rate>,
    /// Requests for sign-in, administration and records from one source.
    pub admin_per_source: Option<Rate>,
    /// The same by one person.
    pub admin_per_person: Option<Rate>,
}

/// How often something may be done.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// In a minute, over a long time.
    pub per_min: u32,
    /// At once, after a pause.
    pub burst: u32,
}

/// `[demo]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Demo {
    /// Whether the pages may mint tokens for themselves.
    pub enabled: bool,
    /// The agents offered on the desk's sign-in page.
    pub agent: Vec<DemoAgent>,
}

/// `[[demo.agent]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoAgent {
    /// The id, without a prefix.
    pub id: String,
    /// The name people read.
    pub name: String,
    /// The teams whose calls the agent takes.
    #[serde(default)]
    pub teams: Vec<String>,
    /// The teams whose calls the agent may listen to.
    #[serde(default)]
    pub listens: Vec<String>,
    /// The teams whose calls the agent may also speak into, take over and end.
    #[serde(default)]
    pub manages: Vec<String>,
}
