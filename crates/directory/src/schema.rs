//! JSON Schema of the types that are written as a text, a number or a list.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::limits::{
    MAX_LOGIN_CHARS, MAX_NAME_CHARS, MAX_REPLY_CHARS, MAX_SECONDS, MAX_SHORTCUT_CHARS,
    MAX_TEXT_CHARS, MAX_TITLE_CHARS,
};
use crate::noun::{
    Delivery, LoginName, Name, OverflowThen, QuickReplyId, ReplyOwner, ReplyText, Rights, Ringing,
    Seconds, Shortcut, Text, Title, WhenClosed, WhenNobody,
};

macro_rules! schema {
    ($($type:ident: $schema:tt),+ $(,)?) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

schema!(
    Name: { "type": "string", "minLength": 1, "maxLength": MAX_NAME_CHARS },
    Text: { "type": "string", "minLength": 1, "maxLength": MAX_TEXT_CHARS },
    Title: { "type": "string", "minLength": 1, "maxLength": MAX_TITLE_CHARS },
    ReplyText: { "type": "string", "minLength": 1, "maxLength": MAX_REPLY_CHARS },
    Shortcut: { "type": "string", "pattern": "^[a-z0-9_-]+$", "maxLength": MAX_SHORTCUT_CHARS },
    QuickReplyId: { "type": "string", "pattern": "^q[1-9][0-9]*$" },
    ReplyOwner: { "type": "string", "pattern": "^(agent|team):[A-Za-z0-9._-]{1,64}$" },
    LoginName: {
        "type": "string", "pattern": "^[A-Za-z0-9._+@-]+$", "maxLength": MAX_LOGIN_CHARS
    },
    Seconds: { "type": "integer", "minimum": 0, "maximum": MAX_SECONDS },
    Rights: {
        "type": "array", "items": { "enum": ["answer", "listen", "manage"] }, "maxItems": 3
    },
    Ringing: { "enum": ["longest_idle", "round_robin", "all_at_once"] },
    Delivery: { "enum": ["push", "pull"] },
    WhenNobody: {
        "type": "string", "pattern": "^(reject|wait|queue|team:[A-Za-z0-9._-]{1,64})$"
    },
    WhenClosed: { "type": "string", "pattern": "^(refuse|queue|team:[A-Za-z0-9._-]{1,64})$" },
    OverflowThen: { "type": "string", "pattern": "^(stay|refuse|team:[A-Za-z0-9._-]{1,64})$" },
);

#[cfg(test)]
mod tests {
    use schemars::schema_for;
    use serde_json::{Value, json};

    use super::*;
    use crate::noun::{Agent, Channel, Team};
    use crate::rule::{Change, Refusal};

    fn required(schema: &Schema) -> Vec<&str> {
        let required = schema.get("required").and_then(Value::as_array);
        required.unwrap().iter().filter_map(Value::as_str).collect()
    }

    #[test]
    fn a_body_needs_only_what_has_no_default() {
        assert_eq!(required(&schema_for!(Team)), ["id", "name"]);
        assert_eq!(required(&schema_for!(Channel)), ["id", "name", "medium", "team"]);
        assert_eq!(required(&schema_for!(Agent)), ["id", "name"]);
    }

    #[test]
    fn the_schema_names_every_field_as_it_is_written() {
        let team = Team::from_json(&json!({
            "id": "a", "name": "A", "wrap_up_s": 1, "typical_talk_s": 1, "texts": { "full": "F" },
            "overflow": { "then": "refuse" }, "hours": { "zone": "UTC", "weekly": [] },
        }))
        .unwrap();
        let written = serde_json::to_value(team).unwrap();
        let schema = schema_for!(Team);
        let known = schema.get("properties").and_then(Value::as_object).unwrap();
        let missing: Vec<_> =
            written.as_object().unwrap().keys().filter(|key| !known.contains_key(*key)).collect();
        assert_eq!((missing, known.len()), (vec![], 12));
        let channel = Channel::from_json(&json!({
            "id": "a", "name": "A", "medium": "voice", "team": "a", "enabled": false,
            "priority": 1, "hours": { "zone": "UTC", "weekly": [] }, "when_closed": "queue",
            "texts": { "full": "F" },
        }))
        .unwrap();
        let written = serde_json::to_value(channel).unwrap();
        let schema = schema_for!(Channel);
        let known = schema.get("properties").and_then(Value::as_object).unwrap();
        assert!(written.as_object().unwrap().keys().eq(known.keys()), "{written}");
    }

    #[test]
    fn no_schema_speaks_of_a_hash() {
        let change = serde_json::to_string(&schema_for!(Change)).unwrap();
        let refusal = serde_json::to_string(&schema_for!(Refusal)).unwrap();
        assert!(change.contains("password_set") && !change.contains("hash"));
        assert!(refusal.contains("stand_in_circle"));
    }
}
