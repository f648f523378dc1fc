//! Signing in by password.
//!
//! The answer carries a token of some minutes, which a page keeps in its memory. What the sign-in
//! goes on with stays in a cookie that no script can read and no other site can send, so that a
//! script that gets into a page can use the sign-in no longer than that page is open.

use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use call_core::{AgentId, PersonId};
use directory::{Agent, Password, RefreshToken};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::Rest;
use super::agents::rights_of;
use super::api::{Api, Operation, of};
use super::body::{Body, form};
use super::error::RestError;
use super::office::{Denied, SignedIn};
use crate::auth::Person;
use crate::protocol::Fault;

/// How long a token is good: as long as a stolen one is, and longer than anybody is asked to wait
/// with refreshing one.
const TOKEN_LIFETIME: Duration = Duration::from_mins(10);
/// The cookie's name.
const COOKIE_NAME: &str = "trefoil_refresh";
/// The only routes a browser sends it to.
const COOKIE_PATH: &str = "/v1/sign-in";

/// Who would like to sign in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The login name; upper and lower case are the same.
    login: String,
    /// The password.
    password: String,
}

/// A sign-in that holds.
#[derive(Serialize, JsonSchema)]
struct SignIn {
    /// For `hello` and for `Authorization: Bearer`.
    token: String,
    /// For how long it is good.
    expires_in_s: u64,
    /// Until when the sign-in can be refreshed, in milliseconds since the epoch.
    refreshable_until_ms: u64,
    /// Who signed in.
    agent: Agent,
}

pub(super) fn routes(api: &mut Api) {
    let about = Operation::says("Sign in by password", of::<SignIn>).open();
    api.on(MethodFilter::POST, "/v1/sign-in", begin, &about.taking(of::<Credentials>));
    let about = Operation::says("Get the next token, by the cookie", of::<SignIn>).open();
    api.on(MethodFilter::POST, "/v1/sign-in/refresh", go_on, &about);
    let about = Operation::done("Sign out, by the cookie").open();
    api.on(MethodFilter::DELETE, "/v1/sign-in", end, &about);
}

/// `POST /v1/sign-in`
async fn begin(
    State(rest): State<Rest>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, RestError> {
    own_page(&rest, &headers)?;
    let source = rest.app.proxies().source_of(&extensions, &headers);
    rest.spends(source)?;
    let Credentials { login, password } = form(body)?;
    let tried = rest.passwords.tries(&login, source, Instant::now());
    let tried = tried.map_err(|fault| rest.too_much(fault))?;
    let signed_in = rest.office.sign_in(login, Password::presented(&password)).await?;
    rest.passwords.was_right(tried);
    answer(&rest, signed_in)
}

/// `POST /v1/sign-in/refresh`
async fn go_on(
    State(rest): State<Rest>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Result<Response, RestError> {
    own_page(&rest, &headers)?;
    let source = rest.app.proxies().source_of(&extensions, &headers);
    rest.spends(source)?;
    let outcome = match token(&headers) {
        Some(token) => rest.office.refresh(token).await,
        None => Err(Denied::SignedOut),
    };
    match outcome {
        Ok(signed_in) => answer(&rest, signed_in),
        Err(Denied::SignedOut) => {
            rest.app.context().door.guard().failed_sign_in(source, Instant::now())?;
            let mut response = RestError::Denied(Denied::SignedOut).into_response();
            response.headers_mut().insert(SET_COOKIE, cleared());
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}

/// `DELETE /v1/sign-in`
async fn end(
    State(rest): State<Rest>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Result<Response, RestError> {
    own_page(&rest, &headers)?;
    rest.spends(rest.app.proxies().source_of(&extensions, &headers))?;
    if let Some(token) = token(&headers) {
        rest.office.sign_out(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cleared())]).into_response())
}

/// No page of a foreign origin signs anybody in or out, though `SameSite` keeps the cookie from it
/// already.
fn own_page(rest: &Rest, headers: &HeaderMap) -> Result<(), RestError> {
    if rest.app.origins().allow(headers) {
        return Ok(());
    }
    Err(Fault::Forbidden.because("Pages of this origin may not.").into())
}

fn answer(rest: &Rest, signed_in: SignedIn) -> Result<Response, RestError> {
    let SignedIn { agent, refresh, expires_at } = signed_in;
    let person = person(&agent);
    let token = rest.app.keys().mint(&person, SystemTime::now(), TOKEN_LIFETIME);
    let token = token.map_err(|error| {
        tracing::error!(%error, "a token cannot be minted");
        RestError::Denied(Denied::Failed)
    })?;
    let remaining = expires_at.0.saturating_sub(rest.office.now().0) / 1_000;
    let cookie = cookie(&refresh.reveal(), remaining);
    let body = SignIn {
        token,
        expires_in_s: TOKEN_LIFETIME.as_secs(),
        refreshable_until_ms: expires_at.0,
        agent,
    };
    Ok(([(SET_COOKIE, cookie)], Json(body)).into_response())
}

fn person(agent: &Agent) -> Person {
    let id: AgentId = agent.id.clone();
    Person {
        id: PersonId::Agent(id),
        name: agent.name.to_string(),
        teams: rights_of(agent),
        priority: 0,
        only_team: None,
        only_channel: None,
        only_conversation: None,
    }
}

/// `Secure` holds on this machine too: browsers take `localhost` for safe.
fn cookie(value: &str, seconds: u64) -> HeaderValue {
    let text = format!(
        "{COOKIE_NAME}={value}; Path={COOKIE_PATH}; Max-Age={seconds}; HttpOnly; Secure; \
         SameSite=Strict"
    );
    let mut header =
        HeaderValue::try_from(text).expect("a token is letters, digits, dashes and underscores");
    header.set_sensitive(true);
    header
}

fn cleared() -> HeaderValue {
    cookie("", 0)
}

fn token(headers: &HeaderMap) -> Option<RefreshToken> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut pairs = cookies.flat_map(|header| header.split(';')).filter_map(|c| c.split_once('='));
    let ours = pairs.find(|(name, _)| name.trim() == COOKIE_NAME)?;
    ours.1.trim().parse().ok()
}
