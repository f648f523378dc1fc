//! Facts about agents and customers, apart from conversations.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::agent::{Agent, Place, Session, Status, WrapUp};
use crate::conversation::Care;
use crate::customer::Customer;
use crate::id::{AgentId, ConversationId, CustomerId, PersonId, TeamId};
use crate::rights::Rights;
use crate::team::Average;
use crate::time::Time;
use crate::world::World;

type Teams = BTreeMap<TeamId, Rights>;

pub(super) fn signed_in(world: &mut World, at: Time, id: &AgentId, name: &str, teams: &Teams) {
    let fresh = || Agent {
        name: String::new(),
        teams: teams.clone(),
        removed: false,
        session: Session::Open,
        status: Status::Present,
        leg: false,
        place: Place::Free,
        wrap_up: None,
        idle_since: at,
        missed: 0,
    };
    let agent = world.agents.entry(id.clone()).or_insert_with(fresh);
    name.clone_into(&mut agent.name);
    agent.teams = teams.clone();
    agent.removed = false;
    agent.session = Session::Open;
    agent.status = Status::Present;
    agent.idle_since = at;
    agent.missed = 0;
}

pub(super) fn returned(world: &mut World, at: Time, id: &AgentId, name: &str, teams: &Teams) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    if agent.session != Session::Open {
        agent.idle_since = at;
    }
    name.clone_into(&mut agent.name);
    agent.teams = teams.clone();
    agent.removed = false;
    agent.session = Session::Open;
}

pub(super) fn changed(world: &mut World, id: &AgentId, name: &str, teams: &Teams) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    name.clone_into(&mut agent.name);
    agent.teams = teams.clone();
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

pub(super) fn status(world: &mut World, at: Time, id: &AgentId, status: Status) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    if status == Status::Present && agent.status != Status::Present {
        agent.idle_since = at;
        agent.missed = 0;
    }
    agent.status = status;
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
pub(super) fn talked(world: &mut World, team: Option<&TeamId>, talk: Duration) {
    let Some(team) = team else { return };
    let learnt = world.teams.entry(team.clone()).or_default();
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
    agent.idle_since = at;
    let Some((team, since)) = ended.and_then(|ended| Some((ended.team?, ended.since))) else {
        return;
    };
    let learnt = world.teams.entry(team).or_default();
    learnt.wrap_up = Some(Average::with(learnt.wrap_up, at.since(since)));
}

pub(super) fn arrived(world: &mut World, id: &CustomerId, name: &str, priority: u8) {
    let fresh =
        || Customer { name: String::new(), priority, session: true, leg: false, seat: None };
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
    let absent = |customer: &Customer| !customer.session && customer.seat.is_none();
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
                agent.idle_since = at;
            }
        }
        PersonId::Customer(id) => {
            let Some(customer) = world.customers.get_mut(id) else { return };
            customer.leg = up;
        }
    }
}

/// A seat was given up: an agent is idle from here on.
pub(super) fn unseat(world: &mut World, at: Time, person: &PersonId) {
    match person {
        PersonId::Agent(id) => {
            let Some(agent) = world.agents.get_mut(id) else { return };
            agent.place = Place::Free;
            agent.idle_since = at;
        }
        PersonId::Customer(id) => {
            let Some(customer) = world.customers.get_mut(id) else { return };
            customer.seat = None;
            forget_absent(world, id);
        }
    }
}

/// An alert or a recall is over: the agent has been idle for as long as before it.
pub(super) fn release(world: &mut World, id: &AgentId) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    match agent.place {
        Place::Rung(_) | Place::Recalled(_) => agent.place = Place::Free,
        Place::Free | Place::Seated(_) | Place::Observing(_) => {}
    }
}

pub(super) fn place(world: &mut World, id: &AgentId, place: Place) {
    let Some(agent) = world.agents.get_mut(id) else { return };
    agent.place = place;
}
