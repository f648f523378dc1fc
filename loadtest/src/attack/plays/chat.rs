//! Attacks by what is written: frames that are no messages, and messages that ask for too much.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::mallory::Mallory;
use crate::attack::{AttackError, Played, Stage};
use crate::person::PersonError;

/// The largest number that every client can say.
const LARGEST: u64 = (1 << 53) - 1;
/// How often it is passed on that somebody writes, at most.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Fails the attack when something is not as it has to be.
fn demand(is_so: bool, otherwise: impl Into<String>) -> Result<(), AttackError> {
    if is_so { Ok(()) } else { Err(AttackError::Harm(otherwise.into())) }
}

/// Ten thousand tiny messages at once.
pub(super) async fn burst(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let (count, began) = (stage.count(10_000), Instant::now());
    for number in 0..count {
        mallory.sends(&number.to_string(), "x")?;
    }
    let (mut refused, mut acknowledged) = (0_usize, 0_usize);
    // Whoever never slows down is put out.
    while refused + acknowledged < count as usize
        && let Some(frame) = mallory.hears().await?
    {
        refused += usize::from(frame["type"] == "refused");
        acknowledged += usize::from(frame["type"] == "ack");
    }
    let seconds = began.elapsed().as_secs() as usize + 1;
    mallory.comes_back().await?;
    let kept = mallory.reads_all().await?.len();
    demand(kept >= acknowledged, format!("{acknowledged} were acknowledged, {kept} are there"))?;
    demand(kept <= 64 + 20 * seconds, format!("{kept} messages were taken in {seconds} s"))?;
    mallory.is_served().await?;
    Ok(mallory.ends().noting(format!("{kept} taken, {refused} refused")))
}

/// Frames of bytes where text is spoken, until the channel is closed.
pub(super) async fn binary_frames(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    for _ in 0..20 {
        mallory.pipe().send_binary(b"{\"type\":\"ping\"}").map_err(PersonError::from)?;
    }
    mallory.is_refused("binary_not_supported").await?;
    while mallory.hears().await?.is_some() {}
    mallory.comes_back().await?;
    mallory.is_served().await?;
    Ok(mallory.ends())
}

/// Text that is none.
pub(super) async fn not_utf8(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    for text in [&b"{\"type\":\"\xff\xfe\"}"[..], b"\xc0\x80", b"\xed\xa0\x80"] {
        mallory.pipe().send_as_text(text).map_err(PersonError::from)?;
        while mallory.hears().await?.is_some() {}
        mallory.comes_back().await?;
    }
    mallory.is_served().await?;
    Ok(mallory.ends())
}

/// JSON that is deep, huge, half or strange.
pub(super) async fn strange_json(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let frames = [
        "[".repeat(16_000),
        "{\"a\":".repeat(3_000),
        format!("{}{}", "[".repeat(8_000), "]".repeat(8_000)),
        format!("{{\"type\":\"ping\",\"x\":{}1{}}}", "[".repeat(7_000), "]".repeat(7_000)),
        format!("{{\"type\":\"{}\"}}", "x".repeat(16_000)),
        format!("{{\"type\":\"follow\",\"conversation\":\"c{}\"}}", "9".repeat(16_000)),
        format!("{{\"type\":\"follow\",\"conversation\":\"c1\",\"after\":{}}}", "9".repeat(9_000)),
        format!("{{\"type\":\"mark\",\"conversation\":\"c1\",\"delivered\":1e{}}}", "9".repeat(99)),
        "\"\\ud800\"".to_owned(),
        "{\"type\":[[[\"send\"]]]}".to_owned(),
        "null".to_owned(),
        "\u{0}".to_owned(),
        format!("{{{}}}", vec!["\"type\":\"x\""; 1_400].join(",")),
    ];
    for frame in &frames {
        mallory.says(frame)?;
        let told = mallory.hears_of("error").await?;
        let code = told["error"]["code"].as_str().unwrap_or_default();
        let is_typed = ["malformed", "unknown_type"].contains(&code);
        demand(is_typed, format!("{code} for {}", &frame[..40.min(frame.len())]))?;
        // What is right begins the count of errors anew.
        mallory.tells(&json!({"type": "ping"}))?;
        mallory.hears_of("pong").await?;
    }
    mallory.is_served().await?;
    Ok(mallory.ends())
}

/// The same id over and over, with other texts.
pub(super) async fn replayed_ids(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    mallory.sends("same", "the first")?;
    let first = mallory.hears_of("ack").await?;
    for number in 0..40 {
        mallory.sends("same", &format!("another, {number}"))?;
        let again = mallory.hears_of("ack").await?;
        demand(again == first, format!("{again} after {first}"))?;
    }
    let kept = mallory.reads_all().await?;
    let (number, said) = (first["number"].as_u64(), "the first".to_owned());
    // What the queue says by itself stands beside it.
    let last = kept.last().cloned().map(|(number, text)| (Some(number), text));
    demand(last == Some((number, said)), format!("{kept:?}"))?;
    Ok(mallory.ends())
}

/// Everything there is to ask, of somebody else's chat and of one that does not exist: nothing
/// tells them apart.
pub(super) async fn foreign_conversation(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let mut answers = Vec::new();
    let foreign = stage.chats.first().ok_or(AttackError::InVain("a chat of somebody else"))?;
    for conversation in [foreign.as_str(), "c999999", "c888888888888"] {
        for message in [
            json!({"type": "follow", "conversation": conversation, "after": 1}),
            json!({"type": "send", "conversation": conversation, "id": "m", "text": "hello"}),
            json!({"type": "page", "request": 7, "conversation": conversation, "limit": 100}),
            json!({"type": "mark", "conversation": conversation, "delivered": 1, "read": 1}),
        ] {
            mallory.tells(&message)?;
        }
        mallory.tells(&json!({"type": "typing", "conversation": conversation}))?;
        let mut told = BTreeSet::new();
        while told.len() < 4 {
            let frame = mallory.hears().await?.ok_or(AttackError::InVain("four answers"))?;
            told.insert(frame.to_string().replace(conversation, "c?"));
        }
        // It has nothing to let go, and is told nothing.
        mallory.tells(&json!({"type": "unfollow", "conversation": conversation}))?;
        answers.push(told);
    }
    let alike = answers.windows(2).all(|pair| pair[0] == pair[1]);
    demand(alike, format!("they can be told apart: {answers:?}"))?;
    let refused = answers[0].iter().all(|answer| answer.contains("not_a_participant"));
    demand(refused, format!("{answers:?}"))?;
    mallory.is_served().await?;
    Ok(mallory.ends())
}

/// Numbers at the ends of what a number can be.
pub(super) async fn extreme_numbers(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let mine = mallory.conversation.clone();
    let numbers = [
        "0",
        "1",
        "-1",
        "1.5",
        "1e3",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "1e400",
    ];
    for number in numbers {
        for frame in [
            format!(r#"{{"type":"follow","conversation":"{mine}","after":{number}}}"#),
            format!(
                r#"{{"type":"mark","conversation":"{mine}","delivered":{number},"read":{number}}}"#
            ),
            format!(r#"{{"type":"page","request":{number},"conversation":"{mine}","limit":1}}"#),
            format!(
                r#"{{"type":"page","request":1,"conversation":"{mine}","before":{number},
                "limit":1}}"#
            ),
            format!(r#"{{"type":"page","request":1,"conversation":"{mine}","limit":{number}}}"#),
            format!(r#"{{"type":"follow","conversation":"c{number}"}}"#),
        ] {
            mallory.says(&frame)?;
        }
        // What is right begins the count of errors anew.
        mallory.tells(&json!({"type": "ping"}))?;
        mallory.hears_of("pong").await?;
    }
    mallory.tells(&json!({"type": "follow", "conversation": mine, "after": LARGEST}))?;
    mallory.hears_of("following").await?;
    mallory.sends("after-all", "a cursor past the end is nobody's")?;
    mallory.hears_of("message").await?;
    Ok(mallory.ends())
}

/// A customer who writes notes for agents.
pub(super) async fn note_by_a_customer(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let mut friend = mallory.is_answered(stage).await?;
    for number in 0..20 {
        let conversation = mallory.conversation.clone();
        mallory.tells(&json!({"type": "send", "conversation": conversation,
            "id": format!("note-{number}"), "text": "she may have it", "audience": "agents"}))?;
        mallory.is_refused("not_permitted").await?;
    }
    demand(
        friend.counts(|frame| frame["message"]["audience"] == "agents").await? == 0,
        "a note of a customer has come",
    )?;
    let kept = mallory.reads_all().await?;
    let noted = kept.iter().any(|(_, text)| text == "she may have it");
    demand(!noted, format!("a note of a customer was taken: {kept:?}"))?;
    friend.ends().await;
    Ok(mallory.ends())
}

/// Marks of what it has not been sent.
pub(super) async fn marks_ahead(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let mut friend = mallory.is_answered(stage).await?;
    let conversation = mallory.conversation.clone();
    friend.says(&json!({"type": "send", "conversation": conversation, "id": "1", "text": "hi"}))?;
    let last = friend.hears_of("ack").await?["number"].clone();
    for number in [5_u64, 1 << 40, u64::MAX, 0, 1] {
        mallory.tells(&json!({"type": "mark", "conversation": conversation,
            "delivered": number, "read": number}))?;
    }
    let marked = friend.hears_of("marked").await?;
    let told = (&marked["delivered"], &marked["read"]);
    demand(told == (&last, &last), format!("{marked}"))?;
    demand(
        friend.counts(|frame| frame["type"] == "marked").await? == 0,
        "a mark that says nothing new is told",
    )?;
    mallory.is_served().await?;
    friend.ends().await;
    Ok(mallory.ends())
}

/// That it writes, told ten thousand times.
pub(super) async fn typing_flood(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let mut friend = mallory.is_answered(stage).await?;
    let conversation = mallory.conversation.clone();
    mallory.tells(&json!({"type": "follow", "conversation": conversation}))?;
    let began = Instant::now();
    let typing = json!({"type": "typing", "conversation": conversation});
    flood(stage, &mut mallory, |_| typing.clone()).await?;
    let seconds = began.elapsed();
    let passed_on = friend.counts(|frame| frame["type"] == "typing").await?;
    let most = 1 + seconds.as_millis() / TYPING_EVERY.as_millis();
    demand(u128::from(passed_on) <= most, format!("passed on {passed_on} times in {seconds:?}"))?;
    friend.ends().await;
    Ok(mallory.ends().noting(format!("passed on {passed_on} times")))
}

/// Conversations followed and let go, on and on.
pub(super) async fn follow_flood(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let mine = mallory.conversation.clone();
    flood(stage, &mut mallory, |number| {
        let kind = if number % 2 == 0 { "follow" } else { "unfollow" };
        let conversation = if number % 4 < 2 { mine.clone() } else { format!("c{number}") };
        json!({"type": kind, "conversation": conversation})
    })
    .await?;
    mallory.is_served().await?;
    Ok(mallory.ends())
}

/// Ten thousand pages of the history.
pub(super) async fn page_flood(stage: &Stage) -> Result<Played, AttackError> {
    let mut mallory = Mallory::arrives(stage).await?;
    let mine = mallory.conversation.clone();
    for number in 0..30 {
        mallory.sends(&number.to_string(), &"long ".repeat(300))?;
        mallory.hears_of("ack").await?;
    }
    flood(
        stage,
        &mut mallory,
        |number| json!({"type": "page", "request": number, "conversation": mine, "limit": 100}),
    )
    .await?;
    mallory.is_served().await?;
    Ok(mallory.ends())
}

/// Ten thousand frames as fast as they go. Everything has an answer, or the channel is closed for
/// it; then it is a guest as any other again.
async fn flood(
    stage: &Stage,
    mallory: &mut Mallory,
    frame: impl Fn(u32) -> Value,
) -> Result<(), AttackError> {
    for number in 0..stage.count(10_000) {
        mallory.tells(&frame(number))?;
    }
    mallory.tells(&json!({"type": "ping"}))?;
    while let Some(told) = mallory.hears().await? {
        let code = told["error"]["code"].as_str();
        let is_typed =
            matches!(code, None | Some("rate_limited" | "too_many_errors" | "not_a_participant"));
        demand(is_typed, format!("{told}"))?;
        if told["type"] == "pong" {
            break;
        }
        // A flood so slow that the ping is over the rate as well ends without a pong.
        if told["error"]["limit"] == "chat_frames" {
            mallory.tells(&json!({"type": "ping"}))?;
        }
    }
    mallory.comes_back().await
}
