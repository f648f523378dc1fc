//! An observer: hears a conversation without a seat in it.

use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::conversation::{Care, Conversation};
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{AgentId, ConversationId, PersonId};
use crate::invite;
use crate::mute;
use crate::offer::OfferEnd;
use crate::participant::Presence;
use crate::refusal::Refusal;
use crate::time::Time;

/// The most observers of one conversation, a ringing listener counted in.
pub const OBSERVERS: usize = 2;

/// What an observer is there as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ObserverMode {
    /// A supervisor who hears and is heard by nobody; only who manages knows of it.
    Monitor,
    /// A supervisor who is heard by one agent only, who knows of it.
    Coach {
        /// That agent.
        agent: AgentId,
    },
    /// An agent in training who hears and is heard by nobody; the agents know of it.
    Listener,
}

impl ObserverMode {
    /// Whether nobody but those who manage is to notice.
    pub const fn is_incognito(&self) -> bool {
        match self {
            Self::Monitor => true,
            Self::Coach { .. } | Self::Listener => false,
        }
    }
}

/// Why somebody observes no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ObservingEnd {
    /// By its own command.
    Left,
    /// A listener, by an agent's command.
    Removed {
        /// Whose.
        by: PersonId,
    },
    /// Its leg did not come back in time, or its page was gone for too long.
    Lost,
    /// The directory took the right away.
    NotPermitted,
    /// A listener: the last agent it could learn from is gone.
    AgentsGone,
    /// A monitor, for a listener: nobody is to notice that there would have been no room.
    GaveWay,
}

/// Somebody who hears a conversation without a seat in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observer {
    /// What it is there as.
    pub mode: ObserverMode,
    /// Whether its leg is connected; if not, it is gone after the lease.
    pub presence: Presence,
    /// Since when.
    pub since: Time,
}

impl Observer {
    /// Whether it is there to learn.
    pub fn is_listener(&self) -> bool {
        match self.mode {
            ObserverMode::Listener => true,
            ObserverMode::Monitor | ObserverMode::Coach { .. } => false,
        }
    }

    /// Whether its leg is connected.
    pub fn is_joined(&self) -> bool {
        match self.presence {
            Presence::Joined => true,
            Presence::Reconnecting { .. } => false,
        }
    }
}

/// What an agent observes.
fn observed(draft: &Draft<'_>, agent: &AgentId) -> Vec<ConversationId> {
    // Also what rings at it while it reads along.
    let places = draft.agent(agent).into_iter().flat_map(Agent::places).map(|(id, _)| id);
    places.filter(|id| draft.known(*id).observes(agent)).collect()
}

/// Whether one more may observe.
pub(crate) fn check_room(conversation: &Conversation) -> Result<(), Refusal> {
    let rings = conversation.offer.as_ref().is_some_and(|offer| !offer.is_for_a_seat());
    let taken = conversation.observers.len() + usize::from(rings);
    if taken < OBSERVERS { Ok(()) } else { Err(Refusal::ObserversFull) }
}

/// Whether one more may observe of whom others know: whom nobody is to notice counts for nothing,
/// and gives way.
pub(crate) fn check_room_but_for_monitors(conversation: &Conversation) -> Result<(), Refusal> {
    let rings = conversation.offer.as_ref().is_some_and(|offer| !offer.is_for_a_seat());
    let observers = conversation.observers.values();
    let known = observers.filter(|observer| !observer.mode.is_incognito()).count();
    let taken = known + usize::from(rings);
    if taken < OBSERVERS { Ok(()) } else { Err(Refusal::ObserversFull) }
}

/// Somebody begins to listen: where two observe already, the monitor who came last goes.
pub(crate) fn make_room(draft: &mut Draft<'_>, id: ConversationId) {
    let observers = &draft.known(id).observers;
    if observers.len() < OBSERVERS {
        return;
    }
    let monitors = observers.iter().filter(|(_, observer)| observer.mode.is_incognito());
    let last = monitors.max_by_key(|(_, observer)| observer.since);
    if let Some(agent) = last.map(|(agent, _)| agent.clone()) {
        stop(draft, id, &agent, ObservingEnd::GaveWay);
    }
}

pub(crate) fn start(draft: &mut Draft<'_>, id: ConversationId, agent: &AgentId, as_: ObserverMode) {
    let agent = agent.clone();
    draft.push(Event::ObservingStarted { conversation: id, agent, mode: as_ });
}

/// Somebody who observes is there as something else from here on.
pub(crate) fn change(
    draft: &mut Draft<'_>,
    id: ConversationId,
    agent: &AgentId,
    mode: ObserverMode,
) {
    let observer = draft.known(id).observers.get(agent);
    let Some(was) = observer.map(|observer| observer.mode.clone()) else { return };
    let agent = agent.clone();
    draft.push(Event::ObserverModeChanged { conversation: id, agent, was, mode });
}

/// Ends somebody's observing of a conversation.
pub(crate) fn stop(draft: &mut Draft<'_>, id: ConversationId, agent: &AgentId, end: ObservingEnd) {
    let Some(observer) = draft.known(id).observers.get(agent) else { return };
    let (mode, agent) = (observer.mode.clone(), agent.clone());
    draft.push(Event::ObservingStopped { conversation: id, agent, mode, end });
}

/// Ends all of somebody's observing.
pub(crate) fn stop_all(draft: &mut Draft<'_>, agent: &AgentId, end: &ObservingEnd) {
    for id in observed(draft, agent) {
        stop(draft, id, agent, end.clone());
    }
}

/// Its leg is connected again.
pub(crate) fn leg_up(draft: &mut Draft<'_>, agent: &AgentId) {
    for conversation in observed(draft, agent) {
        let observer = draft.known(conversation).observers.get(agent);
        if let Some(observer) = observer.filter(|observer| !observer.is_joined()) {
            let (mode, agent) = (observer.mode.clone(), agent.clone());
            draft.push(Event::ObserverBack { conversation, agent, mode });
        }
    }
}

/// Its leg was lost: it may come back as long as a page may.
pub(crate) fn leg_lost(draft: &mut Draft<'_>, agent: &AgentId) {
    for conversation in observed(draft, agent) {
        let observer = draft.known(conversation).observers.get(agent);
        if let Some(observer) = observer.filter(|observer| observer.is_joined()) {
            let (mode, agent) = (observer.mode.clone(), agent.clone());
            let until = draft.now() + draft.timers().lease;
            draft.push(Event::ObserverLost { conversation, agent, mode, until });
        }
    }
}

/// After a decision: nobody observes, coaches or is silenced for a reason that is gone.
pub(crate) fn settle(draft: &mut Draft<'_>) {
    let live = draft.touched_conversations().filter(|conversation| conversation.is_live());
    for id in live.map(|conversation| conversation.id).collect::<Vec<_>>() {
        settle_ringing(draft, id);
        settle_observers(draft, id);
        mute::lift_stranded(draft, id);
    }
}

/// Nobody is rung to listen to a conversation without agents.
fn settle_ringing(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let rings = conversation.offer.as_ref().is_some_and(|offer| !offer.is_for_a_seat());
    if rings && conversation.agent_seats().next().is_none() {
        invite::close(draft, id, OfferEnd::Cancelled, None);
    }
}

fn settle_observers(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let waits = matches!(conversation.care, Care::Queued(_));
    let mut orphans = Vec::new();
    let mut learners = Vec::new();
    for (agent, observer) in &conversation.observers {
        match &observer.mode {
            ObserverMode::Coach { agent: coached } if !conversation.has_seat(coached) => {
                orphans.push(agent.clone());
            }
            ObserverMode::Listener if waits => learners.push(agent.clone()),
            ObserverMode::Coach { .. } | ObserverMode::Listener | ObserverMode::Monitor => {}
        }
    }
    for agent in orphans {
        change(draft, id, &agent, ObserverMode::Monitor);
    }
    for agent in learners {
        stop(draft, id, &agent, ObservingEnd::AgentsGone);
    }
}
