//! What a customer's page is told of the channel it comes in by.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use call_core::{ChannelId, Medium};
use directory::{Channel, Directory, Name, Refusal, Texts};
use schemars::JsonSchema;
use serde::Serialize;

use super::Rest;
use super::api::{Api, Operation, of};
use super::body::{Path, id};
use super::error::RestError;

/// A channel as anybody may know it.
#[derive(Serialize, JsonSchema)]
struct Entrance {
    /// Its id, for `call`.
    id: ChannelId,
    /// The name people read.
    name: Name,
    /// What is spoken or written over it.
    medium: Medium,
    /// Whether anybody gets in by it.
    enabled: bool,
    /// What customers are told: the channel's own texts, or its team's. Plain text.
    texts: Texts,
}

impl Entrance {
    fn of(directory: &Directory, channel: &Channel) -> Self {
        let Channel { id, name, medium, enabled, .. } = channel.clone();
        Self { id, name, medium, enabled, texts: directory.texts_of(channel) }
    }
}

pub(super) fn routes(api: &mut Api) {
    let about = Operation::says("A channel, for the page that calls by it", of::<Entrance>).open();
    api.on(MethodFilter::GET, "/v1/channels/{channel}", show, &about);
}

async fn show(
    State(rest): State<Rest>,
    Path(channel): Path<String>,
) -> Result<Response, RestError> {
    let (directory, channel) = (rest.office.directory(), id::<ChannelId>(&channel)?);
    let known = directory.channel(&channel).map(|known| Entrance::of(&directory, known));
    let entrance = known.ok_or(Refusal::UnknownChannel { channel })?;
    // It may be another one at the next call.
    let answer = ([(CACHE_CONTROL, "no-store")], Json(entrance)).into_response();
    std::future::ready(Ok(answer)).await
}
