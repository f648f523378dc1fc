use directory::RefreshTerms;
use storage::{Journal, Refreshed};

use super::office::{NOW, amend, create, random, sign_in, with_bob};
use crate::support::{Place, kill_once_acknowledged};

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let place = Place::new().await;
    for n in 0..10 {
        let stored = amend(&place.journal, &[create(&format!("agent-{n}"))]).await.unwrap();
        let crashed = place.after_a_crash().await;
        assert_eq!(crashed.journal.load_directory().await.unwrap(), stored);
    }
}

#[tokio::test]
async fn a_torn_change_is_as_if_it_had_never_been() {
    let place = Place::new().await;
    let before = with_bob(&place.journal).await;
    let log = place.folder.path().join("journal.db-wal");
    let acknowledged = std::fs::metadata(&log).unwrap().len();
    amend(&place.journal, &[create("carol"), create("dave")]).await.unwrap();
    let whole = std::fs::metadata(&log).unwrap().len();
    for length in [acknowledged, acknowledged + 1000, whole - 1] {
        let crashed = tempfile::tempdir().unwrap();
        let copy = |name: &str| crashed.path().join(name);
        std::fs::copy(place.path(), copy("journal.db")).unwrap();
        std::fs::copy(&log, copy("journal.db-wal")).unwrap();
        let torn = std::fs::OpenOptions::new().write(true).open(copy("journal.db-wal")).unwrap();
        torn.set_len(length).unwrap();
        let journal = Journal::open(copy("journal.db")).await.unwrap();
        assert_eq!(journal.load_directory().await.unwrap(), before, "cut at {length}");
        assert_eq!(journal.audit(10, None).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_token_given_out_is_good_after_a_crash_and_the_one_before_is_not() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let first = sign_in(&place.journal, 1, NOW).await;
    let terms = RefreshTerms::default();
    let next = place.journal.refresh(&first, random(2), &terms, NOW).await.unwrap();
    let Refreshed::Next { token, .. } = next else { panic!("{next:?}") };
    for (token, good) in [(&token, true), (&first, false)] {
        let crashed = place.after_a_crash().await;
        let outcome = crashed.journal.refresh(token, random(3), &terms, NOW).await.unwrap();
        assert_eq!(matches!(outcome, Refreshed::Next { .. }), good, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_killed_process_keeps_every_acknowledged_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    for enough in [20, 50] {
        let child = "directory::durability::child_changes_until_it_is_killed";
        let acknowledged = kill_once_acknowledged(child, &path, enough);
        let journal = Journal::open(&path).await.unwrap();
        let stored = journal.load_directory().await.unwrap();
        assert!(stored.revision >= acknowledged, "{} < {acknowledged}", stored.revision);
        // Each change made one agent and one row of the audit, or nothing of both.
        assert_eq!(stored.directory.agents().len() as u64, stored.revision);
        assert_eq!(journal.audit(1000, None).await.unwrap().len() as u64, stored.revision);
    }
}

#[tokio::test]
#[ignore = "the child of the test above, which kills it"]
async fn child_changes_until_it_is_killed() {
    let journal = Journal::open(std::env::var("JOURNAL").unwrap()).await.unwrap();
    loop {
        let next = journal.directory_revision().await.unwrap() + 1;
        let stored = amend(&journal, &[create(&format!("agent-{next}"))]).await.unwrap();
        println!("acknowledged {}", stored.revision);
    }
}
