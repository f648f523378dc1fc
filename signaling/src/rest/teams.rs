//! Teams, which are also the queues calls wait in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::MethodFilter;
use call_core::TeamId;
use directory::{Command, Directory, Team, TeamPatch, may_manage};

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
    let all = "/v1/admin/teams";
    let one = "/v1/admin/teams/{team}";
    let about = Operation::says("Teams: all for owners, their own for managers", of::<Vec<Team>>);
    api.on(M::GET, all, list, &about);
    let about = Operation::creates("Add a team", of::<Team>).taking(of::<Team>);
    api.on(M::POST, all, create, &about);
    api.on(M::GET, one, show, &Operation::says("A team", of::<Team>));
    let about = Operation::says("Change a team", of::<Team>).taking(of::<TeamPatch>);
    api.on(M::PATCH, one, change, &about);
    api.on(M::DELETE, one, remove, &Operation::done("Remove a team that nothing names"));
}

fn shown(amended: &Amended, team: &TeamId) -> Answer<Team> {
    amended.directory.team(team).cloned().map(Json).ok_or(RestError::NotFound)
}

fn sees(directory: &Directory, by: &By, team: &Team) -> bool {
    may_manage(directory, &by.actor(), &team.id)
}

async fn list(State(rest): State<Rest>, by: By) -> Answer<Vec<Team>> {
    let directory = rest.office.directory();
    let seen = directory.teams().filter(|team| sees(&directory, &by, team));
    std::future::ready(Ok(Json(seen.cloned().collect()))).await
}

async fn show(State(rest): State<Rest>, by: By, Path(team): Path<String>) -> Answer<Team> {
    let (directory, team) = (rest.office.directory(), id::<TeamId>(&team)?);
    let known = directory.team(&team).filter(|team| sees(&directory, &by, team));
    std::future::ready(known.cloned().map(Json).ok_or(RestError::NotFound)).await
}

async fn create(
    State(rest): State<Rest>,
    by: By,
    body: Body,
) -> Result<(StatusCode, Json<Team>), RestError> {
    let team = Team::from_json(&json(body)?)?;
    let created = team.id.clone();
    let command = Command::CreateTeam { team };
    let amended = rest.office.amend(by.actor(), one(&by, command)).await?;
    Ok((StatusCode::CREATED, shown(&amended, &created)?))
}

async fn change(
    State(rest): State<Rest>,
    by: By,
    Path(team): Path<String>,
    body: Body,
) -> Answer<Team> {
    let (team, patch) = (id::<TeamId>(&team)?, TeamPatch::from_json(&json(body)?)?);
    let command = Command::ChangeTeam { team: team.clone(), patch };
    shown(&rest.office.amend(by.actor(), one(&by, command)).await?, &team)
}

async fn remove(
    State(rest): State<Rest>,
    by: By,
    Path(team): Path<String>,
) -> Result<StatusCode, RestError> {
    let command = Command::RemoveTeam { team: id(&team)? };
    rest.office.amend(by.actor(), one(&by, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
