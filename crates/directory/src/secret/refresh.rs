use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use call_core::{AgentId, Time};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const FAMILY_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;
/// Random bytes a sign-in needs: 128 bits to name the family and 256 bits of secret. A rotation
/// takes as many and uses the secret's.
pub const REFRESH_RANDOM_BYTES: usize = FAMILY_BYTES + SECRET_BYTES;

/// How long a sign-in lasts without a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshTerms {
    /// How long after its last use. The default outlasts a shift's pauses and not a night.
    pub idle: Duration,
    /// How long in all, however often it is used.
    pub absolute: Duration,
}

impl Default for RefreshTerms {
    fn default() -> Self {
        Self { idle: Duration::from_hours(12), absolute: Duration::from_hours(7 * 24) }
    }
}

/// What an agent's page keeps to get short-lived tokens with. Kept out of logs.
///
/// Every use gives a new one. All that come from one sign-in are a family, of which exactly the
/// newest is good; an older one that is presented again was stolen, or the newest was, and the
/// family ends (RFC 9700 section 4.14.2).
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    family: FamilyId,
    secret: Zeroizing<[u8; SECRET_BYTES]>,
}

/// Names a family. Known only to who has had a token of it, and good for nothing but ending it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FamilyId(pub [u8; FAMILY_BYTES]);

/// Not of a token's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no refresh token")]
pub struct RefreshTokenError;

/// One sign-in, as it is stored: without anything that could be presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub id: FamilyId,
    /// Who signed in.
    pub agent: AgentId,
    /// SHA-256 of the newest token's secret. No salt and no slow hash: what is hashed is 256
    /// random bits, which nobody guesses.
    pub secret_hash: [u8; 32],
    /// When the agent signed in.
    pub started_at: Time,
    /// When the newest token expires.
    pub expires_at: Time,
}

/// What became of a token that was presented to its family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// It was good: store the family and give the token out.
    Rotated {
        /// Takes the place of the one before.
        family: Family,
        /// The newest token.
        token: RefreshToken,
    },
    /// Its time was over: the family ends.
    Expired,
    /// It was used before: the family ends.
    Reused,
}

impl Family {
    /// Begins one when an agent signs in, with its first token.
    pub fn start(
        agent: AgentId,
        random: [u8; REFRESH_RANDOM_BYTES],
        terms: &RefreshTerms,
        now: Time,
    ) -> (Self, RefreshToken) {
        let (name, _) = random.split_at(FAMILY_BYTES);
        let id = FamilyId(name.try_into().expect("it was split there"));
        let begun = Self { id, agent, secret_hash: [0; 32], started_at: now, expires_at: now };
        begun.next(random, terms, now)
    }

    /// Presents a token that names this family.
    pub fn present(
        &self,
        token: &RefreshToken,
        random: [u8; REFRESH_RANDOM_BYTES],
        terms: &RefreshTerms,
        now: Time,
    ) -> Presented {
        if token.hash() != self.secret_hash {
            return Presented::Reused;
        }
        // Terms that were made shorter hold for those who are signed in.
        if now >= self.expires_at.min(self.started_at + terms.absolute) {
            return Presented::Expired;
        }
        let (family, token) = self.clone().next(random, terms, now);
        Presented::Rotated { family, token }
    }

    fn next(
        self,
        random: [u8; REFRESH_RANDOM_BYTES],
        terms: &RefreshTerms,
        now: Time,
    ) -> (Self, RefreshToken) {
        let random = Zeroizing::new(random);
        let (_, secret) = random.split_at(FAMILY_BYTES);
        let secret = Zeroizing::new(secret.try_into().expect("the rest is the secret"));
        let token = RefreshToken { family: self.id, secret };
        let end = self.started_at + terms.absolute;
        let expires_at = end.min(now + terms.idle);
        (Self { secret_hash: token.hash(), expires_at, ..self }, token)
    }
}

impl RefreshToken {
    /// The family it belongs to, to be looked up.
    pub fn family(&self) -> FamilyId {
        self.family
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret.as_slice()).into()
    }

    /// As it is given to the agent's page: 64 characters that fit into a cookie or a header.
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; REFRESH_RANDOM_BYTES]);
        bytes[..FAMILY_BYTES].copy_from_slice(&self.family.0);
        bytes[FAMILY_BYTES..].copy_from_slice(self.secret.as_slice());
        Zeroizing::new(Base64UrlUnpadded::encode_string(bytes.as_slice()))
    }
}

impl FromStr for RefreshToken {
    type Err = RefreshTokenError;

    fn from_str(text: &str) -> Result<Self, RefreshTokenError> {
        let mut bytes = Zeroizing::new([0; REFRESH_RANDOM_BYTES]);
        let decoded = Base64UrlUnpadded::decode(text, bytes.as_mut_slice());
        if decoded.map_err(|_| RefreshTokenError)?.len() != REFRESH_RANDOM_BYTES {
            return Err(RefreshTokenError);
        }
        let (family, secret) = bytes.split_at(FAMILY_BYTES);
        let family = FamilyId(family.try_into().expect("it was split there"));
        let secret = Zeroizing::new(secret.try_into().expect("the rest is the secret"));
        Ok(Self { family, secret })
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(hidden)")
    }
}

impl fmt::Debug for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FamilyId(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn random(n: u8) -> [u8; REFRESH_RANDOM_BYTES] {
        std::array::from_fn(|at| n.wrapping_mul(31).wrapping_add(at as u8))
    }

    fn sign_in() -> (Family, RefreshToken) {
        Family::start("bob".parse().unwrap(), random(1), &RefreshTerms::default(), Time(0))
    }

    fn rotate(family: &Family, token: &RefreshToken, at: Time) -> (Family, RefreshToken) {
        match family.present(token, random(at.0 as u8), &RefreshTerms::default(), at) {
            Presented::Rotated { family, token } => (family, token),
            refused @ (Presented::Expired | Presented::Reused) => panic!("{refused:?}"),
        }
    }

    #[test]
    fn each_use_gives_the_next_token_and_only_that_one_is_good() {
        let (family, first) = sign_in();
        let (family, second) = rotate(&family, &first, Time(2));
        assert_ne!(first.reveal(), second.reveal());
        let (family, _) = rotate(&family, &second, Time(3));
        let terms = RefreshTerms::default();
        for old in [&first, &second] {
            assert_eq!(family.present(old, random(9), &terms, Time(4)), Presented::Reused);
        }
    }

    #[test]
    fn a_token_expires_when_unused_and_a_sign_in_however_used() {
        let terms = RefreshTerms::default();
        let (family, token) = sign_in();
        let idle = Time(0) + terms.idle;
        assert_eq!(family.present(&token, random(2), &terms, idle), Presented::Expired);

        let (mut family, mut token) = sign_in();
        let mut now = Time(0) + HOUR;
        while now < Time(0) + terms.absolute {
            (family, token) = rotate(&family, &token, now);
            now = now + HOUR;
        }
        assert_eq!(family.present(&token, random(2), &terms, now), Presented::Expired);
    }

    #[test]
    fn shorter_terms_hold_for_who_is_signed_in() {
        let (family, token) = sign_in();
        let shorter = RefreshTerms { absolute: HOUR, ..RefreshTerms::default() };
        let now = Time(0) + HOUR;
        assert_eq!(family.present(&token, random(2), &shorter, now), Presented::Expired);
    }

    #[test]
    fn a_token_round_trips_through_its_text_and_nothing_else_is_one() {
        let (_, token) = sign_in();
        let text = token.reveal();
        assert_eq!(text.len(), 64);
        assert_eq!(text.parse(), Ok(token.clone()));
        let long = format!("{}A", text.as_str());
        for other in ["", "bob", &text[1..], &long, &text.replace(&text[..1], "*")] {
            assert_eq!(other.parse::<RefreshToken>(), Err(RefreshTokenError), "{other}");
        }
        assert!(!format!("{token:?} {:?}", token.family()).contains(&text[..8]));
    }
}
