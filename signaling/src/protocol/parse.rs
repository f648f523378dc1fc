use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::client::{Command, Hello, MAX_REQUEST_ID};
use super::error::{Fault, WireError};

/// The longest piece of a parser's complaint that is sent back.
const MAX_DETAIL_CHARS: usize = 200;

/// A message taken apart as far as it is right.
#[derive(Debug)]
pub enum Parsed {
    /// Who is there.
    Hello(Box<Hello>),
    /// A request with a usable id; the command may still be wrong.
    Request {
        /// Under which to answer or refuse.
        id: u64,
        /// The command, or why it is none.
        command: Result<Command, WireError>,
    },
    /// A ping.
    Ping,
}

/// Takes a client's message apart, in steps, so that what is wrong is named as precisely as can be
/// and a bad command is refused under its request's id.
///
/// # Errors
///
/// Everything wrong that belongs to no request: half JSON, another type, an unusable id.
pub fn parse(text: &str) -> Result<Parsed, WireError> {
    let mut message: Map<String, Value> = serde_json::from_str(text).map_err(|e| malformed(&e))?;
    let kind = message.remove("type");
    match kind.as_ref().and_then(Value::as_str) {
        Some("hello") => typed(Value::Object(message)).map(|hello| Parsed::Hello(Box::new(hello))),
        Some("request") => request(message),
        Some("ping") if message.is_empty() => Ok(Parsed::Ping),
        Some("ping") => Err(Fault::Malformed.because("A ping has no other field.")),
        Some(_) => Err(Fault::UnknownType.into()),
        None => Err(Fault::Malformed.because("The message has no type.")),
    }
}

fn request(mut message: Map<String, Value>) -> Result<Parsed, WireError> {
    let id = message.remove("id").as_ref().and_then(Value::as_u64);
    let id = id.filter(|id| *id <= MAX_REQUEST_ID).ok_or_else(|| {
        Fault::Malformed.because("The request's id is not an integer from 0 to 2^53 - 1.")
    })?;
    let command = message.remove("command");
    let command = if let Some(other) = message.keys().next() {
        Err(Fault::Malformed.because(format!("A request has no field `{}`.", shortened(other))))
    } else {
        command.map_or_else(|| Err(Fault::Malformed.because("There is no command.")), self::command)
    };
    Ok(Parsed::Request { id, command })
}

fn command(value: Value) -> Result<Command, WireError> {
    let name = value.get("name").and_then(Value::as_str);
    let name = name.ok_or_else(|| Fault::Malformed.because("The command has no name."))?;
    if !Command::NAMES.contains(&name) {
        return Err(Fault::UnknownCommand.into());
    }
    typed(value)
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T, WireError> {
    serde_json::from_value(value).map_err(|error| malformed(&error))
}

/// A text frame of a data channel, as far as it is one of these types of message, and no longer
/// than so many bytes.
pub(crate) fn taken_apart(
    text: &str,
    longest: usize,
    types: &[&'static str],
) -> Result<(&'static str, Map<String, Value>), WireError> {
    if text.len() > longest {
        return Err(Fault::TooLarge.into());
    }
    let message: Map<String, Value> = serde_json::from_str(text).map_err(|e| malformed(&e))?;
    let kind = message.get("type").and_then(Value::as_str);
    let kind = kind.ok_or_else(|| Fault::Malformed.because("The message has no type."))?;
    let kind = types.iter().find(|known| **known == kind).ok_or(Fault::UnknownType)?;
    Ok((kind, message))
}

/// The error with the parser's complaint, as far as it is fit to be sent back.
pub(crate) fn malformed(error: &serde_json::Error) -> WireError {
    Fault::Malformed
        .because(format!("The message is malformed: {}.", shortened(&error.to_string())))
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_DETAIL_CHARS).collect()
}
