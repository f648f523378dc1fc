//! Supervision in the model: what is asked, what is expected of it, and how time adds up.

use std::collections::{BTreeMap, BTreeSet};

use call_core::conversation::Conversation;
use call_core::event::Unmuted;
use call_core::observer::ObserverMode;
use call_core::participant::{Mute, Role};
use call_core::segment::Segment;
use call_core::{
    AgentId, Command, ConversationId, Event, PersonId, Phase, Report, Rights, Settings, Source,
    Target, World, record,
};

use crate::generate::Bytes;
use crate::reference::{Call, Reference, check};
use crate::refusals::{self, Code};
use crate::system::System;
use crate::transition::{self, AGENTS, TEAMS, Transition};

/// Who watches, barged in, and silenced whom.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    /// As what, and whether it is there.
    pub(crate) observers: BTreeMap<AgentId, (ObserverMode, bool)>,
    pub(crate) barged: BTreeSet<AgentId>,
    /// Who is silenced, and by whom.
    pub(crate) forced: BTreeMap<PersonId, AgentId>,
}

// --- what is asked ---

/// Somebody supervises, mostly somebody who has to do with the conversation.
pub(crate) fn next(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    if bytes.chance(3) {
        return directory(bytes);
    }
    let calls: Vec<_> = system.world.conversations().filter(|call| call.is_live()).collect();
    let Some(one) = bytes.pick(&calls) else { return Transition::ToDeadline };
    let observers: Vec<PersonId> = one.observers.keys().cloned().map(Into::into).collect();
    let by = if bytes.chance(50) { bytes.pick(&observers).cloned() } else { None };
    // Mostly somebody who may, and is free to.
    let idle = system.world.agents().filter(|(_, agent)| {
        agent.places().next().is_none() && agent.leg && agent.teams.values().any(|one| one.manage)
    });
    let idle: Vec<PersonId> = idle.map(|(id, _)| id.clone().into()).collect();
    let by = by.or_else(|| bytes.pick(&idle).filter(|_| bytes.chance(80)).cloned());
    let by = by.unwrap_or_else(|| transition::any(bytes, &AGENTS));
    let seats: Vec<_> = one.participants.keys().cloned().collect();
    let other = bytes.pick(&seats).cloned().unwrap_or_else(|| by.clone());
    let agents: Vec<_> = seats.iter().filter_map(PersonId::as_agent).cloned().collect();
    let agent = bytes.pick(&agents).cloned();
    let agent = agent.unwrap_or_else(|| transition::agent(bytes));
    let conversation = one.id;
    let command = match bytes.below(20) {
        0..=3 => Command::Monitor { conversation },
        4..=6 => Command::Coach { conversation, agent },
        7..=9 => Command::Barge { conversation },
        10 | 11 => Command::StopObserving { conversation },
        12 => Command::Leave { conversation },
        13 => Command::TakeOver { conversation },
        14 => {
            let target = transition::target(bytes);
            Command::TransferOnBehalf { conversation, target, note: None }
        }
        15 | 16 => {
            let muted = bytes.chance(65);
            Command::ForceMute { conversation, participant: other, muted }
        }
        17 => Command::EndForAll { conversation },
        _ => {
            let by = bytes.pick(&agents).cloned().map_or(by, Into::into);
            let agent = transition::agent(bytes);
            let command = Command::InviteListener { conversation, agent, note: None };
            return Transition::Command { by, command };
        }
    };
    Transition::Command { by, command }
}

/// The directory lets an agent do something else.
fn directory(bytes: &mut Bytes<'_>) -> Transition {
    let agent = transition::agent(bytes);
    let rights = rights(bytes);
    let teams = TEAMS.iter().map(|team| (team.parse().expect("teams are ids"), rights));
    Transition::Report(Report::AgentChanged {
        agent,
        name: "other".to_owned(),
        teams: teams.collect(),
    })
}

/// Some rights.
pub(crate) fn rights(bytes: &mut Bytes<'_>) -> Rights {
    let (answer, listen, manage) = (bytes.chance(85), bytes.chance(40), bytes.chance(50));
    Rights { answer, listen, manage }
}

// --- what has happened, naively ---

impl Watch {
    pub(crate) fn watches(&self, agent: &AgentId) -> bool {
        self.observers.contains_key(agent)
    }

    /// Who observes and is no secret.
    pub(crate) fn known(&self) -> impl Iterator<Item = &AgentId> {
        let known = self.observers.iter().filter(|(_, (mode, _))| *mode != ObserverMode::Monitor);
        known.map(|(agent, _)| agent)
    }

    /// Takes a fact in.
    pub(crate) fn fold(&mut self, event: &Event) -> Result<(), String> {
        match event {
            Event::ObservingStarted { agent, mode, .. } => self.begin(agent, mode),
            Event::ListenerJoined { agent, .. } => self.begin(agent, &ObserverMode::Listener),
            Event::ObserverModeChanged { agent, was, mode, .. } => {
                let one = self.observers.get_mut(agent).ok_or("only who observes changes how")?;
                check(one.0 == *was && was != mode, "it was what it was")?;
                one.0 = mode.clone();
                Ok(())
            }
            Event::ObserverLost { agent, .. } => self.there(agent, false),
            Event::ObserverBack { agent, .. } => self.there(agent, true),
            Event::ObservingStopped { agent, .. } => {
                check(self.observers.remove(agent).is_some(), "only who observes stops")
            }
            Event::SupervisorBarged { agent, .. } => {
                self.observers.remove(agent);
                check(self.barged.insert(agent.clone()), "barges once")
            }
            Event::SupervisorLeft { agent, .. } => {
                check(self.barged.remove(agent), "only who barged leaves as such")
            }
            Event::TakenOver { by, .. } => {
                self.observers.remove(by);
                self.barged.remove(by);
                Ok(())
            }
            Event::OwnerChanged { owner, .. } => {
                self.barged.remove(owner);
                Ok(())
            }
            Event::ParticipantMuted { participant, muted: Mute::Forced { by, .. }, .. } => {
                let twice = self.forced.insert(participant.clone(), by.clone());
                check(twice.is_none(), "silenced once")
            }
            Event::ParticipantUnmuted { participant, why, .. } if *why != Unmuted::BySelf => {
                check(self.forced.remove(participant).is_some(), "only who is silenced is let go")
            }
            _ => Ok(()),
        }
    }

    /// A seat is gone, and with it whatever was done to who sat there.
    pub(crate) fn unseat(&mut self, person: &PersonId) {
        self.forced.remove(person);
    }

    pub(crate) fn restart(&mut self) {
        self.observers.values_mut().for_each(|one| one.1 = false);
    }

    fn begin(&mut self, agent: &AgentId, mode: &ObserverMode) -> Result<(), String> {
        let twice = self.observers.insert(agent.clone(), (mode.clone(), true));
        check(twice.is_none(), "observes once")
    }

    fn there(&mut self, agent: &AgentId, is: bool) -> Result<(), String> {
        let one = self.observers.get_mut(agent).ok_or("only who observes is lost or back")?;
        check(one.1 != is, "lost or back once")?;
        one.1 = is;
        Ok(())
    }
}

impl Call {
    pub(crate) fn is_silent(&self, person: &PersonId) -> bool {
        self.muted.contains(person) || self.watch.forced.contains_key(person)
    }

    fn observer(&self, person: &PersonId) -> Option<&(ObserverMode, bool)> {
        self.watch.observers.get(person.as_agent()?)
    }

    /// Whom an observer hears, and who hears a coach.
    pub(crate) fn hears_beside(&self, listener: &PersonId, talker: &PersonId) -> bool {
        match (self.observer(listener), self.observer(talker)) {
            (Some((_, there)), None) => {
                *there
                    && !self.over
                    && self.seats.get(talker).is_some_and(|seat| seat.there)
                    && !self.is_silent(talker)
            }
            (None, Some((ObserverMode::Coach { agent }, there))) => {
                *there && listener.as_agent() == Some(agent) && self.connected(listener)
            }
            (_, _) => false,
        }
    }
}

// --- what must hold ---

/// Observers as the reference says, and who hears whom with them.
pub(crate) fn one(
    conversation: &Conversation,
    call: &Call,
    sent: &BTreeMap<PersonId, Source>,
) -> Result<(), String> {
    who(conversation, call)?;
    let observers = &call.watch.observers;
    let people: Vec<PersonId> = conversation.participants.keys().cloned().collect();
    let watching: Vec<PersonId> = observers.keys().cloned().map(Into::into).collect();
    for observer in &watching {
        for other in people.iter().chain(&watching) {
            let (to, from) = (call.hears(observer, other), call.hears(other, observer));
            check(call_core::hears(conversation, observer, other) == to, "hears as it should")?;
            check(
                call_core::hears(conversation, other, observer) == from,
                "is heard as it should",
            )?;
        }
        check(sent.get(observer) == Some(&call.sent(observer)), "sent what it should be")?;
    }
    Ok(())
}

/// Observers and supervisors as the reference says.
pub(crate) fn who(conversation: &Conversation, call: &Call) -> Result<(), String> {
    let observers: BTreeMap<_, _> = conversation
        .observers
        .iter()
        .map(|(agent, one)| (agent.clone(), (one.mode.clone(), one.is_joined())))
        .collect();
    check(observers == call.watch.observers, "observers as the reference says")?;
    check(observers.len() <= 2, "at most two observers")?;
    for (agent, (mode, _)) in &observers {
        check(!call.seats.contains_key(&agent.clone().into()), "an observer has no seat")?;
        let ear = match mode {
            ObserverMode::Coach { agent } => conversation.has_seat(agent),
            ObserverMode::Listener => conversation.phase() != Phase::Waiting,
            ObserverMode::Monitor => true,
        };
        check(ear, "a coach has its agent, a listener somebody to learn from")?;
    }
    for (person, by) in &call.watch.forced {
        let muted = conversation.participants.get(person).and_then(|one| one.muted.as_ref());
        let is_his = matches!(muted, Some(Mute::Forced { by: his, .. }) if his == by);
        check(is_his, "silenced as the reference says")?;
        check(conversation.observes(by) || conversation.has_seat(by), "its silencer is there")?;
    }
    let supervisors = conversation.agent_seats().filter(|(_, seat)| seat.role == Role::Supervisor);
    let supervisors: BTreeSet<_> = supervisors.map(|(agent, _)| agent.clone()).collect();
    check(supervisors == call.watch.barged, "who barged is a supervisor")?;
    let agents = conversation.agent_seats().count() - supervisors.len();
    check(supervisors.is_empty() || agents > 0, "a supervisor alone is the agent")
}

/// Everything adds up: each stay's parts, the customer's parts, and what is not over yet.
pub(crate) fn time(world: &World, conversation: &Conversation) -> Result<(), String> {
    let spent = &conversation.spent;
    for segment in &spent.segments {
        stay(segment, conversation).map_err(|why| format!("{why}: {segment:?}"))?;
    }
    let gone = conversation.customer_gone.as_ref().map(|gone| gone.at);
    let until = gone.unwrap_or(spent.until);
    let whole = until.0 - conversation.started_at.0;
    let customer = spent.customer.counted_ms();
    check(conversation.is_internal() || customer == whole, "the customer's time adds up")?;
    if let Some(record) = record(world, conversation.id) {
        let until = record.customer_left_at.unwrap_or(record.ended_at);
        let counted = record.customer_time.map(|time| time.counted_ms());
        let whole = until.0 - record.started_at.0;
        check(counted.is_none_or(|counted| counted == whole), "the record adds up")?;
        let follows = |wrap_up: &call_core::agent::WrapUp| wrap_up.conversation == record.id;
        let wraps_up = world.agents().any(|(_, one)| one.wrap_up.as_ref().is_some_and(follows));
        check(record.is_final != wraps_up, "final when nobody wraps it up")?;
    }
    Ok(())
}

fn stay(segment: &Segment, conversation: &Conversation) -> Result<(), String> {
    let until = segment.closed_at.or(segment.wrap_up_since).unwrap_or(conversation.spent.until);
    let whole = until.0 - segment.started_at.0;
    check(segment.counted_ms() == whole, "a stay's parts add up")?;
    check(segment.ended_at.is_some() == segment.end.is_some(), "what ended has a reason")?;
    let sits = conversation.is_live() && conversation.has_seat(&segment.agent);
    check(segment.ended_at.is_some() || sits, "who has no seat has no stay that goes on")
}

/// What an act that was taken must have done.
pub(crate) fn effect(
    calls: Option<(&Call, &Call)>,
    by: &PersonId,
    command: &Command,
) -> Result<(), String> {
    let (Some((was, is)), Some(agent)) = (calls, by.as_agent()) else { return Ok(()) };
    let mode = is.watch.observers.get(agent).map(|one| &one.0);
    match command {
        Command::Monitor { .. } => {
            check(mode == Some(&ObserverMode::Monitor) || is.over, "who monitors does")
        }
        Command::Coach { agent, .. } => {
            let coaches = mode == Some(&ObserverMode::Coach { agent: agent.clone() });
            check(coaches || is.over, "who coaches does")
        }
        Command::Barge { .. } => {
            check(is.seats.contains_key(by) && was.seats.len() < 3, "who barges takes a free seat")
        }
        Command::StopObserving { .. } => {
            check(mode.is_none() && (is.over || !is.seats.contains_key(by)), "who stops is gone")
        }
        Command::TakeOver { .. } => {
            check(is.owner.as_ref() == Some(agent), "who takes over owns")?;
            let others = is.seats.len() == is.agents().count() + 1;
            check(is.held.is_empty() && is.offer.is_none() && others, "and talks with the customer")
        }
        Command::TransferOnBehalf { .. } => check(is.has_customer(), "the customer stays"),
        Command::ForceMute { participant, muted, .. } => {
            check(is.watch.forced.contains_key(participant) == *muted, "silenced, or not")
        }
        Command::EndForAll { .. } => check(is.over, "it is over"),
        _ => Ok(()),
    }
}

// --- what is refused ---

pub(crate) fn refused(
    reference: &Reference,
    settings: &Settings,
    by: &PersonId,
    command: &Command,
) -> Code {
    match command {
        Command::Monitor { conversation } => {
            supervised(reference, by, *conversation, (false, false), |call, who| {
                observe(reference, (*conversation, call), who, &ObserverMode::Monitor)
            })
        }
        Command::Coach { conversation, agent } => {
            supervised(reference, by, *conversation, (true, true), |call, who| {
                if agent == who {
                    return Some("target_is_self");
                }
                if !call.seats.contains_key(&agent.clone().into()) {
                    return Some("unknown_target");
                }
                let mode = ObserverMode::Coach { agent: agent.clone() };
                observe(reference, (*conversation, call), who, &mode)
            })
        }
        Command::Barge { conversation } => {
            supervised(reference, by, *conversation, (true, true), |call, who| {
                barge(reference, (*conversation, call), who)
            })
        }
        Command::TakeOver { conversation } => {
            supervised(reference, by, *conversation, (true, false), |call, who| {
                let sits = call.seats.contains_key(&who.clone().into());
                if sits && call.owner.as_ref() == Some(who) {
                    return Some("already_participant");
                }
                let free = ready(reference, (*conversation, call), who);
                free.or((!call.has_customer()).then_some("customer_left"))
            })
        }
        Command::TransferOnBehalf { conversation, target, .. } => {
            supervised(reference, by, *conversation, (true, false), |call, who| {
                transfer(reference, settings, call, (who, target))
            })
        }
        Command::ForceMute { conversation, participant, muted } => {
            supervised(reference, by, *conversation, (true, true), |call, who| {
                force_mute(call, who, (participant, *muted))
            })
        }
        Command::EndForAll { conversation } => {
            supervised(reference, by, *conversation, (true, false), |_, _| None)
        }
        Command::StopObserving { conversation } => {
            match refusals::known(reference, by, *conversation) {
                Err(code) => Some(code),
                Ok(call) => {
                    let mine =
                        |who: &AgentId| call.watch.watches(who) || call.watch.barged.contains(who);
                    (!by.as_agent().is_some_and(mine)).then_some("not_a_participant")
                }
            }
        }
        Command::InviteListener { conversation, agent, .. } => {
            refusals::seated(reference, by, *conversation, |call| {
                listener(reference, call, by, agent)
            })
        }
        _ => None,
    }
}

fn supervised(
    reference: &Reference,
    by: &PersonId,
    id: ConversationId,
    (manage, sound): (bool, bool),
    rule: impl Fn(&Call, &AgentId) -> Code,
) -> Code {
    let Some(call) = reference.calls.get(&id) else { return Some("not_a_participant") };
    let Some(agent) = by.as_agent() else { return Some("not_permitted") };
    let Some(desk) = reference.desks.get(agent) else { return Some("not_permitted") };
    let rights = call.team.as_ref().and_then(|team| desk.rights.get(team));
    let rights = rights.copied().unwrap_or_default();
    let known = call.known.contains(by) || call.watch.watches(agent);
    if !known && !rights.may_listen() {
        return Some("not_permitted");
    }
    if call.over {
        return Some("conversation_ended");
    }
    if sound && call.is_chat() {
        return Some("wrong_medium");
    }
    let may = if manage { rights.manage } else { rights.may_listen() };
    if may { rule(call, agent) } else { Some("not_permitted") }
}

/// Whether somebody can hear and speak here: it is free, or here already, and its leg is up.
fn ready(reference: &Reference, (id, call): (ConversationId, &Call), who: &AgentId) -> Code {
    let seat = call.seats.get(&who.clone().into()).map(|seat| seat.there);
    let here = call.watch.observers.get(who).map(|one| one.1).or(seat);
    let desk = &reference.desks[who];
    let places = reference.places_of(who, call.medium);
    // Nobody hears two calls; chats may be read along beside others.
    let elsewhere = !call.is_chat() && places.iter().any(|place| *place != id);
    if elsewhere {
        return Some("already_in_conversation");
    }
    if !places.contains(&id) {
        let away = (!desk.open || desk.removed).then_some("not_signed_in");
        return away.or((!desk.leg).then_some("channel_inactive"));
    }
    // Whom it rings at, or comes back to, answers that first.
    let rings = call.busies(who) && !call.has_seat(who);
    match here.filter(|_| !rings) {
        Some(there) => (!there).then_some("channel_inactive"),
        None => Some("already_in_conversation"),
    }
}

fn observe(
    reference: &Reference,
    (id, call): (ConversationId, &Call),
    who: &AgentId,
    mode: &ObserverMode,
) -> Code {
    let not_ready = ready(reference, (id, call), who);
    if not_ready.is_some() {
        return not_ready;
    }
    if let Some((is, _)) = call.watch.observers.get(who) {
        let promised = *is == ObserverMode::Monitor && no_listener(call);
        let full = promised.then_some("observers_full");
        return if is == mode { Some("already_observing") } else { full };
    }
    let sits = call.seats.contains_key(&who.clone().into());
    if sits && !call.watch.barged.contains(who) {
        return Some("already_participant");
    }
    is_full(call).then_some("observers_full")
}

fn is_full(call: &Call) -> bool {
    let rings = call.offer.as_ref().is_some_and(|offer| offer.listen);
    call.watch.observers.len() + usize::from(rings) >= 2
}

/// Whether a listener finds no room: who monitors gives way to it.
fn no_listener(call: &Call) -> bool {
    let rings = call.offer.as_ref().is_some_and(|offer| offer.listen);
    call.watch.known().count() + usize::from(rings) >= 2
}

fn barge(reference: &Reference, (id, call): (ConversationId, &Call), who: &AgentId) -> Code {
    let not_ready = ready(reference, (id, call), who);
    if not_ready.is_some() {
        return not_ready;
    }
    if call.seats.contains_key(&who.clone().into()) {
        return Some("already_participant");
    }
    if !call.has_customer() {
        return Some("customer_left");
    }
    if call.agents().next().is_none() {
        return Some("not_attended");
    }
    let rings = call.offer.as_ref().is_some_and(|offer| !offer.listen);
    (call.seats.len() + usize::from(rings) >= 3).then_some("conference_full")
}

fn transfer(
    reference: &Reference,
    settings: &Settings,
    call: &Call,
    (who, target): (&AgentId, &Target),
) -> Code {
    match &call.owner {
        Some(owner) if owner == who => Some("target_is_self"),
        Some(owner) if call.seats.contains_key(&owner.clone().into()) => {
            refusals::transfer(reference, settings, call, (&owner.clone().into(), target))
        }
        Some(_) | None => Some("not_attended"),
    }
}

fn force_mute(call: &Call, who: &AgentId, (participant, muted): (&PersonId, bool)) -> Code {
    let person = PersonId::Agent(who.clone());
    if !call.seats.contains_key(&person) && !call.watch.watches(who) {
        return Some("not_a_participant");
    }
    if *participant == person {
        return Some("target_is_self");
    }
    if !call.seats.contains_key(participant) {
        return Some("unknown_target");
    }
    match (call.watch.forced.contains_key(participant), muted) {
        (true, true) => Some("already_muted"),
        (false, false) => Some("not_muted"),
        (true, false) | (false, true) => None,
    }
}

fn listener(reference: &Reference, call: &Call, by: &PersonId, target: &AgentId) -> Code {
    let Some(initiator) = by.as_agent() else { return Some("not_permitted") };
    if call.customer.is_none() {
        return Some("not_permitted");
    }
    if call.offer.as_ref().is_some_and(|offer| offer.invited_by.is_some()) {
        return Some("offer_in_progress");
    }
    if no_listener(call) {
        return Some("observers_full");
    }
    let listens = call.watch.known().any(|one| one == target);
    let here = call.seats.contains_key(&target.clone().into()) || listens;
    if target != initiator && here {
        return Some("already_participant");
    }
    let desk = reference.desks.get(target).filter(|_| target != initiator);
    let may =
        |team| desk.and_then(|desk| desk.rights.get(team)).is_some_and(|one| one.may_listen());
    if desk.is_some() && !call.team.as_ref().is_some_and(may) {
        return Some("not_permitted");
    }
    refusals::agent_refusal(reference, initiator, (target, call.medium))
}
