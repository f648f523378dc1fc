use call_core::{Hours, Opening, TeamId, Time};
use serde::Serialize;
use serde_json::Value;

use super::choice::{Delivery, Overflow, Ringing, WhenClosed, WhenNobody};
use super::seconds::Seconds;
use super::text::{Name, Texts};
use crate::patch::patch;
use crate::problem::Problems;
use crate::written::{Fields, FromWritten, number};

/// A team, which is also the queue its calls wait in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Team {
    /// Its id, which never changes.
    pub id: TeamId,
    /// The name people read.
    pub name: Name,
    /// In which order its agents are rung.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub ringing: Ringing,
    /// How a waiting conversation comes to an agent.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub delivery: Delivery,
    /// What an invitation does when nobody can be rung.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub when_nobody: WhenNobody,
    /// How long its agents' wrap-up lasts; nothing is the server's own.
    #[serde(rename = "wrap_up_s", skip_serializing_if = "Option::is_none")]
    pub wrap_up: Option<Seconds>,
    /// How long a call is taken to last before the first was handled; nothing is the server's own.
    #[serde(rename = "typical_talk_s", skip_serializing_if = "Option::is_none")]
    pub typical_talk: Option<Seconds>,
    /// When too many wait, or somebody too long.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[serde(skip_serializing_if = "Overflow::is_default")]
    pub overflow: Overflow,
    /// When it is open; nothing is always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// What happens to callers outside the hours.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub when_closed: WhenClosed,
    /// The priority of its callers, unless they came by a channel that has one: higher first.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub priority: u8,
    /// What its callers are told.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub texts: Texts,
}

patch!(
    /// What is to be different about a team.
    TeamPatch of Team {
        /// The name people read.
        name: Name = "name",
        /// In which order its agents are rung.
        ringing: Ringing = "ringing",
        /// How a waiting conversation comes to an agent.
        delivery: Delivery = "delivery",
        /// What an invitation does when nobody can be rung.
        when_nobody: WhenNobody = "when_nobody",
        /// How long its agents' wrap-up lasts; nothing is the server's own.
        wrap_up: Option<Seconds> = "wrap_up_s",
        /// How long a call is taken to last before the first was handled.
        typical_talk: Option<Seconds> = "typical_talk_s",
        /// When too many wait, or somebody too long.
        overflow: Overflow = "overflow",
        /// When it is open; nothing is always.
        hours: Option<Hours> = "hours",
        /// What happens to callers outside the hours.
        when_closed: WhenClosed = "when_closed",
        /// The priority of its callers.
        priority: u8 = "priority",
        /// What its callers are told.
        texts: Texts = "texts",
    }
);

impl Team {
    /// A team of that name, the rest by default.
    pub fn named(id: TeamId, name: Name) -> Self {
        Self {
            id,
            name,
            ringing: Ringing::default(),
            delivery: Delivery::default(),
            when_nobody: WhenNobody::default(),
            wrap_up: None,
            typical_talk: None,
            overflow: Overflow::default(),
            hours: None,
            when_closed: WhenClosed::default(),
            priority: 0,
            texts: Texts::default(),
        }
    }

    /// The teams that take its callers or invitations in its place, with the field that says so.
    pub fn stand_ins(&self) -> impl Iterator<Item = (&'static str, &TeamId)> {
        [
            ("when_nobody", self.when_nobody.stand_in()),
            ("overflow.then", self.overflow.then.stand_in()),
            ("when_closed", self.when_closed.stand_in()),
        ]
        .into_iter()
        .filter_map(|(field, team)| team.map(|team| (field, team)))
    }

    /// Whether it is open then, and when that changes. Without hours it always is.
    pub fn opening(&self, now: Time) -> Opening {
        let always = Opening::Open { closes_at: None };
        self.hours.as_ref().map_or(always, |hours| hours.at(now))
    }

    /// Whether it is open then.
    pub fn is_open(&self, now: Time) -> bool {
        self.hours.as_ref().is_none_or(|hours| hours.is_open(now))
    }

    /// Reads a team from JSON, as in the body of a request: what [`Serialize`] writes.
    ///
    /// # Errors
    /// Everything that is wrong, each with its field.
    pub fn from_json(value: &Value) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        match Self::read(value, "", &mut problems) {
            Some(team) => problems.none_or(team),
            None => Err(problems),
        }
    }
}

impl FromWritten for Team {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(value, at, problems)?;
        let id = fields.required::<TeamId>("id", problems);
        if let (Some(id), false) = (&id, at.is_empty()) {
            fields.named(format!("team {id}"));
        }
        let name = fields.required::<Name>("name", problems);
        let patch = TeamPatch::read(&mut fields, problems);
        fields.finish(problems);
        let mut team = Self::named(id?, name?);
        patch.apply_to(&mut team);
        Some(team)
    }
}

/// A priority.
impl FromWritten for u8 {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        number(value, 0..=Self::MAX.into(), at, problems).map(|number| number as Self)
    }
}
