use call_core::{ConversationId, MessageId};
use serde_json::{Map, Value};

use super::limits::CHUNK_BYTES;
use super::wire::FilesClientMessage;
use crate::protocol::{Fault, WireError, malformed, taken_apart};

/// Every type of message a client may send.
const TYPES: [&str; 5] = ["offer", "abort", "fetch", "stop", "ping"];

/// A text frame taken apart as far as it is right.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// A message.
    Message(FilesClientMessage),
    /// An offer that is wrong, but says under which name to refuse it.
    BadOffer {
        /// What its client calls it.
        upload: MessageId,
        /// What is wrong.
        error: WireError,
    },
    /// A wish that is wrong, but says which message it is about.
    BadFetch {
        /// Where.
        conversation: ConversationId,
        /// The message's number.
        number: u64,
        /// What is wrong.
        error: WireError,
    },
}

/// Takes a client's frame apart, so that what is wrong is named as precisely as can be.
///
/// # Errors
///
/// Everything wrong that belongs to no offer and no wish: too long, half JSON, another type.
pub fn parse(text: &str) -> Result<Parsed, WireError> {
    let (kind, message) = taken_apart(text, CHUNK_BYTES, &TYPES)?;
    let offered = (kind == "offer").then(|| upload(&message)).flatten();
    let wished = (kind == "fetch").then(|| place(&message)).flatten();
    let error = match serde_json::from_value::<FilesClientMessage>(Value::Object(message)) {
        Ok(message) if message.is_in_range() => return Ok(Parsed::Message(message)),
        Ok(_) => Fault::Malformed.because("A number is out of its range."),
        Err(error) => malformed(&error),
    };
    match (offered, wished) {
        (Some(upload), _) => Ok(Parsed::BadOffer { upload, error }),
        (None, Some((conversation, number))) => {
            Ok(Parsed::BadFetch { conversation, number, error })
        }
        (None, None) => Err(error),
    }
}

fn upload(message: &Map<String, Value>) -> Option<MessageId> {
    message.get("upload")?.as_str()?.parse().ok()
}

fn place(message: &Map<String, Value>) -> Option<(ConversationId, u64)> {
    let conversation = message.get("conversation")?.as_str()?.parse().ok()?;
    Some((conversation, message.get("number")?.as_u64()?))
}
