//! How a customer goes: never by an agent's or the server's act without a reason.

use call_core::event::Departure;
use call_core::offer::OfferEnd;
use call_core::{ConversationId, EndReason, Event, Input, PersonId, next_deadline};

use crate::coverage::name_of;
use crate::invariants::Moment;
use crate::reference::{Call, check};

/// A customer goes by its own command, by a loss past its grace, when its only agent is done, or
/// when a supervisor ends it for all: never by anything else, and the reason says which.
pub(crate) fn never_dropped(moment: &Moment<'_>) -> Result<(), String> {
    for (id, was) in &moment.before.calls {
        let Some(customer) = was.customer.as_ref().filter(|_| !was.over && was.has_customer())
        else {
            continue;
        };
        let still = moment.system.reference.calls.get(id).filter(|is| !is.over);
        if still.is_some_and(Call::has_customer) {
            continue;
        }
        let events = moment.decided.as_deref().unwrap_or_default();
        let of_it = events.iter().filter(|event| event.conversation() == Some(*id));
        let why: Vec<_> = of_it.filter_map(|event| farewell(event, customer)).collect();
        let was_lost = !was.has_leg(customer);
        let right = match why.as_slice() {
            // What ends after the customer has gone ends because of that.
            [Farewell::Left, ..] => {
                let lost = was_lost && had_its_grace(moment, was, customer);
                asked(moment, customer, "leave") || lost
            }
            [Farewell::Lost, ..] => was_lost && had_its_grace(moment, was, customer),
            [Farewell::Completed(by)] => {
                let done = asked(moment, by, "leave") || asked(moment, by, "complete");
                let alone = was.agents_in().iter().all(|agent| agent == *by);
                let rings = was.offer.as_ref().is_some_and(|offer| !offer.listen);
                // What was due may have cleared the way first.
                let ends = !rings || (was.is_chat() && asked(moment, by, "complete"));
                done && (was_due(moment) || (alone && ends)) && was.seats.contains_key(by)
            }
            [Farewell::Idle] => {
                let quiet = moment.system.now.since(was.written.quiet_since);
                was.is_chat() && quiet >= moment.system.settings.timers.chat_idle
            }
            [Farewell::EndedForAll(by)] => asked(moment, by, "end_for_all"),
            _ => false,
        };
        let asked_to = was.offer.is_some() && asked(moment, customer, "leave");
        check(!asked_to || withdrawn(moment, *id), "what rings is withdrawn: the customer left")?;
        check(right, &format!("{customer} in {id} goes for a reason, not by {why:?}"))?;
    }
    Ok(())
}

/// Whether something was due, which fires before anything is looked at.
fn was_due(moment: &Moment<'_>) -> bool {
    let due = next_deadline(moment.world_before, &moment.system.settings);
    due.is_some_and(|(at, _)| at <= moment.system.now)
}

/// Whether what rang ended because the customer left, or had ended by itself at that moment.
fn withdrawn(moment: &Moment<'_>, id: ConversationId) -> bool {
    let ended = moment.decided.iter().flatten().filter_map(|event| match event {
        Event::OfferEnded { conversation, end, .. } if *conversation == id => Some(*end),
        _ => None,
    });
    was_due(moment) || ended.eq([OfferEnd::CustomerLeft])
}

/// Whether somebody who is lost was waited for, for as long as anybody is in its place.
fn had_its_grace(moment: &Moment<'_>, was: &Call, person: &PersonId) -> bool {
    let timers = &moment.system.settings.timers;
    was.seats.get(person).is_some_and(|seat| {
        let answered =
            if was.is_chat() { timers.chat_customer_grace } else { timers.customer_grace };
        let grace = if seat.waited { timers.queue_grace } else { answered };
        moment.system.now.since(seat.empty_since) >= grace
    })
}

#[derive(Debug)]
enum Farewell<'e> {
    Left,
    Lost,
    Completed(&'e PersonId),
    EndedForAll(&'e PersonId),
    Idle,
    None,
}

fn farewell<'e>(event: &'e Event, customer: &PersonId) -> Option<Farewell<'e>> {
    match event {
        Event::ParticipantLeft { participant, departure, .. } if participant == customer => {
            Some(match departure {
                Departure::Left => Farewell::Left,
                Departure::Lost => Farewell::Lost,
                Departure::Removed { .. } => Farewell::None,
            })
        }
        Event::ConversationEnded { reason, by, .. } => Some(match reason {
            EndReason::CustomerLeft if by == customer => Farewell::Left,
            EndReason::Idle => Farewell::Idle,
            EndReason::Completed => Farewell::Completed(by),
            EndReason::EndedForAll => Farewell::EndedForAll(by),
            EndReason::CustomerLeft | EndReason::NotAnswered | EndReason::AgentLost => {
                Farewell::None
            }
        }),
        _ => None,
    }
}

/// Whether this moment is about such a command of that person's.
fn asked(moment: &Moment<'_>, who: &PersonId, name: &str) -> bool {
    match moment.input {
        Input::Command { by, command } => by == who && name_of(command) == name,
        Input::Report(_) | Input::Deadline => false,
    }
}
