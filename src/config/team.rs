//! `[[team]]` as it is meant, and what agents may do for teams.

use std::collections::BTreeMap;
use std::time::Duration;

use call_core::{
    Closed, Delivery, Hours, HoursError, Overflow, Rights, Ringing, TeamId, TeamPolicy,
    TeamSettings, WEEKDAYS,
};

use super::check::Check;
use super::file::{self, File};

/// What an agent may do who answers for some teams, listens to some and manages some.
pub fn rights(
    answers: impl IntoIterator<Item = TeamId>,
    listens: impl IntoIterator<Item = TeamId>,
    manages: impl IntoIterator<Item = TeamId>,
) -> BTreeMap<TeamId, Rights> {
    let mut rights = Rights::answering(answers);
    for team in listens {
        rights.entry(team).or_default().listen = true;
    }
    for team in manages {
        rights.entry(team).or_default().manage = true;
    }
    rights
}

/// The teams written, or three to begin with.
pub(super) fn teams(check: &mut Check, file: &File) -> BTreeMap<TeamId, TeamSettings> {
    let mut teams = BTreeMap::new();
    for written in &file.team {
        let key = format!("team `{}`", written.id);
        let Some(id) = check.team(&key, &written.id) else { continue };
        let team = team(check, &key, written, file.timers.wrap_up_s);
        if teams.insert(id, team).is_some() {
            check.wrong(key, "exists twice");
        }
    }
    if teams.is_empty() {
        for name in ["Support", "Billing", "Sales"] {
            let id = name.to_lowercase().parse().expect("a plain word is an id");
            let mut team = TeamSettings::named(name);
            check.span("timers.wrap_up_s", file.timers.wrap_up_s, &mut team.wrap_up);
            teams.insert(id, team);
        }
    }
    teams
}

fn team(
    check: &mut Check,
    key: &str,
    written: &file::Team,
    wrap_up_s: Option<f64>,
) -> TeamSettings {
    let mut team = TeamSettings::named(written.name.clone());
    check.span("timers.wrap_up_s", wrap_up_s, &mut team.wrap_up);
    check.span(key, written.wrap_up_s, &mut team.wrap_up);
    check.span(key, written.typical_talk_s, &mut team.typical_talk);
    team.policy = policy(check, key, written);
    team.ringing = ringing(check, key, written.ringing.as_deref());
    team.delivery = delivery(check, key, written.delivery.as_deref());
    team.max_waiting = written.max_waiting;
    team.max_wait = written.max_wait_s.map(|_| Duration::ZERO);
    if let Some(max_wait) = &mut team.max_wait {
        check.span(key, written.max_wait_s, max_wait);
    }
    team.overflow = overflow(check, key, written);
    team.hours = written.hours.as_ref().and_then(|written| hours(check, key, written));
    team.closed = closed(check, key, written);
    team
}

fn policy(check: &mut Check, key: &str, written: &file::Team) -> TeamPolicy {
    let policy = match written.when_nobody.as_deref() {
        None | Some("reject") => TeamPolicy::Reject,
        Some("wait") => TeamPolicy::Wait,
        Some("queue") => TeamPolicy::Queue,
        Some("fallback_team") => {
            let fallback = written.fallback.as_deref().unwrap_or_default();
            return check.team(key, fallback).map_or(TeamPolicy::Reject, TeamPolicy::FallbackTeam);
        }
        Some(other) => {
            none_of(check, key, "when_nobody", other, "reject, wait, queue, fallback_team");
            TeamPolicy::Reject
        }
    };
    if written.fallback.is_some() {
        check.wrong(key, "fallback needs when_nobody = \"fallback_team\"");
    }
    policy
}

fn ringing(check: &mut Check, key: &str, written: Option<&str>) -> Ringing {
    match written {
        None | Some("longest_idle") => Ringing::LongestIdle,
        Some("round_robin") => Ringing::RoundRobin,
        Some("all_at_once") => Ringing::AllAtOnce,
        Some(other) => {
            none_of(check, key, "ringing", other, "longest_idle, round_robin, all_at_once");
            Ringing::default()
        }
    }
}

fn delivery(check: &mut Check, key: &str, written: Option<&str>) -> Delivery {
    match written {
        None | Some("push") => Delivery::Push,
        Some("pull") => Delivery::Pull,
        Some(other) => {
            none_of(check, key, "delivery", other, "push, pull");
            Delivery::default()
        }
    }
}

fn overflow(check: &mut Check, key: &str, written: &file::Team) -> Overflow {
    let overflow = match written.overflow.as_deref() {
        None | Some("stay") => Overflow::Stay,
        Some("refuse") => Overflow::Refuse,
        Some("team") => {
            let team = written.overflow_team.as_deref().unwrap_or_default();
            return check.team(key, team).map_or(Overflow::Stay, Overflow::Team);
        }
        Some(other) => {
            none_of(check, key, "overflow", other, "stay, refuse, team");
            Overflow::Stay
        }
    };
    if written.overflow_team.is_some() {
        check.wrong(key, "overflow_team needs overflow = \"team\"");
    }
    if written.overflow.is_some() && written.max_waiting.is_none() && written.max_wait_s.is_none() {
        check.wrong(key, "overflow needs max_waiting or max_wait_s: nothing is too much without");
    }
    overflow
}

fn closed(check: &mut Check, key: &str, written: &file::Team) -> Closed {
    let closed = match written.closed.as_deref() {
        None | Some("refuse") => Closed::Refuse,
        Some("queue") => Closed::Queue,
        Some("team") => {
            let team = written.closed_team.as_deref().unwrap_or_default();
            return check.team(key, team).map_or(Closed::Refuse, Closed::Team);
        }
        Some(other) => {
            none_of(check, key, "closed", other, "refuse, queue, team");
            Closed::Refuse
        }
    };
    if written.closed_team.is_some() {
        check.wrong(key, "closed_team needs closed = \"team\"");
    }
    closed
}

/// Every mistake in the hours, not only the first.
fn hours(check: &mut Check, key: &str, written: &file::Hours) -> Option<Hours> {
    let file::Hours { zone, mon, tue, wed, thu, fri, sat, sun, except } = written;
    let mut wrong = |error: HoursError| check.wrong(format!("{key} hours"), error.to_string());
    let mut hours = Hours::never(zone.parse().map_err(&mut wrong).ok()?);
    for (day, spans) in WEEKDAYS.into_iter().zip([mon, tue, wed, thu, fri, sat, sun]) {
        for span in spans {
            hours.add_weekly(&format!("{day} {span}")).unwrap_or_else(&mut wrong);
        }
    }
    for (date, spans) in except {
        let spans = if spans.is_empty() { "closed".to_owned() } else { spans.join(", ") };
        hours.add_exception(&format!("{date} {spans}")).unwrap_or_else(&mut wrong);
    }
    Some(hours)
}

fn none_of(check: &mut Check, key: &str, name: &str, written: &str, known: &str) {
    check.wrong(key, format!("{name} `{written}` is none of {known}"));
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Problem};
    use super::*;
    use call_core::Time;

    fn read(text: &str) -> Result<Config, Vec<Problem>> {
        Config::from_file(toml::from_str(text).unwrap())
    }

    #[test]
    fn a_team_is_what_is_written() {
        let text = r#"
            [[team]]
            id = "support"
            name = "Support"
            ringing = "all_at_once"
            delivery = "pull"
            max_waiting = 20
            max_wait_s = 300
            overflow = "team"
            overflow_team = "sales"
            closed = "queue"
            typical_talk_s = 240
            [team.hours]
            zone = "Europe/Berlin"
            mon = ["09:00-12:00", "13:00-17:30"]
            except = { "2026-12-21" = [] }
            [[team]]
            id = "sales"
            name = "Sales"
        "#;
        let config = read(text).unwrap();
        let team = &config.settings.teams[&"support".parse::<TeamId>().unwrap()];
        assert_eq!(team.ringing, Ringing::AllAtOnce);
        assert_eq!(team.delivery, Delivery::Pull);
        assert_eq!((team.max_waiting, team.max_wait), (Some(20), Some(Duration::from_mins(5))));
        assert_eq!(team.overflow, Overflow::Team("sales".parse().unwrap()));
        assert_eq!(team.closed, Closed::Queue);
        assert_eq!(team.typical_talk, Duration::from_mins(4));
        let hours = team.hours.as_ref().unwrap();
        // 2026-12-14 and 2026-12-21 are Mondays; 11:30 in Berlin is 10:30 UTC.
        let a_monday = Time(1_797_244_200_000);
        assert!(hours.is_open(a_monday));
        assert!(!hours.is_open(Time(a_monday.0 + 60 * 60 * 1_000)), "at lunch");
        assert!(!hours.is_open(Time(a_monday.0 + 7 * 86_400_000)), "on a day off");
    }

    #[test]
    fn every_mistake_in_a_team_is_told_in_words() {
        let text = r#"
            [[team]]
            id = "support"
            name = "Support"
            ringing = "loudly"
            delivery = "post"
            overflow = "refuse"
            closed_team = "sales"
            [team.hours]
            zone = "Europe/Berlin"
            mon = ["9 to 5"]
            tue = ["17:30"]
            except = { "christmas" = [] }
            [[team]]
            id = "sales"
            name = "Sales"
            max_waiting = 1
            overflow = "team"
            overflow_team = "nowhere"
            [team.hours]
            zone = "Mars/Olympus"
        "#;
        let problems = read(text).unwrap_err();
        let told: Vec<_> =
            problems.iter().map(|problem| format!("{}: {}", problem.key, problem.text)).collect();
        for expected in [
            "team `support`: ringing `loudly`",
            "team `support`: delivery `post`",
            "team `support`: overflow needs max_waiting",
            "team `support`: closed_team needs",
            "team `support` hours: `9 to 5` is no span",
            "team `support` hours: `17:30` is no span",
            "team `support` hours: `christmas` is no date",
            "team `sales` hours: `Mars/Olympus` is no time zone",
            "settings: `overflow` of team `sales` is not a team",
        ] {
            assert!(told.iter().any(|line| line.starts_with(expected)), "{expected} in {told:#?}");
        }
    }
}
