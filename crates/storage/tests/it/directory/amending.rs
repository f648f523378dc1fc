use directory::{Command, RefreshTerms};
use storage::{AppendError, DirectoryError, Journal, Options, StoreError, StoredDirectory};

use super::office::{
    NOW, amend, amendment, create, create_team, grant, id, random, set_password, sign_in, with_bob,
};
use crate::support::{Place, events};

#[tokio::test]
async fn a_fresh_directory_is_empty() {
    let place = Place::new().await;
    let loaded = place.journal.load_directory().await.unwrap();
    assert_eq!(loaded, StoredDirectory::default());
    assert_eq!(place.journal.directory_revision().await.unwrap(), 0);
}

#[tokio::test]
async fn what_was_changed_is_loaded_as_it_was() {
    let place = Place::new().await;
    let stored = with_bob(&place.journal).await;
    assert_eq!(stored.revision, 1);
    let stored = {
        let next = amendment(&stored, &[set_password("bob"), create("carol")]);
        place.journal.amend_directory(&stored, &next).await.unwrap()
    };
    assert_eq!(place.journal.load_directory().await.unwrap(), stored);
    place.journal.close().await;
    let again = Journal::open(place.path()).await.unwrap().load_directory().await.unwrap();
    assert_eq!(again, stored);
    assert!(again.directory.agent(&id("bob")).unwrap().password.is_some());
}

#[tokio::test]
async fn teams_go_and_agents_stay_as_removed() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let support = "support".parse().unwrap();
    let commands =
        [Command::RemoveTeam { team: support }, Command::RemoveAgent { agent: id("bob") }];
    amend(&place.journal, &commands).await.unwrap();
    let loaded = place.journal.load_directory().await.unwrap();
    assert_eq!(loaded.directory.teams().count(), 0);
    assert!(!loaded.directory.agent(&id("bob")).unwrap().is_active());
    amend(&place.journal, &[create_team("support")]).await.unwrap();
}

#[tokio::test]
async fn of_two_who_change_it_at_once_the_second_decides_again() {
    let place = Place::new().await;
    let other = Journal::open(place.path()).await.unwrap();
    let seen = with_bob(&place.journal).await;
    let first = amendment(&seen, &[create("carol")]);
    let second = amendment(&seen, &[create("carol"), create_team("sales")]);
    place.journal.amend_directory(&seen, &first).await.unwrap();
    let refused = other.amend_directory(&seen, &second).await.unwrap_err();
    assert!(matches!(refused, DirectoryError::Conflict { revision: 2 }), "{refused}");

    assert_eq!(other.directory_revision().await.unwrap(), 2, "that it changed can be seen");
    let present = other.load_directory().await.unwrap();
    assert_eq!(present.directory.teams().count(), 1, "nothing of it was stored");
    amend(&other, &[create_team("sales")]).await.unwrap();
    assert_eq!(place.journal.load_directory().await.unwrap().revision, 3);
}

#[tokio::test]
async fn no_change_stores_nothing() {
    let place = Place::new().await;
    let stored = with_bob(&place.journal).await;
    let same = amend(&place.journal, &[grant("bob", "support")]).await.unwrap();
    assert_eq!(same, stored);
    assert_eq!(place.journal.audit(10, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_full_store_refuses_and_keeps_what_it_has() {
    let place = Place::with(Options { max_bytes: Some(400 * 1024) }).await;
    let stored = with_bob(&place.journal).await;
    let mut head = 0;
    loop {
        match place.journal.append(head, &events(head + 1..=head + 50), &[]).await {
            Ok(next) => head = next,
            Err(AppendError::DiskFull) => break,
            Err(other) => panic!("{other}"),
        }
    }
    let many: Vec<_> = (0..2000).map(|n| create(&format!("agent-{n}"))).collect();
    let refused = amend(&place.journal, &many).await.unwrap_err();
    assert!(matches!(refused, DirectoryError::Store(StoreError::DiskFull)), "{refused}");
    assert_eq!(place.journal.load_directory().await.unwrap(), stored);
}

#[tokio::test]
async fn a_file_from_before_the_directory_gets_one_and_keeps_its_events() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=3), &[]).await.unwrap();
    place.journal.close().await;
    place
        .tamper(
            "DROP TABLE directory; DROP TABLE agent; DROP TABLE team; DROP TABLE channel;
             DROP TABLE audit; DROP TABLE sign_in; DROP TABLE message;
             DROP TABLE quick_reply; PRAGMA user_version = 1;",
        )
        .await;
    let journal = Journal::open(place.path()).await.unwrap();
    assert_eq!(journal.recover().await.unwrap().events, events(1..=3));
    with_bob(&journal).await;
    assert_eq!(journal.load_directory().await.unwrap().revision, 1);
}

#[tokio::test]
async fn work_on_the_directory_can_be_given_to_another_thread() {
    let place = Place::new().await;
    let journal = place.journal.clone();
    let work = async move {
        with_bob(&journal).await;
        let token = sign_in(&journal, 1, NOW).await;
        journal.refresh(&token, random(2), &RefreshTerms::default(), NOW).await.unwrap();
        journal.end_sign_in(&token).await.unwrap()
    };
    assert!(tokio::spawn(work).await.unwrap());
}
