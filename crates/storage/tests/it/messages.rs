//! What was written in chats: in order, page by page, and notes for agents only.

use call_core::ConversationId;
use storage::{AppendError, Journal, Options, StoredMessage, Transcript};

use crate::support::{Place, conversation, event, sent, stored, world};

/// A chat of so many messages, of which every third is a note.
async fn with_chat(place: &Place, chat: u64, messages: u64) {
    let head = place.journal.head().await.unwrap();
    let events: Vec<_> = (1..=messages).map(|number| sent(chat, number)).collect();
    place.journal.append(head, &events, &[]).await.unwrap();
}

pub(crate) fn for_reader(chat: u64, reader: &str) -> Transcript {
    Transcript::for_reader(ConversationId(chat), &reader.parse().unwrap())
}

/// Everything that an agent reads, page by page.
pub(crate) async fn whole(journal: &Journal, chat: u64) -> Vec<StoredMessage> {
    let mut all: Vec<StoredMessage> = Vec::new();
    loop {
        let after = all.last().map_or(0, |last| last.message.number);
        let page = journal.messages_after(for_reader(chat, "agent:bob"), after, 200).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

async fn after(place: &Place, reader: &str, after: u64, limit: u32) -> Vec<u64> {
    let transcript = for_reader(7, reader);
    numbers(&place.journal.messages_after(transcript, after, limit).await.unwrap())
}

async fn before(place: &Place, reader: &str, before: Option<u64>, limit: u32) -> Vec<u64> {
    let transcript = for_reader(7, reader);
    numbers(&place.journal.messages_before(transcript, before, limit).await.unwrap())
}

fn numbers(messages: &[StoredMessage]) -> Vec<u64> {
    messages.iter().map(|stored| stored.message.number).collect()
}

#[tokio::test]
async fn what_was_written_is_read_as_it_was_written_and_each_chat_by_itself() {
    let place = Place::new().await;
    let events = [sent(7, 1), sent(8, 1), event(1), sent(7, 2), sent(6, 1), sent(7, 3)];
    place.journal.append(0, &events, &[]).await.unwrap();
    assert_eq!(whole(&place.journal, 7).await, [stored(7, 1), stored(7, 2), stored(7, 3)]);
    assert_eq!(whole(&place.journal, 8).await, [stored(8, 1)]);
    assert!(whole(&place.journal, 9).await.is_empty());
    assert!(whole(&place.journal, u64::MAX).await.is_empty());
    assert_eq!(place.journal.recover().await.unwrap().events, events);
}

#[tokio::test]
async fn pages_meet_both_ways_without_gap() {
    let place = Place::new().await;
    with_chat(&place, 6, 3).await;
    with_chat(&place, 7, 10).await;
    with_chat(&place, 8, 3).await;
    let bob = "agent:bob";
    assert_eq!(after(&place, bob, 0, 4).await, [1, 2, 3, 4]);
    assert_eq!(after(&place, bob, 4, 4).await, [5, 6, 7, 8]);
    assert_eq!(after(&place, bob, 8, 4).await, [9, 10]);
    assert!(after(&place, bob, 10, 4).await.is_empty());
    assert_eq!(before(&place, bob, None, 4).await, [7, 8, 9, 10]);
    assert_eq!(before(&place, bob, Some(7), 4).await, [3, 4, 5, 6]);
    assert_eq!(before(&place, bob, Some(3), 4).await, [1, 2]);
    assert!(before(&place, bob, Some(1), 4).await.is_empty());
}

#[tokio::test]
async fn a_number_no_chat_ever_reaches_is_only_a_place_after_the_last() {
    let place = Place::new().await;
    with_chat(&place, 7, 3).await;
    for far in [4, i64::MAX as u64, 1 << 63, u64::MAX] {
        assert!(after(&place, "agent:bob", far, 10).await.is_empty());
        assert_eq!(before(&place, "agent:bob", Some(far), 10).await, [1, 2, 3]);
    }
    assert!(before(&place, "agent:bob", Some(0), 10).await.is_empty());
}

#[tokio::test]
async fn one_query_gives_at_most_two_hundred_whatever_it_asks_for() {
    let place = Place::new().await;
    with_chat(&place, 7, 450).await;
    let first = after(&place, "agent:bob", 0, u32::MAX).await;
    assert_eq!((first.len(), first.last()), (200, Some(&200)));
    let last = before(&place, "agent:bob", None, u32::MAX).await;
    assert_eq!((last.len(), last.first(), last.last()), (200, Some(&251), Some(&450)));
    assert!(after(&place, "agent:bob", 0, 0).await.is_empty());
    assert_eq!(whole(&place.journal, 7).await.len(), 450);
}

#[tokio::test]
async fn a_customer_is_never_given_a_note_and_its_pages_are_full_all_the_same() {
    let place = Place::new().await;
    with_chat(&place, 7, 10).await;
    let alice = "customer:x1";
    assert_eq!(after(&place, alice, 0, 4).await, [1, 2, 4, 5]);
    assert_eq!(after(&place, alice, 5, 4).await, [7, 8, 10]);
    assert_eq!(before(&place, alice, None, 4).await, [5, 7, 8, 10]);
    assert_eq!(before(&place, alice, Some(5), 4).await, [1, 2, 4]);
    assert_eq!(after(&place, "agent:carol", 0, 4).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_number_is_given_once_and_nothing_is_written_over() {
    let place = Place::new().await;
    with_chat(&place, 7, 3).await;
    let refused = place.journal.append(3, &[sent(7, 4), sent(7, 3)], &[]).await;
    assert!(matches!(refused, Err(AppendError::Database(_))), "{refused:?}");
    assert_eq!(place.journal.head().await.unwrap(), 3);
    assert_eq!(whole(&place.journal, 7).await, [stored(7, 1), stored(7, 2), stored(7, 3)]);
    assert_eq!(place.journal.append(3, &[sent(7, 4)], &[]).await.unwrap(), 4);
    assert_eq!(whole(&place.journal, 7).await.len(), 4);
}

#[tokio::test]
async fn a_conflict_stores_no_message() {
    let place = Place::new().await;
    with_chat(&place, 7, 1).await;
    let refused = place.journal.append(0, &[sent(7, 2)], &[]).await;
    assert!(matches!(refused, Err(AppendError::Conflict { head: 1 })));
    assert_eq!(whole(&place.journal, 7).await, [stored(7, 1)]);
}

#[tokio::test]
async fn messages_outlive_the_events_that_told_of_them() {
    let place = Place::new().await;
    with_chat(&place, 7, 5).await;
    for head in [4, 5, 5] {
        place.journal.save_snapshot(head, &world(head)).await.unwrap();
    }
    assert!(place.journal.events_after(0, 10).await.is_err(), "the first events are pruned");
    assert_eq!(whole(&place.journal, 7).await, conversation(7, 1..=5));
}

#[tokio::test]
async fn a_full_store_refuses_messages_and_keeps_those_it_has() {
    let place = Place::with(Options { max_bytes: Some(256 * 1024) }).await;
    let batch = |head: u64| (head + 1..=head + 64).map(|n| sent(7, n)).collect::<Vec<_>>();
    let mut head = 0;
    let refused = loop {
        match place.journal.append(head, &batch(head), &[]).await {
            Ok(next) => head = next,
            Err(refused) => break refused,
        }
        assert!(head < 100_000, "the bound holds");
    };
    assert!(matches!(refused, AppendError::DiskFull), "{refused:?}");
    for journal in [&place.journal, &place.after_a_crash().await.journal] {
        assert_eq!(journal.head().await.unwrap(), head);
        assert_eq!(whole(journal, 7).await, conversation(7, 1..=head));
    }

    // Without the events that two snapshots need no more there is room for messages again.
    place.journal.save_snapshot(head - 1, &world(1)).await.unwrap();
    place.journal.save_snapshot(head, &world(2)).await.unwrap();
    assert_eq!(place.journal.append(head, &batch(head), &[]).await.unwrap(), head + 64);
    let crashed = place.after_a_crash().await;
    assert_eq!(whole(&crashed.journal, 7).await, conversation(7, 1..=head + 64));
}
