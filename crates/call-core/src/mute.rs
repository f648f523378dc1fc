//! Mute: nobody hears a participant; only itself, or later a supervisor, can do this.

use crate::access;
use crate::conversation::Conversation;
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{ConversationId, PersonId};
use crate::participant::Muted;
use crate::refusal::Refusal;

/// Whether `by` may silence itself, or stop doing so.
pub(crate) fn may_mute(
    conversation: &Conversation,
    by: &PersonId,
    muted: bool,
) -> Result<(), Refusal> {
    let seat = conversation.participants.get(by).ok_or(Refusal::NotAParticipant)?;
    match (seat.muted, muted) {
        (None, true) | (Some(Muted::BySelf), false) => Ok(()),
        (None, false) => Err(Refusal::NotMuted),
        (Some(_), true) => Err(Refusal::AlreadyMuted),
        (Some(Muted::Forced), false) => Err(Refusal::NotPermitted),
    }
}

pub(crate) fn mute(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    muted: bool,
) -> Result<(), Refusal> {
    may_mute(access::seated(draft, id, by)?, by, muted)?;
    let (conversation, participant) = (id, by.clone());
    draft.push(if muted {
        Event::ParticipantMuted { conversation, participant, muted: Muted::BySelf }
    } else {
        Event::ParticipantUnmuted { conversation, participant }
    });
    Ok(())
}
