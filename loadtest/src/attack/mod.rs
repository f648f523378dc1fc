//! An attacker, who may be a stranger or a participant who is signed in and authenticated.
//!
//! Nothing from outside may hurt a call. Every [`Attack`] of [`ATTACKS`] is one way of trying,
//! played over loopback against a real server while other people talk. From the bottom up:
//!
//! * [`craft`]: datagrams made by hand, right and wrong ones, of every protocol a leg speaks;
//! * [`peer`]: a participant whose leg is driven by hand, and a stranger with a socket;
//! * [`plays`]: what is sent, and what the one who sends it may and may not get for it;
//! * [`stage`]: the calls in progress, what they lose, what the server needs, and the verdict.

pub mod craft;
pub mod dice;
pub mod pace;
pub mod peer;
pub mod plays;
pub mod stage;

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::person::{Customer, PersonError, Place};
use crate::signal::SignalError;
use pace::Pace;
use peer::RawPeer;

pub use plays::ATTACKS;

/// Why an attack could not be played, or what it got that it must not get.
#[derive(Debug, thiserror::Error)]
pub enum AttackError {
    /// Somebody who was needed for it could not do their part.
    #[error("a person")]
    Person(#[from] PersonError),
    /// The attacker's session failed.
    #[error("signalling")]
    Signal(#[from] SignalError),
    /// The system refused a socket or a datagram.
    #[error("a socket")]
    Socket(#[from] std::io::Error),
    /// The attacker's own stack failed.
    #[error("the attacker's stack: {0}")]
    Stack(String),
    /// Something awaited did not come.
    #[error("waited in vain for {0}")]
    InVain(&'static str),
    /// The attack had an effect that it must not have.
    #[error("{0}")]
    Harm(String),
}

impl AttackError {
    pub(crate) fn stack(error: impl std::fmt::Display) -> Self {
        Self::Stack(error.to_string())
    }

    /// The error with everything that caused it, in one line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            text = format!("{text}: {cause}");
            next = cause.source();
        }
        text
    }
}

/// What has to become of the attacker's own leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// There is none.
    NoLeg,
    /// It is none of its doing, or does no harm: it goes on.
    Lives,
    /// A rule ends it.
    Ends,
    /// Rates hold it down whether or not it is ended: both is right.
    Either,
}

/// What an attack gives back when it is over.
#[derive(Debug, Default)]
pub struct Played {
    /// Datagrams sent.
    pub sent: u64,
    /// The attacker, if it has a leg whose fate matters.
    pub peer: Option<RawPeer>,
    /// Who else was needed.
    pub people: Vec<Customer>,
    /// What else is worth knowing, in a few words.
    pub note: String,
}

impl Played {
    fn by(peer: RawPeer, sent: u64) -> Self {
        Self { sent, peer: Some(peer), ..Self::default() }
    }

    fn with(mut self, friend: Customer) -> Self {
        self.people.push(friend);
        self
    }

    fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Takes everybody's leg down in order, so that nothing is left of them for the next attack.
    pub async fn ends(self) {
        for person in self.people {
            let mut person = person;
            // A call that is over, or a leg that is gone, is what is wanted.
            drop(person.leaves().await);
            drop(person.disconnects_leg().await);
        }
        if let Some(peer) = self.peer {
            drop(peer.leaves().await);
        }
    }
}

type Playing<'a> = Pin<Box<dyn Future<Output = Result<Played, AttackError>> + Send + 'a>>;

/// One way of trying.
pub struct Attack {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it is about, in one line.
    pub about: &'static str,
    /// The rules of the gate that stand against it, by their numbers in `transport::gate`.
    pub rules: &'static str,
    /// What has to become of the attacker's own leg.
    pub fate: Fate,
    /// How it goes.
    pub play: for<'a> fn(&'a Stage) -> Playing<'a>,
}

impl std::fmt::Debug for Attack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attack").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Where an attack is played, and how large.
#[derive(Debug)]
pub struct Stage {
    /// The server.
    pub place: Place,
    /// Its media ports.
    pub media: Vec<SocketAddr>,
    /// How long a flood lasts.
    pub lasting: Duration,
    /// The share of a full count (20,000 ports, a million packets) that is played.
    pub share: f64,
    /// The share of a full rate at which floods go.
    pub pressure: f64,
    /// Chats of other people, who go on writing.
    pub chats: Vec<String>,
    names: AtomicU32,
    victims: AtomicU32,
}

impl Stage {
    /// A stage on which nobody has played.
    pub fn new(place: Place, media: Vec<SocketAddr>, lasting: Duration) -> Self {
        let (share, pressure) = (1.0, 1.0);
        Self {
            place,
            media,
            lasting,
            share,
            pressure,
            chats: Vec::new(),
            names: AtomicU32::new(0),
            victims: AtomicU32::new(0),
        }
    }

    /// A flood of so many datagrams a second, as long as floods last here.
    fn flood(&self, per_second: u32) -> Pace {
        self.pace(per_second, self.lasting)
    }

    /// The same for as long as is said.
    fn pace(&self, per_second: u32, lasting: Duration) -> Pace {
        Pace::per_second((f64::from(per_second) * self.pressure) as u32, lasting)
    }

    /// A count, at the size of this stage.
    fn count(&self, full: u32) -> u32 {
        ((f64::from(full) * self.share) as u32).max(1)
    }

    /// A name nobody has on this stage.
    fn name(&self, base: &str) -> String {
        format!("{base}-{}", self.names.fetch_add(1, Ordering::Relaxed))
    }

    /// The name of somebody who can be called.
    fn victim(&self) -> String {
        format!("victim-{}", self.victims.fetch_add(1, Ordering::Relaxed))
    }

    /// A participant with a leg that talks.
    async fn peer(&self) -> Result<RawPeer, AttackError> {
        RawPeer::joins(&self.place, &self.name("mallory")).await
    }
}
