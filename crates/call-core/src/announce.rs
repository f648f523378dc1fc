//! Announcements: those who wait are told their place and about how long it will be, and again
//! only when that got better.

use std::time::Duration;

use crate::chat;
use crate::conversation::{Announced, Care, Conversation, Queued};
use crate::draft::Draft;
use crate::event::Event;
use crate::id::ConversationId;
use crate::queue::{QueueKey, Rank};
use crate::team::Outlook;

/// Beyond this place, only every tenth is told: nobody cares whether it is 43 or 42.
const TOLD_ONE_BY_ONE: usize = 10;

/// Whoever stands further behind is told once, and again when it is among the first so many:
/// so that a step costs the same however many wait.
const TOLD_AGAIN: usize = 100;

/// Waits are told in full minutes.
const MINUTE_MS: u64 = 60_000;

/// Tells whoever waits in one of the queues that this decision has moved.
pub(crate) fn announce(draft: &mut Draft<'_>) {
    for queue in draft.moved_queues() {
        let places = draft.queue(&queue);
        let outlook = draft.outlook(&queue);
        for (index, rank) in places.iter().enumerate() {
            if index >= TOLD_AGAIN && !draft.is_touched(rank.id) {
                continue;
            }
            chat::tell_place(draft, rank.id);
            if let Some(wait) = waiting(draft.known(rank.id)) {
                let told = wait.announced;
                announce_one(draft, rank.id, outlook, index + 1, told);
            }
        }
    }
}

/// The wait of a call that nobody is rung for.
fn waiting(conversation: &Conversation) -> Option<&Queued> {
    match (&conversation.care, &conversation.offer) {
        (Care::Queued(queued), None) => Some(queued),
        (Care::Queued(_) | Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_), _) => None,
    }
}

fn announce_one(
    draft: &mut Draft<'_>,
    id: ConversationId,
    outlook: Option<Outlook>,
    position: usize,
    told: Option<Announced>,
) {
    let position = rounded(position);
    let wait = outlook.and_then(|outlook| outlook.wait(position)).map(minutes);
    let Some(told) = told else {
        push(draft, id, position, wait);
        return;
    };
    let shorter = match (wait, told.estimated_wait_ms) {
        (Some(wait), Some(told)) => wait < told,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if position < told.position || (shorter && position == told.position) {
        // What got worse is not told; what was told before stands.
        let wait = if shorter { wait } else { told.estimated_wait_ms };
        push(draft, id, position, wait);
    }
}

/// A place in a queue, and how long the wait there lasts.
pub(crate) fn place(draft: &Draft<'_>, queue: &QueueKey, own: Rank) -> (usize, Option<Duration>) {
    let position = draft.queue(queue).into_iter().take_while(|rank| *rank < own).count() + 1;
    (position, draft.outlook(queue).and_then(|outlook| outlook.wait(position)))
}

fn push(
    draft: &mut Draft<'_>,
    conversation: ConversationId,
    position: usize,
    estimated_wait_ms: Option<u64>,
) {
    draft.push(Event::WaitAnnounced { conversation, position, estimated_wait_ms });
}

/// A text with the place and the wait in it.
pub(crate) fn in_words(text: &str, position: usize, wait: Option<Duration>) -> String {
    let minutes = wait.map(|wait| minutes(wait) / MINUTE_MS);
    let wait = match minutes {
        None => "not known yet".to_owned(),
        Some(0) => "less than a minute".to_owned(),
        Some(1) => "about a minute".to_owned(),
        Some(minutes) => format!("about {minutes} minutes"),
    };
    text.replace("{position}", &rounded(position).to_string()).replace("{estimated_wait}", &wait)
}

fn rounded(position: usize) -> usize {
    if position <= TOLD_ONE_BY_ONE { position } else { position.next_multiple_of(10) }
}

fn minutes(wait: Duration) -> u64 {
    let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX / 2);
    millis.div_ceil(MINUTE_MS).saturating_mul(MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_one_by_one_up_to_ten_and_then_by_tens() {
        let told: Vec<_> = [1, 9, 10, 11, 20, 21].into_iter().map(rounded).collect();
        assert_eq!(told, [1, 9, 10, 20, 20, 30]);
    }

    #[test]
    fn waits_are_told_in_full_minutes() {
        let told = |seconds| minutes(Duration::from_secs(seconds)) / MINUTE_MS;
        assert_eq!([told(0), told(1), told(60), told(61)], [0, 1, 1, 2]);
        assert!(minutes(Duration::MAX) > 0);
    }
}
