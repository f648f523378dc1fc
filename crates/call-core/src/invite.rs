//! Invitations: to an agent or a team, open, cancelled, failed; and the blind transfer.

use crate::access;
use crate::command::{HoldWhen, MAX_TEXT_CHARS, OnFailure};
use crate::conversation::{Conversation, SEATS};
use crate::draft::Draft;
use crate::event::Event;
use crate::hand_over;
use crate::hold;
use crate::hold::HoldCause;
use crate::id::{AgentId, ConversationId, PersonId, Target, TeamId};
use crate::internal;
use crate::offer::{Candidate, OfferEnd, Origin};
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
    check_room(conversation, by)?;
    check_customer(conversation)
}

fn check_room(conversation: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    access::agent(by)?;
    if conversation.is_internal() {
        return Err(Refusal::NotPermitted);
    }
    if let Some(initiator) = conversation.offer.as_ref().and_then(|offer| offer.initiator()) {
        return Err(Refusal::OfferInProgress { by: initiator.clone().into() });
    }
    if conversation.seats_taken() < SEATS { Ok(()) } else { Err(Refusal::ConferenceFull) }
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
    check_room(conversation, by)?;
    let initiator = access::agent(by)?;
    let (target, first) = choose(draft, conversation, initiator, invitation.target)?;
    check_text(invitation.note)?;
    open(draft, id, initiator, invitation, target);
    hold_now(draft, id, by, invitation);
    let until = draft.now() + draft.timers().ring;
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
            check_agent(draft, initiator, agent)?;
            check_customer(conversation)?;
            Ok((target.clone(), vec![agent.clone()]))
        }
        Target::Team(team) => {
            let known = draft.settings().teams.contains_key(team);
            known.then_some(()).ok_or(Refusal::UnknownTarget)?;
            check_customer(conversation)?;
            choose_in_team(draft, initiator, team)
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
) -> Result<(), Refusal> {
    if target == initiator {
        return Err(Refusal::TargetIsSelf);
    }
    draft.agent(target).ok_or(Refusal::UnknownTarget)?.check_invitable()
}

fn choose_in_team(
    draft: &Draft<'_>,
    initiator: &AgentId,
    team: &TeamId,
) -> Result<(Target, Vec<AgentId>), Refusal> {
    let teams = &draft.settings().teams;
    let mut team = team;
    // Checked settings have no circle of fallbacks; unchecked ones end here all the same.
    for _ in 0..=teams.len() {
        let settings = teams.get(team).ok_or(Refusal::UnknownTarget)?;
        let first = route::choose(draft, team, |agent, _| agent != initiator);
        if !first.is_empty() {
            return Ok((Target::Team(team.clone()), first));
        }
        match &settings.policy {
            TeamPolicy::Reject => break,
            TeamPolicy::Wait | TeamPolicy::Queue => return Ok((Target::Team(team.clone()), first)),
            TeamPolicy::FallbackTeam(next) => team = next,
        }
    }
    let waiting = draft.queue(team).len();
    Err(Refusal::NobodyAvailable { team: team.clone(), waiting })
}

fn open(
    draft: &mut Draft<'_>,
    id: ConversationId,
    initiator: &AgentId,
    invitation: &Invitation<'_>,
    target: Target,
) {
    let in_all = draft.now() + draft.timers().team_offer;
    let expires_at = match &target {
        Target::Team(_) => Some(in_all),
        Target::Agent(_) | Target::Queue(_) => None,
    };
    draft.push(Event::OfferOpened {
        conversation: id,
        offer: draft.next_offer(),
        origin: Origin::Invite {
            initiator: initiator.clone(),
            hold: invitation.hold,
            on_failure: invitation.on_failure,
        },
        target,
        note: invitation.note.map(str::to_owned),
        expires_at,
    });
}

fn hold_now(draft: &mut Draft<'_>, id: ConversationId, by: &PersonId, invitation: &Invitation<'_>) {
    if invitation.hold == HoldWhen::Now
        && let Some(customer) = hold::free_customer(draft.known(id))
    {
        let cause = HoldCause::Consult { on_failure: invitation.on_failure };
        hold::place(draft, id, &customer, by, cause);
    }
}

/// Blind transfer: an invitation, and its initiator leaves.
pub(crate) fn transfer(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    target: &Target,
    note: Option<&str>,
) -> Result<(), Refusal> {
    let (hold, on_failure) = (HoldWhen::Never, OnFailure::Resume);
    invite(draft, id, by, &Invitation { target, hold, on_failure, note })?;
    hand_over::leave(draft, id, access::agent(by)?);
    Ok(())
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
