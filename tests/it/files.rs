//! People send each other files over real data channels: whole or not at all, over every break; and
//! nobody gets what is not theirs.

use loadtest::person::{Agent, Customer};
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::{Value, json};

use crate::chat_page::Page;
use crate::chatting::{Chat, names, opens_both};
use crate::ears;
use crate::files_page::{FilesPage, Paper, lies_there};
use crate::house::House;
use crate::http::{Ask, Told};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_send_each_other_a_file() {
    let house = House::opens().await;
    let chat = Chat::begins(&house.place).await;
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let (mut bob, mut his) = opens_both(&chat.bob, &chat.id).await;
    let paper = Paper::picture(1_000_000);
    let number = chat.sends(&mut alice, &mut hers, &paper).await;
    let message = bob.hears_of("message").await;
    let file = &message["message"]["file"];
    assert_eq!(
        (&message["message"]["number"], &file["name"]),
        (&json!(number), &json!(paper.name))
    );
    assert_eq!((&file["bytes"], &file["sha256"]), (&json!(1_000_000), &json!(paper.hash())));
    assert_eq!(message["message"]["text"], "look");
    assert!(his.fetches(number, 0).await == paper.contents);
    assert!(his.fetches(number, 999_999).await == paper.contents[999_999..]);
    assert!(his.fetches(number, 1_000_000).await.is_empty());
    assert!(hers.fetches(number, 0).await == paper.contents, "who sent it may have it as well");
    // Offered again it is kept already, and its message keeps its number.
    let go = hers.offers(&paper, "u-1").await;
    assert_eq!((&go["type"], &go["offset"]), (&json!("go"), &json!(1_000_000)));
    let kept = hers.hears().await;
    assert_eq!((&kept["type"], &kept["file"]), (&json!("kept"), &file["id"]));
    let again =
        names(&mut alice, &chat.id, "with-file", kept["file"].as_str().unwrap(), "everyone");
    assert_eq!(again.await["number"], number);
    // And in the other direction, with the other's own name for the same upload.
    let other = Paper { name: "/etc/passwd".to_owned(), ..Paper::picture(70_000) };
    let file = his.keeps(&other, "u-1").await;
    let number = names(&mut bob, &chat.id, "m-1", &file, "everyone").await;
    let number = number["number"].as_u64().unwrap();
    assert!(hers.fetches(number, 0).await == other.contents);
    assert_eq!(house.metric("trefoil_files_kept_total").await, 2);
    house.comes_to("trefoil_file_transfers", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_cut_goes_on_where_the_disk_is() {
    let house = House::opens().await;
    let mut chat = Chat::begins(&house.place).await;
    let paper = Paper::picture(600_000);
    let mut hers = FilesPage::opens(&chat.alice, &chat.id).await;
    assert_eq!(hers.sends_up_to(&paper, "u-1", 200_000).await, 0);
    drop(hers);
    chat.alice.connects_leg().await.unwrap();
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    assert_eq!(hers.sends_up_to(&paper, "u-1", 300_000).await, 200_000);
    // The same leg may still be there while a fresh one goes on: the fresh one has it.
    chat.alice.vanishes();
    chat.alice.comes_back().await.unwrap();
    alice.is_cut();
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let begun = hers.sends_up_to(&paper, "u-1", 600_000).await;
    assert_eq!(begun, 300_000);
    assert_eq!(hers.hears().await["type"], "kept");
    let number = chat.sends(&mut alice, &mut hers, &paper).await;
    let mut his = FilesPage::opens(&chat.bob, &chat.id).await;
    his.asks_for(number, 0);
    his.hears().await;
    drop(his);
    chat.bob.connects_leg().await.unwrap();
    let mut his = FilesPage::opens(&chat.bob, &chat.id).await;
    assert!(his.fetches(number, 100_000).await == paper.contents[100_000..]);
    house.comes_to("trefoil_file_transfers", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_it_says_is_refused_and_nothing_of_it_is_left() {
    let house = House::opens_with("files = { max_mb = 1, max_per_chat = 2 }").await;
    let chat = Chat::begins(&house.place).await;
    let mut hers = FilesPage::opens(&chat.alice, &chat.id).await;
    let paper = Paper::picture(100_000);
    hers.is_refused(&Paper::picture(1024 * 1024 + 1), "u", "file_too_large").await;
    let html = Paper { media_type: "text/html".to_owned(), ..paper.clone() };
    hers.is_refused(&html, "u", "file_type_not_allowed").await;
    let nothing = Paper { contents: Vec::new(), ..paper.clone() };
    hers.is_refused(&nothing, "u", "file_empty").await;
    // Announced with the hash of something else.
    let mut offer = paper.offer(&chat.id, "u-wrong");
    offer["sha256"] = json!(Paper::picture(100_001).hash());
    hers.says(&offer);
    assert_eq!(hers.hears().await["type"], "go");
    for chunk in paper.contents.chunks(16_384) {
        hers.pipe.send_binary(chunk).unwrap();
    }
    let mut answer = hers.hears().await;
    while answer["type"] == "got" {
        answer = hers.hears().await;
    }
    assert_eq!(answer["error"]["code"], "file_hash_wrong");
    // A page that calls itself a picture.
    let page = Paper { contents: b"<html><script>alert(1)</script>".to_vec(), ..paper.clone() };
    assert_eq!(hers.sends(&page, "u-html").await["error"]["code"], "file_type_wrong");
    assert_eq!(lies_there(house.data()), [""; 0]);
    // A name is only ever a name.
    let named = |name: &str| Paper { name: name.to_owned(), ..paper.clone() };
    let go = hers.offers(&named("../../../etc/cron.d/x\u{202e}gnp.sh"), "u-path").await;
    assert_eq!((&go["type"], &go["name"]), (&json!("go"), &json!("xgnp.sh")));
    hers.is_refused(&paper, "u-second", "busy").await;
    hers.says(&json!({"type": "abort", "upload": "u-path"}));
    // Offered again under the same name, and another one.
    hers.keeps(&paper, "u-1").await;
    hers.is_refused(&Paper::picture(7), "u-1", "file_differs").await;
    hers.keeps(&Paper::picture(8), "u-2").await;
    hers.is_refused(&Paper::picture(9), "u-3", "too_many_files").await;
    let mut left = lies_there(house.data());
    left.sort();
    assert_eq!(left.len(), 4, "two files and what is told of them: {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_sends_nothing_and_gets_nothing() {
    let house = House::opens().await;
    let chat = Chat::begins(&house.place).await;
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let paper = Paper::picture(1_000);
    let number = chat.sends(&mut alice, &mut hers, &paper).await;
    let file = hers.keeps(&Paper::picture(2_000), "u-2").await;
    let mallory = Customer::arrives(&house.place, "mallory", Sound::tone(ears::CAROL));
    let mallory = mallory.await.unwrap();
    let call = json!({"name": "call", "team": "support", "medium": "chat"});
    let own = mallory.requests(call).await.unwrap();
    let own = own["conversation"].as_str().unwrap();
    let (mut page, mut foreign) = opens_both(&mallory, own).await;
    // Another's file, in the own conversation and in the other's.
    for (chat, code) in [(own, "no_such_file"), (chat.id.as_str(), "no_such_file")] {
        let answer = names(&mut page, chat, "m-1", &file, "everyone").await;
        assert_eq!(answer["error"]["code"], code);
    }
    foreign.fetches_nothing(number, "no_such_file").await;
    foreign.says(&paper.offer(&chat.id, "u-1"));
    assert_eq!(foreign.hears().await["error"]["code"], "not_a_participant");
    let fetch = json!({"type": "fetch", "conversation": chat.id, "number": number});
    foreign.says(&fetch);
    assert_eq!(foreign.hears().await["error"]["code"], "not_a_participant");
    // What Alice has not sent yet is nobody's but hers.
    let mut his = Page::opens(&chat.bob, &chat.id).await;
    let answer = names(&mut his, &chat.id, "m-1", &file, "everyone").await;
    assert_eq!(answer["error"]["code"], "no_such_file");
    assert_eq!(names(&mut alice, &chat.id, "m-2", &file, "everyone").await["type"], "ack");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_a_note_is_not_there_for_the_customer() {
    let house = House::opens().await;
    let chat = Chat::begins(&house.place).await;
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let (mut bob, mut his) = opens_both(&chat.bob, &chat.id).await;
    let secret = Paper { audience: "agents", ..Paper::picture(5_000) };
    let file = his.keeps(&secret, "u-1").await;
    let everyone = names(&mut bob, &chat.id, "m-1", &file, "everyone").await;
    assert_eq!(everyone["error"]["code"], "no_such_file", "it was offered as a note");
    let note = names(&mut bob, &chat.id, "m-2", &file, "agents").await;
    let note = note["number"].as_u64().unwrap();
    assert!(his.fetches(note, 0).await == secret.contents);
    hers.fetches_nothing(note, "no_such_file").await;
    hers.fetches_nothing(note + 1, "no_such_file").await;
    hers.fetches_nothing(0, "no_such_file").await;
    hers.is_refused(&secret, "u-1", "not_permitted").await;
    alice.writes_all(0..1).await;
    hers.fetches_nothing(*alice.shown.keys().last().unwrap(), "no_such_file").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_listens_by_now_sends_no_file() {
    let house = House::opens().await;
    let chat = Chat::begins(&house.place).await;
    let carol = Agent::arrives(&house.place, "carol", &["support"], Sound::tone(ears::CAROL));
    let carol = carol.await.unwrap();
    let mut his = FilesPage::opens(&chat.bob, &chat.id).await;
    let paper = Paper::picture(100_000);
    his.sends_up_to(&paper, "u-1", 50_000).await;
    let transfer = json!({"name": "transfer", "conversation": chat.id,
        "target": {"agent": "carol"}});
    chat.bob.requests(transfer).await.unwrap();
    carol.accepts().await.unwrap();
    for chunk in paper.contents[50_000..].chunks(16_000) {
        his.pipe.send_binary(chunk).unwrap();
    }
    let mut answer = his.hears().await;
    while answer["type"] == "got" {
        answer = his.hears().await;
    }
    assert_eq!(answer["error"]["code"], "not_owner", "{answer}");
    his.is_refused(&paper, "u-2", "not_owner").await;
    assert_eq!(lies_there(house.data()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_manners_harms_nobody_but_itself() {
    let house = House::opens().await;
    let mut chat = Chat::begins(&house.place).await;
    let mut his = FilesPage::opens(&chat.bob, &chat.id).await;
    let paper = Paper::picture(3_000_000);
    let beside = async { his.keeps(&paper, "u-1").await };
    let rude = async {
        let mut hers = FilesPage::opens(&chat.alice, &chat.id).await;
        // Parts of nothing.
        hers.pipe.send_binary(b"?").unwrap();
        assert_eq!(hers.hears().await["error"]["code"], "malformed");
        hers.pipe.send("{").unwrap();
        assert_eq!(hers.hears().await["error"]["code"], "malformed");
        // All of it at once, whatever is written: either the disk is faster, or the channel ends,
        // by the client's own fault or because more waits unread than a channel may hold.
        assert_eq!(hers.offers(&paper, "u-1").await["type"], "go");
        for chunk in paper.contents.chunks(16_384) {
            hers.pipe.send_binary(chunk).unwrap();
        }
        let mut last = Value::Null;
        while last["type"] != "kept"
            && let Some(loadtest::peer::Message::Text(text)) = hers.next().await
        {
            last = serde_json::from_str(&text).unwrap();
        }
        println!("the last that was said: {last}");
        let is_fair = match last["type"].as_str() {
            None | Some("got" | "kept") => true,
            Some(_) => last["error"]["code"] == "malformed",
        };
        assert!(is_fair, "{last}");
    };
    tokio::join!(beside, rude);
    // What was written is not lost for it.
    chat.alice.connects_leg().await.unwrap();
    let mut hers = FilesPage::opens(&chat.alice, &chat.id).await;
    hers.keeps(&paper, "u-1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_much_and_is_gone_costs_nothing_afterwards() {
    let house = House::opens().await;
    let mut chat = Chat::begins(&house.place).await;
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let paper = Paper::picture(5_000_000);
    let number = chat.sends(&mut alice, &mut hers, &paper).await;
    let his = FilesPage::opens(&chat.bob, &chat.id).await;
    his.asks_for(number, 0);
    house.comes_to("trefoil_files_fetched_total", 1).await;
    chat.bob.vanishes();
    alice.writes_all(0..3).await;
    house.comes_to("trefoil_file_transfers", 0).await;
}

/// Asks for a file over HTTP.
async fn downloads(house: &House, claims: &Claims, chat: &str, file: &str) -> Told {
    let path = format!("/v1/conversations/{chat}/files/{file}");
    Ask::new("GET", path).by(&claims.sign(&house.place.secret)).sent(house.place.http).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_saved_over_http_by_whoever_may_read_the_chat() {
    let house = House::opens().await;
    let chat = Chat::begins(&house.place).await;
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let (mut bob, mut his) = opens_both(&chat.bob, &chat.id).await;
    let text = Paper {
        name: "Größe \u{202e}.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        contents: b"<script>".repeat(20_000),
        audience: "everyone",
    };
    let file = hers.keeps(&text, "u-1").await;
    let (alice_s, bob_s) = (Claims::customer("alice"), Claims::agent("bob", &["support"]));
    assert_eq!(downloads(&house, &alice_s, &chat.id, &file).await.status, 404, "not sent yet");
    names(&mut alice, &chat.id, "m-1", &file, "everyone").await;
    let secret = Paper {
        name: "a.gif".to_owned(),
        media_type: "image/gif".to_owned(),
        contents: b"GIF89a, as far as anybody looks".to_vec(),
        audience: "agents",
    };
    let note = his.keeps(&secret, "u-1").await;
    names(&mut bob, &chat.id, "m-1", &note, "agents").await;
    for claims in [&alice_s, &bob_s] {
        let told = downloads(&house, claims, &chat.id, &file).await;
        assert_eq!(told.status, 200, "{}", told.head);
        for (name, value) in [
            ("content-type", "application/octet-stream"),
            ("content-length", "160000"),
            (
                "content-disposition",
                "attachment; filename=\"Gr__e .txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20.txt",
            ),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "private, no-store"),
        ] {
            let line = format!("{name}: {value}");
            assert!(told.head.lines().any(|told| told == line), "{line} in {}", told.head);
        }
        assert!(told.text.as_bytes() == text.contents);
    }
    let mallory = Claims::customer("mallory");
    let no = "00000000000000000000000000000000";
    for (claims, file) in [
        (&alice_s, note.as_str()),
        (&mallory, file.as_str()),
        (&bob_s, no),
        (&bob_s, "..%2f..%2fjournal.db"),
    ] {
        assert_eq!(downloads(&house, claims, &chat.id, file).await.status, 404, "{file}");
    }
    let picture = downloads(&house, &bob_s, &chat.id, &note).await;
    assert!(picture.head.contains("content-type: image/gif"), "{}", picture.head);
    assert!(picture.head.contains("attachment; filename=\"a.gif\""), "{}", picture.head);
}
