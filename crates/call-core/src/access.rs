//! Who may speak in a conversation at all: the first two refusals.

use crate::conversation::Conversation;
use crate::draft::Draft;
use crate::id::{AgentId, ConversationId, PersonId};
use crate::refusal::Refusal;

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
