use call_core::Time;
use directory::{Actor, Amendment, Command, decide_all};
use serde_json::json;

use super::office::{amend, create, id, set_password, with_bob};
use crate::support::Place;

#[tokio::test]
async fn each_change_leaves_who_when_and_what() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let present = amend(&place.journal, &[Command::GrantOwner { agent: id("bob") }]).await.unwrap();
    let by = Actor::Agent(id("bob"));
    let at = Time(7);
    let changes = decide_all(&present.directory, &by, &[create("carol")], at).unwrap();
    place.journal.amend_directory(&present, &Amendment { at, by, changes }).await.unwrap();

    let audit = place.journal.audit(10, None).await.unwrap();
    let told: Vec<_> = audit.iter().map(|row| (row.number, row.by.as_str())).collect();
    assert_eq!(told, [(3, "agent:bob"), (2, "operator"), (1, "operator")]);
    assert_eq!(audit[0].at, at);
    let created =
        json!([{ "change": "agent_created", "agent": "carol", "name": "carol", "login": "carol" }]);
    assert_eq!(audit[0].changes, created);
    assert_eq!(audit[2].changes.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_latest_come_first_and_pages_meet_without_gap() {
    let place = Place::new().await;
    for n in 0..7 {
        amend(&place.journal, &[create(&format!("agent-{n}"))]).await.unwrap();
    }
    let numbers = async |limit, before| {
        let rows = place.journal.audit(limit, before).await.unwrap();
        rows.iter().map(|row| row.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(3, None).await, [7, 6, 5]);
    assert_eq!(numbers(100, Some(5)).await, [4, 3, 2, 1]);
    assert!(numbers(5, Some(1)).await.is_empty());
    assert!(numbers(0, None).await.is_empty());
}

#[tokio::test]
async fn no_secret_stands_in_the_audit() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    amend(&place.journal, &[set_password("bob")]).await.unwrap();
    let audit = place.journal.audit(1, None).await.unwrap();
    assert_eq!(audit[0].changes, json!([{ "change": "password_set", "agent": "bob" }]));
}
