//! Names of people, teams, conversations and offers: types, never bare strings.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest name an agent, customer or team may have.
pub const MAX_NAME_BYTES: usize = 64;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing at all.
    #[error("an id must not be empty")]
    Empty,
    /// Longer than [`MAX_NAME_BYTES`].
    #[error("an id is at most {MAX_NAME_BYTES} characters long")]
    TooLong,
    /// A character outside `A-Z a-z 0-9 . _ -`.
    #[error("an id consists of letters, digits, dot, underscore and hyphen")]
    InvalidCharacter,
    /// Not of the form that this kind of id has.
    #[error("an id of this kind starts with `{expected}`")]
    WrongPrefix {
        /// What it should have started with.
        expected: &'static str,
    },
    /// The part after the prefix is not a number.
    #[error("the number of an id is decimal and not zero")]
    InvalidNumber,
    /// Not so many lower-case hexadecimal digits.
    #[error("an id of this kind is {digits} hexadecimal digits, a to f in lower case")]
    NotHex {
        /// How many there should have been.
        digits: usize,
    },
}

pub(crate) fn check_name(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_NAME_BYTES {
        return Err(IdError::TooLong);
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if text.bytes().all(fits) { Ok(()) } else { Err(IdError::InvalidCharacter) }
}

fn parse_number(text: &str, prefix: &'static str) -> Result<u64, IdError> {
    let digits = text.strip_prefix(prefix).ok_or(IdError::WrongPrefix { expected: prefix })?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let number = digits.parse().ok().filter(|_| plain);
    number.ok_or(IdError::InvalidNumber)
}

macro_rules! wire_string {
    ($id:ident, $name:literal, $pattern:literal) => {
        impl TryFrom<&str> for $id {
            type Error = IdError;

            fn try_from(text: &str) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $id {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

pub(crate) use wire_string;

macro_rules! name_id {
    ($(#[$doc:meta])* $id:ident, $name:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(String);

        impl $id {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $id {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                check_name(text)?;
                let owned = text.to_owned();
                Ok(Self(owned))
            }
        }

        impl TryFrom<String> for $id {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                check_name(&text)?;
                Ok(Self(text))
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Borrow<str> for $id {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        wire_string!($id, $name, "^[A-Za-z0-9._-]{1,64}$");
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $id:ident, $name:literal, $prefix:literal, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(pub u64);

        impl FromStr for $id {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_number(text, $prefix).map(Self)
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0)
            }
        }

        wire_string!($id, $name, $pattern);
    };
}

name_id!(
    /// An agent's name, unique among agents.
    AgentId,
    "AgentId"
);
name_id!(
    /// A customer's name, unique among customers.
    CustomerId,
    "CustomerId"
);
name_id!(
    /// A team's name; a team is also the queue its calls wait in.
    TeamId,
    "TeamId"
);
name_id!(
    /// The name of a channel: a way in, such as a web page's widget.
    ChannelId,
    "ChannelId"
);
number_id!(
    /// A conversation, numbered by the core in order of arrival; `c17` on the wire.
    ConversationId,
    "ConversationId",
    "c",
    "^c[1-9][0-9]*$"
);
number_id!(
    /// An offer, numbered by the core in order of opening; `o3` on the wire.
    OfferId,
    "OfferId",
    "o",
    "^o[1-9][0-9]*$"
);

/// Somebody who can sit in a conversation; `agent:bob` or `customer:x1` on the wire.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonId {
    /// Works here.
    Agent(AgentId),
    /// Calls here.
    Customer(CustomerId),
}

impl PersonId {
    /// The agent, if this is one.
    pub fn as_agent(&self) -> Option<&AgentId> {
        match self {
            Self::Agent(agent) => Some(agent),
            Self::Customer(_) => None,
        }
    }

    /// The customer, if this is one.
    pub fn as_customer(&self) -> Option<&CustomerId> {
        match self {
            Self::Customer(customer) => Some(customer),
            Self::Agent(_) => None,
        }
    }
}

impl From<AgentId> for PersonId {
    fn from(agent: AgentId) -> Self {
        Self::Agent(agent)
    }
}

impl From<CustomerId> for PersonId {
    fn from(customer: CustomerId) -> Self {
        Self::Customer(customer)
    }
}

impl FromStr for PersonId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if let Some(name) = text.strip_prefix("agent:") {
            return name.parse().map(Self::Agent);
        }
        let expected = "agent:` or `customer:";
        let name = text.strip_prefix("customer:").ok_or(IdError::WrongPrefix { expected })?;
        name.parse().map(Self::Customer)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(agent) => write!(f, "agent:{agent}"),
            Self::Customer(customer) => write!(f, "customer:{customer}"),
        }
    }
}

wire_string!(PersonId, "PersonId", "^(agent|customer):[A-Za-z0-9._-]{1,64}$");

/// Whom an offer is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Target {
    /// One agent.
    Agent(AgentId),
    /// The agents of a team, in the order in which it rings.
    Team(TeamId),
    /// A place in a team's queue, like a caller's.
    Queue(TeamId),
}

impl Target {
    /// The team whose agents are meant, in one way or the other.
    pub fn team(&self) -> Option<&TeamId> {
        match self {
            Self::Team(team) | Self::Queue(team) => Some(team),
            Self::Agent(_) => None,
        }
    }
}

/// Who answers for a conversation: exactly one at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Owner {
    /// An agent, also while it is away from its seat or being recalled.
    Agent(AgentId),
    /// A team's queue.
    Queue(TeamId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_round_trip_through_their_wire_form() {
        for text in ["agent:bob", "customer:x-1._Z"] {
            assert_eq!(text.parse::<PersonId>().unwrap().to_string(), text);
        }
        assert_eq!("c17".parse(), Ok(ConversationId(17)));
        assert_eq!(OfferId(3).to_string(), "o3");
    }

    #[test]
    fn what_is_not_an_id_is_refused_with_its_reason() {
        let long = "x".repeat(MAX_NAME_BYTES + 1);
        assert_eq!("".parse::<AgentId>(), Err(IdError::Empty));
        assert_eq!(long.parse::<TeamId>(), Err(IdError::TooLong));
        assert_eq!("b b".parse::<AgentId>(), Err(IdError::InvalidCharacter));
        assert_eq!("o1".parse::<ConversationId>(), Err(IdError::WrongPrefix { expected: "c" }));
        for text in ["c", "c0", "c01", "c+1", "c1x", "c99999999999999999999"] {
            assert_eq!(text.parse::<ConversationId>(), Err(IdError::InvalidNumber), "{text}");
        }
        assert!("boss:bob".parse::<PersonId>().is_err());
        assert!(serde_json::from_str::<PersonId>("\"agent:\"").is_err());
    }
}
