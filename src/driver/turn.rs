//! One turn: inputs are decided and applied, their events made durable.

use call_core::offer::Origin;
use call_core::{
    Command, ConversationId, Event, Input, PersonId, Recorded, Refusal, Report,
    conversations_touched, decide, notices, ongoing, record, record_changed, shown_anew,
};
use media::{LegId, MediaReport, OpenError};
use signaling::auth::Person;
use signaling::protocol::{Answer, Fault, Limit, ServerMessage, WireError};
use signaling::{Opening, Outbox, PLACE_RETRY, SessionId, ToDriver, WireCommand};
use tokio::time::Instant;

use super::batch::{Batch, NewSession, Reply};
use super::directory::{Admission, gone};
use super::legs::Loss;
use super::{Arrival, Driver, Owed, STORAGE_RETRY};

/// Conversations in one answer to `list_ongoing`: some 2 kB each, and an answer has to fit into
/// what may wait for a page that reads slowly.
const ONGOING_PAGE: usize = 50;

/// A leg has been made for an offer, or could not be.
#[derive(Debug)]
pub(super) struct LegOpened {
    leg: LegId,
    outbox: Outbox,
    id: u64,
    outcome: Result<String, OpenError>,
}

impl Driver {
    /// Takes one thing that happened into the turn.
    pub(super) fn take(&mut self, arrival: Arrival, batch: &mut Batch) {
        batch.inputs += 1;
        match arrival {
            Arrival::Session(ToDriver::Opened(opening)) => self.open_session(*opening, batch),
            Arrival::Session(ToDriver::Request { session, id, command }) => {
                self.request(session, id, command, batch);
            }
            Arrival::Session(ToDriver::Closed { session }) => self.close_session(session, batch),
            Arrival::Session(ToDriver::Look(look)) => self.look(look),
            Arrival::Media(MediaReport::Up(leg)) => self.leg_up(leg, batch),
            Arrival::Media(MediaReport::Lost(leg, reason)) => {
                tracing::debug!(leg = leg.0, ?reason, "a leg is gone");
                self.leg_lost(leg, batch);
            }
            Arrival::Opened(opened) => self.leg_opened(opened, batch),
            Arrival::Channel(opened) => self.channel_opened(opened),
            Arrival::Asked(line, ask) => self.asked(line, ask, batch),
            Arrival::Questioned(question) => batch.talk.questions.push(question),
            Arrival::Directory => self.directory_changed(batch),
            Arrival::Due => {
                if let Err(refusal) = self.decide(&Input::Deadline, batch) {
                    tracing::error!(%refusal, "a deadline was refused");
                }
            }
            Arrival::Retry => {
                for report in self.owed.take().map(|owed| owed.reports).unwrap_or_default() {
                    self.report(report, batch);
                }
            }
            Arrival::Desks => self.desks.change(),
        }
    }

    /// Tells call control what the server saw.
    pub(super) fn report(&mut self, report: Report, batch: &mut Batch) {
        batch.reports.push(report.clone());
        if let Err(refusal) = self.decide(&Input::Report(report), batch) {
            tracing::error!(%refusal, "a report was refused");
        }
    }

    /// Decides one input and applies its events.
    pub(super) fn decide(&mut self, input: &Input, batch: &mut Batch) -> Result<(), Refusal> {
        let now = self.clock.now();
        for event in decide(&self.world, &self.settings, input, now)? {
            let recorded = Recorded { at: now, event };
            for conversation in conversations_touched(&self.world, &recorded) {
                let world = &self.world;
                batch
                    .seen_before
                    .entry(conversation)
                    .or_insert_with(|| call_core::audience(world, conversation));
            }
            let changed = record_changed(&self.world, &recorded);
            self.world.apply(&recorded);
            batch.note(&recorded.event);
            self.note_written(&recorded, &mut batch.talk);
            batch.notices.extend(notices(&self.world, &recorded));
            for conversation in conversations_touched(&self.world, &recorded) {
                let shown = shown_anew(&self.world, &recorded);
                batch.shown_anew.entry(conversation).or_default().extend(shown);
            }
            batch
                .history
                .extend(changed.and_then(|conversation| record(&self.world, conversation)));
            if let Event::ConversationEnded { conversation, .. } = &recorded.event {
                self.crowd.ended(*conversation);
            }
            batch.records.push(recorded);
        }
        Ok(())
    }

    fn open_session(&mut self, mut opening: Opening, batch: &mut Batch) {
        let admission = self.admits(&mut opening);
        if admission == Admission::Denied {
            opening.outbox.close(gone());
            return;
        }
        let Opening { session, person, source, resume, welcome, outbox } = opening;
        let Person { id, name, teams, priority, only_conversation: only, .. } = person;
        if let Some(superseded) = self.sessions.open(&id, session, source, only, outbox) {
            superseded.close(Fault::Superseded);
        }
        // A page that begins afresh has made no leg yet: the one in use is another page's, which
        // may be dead, and nobody is to be seated by a dead leg.
        if let Some(leg) = self.legs.in_use(&id).filter(|_| resume.is_none()) {
            self.media.probe(leg);
        }
        batch.arrivals.push(NewSession { session, person: id.clone(), resume, welcome });
        self.report(Report::SessionOpened { person: id, name, teams, priority }, batch);
        if let Admission::ToFinish(agent) = admission {
            self.report(Report::AgentRemoved { agent }, batch);
        }
    }

    fn close_session(&mut self, session: SessionId, batch: &mut Batch) {
        // A superseded session's end is no news: the person has another.
        let Some(person) = self.sessions.close(session) else { return };
        // In a conversation a leg is sending sound, so silence tells at once that it is gone. An
        // idle agent's leg is heard every few seconds only, and nobody waits to know.
        let seated = !self.world.conversations_of(&person).is_empty();
        if let Some(leg) = self.legs.in_use(&person).filter(|_| seated) {
            self.media.probe(leg);
        }
        self.report(Report::SessionClosed { person }, batch);
    }

    fn request(&mut self, session: SessionId, id: u64, command: WireCommand, batch: &mut Batch) {
        let Some(person) = self.sessions.person(session).cloned() else { return };
        let Some(outbox) = self.sessions.outbox(&person).cloned() else { return };
        match command {
            WireCommand::ConnectLeg { sdp } => self.connect_leg(&person, outbox, id, sdp),
            WireCommand::DisconnectLeg => {
                for leg in self.legs.drop_all(&person) {
                    self.media.close(leg);
                    self.patchbay.forget(leg);
                }
                batch.legs_changed.insert(person.clone());
                self.report(Report::LegLost { person }, batch);
                batch.replies.push(Reply { outbox, id, outcome: Ok(Answer::Done {}) });
            }
            WireCommand::ListOngoing { after } => {
                let outcome = Ok(self.ongoing(&person, after));
                batch.replies.push(Reply { outbox, id, outcome });
            }
            WireCommand::Core(command) => {
                let outcome = self.command(&person, command, batch);
                batch.replies.push(Reply { outbox, id, outcome });
            }
        }
    }

    /// A page of what somebody may supervise.
    fn ongoing(&self, person: &PersonId, after: Option<ConversationId>) -> Answer {
        let page = |agent| ongoing(&self.world, agent, after, ONGOING_PAGE);
        let (ongoing, more) = person.as_agent().map(page).unwrap_or_default();
        Answer::Ongoing { ongoing, more }
    }

    fn command(
        &mut self,
        by: &PersonId,
        command: Command,
        batch: &mut Batch,
    ) -> Result<Answer, WireError> {
        let first = batch.records.len();
        let asked = command.clone();
        let source = self.sessions.source(by);
        let begins = matches!(
            asked,
            Command::Call { .. }
                | Command::CallChannel { .. }
                | Command::CallAgent { .. }
                | Command::Raise { .. }
                | Command::Reopen { .. }
        );
        if begins {
            self.crowd.admits(&self.world, source)?;
        }
        self.decide(&Input::Command { by: by.clone(), command }, batch)?;
        let answer = answer(by, &asked, &batch.records[first..]);
        if let (true, Answer::Call { conversation }) = (begins, &answer) {
            self.crowd.begun(*conversation, source);
        }
        Ok(answer)
    }

    /// Makes a leg beside the loop: understanding an offer takes milliseconds that nobody else
    /// should wait for.
    fn connect_leg(&mut self, person: &PersonId, outbox: Outbox, id: u64, sdp: String) {
        let (leg, abandoned) = self.legs.begin(person);
        if let Some(old) = abandoned {
            self.media.close(old);
        }
        let (media, opening) = (self.media.clone(), self.opening.clone());
        tokio::spawn(async move {
            let outcome = media.open(leg, sdp).await;
            // The driver is gone only when the whole process stops.
            let _told = opening.send(LegOpened { leg, outbox, id, outcome }).await;
        });
    }

    fn leg_opened(&mut self, opened: LegOpened, batch: &mut Batch) {
        let LegOpened { leg, outbox, id, outcome } = opened;
        let wanted = self.legs.owner(leg).is_some();
        if outcome.is_ok() && !wanted {
            // The person asked for another leg meanwhile, or gave up.
            self.media.close(leg);
        }
        if outcome.is_err() {
            self.legs.lost(leg);
        }
        let outcome = outcome.map(|sdp| Answer::Leg { sdp }).map_err(refused);
        batch.replies.push(Reply { outbox, id, outcome });
    }

    fn leg_up(&mut self, leg: LegId, batch: &mut Batch) {
        let Some((person, replaced)) = self.legs.up(leg) else {
            self.media.close(leg);
            return;
        };
        if let Some(old) = replaced {
            self.media.close(old);
            self.patchbay.forget(old);
        }
        batch.legs_changed.insert(person.clone());
        self.report(Report::LegUp { person }, batch);
    }

    fn leg_lost(&mut self, leg: LegId, batch: &mut Batch) {
        self.patchbay.forget(leg);
        match self.legs.lost(leg) {
            Loss::Person(person) => {
                batch.legs_changed.insert(person.clone());
                self.report(Report::LegLost { person }, batch);
            }
            Loss::Nobody => {}
        }
    }

    /// Makes the turn durable and tells everybody; or, when that fails, takes it back.
    pub(super) async fn commit(&mut self, mut batch: Batch) {
        if !batch.is_volatile() {
            let started = std::time::Instant::now();
            match self.journal.append(self.head, &batch.records, &batch.history).await {
                Ok(head) => {
                    self.head = head;
                    self.metrics.appended(&batch.records, started.elapsed());
                }
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the journal could not be written"
                    );
                    self.metrics.journal_failures.inc();
                    self.take_back(batch).await;
                    return;
                }
            }
        }
        let signed_out = std::mem::take(&mut batch.signed_out);
        self.announce(batch);
        self.dismiss(signed_out);
        self.keep_recovery_short().await;
    }

    /// The journal failed: what was decided has not happened. Commands are refused; what the server
    /// saw is kept and told to call control again when the journal may be back.
    async fn take_back(&mut self, batch: Batch) {
        self.fold_again().await;
        self.crowd.correct(&self.world);
        for reply in batch.replies {
            let outcome = match reply.outcome {
                // A leg is no matter of the journal, and a list was read as it stands there.
                Ok(answer @ (Answer::Leg { .. } | Answer::Ongoing { .. })) => Ok(answer),
                Ok(Answer::Call { .. } | Answer::Invite { .. } | Answer::Done {}) => {
                    Err(Fault::StorageFailed.into())
                }
                Err(error) => Err(error),
            };
            self.send(Reply { outcome, ..reply });
        }
        self.take_back_lines(batch.talk);
        for arrival in &batch.arrivals {
            // The page comes back by itself; until then nobody is welcomed who is not known.
            if let Some(outbox) = self.sessions.outbox(&arrival.person) {
                outbox.close(Fault::StorageFailed);
            }
        }
        let mut reports = self.owed.take().map(|owed| owed.reports).unwrap_or_default();
        for report in batch.reports {
            // One of a kind per person is enough, the last one in its place: bounded by people.
            reports.retain(|kept| *kept != report);
            reports.push(report);
        }
        self.owed = Some(Owed { reports, retry: Instant::now() + STORAGE_RETRY });
        self.repatch(batch.seen_before.into_keys().collect(), &batch.legs_changed);
    }

    /// Sends what became of a command.
    pub(super) fn send(&self, reply: Reply) {
        let Reply { outbox, id, outcome } = reply;
        outbox.send(&match outcome {
            Ok(result) => ServerMessage::Answer { id, result },
            Err(error) => {
                self.metrics.refused(&error);
                ServerMessage::refusal(id, error)
            }
        });
    }
}

/// What a command is answered with, from the facts it made. Others may stand among them: what was
/// due at that moment, or a waiting caller for whom somebody has become free.
fn answer(by: &PersonId, asked: &Command, records: &[Recorded]) -> Answer {
    let made = records.iter().find_map(|recorded| match (asked, &recorded.event) {
        (
            Command::Call { .. } | Command::CallChannel { .. } | Command::Raise { .. },
            Event::ConversationStarted { conversation, .. },
        )
        | (Command::Reopen { .. }, Event::Reopened { conversation, .. })
        | (Command::CallAgent { .. }, Event::InternalCallStarted { conversation, .. }) => {
            Some(Answer::Call { conversation: *conversation })
        }
        (Command::GetNext { .. }, Event::OfferAccepted { conversation, agent, .. })
            if by.as_agent() == Some(agent) =>
        {
            Some(Answer::Call { conversation: *conversation })
        }
        (
            Command::Invite { conversation: of, .. }
            | Command::Transfer { conversation: of, .. }
            | Command::TransferOnBehalf { conversation: of, .. },
            Event::OfferOpened {
                conversation,
                offer,
                origin: Origin::Invite { .. } | Origin::Transfer { .. },
                ..
            },
        )
        | (
            Command::InviteListener { conversation: of, .. },
            Event::OfferOpened { conversation, offer, origin: Origin::Listen { .. }, .. },
        ) if of == conversation => Some(Answer::Invite { offer: *offer }),
        _neither => None,
    });
    made.unwrap_or(Answer::Done {})
}

/// Why there is no leg, in words of the wire.
fn refused(error: OpenError) -> WireError {
    match error {
        OpenError::InvalidSdp(what) => {
            Fault::SdpInvalid.because(format!("The SDP is not valid: {what}"))
        }
        OpenError::NoAudio => Fault::SdpNoAudio.into(),
        OpenError::NoFingerprint => Fault::SdpNoFingerprint.into(),
        OpenError::TooManyLegs => {
            let retry_after_ms = PLACE_RETRY.as_millis() as u64;
            Fault::Overloaded { limit: Some(Limit::Legs), retry_after_ms }.into()
        }
        OpenError::Unavailable => Fault::MediaUnavailable.into(),
    }
}
