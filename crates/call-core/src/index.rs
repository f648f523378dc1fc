//! Where to look: what is due first, who stands in which queue, which invitations may ring on,
//! who is there to be rung.
//!
//! Derived from the facts, so that deciding costs the same however many conversations there are.
//! It changes with each event, is no part of a snapshot, and is made anew from one.

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::Agent;
use crate::conversation::{Care, Conversation};
use crate::id::{AgentId, ConversationId, Target, TeamId};
use crate::queue::{self, Rank};
use crate::time::Time;
use crate::timers;

/// Something that has deadlines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Conversation(ConversationId),
    Agent(AgentId),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Index {
    /// The earliest deadline of each that has one.
    due: BTreeSet<(Time, Subject)>,
    due_at: BTreeMap<Subject, Time>,
    /// The places of each queue in which somebody stands.
    queues: BTreeMap<TeamId, BTreeSet<Rank>>,
    standing: BTreeMap<ConversationId, (TeamId, Rank)>,
    /// Conversations with an open invitation to a team.
    invitations: BTreeSet<ConversationId>,
    /// Who of each team is there.
    teams: BTreeMap<TeamId, Staff>,
    at_desk: BTreeMap<AgentId, AtDesk>,
}

/// The agents who take a team's calls and are there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Staff {
    /// Present, busy or not.
    present: BTreeSet<AgentId>,
    /// Could be rung.
    free: BTreeSet<AgentId>,
}

/// An agent who is present.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AtDesk {
    teams: Vec<TeamId>,
    is_free: bool,
}

impl Index {
    /// Made anew.
    pub(crate) fn of<'w>(
        conversations: impl Iterator<Item = &'w Conversation>,
        agents: impl Iterator<Item = (&'w AgentId, &'w Agent)>,
    ) -> Self {
        let mut index = Self::default();
        for conversation in conversations {
            index.conversation(conversation.id, Some(conversation));
        }
        for (id, agent) in agents {
            index.agent(id, agent);
        }
        index
    }

    /// A conversation has changed, or is forgotten.
    pub(crate) fn conversation(&mut self, id: ConversationId, is: Option<&Conversation>) {
        self.set_due(Subject::Conversation(id), is.and_then(timers::first_of_conversation));
        self.set_rank(id, is.and_then(queue::rank));
        if is.is_some_and(invites_team) {
            self.invitations.insert(id);
        } else {
            self.invitations.remove(&id);
        }
    }

    /// An agent has changed.
    pub(crate) fn agent(&mut self, id: &AgentId, agent: &Agent) {
        self.set_due(Subject::Agent(id.clone()), timers::first_of_agent(id, agent));
        let answered = agent.teams.keys().filter(|team| agent.answers(team));
        let is_free = agent.availability().is_ok();
        let at_desk = || AtDesk { teams: answered.cloned().collect(), is_free };
        self.set_at_desk(id, agent.is_present().then(at_desk));
    }

    fn set_at_desk(&mut self, id: &AgentId, is: Option<AtDesk>) {
        if self.at_desk.get(id) == is.as_ref() {
            return;
        }
        let was = self.at_desk.remove(id);
        for team in was.iter().flat_map(|was| &was.teams) {
            let Some(staff) = self.teams.get_mut(team) else { continue };
            staff.present.remove(id);
            staff.free.remove(id);
            if staff.present.is_empty() {
                self.teams.remove(team);
            }
        }
        let Some(is) = is else { return };
        for team in &is.teams {
            let staff = self.teams.entry(team.clone()).or_default();
            staff.present.insert(id.clone());
            if is.is_free {
                staff.free.insert(id.clone());
            }
        }
        self.at_desk.insert(id.clone(), is);
    }

    fn set_due(&mut self, subject: Subject, at: Option<Time>) {
        let before = match at {
            Some(at) => self.due_at.insert(subject.clone(), at),
            None => self.due_at.remove(&subject),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.due.remove(&(before, subject.clone()));
        }
        self.due.extend(at.map(|at| (at, subject)));
    }

    fn set_rank(&mut self, id: ConversationId, rank: Option<(&TeamId, Rank)>) {
        let is = rank.map(|(team, rank)| (team.clone(), rank));
        let was = self.standing.get(&id);
        if was == is.as_ref() {
            return;
        }
        if let Some((team, rank)) = self.standing.remove(&id)
            && let Some(queue) = self.queues.get_mut(&team)
        {
            queue.remove(&rank);
            if queue.is_empty() {
                self.queues.remove(&team);
            }
        }
        if let Some((team, rank)) = is {
            self.queues.entry(team.clone()).or_default().insert(rank);
            self.standing.insert(id, (team, rank));
        }
    }

    /// Whose earliest deadline is the first of all, and those of the same moment.
    pub(crate) fn first_due(&self) -> impl Iterator<Item = &Subject> {
        let first = self.due.first().map(|(at, _)| *at);
        let of_then = self.due.iter().take_while(move |(at, _)| Some(*at) == first);
        of_then.map(|(_, subject)| subject)
    }

    /// Who has a deadline by now.
    pub(crate) fn due_by(&self, now: Time) -> impl Iterator<Item = &Subject> {
        self.due.iter().take_while(move |(at, _)| *at <= now).map(|(_, subject)| subject)
    }

    /// The places of a team's queue, first come first.
    pub(crate) fn queue(&self, team: &TeamId) -> impl Iterator<Item = Rank> {
        self.queues.get(team).into_iter().flatten().copied()
    }

    /// The teams in whose queues somebody stands.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &TeamId> {
        self.queues.keys()
    }

    /// The teams of which somebody is present.
    pub(crate) fn staffed(&self) -> impl Iterator<Item = &TeamId> {
        self.teams.keys()
    }

    /// Who takes a team's calls and could be rung.
    pub(crate) fn free(&self, team: &TeamId) -> impl Iterator<Item = &AgentId> {
        self.teams.get(team).into_iter().flat_map(|staff| &staff.free)
    }

    /// How many take a team's calls and are present, and how many of them could be rung.
    pub(crate) fn staff(&self, team: &TeamId) -> (usize, usize) {
        self.teams.get(team).map_or((0, 0), |staff| (staff.present.len(), staff.free.len()))
    }

    /// Conversations with an open invitation to a team.
    pub(crate) fn invitations(&self) -> impl Iterator<Item = ConversationId> {
        self.invitations.iter().copied()
    }
}

fn invites_team(conversation: &Conversation) -> bool {
    let to_team = conversation.offer.as_ref().is_some_and(|offer| match offer.target {
        Target::Team(_) => true,
        Target::Agent(_) | Target::Queue(_) => false,
    });
    match conversation.care {
        Care::Attended { .. } => to_team,
        Care::Queued(_) | Care::Recalling(_) | Care::Ended(_) => false,
    }
}
