//! Agents.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::MethodFilter;
use call_core::{AgentId, TeamId};
use directory::{
    Agent, AgentPatch, Command, Directory, Needs, Password, Refusal, decide_all, may_administer,
    may_manage,
};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::Instant;

use super::Rest;
use super::api::{Api, Operation, of};
use super::body::{Body, Path, form, id, json};
use super::by::By;
use super::error::RestError;
use super::office::{Amended, Decide, Denied};
use crate::protocol::Fault;

type Answer<T> = Result<Json<T>, RestError>;

/// A password to be set.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// At least 12 characters.
    password: String,
    /// The one before, when it is one's own.
    #[serde(default)]
    old_password: Option<String>,
}

pub(super) fn routes(api: &mut Api) {
    use MethodFilter as M;
    let all = "/v1/admin/agents";
    let one = "/v1/admin/agents/{agent}";
    let about = Operation::says(
        "Agents: all for owners, those of their teams for managers",
        of::<Vec<Agent>>,
    );
    api.on(M::GET, all, list, &about);
    let about = Operation::creates("Add an agent", of::<Agent>).taking(of::<Agent>);
    api.on(M::POST, all, create, &about);
    api.on(M::GET, one, show, &Operation::says("An agent", of::<Agent>));
    let about = Operation::says("Change names of an agent", of::<Agent>).taking(of::<AgentPatch>);
    api.on(M::PATCH, one, change, &about);
    let about = "Remove an agent: it finishes its call and gets no other";
    api.on(M::DELETE, one, remove, &Operation::done(about));
    let restore_at = "/v1/admin/agents/{agent}/restore";
    api.on(M::POST, restore_at, restore, &Operation::says("Bring an agent back", of::<Agent>));
    let password_at = "/v1/admin/agents/{agent}/password";
    let about = Operation::done("Set a password; ends the agent's sign-ins");
    api.on(M::PUT, password_at, set_password, &about.taking(of::<NewPassword>));
    let about = Operation::done("Take a password away; ends the agent's sign-ins");
    api.on(M::DELETE, password_at, clear_password, &about);
    let about = Operation::done("End every sign-in of an agent");
    api.on(M::POST, "/v1/admin/agents/{agent}/sign-out", sign_out, &about);
}

/// What an agent may do, in call control's words.
pub(super) fn rights_of(agent: &Agent) -> BTreeMap<TeamId, call_core::Rights> {
    let right = |(team, rights): (&TeamId, &directory::Rights)| {
        let directory::Rights { answer, listen, manage } = *rights;
        (team.clone(), call_core::Rights { answer, listen, manage })
    };
    agent.teams.iter().map(right).collect()
}

/// One command, decided against whatever the directory is then.
pub(super) fn one(by: &By, command: Command) -> Decide {
    all(by, move |_| vec![command.clone()])
}

/// Several commands, chosen by what the directory is then; all of them or none.
pub(super) fn all<F>(by: &By, commands: F) -> Decide
where
    F: Fn(&Directory) -> Vec<Command> + Send + Sync + 'static,
{
    let actor = by.actor();
    Box::new(move |directory, now| {
        let commands = commands(directory);
        decide_all(directory, &actor, &commands, now)
            .map_err(|refused| Denied::Refused(refused.refusal))
    })
}

/// An agent as it is after a change.
pub(super) fn shown(amended: &Amended, agent: &AgentId) -> Answer<Agent> {
    amended.directory.agent(agent).cloned().map(Json).ok_or(RestError::NotFound)
}

/// Whether one sees an agent: oneself, as an owner, and as a manager of one of its teams.
fn sees(directory: &Directory, by: &By, agent: &Agent) -> bool {
    let actor = by.actor();
    let manages = |team| may_manage(directory, &actor, team);
    by.0 == agent.id || may_administer(directory, &actor) || agent.teams.keys().any(manages)
}

async fn list(State(rest): State<Rest>, by: By) -> Answer<Vec<Agent>> {
    let directory = rest.office.directory();
    let seen = directory.agents().filter(|agent| sees(&directory, &by, agent));
    std::future::ready(Ok(Json(seen.cloned().collect()))).await
}

async fn show(State(rest): State<Rest>, by: By, Path(agent): Path<String>) -> Answer<Agent> {
    let (directory, agent) = (rest.office.directory(), id::<AgentId>(&agent)?);
    let known = directory.agent(&agent).filter(|agent| sees(&directory, &by, agent));
    std::future::ready(known.cloned().map(Json).ok_or(RestError::NotFound)).await
}

async fn create(
    State(rest): State<Rest>,
    by: By,
    body: Body,
) -> Result<(StatusCode, Json<Agent>), RestError> {
    let wanted = Agent::from_json(&json(body)?)?;
    if !wanted.is_active() {
        let message = "An agent is not removed before it is there: leave removed_at_ms out.";
        return Err(Fault::Malformed.because(message).into());
    }
    let agent = wanted.id.clone();
    let decide = all(&by, move |directory| creation(directory, &wanted));
    let amended = rest.office.amend(by.actor(), decide).await?;
    Ok((StatusCode::CREATED, shown(&amended, &agent)?))
}

/// What creates an agent with all it is to have.
fn creation(directory: &Directory, wanted: &Agent) -> Vec<Command> {
    let Agent { id, name, login, owner, teams, .. } = wanted;
    let (agent, name, login) = (id.clone(), name.clone(), login.clone());
    let mut commands = vec![Command::CreateAgent { agent: agent.clone(), name, login }];
    for (team, rights) in teams {
        commands.extend(Command::set_rights(directory, id, team, *rights));
    }
    if *owner {
        commands.push(Command::GrantOwner { agent });
    }
    commands
}

async fn change(
    State(rest): State<Rest>,
    by: By,
    Path(agent): Path<String>,
    body: Body,
) -> Answer<Agent> {
    let (agent, patch) = (id::<AgentId>(&agent)?, AgentPatch::from_json(&json(body)?)?);
    let command = Command::ChangeAgent { agent: agent.clone(), patch };
    shown(&rest.office.amend(by.actor(), one(&by, command)).await?, &agent)
}

async fn remove(
    State(rest): State<Rest>,
    by: By,
    Path(agent): Path<String>,
) -> Result<StatusCode, RestError> {
    let command = Command::RemoveAgent { agent: id(&agent)? };
    rest.office.amend(by.actor(), one(&by, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restore(State(rest): State<Rest>, by: By, Path(agent): Path<String>) -> Answer<Agent> {
    let agent = id::<AgentId>(&agent)?;
    let command = Command::RestoreAgent { agent: agent.clone() };
    shown(&rest.office.amend(by.actor(), one(&by, command)).await?, &agent)
}

async fn set_password(
    State(rest): State<Rest>,
    by: By,
    Path(agent): Path<String>,
    body: Body,
) -> Result<StatusCode, RestError> {
    let agent = id::<AgentId>(&agent)?;
    let NewPassword { password, old_password } = form(body)?;
    let directory = rest.office.directory();
    if by.0 != agent && !may_administer(&directory, &by.actor()) {
        let needs = Needs::Oneself(agent);
        return Err(Refusal::NotPermitted { needs }.into());
    }
    let Some(known) = directory.active_agent(&agent) else {
        return Err(Refusal::UnknownAgent { agent }.into());
    };
    let chosen = Password::chosen(&password, known).map_err(Denied::Password)?;
    // Somebody else's desk, left open: that is not enough to take the sign-in over.
    let has_one = by.0 == agent && known.password.is_some();
    let before = has_one.then(|| Password::presented(old_password.as_deref().unwrap_or_default()));
    let tried =
        has_one.then(|| rest.passwords.tries(agent.as_str(), None, Instant::now())).transpose()?;
    rest.office.set_password(by.actor(), agent, chosen, before).await?;
    if let Some(tried) = tried {
        rest.passwords.was_right(tried);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_password(
    State(rest): State<Rest>,
    by: By,
    Path(agent): Path<String>,
) -> Result<StatusCode, RestError> {
    let command = Command::ClearPassword { agent: id(&agent)? };
    rest.office.amend(by.actor(), one(&by, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn sign_out(
    State(rest): State<Rest>,
    by: By,
    Path(agent): Path<String>,
) -> Result<StatusCode, RestError> {
    let command = Command::SignOut { agent: id(&agent)? };
    rest.office.amend(by.actor(), one(&by, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
