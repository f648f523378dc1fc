//! What one listener is played: a clip over and over, and now and then something said amid it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Clip, ClipCursor};
use crate::rtp::Payload;

/// Nothing is said in the first half second (in packets): whoever was talking with somebody until
/// now first hears that this is over, and then why.
pub const LEAD: usize = 25;

/// Most clips of one announcement: a welcome, a request to wait, a place and a time.
pub const MOST_SAID: usize = 4;

/// What one listener is played: a clip over and over, and now and then something said amid it.
///
/// While something is said the clip beneath stands still, and goes on with the packet it was
/// interrupted at. Nothing is encoded for that: all packets are those of the clips.
#[derive(Clone, Debug)]
pub struct Playback {
    beneath: Arc<Clip>,
    cursor: ClipCursor,
    /// Packets of the clip beneath to be heard before anything is said.
    lead: usize,
    /// What is being said, and the place of its next packet.
    said: Option<(Arc<Clip>, usize)>,
    /// What is said then.
    next: VecDeque<Arc<Clip>>,
}

impl Playback {
    /// Nothing but a clip, from its start.
    pub fn of(beneath: Arc<Clip>) -> Self {
        let (cursor, next) = (ClipCursor::new(), VecDeque::new());
        Self { beneath, cursor, lead: LEAD, said: None, next }
    }

    /// The clip that is played over and over.
    pub fn beneath(&self) -> &Arc<Clip> {
        &self.beneath
    }

    /// Says these clips, one after another, as soon as what is being said has come to its end.
    /// They stand in place of what was to be said and has not begun: that is old news. Of more than
    /// [`MOST_SAID`] the rest is left out.
    pub fn say(&mut self, clips: impl IntoIterator<Item = Arc<Clip>>) {
        self.next.clear();
        self.next.extend(clips.into_iter().take(MOST_SAID));
    }

    /// The next packet.
    pub fn next_packet(&mut self) -> Payload {
        if self.lead > 0 {
            self.lead -= 1;
        } else if self.said.is_none() {
            self.said = self.next.pop_front().map(|clip| (clip, 0));
        }
        let Some((clip, at)) = &mut self.said else {
            return Arc::clone(self.cursor.next(&self.beneath));
        };
        let packet = Arc::clone(&clip.packets[*at]);
        *at += 1;
        if *at == clip.packets.len() {
            self.said = None;
        }
        packet
    }
}
