use storage::StoreError;

use crate::messages::for_reader;
use crate::support::{Place, events, record, sent, world};

#[tokio::test]
async fn a_changed_event_is_named_by_its_position() {
    for change in [
        "UPDATE event SET body = replace(body, 'x3', 'x4') WHERE position = 3",
        "UPDATE event SET at_ms = at_ms + 1 WHERE position = 3",
        "UPDATE event SET body = substr(body, 1, 10) WHERE position = 3",
        "UPDATE event SET body = CAST(x'ff00fe' AS TEXT) WHERE position = 3",
        "UPDATE event SET checksum = checksum + 1 WHERE position = 3",
    ] {
        let place = Place::new().await;
        place.journal.append(0, &events(1..=5), &[]).await.unwrap();
        place.tamper(change).await;
        let damage = place.journal.recover().await.unwrap_err();
        assert!(matches!(damage, StoreError::CorruptEvent { position: 3, .. }), "{damage}");
    }
}

#[tokio::test]
async fn a_missing_event_is_named_by_its_position() {
    for (damage, missing) in [
        ("DELETE FROM event WHERE position = 3", 3),
        ("DELETE FROM event WHERE position >= 4", 4),
        ("DELETE FROM event WHERE position = 1", 1),
    ] {
        let place = Place::new().await;
        place.journal.append(0, &events(1..=5), &[]).await.unwrap();
        place.tamper(damage).await;
        let damage = place.journal.recover().await.unwrap_err();
        let StoreError::MissingEvent { position } = damage else { panic!("{damage}") };
        assert_eq!(position, missing);
    }
}

#[tokio::test]
async fn a_changed_record_is_named_by_its_conversation() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=1), &[record(7)]).await.unwrap();
    place.tamper("UPDATE conversation SET body = replace(body, 'bob', 'eve')").await;
    let damage = place.journal.get(record(7).id).await.unwrap_err();
    assert!(matches!(damage, StoreError::CorruptRecord { conversation: 7, .. }), "{damage}");
}

#[tokio::test]
async fn a_changed_message_is_named_by_its_conversation_and_number() {
    for change in [
        "UPDATE message SET body = replace(body, 'of c7', 'of c8') WHERE number = 3",
        "UPDATE message SET at_ms = at_ms + 1 WHERE number = 3",
        "UPDATE message SET body = substr(body, 1, 10) WHERE number = 3",
        "UPDATE message SET body = CAST(x'ff00fe' AS TEXT) WHERE number = 3",
        "UPDATE message SET checksum = checksum + 1 WHERE number = 3",
        "UPDATE message SET audience = -1 WHERE number = 3",
        "DELETE FROM message WHERE number = 3; UPDATE message SET number = 3 WHERE number = 4",
    ] {
        let place = Place::new().await;
        place.journal.append(0, &[1, 2, 3, 4].map(|n| sent(7, n)), &[]).await.unwrap();
        place.tamper(change).await;
        let transcript = for_reader(7, "agent:bob");
        let forward = place.journal.messages_after(transcript, 0, 10).await.unwrap_err();
        let back = place.journal.messages_before(transcript, None, 10).await.unwrap_err();
        for damage in [forward, back] {
            let StoreError::CorruptMessage { conversation, number, .. } = damage else {
                panic!("{change}: {damage}")
            };
            assert_eq!((conversation, number), (7, 3), "{change}");
        }
        // What comes before is read as ever.
        assert_eq!(place.journal.messages_after(transcript, 0, 2).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_note_that_says_it_is_for_everyone_is_damage_and_not_given_to_a_customer() {
    let place = Place::new().await;
    place.journal.append(0, &[1, 2, 3].map(|n| sent(7, n)), &[]).await.unwrap();
    place.tamper("UPDATE message SET audience = 1 WHERE number = 3").await;
    let transcript = for_reader(7, "customer:x1");
    let damage = place.journal.messages_after(transcript, 0, 10).await.unwrap_err();
    assert!(damage.to_string().contains("message 3 of conversation 7"), "{damage}");
}

#[tokio::test]
async fn a_damaged_newest_snapshot_is_passed_over() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=9), &[]).await.unwrap();
    place.journal.save_snapshot(4, &world(4)).await.unwrap();
    place.journal.save_snapshot(8, &world(8)).await.unwrap();
    place.tamper("UPDATE snapshot SET body = replace(body, '8', '9') WHERE head = 8").await;
    let recovered = place.journal.recover().await.unwrap();
    assert_eq!(recovered.snapshot, Some(world(4)));
    assert_eq!(recovered.events, events(5..=9));
}

#[tokio::test]
async fn without_any_readable_snapshot_the_whole_journal_serves_if_it_is_there() {
    let place = Place::new().await;
    place.journal.append(0, &events(1..=9), &[]).await.unwrap();
    place.journal.save_snapshot(4, &world(4)).await.unwrap();
    place.tamper("UPDATE snapshot SET checksum = 0").await;
    let recovered = place.journal.recover().await.unwrap();
    assert!(recovered.snapshot.is_none());
    assert_eq!(recovered.events, events(1..=9));

    place.journal.save_snapshot(8, &world(8)).await.unwrap();
    place.tamper("UPDATE snapshot SET checksum = 0").await;
    let damage = place.journal.recover().await.unwrap_err();
    assert!(matches!(damage, StoreError::CorruptSnapshot { head: 8, .. }), "{damage}");
}
