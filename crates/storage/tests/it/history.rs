use call_core::ConversationId;

use crate::support::{Place, event, record};

#[tokio::test]
async fn the_latest_come_first_and_pages_meet_without_gap() {
    let place = Place::new().await;
    let records: Vec<_> = (1..=7).map(record).collect();
    place.journal.append(0, &[event(1)], &records).await.unwrap();
    let first = place.journal.conversations(3, None).await.unwrap();
    assert_eq!(first, [record(7), record(6), record(5)]);
    let before = first.last().map(|record| record.id);
    let second = place.journal.conversations(100, before).await.unwrap();
    assert_eq!(second, [record(4), record(3), record(2), record(1)]);
    assert!(place.journal.conversations(5, Some(ConversationId(1))).await.unwrap().is_empty());
    assert!(place.journal.conversations(0, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_conversation_is_found_by_its_id() {
    let place = Place::new().await;
    place.journal.append(0, &[event(1)], &[record(3)]).await.unwrap();
    assert_eq!(place.journal.get(ConversationId(3)).await.unwrap(), Some(record(3)));
    assert_eq!(place.journal.get(ConversationId(4)).await.unwrap(), None);
    assert_eq!(place.journal.get(ConversationId(u64::MAX)).await.unwrap(), None);
}

#[tokio::test]
async fn records_outlive_snapshots() {
    let place = Place::new().await;
    place.journal.append(0, &[event(1), event(2)], &[record(1)]).await.unwrap();
    for head in [1, 2, 2] {
        place.journal.save_snapshot(head, &crate::support::world(head)).await.unwrap();
    }
    assert_eq!(place.journal.conversations(10, None).await.unwrap(), [record(1)]);
}
