//! The expected world, as plain sets and maps, told only by the facts as they are recorded.
//!
//! Deliberately naive: no phases, no causes, no deadlines; every question is answered by
//! looking at everything.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use call_core::event::StatusSource;
use call_core::{
    AgentId, ConversationId, Event, HoldWhen, Medium, OfferId, PersonId, Recorded, Rights, Status,
    TeamId, Time,
};

/// A seat: is somebody there, and was it lost by its own transport.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seat {
    pub(crate) there: bool,
    pub(crate) lost: bool,
    /// Since when it is empty, and whether its call waited in a queue then.
    pub(crate) empty_since: Time,
    pub(crate) waited: bool,
}

use crate::supervision::Watch;
use crate::writing::Written;

#[derive(Debug, Clone)]
pub(crate) struct Ringing {
    pub(crate) invited_by: Option<AgentId>,
    pub(crate) resume: bool,
    /// When the customer goes on hold, of an agent's invitation.
    pub(crate) hold: Option<HoldWhen>,
    /// Who takes it has no seat then.
    pub(crate) listen: bool,
    /// Who takes it has the place of whoever offers; nobody else sits beside.
    pub(crate) in_place: bool,
    pub(crate) team: Option<TeamId>,
    pub(crate) candidates: BTreeSet<AgentId>,
    /// Who accepted and has no leg yet.
    pub(crate) joining: BTreeSet<AgentId>,
    pub(crate) held_before: BTreeMap<PersonId, PersonId>,
    /// Who was held when it had just been opened; nothing once anybody changed that since.
    pub(crate) held_by_it: Option<BTreeMap<PersonId, PersonId>>,
}

/// A place in a queue.
#[derive(Debug, Clone)]
pub(crate) struct InQueue {
    pub(crate) team: TeamId,
    pub(crate) at_head: bool,
    pub(crate) place: Time,
    pub(crate) since: Time,
}

#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) medium: Medium,
    /// Nobody, of a call between agents.
    pub(crate) customer: Option<PersonId>,
    pub(crate) team: Option<TeamId>,
    pub(crate) seats: BTreeMap<PersonId, Seat>,
    /// Who is on hold, and who placed it.
    pub(crate) held: BTreeMap<PersonId, PersonId>,
    pub(crate) muted: BTreeSet<PersonId>,
    pub(crate) watch: Watch,
    pub(crate) offer: Option<Ringing>,
    /// Nobody: a queue.
    pub(crate) owner: Option<AgentId>,
    pub(crate) kept_for_recall: Option<AgentId>,
    /// How often its initiator was rung again since it was handed over.
    pub(crate) recalls: u32,
    /// The queue it stands in, because its customer waits or an agent has sent it there.
    pub(crate) queue: Option<InQueue>,
    pub(crate) priority: u8,
    /// The conversation it was opened to.
    pub(crate) linked: Option<ConversationId>,
    pub(crate) known: BTreeSet<PersonId>,
    pub(crate) over: bool,
    /// Since when.
    pub(crate) over_since: Time,
    pub(crate) written: Written,
}

#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "naive on purpose: facts side by side")]
pub(crate) struct Desk {
    pub(crate) teams: BTreeSet<TeamId>,
    pub(crate) rights: BTreeMap<TeamId, Rights>,
    pub(crate) open: bool,
    pub(crate) signed_in: bool,
    pub(crate) removed: bool,
    /// The media of which it takes conversations.
    pub(crate) present: BTreeSet<Medium>,
    /// How many chats it is in at a time.
    pub(crate) chats: usize,
    pub(crate) leg: bool,
    pub(crate) wrap_up: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Reference {
    pub(crate) calls: BTreeMap<ConversationId, Call>,
    pub(crate) desks: BTreeMap<AgentId, Desk>,
    pub(crate) pages: BTreeMap<PersonId, bool>,
    pub(crate) last_rung: BTreeMap<(TeamId, Medium), AgentId>,
    /// Offers that somebody took.
    pub(crate) won: BTreeSet<OfferId>,
}

impl Seat {
    pub(crate) fn taken() -> Self {
        Self { there: true, ..Self::default() }
    }
}

impl Desk {
    pub(crate) fn takes(&self, medium: Medium) -> bool {
        self.present.contains(&medium)
    }
}

impl Call {
    /// Whether an agent has a seat here, or would have one after an answer.
    pub(crate) fn busies(&self, agent: &AgentId) -> bool {
        let rung = self.offer.as_ref().is_some_and(|offer| offer.candidates.contains(agent));
        let kept = self.kept_for_recall.as_ref() == Some(agent);
        self.seats.contains_key(&PersonId::Agent(agent.clone())) || rung || kept
    }

    pub(crate) fn agents(&self) -> impl Iterator<Item = (&PersonId, &Seat)> {
        self.seats.iter().filter(|(person, _)| person.as_agent().is_some())
    }

    /// Agents who count as being in: there, or away only because the server was.
    pub(crate) fn agents_in(&self) -> BTreeSet<PersonId> {
        let inside = self.agents().filter(|(_, seat)| seat.there || !seat.lost);
        inside.map(|(person, _)| person.clone()).collect()
    }

    pub(crate) fn has_seat(&self, agent: &AgentId) -> bool {
        self.seats.contains_key(&PersonId::Agent(agent.clone()))
    }

    pub(crate) fn has_customer(&self) -> bool {
        self.customer.as_ref().is_some_and(|customer| self.seats.contains_key(customer))
    }

    pub(crate) fn has_leg(&self, person: &PersonId) -> bool {
        self.seats.get(person).is_some_and(|seat| seat.there)
    }

    pub(crate) fn connected(&self, person: &PersonId) -> bool {
        !self.over
            && self.seats.get(person).is_some_and(|seat| seat.there)
            && !self.held.contains_key(person)
    }
}

impl InQueue {
    pub(crate) fn new(team: &TeamId, at_head: bool, place: Time, since: Time) -> Self {
        Self { team: team.clone(), at_head, place, since }
    }
}

impl Reference {
    /// A team's queue of a medium, in the order of being served.
    pub(crate) fn queue(&self, team: &TeamId, medium: Medium) -> Vec<ConversationId> {
        let mut queue: Vec<_> = self
            .calls
            .iter()
            .filter_map(|(id, call)| Some((*id, call, call.queue.as_ref()?)))
            .filter(|(_, call, queue)| queue.team == *team && call.medium == medium)
            .collect();
        queue.sort_by_key(|(id, call, queue)| (Reverse(order(call, queue)), queue.place, *id));
        queue.into_iter().map(|(id, _, _)| id).collect()
    }

    /// The first call that an agent may fetch.
    pub(crate) fn first_for(
        &self,
        agent: &AgentId,
        (team, medium): (Option<&TeamId>, Medium),
    ) -> Option<ConversationId> {
        let desk = self.desks.get(agent)?;
        let teams = desk.teams.iter().filter(|own| team.is_none_or(|team| team == *own));
        let calls = teams.flat_map(|team| self.queue(team, medium)).filter(|id| {
            let call = &self.calls[id];
            let customer = call.customer.as_ref().and_then(|who| call.seats.get(who));
            let taken = call.offer.as_ref().is_some_and(|offer| {
                !offer.joining.is_empty() || offer.invited_by.as_ref() == Some(agent)
            });
            customer.is_some_and(|seat| seat.there) && !taken && !call.has_seat(agent)
        });
        calls.min_by_key(|id| {
            let call = &self.calls[id];
            let queue = call.queue.as_ref().expect("it stands in a queue");
            (Reverse(order(call, queue)), queue.place, *id)
        })
    }

    /// The live conversations of a medium that an agent has to do with.
    pub(crate) fn places_of(&self, agent: &AgentId, medium: Medium) -> Vec<ConversationId> {
        let concerns = |call: &Call| call.busies(agent) || call.watch.watches(agent);
        let of_it = |call: &Call| call.medium == medium && !call.over && concerns(call);
        let live = self.calls.iter().filter(|(_, call)| of_it(call));
        live.map(|(id, _)| *id).collect()
    }

    /// Who listens to a call hears nothing else; who reads a chat along may write in others.
    pub(crate) fn has_room(&self, agent: &AgentId, medium: Medium) -> bool {
        let places = self.places_of(agent, medium);
        match medium {
            Medium::Voice => places.is_empty(),
            Medium::Chat => {
                let busy = places.iter().filter(|id| self.calls[*id].busies(agent)).count();
                busy < self.desks.get(agent).map_or(0, |desk| desk.chats)
            }
        }
    }

    pub(crate) fn can_be_rung(&self, agent: &AgentId, medium: Medium) -> bool {
        let Some(desk) = self.desks.get(agent) else { return false };
        let wraps_up = desk.wrap_up && medium == Medium::Voice;
        let here = desk.open && !desk.removed && desk.leg;
        here && desk.takes(medium) && !wraps_up && self.has_room(agent, medium)
    }

    /// Who talks with a customer has the chat that is opened beside, and who writes with it the
    /// call it has offered, if there is room: it is not rung for it.
    fn has_at_once(&self, agent: &AgentId, opened: &Call) -> bool {
        let beside = opened.linked.and_then(|id| self.calls.get(&id));
        let there = beside.is_some_and(|call| !call.over && call.has_leg(&agent.clone().into()));
        there && self.has_room(agent, opened.medium)
    }

    pub(crate) fn live_of(&self, customer: &PersonId, medium: Medium) -> bool {
        let of_it = |call: &Call| call.medium == medium && !call.over;
        self.calls.values().any(|call| of_it(call) && call.seats.contains_key(customer))
    }

    /// Takes a fact in; an impossible one is a failure.
    pub(crate) fn fold(&mut self, recorded: &Recorded) -> Result<(), String> {
        match recorded.event.conversation() {
            None => self.fold_person(recorded),
            Some(id) => self.fold_call(id, recorded.at, &recorded.event),
        }
    }

    fn desk(&mut self, agent: &AgentId) -> &mut Desk {
        self.desks.entry(agent.clone()).or_default()
    }

    fn fold_person(&mut self, recorded: &Recorded) -> Result<(), String> {
        match &recorded.event {
            Event::AgentSignedIn { agent, teams, chats, .. } => {
                let desk = self.desk(agent);
                check(!desk.open && !desk.signed_in, "signs in once")?;
                (desk.open, desk.signed_in, desk.present) = (true, true, Medium::ALL.into());
                desk.chats = *chats;
                (desk.teams, desk.removed) = (answered(teams), false);
                desk.rights = teams.clone();
            }
            Event::AgentReturned { agent, teams, chats, .. } => {
                let desk = self.desk(agent);
                check(desk.signed_in, "who returns was signed in")?;
                (desk.open, desk.chats) = (true, *chats);
                (desk.teams, desk.removed) = (answered(teams), false);
                desk.rights = teams.clone();
            }
            Event::AgentChanged { agent, teams, chats, .. } => {
                let desk = self.desk(agent);
                desk.chats = *chats;
                (desk.teams, desk.rights) = (answered(teams), teams.clone());
            }
            Event::AgentRemoved { agent } => self.desk(agent).removed = true,
            Event::AgentSessionClosed { agent, .. } => self.desk(agent).open = false,
            Event::AgentSignedOut { agent } => {
                let desk = self.desk(agent);
                check(!desk.open || desk.removed, "who is signed out has no page")?;
                (desk.open, desk.signed_in, desk.wrap_up) = (false, false, false);
            }
            Event::StatusChanged { agent, medium, status, source } => {
                let present = *status == Status::Present;
                check(!(present && *source == StatusSource::MissedOffers), "missing is away")?;
                let lines = medium.map_or(Medium::ALL.to_vec(), |only| vec![only]);
                for line in lines {
                    let media = &mut self.desk(agent).present;
                    if present {
                        media.insert(line)
                    } else {
                        media.remove(&line)
                    };
                }
            }
            Event::WrapUpStarted { agent, .. } => {
                let desk = self.desk(agent);
                check(!desk.wrap_up, "one wrap-up at a time")?;
                desk.wrap_up = true;
            }
            Event::WrapUpExtended { agent, .. } => {
                check(self.desk(agent).wrap_up, "only what runs is extended")?;
            }
            Event::WrapUpEnded { agent, .. } => {
                let desk = self.desk(agent);
                check(desk.wrap_up, "a wrap-up ends once")?;
                desk.wrap_up = false;
            }
            Event::CustomerArrived { customer, .. } => {
                self.pages.insert(customer.clone().into(), true);
            }
            Event::CustomerSessionClosed { customer } => {
                self.pages.insert(customer.clone().into(), false);
            }
            Event::LegConnected { person } => self.leg(person, true),
            Event::LegDisconnected { person } => self.leg(person, false),
            Event::ServerRestarted { .. } => self.restart(recorded.at),
            other => return Err(format!("an event about nobody: {other:?}")),
        }
        Ok(())
    }

    fn leg(&mut self, person: &PersonId, up: bool) {
        if let PersonId::Agent(agent) = person {
            self.desk(agent).leg = up;
        }
    }

    fn restart(&mut self, at: Time) {
        for desk in self.desks.values_mut() {
            (desk.open, desk.leg) = (false, false);
        }
        self.pages.values_mut().for_each(|open| *open = false);
        self.calls.values_mut().filter(|call| !call.over).for_each(|call| call.watch.restart());
        self.calls.values_mut().filter(|call| call.over).for_each(|call| call.over_since = at);
        for call in self.calls.values_mut().filter(|call| !call.over) {
            let waited = call.owner.is_none();
            for seat in call.seats.values_mut() {
                (seat.there, seat.empty_since, seat.waited) = (false, at, waited);
            }
        }
    }

    fn fold_call(&mut self, id: ConversationId, at: Time, event: &Event) -> Result<(), String> {
        if let Event::ConversationStarted {
            customer,
            medium,
            team,
            priority,
            arriving_until,
            linked,
            ..
        } = event
        {
            check(!self.calls.contains_key(&id), "a number is given once")?;
            let customer: PersonId = customer.clone().into();
            check(!self.live_of(&customer, *medium), "one of a medium at a time")?;
            let there = arriving_until.is_none();
            let seat = Seat { there, lost: false, empty_since: at, waited: true };
            let mut call = Call::begun(*medium, customer.clone(), seat);
            (call.customer, call.team) = (Some(customer), Some(team.clone()));
            (call.priority, call.linked) = (*priority, *linked);
            call.queue = Some(InQueue::new(team, false, at, at));
            self.calls.insert(id, call);
            return Ok(());
        }
        if let Event::InternalCallStarted { caller, medium, .. } = event {
            check(!self.calls.contains_key(&id), "a number is given once")?;
            check(self.has_room(caller, *medium), "as many of a medium as there is room for")?;
            let mut call = Call::begun(*medium, caller.clone().into(), Seat::taken());
            call.owner = Some(caller.clone());
            call.sits(caller);
            self.calls.insert(id, call);
            return Ok(());
        }
        if let Event::OfferAccepted { offer, .. } | Event::ListenerJoined { offer, .. } = event {
            check(self.won.insert(*offer), "an offer has one winner")?;
        }
        if let Event::CandidateRung { candidate, .. } = event {
            let call = self.calls.get(&id).ok_or("an alert for nothing")?;
            let free =
                self.can_be_rung(candidate, call.medium) || self.has_at_once(candidate, call);
            check(free, "no offer to who is away, in wrap-up, elsewhere or without a leg")?;
        }
        if let Event::Reopened { customer, team, arriving_until, .. } = event {
            return self.reopen(id, at, (&customer.clone().into(), team, arriving_until.is_none()));
        }
        let call = self.calls.get_mut(&id).ok_or("an event about an unknown conversation")?;
        if let Event::ConversationForgotten { .. } = event {
            check(call.over, "only what is over is forgotten")?;
            self.calls.remove(&id);
            return Ok(());
        }
        check(!call.over, "ended is absorbing")?;
        call.fold_queue(at, event);
        call.fold_written(at, event)?;
        call.watch.fold(event)?;
        call.fold_ringing(event)?;
        if let Event::CandidateRung { candidate, .. } = event {
            let rung = call.offer.as_ref().and_then(|offer| offer.team.clone());
            let medium = call.medium;
            self.last_rung.extend(rung.map(|team| ((team, medium), candidate.clone())));
        }
        let call = self.calls.get_mut(&id).ok_or("an event about an unknown conversation")?;
        call.fold_seats(at, event)?;
        call.written.offers_call = call.offered_call().cloned();
        Ok(())
    }

    fn reopen(
        &mut self,
        id: ConversationId,
        at: Time,
        (customer, team, there): (&PersonId, &TeamId, bool),
    ) -> Result<(), String> {
        check(!self.live_of(customer, Medium::Chat), "one of a medium at a time")?;
        let call = self.calls.get_mut(&id).ok_or("an event about an unknown conversation")?;
        check(call.over && call.is_chat(), "only a chat that is over goes on")?;
        check(call.customer.as_ref() == Some(customer), "by its customer")?;
        call.reopened();
        let seat = Seat { there, lost: false, empty_since: at, waited: true };
        call.seats.insert(customer.clone(), seat);
        call.team = Some(team.clone());
        call.queue = Some(InQueue::new(team, true, at, at));
        Ok(())
    }
}

fn order(call: &Call, queue: &InQueue) -> (bool, u8) {
    (queue.at_head, call.priority)
}

fn answered(teams: &BTreeMap<TeamId, Rights>) -> BTreeSet<TeamId> {
    teams.iter().filter(|(_, rights)| rights.answer).map(|(team, _)| team.clone()).collect()
}

pub(crate) fn check(holds: bool, rule: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(rule.to_owned()) }
}
