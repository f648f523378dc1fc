use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use crate::limits::{
    MAX_LOGIN_CHARS, MAX_NAME_CHARS, MAX_REPLY_CHARS, MAX_SHORTCUT_CHARS, MAX_TEXT_CHARS,
    MAX_TITLE_CHARS,
};
use crate::problem::Problems;
use crate::written::{Fields, FromWritten, written_as_text};

/// Why a text is no name, login name or text for customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing at all.
    #[error("must not be empty")]
    Empty,
    /// Too long.
    #[error("is at most {max} characters long")]
    TooLong {
        /// How long it may be.
        max: usize,
    },
    /// A character that cannot be seen, or that reorders those around it.
    #[error("contains the character U+{:04X}, which cannot be shown", u32::from(*.0))]
    Invisible(char),
    /// A character no login name has.
    #[error("contains `{0}`; a login name consists of letters, digits and any of . _ - + @")]
    NotInLogin(char),
    /// A character no shortcut has.
    #[error("contains `{0}`; a shortcut consists of small letters, digits and any of _ -")]
    NotInShortcut(char),
}

/// Takes white space off both ends and checks the rest.
fn clean(text: &str, max: usize, line_breaks: bool) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    let shown = |c: char| is_visible(c) || (line_breaks && c == '\n');
    match text.chars().find(|c| !shown(*c)) {
        Some(hidden) => Err(TextError::Invisible(hidden)),
        None => Ok(text.to_owned()),
    }
}

/// Control characters, and those that change the direction of writing of what follows.
fn is_visible(c: char) -> bool {
    let reorders = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    !c.is_control() && !reorders
}

macro_rules! text_type {
    ($(#[$doc:meta])* $type:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $type(String);

        impl $type {
            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                let check: fn(&str) -> Result<String, TextError> = $check;
                check(text).map(Self)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        written_as_text!($type);
    };
}

text_type!(
    /// A name people read: one line, 1 to 80 characters.
    Name,
    |text| clean(text, MAX_NAME_CHARS, false)
);
text_type!(
    /// A text for customers: 1 to 1000 characters, line breaks allowed.
    Text,
    |text| clean(text, MAX_TEXT_CHARS, true)
);
text_type!(
    /// The title of a quick reply: one line, 1 to 60 characters.
    Title,
    |text| clean(text, MAX_TITLE_CHARS, false)
);
text_type!(
    /// The text of a quick reply: what a message may say, 1 to 4000 characters.
    ReplyText,
    reply
);
text_type!(
    /// What finds a quick reply at once: 1 to 20 small letters, digits and any of `_ -`.
    Shortcut,
    shortcut
);
text_type!(
    /// What an agent types to sign in, such as an address of electronic mail.
    ///
    /// Kept in lower case: nobody signs in as somebody else by a shift key.
    LoginName,
    login_name
);

fn login_name(text: &str) -> Result<String, TextError> {
    let text = clean(text, MAX_LOGIN_CHARS, false)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    match text.chars().find(|c| !fits(*c)) {
        Some(other) => Err(TextError::NotInLogin(other)),
        None => Ok(text.to_ascii_lowercase()),
    }
}

/// As people write to each other, in every script: only what controls a terminal is kept out.
fn reply(text: &str) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > MAX_REPLY_CHARS {
        return Err(TextError::TooLong { max: MAX_REPLY_CHARS });
    }
    match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        Some(hidden) => Err(TextError::Invisible(hidden)),
        None => Ok(text.to_owned()),
    }
}

fn shortcut(text: &str) -> Result<String, TextError> {
    let text = clean(text, MAX_SHORTCUT_CHARS, false)?;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    match text.chars().find(|c| !fits(*c)) {
        Some(other) => Err(TextError::NotInShortcut(other)),
        None => Ok(text),
    }
}

/// What customers are told, where it is not the default. A channel's texts win over its team's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Texts {
    /// Before a call or chat begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greeting: Option<Text>,
    /// While waiting; `{position}` and `{estimated_wait}` stand for the numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Text>,
    /// Outside the opening hours; `{opens_at}` stands for the next opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Text>,
    /// When too many wait already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<Text>,
}

impl Texts {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These, and where there is none, the others.
    #[must_use]
    pub fn or(&self, others: &Self) -> Self {
        let either = |mine: &Option<Text>, other: &Option<Text>| mine.clone().or(other.clone());
        Self {
            greeting: either(&self.greeting, &others.greeting),
            waiting: either(&self.waiting, &others.waiting),
            closed: either(&self.closed, &others.closed),
            full: either(&self.full, &others.full),
        }
    }
}

impl FromWritten for Texts {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(value, at, problems)?;
        let mut text = |key| fields.get::<Option<Text>>(key, problems).flatten();
        let texts = Self {
            greeting: text("greeting"),
            waiting: text("waiting"),
            closed: text("closed"),
            full: text("full"),
        };
        fields.finish(problems);
        Some(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_visible_line() {
        assert_eq!("  Bob Bäcker ".parse::<Name>().unwrap().as_str(), "Bob Bäcker");
        assert_eq!(" \t".parse::<Name>(), Err(TextError::Empty));
        assert_eq!("a\nb".parse::<Name>(), Err(TextError::Invisible('\n')));
        assert_eq!("evil\u{202e}bob".parse::<Name>(), Err(TextError::Invisible('\u{202e}')));
        assert_eq!("é".repeat(80).parse::<Name>().unwrap().as_str().chars().count(), 80);
        assert_eq!("é".repeat(81).parse::<Name>(), Err(TextError::TooLong { max: 80 }));
        assert_eq!("one\ntwo".parse::<Text>().unwrap().as_str(), "one\ntwo");
    }

    #[test]
    fn a_login_name_knows_no_case() {
        let login: LoginName = "Bob.Baker+Desk@Example.org".parse().unwrap();
        assert_eq!(login.as_str(), "bob.baker+desk@example.org");
        assert_eq!("bob baker".parse::<LoginName>(), Err(TextError::NotInLogin(' ')));
        assert_eq!("bоb".parse::<LoginName>(), Err(TextError::NotInLogin('о')), "a Cyrillic o");
    }
    #[test]
    fn a_quick_reply_says_what_a_message_may() {
        let reply = |text: &str| text.parse::<ReplyText>().map(|text| text.as_str().to_owned());
        assert_eq!(reply(" a\r\n\tb\n ").unwrap(), "a\n\tb");
        assert_eq!(reply("שלום\u{200f}!").unwrap(), "שלום\u{200f}!", "marks of direction");
        assert_eq!(reply("\u{1b}[2J"), Err(TextError::Invisible('\u{1b}')));
        assert_eq!(reply(" \n"), Err(TextError::Empty));
        assert!(reply(&"é".repeat(4_000)).is_ok());
        assert_eq!(reply(&"é".repeat(4_001)), Err(TextError::TooLong { max: 4_000 }));
        assert_eq!("a\nb".parse::<Title>(), Err(TextError::Invisible('\n')));
        assert_eq!("é".repeat(61).parse::<Title>(), Err(TextError::TooLong { max: 60 }));
    }

    #[test]
    fn a_shortcut_is_quick_to_type() {
        assert_eq!(" re-fund_2 ".parse::<Shortcut>().unwrap().as_str(), "re-fund_2");
        assert_eq!("Hello".parse::<Shortcut>(), Err(TextError::NotInShortcut('H')));
        assert_eq!("a b".parse::<Shortcut>(), Err(TextError::NotInShortcut(' ')));
        assert_eq!("a".repeat(21).parse::<Shortcut>(), Err(TextError::TooLong { max: 20 }));
    }
}
