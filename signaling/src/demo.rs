//! Demo mode: the pages mint tokens for themselves. For trying out, never for the open internet.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{Extensions, HeaderMap};
use call_core::{AgentId, CustomerId, PersonId, Rights, TeamId};
use directory::Team;
use serde::{Deserialize, Serialize, Serializer};
use tokio::time::Instant;

use crate::app::AppState;
use crate::auth::Person;
use crate::protocol::{Fault, Name, WireError};
use crate::source::Source;

/// The longest body any of these routes takes.
pub(crate) const MAX_BODY_BYTES: usize = 4 * 1024;
/// A working day: a demo is not left signed in for longer.
const LIFETIME: Duration = Duration::from_hours(12);

/// Who there is to be in the demo.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Demo {
    /// Teams, in the order in which pages list them. Where there is a directory, those in it count.
    pub teams: Vec<DemoTeam>,
    /// Agents anybody may sign in as.
    pub agents: Vec<DemoAgent>,
}

/// A team to call.
#[derive(Debug, Clone, Serialize)]
pub struct DemoTeam {
    /// Which.
    pub id: TeamId,
    /// The name people read.
    pub name: String,
}

/// An agent to sign in as.
#[derive(Clone, Serialize)]
pub struct DemoAgent {
    /// Who.
    pub id: AgentId,
    /// The name people read.
    pub name: String,
    /// What it may do for which team; pages are told the teams.
    #[serde(serialize_with = "names")]
    pub teams: BTreeMap<TeamId, Rights>,
}

fn names<S>(teams: &BTreeMap<TeamId, Rights>, serializer: S) -> Result<S::Ok, S::Error>
where
    S: Serializer,
{
    serializer.collect_seq(teams.keys())
}

/// Who somebody would like to be.
#[derive(Deserialize)]
#[serde(tag = "role", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Wish {
    Agent { id: AgentId },
    Customer { name: Name },
}

#[derive(Serialize)]
pub(crate) struct Token {
    token: String,
    person: TokenPerson,
}

#[derive(Serialize)]
struct TokenPerson {
    id: PersonId,
    name: String,
}

/// `GET /v1/demo`
pub(crate) async fn directory(State(state): State<AppState>) -> Json<Demo> {
    let mut demo = state.demo().cloned().unwrap_or_default();
    if let Some(office) = state.office() {
        let directory = office.directory();
        let team =
            |team: &Team| DemoTeam { id: team.id.clone(), name: team.name.as_str().to_owned() };
        demo.teams = directory.teams().map(team).collect();
    }
    std::future::ready(Json(demo)).await
}

/// `POST /v1/demo/token`
pub(crate) async fn token(
    State(state): State<AppState>,
    extensions: Extensions,
    headers: HeaderMap,
    wish: Result<Json<Wish>, JsonRejection>,
) -> Result<Json<Token>, WireError> {
    let source = state.proxies().source_of(&extensions, &headers);
    let minted = mint(&state, source, &headers, wish);
    std::future::ready(minted.inspect_err(|error| state.counters().refused(error))).await
}

fn mint(
    state: &AppState,
    source: Option<Source>,
    headers: &HeaderMap,
    wish: Result<Json<Wish>, JsonRejection>,
) -> Result<Json<Token>, WireError> {
    if !state.origins().allow(headers) {
        return Err(Fault::Forbidden.because("Pages of this origin may not."));
    }
    state.context().door.guard().demo_token(source, Instant::now())?;
    let Json(wish) = wish.map_err(|rejection| Fault::Malformed.because(rejection.body_text()))?;
    let person = match wish {
        Wish::Customer { name } => customer(name)?,
        Wish::Agent { id } => agent(state.demo(), &id)?,
    };
    let token = state.keys().mint(&person, SystemTime::now(), LIFETIME).map_err(|error| {
        tracing::error!(%error, "a demo token cannot be minted");
        unavailable()
    })?;
    let person = TokenPerson { id: person.id, name: person.name };
    Ok(Json(Token { token, person }))
}

fn customer(name: Name) -> Result<Person, WireError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| unavailable())?;
    let id = format!("x{:016x}", u64::from_le_bytes(bytes));
    let id = CustomerId::try_from(id).expect("a letter and 16 digits are an id");
    let name = name.into_option().unwrap_or_else(|| "Guest".to_owned());
    Ok(person(id.into(), name, BTreeMap::new()))
}

/// The system gives no randomness, or cryptography fails: nothing a client could change.
fn unavailable() -> WireError {
    Fault::Overloaded { limit: None, retry_after_ms: 5_000 }.into()
}

fn agent(demo: Option<&Demo>, id: &AgentId) -> Result<Person, WireError> {
    let known = demo.and_then(|demo| demo.agents.iter().find(|agent| agent.id == *id));
    let DemoAgent { id, name, teams } =
        known.cloned().ok_or_else(|| Fault::Forbidden.because("There is no such demo agent."))?;
    Ok(person(id.into(), name, teams))
}

fn person(id: PersonId, name: String, teams: BTreeMap<TeamId, Rights>) -> Person {
    Person {
        id,
        name,
        teams,
        priority: 0,
        only_team: None,
        only_channel: None,
        only_conversation: None,
    }
}

/// A name stays out of logs.
impl fmt::Debug for DemoAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoAgent").field("id", &self.id).finish_non_exhaustive()
    }
}
