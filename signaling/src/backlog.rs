use std::collections::VecDeque;

use crate::protocol::ServerMessage;

/// The latest news of one person, so that a session that resumes gets what it missed.
///
/// Views are whole and are simply sent again; this is for what happens once and is told once.
#[derive(Debug)]
pub struct Backlog {
    capacity: usize,
    news: VecDeque<(u64, ServerMessage)>,
    /// The highest cursor that has been dropped for want of room.
    forgotten: u64,
}

impl Backlog {
    /// Keeps the latest `capacity` messages.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { capacity, news: VecDeque::new(), forgotten: 0 }
    }

    /// Keeps the message; cursors rise, and messages of one cursor stay in order.
    pub fn push(&mut self, cursor: u64, message: ServerMessage) {
        self.news.push_back((cursor, message));
        while self.news.len() > self.capacity {
            if let Some((cursor, _)) = self.news.pop_front() {
                self.forgotten = cursor;
            }
        }
    }

    /// Everything after the cursor, or nothing when some of it is forgotten.
    pub fn after(&self, cursor: u64) -> Option<impl Iterator<Item = &ServerMessage>> {
        let complete = cursor >= self.forgotten;
        complete.then(|| {
            self.news.iter().filter(move |(at, _)| *at > cursor).map(|(_, message)| message)
        })
    }
}

#[cfg(test)]
mod tests {
    use call_core::{ConversationId, Notice};

    use super::*;

    fn news(n: u64) -> ServerMessage {
        let notice = Notice::CustomerLost { conversation: ConversationId(n) };
        ServerMessage::Notice { cursor: n, notice }
    }

    #[test]
    fn what_was_missed_is_given_in_order() {
        let mut backlog = Backlog::with_capacity(3);
        (1..=3).for_each(|n| backlog.push(n, news(n)));
        let missed: Vec<_> = backlog.after(1).unwrap().cloned().collect();
        assert_eq!(missed, [news(2), news(3)]);
        assert_eq!(backlog.after(3).unwrap().count(), 0);
    }

    #[test]
    fn a_gap_is_told_from_nothing_missed() {
        let mut backlog = Backlog::with_capacity(2);
        (1..=4).for_each(|n| backlog.push(n, news(n)));
        assert!(backlog.after(1).is_none());
        assert_eq!(backlog.after(2).unwrap().count(), 2);
    }
}
