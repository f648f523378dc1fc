//! The data channels of a connection.

use str0m::channel::{ChannelConfig, ChannelData, Reliability};

use super::{Peer, PeerError, PeerEvent};

/// The largest frame on a data channel, in bytes. Half-received messages are kept in memory.
pub const LARGEST_FRAME: usize = 16 * 1024;

/// Gate rule 11: data channels that a leg may open in its life. A page has one for what is written
/// and one for files; the library keeps something of each for ever, and looks at all of them again
/// and again.
const MOST_CHANNELS: usize = 2;

/// Bytes of one channel that the library holds until the far end has them: what is on its way on a
/// line of 4 Mbit/s and an eighth of a second. The library's own bound of 128 KiB is twice that, so
/// one channel that is full leaves the other its share.
const MOST_BUFFERED: usize = 64 * 1024;

/// The far end has read so much that it is worth to go on. The largest frame fits well before, so a
/// channel that was too full for a frame is always [announced](PeerEvent::ChannelWritable) again.
const ROOM_AGAIN: usize = MOST_BUFFERED / 2;

/// Frames of a channel that one datagram may let loose. After a loss there may be many: a burst of
/// the smallest ones fits into few datagrams, and all of them wait for the one that is missing. Who
/// has more than this on its way does not wait for answers, as no page does that writes or sends a
/// file. Taking one costs the worker about a microsecond.
pub(super) const MOST_AT_ONCE: usize = 2048;

/// One data channel of a connection. Never used twice by the same connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelId(pub(super) str0m::channel::ChannelId);

/// What is said on a data channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

impl Frame {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

/// What became of a frame that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is on its way.
    Taken,
    /// The far end has to read first; [`PeerEvent::ChannelWritable`] says when it has.
    Full,
    /// The channel is closed, or its far end does not take a frame like this one.
    Gone,
}

impl Peer {
    /// Writes a frame to a channel, which never holds more than 64 KiB that the far end has not
    /// acknowledged. Several frames may be written before the connection is
    /// [drained](Self::drain): they go into datagrams together.
    pub fn write(&mut self, id: ChannelId, frame: &Frame) -> Written {
        let Some(mut channel) = self.rtc.channel(id.0) else { return Written::Gone };
        let bytes = frame.bytes();
        if bytes.is_empty() {
            // The library counts an empty frame and does not send it, and the far end would wait
            // for it for ever.
            return Written::Taken;
        }
        if channel.buffered_amount() + bytes.len() > MOST_BUFFERED {
            return Written::Full;
        }
        match channel.write(matches!(frame, Frame::Binary(_)), bytes) {
            Ok(true) => Written::Taken,
            Ok(false) => Written::Full,
            Err(error) => {
                tracing::debug!(%error, "a frame cannot be written");
                Written::Gone
            }
        }
    }

    /// Closes a channel, after what was written to it has arrived. Nothing is read from it then.
    pub fn close_channel(&mut self, id: ChannelId) {
        self.rtc.direct_api().close_data_channel(id.0);
    }

    /// The far end has opened a channel. One that may lose frames, or change their order, is of no
    /// use to anybody here: it is closed, and nobody is told.
    pub(super) fn opens(
        &mut self,
        id: ChannelId,
        label: String,
    ) -> Result<Option<PeerEvent>, PeerError> {
        self.opened += 1;
        if self.opened > MOST_CHANNELS {
            return Err(PeerError::TooManyChannels);
        }
        let Some(mut channel) = self.rtc.channel(id.0) else { return Ok(None) };
        let is_whole =
            |config: &ChannelConfig| config.ordered && config.reliability == Reliability::Reliable;
        if !channel.config().is_some_and(is_whole) {
            tracing::debug!(label, "a channel that may lose frames is closed");
            self.close_channel(id);
            return Ok(None);
        }
        channel.set_buffered_amount_low_threshold(ROOM_AGAIN);
        Ok(Some(PeerEvent::ChannelOpened(id, label)))
    }

    /// A frame has come. Text that is none closes the channel: no browser sends such.
    pub(super) fn reads(&mut self, data: ChannelData) -> Option<PeerEvent> {
        let id = ChannelId(data.id);
        if data.binary {
            return Some(PeerEvent::ChannelData(id, Frame::Binary(data.data)));
        }
        match String::from_utf8(data.data) {
            Ok(text) => Some(PeerEvent::ChannelData(id, Frame::Text(text))),
            Err(error) => {
                tracing::debug!(%error, "a channel with text that is none is closed");
                self.close_channel(id);
                None
            }
        }
    }
}
