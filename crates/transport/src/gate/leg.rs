//! What the gate knows of one leg.

use std::net::SocketAddr;
use std::time::Instant;

use super::DropReason;
use super::addresses::Addresses;
use super::handshake::Handshake;
use super::streams::{OwnStreams, stream_of};
use super::stun::Request;
use super::traffic::Traffic;
use super::transactions::{Seen, Transactions};
use crate::peer::{Channels, IceCredentials};

/// What the gate knows of one leg.
#[derive(Debug)]
pub(super) struct GateLeg {
    credentials: IceCredentials,
    channels: Channels,
    stage: Stage,
    addresses: Addresses,
    transactions: Transactions,
    handshake: Handshake,
    streams: OwnStreams,
    traffic: Traffic,
    /// Where the sound came from that the connection is being asked about.
    on_trial: Option<SocketAddr>,
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
    /// Whether the leg is heard for the first time.
    pub(super) is_first: bool,
}

impl GateLeg {
    pub(super) fn new(credentials: IceCredentials, channels: Channels, until: Instant) -> Self {
        Self {
            credentials,
            channels,
            stage: Stage::Joining { until },
            addresses: Addresses::default(),
            transactions: Transactions::default(),
            handshake: Handshake::default(),
            streams: OwnStreams::default(),
            traffic: Traffic::default(),
            on_trial: None,
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

    pub(super) fn streams(&self) -> impl Iterator<Item = u32> {
        self.streams.all()
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

    pub(super) fn transfers(&mut self, agreed: bool) {
        self.traffic.is_transferring = agreed;
    }

    /// Takes an authentic request: rules 3, 4, 6 and 9.
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
        self.traffic.check(fresh, now)?;
        let forgotten = self.addresses.heard(source, now)?;
        self.addresses.arrived(source, now);
        self.transactions.remember(request.transaction(), source);
        let is_first = self.peer().is_none();
        if is_first {
            self.addresses.begins_at(source, now);
        }
        if fresh && request.nominates() {
            self.addresses.nominated(source, now, self.is_connected());
        }
        Ok(Admitted { forgotten, is_first })
    }

    /// Takes a datagram of DTLS: rules 7 and 9.
    pub(super) fn dtls(
        &mut self,
        source: SocketAddr,
        datagram: &[u8],
        now: Instant,
    ) -> Result<(), DropReason> {
        // A browser begins as soon as one of its checks is answered, before it nominates.
        let may_begin = !self.is_connected() && self.addresses.may_begin_at(source);
        if self.peer() != Some(source) && !may_begin {
            return Err(DropReason::DtlsNotFromPeer);
        }
        self.addresses.arrived(source, now);
        let flight = match self.stage {
            Stage::Joining { .. } => {
                let flight = self.handshake.joining(datagram)?;
                self.addresses.begins_at(source, now);
                flight
            }
            Stage::Connected { since } => {
                self.handshake.connected(datagram, now.duration_since(since))?
            }
        };
        if flight.has_data && self.channels == Channels::None {
            return Err(DropReason::NoChannel);
        }
        match self.stage {
            Stage::Joining { .. } => Ok(()),
            Stage::Connected { .. } => self.traffic.dtls(flight, datagram.len(), now),
        }
    }

    /// Takes SRTP or SRTCP from an address of the leg: rule 9.
    pub(super) fn media(
        &mut self,
        source: SocketAddr,
        datagram: &[u8],
        now: Instant,
    ) -> Result<(), DropReason> {
        if !self.is_connected() {
            return Err(DropReason::MediaBeforeConnect);
        }
        self.addresses.arrived(source, now);
        let is_known = stream_of(datagram).is_some_and(|stream| self.streams.has(stream));
        self.traffic.media(is_known, now)
    }

    /// Takes sound of a stream of the leg from an address that nobody knows: rule 6.
    pub(super) fn trial(&mut self, source: SocketAddr, now: Instant) -> Result<(), DropReason> {
        if !self.is_connected() {
            return Err(DropReason::UnknownAddress);
        }
        self.addresses.is_open_to_others(now)?;
        self.traffic.trial(now)?;
        self.on_trial = Some(source);
        Ok(())
    }

    /// Whether `source` is where the sound on trial came from; if so, the trial is over.
    pub(super) fn is_proved_at(&mut self, source: SocketAddr) -> bool {
        self.on_trial.take_if(|tried| *tried == source).is_some()
    }

    /// The leg was found at `source`. Returns the address that made room.
    pub(super) fn found(
        &mut self,
        source: SocketAddr,
        now: Instant,
    ) -> Result<Option<SocketAddr>, DropReason> {
        self.addresses.heard(source, now)
    }

    /// A datagram of `source` held an authentic packet of sound.
    pub(super) fn sounded(&mut self, source: SocketAddr, now: Instant) {
        self.addresses.sounded(source, now);
    }

    pub(super) fn has_stream(&self, stream: u32) -> bool {
        self.streams.has(stream)
    }

    /// The leg sends a stream. Returns one that it is no longer known by.
    pub(super) fn add_stream(&mut self, stream: u32) -> Option<u32> {
        self.streams.add(stream)
    }
}
