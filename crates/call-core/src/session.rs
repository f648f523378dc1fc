//! Sessions: people's pages come and go; an agent's presence is a lease.

use crate::access;
use crate::agent::{AwayReason, Session, Status};
use crate::draft::Draft;
use crate::event::{Event, StatusSource};
use crate::id::{AgentId, PersonId, TeamId};
use crate::offer::{CandidateFailure, Stage};
use crate::refusal::Refusal;
use crate::ring;

pub(crate) fn opened(draft: &mut Draft<'_>, person: &PersonId, name: &str, teams: &[TeamId]) {
    match person {
        PersonId::Agent(agent) => agent_opened(draft, agent, name, teams),
        PersonId::Customer(id) => {
            let known = draft.customer(id);
            if known.is_none_or(|known| !known.session || known.name != name) {
                let (customer, name) = (id.clone(), name.to_owned());
                draft.push(Event::CustomerArrived { customer, name });
            }
        }
    }
}

fn agent_opened(draft: &mut Draft<'_>, id: &AgentId, name: &str, teams: &[TeamId]) {
    let (agent, name, teams) = (id.clone(), name.to_owned(), teams.to_vec());
    let known = draft.agent(id);
    match known.map_or(Session::SignedOut, |known| known.session) {
        Session::SignedOut => draft.push(Event::AgentSignedIn { agent, name, teams }),
        Session::Closed { .. } => draft.push(Event::AgentReturned { agent, name, teams }),
        Session::Open => {
            let told = teams.iter().cloned().collect();
            if known.is_some_and(|known| known.name != name || known.teams != told) {
                draft.push(Event::AgentReturned { agent, name, teams });
            }
        }
    }
}

pub(crate) fn closed(draft: &mut Draft<'_>, person: &PersonId) {
    match person {
        PersonId::Agent(id) => {
            if draft.agent(id).is_none_or(|agent| agent.session != Session::Open) {
                return;
            }
            let until = draft.now() + draft.timers().lease;
            draft.push(Event::AgentSessionClosed { agent: id.clone(), until });
            ring::candidate_gone(draft, id);
        }
        PersonId::Customer(id) => {
            if draft.customer(id).is_some_and(|customer| customer.session) {
                draft.push(Event::CustomerSessionClosed { customer: id.clone() });
            }
        }
    }
}

/// The lease of an agent's page ran out.
pub(crate) fn sign_out(draft: &mut Draft<'_>, id: &AgentId) {
    draft.push(Event::AgentSignedOut { agent: id.clone() });
    ring::candidate_gone(draft, id);
}

/// An agent says whether it takes offers. Going away while one rings declines it.
pub(crate) fn set_status(
    draft: &mut Draft<'_>,
    by: &PersonId,
    status: Status,
) -> Result<(), Refusal> {
    let id = access::agent(by)?;
    let agent = draft.agent(id).filter(|agent| agent.session == Session::Open);
    let agent = agent.ok_or(Refusal::NotSignedIn)?;
    if status == (Status::Away { reason: AwayReason::Missed }) {
        return Err(Refusal::NotPermitted);
    }
    if agent.status == status {
        return Ok(());
    }
    draft.push(Event::StatusChanged { agent: id.clone(), status, source: StatusSource::Agent });
    let Some((conversation, stage)) = ring::alert(draft, id) else { return Ok(()) };
    match (status, stage) {
        (Status::Present, _) | (Status::Away { .. }, Stage::Joining { .. }) => {}
        (Status::Away { .. }, Stage::Ringing { .. } | Stage::Unreachable { .. }) => {
            ring::candidate_failed(draft, conversation, CandidateFailure::Declined, None);
        }
    }
    Ok(())
}
