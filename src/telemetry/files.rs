//! The figures of files that people send each other.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::registry::Counters;

/// What is counted of files; cheap to clone.
#[derive(Debug, Clone)]
pub struct FileFigures {
    /// Files that arrived whole.
    pub kept: Counter,
    /// Files that somebody began to fetch.
    pub fetched: Counter,
    /// Files and parts of files that were deleted.
    pub deleted: Counter,
    in_bytes: Counter,
    out_bytes: Counter,
    refused: Counters,
    transfers: Gauge,
}

impl Default for FileFigures {
    fn default() -> Self {
        let refused = Counters::default();
        // A rate can be drawn only from a counter that was there before it first rose.
        drop(refused.get_or_create(&[("code", "storage_failed")]));
        let (kept, fetched, deleted) = Default::default();
        let (in_bytes, out_bytes, transfers) = Default::default();
        Self { kept, fetched, deleted, in_bytes, out_bytes, refused, transfers }
    }
}

impl FileFigures {
    /// Notes that so much of a file arrived.
    pub(crate) fn received(&self, bytes: usize) {
        self.in_bytes.inc_by(bytes as u64);
    }

    /// Notes that so much of a file was read to be sent.
    pub(crate) fn sent(&self, bytes: usize) {
        self.out_bytes.inc_by(bytes as u64);
    }

    /// Notes that an upload or a fetch was refused or went wrong. Codes are those of
    /// `docs/protocol.md`: a fixed set.
    pub(crate) fn refused(&self, code: &'static str) {
        self.refused.get_or_create(&[("code", code)]).inc();
    }

    /// Notes that a channel begins or ends to carry files.
    pub(crate) fn transfers(&self, begins: bool) {
        if begins {
            self.transfers.inc();
        } else {
            self.transfers.dec();
        }
    }

    /// Puts them on the page.
    pub(super) fn register(&self, registry: &mut Registry) {
        let now = "Channels on which a file is under way";
        registry.register("file_transfers", now, self.transfers.clone());
        registry.register("files_kept", "Files that arrived whole", self.kept.clone());
        registry.register("files_fetched", "Files begun to be fetched", self.fetched.clone());
        let refused = "Uploads and fetches that were refused or went wrong, by code";
        registry.register("files_refused", refused, self.refused.clone());
        let deleted = "Files deleted: left behind, or their chat was forgotten";
        registry.register("files_deleted", deleted, self.deleted.clone());
        let arrived = "Length of what arrived of files";
        registry.register_with_unit("file_in", arrived, Unit::Bytes, self.in_bytes.clone());
        let read = "Length of what was read of files to be sent";
        registry.register_with_unit("file_out", read, Unit::Bytes, self.out_bytes.clone());
    }
}
