//! Whoever wants too much is told when to come back, and gets in then; the others notice nothing.

use std::net::IpAddr;
use std::time::Duration;

use loadtest::person::{Agent, Customer, Place};
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::{Value, json};

use crate::ears;
use crate::house::House;
use crate::raw::Raw;

/// Two sources.
const HERE: [u8; 4] = [127, 0, 0, 1];
const ELSEWHERE: [u8; 4] = [127, 0, 0, 2];

/// Somebody with a token, from an address; the last word of the server before it closed, when it
/// did not let them in.
async fn signs_in(place: &Place, from: [u8; 4], token: &str) -> Result<Raw, Value> {
    let mut raw = Raw::connects_from(place, IpAddr::from(from)).await;
    raw.says(&json!({"type": "hello", "token": token})).await;
    match raw.is_told_one_of(&["welcome", "error"]).await {
        welcome if welcome["type"] == "welcome" => Ok(raw),
        mut error => {
            assert_eq!(error["fatal"], true);
            Err(error["error"].take())
        }
    }
}

async fn customer(house: &House, from: [u8; 4], name: &str) -> Raw {
    let token = Claims::customer(name).sign(&house.place.secret);
    signs_in(&house.place, from, &token).await.unwrap()
}

/// What became of a command: its result, or the error it was refused with.
async fn asks(raw: &mut Raw, command: Value) -> Result<Value, Value> {
    raw.says(&json!({"type": "request", "id": 1, "command": command})).await;
    let mut told = raw.is_told_one_of(&["answer", "refusal"]).await;
    if told["type"] == "answer" { Ok(told["result"].take()) } else { Err(told["error"].take()) }
}

async fn calls(raw: &mut Raw) -> Result<Value, Value> {
    asks(raw, json!({"name": "call", "team": "support"})).await
}

/// Code and limit of a refusal.
fn limit(error: &Value) -> (&str, &str) {
    (error["code"].as_str().unwrap(), error["limit"].as_str().unwrap_or_default())
}

/// Stays away for as long as the error says.
async fn waits(error: &Value) {
    let wait = error["retry_after_ms"].as_u64().expect("an error that says when to come back");
    assert!((1..=5_001).contains(&wait), "{error}");
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

/// How often a limit was in somebody's way, by the operator's page.
async fn hits(house: &House, limit: &str) -> u64 {
    house.metric(&format!("trefoil_limits_hit_total{{limit=\"{limit}\"}}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_signs_in_too_often_is_told_when_to_come_back() {
    let more = "limits.sign_ins_per_person = { burst = 3, per_min = 30 }";
    let house = House::opens_with(more).await;
    let token = Claims::agent("bob", &["support"]).sign(&house.place.secret);
    for _ in 0..3 {
        signs_in(&house.place, HERE, &token).await.unwrap();
    }
    // From wherever: it is the same person.
    let refused = loop {
        // On a busy machine another one may have been earned meanwhile.
        if let Err(refused) = signs_in(&house.place, ELSEWHERE, &token).await {
            break refused;
        }
    };
    assert_eq!(limit(&refused), ("rate_limited", "sign_ins_per_person"));
    // Somebody else at the same address is not touched.
    let carol = Claims::agent("carol", &["support"]).sign(&house.place.secret);
    signs_in(&house.place, HERE, &carol).await.unwrap();

    waits(&refused).await;
    let mut bob = signs_in(&house.place, HERE, &token).await.unwrap();
    bob.is_alive().await;
    assert!(hits(&house, "sign_ins_per_person").await >= 1);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_reloads_in_a_row_are_nobodys_business() {
    let house = House::opens().await;
    let token = Claims::agent("bob", &["support"]).sign(&house.place.secret);
    for _ in 0..10 {
        let mut bob = signs_in(&house.place, HERE, &token).await.unwrap();
        // The command is taken; that this is no offer is another matter.
        let refused = asks(&mut bob, json!({"name": "connect_leg", "sdp": "v=0"})).await;
        assert_eq!(refused.unwrap_err()["code"], "sdp_invalid");
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_tokens_in_a_row_do_not_keep_a_good_one_out() {
    let more = "limits.failed_sign_ins_per_source = { burst = 3, per_min = 1 }";
    let house = House::opens_with(more).await;
    for _ in 0..3 {
        let error = signs_in(&house.place, HERE, "a guess").await.err().unwrap();
        assert_eq!(error["code"], "token_invalid");
    }
    for _ in 0..3 {
        let error = signs_in(&house.place, HERE, "a guess").await.err().unwrap();
        assert_eq!(limit(&error), ("rate_limited", "failed_sign_ins_per_source"));
        assert!(error["retry_after_ms"].as_u64().unwrap() > 1_000, "{error}");
    }
    customer(&house, HERE, "alice").await.is_alive().await;
    let error = signs_in(&house.place, ELSEWHERE, "a guess").await.err().unwrap();
    assert_eq!(error["code"], "token_invalid");
    assert_eq!(hits(&house, "failed_sign_ins_per_source").await, 3);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_calls_from_one_source_is_refused_and_another_source_is_served() {
    let house = House::opens_with("limits.calls_per_source = { burst = 5, per_min = 30 }").await;
    let mut flood = Vec::new();
    let refused = loop {
        let mut one = customer(&house, HERE, &format!("x{}", flood.len())).await;
        let called = calls(&mut one).await;
        flood.push(one);
        if let Err(refused) = called {
            break refused;
        }
        assert!(flood.len() < 100, "nobody stops it");
    };
    assert!(flood.len() > 5);
    assert_eq!(limit(&refused), ("rate_limited", "calls_per_source"));
    let mut alice = customer(&house, ELSEWHERE, "alice").await;
    calls(&mut alice).await.unwrap();

    waits(&refused).await;
    calls(flood.last_mut().unwrap()).await.unwrap();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_again_and_again_is_slowed_down() {
    let house = House::opens_with("limits.calls_per_person = { burst = 2, per_min = 30 }").await;
    let mut alice = customer(&house, HERE, "alice").await;
    let refused = loop {
        match calls(&mut alice).await {
            Ok(call) => {
                let leave = json!({"name": "leave", "conversation": call["conversation"]});
                asks(&mut alice, leave).await.unwrap();
            }
            Err(refused) => break refused,
        }
    };
    assert_eq!(limit(&refused), ("rate_limited", "calls_per_person"));
    calls(&mut customer(&house, HERE, "bert").await).await.unwrap();
    waits(&refused).await;
    calls(&mut alice).await.unwrap();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sets_up_leg_after_leg_is_slowed_down() {
    let house = House::opens_with("limits.legs_per_person = { burst = 3, per_min = 60 }").await;
    let mut bob = Agent::arrives(&house.place, "bob", &["support"], Sound::tone(ears::BOB)).await;
    let bob = bob.as_mut().unwrap();
    let refused = loop {
        if let Err(error) = bob.connects_leg().await {
            break error;
        }
    };
    assert_eq!(refused.code(), Some("rate_limited"), "{refused:?}");
    tokio::time::sleep(Duration::from_millis(1_001)).await;
    bob.connects_leg().await.unwrap();
    assert_eq!(hits(&house, "legs_per_person").await, 1);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_all_its_legs_says_so_and_takes_the_next_when_one_is_free() {
    let house = House::opens_with("limits.legs = 1").await;
    let arrives =
        || async { Customer::arrives(&house.place, "alice", Sound::tone(ears::ALICE)).await };
    let bob = Agent::arrives(&house.place, "bob", &["support"], Sound::tone(ears::BOB)).await;
    let mut bob = bob.unwrap();
    let refused = arrives().await.err().unwrap();
    assert_eq!(refused.code(), Some("overloaded"), "{refused:?}");
    assert_eq!(hits(&house, "legs").await, 1);

    bob.disconnects_leg().await.unwrap();
    while house.counters().legs > 0 {
        tokio::task::yield_now().await;
    }
    arrives().await.unwrap();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_house_refuses_calls_until_one_is_over() {
    let house = House::opens_with("limits.conversations = 2").await;
    let mut people = Vec::new();
    for name in ["alice", "bert", "cleo"] {
        people.push(customer(&house, HERE, name).await);
    }
    let first = calls(&mut people[0]).await.unwrap();
    calls(&mut people[1]).await.unwrap();
    let refused = calls(&mut people[2]).await.unwrap_err();
    assert_eq!(limit(&refused), ("overloaded", "conversations"));
    assert!(refused["retry_after_ms"].is_u64(), "{refused}");

    let leave = json!({"name": "leave", "conversation": first["conversation"]});
    asks(&mut people[0], leave).await.unwrap();
    calls(&mut people[2]).await.unwrap();
    assert_eq!(hits(&house, "conversations").await, 1);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_flood_from_one_source_leaves_room_for_the_others() {
    let house = House::opens_with("limits.conversations_per_source = 2").await;
    for name in ["x1", "x2"] {
        // Their pages are gone; their places in the queue are kept for a while.
        calls(&mut customer(&house, HERE, name).await).await.unwrap();
    }
    let mut third = customer(&house, HERE, "x3").await;
    let refused = calls(&mut third).await.unwrap_err();
    assert_eq!(limit(&refused), ("rate_limited", "conversations_per_source"));
    calls(&mut customer(&house, ELSEWHERE, "alice").await).await.unwrap();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_behind_a_trusted_proxy_are_told_apart() {
    let more = "http.trusted_proxies = [\"127.0.0.1\"]\n\
                limits.calls_per_source = { burst = 1, per_min = 1 }";
    let house = House::opens_with(more).await;
    let token = |name: &str| Claims::customer(name).sign(&house.place.secret);
    let mut outcomes = Vec::new();
    for (peer, name, told) in [
        (HERE, "x1", "203.0.113.7"),
        (HERE, "x2", "203.0.113.8"),
        // The same client, with an address of its own invention before what the proxy adds.
        (HERE, "x3", "203.0.113.9, 203.0.113.7"),
        // No proxy of ours: whatever it writes, it is itself.
        (ELSEWHERE, "x4", "203.0.113.10"),
        (ELSEWHERE, "x5", "203.0.113.11"),
    ] {
        let mut raw = Raw::connects_as(&house.place, IpAddr::from(peer), Some(told)).await;
        raw.says(&json!({"type": "hello", "token": token(name)})).await;
        raw.is_told("welcome").await;
        outcomes.push(calls(&mut raw).await.is_ok());
    }
    assert_eq!(outcomes, [true, true, false, true, false]);
    house.closes().await;
}
