use std::fmt;

use serde::Serialize;

use crate::directory::Directory;
use crate::noun::{Agent, Channel, Team};

/// The form of the document; a later one is refused rather than half understood.
pub(super) const VERSION: u64 = 1;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Toml,
    /// For programs.
    Json,
}

/// A whole directory as it is meant to be: every team and channel, and everybody who works here.
///
/// Passwords are never in it, and neither are removed agents: whom a document does not name, works
/// here no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(pub(super) Directory);

#[derive(Serialize)]
struct Written<'a> {
    version: u64,
    team: Vec<&'a Team>,
    channel: Vec<&'a Channel>,
    agent: Vec<&'a Agent>,
}

impl Document {
    /// The directory as it is.
    pub fn of(directory: &Directory) -> Self {
        let mut agents: Vec<_> =
            directory.agents().filter(|agent| agent.is_active()).cloned().collect();
        for agent in &mut agents {
            agent.password = None;
        }
        let teams = directory.teams().cloned().collect();
        let channels = directory.channels().cloned().collect();
        let part = Directory::from_parts(agents, teams, channels);
        Self(part.expect("nothing names a removed agent, so what remains is whole"))
    }

    /// What it says, as a directory without passwords.
    pub fn directory(&self) -> &Directory {
        &self.0
    }

    /// Writes it. Equal documents give equal texts: entries in the order of their ids.
    pub fn write(&self, format: Format) -> String {
        let written = Written {
            version: VERSION,
            team: self.0.teams().collect(),
            channel: self.0.channels().collect(),
            agent: self.0.agents().collect(),
        };
        match format {
            Format::Toml => toml::to_string_pretty(&written).expect("every key is a text"),
            Format::Json => {
                let text = serde_json::to_string_pretty(&written);
                text.expect("every key is a text") + "\n"
            }
        }
    }
}

/// As TOML.
impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Format::Toml))
    }
}
