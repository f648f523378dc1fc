//! What was written in a chat is kept by those who were in it: whole, in every form, while it goes
//! on and after its end; and nobody else is given any of it.

use std::path::Path;
use std::time::{Duration, Instant};

use loadtest::person::{Agent, Customer};
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::{Value, json};

use crate::PATIENCE;
use crate::chat_page::Page;
use crate::directory::{adds, olga, token_of};
use crate::ears;
use crate::house::{House, SECRET};
use crate::http::{Ask, Told};

const NAME: &str = "<b>Alice</b> & \"co\"";
const MARKUP: &str = "</p><script>alert(1)</script>\n[note] Bob: never said";
const HEBREW: &str = "שלום \u{202e}\u{0}";
const NOTE: &str = "between us: a liar";

/// A chat of Alice and Bob in which everything odd was said: four messages, the third a note.
struct Story {
    house: House,
    alice: Customer,
    bob: Agent,
    /// Bob's page; what was said has come to it.
    page: Page,
    /// Alice's. A leg that has lost its first channel opens no other.
    _hers: Page,
    id: String,
}

impl Story {
    async fn told(more: &str) -> Self {
        let house = House::opens_with(more).await;
        let claims = alice().with("name", json!(NAME));
        let (alice, bob) = tokio::join!(
            Customer::arrives_with(&house.place, "alice", claims, Sound::tone(ears::ALICE)),
            Agent::arrives(&house.place, "bob", &["support"], Sound::tone(ears::BOB)),
        );
        let (alice, bob) = (alice.unwrap(), bob.unwrap());
        let command = json!({"name": "call", "team": "support", "medium": "chat"});
        let answer = alice.requests(command).await.unwrap();
        let id = answer["conversation"].as_str().unwrap().to_owned();
        bob.accepts().await.unwrap();
        let mut hers = Page::opens(&alice, &id).await;
        let mut page = Page::opens(&bob, &id).await;
        for (n, text) in [MARKUP, HEBREW].iter().enumerate() {
            hers.says(&json!({"type": "send", "conversation": id, "id": format!("a-{n}"),
                "text": text}));
            hers.hears_of("ack").await;
        }
        page.says(&json!({"type": "send", "conversation": id, "id": "b-1", "text": NOTE,
            "audience": "agents"}));
        page.hears_of("ack").await;
        page.says(&json!({"type": "send", "conversation": id, "id": "b-2",
            "text": "w".repeat(4000)}));
        page.hears_of("ack").await;
        Self { house, alice, bob, page, _hers: hers, id }
    }

    async fn asks(&self, by: &Claims, query: &str) -> Told {
        asks(&self.house, by, &self.id, query).await
    }

    async fn ends(&self) {
        let complete = json!({"name": "complete", "conversation": self.id});
        self.bob.requests(complete).await.unwrap();
    }
}

async fn asks(house: &House, by: &Claims, id: &str, query: &str) -> Told {
    let path = format!("/v1/conversations/{id}/transcript{query}");
    Ask::new("GET", path).by(&by.sign(SECRET)).sent(house.place.http).await
}

fn alice() -> Claims {
    Claims::customer("alice")
}

fn bob() -> Claims {
    Claims::agent("bob", &["support"])
}

/// The JSON of an answer that comes in pieces.
fn document(told: &Told) -> Value {
    assert_eq!(told.status, 200, "{told:?}");
    let text = told.text.lines().filter(|line| {
        // The length before each piece, by itself on a line.
        !line.is_empty() && !line.chars().all(|digit| digit.is_ascii_hexdigit())
    });
    serde_json::from_str(&text.collect::<String>()).unwrap_or_else(|_| panic!("{told:?}"))
}

fn numbers(document: &Value) -> Vec<u64> {
    let messages = document["messages"].as_array().unwrap();
    messages.iter().map(|message| message["number"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_were_in_a_chat_keep_it_while_it_goes_on_and_after_its_end() {
    let story = Story::told("").await;
    let running = document(&story.asks(&bob(), "").await);
    assert_eq!(numbers(&running), [1, 2, 3, 4]);
    assert_eq!((&running["ended_at"], &running["for"]), (&Value::Null, &json!("agents")));
    assert_eq!(running["messages"][0]["text"], MARKUP);
    assert_eq!(running["messages"][1]["text"], "שלום", "as it was taken");
    assert_eq!(running["messages"][2]["audience"], "agents");
    let people = json!([{"id": "customer:alice", "name": NAME, "role": "customer"},
        {"id": "agent:bob", "name": "bob", "role": "agent"}]);
    assert_eq!(running["people"], people);
    let hers = document(&story.asks(&alice(), "").await);
    assert_eq!(numbers(&hers), [1, 2, 4], "no note is hers");
    story.ends().await;
    let over = document(&story.asks(&bob(), "?format=json").await);
    assert_eq!(over["messages"], running["messages"]);
    assert!(over["ended_at"].as_str().unwrap().ends_with('Z'), "{over}");
    assert_eq!(document(&story.asks(&alice(), "").await)["messages"], hers["messages"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_there_when_only_its_record_is_left() {
    let mut story = Story::told("[chat]\nreopen_s = 1\n").await;
    story.ends().await;
    let until = Instant::now() + PATIENCE;
    loop {
        // As long as it may be reopened, who was in it pages through it on the channel as well.
        story.page.says(&json!({"type": "page", "request": 1, "conversation": story.id,
            "limit": 2, "before": 3}));
        let page = story.page.hears_of("page").await;
        if page["error"]["code"] == "not_a_participant" {
            break;
        }
        assert_eq!(page["messages"][0]["number"], 1, "{page}");
        assert!(Instant::now() < until, "it is forgotten by now: {page}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let kept = document(&story.asks(&bob(), "").await);
    assert_eq!(numbers(&kept), [1, 2, 3, 4]);
    assert_eq!(kept["people"][0]["name"], NAME, "as she wrote");
    assert_eq!(numbers(&document(&story.asks(&alice(), "?for=agents").await)), [1, 2, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_in_a_chat_that_is_over_reads_all_of_it_on_the_channel_and_nobody_else_does() {
    let story = Story::told("").await;
    let (_stranger, mut mallory) = stranger(&story).await;
    story.ends().await;
    let mut hers = Page::opens(&story.alice, &story.id).await;
    assert_eq!(hers.hears_of("unfollowed").await["reason"], "ended");
    let asks = json!({"type": "page", "request": 1, "conversation": story.id, "limit": 100});
    hers.says(&asks);
    assert_eq!(numbers(&hers.hears_of("page").await), [1, 2, 4]);
    mallory.says(&asks);
    let refused = mallory.hears_of("page").await;
    assert_eq!(refused["error"]["code"], "not_a_participant", "{refused}");
    assert_eq!(refused["messages"], json!([]));
}

/// Mallory's page.
async fn stranger(story: &Story) -> (Customer, Page) {
    let sound = Sound::tone(ears::CAROL);
    let mallory = Customer::arrives(&story.house.place, "mallory", sound).await.unwrap();
    let page = Page::opens(&mallory, &story.id).await;
    (mallory, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn as_text_and_as_a_web_page_nothing_that_was_written_is_more_than_text() {
    let story = Story::told("").await;
    let text = story.asks(&bob(), "?format=text&tz=Asia/Kathmandu").await;
    assert_eq!(text.status, 200, "{text:?}");
    assert!(has(&text, "content-type: text/plain; charset=utf-8"), "{text:?}");
    assert!(text.text.contains("  <b>Alice</b> & \"co\": </p><script>alert(1)</script>\n   "));
    assert!(text.text.contains("\n                     [note] Bob: never said\n"), "{text:?}");
    assert!(text.text.contains("  [note] bob: between us: a liar\n"), "{text:?}");
    assert!(text.text.contains("Times are those of Asia/Kathmandu."), "{text:?}");
    assert!(!text.text.contains(['\u{202e}', '\u{0}']), "{text:?}");
    let page = story.asks(&bob(), "?format=html").await;
    assert!(has(&page, "content-type: text/html; charset=utf-8"), "{page:?}");
    let name = format!("content-disposition: attachment; filename=\"chat-{}.html\"", story.id);
    let policy = "content-security-policy: sandbox; default-src 'none'; style-src 'unsafe-inline'";
    for head in [&name, policy, "x-content-type-options: nosniff", "cache-control: no-store"] {
        assert!(has(&page, head), "{head} in {page:?}");
    }
    assert!(page.text.contains(&"w".repeat(4000)) && page.text.contains(NOTE), "{page:?}");
    assert!(!page.text.contains("<script") && !page.text.contains("<b>Alice"), "{page:?}");
    for copy in ["?format=html&for=customer", "?format=text&for=customer", "?for=customer"] {
        let copy = story.asks(&bob(), copy).await;
        assert_eq!(copy.status, 200);
        assert!(!copy.text.contains("between us") && copy.text.contains("שלום"), "{copy:?}");
        let hers = story.asks(&alice(), "?format=html&for=agents").await;
        assert!(!hers.text.contains("between us") && !hers.text.contains("Note between"));
    }
}

fn has(told: &Told, header: &str) -> bool {
    told.head.lines().any(|line| line == header)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_given_any_of_it_and_what_is_asked_wrongly_is_told() {
    let story = Story::told("").await;
    let owner = olga(&story.house).await;
    adds(&story.house, &owner, "mia", json!({ "support": ["manage"] })).await;
    adds(&story.house, &owner, "sam", json!({ "sales": ["manage"] })).await;
    adds(&story.house, &owner, "dave", json!({ "support": ["answer"] })).await;
    let [mia, sam, dave] = [("mia", 200), ("sam", 404), ("dave", 404)];
    for (login, status) in [mia, sam, dave] {
        let token = Claims::ready(token_of(&story.house, login).await);
        assert_eq!(story.asks(&token, "").await.status, status, "{login}");
    }
    assert_eq!(story.asks(&Claims::ready(owner), "?format=text").await.status, 200);
    let elsewhere = alice().with("conversation", json!("c999"));
    for stranger in [Claims::customer("mallory"), Claims::agent("eve", &["support"]), elsewhere] {
        let told = story.asks(&stranger, "").await;
        assert_eq!((told.status, told.code()), (404, "not_found"), "{told:?}");
    }
    let here = alice().with("conversation", json!(story.id));
    assert_eq!(story.asks(&here, "").await.status, 200);
    for (token, code) in [
        (alice().expired(), "token_expired"),
        (Claims::ready("not.a.token"), "token_invalid"),
        (alice().with("aud", json!("other")), "token_invalid"),
    ] {
        let told = story.asks(&token, "").await;
        assert_eq!((told.status, told.code()), (401, code));
    }
    for query in ["?format=pdf", "?format=", "?for=everybody", "?tz=Mars/Olympus", "?tz=%00"] {
        let told = story.asks(&bob(), query).await;
        assert_eq!((told.status, told.code()), (400, "malformed"), "{query}: {told:?}");
    }
    for id in ["c998", "7", "c", "..%2f..", "%ff", "c18446744073709551616"] {
        let told = asks(&story.house, &bob(), id, "").await;
        assert_eq!((told.status, told.code()), (404, "not_found"), "{id}: {told:?}");
    }
    let call = story.alice.calls("support").await.unwrap();
    let told = asks(&story.house, &alice(), &call, "").await;
    assert_eq!((told.status, told.code()), (409, "wrong_medium"), "{told:?}");
}

/// Changes what is kept of the third message, beside the event that tells of it.
fn meddles(data: &Path) {
    let file = data.join("journal.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let row = b"{\"number\":3,";
    let event = b"\"message\":";
    let rows: Vec<usize> = (event.len()..bytes.len() - 400)
        .filter(|&at| bytes[at..].starts_with(row) && !bytes[..at].ends_with(event))
        .collect();
    assert!(!rows.is_empty(), "the message is in the file");
    for at in rows {
        let liar = bytes[at..at + 400].windows(4).position(|word| word == b"liar").unwrap();
        bytes[at + liar..at + liar + 4].copy_from_slice(b"hero");
    }
    std::fs::write(&file, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_message_is_told_by_its_number_before_anything_is_sent() {
    let Story { house, id, .. } = Story::told("").await;
    let house = house.reopens_after(meddles).await;
    let told = asks(&house, &bob(), &id, "?format=html").await;
    assert_eq!((told.status, told.code()), (500, "damaged"), "{told:?}");
    assert_eq!(told.body["error"]["number"], 3);
    assert_eq!(told.body["error"]["message"], format!("Message 3 of {id} is damaged."));
    // It is none of hers.
    assert_eq!(numbers(&document(&asks(&house, &alice(), &id, "").await)), [1, 2, 4]);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_chat_is_given_whole_and_a_loop_of_requests_is_slowed_down() {
    let limits = "[limits]\nadmin_per_person = { burst = 3, per_min = 60 }\n";
    let mut story = Story::told(limits).await;
    // More than is read at a time.
    story.page.writes_all(0..500).await;
    let whole = document(&story.asks(&bob(), "").await);
    assert_eq!(numbers(&whole), (1..=504).collect::<Vec<_>>());
    assert_eq!(story.asks(&bob(), "?format=text").await.text.matches("agent-bob-").count(), 500);
    story.asks(&bob(), "").await;
    let refused = story.asks(&bob(), "").await;
    assert_eq!((refused.status, refused.code()), (429, "rate_limited"));
    assert_eq!(story.asks(&alice(), "").await.status, 200, "at its own expense");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_was_reopened_has_one_record_of_its_second_end_and_loses_nothing() {
    let story = Story::told("").await;
    let owner = Claims::ready(olga(&story.house).await).sign(SECRET);
    let record = async || {
        let path = format!("/v1/admin/records/{}", story.id);
        Ask::new("GET", path).by(&owner).sent(story.house.place.http).await
    };
    assert_eq!(record().await.status, 404, "it goes on");
    story.ends().await;
    let first = record().await.body;
    assert_eq!(first["segments"].as_array().unwrap().len(), 1, "{first}");
    story.alice.requests(json!({"name": "reopen", "conversation": story.id})).await.unwrap();
    assert_eq!(record().await.status, 404, "it goes on again");
    story.bob.accepts().await.unwrap();
    let mut hers = Page::opens(&story.alice, &story.id).await;
    hers.writes_all(0..1).await;
    story.ends().await;
    let second = record().await.body;
    assert_eq!(second["segments"].as_array().unwrap().len(), 2, "{second}");
    assert_eq!(second["started_at"], first["started_at"]);
    assert!(second["ended_at"].as_u64() > first["ended_at"].as_u64(), "{first} {second}");
    assert_eq!(numbers(&document(&story.asks(&bob(), "").await)), [1, 2, 3, 4, 5]);
}
