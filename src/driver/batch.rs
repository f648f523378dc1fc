//! What one turn of the driver gathers before it is durable.

use std::collections::{BTreeMap, BTreeSet};

use call_core::event::Departure;
use call_core::observer::ObservingEnd;
use call_core::{
    AgentId, ConversationId, ConversationRecord, Event, Notice, PersonId, Recorded, Report,
};
use signaling::protocol::{Answer, GoneReason, Resume, Welcome, WireError};
use signaling::{Outbox, SessionId};

use super::chat::Talk;
use super::words::{self, Unsaid};

/// Inputs taken into one append. One flush of the disk then serves up to this many commands; more
/// would only make the first of them wait longer.
pub(super) const MAX_INPUTS: usize = 64;

/// Everything decided in one turn: told to nobody until it is durable.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Inputs taken so far.
    pub(super) inputs: usize,
    /// The events, in order.
    pub(super) records: Vec<Recorded>,
    /// Conversations that came to their end.
    pub(super) history: Vec<ConversationRecord>,
    /// News per person.
    pub(super) notices: Vec<(PersonId, Notice)>,
    /// Who could see a conversation before this turn touched it.
    pub(super) seen_before: BTreeMap<ConversationId, BTreeSet<PersonId>>,
    /// Who is to see a conversation again that this turn has touched.
    pub(super) shown_anew: BTreeMap<ConversationId, BTreeSet<PersonId>>,
    /// Who has no part in a conversation any more, and why.
    pub(super) departures: BTreeMap<(ConversationId, PersonId), GoneReason>,
    /// Agents whom call control has signed out.
    pub(super) signed_out: Vec<AgentId>,
    /// People whose leg changed.
    pub(super) legs_changed: BTreeSet<PersonId>,
    /// What customers are to be told by ear.
    pub(super) words: Unsaid,
    /// What chat channels are to be told.
    pub(super) talk: Talk,
    /// Commands and what became of them.
    pub(super) replies: Vec<Reply>,
    /// Sessions to be welcomed.
    pub(super) arrivals: Vec<NewSession>,
    /// Reports that must not be forgotten when the journal fails.
    pub(super) reports: Vec<Report>,
}

/// The outcome of one command.
#[derive(Debug)]
pub(super) struct Reply {
    /// Where to.
    pub(super) outbox: Outbox,
    /// The client's number for it.
    pub(super) id: u64,
    /// What became of it.
    pub(super) outcome: Result<Answer, WireError>,
}

/// A session that said hello in this turn.
#[derive(Debug)]
pub(super) struct NewSession {
    /// The session.
    pub(super) session: SessionId,
    /// Who.
    pub(super) person: PersonId,
    /// The session it wants to go on with.
    pub(super) resume: Option<Resume>,
    /// The answer to its hello, with what only the driver knows still to be set.
    pub(super) welcome: Box<Welcome>,
}

impl Batch {
    /// Whether anything has to become durable.
    pub(super) fn is_volatile(&self) -> bool {
        self.records.is_empty() && self.history.is_empty()
    }

    /// Notes what a fact means for those who are to be told.
    pub(super) fn note(&mut self, event: &Event) {
        words::note(&mut self.words, event);
        if let Event::AgentSignedOut { agent } = event {
            self.signed_out.push(agent.clone());
        }
        if let Event::Reopened { conversation, .. } = event {
            // It ended in this very turn, and goes on.
            self.history.retain(|record| record.id != *conversation);
        }
        if let Event::ParticipantLeft { conversation, participant, departure, .. } = event {
            let reason = match departure {
                Departure::Left => GoneReason::Left,
                Departure::Removed { .. } => GoneReason::Removed,
                Departure::Lost => GoneReason::Lost,
            };
            self.departures.insert((*conversation, participant.clone()), reason);
        }
        if let Event::ObservingStopped { conversation, agent, end, .. } = event {
            let reason = match end {
                ObservingEnd::Left => GoneReason::Left,
                ObservingEnd::Removed { .. }
                | ObservingEnd::NotPermitted
                | ObservingEnd::AgentsGone
                | ObservingEnd::GaveWay => GoneReason::Removed,
                ObservingEnd::Lost => GoneReason::Lost,
            };
            self.departures.insert((*conversation, agent.clone().into()), reason);
        }
        if let Event::SupervisorLeft { conversation, agent } = event {
            self.departures.insert((*conversation, agent.clone().into()), GoneReason::Left);
        }
        if let Event::TakenOver { conversation, from: Some(from), .. } = event {
            self.departures.insert((*conversation, from.clone().into()), GoneReason::Removed);
        }
    }
}
