//! Customers call through channels, which change while the server runs.

use std::time::{Duration, Instant};

use loadtest::person::{Agent, Customer};
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::{Value, json};

use crate::PATIENCE;
use crate::directory::{asks, does, olga};
use crate::ears::{self, hears};
use crate::house::{House, SECRET};
use crate::http::Ask;
use crate::raw::Raw;

/// A shop's widget that leads to support.
async fn opens_shop(house: &House, owner: &str) {
    let shop = json!({
        "id": "shop", "name": "The shop", "medium": "voice", "team": "support",
        "texts": { "greeting": "<b>Welcome</b>", "closed": "We are back {opens_at}." },
    });
    asks(house, owner, "POST", "/channels", shop).await;
}

async fn changes_shop(house: &House, owner: &str, patch: Value) {
    asks(house, owner, "PATCH", "/channels/shop", patch).await;
}

async fn arrives(house: &House, who: &str) -> Customer {
    Customer::arrives(&house.place, who, Sound::tone(ears::ALICE)).await.unwrap()
}

async fn calls(customer: &Customer, channel: &str) -> Result<String, String> {
    match customer.requests(json!({ "name": "call", "channel": channel })).await {
        Ok(answer) => Ok(answer["conversation"].as_str().unwrap().to_owned()),
        Err(error) => Err(error.code().unwrap_or_else(|| panic!("{error:?}")).to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_calls_through_a_channel_and_the_record_names_it() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    opens_shop(&house, &owner).await;
    // The page is told what to show, by anybody's request and as text.
    let told = Ask::new("GET", "/v1/channels/shop").sent(house.place.http).await;
    assert_eq!((told.status, &told.body["texts"]["greeting"]), (200, &json!("<b>Welcome</b>")));
    assert_eq!(told.body.get("team"), None, "how a house is run is nobody's business");
    let nowhere = Ask::new("GET", "/v1/channels/nowhere").sent(house.place.http).await;
    assert_eq!((nowhere.status, nowhere.code()), (404, "unknown_channel"));

    let tone = Sound::tone(ears::BOB);
    let bob = Agent::arrives(&house.place, "bob", &["support"], tone).await.unwrap();
    let alice = arrives(&house, "alice").await;
    let conversation = calls(&alice, "shop").await.unwrap();
    bob.accepts().await.unwrap();
    hears(&alice, &[ears::BOB]).await;
    alice.leaves().await.unwrap();
    let until = Instant::now() + PATIENCE;
    let one = format!("/records/{conversation}");
    loop {
        let by = crate::directory::tries(&house, &owner, "GET", &one, Value::Null).await;
        if by.status == 200 {
            assert_eq!(
                (&by.body["channel"], &by.body["team"]),
                (&json!("shop"), &json!("support"))
            );
            break;
        }
        assert!(Instant::now() < until, "the record is written with the end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_about_a_channel_takes_effect_with_the_next_call() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    opens_shop(&house, &owner).await;
    let alice = arrives(&house, "alice").await;
    assert_eq!(calls(&alice, "nowhere").await.unwrap_err(), "unknown_channel");
    changes_shop(&house, &owner, json!({ "medium": "chat" })).await;
    assert_eq!(calls(&alice, "shop").await.unwrap_err(), "wrong_medium");
    let closed = json!({ "zone": "UTC", "weekly": [], "exceptions": ["2199-12-31 09:00-10:00"] });
    changes_shop(&house, &owner, json!({ "medium": "voice", "hours": closed })).await;
    let refused = alice.requests(json!({ "name": "call", "channel": "shop" })).await.unwrap_err();
    assert_eq!(refused.code(), Some("closed"));
    // Its team is open all the same, to who calls that.
    let conversation = alice.calls("support").await.unwrap();
    // And so is the shop again, with another team, while that call waits on where it was.
    changes_shop(&house, &owner, json!({ "hours": null, "team": "sales", "priority": 7 })).await;
    let erin = arrives(&house, "erin").await;
    calls(&erin, "shop").await.unwrap();
    let view = erin.sees("the call", |view| view.team.as_deref() == Some("sales")).await;
    view.unwrap();
    alice.sees("the same queue", |view| view.id == conversation).await.unwrap();
    // By the command line, from a process of its own.
    does(house.data(), &["channel", "change", "shop", "--off"]);
    let zoe = arrives(&house, "zoe").await;
    let until = Instant::now() + PATIENCE;
    while calls(&zoe, "shop").await != Err("channel_disabled".to_owned()) {
        assert!(Instant::now() < until, "the server notices within a second");
        if zoe.view().is_some() {
            zoe.leaves().await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let own = ["--on", "--priority", "3", "--open", "mon-fri 09:00-17:00", "--zone", "UTC"];
    does(house.data(), &[&["channel", "change", "shop"][..], &own].concat());
    does(house.data(), &["channel", "change", "shop", "--as-team=hours"]);
    let shown = does(house.data(), &["channel", "show", "shop"]);
    assert!(shown.contains("\"priority\": 3") && !shown.contains("hours"), "{shown}");
    does(house.data(), &["channel", "change", "shop", "--as-team"]);
    let shown = does(house.data(), &["channel", "show", "shop"]);
    assert!(shown.contains("\"enabled\": true") && !shown.contains("priority"), "{shown}");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_may_be_for_one_channel_only() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    opens_shop(&house, &owner).await;
    let claims = Claims::customer("alice").with("channel", json!("shop"));
    let sound = Sound::tone(ears::ALICE);
    let alice = Customer::arrives_with(&house.place, "alice", claims, sound).await.unwrap();
    assert_eq!(calls(&alice, "other").await.unwrap_err(), "forbidden");
    assert_eq!(alice.calls("support").await.unwrap_err().code(), Some("forbidden"));
    for both in
        [json!({ "name": "call", "team": "support", "channel": "shop" }), json!({ "name": "call" })]
    {
        assert_eq!(alice.requests(both).await.unwrap_err().code(), Some("malformed"));
    }
    calls(&alice, "shop").await.unwrap();
    // Team and channel at once would be nothing that could be called.
    let both = Claims::customer("erin").with("channel", json!("shop")).with("team", json!("sales"));
    let mut erin = Raw::connects(&house.place).await;
    erin.says(&json!({ "type": "hello", "token": both.sign(SECRET) })).await;
    assert_eq!(erin.is_told("error").await["error"]["code"], "token_invalid");
    house.closes().await;
}
