//! The directory in call control's terms: what whoever runs both has to do, and that it fits.

use std::time::Duration;

use call_core::{Closed, Report, Settings, TeamPolicy, TeamSettings, Time};
use directory::{
    Agent, Command, Delivery, Differences, Hours, OverflowThen, Rights, Ringing, Team, WhenClosed,
    WhenNobody,
};
use proptest::prelude::*;
use serde_json::json;

use crate::people::{Office, change_team, create, grant, id, team_id};
use crate::properties::{clocks_change_near, hours, moment};

fn settings_of(team: &Team, wrap_up: Duration) -> TeamSettings {
    let default = TeamSettings::named(team.name.as_str());
    TeamSettings {
        policy: match &team.when_nobody {
            WhenNobody::Reject => TeamPolicy::Reject,
            WhenNobody::Wait => TeamPolicy::Wait,
            WhenNobody::Queue => TeamPolicy::Queue,
            WhenNobody::FallbackTeam(team) => TeamPolicy::FallbackTeam(team.clone()),
        },
        ringing: match team.ringing {
            Ringing::LongestIdle => call_core::Ringing::LongestIdle,
            Ringing::RoundRobin => call_core::Ringing::RoundRobin,
            Ringing::AllAtOnce => call_core::Ringing::AllAtOnce,
        },
        delivery: match team.delivery {
            Delivery::Push => call_core::Delivery::Push,
            Delivery::Pull => call_core::Delivery::Pull,
        },
        max_waiting: team.overflow.max_waiting.map(|waiting| waiting as usize),
        max_wait: team.overflow.max_wait.map(directory::Seconds::duration),
        overflow: match &team.overflow.then {
            OverflowThen::Stay => call_core::Overflow::Stay,
            OverflowThen::Refuse => call_core::Overflow::Refuse,
            OverflowThen::Team(team) => call_core::Overflow::Team(team.clone()),
        },
        hours: team.hours.as_ref().map(hours_of),
        closed: match &team.when_closed {
            WhenClosed::Refuse => Closed::Refuse,
            WhenClosed::Queue => Closed::Queue,
            WhenClosed::Team(team) => Closed::Team(team.clone()),
        },
        typical_talk: team.typical_talk.map_or(default.typical_talk, directory::Seconds::duration),
        wrap_up: team.wrap_up.map_or(wrap_up, directory::Seconds::duration),
        ..default
    }
}

fn hours_of(hours: &Hours) -> call_core::Hours {
    let days = hours.days();
    let written = |spans: &[directory::Span]| spans.iter().map(ToString::to_string).collect();
    let mut converted = call_core::Hours::in_zone(hours.zone().name()).unwrap();
    for (day, spans) in call_core::WEEKDAYS.iter().zip(&days.weekly) {
        for span in spans {
            converted = converted.open_on(day, &span.to_string()).unwrap();
        }
    }
    for (date, spans) in &days.exceptions {
        let spans: Vec<String> = written(spans);
        let spans: Vec<&str> = spans.iter().map(String::as_str).collect();
        converted = converted.except_on(&date.to_string(), &spans).unwrap();
    }
    converted
}

fn report_of(agent: &Agent) -> Report {
    let right = |(team, rights): (&call_core::TeamId, &Rights)| {
        let Rights { answer, listen, manage } = *rights;
        (team.clone(), call_core::Rights { answer, listen, manage })
    };
    Report::AgentChanged {
        agent: agent.id.clone(),
        name: agent.name.to_string(),
        teams: agent.teams.iter().map(right).collect(),
    }
}

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
        }),
    ));
    let server_wide = Duration::from_secs(30);
    let teams = office.0.teams().map(|team| (team.id.clone(), settings_of(team, server_wide)));
    let settings = Settings { teams: teams.collect(), ..Settings::default() };
    assert_eq!(settings.check(), Ok(()));
    let support = &settings.teams[&team_id("support")];
    assert_eq!(support.wrap_up, Duration::ZERO);
    assert_eq!(support.typical_talk, Duration::from_mins(4));
    assert_eq!(settings.teams[&team_id("sales")].wrap_up, server_wide);
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
    assert!(!differences.teams);
    let Report::AgentChanged { name, teams, .. } = report_of(after.agent("bob")) else {
        panic!("it is one")
    };
    assert_eq!((name.as_str(), teams.len()), ("bob", 2));

    let mut back = after.clone();
    back.allows(Command::RestoreAgent { agent: id("mia") });
    back.allows(change_team("sales", &json!({ "priority": 1 })));
    let differences = Differences::between(&after.0, &back.0);
    assert_eq!(differences.changed, [id("mia")]);
    assert!(differences.teams && differences.removed.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(300)
    })]

    #[test]
    fn both_agree_on_who_is_open(hours in hours(), at in moment()) {
        prop_assume!(!clocks_change_near(&hours, at));
        prop_assert_eq!(hours_of(&hours).is_open(at), hours.is_open(at));
    }
}

#[test]
fn a_night_over_the_end_of_the_week_is_open_in_both() {
    let mut hours = Hours::never("UTC".parse().unwrap());
    hours.add_weekly("sun 22:00-02:00").unwrap();
    // Monday, 2026-01-05, 01:00.
    let at = Time(1_767_574_800_000);
    assert!(hours.is_open(at) && hours_of(&hours).is_open(at));
}
