//! The state under test, with a simulated shell around it: a journal, a second node that folds
//! it, and a patch-bay that is changed by differences only.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use call_core::{
    Command, ConversationId, Event, Input, PersonId, Recorded, Report, Rights, Settings, Source,
    TeamSettings, Time, World, conversations_touched, decide, next_deadline, notices, sources_of,
};

use crate::coverage::{self, Tally, name_of};
use crate::effects;
use crate::invariants::{self, Moment};
use crate::queues::{self, Cause};
use crate::races;
use crate::reference::{Call, Reference, check};
use crate::refusals::{self, Code};
use crate::transition::{AGENTS, CUSTOMERS, TEAMS, Transition};
use crate::views;

/// A step fires no more deadlines than this; more is a livelock.
const MAX_DEADLINES: usize = 500;

/// Long enough for every grace, wrap-up and memory to be over.
const FOR_GOOD: Duration = Duration::from_mins(15);

#[derive(Debug, Clone)]
pub(crate) struct System {
    pub(crate) world: World,
    pub(crate) reference: Reference,
    pub(crate) settings: Settings,
    pub(crate) now: Time,
    pub(crate) patches: BTreeMap<PersonId, (ConversationId, Source)>,
    /// Another node, which knows the world only from the journal's text.
    pub(crate) folded: World,
    pub(crate) tally: Tally,
    steps: usize,
    /// How often everything that must hold was looked at.
    pub(crate) looked: u64,
    /// What happened, and what people were told.
    pub(crate) journal: Vec<Recorded>,
    pub(crate) told: Vec<(PersonId, serde_json::Value)>,
}

impl System {
    pub(crate) fn new() -> Self {
        let mut settings = Settings::default();
        for name in TEAMS {
            let id = name.parse().expect("teams are ids");
            settings.teams.insert(id, TeamSettings::named(name));
        }
        // Chats last as long as calls do, so that a day sees their ends as well.
        settings.chats = 2;
        let timers = &mut settings.timers;
        timers.chat_idle = Duration::from_mins(2);
        timers.chat_reopen = Duration::from_mins(2);
        timers.chat_customer_grace = Duration::from_secs(40);
        timers.chat_seat_grace = Duration::from_secs(20);
        Self {
            world: World::new(),
            reference: Reference::default(),
            settings,
            now: Time(1_000_000),
            patches: BTreeMap::new(),
            folded: World::new(),
            tally: Tally::default(),
            steps: 0,
            looked: 0,
            journal: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Nobody looks back on what happened before.
    pub(crate) fn forget_news(&mut self) {
        self.journal.clear();
        self.told.clear();
    }

    pub(crate) fn step(&mut self, transition: &Transition) -> Result<(), String> {
        self.steps += 1;
        self.tally.count("step", name_of(transition));
        match transition {
            Transition::Command { .. } | Transition::Report(_) => self.act(transition).map(drop)?,
            Transition::Advance(span) => self.advance(self.now + *span)?,
            Transition::ToDeadline => {
                if let Some((at, _)) = next_deadline(&self.world, &self.settings) {
                    self.advance(at)?;
                }
            }
            Transition::ToJustBefore => {
                if let Some((at, _)) = next_deadline(&self.world, &self.settings) {
                    self.now = self.now.max(Time(at.0 - 1));
                }
            }
            Transition::Late(span, what) => self.late(*span, what)?,
            Transition::AllBack => {
                for report in self.who_is_away() {
                    self.input(&Input::Report(report))?;
                }
            }
            Transition::Settings(change) => {
                change.apply(&mut self.settings);
                self.input(&Input::Deadline)?;
            }
            Transition::NodeLost(away) => self.lose_node(*away)?,
            Transition::IfNodeWereLost(away) => self.if_node_were_lost(*away)?,
            Transition::Race(acts) => self.race(acts)?,
        }
        if self.steps.is_multiple_of(8) {
            views::and_actions(self)?;
        }
        Ok(())
    }

    /// Somebody asks, or the server sees something; the code it was refused with.
    fn act(&mut self, act: &Transition) -> Result<Code, String> {
        match act {
            Transition::Command { by, command } => self.command(by, command),
            Transition::Report(report) => self.input(&Input::Report(report.clone())),
            other => Err(format!("not an act: {other:?}")),
        }
    }

    fn command(&mut self, by: &PersonId, command: &Command) -> Result<Code, String> {
        let expected = refusals::expected(&self.reference, &self.settings, by, command, self.now);
        let before = self.reference.clone();
        let input = Input::Command { by: by.clone(), command: command.clone() };
        let refused = self.input(&input)?;
        if refused != expected {
            return Err(format!("refused with {refused:?}, expected {expected:?}"));
        }
        if refused.is_none() {
            effects::effect(&before, &self.reference, by, command)?;
        }
        Ok(refused)
    }

    /// What was due fires with the act; if that is refused, with nothing.
    fn late(&mut self, span: Duration, act: &Transition) -> Result<(), String> {
        self.now = self.now + span;
        let input = match act {
            Transition::Command { by, command } => {
                Input::Command { by: by.clone(), command: command.clone() }
            }
            Transition::Report(report) => Input::Report(report.clone()),
            other => return Err(format!("not an act: {other:?}")),
        };
        if decide(&self.world, &self.settings, &input, self.now).is_err() {
            return self.input(&Input::Deadline).map(drop);
        }
        self.input(&input).map(drop)
    }

    /// Two act at the same instant. The day goes on as it happened; the other way round it is
    /// tried, and nobody wins twice.
    fn race(&mut self, acts: &[Transition; 2]) -> Result<(), String> {
        let before = self.reference.clone();
        self.tally.count("race", coverage::race(races::name(acts)));
        let [one, other] = acts;
        let mut twin = self.clone();
        let back = [twin.act(other), twin.act(one)];
        let [Ok(other_first), Ok(one_second)] = back else {
            return Err(format!("the other way round: {back:?}"));
        };
        let forth = [self.act(one)?, self.act(other)?];
        let codes = [forth, [one_second, other_first]];
        races::outcome(&before, acts, codes, [&self.reference, &twin.reference])
    }

    fn advance(&mut self, end: Time) -> Result<(), String> {
        for _ in 0..MAX_DEADLINES {
            match next_deadline(&self.world, &self.settings) {
                Some((at, reason)) if at <= end => {
                    self.tally.count("deadline", name_of(&reason));
                    self.now = at;
                    self.input(&Input::Deadline)?;
                }
                Some(_) | None => {
                    self.now = end;
                    return Ok(());
                }
            }
        }
        Err("livelock".to_owned())
    }

    /// The node dies: what it had is gone but the journal; and time has passed.
    fn lose_node(&mut self, away: Duration) -> Result<(), String> {
        let snapshot = serde_json::to_string(&self.folded).map_err(|why| why.to_string())?;
        self.world = serde_json::from_str(&snapshot).map_err(|why| why.to_string())?;
        self.now = self.now + away;
        let phases = invariants::phases(&self.world);
        self.input(&Input::Report(Report::ServerRestarted))?;
        check(phases == invariants::phases(&self.world), "a restart keeps phases and holds")
    }

    /// Had the node died here, everybody could come back to where they were; and if nobody did,
    /// the world would come to rest.
    fn if_node_were_lost(&self, away: Duration) -> Result<(), String> {
        let mut lost = self.clone();
        lost.lose_node(away)?;
        let mut again = lost.clone();
        for report in self.who_is_here() {
            again.input(&Input::Report(report)).map_err(|why| format!("coming back: {why}"))?;
        }
        let was = invariants::talks(&self.world);
        let mut is = invariants::talks(&again.world);
        is.retain(|id, _| was.contains_key(id));
        if was != is {
            return Err(format!("all are back where they were: {was:?}, then {is:?}"));
        }
        lost.advance(lost.now + FOR_GOOD).map_err(|why| format!("nobody back: {why}"))?;
        let rests = next_deadline(&lost.world, &lost.settings).is_none();
        check(rests && lost.world.conversations().next().is_none(), "it comes to rest")
    }

    /// What the pages and legs of all who are here would report.
    fn who_is_here(&self) -> Vec<Report> {
        let mut reports = Vec::new();
        for (id, agent) in self.world.agents() {
            let person = PersonId::from(id.clone());
            if self.reference.desks.get(id).is_some_and(|desk| desk.open && !desk.removed) {
                let (name, teams) = (agent.name.clone(), agent.teams.clone());
                reports.push(Report::opened(person.clone(), name, teams));
            }
            if agent.leg {
                reports.push(Report::LegUp { person });
            }
        }
        for (id, customer) in self.world.customers() {
            let person = PersonId::from(id.clone());
            if customer.session {
                let (name, priority) = (customer.name.clone(), customer.priority);
                let teams = BTreeMap::new();
                let person = person.clone();
                reports.push(Report::SessionOpened { person, name, teams, priority });
            }
            if customer.leg {
                reports.push(Report::LegUp { person });
            }
        }
        reports
    }

    /// What the pages and legs of all others would report when they come.
    fn who_is_away(&self) -> Vec<Report> {
        let mut reports = Vec::new();
        for name in AGENTS.iter().chain(&CUSTOMERS) {
            let person: PersonId = name.parse().expect("names of people are ids");
            let all = || TEAMS.iter().map(|team| team.parse().expect("teams are ids"));
            let (is_open, has_leg, teams) = match &person {
                PersonId::Agent(id) => {
                    let is_open = self.reference.desks.get(id).is_some_and(|desk| desk.open);
                    let agent = self.world.agent(id);
                    let teams = agent.map(|agent| agent.teams.clone());
                    let teams = teams.unwrap_or_else(|| Rights::answering(all()));
                    (is_open, agent.is_some_and(|agent| agent.leg), teams)
                }
                PersonId::Customer(id) => {
                    let customer = self.world.customer(id);
                    let is_open = customer.is_some_and(|customer| customer.session);
                    (is_open, customer.is_some_and(|customer| customer.leg), BTreeMap::new())
                }
            };
            if !is_open {
                reports.push(Report::opened(person.clone(), *name, teams));
            }
            if !has_leg {
                reports.push(Report::LegUp { person });
            }
        }
        reports
    }

    /// One input; the code it was refused with. All that must hold is looked at.
    fn input(&mut self, input: &Input) -> Result<Code, String> {
        let (before, world_before) = (self.reference.clone(), self.world.clone());
        let decided = decide(&self.world, &self.settings, input, self.now);
        let events = match &decided {
            Ok(events) => events.as_slice(),
            Err(_) => &[],
        };
        for event in events {
            let recorded = Recorded { at: self.now, event: event.clone() };
            self.record(&recorded, input).map_err(|why| format!("{why} ({:?})", recorded.event))?;
        }
        invariants::offers_fold(&before, &mut self.reference);
        self.looked += 1;
        let moment = Moment {
            system: self,
            before: &before,
            world_before: &world_before,
            input,
            decided: &decided,
        };
        let mut tally = Tally::default();
        invariants::all(&moment, &mut tally)?;
        self.tally.add(&tally);
        let touched: BTreeSet<_> = events.iter().filter_map(Event::conversation).collect();
        let code = decided.err().map(|refusal| refusal.code());
        self.met(input, code);
        for id in touched {
            if let Some(conversation) = self.world.conversation(id) {
                self.tally.count("phase", name_of(&conversation.phase()));
            }
        }
        Ok(code)
    }

    fn met(&mut self, input: &Input, code: Code) {
        match (input, code) {
            (Input::Command { command, .. }, None) => {
                self.tally.count("command taken", name_of(command));
                if self.is_about_a_chat(command) {
                    self.tally.count("taken in a chat", name_of(command));
                }
            }
            (Input::Command { command, .. }, Some(code)) => {
                self.tally.count("command refused", name_of(command));
                if self.is_about_a_chat(command) {
                    self.tally.count("refused in a chat", name_of(command));
                }
                self.tally.count("refusal", code);
            }
            (Input::Report(report), _) => self.tally.count("report", name_of(report)),
            (Input::Deadline, _) => {}
        }
    }

    fn is_about_a_chat(&self, command: &Command) -> bool {
        let call = races::conversation(command).and_then(|id| self.reference.calls.get(&id));
        call.is_some_and(Call::is_chat)
    }

    fn record(&mut self, recorded: &Recorded, input: &Input) -> Result<(), String> {
        let command = match input {
            Input::Command { command, .. } => Some(command),
            Input::Report(_) | Input::Deadline => None,
        };
        let cause = Cause { settings: &self.settings, command };
        queues::fair(&self.world, &self.reference, &recorded.event, cause)?;
        self.reference.fold(recorded)?;
        self.world.apply(recorded);
        let text = serde_json::to_string(recorded).map_err(|why| why.to_string())?;
        let read = serde_json::from_str(&text).map_err(|why| why.to_string())?;
        self.folded.apply(&read);
        invariants::same_at_every_prefix(&self.world, &self.folded)?;
        for (to, notice) in notices(&self.world, recorded) {
            let text = serde_json::to_value(&notice).map_err(|why| why.to_string())?;
            self.told.push((to, text));
        }
        match &recorded.event {
            Event::OfferEnded { end, .. } => self.tally.count("offer ended", name_of(end)),
            Event::ConversationEnded { reason, .. } => {
                self.tally.count("conversation ended", name_of(reason));
                let of_it = recorded.event.conversation();
                let call = of_it.and_then(|id| self.reference.calls.get(&id));
                if call.is_some_and(Call::is_chat) {
                    self.tally.count("chat ended", name_of(reason));
                }
            }
            _ => {}
        }
        self.tally.count("event", name_of(&recorded.event));
        self.journal.push(recorded.clone());
        self.patch(recorded);
        Ok(())
    }

    /// What the driver does with an event: the sources of what it touched, by difference.
    fn patch(&mut self, recorded: &Recorded) {
        let mut touched = conversations_touched(&self.world, recorded);
        if let Event::ServerRestarted { .. } = recorded.event {
            touched = self.world.conversations().map(|call| call.id).collect();
        }
        for id in touched {
            let wanted = sources_of(&self.world, id);
            self.patches.retain(|who, (call, _)| *call != id || wanted.contains_key(who));
            let wanted = wanted.into_iter().map(|(who, source)| (who, (id, source)));
            self.patches.extend(wanted);
        }
    }
}
