//! The data channels of one leg.

use transport::{ChannelId, Frame, Peer};

use crate::pipe::{Left, Overrun, PipeEnd};

/// What a page may open a channel for: what is written, and files. Any other is closed.
pub const LABELS: [&str; 2] = ["chat", "files"];

/// The data channels of one leg: two at most, as the gate has it.
#[derive(Debug, Default)]
pub(crate) struct LegChannels {
    open: Vec<(ChannelId, PipeEnd)>,
    /// Somebody has something for one of them, and the worker has not looked yet.
    pub(crate) is_called: bool,
}

impl LegChannels {
    pub(crate) fn add(&mut self, id: ChannelId, end: PipeEnd) {
        self.open.push((id, end));
    }

    /// A channel is closed: whoever has its pipe reads what there is and then nothing.
    pub(crate) fn remove(&mut self, id: ChannelId) {
        self.open.retain(|(open, _)| *open != id);
    }

    /// Hands over what the page has sent. What comes on a channel that is being closed is lost.
    pub(crate) fn deliver(&self, id: ChannelId, frame: Frame) -> Result<(), Overrun> {
        let end = self.open.iter().find(|(open, _)| *open == id);
        end.map_or(Ok(()), |(_, end)| end.deliver(frame))
    }

    /// Writes what the page is to be sent: of each channel as much as is good for one go. Says
    /// whether there is more, and how many frames were written.
    pub(crate) fn write(&mut self, peer: &mut Peer) -> (bool, u64) {
        let (mut is_more, mut written) = (false, 0);
        self.open.retain_mut(|(id, end)| {
            let (left, frames) = end.write(*id, peer);
            written += frames;
            is_more |= left == Left::More;
            if left == Left::Close {
                peer.close_channel(*id);
            }
            left != Left::Close
        });
        (is_more, written)
    }
}
