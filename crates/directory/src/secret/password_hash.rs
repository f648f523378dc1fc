use std::fmt;
use std::str::FromStr;

use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::password::Password;

/// Random bytes a hash needs: what RFC 9106 section 3.1 recommends for passwords.
pub const SALT_BYTES: usize = 16;

/// The first of the settings that OWASP's Password Storage Cheat Sheet names as equally strong:
/// 19 MiB of memory, two passes, one lane. Memory is what guessing with special hardware costs;
/// one lane, so that a sign-in takes one core and no more.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// A hash that asks for more memory or passes than this was not made by any version of ours.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 8;

/// What a password is checked against: argon2id in the PHC string format. Kept out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Not the hash of a password, or not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no argon2id hash in the PHC format")]
pub struct PasswordHashError;

/// What a check found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Right {
        /// The hash was made with weaker settings than those in force: hash the password again.
        rehash: bool,
    },
    /// It is not, or there is none.
    Wrong,
}

impl Password {
    /// Hashes it. Takes some tens of milliseconds of one core and 19 MiB: not for a thread that
    /// has anything else to do.
    pub fn hash(&self, salt: [u8; SALT_BYTES]) -> PasswordHash {
        let hash = hasher().hash_password_with_salt(self.0.as_bytes(), &salt);
        PasswordHash(hash.expect("settings and salt are within argon2's bounds").to_string())
    }

    /// Checks it. Does the same work when there is nothing to check against, so that the time
    /// taken does not tell which login names exist.
    pub fn check(&self, against: Option<&PasswordHash>) -> Verdict {
        let Some(against) = against else {
            let _unused = self.hash([0; SALT_BYTES]);
            return Verdict::Wrong;
        };
        let hash = against.parsed().expect("a hash was checked when it was made");
        match hasher().verify_password(self.0.as_bytes(), &hash) {
            Ok(()) => Verdict::Right { rehash: !is_present(&hash) },
            Err(_) => Verdict::Wrong,
        }
    }
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.expect("the settings are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Whether it was made with the settings in force.
fn is_present(hash: &phc::PasswordHash) -> bool {
    let params = Params::try_from(hash);
    params.is_ok_and(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
    })
}

impl PasswordHash {
    /// In the PHC format, to be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parsed(&self) -> Result<phc::PasswordHash, PasswordHashError> {
        phc::PasswordHash::new(&self.0).map_err(|_| PasswordHashError)
    }
}

impl FromStr for PasswordHash {
    type Err = PasswordHashError;

    fn from_str(text: &str) -> Result<Self, PasswordHashError> {
        let hash = Self(text.to_owned());
        let parsed = hash.parsed()?;
        let params = Params::try_from(&parsed).map_err(|_| PasswordHashError)?;
        let bounded = params.m_cost() <= MAX_MEMORY_KIB
            && params.t_cost() <= MAX_PASSES
            && params.p_cost() <= MAX_LANES;
        let whole = parsed.salt.is_some() && parsed.hash.is_some();
        let ours = parsed.algorithm.as_str() == Algorithm::Argon2id.as_str();
        let version = parsed.version == Some(Version::V0x13.into());
        if bounded && whole && ours && version { Ok(hash) } else { Err(PasswordHashError) }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_is_right_and_any_other_is_wrong() {
        let hash = Password::presented("correct horse, wrong staple").hash([7; SALT_BYTES]);
        let check = |text: &str| Password::presented(text).check(Some(&hash));
        assert_eq!(check("correct horse, wrong staple"), Verdict::Right { rehash: false });
        assert_eq!(check("correct horse, wrong stapl"), Verdict::Wrong);
        assert_eq!(check(""), Verdict::Wrong);
        assert_eq!(Password::presented("anything at all").check(None), Verdict::Wrong);
    }

    #[test]
    fn an_accent_typed_in_two_ways_is_one() {
        let hash = Password::presented("caf\u{e9} au lait").hash([7; SALT_BYTES]);
        let other = Password::presented("cafe\u{301} au lait");
        assert_eq!(other.check(Some(&hash)), Verdict::Right { rehash: false });
    }

    #[test]
    fn a_hash_survives_being_stored_and_says_its_settings() {
        let hash = Password::presented("a password").hash([1; SALT_BYTES]);
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(hash.as_str().parse(), Ok(hash.clone()));
        assert!(!format!("{hash:?}").contains('$'));
    }

    #[test]
    fn a_hash_of_weaker_settings_is_still_checked_and_to_be_made_again() {
        let params = Params::new(8 * 1024, 1, 1, None).unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let weak = weak.hash_password_with_salt(b"a password", &[3; 16]).unwrap().to_string();
        let verdict = Password::presented("a password").check(Some(&weak.parse().unwrap()));
        assert_eq!(verdict, Verdict::Right { rehash: true });
    }

    #[test]
    fn a_hash_that_would_cost_too_much_is_none_of_ours() {
        let hash = Password::presented("a password").hash([1; SALT_BYTES]).as_str().to_owned();
        for (ours, other) in [
            ("m=19456", "m=4194304"),
            ("t=2", "t=4000000"),
            ("argon2id", "argon2d"),
            ("$argon2id", "argon2id"),
            ("v=19", "v=99"),
        ] {
            let other = hash.replacen(ours, other, 1);
            assert_eq!(other.parse::<PasswordHash>(), Err(PasswordHashError), "{other}");
        }
    }
}
