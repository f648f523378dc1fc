//! Sessions: people's pages come and go; an agent's presence is a lease.

use std::collections::BTreeMap;

use crate::access;
use crate::agent::{Agent, AwayReason, Session, Status};
use crate::conversation::Medium;
use crate::customer::Customer;
use crate::draft::Draft;
use crate::event::{Event, StatusSource};
use crate::id::{AgentId, PersonId, TeamId};
use crate::observer::{self, ObservingEnd};
use crate::offer::{CandidateFailure, Stage};
use crate::refusal::Refusal;
use crate::rights::Rights;
use crate::ring;
use crate::supervise;

type Teams = BTreeMap<TeamId, Rights>;

pub(crate) fn opened(
    draft: &mut Draft<'_>,
    person: &PersonId,
    name: &str,
    teams: &Teams,
    priority: u8,
) {
    match person {
        PersonId::Agent(agent) => agent_opened(draft, agent, name, teams),
        PersonId::Customer(id) => {
            let known = draft.customer(id);
            let is_same = |known: &Customer| {
                known.session && known.name == name && known.priority == priority
            };
            if !known.is_some_and(is_same) {
                let (customer, name) = (id.clone(), name.to_owned());
                draft.push(Event::CustomerArrived { customer, name, priority });
            }
        }
    }
}

fn agent_opened(draft: &mut Draft<'_>, id: &AgentId, name: &str, teams: &Teams) {
    let (agent, name, teams) = (id.clone(), name.to_owned(), teams.clone());
    let chats = draft.settings().chats;
    let before = supervise::rights(draft, id);
    let known = draft.agent(id);
    match known.map_or(Session::SignedOut, |known| known.session) {
        Session::SignedOut => draft.push(Event::AgentSignedIn { agent, name, teams, chats }),
        Session::Closed { .. } => draft.push(Event::AgentReturned { agent, name, teams, chats }),
        Session::Open => {
            let differs =
                |known: &Agent| known.name != name || known.teams != teams || known.removed;
            if known.is_some_and(differs) {
                draft.push(Event::AgentReturned { agent, name, teams, chats });
            }
        }
    }
    supervise::rights_changed(draft, id, &before);
}

/// The directory says otherwise about an agent. What rings at it or goes on is not touched.
pub(crate) fn changed(draft: &mut Draft<'_>, id: &AgentId, name: &str, teams: &Teams) {
    let differs = |known: &Agent| known.name != name || known.teams != *teams;
    if draft.agent(id).is_some_and(differs) {
        let before = supervise::rights(draft, id);
        let (agent, name, teams) = (id.clone(), name.to_owned(), teams.clone());
        let chats = draft.settings().chats;
        draft.push(Event::AgentChanged { agent, name, teams, chats });
        supervise::rights_changed(draft, id, &before);
    }
}

/// The directory knows an agent no more: it finishes what it is in and gets nothing else.
pub(crate) fn removed(draft: &mut Draft<'_>, id: &AgentId) {
    let is_here = |known: &Agent| known.session != Session::SignedOut && !known.removed;
    if draft.agent(id).is_some_and(is_here) {
        draft.push(Event::AgentRemoved { agent: id.clone() });
        ring::candidate_gone(draft, id);
        supervise::rights_changed(draft, id, &BTreeMap::new());
    }
}

/// Whoever was removed and is free by now is signed out.
pub(crate) fn dismiss(draft: &mut Draft<'_>) {
    let is_done = |agent: &Agent| match agent.session {
        Session::Open | Session::Closed { .. } => agent.removed && agent.places().next().is_none(),
        Session::SignedOut => false,
    };
    let done = draft.touched_agents().filter(|(_, agent)| is_done(agent));
    for agent in done.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
        draft.push(Event::AgentSignedOut { agent });
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
    observer::stop_all(draft, id, &ObservingEnd::Lost);
}

/// An agent says whether it takes offers. Going away while one rings declines it.
pub(crate) fn set_status(
    draft: &mut Draft<'_>,
    by: &PersonId,
    medium: Option<Medium>,
    status: Status,
) -> Result<(), Refusal> {
    let id = access::agent(by)?;
    let agent = draft.agent(id).filter(|agent| agent.session == Session::Open);
    let agent = agent.ok_or(Refusal::NotSignedIn)?;
    if status == (Status::Away { reason: AwayReason::Missed }) {
        return Err(Refusal::NotPermitted);
    }
    let meant = |one: &Medium| medium.is_none_or(|only| only == *one);
    let mut meant_lines = Medium::ALL.into_iter().filter(meant);
    if meant_lines.all(|one| agent.line(one).status == status) {
        return Ok(());
    }
    let (agent, source) = (id.clone(), StatusSource::Agent);
    draft.push(Event::StatusChanged { agent, medium, status, source });
    for (conversation, stage) in ring::alerts(draft, id) {
        match (status, stage) {
            (Status::Present, _) | (Status::Away { .. }, Stage::Joining { .. }) => {}
            (Status::Away { .. }, Stage::Ringing { .. } | Stage::Unreachable { .. }) => {
                let declined = CandidateFailure::Declined;
                if meant(&draft.known(conversation).medium) {
                    ring::candidate_failed(draft, conversation, id, declined, None);
                }
            }
        }
    }
    Ok(())
}
