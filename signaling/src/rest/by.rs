//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use call_core::{AgentId, PersonId};
use directory::Actor;
use std::time::SystemTime;
use tokio::time::Instant;

use super::Rest;
use super::error::RestError;
use crate::auth::Person;
use crate::protocol::Fault;

/// An agent with a good token, which works here. What it may do, the directory says each time: a
/// token that was minted before somebody lost a right is worth no more than the right.
#[derive(Debug)]
pub(super) struct By(pub(super) AgentId);

impl By {
    pub(super) fn actor(&self) -> Actor {
        Actor::Agent(self.0.clone())
    }
}

impl FromRequestParts<Rest> for By {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, RestError> {
        let asked = who(rest, &parts.extensions, &parts.headers);
        std::future::ready(asked.and_then(|person| administers(rest, person))).await
    }
}

/// Anybody with a good token, but for agents whom the directory has removed.
#[derive(Debug)]
pub(super) struct Known(pub(super) Person);

impl FromRequestParts<Rest> for Known {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, RestError> {
        let asked = who(rest, &parts.extensions, &parts.headers);
        std::future::ready(asked.and_then(|person| works_here(rest, person))).await
    }
}

/// An agent who is in the directory.
fn administers(rest: &Rest, person: Person) -> Result<By, RestError> {
    match person.id {
        PersonId::Agent(agent) if rest.office.directory().active_agent(&agent).is_some() => {
            Ok(By(agent))
        }
        PersonId::Agent(_) => {
            Err(Fault::Forbidden.because("You are not in this server's directory.").into())
        }
        PersonId::Customer(_) => Err(Fault::Forbidden.because("This is for agents.").into()),
    }
}

/// Whoever the directory does not know is what its token says, as in conversations.
fn works_here(rest: &Rest, person: Person) -> Result<Known, RestError> {
    let directory = rest.office.directory();
    let listed = person.id.as_agent().and_then(|agent| directory.agent(agent));
    if listed.is_some_and(|agent| !agent.is_active()) {
        return Err(Fault::Forbidden.because("You do not work here any more.").into());
    }
    Ok(Known(person))
}

/// Who asks, if its token is good and it does not ask too often.
fn who(rest: &Rest, extensions: &Extensions, headers: &HeaderMap) -> Result<Person, RestError> {
    let Some(token) = bearer(headers) else {
        let message = "Send your token: `Authorization: Bearer ...`.";
        return Err(Fault::NotAuthenticated.because(message).into());
    };
    let (context, now) = (rest.app.context(), Instant::now());
    let guard = context.door.guard();
    let source = rest.app.proxies().source_of(extensions, headers);
    let person = rest.app.keys().verify(token, SystemTime::now()).map_err(|error| {
        let slow_down = guard.failed_sign_in(source, now);
        slow_down.err().map_or_else(|| RestError::Wire(error.into()), RestError::from)
    })?;
    guard.admin(&person.id, source, now).map_err(|fault| rest.too_much(fault))?;
    Ok(person)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    // The scheme knows no case (RFC 9110 section 11.1).
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
