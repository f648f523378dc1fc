use storage::StoreError;

use crate::support::{Place, event, events, world};

#[tokio::test]
async fn recovery_starts_from_the_newest_snapshot() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=10), &[]).await.unwrap();
    place.journal.save_snapshot(6, &world(6)).await.unwrap();
    let recovered = place.after_a_crash().await.journal.recover().await.unwrap();
    assert_eq!(recovered.snapshot, Some(world(6)));
    assert_eq!(recovered.events, events(7..=10));
    assert_eq!(recovered.head, 10);
}

#[tokio::test]
async fn two_snapshots_are_kept_and_the_events_both_need() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=10), &[]).await.unwrap();
    for head in [3, 5, 9] {
        place.journal.save_snapshot(head, &world(head)).await.unwrap();
    }
    assert_eq!(place.journal.events_after(5, 100).await.unwrap(), events(6..=10));
    let pruned = place.journal.events_after(4, 100).await.unwrap_err();
    assert!(matches!(pruned, StoreError::MissingEvent { position: 5 }), "{pruned}");
}

#[tokio::test]
async fn the_head_outlives_pruned_events() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=4), &[]).await.unwrap();
    place.journal.save_snapshot(4, &world(1)).await.unwrap();
    place.journal.save_snapshot(4, &world(2)).await.unwrap();
    assert_eq!(place.journal.append(4, &[event(5)], &[]).await.unwrap(), 5);
    place.journal.save_snapshot(5, &world(3)).await.unwrap();
    let recovered = place.journal.recover().await.unwrap();
    assert_eq!((recovered.snapshot, recovered.events.len()), (Some(world(3)), 0));
    assert_eq!(place.journal.append(5, &[event(6)], &[]).await.unwrap(), 6);
}

#[tokio::test]
async fn a_snapshot_of_what_is_not_durable_is_refused() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=2), &[]).await.unwrap();
    let refused = place.journal.save_snapshot(3, &world(3)).await.unwrap_err();
    assert!(matches!(refused, StoreError::SnapshotAhead { head: 3, journal: 2 }), "{refused}");
    assert!(place.journal.recover().await.unwrap().snapshot.is_none());
}

#[tokio::test]
async fn a_long_journal_is_read_whole_and_in_order() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=2_500), &[]).await.unwrap();
    let recovered = place.journal.recover().await.unwrap();
    assert_eq!(recovered.events, events(1..=2_500));
}
