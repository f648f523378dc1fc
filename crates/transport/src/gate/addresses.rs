//! Gate rules 3 and 6: the addresses of a leg, and which of them is its peer.

use std::net::SocketAddr;
use std::time::Instant;

use super::DropReason;
use super::limits::{
    ADDRESS_UNUSED, ADDRESSES_AT_A_TIME, ADDRESSES_IN_A_LIFE, NOMINATIONS, PACKETS, PEER_QUIET,
    PEER_SILENT,
};

/// The addresses of a leg.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: Vec<Known>,
    peer: Option<SocketAddr>,
    /// Whether the client has chosen the peer; until then it is where it was heard from first.
    is_chosen: bool,
    /// When anything last came from the peer address, whoever sent it.
    arrived: Option<Instant>,
    /// When authentic sound last came from there.
    sounded: Option<Instant>,
    in_life: usize,
}

#[derive(Debug)]
struct Known {
    address: SocketAddr,
    heard: Instant,
    /// Fresh nominations since the peer last moved.
    nominations: u8,
    /// Authentic packets of sound since the peer was last heard.
    packets: u8,
}

impl Addresses {
    pub(super) fn all(&self) -> impl Iterator<Item = SocketAddr> {
        self.known.iter().map(|known| known.address)
    }

    /// Where sound and handshake go.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// Whether a client that has not nominated may begin its handshake at `source`.
    pub(super) fn may_begin_at(&self, source: SocketAddr) -> bool {
        !self.is_chosen && self.all().any(|known| known == source)
    }

    /// A client that has not nominated is heard for the first time, or begins its handshake: that
    /// is where it is answered (rule 6).
    pub(super) fn begins_at(&mut self, source: SocketAddr, now: Instant) {
        if self.peer != Some(source) {
            self.move_to(source, now);
        }
    }

    /// Something authentic came from `source` (rule 3). Returns the address that made room.
    pub(super) fn heard(
        &mut self,
        source: SocketAddr,
        now: Instant,
    ) -> Result<Option<SocketAddr>, DropReason> {
        if let Some(known) = self.find(source) {
            known.heard = now;
            return Ok(None);
        }
        let forgotten = self.room(now)?.map(|place| self.known.swap_remove(place).address);
        self.in_life += 1;
        self.known.push(Known { address: source, heard: now, nominations: 0, packets: 0 });
        Ok(forgotten)
    }

    /// A fresh authentic request from `source` nominates it (rule 6).
    ///
    /// Until the leg is connected the newest nomination counts: nothing is flowing that could be
    /// stolen, and a browser changes its mind while it checks. While authentic sound comes from the
    /// peer address, the client is there, and the nomination is a copy that was faster; one that
    /// goes elsewhere takes its sound along.
    pub(super) fn nominated(&mut self, source: SocketAddr, now: Instant, connected: bool) {
        let is_sounding = self.sounded.is_some_and(|at| now.duration_since(at) < PEER_QUIET);
        self.is_chosen |= self.peer == Some(source);
        if self.peer == Some(source) || (connected && is_sounding) {
            return;
        }
        let silent = self.peer_silent(now);
        let Some(known) = self.find(source) else { return };
        known.nominations = known.nominations.saturating_add(1);
        if !connected || silent || known.nominations >= NOMINATIONS {
            self.is_chosen = true;
            self.move_to(source, now);
        }
    }

    /// Something came from `source` that belongs to the leg, or pretends to (rule 6).
    ///
    /// While anything comes from the peer address, the client may still be there, so what comes
    /// from elsewhere may be a copy that was faster. That this can be forged does no harm: it keeps
    /// the peer where it is, and requests move it all the same.
    pub(super) fn arrived(&mut self, source: SocketAddr, now: Instant) {
        if self.peer == Some(source) {
            self.arrived = Some(now);
            for known in &mut self.known {
                known.packets = 0;
            }
        }
    }

    /// Whether sound from an address that nobody knows is worth a look: the peer address is quiet,
    /// and there is room for another one.
    pub(super) fn is_open_to_others(&self, now: Instant) -> Result<(), DropReason> {
        let quiet = self.arrived.is_none_or(|at| now.duration_since(at) >= PEER_QUIET);
        if !quiet {
            return Err(DropReason::UnknownAddress);
        }
        self.room(now).map(|_| ())
    }

    /// An authentic packet of sound came from `source` (rule 6).
    pub(super) fn sounded(&mut self, source: SocketAddr, now: Instant) {
        let from_peer = self.peer == Some(source);
        let Some(known) = self.find(source) else { return };
        known.heard = now;
        if from_peer {
            self.sounded = Some(now);
            // The peer is alive: elsewhere the count begins again.
            for known in &mut self.known {
                known.packets = 0;
            }
            return;
        }
        known.packets += 1;
        if known.packets >= PACKETS {
            self.move_to(source, now);
        }
    }

    fn find(&mut self, address: SocketAddr) -> Option<&mut Known> {
        self.known.iter_mut().find(|known| known.address == address)
    }

    fn peer_silent(&self, now: Instant) -> bool {
        self.known
            .iter()
            .find(|known| Some(known.address) == self.peer)
            .is_none_or(|peer| now.duration_since(peer.heard) > PEER_SILENT)
    }

    fn move_to(&mut self, address: SocketAddr, now: Instant) {
        self.peer = Some(address);
        (self.arrived, self.sounded) = (Some(now), None);
        for known in &mut self.known {
            known.nominations = 0;
            known.packets = 0;
        }
    }

    /// Whether there is room for another address (rule 3), and whose place it has to take.
    fn room(&self, now: Instant) -> Result<Option<usize>, DropReason> {
        if self.in_life >= ADDRESSES_IN_A_LIFE {
            return Err(DropReason::TooManyAddresses);
        }
        if self.known.len() < ADDRESSES_AT_A_TIME {
            return Ok(None);
        }
        let (place, oldest) = self
            .known
            .iter()
            .enumerate()
            .filter(|(_, known)| Some(known.address) != self.peer)
            .min_by_key(|(_, known)| known.heard)
            .expect("of several addresses at most one is the peer");
        if now.duration_since(oldest.heard) < ADDRESS_UNUSED {
            return Err(DropReason::TooManyAddresses);
        }
        Ok(Some(place))
    }
}
