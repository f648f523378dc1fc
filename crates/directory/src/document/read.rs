use serde_json::{Map, Value};

use super::format::{Document, Format, VERSION};
use crate::directory::Directory;
use crate::limits::{MAX_AGENTS, MAX_CHANNELS, MAX_DOCUMENT_BYTES, MAX_TEAMS};
use crate::noun::{Agent, Standing};
use crate::problem::{ProblemCode, Problems};
use crate::written::{Fields, FromWritten, list, number};

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place and what would be right.
    pub fn parse(text: &str, format: Format) -> Result<Self, Problems> {
        if text.len() > MAX_DOCUMENT_BYTES {
            let mb = MAX_DOCUMENT_BYTES / (1024 * 1024);
            let message = format!("the document is larger than {mb} MB");
            return Err(Problems::one(ProblemCode::Unreadable, message));
        }
        let mut problems = Problems::default();
        let document = read(&tree(text, format)?, &mut problems);
        match document {
            Some(document) => problems.none_or(document),
            None => Err(problems),
        }
    }
}

fn tree(text: &str, format: Format) -> Result<Value, Problems> {
    let unreadable = |kind: &str, error: &dyn std::fmt::Display| {
        Problems::one(ProblemCode::Unreadable, format!("the document is no {kind}: {error}"))
    };
    match format {
        Format::Json => serde_json::from_str(text).map_err(|error| unreadable("JSON", &error)),
        Format::Toml => {
            let table: toml::Table = text.parse().map_err(|error| unreadable("TOML", &error))?;
            Ok(value_of(toml::Value::Table(table)))
        }
    }
}

/// The same tree in JSON's terms; a date is the text it is written as.
fn value_of(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(entries) => entries.into_iter().map(value_of).collect(),
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| (key, value_of(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

fn read(value: &Value, problems: &mut Problems) -> Option<Document> {
    let mut fields = Fields::of(value, "", problems)?;
    match fields.raw("version") {
        Some(version) => {
            number(version, VERSION..=VERSION, "version", problems);
        }
        None => problems.add("version", ProblemCode::Missing, format!("is missing: {VERSION}")),
    }
    let written_teams = fields.raw("team");
    let teams = entries(written_teams, "team", MAX_TEAMS, problems);
    let channels = entries(fields.raw("channel"), "channel", MAX_CHANNELS, problems);
    let agents: Vec<Agent> = entries(fields.raw("agent"), "agent", MAX_AGENTS, problems);
    fields.finish(problems);
    for agent in &agents {
        if let Standing::Removed { .. } = agent.standing {
            let message = "leave removed agents out of the document";
            problems.add(format!("agent {}", agent.id), ProblemCode::Invalid, message);
        }
    }
    let all_read = written_teams.is_none_or(|written| {
        written.as_array().is_some_and(|written| written.len() == teams.len())
    });
    match Directory::from_parts(agents, teams, channels) {
        Ok(directory) => Some(Document(directory)),
        Err(more) => {
            // A team that is there and has something wrong is not unknown to those who name it.
            problems.extend(more, |code| all_read || code != ProblemCode::UnknownTeam);
            None
        }
    }
}

fn entries<T: FromWritten>(
    value: Option<&Value>,
    key: &str,
    max: usize,
    problems: &mut Problems,
) -> Vec<T> {
    let entries = value.and_then(|value| list(value, max, key, problems));
    let read = |(at, value): (String, &Value)| T::read(value, &at, problems);
    entries.into_iter().flatten().filter_map(read).collect()
}
