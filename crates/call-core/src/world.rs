//! Everything call control knows, and how to find it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::conversation::Conversation;
use crate::customer::Customer;
use crate::event::{Event, Recorded};
use crate::evolve;
use crate::id::{AgentId, ConversationId, CustomerId, OfferId, PersonId, TeamId};
use crate::index::Index;
use crate::team::Team;
use crate::time::Time;

/// The whole state: what the journal folds to, and what a snapshot is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Snapshot")]
pub struct World {
    pub(crate) agents: BTreeMap<AgentId, Agent>,
    pub(crate) customers: BTreeMap<CustomerId, Customer>,
    pub(crate) conversations: BTreeMap<ConversationId, Conversation>,
    pub(crate) teams: BTreeMap<TeamId, Team>,
    pub(crate) next_conversation: u64,
    pub(crate) next_offer: u64,
    pub(crate) as_of: Time,
    #[serde(skip)]
    pub(crate) index: Index,
}

/// A world as it is stored.
#[derive(Deserialize)]
struct Snapshot {
    agents: BTreeMap<AgentId, Agent>,
    customers: BTreeMap<CustomerId, Customer>,
    conversations: BTreeMap<ConversationId, Conversation>,
    teams: BTreeMap<TeamId, Team>,
    next_conversation: u64,
    next_offer: u64,
    as_of: Time,
}

impl From<Snapshot> for World {
    fn from(stored: Snapshot) -> Self {
        Self {
            index: Index::of(stored.conversations.values(), stored.agents.iter()),
            agents: stored.agents,
            customers: stored.customers,
            conversations: stored.conversations,
            teams: stored.teams,
            next_conversation: stored.next_conversation,
            next_offer: stored.next_offer,
            as_of: stored.as_of,
        }
    }
}

impl Default for World {
    fn default() -> Self {
        Self {
            agents: BTreeMap::new(),
            customers: BTreeMap::new(),
            conversations: BTreeMap::new(),
            teams: BTreeMap::new(),
            next_conversation: 1,
            next_offer: 1,
            as_of: Time::default(),
            index: Index::default(),
        }
    }
}

impl World {
    /// A world in which nothing has happened.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a recorded fact in.
    pub fn apply(&mut self, recorded: &Recorded) {
        let mut moved = self.agents_of(&recorded.event);
        evolve::apply(self, recorded);
        moved.extend(self.agents_of(&recorded.event));
        self.reindex(&recorded.event, &moved);
    }

    /// What an event may have moved is looked at again; after a restart that is everything.
    fn reindex(&mut self, event: &Event, moved: &BTreeSet<AgentId>) {
        if let Event::ServerRestarted { .. } = event {
            self.index = Index::of(self.conversations.values(), self.agents.iter());
            return;
        }
        if let Some(id) = event.conversation() {
            self.index.conversation(id, self.conversations.get(&id));
        }
        for id in moved {
            if let Some(agent) = self.agents.get(id) {
                self.index.agent(id, agent);
                // What it wraps up is remembered for as long.
                if let Some(wrap_up) = &agent.wrap_up {
                    let followed = wrap_up.conversation;
                    self.index.conversation(followed, self.conversations.get(&followed));
                }
            }
        }
    }

    /// The agents whom an event may concern.
    fn agents_of(&self, event: &Event) -> BTreeSet<AgentId> {
        let conversation = event.conversation().and_then(|id| self.conversations.get(&id));
        let people = conversation.map(Conversation::people).unwrap_or_default();
        let all = people.into_iter().chain(event.person());
        all.filter_map(|person| person.as_agent().cloned()).collect()
    }

    /// When the latest fact happened.
    pub fn as_of(&self) -> Time {
        self.as_of
    }

    /// An agent the server has seen.
    pub fn agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.get(id)
    }

    /// All agents the server has seen.
    pub fn agents(&self) -> impl Iterator<Item = (&AgentId, &Agent)> {
        self.agents.iter()
    }

    /// A customer who is here.
    pub fn customer(&self, id: &CustomerId) -> Option<&Customer> {
        self.customers.get(id)
    }

    /// All customers who are here.
    pub fn customers(&self) -> impl Iterator<Item = (&CustomerId, &Customer)> {
        self.customers.iter()
    }

    /// A conversation, live or not yet forgotten.
    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.conversations.get(&id)
    }

    /// All conversations, live or not yet forgotten, in order of arrival.
    pub fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.conversations.values()
    }

    /// Those that began after one.
    pub(crate) fn conversations_after(
        &self,
        after: Option<ConversationId>,
    ) -> impl Iterator<Item = &Conversation> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.conversations.range((from, Bound::Unbounded)).map(|(_, conversation)| conversation)
    }

    /// The live conversations a person has to do with: its seats, what rings at it, what it
    /// observes; calls first.
    pub fn conversations_of(&self, person: &PersonId) -> Vec<ConversationId> {
        match person {
            PersonId::Customer(customer) => {
                let seats = self.customer(customer).map(|customer| &customer.seats);
                seats.into_iter().flat_map(BTreeMap::values).copied().collect()
            }
            PersonId::Agent(agent) => {
                self.agent(agent).into_iter().flat_map(Agent::places).map(|(id, _)| id).collect()
            }
        }
    }

    /// What has been learnt about a team.
    pub fn team(&self, id: &TeamId) -> Option<&Team> {
        self.teams.get(id)
    }

    /// The number the next conversation gets: what a `call` is answered with.
    pub fn next_conversation(&self) -> ConversationId {
        ConversationId(self.next_conversation)
    }

    /// The number the next offer gets.
    pub fn next_offer(&self) -> OfferId {
        OfferId(self.next_offer)
    }
}
