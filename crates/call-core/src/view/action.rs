//! What the receiver of a view may do, each disabled action with its reason.

use serde::Serialize;

use crate::call_offer;
use crate::conversation::{Conversation, Medium};
use crate::customer;
use crate::hold;
use crate::id::PersonId;
use crate::invite;
use crate::leaving::{self, Exit};
use crate::listener;
use crate::mute;
use crate::refusal::Refusal;
use crate::ring;
use crate::supervise::{self, Supervisor};
use crate::world::World;

/// A command, or half of one, as a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each is the command of that name")]
pub enum ActionName {
    Accept,
    Decline,
    Invite,
    Transfer,
    Cancel,
    Hold,
    Resume,
    Remove,
    Swap,
    Merge,
    Mute,
    Unmute,
    Complete,
    Leave,
    InviteListener,
    Monitor,
    Coach,
    Barge,
    StopObserving,
    TakeOver,
    TransferOnBehalf,
    ForceMute,
    ForceUnmute,
    Raise,
    OfferCall,
    WithdrawCall,
    Reopen,
    EndForAll,
}

impl ActionName {
    /// Whether it is about sound, of which a chat has none.
    fn is_about_sound(self) -> bool {
        match self {
            Self::Hold
            | Self::Resume
            | Self::Swap
            | Self::Merge
            | Self::Mute
            | Self::Unmute
            | Self::Coach
            | Self::Barge
            | Self::ForceMute
            | Self::ForceUnmute => true,
            Self::Accept
            | Self::Decline
            | Self::Invite
            | Self::Transfer
            | Self::Cancel
            | Self::Remove
            | Self::Complete
            | Self::Leave
            | Self::InviteListener
            | Self::Monitor
            | Self::StopObserving
            | Self::TakeOver
            | Self::TransferOnBehalf
            | Self::Raise
            | Self::OfferCall
            | Self::WithdrawCall
            | Self::Reopen
            | Self::EndForAll => false,
        }
    }
}

/// Whether an action is open to the receiver, and why not.
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Action {
    /// What.
    pub action: ActionName,
    /// To whom, for those that name a participant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant: Option<PersonId>,
    /// Whether it would be taken.
    pub enabled: bool,
    /// The code it would be refused with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// What `viewer` may do in a conversation it is shown.
///
/// Each entry comes from the very rule that decides about the command.
pub(crate) fn actions(
    world: &World,
    conversation: &Conversation,
    viewer: &PersonId,
) -> Vec<Action> {
    if !conversation.is_live() {
        let customer = viewer.as_customer().filter(|_| conversation.medium == Medium::Chat);
        let back =
            customer.map(|id| customer::may_come(world.customer(id), Medium::Chat).map(|_| ()));
        return back.map(|back| plain(ActionName::Reopen, back)).into_iter().collect();
    }
    let known = viewer.as_agent().and_then(|id| Some((id, world.agent(id)?)));
    let Some((id, agent)) = known else {
        return suiting(conversation, own(world, conversation, viewer, &[]));
    };
    let who = Supervisor { id, agent };
    let mut actions = of_anybody(world, conversation, viewer);
    if who.rights(conversation).may_listen() {
        actions.extend(supervision(conversation, who));
    }
    if supervise::may_stop(conversation, viewer).is_ok() {
        actions.push(plain(ActionName::StopObserving, Ok(())));
    }
    suiting(conversation, actions)
}

/// Those that go with the medium.
fn suiting(conversation: &Conversation, mut actions: Vec<Action>) -> Vec<Action> {
    if conversation.medium == Medium::Chat {
        actions.retain(|action| !action.action.is_about_sound());
    }
    actions
}

/// What `who` may do about a conversation as a supervisor, whether it is there or not.
pub(crate) fn supervision(conversation: &Conversation, who: Supervisor<'_>) -> Vec<Action> {
    let mut actions = vec![
        plain(ActionName::Monitor, supervise::may_monitor(conversation, who)),
        plain(ActionName::Barge, supervise::may_barge(conversation, who)),
        plain(ActionName::TakeOver, supervise::may_take_over(conversation, who)),
        plain(ActionName::TransferOnBehalf, supervise::may_transfer(conversation, who)),
        plain(ActionName::EndForAll, supervise::may_end(conversation, who)),
    ];
    for other in conversation.participants.keys() {
        if let Some(agent) = other.as_agent() {
            let coach = supervise::may_coach(conversation, who, agent);
            actions.push(action(ActionName::Coach, Some(other.clone()), coach));
        }
        for (name, muted) in [(ActionName::ForceMute, true), (ActionName::ForceUnmute, false)] {
            let allowed = supervise::may_force_mute(conversation, who, other, muted);
            actions.push(action(name, Some(other.clone()), allowed));
        }
    }
    suiting(conversation, actions)
}

/// What any agent may do, from its seat or as a candidate; an observer as such nothing.
fn of_anybody(world: &World, conversation: &Conversation, viewer: &PersonId) -> Vec<Action> {
    let rings = conversation.candidates().any(|agent| Some(agent) == viewer.as_agent());
    if !rings && viewer.as_agent().is_some_and(|agent| conversation.observes(agent)) {
        return Vec::new();
    }
    if !conversation.participants.contains_key(viewer) {
        let answer = || ring::may_answer(conversation, viewer).map(|_| ());
        return vec![plain(ActionName::Accept, answer()), plain(ActionName::Decline, answer())];
    }
    of_agent(world, conversation, viewer)
}

fn of_agent(world: &World, conversation: &Conversation, by: &PersonId) -> Vec<Action> {
    let mut actions = vec![
        plain(ActionName::Invite, invite::may_invite(conversation, by)),
        plain(ActionName::Transfer, invite::may_transfer(conversation, by)),
        plain(ActionName::Cancel, invite::may_cancel(conversation, by)),
    ];
    actions.push(plain(ActionName::InviteListener, listener::may_invite(conversation, by)));
    for (listener, _) in conversation.observers.iter().filter(|(_, one)| one.is_listener()) {
        let listener = PersonId::Agent(listener.clone());
        let remove = leaving::may_remove(conversation, by, &listener);
        actions.push(action(ActionName::Remove, Some(listener), remove));
    }
    for other in conversation.participants.keys().filter(|person| *person != by) {
        let entries = [
            (ActionName::Hold, hold::may_hold(conversation, by, other)),
            (ActionName::Resume, hold::may_resume(conversation, by, other)),
            (ActionName::Remove, leaving::may_remove(conversation, by, other)),
        ];
        let named = |(name, allowed)| action(name, Some(other.clone()), allowed);
        actions.extend(entries.into_iter().map(named));
    }
    actions.push(plain(ActionName::Swap, hold::may_swap(conversation, by)));
    actions.push(plain(ActionName::Merge, hold::may_merge(conversation, by)));
    let exits = [(ActionName::Complete, Exit::Complete)];
    actions.extend(own(world, conversation, by, &exits));
    actions
}

/// What everybody may do about itself.
fn own(
    world: &World,
    conversation: &Conversation,
    by: &PersonId,
    exits: &[(ActionName, Exit)],
) -> Vec<Action> {
    let mut actions = vec![
        plain(ActionName::Mute, mute::may_mute(conversation, by, true)),
        plain(ActionName::Unmute, mute::may_mute(conversation, by, false)),
    ];
    actions.extend(of_the_other_medium(world, conversation, by));
    for (name, exit) in exits.iter().chain(&[(ActionName::Leave, Exit::Leave)]) {
        actions.push(plain(*name, leaving::may_exit(conversation, by, *exit)));
    }
    actions
}

/// A customer opens the call of its chat, which an agent offers it; both open the chat of a call.
fn of_the_other_medium(world: &World, conversation: &Conversation, by: &PersonId) -> Vec<Action> {
    let customer = conversation.customer().and_then(|id| world.customer(id));
    let raise = || {
        let raise = customer::may_raise(conversation, customer, by).map(|_| ());
        plain(ActionName::Raise, raise)
    };
    let is_offered = conversation.call_offer().is_some();
    match (by, conversation.medium) {
        (PersonId::Customer(_), Medium::Chat) if is_offered => {
            vec![raise(), plain(ActionName::Decline, call_offer::may_decline(conversation))]
        }
        (PersonId::Customer(_), Medium::Chat) | (_, Medium::Voice) => vec![raise()],
        (PersonId::Agent(_), Medium::Chat) if conversation.is_internal() => Vec::new(),
        (PersonId::Agent(_), Medium::Chat) => {
            let offer = call_offer::may_offer(conversation, customer, by);
            let mut actions = vec![plain(ActionName::OfferCall, offer)];
            if is_offered {
                let withdraw = call_offer::may_withdraw(conversation, by);
                actions.push(plain(ActionName::WithdrawCall, withdraw));
            }
            actions
        }
    }
}

fn plain(name: ActionName, allowed: Result<(), Refusal>) -> Action {
    action(name, None, allowed)
}

fn action(
    action: ActionName,
    participant: Option<PersonId>,
    allowed: Result<(), Refusal>,
) -> Action {
    let reason = allowed.err().map(|refusal| refusal.code());
    Action { action, participant, enabled: reason.is_none(), reason }
}
