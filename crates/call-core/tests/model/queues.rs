//! What must hold of queues and of who is rung for what.

use call_core::agent::Agent;
use call_core::conversation::{Care, Conversation, Queued};
use call_core::offer::{Offer, Origin};
use call_core::participant::Participant;
use call_core::{
    AgentId, Command, Delivery, Event, Medium, Ringing, Settings, Target, TeamId, World,
    queue_position,
};

use crate::reference::{Reference, check};
use crate::system::System;

/// Places are 1 to n as the reference orders them, and each who waits was told one no worse.
pub(crate) fn places(system: &System) -> Result<(), String> {
    let teams = system
        .reference
        .calls
        .values()
        .filter_map(|call| Some((&call.queue.as_ref()?.team, call.medium)));
    for (team, medium) in teams {
        for (index, id) in system.reference.queue(team, medium).into_iter().enumerate() {
            let position = queue_position(&system.world, id);
            check(position == Some(index + 1), "places are 1 to n, in order")?;
            let wait = system.world.conversation(id).and_then(unrung);
            let told = wait.map(|wait| wait.announced.map(|told| told.position));
            let known = told.is_none_or(|told| told.is_some_and(|told| told <= tens(index + 1)));
            check(known, "who waits is told when its place gets better")?;
            let chat = system.world.conversation(id).filter(|one| is_left_waiting(one));
            let told = chat.and_then(|one| one.chat.as_ref()).is_none_or(|chat| chat.told);
            check(told, "who waits in a chat and reads it was written its place")?;
        }
    }
    let standing = |call: &&Conversation| queue_position(&system.world, call.id).is_some();
    let standing = system.world.conversations().filter(standing).count();
    let expected = system.reference.calls.values().filter(|call| call.queue.is_some()).count();
    check(standing == expected, "only who stands in a queue has a place")
}

fn tens(position: usize) -> usize {
    if position > 10 { position.next_multiple_of(10) } else { position }
}

fn delivery(settings: &Settings, team: &TeamId) -> Delivery {
    settings.teams.get(team).map(|team| team.delivery).unwrap_or_default()
}

fn ringing(settings: &Settings, team: &TeamId) -> Ringing {
    settings.teams.get(team).map(|team| team.ringing).unwrap_or_default()
}

fn could_take(agent: &Agent, (team, medium): (&TeamId, Medium)) -> bool {
    agent.answers(team) && agent.availability(medium).is_ok()
}

/// Whoever could be rung for a waiting call is, unless it was rung for it and did not want to;
/// and where all are to ring, all do.
pub(crate) fn nobody_waits_in_vain(system: &System) -> Result<(), String> {
    for conversation in system.world.conversations() {
        if let (Some(queued), Some(team)) = (waiting(conversation), &conversation.team) {
            let pushed = delivery(&system.settings, team) == Delivery::Push;
            for (id, agent) in system.world.agents().filter(|_| pushed) {
                let tried = queued.tried.contains_key(id);
                let could = could_take(agent, (team, conversation.medium));
                check(tried || !could, "nobody waits while somebody is free")?;
            }
        }
        let Some(offer) = &conversation.offer else { continue };
        let Some(team) = rings_all(&system.settings, conversation, offer) else { continue };
        for (id, agent) in system.world.agents() {
            let tried = offer.tried.contains_key(id) || offer.initiator() == Some(id);
            let tried = tried || conversation.has_seat(id) || offer.candidates.contains_key(id);
            let could = could_take(agent, (team, conversation.medium));
            check(tried || !could, "all of the team ring at once")?;
        }
    }
    Ok(())
}

/// The team whose agents are all to ring for an offer.
fn rings_all<'o>(settings: &Settings, call: &Conversation, offer: &'o Offer) -> Option<&'o TeamId> {
    let team = offer.target.team()?;
    let queues = matches!(offer.target, Target::Queue(_)) || offer.origin == Origin::Queue;
    let pulled = queues && delivery(settings, team) == Delivery::Pull;
    let absent =
        offer.origin == Origin::Queue && !call.customer_seat().is_some_and(Participant::is_joined);
    let prefer = waits_for(call).is_some_and(|known| offer.candidates.contains_key(known));
    let all = !prefer && ringing(settings, team) == Ringing::AllAtOnce && !pulled && !absent;
    all.then_some(team)
}

/// Who knows a customer that waits.
fn waits_for(call: &Conversation) -> Option<&AgentId> {
    match &call.care {
        Care::Queued(queued) => queued.prefer.as_ref(),
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => None,
    }
}

/// The wait of a call that nothing rings for.
fn unrung(conversation: &Conversation) -> Option<&Queued> {
    match &conversation.care {
        Care::Queued(queued) if conversation.offer.is_none() => Some(queued),
        Care::Queued(_) | Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => None,
    }
}

/// Whether its customer is there and nobody is rung for it.
fn is_left_waiting(conversation: &Conversation) -> bool {
    let there = conversation.customer_seat().is_some_and(Participant::is_joined);
    there && conversation.candidates().next().is_none()
}

/// As before, and its customer is there.
fn waiting(conversation: &Conversation) -> Option<&Queued> {
    let there = conversation.customer_seat().is_some_and(Participant::is_joined);
    unrung(conversation).filter(|_| there)
}

/// Who decides about an event, as far as fairness is concerned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cause<'c> {
    pub(crate) settings: &'c Settings,
    pub(crate) command: Option<&'c Command>,
}

/// A queue's offer goes to the first in its order, and its candidate is whom the team's strategy
/// says. Who fetches the next takes the first it may.
pub(crate) fn fair(
    before: &World,
    reference: &Reference,
    event: &Event,
    cause: Cause<'_>,
) -> Result<(), String> {
    if out_of_turn(before, event, cause.command) {
        return Ok(());
    }
    match (event, cause.command) {
        (
            Event::OfferOpened { .. } | Event::CandidateRung { .. },
            Some(Command::GetNext { .. }),
        ) => Ok(()),
        (
            Event::OfferAccepted { conversation, agent, .. },
            Some(Command::GetNext { team, medium }),
        ) => {
            let first = reference.first_for(agent, (team.as_ref(), *medium));
            check(first == Some(*conversation), "who fetches the next takes the first")
        }
        (Event::OfferOpened { conversation, origin: Origin::Queue, .. }, _) => {
            let opened = before.conversation(*conversation).ok_or("an offer for nothing")?;
            in_order(before, reference, opened, cause.settings)
        }
        (Event::CandidateRung { conversation, candidate, .. }, _) => {
            let call = before.conversation(*conversation).ok_or("an alert for nothing")?;
            let offer = call.offer.as_ref().ok_or("an alert without an offer")?;
            let Some(team) = offer.target.team() else { return Ok(()) };
            strategy(before, reference, (call, offer, team, candidate), cause.settings)
        }
        _ => Ok(()),
    }
}

/// Who knows the customer is asked at once for what is opened beside or anew; who talks with it has
/// its chat at once, and who has offered it a call that call.
fn out_of_turn(before: &World, event: &Event, command: Option<&Command>) -> bool {
    let (Event::OfferOpened { conversation: id, .. }
    | Event::CandidateRung { conversation: id, .. }) = event
    else {
        return false;
    };
    let Some(call) = before.conversation(*id) else { return false };
    let beside = match command {
        Some(Command::Raise { conversation }) => {
            before.conversation(*conversation).filter(|_| call.linked == Some(*conversation))
        }
        _ => None,
    };
    let talks = |id: &AgentId, agent: &Agent| {
        let in_it = beside.is_some_and(|other| other.agents_in().any(|one| one == id));
        in_it && agent.leg && agent.has_room(call.medium)
    };
    let asked = |id: &AgentId, agent: &Agent| {
        waits_for(call) == Some(id) && agent.availability(call.medium).is_ok()
    };
    before.agents().any(|(id, agent)| {
        let meant = match event {
            Event::CandidateRung { candidate, .. } => candidate == id,
            _ => true,
        };
        meant && (talks(id, agent) || asked(id, agent))
    })
}

fn in_order(
    before: &World,
    reference: &Reference,
    opened: &Conversation,
    settings: &Settings,
) -> Result<(), String> {
    let team = opened.team.as_ref().ok_or("who waits waits in a queue")?;
    check(delivery(settings, team) == Delivery::Push, "nobody is rung where agents fetch")?;
    let has_agent = before.agents().any(|(_, agent)| could_take(agent, (team, opened.medium)));
    let queue = reference.queue(team, opened.medium);
    let ahead = queue.iter().take_while(|id| **id != opened.id);
    let passed = ahead.filter_map(|id| waiting(before.conversation(*id)?));
    let passed = passed.filter(|wait| wait.tried.is_empty()).count();
    check(passed == 0 || !has_agent, "queues are served in order")
}

fn strategy(
    before: &World,
    reference: &Reference,
    (call, offer, team, candidate): (&Conversation, &Offer, &TeamId, &AgentId),
    settings: &Settings,
) -> Result<(), String> {
    let eligible = |(id, agent): &(&AgentId, &Agent)| {
        could_take(agent, (team, call.medium))
            && !offer.tried.contains_key(*id)
            && offer.initiator() != Some(*id)
            && !call.has_seat(id)
            && !offer.candidates.contains_key(*id)
            && *id != candidate
    };
    // Who knows the customer comes before all others, and alone.
    if let Some(known) = waits_for(call) {
        check(!offer.candidates.contains_key(known), "who knows the customer rings alone")?;
        if known == candidate || before.agents().any(|one| one.0 == known && eligible(&one)) {
            return check(known == candidate, "who knows the customer rings first");
        }
    }
    let mut others = before.agents().filter(eligible);
    match ringing(settings, team) {
        Ringing::LongestIdle => {
            // Of those who chat, who has the least to do comes first.
            let turn = |agent: &Agent| {
                let line = agent.line(call.medium);
                (line.engaged(), line.idle_since)
            };
            let own = before.agent(candidate).map(turn);
            let sooner = others.any(|(_, agent)| Some(turn(agent)) < own);
            check(!sooner, "the longest idle of the least busy rings first")?;
            check(offer.candidates.is_empty(), "one after another")
        }
        Ringing::RoundRobin => {
            let last = reference.last_rung.get(&(team.clone(), call.medium));
            let turns = |id: &AgentId| (last.is_some_and(|last| id <= last), id.clone());
            let sooner = others.any(|(id, _)| turns(id) < turns(candidate));
            check(!sooner, "who is next rings next")?;
            check(offer.candidates.is_empty(), "one after another")
        }
        Ringing::AllAtOnce => Ok(()),
    }
}
