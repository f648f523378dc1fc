//! Where to look: what is due first, who stands in which queue, which invitations may ring on,
//! who is there to be rung.
//!
//! Derived from the facts, so that deciding costs the same however many conversations there are.
//! It changes with each event, is no part of a snapshot, and is made anew from one.

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::Agent;
use crate::conversation::{Care, Conversation, Medium};
use crate::id::{AgentId, ConversationId, Target};
use crate::queue::{self, QueueKey, Rank};
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
    queues: BTreeMap<QueueKey, BTreeSet<Rank>>,
    standing: BTreeMap<ConversationId, (QueueKey, Rank)>,
    /// Conversations with an open invitation to a team.
    invitations: BTreeSet<ConversationId>,
    /// Who of each team is there, per medium.
    staff: BTreeMap<QueueKey, Staff>,
    at_desk: BTreeMap<AgentId, Vec<AtDesk>>,
}

/// The agents who serve a queue and are there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Staff {
    /// Present, busy or not; and in how many conversations each can be at a time.
    present: BTreeMap<AgentId, usize>,
    /// Could be rung.
    free: BTreeSet<AgentId>,
}

/// That an agent who is present serves a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AtDesk {
    queue: QueueKey,
    capacity: usize,
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
        let present = Medium::ALL.into_iter().filter(|medium| agent.is_present(*medium));
        let served = present.flat_map(|medium| {
            let capacity = agent.capacity(medium);
            let is_free = agent.availability(medium).is_ok();
            let answered = agent.teams.keys().filter(|team| agent.answers(team));
            answered.map(move |team| AtDesk {
                queue: QueueKey::new(team, medium),
                capacity,
                is_free,
            })
        });
        self.set_at_desk(id, served.collect());
    }

    fn set_at_desk(&mut self, id: &AgentId, is: Vec<AtDesk>) {
        if self.at_desk.get(id) == Some(&is) {
            return;
        }
        for was in self.at_desk.remove(id).into_iter().flatten() {
            let Some(staff) = self.staff.get_mut(&was.queue) else { continue };
            staff.present.remove(id);
            staff.free.remove(id);
            if staff.present.is_empty() {
                self.staff.remove(&was.queue);
            }
        }
        for AtDesk { queue, capacity, is_free } in &is {
            let staff = self.staff.entry(queue.clone()).or_default();
            staff.present.insert(id.clone(), *capacity);
            if *is_free {
                staff.free.insert(id.clone());
            }
        }
        if !is.is_empty() {
            self.at_desk.insert(id.clone(), is);
        }
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

    fn set_rank(&mut self, id: ConversationId, is: Option<(QueueKey, Rank)>) {
        if self.standing.get(&id) == is.as_ref() {
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

    /// The places of a queue, first come first.
    pub(crate) fn queue(&self, queue: &QueueKey) -> impl Iterator<Item = Rank> {
        self.queues.get(queue).into_iter().flatten().copied()
    }

    /// The queues in which somebody stands.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &QueueKey> {
        self.queues.keys()
    }

    /// The queues that somebody who is present serves.
    pub(crate) fn staffed(&self) -> impl Iterator<Item = &QueueKey> {
        self.staff.keys()
    }

    /// Who serves a queue and could be rung.
    pub(crate) fn free(&self, queue: &QueueKey) -> impl Iterator<Item = &AgentId> {
        self.staff.get(queue).into_iter().flat_map(|staff| &staff.free)
    }

    /// In how many conversations those who serve a queue and are present can be at a time, and how
    /// many of them could be rung.
    pub(crate) fn staff(&self, queue: &QueueKey) -> (usize, usize) {
        let of = |staff: &Staff| (staff.present.values().sum(), staff.free.len());
        self.staff.get(queue).map_or((0, 0), of)
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
