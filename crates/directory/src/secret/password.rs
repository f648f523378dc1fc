use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::common::is_common;
use crate::noun::{Agent, LoginName};

/// The fewest characters of a password.
const MIN_CHARS: usize = 12;
/// The most. Long enough for any sentence and any generator.
const MAX_CHARS: usize = 128;
/// A word shorter than this says nothing about whose it is.
const MIN_TELLING: usize = 4;

/// A password, as it is hashed. Kept out of logs, and wiped from memory after use.
///
/// The rules follow NIST SP 800-63B: length and nothing about composition, any character that can
/// be typed including spaces, no cutting off, equal characters of Unicode equal (NFC), and none
/// that is commonly used or contains whose it is. There is no expiry.
pub struct Password(pub(super) Zeroizing<String>);

/// Why a password cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short to stand guessing.
    #[error("a password has at least {MIN_CHARS} characters; a few words do well")]
    TooShort,
    /// Longer than anybody needs.
    #[error("a password has at most {MAX_CHARS} characters")]
    TooLong,
    /// It is on the list of those that are tried first.
    #[error("this password is one of the first that anybody would try")]
    Common,
    /// It says whose it is.
    #[error("a password must not contain the name or the login name")]
    ContainsName,
}

impl PasswordError {
    /// The stable code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Common => "password_common",
            Self::ContainsName => "password_contains_name",
        }
    }
}

impl Password {
    /// A password somebody wants to have from now on.
    ///
    /// # Errors
    /// The rule it breaks.
    pub fn chosen(text: &str, agent: &Agent) -> Result<Self, PasswordError> {
        // Before anything that costs by the length. A character is four bytes at most, and NFC
        // joins at most a handful into one.
        if text.len() > MAX_CHARS * 16 {
            return Err(PasswordError::TooLong);
        }
        let password = normalised(text);
        match password.chars().count() {
            ..MIN_CHARS => return Err(PasswordError::TooShort),
            MIN_CHARS..=MAX_CHARS => {}
            _ => return Err(PasswordError::TooLong),
        }
        let lower = Zeroizing::new(password.to_lowercase());
        if is_common(&lower) {
            return Err(PasswordError::Common);
        }
        if tells_whose_it_is(&lower, agent) {
            return Err(PasswordError::ContainsName);
        }
        Ok(Self(password))
    }

    /// A password somebody presents to sign in. What could never have been chosen becomes one
    /// that matches nothing, at the same cost.
    pub fn presented(text: &str) -> Self {
        let text = if text.len() > MAX_CHARS * 16 { "" } else { text };
        Self(normalised(text))
    }
}

fn normalised(text: &str) -> Zeroizing<String> {
    // Room for all of it at once: a string that grows leaves copies of its beginning behind.
    let mut normalised = Zeroizing::new(String::with_capacity(text.len() * 3));
    normalised.extend(text.nfc());
    normalised
}

fn tells_whose_it_is(lower: &str, agent: &Agent) -> bool {
    let login = agent.login.as_ref().map(LoginName::as_str);
    let account = login.and_then(|login| login.split('@').next());
    let name = agent.name.as_str();
    let whole = [Some(agent.id.as_str()), login, account, Some(name)];
    whole
        .into_iter()
        .flatten()
        .map(str::to_lowercase)
        .any(|word| word.chars().count() >= MIN_TELLING && lower.contains(&word))
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<(), PasswordError> {
        let mut bob = Agent::named("bob".parse().unwrap(), "Bob Baker".parse().unwrap());
        bob.login = Some("bbaker@example.org".parse().unwrap());
        Password::chosen(text, &bob).map(|_| ())
    }

    #[test]
    fn length_is_all_that_is_asked() {
        assert_eq!(choose("eleven char"), Err(PasswordError::TooShort));
        assert_eq!(choose("twelve chars"), Ok(()));
        assert_eq!(choose(&"ab".repeat(64)), Ok(()));
        assert_eq!(choose(&"abc".repeat(43)), Err(PasswordError::TooLong));
        assert_eq!(choose(&"x y".repeat(1_000_000)), Err(PasswordError::TooLong));
        assert_eq!(choose("ünï cödé ßß🙂"), Ok(()), "characters are counted, not bytes");
        assert_eq!(choose("e\u{301}".repeat(6).as_str()), Err(PasswordError::TooShort));
    }

    #[test]
    fn what_anybody_would_try_first_is_refused() {
        assert_eq!(choose("Password1234"), Err(PasswordError::Common));
        assert_eq!(choose("zzzzzzzzzzzzzzzz"), Err(PasswordError::Common));
        assert_eq!(choose("I am BOB BAKER!"), Err(PasswordError::ContainsName));
        assert_eq!(choose("hello bbaker 99"), Err(PasswordError::ContainsName));
        assert_eq!(choose("bobbing for apples"), Ok(()), "three letters tell nothing");
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = Password::presented("hunter2 hunter2");
        assert!(!format!("{password:?}").contains("hunter"));
    }
}
