//! Gate rule 7: what a client says in a DTLS handshake, and when.
//!
//! The server is always the one who is called: offers that would have it open the handshake are
//! refused. It asks for no cookie and always for a certificate, so the messages of an honest
//! client are known by their number (RFC 5246, section 7.3, as numbered by RFC 6347, section
//! 4.2.2): its `ClientHello` is the first, then come `Certificate`, `ClientKeyExchange` and
//! `CertificateVerify`. The `Finished` after them is protected already. A client without a
//! certificate sends an empty `Certificate` and no `CertificateVerify`.
//!
//! What is not protected can be forged by anybody who knows the peer's address; one such record in
//! the wrong place stops a handshake for good. So whatever is not exactly that is dropped.

use std::time::Duration;

use super::DropReason;
use super::limits::{CHANGES_OF_CIPHER, JOIN_DATAGRAMS, LAST_FLIGHT, LAST_FLIGHT_DATAGRAMS};
use super::records::{Content, Record, fragments, records};

/// The kinds of a client's messages (RFC 5246, section 7.4), by their number.
const MESSAGES: [u8; 4] = [CLIENT_HELLO, 11, 16, 15];
const CLIENT_HELLO: u8 = 1;

/// What the gate has seen of a leg's handshake.
#[derive(Debug, Default)]
pub(super) struct Handshake {
    has_begun: bool,
    datagrams: u8,
    changes_of_cipher: u8,
    repetitions: u8,
}

/// What a datagram of DTLS that may pass consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flight {
    /// How many records it has.
    pub(super) records: usize,
    /// Whether there is something for a data channel in it.
    pub(super) has_data: bool,
}

impl Handshake {
    /// Takes a datagram of a leg that is not connected.
    pub(super) fn joining(&mut self, datagram: &[u8]) -> Result<Flight, DropReason> {
        let (mut has_begun, mut changes) = (self.has_begun, self.changes_of_cipher);
        let flight = read(datagram, |record| match record.content {
            _ if record.is_protected => has_begun,
            Content::Handshake => {
                has_begun |= is_client_hello(record.body);
                has_begun
            }
            Content::ChangeCipherSpec => {
                changes += 1;
                has_begun && changes <= CHANGES_OF_CIPHER
            }
            Content::Alert | Content::Application => false,
        })?;
        if self.datagrams >= JOIN_DATAGRAMS {
            return Err(DropReason::TooMuchHandshake);
        }
        self.datagrams += 1;
        (self.has_begun, self.changes_of_cipher) = (has_begun, changes);
        Ok(flight)
    }

    /// Takes a datagram of a leg that has been connected for a time. What is not protected is a
    /// repetition of the client's last flight, or it is not the client's.
    pub(super) fn connected(
        &mut self,
        datagram: &[u8],
        span: Duration,
    ) -> Result<Flight, DropReason> {
        let mut is_repetition = false;
        let flight = read(datagram, |record| {
            is_repetition |= !record.is_protected;
            record.is_protected
                || match record.content {
                    Content::Handshake => !is_client_hello(record.body),
                    Content::ChangeCipherSpec => true,
                    Content::Alert | Content::Application => false,
                }
        })?;
        if is_repetition {
            if span > LAST_FLIGHT || self.repetitions >= LAST_FLIGHT_DATAGRAMS {
                return Err(DropReason::TooMuchHandshake);
            }
            self.repetitions += 1;
        }
        Ok(flight)
    }
}

/// Reads a datagram whose records are all well-formed and in their place.
fn read(
    datagram: &[u8],
    mut in_place: impl FnMut(&Record<'_>) -> bool,
) -> Result<Flight, DropReason> {
    let mut flight = Flight { records: 0, has_data: false };
    for record in records(datagram)? {
        if !record.is_protected {
            check(&record)?;
        }
        if !in_place(&record) {
            return Err(DropReason::MisplacedDtls);
        }
        flight.records += 1;
        flight.has_data |= record.content == Content::Application;
    }
    Ok(flight)
}

/// Whether a record that is not protected is one of a client's handshake.
fn check(record: &Record<'_>) -> Result<(), DropReason> {
    match record.content {
        Content::ChangeCipherSpec if record.body != [1] => Err(DropReason::MalformedDtls),
        Content::Handshake => fragments(record.body).try_for_each(|fragment| {
            let fragment = fragment?;
            let expected = MESSAGES.get(usize::from(fragment.sequence));
            let in_its_flight = (fragment.kind == CLIENT_HELLO) == is_client_hello(record.body);
            let in_place = expected == Some(&fragment.kind) && in_its_flight;
            in_place.then_some(()).ok_or(DropReason::MisplacedDtls)
        }),
        Content::ChangeCipherSpec | Content::Alert | Content::Application => Ok(()),
    }
}

fn is_client_hello(body: &[u8]) -> bool {
    body.first() == Some(&CLIENT_HELLO)
}
