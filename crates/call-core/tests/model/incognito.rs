//! A monitor changes nothing for anybody else: every day is played twice, once with a spy who
//! monitors whatever goes on and once with one who only sits there, and all that others are
//! shown, told and sent is the same.

use std::collections::BTreeMap;

use call_core::{
    AgentId, Command, Event, Input, PersonId, Recorded, Report, Rights, Time, World, audience,
    decide, desk, next_deadline, notices, sources, view,
};
use serde_json::Value;

use crate::generate::{Bytes, Random};
use crate::reference::check;
use crate::system::System;
use crate::transition::{self, TEAMS, Transition};

const SPY: &str = "agent:spy";

/// Days that are compared, of so many steps.
const DAYS: usize = 40;
const STEPS: usize = 150;

/// The same day, with the spy at work.
struct Watched {
    world: World,
    now: Time,
    journal: Vec<Recorded>,
    told: Vec<(PersonId, Value)>,
}

fn spy() -> PersonId {
    SPY.parse().expect("an id")
}

fn spy_arrives() -> [Report; 2] {
    let listens = Rights { answer: false, listen: true, manage: false };
    let teams = TEAMS.iter().map(|team| (team.parse().expect("teams are ids"), listens));
    [Report::opened(spy(), "spy", teams.collect()), Report::LegUp { person: spy() }]
}

impl Watched {
    fn input(&mut self, system: &System, input: &Input) {
        let Ok(events) = decide(&self.world, &system.settings, input, self.now) else { return };
        for event in events {
            let recorded = Recorded { at: self.now, event };
            self.world.apply(&recorded);
            self.told.extend(told(&self.world, &recorded));
            self.journal.push(recorded);
        }
    }

    fn advance(&mut self, system: &System, end: Time) {
        while let Some((at, _)) = next_deadline(&self.world, &system.settings)
            && at <= end
        {
            self.now = self.now.max(at);
            self.input(system, &Input::Deadline);
        }
        self.now = end;
    }

    /// What the other day did, this one does as well.
    fn follow(&mut self, system: &System, transition: &Transition) {
        let report = |report: &Report| Input::Report(report.clone());
        match transition {
            Transition::Command { by, command } => {
                self.input(system, &Input::Command { by: by.clone(), command: command.clone() });
            }
            Transition::Report(seen) => self.input(system, &report(seen)),
            Transition::Advance(_) | Transition::ToDeadline => self.advance(system, system.now),
            Transition::ToJustBefore => self.now = system.now,
            Transition::Settings(_) => self.input(system, &Input::Deadline),
            Transition::NodeLost(_) => {
                self.now = system.now;
                self.input(system, &report(&Report::ServerRestarted));
            }
            Transition::Late(..)
            | Transition::Race(_)
            | Transition::IfNodeWereLost(_)
            | Transition::AllBack => {}
        }
    }

    /// The spy monitors something, stops, or loses its leg.
    fn spies(&mut self, system: &System, bytes: &mut Bytes<'_>) {
        let calls: Vec<_> = self.world.conversations().map(|call| call.id).collect();
        let Some(conversation) = bytes.pick(&calls).copied() else { return };
        let command = match bytes.below(8) {
            0 => return self.input(system, &Input::Report(Report::LegLost { person: spy() })),
            1 => return self.input(system, &Input::Report(Report::LegUp { person: spy() })),
            2 | 3 => {
                let observed = self.world.conversations_of(&spy()).first().copied();
                Command::StopObserving { conversation: observed.unwrap_or(conversation) }
            }
            _ => Command::Monitor { conversation },
        };
        self.input(system, &Input::Command { by: spy(), command });
    }
}

fn told(world: &World, recorded: &Recorded) -> Vec<(PersonId, Value)> {
    let others = notices(world, recorded).into_iter().filter(|(to, _)| *to != spy());
    others.map(|(to, news)| (to, serde_json::to_value(news).expect("news is plain"))).collect()
}

fn is_spys(event: &Event) -> bool {
    let is_spy = |agent: &AgentId| *agent == *spy().as_agent().expect("the spy is an agent");
    match event {
        Event::ObservingStarted { agent, .. }
        | Event::ObservingStopped { agent, .. }
        | Event::ObserverLost { agent, .. }
        | Event::ObserverBack { agent, .. } => is_spy(agent),
        Event::LegConnected { person } | Event::LegDisconnected { person } => *person == spy(),
        _ => false,
    }
}

/// Everything that others are sent and shown.
fn shown(world: &World, system: &System) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (person, (call, source)) in sources(world).into_iter().filter(|(who, _)| *who != spy()) {
        all.insert(format!("{person} is sent"), format!("{call} {source:?}").into());
    }
    for conversation in world.conversations() {
        for person in audience(world, conversation.id).into_iter().filter(|who| *who != spy()) {
            if person.as_agent().is_some_and(|agent| manages(world, agent)) {
                continue;
            }
            let shown = view(world, &system.settings, conversation.id, &person);
            let mut shown = serde_json::to_value(shown).expect("views are plain");
            shown["server_time_ms"] = Value::Null;
            all.insert(format!("{person} sees {}", conversation.id), shown);
        }
    }
    for (agent, _) in world.agents().filter(|(agent, _)| !manages(world, agent)) {
        let Some(mut shown) = desk(world, &system.settings, agent) else { continue };
        shown.agents.retain(|one| one.id != spy());
        shown.server_time_ms = Time(0);
        if PersonId::Agent(agent.clone()) != spy() {
            let shown = serde_json::to_value(shown).expect("desks are plain");
            all.insert(format!("{agent}'s desk"), shown);
        }
    }
    all
}

fn manages(world: &World, agent: &AgentId) -> bool {
    world.agent(agent).is_some_and(|agent| agent.teams.values().any(|rights| rights.manage))
}

/// The spy has no calls of its own, and nobody else supervises: there is room for it, but for
/// whoever listens. What ifs are left to the other walk.
fn leaves_the_spy_alone(transition: &Transition) -> bool {
    !matches!(
        transition,
        Transition::Command { command: Command::Monitor { .. } | Command::Coach { .. }, .. }
            | Transition::Late(..)
            | Transition::Race(_)
            | Transition::IfNodeWereLost(_)
            | Transition::AllBack
    )
}

/// Plays a day twice; how often the spy began to monitor.
fn play(bytes: &[u8]) -> Result<usize, String> {
    let mut source = Bytes::new(bytes);
    let mut system = System::new();
    for transition in transition::opening(&mut source) {
        system.step(&transition)?;
    }
    let mut watched = Watched {
        world: system.world.clone(),
        now: system.now,
        journal: Vec::new(),
        told: Vec::new(),
    };
    let mut begun = 0;
    for _ in 0..STEPS {
        let transition = transition::next(&mut source, &system);
        if !leaves_the_spy_alone(&transition) {
            continue;
        }
        system.forget_news();
        watched.journal.clear();
        watched.told.clear();
        system.step(&transition)?;
        watched.follow(&system, &transition);
        if source.chance(20) {
            for report in spy_arrives() {
                system.step(&Transition::Report(report.clone()))?;
                watched.input(&system, &Input::Report(report));
            }
        }
        watched.spies(&system, &mut source);
        let mut told_others = std::mem::take(&mut system.told);
        told_others.retain(|(to, _)| *to != spy());
        compare(&system, &watched, &told_others)
            .map_err(|why| format!("{why} ({transition:?})"))?;
        let monitors = |one: &&Recorded| matches!(one.event, Event::ObservingStarted { .. });
        begun += watched.journal.iter().filter(monitors).count();
    }
    Ok(begun)
}

fn compare(system: &System, watched: &Watched, told: &[(PersonId, Value)]) -> Result<(), String> {
    let facts = |journal: &[Recorded]| -> Vec<Recorded> {
        journal.iter().filter(|one| !is_spys(&one.event)).cloned().collect()
    };
    let (plain, spied) = (facts(&system.journal), facts(&watched.journal));
    if plain != spied {
        return Err(format!("what happens is the same: {plain:?} and {spied:?}"));
    }
    check(watched.told == told, "what others are told is the same")?;
    let (plain, spied) = (shown(&system.world, system), shown(&watched.world, system));
    for (what, is) in &plain {
        if spied.get(what) != Some(is) {
            return Err(format!("{what} {is} and {:?}", spied.get(what)));
        }
    }
    check(plain.len() == spied.len(), "as much is shown")
}

#[test]
fn a_monitor_changes_nothing_for_others() {
    let seed = crate::number("MODEL_SEED").unwrap_or(20_261_121);
    let mut random = Random::new(seed);
    let mut watched = 0;
    for day in 0..DAYS {
        let bytes = random.bytes(STEPS * 12);
        let played = play(&bytes);
        watched += played.unwrap_or_else(|why| panic!("MODEL_SEED={seed}, day {day}: {why}"));
    }
    assert!(watched > DAYS, "the spy is at work: {watched}");
}
