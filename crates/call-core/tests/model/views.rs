//! What everybody is shown, and that what is shown as possible is.

use call_core::view::ActionName;
use call_core::{
    Command, ConversationId, Input, Medium, MessageAudience, PersonId, audience, decide, desk,
    may_write, view,
};

use crate::reference::check;
use crate::system::System;

/// Views can be made for everybody, and their actions say what `decide` would.
pub(crate) fn and_actions(system: &System) -> Result<(), String> {
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
    let conversation = system.world.conversation(id).ok_or("it is there")?;
    if let Some(chat) = &shown.chat {
        let refused = may_write(conversation, viewer, MessageAudience::Everyone).err();
        let reason = refused.map(|refusal| refusal.code());
        check(chat.may_write == reason.is_none() && chat.reason == reason, "shown as decided")?;
        let known = &system.reference.calls[&id];
        let may_save = viewer.as_agent().is_none_or(|agent| {
            let rights = system.reference.desks.get(agent).map(|desk| &desk.rights);
            let team = conversation.team.as_ref();
            let manages = team.and_then(|team| rights?.get(team)).is_some_and(|own| own.manage);
            manages || known.written.served.contains(agent)
        });
        check(chat.may_save == may_save, "saved by who was in it, or manages the team")?;
    }
    check(shown.chat.is_some() == (conversation.medium == Medium::Chat), "only chats are written")?;
    for action in &shown.actions {
        let Some(command) = plain(id, action.action, action.participant.as_ref()) else {
            continue;
        };
        let input = Input::Command { by: viewer.clone(), command };
        let decided = decide(&system.world, &system.settings, &input, system.now);
        let reason = decided.err().map(|refusal| refusal.code());
        // Whether there is room in a queue is seen by who asks for it.
        let comes = matches!(action.action, ActionName::Raise | ActionName::Reopen);
        if comes && matches!(reason, Some("queue_full" | "unknown_target")) {
            continue;
        }
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
        ActionName::Raise => Command::Raise { conversation },
        ActionName::OfferCall => Command::OfferCall { conversation },
        ActionName::WithdrawCall => Command::WithdrawCall { conversation },
        ActionName::Reopen => Command::Reopen { conversation },
        ActionName::EndForAll => Command::EndForAll { conversation },
    })
}
