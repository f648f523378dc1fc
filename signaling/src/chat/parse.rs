use call_core::{ConversationId, MessageId};
use serde_json::{Map, Value};

use super::limits::FRAME_BYTES;
use super::wire::ChatClientMessage;
use crate::protocol::{Fault, WireError, malformed, taken_apart};

/// Every type of message a client may send.
const TYPES: [&str; 7] = ["follow", "unfollow", "send", "page", "mark", "typing", "ping"];

/// A frame taken apart as far as it is right.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// A message.
    Message(ChatClientMessage),
    /// A message to be sent that is wrong, but says under which name to refuse it.
    BadSend {
        /// Where.
        conversation: ConversationId,
        /// What its client calls it.
        id: MessageId,
        /// What is wrong.
        error: WireError,
    },
}

/// Takes a client's frame apart, so that what is wrong is named as precisely as can be.
///
/// # Errors
///
/// Everything wrong that belongs to no message sent: too long, half JSON, another type.
pub fn parse(text: &str) -> Result<Parsed, WireError> {
    let (kind, message) = taken_apart(text, FRAME_BYTES, &TYPES)?;
    let sent = (kind == "send").then(|| name(&message)).flatten();
    let error = match serde_json::from_value::<ChatClientMessage>(Value::Object(message)) {
        Ok(message) => match message.problem() {
            None => return Ok(Parsed::Message(message)),
            Some(problem) => Fault::Malformed.because(problem),
        },
        Err(error) => malformed(&error),
    };
    match sent {
        Some((conversation, id)) => Ok(Parsed::BadSend { conversation, id, error }),
        None => Err(error),
    }
}

/// Under which name a message to be sent is refused.
fn name(message: &Map<String, Value>) -> Option<(ConversationId, MessageId)> {
    let conversation = message.get("conversation")?.as_str()?.parse().ok()?;
    let id = message.get("id")?.as_str()?.parse().ok()?;
    Some((conversation, id))
}
