//! How each fact changes the world: one line per event, the change lives with its noun.
//!
//! A fact about somebody or something unknown changes nothing: a journal is never the reason
//! to stop.

mod care;
mod observing;
mod people;
mod ringing;
mod seats;
mod start;

use crate::call_offer::{self, CallOffer};
use crate::chat::Chat;
use crate::conversation::Conversation;
use crate::event::{Event as E, Recorded};
use crate::id::ConversationId;
use crate::record;
use crate::segment;
use crate::world::World;

/// Takes a recorded fact in.
#[expect(clippy::too_many_lines, reason = "one line per event")]
#[rustfmt::skip]
pub(crate) fn apply(world: &mut World, recorded: &Recorded) {
    let at = recorded.at;
    world.as_of = world.as_of.max(at);
    let rung = segment::before(world, recorded);
    match &recorded.event {
        E::AgentSignedIn { agent, name, teams, chats } =>
            people::signed_in(world, at, agent, &people::Entry { name, teams, chats: *chats }),
        E::AgentReturned { agent, name, teams, chats } =>
            people::returned(world, at, agent, &people::Entry { name, teams, chats: *chats }),
        E::AgentChanged { agent, name, teams, chats } =>
            people::changed(world, agent, &people::Entry { name, teams, chats: *chats }),
        E::AgentRemoved { agent } => people::removed(world, agent),
        E::AgentSessionClosed { agent, until } => people::session_closed(world, agent, *until),
        E::AgentSignedOut { agent } => people::signed_out(world, agent),
        E::StatusChanged { agent, medium, status, .. } =>
            people::status(world, at, agent, (*medium, *status)),
        E::WrapUpStarted { agent, conversation, until } =>
            people::wrap_up(world, at, agent, *conversation, *until),
        E::WrapUpExtended { agent, until } => people::wrap_up_extended(world, agent, *until),
        E::WrapUpEnded { agent, .. } => people::wrap_up_ended(world, at, agent),
        E::CustomerArrived { customer, name, priority } =>
            people::arrived(world, customer, name, *priority),
        E::CustomerSessionClosed { customer } => people::customer_closed(world, customer),
        E::LegConnected { person } => people::leg(world, at, person, true),
        E::LegDisconnected { person } => people::leg(world, at, person, false),
        E::ServerRestarted { graces } => care::restarted(world, at, graces),
        E::ConversationStarted {
            conversation, medium, customer, name, channel, team, priority, overflow_at,
            arriving_until, linked, prefer,
        } =>
            start::called(world, at, &start::Call {
                id: *conversation, medium: *medium, customer, name, channel: channel.as_ref(), team,
                priority: *priority, overflow_at: *overflow_at,
                arriving_until: *arriving_until, linked: *linked, prefer: prefer.as_ref(),
            }),
        E::Reopened {
            conversation, customer, name, team, prefer, arriving_until, overflow_at,
        } =>
            start::reopened(world, at, *conversation, &start::Return {
                customer, name, team, prefer: prefer.as_ref(), arriving_until: *arriving_until,
                overflow_at: *overflow_at,
            }),
        E::InternalCallStarted { conversation, medium, caller, name } =>
            start::called_internally(world, at, *conversation, *medium, caller, name),
        E::OfferOpened { conversation, offer, origin, target, note, expires_at } =>
            ringing::opened(world, at, *conversation, &ringing::Opening {
                offer: *offer, origin, target, note: note.as_deref(), expires_at: *expires_at,
            }),
        E::CandidateRung { conversation, candidate, until, .. } =>
            ringing::rung(world, at, *conversation, candidate, *until),
        E::CandidateUnreachable { conversation, candidate, until } =>
            ringing::unreachable(world, *conversation, candidate, *until),
        E::CandidateReachable { conversation, candidate } =>
            ringing::reachable(world, *conversation, candidate),
        E::CandidateJoining { conversation, candidate, until } =>
            ringing::joining(world, *conversation, candidate, *until),
        E::CandidateFailed { conversation, candidate, failure, .. } =>
            ringing::failed(world, at, *conversation, candidate, *failure),
        E::OfferAccepted { conversation, agent, name, .. } =>
            ringing::accepted(world, at, *conversation, agent, name),
        E::OfferEnded { conversation, .. } => ringing::ended(world, *conversation),
        E::RoundEnded { conversation, retry_at } =>
            care::round_ended(world, *conversation, *retry_at),
        E::RoundRestarted { conversation } => care::round_restarted(world, *conversation),
        E::HoldPlaced { conversation, participant, by, cause } =>
            seats::held(world, at, *conversation, participant, by, *cause),
        E::HoldLifted { conversation, participant } =>
            seats::resumed(world, *conversation, participant),
        E::ParticipantMuted { conversation, participant, muted } =>
            seats::muted(world, *conversation, participant, muted),
        E::ParticipantUnmuted { conversation, participant, .. } =>
            seats::unmuted(world, *conversation, participant),
        E::ParticipantLost { conversation, participant, absence, until } =>
            seats::lost(world, at, *conversation, participant, *absence, *until),
        E::ParticipantBack { conversation, participant } =>
            seats::back(world, at, *conversation, participant),
        E::ParticipantLeft { conversation, participant, phase, .. } =>
            seats::left(world, at, *conversation, participant, *phase),
        E::OwnerChanged { conversation, owner } => care::owner(world, *conversation, owner),
        // Who leaves and who rings stand in events of their own; this one says what it means.
        E::HandedOver { .. } | E::SupervisorLeft { .. } | E::TransferredOnBehalf { .. } => {}
        E::RecallStarted { conversation, agent, tries } =>
            care::recalling(world, *conversation, agent, *tries),
        E::RecallPaused { conversation, until } =>
            care::recall_paused(world, *conversation, *until),
        E::Requeued { conversation, team, at_head, place, from } =>
            care::requeued(world, at, *conversation, team, (*at_head, *place), from),
        E::Overflowed { conversation, team, .. } => care::overflowed(world, *conversation, team),
        E::WaitAnnounced { conversation, position, estimated_wait_ms } =>
            care::announced(world, *conversation, *position, *estimated_wait_ms),
        E::ObservingStarted { conversation, agent, mode } =>
            observing::started(world, at, *conversation, agent, mode),
        E::ListenerJoined { conversation, agent, .. } =>
            observing::listener(world, at, *conversation, agent),
        E::ObserverModeChanged { conversation, agent, mode, .. } =>
            observing::mode(world, *conversation, agent, mode),
        E::ObserverLost { conversation, agent, until, .. } =>
            observing::lost(world, *conversation, agent, *until),
        E::ObserverBack { conversation, agent, .. } => observing::back(world, *conversation, agent),
        E::ObservingStopped { conversation, agent, .. } =>
            observing::stopped(world, at, *conversation, agent),
        E::SupervisorBarged { conversation, agent, name, .. } =>
            observing::barged(world, at, *conversation, agent, name),
        E::TakenOver { conversation, by, name, from, phase, .. } =>
            observing::taken_over(world, at, *conversation, &observing::TakeOver {
                by, name, from: from.as_ref(), phase: *phase,
            }),
        E::MessageSent { conversation, message, idle_until } => {
            if let Some(chat) = world.chat_mut(*conversation) {
                chat.sent(message);
                chat.idle_until = idle_until.or(chat.idle_until);
            }
        }
        E::IdleSet { conversation, until } => {
            if let Some(chat) = world.chat_mut(*conversation) {
                chat.idle_until = Some(*until);
            }
        }
        E::CallOffered { conversation, by, until } => {
            if let Some(chat) = world.chat_mut(*conversation) {
                chat.call_offer = Some(CallOffer { by: by.clone(), until: *until });
            }
        }
        E::CallOfferEnded { conversation, .. } => {
            if let Some(chat) = world.chat_mut(*conversation) {
                chat.call_offer = None;
            }
        }
        E::Marked { conversation, person, marks } => {
            if let Some(chat) = world.chat_mut(*conversation) {
                chat.marks.insert(person.clone(), *marks);
            }
        }
        E::ConversationEnded { conversation, reason, by, phase, forget_at } =>
            care::ended(world, at, *conversation, &care::End {
                reason: *reason, by, phase: *phase, forget_at: *forget_at,
            }),
        E::ConversationForgotten { conversation } => care::forgotten(world, *conversation),
    }
    segment::after(world, recorded, &rung);
    if recorded.event.is_incognito() {
        return;
    }
    for id in record::conversations_touched(world, recorded) {
        if let Some(conversation) = world.conversation_mut(id) {
            conversation.version += 1;
            call_offer::settle(conversation);
        }
    }
}

impl World {
    fn conversation_mut(&mut self, id: ConversationId) -> Option<&mut Conversation> {
        self.conversations.get_mut(&id)
    }

    fn chat_mut(&mut self, id: ConversationId) -> Option<&mut Chat> {
        self.conversation_mut(id)?.chat.as_mut()
    }
}
