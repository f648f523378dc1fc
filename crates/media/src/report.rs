//! What the media plane tells its user.

use transport::LegId;

/// A change in the life of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaReport {
    /// The leg is connected, keys are exchanged, sound can flow.
    Up(LegId),
    /// The leg is gone, and nothing sent to it will have an effect.
    Lost(LegId, LossReason),
}

/// Why a leg is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossReason {
    /// It was not connected within the join deadline.
    NeverJoined,
    /// Nothing authentic arrived from it for too long.
    Silent,
    /// Nothing authentic arrived from it within the time of a probe.
    ProbeUnanswered,
    /// The far end closed the connection.
    ClosedByPeer,
    /// The connection failed: a wrong certificate, a broken handshake, an association ended.
    TransportFailed,
    /// It opened more data channels than a page has any use for.
    TooManyChannels,
    /// What it sent took more of the processor than a leg may take.
    OverBudget,
    /// Handling this leg went wrong in the server; only this leg ends.
    Fault,
}
