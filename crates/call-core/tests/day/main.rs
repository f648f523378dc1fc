//! A day in a contact centre, in virtual time: fifty agents of five teams, five hundred callers
//! who call again and again, with losses, breaks, transfers of every kind and full queues.
//!
//! Nobody is lost, nobody is offered twice, and the records add up to the facts. `DAY_SEED`
//! repeats a day.

#![expect(clippy::wildcard_enum_match_arm, reason = "the people look at few events")]

mod books;
mod chance;
mod people;

use std::collections::BTreeMap;

use call_core::{
    Delivery, Event, Hours, Input, Overflow, PersonId, Recorded, Refusal, Rights, Ringing,
    Settings, TeamId, TeamPolicy, TeamSettings, Time, World, decide, next_deadline,
};

use books::Books;
use chance::Chance;
use people::{Act, People};

const AGENTS: usize = 50;
const CALLERS: usize = 500;

/// Monday, 5 January 2026, 08:00 in Berlin.
const MORNING: Time = Time(1_767_596_400_000);
const HOUR_MS: u64 = 3_600_000;

/// The day of the people; after it everybody who is still in a call finishes it.
const DAY_MS: u64 = 10 * HOUR_MS;

struct Centre {
    world: World,
    settings: Settings,
    now: Time,
    books: Books,
    people: People,
    steps: usize,
}

fn team(index: usize) -> TeamId {
    format!("team{index}").parse().expect("names of teams are ids")
}

fn agent(index: usize) -> PersonId {
    format!("agent:a{index:02}").parse().expect("names of agents are ids")
}

fn caller(index: usize) -> PersonId {
    format!("customer:c{index:03}").parse().expect("names of callers are ids")
}

/// Five teams, each with its own ways.
fn settings() -> Settings {
    let mut settings = Settings::default();
    let named = |index: usize| TeamSettings::named(format!("Team {index}"));
    let minutes = std::time::Duration::from_mins;
    let mut office = Hours::never("Europe/Berlin".parse().expect("this is a zone"));
    office.add_weekly("mon 08:00-17:00").expect("these are hours");
    let teams = [
        TeamSettings { policy: TeamPolicy::Queue, ..named(0) },
        TeamSettings { ringing: Ringing::RoundRobin, policy: TeamPolicy::Wait, ..named(1) },
        TeamSettings {
            ringing: Ringing::AllAtOnce,
            max_wait: Some(minutes(5)),
            overflow: Overflow::Team(team(0)),
            ..named(2)
        },
        TeamSettings {
            delivery: Delivery::Pull,
            policy: TeamPolicy::FallbackTeam(team(0)),
            ..named(3)
        },
        TeamSettings {
            hours: Some(office),
            max_waiting: Some(10),
            overflow: Overflow::Refuse,
            ..named(4)
        },
    ];
    settings.teams = teams.into_iter().enumerate().map(|(i, chosen)| (team(i), chosen)).collect();
    settings.check().expect("these settings are sound");
    settings
}

impl Centre {
    fn new(seed: u64) -> Self {
        let people = People::new(Chance::new(seed));
        let (world, books) = (World::new(), Books::default());
        Self { world, settings: settings(), now: MORNING, books, people, steps: 0 }
    }

    /// Everybody comes in within the first quarter of an hour; callers say hello when they call.
    fn opens(&mut self) {
        for index in 0..AGENTS {
            let (first, second) = (team(index % 5), team((index / 5) % 5));
            let teams = Rights::answering([first, second]);
            let at = MORNING + std::time::Duration::from_secs(index as u64 * 10);
            self.people.comes_in(at, agent(index), teams);
        }
        self.people.callers_call(MORNING, CALLERS, DAY_MS);
    }

    /// Lets the day pass: deadlines of the world and acts of its people, in order of time.
    fn passes(&mut self) {
        loop {
            let due = next_deadline(&self.world, &self.settings).map(|(at, _)| at);
            let acts = self.people.next_at();
            let Some(at) = due.into_iter().chain(acts).min() else { return };
            assert!(at >= self.now, "time goes on");
            self.now = at;
            if due == Some(at) {
                self.input(&Input::Deadline).expect("deadlines are never refused");
            }
            while let Some(act) = self.people.due(at) {
                self.act(act);
            }
        }
    }

    fn act(&mut self, act: Act) {
        for input in self.people.inputs(&self.world, self.now, act) {
            // People do what is not possible any more as well: that is refused, and no more.
            let refused = self.input(&input).err();
            self.people.hears(&input, refused.as_ref(), self.now);
        }
    }

    fn input(&mut self, input: &Input) -> Result<(), Refusal> {
        self.steps += 1;
        let events = decide(&self.world, &self.settings, input, self.now)?;
        for event in events {
            let recorded = Recorded { at: self.now, event };
            self.world.apply(&recorded);
            self.books.enter(&self.world, &recorded);
            self.people.sees(&self.world, &recorded);
        }
        let next = next_deadline(&self.world, &self.settings);
        assert!(next.is_none_or(|(at, _)| at > self.now), "no deadline lies in the past");
        Ok(())
    }
}

fn seed() -> u64 {
    let fresh = std::collections::hash_map::RandomState::new();
    let fresh = std::hash::BuildHasher::hash_one(&fresh, 0_u8);
    std::env::var("DAY_SEED").map_or(fresh, |text| text.parse().expect("a decimal number"))
}

#[test]
fn a_day_of_fifty_agents_and_five_hundred_callers_loses_nobody_and_adds_up() {
    let seed = seed();
    println!("DAY_SEED={seed}");
    let mut centre = Centre::new(seed);
    centre.opens();
    centre.passes();
    centre.books.close(&centre.world);
    let kinds: BTreeMap<_, _> = centre.books.ends();
    println!("{} inputs, {} facts, {kinds:?}", centre.steps, centre.books.facts());
    let count = |is_such: fn(&Event) -> bool| centre.books.count(is_such);
    // It was a day on which everything happened.
    assert!(count(|event| matches!(event, Event::ConversationStarted { .. })) > CALLERS);
    assert!(count(|event| matches!(event, Event::Requeued { .. })) > 0);
    assert!(count(|event| matches!(event, Event::RecallStarted { .. })) > 0);
    assert!(count(|event| matches!(event, Event::Overflowed { .. })) > 0);
    assert!(count(|event| matches!(event, Event::ParticipantLost { .. })) > 0);
    assert!(count(|event| matches!(event, Event::InternalCallStarted { .. })) > 0);
    let rescinded = |event: &Event| match event {
        Event::OfferAccepted { rescinded, .. } => !rescinded.is_empty(),
        _ => false,
    };
    assert!(count(rescinded) > 0);
}
