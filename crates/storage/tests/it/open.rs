use storage::{Journal, StoreError};

use crate::support::{Place, events, run_sql};

#[tokio::test]
async fn a_fresh_journal_is_empty() {
    let place = Place::new().await;
    let recovered = place.journal.recover().await.unwrap();
    assert!(recovered.snapshot.is_none());
    assert_eq!((recovered.events.len(), recovered.head), (0, 0));
}

#[tokio::test]
async fn opening_again_finds_what_was_there() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=3), &[]).await.unwrap();
    place.journal.close().await;
    let again = Journal::open(place.path()).await.unwrap();
    assert_eq!(again.recover().await.unwrap().events, events(1..=3));
}

#[tokio::test]
async fn a_later_schema_is_refused_and_left_alone() {
    let place = Place::new().await;
    place.journal.close().await;
    place.tamper("PRAGMA user_version = 99").await;
    let refused = Journal::open(place.path()).await.unwrap_err();
    assert!(matches!(refused, StoreError::SchemaTooNew { found: 99, .. }), "{refused}");
}

#[tokio::test]
async fn another_applications_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    run_sql(&path, "CREATE TABLE contacts (name TEXT)").await;
    let refused = Journal::open(&path).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotAJournal { found: 0 }), "{refused}");
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let text = "not a database, but long enough to have a header ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    assert!(matches!(Journal::open(&path).await, Err(StoreError::Database(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Journal::open(folder.path().join("no/such/folder.db")).await;
    assert!(matches!(refused, Err(StoreError::Database(_))));
}
