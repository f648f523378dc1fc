use std::collections::BTreeSet;

use jsonschema::Validator;
use serde::Serialize;
use serde_json::{Value, json};
use signaling::Limits;
use signaling::auth::Claims;
use signaling::chat::{OTHERS, PAGES_AT_ONCE, SENDS, UNACKNOWLEDGED};
use signaling::files::REQUESTS;
use signaling::protocol::{Command, Limit, Parsed, parse, schema};

use crate::samples::{blocks, client_samples, document, server_samples};

fn text() -> String {
    std::fs::read_to_string(document("protocol.md")).unwrap()
}

/// What the document shows of a server's messages is what it sends, no more and no less.
pub(crate) fn sends_what_is_shown<M: Serialize>(of: &str, block: &str, sent: &[M]) {
    let validator = validator(of);
    let written: Vec<Value> =
        sent.iter().map(|message| serde_json::to_value(message).unwrap()).collect();
    let shown = blocks(block);
    for message in &written {
        assert!(validator.is_valid(message), "{message}");
        assert!(shown.contains(message), "not in the document: {message:#}");
    }
    for message in &shown {
        assert!(written.contains(message), "the server never sends: {message:#}");
    }
}

/// What the document shows of a client's messages is taken, but not with a field it does not know.
/// Gives how many it shows.
pub(crate) fn takes_what_is_shown(of: &str, block: &str, is_taken: impl Fn(&str) -> bool) -> usize {
    let validator = validator(of);
    let samples = blocks(block);
    for sample in &samples {
        assert!(is_taken(&sample.to_string()), "{sample}");
        assert!(validator.is_valid(sample), "{sample}");
        let mut strange = sample.clone();
        strange["strange"] = json!(1);
        assert!(!validator.is_valid(&strange), "{strange}");
        assert!(!is_taken(&strange.to_string()), "{strange}");
    }
    samples.len()
}

/// A validator for one side of the schema.
pub(crate) fn validator(of: &str) -> Validator {
    let mut schema = schema();
    schema.as_object_mut().unwrap().remove("anyOf");
    schema["$ref"] = json!(format!("#/$defs/{of}"));
    jsonschema::validator_for(&schema).unwrap()
}

/// The values of a constant or enumerated property, wherever it stands in the schema.
fn constants(schema: &Value, key: &str, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(value) = fields.get(key).and_then(|key| key.get("const")) {
                found.insert(value.as_str().unwrap().to_owned());
            }
            fields.values().for_each(|value| constants(value, key, found));
        }
        Value::Array(values) => values.iter().for_each(|value| constants(value, key, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_schema_is_the_one_in_the_documents() {
    let path = document("protocol.schema.json");
    let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == generated, "UPDATE=1 cargo test -p trefoil-signaling documents");
}

#[test]
fn every_client_sample_is_taken_and_fits_the_schema() {
    let validator = validator("ClientMessage");
    let samples = client_samples();
    assert!(samples.len() > 20, "{}", samples.len());
    for sample in samples {
        match parse(&sample.to_string()) {
            Ok(Parsed::Hello(_) | Parsed::Ping) => {}
            Ok(Parsed::Request { command, .. }) => {
                assert!(command.is_ok(), "{sample}: {command:?}");
            }
            Err(error) => panic!("{sample}: {error:?}"),
        }
        assert!(validator.is_valid(&sample), "{sample}");
        let mut strange = sample.clone();
        strange["strange"] = json!(1);
        assert!(!validator.is_valid(&strange), "{strange}");
        assert!(!matches!(parse(&strange.to_string()), Ok(Parsed::Hello(_) | Parsed::Ping)));
    }
}

#[test]
fn every_command_has_its_sample() {
    let shown: BTreeSet<_> = client_samples()
        .iter()
        .filter_map(|sample| sample["command"]["name"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(shown, Command::NAMES.map(str::to_owned).into());
}

#[test]
fn every_server_sample_is_what_the_server_would_send() {
    sends_what_is_shown("ServerMessage", "server", &server_samples());
}

#[test]
fn the_schema_refuses_what_the_server_never_sends() {
    let validator = validator("ServerMessage");
    for message in server_samples() {
        let mut message = serde_json::to_value(message).unwrap();
        message["type"] = json!("hello");
        assert!(!validator.is_valid(&message), "{message}");
    }
    assert!(!validator.is_valid(&json!({"type": "answer", "id": 1})));
    assert!(!validator.is_valid(&json!({"type": "view", "cursor": 1, "conversation": {}})));
}

#[test]
fn every_limit_is_described_with_its_default() {
    let Limits {
        messages,
        outstanding_requests,
        sockets_per_source,
        sockets,
        sign_ins_per_source,
        sign_ins_per_person,
        failed_sign_ins_per_source,
        failed_sign_ins_per_login,
        legs_per_source,
        legs_per_person,
        calls_per_source,
        calls_per_person,
        demo_tokens_per_source,
        admin_per_source,
        admin_per_person,
        conversations,
        conversations_per_source,
        ..
    } = Limits::default();
    let text = text();
    for limit in Limit::ALL {
        let default = match limit {
            Limit::Messages => messages.to_string(),
            Limit::Requests => outstanding_requests.to_string(),
            Limit::SocketsPerSource => sockets_per_source.to_string(),
            Limit::Sockets => sockets.to_string(),
            // Closed without a word: never on the wire.
            Limit::ConnectionsPerSource | Limit::Connections => continue,
            Limit::SignInsPerSource => sign_ins_per_source.to_string(),
            Limit::SignInsPerPerson => sign_ins_per_person.to_string(),
            Limit::FailedSignInsPerSource => failed_sign_ins_per_source.to_string(),
            Limit::FailedSignInsPerLogin => failed_sign_ins_per_login.to_string(),
            Limit::LegsPerSource => legs_per_source.to_string(),
            Limit::LegsPerPerson => legs_per_person.to_string(),
            // The media plane's.
            Limit::Legs => "3000".to_owned(),
            Limit::CallsPerSource => calls_per_source.to_string(),
            Limit::CallsPerPerson => calls_per_person.to_string(),
            Limit::ConversationsPerSource => conversations_per_source.to_string(),
            Limit::Conversations => conversations.to_string(),
            Limit::AdminPerSource => admin_per_source.to_string(),
            Limit::AdminPerPerson => admin_per_person.to_string(),
            Limit::ChatMessages => SENDS.to_string(),
            Limit::ChatUnacknowledged => UNACKNOWLEDGED.to_string(),
            Limit::ChatFrames => OTHERS.to_string(),
            Limit::ChatPages => PAGES_AT_ONCE.to_string(),
            Limit::FileRequests => REQUESTS.to_string(),
            Limit::DemoTokensPerSource => demo_tokens_per_source.to_string(),
        };
        let row = format!("| `{}` | {default} |", limit.name());
        assert!(text.contains(&row), "{row}");
    }
}

#[test]
fn the_claims_shown_are_claims() {
    let shown = blocks("claims");
    assert_eq!(shown.len(), 3);
    for claims in shown {
        let read: Claims = serde_json::from_value(claims.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), claims);
    }
}

#[test]
fn every_code_and_every_kind_of_notice_is_explained() {
    let (text, schema) = (text(), schema());
    for key in ["code", "kind"] {
        let mut names = BTreeSet::new();
        constants(&schema, key, &mut names);
        assert!(names.len() > 10, "{key}: {names:?}");
        for name in names {
            assert!(text.contains(&format!("| `{name}` |")), "{key} `{name}` is not explained");
        }
    }
}
