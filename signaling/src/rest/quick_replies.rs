//! Quick replies: texts that agents put into what they write.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::MethodFilter;
use call_core::{PersonId, TeamId};
use directory::{
    Directory, Name, QuickReply, QuickReplyId, Refusal, Replier, ReplyDraft, ReplyEdit, ReplyOwner,
    Rights,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rest;
use super::api::{Api, Operation, of};
use super::body::{Body, Path, json};
use super::by::Known;
use super::error::RestError;
use super::whole::unreadable;
use crate::protocol::Fault;

/// Quick replies in one answer, and the most there are in one.
const REPLIES: u32 = 500;

/// Some quick replies.
#[derive(Serialize, JsonSchema)]
struct ReplyList {
    /// Whose they may be, oneself first.
    owners: Vec<ReplyHolder>,
    /// In the order in which they were created.
    quick_replies: Vec<QuickReply>,
    /// What to ask for as `after` to go on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<QuickReplyId>,
}

/// Somebody who has quick replies.
#[derive(Serialize, JsonSchema)]
struct ReplyHolder {
    /// Who.
    owner: ReplyOwner,
    /// The name of the team; absent of oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    /// Whether whoever asks may add, change and remove them.
    may_change: bool,
}

#[derive(Deserialize)]
struct Page {
    limit: Option<u32>,
    after: Option<String>,
    team: Option<TeamId>,
}

#[derive(Deserialize)]
struct Read {
    version: Option<u64>,
}

pub(super) fn routes(api: &mut Api) {
    use MethodFilter as M;
    let all = "/v1/quick-replies";
    let one = "/v1/quick-replies/{quick_reply}";
    let about = Operation::says("Own quick replies and those of the own teams", of::<ReplyList>);
    let about = about.with(&[
        ("limit", "At most so many; 500 if absent, and 500 at most"),
        ("after", "Only those that were created after this one"),
        ("team", "Only those of this team"),
    ]);
    api.on(M::GET, all, list, &about);
    let about = Operation::creates(
        "Add a quick reply: one's own, or that of a team one manages",
        of::<QuickReply>,
    );
    api.on(M::POST, all, create, &about.taking(of::<ReplyDraft>));
    let about = Operation::says("Change what a quick reply says", of::<QuickReply>);
    api.on(M::PUT, one, change, &about.taking(of::<ReplyEdit>));
    let about = Operation::done("Remove a quick reply")
        .with(&[("version", "Only if it is this one: nobody has changed it since it was read")]);
    api.on(M::DELETE, one, remove, &about);
}

/// An agent with a good token: one of the directory as it is there, another as its token says.
struct Asks(Replier);

impl FromRequestParts<Rest> for Asks {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, RestError> {
        let Known(person) = Known::from_request_parts(parts, rest).await?;
        let PersonId::Agent(agent) = person.id else {
            return Err(Fault::Forbidden.because("This is for agents.").into());
        };
        let known = Replier::known(&rest.office.directory(), &agent);
        Ok(Self(known.unwrap_or_else(|| Replier::unknown(agent, rights(person.teams)))))
    }
}

fn rights(teams: BTreeMap<TeamId, call_core::Rights>) -> BTreeMap<TeamId, Rights> {
    let right = |(team, rights)| {
        let call_core::Rights { answer, listen, manage } = rights;
        (team, Rights { answer, listen, manage })
    };
    teams.into_iter().map(right).collect()
}

/// What is no id is the id of nothing.
fn id(text: &str) -> Result<QuickReplyId, RestError> {
    super::body::id(text)
}

/// Whose quick replies are listed.
fn owners(
    directory: &Directory,
    by: &Replier,
    team: Option<TeamId>,
) -> Result<Vec<ReplyHolder>, Refusal> {
    let asked = match team {
        Some(team) => {
            let owner = ReplyOwner::Team(team.clone());
            if !by.may_read(&owner) || directory.team(&team).is_none() {
                return Err(Refusal::UnknownTeam { team, field: "team" });
            }
            vec![owner]
        }
        None => by.reads().collect(),
    };
    let named = |owner: ReplyOwner| {
        let name = match &owner {
            ReplyOwner::Agent(_) => None,
            // A token may name a team that does not exist.
            ReplyOwner::Team(team) => Some(directory.team(team)?.name.clone()),
        };
        let may_change = by.may_change(&owner).is_ok();
        Some(ReplyHolder { owner, name, may_change })
    };
    Ok(asked.into_iter().filter_map(named).collect())
}

async fn list(
    State(rest): State<Rest>,
    Asks(by): Asks,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<ReplyList>, RestError> {
    let Query(Page { limit, after, team }) = page.map_err(unreadable)?;
    let after = after.as_deref().map(id).transpose()?;
    let owners = owners(&rest.office.directory(), &by, team)?;
    let asked = owners.iter().map(|owner| owner.owner.clone()).collect();
    let limit = limit.unwrap_or(REPLIES).clamp(1, REPLIES);
    let quick_replies = rest.office.quick_replies(asked, limit, after).await?;
    let last = quick_replies.last().map(|reply| reply.id);
    let next = last.filter(|_| quick_replies.len() == limit as usize);
    Ok(Json(ReplyList { owners, quick_replies, next }))
}

async fn create(
    State(rest): State<Rest>,
    Asks(by): Asks,
    body: Body,
) -> Result<(StatusCode, Json<QuickReply>), RestError> {
    let ReplyDraft { owner, words } = ReplyDraft::from_json(&json(body)?)?;
    let owner = owner.unwrap_or_else(|| ReplyOwner::Agent(by.agent().clone()));
    let created = rest.office.create_quick_reply(by, owner, words).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

async fn change(
    State(rest): State<Rest>,
    Asks(by): Asks,
    Path(quick_reply): Path<String>,
    body: Body,
) -> Result<Json<QuickReply>, RestError> {
    let (quick_reply, edit) = (id(&quick_reply)?, ReplyEdit::from_json(&json(body)?)?);
    Ok(Json(rest.office.change_quick_reply(by, quick_reply, edit).await?))
}

async fn remove(
    State(rest): State<Rest>,
    Asks(by): Asks,
    Path(quick_reply): Path<String>,
    read: Result<Query<Read>, QueryRejection>,
) -> Result<StatusCode, RestError> {
    let Query(Read { version }) = read.map_err(unreadable)?;
    rest.office.remove_quick_reply(by, id(&quick_reply)?, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
