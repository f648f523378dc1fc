//! The network side of a hand-driven leg: its socket, its handshake, its keys.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rtc::dtls::endpoint::Endpoint;
use rtc::shared::TransportProtocol;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::identity::Identity;
use super::inner::{Copies, Inner, Line, State, live, lock, read};
use crate::attack::AttackError;
use crate::attack::craft::rtp::Rtp;
use crate::attack::craft::sdp::{self, Credentials};
use crate::attack::craft::stun;
use crate::attack::dice::Dice;

/// A leg's network side. Ends with its owner, without a word.
#[derive(Debug)]
pub struct Wire {
    inner: Arc<Inner>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        for task in lock(&self.tasks).drain(..) {
            task.abort();
        }
    }
}

impl Wire {
    /// Opens a socket. Nothing is sent before the server is known.
    pub(crate) async fn open(identity: Identity) -> Result<Self, AttackError> {
        let line = Line::open().await?;
        let port = line.socket.local_addr()?.port();
        let mine = Credentials {
            fragment: format!("mal{port:05}"),
            password: "a+password+that+nobody+asks+for".to_owned(),
        };
        let state = State {
            identity,
            mine,
            server: None,
            endpoint: None,
            srtp: None,
            closed: false,
            inbox: VecDeque::new(),
            copies: Copies::None,
            flushed: 0,
            dice: Dice::seeded(port.into()),
            beat: 0,
            ssrc: 0x4d41_0000 | u32::from(port),
        };
        let inner = Arc::new(Inner {
            state: Mutex::new(state),
            line: Mutex::new(Arc::clone(&line)),
            news: Notify::new(),
            talking: AtomicBool::new(true),
            checking: AtomicBool::new(true),
        });
        let tasks = vec![
            tokio::spawn(read(Arc::clone(&inner), line)),
            tokio::spawn(live(Arc::clone(&inner))),
        ];
        Ok(Self { inner, tasks: Mutex::new(tasks) })
    }

    /// The offer of this leg.
    pub(crate) fn offer(&self) -> String {
        let state = self.state();
        sdp::offer(&state.mine, state.identity.fingerprint(), state.ssrc)
    }

    /// Learns from the answer where the server is.
    pub(crate) fn takes(&self, answer: &str) -> Result<(), AttackError> {
        let known = sdp::candidate(answer).zip(Credentials::of(answer));
        self.state().server = Some(known.ok_or(AttackError::InVain("an answer with a candidate"))?);
        Ok(())
    }

    /// The server's address and the credentials of this leg there.
    ///
    /// # Errors
    ///
    /// Before the offer is answered.
    pub fn server(&self) -> Result<(SocketAddr, Credentials), AttackError> {
        self.state().server.clone().ok_or(AttackError::InVain("an answered offer"))
    }

    /// A fresh check of this leg.
    ///
    /// # Errors
    ///
    /// Before the offer is answered.
    pub fn check(&self, nominates: bool) -> Result<Vec<u8>, AttackError> {
        let (_, credentials) = self.server()?;
        let mine = self.state().mine.fragment.clone();
        Ok(stun::check(&credentials, &mine, nominates))
    }

    /// The socket in use.
    pub fn line(&self) -> Arc<Line> {
        Arc::clone(&lock(&self.inner.line))
    }

    /// Goes on from another socket, as after a change of networks; the old one is kept open and
    /// returned with what it still hears.
    ///
    /// # Errors
    ///
    /// When there is no socket.
    pub async fn moves(&self) -> Result<Arc<Line>, AttackError> {
        let fresh = Line::open().await?;
        let reader = tokio::spawn(read(Arc::clone(&self.inner), Arc::clone(&fresh)));
        lock(&self.tasks).push(reader);
        Ok(std::mem::replace(&mut *lock(&self.inner.line), fresh))
    }

    /// Whether it sends sound, 50 packets a second, once it has the keys.
    pub fn talks(&self, talks: bool) {
        self.inner.talking.store(talks, Ordering::Relaxed);
    }

    /// Whether it sends a check every second, once it knows the server.
    pub fn checks(&self, checks: bool) {
        self.inner.checking.store(checks, Ordering::Relaxed);
    }

    /// What goes out beside the handshake from here on.
    pub fn copies(&self, copies: Copies) {
        self.state().copies = copies;
    }

    /// Sends any datagram from the socket in use.
    ///
    /// # Errors
    ///
    /// Before the offer is answered, or when the socket does not take it.
    pub async fn sends(&self, datagram: &[u8]) -> Result<(), AttackError> {
        let (server, _) = self.server()?;
        self.line().socket.send_to(datagram, server).await?;
        Ok(())
    }

    /// Nominates the socket in use and waits for the answer, asking again as a browser does.
    ///
    /// # Errors
    ///
    /// When no answer comes within the bound.
    pub async fn nominates(&self, bound: Duration) -> Result<(), AttackError> {
        let line = self.line();
        let before = line.answers();
        let asked = async {
            loop {
                self.sends(&self.check(true)?).await?;
                let answered = self.until(|_| line.answers() > before);
                if tokio::time::timeout(Duration::from_millis(50), answered).await.is_ok() {
                    return Ok(());
                }
            }
        };
        tokio::time::timeout(bound, asked)
            .await
            .unwrap_or(Err(AttackError::InVain("an answer to a check")))
    }

    /// Begins the DTLS handshake.
    ///
    /// # Errors
    ///
    /// Before the offer is answered.
    pub fn greets(&self) -> Result<(), AttackError> {
        let (server, _) = self.server()?;
        let local = self.line().socket.local_addr()?;
        {
            let mut state = self.state();
            let mut endpoint = Endpoint::new(local, TransportProtocol::UDP, None);
            let client = state.identity.client()?;
            endpoint.connect(Instant::now(), server, client, None).map_err(AttackError::stack)?;
            state.endpoint = Some(endpoint);
        }
        self.inner.flush();
        Ok(())
    }

    /// Waits until the handshake is done.
    ///
    /// # Errors
    ///
    /// When that is not within the bound.
    pub async fn is_secured(&self, bound: Duration) -> Result<(), AttackError> {
        let secured = self.until(|state| state.srtp.is_some());
        tokio::time::timeout(bound, secured)
            .await
            .map_err(|_| AttackError::InVain("the end of the handshake"))
    }

    /// Whether the server has said goodbye.
    pub fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// Datagrams of the handshake and of the association sent so far, with their copies.
    pub fn flushed(&self) -> u64 {
        self.state().flushed
    }

    /// Protects a report on sound.
    ///
    /// # Errors
    ///
    /// Before the handshake is done.
    pub fn protects_report(&self, report: &[u8]) -> Result<Vec<u8>, AttackError> {
        let mut state = self.state();
        let srtp = state.srtp.as_mut().ok_or(AttackError::InVain("keys"))?;
        Ok(srtp.encrypt_rtcp(report).map_err(AttackError::stack)?.to_vec())
    }

    /// Protects a packet of sound.
    ///
    /// # Errors
    ///
    /// Before the handshake is done.
    pub fn protects(&self, packet: &Rtp) -> Result<Vec<u8>, AttackError> {
        let mut state = self.state();
        let srtp = state.srtp.as_mut().ok_or(AttackError::InVain("keys"))?;
        Ok(srtp.encrypt_rtp(&packet.bytes()).map_err(AttackError::stack)?.to_vec())
    }

    /// The packet that would come next in the peer's own stream of sound.
    pub fn next_sound(&self) -> Rtp {
        self.state().next_sound()
    }

    /// Sends a packet inside DTLS.
    ///
    /// # Errors
    ///
    /// Before the handshake, and after the server's goodbye.
    pub fn sends_secured(&self, packet: &[u8]) -> Result<(), AttackError> {
        let (server, _) = self.server()?;
        {
            let mut state = self.state();
            let endpoint = state.endpoint.as_mut().ok_or(AttackError::InVain("a handshake"))?;
            endpoint.write(Instant::now(), server, packet).map_err(AttackError::stack)?;
        }
        self.inner.flush();
        Ok(())
    }

    /// The next packet that came inside DTLS.
    pub(crate) async fn receives(&self, bound: Duration) -> Option<Vec<u8>> {
        let came = self.until(|state| !state.inbox.is_empty());
        tokio::time::timeout(bound, came).await.ok()?;
        self.state().inbox.pop_front()
    }

    async fn until(&self, condition: impl Fn(&State) -> bool) {
        loop {
            let news = self.inner.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            if condition(&self.state()) {
                return;
            }
            news.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.inner.state)
    }
}
