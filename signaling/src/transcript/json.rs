use call_core::{ContentHash, FileId, FileNote, MessageAudience, Time};
use schemars::JsonSchema;
use serde::Serialize;

use super::clock::utc;
use super::{Form, Head, writer};
use crate::chat::{Said, Writer};

/// A transcript as JSON.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Transcript")]
pub(crate) struct Document {
    #[serde(flatten)]
    head: Head,
    /// In the one order of all. Numbers that are missing are notes of which this is not the copy.
    messages: Vec<Written>,
}

/// A message of a transcript.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TranscriptMessage")]
struct Written {
    /// Its place: 1, 2, 3 and so on, notes between agents included.
    number: u64,
    /// When it was recorded: RFC 3339, in UTC.
    at: String,
    /// The same in milliseconds since 1970.
    at_ms: Time,
    /// Who wrote it; null for an automatic one.
    from: Option<Writer>,
    /// For whom.
    audience: MessageAudience,
    /// What; plain text, perhaps none beside a file.
    text: String,
    /// The file it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<Carried>,
}

/// A file in a transcript. What is in it is not.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TranscriptFile")]
struct Carried {
    id: FileId,
    name: String,
    media_type: String,
    bytes: u64,
    sha256: ContentHash,
}

impl From<&FileNote> for Carried {
    fn from(note: &FileNote) -> Self {
        let FileNote { file, name, media_type, bytes, sha256, .. } = note;
        let (id, bytes, sha256) = (*file, *bytes, *sha256);
        Self { id, name: name.clone(), media_type: media_type.clone(), bytes, sha256 }
    }
}

impl Written {
    fn of(Said { at, message }: &Said) -> Self {
        Self {
            number: message.number,
            at: utc(*at),
            at_ms: *at,
            from: writer(message),
            audience: message.audience,
            text: message.body.text().to_owned(),
            file: message.body.file().map(Carried::from),
        }
    }
}

/// Writes a [`Document`], a message to a line.
pub(super) struct Json {
    head: Head,
    written: bool,
}

impl Json {
    pub(super) fn new(head: Head) -> Self {
        Self { head, written: false }
    }
}

impl Form for Json {
    fn begin(&mut self) -> String {
        let mut head = plain(&self.head);
        assert_eq!(head.pop(), Some('}'), "a head is an object");
        head + ",\"messages\":[\n"
    }

    fn message(&mut self, said: &Said) -> String {
        let before = if std::mem::replace(&mut self.written, true) { ",\n" } else { "" };
        before.to_owned() + &plain(&Written::of(said))
    }

    fn end(&mut self) -> String {
        "\n]}\n".to_owned()
    }
}

fn plain<T: Serialize>(part: &T) -> String {
    serde_json::to_string(part).expect("a transcript is plain data")
}
