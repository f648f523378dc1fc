use std::path::Path;

use call_core::{ConversationId, Event, Recorded, Time};
use serde_json::json;
use storage::{AppendError, Options};

use crate::support::{Place, event, events, record, world};

#[tokio::test]
async fn heads_count_events_and_positions_have_no_holes() {
    let place = Place::new().await;
    assert_eq!(place.journal.append(0, &events(1..=5), &[]).await.unwrap(), 5);
    assert_eq!(place.journal.append(5, &[event(6)], &[]).await.unwrap(), 6);
    assert_eq!(place.journal.head().await.unwrap(), 6);
    assert_eq!(place.journal.events_after(4, 10).await.unwrap(), events(5..=6));
    assert_eq!(place.journal.events_after(0, 2).await.unwrap(), events(1..=2));
}

#[tokio::test]
async fn of_two_writers_with_one_head_one_wins() {
    let place = Place::new().await;
    let (a, b) = (place.journal.clone(), place.journal.clone());
    let (a, b) = tokio::join!(async move { a.append(0, &[event(1)], &[]).await }, async move {
        b.append(0, &[event(2)], &[]).await
    },);
    let conflicts =
        [&a, &b].into_iter().filter(|r| matches!(r, Err(AppendError::Conflict { head: 1 })));
    assert_eq!(conflicts.count(), 1, "{a:?} {b:?}");
    assert_eq!(place.journal.recover().await.unwrap().events.len(), 1);
}

#[tokio::test]
async fn a_conflict_stores_neither_events_nor_records() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=2), &[]).await.unwrap();
    let refused = place.journal.append(1, &events(2..=9), &[record(1)]).await;
    assert!(matches!(refused, Err(AppendError::Conflict { head: 2 })));
    assert_eq!(place.journal.head().await.unwrap(), 2);
    assert!(place.journal.conversations(10, None).await.unwrap().is_empty());
    assert_eq!(place.journal.append(2, &[event(3)], &[]).await.unwrap(), 3);
}

#[tokio::test]
async fn a_later_record_of_a_conversation_takes_the_place_of_the_earlier() {
    let place = Place::new().await;
    let mut later = record(1);
    later.agents.clear();
    place.journal.append(0, &[event(1)], &[record(1)]).await.unwrap();
    place.journal.append(1, &[event(2)], &[later.clone()]).await.unwrap();
    assert_eq!(place.journal.conversations(9, None).await.unwrap(), [later]);
}

#[tokio::test]
async fn sixty_four_events_cost_one_transaction() {
    let place = Place::new().await;
    place.journal.append(0, &[event(1)], &[]).await.unwrap();
    let before = commits(&place.path());
    place.journal.append(1, &events(2..=65), &[record(1)]).await.unwrap();
    assert_eq!(commits(&place.path()) - before, 1);
    place.journal.append(65, &[event(66)], &[]).await.unwrap();
    assert_eq!(commits(&place.path()) - before, 2);
}

/// The transactions in the write-ahead log: frames that carry the size of the database after a
/// commit (<https://sqlite.org/fileformat2.html#the_write_ahead_log>).
fn commits(path: &Path) -> usize {
    let log = std::fs::read(path.with_extension("db-wal")).unwrap();
    let word = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame_bytes = 24 + word(8) as usize;
    let salt = &log[16..24];
    log[32..]
        .chunks_exact(frame_bytes)
        .take_while(|frame| &frame[8..16] == salt)
        .filter(|frame| frame[4..8] != [0; 4])
        .count()
}

#[tokio::test]
async fn appending_nothing_does_nothing() {
    let place = Place::new().await;
    assert_eq!(place.journal.append(7, &[], &[]).await.unwrap(), 7);
    assert_eq!(place.journal.head().await.unwrap(), 0);
}

#[tokio::test]
async fn a_full_store_refuses_keeps_what_it_has_and_goes_on_once_there_is_room() {
    let place = Place::with(Options { max_bytes: Some(256 * 1024) }).await;
    let mut head = 0;
    let refused = loop {
        let events = events(head + 1..=head + 64);
        match place.journal.append(head, &events, &[record(head + 1)]).await {
            Ok(next) => head = next,
            Err(refused) => break refused,
        }
        assert!(head < 100_000, "the bound holds");
    };
    assert!(matches!(refused, AppendError::DiskFull), "{refused:?}");
    assert_eq!(place.after_a_crash().await.journal.head().await.unwrap(), head);
    assert_eq!(place.journal.recover().await.unwrap().events, events(1..=head));
    assert_eq!(place.journal.get(record(head + 1).id).await.unwrap(), None);

    // Two snapshots prune every event before the first of them, which makes room again.
    place.journal.save_snapshot(head - 1, &world(1)).await.unwrap();
    place.journal.save_snapshot(head, &world(2)).await.unwrap();
    let appended = place.journal.append(head, &events(head + 1..=head + 64), &[]).await;
    assert_eq!(appended.unwrap(), head + 64);
    let recovered = place.after_a_crash().await.journal.recover().await.unwrap();
    assert_eq!(recovered.events, events(head + 1..=head + 64));
}

#[tokio::test]
async fn acts_of_supervision_stand_in_the_audit_as_soon_as_they_are_durable() {
    let place = Place::new().await;
    let barged = |agent: &str| Event::SupervisorBarged {
        conversation: ConversationId(7),
        agent: agent.parse().unwrap(),
        name: "Eve".to_owned(),
        coached: None,
    };
    let recorded = Recorded { at: Time(5), event: barged("eve") };
    place.journal.append(0, &[event(1), recorded], &[]).await.unwrap();
    let conflict = Recorded { at: Time(6), event: barged("mallory") };
    place.journal.append(0, &[conflict], &[]).await.unwrap_err();

    let audit = place.after_a_crash().await.journal.audit(10, None).await.unwrap();
    let told: Vec<_> = audit.iter().map(|row| (row.at, row.by.as_str(), &row.changes[0])).collect();
    let [(Time(5), "agent:eve", act)] = told[..] else { panic!("{audit:?}") };
    assert_eq!((&act["act"], &act["conversation"]), (&json!("barges"), &json!("c7")));
}
