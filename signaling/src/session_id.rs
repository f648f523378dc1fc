use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Names one session of one person. It cannot be guessed, so that only who had the session can
/// resume it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(u128);

/// The text is no session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a session id")]
pub struct NotASessionId;

impl SessionId {
    /// A fresh one, from the system's randomness.
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        Self(u128::from_le_bytes(bytes))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s-{:032x}", self.0)
    }
}

/// Shortened: the whole id is a key to the session and stays out of logs.
impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s-{:08x}..", (self.0 >> 96) as u32)
    }
}

impl FromStr for SessionId {
    type Err = NotASessionId;

    fn from_str(text: &str) -> Result<Self, NotASessionId> {
        let digits = text.strip_prefix("s-").ok_or(NotASessionId)?;
        let written = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if digits.len() != 32 || !digits.bytes().all(written) {
            return Err(NotASessionId);
        }
        u128::from_str_radix(digits, 16).map(Self).map_err(|_| NotASessionId)
    }
}

impl Serialize for SessionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SessionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for SessionId {
    fn schema_name() -> Cow<'static, str> {
        "SessionId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^s-[0-9a-f]{32}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_form_reads_back() {
        let id = SessionId::random();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_ne!(id, SessionId::random());
    }

    #[test]
    fn nothing_else_reads() {
        let id = SessionId(7).to_string();
        for text in ["", "s-", "s-12", &id[2..], &id.to_uppercase(), &format!("{id}0"), "s-+0"] {
            assert_eq!(text.parse::<SessionId>(), Err(NotASessionId), "{text}");
        }
    }
}
