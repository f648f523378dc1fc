//! WebSocket clients that break the rules, each in its own way: a typed error, and nobody else
//! notices.

use std::time::Duration;

use loadtest::person::{Agent, Customer};
use loadtest::signal;
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::json;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::bystanders::Bystanders;
use crate::cast::Cast;
use crate::ears;
use crate::house::House;
use crate::raw::Raw;

#[tokio::test(flavor = "multi_thread")]
async fn malformed_messages_are_named_and_the_session_goes_on() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    let mut raw = Raw::signs_in(&house.place, &Claims::customer("mallory")).await;
    call.lose_nothing_during(async {
        raw.sends(Message::Binary(vec![1, 2, 3].into())).await;
        assert_eq!(raw.is_scolded().await, "binary_not_supported");
        raw.is_alive().await;

        raw.sends(Message::Text(r#"{"type":"request","id":1,"#.into())).await;
        assert_eq!(raw.is_scolded().await, "malformed");
        raw.is_alive().await;

        // Ten in a row would close the session.
        let mut raw = Raw::signs_in(&house.place, &Claims::customer("malcolm")).await;
        for garbage in ["", "null", "[]", "7", r#"{"type":7}"#, r#"{"id":1}"#] {
            raw.sends(Message::Text(garbage.into())).await;
            assert_eq!(raw.is_scolded().await, "malformed", "{garbage}");
            raw.is_alive().await;
        }

        raw.says(&json!({"type": "weather"})).await;
        assert_eq!(raw.is_scolded().await, "unknown_type");
        raw.is_alive().await;

        let mut raw = Raw::signs_in(&house.place, &Claims::customer("malvolio")).await;
        assert_eq!(raw.is_refused(json!({"name": "dance"})).await, "unknown_command");
        assert_eq!(raw.is_refused(json!({"name": "call"})).await, "malformed");
        let team = "x".repeat(65);
        assert_eq!(raw.is_refused(json!({"name": "call", "team": team})).await, "malformed");
        raw.is_alive().await;
    })
    .await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_closes_the_session_as_too_large() {
    let house = House::opens().await;
    let call = Bystanders::talk(&house.place).await;
    let mut raw = Raw::signs_in(&house.place, &Claims::customer("mallory")).await;
    let end = call
        .lose_nothing_during(async {
            let filler = "x".repeat(1 << 20);
            raw.tries_to_send(signal::text(&json!({"type": "ping", "filler": filler}))).await;
            raw.ends().await
        })
        .await;
    // The server may close while the rest of the megabyte is still coming, and the reset may then
    // overtake the close frame. It is never taken for a message, and never answered.
    assert!(matches!(end.code, Some(1009) | None), "{end:?}");
    if end.code.is_some() {
        assert_eq!(end.errors, ["too_large"]);
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_on_with_nonsense_is_shown_the_door() {
    let house = House::opens().await;
    let mut raw = Raw::signs_in(&house.place, &Claims::customer("mallory")).await;
    for _ in 0..50 {
        raw.tries_to_send(Message::Text("nonsense".into())).await;
    }
    let end = raw.ends().await;
    assert_eq!(end.errors.last().map(String::as_str), Some("too_many_errors"), "{end:?}");
    assert_eq!(end.code, Some(1008));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_fast_is_told_when_to_ask_again() {
    let house = House::opens().await;
    let mut raw = Raw::signs_in(&house.place, &Claims::customer("mallory")).await;
    let leave = json!({"name": "leave", "conversation": "c1"});
    let mut good = 0;
    let wait_ms = loop {
        raw.says(&json!({"type": "request", "id": good, "command": leave})).await;
        let refusal = raw.is_told("refusal").await;
        if refusal["error"]["code"] == "rate_limited" {
            break refusal["error"]["retry_after_ms"].as_u64().unwrap();
        }
        assert_eq!(refusal["error"]["code"], "not_a_participant");
        good += 1;
        assert!(good < 1_000, "nobody stops it");
    };
    assert!((39..200).contains(&good), "40 at once, then 20 a second; {good} passed");
    assert!((1..=60).contains(&wait_ms), "{wait_ms}");
    // The answer was right: whoever waits so long is served again.
    tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    assert_eq!(raw.is_refused(leave).await, "not_a_participant");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_good_open_nothing() {
    let house = House::opens().await;
    let place = &house.place;
    let good = Claims::agent("mallory", &["support"]);
    let unsigned = format!("{}.", good.sign(&place.secret).rsplit_once('.').unwrap().0);
    let tokens = [
        (String::new(), "token_invalid"),
        ("garbage".to_owned(), "token_invalid"),
        (unsigned, "token_invalid"),
        (good.sign(b"another secret, as long as it has to be"), "token_invalid"),
        (good.clone().with("aud", json!("elsewhere")).sign(&place.secret), "token_invalid"),
        (good.clone().with("role", json!("emperor")).sign(&place.secret), "token_invalid"),
        (good.clone().with("sub", json!("../etc")).sign(&place.secret), "token_invalid"),
        (good.expired().sign(&place.secret), "token_expired"),
    ];
    for (token, code) in tokens {
        let mut raw = Raw::connects(place).await;
        raw.says(&json!({"type": "hello", "token": token})).await;
        let end = raw.ends().await;
        assert_eq!(end.errors, [code], "{token}");
        assert_eq!(end.code, Some(4401), "{token}");
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_before_a_hello() {
    let house = House::opens().await;
    let mut hasty = Raw::connects(&house.place).await;
    let call = json!({"name": "call", "team": "support"});
    assert_eq!(hasty.is_refused(call).await, "not_authenticated");
    // Whoever goes on without a hello, or says nothing at all, does not hold a socket for ever.
    let silent = Raw::connects(&house.place).await;
    let (hasty, silent) = tokio::join!(hasty.ends(), silent.ends());
    for end in [hasty, silent] {
        assert_eq!(end.errors, ["timed_out"]);
        assert_eq!(end.code, Some(1008));
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_strangers_and_foreign_protocols_are_not_let_in() {
    let house = House::opens().await;
    let http = house.place.http;
    let refused = [
        ("https://evil.example", "trefoil.v1", 403),
        ("null", "trefoil.v1", 403),
        (house.place.origin.as_str(), "mqtt", 400),
        (house.place.origin.as_str(), "trefoil.v99", 400),
    ];
    for (origin, protocol, status) in refused {
        let error = signal::open(http, origin, protocol).await.expect_err(origin);
        let signal::SignalError::Socket(error) = error else { panic!("{error:?}") };
        let Error::Http(response) = *error else { panic!("{origin} {protocol}: {error:?}") };
        assert_eq!(response.status().as_u16(), status, "{origin} {protocol}");
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_conversation_cannot_be_touched_nor_found() {
    let house = House::opens().await;
    let cast = Cast::consult(&house.place).await;
    let theirs = cast.alice.conversation().unwrap();
    let mallory = Agent::arrives(&house.place, "mallory", &["sales"], Sound::tone(ears::DAVE));
    let mallory = mallory.await.unwrap();
    let bare = ["leave", "merge", "swap", "complete", "accept", "decline", "cancel"];
    let about_bob = ["hold", "resume", "remove"];
    // The very same refusal for a conversation that exists and for one that does not.
    for id in [theirs.as_str(), "c999999"] {
        let bare = bare.map(|name| json!({"name": name, "conversation": id}));
        let about_bob = about_bob
            .map(|name| json!({"name": name, "conversation": id, "participant": "agent:bob"}));
        let mute = json!({"name": "mute", "conversation": id, "muted": true});
        for command in bare.into_iter().chain(about_bob).chain([mute]) {
            let error = mallory.requests(command.clone()).await.expect_err(id);
            assert_eq!(error.code(), Some("not_a_participant"), "{command}");
        }
    }
    assert!(mallory.view().is_none(), "no view of it was ever sent");

    let eve = Customer::arrives(&house.place, "eve", Sound::tone(ears::DAVE)).await.unwrap();
    let leave = json!({"name": "leave", "conversation": theirs});
    let error = eve.requests(leave.clone()).await.expect_err("a stranger");
    assert_eq!(error.code(), Some("not_a_participant"));
    assert!(eve.view().is_none());

    // A token for one conversation is good for no other.
    let token = Claims::customer("trudy").with("conversation", json!("c999999"));
    let mut trudy = Raw::signs_in(&house.place, &token).await;
    assert_eq!(trudy.is_refused(leave).await, "forbidden");
    assert_eq!(cast.alice.view().unwrap().phase, "consult");
    house.closes().await;
}
