//! Channels: the ways in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::MethodFilter;
use directory::{Channel, ChannelId, ChannelPatch, Command, Directory, may_manage};

use super::Rest;
use super::agents::one;
use super::api::{Api, Operation, of};
use super::body::{Body, Path, id, json};
use super::by::By;
use super::error::RestError;
use super::office::Amended;

type Answer<T> = Result<Json<T>, RestError>;

pub(super) fn routes(api: &mut Api) {
    use MethodFilter as M;
    let all = "/v1/admin/channels";
    let one = "/v1/admin/channels/{channel}";
    let about = Operation::says(
        "Channels: all for owners, those of their teams for managers",
        of::<Vec<Channel>>,
    );
    api.on(M::GET, all, list, &about);
    let about = Operation::creates("Add a channel", of::<Channel>).taking(of::<Channel>);
    api.on(M::POST, all, create, &about);
    api.on(M::GET, one, show, &Operation::says("A channel", of::<Channel>));
    let about = Operation::says("Change a channel", of::<Channel>).taking(of::<ChannelPatch>);
    api.on(M::PATCH, one, change, &about);
    api.on(M::DELETE, one, remove, &Operation::done("Remove a channel that nothing names"));
}

fn shown(amended: &Amended, channel: &ChannelId) -> Answer<Channel> {
    amended.directory.channel(channel).cloned().map(Json).ok_or(RestError::NotFound)
}

fn sees(directory: &Directory, by: &By, channel: &Channel) -> bool {
    may_manage(directory, &by.actor(), &channel.team)
}

async fn list(State(rest): State<Rest>, by: By) -> Answer<Vec<Channel>> {
    let directory = rest.office.directory();
    let seen = directory.channels().filter(|channel| sees(&directory, &by, channel));
    std::future::ready(Ok(Json(seen.cloned().collect()))).await
}

async fn show(State(rest): State<Rest>, by: By, Path(channel): Path<String>) -> Answer<Channel> {
    let (directory, channel) = (rest.office.directory(), id::<ChannelId>(&channel)?);
    let known = directory.channel(&channel).filter(|channel| sees(&directory, &by, channel));
    std::future::ready(known.cloned().map(Json).ok_or(RestError::NotFound)).await
}

async fn create(
    State(rest): State<Rest>,
    by: By,
    body: Body,
) -> Result<(StatusCode, Json<Channel>), RestError> {
    let channel = Channel::from_json(&json(body)?)?;
    let created = channel.id.clone();
    let command = Command::CreateChannel { channel };
    let amended = rest.office.amend(by.actor(), one(&by, command)).await?;
    Ok((StatusCode::CREATED, shown(&amended, &created)?))
}

async fn change(
    State(rest): State<Rest>,
    by: By,
    Path(channel): Path<String>,
    body: Body,
) -> Answer<Channel> {
    let (channel, patch) = (id::<ChannelId>(&channel)?, ChannelPatch::from_json(&json(body)?)?);
    let command = Command::ChangeChannel { channel: channel.clone(), patch };
    shown(&rest.office.amend(by.actor(), one(&by, command)).await?, &channel)
}

async fn remove(
    State(rest): State<Rest>,
    by: By,
    Path(channel): Path<String>,
) -> Result<StatusCode, RestError> {
    let command = Command::RemoveChannel { channel: id(&channel)? };
    rest.office.amend(by.actor(), one(&by, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
