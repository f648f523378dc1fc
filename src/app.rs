//! Builds every part once and ties them together.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use media::{MediaConfig, MediaHandle};
use signaling::auth::Keys;
use signaling::rest::Office;
use signaling::{Admin, AppState, Demo, DemoAgent, Serving, Setup, ToDriver, serve};
use storage::{FileStore, Journal, Options};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::config::{Config, ConfigError, Limits};
use crate::directory::Keeper;
use crate::driver::{self, Driver, Parts};
use crate::sounds::Sounds;
use crate::sweeper::Sweeper;
use crate::telemetry::Metrics;
use crate::{files, secret};

/// Name of the journal in the data folder.
pub(crate) const JOURNAL: &str = "journal.db";
/// Name of the folder with what people send each other, beside it.
const FILES: &str = "files";

/// A server that serves.
#[derive(Debug)]
pub struct Running {
    /// Where pages and WebSocket are.
    pub http: SocketAddr,
    /// Where metrics and health are.
    pub admin: Option<SocketAddr>,
    /// Where the media workers listen.
    pub media: Vec<SocketAddr>,
    /// Whether there is anybody who may administer by now.
    pub has_owner: bool,
    plane: MediaHandle,
    journal: Journal,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Builds everything and starts serving.
///
/// # Errors
/// An address cannot be listened on, the journal cannot be read, a file is missing: the first that
/// stands in the way, with what to do about it.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    files::open_as_many_as_allowed(config.limits.connections + config.limits.wire.sockets);
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("cannot create the data folder {}", config.data.display()))?;
    let keys = Keys::new(&secret::load(&config)?)?;
    let (journal, store, keeper) = open_store(&config).await?;
    let sounds = Sounds::load(&config.prompts).map_err(ConfigError::Problems)?;
    let (plane, reports, channels) = start_media(&config, &sounds)?;
    let metrics = Metrics::default();
    let files = driver::Files { store: store.clone(), limits: config.files.limits.clone() };
    let (stop, stopped) = watch::channel(false);
    let (to_driver, inbox) = mpsc::channel(driver::INBOX);
    let driver = Driver::recover(Parts {
        settings: config.settings.clone(),
        wrap_up: config.wrap_up,
        directory: keeper.follow(),
        limits: config.limits.wire.clone(),
        journal: journal.clone(),
        media: plane.clone(),
        sounds,
        files,
        reports,
        channels,
        inbox,
        metrics: metrics.clone(),
        shutdown: stopped.clone(),
    })
    .await
    .context("cannot recover from the journal")?;

    let looks = to_driver.clone();
    let http = listen("pages", config.http)?;
    let http_address = http.local_addr().context("a listener has an address")?;
    let state = AppState::new(setup(&config, to_driver, keys))
        .with_office(Arc::clone(&keeper) as Arc<dyn Office>);
    let wire = Arc::clone(state.counters());
    let (journal_of_files, figures) = (journal.clone(), metrics.files.clone());
    let sweeper = Sweeper { store, journal: journal_of_files, figures };
    let mut tasks = vec![
        tokio::spawn(driver.run()),
        tokio::spawn(Arc::clone(&keeper).look_out(stopped.clone())),
        tokio::spawn(Arc::clone(&keeper).forget(config.retention, looks, stopped.clone())),
        tokio::spawn(sweeper.run(stopped.clone())),
    ];
    let mut admin_address = None;
    if let Some(address) = config.admin {
        let admin = listen("metrics", address)?;
        admin_address = Some(admin.local_addr().context("a listener has an address")?);
        let shown = administration(metrics, plane.clone(), Arc::clone(&wire), stopped.clone());
        let serving = Serving::new(ADMIN_CONNECTIONS, ADMIN_CONNECTIONS, Arc::clone(&wire));
        tasks.push(tokio::spawn(serve(admin, shown.router(), serving, stopped.clone())));
    }
    let Limits { connections, connections_per_source, .. } = config.limits;
    let public = Serving {
        proxies: config.proxies.clone(),
        ..Serving::new(connections, connections_per_source, wire)
    };
    tasks.push(tokio::spawn(serve(http, signaling::router(state), public, stopped)));
    Ok(Running {
        http: http_address,
        admin: admin_address,
        media: plane.local_addrs(),
        has_owner: keeper.directory().owners().next().is_some(),
        plane,
        journal,
        stop,
        tasks,
    })
}

/// What the public listener needs.
fn setup(config: &Config, driver: mpsc::Sender<ToDriver>, keys: Keys) -> Setup {
    Setup {
        driver,
        keys,
        limits: config.limits.wire.clone(),
        proxies: config.proxies.clone(),
        origins: config.origins.clone(),
        demo: config.demo.enabled.then(|| demo(config)),
        server: concat!("trefoil/", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// What operators and their tools ask: metrics and health.
fn administration(
    metrics: Metrics,
    plane: MediaHandle,
    wire: Arc<signaling::Counters>,
    stopped: watch::Receiver<bool>,
) -> Admin {
    Admin::new(move || metrics.page(&plane, &wire.snapshot()), move || !*stopped.borrow())
}

/// The journal, and the files and the directory beside it.
async fn open_store(config: &Config) -> anyhow::Result<(Journal, FileStore, Arc<Keeper>)> {
    let path = config.data.join(JOURNAL);
    let journal = Journal::open_with(&path, Options { max_bytes: config.journal_max_bytes })
        .await
        .with_context(|| format!("cannot open the journal {}", path.display()))?;
    let folder = config.data.join(FILES);
    let files = FileStore::open(&folder, config.files.bounds)
        .with_context(|| format!("cannot create the folder of files {}", folder.display()))?;
    let keeper = Keeper::open(journal.clone(), &config.teams).await;
    let keeper = keeper.context("cannot read the directory")?.with_files(files.clone());
    Ok((journal, files, Arc::new(keeper)))
}

impl Running {
    /// One line of JSON with the addresses, for scripts.
    pub fn ready_line(&self) -> String {
        serde_json::json!({
            "http": self.http,
            "admin": self.admin,
            "media": self.media,
        })
        .to_string()
    }

    /// What the media plane has counted.
    pub fn media_counters(&self) -> media::Counters {
        self.plane.counters()
    }

    /// Says goodbye to every page, stops serving and closes the journal. Calls stay in it.
    pub async fn shutdown(self) {
        // The receivers are gone only when their tasks have ended already.
        let _told = self.stop.send(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task ended badly");
            }
        }
        self.plane.shutdown();
        self.journal.close().await;
    }
}

fn start_media(config: &Config, sounds: &Sounds) -> anyhow::Result<media::Started> {
    let mut media = MediaConfig::new(config.media);
    media.workers = config.workers;
    media.limits.legs = config.limits.legs;
    media.advertise.clone_from(&config.advertise);
    media.clips = sounds.clips();
    media::start(media).context("cannot start the media plane")
}

/// Who there is to be in demo mode.
fn demo(config: &Config) -> Demo {
    let agents = config.demo.agents.iter();
    Demo {
        // Those of the directory, as it is when a page asks.
        teams: Vec::new(),
        agents: agents
            .map(|agent| DemoAgent {
                id: agent.id.clone(),
                name: agent.name.clone(),
                teams: agent.teams.clone(),
            })
            .collect(),
    }
}

/// What the system may hold of one connection's unread bytes. Left to itself it holds megabytes,
/// and a reader who has stopped reading is noticed only when those are full.
const SEND_BUFFER_BYTES: u32 = 64 * 1024;
/// Connections to the operator's listener: a few scrapers and a few people who look.
const ADMIN_CONNECTIONS: usize = 64;
/// Connections that may wait to be accepted: a whole floor of desks that reconnects at once.
const BACKLOG: u32 = 1024;

fn listen(what: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A restarted server takes its port back although old connections linger.
        socket.set_reuseaddr(true)?;
        socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().with_context(|| {
        format!("cannot listen on {address} for {what}; is another server running there?")
    })
}
