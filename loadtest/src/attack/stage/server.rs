//! A server as a process of its own, and what can be seen of it from outside.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::AttackError;
use super::calls::CHATS_TEAM;

/// What tokens are signed with.
pub const SECRET: &[u8] = b"a secret of the attacker's own server";
/// How long a start may take.
const START: Duration = Duration::from_secs(20);
/// Ticks per second of the times in `/proc`: `USER_HZ`, which is 100 on every Linux.
const TICKS_PER_S: f64 = 100.0;

/// Victims that are called on a stage, each by a team of its own.
const VICTIMS: usize = 100;

/// The teams that calls, chats and victims need, as lines of configuration.
pub fn teams(calls: usize) -> String {
    let lines = (0..calls).map(|call| format!("line-{call}"));
    let victims = (0..VICTIMS).map(|victim| format!("victim-{victim}"));
    let mut text = String::new();
    for team in lines.chain(victims).chain([CHATS_TEAM.to_owned()]) {
        writeln!(text, "[[team]]\nid = \"{team}\"\nname = \"{team}\"")
            .expect("a string takes any text");
    }
    text
}

/// Where a server says it can be reached.
#[derive(Clone, Debug, Deserialize)]
pub struct Addresses {
    /// Pages and WebSocket.
    pub http: SocketAddr,
    /// The operator's page.
    pub admin: SocketAddr,
    /// One media port for each worker.
    pub media: Vec<SocketAddr>,
}

/// A running server; killed with its owner.
#[derive(Debug)]
pub struct Server {
    child: Child,
    folder: PathBuf,
    /// Where it can be reached.
    pub addresses: Addresses,
}

/// What the system knows of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vitals {
    /// Resident memory in bytes.
    pub memory_bytes: u64,
    /// CPU time so far.
    pub cpu: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Dead already if the attack was a success.
        drop(self.child.kill());
        drop(self.child.wait());
        // The log stays; what else is left lies in the system's folder for such things.
        drop(std::fs::remove_dir_all(self.folder.join("data")));
    }
}

impl Server {
    /// Starts a server on loopback, on ports the system chooses, with fresh data.
    ///
    /// # Errors
    ///
    /// When it does not get ready.
    pub async fn starts(binary: &Path, calls: usize) -> Result<Self, AttackError> {
        let folder = std::env::temp_dir().join(format!("trefoil-attack-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("trefoil.toml");
        std::fs::write(&file, configuration(&folder.join("data"), calls))?;
        let log = std::fs::File::create(folder.join("log"))?;
        let mut child = Command::new(binary)
            .args(["serve".as_ref(), "--config".as_ref(), file.as_os_str()])
            // Why a leg ended is said at this level.
            .env("TREFOIL_LOG", "info,media=debug")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let output = child.stdout.take().expect("the output is piped");
        let ready = tokio::task::spawn_blocking(move || ready(output));
        // Built at once, so that a server that does not get ready is killed as well.
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let addresses = Addresses { http: nowhere, admin: nowhere, media: Vec::new() };
        let mut server = Self { child, folder, addresses };
        let addresses = tokio::time::timeout(START, ready).await;
        let addresses = addresses.map_err(|_| AttackError::InVain("a server that is ready"))?;
        server.addresses = addresses.map_err(AttackError::stack)??;
        Ok(server)
    }

    /// Whether the process lives.
    pub fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How far its log has grown, in bytes.
    pub fn log_length(&self) -> u64 {
        std::fs::metadata(self.log()).map_or(0, |log| log.len())
    }

    /// Why legs were lost since the log had a length, in order.
    pub fn losses_logged_since(&self, length: u64) -> Vec<String> {
        let log = std::fs::read(self.log()).unwrap_or_default();
        let fresh = log.get(length as usize..).unwrap_or_default();
        let text = String::from_utf8_lossy(fresh);
        let reason = |line: &str| {
            let event: Value = serde_json::from_str(line).ok()?;
            let fields = &event["fields"];
            let lost = fields["message"] == "leg lost";
            lost.then(|| fields["reason"].as_str().unwrap_or("without a reason").to_owned())
        };
        text.lines().filter_map(reason).collect()
    }

    /// Where its log is.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}

/// Reads what a server says until it says where it is.
fn ready(output: ChildStdout) -> Result<Addresses, AttackError> {
    for line in std::io::BufReader::new(output).lines() {
        if let Some(addresses) = line?.strip_prefix("ready ") {
            return serde_json::from_str(addresses).map_err(AttackError::stack);
        }
    }
    Err(AttackError::InVain("a server that does not end at once"))
}

fn configuration(data: &Path, calls: usize) -> String {
    let data = data.display();
    let secret = String::from_utf8_lossy(SECRET);
    format!(
        "http.listen = \"127.0.0.1:0\"\n\
         admin.listen = \"127.0.0.1:0\"\n\
         media = {{ listen = \"127.0.0.1:0\" }}\n\
         storage.data = \"{data}\"\n\
         auth.secret = \"{secret}\"\n\
         {}",
        teams(calls)
    )
}

/// Looks at a process.
pub fn vitals(pid: u32) -> Option<Vitals> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold spaces; the fields after it are counted from 3.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = [14, 15].iter().filter_map(|field| fields.get(field - 3)?.parse::<f64>().ok());
    let cpu = Duration::from_secs_f64(ticks.sum::<f64>() / TICKS_PER_S);
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(Vitals { memory_bytes: kilobytes * 1024, cpu })
}

/// Every figure of the operator's page, by its name with labels.
///
/// # Errors
///
/// When the page does not answer within a few seconds.
pub async fn metrics(admin: SocketAddr) -> Result<BTreeMap<String, f64>, AttackError> {
    let page = async {
        let mut socket = tokio::net::TcpStream::connect(admin).await?;
        let request =
            format!("GET /metrics HTTP/1.1\r\nhost: {admin}\r\nconnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await?;
        let mut response = String::new();
        socket.read_to_string(&mut response).await?;
        Ok::<_, std::io::Error>(response)
    };
    let page = tokio::time::timeout(Duration::from_secs(5), page).await;
    let page = page.map_err(|_| AttackError::InVain("the operator's page"))??;
    let figure = |line: &str| {
        let (name, value) = line.rsplit_once(' ')?;
        Some((name.to_owned(), value.trim().parse().ok()?))
    };
    Ok(page.lines().filter(|line| line.starts_with("trefoil_")).filter_map(figure).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_vitals() {
        assert!(vitals(std::process::id()).unwrap().memory_bytes > 500_000);
        // The largest process id Linux can give is 2^22.
        assert!(vitals(1 << 23).is_none());
    }
}
