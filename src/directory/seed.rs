//! The teams of the configuration, for a directory that has none yet.

use directory::{Problems, Team};
use serde_json::{Map, Value, json};

use crate::config::File;
use crate::config::file;

/// The teams written in a configuration, in the directory's terms.
///
/// # Errors
/// What cannot be one, each with its field: a span of more than a day, a name that cannot be shown.
pub(crate) fn seed(file: &File) -> Result<Vec<Team>, Problems> {
    if file.team.is_empty() {
        let three = ["Support", "Billing", "Sales"];
        return three.iter().map(|name| begin(&name.to_lowercase(), name)).collect();
    }
    file.team.iter().map(team).collect()
}

fn begin(id: &str, name: &str) -> Result<Team, Problems> {
    Team::from_json(&json!({ "id": id, "name": name }))
}

fn team(written: &file::Team) -> Result<Team, Problems> {
    let mut team = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        team.extend(value.map(|value| (key.to_owned(), value)));
    };
    put("id", Some(json!(written.id)));
    put("name", Some(json!(written.name)));
    put("wrap_up_s", seconds(written.wrap_up_s));
    put("typical_talk_s", seconds(written.typical_talk_s));
    put("ringing", written.ringing.as_ref().map(|word| json!(word)));
    put("delivery", written.delivery.as_ref().map(|word| json!(word)));
    put("when_nobody", choice(written.when_nobody.as_ref(), written.fallback.as_ref()));
    put("when_closed", choice(written.closed.as_ref(), written.closed_team.as_ref()));
    put("hours", written.hours.as_ref().map(hours));
    let mut overflow = Map::new();
    let mut put_overflow = |key: &str, value: Option<Value>| {
        overflow.extend(value.map(|value| (key.to_owned(), value)));
    };
    put_overflow("max_waiting", written.max_waiting.map(|most| json!(most)));
    put_overflow("max_wait_s", seconds(written.max_wait_s));
    put_overflow("then", choice(written.overflow.as_ref(), written.overflow_team.as_ref()));
    put("overflow", (!overflow.is_empty()).then_some(Value::Object(overflow)));
    Team::from_json(&Value::Object(team))
}

/// A choice; where it is another team, that team.
fn choice(word: Option<&String>, team: Option<&String>) -> Option<Value> {
    Some(match team {
        Some(team) => json!(format!("team:{team}")),
        None => json!(word?),
    })
}

/// Whole seconds: the directory knows no smaller span, and none becomes nothing by that.
fn seconds(written: Option<f64>) -> Option<Value> {
    written.map(|seconds| json!(seconds.ceil() as u64))
}

fn hours(written: &file::Hours) -> Value {
    let file::Hours { zone, mon, tue, wed, thu, fri, sat, sun, except } = written;
    let days = [mon, tue, wed, thu, fri, sat, sun];
    let weekly = call_core::WEEKDAYS.iter().zip(days);
    let weekly: Vec<String> = weekly
        .filter(|(_, spans)| !spans.is_empty())
        .map(|(day, spans)| format!("{day} {}", spans.join(", ")))
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use call_core::Settings;

    use super::*;
    use crate::config::Config;

    #[test]
    fn a_team_in_the_directory_is_what_the_configuration_said() {
        let text = r#"
            [[team]]
            id = "support"
            name = "Support"
            ringing = "all_at_once"
            delivery = "pull"
            when_nobody = "fallback_team"
            fallback = "sales"
            wrap_up_s = 10
            max_waiting = 20
            max_wait_s = 300
            overflow = "team"
            overflow_team = "sales"
            closed = "queue"
            typical_talk_s = 240
            [team.hours]
            zone = "Europe/Berlin"
            mon = ["09:00-12:00", "13:00-17:30"]
            except = { "2026-12-21" = [], "2026-12-22" = ["10:00-24:00"] }
            [[team]]
            id = "sales"
            name = "Sales"
        "#;
        let file: File = toml::from_str(text).unwrap();
        let teams = seed(&file).unwrap();
        let wanted = Config::from_file(file).unwrap().settings;
        let directory = directory::Directory::from_parts(vec![], teams, vec![]).unwrap();
        let default = call_core::TeamSettings::named("").wrap_up;
        let made = directory::settings(&Settings::default(), &directory, default);
        assert_eq!(format!("{:?}", made.teams), format!("{:?}", wanted.teams));
    }

    #[test]
    fn parts_of_a_second_are_rounded_up() {
        assert_eq!(seconds(Some(0.2)), Some(json!(1)));
        assert_eq!(Duration::from_secs(1), Duration::from_secs_f64(0.2_f64.ceil()));
    }
}
