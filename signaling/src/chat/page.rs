//! Messages as they stand on the wire, and how many of them make a page.

use call_core::{Author, Body};

use super::Said;
use super::limits::FRAME_BYTES;
use super::wire::{ChatFile, ChatMessage, Writer};

/// What a page says beside its messages.
const ENVELOPE_BYTES: usize = 512;

/// A message as it stands on the wire.
pub(super) fn message(said: &Said) -> ChatMessage {
    let message = &said.message;
    let from = match &message.author {
        Author::Person { person, name } => {
            Some(Writer { person: person.clone(), name: name.clone() })
        }
        Author::Automatic => None,
    };
    let file = match &message.body {
        Body::Text(_) => None,
        Body::File(note) => Some(ChatFile {
            id: note.file,
            name: note.name.clone(),
            media_type: note.media_type.clone(),
            bytes: note.bytes,
            sha256: note.sha256,
        }),
    };
    ChatMessage {
        number: message.number,
        id: message.id.clone(),
        from,
        audience: message.audience,
        at_ms: said.at,
        text: message.body.text().to_owned(),
        file,
    }
}

/// The last of these messages, as many as go into one frame and at least one; and whether all did.
pub(super) fn that_fit(said: &[Said]) -> (Vec<ChatMessage>, bool) {
    let mut room = FRAME_BYTES - ENVELOPE_BYTES;
    let mut page = Vec::new();
    for message in said.iter().rev().map(message) {
        let bytes = serde_json::to_string(&message).map_or(usize::MAX, |text| text.len() + 1);
        if bytes > room && !page.is_empty() {
            break;
        }
        room = room.saturating_sub(bytes);
        page.push(message);
    }
    page.reverse();
    let all = page.len() == said.len();
    (page, all)
}
