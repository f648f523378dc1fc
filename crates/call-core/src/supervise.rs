//! Supervision: monitor, coach, barge, take over, transfer on behalf, force-mute, end for all.
//!
//! A supervisor is attached to a conversation as its observer or, once it barged in, by a seat
//! of role [`Role::Supervisor`], and may change between these as often as it likes. It stays
//! attached through hold, transfer and queue. Who answers for a conversation is its agent: a
//! supervisor who takes over, or who is left alone with the customer, becomes one.

use std::collections::BTreeMap;

use crate::access;
use crate::agent::{Agent, Part, Session};
use crate::chat;
use crate::conversation::{Conversation, EndReason, Medium, SEATS};
use crate::draft::Draft;
use crate::event::{Departure, Event, WrapUpEnd};
use crate::hold;
use crate::id::{AgentId, ConversationId, Owner, PersonId, Target};
use crate::invite;
use crate::leaving;
use crate::mute;
use crate::observer::{self, Observer, ObserverMode, ObservingEnd};
use crate::participant::Role;
use crate::refusal::Refusal;
use crate::rights::Rights;
use crate::wrap_up;

/// Who supervises: what it may do for a conversation, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Supervisor<'a> {
    pub(crate) id: &'a AgentId,
    pub(crate) agent: &'a Agent,
}

/// Where a supervisor stands towards a conversation.
enum Stand<'c> {
    Outside,
    Observes(&'c Observer),
    Sits(Role),
}

impl Supervisor<'_> {
    pub(crate) fn rights(self, conversation: &Conversation) -> Rights {
        let team = conversation.team.as_ref();
        team.map(|team| self.agent.rights(team)).unwrap_or_default()
    }

    fn may_listen(self, conversation: &Conversation) -> Result<(), Refusal> {
        let may = self.rights(conversation).may_listen();
        may.then_some(()).ok_or(Refusal::NotPermitted)
    }

    fn manages(self, conversation: &Conversation) -> Result<(), Refusal> {
        self.rights(conversation).manage.then_some(()).ok_or(Refusal::NotPermitted)
    }

    fn person(self) -> PersonId {
        self.id.clone().into()
    }

    /// Where it stands, and that it can hear and speak from here on.
    fn stand(self, conversation: &Conversation) -> Result<Stand<'_>, Refusal> {
        let (stand, is_up) = match self.agent.part_in(conversation.id) {
            None => {
                // Nobody hears two calls; chats may be read along beside others.
                let is_taken = match conversation.medium {
                    Medium::Voice => !self.agent.has_room(Medium::Voice),
                    Medium::Chat => false,
                };
                if is_taken {
                    return Err(Refusal::AlreadyInConversation);
                }
                let is_here = self.agent.session == Session::Open && !self.agent.removed;
                is_here.then_some(()).ok_or(Refusal::NotSignedIn)?;
                (Stand::Outside, self.agent.leg)
            }
            Some(Part::Observing) => {
                let observer = conversation.observers.get(self.id);
                let observer = observer.ok_or(Refusal::NotAParticipant)?;
                (Stand::Observes(observer), observer.is_joined())
            }
            Some(Part::Seated) => {
                let seat = conversation.participants.get(&self.person());
                let seat = seat.ok_or(Refusal::NotAParticipant)?;
                (Stand::Sits(seat.role), seat.is_joined())
            }
            Some(Part::Rung | Part::Recalled) => return Err(Refusal::AlreadyInConversation),
        };
        if is_up { Ok(stand) } else { Err(Refusal::ChannelInactive) }
    }
}

/// A supervisor, and the live conversation it asks about.
pub(crate) fn asked<'d>(
    draft: &'d Draft<'_>,
    id: ConversationId,
    by: &'d PersonId,
) -> Result<(&'d Conversation, Supervisor<'d>), Refusal> {
    let conversation = draft.conversation(id).ok_or(Refusal::NotAParticipant)?;
    let supervisor = access::agent(by)?;
    let agent = draft.agent(supervisor).ok_or(Refusal::NotPermitted)?;
    let supervisor = Supervisor { id: supervisor, agent };
    // Whether a conversation is over is only for those who may know of it.
    if !conversation.knows(by) {
        supervisor.may_listen(conversation)?;
    }
    if conversation.is_live() {
        Ok((conversation, supervisor))
    } else {
        Err(Refusal::ConversationEnded)
    }
}

pub(crate) fn may_monitor(call: &Conversation, who: Supervisor<'_>) -> Result<(), Refusal> {
    who.may_listen(call)?;
    may_observe(call, who, &ObserverMode::Monitor)
}

pub(crate) fn may_coach(
    call: &Conversation,
    who: Supervisor<'_>,
    agent: &AgentId,
) -> Result<(), Refusal> {
    who.manages(call)?;
    if agent == who.id {
        return Err(Refusal::TargetIsSelf);
    }
    call.has_seat(agent).then_some(()).ok_or(Refusal::UnknownTarget)?;
    may_observe(call, who, &ObserverMode::Coach { agent: agent.clone() })
}

fn may_observe(
    call: &Conversation,
    who: Supervisor<'_>,
    mode: &ObserverMode,
) -> Result<(), Refusal> {
    match who.stand(call)? {
        Stand::Outside | Stand::Sits(Role::Supervisor) => observer::check_room(call),
        Stand::Observes(observer) if observer.mode == *mode => Err(Refusal::AlreadyObserving),
        // A listener who rings was promised the place that a monitor leaves.
        Stand::Observes(observer) if observer.mode.is_incognito() => {
            observer::check_room_but_for_monitors(call)
        }
        Stand::Observes(_) => Ok(()),
        Stand::Sits(Role::Agent | Role::Customer) => Err(Refusal::AlreadyParticipant),
    }
}

pub(crate) fn monitor(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let (call, who) = asked(draft, id, by)?;
    may_monitor(call, who)?;
    observe(draft, id, access::agent(by)?, ObserverMode::Monitor);
    Ok(())
}

pub(crate) fn coach(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    agent: &AgentId,
) -> Result<(), Refusal> {
    let (call, who) = asked(draft, id, by)?;
    may_coach(call, who, agent)?;
    observe(draft, id, access::agent(by)?, ObserverMode::Coach { agent: agent.clone() });
    Ok(())
}

/// Observes from here on: coming from outside, out of a seat, or in another way than before.
fn observe(draft: &mut Draft<'_>, id: ConversationId, who: &AgentId, mode: ObserverMode) {
    let call = draft.known(id);
    if call.observes(who) {
        observer::change(draft, id, who, mode);
        return;
    }
    if call.has_seat(who) {
        leaving::agent_gone(draft, id, who, Departure::Left);
    }
    // Nobody was left to talk: leaving ended it.
    if draft.known(id).is_live() {
        observer::start(draft, id, who, mode);
    }
}

pub(crate) fn may_barge(call: &Conversation, who: Supervisor<'_>) -> Result<(), Refusal> {
    who.manages(call)?;
    match who.stand(call)? {
        Stand::Outside | Stand::Observes(_) => {}
        Stand::Sits(_) => return Err(Refusal::AlreadyParticipant),
    }
    call.customer_seat().map(|_| ()).ok_or(Refusal::CustomerLeft)?;
    call.agent_seats().next().map(|_| ()).ok_or(Refusal::NotAttended)?;
    if call.seats_taken() < SEATS { Ok(()) } else { Err(Refusal::ConferenceFull) }
}

pub(crate) fn barge(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let (call, who) = asked(draft, id, by)?;
    may_barge(call, who)?;
    let (agent, name) = (who.id.clone(), who.agent.name.clone());
    let coached = coached(call, who).cloned();
    finish_wrap_up(draft, &agent);
    draft.push(Event::SupervisorBarged { conversation: id, agent, name, coached });
    // What an agent holds who is lost does not keep the customer from who is there now.
    hold::lift_stranded(draft, id);
    Ok(())
}

/// The agent into whose ear the supervisor speaks.
fn coached<'c>(call: &'c Conversation, who: Supervisor<'_>) -> Option<&'c AgentId> {
    match &call.observers.get(who.id)?.mode {
        ObserverMode::Coach { agent } => Some(agent),
        ObserverMode::Monitor | ObserverMode::Listener => None,
    }
}

/// Who talks with a customer again is done with the one before.
fn finish_wrap_up(draft: &mut Draft<'_>, agent: &AgentId) {
    if draft.agent(agent).is_some_and(|agent| agent.wrap_up.is_some()) {
        wrap_up::end(draft, agent, WrapUpEnd::Finished);
    }
}

pub(crate) fn may_take_over(call: &Conversation, who: Supervisor<'_>) -> Result<(), Refusal> {
    who.manages(call)?;
    if call.owner() == Owner::Agent(who.id.clone()) && call.has_seat(who.id) {
        return Err(Refusal::AlreadyParticipant);
    }
    who.stand(call)?;
    call.customer_seat().map(|_| ()).ok_or(Refusal::CustomerLeft)
}

/// The supervisor takes the place of whoever answers for the conversation, an agent or a queue:
/// what rings for it stops, every hold is lifted, and whoever is in talks.
pub(crate) fn take_over(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let (call, who) = asked(draft, id, by)?;
    may_take_over(call, who)?;
    let owner = match call.owner() {
        Owner::Agent(owner) => Some(owner).filter(|owner| call.has_seat(owner)),
        Owner::Queue(_) => None,
    };
    let event = Event::TakenOver {
        conversation: id,
        by: who.id.clone(),
        name: who.agent.name.clone(),
        from: owner.clone(),
        rescinded: call.candidates().cloned().collect(),
        phase: call.phase(),
        coached: coached(call, who).cloned(),
    };
    // Chats go on beside the wrap-up of a call.
    if call.medium == Medium::Voice {
        finish_wrap_up(draft, access::agent(by)?);
    }
    draft.push(event);
    if let Some(owner) = owner {
        wrap_up::start(draft, id, &owner);
    }
    hold::lift_all(draft, id);
    chat::answered(draft, id);
    Ok(())
}

pub(crate) fn may_transfer(call: &Conversation, who: Supervisor<'_>) -> Result<(), Refusal> {
    who.manages(call)?;
    invite::may_transfer(call, &owner_in_seat(call, who)?.into())
}

fn owner_in_seat(call: &Conversation, who: Supervisor<'_>) -> Result<AgentId, Refusal> {
    match call.owner() {
        Owner::Agent(owner) if owner == *who.id => Err(Refusal::TargetIsSelf),
        Owner::Agent(owner) if call.has_seat(&owner) => Ok(owner),
        Owner::Agent(_) | Owner::Queue(_) => Err(Refusal::NotAttended),
    }
}

/// The owning agent transfers, by the supervisor's hand: a failure comes back to it.
pub(crate) fn transfer(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    target: &Target,
    note: Option<&str>,
) -> Result<(), Refusal> {
    let (call, who) = asked(draft, id, by)?;
    who.manages(call)?;
    let agent = owner_in_seat(call, who)?;
    let event = Event::TransferredOnBehalf {
        conversation: id,
        by: who.id.clone(),
        agent: agent.clone(),
        target: target.clone(),
    };
    draft.push(event);
    invite::transfer(draft, id, &agent.into(), target, note)
}

pub(crate) fn may_force_mute(
    call: &Conversation,
    who: Supervisor<'_>,
    participant: &PersonId,
    muted: bool,
) -> Result<(), Refusal> {
    who.manages(call)?;
    if !call.has_seat(who.id) && !call.observes(who.id) {
        return Err(Refusal::NotAParticipant);
    }
    if *participant == who.person() {
        return Err(Refusal::TargetIsSelf);
    }
    mute::may_force(call, participant, muted)
}

pub(crate) fn force_mute(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
    participant: &PersonId,
    muted: bool,
) -> Result<(), Refusal> {
    let (call, who) = asked(draft, id, by)?;
    may_force_mute(call, who, participant, muted)?;
    let supervisor = access::agent(by)?.clone();
    mute::force(draft, id, participant, supervisor, muted);
    Ok(())
}

pub(crate) fn may_end(call: &Conversation, who: Supervisor<'_>) -> Result<(), Refusal> {
    who.manages(call)
}

pub(crate) fn end_for_all(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let (call, who) = asked(draft, id, by)?;
    may_end(call, who)?;
    let phase = call.phase();
    leaving::end(draft, id, EndReason::EndedForAll, by, phase);
    Ok(())
}

pub(crate) fn may_stop(call: &Conversation, by: &PersonId) -> Result<(), Refusal> {
    let observes = by.as_agent().is_some_and(|agent| call.observes(agent));
    let sits = by.as_agent().is_some_and(|agent| barged(call, agent));
    if observes || sits { Ok(()) } else { Err(Refusal::NotAParticipant) }
}

/// An observer is gone, a supervisor who barged in leaves its seat.
pub(crate) fn stop(
    draft: &mut Draft<'_>,
    id: ConversationId,
    by: &PersonId,
) -> Result<(), Refusal> {
    let call = access::live(draft, id, by)?;
    may_stop(call, by)?;
    let agent = access::agent(by)?;
    if call.observes(agent) {
        observer::stop(draft, id, agent, ObservingEnd::Left);
        return Ok(());
    }
    leaving::exit(draft, id, by, leaving::Exit::Leave)
}

/// The conversations an agent is attached to as a supervisor or a listener.
fn attached(draft: &Draft<'_>, agent: &AgentId) -> Vec<ConversationId> {
    let places = draft.agent(agent).into_iter().flat_map(Agent::places);
    let is_attached = |id: &ConversationId| {
        let call = draft.conversation(*id);
        call.is_some_and(|call| call.observes(agent) || barged(call, agent))
    };
    places.map(|(id, _)| id).filter(is_attached).collect()
}

fn barged(call: &Conversation, agent: &AgentId) -> bool {
    let seat = call.participants.get(&PersonId::Agent(agent.clone()));
    seat.is_some_and(|seat| seat.role == Role::Supervisor)
}

/// What an agent may do for the conversations it is attached to.
pub(crate) fn rights(draft: &Draft<'_>, id: &AgentId) -> BTreeMap<ConversationId, Rights> {
    let Some(agent) = draft.agent(id) else { return BTreeMap::new() };
    let of = |call| (call, Supervisor { id, agent }.rights(draft.known(call)));
    attached(draft, id).into_iter().map(of).collect()
}

/// The directory says otherwise about who is attached: what it may not do any more, it does not.
/// One who came along into another team's conversation stays as it is.
pub(crate) fn rights_changed(
    draft: &mut Draft<'_>,
    id: &AgentId,
    before: &BTreeMap<ConversationId, Rights>,
) {
    for (call, rights) in rights(draft, id) {
        let before = before.get(&call).copied().unwrap_or_default();
        let lost_listening = before.may_listen() && !rights.may_listen();
        let lost_managing = before.manage && !rights.manage;
        let observer = draft.known(call).observers.get(id);
        let Some(mode) = observer.map(|observer| observer.mode.clone()) else {
            if lost_managing {
                leaving::agent_gone(draft, call, id, Departure::Left);
            }
            continue;
        };
        if lost_listening || draft.agent(id).is_some_and(|agent| agent.removed) {
            observer::stop(draft, call, id, ObservingEnd::NotPermitted);
        } else if lost_managing && mode != ObserverMode::Monitor && mode != ObserverMode::Listener {
            observer::change(draft, call, id, ObserverMode::Monitor);
        }
    }
}
