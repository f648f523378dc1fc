use std::collections::BTreeMap;

use call_core::Time;
use directory::limits::MAX_QUICK_REPLIES;
use directory::{
    Command, Needs, QuickReply, QuickReplyId, Refusal, Replier, ReplyDraft, ReplyEdit, ReplyOwner,
    ReplyWords, Rights,
};
use serde_json::json;
use storage::{DirectoryError, Journal};

use super::office::{NOW, amend, create_team, id, with_bob};
use crate::support::Place;

/// Somebody who may do this in support.
fn replier(name: &str, rights: Rights) -> Replier {
    Replier::unknown(id(name), BTreeMap::from([("support".parse().unwrap(), rights)]))
}

fn bob() -> Replier {
    replier("bob", Rights::ANSWER)
}

fn eve() -> Replier {
    replier("eve", Rights::MANAGE)
}

fn owner(text: &str) -> ReplyOwner {
    text.parse().unwrap()
}

fn words(title: &str, shortcut: Option<&str>) -> ReplyWords {
    let body = json!({ "title": title, "text": format!("{title}!"), "shortcut": shortcut });
    ReplyDraft::from_json(&body).unwrap().words
}

async fn adds(
    journal: &Journal,
    by: &Replier,
    whose: &str,
    words: ReplyWords,
) -> Result<QuickReply, Refusal> {
    journal.create_quick_reply(by, owner(whose), words, NOW).await.unwrap()
}

async fn changes(
    journal: &Journal,
    by: &Replier,
    read: &QuickReply,
    words: ReplyWords,
) -> Result<QuickReply, Refusal> {
    let edit = ReplyEdit { version: read.version, words };
    journal.change_quick_reply(by, read.id, edit, Time(NOW.0 + 5)).await.unwrap()
}

async fn titles(journal: &Journal, whose: &[&str]) -> Vec<String> {
    let owners: Vec<_> = whose.iter().map(|whose| owner(whose)).collect();
    let found = journal.quick_replies(&owners, 500, None).await.unwrap();
    found.into_iter().map(|reply| reply.words.title.to_string()).collect()
}

#[tokio::test]
async fn what_was_written_is_there_after_a_crash_in_the_order_of_its_making() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let own = adds(&place.journal, &bob(), "agent:bob", words("Hello", Some("hi"))).await.unwrap();
    adds(&place.journal, &eve(), "team:support", words("Bye", Some("hi"))).await.unwrap();
    adds(&place.journal, &eve(), "agent:eve", words("Mine", None)).await.unwrap();
    let after = place.after_a_crash().await;
    assert_eq!(titles(&after.journal, &["agent:bob", "team:support"]).await, ["Hello", "Bye"]);
    assert_eq!(titles(&after.journal, &["agent:eve"]).await, ["Mine"]);
    assert_eq!(titles(&after.journal, &[]).await, Vec::<String>::new());
    let found = after.journal.quick_replies(&[owner("agent:bob")], 500, None).await.unwrap();
    assert_eq!(found, std::slice::from_ref(&own));
    assert_eq!((own.id, own.version, own.updated_at), (QuickReplyId(1), 1, NOW));
    assert_eq!(own.updated_by, "agent:bob".parse().unwrap());
}

#[tokio::test]
async fn pages_meet_without_gap() {
    let place = Place::new().await;
    for n in 0..5 {
        adds(&place.journal, &bob(), "agent:bob", words(&format!("t{n}"), None)).await.unwrap();
    }
    let page = async |limit, after| {
        let owners = [owner("agent:bob")];
        let page = place.journal.quick_replies(&owners, limit, after).await.unwrap();
        page.iter().map(|reply| reply.id.0).collect::<Vec<_>>()
    };
    assert_eq!(page(2, None).await, [1, 2]);
    assert_eq!(page(10, Some(QuickReplyId(2))).await, [3, 4, 5]);
    assert_eq!(page(10, Some(QuickReplyId(u64::MAX))).await, Vec::<u64>::new());
}

#[tokio::test]
async fn a_team_s_are_changed_by_who_manages_it_and_nobody_s_own_by_anybody_else() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let journal = &place.journal;
    let refused = adds(journal, &bob(), "team:support", words("A", None)).await.unwrap_err();
    let needs = Needs::Manager("support".parse().unwrap());
    assert_eq!(refused, Refusal::NotPermitted { needs: needs.clone() });
    let refused = adds(journal, &eve(), "agent:bob", words("A", None)).await.unwrap_err();
    assert_eq!(refused, Refusal::NotPermitted { needs: Needs::Alone(id("bob")) });

    let of_team = adds(journal, &eve(), "team:support", words("A", None)).await.unwrap();
    let refused = changes(journal, &bob(), &of_team, words("B", None)).await.unwrap_err();
    assert_eq!(refused, Refusal::NotPermitted { needs: needs.clone() });
    let refused = journal.remove_quick_reply(&bob(), of_team.id, None, NOW).await.unwrap();
    assert_eq!(refused, Err(Refusal::NotPermitted { needs }));

    // What one may not read is not there.
    let own = adds(journal, &bob(), "agent:bob", words("A", None)).await.unwrap();
    let none = Refusal::UnknownQuickReply { quick_reply: own.id };
    assert_eq!(changes(journal, &eve(), &own, words("B", None)).await.unwrap_err(), none);
    assert_eq!(journal.remove_quick_reply(&eve(), own.id, None, NOW).await.unwrap(), Err(none));
    let stranger = Replier::unknown(id("zed"), BTreeMap::new());
    let none = Refusal::UnknownQuickReply { quick_reply: of_team.id };
    assert_eq!(changes(journal, &stranger, &of_team, words("B", None)).await.unwrap_err(), none);
}

#[tokio::test]
async fn a_team_that_does_not_exist_has_none() {
    let place = Place::new().await;
    let refused = adds(&place.journal, &eve(), "team:support", words("A", None)).await;
    let team = "support".parse().unwrap();
    assert_eq!(refused.unwrap_err(), Refusal::UnknownTeam { team, field: "owner" });
}

#[tokio::test]
async fn who_changes_what_was_changed_meanwhile_is_told_and_nothing_is_lost() {
    let place = Place::new().await;
    let first = adds(&place.journal, &bob(), "agent:bob", words("A", None)).await.unwrap();
    let second = changes(&place.journal, &bob(), &first, words("B", Some("b"))).await.unwrap();
    assert_eq!((second.version, second.updated_at.0), (2, NOW.0 + 5));
    let refused = changes(&place.journal, &bob(), &first, words("C", None)).await.unwrap_err();
    assert_eq!(refused, Refusal::ChangedMeanwhile { version: 2 });
    let removed = place.journal.remove_quick_reply(&bob(), first.id, Some(1), NOW).await.unwrap();
    assert_eq!(removed, Err(Refusal::ChangedMeanwhile { version: 2 }));
    assert_eq!(titles(&place.journal, &["agent:bob"]).await, ["B"]);
    let same = changes(&place.journal, &bob(), &second, words("B", Some("b"))).await.unwrap();
    assert_eq!(same.version, 2, "nothing was changed");
    place.journal.remove_quick_reply(&bob(), first.id, Some(2), NOW).await.unwrap().unwrap();
    let none = Refusal::UnknownQuickReply { quick_reply: first.id };
    assert_eq!(changes(&place.journal, &bob(), &same, words("D", None)).await.unwrap_err(), none);
    let next = adds(&place.journal, &bob(), "agent:bob", words("E", None)).await.unwrap();
    assert_eq!(next.id, QuickReplyId(2), "a number is never given twice");
}

#[tokio::test]
async fn a_shortcut_finds_one_of_an_owner() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    let journal = &place.journal;
    let hello = adds(journal, &bob(), "agent:bob", words("Hello", Some("hi"))).await.unwrap();
    let other = adds(journal, &bob(), "agent:bob", words("Other", None)).await.unwrap();
    let taken =
        Refusal::ShortcutTaken { shortcut: "hi".parse().unwrap(), by: "Hello".parse().unwrap() };
    let refused = adds(journal, &bob(), "agent:bob", words("High", Some("hi"))).await;
    assert_eq!(refused.unwrap_err(), taken);
    let refused = changes(journal, &bob(), &other, words("Other", Some("hi"))).await;
    assert_eq!(refused.unwrap_err(), taken);
    // It is its own, and another owner's is another's.
    let hello = changes(journal, &bob(), &hello, words("Hello!", Some("hi"))).await.unwrap();
    adds(journal, &eve(), "team:support", words("Hello", Some("hi"))).await.unwrap();
    changes(journal, &bob(), &hello, words("Hello", None)).await.unwrap();
    changes(journal, &bob(), &other, words("Other", Some("hi"))).await.unwrap();
}

#[tokio::test]
async fn there_are_two_hundred_of_an_owner_at_most() {
    let place = Place::new().await;
    let words = |n: usize| words(&format!("t{n}"), None);
    for n in 0..MAX_QUICK_REPLIES {
        adds(&place.journal, &bob(), "agent:bob", words(n)).await.unwrap();
    }
    let refused = adds(&place.journal, &bob(), "agent:bob", words(0)).await.unwrap_err();
    let (what, max) = ("quick replies of one owner", MAX_QUICK_REPLIES);
    assert_eq!(refused, Refusal::TooMany { what, max });
    place.journal.remove_quick_reply(&bob(), QuickReplyId(7), None, NOW).await.unwrap().unwrap();
    adds(&place.journal, &bob(), "agent:bob", words(0)).await.unwrap();
}

#[tokio::test]
async fn each_change_leaves_who_and_what_but_not_the_text() {
    let place = Place::new().await;
    let first = adds(&place.journal, &bob(), "agent:bob", words("A", Some("a"))).await.unwrap();
    changes(&place.journal, &bob(), &first, words("B", None)).await.unwrap();
    place.journal.remove_quick_reply(&bob(), first.id, None, NOW).await.unwrap().unwrap();
    let audit = place.journal.audit(10, None).await.unwrap();
    let told: Vec<_> = audit.iter().map(|row| (row.by.as_str(), &row.changes)).collect();
    let about = |change: &str, title: &str, version: u64| {
        json!({ "change": change, "quick_reply": "q1", "owner": "agent:bob", "title": title,
                "version": version })
    };
    let mut created = about("quick_reply_created", "A", 1);
    created["shortcut"] = json!("a");
    let expected = [
        json!([about("quick_reply_removed", "B", 2)]),
        json!([about("quick_reply_changed", "B", 2)]),
        json!([created]),
    ];
    assert_eq!(told, [0, 1, 2].map(|at| ("agent:bob", &expected[at])));
}

#[tokio::test]
async fn those_of_a_removed_team_go_with_it() {
    let place = Place::new().await;
    amend(&place.journal, &[create_team("support"), create_team("sales")]).await.unwrap();
    adds(&place.journal, &eve(), "team:support", words("A", None)).await.unwrap();
    adds(&place.journal, &eve(), "agent:eve", words("B", None)).await.unwrap();
    let remove = Command::RemoveTeam { team: "support".parse().unwrap() };
    amend(&place.journal, &[remove]).await.unwrap();
    amend(&place.journal, &[create_team("support")]).await.unwrap();
    assert_eq!(titles(&place.journal, &["team:support", "agent:eve"]).await, ["B"]);
}

#[tokio::test]
async fn a_damaged_one_is_named() {
    for change in [
        "UPDATE quick_reply SET body = replace(body, 'A', 'B')",
        "UPDATE quick_reply SET body = CAST(x'ff00fe' AS TEXT)",
        "UPDATE quick_reply SET owner = 'agent:bob' WHERE owner = 'agent:eve'",
        "UPDATE quick_reply SET checksum = checksum + 1",
    ] {
        let place = Place::new().await;
        adds(&place.journal, &eve(), "agent:eve", words("A", None)).await.unwrap();
        place.tamper(change).await;
        let owners = ["agent:eve", "agent:bob"].map(owner);
        let damage = place.journal.quick_replies(&owners, 9, None).await.unwrap_err();
        let DirectoryError::Corrupt { entry, .. } = damage else { panic!("{change}: {damage}") };
        assert_eq!(entry, "quick reply q1", "{change}");
    }
}
