use call_core::{Author, Body, ConversationId, FileNote, Medium, Message, MessageAudience, Time};
use serde_json::{Value, json};

use super::*;

const AT: Time = Time(1_795_253_465_123);

fn head() -> Head {
    let people = [("customer:x1", "Alice \u{202e}ecilA"), ("agent:bob", "<b>Bob</b> [note]")];
    Head {
        conversation: ConversationId(7),
        medium: Medium::Chat,
        team: Some("support".parse().unwrap()),
        began_at: utc(AT),
        began_at_ms: AT,
        ended_at: None,
        ended_at_ms: None,
        copy: CopyFor::Agents,
        people: people.map(|(id, name)| Somebody::new(id.parse().unwrap(), name.to_owned())).into(),
    }
}

fn by(person: &str, name: &str) -> Author {
    Author::Person { person: person.parse().unwrap(), name: name.to_owned() }
}

fn said(number: u64, author: Author, audience: MessageAudience, body: Body) -> Said {
    let at = Time(AT.0 + number * 60_000);
    Said { at, message: Message { number, author, id: None, audience, body } }
}

fn text(number: u64, text: &str) -> Said {
    let body = Body::Text(text.to_owned());
    said(number, by("customer:x1", "Alice"), MessageAudience::Everyone, body)
}

fn note(number: u64, text: &str) -> Said {
    let body = Body::Text(text.to_owned());
    said(number, by("agent:bob", "Bob"), MessageAudience::Agents, body)
}

fn file(number: u64, caption: &str) -> Said {
    let note = FileNote {
        file: "0f".repeat(16).parse().unwrap(),
        name: "a \"b\".png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 1234,
        sha256: "ab".repeat(32).parse().unwrap(),
        caption: caption.to_owned(),
    };
    said(number, by("agent:bob", "Bob"), MessageAudience::Everyone, Body::File(note))
}

fn automatic(number: u64) -> Said {
    let body = Body::Text("You are number 2.".to_owned());
    said(number, Author::Automatic, MessageAudience::Everyone, body)
}

fn whole(format: Format, zone: &str, messages: &[Said]) -> String {
    let mut form = format.write(head(), Clock::of(zone).unwrap());
    let begun = form.begin();
    let middle: String = messages.iter().map(|said| form.message(said)).collect();
    begun + &middle + &form.end()
}

#[test]
fn json_is_one_document_with_everything_in_it() {
    let odd = "\"},{\u{0}\u{202e}\\</script>\n";
    let messages = [automatic(1), text(2, odd), note(3, "a note"), file(4, "")];
    let document: Value = serde_json::from_str(&whole(Format::Json, "UTC", &messages)).unwrap();
    assert_eq!(document["conversation"], "c7");
    assert_eq!(document["began_at"], "2026-11-21T09:31:05.123Z");
    assert_eq!(document["ended_at"], Value::Null);
    assert_eq!(document["for"], "agents");
    let alice = json!({"id": "customer:x1", "name": "Alice \u{202e}ecilA", "role": "customer"});
    assert_eq!(document["people"][0], alice);
    let all = document["messages"].as_array().unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(all[0]["from"], Value::Null);
    assert_eq!(all[1]["text"], odd, "as it was written, to the last character");
    let from = json!({"person": "agent:bob", "name": "Bob"});
    let third = json!({"number": 3, "at": "2026-11-21T09:34:05.123Z", "at_ms": AT.0 + 180_000,
        "from": from, "audience": "agents", "text": "a note"});
    assert_eq!(all[2], third);
    let carried = json!({"id": "0f".repeat(16), "name": "a \"b\".png", "media_type": "image/png",
        "bytes": 1234, "sha256": "ab".repeat(32)});
    assert_eq!((&all[3]["file"], &all[3]["text"]), (&carried, &json!("")));
    let none: Value = serde_json::from_str(&whole(Format::Json, "UTC", &[])).unwrap();
    assert_eq!(none["messages"], json!([]));
}

#[test]
fn plain_text_is_a_line_for_each_message_by_the_clocks_of_the_zone() {
    let two = "first\n2026-11-21 10:33:05  Bob: never said";
    let messages = [automatic(1), text(2, two), note(3, "he is right"), file(4, "look")];
    let hash = "ab".repeat(32);
    let expected = format!(
        "Chat c7\n\
         People: Alice \u{fffd}ecilA (customer), <b>Bob</b> (note) (agent)\n\
         Team:   support\n\
         Began:  2026-11-21 10:31:05\n\
         Ended:  it goes on\n\
         Times are those of Europe/Berlin.\n\
         \n\
         2026-11-21 10:32:05  [automatic] You are number 2.\n\
         2026-11-21 10:33:05  Alice: first\n\
         \u{20}                    2026-11-21 10:33:05  Bob: never said\n\
         2026-11-21 10:34:05  [note] Bob: he is right\n\
         2026-11-21 10:35:05  [file] Bob: a \"b\".png (image/png, 1234 bytes, SHA-256 {hash})\n\
         \u{20}                    look\n"
    );
    assert_eq!(whole(Format::Text, "Europe/Berlin", &messages), expected);
}

#[test]
fn no_text_is_a_part_of_the_web_page() {
    let odd =
        ["</p><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\u{202e}\u{0}&amp;"];
    let evil =
        said(4, by("customer:x1", odd[0]), MessageAudience::Everyone, file(4, odd[1]).message.body);
    let page =
        whole(Format::Html, "UTC", &[text(1, odd[0]), text(2, odd[1]), note(3, odd[2]), evil]);
    for part in ["<script", "<img", "<b>Bob", "\u{202e}", "\u{0}"] {
        assert!(!page.contains(part), "{part} in {page}");
    }
    assert!(page.contains("&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</p>"), "{page}");
    assert!(page.contains("\u{fffd}\u{fffd}&amp;amp;"), "{page}");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"));
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""), "{page}");
    assert!(page.ends_with("</main></body></html>\n"));
    for foreign in [" src=", " href=", "url(", "@import", "javascript:"] {
        assert!(!page.replace("src=x", "").contains(foreign), "{foreign} in {page}");
    }
}

#[test]
fn the_web_page_tells_notes_days_and_moments() {
    let mut late = text(5, "שלום, مرحبا");
    late.at = Time(AT.0 + 86_400_000);
    let page =
        whole(Format::Html, "Asia/Kathmandu", &[automatic(1), text(2, "a\nb"), note(3, "n"), late]);
    assert_eq!(page.matches("<h2>").count(), 2, "{page}");
    assert!(page.contains("<time datetime=\"2026-11-21\">Saturday, 21 November 2026</time>"));
    assert!(page.contains("<time datetime=\"2026-11-21T15:17:05.123+05:45\">15:17:05</time>"));
    assert_eq!(page.matches("<article class=\"note\">").count(), 1);
    assert_eq!(page.matches("Note between agents").count(), 1);
    assert!(page.contains("<article class=\"automatic\">") && page.contains("Automatic message"));
    assert!(page.contains("<p class=\"text\" dir=\"auto\" lang=\"\">a\nb</p>"), "{page}");
    assert!(page.contains("Those of Asia/Kathmandu"));
}
