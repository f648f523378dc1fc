//! What a change of the directory means for those who are here.

use std::sync::Arc;

use call_core::{AgentId, Input, PersonId, Report};
use directory::{Differences, report_of};
use signaling::Opening;
use signaling::protocol::Fault;

use super::Driver;
use super::batch::Batch;

/// What the directory says of whoever signs in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// Comes in: as the directory knows it, or unknown to it and as its token says.
    Granted,
    /// Is removed, and comes back only to finish a call.
    ToFinish(AgentId),
    /// Is removed.
    Denied,
}

impl Driver {
    /// Takes in what the directory is now.
    pub(super) fn directory_changed(&mut self, batch: &mut Batch) {
        let after = Arc::clone(&self.follow.borrow_and_update().directory);
        let before = std::mem::replace(&mut self.directory, Arc::clone(&after));
        let Differences { changed, removed, settings } = Differences::between(&before, &after);
        if settings {
            self.settings = directory::settings(&self.settings, &after, self.wrap_up);
        }
        for agent in changed.iter().filter_map(|agent| after.active_agent(agent)) {
            self.report(report_of(agent), batch);
        }
        for agent in removed {
            self.report(Report::AgentRemoved { agent }, batch);
        }
        if settings {
            self.desks.change();
            // Somebody may be due earlier than before, or rung where nobody was.
            if let Err(refusal) = self.decide(&Input::Deadline, batch) {
                tracing::error!(%refusal, "a deadline was refused");
            }
        }
    }

    /// Tells call control what the directory became while nobody was running.
    pub(super) fn directory_recovered(&mut self, batch: &mut Batch) {
        let directory = Arc::clone(&self.directory);
        for agent in directory.agents() {
            if self.world.agent(&agent.id).is_none() {
                continue;
            }
            if agent.is_active() {
                self.report(report_of(agent), batch);
            } else {
                self.report(Report::AgentRemoved { agent: agent.id.clone() }, batch);
            }
        }
    }

    /// Whether somebody with a good token comes in. Who is in the directory has its name and its
    /// rights, whatever the token says.
    pub(super) fn admits(&self, opening: &mut Opening) -> Admission {
        let person = &mut opening.person;
        let PersonId::Agent(id) = &person.id else { return Admission::Granted };
        let Some(agent) = self.directory.agent(id) else { return Admission::Granted };
        let id = id.clone();
        if let Report::AgentChanged { name, teams, .. } = report_of(agent) {
            (person.name, person.teams) = (name, teams);
        }
        opening.welcome.person.name.clone_from(&person.name);
        opening.welcome.person.teams = person.answers().cloned().collect();
        if agent.is_active() {
            Admission::Granted
        } else if self.world.conversations_of(&person.id).is_empty() {
            Admission::Denied
        } else {
            Admission::ToFinish(id)
        }
    }

    /// Closes the pages of those whom call control has signed out: they were removed, and have
    /// finished what they were in.
    pub(super) fn dismiss(&self, signed_out: Vec<AgentId>) {
        for agent in signed_out {
            if let Some(outbox) = self.sessions.outbox(&agent.into()) {
                outbox.close(gone());
            }
        }
    }
}

/// What somebody is told who works here no longer.
pub(super) fn gone() -> signaling::protocol::WireError {
    Fault::TokenInvalid.because("You are in this server's directory no longer.")
}
