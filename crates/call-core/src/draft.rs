//! A decision being made: the world as it stands, what was decided so far on top of it, and
//! the events that say so.

use std::collections::BTreeSet;

use crate::agent::Agent;
use crate::conversation::Conversation;
use crate::customer::Customer;
use crate::event::{Event, Recorded};
use crate::id::{AgentId, ConversationId, CustomerId, OfferId, PersonId, TeamId};
use crate::queue::{self, QueueKey, Rank};
use crate::record;
use crate::settings::{Settings, TeamSettings, Timers};
use crate::team::{Outlook, Team};
use crate::time::Time;
use crate::world::World;

/// Rules read the draft and push events; each takes effect in the draft at once.
///
/// Only what an event touches is copied, so that deciding costs the same however many
/// conversations there are.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    base: &'a World,
    top: World,
    gone: BTreeSet<ConversationId>,
    copied: BTreeSet<CustomerId>,
    settings: &'a Settings,
    now: Time,
    events: Vec<Event>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(base: &'a World, settings: &'a Settings, now: Time) -> Self {
        let top = World {
            next_conversation: base.next_conversation,
            next_offer: base.next_offer,
            as_of: base.as_of,
            ..World::new()
        };
        Self {
            base,
            top,
            gone: BTreeSet::new(),
            copied: BTreeSet::new(),
            settings,
            now,
            events: Vec::new(),
        }
    }

    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// The world as it stood when the decision began.
    pub(crate) fn base(&self) -> &'a World {
        self.base
    }

    /// Whether anybody may be rung, seated or told otherwise than before: what is written in a chat
    /// moves nobody.
    pub(crate) fn has_moved(&self) -> bool {
        !self.events.iter().all(Event::is_writing)
    }

    pub(crate) fn now(&self) -> Time {
        self.now
    }

    pub(crate) fn settings(&self) -> &'a Settings {
        self.settings
    }

    pub(crate) fn timers(&self) -> &'a Timers {
        &self.settings.timers
    }

    pub(crate) fn team(&self, conversation: &Conversation) -> Option<&'a TeamSettings> {
        self.settings.teams.get(conversation.team.as_ref()?)
    }

    pub(crate) fn next_conversation(&self) -> ConversationId {
        self.top.next_conversation()
    }

    pub(crate) fn next_offer(&self) -> OfferId {
        self.top.next_offer()
    }

    pub(crate) fn agent(&self, id: &AgentId) -> Option<&Agent> {
        self.top.agents.get(id).or_else(|| self.base.agents.get(id))
    }

    /// The agents of a team who could be rung.
    pub(crate) fn free(&self, queue: &QueueKey) -> impl Iterator<Item = (&AgentId, &Agent)> {
        let before = self.base.index.free(queue).filter(|id| !self.top.agents.contains_key(*id));
        let before = before.filter_map(|id| self.base.agents.get_key_value(id));
        let touched = self
            .top
            .agents
            .iter()
            .filter(|(_, agent)| agent.answers(&queue.team))
            .filter(|(_, agent)| agent.availability(queue.medium).is_ok());
        before.chain(touched)
    }

    /// The queues for which somebody could be rung.
    pub(crate) fn served_queues(&self) -> BTreeSet<QueueKey> {
        let before = self.base.index.staffed().cloned();
        let touched = self.top.agents.values().flat_map(|agent| agent.teams.keys());
        let touched = touched.flat_map(QueueKey::of_team);
        before.chain(touched).filter(|queue| self.free(queue).next().is_some()).collect()
    }

    pub(crate) fn customer(&self, id: &CustomerId) -> Option<&Customer> {
        if self.copied.contains(id) { &self.top } else { self.base }.customer(id)
    }

    pub(crate) fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        if self.gone.contains(&id) {
            return None;
        }
        self.top.conversations.get(&id).or_else(|| self.base.conversations.get(&id))
    }

    /// A conversation that a rule has found already.
    pub(crate) fn known(&self, id: ConversationId) -> &Conversation {
        self.conversation(id).expect("a rule keeps to conversations it has found")
    }

    /// Whether this decision has a word of its own about a conversation.
    pub(crate) fn is_touched(&self, id: ConversationId) -> bool {
        self.top.conversations.contains_key(&id) || self.gone.contains(&id)
    }

    /// The places of a queue, first come first.
    pub(crate) fn queue(&self, queue: &QueueKey) -> Vec<Rank> {
        let before = self.base.index.queue(queue).filter(|rank| !self.is_touched(rank.id));
        let mut places: Vec<_> = before.chain(self.top.index.queue(queue)).collect();
        places.sort_unstable();
        places
    }

    /// The queues in which somebody may stand.
    pub(crate) fn queues(&self) -> BTreeSet<QueueKey> {
        self.base.index.queues().chain(self.top.index.queues()).cloned().collect()
    }

    /// The conversations with an open invitation to a team, in order of arrival.
    pub(crate) fn invitations(&self) -> BTreeSet<ConversationId> {
        let before = self.base.index.invitations().filter(|id| !self.is_touched(*id));
        before.chain(self.top.index.invitations()).collect()
    }

    /// What has been learnt about a team.
    pub(crate) fn learnt(&self, id: &TeamId) -> Option<&Team> {
        self.top.teams.get(id).or_else(|| self.base.teams.get(id))
    }

    /// How long the waits in a queue last.
    pub(crate) fn outlook(&self, queue: &QueueKey) -> Option<Outlook> {
        let staff = (self.present(queue), self.free(queue).count());
        let QueueKey { team, medium } = queue;
        Outlook::of(self.settings, (team, *medium), self.learnt(team), staff)
    }

    /// In how many conversations those who serve a queue and are present can be at a time.
    pub(crate) fn present(&self, queue: &QueueKey) -> usize {
        let (mut present, _) = self.base.index.staff(queue);
        let counts = |agent: &Agent| {
            let serves = agent.answers(&queue.team) && agent.is_present(queue.medium);
            if serves { agent.capacity(queue.medium) } else { 0 }
        };
        for (touched, agent) in &self.top.agents {
            present -= self.base.agents.get(touched).map_or(0, counts);
            present += counts(agent);
        }
        present
    }

    /// The queues in which this decision may have changed a place or a wait.
    pub(crate) fn moved_queues(&self) -> BTreeSet<QueueKey> {
        let ids = self.top.conversations.keys().chain(&self.gone);
        let sides = ids.flat_map(|id| [self.base, &self.top].map(|w| w.conversations.get(id)));
        let queues = sides.flatten().filter_map(queue::rank).map(|(queue, _)| queue);
        let agents = self.top.agents.values();
        let answered =
            agents.flat_map(|agent| agent.teams.keys().filter(|team| agent.answers(team)));
        queues.chain(answered.flat_map(QueueKey::of_team)).collect()
    }

    /// The conversations this decision has touched so far.
    pub(crate) fn touched_conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.top.conversations.values()
    }

    /// The agents this decision has touched so far.
    pub(crate) fn touched_agents(&self) -> impl Iterator<Item = (&AgentId, &Agent)> {
        self.top.agents.iter()
    }

    /// The live conversations a person has to do with.
    pub(crate) fn conversations_of(&self, person: &PersonId) -> Vec<ConversationId> {
        let knows = match person {
            PersonId::Agent(agent) => self.top.agents.contains_key(agent),
            PersonId::Customer(customer) => self.copied.contains(customer),
        };
        if knows { &self.top } else { self.base }.conversations_of(person)
    }

    /// Decides that something happens.
    pub(crate) fn push(&mut self, event: Event) {
        self.copy_touched(&event);
        let recorded = Recorded { at: self.now, event };
        self.top.apply(&recorded);
        if let Some(id) = recorded.event.conversation()
            && !self.top.conversations.contains_key(&id)
        {
            self.gone.insert(id);
        }
        self.events.push(recorded.event);
    }

    fn copy_touched(&mut self, event: &Event) {
        if let Event::ServerRestarted { .. } = event {
            // The first and only event of its decision: everything is touched.
            self.top = self.base.clone();
            self.copied.extend(self.base.customers.keys().cloned());
            return;
        }
        if let Some(person) = event.person() {
            self.copy_person(&person);
        }
        if let Event::WrapUpEnded { agent, .. } = event {
            let wrap_up = self.agent(agent).and_then(|agent| agent.wrap_up.as_ref());
            let team = wrap_up.and_then(|wrap_up| wrap_up.team.clone());
            if let Some(team) = team {
                self.copy_team(&team);
            }
        }
        let Some(id) = event.conversation() else { return };
        self.copy_teams(id);
        self.copy_conversation(id);
        if let Some(beside) = record::beside(&self.top, event) {
            self.copy_conversation(beside);
        }
    }

    fn copy_conversation(&mut self, id: ConversationId) {
        if self.top.conversations.contains_key(&id) {
            return;
        }
        let Some(conversation) = self.base.conversations.get(&id) else { return };
        self.top.conversations.insert(id, conversation.clone());
        // It keeps its place in a queue, whatever it is copied for.
        self.top.index.conversation(id, Some(conversation));
        // Whoever has to do with it changes with it: ending frees them all.
        for person in conversation.people() {
            self.copy_person(&person);
        }
    }

    /// What is learnt from an event is learnt about these teams.
    fn copy_teams(&mut self, id: ConversationId) {
        let Some(conversation) = self.conversation(id) else { return };
        let offered = conversation.offer.as_ref().and_then(|offer| offer.target.team());
        let teams = [conversation.team.clone(), offered.cloned()];
        for team in teams.iter().flatten() {
            self.copy_team(team);
        }
    }

    fn copy_team(&mut self, id: &TeamId) {
        if !self.top.teams.contains_key(id) {
            let known = self.base.teams.get(id);
            self.top.teams.extend(known.map(|team| (id.clone(), team.clone())));
        }
    }

    fn copy_person(&mut self, person: &PersonId) {
        match person {
            PersonId::Agent(id) if !self.top.agents.contains_key(id) => {
                let known = self.base.agents.get(id);
                self.top.agents.extend(known.map(|agent| (id.clone(), agent.clone())));
            }
            PersonId::Customer(id) if self.copied.insert(id.clone()) => {
                let known = self.base.customers.get(id);
                self.top.customers.extend(known.map(|customer| (id.clone(), customer.clone())));
            }
            PersonId::Agent(_) | PersonId::Customer(_) => {}
        }
    }
}
