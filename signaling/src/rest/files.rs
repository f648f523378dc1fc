//! What is in a file that was sent in a chat, for programs and for those who read its record.

use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use call_core::{ConversationId, FileId, MessageAudience, PersonId, is_picture};

use super::Rest;
use super::api::{Api, Operation};
use super::body::{Path, id};
use super::by::Known;
use super::error::RestError;
use super::transcript::{may_read, outline};

/// What is no picture is bytes to whoever asks, whatever its sender called it.
const BYTES: &str = "application/octet-stream";

pub(super) fn routes(api: &mut Api) {
    let about = Operation::gives(
        "What is in a file of a chat: for whoever may read its transcript",
        &["application/octet-stream", "image/png", "image/jpeg", "image/gif", "image/webp"],
    );
    api.on(MethodFilter::GET, "/v1/conversations/{conversation}/files/{file}", file, &about);
}

async fn file(
    State(rest): State<Rest>,
    Known(person): Known,
    Path((conversation, file)): Path<(String, String)>,
) -> Result<Response, RestError> {
    let conversation = id::<ConversationId>(&conversation)?;
    let file = id::<FileId>(&file)?;
    let directory = rest.office.directory();
    let known = outline(&rest, conversation).await?;
    known
        .filter(|known| may_read(&directory, &person, conversation, known))
        .ok_or(RestError::NotFound)?;
    let reader = match person.id {
        PersonId::Agent(_) => MessageAudience::Agents,
        PersonId::Customer(_) => MessageAudience::Everyone,
    };
    let found = rest.office.file(conversation, reader, file).await?.ok_or(RestError::NotFound)?;
    let note = &found.note;
    let media_type = if is_picture(&note.media_type) { &note.media_type } else { BYTES };
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_LENGTH, note.bytes.to_string()),
        (CONTENT_DISPOSITION, disposition(&note.name)),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(found.contents)).into_response())
}

/// To be saved under this name (RFC 6266): for old clients in ASCII, for all others as it is
/// (RFC 8187).
fn disposition(name: &str) -> String {
    let plain = |char: char| char.is_ascii_graphic() || char == ' ';
    let safe = |char: char| plain(char) && !matches!(char, '"' | '\\' | '%' | ';');
    let ascii: String = name.chars().map(|char| if safe(char) { char } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            write!(value, "%{byte:02X}").expect("a text takes all");
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_of_any_script_is_saved_and_breaks_out_of_nothing() {
        for (name, value) in [
            ("a b.png", "attachment; filename=\"a b.png\"; filename*=UTF-8''a%20b.png"),
            (
                "Größe\".pdf",
                "attachment; filename=\"Gr__e_.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%22.pdf",
            ),
            (
                "a\r\nSet-Cookie: x;\\",
                "attachment; filename=\"a__Set-Cookie: x__\"; \
                 filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3B%5C",
            ),
        ] {
            assert_eq!(disposition(name), value);
        }
    }
}
