//! Data channels: from a leg to whoever has the pipe, and back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use transport::{ChannelId, Frame, LegId};

use super::Worker;
use crate::channels::LABELS;
use crate::lines::Cause;
use crate::pipe::{OpenedChannel, pipe};

/// Time spent on what legs are to be written before everything else has its turn again: a fifth of
/// what makes a beat late.
const CALLS_TIME: Duration = Duration::from_millis(1);

impl Worker {
    /// Somebody has something for a channel of a leg.
    pub(super) fn call(&mut self, id: LegId) {
        let Some(leg) = self.lines.legs.get_mut(&id) else { return };
        // So there is at most one call for each leg.
        if !std::mem::replace(&mut leg.channels.is_called, true) {
            self.calls.push_back(id);
        }
    }

    /// Writes to the channels of legs; says whether some are left.
    pub(super) fn answer_calls(&mut self) -> bool {
        let began = Instant::now();
        let mut now = began;
        while let Some(id) = self.calls.pop_front() {
            if let Some(leg) = self.lines.legs.get_mut(&id) {
                leg.channels.is_called = false;
            }
            self.write_to(id, now);
            self.settle(now);
            now = Instant::now();
            if now.duration_since(began) > CALLS_TIME {
                break;
            }
        }
        !self.calls.is_empty()
    }

    /// Writes to the channels of a leg as much as is good for one go.
    pub(super) fn write_to(&mut self, id: LegId, now: Instant) {
        let written =
            self.lines.step(id, now, Cause::Others, |leg| Ok(leg.channels.write(&mut leg.peer)));
        let Some((is_more, frames)) = written else { return };
        self.lines.counters.channel_frames_out += frames;
        if is_more {
            self.call(id);
        }
    }

    /// A page has opened a channel.
    pub(super) fn opened(&mut self, id: LegId, channel: ChannelId, label: String, now: Instant) {
        if !LABELS.contains(&label.as_str()) {
            tracing::debug!(leg = %id, label, "a channel that is for nothing is closed");
            self.close_channel(id, channel, now);
            return;
        }
        let (pipe, end) = pipe(id, Arc::clone(&self.shared.posts[self.index]));
        let opened = OpenedChannel { leg: id, label, pipe };
        if let Err(error) = self.shared.channels.try_send(opened) {
            tracing::warn!(leg = %id, %error, "nobody takes a channel, it is closed");
            self.close_channel(id, channel, now);
            return;
        }
        self.lines.counters.channels_opened += 1;
        if let Some(leg) = self.lines.legs.get_mut(&id) {
            leg.channels.add(channel, end);
        }
    }

    /// A page has sent a frame.
    pub(super) fn said(&mut self, id: LegId, channel: ChannelId, frame: Frame, now: Instant) {
        self.lines.counters.channel_frames_in += 1;
        let Some(leg) = self.lines.legs.get_mut(&id) else { return };
        if leg.channels.deliver(channel, frame).is_err() {
            tracing::debug!(leg = %id, "a channel with too much unread is closed");
            self.lines.counters.channels_overrun += 1;
            self.close_channel(id, channel, now);
        }
    }

    fn close_channel(&mut self, id: LegId, channel: ChannelId, now: Instant) {
        self.lines.step(id, now, Cause::Others, |leg| {
            leg.channels.remove(channel);
            leg.peer.close_channel(channel);
            Ok(())
        });
    }
}
