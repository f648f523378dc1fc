//! Stories of calls and chats: what behaviour asks for, told with a bench of people and a virtual
//! clock.
//!
//! Each row of its tables has a story that reads like it: `docs/stories.md` is the list, and a test
//! sees that each is there.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a story asks for one kind of news")]

mod accounting;
mod attached;
mod bench;
mod boundaries;
mod calling;
mod channels;
mod chat_bench;
mod chat_call_offer;
mod chat_conference;
mod chat_lasting;
mod chat_lines;
mod chat_linked;
mod chat_queue;
mod chat_supervising;
mod chat_transfer;
mod chat_writing;
mod consulting;
mod deadlines;
mod directory;
mod edges;
mod failing;
mod handing_over;
mod hearing;
mod hours;
mod internal;
mod intervening;
mod inviting;
mod keeping;
mod listening;
mod losing;
mod notices;
mod outlasting;
mod overflowing;
mod queueing;
mod racing;
mod refusing;
mod restarting;
mod ringing;
mod segments;
mod standing;
mod status;
mod supervising;
mod teams;
mod views;
mod wrapping_up;

#[test]
fn every_row_has_its_story() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let rows = std::fs::read_to_string(format!("{root}/docs/stories.md")).unwrap();
    let cell = |row: &str| row.rsplit("| `").next()?.strip_suffix("` |").map(str::to_owned);
    let named: Vec<_> = rows.lines().filter_map(cell).collect();
    assert!(named.len() > 120, "the rows are found: {}", named.len());
    for story in named {
        let (file, name) = story.rsplit_once("::").expect("a story has its file and its name");
        let own = format!("crates/call-core/tests/it/{file}.rs");
        let file = if file.contains('/') { file } else { own.as_str() };
        let text = std::fs::read_to_string(format!("{root}/{file}")).unwrap();
        let told = text.split_once(&format!("fn {name}() {{")).map(|(before, _)| before);
        let above = told.and_then(|before| before.trim_end_matches("async ").lines().next_back());
        let is_test = above.is_some_and(|line| line.contains("test"));
        assert!(is_test, "{file} tells no {name}");
    }
}
