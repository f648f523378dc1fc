use std::time::Duration;

use call_core::{ConversationId, Time};
use storage::{Forgotten, Retention};

use crate::directory::office::{amend, create};
use crate::support::{Place, event, record};

const SECOND: Duration = Duration::from_secs(1);

fn kept(records: Option<Duration>, audit: Option<Duration>) -> Retention {
    Retention { records, audit }
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
        place.journal.forget(kept(Some(SECOND * 10), None), Time(seconds * 1_000)).await.unwrap()
    };
    assert!(forget(5).await.is_nothing(), "no record is that old");
    assert!(forget(11).await.is_nothing(), "ten seconds to the millisecond");
    assert_eq!(forget(13).await, Forgotten { records: 2, ..Forgotten::default() });
    assert_eq!(left(&place).await, [5, 4, 3]);
    assert_eq!(place.journal.get(ConversationId(1)).await.unwrap(), None);
    let for_ever = place.journal.forget(kept(None, None), Time(u64::MAX >> 1)).await.unwrap();
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
        let step = place.journal.forget(kept(Some(SECOND * 850), None), now).await.unwrap();
        if step.is_nothing() {
            break;
        }
        steps.push(step.records);
    }
    assert_eq!(steps, [500, 500, 149]);
    assert_eq!(left(&place).await.last(), Some(&1_150));
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
        let done = place.journal.forget(kept(None, Some(SECOND)), Time(at)).await.unwrap();
        done.audit
    };
    assert_eq!(forget(1_005).await, 0);
    assert_eq!(forget(1_006).await, 2);
    assert_eq!(forget(4_000).await, 1);
    amend(&place.journal, &[create("bob")]).await.unwrap();
    assert_eq!(place.journal.audit(10, None).await.unwrap()[0].number, 4);
}
