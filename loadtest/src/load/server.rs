//! The server under load: started for the run, or running already.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};

use super::process;

/// How long a server may take to start, and to stop.
const START_BOUND: Duration = Duration::from_secs(30);
/// How long a page of metrics may take.
const ANSWER_BOUND: Duration = Duration::from_secs(5);
/// Where the operator's page is, seen from the page of everybody: the default ports are neighbours.
const ADMIN_OFFSET: u16 = 1;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The program cannot be started.
    #[error("cannot start {program}; build it with: cargo build --release --package trefoil")]
    NoProgram {
        /// Its path.
        program: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// It ended, or did not get ready.
    #[error("the server did not get ready; the end of its log:\n{log}")]
    NotReady {
        /// What it said.
        log: String,
    },
    /// Nobody listens.
    #[error("no server answers at {http}; start one with `make run`, or leave SERVER empty")]
    Unreachable {
        /// Where.
        http: SocketAddr,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Tokens cannot be signed.
    #[error("cannot read the secret {path}; name it with --secret-file")]
    NoSecret {
        /// Where it was looked for.
        path: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// A folder or a file of one's own cannot be written.
    #[error("cannot write to {path}")]
    NoFolder {
        /// Where.
        path: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
}

/// A server that can be reached.
#[derive(Debug)]
pub struct Server {
    /// Where pages and WebSocket are.
    pub http: SocketAddr,
    /// Where its metrics are, if they can be read.
    pub admin: Option<SocketAddr>,
    /// What tokens are signed with.
    pub secret: Vec<u8>,
    own: Option<Own>,
}

/// A server that was started for the run.
#[derive(Debug)]
struct Own {
    child: Child,
    folder: Folder,
}

/// A folder that goes with its owner.
#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind at worst: it is a temporary one.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[derive(Deserialize)]
struct Ready {
    http: SocketAddr,
    admin: Option<SocketAddr>,
}

impl Server {
    /// A server in this process or anywhere else, about which everything is known.
    pub fn at(http: SocketAddr, admin: Option<SocketAddr>, secret: &[u8]) -> Self {
        Self { http, admin, secret: secret.to_vec(), own: None }
    }

    /// Starts a server on loopback ports of the system's choice, with a fresh journal in the
    /// system's folder for what is temporary.
    ///
    /// # Errors
    ///
    /// When it cannot be started or does not get ready.
    pub async fn starts(program: &Path, workers: usize, more: &str) -> Result<Self, ServerError> {
        Self::starts_in(&std::env::temp_dir(), program, workers, more).await
    }

    /// The same with its journal in another folder, for whoever has to know the disk.
    ///
    /// # Errors
    ///
    /// When it cannot be started or does not get ready.
    pub async fn starts_in(
        folder: &Path,
        program: &Path,
        workers: usize,
        more: &str,
    ) -> Result<Self, ServerError> {
        let path = folder.join(format!("trefoil-load-{}", std::process::id()));
        let failed = |cause| ServerError::NoFolder { path: path.display().to_string(), cause };
        std::fs::create_dir_all(&path).map_err(failed)?;
        let folder = Folder(path.clone());
        let (config, log) = (path.join("trefoil.toml"), path.join("server.log"));
        let text = format!(
            "http.listen = \"127.0.0.1:0\"\nadmin.listen = \"127.0.0.1:0\"\n\
             media = {{ listen = \"127.0.0.1:0\", workers = {workers} }}\n\
             storage.data = \"{}\"\n{more}\n",
            path.join("data").display()
        );
        std::fs::write(&config, text).map_err(failed)?;
        let errors = File::create(&log).map_err(failed)?;
        let child = Command::new(program)
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn();
        let program = program.display().to_string();
        let mut child = child.map_err(|cause| ServerError::NoProgram { program, cause })?;
        let stdout = child.stdout.take().expect("the output is piped");
        let ready = tokio::time::timeout(START_BOUND, ready(stdout)).await.ok().flatten();
        let Some(Ready { http, admin }) = ready else {
            return Err(ServerError::NotReady { log: tail(&log) });
        };
        let secret = read_secret(&path.join("data").join("secret"))?;
        Ok(Self { http, admin, secret, own: Some(Own { child, folder }) })
    }

    /// Goes to a server that runs.
    ///
    /// # Errors
    ///
    /// When nobody listens there, or there is no secret to sign tokens with.
    pub async fn attaches(
        http: SocketAddr,
        admin: Option<SocketAddr>,
        secret: &Path,
    ) -> Result<Self, ServerError> {
        let there = TcpStream::connect(http).await;
        drop(there.map_err(|cause| ServerError::Unreachable { http, cause })?);
        let secret = read_secret(secret)?;
        let neighbour = SocketAddr::new(http.ip(), http.port().wrapping_add(ADMIN_OFFSET));
        let mut server = Self { http, admin: admin.or(Some(neighbour)), secret, own: None };
        if server.metrics().await.is_none() {
            server.admin = None;
        }
        Ok(server)
    }

    /// All figures of the operator's page; of those with labels the sum.
    pub async fn metrics(&self) -> Option<Metrics> {
        let page = tokio::time::timeout(ANSWER_BOUND, get(self.admin?, "/metrics")).await.ok()?;
        Some(Metrics::parse(&page.ok()?))
    }

    /// The process's CPU time so far: from its own page, exactly, else from the system in ticks.
    pub fn cpu(&self, metrics: Option<&Metrics>) -> Option<Duration> {
        let told = metrics.and_then(|metrics| metrics.get("process_cpu_seconds_total"));
        told.map(Duration::from_secs_f64).or_else(|| process::cpu_of(self.pid()?))
    }

    /// The process's memory in kB.
    pub fn memory_kb(&self, metrics: Option<&Metrics>) -> Option<u64> {
        let told = metrics.and_then(|metrics| metrics.get("process_resident_memory_bytes"));
        told.map(|bytes| bytes as u64 / 1024).or_else(|| process::memory_kb(self.pid()?, false))
    }

    /// The most memory it has ever had, in kB.
    pub(crate) fn peak_kb(&self) -> Option<u64> {
        process::memory_kb(self.pid()?, true)
    }

    fn pid(&self) -> Option<u32> {
        self.own.as_ref()?.child.id()
    }

    /// Stops it, if it was started for the run.
    pub async fn stops(mut self) {
        let Some(Own { mut child, folder }) = self.own.take() else { return };
        let pid = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        if let Some(pid) = pid {
            // When it is gone already there is nobody to ask.
            let _asked = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        if tokio::time::timeout(START_BOUND, child.wait()).await.is_err() {
            drop(child.kill().await);
        }
        drop(folder);
    }
}

fn read_secret(path: &Path) -> Result<Vec<u8>, ServerError> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| ServerError::NoSecret { path: path.display().to_string(), cause })?;
    Ok(text.trim().as_bytes().to_vec())
}

/// Reads until the server says where it is, and goes on reading so that it can go on speaking.
async fn ready(stdout: ChildStdout) -> Option<Ready> {
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(json) = line.strip_prefix("ready ") {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return serde_json::from_str(json).ok();
        }
    }
    None
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

async fn get(at: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(at).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    if head.split(' ').nth(1) != Some("200") {
        return Err(std::io::ErrorKind::NotFound.into());
    }
    Ok(body.to_owned())
}

/// The operator's page at one moment.
#[derive(Clone, Debug, Default)]
pub struct Metrics(BTreeMap<String, f64>);

impl Metrics {
    /// Reads the Prometheus text format.
    fn parse(page: &str) -> Self {
        let mut sums = BTreeMap::new();
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, value)) = line.rsplit_once(' ') else { continue };
            let name = name.split('{').next().unwrap_or(name);
            if let Ok(value) = value.parse::<f64>() {
                *sums.entry(name.to_owned()).or_insert(0.0) += value;
            }
        }
        Self(sums)
    }

    /// A figure by its full name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    /// How much a count has grown since an earlier page.
    pub(crate) fn since(&self, earlier: &Self, name: &str) -> Option<u64> {
        Some((self.get(name)? - earlier.get(name).unwrap_or(0.0)).max(0.0) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_metrics_is_read_by_names_and_labels_are_summed() {
        let page = "# HELP x y\n# TYPE trefoil_legs gauge\ntrefoil_legs 6\n\
                    dropped_total{rule=\"a b\"} 2\ndropped_total{rule=\"c\"} 3\n\
                    process_cpu_seconds_total 1.25\n# EOF\n";
        let metrics = Metrics::parse(page);
        assert_eq!(metrics.get("trefoil_legs"), Some(6.0));
        assert_eq!(metrics.get("dropped_total"), Some(5.0));
        assert_eq!(metrics.get("process_cpu_seconds_total"), Some(1.25));
        assert_eq!(metrics.get("nothing"), None);
        let later = Metrics::parse("dropped_total 12\n");
        assert_eq!(later.since(&metrics, "dropped_total"), Some(7));
    }

    #[tokio::test]
    async fn where_nobody_listens_the_error_says_what_to_do() {
        let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let http = nobody.local_addr().unwrap();
        drop(nobody);
        let error = Server::attaches(http, None, Path::new("data/secret")).await.unwrap_err();
        assert!(error.to_string().contains("make run"), "{error}");
    }
}
