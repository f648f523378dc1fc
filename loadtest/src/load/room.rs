//! One call's people and their story.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::board::{Board, Complaint};
use super::judge::{Due, Since, Wait};
use super::member::Member;
use super::plan::{Plan, Story};
use super::ramp::Ramp;
use super::scene::{Scene, Seat};
use super::voices::{VoiceSet, Voices};
use crate::person::{Agent, Customer, Person, PersonError, Place};
use crate::signal::View;

/// How often a room looks at what its people have heard.
const LISTEN_EVERY: Duration = Duration::from_millis(250);
/// After a change is acknowledged: what was on its way and in jitter buffers runs dry.
const SETTLE: Duration = Duration::from_millis(400);
/// How long a loss may take to be noticed until the others must hear what is due.
const NOTICED: Duration = Duration::from_millis(1_500);
/// How long somebody who vanished stays away, well within the grace.
const AWAY: Duration = Duration::from_secs(4);
/// How long the second agent is rung.
const RING: Duration = Duration::from_millis(500);
/// Phases of a transfer: talk, consult, three-way, talk.
const PHASES: u32 = 4;
/// Failed stories in a row after which a room gives up.
const PATIENCE: u32 = 3;

/// What all rooms of a run share.
#[derive(Debug)]
pub(crate) struct Floor {
    pub(crate) plan: Plan,
    pub(crate) place: Place,
    pub(crate) voices: Arc<Voices>,
    pub(crate) board: Arc<Board>,
    pub(crate) ramp: Ramp,
    /// Held from a call to its answer: so the one agent who is free is the one who is meant.
    pub(crate) switchboard: tokio::sync::Mutex<()>,
}

/// A room with its people.
#[derive(Debug)]
pub(crate) struct Room {
    floor: Arc<Floor>,
    customer: Member<Customer>,
    first: Member<Agent>,
    second: Option<Member<Agent>>,
    scene: Scene,
    /// What the first talk lasts longer than later ones, so that rooms are in all phases at once.
    head_start: Duration,
    settled: bool,
    drops: mpsc::Receiver<Seat>,
    stop: watch::Receiver<bool>,
}

/// What a story stops with.
type Told = Result<(), PersonError>;

impl Room {
    /// Everybody arrives, each in turn.
    ///
    /// # Errors
    ///
    /// When one of them cannot, which is counted.
    pub(crate) async fn opens(
        floor: Arc<Floor>,
        number: usize,
        drops: mpsc::Receiver<Seat>,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, PersonError> {
        let people = Self::arrive(&floor, number).await;
        if people.is_err() {
            let mut counts = floor.board.counts();
            counts.set_ups_failed += 1;
            counts.settled_rooms += 1;
        }
        let (customer, first, second) = people?;
        let share = number as f64 / floor.plan.calls as f64;
        Ok(Self {
            head_start: (floor.plan.phase * PHASES).mul_f64(share),
            floor,
            customer,
            first,
            second,
            scene: Scene::Apart,
            settled: false,
            drops,
            stop,
        })
    }

    async fn arrive(
        floor: &Arc<Floor>,
        number: usize,
    ) -> Result<(Member<Customer>, Member<Agent>, Option<Member<Agent>>), PersonError> {
        let Floor { plan, place, voices, board, ramp, .. } = &**floor;
        let voice = |seat: Seat| (number * Seat::ALL.len() + seat as usize) % voices.count();
        let id = |role: &str| format!("load-{}-{role}-{number}", plan.run);
        ramp.turn().await;
        let sound = voices.sound(voice(Seat::First));
        let first = Agent::arrives_unready(place, &id("first"), &[&plan.team], sound).await?;
        let first = Member::new(first, voice(Seat::First), voices, board)?;
        let mut second = None;
        if plan.story == Story::WarmTransfer {
            ramp.turn().await;
            let (sound, team) = (voices.sound(voice(Seat::Second)), plan.second_team.as_str());
            let agent = Agent::arrives(place, &id("second"), &[team], sound).await?;
            second = Some(Member::new(agent, voice(Seat::Second), voices, board)?);
        }
        ramp.turn().await;
        let sound = voices.sound(voice(Seat::Customer));
        let customer = Customer::arrives(place, &id("customer"), sound).await?;
        let customer = Member::new(customer, voice(Seat::Customer), voices, board)?;
        Ok((customer, first, second))
    }

    /// Tells the story until the run ends.
    pub(crate) async fn runs(mut self) -> Self {
        let mut failures = 0;
        while !self.is_over() && failures < PATIENCE {
            let told = match self.floor.plan.story {
                Story::WarmTransfer => self.warm_transfer().await,
                Story::TwoParty | Story::Join | Story::Chat => self.two_party().await,
            };
            let ended = self.hangs_up().await;
            match told.and(ended) {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    self.fails(&error);
                }
            }
        }
        self.is_settled();
        self
    }

    async fn two_party(&mut self) -> Told {
        self.calls().await?;
        self.stays(Duration::MAX).await
    }

    async fn warm_transfer(&mut self) -> Told {
        let phase = self.floor.plan.phase;
        self.calls().await?;
        let first_talk = phase + std::mem::take(&mut self.head_start);
        self.stays(first_talk).await?;
        self.invites().await?;
        self.stays(phase).await?;
        self.merges().await?;
        self.stays(phase).await?;
        self.completes().await?;
        self.stays(phase).await?;
        if !self.is_over() {
            self.floor.board.counts().stories += 1;
        }
        Ok(())
    }

    /// The customer calls, the agent answers.
    async fn calls(&mut self) -> Told {
        self.changes();
        let floor = Arc::clone(&self.floor);
        let answered = {
            let _line = floor.switchboard.lock().await;
            let agent = &self.first.person;
            agent.gets_ready().await?;
            // The leg was connected before: that time belongs to the way to the first sound.
            let times = self.customer.person.times();
            let before = times.connected.duration_since(times.offered);
            let since = Since { at: Instant::now(), before };
            self.customer.awaits(Wait::FirstAudio, since, None);
            self.customer.person.calls(&floor.plan.team).await?;
            self.first.person.is_rung().await?;
            let answered = Instant::now();
            self.first.person.accepts().await?;
            answered
        };
        self.customer.awaits(Wait::Answer, Since::at(answered), Some(self.first.voice));
        self.first.awaits(Wait::Answer, Since::at(answered), Some(self.customer.voice));
        self.customer.person.sees_phase("connected").await?;
        floor.board.counts().calls += 1;
        self.settles(Scene::WithFirst, None);
        self.is_settled();
        floor.board.counts().talking += 1;
        Ok(())
    }

    /// The first agent brings in the second, who answers: the customer is on hold.
    async fn invites(&mut self) -> Told {
        let Some(second) = self.second_if_going_on() else { return Ok(()) };
        let target = second.person.id().trim_start_matches("agent:").to_owned();
        self.changes();
        self.first.person.invites(&target).await?;
        self.settles(Scene::Ringing, None);
        self.stays(RING).await?;
        self.changes();
        if let Some(second) = &mut self.second {
            second.person.is_rung().await?;
            second.person.accepts().await?;
        }
        self.customer.person.sees_phase("consult").await?;
        self.settles(Scene::Consult, None);
        Ok(())
    }

    async fn merges(&mut self) -> Told {
        // The return of a lost initiator may have brought them together already.
        if self.second_if_going_on().is_none() || self.scene != Scene::Consult {
            return Ok(());
        }
        self.changes();
        self.first.person.merges().await?;
        self.customer.person.sees_phase("three_way").await?;
        self.settles(Scene::ThreeWay, None);
        Ok(())
    }

    /// The first agent leaves the others talking.
    async fn completes(&mut self) -> Told {
        if self.second_if_going_on().is_none() || !self.scene.has(Seat::Second) {
            return Ok(());
        }
        self.changes();
        self.first.person.leaves().await?;
        self.customer.person.sees_phase("connected").await?;
        self.settles(Scene::WithSecond, None);
        Ok(())
    }

    /// Everybody leaves; the agents are ready for the next call, but take a break until then.
    async fn hangs_up(&mut self) -> Told {
        self.changes();
        if self.scene != Scene::Apart {
            self.floor.board.counts().talking -= 1;
        }
        self.scene = Scene::Apart;
        leaves(&self.customer.person).await?;
        let agents = [Some(&self.first), self.second.as_ref()];
        for agent in agents.into_iter().flatten() {
            leaves(&agent.person).await?;
        }
        self.first.person.takes_a_break().await?;
        let agents = [Some(&self.first), self.second.as_ref()];
        for agent in agents.into_iter().flatten() {
            allowed(agent.person.finishes_wrap_up().await, &["not_in_wrap_up"])?;
            agent.person.signal()?.forgets_the_past();
        }
        self.customer.person.signal()?.forgets_the_past();
        self.settles(Scene::Apart, None);
        Ok(())
    }

    /// Lets time pass until the end of the run at most, and lets people vanish who are told to.
    async fn stays(&mut self, span: Duration) -> Told {
        let until = Instant::now().checked_add(span);
        while !self.is_over() && until.is_none_or(|until| Instant::now() < until) {
            let left =
                until.map_or(LISTEN_EVERY, |until| until.saturating_duration_since(Instant::now()));
            self.waits(left.min(LISTEN_EVERY)).await;
            if let Ok(seat) = self.drops.try_recv() {
                self.loses(seat).await?;
            }
        }
        Ok(())
    }

    /// Somebody vanishes without a word and comes back a little later.
    async fn loses(&mut self, seat: Seat) -> Told {
        if !self.scene.has(seat) {
            return Ok(());
        }
        self.changes();
        match seat {
            Seat::Customer => self.customer.vanishes(),
            Seat::First | Seat::Second => self.first.vanishes(),
        }
        self.expects(Instant::now() + NOTICED, self.scene, Some(seat));
        let back = Instant::now() + AWAY;
        while Instant::now() < back {
            self.waits(LISTEN_EVERY).await;
        }
        self.changes();
        match seat {
            Seat::Customer => {
                self.customer.comes_back().await?;
                is_seated(&self.customer.person).await?;
            }
            Seat::First | Seat::Second => {
                self.first.comes_back().await?;
                is_seated(&self.first.person).await?;
                self.scene = self.scene.after_return_of_first();
            }
        }
        self.settles(self.scene, None);
        Ok(())
    }

    async fn waits(&mut self, span: Duration) {
        let mut stop = self.stop.clone();
        // Whoever has ended the run has ended this wait too.
        drop(tokio::time::timeout(span, stop.wait_for(|over| *over)).await);
        self.listens();
    }

    /// Judges what everybody has heard so far.
    pub(crate) fn listens(&mut self) {
        self.customer.listens();
        self.first.listens();
        if let Some(second) = &mut self.second {
            second.listens();
        }
    }

    /// From now on, until things have settled, everybody of the room may be heard by all others.
    fn changes(&mut self) {
        self.listens();
        let now = Instant::now();
        let voices = self.voices();
        let room = voices.into_iter().fold(VoiceSet::default(), VoiceSet::and);
        self.each(|seat, member| member(now, Due::Change(room.without(voices[seat as usize]))));
    }

    fn settles(&mut self, scene: Scene, lost: Option<Seat>) {
        self.scene = scene;
        self.expects(Instant::now() + SETTLE, scene, lost);
    }

    fn expects(&mut self, from: Instant, scene: Scene, lost: Option<Seat>) {
        let voices = self.voices();
        self.each(|seat, expects| expects(from, scene.due(seat, lost, &voices)));
    }

    /// Does something for every seat with the way to say what is due there.
    fn each(&mut self, mut act: impl FnMut(Seat, &mut dyn FnMut(Instant, Due))) {
        act(Seat::Customer, &mut |from, due| self.customer.expects(from, due));
        act(Seat::First, &mut |from, due| self.first.expects(from, due));
        if let Some(second) = &mut self.second {
            act(Seat::Second, &mut |from, due| second.expects(from, due));
        }
    }

    fn voices(&self) -> [VoiceSet; 3] {
        let second = self.second.as_ref().map(|second| second.voice).unwrap_or_default();
        [self.customer.voice, self.first.voice, second]
    }

    fn second_if_going_on(&self) -> Option<&Member<Agent>> {
        self.second.as_ref().filter(|_| !self.is_over())
    }

    fn is_over(&self) -> bool {
        *self.stop.borrow()
    }

    /// The room counts as set up, for good or bad, once.
    fn is_settled(&mut self) {
        if !std::mem::replace(&mut self.settled, true) {
            self.floor.board.counts().settled_rooms += 1;
        }
    }

    fn fails(&self, error: &PersonError) {
        let mut counts = self.floor.board.counts();
        counts.failures += 1;
        let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        let text: String = format!("{error}: {cause}").chars().take(400).collect();
        let words = format!("{} in {:?}: {text}", self.customer.person.id(), self.scene);
        counts.complains(Complaint::Failed, words);
    }

    /// Says no more, for the last counts.
    pub(crate) fn hushes(&self) {
        self.customer.hushes();
        let agents = [Some(&self.first), self.second.as_ref()];
        agents.into_iter().flatten().for_each(Member::hushes);
    }

    /// Everybody goes home.
    pub(crate) async fn closes(mut self) {
        self.customer.goes_home().await;
        self.first.goes_home().await;
        if let Some(second) = &mut self.second {
            second.goes_home().await;
        }
    }
}

/// Waits until somebody is back in the seat.
async fn is_seated(person: &Person) -> Told {
    let is_back = |view: &View| view.ended.is_none() && view.has_joined(person.id());
    person.sees("the seat again", is_back).await.map(drop)
}

/// Leaves the call, if there is one.
async fn leaves(person: &Person) -> Told {
    match person.leaves().await {
        // It may end at any moment.
        Err(PersonError::Alone(_)) => Ok(()),
        told => allowed(told, &["conversation_ended", "not_a_participant"]),
    }
}

/// Some refusals say only that there is nothing left to do.
fn allowed(told: Told, codes: &[&str]) -> Told {
    told.or_else(|error| match error.code() {
        Some(code) if codes.contains(&code) => Ok(()),
        _ => Err(error),
    })
}
