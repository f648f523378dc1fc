//! Facts about participants.

use crate::conversation::{CustomerGone, Phase};
use crate::evolve::people;
use crate::hold::{Hold, HoldCause};
use crate::id::{ConversationId, PersonId};
use crate::participant::{Absence, Mute, Participant, Presence, Role};
use crate::time::Time;
use crate::world::World;

fn seat<'w>(
    world: &'w mut World,
    id: ConversationId,
    person: &PersonId,
) -> Option<&'w mut Participant> {
    world.conversation_mut(id)?.participants.get_mut(person)
}

pub(super) fn held(
    world: &mut World,
    at: Time,
    id: ConversationId,
    person: &PersonId,
    by: &PersonId,
    cause: HoldCause,
) {
    let Some(seat) = seat(world, id, person) else { return };
    seat.hold = Some(Hold { by: by.clone(), cause, since: at });
}

pub(super) fn resumed(world: &mut World, id: ConversationId, person: &PersonId) {
    let Some(seat) = seat(world, id, person) else { return };
    seat.hold = None;
}

pub(super) fn muted(world: &mut World, id: ConversationId, person: &PersonId, muted: &Mute) {
    let Some(seat) = seat(world, id, person) else { return };
    seat.muted = Some(muted.clone());
}

/// Who had silenced itself before it was silenced, still is.
pub(super) fn unmuted(world: &mut World, id: ConversationId, person: &PersonId) {
    let Some(seat) = seat(world, id, person) else { return };
    seat.muted = match &seat.muted {
        Some(Mute::Forced { by_self: true, .. }) => Some(Mute::BySelf),
        Some(Mute::Forced { by_self: false, .. } | Mute::BySelf) | None => None,
    };
}

pub(super) fn lost(
    world: &mut World,
    at: Time,
    id: ConversationId,
    person: &PersonId,
    absence: Absence,
    until: Time,
) {
    let Some(seat) = seat(world, id, person) else { return };
    seat.presence = Presence::Reconnecting { until, absence };
    seat.since = at;
}

pub(super) fn back(world: &mut World, at: Time, id: ConversationId, person: &PersonId) {
    let Some(seat) = seat(world, id, person) else { return };
    seat.presence = Presence::Joined;
    seat.since = at;
}

pub(super) fn left(
    world: &mut World,
    at: Time,
    id: ConversationId,
    person: &PersonId,
    phase: Phase,
) {
    let Some(conversation) = world.conversation_mut(id) else { return };
    let seat = conversation.participants.remove(person);
    let talk = seat.filter(|seat| seat.role == Role::Agent).map(|seat| at.since(seat.joined_at));
    let (team, medium) = (conversation.team.clone(), conversation.medium);
    if conversation.customer_id().as_ref() == Some(person) {
        conversation.customer_gone = Some(CustomerGone { at, phase });
    }
    if let Some(talk) = talk {
        people::talked(world, (team.as_ref(), medium), talk);
    }
    people::unseat(world, at, id, person);
}
