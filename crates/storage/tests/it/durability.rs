use storage::Journal;

use call_core::Recorded;

use crate::messages::whole;
use crate::support::{Place, conversation, event, events, kill_once_acknowledged, record, sent};

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let place = Place::new().await;
    let mut head = 0;
    for _ in 0..20 {
        head = place.journal.append(head, &events(head + 1..=head + 3), &[]).await.unwrap();
        let crashed = place.after_a_crash().await;
        let recovered = crashed.journal.recover().await.unwrap();
        assert_eq!(recovered.head, head);
        assert_eq!(recovered.events, events(1..=head));
    }
}

#[tokio::test]
async fn dropping_without_closing_loses_nothing() {
    let mut place = Place::new().await;
    place.journal.append(0, &events(1..=10), &[record(1)]).await.unwrap();
    place.journal = Journal::open(place.path()).await.unwrap();
    assert_eq!(place.journal.recover().await.unwrap().events, events(1..=10));
    assert_eq!(place.journal.conversations(10, None).await.unwrap(), [record(1)]);
}

#[tokio::test]
async fn a_torn_write_is_as_if_it_had_never_been() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=5), &[]).await.unwrap();
    let path = place.folder.path().join("journal.db-wal");
    let acknowledged = std::fs::metadata(&path).unwrap().len();
    place.journal.append(5, &events(6..=10), &[]).await.unwrap();
    let whole = std::fs::metadata(&path).unwrap().len();
    assert!(whole > acknowledged);
    for length in [acknowledged, acknowledged + 1, acknowledged + 1000, whole - 1] {
        let crashed = tempfile::tempdir().unwrap();
        let copy = |name: &str| crashed.path().join(name);
        std::fs::copy(place.path(), copy("journal.db")).unwrap();
        std::fs::copy(&path, copy("journal.db-wal")).unwrap();
        let log = std::fs::OpenOptions::new().write(true).open(copy("journal.db-wal")).unwrap();
        log.set_len(length).unwrap();
        let journal = Journal::open(copy("journal.db")).await.unwrap();
        assert_eq!(journal.recover().await.unwrap().events, events(1..=5), "cut at {length}");
        assert_eq!(journal.append(5, &[event(6)], &[]).await.unwrap(), 6);
    }
}

#[tokio::test]
async fn a_killed_process_keeps_every_acknowledged_event_and_each_message_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    for enough in [50, 120, 190] {
        let child = "durability::child_appends_until_it_is_killed";
        let acknowledged = kill_once_acknowledged(child, &path, enough);
        let journal = Journal::open(&path).await.unwrap();
        let recovered = journal.recover().await.unwrap();
        assert!(recovered.head >= acknowledged, "{} < {acknowledged}", recovered.head);
        assert_eq!(recovered.events, happenings(1..=recovered.head));
        for chat in [1, 2] {
            // Event number n of every three is a message of chat n.
            let last = (recovered.head + 3 - chat) / 3;
            assert!(last >= acknowledged / 3);
            assert_eq!(whole(&journal, chat).await, conversation(chat, 1..=last));
        }
    }
}

/// Of every three events two are messages, one in each of two chats.
fn happenings(numbers: std::ops::RangeInclusive<u64>) -> Vec<Recorded> {
    let happening = |n| match n % 3 {
        0 => event(n),
        chat => sent(chat, n / 3 + 1),
    };
    numbers.map(happening).collect()
}

#[tokio::test]
#[ignore = "the child of the test above, which kills it"]
async fn child_appends_until_it_is_killed() {
    let journal = Journal::open(std::env::var("JOURNAL").unwrap()).await.unwrap();
    let mut head = journal.head().await.unwrap();
    loop {
        head = journal.append(head, &happenings(head + 1..=head + 7), &[]).await.unwrap();
        println!("acknowledged {head}");
    }
}
