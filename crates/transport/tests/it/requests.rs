//! Hand-made STUN, and a gate to try it on.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::ice::{StunMessage, StunMessageBuilder, TransId};
use transport::gate::{DropReason, Gate, JOIN_DEADLINE, Passage, Verdict};
use transport::{Channels, IceCredentials, LegId};

pub(crate) const ALICE: LegId = LegId(1);
pub(crate) const BOB: LegId = LegId(2);

/// The shortest `ClientHello` that has the form of one.
pub(crate) const DTLS: [u8; 26] = [
    // The record: a handshake of DTLS 1.2, epoch, number, length.
    22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13, //
    // The message: kind, length, number, offset, length of the fragment, one byte.
    1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 3,
];
pub(crate) const SRTP: [u8; 20] = [0x80; 20];

/// The stream of Alice.
pub(crate) const STREAM: u32 = 0x00c0_ffee;

/// A packet of a stream.
pub(crate) fn sound(stream: u32) -> Vec<u8> {
    let mut packet = vec![0x80, 111, 0, 1, 0, 0, 0, 0];
    packet.extend(stream.to_be_bytes());
    packet.extend([0x5a; 80]);
    packet
}

/// A report about a stream.
pub(crate) fn report(stream: u32) -> Vec<u8> {
    let mut packet = vec![0x80, 200, 0, 6];
    packet.extend(stream.to_be_bytes());
    packet.extend([0x5a; 40]);
    packet
}

/// An address of a client.
pub(crate) fn at(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], port))
}

/// What a request of a connectivity check says.
pub(crate) struct Check<'a> {
    pub(crate) leg: LegId,
    pub(crate) password: &'a str,
    pub(crate) nominates: bool,
}

impl Check<'_> {
    pub(crate) fn of(leg: LegId) -> Check<'static> {
        let password = if leg == ALICE { "password of alice" } else { "password of bob" };
        Check { leg, password, nominates: false }
    }

    pub(crate) fn nominating(leg: LegId) -> Check<'static> {
        Check { nominates: true, ..Check::of(leg) }
    }

    /// A request that was never made before.
    pub(crate) fn datagram(&self) -> Vec<u8> {
        let username = format!("{}:theirs", fragment(self.leg));
        let id = TransId::new();
        let message =
            StunMessage::binding_request(&username, id, true, 7, 0x6e00_1eff, self.nominates);
        bytes(&message, Some(self.password))
    }
}

pub(crate) fn response() -> Vec<u8> {
    let message = StunMessage::binding_reply(TransId::new(), at(1));
    bytes(&message, Some(Check::of(ALICE).password))
}

pub(crate) fn indication() -> Vec<u8> {
    let message = StunMessageBuilder::new().send().indication().build(TransId::new());
    bytes(&message, None)
}

fn bytes(message: &StunMessage<'_>, password: Option<&str>) -> Vec<u8> {
    let hmac = str0m::crypto::from_feature_flags().sha1_hmac_provider;
    let mut buffer = vec![0; 1500];
    let len = message
        .to_bytes(password.map(str::as_bytes), &mut buffer, |key, parts| hmac.sha1_hmac(key, parts))
        .expect("a buffer that is large enough");
    buffer.truncate(len);
    buffer
}

fn fragment(leg: LegId) -> String {
    format!("fragment{leg}")
}

/// A gate with two legs, and a clock.
pub(crate) struct Door {
    pub(crate) gate: Gate,
    pub(crate) now: Instant,
}

impl Door {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        let mut gate = Gate::new(JOIN_DEADLINE);
        for leg in [ALICE, BOB] {
            let password = Check::of(leg).password.to_owned();
            let credentials = IceCredentials { fragment: fragment(leg), password };
            // Bob has offered no data channel.
            let channels = if leg == ALICE { Channels::Agreed } else { Channels::None };
            gate.insert(leg, credentials, channels, now);
        }
        Self { gate, now }
    }

    pub(crate) fn after(&mut self, span: Duration) {
        self.now += span;
    }

    pub(crate) fn gets(&mut self, from: SocketAddr, datagram: &[u8]) -> Verdict {
        self.gate.admit(self.now, from, datagram)
    }

    /// Alice is connected from an address.
    pub(crate) fn with_alice_at(address: SocketAddr) -> Self {
        let mut door = Self::new();
        door.gets(address, &Check::nominating(ALICE).datagram());
        door.gate.connected(ALICE, door.now);
        door
    }

    /// The same, of Bob.
    pub(crate) fn with_bob_at(address: SocketAddr) -> Self {
        let mut door = Self::new();
        door.gets(address, &Check::nominating(BOB).datagram());
        door.gate.connected(BOB, door.now);
        door
    }

    /// Alice says a packet that proves authentic.
    pub(crate) fn alice_says(&mut self, from: SocketAddr) -> Verdict {
        let verdict = self.gets(from, &sound(STREAM));
        if let Verdict::Pass(ALICE, Passage::Media | Passage::Trial) = verdict {
            self.gate.authentic(ALICE, from, STREAM, self.now);
        }
        verdict
    }

    /// Where Alice's sound goes.
    pub(crate) fn peer(&self) -> Option<SocketAddr> {
        self.gate.route(ALICE, &SRTP, at(9999))
    }
}

pub(crate) fn passes(leg: LegId, passage: Passage) -> Verdict {
    Verdict::Pass(leg, passage)
}

pub(crate) fn dropped(reason: DropReason) -> Verdict {
    Verdict::Drop(reason)
}
