//! A data channel as the rest of the process has it: two bounded queues and a bell.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Semaphore, mpsc};
use transport::{ChannelId, Frame, LARGEST_FRAME, LegId, Peer, Written};

use crate::handle::Post;

/// What may wait unread of one channel. A page waits for answers long before; one that does not
/// loses the channel.
const UNREAD: usize = 256 * 1024;

/// What may wait unsent of one channel before its writer waits: a quarter of a second on a line of
/// 4 Mbit/s, with as much again in the connection.
const UNSENT: usize = 128 * 1024;

/// What a frame takes besides its bytes: its place in a queue and in the allocator. So the bounds
/// hold for the smallest frames too: four thousand of them unread, two thousand unsent.
const FRAME: usize = 64;

/// Frames of a channel written in one go; the others come after everybody else had a turn.
const FRAMES_AT_ONCE: usize = 16;

/// Bytes after which it is enough for one go, however many frames: 14 datagrams.
const BYTES_AT_ONCE: usize = 16 * 1024;

/// A data channel that a page has opened.
#[derive(Debug)]
pub struct OpenedChannel {
    /// Whose it is.
    pub leg: LegId,
    /// What it is for, in the word of the page: one of [`LABELS`](crate::LABELS).
    pub label: String,
    /// The server's end of it.
    pub pipe: Pipe,
}

/// The channel is closed, or its leg is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the data channel is gone")]
pub struct ChannelGone;

/// The server's end of a data channel.
#[derive(Debug)]
pub struct Pipe {
    reader: PipeReader,
    writer: PipeWriter,
}

/// What the page sends.
#[derive(Debug)]
pub struct PipeReader {
    frames: mpsc::UnboundedReceiver<Frame>,
    between: Arc<Between>,
}

/// What the page is sent. Dropping it closes the channel, once everything has arrived.
#[derive(Debug)]
pub struct PipeWriter {
    frames: mpsc::UnboundedSender<Frame>,
    between: Arc<Between>,
}

impl Pipe {
    /// See [`PipeReader::recv`].
    pub async fn recv(&mut self) -> Option<Frame> {
        self.reader.recv().await
    }

    /// See [`PipeWriter::send`].
    ///
    /// # Errors
    ///
    /// When the channel is gone.
    pub async fn send(&self, frame: Frame) -> Result<(), ChannelGone> {
        self.writer.send(frame).await
    }

    /// The two directions, each for a task of its own.
    pub fn split(self) -> (PipeReader, PipeWriter) {
        (self.reader, self.writer)
    }
}

impl PipeReader {
    /// The next frame; `None` when the channel is closed and everything was read. May be dropped
    /// while it waits; no frame is lost.
    ///
    /// What is not read waits, up to 256 KiB; then the channel is closed.
    pub async fn recv(&mut self) -> Option<Frame> {
        let frame = self.frames.recv().await?;
        self.between.unread.add_permits(cost(&frame));
        Some(frame)
    }
}

impl PipeWriter {
    /// Sends a frame: waits while 128 KiB of this channel wait unsent, and returns as soon as there
    /// is room. May be dropped while it waits; nothing is sent then.
    ///
    /// No page is sent a frame of more than [`LARGEST_FRAME`] bytes: the channel counts as gone.
    ///
    /// # Errors
    ///
    /// When the channel is gone.
    pub async fn send(&self, frame: Frame) -> Result<(), ChannelGone> {
        let bytes = frame.bytes().len();
        if bytes > LARGEST_FRAME {
            tracing::error!(leg = %self.between.leg, bytes, "a frame is too large to be sent");
            return Err(ChannelGone);
        }
        let room = self.between.unsent.acquire_many(cost(&frame) as u32).await;
        room.map_err(|_| ChannelGone)?.forget();
        self.frames.send(frame).map_err(|_| ChannelGone)?;
        self.between.ring();
        Ok(())
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        self.between.is_done.store(true, Ordering::Release);
        self.between.ring();
    }
}

/// What both ends share.
#[derive(Debug)]
struct Between {
    leg: LegId,
    post: Arc<Post>,
    /// Room for what the page sends and nobody has read.
    unread: Semaphore,
    /// Room for what the page is to be sent.
    unsent: Semaphore,
    /// The worker will look.
    is_rung: AtomicBool,
    /// Nothing will be sent any more.
    is_done: AtomicBool,
}

impl Between {
    /// Makes the worker look: once, however often it is rung until it does.
    fn ring(&self) {
        if !self.is_rung.swap(true, Ordering::AcqRel) {
            self.post.inbox.call(self.leg);
            self.post.wake();
        }
    }
}

/// The worker's end of a data channel. Never waits.
#[derive(Debug)]
pub(crate) struct PipeEnd {
    incoming: mpsc::UnboundedSender<Frame>,
    outgoing: mpsc::UnboundedReceiver<Frame>,
    /// What the connection had no room for.
    held: Option<Frame>,
    between: Arc<Between>,
}

/// More waits unread than may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overrun;

/// What is left to be written to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing, or nothing that there is room for.
    Nothing,
    /// More than is written in one go.
    More,
    /// The channel is to be closed.
    Close,
}

/// Lays a pipe from whoever is told of the channel to the worker behind `post`.
pub(crate) fn pipe(leg: LegId, post: Arc<Post>) -> (Pipe, PipeEnd) {
    // Bounded by the room in between.
    let (incoming, unread) = mpsc::unbounded_channel();
    let (unsent, outgoing) = mpsc::unbounded_channel();
    let between = Arc::new(Between {
        leg,
        post,
        unread: Semaphore::new(UNREAD),
        unsent: Semaphore::new(UNSENT),
        is_rung: AtomicBool::new(false),
        is_done: AtomicBool::new(false),
    });
    let reader = PipeReader { frames: unread, between: Arc::clone(&between) };
    let writer = PipeWriter { frames: unsent, between: Arc::clone(&between) };
    (Pipe { reader, writer }, PipeEnd { incoming, outgoing, held: None, between })
}

impl PipeEnd {
    /// Hands over what the page has sent. What nobody wants to read is forgotten.
    pub(crate) fn deliver(&self, frame: Frame) -> Result<(), Overrun> {
        if self.incoming.is_closed() {
            return Ok(());
        }
        let room = self.between.unread.try_acquire_many(cost(&frame) as u32);
        room.map_err(|_| Overrun)?.forget();
        // The reader may be gone just now.
        drop(self.incoming.send(frame));
        Ok(())
    }

    /// Writes what the page is to be sent, as far as there is room. Returns what is left, and how
    /// many frames were written.
    pub(crate) fn write(&mut self, id: ChannelId, peer: &mut Peer) -> (Left, u64) {
        // First these two: whoever comes after rings again.
        self.between.is_rung.swap(false, Ordering::AcqRel);
        let is_done = self.between.is_done.load(Ordering::Acquire);
        let (mut frames, mut bytes) = (0, 0);
        while frames < FRAMES_AT_ONCE && bytes < BYTES_AT_ONCE {
            let Some(frame) = self.held.take().or_else(|| self.outgoing.try_recv().ok()) else {
                return (if is_done { Left::Close } else { Left::Nothing }, frames as u64);
            };
            match peer.write(id, &frame) {
                Written::Taken => {
                    frames += 1;
                    bytes += frame.bytes().len();
                    self.between.unsent.add_permits(cost(&frame));
                }
                Written::Full => {
                    self.held = Some(frame);
                    return (Left::Nothing, frames as u64);
                }
                Written::Gone => return (Left::Close, frames as u64),
            }
        }
        (Left::More, frames as u64)
    }
}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        // Whoever waits for room learns that there will be none.
        self.between.unsent.close();
    }
}

/// What a frame counts for.
fn cost(frame: &Frame) -> usize {
    FRAME + frame.bytes().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    use mio::{Poll, Token, Waker};

    use crate::Counters;
    use crate::inbox::Inbox;

    const ALICE: LegId = LegId(1);

    fn laid() -> (Pipe, PipeEnd, Arc<Post>) {
        let poll = Poll::new().unwrap();
        let post = Arc::new(Post {
            inbox: Inbox::new(),
            waker: Waker::new(poll.registry(), Token(0)).unwrap(),
            candidates: Vec::new(),
            local: "127.0.0.1:1".parse().unwrap(),
            counters: Mutex::new(Counters::default()),
        });
        let (pipe, end) = pipe(ALICE, Arc::clone(&post));
        (pipe, end, post)
    }

    fn frame(bytes: usize) -> Frame {
        Frame::Binary(vec![0; bytes])
    }

    #[tokio::test]
    async fn the_worker_is_called_once_however_much_is_written() {
        let (pipe, _end, post) = laid();
        for _ in 0..100 {
            pipe.send(frame(10)).await.unwrap();
        }
        assert_eq!(post.inbox.open().calls, [ALICE]);
        drop(pipe);
        assert!(post.inbox.open().calls.is_empty(), "it will look anyway");
    }

    #[tokio::test]
    async fn a_writer_who_waits_learns_of_the_end() {
        let (pipe, end, _post) = laid();
        let (mut reader, writer) = pipe.split();
        let full = async { while writer.send(frame(LARGEST_FRAME)).await.is_ok() {} };
        let ((), read) = tokio::join!(full, async {
            drop(end);
            reader.recv().await
        });
        assert_eq!(read, None);
    }

    #[tokio::test]
    async fn there_is_room_again_for_what_was_read() {
        let (mut pipe, end, _post) = laid();
        for bytes in [0, 1000, LARGEST_FRAME] {
            let most = UNREAD / (FRAME + bytes);
            for _ in 0..most {
                assert_eq!(end.deliver(frame(bytes)), Ok(()));
            }
            assert_eq!(end.deliver(frame(LARGEST_FRAME)), Err(Overrun));
            for _ in 0..most {
                assert_eq!(pipe.recv().await, Some(frame(bytes)));
            }
        }
        // Nobody wants to read: nothing is kept.
        let (reader, _writer) = pipe.split();
        drop(reader);
        for _ in 0..100 {
            assert_eq!(end.deliver(frame(LARGEST_FRAME)), Ok(()));
        }
    }
}
