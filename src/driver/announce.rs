//! Telling everybody what is durable: sound first, then words.

use std::collections::BTreeSet;

use call_core::view::LegState;
use call_core::{ConversationId, ConversationView, PersonId, audience, sources_of, view};
use signaling::protocol::{GoneReason, ServerMessage};

use super::Driver;
use super::batch::{Batch, NewSession};
use super::crowd::live;
use super::patchbay::Clips;

impl Driver {
    /// Tells everybody about a durable turn.
    pub(super) fn announce(&mut self, mut batch: Batch) {
        let changed = !batch.records.is_empty() || !batch.arrivals.is_empty();
        let touched: Vec<ConversationId> = batch.seen_before.keys().copied().collect();
        self.repatch(touched, &batch.legs_changed);
        self.speak(std::mem::take(&mut batch.words), &batch.legs_changed);
        self.tell_lines(&mut batch);
        for reply in batch.replies {
            self.send(reply);
        }
        for arrival in batch.arrivals {
            self.welcome(arrival);
        }
        for (conversation, people) in &batch.shown_anew {
            for person in people {
                self.show_to(*conversation, person);
            }
        }
        for (person, notice) in batch.notices {
            self.sessions.tell(&person, self.head, notice);
        }
        for (conversation, before) in &batch.seen_before {
            let after = audience(&self.world, *conversation);
            for person in before.difference(&after) {
                let departure = batch.departures.get(&(*conversation, person.clone()));
                let reason = match departure {
                    Some(reason) => *reason,
                    None if self.world.conversation(*conversation).is_none() => GoneReason::Ended,
                    None => GoneReason::Rescinded,
                };
                let message =
                    ServerMessage::Gone { cursor: self.head, conversation: *conversation, reason };
                self.sessions.send(person, &message);
            }
        }
        if changed {
            self.desks.change();
        }
        let now = self.clock.now();
        self.desks.show(&self.world, &self.settings, &mut self.sessions, self.head, now);
        self.count();
    }

    /// Brings the media plane to what these conversations and these legs need.
    pub(super) fn repatch(
        &mut self,
        touched: Vec<ConversationId>,
        legs_changed: &BTreeSet<PersonId>,
    ) {
        let mut concerned = BTreeSet::new();
        for conversation in touched {
            let sources = sources_of(&self.world, conversation);
            let team = self.world.conversation(conversation).and_then(|one| one.team.as_ref());
            let clips = Clips { music: self.sounds.music(team), ringback: self.sounds.ringback() };
            concerned.extend(self.patchbay.want(conversation, sources, clips));
        }
        for person in legs_changed {
            concerned.extend(self.patchbay.concerned_by_leg_of(person));
        }
        for patch in self.patchbay.difference(&concerned, &self.legs) {
            self.media.set_source(patch.leg, patch.source, patch.group);
        }
    }

    /// The answer to hello, and everything the page needs to show where it is.
    fn welcome(&mut self, arrival: NewSession) {
        let NewSession { session, person, resume, mut welcome } = arrival;
        if self.sessions.person(session) != Some(&person) {
            return;
        }
        let missed = self.sessions.resume(&person, session, resume.as_ref());
        welcome.cursor = self.head;
        welcome.resumed = missed.is_some();
        let leg = self.legs.in_use(&person);
        welcome.leg = if leg.is_some() { LegState::Up } else { LegState::Down };
        self.sessions.send(&person, &ServerMessage::Welcome(welcome));
        for conversation in self.world.conversations_of(&person) {
            self.show_to(conversation, &person);
        }
        for message in missed.unwrap_or_default() {
            self.sessions.send(&person, &message);
        }
    }

    fn show_to(&self, conversation: ConversationId, person: &PersonId) {
        if self.sessions.outbox(person).is_none() {
            return;
        }
        let Some(view) = view(&self.world, &self.settings, conversation, person) else { return };
        // Call control knows when the last fact happened; a page's clock wants to know when it is.
        let view = ConversationView { server_time_ms: self.clock.now(), ..view };
        let message = ServerMessage::View { cursor: self.head, conversation: Box::new(view) };
        self.sessions.send(person, &message);
    }

    fn count(&self) {
        self.metrics.conversations.set(live(&self.world) as i64);
        self.metrics.sessions.set(self.sessions.len() as i64);
    }
}
