//! Tokens as an embedding application would mint them: JWT, HS256, made by hand from RFC 7515 so
//! that the server's own code is not what vouches for itself.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// How long a token is good for unless said otherwise.
const LIFETIME_S: i64 = 3600;

/// What a token says; [`Claims::sign`] makes it one.
#[derive(Clone, Debug)]
pub struct Claims {
    said: Map<String, Value>,
    /// A token that somebody else has signed.
    signed: Option<String>,
}

impl Claims {
    /// A customer who may call any team.
    pub fn customer(id: &str) -> Self {
        Self::person(id, "customer")
    }

    /// An agent of some teams.
    pub fn agent(id: &str, teams: &[&str]) -> Self {
        Self::person(id, "agent").with("teams", json!(teams))
    }

    /// What a server has signed itself, as it gives it to whoever signs in by password.
    pub fn ready(token: impl Into<String>) -> Self {
        Self { said: Map::new(), signed: Some(token.into()) }
    }

    fn person(id: &str, role: &str) -> Self {
        let now = now_s();
        let claims = json!({
            "sub": id,
            "role": role,
            "name": id,
            "aud": "trefoil",
            "iat": now,
            "exp": now + LIFETIME_S,
        });
        let Value::Object(map) = claims else { unreachable!("the literal above is an object") };
        Self { said: map, signed: None }
    }

    /// Sets or replaces one claim.
    #[must_use]
    pub fn with(mut self, claim: &str, value: Value) -> Self {
        self.said.insert(claim.to_owned(), value);
        self
    }

    /// The same token, expired for an hour.
    #[must_use]
    pub fn expired(self) -> Self {
        let then = now_s() - LIFETIME_S;
        self.with("iat", json!(then - LIFETIME_S)).with("exp", json!(then))
    }

    /// Signs with HS256.
    pub fn sign(&self, secret: &[u8]) -> String {
        if let Some(token) = &self.signed {
            return token.clone();
        }
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
        let claims = URL_SAFE_NO_PAD.encode(Value::Object(self.said.clone()).to_string());
        let signed = format!("{header}.{claims}");
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes any key length");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}

fn now_s() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    i64::try_from(elapsed.as_secs()).expect("seconds since 1970 fit in 63 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_three_parts_whose_claims_can_be_read() {
        let token = Claims::agent("bob", &["support"]).expired().sign(b"secret");
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3);
        let claims: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        assert_eq!(claims["sub"], "bob");
        assert_eq!(claims["teams"], json!(["support"]));
        assert!(claims["exp"].as_i64().unwrap() < now_s());
    }

    #[test]
    fn the_signature_depends_on_secret_and_claims() {
        let bob = Claims::customer("bob");
        assert_ne!(bob.sign(b"one"), bob.sign(b"two"));
        assert_ne!(bob.sign(b"one"), bob.with("sub", json!("eve")).sign(b"one"));
    }
}
