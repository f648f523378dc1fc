//! The directory as a whole, and what was done to it.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use directory::{Change, Document, Format, Needs, Refusal, may_administer, plan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Rest;
use super::api::{Api, Operation, of};
use super::body::{Body, bytes};
use super::by::By;
use super::error::RestError;
use super::office::{AuditLine, Denied};
use crate::protocol::Fault;

const DIRECTORY: &str = "/v1/admin/directory";
/// Lines of the audit in one answer, unless asked otherwise.
const AUDIT_LINES: u32 = 100;
const TOML: &str = "application/toml";

/// What an import changes, or would change.
#[derive(Serialize, JsonSchema)]
struct Import {
    /// Whether it was done.
    applied: bool,
    /// In order.
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Trial {
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize)]
struct Page {
    limit: Option<u32>,
    before: Option<u64>,
}

pub(super) fn routes(api: &mut Api) {
    let about = Operation::says("Who changed what, the latest first", of::<Vec<AuditLine>>)
        .with(&[("limit", "At most so many"), ("before", "Only those before this number")]);
    api.on(MethodFilter::GET, "/v1/admin/audit", audit, &about);
}

/// Those that take or give a whole document.
pub(super) fn large_routes(api: &mut Api) {
    let about =
        Operation::says("The whole directory as a document, without passwords", of::<Value>);
    api.on(MethodFilter::GET, DIRECTORY, export, &about.also(&[TOML]));
    let about = Operation::says("Make the directory what a document says", of::<Import>)
        .taking(of::<Value>)
        .taking_also(&[TOML])
        .with(&[("dry_run", "`true` only says what would change")]);
    api.on(MethodFilter::PUT, DIRECTORY, import, &about);
}

fn owners_only(rest: &Rest, by: &By) -> Result<(), RestError> {
    if may_administer(&rest.office.directory(), &by.actor()) {
        return Ok(());
    }
    Err(Refusal::NotPermitted { needs: Needs::Owner }.into())
}

/// JSON, unless TOML is asked for or sent.
fn format(headers: &HeaderMap, named: axum::http::HeaderName) -> Format {
    let text = headers.get(named).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text.contains("toml") { Format::Toml } else { Format::Json }
}

async fn export(
    State(rest): State<Rest>,
    by: By,
    headers: HeaderMap,
) -> Result<Response, RestError> {
    owners_only(&rest, &by)?;
    let format = format(&headers, ACCEPT);
    let kind = match format {
        Format::Toml => TOML,
        Format::Json => "application/json",
    };
    let text = Document::of(&rest.office.directory()).write(format);
    std::future::ready(Ok(([(CONTENT_TYPE, kind)], text).into_response())).await
}

async fn import(
    State(rest): State<Rest>,
    by: By,
    headers: HeaderMap,
    trial: Result<Query<Trial>, axum::extract::rejection::QueryRejection>,
    body: Body,
) -> Result<Json<Import>, RestError> {
    owners_only(&rest, &by)?;
    let Query(Trial { dry_run }) = trial.map_err(unreadable)?;
    let bytes = bytes(body)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| RestError::from(Fault::Malformed.because("The document is not UTF-8.")))?;
    let document = Document::parse(text, format(&headers, CONTENT_TYPE))?;
    let actor = by.actor();
    if dry_run {
        let directory = rest.office.directory();
        let changes = plan(&directory, &document, &actor, rest.office.now())?.changes;
        return Ok(Json(Import { applied: false, changes }));
    }
    let decide = {
        let actor = actor.clone();
        Box::new(move |directory: &_, now| {
            Ok(plan(directory, &document, &actor, now).map_err(Denied::Wrong)?.changes)
        })
    };
    let changes = rest.office.amend(actor, decide).await?.changes;
    Ok(Json(Import { applied: true, changes }))
}

async fn audit(
    State(rest): State<Rest>,
    by: By,
    page: Result<Query<Page>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Vec<AuditLine>>, RestError> {
    owners_only(&rest, &by)?;
    let Query(Page { limit, before }) = page.map_err(unreadable)?;
    Ok(Json(rest.office.audit(limit.unwrap_or(AUDIT_LINES), before).await?))
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
pub(super) fn unreadable(rejection: axum::extract::rejection::QueryRejection) -> RestError {
    Fault::Malformed.because(rejection.body_text()).into()
}
