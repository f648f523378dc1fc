//! Administration under pressure: many requests, odd ones, and changes beneath calls.

use std::time::{Duration, Instant};

use loadtest::person::{Agent, Customer};
use loadtest::sound::Sound;
use serde_json::{Value, json};

use crate::PATIENCE;
use crate::directory::{adds, asks, does, olga, token_of, tries};
use crate::ears::{self, hears};
use crate::house::House;
use crate::http::Ask;

#[tokio::test(flavor = "multi_thread")]
async fn who_administers_in_a_loop_is_told_when_to_go_on_and_others_are_not() {
    let house =
        House::opens_with("[limits]\nadmin_per_person = { burst = 8, per_min = 600 }\n").await;
    let owner = olga(&house).await;
    adds(&house, &owner, "mia", json!({ "support": ["manage"] })).await;
    let mia = token_of(&house, "mia").await;
    let refused = loop {
        let told = tries(&house, &owner, "GET", "/teams", Value::Null).await;
        if told.status != 200 {
            break told;
        }
    };
    assert_eq!((refused.status, refused.code()), (429, "rate_limited"));
    assert_eq!(refused.body["error"]["limit"], "admin_per_person");
    asks(&house, &mia, "GET", "/teams", Value::Null).await;
    let wait = refused.body["error"]["retry_after_ms"].as_u64().unwrap();
    assert!((1..=101).contains(&wait), "{wait}");
    tokio::time::sleep(Duration::from_millis(wait)).await;
    asks(&house, &owner, "GET", "/teams", Value::Null).await;
    let hit = house.metrics().await;
    assert!(hit.contains("trefoil_limits_hit_total{limit=\"admin_per_person\"}"), "{hit}");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_source_has_so_many_requests_with_a_token_or_without() {
    let house =
        House::opens_with("[limits]\nadmin_per_source = { burst = 3, per_min = 60 }\n").await;
    let ends = async |from: [u8; 4]| {
        let ask = Ask::new("DELETE", "/v1/sign-in").from(from);
        ask.sent(house.place.http).await
    };
    for _ in 0..3 {
        assert_eq!(ends([127, 0, 0, 1]).await.status, 204);
    }
    let refused = ends([127, 0, 0, 1]).await;
    assert_eq!((refused.status, refused.code()), (429, "rate_limited"));
    assert_eq!(refused.body["error"]["limit"], "admin_per_source");
    let refresh = Ask::new("POST", "/v1/sign-in/refresh").sent(house.place.http).await;
    assert_eq!(refresh.code(), "rate_limited");
    assert_eq!(ends([127, 0, 0, 2]).await.status, 204, "elsewhere is another matter");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lost_when_the_team_they_wait_for_is_removed() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    asks(&house, &owner, "POST", "/teams", json!({ "id": "returns", "name": "Returns" })).await;
    let alice = Customer::arrives(&house.place, "alice", Sound::tone(ears::ALICE)).await.unwrap();
    alice.calls("returns").await.unwrap();
    // Renamed in use: the same team.
    asks(&house, &owner, "PATCH", "/teams/returns", json!({ "name": "Rückgabe" })).await;
    let tone = Sound::tone(ears::BOB);
    let bob = Agent::arrives(&house.place, "bob", &["support"], tone).await.unwrap();
    does(house.data(), &["team", "remove", "returns"]);
    // She is with those who are there by now.
    bob.accepts().await.unwrap();
    hears(&alice, &[ears::BOB]).await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_remains_whoever_tries() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    for (method, path) in [("DELETE", "/agents/olga"), ("DELETE", "/agents/olga/owner")] {
        let refused = tries(&house, &owner, method, path, Value::Null).await;
        assert_eq!(refused.status, 409, "{refused:?}");
        assert!(["last_owner", "target_is_self"].contains(&refused.code()), "{refused:?}");
    }
    asks(&house, &owner, "GET", "/audit", Value::Null).await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_change_at_the_same_time_all_get_their_turn() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    let creates = async |numbers: std::ops::Range<usize>| {
        for n in numbers {
            let body = json!({ "id": format!("agent-{n}"), "name": format!("Agent {n}") });
            asks(&house, &owner, "POST", "/agents", body).await;
        }
    };
    // By hand from the machine meanwhile.
    let line = tokio::task::spawn_blocking({
        let data = house.data().to_owned();
        move || {
            (0..4).for_each(|n| {
                does(&data, &["agent", "add", &format!("cli-{n}"), "--name", "By hand"]);
            });
        }
    });
    tokio::join!(creates(0..4), creates(4..8), creates(8..12), creates(12..16));
    line.await.unwrap();
    let until = Instant::now() + PATIENCE;
    loop {
        let agents = asks(&house, &owner, "GET", "/agents", Value::Null).await;
        if agents.as_array().unwrap().len() == 1 + 16 + 4 {
            break;
        }
        assert!(Instant::now() < until, "{agents}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_requests_are_answered_in_the_form_of_all_errors() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let odd: [(&'static str, &str, String, u16); 12] = [
        ("POST", "/agents", String::new(), 400),
        ("POST", "/agents", "{\"id\":".to_owned(), 400),
        ("POST", "/agents", deep, 400),
        ("POST", "/agents", "[]".to_owned(), 422),
        ("POST", "/agents", "{\"id\":\"a\",\"name\":\"\\u202e\"}".to_owned(), 422),
        ("POST", "/agents", "{\"id\":\"../etc\",\"name\":\"A\"}".to_owned(), 422),
        ("POST", "/teams", "{\"id\":\"a\",\"name\":7,\"priority\":-1}".to_owned(), 422),
        ("PATCH", "/teams/..%2f..%2fetc", "{}".to_owned(), 404),
        ("GET", "/agents/%00", String::new(), 404),
        ("GET", "/agents/%ff", String::new(), 404),
        ("GET", "/records?limit=-1", String::new(), 400),
        ("GET", "/audit?before=18446744073709551616", String::new(), 400),
    ];
    for (method, path, body, status) in odd {
        let ask = Ask::new(method, format!("/v1/admin{path}")).by(&owner).text(body);
        let told = ask.sent(house.place.http).await;
        assert_eq!(told.status, status, "{method} {path}: {told:?}");
        assert!(!told.code().is_empty() && told.body["error"]["message"].is_string(), "{told:?}");
    }
    let large = "x".repeat(300 * 1024);
    let ask = Ask::new("POST", "/v1/admin/agents").by(&owner).text(large);
    let told = ask.sent(house.place.http).await;
    assert_eq!((told.status, told.code()), (413, "too_large"));
    // A method that is none of the route's, and a route that is none.
    for (method, path, status) in [("PUT", "/teams", 405), ("GET", "/nothing", 404)] {
        assert_eq!(tries(&house, &owner, method, path, Value::Null).await.status, status);
    }
    house.closes().await;
}
