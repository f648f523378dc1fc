//! From one input to the events it causes, or to the reason why not.
//!
//! It only dispatches: one line per command and report, the rule lives with its noun.

use crate::access;
use crate::announce;
use crate::call_offer;
use crate::chat::{self, Wanted};
use crate::command::Command as C;
use crate::customer;
use crate::draft::Draft;
use crate::event::Event;
use crate::hold;
use crate::id::PersonId;
use crate::internal;
use crate::invite::{self, Invitation};
use crate::leaving::{self, Exit};
use crate::listener;
use crate::mute;
use crate::observer;
use crate::overflow;
use crate::presence;
use crate::queue;
use crate::refusal::Refusal;
use crate::report::{Input, Report};
use crate::restart;
use crate::ring;
use crate::route;
use crate::session;
use crate::settings::Settings;
use crate::supervise;
use crate::time::Time;
use crate::timers;
use crate::world::World;
use crate::wrap_up;

/// Decides about one input at `now`, without changing anything.
///
/// Whatever is due by `now` fires before the input is looked at, so that a command that comes
/// late is late however slow the driver was. After a change of settings, a deadline is what to
/// ask about: it rings whoever may be rung from then on.
///
/// # Errors
/// The reason why a command is refused. Reports and deadlines are never refused.
pub fn decide(
    world: &World,
    settings: &Settings,
    input: &Input,
    now: Time,
) -> Result<Vec<Event>, Refusal> {
    let mut draft = Draft::new(world, settings, now);
    match input {
        Input::Report(Report::ServerRestarted) => restart::restarted(&mut draft),
        Input::Report(seen) => {
            timers::fire(&mut draft);
            report(&mut draft, seen);
        }
        Input::Command { by, command: asked } => {
            timers::fire(&mut draft);
            command(&mut draft, by, asked)?;
        }
        Input::Deadline => timers::fire(&mut draft),
    }
    // Settings may have changed since: whoever waits is looked at then without anything else.
    if draft.has_moved() || *input == Input::Deadline {
        observer::settle(&mut draft);
        session::dismiss(&mut draft);
        overflow::take_in_orphans(&mut draft);
        route::route(&mut draft);
        announce::announce(&mut draft);
    }
    Ok(draft.into_events())
}

fn command(draft: &mut Draft<'_>, by: &PersonId, command: &C) -> Result<(), Refusal> {
    access::suits(draft, by, command)?;
    match command {
        C::Call { team, medium } => customer::call(draft, by, team, *medium),
        C::CallChannel { channel, medium } => customer::call_channel(draft, by, channel, *medium),
        C::CallAgent { agent, medium } => internal::call(draft, by, agent, *medium),
        C::Raise { conversation } => customer::raise(draft, *conversation, by),
        C::OfferCall { conversation } => call_offer::offer(draft, *conversation, by),
        C::WithdrawCall { conversation } => call_offer::withdraw(draft, *conversation, by),
        C::Reopen { conversation } => customer::reopen(draft, *conversation, by),
        C::GetNext { team, medium } => queue::get_next(draft, by, team.as_ref(), *medium),
        C::SetStatus { status, medium } => session::set_status(draft, by, *medium, *status),
        C::FinishWrapUp => wrap_up::finish(draft, by),
        C::ExtendWrapUp => wrap_up::extend(draft, by),
        C::Accept { conversation } => ring::accept(draft, *conversation, by),
        C::Decline { conversation, text } => match by {
            PersonId::Customer(_) => call_offer::decline(draft, *conversation, by),
            PersonId::Agent(_) => ring::decline(draft, *conversation, by, text.as_deref()),
        },
        C::Cancel { conversation } => invite::cancel(draft, *conversation, by),
        C::Invite { conversation, target, hold, on_failure, note } => {
            let (hold, on_failure) = (*hold, *on_failure);
            let invitation = Invitation { target, hold, on_failure, note: note.as_deref() };
            invite::invite(draft, *conversation, by, &invitation)
        }
        C::Transfer { conversation, target, note } => {
            invite::transfer(draft, *conversation, by, target, note.as_deref())
        }
        C::Hold { conversation, participant } => hold::hold(draft, *conversation, by, participant),
        C::Resume { conversation, participant } => {
            hold::resume(draft, *conversation, by, participant)
        }
        C::Swap { conversation } => hold::swap(draft, *conversation, by),
        C::Merge { conversation } => hold::merge(draft, *conversation, by),
        C::Mute { conversation, muted } => mute::mute(draft, *conversation, by, *muted),
        C::Complete { conversation } => leaving::exit(draft, *conversation, by, Exit::Complete),
        C::Leave { conversation } => leaving::exit(draft, *conversation, by, Exit::Leave),
        C::Remove { conversation, participant } => {
            leaving::remove(draft, *conversation, by, participant)
        }
        C::InviteListener { conversation, agent, note } => {
            listener::invite(draft, *conversation, by, agent, note.as_deref())
        }
        C::Monitor { conversation } => supervise::monitor(draft, *conversation, by),
        C::Coach { conversation, agent } => supervise::coach(draft, *conversation, by, agent),
        C::Barge { conversation } => supervise::barge(draft, *conversation, by),
        C::StopObserving { conversation } => supervise::stop(draft, *conversation, by),
        C::TakeOver { conversation } => supervise::take_over(draft, *conversation, by),
        C::TransferOnBehalf { conversation, target, note } => {
            supervise::transfer(draft, *conversation, by, target, note.as_deref())
        }
        C::ForceMute { conversation, participant, muted } => {
            supervise::force_mute(draft, *conversation, by, participant, *muted)
        }
        C::Send { conversation, id, audience, body } => {
            let wanted = Wanted { id, audience: *audience, body };
            chat::send(draft, *conversation, by, &wanted)
        }
        C::Mark { conversation, marks } => chat::mark(draft, *conversation, by, *marks),
        C::EndForAll { conversation } => supervise::end_for_all(draft, *conversation, by),
    }
}

fn report(draft: &mut Draft<'_>, report: &Report) {
    match report {
        Report::SessionOpened { person, name, teams, priority } => {
            session::opened(draft, person, name, teams, *priority);
        }
        Report::AgentChanged { agent, name, teams } => {
            session::changed(draft, agent, name, teams);
        }
        Report::AgentRemoved { agent } => session::removed(draft, agent),
        Report::SessionClosed { person } => session::closed(draft, person),
        Report::LegUp { person } => presence::leg_up(draft, person),
        Report::LegLost { person } => presence::leg_lost(draft, person),
        Report::ServerRestarted => restart::restarted(draft),
    }
}
