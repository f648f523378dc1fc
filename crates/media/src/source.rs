//! What a leg is sent.

use transport::LegId;

/// The place of a clip in [`MediaConfig::clips`](crate::MediaConfig::clips).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClipId(pub usize);

/// What a leg is sent: the whole of what the media plane knows about who hears whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// Nothing at all; the connection is kept alive by answering its checks.
    #[default]
    Silence,
    /// The packets of one talker, rewritten and never decoded.
    Forward(LegId),
    /// The sum of several talkers, encoded for this leg alone. The leg itself never belongs to
    /// it; naming it has no effect.
    Mix(Vec<LegId>),
    /// A clip, over and over, from packets that were encoded long ago. Amid it something may be
    /// said ([`MediaHandle::say`](crate::MediaHandle::say)).
    Play(ClipId),
}
