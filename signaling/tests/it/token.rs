use std::time::{Duration, SystemTime, UNIX_EPOCH};

use call_core::Rights;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use signaling::auth::{Keys, MintError, TokenError};

use crate::support::{Rig, SECRET, alice_for, bob, keys, token};

const NOW_S: u64 = 1_800_000_000;

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW_S)
}

fn claims() -> Value {
    json!({"sub": "bob", "role": "agent", "name": "Bob", "teams": ["support"],
           "iat": NOW_S, "exp": NOW_S + 60, "aud": "trefoil"})
}

fn with(key: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[key] = value;
    claims
}

fn without(key: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(key);
    claims
}

fn signed(algorithm: Algorithm, claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET);
    jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
}

fn verify(claims: &Value) -> Result<signaling::auth::Person, TokenError> {
    keys().verify(&signed(Algorithm::HS256, claims), now())
}

#[test]
fn what_is_minted_verifies_to_the_same_person() {
    for person in [bob(), alice_for(17)] {
        let token = keys().mint(&person, now(), Duration::from_mins(1)).unwrap();
        assert_eq!(keys().verify(&token, now()), Ok(person));
    }
}

#[test]
fn rights_and_priority_are_what_the_token_says() {
    let billing = "billing".parse::<call_core::TeamId>().unwrap();
    let agent =
        verify(&with("teams", json!({"support": {"answer": true}, "billing": {"manage": true}})));
    let agent = agent.unwrap();
    let answers: Vec<_> = agent.answers().map(ToString::to_string).collect();
    assert_eq!(answers, ["support"]);
    let manages = Rights { manage: true, ..Rights::default() };
    assert_eq!(agent.teams[&billing], manages);
    let token = keys().mint(&agent, now(), Duration::from_mins(1)).unwrap();
    assert_eq!(keys().verify(&token, now()), Ok(agent));

    let mut customer = without("teams");
    customer["role"] = json!("customer");
    customer["priority"] = json!(7);
    assert_eq!(verify(&customer).unwrap().priority, 7);
}

#[test]
fn a_token_holds_until_its_last_second() {
    let token = keys().mint(&bob(), now(), Duration::from_mins(1)).unwrap();
    assert!(keys().verify(&token, now() + Duration::from_secs(59)).is_ok());
    let late = keys().verify(&token, now() + Duration::from_mins(1));
    assert_eq!(late, Err(TokenError::Expired));
}

#[test]
fn a_token_from_the_future_is_not_valid_yet_beyond_a_clocks_skew() {
    assert!(verify(&with("iat", json!(NOW_S + 30))).is_ok());
    assert_eq!(verify(&with("iat", json!(NOW_S + 31))), Err(TokenError::NotYetValid));
    assert_eq!(verify(&with("nbf", json!(NOW_S + 31))), Err(TokenError::NotYetValid));
}

#[test]
fn claims_that_are_not_ours_are_refused() {
    let wrong = [
        with("aud", json!("other")),
        with("role", json!("supervisor")),
        with("role", json!(7)),
        with("sub", json!("")),
        with("sub", json!("bob smith")),
        with("sub", json!("a".repeat(65))),
        with("name", json!("n".repeat(81))),
        with("teams", json!(["no spaces"])),
        with("teams", json!("support")),
        with("teams", json!({"support": true})),
        with("teams", json!({"no spaces": {"answer": true}})),
        with("priority", json!(1)),
        with("team", json!("support")),
        with("conversation", json!("17")),
        with("exp", json!("soon")),
        with("exp", json!(-1)),
        without("aud"),
        without("exp"),
        without("sub"),
        without("role"),
        without("iat"),
    ];
    for claims in wrong {
        assert_eq!(verify(&claims), Err(TokenError::Invalid), "{claims}");
    }
    let mut customer = with("role", json!("customer"));
    assert_eq!(verify(&customer), Err(TokenError::Invalid), "a customer has no teams");
    customer.as_object_mut().unwrap().remove("teams");
    assert!(verify(&customer).is_ok());
}

#[test]
fn other_algorithms_keys_and_forgeries_are_refused() {
    let good = signed(Algorithm::HS256, &claims());
    assert!(keys().verify(&good, now()).is_ok());
    let parts: Vec<&str> = good.split('.').collect();
    // {"alg":"none","typ":"JWT"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    let other = Keys::new(b"another secret of thirty-two bytes or so").unwrap();
    let forged = [
        signed(Algorithm::HS384, &claims()),
        signed(Algorithm::HS512, &claims()),
        other.mint(&bob(), now(), Duration::from_mins(1)).unwrap(),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}x.{}", parts[0], parts[1], parts[2]),
        String::new(),
        "..".to_owned(),
        "a".repeat(100_000),
    ];
    for token in forged {
        assert_eq!(keys().verify(&token, now()), Err(TokenError::Invalid), "{token}");
    }
}

#[test]
fn a_short_secret_is_refused() {
    assert_eq!(Keys::new(b"short").unwrap_err(), MintError::SecretTooShort { bytes: 5 });
}

#[test]
fn neither_keys_nor_people_show_themselves_in_logs() {
    assert_eq!(format!("{:?}", keys()), "Keys(set)");
    assert!(!format!("{:?}", bob()).contains("Bob"));
}

#[tokio::test(start_paused = true)]
async fn a_bad_token_ends_the_socket_with_its_reason() {
    let expired = SystemTime::now() - Duration::from_secs(100);
    let expired = keys().mint(&bob(), expired, Duration::from_secs(50)).unwrap();
    let early = SystemTime::now() + Duration::from_hours(1);
    let early = keys().mint(&bob(), early, Duration::from_secs(50)).unwrap();
    let mut wrong = token(&bob());
    wrong.truncate(wrong.len() - 2);
    for (token, code) in
        [(expired, "token_expired"), (early, "token_invalid"), (wrong, "token_invalid")]
    {
        let mut rig = Rig::new();
        rig.sends(&json!({"type": "hello", "token": token}));
        rig.ends_with(code, 4401).await;
        rig.driver_hears_nothing();
    }
}
