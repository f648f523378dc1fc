//! Journals of former versions of the program: a call in progress is found as it was.

use call_core::conversation::Phase;
use call_core::{ConversationId, PersonId, World};
use storage::{Journal, StoreError};

use crate::support::run_sql;

/// Bob talks with Alice, Carol is on hold; the snapshot in it is of a form nobody reads any more.
const BEFORE_QUEUES: &str = include_str!("journals/two_agents_before_queues.sql");

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
