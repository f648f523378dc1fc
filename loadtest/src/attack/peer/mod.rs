//! A participant who is signed in and authenticated, and does everything by hand.
//!
//! A [`RawPeer`] has a true WebSocket session and a leg that the server takes for any other. Its
//! connectivity checks, its handshake, its sound and its data channels are put together here from
//! the parts of the `rtc` family, so that each can be replaced by anything.

mod association;
mod identity;
mod inner;
mod stranger;
mod wire;

use std::time::Duration;

use serde_json::json;

pub use association::Association;
pub use inner::{Copies, Line};
pub use stranger::{Overheard, Stranger};
pub use wire::Wire;

use super::AttackError;
use crate::person::Place;
use crate::signal::Signal;
use crate::token::Claims;
use identity::Identity;

/// How long a connection may take, under whatever flood.
const JOIN: Duration = Duration::from_secs(8);

/// A signed-in agent with a hand-driven leg.
#[derive(Debug)]
pub struct RawPeer {
    signal: Signal,
    identity: Identity,
    wire: Wire,
    patience: Duration,
    id: String,
}

impl RawPeer {
    /// Signs in as an agent of a team that has the peer's name. There is no leg.
    ///
    /// # Errors
    ///
    /// When the server does not welcome the peer.
    pub async fn signs_in(place: &Place, name: &str) -> Result<Self, AttackError> {
        let token = Claims::agent(name, &[name]).sign(&place.secret);
        let signal = Box::pin(Signal::connect(place.http, &place.origin, &token, None)).await?;
        let identity = Identity::generate()?;
        let wire = Wire::open(identity.clone()).await?;
        let id = format!("agent:{name}");
        Ok(Self { signal, identity, wire, patience: place.patience, id })
    }

    /// Signs in and makes a leg that talks.
    ///
    /// # Errors
    ///
    /// When anything on the way does not work.
    pub async fn joins(place: &Place, name: &str) -> Result<Self, AttackError> {
        let mut peer = Self::signs_in(place, name).await?;
        peer.offers().await?;
        peer.connects().await?;
        Ok(peer)
    }

    /// Makes an offer on a fresh socket, in place of any leg there was.
    ///
    /// # Errors
    ///
    /// When the server does not answer it.
    pub async fn offers(&mut self) -> Result<(), AttackError> {
        self.offers_with(|offer| offer).await
    }

    /// Makes an offer after changing it.
    ///
    /// # Errors
    ///
    /// When the server does not answer it.
    pub async fn offers_with(
        &mut self,
        change: impl FnOnce(String) -> String,
    ) -> Result<(), AttackError> {
        self.wire = Wire::open(self.identity.clone()).await?;
        let offer = change(self.wire.offer());
        let answer = self.signal.request(json!({"name": "connect_leg", "sdp": offer})).await?;
        self.wire.takes(answer["sdp"].as_str().unwrap_or_default())
    }

    /// Connects the leg that is offered, and waits until the server says that it is up.
    ///
    /// # Errors
    ///
    /// When that does not happen in time.
    pub async fn connects(&self) -> Result<(), AttackError> {
        self.wire.nominates(JOIN).await?;
        self.wire.greets()?;
        self.wire.is_secured(JOIN).await?;
        if self.leg_comes_up(JOIN).await {
            return Ok(());
        }
        Err(AttackError::InVain("a leg that is up"))
    }

    /// The network side of the leg.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// The WebSocket.
    pub fn signal(&self) -> &Signal {
        &self.signal
    }

    /// The fingerprint that offers show.
    pub fn fingerprint(&self) -> &str {
        self.identity.fingerprint()
    }

    /// Whether the server says that the leg is up.
    pub fn leg_is_up(&self) -> bool {
        self.signal.read(|known| known.desk.as_ref().is_some_and(|desk| desk.you.leg == "up"))
    }

    /// Waits for the leg to be up.
    pub async fn leg_comes_up(&self, bound: Duration) -> bool {
        self.leg_stands("up", bound).await
    }

    /// Waits for the leg to be gone.
    pub async fn leg_ends(&self, bound: Duration) -> bool {
        self.leg_stands("down", bound).await
    }

    async fn leg_stands(&self, state: &str, bound: Duration) -> bool {
        let stands = self.signal.until("the leg", bound, |known| {
            known.desk.as_ref().filter(|desk| desk.you.leg == state).map(drop)
        });
        stands.await.is_ok()
    }

    /// Takes its leg down in order.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn leaves(&self) -> Result<(), AttackError> {
        self.signal.request(json!({"name": "disconnect_leg"})).await?;
        Ok(())
    }

    /// Is there for calls and chats of its team, waits for one and takes it; returns which it is.
    ///
    /// # Errors
    ///
    /// When none comes.
    pub async fn accepts_one(&self) -> Result<String, AttackError> {
        self.signal.request(json!({"name": "set_status", "status": "present"})).await?;
        let rung = self.signal.until("a ring", self.patience, |known| {
            let can = |view: &&crate::signal::View| {
                view.actions.iter().any(|action| action.name == "accept" && action.enabled)
            };
            known.views.values().find(can).map(|view| view.id.clone())
        });
        let conversation = rung.await?;
        self.signal.request(json!({"name": "accept", "conversation": conversation})).await?;
        self.signal
            .until("a seat", self.patience, |known| {
                known.views.get(&conversation).filter(|view| view.has_joined(&self.id)).map(drop)
            })
            .await?;
        Ok(conversation)
    }
}
