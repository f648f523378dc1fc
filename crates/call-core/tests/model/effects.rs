//! What a command that was taken must have done, in the words of behaviour.

use std::collections::BTreeSet;

use call_core::{Command, ConversationId, HoldWhen, PersonId};

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
            of(conversation).map_or(Ok(()), |(was, is)| accepted(was, is, by))
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
        _ => Ok(()),
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

fn accepted(was: &Call, is: &Call, by: &PersonId) -> Result<(), String> {
    if by.as_agent().is_some_and(|agent| is.watch.watches(agent)) {
        return Ok(());
    }
    if !is.seats.contains_key(by) {
        return check(is.offer.is_some(), "an accept without a leg is waited for");
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
