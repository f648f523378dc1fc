//! The configuration as it is meant: addresses, spans, settings, each checked.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use call_core::{AgentId, Rights, Settings, TeamId, TeamSettings};
use directory::Team;
use signaling::TrustedProxies;
use storage::Retention;

use super::check::{Check, Problem};
use super::file::{self, File};
use super::files::{Files, files};
use super::limits::{Limits, limits};
use super::prompts::{Prompts, prompts};
use super::team::{rights, teams};
use crate::cli::ServeArgs;

/// Everything the process needs to know to serve.
#[derive(Debug, Clone)]
pub struct Config {
    /// Pages and WebSocket.
    pub http: SocketAddr,
    /// Origins besides the server's own.
    pub origins: Vec<String>,
    /// The proxies whose word about addresses is taken.
    pub proxies: TrustedProxies,
    /// Metrics and health; `None` is off.
    pub admin: Option<SocketAddr>,
    /// UDP of the first media worker.
    pub media: SocketAddr,
    /// Media workers; 0 is one per core.
    pub workers: usize,
    /// Addresses told to browsers; empty is the one listened on.
    pub advertise: Vec<IpAddr>,
    /// The operator's own sounds.
    pub prompts: Prompts,
    /// The folder of journal and secret.
    pub data: PathBuf,
    /// Bytes the journal may grow to; `None` leaves the bound to the disk.
    pub journal_max_bytes: Option<u64>,
    /// How long what is over is kept.
    pub retention: Retention,
    /// Where the secret of tokens comes from.
    pub auth: AuthConfig,
    /// Call control; its teams are the directory's.
    pub settings: Settings,
    /// The teams of a directory that has none yet.
    pub teams: Vec<Team>,
    /// The wrap-up of teams that say nothing.
    pub wrap_up: Duration,
    /// What people may send each other in chats.
    pub files: Files,
    /// How much anybody may do.
    pub limits: Limits,
    /// Demo mode.
    pub demo: DemoConfig,
}

/// Where the secret of tokens comes from.
#[derive(Clone)]
pub enum AuthConfig {
    /// Written in the configuration.
    Secret(Vec<u8>),
    /// In a file of its own.
    SecretFile(PathBuf),
    /// Generated at first start, in the data folder.
    Generated,
}

impl fmt::Debug for AuthConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(_) => f.write_str("set"),
            Self::SecretFile(path) => write!(f, "in {}", path.display()),
            Self::Generated => f.write_str("generated"),
        }
    }
}

/// Demo mode.
#[derive(Debug, Clone, Default)]
pub struct DemoConfig {
    /// Whether the pages may mint tokens for themselves.
    pub enabled: bool,
    /// The agents offered at sign-in.
    pub agents: Vec<DemoAgent>,
}

/// An agent offered at sign-in in demo mode.
#[derive(Debug, Clone)]
pub struct DemoAgent {
    /// The id.
    pub id: AgentId,
    /// The name people read.
    pub name: String,
    /// What it may do for which team.
    pub teams: BTreeMap<TeamId, Rights>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML, or has a key that does not exist.
    #[error("{path} is not a configuration:\n{text}")]
    NotToml {
        /// The file.
        path: PathBuf,
        /// The parser's words, with the place.
        text: String,
    },
    /// Values that cannot be meant.
    #[error("{}", list(.0))]
    Problems(Vec<Problem>),
}

fn list(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| format!("{}: {}", problem.key, problem.text));
    lines.collect::<Vec<_>>().join("\n")
}

impl Config {
    /// Reads the file the arguments name, if any, and lets the arguments win over it.
    ///
    /// # Errors
    /// The file cannot be read or says something that cannot be meant; all of it is listed.
    pub fn load(args: &ServeArgs) -> Result<Self, ConfigError> {
        let file = match &args.config {
            Some(path) => read(path)?,
            None => File::default(),
        };
        let mut config = Self::from_file(file).map_err(ConfigError::Problems)?;
        config.http = args.listen.unwrap_or(config.http);
        config.media = args.media.unwrap_or(config.media);
        config.admin = args.admin.or(config.admin);
        config.workers = args.workers.unwrap_or(config.workers);
        if let Some(data) = &args.data {
            config.data.clone_from(data);
        }
        config.demo.enabled |= args.demo;
        Ok(config)
    }

    /// What a file means.
    ///
    /// # Errors
    /// Every problem found, not only the first.
    pub fn from_file(file: File) -> Result<Self, Vec<Problem>> {
        let mut check = Check::default();
        let settings = settings(&mut check, &file);
        let teams = teams(&mut check, &file);
        let mut wrap_up = TeamSettings::named("").wrap_up;
        check.span("timers.wrap_up_s", file.timers.wrap_up_s, &mut wrap_up);
        let config = Self {
            http: check.address("http.listen", file.http.listen.as_deref(), "127.0.0.1:8080"),
            origins: file.http.origins,
            proxies: check.proxies("http.trusted_proxies", &file.http.trusted_proxies),
            admin: match file.admin.listen.as_deref() {
                Some("off") => None,
                written => Some(check.address("admin.listen", written, "127.0.0.1:8081")),
            },
            media: check.address("media.listen", file.media.listen.as_deref(), "127.0.0.1:7000"),
            workers: file.media.workers.unwrap_or(0),
            advertise: check.addresses("media.advertise", &file.media.advertise),
            prompts: prompts(&mut check, &file.prompts),
            data: file.storage.data.map_or_else(|| PathBuf::from("data"), PathBuf::from),
            journal_max_bytes: journal_bound(&mut check, file.storage.max_mb),
            retention: Retention {
                records: kept(file.storage.keep_records_days),
                audit: kept(file.storage.keep_audit_days),
            },
            auth: auth(&mut check, file.auth),
            files: files(&mut check, &file.files),
            limits: limits(&mut check, &file.limits),
            demo: DemoConfig {
                enabled: file.demo.enabled,
                agents: demo_agents(&mut check, file.demo.agent, &teams),
            },
            settings,
            teams,
            wrap_up,
        };
        if config.media.ip().is_unspecified() && config.advertise.is_empty() {
            check.wrong("media.listen", "listens on every address: say which in media.advertise");
        }
        check.finish(config)
    }
}

fn read(path: &Path) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text)
        .map_err(|error| ConfigError::NotToml { path: path.to_owned(), text: error.to_string() })
}

/// A journal smaller than this is full before the first call is over.
const SMALLEST_JOURNAL_MB: u64 = 16;

fn journal_bound(check: &mut Check, max_mb: Option<u64>) -> Option<u64> {
    let max_mb = max_mb?;
    if max_mb < SMALLEST_JOURNAL_MB {
        check.wrong("storage.max_mb", format!("is less than {SMALLEST_JOURNAL_MB}"));
    }
    Some(max_mb.saturating_mul(1024 * 1024))
}

/// Records and audit are kept for two years unless said otherwise: long enough to compare a year
/// with the one before it.
const KEPT_DAYS: u32 = 730;

fn kept(days: Option<u32>) -> Option<Duration> {
    let days = days.unwrap_or(KEPT_DAYS);
    (days > 0).then(|| Duration::from_hours(24 * u64::from(days)))
}

fn auth(check: &mut Check, written: file::Auth) -> AuthConfig {
    match (written.secret, written.secret_file) {
        (Some(_), Some(_)) => {
            check.wrong("auth", "secret and secret_file exclude each other");
            AuthConfig::Generated
        }
        (Some(secret), None) => {
            if secret.len() < 32 {
                check.wrong("auth.secret", "is shorter than 32 bytes");
            }
            AuthConfig::Secret(secret.into_bytes())
        }
        (None, Some(path)) => AuthConfig::SecretFile(PathBuf::from(path)),
        (None, None) => AuthConfig::Generated,
    }
}

fn settings(check: &mut Check, file: &File) -> Settings {
    let mut settings = Settings::default();
    let timers = &file.timers;
    let into = &mut settings.timers;
    check.span("timers.ring_s", timers.ring_s, &mut into.ring);
    check.span("timers.team_ring_s", timers.team_ring_s, &mut into.team_offer);
    check.span("timers.media_up_s", timers.media_up_s, &mut into.join);
    check.span("timers.customer_grace_s", timers.customer_grace_s, &mut into.customer_grace);
    check.span("timers.agent_grace_s", timers.agent_grace_s, &mut into.seat_grace);
    check.span("timers.queue_grace_s", timers.queue_grace_s, &mut into.queue_grace);
    check.span("timers.lease_s", timers.lease_s, &mut into.lease);
    check.span("timers.recall_ring_s", timers.recall_ring_s, &mut into.recall_ring);
    check.span("timers.recall_pause_s", timers.recall_pause_s, &mut into.recall_pause);
    let chat = &file.chat;
    check.span("chat.offer_s", chat.offer_s, &mut into.chat_offer);
    check.span("chat.idle_s", chat.idle_s, &mut into.chat_idle);
    check.span("chat.reopen_s", chat.reopen_s, &mut into.chat_reopen);
    check.span("chat.customer_grace_s", chat.customer_grace_s, &mut into.chat_customer_grace);
    check.span("chat.agent_grace_s", chat.agent_grace_s, &mut into.chat_seat_grace);
    settings.chats = chat.per_agent.unwrap_or(settings.chats);
    if let Err(problems) = settings.check() {
        for problem in problems {
            check.wrong("settings", problem.to_string());
        }
    }
    settings
}

fn demo_agents(check: &mut Check, written: Vec<file::DemoAgent>, teams: &[Team]) -> Vec<DemoAgent> {
    let written = if written.is_empty() { default_agents(teams) } else { written };
    let mut agents = Vec::new();
    for agent in written {
        let key = format!("demo.agent `{}`", agent.id);
        let Ok(id) = agent.id.parse() else {
            check.wrong(key, "is not an id: 1 to 64 of A-Z a-z 0-9 . _ -");
            continue;
        };
        let [answers, listens, manages] = [&agent.teams, &agent.listens, &agent.manages]
            .map(|written| known_teams(check, &key, written, teams));
        agents.push(DemoAgent { id, name: agent.name, teams: rights(answers, listens, manages) });
    }
    agents
}

fn known_teams(check: &mut Check, key: &str, written: &[String], teams: &[Team]) -> Vec<TeamId> {
    let mut known = Vec::new();
    for id in written {
        match teams.iter().find(|team| team.id.as_str() == id) {
            Some(team) => known.push(team.id.clone()),
            None => check.wrong(key, format!("there is no team `{id}`")),
        }
    }
    known
}

/// Three people who take calls, and one who supervises them, for whatever teams there are.
fn default_agents(teams: &[Team]) -> Vec<file::DemoAgent> {
    let mut teams: Vec<String> = teams.iter().map(|team| team.id.to_string()).collect();
    teams.sort_unstable();
    let at = |place: usize| teams.get(place % teams.len().max(1)).cloned();
    let own = ["support", "billing", "sales"].iter().all(|id| teams.iter().any(|t| t == id));
    let agent = |id: &str, name: &str, teams: Vec<String>| file::DemoAgent {
        id: id.to_owned(),
        name: name.to_owned(),
        teams,
        listens: Vec::new(),
        manages: Vec::new(),
    };
    let eve = file::DemoAgent { manages: teams.clone(), ..agent("eve", "Eve Evans", Vec::new()) };
    if own {
        let team = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        return vec![
            agent("bob", "Bob Baker", team(&["support"])),
            agent("carol", "Carol Chen", team(&["billing", "support"])),
            agent("dave", "Dave Diaz", team(&["sales", "billing"])),
            eve,
        ];
    }
    let people = [("bob", "Bob Baker"), ("carol", "Carol Chen"), ("dave", "Dave Diaz")];
    let people = people.into_iter().enumerate();
    let people = people.map(|(place, (id, name))| agent(id, name, at(place).into_iter().collect()));
    people.chain([eve]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_says_the_defaults() {
        let example = include_str!("../../config.example.toml");
        let written = Config::from_file(toml::from_str(example).unwrap()).unwrap();
        let default = Config::from_file(File::default()).unwrap();
        assert_eq!(format!("{written:?}"), format!("{default:?}"));
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let text = r#"
            http.listen = "nowhere"
            http.trusted_proxies = ["10.0.0.0/8", "everywhere"]
            limits.legs = 0
            limits.calls_per_person = { burst = 0, per_min = 1 }
            media = { listen = "0.0.0.0:7000" }
            timers.ring_s = -1
            auth = { secret = "short" }
            [[team]]
            id = "a b"
            name = "A"
            [[team]]
            id = "b"
            name = "B"
            when_nobody = "shrug"
        "#;
        let problems = Config::from_file(toml::from_str(text).unwrap()).unwrap_err();
        let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
        for key in [
            "http.listen",
            "http.trusted_proxies",
            "limits.legs",
            "limits.calls_per_person",
            "media.listen",
            "timers.ring_s",
            "auth.secret",
            "team `a b`",
            "team `b`",
        ] {
            assert!(keys.contains(&key), "{key} in {problems:?}");
        }
    }

    #[test]
    fn a_key_that_does_not_exist_is_refused() {
        assert!(toml::from_str::<File>("[http]\nlisen = \"127.0.0.1:1\"").is_err());
    }

    #[test]
    fn a_secret_is_never_printed() {
        let secret = "0123456789abcdef0123456789abcdef";
        let text = format!("auth.secret = \"{secret}\"");
        let config = Config::from_file(toml::from_str(&text).unwrap()).unwrap();
        assert!(!format!("{config:?}").contains(secret));
    }
}
