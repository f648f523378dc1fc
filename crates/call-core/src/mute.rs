//! Mute: nobody hears a participant. It can do this itself, and a supervisor can do it to it.

use crate::access;
use crate::conversation::Conversation;
use crate::draft::Draft;
use crate::event::{Event, Unmuted};
use crate::id::{AgentId, ConversationId, PersonId};
use crate::participant::Mute;
use crate::refusal::Refusal;

/// Whether `by` may silence itself, or stop doing so.
pub(crate) fn may_mute(
    conversation: &Conversation,
    by: &PersonId,
    muted: bool,
) -> Result<(), Refusal> {
    let seat = conversation.participants.get(by).ok_or(Refusal::NotAParticipant)?;
    match (&seat.muted, muted) {
        (None, true) | (Some(Mute::BySelf), false) => Ok(()),
        (None, false) => Err(Refusal::NotMuted),
        (Some(_), true) => Err(Refusal::AlreadyMuted),
        (Some(Mute::Forced { .. }), false) => Err(Refusal::NotPermitted),
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
        Event::ParticipantMuted { conversation, participant, muted: Mute::BySelf }
    } else {
        Event::ParticipantUnmuted { conversation, participant, why: Unmuted::BySelf }
    });
    Ok(())
}

/// Whether a supervisor may silence `participant`, or stop doing so: another supervisor's as
/// well, but never what the participant did itself.
pub(crate) fn may_force(
    conversation: &Conversation,
    participant: &PersonId,
    muted: bool,
) -> Result<(), Refusal> {
    let seat = conversation.participants.get(participant).ok_or(Refusal::UnknownTarget)?;
    match (&seat.muted, muted) {
        (None | Some(Mute::BySelf), true) | (Some(Mute::Forced { .. }), false) => Ok(()),
        (None | Some(Mute::BySelf), false) => Err(Refusal::NotMuted),
        (Some(Mute::Forced { .. }), true) => Err(Refusal::AlreadyMuted),
    }
}

pub(crate) fn force(
    draft: &mut Draft<'_>,
    id: ConversationId,
    participant: &PersonId,
    supervisor: AgentId,
    muted: bool,
) {
    if muted {
        let seat = draft.known(id).participants.get(participant);
        let by_self = seat.is_some_and(|seat| seat.muted == Some(Mute::BySelf));
        let muted = Mute::Forced { by: supervisor, by_self };
        let (conversation, participant) = (id, participant.clone());
        draft.push(Event::ParticipantMuted { conversation, participant, muted });
    } else {
        lift(draft, id, participant, Unmuted::Forced { by: supervisor });
    }
}

/// Who was silenced can be heard again, unless it had silenced itself before.
fn lift(draft: &mut Draft<'_>, id: ConversationId, participant: &PersonId, why: Unmuted) {
    let (conversation, participant) = (id, participant.clone());
    draft.push(Event::ParticipantUnmuted { conversation, participant, why });
}

/// What a supervisor did ends with its being there.
pub(crate) fn lift_stranded(draft: &mut Draft<'_>, id: ConversationId) {
    let conversation = draft.known(id);
    let is_here = |who: &AgentId| conversation.has_seat(who) || conversation.observes(who);
    let stranded = conversation.participants.iter().filter(|(_, seat)| match &seat.muted {
        Some(Mute::Forced { by, .. }) => !is_here(by),
        Some(Mute::BySelf) | None => false,
    });
    for participant in stranded.map(|(person, _)| person.clone()).collect::<Vec<_>>() {
        lift(draft, id, &participant, Unmuted::SupervisorGone);
    }
}
