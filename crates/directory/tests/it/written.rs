//! Bodies of requests: everything wrong is said at once, each with its field.

use call_core::{Opening, Time};
use directory::{Agent, Channel, ProblemCode, Problems, Team, TeamPatch};
use serde_json::json;

fn said(problems: &Problems) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn everything_wrong_with_a_team_is_said_at_once() {
    let problems = Team::from_json(&json!({
        "id": "support team",
        "ringing": "loudly",
        "wrap_up_s": -1,
        "priority": 300,
        "overflow": { "max_waiting": 0, "then": "team:" },
        "hours": {
            "zone": "Europe/Atlantis",
            "weekly": ["mon-fri 09:00-17:00", "fri 16:00-18:00", "day 09:00-17:00"],
            "exceptions": ["2026-02-30 closed", "2026-12-25"],
        },
        "texts": { "greeting": "", "farewell": "Bye" },
        "colour": "red",
    }))
    .unwrap_err();
    assert_eq!(
        said(&problems),
        [
            "id: an id consists of letters, digits, dot, underscore and hyphen",
            "name: is missing",
            "ringing: `loudly` is none of longest_idle, round_robin, all_at_once",
            "wrap_up_s: -1 is not a whole number from 0 to 86400",
            "overflow.max_waiting: 0 is not a whole number from 1 to 10000",
            "overflow.then: `team:` is none of stay, refuse, team:ID",
            "hours.zone: `Europe/Atlantis` is no time zone; use a name such as Europe/Berlin",
            "hours.weekly[1]: 09:00-17:00 and 16:00-18:00 overlap",
            "hours.weekly[2]: `day` is no day; there are mon, tue, wed, thu, fri, sat and sun",
            "hours.exceptions[0]: `2026-02-30` is no date; write it as 2026-12-25, \
             from the year 2000 to 2199",
            "hours.exceptions[1]: `2026-12-25` is not of the form `2026-12-25 closed` or \
             `2026-12-24 09:00-12:00`",
            "priority: 300 is not a whole number from 0 to 255",
            "texts.greeting: must not be empty",
            "texts.farewell: does not exist; there are greeting, waiting, closed, full",
            "colour: does not exist; there are id, name, ringing, delivery, when_nobody, \
             wrap_up_s, typical_talk_s, overflow, hours, when_closed, priority, texts",
        ]
    );
}

#[test]
fn a_field_of_the_wrong_kind_says_which_would_be_right() {
    let problems =
        TeamPatch::from_json(&json!({ "name": 7, "texts": "Hi", "hours": [] })).unwrap_err();
    assert_eq!(
        said(&problems),
        [
            "name: is a number, it has to be a text",
            "hours: is a list, it has to be a table",
            "texts: is a text, it has to be a table",
        ]
    );
    assert!(problems.iter().all(|problem| problem.code == ProblemCode::WrongType));
    assert_eq!(said(&TeamPatch::from_json(&json!(null)).unwrap_err()).len(), 1);
}

#[test]
fn null_takes_back_what_can_be_absent_and_nothing_else() {
    let patch = TeamPatch::from_json(&json!({ "hours": null, "wrap_up_s": null })).unwrap();
    assert_eq!((patch.hours, patch.wrap_up), (Some(None), Some(None)));
    let problems = TeamPatch::from_json(&json!({ "name": null })).unwrap_err();
    assert_eq!(said(&problems), ["name: is nothing, it has to be a text"]);
}

#[test]
fn an_agents_teams_are_read_with_their_rights() {
    let written = json!({
        "id": "bob", "name": "Bob", "login": "BOB",
        "teams": { "support": ["answer", "listen"], "sales": ["manage"] },
    });
    let bob = Agent::from_json(&written).unwrap();
    assert_eq!(bob.login.as_ref().unwrap().as_str(), "bob");
    assert_eq!(bob.rights(&"support".parse().unwrap()).to_string(), "answer,listen");
    let problems = Agent::from_json(&json!({
        "id": "bob", "name": "Bob", "owner": "yes",
        "teams": { "support": ["sing"], "sales": [], "a b": ["answer"] },
    }))
    .unwrap_err();
    assert_eq!(
        said(&problems),
        [
            "owner: is a text, it has to be true or false",
            "teams.a b: an id consists of letters, digits, dot, underscore and hyphen",
            "teams.sales: has no right; leave the team out, or name answer, listen or manage",
            "teams.support[0]: `sing` is no right; there are answer, listen and manage",
        ]
    );
}

#[test]
fn a_team_without_hours_is_always_open() {
    let team = Team::from_json(&json!({ "id": "a", "name": "A" })).unwrap();
    assert!(team.hours.is_none() && team.is_open(Time(5)));
    assert_eq!(team.opening(Time(5)), Opening::Open { closes_at: None });
}

#[test]
fn a_channel_says_its_medium() {
    let written = json!({ "id": "web", "name": "Web", "medium": "fax", "team": "support" });
    let problems = Channel::from_json(&written).unwrap_err();
    assert_eq!(said(&problems), ["medium: `fax` is none of voice, chat"]);
}

#[test]
fn what_is_read_is_what_was_written() {
    let team = json!({
        "id": "support", "name": "Support", "ringing": "round_robin", "delivery": "push",
        "when_nobody": "team:sales", "wrap_up_s": 30, "when_closed": "queue", "priority": 1,
        "overflow": { "max_waiting": 3, "max_wait_s": 60, "then": "refuse" },
        "hours": {
            "zone": "Europe/Berlin", "weekly": ["mon-fri 09:00-12:30, 13:30-17:00"],
            "exceptions": ["2026-12-25 closed"],
        },
        "texts": { "waiting": "You are number {position}." },
    });
    assert_eq!(serde_json::to_value(Team::from_json(&team).unwrap()).unwrap(), team);
    let bob = json!({ "id": "bob", "name": "Bob", "removed_at_ms": 5 });
    assert_eq!(serde_json::to_value(Agent::from_json(&bob).unwrap()).unwrap(), bob);
}
