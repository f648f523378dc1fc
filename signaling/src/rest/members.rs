//! Rights: what agents may do in teams, and who owns everything.

use axum::Json;
use axum::extract::State;
use axum::routing::MethodFilter;
use call_core::{AgentId, TeamId};
use directory::{Agent, Command, Rights};

use super::Rest;
use super::agents::{all, one, shown};
use super::api::{Api, Operation, of};
use super::body::{Body, Path, form, id};
use super::by::By;
use super::error::RestError;
use crate::protocol::Fault;

type Answer = Result<Json<Agent>, RestError>;

pub(super) fn routes(api: &mut Api) {
    use MethodFilter as M;
    let member = "/v1/admin/agents/{agent}/teams/{team}";
    let about = Operation::says("Set what an agent may do in a team", of::<Agent>);
    api.on(M::PUT, member, set, &about.taking(of::<Rights>));
    let about = Operation::says("Take an agent out of a team", of::<Agent>);
    api.on(M::DELETE, member, take, &about);
    let owner = "/v1/admin/agents/{agent}/owner";
    api.on(M::PUT, owner, grant_owner, &Operation::says("Make an agent an owner", of::<Agent>));
    let about = Operation::says("Make an agent an owner no longer", of::<Agent>);
    api.on(M::DELETE, owner, revoke_owner, &about);
}

async fn set(
    State(rest): State<Rest>,
    by: By,
    Path((agent, team)): Path<(String, String)>,
    body: Body,
) -> Answer {
    let words: Vec<String> = form(body)?;
    let rights = words.join(",").parse::<Rights>().map_err(|error| {
        let hint = "To take an agent out of a team, delete the membership.";
        RestError::from(Fault::Malformed.because(format!("{error}. {hint}")))
    })?;
    become_of(&rest, &by, id(&agent)?, id(&team)?, rights).await
}

async fn take(
    State(rest): State<Rest>,
    by: By,
    Path((agent, team)): Path<(String, String)>,
) -> Answer {
    become_of(&rest, &by, id(&agent)?, id(&team)?, Rights::NONE).await
}

async fn become_of(rest: &Rest, by: &By, agent: AgentId, team: TeamId, rights: Rights) -> Answer {
    let whose = agent.clone();
    let decide = all(by, move |directory| Command::set_rights(directory, &agent, &team, rights));
    shown(&rest.office.amend(by.actor(), decide).await?, &whose)
}

async fn grant_owner(State(rest): State<Rest>, by: By, Path(agent): Path<String>) -> Answer {
    let agent = id::<AgentId>(&agent)?;
    let command = Command::GrantOwner { agent: agent.clone() };
    shown(&rest.office.amend(by.actor(), one(&by, command)).await?, &agent)
}

async fn revoke_owner(State(rest): State<Rest>, by: By, Path(agent): Path<String>) -> Answer {
    let agent = id::<AgentId>(&agent)?;
    let command = Command::RevokeOwner { agent: agent.clone() };
    shown(&rest.office.amend(by.actor(), one(&by, command)).await?, &agent)
}
