//! Quick replies over HTTP: who reads and changes them, and what is refused.

use loadtest::token::Claims;
use serde_json::{Value, json};

use crate::directory::{adds, asks, does, olga, token_of};
use crate::house::{House, SECRET};
use crate::http::{Ask, Told};

/// An agent who is in no directory: what its token says counts.
fn agent(id: &str, teams: Value) -> String {
    Claims::agent(id, &[]).with("teams", teams).sign(SECRET)
}

fn bob() -> String {
    agent("bob", json!({ "support": { "answer": true } }))
}

fn eve() -> String {
    agent("eve", json!({ "support": { "manage": true } }))
}

async fn sends(house: &House, by: &str, method: &'static str, path: &str, body: &Value) -> Told {
    let ask = Ask::new(method, format!("/v1/quick-replies{path}")).by(by);
    ask.body(body).sent(house.place.http).await
}

/// Adds one, which is done.
async fn creates(house: &House, by: &str, body: Value) -> Value {
    let told = sends(house, by, "POST", "", &body).await;
    assert_eq!(told.status, 201, "{told:?}");
    told.body
}

/// The titles somebody finds.
async fn finds(house: &House, by: &str) -> Vec<String> {
    let told = sends(house, by, "GET", "", &Value::Null).await;
    assert_eq!(told.status, 200, "{told:?}");
    let all = told.body["quick_replies"].as_array().unwrap();
    all.iter().map(|reply| reply["title"].as_str().unwrap().to_owned()).collect()
}

fn words(title: &str) -> Value {
    json!({ "title": title, "text": "Hello {customer}" })
}

fn of_support(title: &str) -> Value {
    json!({ "title": title, "text": "Hello {customer}", "owner": "team:support" })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_has_its_own_and_a_team_s_are_for_all_of_it() {
    let house = House::opens().await;
    let own = creates(&house, &bob(), words("Own")).await;
    assert_eq!((&own["id"], &own["owner"]), (&json!("q1"), &json!("agent:bob")));
    assert_eq!((&own["version"], &own["updated_by"]), (&json!(1), &json!("agent:bob")));
    creates(&house, &eve(), of_support("Ours")).await;
    assert_eq!(finds(&house, &bob()).await, ["Own", "Ours"]);
    assert_eq!(finds(&house, &eve()).await, ["Ours"]);
    assert_eq!(finds(&house, &agent("carol", json!(["sales"]))).await, Vec::<String>::new());

    let told = sends(&house, &bob(), "GET", "", &Value::Null).await;
    let owners = json!([
        { "owner": "agent:bob", "may_change": true },
        { "owner": "team:support", "name": "Support", "may_change": false },
    ]);
    assert_eq!(told.body["owners"], owners);
    let page = sends(&house, &bob(), "GET", "?limit=1", &Value::Null).await.body;
    assert_eq!((&page["next"], &page["quick_replies"][0]["title"]), (&json!("q1"), &json!("Own")));
    let rest = sends(&house, &bob(), "GET", "?after=q1", &Value::Null).await.body;
    assert_eq!(rest["quick_replies"][0]["title"], "Ours");
    assert_eq!(rest.get("next"), None);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_touches_those_of_others() {
    let house = House::opens().await;
    let own = creates(&house, &bob(), words("Own")).await;
    let ours = creates(&house, &eve(), of_support("Ours")).await;
    let refused = sends(&house, &bob(), "POST", "", &of_support("Mine")).await;
    assert_eq!((refused.status, refused.code()), (403, "not_permitted"));
    let of_eve = json!({ "owner": "agent:eve", "title": "A", "text": "B" });
    let refused = sends(&house, &bob(), "POST", "", &of_eve).await;
    assert_eq!((refused.status, refused.code()), (403, "not_permitted"));

    let edit = json!({ "version": 1, "title": "A", "text": "B" });
    let [own, ours] = [own, ours].map(|reply| format!("/{}", reply["id"].as_str().unwrap()));
    for (by, path, told) in [
        (bob(), &ours, (403, "not_permitted")),
        // What one may not read is not there, whoever asks.
        (eve(), &own, (404, "unknown_quick_reply")),
        (agent("zed", json!([])), &ours, (404, "unknown_quick_reply")),
    ] {
        let changed = sends(&house, &by, "PUT", path, &edit).await;
        assert_eq!((changed.status, changed.code()), told);
        let removed = sends(&house, &by, "DELETE", path, &Value::Null).await;
        assert_eq!((removed.status, removed.code()), told);
    }
    let other = sends(&house, &bob(), "GET", "?team=sales", &Value::Null).await;
    assert_eq!((other.status, other.code()), (404, "unknown_team"));
    let alice = Claims::customer("alice").sign(SECRET);
    let refused = sends(&house, &alice, "GET", "", &Value::Null).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"));
    let nobody = Ask::new("GET", "/v1/quick-replies").sent(house.place.http).await;
    assert_eq!((nobody.status, nobody.code()), (401, "not_authenticated"));
    assert_eq!(finds(&house, &bob()).await, ["Own", "Ours"]);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_what_was_changed_meanwhile_is_told_which_there_is() {
    let house = House::opens().await;
    creates(&house, &bob(), json!({ "title": "A", "text": "a", "shortcut": "a" })).await;
    let edit =
        |version: u64, title: &str| json!({ "version": version, "title": title, "text": "b" });
    let changed = sends(&house, &bob(), "PUT", "/q1", &edit(1, "B")).await.body;
    assert_eq!((&changed["version"], changed.get("shortcut")), (&json!(2), None));
    let refused = sends(&house, &bob(), "PUT", "/q1", &edit(1, "C")).await;
    assert_eq!((refused.status, refused.code()), (409, "changed_meanwhile"));
    assert_eq!(refused.body["error"]["version"], 2);
    let refused = sends(&house, &bob(), "DELETE", "/q1?version=1", &Value::Null).await;
    assert_eq!((refused.status, refused.code()), (409, "changed_meanwhile"));
    assert_eq!(finds(&house, &bob()).await, ["B"]);
    assert_eq!(sends(&house, &bob(), "DELETE", "/q1?version=2", &Value::Null).await.status, 204);
    let gone = sends(&house, &bob(), "DELETE", "/q1", &Value::Null).await;
    assert_eq!((gone.status, gone.code()), (404, "unknown_quick_reply"));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_is_refused_in_words_or_kept_as_it_is() {
    let house = House::opens().await;
    let long = "x".repeat(61);
    let longer = "é".repeat(4_001);
    for (body, field) in [
        (json!({ "text": "b" }), "title"),
        (json!({ "title": "a" }), "text"),
        (json!({ "title": " ", "text": "b" }), "title"),
        (json!({ "title": long, "text": "b" }), "title"),
        (json!({ "title": "a\nb", "text": "b" }), "title"),
        (json!({ "title": "a", "text": longer }), "text"),
        (json!({ "title": "a", "text": "\u{1b}[2J" }), "text"),
        (json!({ "title": "a", "text": ["b"] }), "text"),
        (json!({ "title": "a", "text": "b", "shortcut": "A B" }), "shortcut"),
        (json!({ "title": "a", "text": "b", "shortcut": "a".repeat(21) }), "shortcut"),
        (json!({ "title": "a", "text": "b", "owner": "customer:x1" }), "owner"),
        (json!({ "title": "a", "text": "b", "id": "q9" }), "id"),
    ] {
        let told = sends(&house, &bob(), "POST", "", &body).await;
        assert_eq!((told.status, told.code()), (422, "invalid"), "{body}");
        assert_eq!(told.body["error"]["field"], field, "{body}");
    }
    for text in ["", "{", "[]", "\"a\"", "null"] {
        let ask = Ask::new("POST", "/v1/quick-replies").by(&bob()).text(text.to_owned());
        let told = ask.sent(house.place.http).await;
        assert!((400..500).contains(&told.status), "{text}: {told:?}");
    }
    let body = json!({ "title": "a", "text": "x".repeat(300_000) });
    assert_eq!(sends(&house, &bob(), "POST", "", &body).await.code(), "too_large");
    for path in ["/1", "/q0", "/q99999999999999999999", "/..", "/q1%00"] {
        let told = sends(&house, &bob(), "DELETE", path, &Value::Null).await;
        assert_eq!(told.status, 404, "{path}: {told:?}");
    }
    let told = sends(&house, &bob(), "GET", "?after=nothing", &Value::Null).await;
    assert_eq!(told.status, 404, "{told:?}");
    let told = sends(&house, &bob(), "PUT", "/q1", &words("no version")).await;
    assert_eq!((told.status, told.code()), (422, "invalid"));
    let told = sends(&house, &bob(), "PATCH", "/q1", &Value::Null).await;
    assert_eq!((told.status, told.code()), (405, "method_not_allowed"));

    let markup = "<script>alert('{customer}')</script>\n\t{{x}} שלום \u{200f}😀";
    let kept = creates(&house, &bob(), json!({ "title": "<b>", "text": markup })).await;
    assert_eq!((&kept["title"], &kept["text"]), (&json!("<b>"), &json!(markup)));
    let twice = json!({ "title": "a", "text": "b", "shortcut": "a" });
    creates(&house, &bob(), twice.clone()).await;
    let taken = sends(&house, &bob(), "POST", "", &twice).await;
    assert_eq!((taken.status, taken.code()), (409, "shortcut_taken"));
    assert_eq!(taken.body["error"]["by"], "a");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_of_the_directory_have_the_rights_it_gives_and_the_audit_says_who_did_what() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    adds(&house, &owner, "mia", json!({ "support": ["manage"] })).await;
    adds(&house, &owner, "max", json!({ "support": ["answer"] })).await;
    let (mia, max) = (token_of(&house, "mia").await, token_of(&house, "max").await);
    creates(&house, &mia, of_support("Ours")).await;
    assert_eq!(finds(&house, &max).await, ["Ours"]);
    // An owner administers those of every team, without finding them among its own.
    assert_eq!(finds(&house, &owner).await, Vec::<String>::new());
    creates(&house, &owner, json!({ "title": "All", "text": "b", "owner": "team:sales" })).await;
    let sales = sends(&house, &owner, "GET", "?team=sales", &Value::Null).await.body;
    assert_eq!(sales["quick_replies"][0]["title"], "All");
    let none = json!({ "title": "A", "text": "b", "owner": "team:nowhere" });
    let refused = sends(&house, &owner, "POST", "", &none).await;
    assert_eq!((refused.status, refused.code()), (409, "unknown_team"));

    // A right that is lost is lost at once, whatever the token says.
    asks(&house, &owner, "DELETE", "/agents/max/teams/support", Value::Null).await;
    assert_eq!(finds(&house, &max).await, Vec::<String>::new());
    asks(&house, &owner, "DELETE", "/agents/mia", Value::Null).await;
    let refused = sends(&house, &mia, "GET", "", &Value::Null).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"));

    let audit = asks(&house, &owner, "GET", "/audit?limit=100", Value::Null).await;
    let made = audit.as_array().unwrap().iter().find(|line| line["by"] == "agent:mia").unwrap();
    assert_eq!(made["changes"][0]["change"], "quick_reply_created");
    assert_eq!(made["changes"][0]["title"], "Ours");
    assert!(!audit.to_string().contains("Hello {customer}"), "the text is nobody's business");
    let printed = does(house.data(), &["directory", "audit"]);
    assert!(printed.contains("quick_reply_created"), "{printed}");
    house.closes().await;
}
