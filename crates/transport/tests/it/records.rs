//! Hand-made records of DTLS.

pub(crate) type Datagram = Vec<u8>;

pub(crate) const CHANGE: u8 = 20;
pub(crate) const ALERT: u8 = 21;
pub(crate) const HANDSHAKE: u8 = 22;
pub(crate) const APPLICATION: u8 = 23;

/// A record.
pub(crate) fn record(kind: u8, epoch: u16, body: &[u8]) -> Datagram {
    let mut record = vec![kind, 0xfe, 0xfd];
    record.extend(epoch.to_be_bytes());
    record.extend([0, 0, 0, 0, 0, 9]);
    record.extend((body.len() as u16).to_be_bytes());
    record.extend(body);
    record
}

/// A part of a handshake message.
pub(crate) fn fragment(
    kind: u8,
    sequence: u16,
    total: usize,
    offset: usize,
    length: usize,
) -> Vec<u8> {
    let number = |value: usize| (value as u32).to_be_bytes().into_iter().skip(1);
    let mut fragment = vec![kind];
    fragment.extend(number(total));
    fragment.extend(sequence.to_be_bytes());
    fragment.extend(number(offset));
    fragment.extend(number(length));
    fragment.resize(12 + length, 7);
    fragment
}

/// A handshake message in a record of its own.
pub(crate) fn whole(kind: u8, sequence: u16, length: usize) -> Datagram {
    record(HANDSHAKE, 0, &fragment(kind, sequence, length, 0, length))
}

/// What every handshake begins with.
pub(crate) fn hello() -> Datagram {
    whole(1, 0, 180)
}

/// What a client says last, in one datagram.
pub(crate) fn last_flight() -> Datagram {
    [
        whole(11, 1, 300),
        whole(16, 2, 66),
        whole(15, 3, 76),
        record(CHANGE, 0, &[1]),
        protected(HANDSHAKE, 40),
    ]
    .concat()
}

/// A record that only the two ends can read.
pub(crate) fn protected(kind: u8, length: usize) -> Datagram {
    record(kind, 1, &vec![0x5a; length])
}
