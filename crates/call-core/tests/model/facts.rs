//! What each fact does to a conversation, naively.

use std::collections::{BTreeMap, BTreeSet};

use call_core::event::{Departure, Unmuted};
use call_core::offer::Origin;
use call_core::participant::{Absence, Mute};
use call_core::{AgentId, Event, Medium, OnFailure, PersonId, Target, Time};

use crate::reference::{Call, InQueue, Ringing, Seat, check};
use crate::supervision::Watch;
use crate::writing::Written;

impl Call {
    pub(crate) fn begun(medium: Medium, first: PersonId, seat: Seat) -> Self {
        Self {
            medium,
            customer: None,
            team: None,
            seats: BTreeMap::from([(first.clone(), seat)]),
            held: BTreeMap::new(),
            muted: BTreeSet::new(),
            watch: Watch::default(),
            offer: None,
            owner: None,
            kept_for_recall: None,
            recalls: 0,
            queue: None,
            priority: 0,
            linked: None,
            known: BTreeSet::from([first]),
            over: false,
            over_since: Time(0),
            written: Written::default(),
        }
    }

    pub(crate) fn fold_queue(&mut self, at: Time, event: &Event) {
        match event {
            Event::OfferOpened { target: Target::Queue(team), .. } => {
                self.queue = Some(InQueue::new(team, false, at, at));
            }
            Event::OfferEnded { .. } if self.owner.is_some() => self.queue = None,
            Event::OfferAccepted { .. }
            | Event::TakenOver { .. }
            | Event::ConversationEnded { .. } => self.queue = None,
            Event::Requeued { team, at_head, place, .. } => {
                let place = place.unwrap_or(at);
                self.queue = Some(InQueue::new(team, *at_head, place, at));
            }
            Event::Overflowed { team, .. } => {
                self.queue.as_mut().expect("who waits has a place").team = team.clone();
            }
            _ => {}
        }
    }

    /// An offer as it begins.
    fn ringing(&self, origin: &Origin, target: &Target) -> Ringing {
        let (invited_by, hold, resume) = match origin {
            Origin::Invite { initiator, hold, on_failure } => {
                (Some(initiator.clone()), Some(*hold), *on_failure == OnFailure::Resume)
            }
            Origin::Transfer { initiator } | Origin::Listen { initiator } => {
                (Some(initiator.clone()), None, false)
            }
            Origin::Queue | Origin::Recall => (None, None, false),
        };
        Ringing {
            invited_by,
            resume,
            hold,
            listen: matches!(origin, Origin::Listen { .. }),
            in_place: matches!(origin, Origin::Transfer { .. }),
            team: target.team().cloned(),
            candidates: BTreeSet::new(),
            joining: BTreeSet::new(),
            held_before: self.held.clone(),
            held_by_it: None,
        }
    }

    fn taken_over(&mut self, by: &AgentId, from: Option<&PersonId>) -> Result<(), String> {
        if let Some(from) = from {
            check(self.seats.remove(from).is_some(), "only from a seat")?;
            self.held.remove(from);
            self.muted.remove(from);
            self.watch.unseat(from);
        }
        self.known.insert(by.clone().into());
        self.sits(by);
        self.seats.entry(by.clone().into()).or_insert(Seat::taken());
        (self.owner, self.kept_for_recall) = (Some(by.clone()), None);
        self.recalls = 0;
        Ok(())
    }

    pub(crate) fn fold_ringing(&mut self, event: &Event) -> Result<(), String> {
        match event {
            Event::OfferOpened { origin, target, .. } => {
                check(self.offer.is_none(), "one offer at a time")?;
                self.offer = Some(self.ringing(origin, target));
            }
            Event::CandidateRung { candidate, .. } => {
                self.known.insert(candidate.clone().into());
                let offer = self.offer.as_mut().ok_or("only an offer rings")?;
                check(offer.candidates.insert(candidate.clone()), "rung once")?;
            }
            Event::CandidateJoining { candidate, .. } => {
                let offer = self.offer.as_mut().ok_or("only an offer is accepted")?;
                check(offer.joining.insert(candidate.clone()), "accepted once")?;
            }
            Event::CandidateFailed { candidate, .. } => {
                let offer = self.offer.as_mut().ok_or("only an offer fails")?;
                offer.joining.remove(candidate);
                check(offer.candidates.remove(candidate), "who failed was rung")?;
            }
            Event::OfferAccepted { agent, rescinded, .. } => {
                let mut offer = self.offer.take().ok_or("only an offer is accepted")?;
                check(offer.candidates.remove(agent), "one of those who were rung wins")?;
                let losers = rescinded.iter().cloned().collect();
                check(offer.candidates == losers, "all others are told")?;
                let seat = Seat::taken();
                let twice = self.seats.insert(agent.clone().into(), seat);
                check(twice.is_none(), "a seat is taken once")?;
                self.owner.get_or_insert_with(|| agent.clone());
                (self.kept_for_recall, self.recalls) = (None, 0);
                // Who read it along until now has it.
                self.watch.observers.remove(agent);
                let from = offer.invited_by.filter(|from| offer.in_place && self.has_seat(from));
                self.taken_in_place(from.as_ref(), agent);
            }
            Event::ListenerJoined { agent, .. } => {
                let offer = self.offer.take().ok_or("only an offer is accepted")?;
                let rung = offer.candidates.contains(agent) && offer.listen;
                check(rung, "who was rung to listen does")?;
            }
            Event::TakenOver { rescinded, .. } => {
                let rung = self.offer.take().map(|offer| offer.candidates).unwrap_or_default();
                check(rung == rescinded.iter().cloned().collect(), "all who were rung are told")?;
            }
            Event::OfferEnded { .. } => {
                check(self.offer.take().is_some(), "only an offer ends")?;
            }
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn fold_seats(&mut self, at: Time, event: &Event) -> Result<(), String> {
        match event {
            Event::HoldPlaced { participant, by, .. } => {
                let twice = self.held.insert(participant.clone(), by.clone());
                check(twice.is_none(), "held once")?;
                check(participant != by, "nobody holds itself")?;
            }
            Event::HoldLifted { participant, .. } => {
                check(self.held.remove(participant).is_some(), "only who is held is resumed")?;
            }
            Event::ParticipantMuted { participant, muted: Mute::BySelf, .. } => {
                check(self.muted.insert(participant.clone()), "muted once")?;
            }
            Event::ParticipantUnmuted { participant, why: Unmuted::BySelf, .. } => {
                check(self.muted.remove(participant), "only who is muted is unmuted")?;
            }
            Event::ParticipantLost { participant, absence, .. } => {
                let seat = self.seats.get_mut(participant).ok_or("only a seat is lost")?;
                let lost = *absence == Absence::Lost;
                let waited = self.owner.is_none();
                *seat = Seat { there: false, lost, empty_since: at, waited };
            }
            Event::ParticipantBack { participant, .. } => {
                let seat = self.seats.get_mut(participant).ok_or("only into a seat")?;
                *seat = Seat::taken();
            }
            Event::ParticipantLeft { participant, departure, .. } => {
                let seat = self.seats.remove(participant).ok_or("only from a seat")?;
                let grace = *departure == Departure::Lost;
                check(!(grace && seat.there), "who is there has no grace to run out")?;
                self.held.remove(participant);
                self.muted.remove(participant);
                self.watch.unseat(participant);
            }
            Event::SupervisorBarged { agent, .. } => {
                self.known.insert(agent.clone().into());
                self.sits(agent);
                let seat = Seat::taken();
                let twice = self.seats.insert(agent.clone().into(), seat);
                check(twice.is_none(), "a seat is taken once")?;
            }
            Event::TakenOver { by, from, .. } => {
                self.taken_over(by, from.clone().map(PersonId::Agent).as_ref())?;
            }
            Event::OwnerChanged { owner, .. } => self.owner = Some(owner.clone()),
            Event::RecallStarted { tries, .. } => {
                (self.kept_for_recall, self.recalls) = (None, self.recalls + 1);
                check(*tries == self.recalls && *tries <= 2, "recalled twice, and no more")?;
            }
            Event::RecallPaused { .. } => self.kept_for_recall.clone_from(&self.owner),
            Event::Requeued { team, .. } | Event::Overflowed { team, .. } => {
                self.team = Some(team.clone());
                (self.owner, self.kept_for_recall, self.recalls) = (None, None, 0);
            }
            Event::ConversationEnded { .. } => {
                check(self.offer.is_none(), "nothing rings for what is over")?;
                (self.over, self.over_since) = (true, at);
            }
            _ => {}
        }
        Ok(())
    }
}
