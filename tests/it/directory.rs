//! The directory changes while calls go on.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use loadtest::person::{Agent, Customer};
use loadtest::signal::SocketState;
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::{Value, json};

use crate::PATIENCE;
use crate::ears::{self, hears};
use crate::house::{House, SECRET};
use crate::http::{Ask, Told};
use crate::raw::Raw;

const PASSWORD: &str = "seven green lanterns";

/// The program itself, on a server's data; what it prints.
fn trefoil(data: &Path, words: &[&str], typed: &str) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trefoil"))
        .args(words)
        .args(["--data".as_ref(), data.as_os_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

pub(crate) fn does(data: &Path, words: &[&str]) -> String {
    let (done, text) = trefoil(data, words, "");
    assert!(done, "{words:?}: {text}");
    text
}

async fn signs_in(house: &House, login: &str, password: &str) -> Told {
    let body = json!({ "login": login, "password": password });
    Ask::new("POST", "/v1/sign-in").body(&body).sent(house.place.http).await
}

/// Olga, who owns everything: added on the machine, signed in by her password. Her token.
pub(crate) async fn olga(house: &House) -> String {
    let add = ["agent", "add", "olga", "--name", "Olga Owen", "--login", "olga", "--owner"];
    does(house.data(), &add);
    let (done, text) = trefoil(house.data(), &["agent", "password", "olga"], PASSWORD);
    assert!(done, "{text}");
    let until = Instant::now() + PATIENCE;
    loop {
        // The running server notices within a second, and is asked as often as it allows.
        let told = signs_in(house, "olga", PASSWORD).await;
        if told.status == 200 {
            return told.body["token"].as_str().unwrap().to_owned();
        }
        assert!(Instant::now() < until, "{told:?}");
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
}

/// Asks as somebody; it is done.
pub(crate) async fn asks(
    house: &House,
    by: &str,
    method: &'static str,
    path: &str,
    body: Value,
) -> Value {
    let told = tries(house, by, method, path, body).await;
    assert!((200..300).contains(&told.status), "{method} {path}: {told:?}");
    told.body
}

pub(crate) async fn tries(
    house: &House,
    by: &str,
    method: &'static str,
    path: &str,
    body: Value,
) -> Told {
    let ask = Ask::new(method, format!("/v1/admin{path}")).by(by);
    ask.body(&body).sent(house.place.http).await
}

/// Adds an agent with a password.
pub(crate) async fn adds(house: &House, by: &str, id: &str, teams: Value) {
    let agent = json!({ "id": id, "name": format!("{id} by name"), "login": id, "teams": teams });
    asks(house, by, "POST", "/agents", agent).await;
    let password = json!({ "password": PASSWORD });
    asks(house, by, "PUT", &format!("/agents/{id}/password"), password).await;
}

pub(crate) async fn token_of(house: &House, login: &str) -> String {
    let told = signs_in(house, login, PASSWORD).await;
    assert_eq!(told.status, 200, "{told:?}");
    told.body["token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_added_signs_in_is_rung_and_after_removal_only_finishes_its_call() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    adds(&house, &owner, "dave", json!({ "support": ["answer"] })).await;
    let token = Claims::ready(token_of(&house, "dave").await);
    let sound = Sound::tone(ears::DAVE);
    let dave = Agent::arrives_with(&house.place, "dave", token, sound).await.unwrap();
    let alice = Customer::arrives(&house.place, "alice", Sound::tone(ears::ALICE)).await.unwrap();
    alice.calls("support").await.unwrap();
    dave.accepts().await.unwrap();
    hears(&alice, &[ears::DAVE]).await;

    // Dave is removed in the middle of it: the call goes on.
    asks(&house, &owner, "DELETE", "/agents/dave", Value::Null).await;
    assert_eq!(signs_in(&house, "dave", PASSWORD).await.code(), "wrong_login_or_password");
    let erin = Customer::arrives(&house.place, "erin", Sound::tone(ears::CAROL)).await.unwrap();
    erin.calls("support").await.unwrap();
    tokio::join!(hears(&alice, &[ears::DAVE]), hears(&dave, &[ears::ALICE]));

    // It ends, and Dave is gone; Erin's call never rang there.
    dave.leaves().await.unwrap();
    let signal = dave.signal().unwrap();
    let closed = signal.until("the end of the session", PATIENCE, |known| {
        (known.socket != SocketState::Open).then_some(known.socket)
    });
    assert_eq!(closed.await.unwrap(), SocketState::Closed(4401));
    erin.sees("a place in the queue", |view| !view.has_joined("agent:dave")).await.unwrap();
    let again = Agent::arrives(&house.place, "dave", &["support"], Sound::tone(ears::DAVE)).await;
    assert_eq!(again.unwrap_err().code(), Some("token_invalid"), "also not by another token");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hours_of_a_team_change_while_the_server_runs() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    let alice = Customer::arrives(&house.place, "alice", Sound::tone(ears::ALICE)).await.unwrap();
    let closed = json!({ "hours": { "zone": "UTC", "weekly": [] } });
    let team = asks(&house, &owner, "PATCH", "/teams/support", closed).await;
    assert_eq!(team["hours"]["zone"], "UTC");
    let refused = alice.calls("support").await.unwrap_err();
    assert_eq!(refused.code(), Some("closed"));
    // And by the command line, from a process of its own.
    let text = does(house.data(), &["team", "change", "support", "--always-open"]);
    assert_eq!(text.trim(), "~ team support: hours");
    let until = Instant::now() + PATIENCE;
    while let Err(error) = alice.calls("support").await {
        assert_eq!(error.code(), Some("closed"));
        assert!(Instant::now() < until, "the server notices within a second");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_slowed_down_and_the_right_one_is_not_locked_out() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    adds(&house, &owner, "dave", json!({})).await;
    let mut told = Vec::new();
    for _ in 0..6 {
        told.push(signs_in(&house, "dave", "not the password").await);
    }
    let codes: Vec<&str> = told.iter().map(Told::code).collect();
    assert_eq!(codes[..5], ["wrong_login_or_password"; 5]);
    assert_eq!((codes[5], told[5].status), ("rate_limited", 429));
    assert_eq!(told[5].body["error"]["limit"], "failed_sign_ins_per_login");
    // A name that nobody has is answered in the same way.
    let nobody = signs_in(&house, "nobody", "not the password").await;
    assert_eq!((nobody.status, &nobody.body), (401, &told[0].body));
    // From elsewhere Dave comes in at once, and from here after the wait.
    let body = json!({ "login": "DAVE", "password": PASSWORD });
    let elsewhere = Ask::new("POST", "/v1/sign-in").body(&body).from([127, 0, 0, 2]);
    assert_eq!(elsewhere.sent(house.place.http).await.status, 200);
    let wait = told[5].body["error"]["retry_after_ms"].as_u64().unwrap();
    assert!(wait <= 10_001, "{wait}");
    tokio::time::sleep(Duration::from_millis(wait)).await;
    assert_eq!(signs_in(&house, "dave", PASSWORD).await.status, 200);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_comes_twice_ends_the_sign_in() {
    let house = House::opens().await;
    olga(&house).await;
    let first = signs_in(&house, "olga", PASSWORD).await;
    let cookie = first.head.lines().find(|line| line.starts_with("set-cookie")).unwrap();
    for guard in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/v1/sign-in"] {
        assert!(cookie.contains(guard), "{cookie}");
    }
    let refresh = async |cookie: String| {
        let ask = Ask::new("POST", "/v1/sign-in/refresh").with("cookie", cookie);
        ask.sent(house.place.http).await
    };
    let second = refresh(first.cookie()).await;
    assert_eq!(second.status, 200, "{second:?}");
    assert_ne!(second.cookie(), first.cookie());
    let token = second.body["token"].as_str().unwrap().to_owned();
    asks(&house, &token, "GET", "/agents", Value::Null).await;
    // Somebody has kept the first one.
    assert_eq!(refresh(first.cookie()).await.code(), "signed_out");
    assert_eq!(refresh(second.cookie()).await.code(), "signed_out", "for both of them");
    let audit = asks(&house, &token, "GET", "/audit?limit=1", Value::Null).await;
    assert_eq!(audit[0]["changes"][0]["change"], "refresh_token_reused");
    // Another sign-in is not touched, until it is ended.
    let other = signs_in(&house, "olga", PASSWORD).await;
    let end = Ask::new("DELETE", "/v1/sign-in").with("cookie", other.cookie());
    assert_eq!(end.sent(house.place.http).await.status, 204);
    assert_eq!(refresh(other.cookie()).await.code(), "signed_out");
    // A page of somewhere else signs nobody in.
    let foreign = Ask::new("POST", "/v1/sign-in").with("origin", "https://evil.example");
    let body = json!({ "login": "olga", "password": PASSWORD });
    assert_eq!(foreign.body(&body).sent(house.place.http).await.code(), "forbidden");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_changes_its_own_team_and_no_other() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    adds(&house, &owner, "mia", json!({ "support": ["answer", "manage"] })).await;
    adds(&house, &owner, "dave", json!({ "sales": ["answer"] })).await;
    let mia = token_of(&house, "mia").await;
    let hours = json!({ "hours": { "zone": "UTC", "weekly": ["mon-sun 00:00-24:00"] } });
    asks(&house, &mia, "PATCH", "/teams/support", hours.clone()).await;
    let refused = tries(&house, &mia, "PATCH", "/teams/sales", hours).await;
    assert_eq!((refused.status, refused.code()), (403, "not_permitted"));
    assert_eq!(refused.body["error"]["needs"]["manager"], "sales");
    // Members: hers, and by the rights that are hers to give.
    let listen = json!(["answer", "listen"]);
    let agent = asks(&house, &mia, "PUT", "/agents/dave/teams/support", listen.clone()).await;
    assert_eq!(agent["teams"]["support"], listen);
    for (path, rights) in [("support", json!(["manage"])), ("sales", json!(["listen"]))] {
        let path = format!("/agents/dave/teams/{path}");
        assert_eq!(tries(&house, &mia, "PUT", &path, rights).await.code(), "not_permitted");
    }
    let refused =
        tries(&house, &mia, "PUT", "/agents/dave/password", json!({"password": PASSWORD}));
    assert_eq!(refused.await.code(), "not_permitted");
    // She sees her team and its people; the whole is the owner's.
    let teams = asks(&house, &mia, "GET", "/teams", Value::Null).await;
    assert_eq!(teams.as_array().unwrap().len(), 1);
    for path in ["/directory", "/audit"] {
        assert_eq!(tries(&house, &mia, "GET", path, Value::Null).await.code(), "not_permitted");
    }
    // Her own password takes the one before it.
    let new = json!({ "password": "eight blue lanterns", "old_password": "a guess of somebody" });
    let refused = tries(&house, &mia, "PUT", "/agents/mia/password", new).await;
    assert_eq!(refused.code(), "wrong_login_or_password");
    let new = json!({ "password": "eight blue lanterns", "old_password": PASSWORD });
    asks(&house, &mia, "PUT", "/agents/mia/password", new).await;
    assert_eq!(signs_in(&house, "mia", "eight blue lanterns").await.status, 200);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_wins_over_the_embedding_applications_token() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    adds(&house, &owner, "dave", json!({ "sales": ["answer"] })).await;
    let mut dave = Raw::connects(&house.place).await;
    let claims = Claims::agent("dave", &["support", "billing"]);
    dave.says(&json!({"type": "hello", "token": claims.sign(SECRET)})).await;
    let welcome = dave.is_told("welcome").await;
    assert_eq!(welcome["person"]["name"], "dave by name");
    assert_eq!(welcome["person"]["teams"], json!(["sales"]));
    // Whom the directory does not know has what the token says.
    let mut zoe = Raw::connects(&house.place).await;
    let claims = Claims::agent("zoe", &["support"]);
    zoe.says(&json!({"type": "hello", "token": claims.sign(SECRET)})).await;
    assert_eq!(zoe.is_told("welcome").await["person"]["teams"], json!(["support"]));
    // And administers nothing.
    let refused = tries(&house, &claims.sign(SECRET), "GET", "/agents", Value::Null).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_goes_out_and_comes_back() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    adds(&house, &owner, "dave", json!({ "sales": ["answer"] })).await;
    let export =
        Ask::new("GET", "/v1/admin/directory").by(&owner).with("accept", "application/toml");
    let document = export.sent(house.place.http).await.text;
    assert!(document.contains("id = \"dave\"") && !document.contains("argon2"), "{document}");
    let file = house.data().join("directory.toml");
    std::fs::write(&file, document.replace("dave by name", "Dave Diaz")).unwrap();
    let file = file.to_str().unwrap();
    let diff = does(house.data(), &["directory", "diff", file]);
    assert_eq!(diff.trim(), "~ agent dave: name");
    assert_eq!(does(house.data(), &["directory", "import", file]).trim(), "~ agent dave: name");
    assert_eq!(does(house.data(), &["directory", "diff", file]).trim(), "Nothing to change.");
    // Everything that is wrong with a document is said at once.
    let broken = json!({ "version": 1, "team": [{ "id": "a b", "name": "" }] });
    let refused = tries(&house, &owner, "PUT", "/directory?dry_run=true", broken).await;
    assert_eq!((refused.status, refused.code()), (422, "invalid"));
    assert!(refused.body["error"]["problems"].as_array().unwrap().len() > 1, "{refused:?}");
    // The command line says what is wrong in words, too.
    let (done, text) = trefoil(house.data(), &["agent", "grant", "dave", "nowhere", "answer"], "");
    assert!(!done && text.contains("There is no team `nowhere`."), "{text}");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_call_is_on_record() {
    let house = House::opens().await;
    let owner = olga(&house).await;
    adds(&house, &owner, "mia", json!({ "sales": ["manage"] })).await;
    let mia = token_of(&house, "mia").await;
    let cast = crate::cast::Cast::connected(&house.place).await;
    let conversation = cast.alice.conversation().unwrap();
    cast.alice.leaves().await.unwrap();
    let until = Instant::now() + PATIENCE;
    let record = loop {
        let records = asks(&house, &owner, "GET", "/records?team=support", Value::Null).await;
        if let Some(record) = records["records"].get(0) {
            break record.clone();
        }
        assert!(Instant::now() < until, "the record is written with the end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(record["id"], json!(conversation));
    assert_eq!(record["agents"], json!(["bob"]));
    let one = format!("/records/{conversation}");
    assert_eq!(asks(&house, &owner, "GET", &one, Value::Null).await["id"], record["id"]);
    let csv = tries(&house, &owner, "GET", "/records?format=csv", Value::Null).await.text;
    let rows: Vec<&str> = csv.trim_end().split("\r\n").collect();
    let columns = |row: &str| row.split(',').count();
    assert!(rows.len() > 1 && rows.iter().all(|row| columns(row) == columns(rows[0])), "{csv}");
    assert!(rows[1].starts_with(&format!("{conversation},voice,support,")), "{csv}");
    let lines = tries(&house, &owner, "GET", "/records?format=jsonl", Value::Null).await;
    assert_eq!(serde_json::from_str::<Value>(lines.text.trim()).unwrap()["id"], record["id"]);
    // Mia manages another team.
    let records = asks(&house, &mia, "GET", "/records", Value::Null).await;
    assert_eq!(records["records"], json!([]));
    assert_eq!(tries(&house, &mia, "GET", &one, Value::Null).await.code(), "not_found");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_path_does_not_take_is_refused_like_everything_else() {
    let house = House::opens().await;
    for (method, path) in [
        ("DELETE", "/v1/admin/agents"),
        ("POST", "/v1/admin/directory"),
        ("POST", "/v1/openapi.json"),
        ("PUT", "/v1/channels/shop"),
    ] {
        let told = Ask::new(method, path).sent(house.place.http).await;
        assert_eq!((told.status, told.code()), (405, "method_not_allowed"), "{method} {path}");
        assert!(told.body["error"]["message"].as_str().is_some_and(|says| !says.is_empty()));
        let allow = told.head.lines().find_map(|line| line.strip_prefix("allow: "));
        assert!(allow.is_some_and(|takes| takes.contains("GET")), "{told:?}");
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_the_document_describes_is_a_route() {
    let house = House::opens().await;
    let document = Ask::new("GET", "/v1/openapi.json").sent(house.place.http).await.body;
    assert_eq!(document["openapi"], "3.1.0");
    let mut seen = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let words = ["get", "post", "put", "patch", "delete"];
            let upper = ["GET", "POST", "PUT", "PATCH", "DELETE"];
            let at = words.iter().position(|word| word == method).expect("a known method");
            let place = path.replace(['{', '}'], "");
            let told = Ask::new(upper[at], place).sent(house.place.http).await;
            // Known, and refused for want of a token or of anything to go by.
            let known = [400, 401, 204].contains(&told.status)
                || (told.status == 404 && told.code() == "unknown_channel");
            assert!(known, "{method} {path}: {told:?}");
            let named = path.matches('{').count();
            let parameters = operation["parameters"].as_array().unwrap();
            assert_eq!(parameters.iter().filter(|one| one["in"] == "path").count(), named);
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} operations");
    // What it names is in it.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    house.closes().await;
}
