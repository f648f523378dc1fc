use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

/// What an invitation or a decline says in words. A bound against abuse: how much of it makes
/// sense is call control's to say, as `text_too_long`.
pub type Note = Text<2000>;
/// A person's name.
pub type Name = Text<80>;

/// The longest SDP offer taken, in bytes. A browser's audio offer is 2 to 6 kB.
pub const MAX_SDP_BYTES: usize = 32 * 1024;

/// What a person has written: at most `MAX` characters, free of characters that are not meant to
/// be seen.
///
/// Control characters and those that reorder what stands around them are taken out (people paste
/// them without knowing); a line break stays. Text that is then too long is refused, not cut.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// The text has more characters than its kind allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text has more than {max} characters")]
pub struct TextTooLong {
    /// How many it may have.
    pub max: usize,
}

impl<const MAX: usize> Text<MAX> {
    /// Cleans the text and checks its length.
    ///
    /// # Errors
    ///
    /// What is left is longer than `MAX` characters.
    pub fn new(text: &str) -> Result<Self, TextTooLong> {
        let clean: String = text.chars().filter(|c| is_visible(*c)).collect();
        let clean = clean.trim();
        if clean.chars().count() > MAX {
            return Err(TextTooLong { max: MAX });
        }
        Ok(Self(clean.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, unless it is empty.
    pub fn into_option(self) -> Option<String> {
        (!self.0.is_empty()).then_some(self.0)
    }
}

/// What people write stays out of logs.
impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&Cow::<'de, str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn schema_name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "maxLength": MAX })
    }
}

/// Line breaks, and everything that is neither a control character nor one of Unicode's
/// directional embeddings, overrides and isolates.
fn is_visible(c: char) -> bool {
    let reorders = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}');
    c == '\n' || !(c.is_control() || reorders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_overrides_are_taken_out() {
        let text = Text::<20>::new("  Al\u{0}ice\u{202e}\r\n\u{9b}x ").unwrap();
        assert_eq!(text.as_str(), "Alice\nx");
    }

    #[test]
    fn length_is_counted_in_characters_after_cleaning() {
        assert!(Text::<3>::new("äöü\u{0}\u{0}").is_ok());
        assert_eq!(Text::<3>::new("abcd"), Err(TextTooLong { max: 3 }));
    }

    #[test]
    fn what_people_write_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", Text::<9>::new("secret").unwrap()), "Text(6 bytes)");
    }
}
