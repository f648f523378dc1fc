//! Gate rule 9: how much of what a leg may send.
//!
//! What could be forged never stands in the way of what could not: sound of a stream that is known
//! has a measure of its own, and so have requests that are seen for the first time.

use std::time::Instant;

use super::DropReason;
use super::bucket::Bucket;
use super::handshake::Flight;
use super::limits::{
    CHECKS, DTLS_BYTES, DTLS_RECORDS, OTHER_MEDIA, REPEATED_CHECKS, SOUND, TRANSFER_BYTES,
    TRANSFER_RECORDS, TRIALS,
};

/// How much a leg has sent of late.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    checks: Bucket,
    repeated_checks: Bucket,
    records: Bucket,
    bytes: Bucket,
    sound: Bucket,
    other_media: Bucket,
    trials: Bucket,
    /// Whether a transfer of a file is agreed on.
    pub(super) is_transferring: bool,
}

impl Traffic {
    /// An authentic request of a connectivity check.
    pub(super) fn check(&mut self, is_fresh: bool, now: Instant) -> Result<(), DropReason> {
        let passes = if is_fresh {
            self.checks.takes(1, CHECKS, now)
        } else {
            self.repeated_checks.takes(1, REPEATED_CHECKS, now)
        };
        passes.then_some(()).ok_or(DropReason::TooManyChecks)
    }

    /// A datagram of DTLS on a connected leg.
    pub(super) fn dtls(
        &mut self,
        flight: Flight,
        bytes: usize,
        now: Instant,
    ) -> Result<(), DropReason> {
        let (by_record, by_byte) = if self.is_transferring {
            (TRANSFER_RECORDS, TRANSFER_BYTES)
        } else {
            (DTLS_RECORDS, DTLS_BYTES)
        };
        let passes = self.bytes.would_take(bytes, by_byte, now)
            && self.records.takes(flight.records, by_record, now)
            && self.bytes.takes(bytes, by_byte, now);
        passes.then_some(()).ok_or(DropReason::TooMuchDtls)
    }

    /// SRTP or SRTCP from an address of the leg.
    pub(super) fn media(&mut self, is_known: bool, now: Instant) -> Result<(), DropReason> {
        let passes = if is_known {
            self.sound.takes(1, SOUND, now)
        } else {
            self.other_media.takes(1, OTHER_MEDIA, now)
        };
        passes.then_some(()).ok_or(DropReason::TooMuchMedia)
    }

    /// Sound of the leg from an address that nobody knows.
    pub(super) fn trial(&mut self, now: Instant) -> Result<(), DropReason> {
        self.trials.takes(1, TRIALS, now).then_some(()).ok_or(DropReason::TooManyTrials)
    }
}
