use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::mpsc;

use super::News;
use super::limits::WAITING;

/// The driver's way to one channel. Telling never blocks and never fails: live news that do not fit
/// are dropped, and the channel learns that it has to read them from the history. Dropping it ends
/// the channel.
#[derive(Debug)]
pub struct Outbox {
    shared: Arc<Shared>,
    /// Unbounded as a channel: answers are bounded by what is asked, live news by the count.
    queue: mpsc::UnboundedSender<News>,
}

/// The end of an outbox that the channel holds.
#[derive(Debug)]
pub struct Inlet {
    shared: Arc<Shared>,
    queue: mpsc::UnboundedReceiver<News>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Live news in the queue.
    waiting: AtomicUsize,
    /// Whether live news were dropped since the channel last looked.
    missed: AtomicBool,
}

/// What a channel finds in its inlet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Something the driver has told.
    News(News),
    /// Nothing is left of what was told, and more was told that did not fit.
    Missed,
}

/// Makes an outbox and the end its news come out of.
pub fn outbox() -> (Outbox, Inlet) {
    let (sender, queue) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared::default());
    (Outbox { shared: Arc::clone(&shared), queue: sender }, Inlet { shared, queue })
}

impl Outbox {
    /// Tells the channel something.
    pub fn tell(&self, news: News) {
        if is_live(&news) {
            // Only this side adds, so the count is never too low. After a gap nothing is told
            // until the channel knows of it: it could take what follows for all there is.
            let full = self.shared.waiting.load(Ordering::SeqCst) >= WAITING;
            if full && can_be_read_again(&news) {
                self.shared.missed.store(true, Ordering::SeqCst);
            }
            if full || self.shared.missed.load(Ordering::SeqCst) {
                return;
            }
            self.shared.waiting.fetch_add(1, Ordering::SeqCst);
        }
        if self.queue.send(news).is_err() {
            tracing::trace!("the channel is gone, its news are dropped");
        }
    }

    /// Whether the channel is gone.
    pub fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }
}

impl Inlet {
    /// What was told next; nothing once the driver has dropped its end.
    pub(super) async fn next(&mut self) -> Option<Found> {
        let news = match self.queue.try_recv() {
            Ok(news) => news,
            // The news that made it too many stood in this queue: whoever finds it empty has passed
            // them, and what was dropped is in the history by now.
            Err(_) if self.shared.missed.swap(false, Ordering::SeqCst) => {
                return Some(Found::Missed);
            }
            Err(_) => self.queue.recv().await?,
        };
        if is_live(&news) {
            self.shared.waiting.fetch_sub(1, Ordering::SeqCst);
        }
        Some(Found::News(news))
    }
}

/// Whether it is told unasked, however fast the channel is.
fn is_live(news: &News) -> bool {
    match news {
        News::Message { .. } | News::Marked { .. } | News::Typing { .. } => true,
        News::Followed { .. }
        | News::Unfollowed { .. }
        | News::Sent { .. }
        | News::MayRead { .. }
        | News::Refused { .. } => false,
    }
}

/// Whether it is worth reading again when it did not fit.
fn can_be_read_again(news: &News) -> bool {
    !matches!(news, News::Typing { .. })
}

#[cfg(test)]
mod tests {
    use call_core::{ConversationId, Marks};

    use super::*;
    use crate::chat::Unfollowed;

    const CHAT: ConversationId = ConversationId(7);

    fn marked(read: u64) -> News {
        let person = "customer:x1".parse().unwrap();
        News::Marked { conversation: CHAT, person, marks: Marks { delivered: read, read } }
    }

    fn typing() -> News {
        News::Typing { conversation: CHAT, person: "customer:x1".parse().unwrap() }
    }

    fn unfollowed() -> News {
        News::Unfollowed { conversation: CHAT, serial: 1, reason: Unfollowed::Left }
    }

    #[tokio::test]
    async fn what_does_not_fit_is_told_as_missed_after_what_does() {
        let (outbox, mut inlet) = outbox();
        for read in 0..2 * WAITING as u64 {
            outbox.tell(marked(read));
        }
        outbox.tell(unfollowed());
        for read in 0..WAITING as u64 {
            assert_eq!(inlet.next().await, Some(Found::News(marked(read))));
        }
        outbox.tell(marked(0));
        assert_eq!(inlet.next().await, Some(Found::News(unfollowed())), "never dropped");
        assert_eq!(inlet.next().await, Some(Found::Missed));
        outbox.tell(marked(1));
        assert_eq!(inlet.next().await, Some(Found::News(marked(1))), "told once");
    }

    #[tokio::test]
    async fn that_somebody_writes_is_nothing_to_read_again() {
        let (outbox, mut inlet) = outbox();
        (0..=WAITING).for_each(|_| outbox.tell(typing()));
        for _ in 0..WAITING {
            assert_eq!(inlet.next().await, Some(Found::News(typing())));
        }
        drop(outbox);
        assert_eq!(inlet.next().await, None);
    }
}
