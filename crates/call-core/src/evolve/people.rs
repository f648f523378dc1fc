//! Facts about agents and customers, apart from conversations.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::agent::{Agent, Line, Part, Session, Status, WrapUp};
use crate::conversation::{Care, Medium};
use crate::customer::Customer;
use crate::id::{AgentId, ConversationId, CustomerId, PersonId, TeamId};
use crate::rights::Rights;
use crate::team::Average;
use crate::time::Time;
use crate::world::World;

type Teams = BTreeMap<TeamId, Rights>;

/// What the directory and the settings say about an agent.
pub(super) struct Entry<'e> {
    pub(super) name: &'e str,
    pub(super) teams: &'e Teams,
    pub(super) chats: usize,
}

fn enter(agent: &mut Agent, entry: &Entry<'_>) {
    entry.name.clone_into(&mut agent.name);
    agent.teams = entry.teams.clone();
    agent.chats = entry.chats;
}

pub(super) fn signed_in(world: &mut World, at: Time, id: &AgentId, entry: &Entry<'_>) {
    let fresh = || Agent {
        name: String::new(),
        teams: Teams::new(),
        removed: false,
        session: Session::Open,
        leg: false,
        voice: Line::fresh(at),
        chat: Line::fresh(at),
        chats: entry.chats,
        wrap_up: None,
    };
    let agent = world.agents.entry(id.clone()).or_insert_with(fresh);
    enter(agent, entry);
    agent.removed = false;
    agent.session = Session::Open;
    for line in [&mut agent.voice, &mut agent.chat] {
        line.status = Status::Present;
        line.idle_since = at;
        line.missed = 0;
    }
}

pub(super) fn returned(world: &mut World, at: Time, id: &AgentId, entry: &Entry<'_>) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    if agent.session != Session::Open {
        idle_from(agent, at);
    }
    enter(agent, entry);
    agent.removed = false;
    agent.session = Session::Open;
}

/// From here on an agent can be rung again, as far as it can.
fn idle_from(agent: &mut Agent, at: Time) {
    (agent.voice.idle_since, agent.chat.idle_since) = (at, at);
}

pub(super) fn changed(world: &mut World, id: &AgentId, entry: &Entry<'_>) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    enter(agent, entry);
}

pub(super) fn removed(world: &mut World, id: &AgentId) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    agent.removed = true;
}

pub(super) fn session_closed(world: &mut World, id: &AgentId, until: Time) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    agent.session = Session::Closed { until };
}

pub(super) fn signed_out(world: &mut World, id: &AgentId) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    agent.session = Session::SignedOut;
    agent.wrap_up = None;
}

pub(super) fn status(
    world: &mut World,
    at: Time,
    id: &AgentId,
    (medium, status): (Option<Medium>, Status),
) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    for medium in Medium::ALL.into_iter().filter(|one| medium.is_none_or(|only| only == *one)) {
        let line = agent.line_mut(medium);
        if status == Status::Present && line.status != Status::Present {
            line.idle_since = at;
            line.missed = 0;
        }
        line.status = status;
    }
}

pub(super) fn wrap_up(
    world: &mut World,
    at: Time,
    id: &AgentId,
    conversation: ConversationId,
    until: Time,
) {
    let team = world.conversations.get(&conversation).and_then(|followed| followed.team.clone());
    let Some(agent) = world.agents.get_mut(id) else { return };
    agent.wrap_up = Some(WrapUp { conversation, team, since: at, until });
    remember(world, conversation, until);
}

/// An agent sat in a team's conversation for so long.
pub(super) fn talked(world: &mut World, (team, medium): (Option<&TeamId>, Medium), talk: Duration) {
    let Some(team) = team else { return };
    let learnt = world.teams.entry(team.clone()).or_default().on_mut(medium);
    learnt.talk = Some(Average::with(learnt.talk, talk));
}

pub(super) fn wrap_up_extended(world: &mut World, id: &AgentId, until: Time) {
    let agent = world.agents.get_mut(id);
    let Some(wrap_up) = agent.and_then(|agent| agent.wrap_up.as_mut()) else { return };
    wrap_up.until = until;
    let followed = wrap_up.conversation;
    remember(world, followed, until);
}

/// What is over is remembered as long as somebody wraps it up: its record changes until then.
fn remember(world: &mut World, id: ConversationId, until: Time) {
    let followed = world.conversations.get_mut(&id);
    if let Some(Care::Ended(ending)) = followed.map(|followed| &mut followed.care) {
        ending.forget_at = ending.forget_at.max(until);
    }
}

pub(super) fn wrap_up_ended(world: &mut World, at: Time, id: &AgentId) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    let ended = agent.wrap_up.take();
    agent.voice.idle_since = at;
    let Some((team, since)) = ended.and_then(|ended| Some((ended.team?, ended.since))) else {
        return;
    };
    let learnt = world.teams.entry(team).or_default().on_mut(Medium::Voice);
    learnt.wrap_up = Some(Average::with(learnt.wrap_up, at.since(since)));
}

pub(super) fn arrived(world: &mut World, id: &CustomerId, name: &str, priority: u8) {
    let fresh = || Customer {
        name: String::new(),
        priority,
        session: true,
        leg: false,
        seats: BTreeMap::new(),
    };
    let customer = world.customers.entry(id.clone()).or_insert_with(fresh);
    name.clone_into(&mut customer.name);
    customer.priority = priority;
    customer.session = true;
}

pub(super) fn customer_closed(world: &mut World, id: &CustomerId) {
    let Some(customer) = world.customers.get_mut(id) else { return };
    customer.session = false;
    forget_absent(world, id);
}

/// A customer is known while its page is open or it has a seat.
fn forget_absent(world: &mut World, id: &CustomerId) {
    let absent = |customer: &Customer| !customer.session && customer.seats.is_empty();
    if world.customers.get(id).is_some_and(absent) {
        world.customers.remove(id);
    }
}

pub(super) fn leg(world: &mut World, at: Time, person: &PersonId, up: bool) {
    match person {
        PersonId::Agent(id) => {
            let Some(agent) = world.agents.get_mut(id) else { return };
            agent.leg = up;
            if up {
                idle_from(agent, at);
            }
        }
        PersonId::Customer(id) => {
            let Some(customer) = world.customers.get_mut(id) else { return };
            customer.leg = up;
        }
    }
}

/// A seat was given up: an agent is idle from here on.
pub(super) fn unseat(world: &mut World, at: Time, id: ConversationId, person: &PersonId) {
    match person {
        PersonId::Agent(agent) => {
            let Some(agent) = world.agents.get_mut(agent) else { return };
            for line in [&mut agent.voice, &mut agent.chat] {
                if line.places.remove(&id).is_some() {
                    line.idle_since = at;
                }
            }
        }
        PersonId::Customer(customer) => {
            let Some(known) = world.customers.get_mut(customer) else { return };
            known.seats.retain(|_, seat| *seat != id);
            forget_absent(world, customer);
        }
    }
}

/// An alert or a recall is over: the agent has been idle for as long as before it.
pub(super) fn release(world: &mut World, id: ConversationId, agent: &AgentId) {
    let observes = world.conversations.get(&id).is_some_and(|call| call.observes(agent));
    let Some(agent) = world.agents.get_mut(agent) else { return };
    match agent.part_in(id) {
        Some(Part::Rung | Part::Recalled) => {
            for line in [&mut agent.voice, &mut agent.chat] {
                if line.places.remove(&id).is_some() && observes {
                    line.places.insert(id, Part::Observing);
                }
            }
        }
        Some(Part::Seated | Part::Observing) | None => {}
    }
}

pub(super) fn place(world: &mut World, id: ConversationId, agent: &AgentId, part: Part) {
    let Some(medium) = world.conversations.get(&id).map(|conversation| conversation.medium) else {
        return;
    };
    let Some(agent) = world.agents.get_mut(agent) else { return };
    agent.line_mut(medium).places.insert(id, part);
}
