//! Sign-in by password, administration, records, transcripts and quick replies: JSON over HTTP.
//!
//! Every route stands in one table together with what `/v1/openapi.json` says about it. Who asks is
//! told by a token, what it may do by the directory as it is at that moment; the rules themselves
//! are the `directory` crate's, and what is stored is the [`Office`]'s.

mod agents;
mod api;
mod body;
mod by;
mod channels;
mod entrance;
mod error;
mod files;
mod members;
mod office;
mod quick_replies;
mod records;
mod sign_in;
mod teams;
mod transcript;
mod whole;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use directory::limits::MAX_DOCUMENT_BYTES;
use tokio::time::Instant;

use crate::app::AppState;
use crate::limits::Passwords;
use crate::protocol::{Fault, WireError};
use crate::source::Source;
use api::Api;
use error::RestError;
pub use office::{
    Amended, AuditLine, Contents, Decide, Denied, Later, Office, SignedIn, StoredFile,
};

/// The longest body of a single entry: a team with all its hours and texts.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// What the routes share; cheap to clone.
#[derive(Clone)]
pub(crate) struct Rest {
    app: AppState,
    office: Arc<dyn Office>,
    passwords: Arc<Passwords>,
    /// Cheap to clone: it is asked for by anybody.
    document: Bytes,
}

impl Rest {
    /// Somebody of whom only the source is known asks for something that may write to the disk.
    fn spends(&self, source: Option<Source>) -> Result<(), RestError> {
        let context = self.app.context();
        let asked = context.door.guard().admin_from(source, Instant::now());
        asked.map_err(|fault| self.too_much(fault))
    }

    /// A refusal that is counted with those on the socket.
    fn too_much(&self, fault: Fault) -> RestError {
        let error = WireError::from(fault);
        self.app.counters().refused(&error);
        error.into()
    }
}

/// The routes of an office.
pub(crate) fn router(app: AppState, office: Arc<dyn Office>) -> Router {
    let mut api = Api::new();
    sign_in::routes(&mut api);
    agents::routes(&mut api);
    members::routes(&mut api);
    teams::routes(&mut api);
    channels::routes(&mut api);
    entrance::routes(&mut api);
    whole::routes(&mut api);
    records::routes(&mut api);
    quick_replies::routes(&mut api);
    transcript::routes(&mut api);
    files::routes(&mut api);
    let (small, mut document) = api.finish();
    let mut api = Api::new();
    whole::large_routes(&mut api);
    let (large, more) = api.finish();
    merge(&mut document, &more);
    let limits = app.limits();
    let passwords =
        Passwords::new(limits.failed_sign_ins_per_source, limits.failed_sign_ins_per_login);
    let rest =
        Rest { app, office, passwords: Arc::new(passwords), document: document.to_string().into() };
    small
        .route("/v1/openapi.json", get(openapi))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .merge(large.layer(DefaultBodyLimit::max(MAX_DOCUMENT_BYTES)))
        .method_not_allowed_fallback(|| std::future::ready(RestError::WrongMethod))
        .with_state(rest)
}

/// Adds the paths and schemas of a second document.
fn merge(document: &mut serde_json::Value, more: &serde_json::Value) {
    for part in ["/paths", "/components/schemas"] {
        let from = more.pointer(part).and_then(serde_json::Value::as_object);
        let into = document.pointer_mut(part).and_then(serde_json::Value::as_object_mut);
        if let (Some(into), Some(from)) = (into, from) {
            into.extend(from.clone());
        }
    }
}

/// `GET /v1/openapi.json`
async fn openapi(State(rest): State<Rest>) -> Response {
    let answer = ([(CONTENT_TYPE, "application/json")], rest.document);
    std::future::ready(answer.into_response()).await
}
