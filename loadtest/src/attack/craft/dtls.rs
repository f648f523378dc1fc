//! DTLS 1.2 records in the clear (RFC 6347), right and wrong ones.

use crate::attack::dice::Dice;

/// Content types of records (RFC 5246, section 6.2.1).
pub const CHANGE_CIPHER_SPEC: u8 = 20;
/// An alert.
pub const ALERT: u8 = 21;
/// A handshake message or a fragment of one.
pub const HANDSHAKE: u8 = 22;

/// Handshake types (RFC 5246, section 7.4).
pub const CLIENT_HELLO: u8 = 1;
/// The client's certificate.
pub const CERTIFICATE: u8 = 11;
/// The client's half of the key.
pub const CLIENT_KEY_EXCHANGE: u8 = 16;
/// The end of the handshake, always encrypted.
pub const FINISHED: u8 = 20;

/// Bytes of a record before its content.
const RECORD_HEADER: usize = 13;

/// One record.
pub fn record(kind: u8, epoch: u16, sequence: u64, content: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(RECORD_HEADER + content.len());
    record.extend([kind, 0xfe, 0xfd]);
    record.extend(epoch.to_be_bytes());
    record.extend(&sequence.to_be_bytes()[2..]);
    record.extend((content.len() as u16).to_be_bytes());
    record.extend(content);
    record
}

/// A fragment of a handshake message: `total` and `offset` are what it claims, whatever is true.
pub fn fragment(kind: u8, total: u32, message: u16, offset: u32, body: &[u8]) -> Vec<u8> {
    let mut fragment = vec![kind];
    fragment.extend(&total.to_be_bytes()[1..]);
    fragment.extend(message.to_be_bytes());
    fragment.extend(&offset.to_be_bytes()[1..]);
    fragment.extend(&(body.len() as u32).to_be_bytes()[1..]);
    fragment.extend(body);
    fragment
}

/// A whole handshake message in a record of epoch 0.
pub fn handshake(kind: u8, message: u16, sequence: u64, body: &[u8]) -> Vec<u8> {
    record(HANDSHAKE, 0, sequence, &fragment(kind, body.len() as u32, message, 0, body))
}

/// An alert in the clear, or pretending to be of a later epoch.
pub fn alert(epoch: u16, sequence: u64, level: u8, description: u8) -> Vec<u8> {
    record(ALERT, epoch, sequence, &[level, description])
}

/// A `ClientHello` with the extensions WebRTC wants, as a first flight.
pub fn client_hello(dice: &mut Dice) -> Vec<u8> {
    let mut body = vec![0xfe, 0xfd];
    body.extend(dice.bytes(32));
    // No session, no cookie; ECDHE-ECDSA with AES-128-GCM; no compression.
    body.extend([0, 0, 0, 2, 0xc0, 0x2b, 1, 0]);
    let extensions = [
        // supported_groups: x25519 and P-256
        &[0, 10, 0, 6, 0, 4, 0, 29, 0, 23][..],
        // ec_point_formats: uncompressed
        &[0, 11, 0, 2, 1, 0],
        // signature_algorithms: ECDSA with SHA-256
        &[0, 13, 0, 4, 0, 2, 4, 3],
        // use_srtp: AEAD_AES_128_GCM, no MKI
        &[0, 14, 0, 5, 0, 2, 0, 7, 0],
        // extended_master_secret
        &[0, 23, 0, 0],
    ]
    .concat();
    body.extend((extensions.len() as u16).to_be_bytes());
    body.extend(extensions);
    handshake(CLIENT_HELLO, 0, 0, &body)
}

/// A datagram full of fragments of `length` bytes each that never make a message.
///
/// `first` numbers the records, so that no two datagrams of a flood are alike.
pub fn fragments(kind: u8, message: u16, length: usize, first: u64) -> Vec<u8> {
    const PER_DATAGRAM: u64 = 48;
    let body = vec![0; length];
    let record_at = |index| {
        let offset = (first + index) as u32 % 4000;
        record(HANDSHAKE, 0, first + index, &fragment(kind, 4096, message, offset, &body))
    };
    (0..PER_DATAGRAM).flat_map(record_at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_how_long_it_is() {
        let alert = alert(1, 7, 2, 40);
        assert_eq!(alert, [21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 7, 0, 2, 2, 40]);
    }

    #[test]
    fn a_fragment_claims_what_it_is_told_to() {
        let fragment = fragment(CERTIFICATE, 4096, 2, 300, &[9]);
        assert_eq!(fragment, [11, 0, 0x10, 0, 0, 2, 0, 1, 0x2c, 0, 0, 1, 9]);
    }
}
