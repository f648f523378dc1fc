//! The conversations an agent may supervise, to choose one.

use serde::Serialize;

use crate::conversation::{Conversation, Medium, Phase};
use crate::id::{AgentId, ConversationId, Owner, PersonId, TeamId};
use crate::supervise::Supervisor;
use crate::time::Time;
use crate::view::action::{self, Action};
use crate::view::observers::{self, ObserverView};
use crate::world::World;

/// A live conversation, to those who may listen to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OngoingView {
    /// Its number.
    pub id: ConversationId,
    /// Whether it is a call or a chat.
    pub medium: Medium,
    /// Its team.
    pub team: Option<TeamId>,
    /// What is going on.
    pub phase: Phase,
    /// Who answers for it.
    pub owner: Owner,
    /// Who sits in it.
    pub participants: Vec<OngoingSeat>,
    /// Who observes it.
    pub observers: Vec<ObserverView>,
    /// When the customer called.
    pub started_at_ms: Time,
    /// When an agent first answered.
    pub answered_at_ms: Option<Time>,
    /// What the receiver may do about it as a supervisor.
    pub actions: Vec<Action>,
}

/// A seat in a conversation one may supervise.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OngoingSeat {
    /// Whose.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
}

/// The live conversations that an agent may listen to, in order of arrival: at most so many of
/// those after one, and whether there are more. Only what is given is made.
pub fn ongoing(
    world: &World,
    id: &AgentId,
    after: Option<ConversationId>,
    most: usize,
) -> (Vec<OngoingView>, bool) {
    let Some(agent) = world.agent(id) else { return (Vec::new(), false) };
    let who = Supervisor { id, agent };
    let live = world.conversations_after(after).filter(|conversation| conversation.is_live());
    let mut mine = live.filter(|conversation| who.rights(conversation).may_listen());
    let page = mine.by_ref().take(most).map(|conversation| one(world, conversation, who)).collect();
    (page, mine.next().is_some())
}

fn one(world: &World, conversation: &Conversation, who: Supervisor<'_>) -> OngoingView {
    let seats = conversation.participants.iter();
    let seat = |(id, seat): (&PersonId, &crate::participant::Participant)| OngoingSeat {
        id: id.clone(),
        name: seat.name.clone(),
    };
    OngoingView {
        id: conversation.id,
        medium: conversation.medium,
        team: conversation.team.clone(),
        phase: conversation.phase(),
        owner: conversation.owner(),
        participants: seats.map(seat).collect(),
        observers: observers::observers(world, conversation, &who.id.clone().into()),
        started_at_ms: conversation.started_at,
        answered_at_ms: conversation.answered_at,
        actions: action::supervision(conversation, who),
    }
}
