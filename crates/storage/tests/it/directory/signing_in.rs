use std::time::Duration;

use call_core::Time;
use directory::{Command, Family, RefreshTerms, RefreshToken};
use serde_json::json;
use storage::{DirectoryError, Journal, Refreshed};

use super::office::{NOW, amend, create, grant, id, random, set_password, sign_in, with_bob};
use crate::support::Place;

async fn refresh(journal: &Journal, token: &RefreshToken, n: u8, at: Time) -> Refreshed {
    journal.refresh(token, random(n), &RefreshTerms::default(), at).await.unwrap()
}

#[tokio::test]
async fn bobs_page_refreshes_as_long_as_it_is_open() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let mut token = sign_in(&place.journal, 0, NOW).await;
    for hour in 1..20 {
        let at = NOW + Duration::from_hours(hour);
        let next = refresh(&place.journal, &token, hour as u8, at).await;
        let Refreshed::Next { agent, token: next, expires_at } = next else { panic!("{next:?}") };
        assert_eq!((agent, expires_at), (id("bob"), at + Duration::from_hours(12)));
        token = next;
    }
    let too_late = NOW + Duration::from_hours(32);
    assert_eq!(refresh(&place.journal, &token, 90, too_late).await, Refreshed::Expired);
    assert_eq!(refresh(&place.journal, &token, 91, NOW).await, Refreshed::Unknown);
}

#[tokio::test]
async fn a_token_used_twice_ends_the_sign_in_and_stands_in_the_audit() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let other_machine = sign_in(&place.journal, 9, NOW).await;
    let stolen = sign_in(&place.journal, 1, NOW).await;
    let Refreshed::Next { token, .. } = refresh(&place.journal, &stolen, 2, NOW).await else {
        panic!("the first use is good")
    };
    let reused = Refreshed::Reused { agent: id("bob") };
    assert_eq!(refresh(&place.journal, &stolen, 3, NOW).await, reused);
    assert_eq!(refresh(&place.journal, &token, 4, NOW).await, Refreshed::Unknown);
    let audit = place.journal.audit(1, None).await.unwrap();
    assert_eq!(audit[0].by, "server");
    assert_eq!(audit[0].changes, json!([{ "change": "refresh_token_reused", "agent": "bob" }]));
    let other = refresh(&place.journal, &other_machine, 5, NOW).await;
    assert!(matches!(other, Refreshed::Next { .. }), "another sign-in goes on: {other:?}");
}

#[tokio::test]
async fn signing_out_ends_one_sign_in() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let (one, other) =
        (sign_in(&place.journal, 1, NOW).await, sign_in(&place.journal, 2, NOW).await);
    assert!(place.journal.end_sign_in(&one).await.unwrap());
    assert!(!place.journal.end_sign_in(&one).await.unwrap());
    assert_eq!(refresh(&place.journal, &one, 3, NOW).await, Refreshed::Unknown);
    assert!(matches!(refresh(&place.journal, &other, 4, NOW).await, Refreshed::Next { .. }));
}

#[tokio::test]
async fn what_ends_every_sign_in_of_an_agent_ends_them_with_the_change() {
    for command in [
        set_password("bob"),
        Command::RemoveAgent { agent: id("bob") },
        Command::SignOut { agent: id("bob") },
    ] {
        let place = Place::new().await;
        with_bob(&place.journal).await;
        let token = sign_in(&place.journal, 1, NOW).await;
        amend(&place.journal, &[create("carol"), grant("carol", "support")]).await.unwrap();
        let next = refresh(&place.journal, &token, 2, NOW).await;
        let Refreshed::Next { token, .. } = next else { panic!("{next:?}") };
        amend(&place.journal, std::slice::from_ref(&command)).await.unwrap();
        let outcome = refresh(&place.journal, &token, 3, NOW).await;
        assert_eq!(outcome, Refreshed::Unknown, "{command:?}");
    }
}

#[tokio::test]
async fn who_was_removed_in_the_meantime_does_not_get_in() {
    let place = Place::new().await;
    let seen = with_bob(&place.journal).await;
    let (family, token) = Family::start(id("bob"), random(1), &RefreshTerms::default(), NOW);
    amend(&place.journal, &[Command::RemoveAgent { agent: id("bob") }]).await.unwrap();
    let refused = place.journal.start_sign_in(seen.revision, &family).await.unwrap_err();
    assert!(matches!(refused, DirectoryError::Conflict { revision: 2 }), "{refused}");
    assert_eq!(refresh(&place.journal, &token, 2, NOW).await, Refreshed::Unknown);
}

#[tokio::test]
async fn the_oldest_of_too_many_sign_ins_ends() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let mut tokens = Vec::new();
    for n in 1..=22 {
        tokens.push(sign_in(&place.journal, n, Time(NOW.0 + u64::from(n))).await);
    }
    for (n, token) in tokens.iter().enumerate() {
        let good = matches!(
            refresh(&place.journal, token, 100 + n as u8, NOW + Duration::from_secs(1)).await,
            Refreshed::Next { .. }
        );
        assert_eq!(good, n >= 2, "sign-in {n}");
    }
}

#[tokio::test]
async fn sign_ins_whose_time_is_over_are_forgotten_with_the_next() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let old = sign_in(&place.journal, 1, NOW).await;
    sign_in(&place.journal, 2, NOW + Duration::from_hours(13)).await;
    assert_eq!(refresh(&place.journal, &old, 3, NOW).await, Refreshed::Unknown);
}
