use std::time::Duration;

use call_core::{ConversationId, Time};
use storage::{Forgotten, Retention};

use crate::directory::office::{amend, create};
use crate::messages::whole;
use crate::support::{Place, event, record, sent};

const SECOND: Duration = Duration::from_secs(1);

fn kept(records: Option<Duration>, audit: Option<Duration>) -> Retention {
    Retention { records, audit }
}

fn forgotten(records: u64, messages: u64) -> Forgotten {
    Forgotten { records, messages, ..Forgotten::default() }
}

/// The ids of the records that are left, the latest first.
async fn left(place: &Place) -> Vec<u64> {
    let records = place.journal.conversations(1_000, None).await.unwrap();
    records.iter().map(|record| record.id.0).collect()
}

async fn with_records(place: &Place, numbers: impl Iterator<Item = u64>) {
    let records: Vec<_> = numbers
        .map(|n| call_core::ConversationRecord { started_at: Time(n * 1_000), ..record(n) })
        .collect();
    place.journal.append(0, &[event(1)], &records).await.unwrap();
}

#[tokio::test]
async fn records_are_kept_since_they_began_for_as_long_as_is_said() {
    let place = Place::new().await;
    with_records(&place, 1..=5).await;
    let forget = async |seconds: u64| {
        place
            .journal
            .forget(kept(Some(SECOND * 10), None), Time(seconds * 1_000), &[])
            .await
            .unwrap()
    };
    assert!(forget(5).await.is_nothing(), "no record is that old");
    assert!(forget(11).await.is_nothing(), "ten seconds to the millisecond");
    assert_eq!(forget(13).await, forgotten(2, 0));
    assert_eq!(left(&place).await, [5, 4, 3]);
    assert_eq!(place.journal.get(ConversationId(1)).await.unwrap(), None);
    let for_ever = place.journal.forget(kept(None, None), Time(u64::MAX >> 1), &[]).await.unwrap();
    assert!(for_ever.is_nothing());
    assert_eq!(left(&place).await, [5, 4, 3]);
}

#[tokio::test]
async fn many_are_forgotten_step_by_step_and_a_damaged_one_stops_nothing() {
    let place = Place::new().await;
    with_records(&place, 1..=1_200).await;
    place.tamper("UPDATE conversation SET body = '{' WHERE conversation = 7").await;
    let now = Time(2_000_000);
    let mut steps = Vec::new();
    loop {
        let step = place.journal.forget(kept(Some(SECOND * 850), None), now, &[]).await.unwrap();
        if step.is_nothing() {
            break;
        }
        steps.push(step.records);
    }
    assert_eq!(steps, [500, 500, 149]);
    assert_eq!(left(&place).await.last(), Some(&1_150));
}

/// Messages of a chat, all written at this second.
async fn with_messages(place: &Place, chat: u64, count: u64, second: u64) {
    let at = Time(second * 1_000);
    let messages: Vec<_> =
        (1..=count).map(|n| call_core::Recorded { at, ..sent(chat, n) }).collect();
    let head = place.journal.head().await.unwrap();
    place.journal.append(head, &messages, &[]).await.unwrap();
}

/// How many messages are left of each of these chats.
async fn left_of(place: &Place, chats: impl IntoIterator<Item = u64>) -> Vec<usize> {
    let mut left = Vec::new();
    for chat in chats {
        left.push(whole(&place.journal, chat).await.len());
    }
    left
}

#[tokio::test]
async fn what_was_written_goes_with_its_conversation() {
    let place = Place::new().await;
    with_records(&place, 1..=4).await;
    for chat in 1..=4 {
        // Written long after the conversation began, which is what counts.
        with_messages(&place, chat, 3, 9).await;
    }
    let forget = async |seconds: u64| {
        place
            .journal
            .forget(kept(Some(SECOND * 10), None), Time(seconds * 1_000), &[])
            .await
            .unwrap()
    };
    assert!(forget(11).await.is_nothing());
    assert_eq!(forget(13).await, forgotten(2, 6));
    assert!(forget(13).await.is_nothing());
    assert_eq!(left_of(&place, 1..=4).await, [0, 0, 3, 3]);
    assert_eq!(left(&place).await, [4, 3]);
}

#[tokio::test]
async fn long_chats_are_forgotten_step_by_step_and_their_record_last() {
    let place = Place::new().await;
    with_records(&place, 1..=3).await;
    with_messages(&place, 1, 700, 1).await;
    with_messages(&place, 2, 800, 2).await;
    with_messages(&place, 3, 10, 3).await;
    let now = Time(13_000);
    let mut steps = Vec::new();
    loop {
        let step = place.journal.forget(kept(Some(SECOND * 10), None), now, &[]).await.unwrap();
        if step.is_nothing() {
            break;
        }
        let messages = left_of(&place, 1..=2).await;
        assert!(messages == [0, 0] || step.records == 0, "{step:?} leaves {messages:?}");
        steps.push((step.messages, step.records));
    }
    assert_eq!(steps, [(500, 0), (500, 0), (500, 0), (0, 2)]);
    assert_eq!(left_of(&place, 1..=3).await, [0, 0, 10]);
}

#[tokio::test]
async fn messages_of_a_chat_without_a_record_are_kept_as_long_as_records_are() {
    let place = Place::new().await;
    // The fourth of five chats is over; of the others there is no record, or none any more.
    with_messages(&place, 1, 600, 1).await;
    with_messages(&place, 3, 5, 20).await;
    let over = call_core::ConversationRecord { started_at: Time(20_000), ..record(4) };
    let head = place.journal.head().await.unwrap();
    place.journal.append(head, &[event(1)], &[over]).await.unwrap();
    with_messages(&place, 4, 5, 20).await;
    with_messages(&place, 5, 5, 21).await;
    let forget = async |kept_for: Option<Duration>, seconds: u64| {
        place.journal.forget(kept(kept_for, None), Time(seconds * 1_000), &[]).await.unwrap()
    };
    let ten = Some(SECOND * 10);
    assert!(forget(None, 1_000).await.is_nothing(), "for ever");
    assert!(forget(ten, 11).await.is_nothing());
    assert_eq!(forget(ten, 12).await.messages, 500);
    assert_eq!(forget(ten, 12).await.messages, 100);
    assert!(forget(ten, 30).await.is_nothing());
    assert_eq!(left_of(&place, [1, 3, 4, 5]).await, [0, 5, 5, 5]);
    // The record goes, and with it what was written there; the rest by its own age.
    assert_eq!((forget(ten, 31).await, left(&place).await.len()), (forgotten(1, 5), 0));
    assert_eq!(forget(ten, 31).await, forgotten(0, 5));
    assert_eq!(left_of(&place, [1, 3, 4, 5]).await, [0, 0, 0, 5]);
    assert_eq!(forget(ten, 32).await, forgotten(0, 5));
    assert!(forget(ten, 32).await.is_nothing());
}

#[tokio::test]
async fn a_clock_that_was_set_back_takes_nothing_from_a_conversation_whose_record_is_kept() {
    let place = Place::new().await;
    with_records(&place, 1..=5).await;
    with_messages(&place, 4, 3, 1).await;
    let forget = async || {
        place.journal.forget(kept(Some(SECOND * 10), None), Time(13_000), &[]).await.unwrap()
    };
    assert_eq!(forget().await, forgotten(2, 0));
    assert!(forget().await.is_nothing());
    assert_eq!(left_of(&place, [4]).await, [3]);
}

#[tokio::test]
async fn of_chats_that_go_on_or_may_go_on_again_nothing_is_forgotten() {
    let place = Place::new().await;
    // The first and the third are over, the second and the fourth go on.
    with_records(&place, [1, 3].into_iter()).await;
    for chat in 1..=4 {
        with_messages(&place, chat, 3, chat).await;
    }
    let forget = async |seconds: u64, spared: &[u64]| {
        let spared: Vec<_> = spared.iter().copied().map(ConversationId).collect();
        let retention = kept(Some(SECOND * 10), None);
        place.journal.forget(retention, Time(seconds * 1_000), &spared).await.unwrap()
    };
    // The third may be returned to.
    assert_eq!(forget(100, &[2, 3, 4]).await, forgotten(1, 3));
    assert!(forget(100, &[2, 3, 4]).await.is_nothing());
    assert_eq!(left_of(&place, 1..=4).await, [0, 3, 3, 3]);
    assert_eq!(left(&place).await, [3]);
    // What is spared holds up nothing that is not, and goes when it may.
    assert_eq!(forget(100, &[2, 4]).await, forgotten(1, 3));
    assert_eq!(forget(100, &[2]).await, forgotten(0, 3));
    assert!(forget(100, &[2]).await.is_nothing());
    assert_eq!(left_of(&place, 1..=4).await, [0, 3, 0, 0]);
}

#[tokio::test]
async fn more_spared_records_than_one_step_looks_at_do_not_stop_it() {
    let place = Place::new().await;
    with_records(&place, 1..=1_100).await;
    let spared: Vec<_> = (1..=700).map(ConversationId).collect();
    let forget = async || {
        let retention = kept(Some(SECOND), None);
        place.journal.forget(retention, Time(9_000_000), &spared).await.unwrap().records
    };
    assert_eq!(forget().await, 400);
    assert_eq!(forget().await, 0);
    assert_eq!(left(&place).await, (1..=700).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_conversation_that_goes_on_again_has_no_record_until_it_ends_again() {
    let place = Place::new().await;
    with_records(&place, 1..=2).await;
    let begun = event(1);
    let back = call_core::Recorded { event: reopened(2), ..begun };
    let head = place.journal.append(1, &[back], &[]).await.unwrap();
    assert_eq!(left(&place).await, [1]);
    let again = call_core::ConversationRecord { ended_at: Time(77_000), ..record(2) };
    place.journal.append(head, &[], std::slice::from_ref(&again)).await.unwrap();
    assert_eq!(place.journal.get(ConversationId(2)).await.unwrap(), Some(again.clone()));
    // Reopened and ended in one turn, there is the record of the end.
    let both = call_core::Recorded { event: reopened(2), ..event(2) };
    place.journal.append(head, &[both], &[again]).await.unwrap();
    assert_eq!(left(&place).await, [2, 1]);
}

/// The customer of a chat has come back to it.
fn reopened(chat: u64) -> call_core::Event {
    call_core::Event::Reopened {
        conversation: ConversationId(chat),
        customer: "x1".parse().unwrap(),
        name: "Alice".to_owned(),
        team: "support".parse().unwrap(),
        prefer: None,
        arriving_until: None,
        overflow_at: None,
    }
}

#[tokio::test]
async fn the_audit_is_kept_for_as_long_as_is_said_and_its_numbers_are_not_given_again() {
    let place = Place::new().await;
    for n in 0..3 {
        amend(&place.journal, &[create(&format!("agent-{n}"))]).await.unwrap();
    }
    place.tamper("UPDATE audit SET at_ms = 5 WHERE number < 3").await;
    place.tamper("UPDATE audit SET at_ms = 2000 WHERE number = 3").await;
    let forget = async |at| {
        let done = place.journal.forget(kept(None, Some(SECOND)), Time(at), &[]).await.unwrap();
        done.audit
    };
    assert_eq!(forget(1_005).await, 0);
    assert_eq!(forget(1_006).await, 2);
    assert_eq!(forget(4_000).await, 1);
    amend(&place.journal, &[create("bob")]).await.unwrap();
    assert_eq!(place.journal.audit(10, None).await.unwrap()[0].number, 4);
}
