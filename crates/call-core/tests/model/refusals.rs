//! Which command is refused with what, told naively from the reference.

use call_core::observer::ObserverMode;
use call_core::{
    AgentId, AwayReason, Body, Command, ConversationId, MAX_MESSAGE_CHARS, Medium, MessageAudience,
    MessageId, Overflow, PersonId, Settings, Status, Target, TeamId, TeamPolicy, Time,
};

use crate::reference::{Call, Reference};
use crate::supervision;

pub(crate) type Code = Option<&'static str>;

pub(crate) fn expected(
    reference: &Reference,
    settings: &Settings,
    by: &PersonId,
    command: &Command,
    now: Time,
) -> Code {
    if let Some(code) = writing(reference, by, command) {
        return code;
    }
    match command {
        Command::Call { team, medium } => call(reference, settings, by, (team, *medium, now)),
        Command::CallAgent { agent, medium } => call_agent(reference, by, (agent, *medium)),
        Command::GetNext { team, medium } => {
            get_next(reference, settings, by, (team.as_ref(), *medium))
        }
        Command::Raise { conversation } => raise(reference, settings, by, (*conversation, now)),
        Command::Reopen { conversation } => reopen(reference, settings, by, (*conversation, now)),
        Command::SetStatus { status, .. } => status_refusal(reference, by, *status),
        Command::FinishWrapUp | Command::ExtendWrapUp => wrap_up(reference, by),
        Command::Accept { conversation } => answer(reference, by, *conversation, None),
        Command::Decline { conversation, text } => {
            answer(reference, by, *conversation, text.as_deref())
        }
        Command::Invite { conversation, target, .. } => {
            seated(reference, by, *conversation, |call| {
                invite(reference, settings, call, (by, target), false)
            })
        }
        Command::Transfer { conversation, target, .. } => {
            seated(reference, by, *conversation, |call| {
                transfer(reference, settings, call, (by, target))
            })
        }
        Command::Cancel { conversation } => seated(reference, by, *conversation, |call| {
            agents_only(by).or(call.offer.is_none().then_some("no_offer"))
        }),
        Command::Hold { conversation, participant } => {
            seated(reference, by, *conversation, |call| {
                other(call, by, participant)
                    .or(absent(call, by))
                    .or(call.held.contains_key(participant).then_some("already_held"))
            })
        }
        Command::Resume { conversation, participant } => {
            seated(reference, by, *conversation, |call| {
                other(call, by, participant)
                    .or((!call.held.contains_key(participant)).then_some("not_held"))
            })
        }
        Command::Remove { conversation, participant } => {
            seated(reference, by, *conversation, |call| remove(call, by, participant))
        }
        Command::Swap { conversation } => seated(reference, by, *conversation, |call| {
            three(call, by).or(absent(call, by)).or((call.held.len() > 1).then_some("already_held"))
        }),
        Command::Merge { conversation } => seated(reference, by, *conversation, |call| {
            three(call, by).or(call.held.is_empty().then_some("not_held"))
        }),
        Command::Mute { conversation, muted } => {
            seated(reference, by, *conversation, |call| match (call.is_silent(by), muted) {
                (true, true) => Some("already_muted"),
                (true, false) if call.watch.forced.contains_key(by) => Some("not_permitted"),
                (false, false) => Some("not_muted"),
                _ => None,
            })
        }
        Command::Complete { conversation } => {
            seated(reference, by, *conversation, |_| agents_only(by))
        }
        Command::Leave { conversation } => match known(reference, by, *conversation) {
            Ok(call) if by.as_agent().is_some_and(|agent| call.watch.watches(agent)) => None,
            Ok(_) | Err(_) => seated(reference, by, *conversation, |call| deserts(call, by)),
        },
        _ => supervision::refused(reference, settings, by, command),
    }
}

fn remove(call: &Call, by: &PersonId, participant: &PersonId) -> Code {
    let observer = participant.as_agent().and_then(|one| call.watch.observers.get(one));
    if by.as_agent().is_some() && observer.is_some_and(|one| one.0 == ObserverMode::Listener) {
        return None;
    }
    let customers_stay = participant.as_agent().is_none().then_some("not_permitted");
    other(call, by, participant).or(customers_stay)
}

/// Who is lost puts nobody on hold.
fn absent(call: &Call, by: &PersonId) -> Code {
    (!call.agents_in().contains(by)).then_some("channel_inactive")
}

fn agents_only(by: &PersonId) -> Code {
    by.as_agent().is_none().then_some("not_permitted")
}

fn call(
    reference: &Reference,
    settings: &Settings,
    by: &PersonId,
    (team, medium, now): (&TeamId, Medium, Time),
) -> Code {
    if by.as_agent().is_some() {
        return Some("not_permitted");
    }
    comes(reference, by, medium).or_else(|| admitted(reference, settings, (team, medium, now)))
}

/// A customer is there, and in nothing else of this medium.
fn comes(reference: &Reference, by: &PersonId, medium: Medium) -> Code {
    if reference.pages.get(by) != Some(&true) {
        return Some("not_signed_in");
    }
    reference.live_of(by, medium).then_some("already_in_conversation")
}

fn admitted(
    reference: &Reference,
    settings: &Settings,
    (team, medium, now): (&TeamId, Medium, Time),
) -> Code {
    let (mut next, mut seen) = (team, Vec::new());
    while !seen.contains(&next) {
        seen.push(next);
        let Some(chosen) = settings.teams.get(next) else { return Some("unknown_target") };
        match &chosen.overflow {
            Overflow::Team(other) if is_full(reference, settings, (next, medium), now) => {
                next = other;
            }
            Overflow::Refuse if is_full(reference, settings, (next, medium), now) => {
                return Some("queue_full");
            }
            Overflow::Stay | Overflow::Refuse | Overflow::Team(_) => return None,
        }
    }
    None
}

fn is_full(
    reference: &Reference,
    settings: &Settings,
    (team, medium): (&TeamId, Medium),
    now: Time,
) -> bool {
    let (chosen, queue) = (&settings.teams[team], reference.queue(team, medium));
    let of_team = reference.desks.iter().filter(|(_, desk)| desk.teams.contains(team));
    let free = of_team.filter(|(agent, _)| reference.can_be_rung(agent, medium)).count();
    let mut waits = queue.iter().map(|id| &reference.calls[id]).filter(|call| call.owner.is_none());
    let long = chosen.max_wait.is_some_and(|longest| {
        waits.any(|call| call.queue.as_ref().is_some_and(|wait| now - wait.since > longest))
    });
    long || chosen.max_waiting.is_some_and(|most| queue.len() >= most + free)
}

fn call_agent(reference: &Reference, by: &PersonId, (target, medium): (&AgentId, Medium)) -> Code {
    let Some(caller) = by.as_agent() else { return Some("not_permitted") };
    let Some(desk) = reference.desks.get(caller).filter(|desk| desk.open) else {
        return Some("not_signed_in");
    };
    if !reference.has_room(caller, medium) {
        return Some("already_in_conversation");
    }
    agent_refusal(reference, caller, (target, medium)).or((!desk.leg).then_some("channel_inactive"))
}

fn get_next(
    reference: &Reference,
    settings: &Settings,
    by: &PersonId,
    (team, medium): (Option<&TeamId>, Medium),
) -> Code {
    let Some(agent) = by.as_agent() else { return Some("not_permitted") };
    let Some(desk) = reference.desks.get(agent).filter(|desk| desk.open && !desk.removed) else {
        return Some("not_signed_in");
    };
    if !reference.has_room(agent, medium) {
        return Some("already_in_conversation");
    }
    if !desk.takes(medium) || !desk.leg {
        return Some("channel_inactive");
    }
    if let Some(team) = team {
        if !settings.teams.contains_key(team) {
            return Some("unknown_target");
        }
        if !desk.teams.contains(team) {
            return Some("not_permitted");
        }
    }
    reference.first_for(agent, (team, medium)).is_none().then_some("queue_empty")
}

fn status_refusal(reference: &Reference, by: &PersonId, status: Status) -> Code {
    let Some(agent) = by.as_agent() else { return Some("not_permitted") };
    if !reference.desks.get(agent).is_some_and(|desk| desk.open) {
        return Some("not_signed_in");
    }
    (status == Status::Away { reason: AwayReason::Missed }).then_some("not_permitted")
}

fn wrap_up(reference: &Reference, by: &PersonId) -> Code {
    let Some(agent) = by.as_agent() else { return Some("not_permitted") };
    match reference.desks.get(agent) {
        Some(desk) if desk.wrap_up => None,
        Some(desk) if desk.signed_in || !desk.teams.is_empty() || desk.leg => {
            Some("not_in_wrap_up")
        }
        Some(_) => Some("not_in_wrap_up"),
        None => Some("not_signed_in"),
    }
}

pub(crate) fn known<'r>(
    reference: &'r Reference,
    by: &PersonId,
    id: ConversationId,
) -> Result<&'r Call, &'static str> {
    let knows = |call: &&Call| {
        let watches = by.as_agent().is_some_and(|agent| call.watch.watches(agent));
        watches || call.known.contains(by)
    };
    let call = reference.calls.get(&id).filter(knows);
    let call = call.ok_or("not_a_participant")?;
    if call.over { Err("conversation_ended") } else { Ok(call) }
}

pub(crate) fn seated(
    reference: &Reference,
    by: &PersonId,
    id: ConversationId,
    rule: impl Fn(&Call) -> Code,
) -> Code {
    match known(reference, by, id) {
        Err(code) => Some(code),
        Ok(call) if !call.seats.contains_key(by) => Some("not_a_participant"),
        Ok(call) => rule(call),
    }
}

fn answer(reference: &Reference, by: &PersonId, id: ConversationId, text: Option<&str>) -> Code {
    let call = match known(reference, by, id) {
        Err(code) => return Some(code),
        Ok(call) => call,
    };
    let Some(agent) = by.as_agent() else {
        return call.offered_call().is_none().then_some("no_offer");
    };
    let rung = call.offer.as_ref().is_some_and(|offer| offer.candidates.contains(agent));
    if !rung {
        return Some("no_offer");
    }
    text.is_some_and(|text| text.len() > 500).then_some("text_too_long")
}

fn other(call: &Call, by: &PersonId, participant: &PersonId) -> Code {
    if by.as_agent().is_none() {
        return Some("not_permitted");
    }
    if by == participant {
        return Some("target_is_self");
    }
    (!call.seats.contains_key(participant)).then_some("unknown_target")
}

fn three(call: &Call, by: &PersonId) -> Code {
    if by.as_agent().is_none() {
        return Some("not_permitted");
    }
    if call.customer.is_none() {
        return Some("needs_three");
    }
    if !call.has_customer() {
        return Some("customer_left");
    }
    (call.seats.len() < 3).then_some("needs_three")
}

/// A call is transferred blindly; a chat is offered, to a colleague in one's own place.
pub(crate) fn transfer(
    reference: &Reference,
    settings: &Settings,
    call: &Call,
    (by, target): (&PersonId, &Target),
) -> Code {
    let in_place = call.is_chat() && !matches!(target, Target::Queue(_));
    invite(reference, settings, call, (by, target), in_place)
}

/// Nobody leaves a chat to nobody: to a colleague who is in, or to a queue.
fn deserts(call: &Call, by: &PersonId) -> Code {
    let others = call.agents_in().into_iter().filter(|other| other != by).count();
    let stays = by.as_agent().is_none() || call.customer.is_none() || call.queue.is_some();
    (call.is_chat() && !stays && others == 0).then_some("nobody_else")
}

/// What is about writing, about a call offered in a chat, or about sound in one; nothing, if it is
/// about none of them.
fn writing(reference: &Reference, by: &PersonId, command: &Command) -> Option<Code> {
    match command {
        Command::Send { conversation, id, audience, body } => {
            Some(send(reference, by, *conversation, (id, *audience, body)))
        }
        Command::Mark { conversation, .. } => Some(match known(reference, by, *conversation) {
            Err(code) => Some(code),
            Ok(call) => (!call.is_chat()).then_some("wrong_medium"),
        }),
        Command::OfferCall { conversation } => {
            Some(seated(reference, by, *conversation, |call| offers_call(reference, by, call)))
        }
        Command::WithdrawCall { conversation } => {
            Some(seated(reference, by, *conversation, |call| {
                agents_only(by).or(call.offered_call().is_none().then_some("no_offer"))
            }))
        }
        Command::Hold { conversation, .. }
        | Command::Resume { conversation, .. }
        | Command::Swap { conversation }
        | Command::Merge { conversation }
        | Command::Mute { conversation, .. } => {
            let chat = known(reference, by, *conversation).is_ok_and(Call::is_chat);
            chat.then_some(Some("wrong_medium"))
        }
        _ => None,
    }
}

fn send(
    reference: &Reference,
    by: &PersonId,
    id: ConversationId,
    (message, audience, body): (&MessageId, MessageAudience, &Body),
) -> Code {
    let known = match known(reference, by, id) {
        Err("not_a_participant") => return Some("not_a_participant"),
        Ok(_) | Err(_) => &reference.calls[&id],
    };
    if known.written.said.contains_key(&(by.clone(), message.clone())) {
        return None;
    }
    let text = body.text();
    let empty = body.file().is_none() && text.trim().is_empty();
    let empty = empty.then_some("empty_message");
    let long = (text.chars().count() > MAX_MESSAGE_CHARS).then_some("text_too_long");
    known.not_writing(by, audience).or(empty).or(long)
}

fn raise(
    reference: &Reference,
    settings: &Settings,
    by: &PersonId,
    (id, now): (ConversationId, Time),
) -> Code {
    seated(reference, by, id, |call| {
        let (Some(customer), Some(team)) = (&call.customer, &call.team) else {
            return Some("not_permitted");
        };
        if !call.has_customer() {
            return Some("customer_left");
        }
        if by.as_agent().is_some() && call.is_chat() {
            return Some("not_permitted");
        }
        let medium = call.medium.other();
        comes(reference, customer, medium)
            .or_else(|| admitted(reference, settings, (team, medium, now)))
    })
}

fn offers_call(reference: &Reference, by: &PersonId, call: &Call) -> Code {
    let is_chat = |call: &Call| (!call.is_chat()).then_some("wrong_medium");
    let Some(customer) = &call.customer else {
        return agents_only(by).or(is_chat(call)).or(Some("not_permitted"));
    };
    agents_only(by)
        .or(is_chat(call))
        .or((!call.has_customer()).then_some("customer_left"))
        .or(call.offered_call().is_some().then_some("call_offered"))
        .or(reference.live_of(customer, Medium::Voice).then_some("target_busy"))
}

fn reopen(
    reference: &Reference,
    settings: &Settings,
    by: &PersonId,
    (id, now): (ConversationId, Time),
) -> Code {
    let call = match known(reference, by, id) {
        Err("not_a_participant") => return Some("not_a_participant"),
        Err(_) => &reference.calls[&id],
        Ok(_) => return Some("already_in_conversation"),
    };
    if !call.is_chat() {
        return Some("wrong_medium");
    }
    let Some(team) = &call.team else { return Some("not_permitted") };
    if by.as_agent().is_some() {
        return Some("not_permitted");
    }
    comes(reference, by, Medium::Chat)
        .or_else(|| admitted(reference, settings, (team, Medium::Chat, now)))
}

/// The order of behaviour, line by line.
pub(crate) fn invite(
    reference: &Reference,
    settings: &Settings,
    call: &Call,
    (by, target): (&PersonId, &Target),
    in_place: bool,
) -> Code {
    let Some(initiator) = by.as_agent() else { return Some("not_permitted") };
    if call.customer.is_none() {
        return Some("not_permitted");
    }
    if call.offer.is_some() {
        return Some("offer_in_progress");
    }
    if call.seats.len() == 3 && !in_place {
        return Some("conference_full");
    }
    let refused = match target {
        Target::Agent(agent) if agent != initiator && sits(call, agent) => {
            Some("already_participant")
        }
        Target::Agent(agent) => agent_refusal(reference, initiator, (agent, call.medium)),
        Target::Team(team) | Target::Queue(team) => {
            (!settings.teams.contains_key(team)).then_some("unknown_target")
        }
    };
    if refused.is_some() {
        return refused;
    }
    if !call.has_customer() {
        return Some("customer_left");
    }
    match target {
        Target::Agent(_) | Target::Queue(_) => None,
        Target::Team(team) => policy(reference, settings, (initiator, call), team),
    }
}

fn sits(call: &Call, agent: &AgentId) -> bool {
    call.seats.contains_key(&PersonId::Agent(agent.clone()))
}

pub(crate) fn agent_refusal(
    reference: &Reference,
    initiator: &AgentId,
    (target, medium): (&AgentId, Medium),
) -> Code {
    if target == initiator {
        return Some("target_is_self");
    }
    let Some(desk) = reference.desks.get(target) else { return Some("unknown_target") };
    if !desk.open || desk.removed {
        return Some("target_offline");
    }
    if !desk.takes(medium) || !desk.leg {
        return Some("channel_inactive");
    }
    (!reference.can_be_rung(target, medium)).then_some("target_busy")
}

fn policy(
    reference: &Reference,
    settings: &Settings,
    (initiator, call): (&AgentId, &Call),
    team: &TeamId,
) -> Code {
    let in_team = |team: &TeamId| {
        reference.desks.iter().any(|(agent, desk)| {
            let here = agent == initiator || call.has_seat(agent);
            !here && desk.teams.contains(team) && reference.can_be_rung(agent, call.medium)
        })
    };
    let Some(chosen) = settings.teams.get(team) else { return Some("unknown_target") };
    if in_team(team) {
        return None;
    }
    match &chosen.policy {
        TeamPolicy::Reject => Some("nobody_available"),
        TeamPolicy::Wait | TeamPolicy::Queue => None,
        TeamPolicy::FallbackTeam(next) => policy(reference, settings, (initiator, call), next),
    }
}
