//! The load generator against a server in this process: what it counts is what the server counts.

use std::sync::Arc;
use std::time::Duration;

use loadtest::load::{Match, Plan, Report, Server, Story, Voices, run, run_chats};

use crate::house::{House, SECRET};

/// Two seconds of speech are enough for a short run, and quick to encode.
const SPEECH_SAMPLES: usize = 96_000;

fn plan(story: Story, span: Duration) -> Plan {
    Plan {
        calls: 3,
        story,
        span,
        per_second: 50.0,
        drops_per_minute: 0.0,
        reconnects: 0,
        messages_per_s: 0.0,
        // Long enough for a window of the mix to be decoded after things have settled.
        phase: Duration::from_millis(1_200),
        team: "support".to_owned(),
        second_team: "billing".to_owned(),
        run: "it".to_owned(),
    }
}

async fn under_load(plan: Plan) -> Report {
    let house = House::opens_on(2, "").await;
    let server = Server::at(house.place.http, Some(house.admin()), SECRET);
    let voices = Voices::of_speech(&Voices::shipped_speech()[..SPEECH_SAMPLES], 9);
    let say = |line: &str| println!("{line}");
    let report = run(plan, &server, Arc::new(voices), 1, &say).await.unwrap();
    house.closes().await;
    report
}

/// Everything but lateness, which a busy machine causes on its own.
fn is_flawless(report: &Report) {
    let said = format!("{:#?}\n{:#?}", report.complaints, report.lines);
    for figure in ["lost_packets", "wrong_talkers", "duplicated_packets", "set_ups_failed"] {
        assert_eq!(report.value(figure), Some(0.0), "{figure}\n{said}");
    }
    assert_eq!(report.value("steps_failed"), Some(0.0), "{said}");
    assert_eq!(report.value("judged_packets"), received(report).map(|n| n as f64));
    assert!(report.matches.len() >= 6, "{:?}", report.matches);
    for matched in &report.matches {
        assert!(matched.is_good(), "{matched}\n{said}");
    }
}

fn received(report: &Report) -> Option<u64> {
    let is_it = |matched: &&Match| matched.what == "packets of sound to people";
    report.matches.iter().find(is_it).map(|matched| matched.ours)
}

#[tokio::test(flavor = "multi_thread")]
async fn three_calls_are_judged_and_every_count_is_the_servers() {
    let report = under_load(plan(Story::TwoParty, Duration::from_secs(3))).await;
    is_flawless(&report);
    assert_eq!(report.value("set_ups"), Some(6.0));
    assert_eq!(report.value("calls_answered"), Some(3.0));
    // Six legs hear 50 packets a second for three seconds; a machine may be half asleep.
    assert!(received(&report).unwrap() >= 450, "{:?}", report.matches);
}

#[tokio::test(flavor = "multi_thread")]
async fn transfers_under_load_let_nobody_hear_what_is_not_due() {
    let report = under_load(plan(Story::WarmTransfer, Duration::from_secs(7))).await;
    is_flawless(&report);
    assert_eq!(report.value("set_ups"), Some(9.0));
    assert!(report.value("stories_told").unwrap() >= 1.0, "{:#?}", report.lines);
    assert!(report.value("decoded_windows").unwrap() >= 1.0, "{:#?}", report.lines);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_write_while_some_vanish_and_come_back_and_everything_is_there_once() {
    let house = House::opens_on(2, "").await;
    let server = Server::at(house.place.http, Some(house.admin()), SECRET);
    let plan = Plan {
        calls: 4,
        drops_per_minute: 400.0,
        reconnects: 16,
        messages_per_s: 60.0,
        ..plan(Story::Chat, Duration::from_secs(2))
    };
    let report = run_chats(&plan, &server, 1, &|line| println!("{line}")).await.unwrap();
    let said = format!("{:#?}\n{:#?}\n{:#?}", report.complaints, report.matches, report.lines);
    assert!(!report.is_bad, "{said}");
    assert!(report.value("drops").unwrap() >= 16.0, "{said}");
    assert!(report.value("chat_messages").unwrap() >= 60.0, "{said}");
    house.closes().await;
}
