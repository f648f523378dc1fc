//! Gate rules 3 and 6: the addresses of a leg, and which of them is its peer.

use std::net::SocketAddr;
use std::time::Instant;

use super::DropReason;
use super::limits::{
    ADDRESS_UNUSED, ADDRESSES_AT_A_TIME, ADDRESSES_IN_A_LIFE, NOMINATIONS, PACKETS, PEER_SILENT,
};

/// The addresses of a leg.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: Vec<Known>,
    peer: Option<SocketAddr>,
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

    /// An authentic request came from `source` (rule 3). Returns the address that made room.
    pub(super) fn heard(
        &mut self,
        source: SocketAddr,
        now: Instant,
    ) -> Result<Option<SocketAddr>, DropReason> {
        if let Some(known) = self.find(source) {
            known.heard = now;
            return Ok(None);
        }
        if self.in_life >= ADDRESSES_IN_A_LIFE {
            return Err(DropReason::TooManyAddresses);
        }
        let forgotten = self.make_room(now)?;
        self.in_life += 1;
        self.known.push(Known { address: source, heard: now, nominations: 0, packets: 0 });
        Ok(forgotten)
    }

    /// A fresh authentic request from `source` nominates it (rule 6).
    ///
    /// Until the leg is connected the newest nomination counts: nothing is flowing that could be
    /// stolen, and a browser changes its mind while it checks.
    pub(super) fn nominated(&mut self, source: SocketAddr, now: Instant, connected: bool) {
        if self.peer == Some(source) {
            return;
        }
        let silent = self.peer_silent(now);
        let Some(known) = self.find(source) else { return };
        known.nominations = known.nominations.saturating_add(1);
        if !connected || silent || known.nominations >= NOMINATIONS {
            self.move_to(source);
        }
    }

    /// An authentic packet of sound came from `source` (rule 6).
    pub(super) fn sounded(&mut self, source: SocketAddr, now: Instant) {
        let from_peer = self.peer == Some(source);
        let Some(known) = self.find(source) else { return };
        known.heard = now;
        if from_peer {
            // The peer is alive: elsewhere the count begins again.
            for known in &mut self.known {
                known.packets = 0;
            }
            return;
        }
        known.packets += 1;
        if known.packets >= PACKETS {
            self.move_to(source);
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

    fn move_to(&mut self, address: SocketAddr) {
        self.peer = Some(address);
        for known in &mut self.known {
            known.nominations = 0;
            known.packets = 0;
        }
    }

    fn make_room(&mut self, now: Instant) -> Result<Option<SocketAddr>, DropReason> {
        if self.known.len() < ADDRESSES_AT_A_TIME {
            return Ok(None);
        }
        let peer = self.peer;
        let (place, oldest) = self
            .known
            .iter()
            .enumerate()
            .filter(|(_, known)| Some(known.address) != peer)
            .min_by_key(|(_, known)| known.heard)
            .expect("of several addresses at most one is the peer");
        if now.duration_since(oldest.heard) < ADDRESS_UNUSED {
            return Err(DropReason::TooManyAddresses);
        }
        Ok(Some(self.known.swap_remove(place).address))
    }
}
