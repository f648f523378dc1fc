//! What a request is answered with when it is not done.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use directory::{Problem, Problems, Refusal};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::office::Denied;
use crate::protocol::{Fault, WireError};

/// How long whoever comes while too many passwords are checked is told to wait: a check takes some
/// tens of milliseconds.
const BUSY_RETRY_MS: u64 = 1_000;

/// Why a request was not done.
#[derive(Debug)]
pub(super) enum RestError {
    /// As on the socket.
    Wire(WireError),
    /// By the office.
    Denied(Denied),
    /// There is nothing of that id.
    NotFound,
    /// The path is one, but takes other methods.
    WrongMethod,
}

/// The form of every error, for the documents.
#[derive(Serialize, JsonSchema)]
pub(super) struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Serialize, JsonSchema)]
struct ErrorDetail {
    /// Stable, for programs.
    code: String,
    /// A sentence for people.
    message: String,
    /// The field that is wrong, if it is one.
    field: Option<String>,
    /// Everything that is wrong, with the code `invalid`.
    problems: Option<Vec<Problem>>,
    /// When to try again.
    retry_after_ms: Option<u64>,
    /// The message that is damaged, with the code `damaged`.
    number: Option<u64>,
}

impl From<WireError> for RestError {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

impl From<Fault> for RestError {
    fn from(fault: Fault) -> Self {
        Self::Wire(fault.into())
    }
}

impl From<Denied> for RestError {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Problems> for RestError {
    fn from(problems: Problems) -> Self {
        Self::Denied(problems.into())
    }
}

impl From<Refusal> for RestError {
    fn from(refusal: Refusal) -> Self {
        Self::Denied(refusal.into())
    }
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        match self {
            Self::Wire(error) => error.into_response(),
            Self::NotFound => {
                plain(StatusCode::NOT_FOUND, "not_found", "There is nothing of that id.")
            }
            Self::WrongMethod => {
                let message = "This path does not take that method; Allow says which it takes.";
                plain(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
            }
            Self::Denied(denied) => answer(denied),
        }
    }
}

/// The one place that chooses a status for what the office denies.
fn answer(denied: Denied) -> Response {
    let message = denied.to_string();
    match denied {
        Denied::Refused(refusal) => refused(&refusal),
        Denied::Wrong(problems) => invalid(&problems),
        Denied::Password(error) => {
            let mut body = error_of(error.code(), &message);
            body.insert("field".to_owned(), json!("password"));
            respond(StatusCode::UNPROCESSABLE_ENTITY, &body)
        }
        Denied::WrongPassword => {
            plain(StatusCode::UNAUTHORIZED, "wrong_login_or_password", &message)
        }
        Denied::SignedOut => plain(StatusCode::UNAUTHORIZED, "signed_out", &message),
        Denied::Busy => {
            let mut body = error_of("overloaded", &message);
            body.insert("retry_after_ms".to_owned(), json!(BUSY_RETRY_MS));
            let mut response = respond(StatusCode::SERVICE_UNAVAILABLE, &body);
            let wait = (BUSY_RETRY_MS / 1_000).into();
            response.headers_mut().insert(RETRY_AFTER, wait);
            response
        }
        Denied::Damaged { number, .. } => {
            let mut body = error_of("damaged", &message);
            body.insert("number".to_owned(), json!(number));
            respond(StatusCode::INTERNAL_SERVER_ERROR, &body)
        }
        Denied::Full => plain(StatusCode::INSUFFICIENT_STORAGE, "storage_full", &message),
        Denied::Failed => plain(StatusCode::SERVICE_UNAVAILABLE, "storage_failed", &message),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let mut body = match serde_json::to_value(refusal) {
        Ok(Value::Object(body)) => body,
        Ok(_) | Err(_) => error_of(refusal.code(), ""),
    };
    body.insert("message".to_owned(), json!(refusal.to_string()));
    if let Some(field) = refusal.field() {
        body.insert("field".to_owned(), json!(field));
    }
    let status = match refusal {
        Refusal::NotPermitted { .. } => StatusCode::FORBIDDEN,
        Refusal::UnknownAgent { .. }
        | Refusal::UnknownChannel { .. }
        | Refusal::UnknownQuickReply { .. }
        | Refusal::UnknownTeam { field: "team", .. } => StatusCode::NOT_FOUND,
        Refusal::UnknownTeam { .. }
        | Refusal::AgentIsRemoved { .. }
        | Refusal::AgentIsActive { .. }
        | Refusal::IdTaken { .. }
        | Refusal::LoginTaken { .. }
        | Refusal::LoginMissing { .. }
        | Refusal::LastOwner
        | Refusal::TargetIsSelf
        | Refusal::TeamInUse { .. }
        | Refusal::StandInCircle { .. }
        | Refusal::ShortcutTaken { .. }
        | Refusal::ChangedMeanwhile { .. }
        | Refusal::TooMany { .. } => StatusCode::CONFLICT,
    };
    respond(status, &body)
}

fn invalid(problems: &Problems) -> Response {
    let mut body = error_of("invalid", &problems.to_string());
    if let Some(first) = problems.iter().next() {
        body.insert("field".to_owned(), json!(first.field));
    }
    body.insert("problems".to_owned(), json!(problems));
    respond(StatusCode::UNPROCESSABLE_ENTITY, &body)
}

fn plain(status: StatusCode, code: &str, message: &str) -> Response {
    respond(status, &error_of(code, message))
}

fn error_of(code: &str, message: &str) -> Map<String, Value> {
    let both = [("code", code), ("message", message)];
    both.map(|(key, value)| (key.to_owned(), json!(value))).into_iter().collect()
}

fn respond(status: StatusCode, error: &Map<String, Value>) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
