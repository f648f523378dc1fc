//! Customers and agents: a signal and a leg, with verbs in product words.
//!
//! A verb is done when the server has answered; what it brings about is awaited with
//! [`Person::sees`] and heard with [`Person::listens`]. Every wait is bounded by the place's
//! patience.

mod roles;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub use roles::{Agent, Customer};

use crate::peer::{Engine, Leg, LegError, LegSettings};
use crate::signal::{Resume, Signal, SignalError, View};
use crate::sound::{Heard, Sound};
use crate::token::Claims;

/// Frames in an ordinary listening window: 600 ms.
const WINDOW_FRAMES: u32 = 30;
/// How long anything may take unless said otherwise.
const PATIENCE: Duration = Duration::from_secs(8);

/// Why a person cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// It is about the WebSocket or a refusal.
    #[error("signalling")]
    Signal(#[from] SignalError),
    /// It is about the WebRTC connection.
    #[error("leg")]
    Leg(#[from] LegError),
    /// The person has vanished, or has no leg.
    #[error("{0} is not connected")]
    Gone(String),
    /// The person is in no conversation.
    #[error("{0} is in no conversation")]
    Alone(String),
}

impl PersonError {
    /// The code of a refusal, or of the error that came before a close.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Signal(error) => error.code(),
            Self::Leg(_) | Self::Gone(_) | Self::Alone(_) => None,
        }
    }
}

/// A server, as people reach it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where the pages and the WebSocket are.
    pub http: SocketAddr,
    /// What a browser would send as the page's origin.
    pub origin: String,
    /// What tokens are signed with.
    pub secret: Vec<u8>,
    /// The threads that carry the legs.
    pub engine: Engine,
    /// How legs are made.
    pub legs: LegSettings,
    /// How long anything may take.
    pub patience: Duration,
}

impl Place {
    /// A server on an address, with one thread for everybody's legs.
    ///
    /// # Errors
    ///
    /// When the thread cannot be started.
    pub fn new(http: SocketAddr, secret: &[u8]) -> Result<Self, PersonError> {
        Ok(Self {
            http,
            origin: format!("http://{http}"),
            secret: secret.to_vec(),
            engine: Engine::start(1).map_err(LegError::Socket)?,
            legs: LegSettings::default(),
            patience: PATIENCE,
        })
    }
}

/// What customers and agents have in common.
#[derive(Debug)]
pub struct Person {
    place: Place,
    id: String,
    claims: Claims,
    sound: Sound,
    signal: Option<Signal>,
    leg: Option<Leg>,
    last: Option<Resume>,
    times: JoinTimes,
}

/// When the steps of the newest sign-in and the newest leg were done.
#[derive(Clone, Copy, Debug)]
pub struct JoinTimes {
    /// The WebSocket was about to be opened.
    pub began: Instant,
    /// The server had welcomed the person.
    pub welcomed: Instant,
    /// The offer was about to be sent.
    pub offered: Instant,
    /// The answer was there.
    pub answered: Instant,
    /// The leg was connected.
    pub connected: Instant,
}

impl Default for JoinTimes {
    fn default() -> Self {
        let now = Instant::now();
        Self { began: now, welcomed: now, offered: now, answered: now, connected: now }
    }
}

impl Person {
    async fn arrives(
        place: &Place,
        id: String,
        claims: Claims,
        sound: Sound,
    ) -> Result<Self, PersonError> {
        let mut person = Self::signs_on(place, id, claims, sound).await?;
        person.connects_leg().await?;
        Ok(person)
    }

    /// Signs in and has no leg yet.
    async fn signs_on(
        place: &Place,
        id: String,
        claims: Claims,
        sound: Sound,
    ) -> Result<Self, PersonError> {
        let mut person = Self {
            place: place.clone(),
            id,
            claims,
            sound,
            signal: None,
            leg: None,
            last: None,
            times: JoinTimes::default(),
        };
        person.signs_in().await?;
        Ok(person)
    }

    /// The id on the wire: `agent:bob`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When the newest sign-in and the newest leg got where they are.
    pub fn times(&self) -> JoinTimes {
        self.times
    }

    /// The live WebSocket.
    ///
    /// # Errors
    ///
    /// When the person has vanished.
    pub fn signal(&self) -> Result<&Signal, PersonError> {
        self.signal.as_ref().ok_or_else(|| PersonError::Gone(self.id.clone()))
    }

    /// The live leg.
    ///
    /// # Errors
    ///
    /// When the person has vanished or never had one.
    pub fn leg(&self) -> Result<&Leg, PersonError> {
        self.leg.as_ref().ok_or_else(|| PersonError::Gone(self.id.clone()))
    }

    /// Opens the WebSocket, resuming the last session when there was one.
    ///
    /// # Errors
    ///
    /// When the server does not welcome the person.
    pub async fn signs_in(&mut self) -> Result<(), PersonError> {
        self.times.began = Instant::now();
        let token = self.claims.sign(&self.place.secret);
        let Place { http, origin, .. } = &self.place;
        // Boxed: the handshake's state is large, and stories hold several people's at once.
        let signal = Box::pin(Signal::connect(*http, origin, &token, self.last.as_ref()));
        self.signal = Some(signal.await?);
        self.times.welcomed = Instant::now();
        Ok(())
    }

    /// Makes a leg, in place of the one there was, and speaks on it.
    ///
    /// # Errors
    ///
    /// When the server refuses the offer or the leg does not connect.
    pub async fn connects_leg(&mut self) -> Result<(), PersonError> {
        let leg = self.place.engine.leg(&self.place.legs)?;
        self.times.offered = Instant::now();
        let answer = self.requests(json!({"name": "connect_leg", "sdp": leg.offer()})).await?;
        self.times.answered = Instant::now();
        leg.takes(answer["sdp"].as_str().unwrap_or_default()).await?;
        leg.connects(self.place.patience).await?;
        self.times.connected = leg.status().connected_at.unwrap_or_else(Instant::now);
        leg.speaks(self.sound.clone())?;
        self.leg = Some(leg);
        Ok(())
    }

    /// Goes as a killed browser goes: the sockets are closed by the system, no word is said.
    pub fn vanishes(&mut self) {
        self.last = self.signal.take().map(|signal| signal.resume()).or(self.last.take());
        self.leg = None;
    }

    /// Takes the leg down in order: the server knows at once.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn disconnects_leg(&mut self) -> Result<(), PersonError> {
        self.requests(json!({"name": "disconnect_leg"})).await?;
        self.leg = None;
        Ok(())
    }

    /// Comes back after vanishing.
    ///
    /// # Errors
    ///
    /// When the server does not welcome the person or the leg does not connect.
    pub async fn comes_back(&mut self) -> Result<(), PersonError> {
        self.signs_in().await?;
        self.connects_leg().await
    }

    /// Sends any command as this person.
    ///
    /// # Errors
    ///
    /// When it is refused, or there is no answer.
    pub async fn requests(&self, command: Value) -> Result<Value, PersonError> {
        Ok(self.signal()?.request(command).await?)
    }

    /// The live conversation this person is in or rung for.
    pub fn view(&self) -> Option<View> {
        let signal = self.signal.as_ref()?;
        signal.read(|known| {
            let live = known.views.values().filter(|view| view.ended.is_none());
            live.max_by_key(|view| number(&view.id)).cloned()
        })
    }

    /// The id of the live conversation.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn conversation(&self) -> Result<String, PersonError> {
        self.view().map(|view| view.id).ok_or_else(|| PersonError::Alone(self.id.clone()))
    }

    /// Waits until the newest view of some conversation meets a condition, and returns it.
    ///
    /// # Errors
    ///
    /// When it does not in time.
    pub async fn sees(
        &self,
        awaited: &'static str,
        condition: impl Fn(&View) -> bool,
    ) -> Result<View, PersonError> {
        let view = self.signal()?.until(awaited, self.place.patience, |known| {
            known.views.values().rev().find(|view| condition(view)).cloned()
        });
        Ok(view.await?)
    }

    /// Waits until the conversation is in a phase.
    ///
    /// # Errors
    ///
    /// When it does not get there in time.
    pub async fn sees_phase(&self, phase: &'static str) -> Result<View, PersonError> {
        self.sees(phase, |view| view.phase == phase).await
    }

    /// Waits for a notice of a kind.
    ///
    /// # Errors
    ///
    /// When it does not come in time.
    pub async fn is_told(&self, kind: &'static str) -> Result<Value, PersonError> {
        let told = self.signal()?.until(kind, self.place.patience, |known| {
            let notice = known.notices.iter().find(|notice| notice.kind == kind)?;
            Some(Value::Object(notice.details.clone()))
        });
        Ok(told.await?)
    }

    /// Listens for 600 ms.
    ///
    /// # Errors
    ///
    /// When there is no leg.
    pub async fn listens(&self) -> Result<Heard, PersonError> {
        self.listens_for(WINDOW_FRAMES).await
    }

    /// Listens for a number of frames of 20 ms.
    ///
    /// # Errors
    ///
    /// When there is no leg.
    pub async fn listens_for(&self, frames: u32) -> Result<Heard, PersonError> {
        Ok(self.leg()?.listens(frames).await)
    }

    /// Mutes or unmutes oneself.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn mutes(&self, muted: bool) -> Result<(), PersonError> {
        self.commands("mute", json!({"muted": muted})).await.map(drop)
    }

    /// Leaves the conversation.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn leaves(&self) -> Result<(), PersonError> {
        self.commands("leave", json!({})).await.map(drop)
    }

    /// Gives a command about the live conversation.
    async fn commands(&self, name: &str, details: Value) -> Result<Value, PersonError> {
        let mut command = json!({"name": name, "conversation": self.conversation()?});
        if let (Value::Object(command), Value::Object(details)) = (&mut command, details) {
            command.extend(details);
        }
        self.requests(command).await
    }
}

/// `c17` is newer than `c9`.
fn number(id: &str) -> u64 {
    id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
}
