//! What must hold after every step, whatever happened.

use std::collections::BTreeSet;

use call_core::agent::Place;
use call_core::conversation::Conversation;
use call_core::view::ActionName;
use call_core::{
    Clip, Command, ConversationId, Input, Owner, PersonId, Phase, Source, World, audience, decide,
    desk, hears, next_deadline, record, sources, view,
};

use crate::queues;
use crate::reference::{Call, Reference, check};
use crate::supervision;
use crate::system::System;

pub(crate) fn all(system: &System) -> Result<(), String> {
    let world = &system.world;
    let deadline = next_deadline(world, &system.settings);
    if let Some((at, reason)) = deadline.filter(|(at, _)| *at <= system.now) {
        return Err(format!("deadlines never lie in the past: {reason:?} at {at}"));
    }
    for conversation in world.conversations() {
        let call = &system.reference.calls[&conversation.id];
        one(world, conversation, call).map_err(|why| format!("{}: {why}", conversation.id))?;
    }
    check(system.patches == sources(world), "differences add up to the sources")?;
    places(system)?;
    queues::places(system)?;
    queues::nobody_waits_in_vain(system)
}

fn one(world: &World, conversation: &Conversation, call: &Call) -> Result<(), String> {
    check(conversation.is_live() != call.over, "live as the reference says")?;
    check(record(world, conversation.id).is_some() == call.over, "one record when it is over")?;
    supervision::time(world, conversation)?;
    if call.over {
        return ended(world, conversation);
    }
    let seats: Vec<_> = conversation.participants.keys().collect();
    check(seats == call.seats.keys().collect::<Vec<_>>(), "seats as the reference says")?;
    check(conversation.seats_taken() <= 3, "at most three, an invitation counted in")?;
    let queue = call.team.clone().map(Owner::Queue);
    let owner = call.owner.clone().map(Owner::Agent).or(queue);
    check(Some(conversation.owner()) == owner, "one owner, as the reference says")?;
    owner_is_there(conversation, call)?;
    let sent = call_core::sources_of(world, conversation.id);
    for listener in &seats {
        for talker in &seats {
            let expected = call.hears(listener, talker);
            check(hears(conversation, listener, talker) == expected, "hears as the table says")?;
        }
        check(sent[*listener] == call.sent(listener), "sent what the table says")?;
    }
    supervision::one(conversation, call, &sent)?;
    match &call.customer {
        Some(who) => customer(conversation, call, who, sent.get(who)),
        None => internal(conversation, call),
    }
}

fn ended(world: &World, conversation: &Conversation) -> Result<(), String> {
    let record = record(world, conversation.id).ok_or("an ended conversation has a record")?;
    let answered = record.answered_at.unwrap_or(record.started_at);
    check(record.started_at <= answered && answered <= record.ended_at, "times in order")?;
    let answered = record.answered_at.is_some() || record.customer.is_none();
    check(answered != record.agents.is_empty(), "who answered is named")?;
    check(conversation.offer.is_none(), "nothing rings for what is over")
}

/// An owning agent has a seat, or an invitation of its own or a recall is on its way.
fn owner_is_there(conversation: &Conversation, call: &Call) -> Result<(), String> {
    let Owner::Agent(owner) = conversation.owner() else {
        return check(call.agents().next().is_none(), "a queue owns what no agent is in");
    };
    let seated = call.seats.contains_key(&PersonId::Agent(owner));
    let on_its_way = matches!(conversation.phase(), Phase::HandedOver | Phase::Recall);
    check(seated || on_its_way, "an owner answers for its conversation")
}

/// A call between agents is never waited for, handed over or recalled.
fn internal(conversation: &Conversation, call: &Call) -> Result<(), String> {
    let phase = conversation.phase();
    let plain = matches!(phase, Phase::Ringing | Phase::Connected | Phase::Alone);
    check(plain, "an internal call rings, is talked in, or one is lost")?;
    check(call.seats.len() + usize::from(call.offer.is_some()) == 2, "two, or one and a ringing")
}

fn customer(
    conversation: &Conversation,
    call: &Call,
    who: &PersonId,
    sent: Option<&Source>,
) -> Result<(), String> {
    let there = call.seats.get(who).is_some_and(|seat| seat.there);
    if !there {
        return Ok(());
    }
    let held = call.held.contains(who);
    let mut others = call.seats.iter().filter(|(other, _)| *other != who);
    let company = others.any(|(who, seat)| seat.there && !call.held.contains(who));
    let music = sent == Some(&Source::Play(Clip::Music));
    check(music == (held || !company), "music exactly when on hold or alone")?;
    check(conversation.phase() != Phase::Consult || music, "a customer never hears a consult")
}

/// Every agent is in exactly one place, and that place knows it.
fn places(system: &System) -> Result<(), String> {
    for (id, agent) in system.world.agents() {
        let expected = system.reference.place_of(id);
        check(expected.len() <= 1, "in one conversation at most")?;
        let place = match agent.place {
            Place::Free => None,
            Place::Rung(call)
            | Place::Seated(call)
            | Place::Recalled(call)
            | Place::Observing(call) => Some(call),
        };
        check(place == expected.first().copied(), "in the place that knows it")?;
        let free = system.reference.can_be_rung(id);
        check(agent.availability().is_ok() == free, "available as the reference says")?;
    }
    for (_, customer) in system.world.customers() {
        check(customer.session || customer.seat.is_some(), "who is gone is forgotten")?;
    }
    Ok(())
}

/// A failed or cancelled invitation restores exactly the holds from before it.
pub(crate) fn offers(before: &Reference, after: &mut Reference) -> Result<(), String> {
    for (id, call) in &mut after.calls {
        let Some(was) = before.calls.get(id) else { continue };
        match (&was.offer, &mut call.offer) {
            (Some(offer), None) => ended_offer(was, offer, call)?,
            (None, Some(offer)) => offer.held_by_it = Some(call.held.clone()),
            (Some(_), Some(offer)) => {
                if offer.held_by_it.as_ref() != Some(&call.held) {
                    offer.held_by_it = None;
                }
            }
            (None, None) => {}
        }
    }
    Ok(())
}

fn ended_offer(was: &Call, offer: &crate::reference::Ringing, call: &Call) -> Result<(), String> {
    let same_seats = was.seats.keys().eq(call.seats.keys());
    let (Some(held_by_it), true, false) = (&offer.held_by_it, same_seats, call.over) else {
        return Ok(());
    };
    if offer.invited_by.is_none() || call.agents().next().is_none() {
        return Ok(());
    }
    let expected = if offer.resume { &offer.held_before } else { held_by_it };
    check(call.held == *expected, "a failed invitation restores the holds from before it")
}

/// What a command that was taken must have done, in the words of behaviour.
pub(crate) fn effect(
    before: &Reference,
    after: &Reference,
    by: &PersonId,
    command: &Command,
) -> Result<(), String> {
    let of = |id: &ConversationId| Some((before.calls.get(id)?, after.calls.get(id)?));
    match command {
        Command::Hold { conversation, participant } => {
            let held = after.calls[conversation].held.contains(participant);
            check(held, "hold holds")
        }
        Command::Resume { conversation, participant } => {
            let held = after.calls[conversation].held.contains(participant);
            check(!held, "resume resumes")
        }
        Command::Merge { conversation } => {
            check(after.calls[conversation].held.is_empty(), "after a merge nobody is held")
        }
        Command::Swap { conversation } => {
            let Some((was, is)) = of(conversation) else { return Ok(()) };
            let customer = was.customer.as_ref().ok_or("a swap is about a customer")?;
            check(is.held.len() == 1, "after a swap one is held")?;
            let was_held = was.held.contains(customer);
            check(is.held.contains(customer) != was_held, "a swap exchanges who is held")
        }
        Command::Mute { conversation, muted } => {
            check(after.calls[conversation].muted.contains(by) == *muted, "mute mutes")
        }
        Command::Accept { conversation } => {
            let Some((was, is)) = of(conversation) else { return Ok(()) };
            if by.as_agent().is_some_and(|agent| is.watch.watches(agent)) {
                return Ok(());
            }
            if !is.seats.contains_key(by) {
                return check(is.offer.is_some(), "an accept without a leg is waited for");
            }
            let alone = was.agents_in().is_empty();
            check(!alone || is.held.is_empty(), "who answers a lone customer talks with it")
        }
        Command::Leave { conversation } | Command::Complete { conversation } => {
            let Some((was, is)) = of(conversation) else { return Ok(()) };
            exit(was, is, by)
        }
        Command::Remove { conversation, participant } => {
            let gone = !after.calls[conversation].seats.contains_key(participant);
            check(gone || after.calls[conversation].over, "who is removed is gone")
        }
        Command::GetNext { .. } => {
            let mut calls = after.calls.values().filter(|call| !call.over);
            check(calls.any(|call| call.seats.contains_key(by)), "who fetches a call is in it")
        }
        Command::CallAgent { .. } => {
            let mut calls = after.calls.values().filter(|call| call.customer.is_none());
            check(calls.any(|call| call.seats.contains_key(by)), "who calls is in its call")
        }
        Command::Monitor { conversation }
        | Command::Coach { conversation, .. }
        | Command::Barge { conversation }
        | Command::StopObserving { conversation }
        | Command::TakeOver { conversation }
        | Command::TransferOnBehalf { conversation, .. }
        | Command::ForceMute { conversation, .. }
        | Command::EndForAll { conversation } => supervision::effect(of(conversation), by, command),
        Command::InviteListener { .. }
        | Command::Call { .. }
        | Command::CallChannel { .. }
        | Command::SetStatus { .. }
        | Command::FinishWrapUp
        | Command::ExtendWrapUp
        | Command::Decline { .. }
        | Command::Cancel { .. }
        | Command::Invite { .. }
        | Command::Transfer { .. } => Ok(()),
    }
}

fn exit(was: &Call, is: &Call, by: &PersonId) -> Result<(), String> {
    if was.customer.is_none() {
        return check(is.over, "one who leaves an internal call ends it");
    }
    let PersonId::Agent(agent) = by else {
        return check(is.over || !is.has_customer(), "a customer who leaves is gone");
    };
    if !was.has_customer() || !was.seats.contains_key(by) {
        return Ok(());
    }
    let others: BTreeSet<_> = was.agents_in().into_iter().filter(|other| other != by).collect();
    if others.is_empty() && was.offer.as_ref().is_none_or(|offer| offer.listen) {
        return Ok(());
    }
    check(!is.over, "an agent who leaves while another is in or rung ends nothing")?;
    check(is.has_customer(), "the customer stays")?;
    let was_in = was.agents_in().contains(by);
    if was.owner.as_ref() == Some(agent) && was_in && !others.is_empty() {
        check(is.held.is_empty(), "the customer and who stays talk")?;
        let heir = is.owner.clone().map(PersonId::Agent);
        check(heir.is_some_and(|heir| others.contains(&heir)), "who stays owns")?;
    }
    Ok(())
}

/// With another agent in, the customer talks at once when its owner is lost.
pub(crate) fn loss(before: &Reference, after: &Reference, lost: &PersonId) -> Result<(), String> {
    for (id, was) in &before.calls {
        let Some(is) = after.calls.get(id).filter(|is| !is.over) else { continue };
        let there = |call: &Call| call.seats.get(lost).is_some_and(|seat| seat.there);
        if !there(was) {
            continue;
        }
        check(!there(is), "who is lost is not there")?;
        check(is.seats.contains_key(lost), "its seat is kept")?;
        let owner = was.owner.as_ref().zip(lost.as_agent()).is_some_and(|(a, b)| a == b);
        if owner && !is.agents_in().is_empty() {
            check(is.held.is_empty(), "the customer and who is in talk at once")?;
        }
    }
    Ok(())
}

/// Phases and holds, to be compared over a restart.
pub(crate) fn phases(world: &World) -> Vec<(ConversationId, Phase, BTreeSet<PersonId>, bool)> {
    let held = |call: &Conversation| {
        let seats = call.participants.iter().filter(|(_, seat)| seat.hold.is_some());
        seats.map(|(person, _)| person.clone()).collect()
    };
    let calls = world.conversations();
    calls.map(|call| (call.id, call.phase(), held(call), call.offer.is_some())).collect()
}

/// Views can be made for everybody, and their actions say what `decide` would.
pub(crate) fn views_and_actions(system: &System) -> Result<(), String> {
    for (agent, _) in system.world.agents() {
        check(desk(&system.world, &system.settings, agent).is_some(), "agents have a desk")?;
    }
    for conversation in system.world.conversations() {
        for viewer in audience(&system.world, conversation.id) {
            actions(system, conversation.id, &viewer)?;
        }
    }
    Ok(())
}

fn actions(system: &System, id: ConversationId, viewer: &PersonId) -> Result<(), String> {
    let shown = view(&system.world, &system.settings, id, viewer);
    let shown = shown.ok_or("who is in the audience is shown it")?;
    serde_json::to_string(&shown).map_err(|why| why.to_string())?;
    for action in &shown.actions {
        let Some(command) = plain(id, action.action, action.participant.as_ref()) else {
            continue;
        };
        let input = Input::Command { by: viewer.clone(), command };
        let decided = decide(&system.world, &system.settings, &input, system.now);
        let reason = decided.err().map(|refusal| refusal.code());
        if reason != action.reason || action.enabled != reason.is_none() {
            return Err(format!("{viewer} is shown {action:?}, decided {reason:?}"));
        }
    }
    Ok(())
}

/// The command of an action, for those that need nothing more to be said.
fn plain(
    conversation: ConversationId,
    action: ActionName,
    participant: Option<&PersonId>,
) -> Option<Command> {
    let participant = || participant.cloned();
    Some(match action {
        ActionName::Accept => Command::Accept { conversation },
        ActionName::Decline => Command::Decline { conversation, text: None },
        ActionName::Invite
        | ActionName::Transfer
        | ActionName::InviteListener
        | ActionName::TransferOnBehalf => return None,
        ActionName::Cancel => Command::Cancel { conversation },
        ActionName::Hold => Command::Hold { conversation, participant: participant()? },
        ActionName::Resume => Command::Resume { conversation, participant: participant()? },
        ActionName::Remove => Command::Remove { conversation, participant: participant()? },
        ActionName::Swap => Command::Swap { conversation },
        ActionName::Merge => Command::Merge { conversation },
        ActionName::Mute => Command::Mute { conversation, muted: true },
        ActionName::Unmute => Command::Mute { conversation, muted: false },
        ActionName::Complete => Command::Complete { conversation },
        ActionName::Leave => Command::Leave { conversation },
        ActionName::Monitor => Command::Monitor { conversation },
        ActionName::Coach => {
            Command::Coach { conversation, agent: participant()?.as_agent()?.clone() }
        }
        ActionName::Barge => Command::Barge { conversation },
        ActionName::StopObserving => Command::StopObserving { conversation },
        ActionName::TakeOver => Command::TakeOver { conversation },
        ActionName::ForceMute => {
            Command::ForceMute { conversation, participant: participant()?, muted: true }
        }
        ActionName::ForceUnmute => {
            Command::ForceMute { conversation, participant: participant()?, muted: false }
        }
        ActionName::EndForAll => Command::EndForAll { conversation },
    })
}
