//! A server as a process of its own, which can be killed in the middle of anything.

use std::fs::File;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use loadtest::person::Place;

use crate::house::{Folder, SECRET, configuration};
use crate::raw;

/// How long a start may take, the recovery of the journal included.
const START: Duration = Duration::from_secs(10);

/// A `trefoil serve` on fixed ports and its data.
pub(crate) struct Process {
    pub(crate) place: Place,
    child: Child,
    ports: Ports,
    data: Folder,
    more: String,
}

#[derive(Clone, Copy)]
struct Ports {
    http: SocketAddr,
    admin: SocketAddr,
    media: SocketAddr,
}

impl Ports {
    /// Ports that were free a moment ago: a server that is to be found again after a restart
    /// cannot let the system choose.
    fn free() -> Self {
        let tcp = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (http, admin) = (tcp(), tcp());
        let media = UdpSocket::bind("127.0.0.1:0").unwrap();
        Self {
            http: http.local_addr().unwrap(),
            admin: admin.local_addr().unwrap(),
            media: media.local_addr().unwrap(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Dead already in most tests.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Process {
    /// Starts a server on fresh data and waits until it is ready.
    pub(crate) async fn starts() -> Self {
        Self::starts_with("").await
    }

    /// The same with some more lines of configuration, which hold after a restart as well.
    pub(crate) async fn starts_with(more: &str) -> Self {
        let data = Folder::fresh();
        let ports = Ports::free();
        let child = spawn(ports, &data, more);
        let place = Place::new(ports.http, SECRET).unwrap();
        let process = Self { place, child, ports, data, more: more.to_owned() };
        process.is_ready().await;
        process
    }

    /// Where journal and files are.
    pub(crate) fn data(&self) -> PathBuf {
        self.data.path().join("data")
    }

    /// Kills the process as the system kills: SIGKILL.
    pub(crate) fn dies(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Keeps the process from all its work for a while, as a machine that is overloaded or moved to
    /// another host does.
    pub(crate) async fn stands_still(&self, span: Duration) {
        self.signal("-STOP");
        tokio::time::sleep(span).await;
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Starts again on the same data and ports; returns the moment it was ready.
    pub(crate) async fn starts_again(&mut self) -> Instant {
        self.child = spawn(self.ports, &self.data, &self.more);
        self.is_ready().await;
        Instant::now()
    }

    async fn is_ready(&self) {
        let ready = async {
            let mut patience = tokio::time::interval(Duration::from_millis(10));
            while !matches!(raw::get(self.ports.admin, "/readyz").await, Ok((200, _))) {
                patience.tick().await;
            }
        };
        let log = self.data.path().join("log");
        tokio::time::timeout(START, ready).await.unwrap_or_else(|_| {
            panic!("not ready; log:\n{}", std::fs::read_to_string(log).unwrap_or_default())
        });
    }
}

fn spawn(ports: Ports, data: &Folder, more: &str) -> Child {
    let file = data.path().join("trefoil.toml");
    std::fs::write(&file, configuration(&data.path().join("data"), 1, more)).unwrap();
    let log = File::options().create(true).append(true).open(data.path().join("log")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_trefoil"))
        .arg("serve")
        .args(["--config".as_ref(), file.as_os_str()])
        .args(["--listen", &ports.http.to_string()])
        .args(["--admin", &ports.admin.to_string()])
        .args(["--media", &ports.media.to_string()])
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}
