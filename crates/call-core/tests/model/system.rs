//! The state under test, with a simulated shell around it: a journal, a second node that folds
//! it, and a patch-bay that is changed by differences only.

use std::collections::BTreeMap;
use std::time::Duration;

use call_core::{
    Command, ConversationId, Event, Input, PersonId, Recorded, Report, Rights, Settings, Source,
    TeamPolicy, TeamSettings, Time, World, conversations_touched, decide, next_deadline, notices,
    sources_of,
};

use crate::generate::Bytes;
use crate::invariants;
use crate::queues::{self, Cause};
use crate::reference::{Reference, check};
use crate::refusals;
use crate::transition::{AGENTS, CUSTOMERS, SettingsChange, TEAMS, Transition};

/// A step fires no more deadlines than this; more is a livelock.
const MAX_DEADLINES: usize = 500;

#[derive(Debug)]
pub(crate) struct System {
    pub(crate) world: World,
    pub(crate) reference: Reference,
    pub(crate) settings: Settings,
    pub(crate) now: Time,
    pub(crate) patches: BTreeMap<PersonId, (ConversationId, Source)>,
    /// Another node, which knows the world only from the journal's text.
    folded: World,
    steps: usize,
    /// What happened, and what people were told; whoever looks at these clears them.
    pub(crate) journal: Vec<Recorded>,
    pub(crate) told: Vec<(PersonId, serde_json::Value)>,
}

impl System {
    pub(crate) fn new(bytes: &mut Bytes<'_>) -> Self {
        let mut settings = Settings::default();
        let [first, second] = TEAMS;
        let other = second.parse().expect("teams are ids");
        let policies = [
            TeamPolicy::Reject,
            TeamPolicy::Wait,
            TeamPolicy::Queue,
            TeamPolicy::FallbackTeam(other),
        ];
        let mut policy = policies[bytes.below(4)].clone();
        for name in [first, second] {
            let team = TeamSettings { policy, ..TeamSettings::named(name) };
            settings.teams.insert(name.parse().expect("teams are ids"), team);
            policy = policies[bytes.below(3)].clone();
        }
        settings.check().expect("these settings are sound");
        let mut system = Self {
            world: World::new(),
            reference: Reference::default(),
            settings,
            now: Time(1_000_000),
            patches: BTreeMap::new(),
            folded: World::new(),
            steps: 0,
            journal: Vec::new(),
            told: Vec::new(),
        };
        if bytes.is_whole() {
            for team in TEAMS {
                system.choose(&SettingsChange::new(bytes, team));
            }
        }
        system
    }

    /// The operator changes a team while calls go on, or takes it out of the settings.
    fn choose(&mut self, change: &SettingsChange) {
        let id = change.team.parse().expect("teams are ids");
        if change.gone {
            self.settings.teams.remove(&id);
            return;
        }
        let team = self.settings.teams.entry(id).or_insert_with(|| TeamSettings::named("back"));
        (team.ringing, team.delivery) = (change.ringing, change.delivery);
        (team.max_waiting, team.max_wait) = (change.max_waiting, change.max_wait);
        team.overflow = change.overflow.clone();
    }

    /// Most days begin with everybody at their desk.
    pub(crate) fn open(&mut self, bytes: &mut Bytes<'_>) -> Result<(), String> {
        if !bytes.chance(80) {
            return Ok(());
        }
        let teams: Vec<_> = TEAMS.iter().map(|team| team.parse().expect("an id")).collect();
        for (index, name) in AGENTS.iter().chain(&CUSTOMERS).enumerate() {
            let person: PersonId = name.parse().expect("names of people are ids");
            let mut teams = Rights::answering(teams.iter().skip(index % 3 / 2).cloned());
            if bytes.is_whole() && person.as_agent().is_some() && bytes.chance(40) {
                for one in teams.values_mut() {
                    *one = Rights::MANAGE;
                }
            }
            let (name, who) = (person.to_string(), person.clone());
            self.input(&Input::Report(Report::opened(person, name, teams)))?;
            self.input(&Input::Report(Report::LegUp { person: who }))?;
            self.now = self.now + Duration::from_millis(1);
        }
        Ok(())
    }

    pub(crate) fn step(&mut self, transition: &Transition) -> Result<(), String> {
        self.steps += 1;
        match transition {
            Transition::Command { by, command } => self.command(by, command)?,
            Transition::Report(report) => self.input(&Input::Report(report.clone())).map(drop)?,
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
            Transition::Late(span, report) => {
                self.now = self.now + *span;
                self.input(&Input::Report(report.clone()))?;
            }
            Transition::Settings(change) => {
                self.choose(change);
                self.input(&Input::Deadline)?;
            }
            Transition::NodeLost(away) => self.lose_node(*away)?,
        }
        if self.steps.is_multiple_of(8) {
            let stored = serde_json::to_string(&self.world).map_err(|why| why.to_string())?;
            let read: World = serde_json::from_str(&stored).map_err(|why| why.to_string())?;
            // What is derived was kept as it is when it is made anew.
            check(read == self.world, "a snapshot is the live state")?;
            invariants::views_and_actions(self)?;
        }
        Ok(())
    }

    fn command(&mut self, by: &PersonId, command: &Command) -> Result<(), String> {
        let expected = refusals::expected(&self.reference, &self.settings, by, command, self.now);
        let before = self.reference.clone();
        let input = Input::Command { by: by.clone(), command: command.clone() };
        let refused = self.input(&input)?;
        if refused != expected {
            return Err(format!("refused with {refused:?}, expected {expected:?}"));
        }
        if refused.is_none() {
            invariants::effect(&before, &self.reference, by, command)?;
        }
        Ok(())
    }

    fn advance(&mut self, end: Time) -> Result<(), String> {
        for _ in 0..MAX_DEADLINES {
            match next_deadline(&self.world, &self.settings) {
                Some((at, _)) if at <= end => {
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

    /// One input; the code it was refused with.
    fn input(&mut self, input: &Input) -> Result<Option<&'static str>, String> {
        let decided = decide(&self.world, &self.settings, input, self.now);
        let again = decide(&self.world, &self.settings, input, self.now);
        check(decided == again, "equal inputs give equal outputs")?;
        let events = match decided {
            Ok(events) => events,
            Err(refusal) => return Ok(Some(refusal.code())),
        };
        let before = self.reference.clone();
        for event in events {
            let recorded = Recorded { at: self.now, event };
            self.record(&recorded, input).map_err(|why| format!("{why} ({:?})", recorded.event))?;
        }
        let lost = match input {
            Input::Report(Report::LegLost { person }) => Some(person),
            Input::Report(_) | Input::Command { .. } | Input::Deadline => None,
        };
        if let Some(person) = lost {
            invariants::loss(&before, &self.reference, person)?;
        }
        invariants::offers(&before, &mut self.reference)?;
        invariants::all(self)?;
        Ok(None)
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
        check(self.folded == self.world, "the journal folds to the live state")?;
        for (to, notice) in notices(&self.world, recorded) {
            let text = serde_json::to_value(&notice).map_err(|why| why.to_string())?;
            self.told.push((to, text));
        }
        self.journal.push(recorded.clone());
        self.patch(recorded);
        Ok(())
    }

    /// What the driver does with an event: the sources of what it touched, by difference.
    fn patch(&mut self, recorded: &Recorded) {
        let mut touched = conversations_touched(recorded);
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
