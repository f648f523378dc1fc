use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use call_core::{IdError, TeamId};
use serde::Serialize;

use crate::written::written_as_text;

/// A channel's name, unique among channels. Formed as the ids of agents and teams are: 1 to 64
/// letters, digits, dots, underscores and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ChannelId(String);

impl ChannelId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ChannelId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // The rule is call control's: whatever names a team may name a channel.
        text.parse::<TeamId>().map(|id| Self(id.to_string()))
    }
}

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for ChannelId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

written_as_text!(ChannelId);
