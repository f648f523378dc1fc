//! What a command that was taken must have done, in the words of behaviour.

use std::collections::BTreeSet;

use call_core::{AgentId, Command, ConversationId, HoldWhen, Medium, PersonId, Status};

use crate::reference::{Call, Reference, check};
use crate::supervision;

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
            let held = after.calls[conversation].held.contains_key(participant);
            check(held, "hold holds")
        }
        Command::Resume { conversation, participant } => {
            let held = after.calls[conversation].held.contains_key(participant);
            check(!held, "resume resumes")
        }
        Command::Merge { conversation } => {
            check(after.calls[conversation].held.is_empty(), "after a merge nobody is held")
        }
        Command::Swap { conversation } => {
            let Some((was, is)) = of(conversation) else { return Ok(()) };
            let customer = was.customer.as_ref().ok_or("a swap is about a customer")?;
            check(is.held.len() == 1, "after a swap one is held")?;
            let was_held = was.held.contains_key(customer);
            check(is.held.contains_key(customer) != was_held, "a swap exchanges who is held")
        }
        Command::Mute { conversation, muted } => {
            check(after.calls[conversation].muted.contains(by) == *muted, "mute mutes")
        }
        Command::Accept { conversation } => {
            let stays = |agent: &AgentId| after.desks.get(agent).is_some_and(|desk| desk.signed_in);
            of(conversation).map_or(Ok(()), |(was, is)| accepted(was, is, by, stays))
        }
        Command::Leave { conversation } | Command::Complete { conversation } => {
            let Some((was, is)) = of(conversation) else { return Ok(()) };
            let done = was.is_chat() && matches!(command, Command::Complete { .. });
            exit((was, is), by, done)
        }
        Command::Remove { conversation, participant } => {
            let gone = !after.calls[conversation].seats.contains_key(participant);
            check(gone || after.calls[conversation].over, "who is removed is gone")
        }
        Command::GetNext { .. } => {
            let seats = |all: &Reference| {
                all.calls.values().filter(|call| !call.over && call.seats.contains_key(by)).count()
            };
            check(seats(after) == seats(before) + 1, "who fetches the next is in it")
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
        _ => of_chats(before, after, by, command),
    }
}

/// What is about writing, about both media, or about a chat that was over.
fn of_chats(
    before: &Reference,
    after: &Reference,
    by: &PersonId,
    command: &Command,
) -> Result<(), String> {
    match command {
        Command::Send { conversation, id, .. } => {
            let said = |all: &Reference| {
                let written = &all.calls.get(conversation)?.written;
                written.said.get(&(by.clone(), id.clone())).copied()
            };
            let (was, is) = (said(before), said(after));
            check(is.is_some(), "what is taken has its number")?;
            check(was.is_none() || was == is, "and keeps it when it is said again")
        }
        Command::Raise { conversation } => {
            let Some(call) = before.calls.get(conversation) else { return Ok(()) };
            let customer = call.customer.as_ref().ok_or("a customer's is raised")?;
            check(after.live_of(customer, call.medium.other()), "the customer has both")?;
            let offering = call.offered_call().filter(|agent| {
                let there = before.desks.get(*agent).is_some_and(|desk| desk.leg);
                there && before.has_room(agent, Medium::Voice)
            });
            let Some(offering) = offering else { return Ok(()) };
            let mut calls = after.calls.values().filter(|one| one.linked == Some(*conversation));
            let talks = calls.any(|one| !one.over && one.has_seat(offering));
            check(talks, "who has offered a call and can talk is in it at once")
        }
        Command::OfferCall { conversation } => {
            let offers = after.calls[conversation].offered_call();
            check(offers == by.as_agent(), "who offers a call offers it")
        }
        Command::WithdrawCall { conversation } => {
            check(after.calls[conversation].offered_call().is_none(), "it is taken back")
        }
        Command::Decline { conversation, .. } if by.as_agent().is_none() => {
            check(after.calls[conversation].offered_call().is_none(), "it is declined")
        }
        Command::Reopen { conversation } => {
            let call = &after.calls[conversation];
            check(!call.over && call.seats.contains_key(by), "who comes back is in it")
        }
        Command::SetStatus { status, medium } => {
            let desk = by.as_agent().and_then(|agent| after.desks.get(agent));
            let mut lines = Medium::ALL.iter().filter(|one| medium.is_none_or(|it| it == **one));
            let present = *status == Status::Present;
            let as_said = lines.all(|one| desk.is_some_and(|desk| desk.takes(*one) == present));
            check(as_said, "a status is for the medium it was said for")
        }
        _ => Ok(()),
    }
}

/// Who completes a chat that nobody else is in ends it, whatever rings.
fn exit((was, is): (&Call, &Call), by: &PersonId, done: bool) -> Result<(), String> {
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
    let rings = was.offer.as_ref().is_some_and(|offer| !offer.listen);
    if others.is_empty() && (done || !rings) {
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

fn accepted(
    was: &Call,
    is: &Call,
    by: &PersonId,
    stays: impl Fn(&AgentId) -> bool,
) -> Result<(), String> {
    if by.as_agent().is_some_and(|agent| is.watch.watches(agent)) {
        return Ok(());
    }
    if !is.seats.contains_key(by) {
        return check(is.offer.is_some(), "an accept without a leg is waited for");
    }
    if let Some(offer) = was.offer.as_ref().filter(|offer| offer.in_place) {
        given_away(was, is, (offer.invited_by.as_ref(), by), stays)?;
    }
    let alone = was.agents_in().is_empty();
    let hold = was.offer.as_ref().and_then(|offer| offer.hold).filter(|_| !alone);
    let customer = was.customer.as_ref().filter(|_| was.has_customer());
    if let (Some(customer), Some(hold)) = (customer, hold) {
        let is_held = is.held.contains_key(customer);
        let as_asked = match hold {
            HoldWhen::OnAnswer => is_held,
            // It is on hold already, or somebody has taken it off since.
            HoldWhen::Now => true,
            HoldWhen::Never => is.held == was.held,
        };
        check(as_asked, "who answers consults while the customer is on hold, if asked")?;
    }
    check(!alone || is.held.is_empty(), "who answers a lone customer talks with it")
}

/// Who takes a chat has it at once, and who offered it reads along if there is room.
fn given_away(
    was: &Call,
    is: &Call,
    (from, by): (Option<&AgentId>, &PersonId),
    stays: impl Fn(&AgentId) -> bool,
) -> Result<(), String> {
    let Some(from) = from.filter(|from| was.has_seat(from)) else { return Ok(()) };
    check(!is.has_seat(from), "who gave it away has no seat")?;
    let owned = was.owner.as_ref() == Some(from);
    check(!owned || is.owner.as_ref() == by.as_agent(), "who takes it owns it")?;
    let others = was.watch.known().filter(|one| Some(*one) != by.as_agent()).count();
    let reads = others < 2 && stays(from);
    check(is.watch.watches(from) == reads, "and who gave it away reads along")
}
