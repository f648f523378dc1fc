//! What the receiver of a view may do, each disabled action with its reason.

use serde::Serialize;

use crate::conversation::Conversation;
use crate::hold;
use crate::id::PersonId;
use crate::invite;
use crate::leaving::{self, Exit};
use crate::mute;
use crate::refusal::Refusal;
use crate::ring;

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
pub(crate) fn actions(conversation: &Conversation, viewer: &PersonId) -> Vec<Action> {
    if !conversation.is_live() {
        return Vec::new();
    }
    if viewer.as_agent().is_some_and(|agent| conversation.observers.contains_key(agent)) {
        return Vec::new();
    }
    if !conversation.participants.contains_key(viewer) {
        let answer = || ring::may_answer(conversation, viewer).map(|_| ());
        return vec![plain(ActionName::Accept, answer()), plain(ActionName::Decline, answer())];
    }
    match viewer {
        PersonId::Agent(_) => of_agent(conversation, viewer),
        PersonId::Customer(_) => own(conversation, viewer, &[]),
    }
}

fn of_agent(conversation: &Conversation, by: &PersonId) -> Vec<Action> {
    let mut actions = vec![
        plain(ActionName::Invite, invite::may_invite(conversation, by)),
        plain(ActionName::Transfer, invite::may_invite(conversation, by)),
        plain(ActionName::Cancel, invite::may_cancel(conversation, by)),
    ];
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
    actions.extend(own(conversation, by, &exits));
    actions
}

/// What everybody may do about itself.
fn own(conversation: &Conversation, by: &PersonId, exits: &[(ActionName, Exit)]) -> Vec<Action> {
    let mut actions = vec![
        plain(ActionName::Mute, mute::may_mute(conversation, by, true)),
        plain(ActionName::Unmute, mute::may_mute(conversation, by, false)),
    ];
    for (name, exit) in exits.iter().chain(&[(ActionName::Leave, Exit::Leave)]) {
        actions.push(plain(*name, leaving::may_exit(by, *exit)));
    }
    actions
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
