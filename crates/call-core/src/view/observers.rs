//! Who observes a conversation, as far as the receiver of a view is to know.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::conversation::Conversation;
use crate::event::Recorded;
use crate::id::{AgentId, PersonId};
use crate::observer::{Observer, ObserverMode};
use crate::record;
use crate::time::Time;
use crate::view::call::{PresenceView, audience};
use crate::world::World;

/// Somebody who hears the conversation without a seat in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ObserverView {
    /// Who.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// What it is there as.
    pub mode: ObserverModeView,
    /// Who hears it, of a coach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<PersonId>,
    /// Whether it is there.
    pub presence: PresenceView,
    /// Since when it observes.
    pub since_ms: Time,
}

/// What an observer is there as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ObserverModeView {
    /// Hears, and is heard by nobody.
    Monitor,
    /// Is heard by one agent.
    Coach,
    /// Learns.
    Listener,
}

/// The observers that `viewer` is to know of.
pub(crate) fn observers(
    world: &World,
    conversation: &Conversation,
    viewer: &PersonId,
) -> Vec<ObserverView> {
    let known = conversation.observers.iter();
    let known = known.filter(|(id, one)| knows_of(world, conversation, viewer, (id, &one.mode)));
    known.map(|(id, one)| observer(world, id, one)).collect()
}

fn observer(world: &World, id: &AgentId, observer: &Observer) -> ObserverView {
    let (mode, agent) = match &observer.mode {
        ObserverMode::Monitor => (ObserverModeView::Monitor, None),
        ObserverMode::Coach { agent } => (ObserverModeView::Coach, Some(agent.clone().into())),
        ObserverMode::Listener => (ObserverModeView::Listener, None),
    };
    let presence =
        if observer.is_joined() { PresenceView::Joined } else { PresenceView::Reconnecting };
    ObserverView {
        id: id.clone().into(),
        name: world.agent(id).map_or_else(String::new, |agent| agent.name.clone()),
        mode,
        agent,
        presence,
        since_ms: observer.since,
    }
}

/// Itself, whoever manages the team, the agents of a listener, the agent of a coach; never a
/// customer.
fn knows_of(
    world: &World,
    conversation: &Conversation,
    viewer: &PersonId,
    (id, mode): (&AgentId, &ObserverMode),
) -> bool {
    let Some(agent) = viewer.as_agent() else { return false };
    agent == id
        || manages(world, conversation, agent)
        || match mode {
            ObserverMode::Listener => true,
            ObserverMode::Coach { agent: coached } => coached == agent,
            ObserverMode::Monitor => false,
        }
}

fn manages(world: &World, conversation: &Conversation, agent: &AgentId) -> bool {
    let known = world.agent(agent).zip(conversation.team.as_ref());
    known.is_some_and(|(agent, team)| agent.rights(team).manage)
}

/// Who is to be shown a conversation anew after a fact about it: its audience, or, when nobody
/// is to notice, those of it who manage and the monitor itself; and those of what the customer has
/// on the other medium.
pub fn shown_anew(world_after: &World, recorded: &Recorded) -> BTreeSet<PersonId> {
    let event = &recorded.event;
    let conversation = event.conversation().and_then(|id| world_after.conversation(id));
    let Some(conversation) = conversation else { return BTreeSet::new() };
    let mut shown = audience(world_after, conversation.id);
    if event.is_incognito() {
        let observes = |agent: &AgentId| conversation.observes(agent);
        let knows = |agent: &AgentId| observes(agent) || manages(world_after, conversation, agent);
        shown.retain(|person| person.as_agent().is_some_and(knows));
    }
    let beside = record::beside(world_after, event);
    shown.extend(beside.into_iter().flat_map(|other| audience(world_after, other)));
    shown
}
