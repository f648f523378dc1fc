//! Journals of former versions of the program: a call in progress is found as it was.

use call_core::conversation::Phase;
use call_core::{ConversationId, PersonId, World};
use storage::{Journal, StoreError};

use crate::messages::whole;
use crate::support::{conversation, run_sql, sent};

/// Bob talks with Alice, Carol is on hold; the snapshot in it is of a form nobody reads any more.
const BEFORE_QUEUES: &str = include_str!("journals/two_agents_before_queues.sql");

/// Written by a server of version 2 of the schema, which was killed.
const BEFORE_CHATS: &str = include_str!("journals/a_call_before_chats.sql");

fn person(id: &str) -> PersonId {
    id.parse().unwrap()
}

#[tokio::test]
async fn a_call_of_before_is_told_by_its_events_when_the_snapshot_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    run_sql(&path, BEFORE_QUEUES).await;
    let journal = Journal::open(&path).await.unwrap();
    let recovered = journal.recover().await.unwrap();
    assert_eq!(recovered.snapshot, None);
    assert_eq!(recovered.events.len() as u64, recovered.head);

    let mut world = World::new();
    for recorded in &recovered.events {
        world.apply(recorded);
    }
    let call = world.conversation(ConversationId(1)).unwrap();
    assert_eq!(call.phase(), Phase::BackWithCustomer);
    let seats: Vec<_> = call.participants.keys().map(ToString::to_string).collect();
    assert_eq!(seats, ["agent:bob", "agent:carol", "customer:alice"]);
    let carol = &call.participants[&person("agent:carol")];
    assert!(carol.hold.is_some() && carol.muted.is_some());

    // From here on it is a journal like any other.
    journal.save_snapshot(recovered.head, &world).await.unwrap();
    let again = journal.recover().await.unwrap();
    assert_eq!((again.snapshot, again.events.len()), (Some(world), 0));
    journal.close().await;
}

#[tokio::test]
async fn without_the_events_that_a_snapshot_stood_for_nothing_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    run_sql(&path, BEFORE_QUEUES).await;
    run_sql(&path, "DELETE FROM event WHERE position <= 10").await;
    let journal = Journal::open(&path).await.unwrap();
    let refused = journal.recover().await.unwrap_err();
    assert!(matches!(refused, StoreError::CorruptSnapshot { .. }), "{refused}");
    journal.close().await;
}

#[tokio::test]
async fn a_journal_of_before_chats_keeps_all_it_has_and_takes_messages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    run_sql(&path, BEFORE_CHATS).await;
    let journal = Journal::open(&path).await.unwrap();
    let recovered = journal.recover().await.unwrap();
    assert_eq!((recovered.head, recovered.events.len()), (53, 53));
    let mut world = World::new();
    for recorded in &recovered.events {
        world.apply(recorded);
    }
    let call = world.conversation(ConversationId(3)).unwrap();
    assert!(call.participants.contains_key(&person("agent:load-11286-first-0")));
    let records = journal.conversations(10, None).await.unwrap();
    let ids: Vec<_> = records.iter().map(|record| record.id.0).collect();
    assert_eq!(ids, [2, 1]);
    assert_eq!(journal.load_directory().await.unwrap().directory.teams().len(), 3);
    assert_eq!(journal.audit(10, None).await.unwrap().len(), 1);

    assert!(whole(&journal, 1).await.is_empty());
    journal.append(53, &[sent(4, 1), sent(4, 2)], &[]).await.unwrap();
    journal.close().await;
    let again = Journal::open(&path).await.unwrap();
    assert_eq!(whole(&again, 4).await, conversation(4, 1..=2));
    assert_eq!(again.head().await.unwrap(), 55);
    again.close().await;
}
