use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::client::ClientMessage;
use super::server::ServerMessage;
use crate::chat::{ChatClientMessage, ChatServerMessage};
use crate::files::{FilesClientMessage, FilesServerMessage};

/// The JSON Schema of every message, generated from the types that read and write them: what a
/// client sends as the server reads it, what the server sends as it writes it.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12;
    let mut definitions = Map::new();
    let reading = || settings().for_deserialize().into();
    let writing = || settings().for_serialize().into();
    let client = side::<ClientMessage>(reading(), &mut definitions);
    let server = side::<ServerMessage>(writing(), &mut definitions);
    let chat_client = side::<ChatClientMessage>(reading(), &mut definitions);
    let chat_server = side::<ChatServerMessage>(writing(), &mut definitions);
    let files_client = side::<FilesClientMessage>(reading(), &mut definitions);
    let files_server = side::<FilesServerMessage>(writing(), &mut definitions);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The messages of trefoil.v1",
        "anyOf": [client, server, chat_client, chat_server, files_client, files_server],
        "$defs": definitions,
    })
}

fn side<T: JsonSchema>(mut generator: SchemaGenerator, into: &mut Map<String, Value>) -> Value {
    let root = generator.subschema_for::<T>().to_value();
    for (name, definition) in generator.take_definitions(true) {
        let other = into.insert(name, definition.clone());
        // A type that reads otherwise than it writes would need two names.
        assert!(other.is_none_or(|other| other == definition), "one definition per name");
    }
    root
}
