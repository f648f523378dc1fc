//! `[[team]]` in the directory's terms, for a directory that has no teams yet, and what agents may
//! do for teams.

use std::collections::BTreeMap;

use call_core::{Rights, TeamId, WEEKDAYS};
use directory::{Directory, Team};
use serde_json::{Map, Value, json};

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
pub(super) fn teams(check: &mut Check, file: &File) -> Vec<Team> {
    let mut teams: Vec<Team> =
        file.team.iter().filter_map(|written| team(check, written)).collect();
    if file.team.is_empty() {
        let begin = |name: &str| {
            let id = name.to_lowercase().parse().expect("a plain word is an id");
            Team::named(id, name.parse().expect("a plain word is a name"))
        };
        teams = ["Support", "Billing", "Sales"].map(begin).into();
    }
    // What one says of another is looked at when each is right by itself.
    if teams.len() >= file.team.len()
        && let Err(problems) = Directory::from_parts(Vec::new(), teams.clone(), Vec::new())
    {
        for problem in &problems {
            check.wrong(&problem.field, &problem.message);
        }
    }
    teams
}

fn team(check: &mut Check, written: &file::Team) -> Option<Team> {
    let key = format!("team `{}`", written.id);
    let mut team = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        team.extend(value.map(|value| (key.to_owned(), value)));
    };
    put("id", Some(json!(written.id)));
    put("name", Some(json!(written.name)));
    put("wrap_up_s", written.wrap_up_s.map(seconds));
    put("typical_talk_s", written.typical_talk_s.map(seconds));
    put("ringing", written.ringing.as_ref().map(|word| json!(word)));
    put("delivery", written.delivery.as_ref().map(|word| json!(word)));
    put("when_nobody", STAND_IN_FOR_NOBODY.read(check, &key, written));
    put("when_closed", STAND_IN_WHEN_CLOSED.read(check, &key, written));
    put("overflow", overflow(check, &key, written));
    put("hours", written.hours.as_ref().map(hours));
    put("texts", written.texts.as_ref().map(texts));
    match Team::from_json(&Value::Object(team)) {
        Ok(team) => Some(team),
        Err(problems) => {
            for problem in &problems {
                check.wrong(&key, format!("{} {}", problem.field, problem.message));
            }
            None
        }
    }
}

/// A choice that may be another team, which a second key names.
struct Choice {
    key: &'static str,
    /// The word that means another team.
    word: &'static str,
    team_key: &'static str,
    of: fn(&file::Team) -> (Option<&String>, Option<&String>),
}

const STAND_IN_FOR_NOBODY: Choice = Choice {
    key: "when_nobody",
    word: "fallback_team",
    team_key: "fallback",
    of: |team| (team.when_nobody.as_ref(), team.fallback.as_ref()),
};
const STAND_IN_WHEN_CLOSED: Choice = Choice {
    key: "closed",
    word: "team",
    team_key: "closed_team",
    of: |team| (team.closed.as_ref(), team.closed_team.as_ref()),
};
const STAND_IN_FOR_TOO_MANY: Choice = Choice {
    key: "overflow",
    word: "team",
    team_key: "overflow_team",
    of: |team| (team.overflow.as_ref(), team.overflow_team.as_ref()),
};

impl Choice {
    /// As the directory writes it: the word, or `team:` and the team.
    fn read(&self, check: &mut Check, key: &str, written: &file::Team) -> Option<Value> {
        let Self { key: own, word, team_key, of } = self;
        match of(written) {
            (Some(chosen), Some(team)) if chosen == word => Some(json!(format!("team:{team}"))),
            (Some(chosen), None) if chosen == word => {
                check.wrong(key, format!("{own} = \"{word}\" needs {team_key}"));
                None
            }
            (chosen, None) => chosen.map(|chosen| json!(chosen)),
            (_, Some(_)) => {
                check.wrong(key, format!("{team_key} needs {own} = \"{word}\""));
                None
            }
        }
    }
}

fn overflow(check: &mut Check, key: &str, written: &file::Team) -> Option<Value> {
    let mut overflow = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        overflow.extend(value.map(|value| (key.to_owned(), value)));
    };
    put("max_waiting", written.max_waiting.map(|most| json!(most)));
    put("max_wait_s", written.max_wait_s.map(seconds));
    put("then", STAND_IN_FOR_TOO_MANY.read(check, key, written));
    if written.overflow.is_some() && written.max_waiting.is_none() && written.max_wait_s.is_none() {
        check.wrong(key, "overflow needs max_waiting or max_wait_s: nothing is too much without");
    }
    (!overflow.is_empty()).then_some(Value::Object(overflow))
}

/// Whole seconds: the directory knows no smaller span, and none becomes nothing by that.
fn seconds(written: f64) -> Value {
    // What is below nothing, or no number, is refused by the directory.
    if written >= 0.0 { json!(written.ceil() as u64) } else { json!(written.min(-1.0)) }
}

fn hours(written: &file::Hours) -> Value {
    let file::Hours { zone, mon, tue, wed, thu, fri, sat, sun, except } = written;
    let days = [mon, tue, wed, thu, fri, sat, sun];
    let weekly = WEEKDAYS.iter().zip(days);
    let weekly: Vec<String> = weekly
        .flat_map(|(day, spans)| spans.iter().map(move |span| format!("{day} {span}")))
        .collect();
    let exceptions: Vec<String> = except
        .iter()
        .map(|(date, spans)| match spans.as_slice() {
            [] => format!("{date} closed"),
            spans => format!("{date} {}", spans.join(", ")),
        })
        .collect();
    json!({ "zone": zone, "weekly": weekly, "exceptions": exceptions })
}

fn texts(written: &file::Texts) -> Value {
    let file::Texts { greeting, waiting, closed, full } = written;
    let texts = [("greeting", greeting), ("waiting", waiting), ("closed", closed), ("full", full)];
    let chosen = texts.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?)));
    Value::Object(chosen.map(|(key, text)| (key.to_owned(), json!(text))).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use call_core::{
        Closed, Delivery, Overflow, Ringing, Settings, TeamPolicy, TeamSettings, Time,
    };

    use super::super::{Config, Problem};
    use super::*;

    fn read(text: &str) -> Result<Config, Vec<Problem>> {
        Config::from_file(toml::from_str(text).unwrap())
    }

    /// What call control makes of the teams.
    fn meant(config: &Config) -> BTreeMap<TeamId, TeamSettings> {
        let directory = Directory::from_parts(vec![], config.teams.clone(), vec![]).unwrap();
        directory::settings(&Settings::default(), &directory, config.wrap_up).teams
    }

    #[test]
    fn a_team_is_what_is_written() {
        let text = r#"
            timers.wrap_up_s = 20
            [[team]]
            id = "support"
            name = "Support"
            ringing = "all_at_once"
            delivery = "pull"
            when_nobody = "fallback_team"
            fallback = "sales"
            wrap_up_s = 9.2
            max_waiting = 20
            max_wait_s = 300
            overflow = "team"
            overflow_team = "sales"
            closed = "queue"
            typical_talk_s = 240
            [team.texts]
            waiting = "Place {position}, {estimated_wait}."
            greeting = "Welcome."
            [team.hours]
            zone = "Europe/Berlin"
            mon = ["09:00-12:00", "13:00-17:30"]
            except = { "2026-12-21" = [], "2026-12-22" = ["10:00-24:00"] }
            [[team]]
            id = "sales"
            name = "Sales"
        "#;
        let config = read(text).unwrap();
        let teams = meant(&config);
        let [sales, team] = ["sales", "support"].map(|id| &teams[&id.parse::<TeamId>().unwrap()]);
        assert_eq!((team.ringing, team.delivery), (Ringing::AllAtOnce, Delivery::Pull));
        assert_eq!(team.policy, TeamPolicy::FallbackTeam("sales".parse().unwrap()));
        assert_eq!((team.max_waiting, team.max_wait), (Some(20), Some(Duration::from_mins(5))));
        assert_eq!(team.overflow, Overflow::Team("sales".parse().unwrap()));
        assert_eq!(team.closed, Closed::Queue);
        assert_eq!(team.typical_talk, Duration::from_mins(4));
        assert_eq!(team.wrap_up, Duration::from_secs(10), "in whole seconds");
        assert_eq!(sales.wrap_up, Duration::from_secs(20), "as the server says");
        assert_eq!(team.waiting_text.as_deref(), Some("Place {position}, {estimated_wait}."));
        assert_eq!(sales.waiting_text, None);
        let hours = team.hours.as_ref().unwrap();
        // 2026-12-14 and 2026-12-21 are Mondays; 11:30 in Berlin is 10:30 UTC.
        let a_monday = Time(1_797_244_200_000);
        assert!(hours.is_open(a_monday));
        assert!(!hours.is_open(Time(a_monday.0 + 60 * 60 * 1_000)), "at lunch");
        assert!(!hours.is_open(Time(a_monday.0 + 7 * 86_400_000)), "on a day off");
    }

    #[test]
    fn who_writes_no_team_has_three() {
        let teams = meant(&read("timers.wrap_up_s = 0.5").unwrap());
        let ids: Vec<_> = teams.keys().map(ToString::to_string).collect();
        assert_eq!(ids, ["billing", "sales", "support"]);
        assert!(teams.values().all(|team| team.wrap_up == Duration::from_millis(500)));
    }

    fn told(text: &str) -> Vec<String> {
        let problems = read(text).unwrap_err();
        problems.iter().map(|problem| format!("{}: {}", problem.key, problem.text)).collect()
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
            wrap_up_s = -1
            texts = { waiting = "" }
            [team.hours]
            zone = "Europe/Berlin"
            mon = ["9 to 5"]
            tue = ["17:30"]
            except = { "christmas" = [] }
            [[team]]
            id = "sales"
            name = "Sales"
            when_nobody = "fallback_team"
            typical_talk_s = 1e9
            [team.hours]
            zone = "Mars/Olympus"
        "#;
        let told = told(text);
        for expected in [
            "team `support`: ringing `loudly`",
            "team `support`: delivery `post`",
            "team `support`: overflow needs max_waiting",
            "team `support`: closed_team needs closed",
            "team `support`: wrap_up_s -1",
            "team `support`: texts.waiting must not be empty",
            "team `support`: hours.weekly[0] `9 to 5` is no span",
            "team `support`: hours.weekly[1] `17:30` is no span",
            "team `support`: hours.exceptions[0] `christmas` is no date",
            "team `sales`: when_nobody = \"fallback_team\" needs fallback",
            "team `sales`: typical_talk_s 1000000000 is not",
            "team `sales`: hours.zone `Mars/Olympus` is no time zone",
        ] {
            assert!(told.iter().any(|line| line.starts_with(expected)), "{expected} in {told:#?}");
        }
    }

    #[test]
    fn teams_that_do_not_fit_together_are_told_in_words() {
        let text = r#"
            [[team]]
            id = "sales"
            name = "Sales"
            max_waiting = 1
            overflow = "team"
            overflow_team = "nowhere"
            [[team]]
            id = "support"
            name = "Support"
            when_nobody = "fallback_team"
            fallback = "support"
            [[team]]
            id = "sales"
            name = "Other sales"
        "#;
        let told = told(text);
        for expected in ["team sales: is there twice", "team support: when_nobody: "] {
            assert!(told.iter().any(|line| line.starts_with(expected)), "{expected} in {told:#?}");
        }
        let text =
            text.replace("id = \"sales\"\n            name = \"Other", "id = \"s\"\nname = \"");
        assert!(self::told(&text).iter().any(|line| line.starts_with("team sales: overflow.then")));
    }
}
