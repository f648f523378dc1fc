use std::collections::BTreeMap;

use call_core::{AgentId, TeamId, Time};
use serde::Serialize;
use serde_json::Value;

use super::rights::Rights;
use super::text::{LoginName, Name};
use crate::limits::MAX_TEAMS_PER_AGENT;
use crate::patch::patch;
use crate::problem::{ProblemCode, Problems};
use crate::secret::PasswordHash;
use crate::written::{Fields, FromWritten, number};

/// Somebody who works here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Agent {
    /// Its id, which never changes and is never given to somebody else.
    pub id: AgentId,
    /// The name people read.
    pub name: Name,
    /// What it types to sign in; nothing when it only comes by the embedding application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<LoginName>,
    /// Administers everything.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[serde(skip_serializing_if = "is_false")]
    pub owner: bool,
    /// What it may do, per team. No entry is without a right.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<TeamId, Rights>,
    /// Whether it still works here.
    #[serde(flatten)]
    pub standing: Standing,
    /// What its password is checked against. Never written out with the rest.
    #[serde(skip)]
    pub password: Option<PasswordHash>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Whether an agent still works here.
///
/// ```text
///            removed
///   Active ----------> Removed
///     ^                   |
///     +----- restored ----+     without rights and password
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Standing {
    /// It does.
    Active {},
    /// It does not. Kept because records and audit name it.
    Removed {
        /// Since when.
        #[serde(rename = "removed_at_ms")]
        at: Time,
    },
}

patch!(
    /// What is to be different about an agent.
    AgentPatch of Agent {
        /// The name people read.
        name: Name = "name",
        /// What it types to sign in.
        login: Option<LoginName> = "login",
    }
);

impl Agent {
    /// An agent of that name, without login, rights and password.
    pub fn named(id: AgentId, name: Name) -> Self {
        Self {
            id,
            name,
            login: None,
            owner: false,
            teams: BTreeMap::new(),
            standing: Standing::Active {},
            password: None,
        }
    }

    /// Whether it still works here.
    pub fn is_active(&self) -> bool {
        self.standing == Standing::Active {}
    }

    /// What it may do in the team.
    pub fn rights(&self, team: &TeamId) -> Rights {
        self.teams.get(team).copied().unwrap_or_default()
    }

    /// Reads an agent from JSON, as in the body of a request: what [`Serialize`] writes. The
    /// password is not part of it.
    ///
    /// # Errors
    /// Everything that is wrong, each with its field.
    pub fn from_json(value: &Value) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        match Self::read(value, "", &mut problems) {
            Some(agent) => problems.none_or(agent),
            None => Err(problems),
        }
    }
}

impl FromWritten for Agent {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(value, at, problems)?;
        let id = fields.required::<AgentId>("id", problems);
        if let (Some(id), false) = (&id, at.is_empty()) {
            fields.named(format!("agent {id}"));
        }
        let name = fields.required::<Name>("name", problems);
        let login = fields.get::<Option<LoginName>>("login", problems).flatten();
        let owner = fields.get("owner", problems).unwrap_or_default();
        let teams = fields.get::<Memberships>("teams", problems).unwrap_or_default();
        let removed = fields.get::<Moment>("removed_at_ms", problems);
        fields.finish(problems);
        let standing = removed.map_or(Standing::Active {}, |at| Standing::Removed { at: at.0 });
        let (id, name, teams) = (id?, name?, teams.0);
        Some(Self { id, name, login, owner, teams, standing, password: None })
    }
}

#[derive(Default)]
struct Memberships(BTreeMap<TeamId, Rights>);

impl FromWritten for Memberships {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        // Only to have anything but a table refused: the keys are teams, not fields.
        Fields::of(value, at, problems)?;
        let map = value.as_object()?;
        if map.len() > MAX_TEAMS_PER_AGENT {
            let message = format!("names {} teams, at most {MAX_TEAMS_PER_AGENT}", map.len());
            problems.add(at, ProblemCode::TooMany, message);
            return None;
        }
        let mut teams = BTreeMap::new();
        for (team, rights) in map {
            let at = format!("{at}.{team}");
            let id = TeamId::read(&Value::String(team.clone()), &at, problems);
            let rights = Rights::read(rights, &at, problems);
            teams.extend(id.zip(rights));
        }
        Some(Self(teams))
    }
}

struct Moment(Time);

impl FromWritten for Moment {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        number(value, 0..=u64::MAX, at, problems).map(|millis| Self(Time(millis)))
    }
}
