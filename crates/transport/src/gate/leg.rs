//! What the gate knows of one leg.

use std::net::SocketAddr;
use std::time::Instant;

use super::DropReason;
use super::addresses::Addresses;
use super::handshake::Handshake;
use super::stun::Request;
use super::transactions::{Seen, Transactions};
use crate::peer::IceCredentials;

/// What the gate knows of one leg.
#[derive(Debug)]
pub(super) struct GateLeg {
    credentials: IceCredentials,
    stage: Stage,
    addresses: Addresses,
    transactions: Transactions,
    handshake: Handshake,
}

/// ```text
/// Joining ── DTLS connected ──> Connected
///    └────── the deadline passes: the worker ends the leg
/// ```
#[derive(Debug)]
enum Stage {
    Joining { until: Instant },
    Connected { since: Instant },
}

/// A request that may go on to the connection.
#[derive(Debug)]
pub(super) struct Admitted {
    /// An address that had to make room.
    pub(super) forgotten: Option<SocketAddr>,
}

impl GateLeg {
    pub(super) fn new(credentials: IceCredentials, until: Instant) -> Self {
        Self {
            credentials,
            stage: Stage::Joining { until },
            addresses: Addresses::default(),
            transactions: Transactions::default(),
            handshake: Handshake::default(),
        }
    }

    pub(super) fn fragment(&self) -> &str {
        &self.credentials.fragment
    }

    pub(super) fn password(&self) -> &str {
        &self.credentials.password
    }

    pub(super) fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.addresses.all()
    }

    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.addresses.peer()
    }

    pub(super) fn is_connected(&self) -> bool {
        match self.stage {
            Stage::Joining { .. } => false,
            Stage::Connected { .. } => true,
        }
    }

    pub(super) fn connected(&mut self, now: Instant) {
        self.stage = Stage::Connected { since: now };
    }

    pub(super) fn join_deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Joining { until } => Some(until),
            Stage::Connected { .. } => None,
        }
    }

    /// Takes an authentic request: rules 3, 4 and 6.
    pub(super) fn request(
        &mut self,
        request: &Request<'_>,
        source: SocketAddr,
        now: Instant,
    ) -> Result<Admitted, DropReason> {
        let fresh = match self.transactions.seen(request.transaction(), source) {
            Seen::Never => true,
            Seen::FromHere => false,
            Seen::Elsewhere => return Err(DropReason::Replayed),
        };
        let forgotten = self.addresses.heard(source, now)?;
        self.transactions.remember(request.transaction(), source);
        if fresh && request.nominates() {
            self.addresses.nominated(source, now, self.is_connected());
        }
        Ok(Admitted { forgotten })
    }

    /// Takes a datagram of DTLS: rule 7.
    pub(super) fn dtls(
        &mut self,
        source: SocketAddr,
        datagram: &[u8],
        now: Instant,
    ) -> Result<(), DropReason> {
        if self.peer() != Some(source) {
            return Err(DropReason::DtlsNotFromPeer);
        }
        match self.stage {
            Stage::Joining { .. } => self.handshake.joining(datagram),
            Stage::Connected { since } => {
                self.handshake.connected(datagram, now.duration_since(since))
            }
        }
        .map(|_| ())
    }

    /// A datagram of `source` held an authentic packet of sound.
    pub(super) fn authentic(&mut self, source: SocketAddr, now: Instant) {
        self.addresses.sounded(source, now);
    }
}
