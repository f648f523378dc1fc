//! What all desks show alike, taken once for all of them.
//!
//! A desk is sent whole once and by its changes from then on: whole, each fact about one agent
//! would cost as much as all agents, at every agent.

use std::collections::BTreeMap;

use crate::agent::{Agent, Unavailable};
use crate::conversation::{Care, Medium};
use crate::id::{AgentId, ConversationId, PersonId, TeamId};
use crate::queue::QueueKey;
use crate::settings::{Delivery, Settings, TeamPolicy};
use crate::team::Outlook;
use crate::time::Time;
use crate::view::desk::{
    AgentState, AgentView, DeliveryView, DeskChanges, DeskView, SelfView, TeamChatView, TeamView,
    WhenNobodyView, chat_line, self_view, state, status, teams,
};
use crate::world::World;

/// All agents and teams, as desks show them.
#[derive(Debug, Clone, Default)]
pub struct Floor {
    agents: BTreeMap<AgentId, AgentView>,
    teams: BTreeMap<TeamId, TeamView>,
    as_of: Time,
}

/// What is new on the floor.
#[derive(Debug, Clone)]
pub struct FloorChanges {
    agents: Vec<AgentView>,
    agents_gone: Vec<PersonId>,
    teams: Vec<TeamView>,
    teams_gone: Vec<TeamId>,
    as_of: Time,
}

impl Floor {
    /// The floor as it is.
    pub fn of(world: &World, settings: &Settings) -> Self {
        let agents = world.agents().map(|(id, agent)| (id.clone(), agent_view(id, agent)));
        let teams = settings.teams.keys();
        let teams = teams.filter_map(|id| Some((id.clone(), team_view(world, settings, id)?)));
        Self { agents: agents.collect(), teams: teams.collect(), as_of: world.as_of() }
    }

    /// An agent's desk, whole.
    pub fn desk(&self, world: &World, agent: &AgentId) -> Option<DeskView> {
        let you = self_view(agent, world.agent(agent)?);
        let others = self.agents.iter().filter(|(id, _)| *id != agent);
        Some(DeskView {
            agents: others.map(|(_, view)| view.clone().seen_by(&you)).collect(),
            you,
            teams: self.teams.values().cloned().collect(),
            server_time_ms: self.as_of,
        })
    }

    /// What is new since `before`.
    pub fn since(&self, before: &Self) -> FloorChanges {
        let (agents, agents_gone) = changes(&before.agents, &self.agents);
        let (teams, teams_gone) = changes(&before.teams, &self.teams);
        let agents_gone = agents_gone.into_iter().map(PersonId::from).collect();
        FloorChanges { agents, agents_gone, teams, teams_gone, as_of: self.as_of }
    }
}

impl FloorChanges {
    /// What is new at one desk, if anything is. None of it for who may see other things than
    /// before: that desk is to be shown whole.
    pub fn at(&self, before: &SelfView, you: &SelfView) -> DeskChanges {
        let colleague = |view: &&AgentView| view.id != you.id;
        DeskChanges {
            you: (before != you).then(|| you.clone()),
            agents: self.agents.iter().filter(colleague).cloned().map(|v| v.seen_by(you)).collect(),
            agents_gone: self.agents_gone.clone(),
            teams: self.teams.clone(),
            teams_gone: self.teams_gone.clone(),
            server_time_ms: self.as_of,
        }
    }
}

impl DeskChanges {
    /// Whether nothing is new.
    pub fn is_empty(&self) -> bool {
        let Self { you, agents, agents_gone, teams, teams_gone, server_time_ms: _ } = self;
        you.is_none()
            && agents.is_empty()
            && agents_gone.is_empty()
            && teams.is_empty()
            && teams_gone.is_empty()
    }
}

impl SelfView {
    /// An agent as it sees itself.
    pub fn of(world: &World, agent: &AgentId) -> Option<Self> {
        Some(self_view(agent, world.agent(agent)?))
    }

    /// Whether it is shown who observes.
    pub fn manages(&self) -> bool {
        self.rights.values().any(|rights| rights.manage)
    }
}

impl AgentView {
    /// Whether somebody observes is for those who manage; to others it talks.
    fn seen_by(self, viewer: &SelfView) -> Self {
        if self.state != AgentState::Observing || viewer.manages() {
            return self;
        }
        let unavailable_reason = self.unavailable_reason.map(|why| match why {
            Unavailable::Observing => Unavailable::Talking,
            Unavailable::Offline
            | Unavailable::Away
            | Unavailable::NoLeg
            | Unavailable::Ringing
            | Unavailable::Talking
            | Unavailable::WrapUp => why,
        });
        Self { state: AgentState::Talking, unavailable_reason, ..self }
    }
}

/// What is new or changed, and what is gone.
fn changes<K: Ord + Clone, V: PartialEq + Clone>(
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
) -> (Vec<V>, Vec<K>) {
    let new = after.iter().filter(|(id, view)| before.get(id) != Some(view));
    let gone = before.keys().filter(|id| !after.contains_key(id));
    (new.map(|(_, view)| view.clone()).collect(), gone.cloned().collect())
}

fn agent_view(id: &AgentId, agent: &Agent) -> AgentView {
    let unavailable = agent.availability(Medium::Voice).err();
    AgentView {
        id: id.clone().into(),
        name: agent.name.clone(),
        teams: teams(agent),
        status: status(&agent.voice),
        state: state(agent),
        available: unavailable.is_none(),
        unavailable_reason: unavailable,
        chat: chat_line(agent),
    }
}

fn team_view(world: &World, settings: &Settings, id: &TeamId) -> Option<TeamView> {
    let team = settings.teams.get(id)?;
    let voice = queue_view(world, settings, &QueueKey::new(id, Medium::Voice))?;
    let chat = queue_view(world, settings, &QueueKey::new(id, Medium::Chat))?;
    Some(TeamView {
        id: id.clone(),
        name: team.name.clone(),
        available: voice.available,
        waiting: voice.waiting,
        waiting_since_ms: voice.waiting_since_ms,
        estimated_wait_ms: voice.estimated_wait_ms,
        chat,
        delivery: match team.delivery {
            Delivery::Push => DeliveryView::Push,
            Delivery::Pull => DeliveryView::Pull,
        },
        when_nobody: match &team.policy {
            TeamPolicy::Reject => WhenNobodyView::Reject,
            TeamPolicy::Wait => WhenNobodyView::Wait,
            TeamPolicy::Queue => WhenNobodyView::Queue,
            TeamPolicy::FallbackTeam(next) => WhenNobodyView::FallbackTeam(next.clone()),
        },
    })
}

fn queue_view(world: &World, settings: &Settings, queue: &QueueKey) -> Option<TeamChatView> {
    let QueueKey { team, medium } = queue;
    let places: Vec<_> = world.index.queue(queue).collect();
    let staff = world.index.staff(queue);
    let outlook = Outlook::of(settings, (team, *medium), world.team(team), staff)?;
    let wait = outlook.wait(places.len() + 1);
    Some(TeamChatView {
        available: staff.1,
        waiting: places.len(),
        waiting_since_ms: places.iter().filter_map(|rank| waiting_since(world, rank.id)).min(),
        estimated_wait_ms: wait.and_then(|wait| u64::try_from(wait.as_millis()).ok()),
    })
}

/// Since when somebody waits, also beside an agent who is sending it there.
fn waiting_since(world: &World, id: ConversationId) -> Option<Time> {
    let conversation = world.conversation(id)?;
    match &conversation.care {
        Care::Queued(queued) => Some(queued.since),
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => {
            conversation.offer.as_ref().map(|offer| offer.opened_at)
        }
    }
}
