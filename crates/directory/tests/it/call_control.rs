//! The directory in call control's terms.

use std::time::Duration;

use call_core::{Closed, Report, Settings};
use directory::{ChannelPatch, Command, Differences, Rights, report_of, settings};
use serde_json::json;

use crate::people::{Office, change_team, channel_id, create, grant, id, team_id};

#[test]
fn any_directory_makes_settings_that_are_sound() {
    let mut office = Office::with_people();
    office.allows(change_team(
        "support",
        &json!({
            "when_nobody": "team:sales", "ringing": "all_at_once", "delivery": "pull",
            "overflow": { "max_waiting": 3, "max_wait_s": 60, "then": "team:sales" },
            "hours": { "zone": "Europe/Berlin", "weekly": ["mon-fri 22:00-02:00"] },
            "when_closed": "team:sales", "typical_talk_s": 240, "wrap_up_s": 0,
            "priority": 3,
        }),
    ));
    let server_wide = Duration::from_secs(30);
    let patch = json!({
        "enabled": false, "priority": 7, "when_closed": "queue",
        "hours": { "zone": "UTC", "weekly": ["sat 10:00-12:00"] },
    });
    let patch = ChannelPatch::from_json(&patch).unwrap();
    office.allows(Command::ChangeChannel { channel: channel_id("web"), patch });
    let settings = settings(&Settings::default(), &office.0, server_wide);
    assert_eq!(settings.check(), Ok(()));
    let support = &settings.teams[&team_id("support")];
    assert_eq!(support.wrap_up, Duration::ZERO);
    assert_eq!(support.typical_talk, Duration::from_mins(4));
    assert_eq!((support.priority, &support.hours), (3, &office.team("support").hours));
    assert_eq!(settings.teams[&team_id("sales")].wrap_up, server_wide);
    let web = &settings.channels[&channel_id("web")];
    assert_eq!((web.enabled, web.priority, &web.closed), (false, Some(7), &Some(Closed::Queue)));
    assert!(web.hours.is_some() && web.team == team_id("support"));
}

#[test]
fn what_changed_is_told_and_nothing_else() {
    let before = Office::with_people();
    assert_eq!(Differences::between(&before.0, &before.0), Differences::default());
    let mut after = before.clone();
    after.allows(grant("bob", "sales", Rights::LISTEN));
    after.allows(Command::RemoveAgent { agent: id("mia") });
    after.allows(create("dave", None));
    let differences = Differences::between(&before.0, &after.0);
    assert_eq!((differences.changed, differences.removed), (vec![id("bob")], vec![id("mia")]));
    assert!(!differences.settings);
    let Report::AgentChanged { name, teams, .. } = report_of(after.agent("bob")) else {
        panic!("it is one")
    };
    assert_eq!((name.as_str(), teams.len()), ("bob", 2));

    let mut back = after.clone();
    back.allows(Command::RestoreAgent { agent: id("mia") });
    back.allows(change_team("sales", &json!({ "priority": 1 })));
    let differences = Differences::between(&after.0, &back.0);
    assert_eq!(differences.changed, [id("mia")]);
    assert!(differences.settings && differences.removed.is_empty());
}
