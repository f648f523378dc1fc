use call_core::{Command, ConversationId};

use crate::auth::{Person, Role};
use crate::driver::WireCommand;
use crate::protocol::Fault;

/// Whether role and token allow the command. Whether the conversation does is call control's.
pub(super) fn check(person: &Person, command: &WireCommand) -> Result<(), Fault> {
    let command = match command {
        WireCommand::ConnectLeg { .. } | WireCommand::DisconnectLeg => return Ok(()),
        // A token for one conversation shows no other.
        WireCommand::ListOngoing { .. } => {
            let may = person.role() == Role::Agent && person.only_conversation.is_none();
            return may.then_some(()).ok_or(Fault::Forbidden);
        }
        WireCommand::Core(command) => command,
    };
    if !role_may(person.role(), command) {
        return Err(Fault::Forbidden);
    }
    if let Some(only) = person.only_conversation
        && !within(only, command)
    {
        return Err(Fault::Forbidden);
    }
    if may_call(person, command) { Ok(()) } else { Err(Fault::Forbidden) }
}

/// Whether what it calls is what its token is for: one team, one channel, or whatever there is.
fn may_call(person: &Person, command: &Command) -> bool {
    match (&person.only_team, &person.only_channel, command) {
        (None, None, _) => true,
        (Some(only), _, Command::Call { team, .. }) => team == only,
        (None, Some(only), Command::CallChannel { channel, .. }) => channel == only,
        (Some(_), _, Command::CallChannel { .. }) | (None, Some(_), Command::Call { .. }) => false,
        _no_call => true,
    }
}

fn role_may(role: Role, command: &Command) -> bool {
    match command {
        Command::Call { .. } | Command::CallChannel { .. } | Command::Reopen { .. } => {
            role == Role::Customer
        }
        Command::Leave { .. }
        | Command::Mute { .. }
        | Command::Raise { .. }
        | Command::Decline { .. }
        | Command::Send { .. }
        | Command::Mark { .. } => true,
        Command::CallAgent { .. }
        | Command::GetNext { .. }
        | Command::SetStatus { .. }
        | Command::FinishWrapUp
        | Command::ExtendWrapUp
        | Command::Accept { .. }
        | Command::OfferCall { .. }
        | Command::WithdrawCall { .. }
        | Command::Cancel { .. }
        | Command::Invite { .. }
        | Command::Transfer { .. }
        | Command::Hold { .. }
        | Command::Resume { .. }
        | Command::Swap { .. }
        | Command::Merge { .. }
        | Command::Complete { .. }
        | Command::Remove { .. }
        | Command::InviteListener { .. }
        | Command::Monitor { .. }
        | Command::Coach { .. }
        | Command::Barge { .. }
        | Command::StopObserving { .. }
        | Command::TakeOver { .. }
        | Command::TransferOnBehalf { .. }
        | Command::ForceMute { .. }
        | Command::EndForAll { .. } => role == Role::Agent,
    }
}

/// A token for one conversation opens no other, and begins none.
fn within(only: ConversationId, command: &Command) -> bool {
    match command {
        Command::Call { .. }
        | Command::CallChannel { .. }
        | Command::CallAgent { .. }
        | Command::Raise { .. }
        | Command::GetNext { .. } => false,
        Command::SetStatus { .. } | Command::FinishWrapUp | Command::ExtendWrapUp => true,
        Command::Accept { conversation }
        | Command::OfferCall { conversation }
        | Command::WithdrawCall { conversation }
        | Command::Decline { conversation, .. }
        | Command::Cancel { conversation }
        | Command::Invite { conversation, .. }
        | Command::Transfer { conversation, .. }
        | Command::Hold { conversation, .. }
        | Command::Resume { conversation, .. }
        | Command::Swap { conversation }
        | Command::Merge { conversation }
        | Command::Mute { conversation, .. }
        | Command::Complete { conversation }
        | Command::Leave { conversation }
        | Command::Remove { conversation, .. }
        | Command::InviteListener { conversation, .. }
        | Command::Monitor { conversation }
        | Command::Coach { conversation, .. }
        | Command::Barge { conversation }
        | Command::StopObserving { conversation }
        | Command::TakeOver { conversation }
        | Command::TransferOnBehalf { conversation, .. }
        | Command::ForceMute { conversation, .. }
        | Command::EndForAll { conversation }
        | Command::Reopen { conversation }
        | Command::Send { conversation, .. }
        | Command::Mark { conversation, .. } => *conversation == only,
    }
}
