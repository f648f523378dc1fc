//! Gate rule 7: the records that a datagram of DTLS consists of (RFC 6347, section 4.1).

use super::DropReason;
use super::limits::{LONGEST_MESSAGE, RECORDS, SHORTEST_PROTECTED};

const HEADER: usize = 13;
const MESSAGE_HEADER: usize = 12;

/// DTLS 1.0, which the first record of a handshake may say, and DTLS 1.2.
const VERSIONS: [[u8; 2]; 2] = [[0xfe, 0xff], [0xfe, 0xfd]];

/// One record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) content: Content,
    pub(super) is_protected: bool,
    pub(super) body: &'a [u8],
}

/// What a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    ChangeCipherSpec,
    Alert,
    Handshake,
    Application,
}

/// A part of a handshake message, or the whole of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment {
    /// What kind of message it is of.
    pub(super) kind: u8,
    /// Which message of its sender it is of.
    pub(super) sequence: u16,
}

/// The records of a datagram, which has to consist of nothing else.
///
/// Protected ones are all of the first keys: the connection does not negotiate a second time.
pub(super) fn records(datagram: &[u8]) -> Result<impl Iterator<Item = Record<'_>>, DropReason> {
    let (mut found, mut rest) = ([None; RECORDS], datagram);
    for place in &mut found {
        if rest.is_empty() {
            break;
        }
        let (record, after) = next(rest).ok_or(DropReason::MalformedDtls)?;
        *place = Some(record);
        rest = after;
    }
    if !rest.is_empty() {
        return Err(DropReason::MalformedDtls);
    }
    Ok(found.into_iter().flatten())
}

fn next(bytes: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<HEADER>()?;
    let [kind, version @ .., epoch_high, epoch_low, _, _, _, _, _, _, high, low] = header;
    let (body, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
    let content = match kind {
        20 => Content::ChangeCipherSpec,
        21 => Content::Alert,
        22 => Content::Handshake,
        23 => Content::Application,
        _ => return None,
    };
    let epoch = u16::from_be_bytes([*epoch_high, *epoch_low]);
    let fits = match (epoch, content) {
        (0, _) => !body.is_empty(),
        (1, Content::Alert | Content::Handshake | Content::Application) => {
            body.len() >= SHORTEST_PROTECTED
        }
        (1, Content::ChangeCipherSpec) | (2.., _) => false,
    };
    let record = Record { content, is_protected: epoch == 1, body };
    (fits && VERSIONS.contains(version)).then_some((record, rest))
}

/// The fragments of handshake messages in a record that is not protected, which has to consist of
/// nothing else.
///
/// One in each record is what most clients send; Chromium's library packed several into one for
/// some versions, as it is allowed to.
pub(super) fn fragments(body: &[u8]) -> impl Iterator<Item = Result<Fragment, DropReason>> {
    let mut rest = body;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some((fragment, after)) = next_fragment(rest) else {
            rest = &[];
            return Some(Err(DropReason::MalformedDtls));
        };
        rest = after;
        Some(Ok(fragment))
    })
}

fn next_fragment(bytes: &[u8]) -> Option<(Fragment, &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<MESSAGE_HEADER>()?;
    let [kind, t0, t1, t2, s0, s1, o0, o1, o2, l0, l1, l2] = *header;
    let number = |high, middle, low| u32::from_be_bytes([0, high, middle, low]) as usize;
    let (total, offset, length) = (number(t0, t1, t2), number(o0, o1, o2), number(l0, l1, l2));
    // No message of a client is empty, so no fragment is: empty ones only fill a queue.
    let fits = length > 0 && offset + length <= total && total <= LONGEST_MESSAGE;
    let (_, rest) = rest.split_at_checked(length)?;
    fits.then_some((Fragment { kind, sequence: u16::from_be_bytes([s0, s1]) }, rest))
}
