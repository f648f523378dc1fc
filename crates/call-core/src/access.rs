//! Who may speak in a conversation at all: the first two refusals.

use crate::command::Command;
use crate::conversation::{Conversation, Medium};
use crate::draft::Draft;
use crate::id::{AgentId, ConversationId, PersonId};
use crate::refusal::Refusal;
use crate::supervise;

/// A conversation that `by` once had to do with and that is not over.
pub(crate) fn live<'d>(
    draft: &'d Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<&'d Conversation, Refusal> {
    let known = draft.conversation(id).filter(|conversation| conversation.knows(by));
    let conversation = known.ok_or(Refusal::NotAParticipant)?;
    if conversation.is_live() { Ok(conversation) } else { Err(Refusal::ConversationEnded) }
}

/// A live conversation in which `by` has a seat.
pub(crate) fn seated<'d>(
    draft: &'d Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<&'d Conversation, Refusal> {
    let conversation = live(draft, id, by)?;
    if conversation.participants.contains_key(by) {
        Ok(conversation)
    } else {
        Err(Refusal::NotAParticipant)
    }
}

/// The agent that `by` is: most commands are not for customers.
pub(crate) fn agent(by: &PersonId) -> Result<&AgentId, Refusal> {
    by.as_agent().ok_or(Refusal::NotPermitted)
}

/// What is about sound is refused in a chat, to whoever has to do with it while it lives.
pub(crate) fn suits(draft: &Draft<'_>, by: &PersonId, command: &Command) -> Result<(), Refusal> {
    let asked = match command {
        Command::Hold { conversation, .. }
        | Command::Resume { conversation, .. }
        | Command::Swap { conversation }
        | Command::Merge { conversation }
        | Command::Mute { conversation, .. } => live(draft, *conversation, by),
        Command::Coach { conversation, .. }
        | Command::Barge { conversation }
        | Command::ForceMute { conversation, .. } => {
            supervise::asked(draft, *conversation, by).map(|(conversation, _)| conversation)
        }
        Command::Call { .. }
        | Command::CallChannel { .. }
        | Command::CallAgent { .. }
        | Command::Raise { .. }
        | Command::OfferCall { .. }
        | Command::WithdrawCall { .. }
        | Command::Reopen { .. }
        | Command::GetNext { .. }
        | Command::SetStatus { .. }
        | Command::FinishWrapUp
        | Command::ExtendWrapUp
        | Command::Accept { .. }
        | Command::Decline { .. }
        | Command::Cancel { .. }
        | Command::Invite { .. }
        | Command::Transfer { .. }
        | Command::Complete { .. }
        | Command::Leave { .. }
        | Command::Remove { .. }
        | Command::InviteListener { .. }
        | Command::Monitor { .. }
        | Command::StopObserving { .. }
        | Command::TakeOver { .. }
        | Command::TransferOnBehalf { .. }
        | Command::Send { .. }
        | Command::Mark { .. }
        | Command::EndForAll { .. } => return Ok(()),
    };
    match asked.map(|conversation| conversation.medium) {
        Ok(Medium::Chat) => Err(Refusal::WrongMedium),
        Ok(Medium::Voice) | Err(_) => Ok(()),
    }
}
