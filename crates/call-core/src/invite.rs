//! Invitations: to an agent or a team, open, cancelled, failed; and the blind transfer.

use crate::access;
use crate::agent::Agent;
use crate::command::{HoldWhen, MAX_TEXT_CHARS, OnFailure};
use crate::conversation::{Conversation, Medium, SEATS};
use crate::draft::Draft;
use crate::event::Event;
use crate::hand_over;
use crate::hold;
use crate::hold::HoldCause;
use crate::id::{AgentId, ConversationId, PersonId, Target, TeamId};
use crate::internal;
use crate::offer::{Candidate, OfferEnd, Origin};
use crate::queue::QueueKey;
use crate::refusal::Refusal;
use crate::ring;
use crate::route;
use crate::settings::TeamPolicy;

/// What an agent asks for when it invites.
#[derive(Debug)]
pub(crate) struct Invitation<'i> {
    pub(crate) target: &'i Target,
    pub(crate) hold: HoldWhen,
    pub(crate) on_failure: OnFailure,
    pub(crate) note: Option<&'i str>,
}

/// Whether `by` may invite at all, whoever the target is.
pub(crate) fn may_invite(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    check_room(conversation, by, false)?;
    check_customer(conversation)
}

fn check_room(
    conversation: &Conversation,
    by: &PersonId,
    in_its_place: bool,
) -> Result<(), Refusal> {
    access::agent(by)?;
    if conversation.is_internal() {
        return Err(Refusal::NotPermitted);
    }
    if let Some(initiator) = conversation.offer.as_ref().and_then(|offer| offer.initiator()) {
        return Err(Refusal::OfferInProgress { by: initiator.clone().into() });
    }
    if in_its_place || conversation.seats_taken() < SEATS {
        Ok(())
    } else {
        Err(Refusal::ConferenceFull)
    }
}

/// Nobody is invited to a conversation without a customer. What is wrong with the target is
/// said before this, as the order of refusals wants it.
fn check_customer(conversation: &Conversation) -> Result<(), Refusal> {
    conversation.customer_seat().map(|_| ()).ok_or(Refusal::CustomerLeft)
}

/// Whether `by` may withdraw the open invitation.
pub(crate) fn may_cancel(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    access::agent(by)?;
    conversation.offer.as_ref().map(|_| ()).ok_or(Refusal::NoOffer)
}

/// Texts are shown to people, in a line or two.
pub(crate) fn check_text(text: Option<&str>) -> Result<(), Refusal> {
    let length = text.map_or(0, |text| text.chars().count());
    if length > MAX_TEXT_CHARS { Err(Refusal::TextTooLong) } else { Ok(()) }
}

pub(crate) fn invite(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    invitation: &Invitation<'_>,
) -> Result<(), Refusal> {
    let conversation = access::seated(draft, id, by)?;
    let initiator = access::agent(by)?.clone();
    // Nobody is put on hold in a chat.
    let hold = match conversation.medium {
        Medium::Voice => invitation.hold,
        Medium::Chat => HoldWhen::Never,
    };
    let on_failure = invitation.on_failure;
    ring_for(draft, id, by, invitation, Origin::Invite { initiator, hold, on_failure })?;
    hold_now(draft, id, by, invitation);
    Ok(())
}

fn ring_for(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    invitation: &Invitation<'_>,
    origin: Origin,
) -> Result<(), Refusal> {
    let conversation = access::seated(draft, id, by)?;
    let in_its_place = matches!(origin, Origin::Transfer { .. });
    check_room(conversation, by, in_its_place)?;
    let initiator = access::agent(by)?;
    let (target, first) = choose(draft, conversation, initiator, invitation.target)?;
    check_text(invitation.note)?;
    open(draft, id, origin, target, invitation.note);
    let until = draft.now() + ring::span(draft, id);
    for agent in first {
        ring::ring(draft, id, &agent, until);
    }
    Ok(())
}

/// Whom to ring: the target as it is, or the team that stands in for it, and its first
/// candidates.
fn choose(
    draft: &Draft<'_>,
    conversation: &Conversation,
    initiator: &AgentId,
    target: &Target,
) -> Result<(Target, Vec<AgentId>), Refusal> {
    match target {
        Target::Agent(agent) => {
            let seated = conversation.agent_seats().any(|(seated, _)| seated == agent);
            if seated && agent != initiator {
                return Err(Refusal::AlreadyParticipant);
            }
            check_agent(draft, initiator, agent, conversation.medium)?;
            check_customer(conversation)?;
            Ok((target.clone(), vec![agent.clone()]))
        }
        Target::Team(team) => {
            let known = draft.settings().teams.contains_key(team);
            known.then_some(()).ok_or(Refusal::UnknownTarget)?;
            check_customer(conversation)?;
            choose_in_team(draft, conversation, initiator, team)
        }
        Target::Queue(team) => {
            let known = draft.settings().teams.contains_key(team);
            known.then_some(()).ok_or(Refusal::UnknownTarget)?;
            check_customer(conversation)?;
            // Whoever is free is rung when it is this one's turn.
            Ok((target.clone(), Vec::new()))
        }
    }
}

/// Whether `initiator` may ring `target`.
pub(crate) fn check_agent(
    draft: &Draft<'_>,
    initiator: &AgentId,
    target: &AgentId,
    medium: Medium,
) -> Result<(), Refusal> {
    if target == initiator {
        return Err(Refusal::TargetIsSelf);
    }
    draft.agent(target).ok_or(Refusal::UnknownTarget)?.check_invitable(medium)
}

fn choose_in_team(
    draft: &Draft<'_>,
    conversation: &Conversation,
    initiator: &AgentId,
    team: &TeamId,
) -> Result<(Target, Vec<AgentId>), Refusal> {
    let teams = &draft.settings().teams;
    let medium = conversation.medium;
    // Who chats in it is free for others, but is not asked again.
    let is_eligible =
        |agent: &AgentId, _: &Agent| agent != initiator && !conversation.has_seat(agent);
    let mut team = team;
    // Checked settings have no circle of fallbacks; unchecked ones end here all the same.
    for _ in 0..=teams.len() {
        let settings = teams.get(team).ok_or(Refusal::UnknownTarget)?;
        let first = route::choose(draft, &QueueKey::new(team, medium), is_eligible);
        if !first.is_empty() {
            return Ok((Target::Team(team.clone()), first));
        }
        match &settings.policy {
            TeamPolicy::Reject => break,
            TeamPolicy::Wait | TeamPolicy::Queue => return Ok((Target::Team(team.clone()), first)),
            TeamPolicy::FallbackTeam(next) => team = next,
        }
    }
    let waiting = draft.queue(&QueueKey::new(team, medium)).len();
    Err(Refusal::NobodyAvailable { team: team.clone(), waiting })
}

fn open(
    draft: &mut Draft<'_>,
    id: ConversationId,
    origin: Origin,
    target: Target,
    note: Option<&str>,
) {
    let in_all = draft.now() + draft.timers().team_offer;
    let expires_at = match &target {
        Target::Team(_) => Some(in_all),
        Target::Agent(_) | Target::Queue(_) => None,
    };
    draft.push(Event::OfferOpened {
        conversation: id,
        offer: draft.next_offer(),
        origin,
        target,
        note: note.map(str::to_owned),
        expires_at,
    });
}

fn hold_now(draft: &mut Draft<'_>, id: ConversationId, by: &PersonId, invitation: &Invitation<'_>) {
    if invitation.hold == HoldWhen::Now
        && draft.known(id).medium == Medium::Voice
        && let Some(customer) = hold::free_customer(draft.known(id))
    {
        let cause = HoldCause::Consult { on_failure: invitation.on_failure };
        hold::place(draft, id, &customer, by, cause);
    }
}

/// Blind transfer of a call: an invitation, and its initiator leaves. Of a chat an offer: whoever
/// takes it owns it, and its initiator, who writes on until then, listens from there on.
pub(crate) fn transfer(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    target: &Target,
    note: Option<&str>,
) -> Result<(), Refusal> {
    let (hold, on_failure) = (HoldWhen::Never, OnFailure::Resume);
    let invitation = Invitation { target, hold, on_failure, note };
    let medium = access::seated(draft, id, by)?.medium;
    match (medium, target) {
        (Medium::Voice, _) => {
            invite(draft, id, by, &invitation)?;
            hand_over::leave(draft, id, access::agent(by)?);
        }
        (Medium::Chat, Target::Queue(_)) => invite(draft, id, by, &invitation)?,
        (Medium::Chat, Target::Agent(_) | Target::Team(_)) => {
            let initiator = access::agent(by)?.clone();
            ring_for(draft, id, by, &invitation, Origin::Transfer { initiator })?;
        }
    }
    Ok(())
}

/// Whether `by` may offer the conversation to somebody in its place: that takes no seat of a chat.
pub(crate) fn may_transfer(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    check_room(conversation, by, conversation.medium == Medium::Chat)?;
    check_customer(conversation)
}

pub(crate) fn cancel(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    may_cancel(access::seated(draft, id, by)?, by)?;
    fail(draft, id, OfferEnd::Cancelled, None);
    Ok(())
}

/// Closes the open offer, and nothing else.
pub(crate) fn close(draft: &mut Draft<'_>, id: ConversationId, end: OfferEnd, text: Option<&str>) {
    let Some(offer) = draft.known(id).offer.clone() else { return };
    draft.push(Event::OfferEnded {
        conversation: id,
        offer: offer.id,
        initiator: offer.initiator().cloned(),
        candidates: offer.candidates.into_keys().collect(),
        target: offer.target,
        end,
        text: text.map(str::to_owned),
    });
}

/// The invitation ends without being taken: holds are as before it, and a customer whom
/// nobody keeps a seat beside is handed on.
pub(crate) fn fail(draft: &mut Draft<'_>, id: ConversationId, end: OfferEnd, text: Option<&str>) {
    let Some(offer) = draft.known(id).offer.clone() else { return };
    close(draft, id, end, text);
    if !offer.is_for_a_seat() {
        return;
    }
    if draft.known(id).is_internal() {
        internal::not_taken(draft, id, &offer, end);
        return;
    }
    hold::lift_consult(draft, id);
    if draft.known(id).agent_seats().next().is_none() {
        hand_over::failed(draft, id, &offer);
    }
}

/// An invitation to a team had its time.
pub(crate) fn expired(draft: &mut Draft<'_>, id: ConversationId) {
    let Some(offer) = &draft.known(id).offer else { return };
    let end = if offer.candidates.is_empty() && offer.tried.is_empty() {
        OfferEnd::NobodyAvailable
    } else if offer.candidates.values().any(Candidate::joins) {
        OfferEnd::TargetLost
    } else {
        OfferEnd::NoAnswer
    };
    fail(draft, id, end, None);
}

/// Whether an invitation to a team stays open when all who could be rung were.
pub(crate) fn waits(draft: &Draft<'_>, target: &Target) -> bool {
    let Target::Team(team) = target else { return false };
    draft.settings().teams.get(team).is_some_and(|team| match team.policy {
        TeamPolicy::Wait | TeamPolicy::Queue => true,
        TeamPolicy::Reject | TeamPolicy::FallbackTeam(_) => false,
    })
}
