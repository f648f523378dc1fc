//! A server in this process, on ports the system chooses, with its own data.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use loadtest::person::Place;
use media::Counters;
use storage::Journal;
use trefoil::app::{self, Running};
use trefoil::config::{Config, File};

use crate::raw;

/// What tokens are signed with.
pub(crate) const SECRET: &[u8] = b"a secret of the tests, long enough for HS256";

/// A folder that goes with its owner.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn fresh() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind at worst: it lies in the build folder.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// The configuration of every test: everything on loopback, on ports the system chooses.
pub(crate) fn configuration(data: &Path, workers: usize, more: &str) -> String {
    let secret = std::str::from_utf8(SECRET).unwrap();
    let data = data.display();
    format!(
        "http.listen = \"127.0.0.1:0\"\n\
         admin.listen = \"127.0.0.1:0\"\n\
         media = {{ listen = \"127.0.0.1:0\", workers = {workers} }}\n\
         storage.data = \"{data}\"\n\
         auth.secret = \"{secret}\"\n\
         {more}\n"
    )
}

/// A running server and the people's way to it.
pub(crate) struct House {
    pub(crate) place: Place,
    running: Running,
    data: Folder,
}

impl House {
    /// Opens with everything as configured by default.
    pub(crate) async fn opens() -> Self {
        Self::opens_on(1, "").await
    }

    /// Opens with some more lines of configuration.
    pub(crate) async fn opens_with(more: &str) -> Self {
        Self::opens_on(1, more).await
    }

    /// Opens with a number of media workers.
    pub(crate) async fn opens_on(workers: usize, more: &str) -> Self {
        Self::opens_as(workers, more, |_| {}).await
    }

    /// Opens with a journal that has room for so many bytes: fewer than any operator may choose.
    pub(crate) async fn opens_with_journal_of(bytes: u64) -> Self {
        Self::opens_as(1, "", |config| config.journal_max_bytes = Some(bytes)).await
    }

    async fn opens_as(workers: usize, more: &str, change: impl FnOnce(&mut Config)) -> Self {
        Self::opens_in(Folder::fresh(), workers, more, change).await
    }

    async fn opens_in(
        data: Folder,
        workers: usize,
        more: &str,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let file: File = toml::from_str(&configuration(data.path(), workers, more)).unwrap();
        let mut config = Config::from_file(file).unwrap();
        change(&mut config);
        let running = app::start(config).await.unwrap();
        let place = Place::new(running.http, SECRET).unwrap();
        Self { place, running, data }
    }

    /// Where journal and directory are.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// Where its calls are: the first media worker's port.
    pub(crate) fn media(&self) -> SocketAddr {
        self.running.media[0]
    }

    /// How many media workers there are.
    pub(crate) fn media_ports(&self) -> usize {
        self.running.media.len()
    }

    /// What the media plane has counted.
    pub(crate) fn counters(&self) -> Counters {
        self.running.media_counters()
    }

    /// The operator's listener.
    pub(crate) fn admin(&self) -> SocketAddr {
        self.running.admin.expect("the tests have an admin listener")
    }

    /// What the audit of supervision says, the latest first.
    pub(crate) async fn audit(&self) -> Vec<serde_json::Value> {
        let journal = Journal::open(&self.data.path().join("journal.db")).await.unwrap();
        let rows = journal.audit(100, None).await.unwrap();
        journal.close().await;
        rows.into_iter().map(|row| row.changes[0].clone()).collect()
    }

    /// The operator's page.
    pub(crate) async fn metrics(&self) -> String {
        let (status, page) = raw::get(self.admin(), "/metrics").await.unwrap();
        assert_eq!(status, 200);
        page
    }

    /// A gauge or counter of the operator's page.
    pub(crate) async fn metric(&self, name: &str) -> u64 {
        let text = self.metrics().await;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("{name} in\n{text}")).parse().unwrap()
    }

    /// Waits until such a figure is as it should be.
    pub(crate) async fn comes_to(&self, name: &str, value: u64) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.metric(name).await != value {
            assert!(Instant::now() < until, "{name} is not {value}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Closes in order, lets somebody at the data, and opens on it with one worker.
    pub(crate) async fn reopens_after(self, meddles: impl FnOnce(&Path)) -> Self {
        let Self { running, data, .. } = self;
        running.shutdown().await;
        meddles(data.path());
        Self::opens_in(data, 1, "", |_| {}).await
    }

    /// Closes in order.
    pub(crate) async fn closes(self) {
        self.running.shutdown().await;
    }
}
