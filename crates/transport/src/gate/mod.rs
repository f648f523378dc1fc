//! The gate: which datagram reaches which leg, and which reaches nobody.
//!
//! One socket serves many legs, and anybody on the internet can send to it. The gate decides for
//! every datagram before any connection sees it. It is pure (time comes in as an argument) and it
//! never walks over the legs: two maps lead from a datagram to its leg.
//!
//! The rules, numbered as in the study they come from, each with its reason:
//!
//! 1. An address or a local user fragment leads to the leg; whatever else comes from an address
//!    that was never validated is dropped. *Lookups cost the same however many legs there are, and
//!    strangers reach no handshake.* ([`Gate::admit`])
//! 2. The integrity of every STUN request is verified here, also from known addresses; responses
//!    and indications are dropped. *The library takes STUN from its nominated address unverified,
//!    and an ICE-lite agent never asks, so every answer is forged.* (`stun`)
//! 3. A leg has at most 8 addresses at a time and 64 in its life. *The library never forgets a
//!    candidate: one request replayed from 20 000 ports cost 3 s.* (`addresses`)
//! 4. A request seen before is dropped when it comes from another address. *What a stranger has
//!    recorded can only be played back from the stranger's own address.* (`transactions`)
//! 5. Sound and handshake go to the peer address that the gate chose, answers to STUN to whoever
//!    asked. *The library's own choice follows replayed requests.* ([`Gate::route`])
//! 6. The peer address moves by fresh nominations, or by sound that proved authentic. *A client
//!    may change networks; nobody may steal its sound.* (`addresses`) Until the client nominates,
//!    its peer address is where it was first heard, or where it begins its handshake: far away, a
//!    browser nominates a second after it could have been answered. One who talks need not wait
//!    for its next check: sound of its stream from an unknown address is tried, while the peer
//!    address is quiet, and counts only when it proves authentic. (`streams`, [`Passage::Trial`])
//! 7. DTLS is taken from the peer address alone, and only what a client says in a handshake, in the
//!    order in which it says it. *One forged record stops a handshake, thirty fill its queue.*
//!    (`handshake`, `records`)
//! 8. A leg that is not connected in 10 s ends. *Half-open legs must not gather.*
//!    ([`Gate::join_deadline`])
//! 9. A leg may send so much in a second, and data only if it has channels. *The library's work
//!    for some data grows with the square of its amount.* (`traffic`, `bucket`)
//!
//! Every number is in [`limits`]. The other rules are kept where they belong: 10 (what the work for
//! a leg may cost) where the work is done, by the media workers; 11 (channels, sizes, errors) and
//! 12 (no transport-wide congestion control) where the connection is configured and drained; 13 (a
//! fault ends one leg) in [`isolate`](crate::isolate()).
//!
//! What remains for somebody who sees the datagrams of a leg and can send under its address: to
//! flood it with as much as it may send itself, so that its own is crowded out; and while the leg
//! joins, to be faster with a handshake of its own. Both end with the one who does it.

mod addresses;
mod bucket;
mod handshake;
mod leg;
pub mod limits;
mod records;
mod streams;
mod stun;
mod traffic;
mod transactions;
mod verdict;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub use bucket::Rate;
pub use limits::JOIN_DEADLINE;
pub use verdict::{DropReason, Drops, Passage, Verdict};

use crate::peer::{Channels, IceCredentials};
use crate::{LegId, LegMap};
pub(crate) use stun::as_nomination;

use leg::GateLeg;
use streams::{Streams, stream_of};
use stun::Request;

/// Decides for every datagram of one socket.
#[derive(Debug)]
pub struct Gate {
    join_within: Duration,
    by_address: HashMap<SocketAddr, LegId>,
    by_fragment: HashMap<String, LegId>,
    by_stream: Streams,
    legs: LegMap<GateLeg>,
    drops: Drops,
}

impl Gate {
    /// A gate that lets nothing through. Legs have `join_within` to be connected,
    /// [`JOIN_DEADLINE`] as a rule.
    pub fn new(join_within: Duration) -> Self {
        Self {
            join_within,
            by_address: HashMap::new(),
            by_fragment: HashMap::new(),
            by_stream: Streams::default(),
            legs: LegMap::default(),
            drops: Drops::default(),
        }
    }

    /// Lets a leg in: datagrams that prove to know these credentials are for it. `channels` says
    /// whether it may send data.
    pub fn insert(
        &mut self,
        id: LegId,
        credentials: IceCredentials,
        channels: Channels,
        now: Instant,
    ) {
        self.by_fragment.insert(credentials.fragment.clone(), id);
        self.legs.insert(id, GateLeg::new(credentials, channels, now + self.join_within));
    }

    /// Forgets a leg with all its addresses.
    pub fn remove(&mut self, id: LegId) {
        let Some(leg) = self.legs.remove(&id) else { return };
        self.by_fragment.remove(leg.fragment());
        for address in leg.addresses() {
            self.by_address.remove(&address);
        }
        for stream in leg.streams() {
            self.by_stream.release(stream, id);
        }
    }

    /// Decides for one datagram that came from `source`.
    pub fn admit(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) -> Verdict {
        let verdict = match Kind::of(datagram) {
            Some(Kind::Stun) => self.admit_stun(now, source, datagram),
            Some(Kind::Dtls) => self.admit_dtls(now, source, datagram),
            Some(Kind::Media) => self.admit_media(now, source, datagram),
            None => Err(DropReason::NoProtocol),
        };
        match verdict {
            Ok((leg, passage)) => Verdict::Pass(leg, passage),
            Err(reason) => {
                self.drops.count(reason);
                Verdict::Drop(reason)
            }
        }
    }

    /// The leg is connected: sound is taken from it, and its join deadline no longer stands.
    pub fn connected(&mut self, id: LegId, now: Instant) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.connected(now);
        }
    }

    /// A datagram of `source` held an authentic packet of a stream of sound (rule 6).
    pub fn authentic(&mut self, id: LegId, source: SocketAddr, stream: u32, now: Instant) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.is_proved_at(source)
            && !self.by_address.contains_key(&source)
            && let Ok(forgotten) = leg.found(source, now)
        {
            if let Some(forgotten) = forgotten {
                self.by_address.remove(&forgotten);
            }
            self.by_address.insert(source, id);
        }
        leg.sounded(source, now);
        if !leg.has_stream(stream) {
            if let Some(oldest) = leg.add_stream(stream) {
                self.by_stream.release(oldest, id);
            }
            self.by_stream.claim(stream, id);
        }
    }

    /// Whether a transfer of a file is agreed on with a leg, in either direction: while it is, the
    /// leg may send more data (rule 9).
    pub fn transfers(&mut self, id: LegId, agreed: bool) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.transfers(agreed);
        }
    }

    /// Where a datagram of a leg's connection has to go (rule 5), or `None` while no address of
    /// the leg is known to be its own.
    ///
    /// `asked` is where the connection itself would send it.
    pub fn route(&self, id: LegId, datagram: &[u8], asked: SocketAddr) -> Option<SocketAddr> {
        match Kind::of(datagram) {
            Some(Kind::Stun) => Some(asked),
            Some(Kind::Dtls | Kind::Media) | None => self.legs.get(&id)?.peer(),
        }
    }

    /// When a leg ends unless it is connected before (rule 8); `None` once it is connected.
    pub fn join_deadline(&self, id: LegId) -> Option<Instant> {
        self.legs.get(&id)?.join_deadline()
    }

    /// How many datagrams were dropped, by reason.
    pub fn drops(&self) -> Drops {
        self.drops
    }

    fn admit_stun(
        &mut self,
        now: Instant,
        source: SocketAddr,
        datagram: &[u8],
    ) -> Result<(LegId, Passage), DropReason> {
        let request = Request::parse(datagram)?;
        let known = self.by_fragment.get(request.fragment());
        let id = *known.ok_or(DropReason::UnknownFragment)?;
        if self.by_address.get(&source).is_some_and(|holder| *holder != id) {
            return Err(DropReason::ForeignAddress);
        }
        let leg = self.legs.get_mut(&id).expect("a fragment leads to a leg");
        if !request.is_authentic(leg.password()) {
            return Err(DropReason::BadIntegrity);
        }
        let admitted = leg.request(&request, source, now)?;
        if let Some(forgotten) = admitted.forgotten {
            self.by_address.remove(&forgotten);
        }
        self.by_address.insert(source, id);
        let passage = if admitted.is_first { Passage::FirstCheck } else { Passage::Check };
        Ok((id, passage))
    }

    fn admit_dtls(
        &mut self,
        now: Instant,
        source: SocketAddr,
        datagram: &[u8],
    ) -> Result<(LegId, Passage), DropReason> {
        let (id, leg) = self.holder(source)?;
        leg.dtls(source, datagram, now)?;
        Ok((id, Passage::Handshake))
    }

    fn admit_media(
        &mut self,
        now: Instant,
        source: SocketAddr,
        datagram: &[u8],
    ) -> Result<(LegId, Passage), DropReason> {
        match self.holder(source) {
            Ok((id, leg)) => leg.media(source, datagram, now).map(|()| (id, Passage::Media)),
            Err(reason) => {
                let stream = stream_of(datagram).ok_or(reason)?;
                let id = self.by_stream.holder(stream).ok_or(reason)?;
                let leg = self.legs.get_mut(&id).expect("a stream leads to a leg");
                leg.trial(source, now).map(|()| (id, Passage::Trial))
            }
        }
    }

    fn holder(&mut self, source: SocketAddr) -> Result<(LegId, &mut GateLeg), DropReason> {
        let id = *self.by_address.get(&source).ok_or(DropReason::UnknownAddress)?;
        let leg = self.legs.get_mut(&id).expect("an address leads to a leg");
        Ok((id, leg))
    }
}

/// What a datagram is by its first byte (RFC 7983, section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Stun,
    Dtls,
    Media,
}

impl Kind {
    fn of(datagram: &[u8]) -> Option<Self> {
        match *datagram.first()? {
            0..=3 => Some(Self::Stun),
            20..=63 => Some(Self::Dtls),
            128..=191 => Some(Self::Media),
            _ => None,
        }
    }
}
