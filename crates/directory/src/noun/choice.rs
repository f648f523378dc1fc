use std::fmt;
use std::str::FromStr;

use call_core::TeamId;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::seconds::Seconds;
use crate::limits::{MAX_SECONDS, MAX_WAITING};
use crate::problem::Problems;
use crate::written::{Fields, FromWritten, number, written_as_text};

/// A word that is none of the choices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is none of {expected}")]
pub struct ChoiceError {
    found: String,
    expected: &'static str,
}

/// A choice among words, some of which may name a team: `team:sales`.
macro_rules! choice {
    (
        $(#[$doc:meta])* $type:ident, $expected:literal,
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+
        $(; team $(#[$team_doc:meta])* $team:ident)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)+
            $($(#[$team_doc])* $team(TeamId),)?
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant => f.write_str($word),)+
                    $(Self::$team(team) => write!(f, "team:{team}"),)?
                }
            }
        }

        impl FromStr for $type {
            type Err = ChoiceError;

            fn from_str(text: &str) -> Result<Self, ChoiceError> {
                match text {
                    $($word => return Ok(Self::$variant),)+
                    _ => {}
                }
                $(if let Some(Ok(team)) = text.strip_prefix("team:").map(TeamId::from_str) {
                    return Ok(Self::$team(team));
                })?
                Err(ChoiceError { found: text.to_owned(), expected: $expected })
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        $(impl $type {
            /// The team that stands in, if one does.
            pub fn stand_in(&self) -> Option<&TeamId> {
                if let Self::$team(team) = self { Some(team) } else { None }
            }
        })?

        written_as_text!($type);
    };
}

choice!(
    /// In which order a team's agents are rung.
    Ringing, "longest_idle, round_robin, all_at_once",
    /// One after another, who has been free the longest first.
    #[default]
    LongestIdle = "longest_idle",
    /// One after another, in turn.
    RoundRobin = "round_robin",
    /// All at the same time; who accepts first has it.
    AllAtOnce = "all_at_once"
);
choice!(
    /// How a waiting conversation comes to an agent.
    Delivery, "push, pull",
    /// It rings.
    #[default]
    Push = "push",
    /// The agent takes the next.
    Pull = "pull"
);
choice!(
    /// What an invitation to a team does when nobody of it can be rung.
    WhenNobody, "reject, wait, queue, team:ID",
    /// It is refused.
    #[default]
    Reject = "reject",
    /// It rings whoever frees up.
    Wait = "wait",
    /// As `Wait`, and the customer waits in the queue once the initiator has left.
    Queue = "queue";
    team
    /// Another team is invited in its place.
    FallbackTeam
);
choice!(
    /// What happens to callers outside the opening hours.
    WhenClosed, "refuse, queue, team:ID",
    /// They are refused, and told when the team opens.
    #[default]
    Refuse = "refuse",
    /// They wait until it opens.
    Queue = "queue";
    team
    /// Another team takes them.
    Team
);
choice!(
    /// What happens to callers for whom a team has no room or no time.
    OverflowThen, "stay, refuse, team:ID",
    /// They wait on.
    #[default]
    Stay = "stay",
    /// They are refused.
    Refuse = "refuse";
    team
    /// Another team takes them.
    Team
);

/// When too many wait, or somebody too long, and what happens then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Overflow {
    /// How many may wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_waiting: Option<u32>,
    /// How long one may wait.
    #[serde(rename = "max_wait_s", skip_serializing_if = "Option::is_none")]
    pub max_wait: Option<Seconds>,
    /// What happens to the one who is too many or has waited too long.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub then: OverflowThen,
}

impl Overflow {
    /// Whether nothing is limited and nothing happens.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

struct Waiting(u32);

impl FromWritten for Waiting {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        number(value, 1..=MAX_WAITING.into(), at, problems).map(|waiting| Self(waiting as u32))
    }
}

/// A wait that ends at once would be no wait.
struct Wait(Seconds);

impl FromWritten for Wait {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let seconds = number(value, 1..=MAX_SECONDS.into(), at, problems)?;
        Seconds::new(seconds as u32).map(Self)
    }
}

impl FromWritten for Overflow {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(value, at, problems)?;
        let max_waiting = fields.get::<Option<Waiting>>("max_waiting", problems).flatten();
        let max_wait = fields.get::<Option<Wait>>("max_wait_s", problems).flatten();
        let then = fields.get("then", problems).unwrap_or_default();
        fields.finish(problems);
        Some(Self {
            max_waiting: max_waiting.map(|waiting| waiting.0),
            max_wait: max_wait.map(|wait| wait.0),
            then,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_round_trip_through_their_words() {
        for text in ["reject", "wait", "queue", "team:sales"] {
            assert_eq!(text.parse::<WhenNobody>().unwrap().to_string(), text);
        }
        let error = "hang_up".parse::<WhenClosed>().unwrap_err();
        assert_eq!(error.to_string(), "`hang_up` is none of refuse, queue, team:ID");
        assert!("team:".parse::<OverflowThen>().is_err());
        assert!("team:sales".parse::<Ringing>().is_err());
    }
}
