//! What an agent may do for a team.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::id::TeamId;

/// What an agent may do for a team's conversations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rights {
    /// Takes its calls.
    pub answer: bool,
    /// Listens to them.
    pub listen: bool,
    /// Listens, speaks into them, takes them over and ends them.
    pub manage: bool,
}

impl Rights {
    /// Takes calls, and no more.
    pub const ANSWER: Self = Self { answer: true, listen: false, manage: false };

    /// Everything.
    pub const MANAGE: Self = Self { answer: true, listen: true, manage: true };

    /// Whether it may listen: who manages may.
    pub const fn may_listen(self) -> bool {
        self.listen || self.manage
    }

    /// The rights of somebody who takes these teams' calls, and no more.
    pub fn answering(teams: impl IntoIterator<Item = TeamId>) -> BTreeMap<TeamId, Self> {
        teams.into_iter().map(|team| (team, Self::ANSWER)).collect()
    }
}

/// A plain list of teams means that their calls are taken, and no more.
#[derive(Deserialize)]
#[serde(untagged)]
enum ListOrMap {
    List(Vec<TeamId>),
    Map(BTreeMap<TeamId, Rights>),
}

/// Reads rights by team, or a plain list of teams.
pub(crate) fn list_or_map<'de, D>(from: D) -> Result<BTreeMap<TeamId, Rights>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(match ListOrMap::deserialize(from)? {
        ListOrMap::List(teams) => Rights::answering(teams),
        ListOrMap::Map(rights) => rights,
    })
}

#[cfg(test)]
mod tests {
    use crate::event::Event;

    #[test]
    fn a_plain_list_of_teams_means_answering() {
        let read = |teams: &str| -> Event {
            let wire = r#"{"agent_signed_in":{"agent":"a","name":"A","teams":TEAMS}}"#;
            serde_json::from_str(&wire.replace("TEAMS", teams)).unwrap()
        };
        assert_eq!(read(r#"["t"]"#), read(r#"{"t":{"answer":true}}"#));
    }
}
