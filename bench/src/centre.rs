//! A contact centre in the middle of a day, for call control to decide about.

use std::time::{Duration, Instant};

use call_core::{
    AgentId, Command, ConversationId, CustomerId, HoldWhen, Input, Medium, OnFailure, PersonId,
    Recorded, Report, Rights, Settings, Status, Target, TeamId, TeamSettings, Time, World, decide,
    next_deadline,
};

/// Conversations that go on while others are measured.
const LIVE: usize = 100;
/// Teams they belong to.
const TEAMS: usize = 10;

/// Where the time of call control went.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    /// Decisions taken, each of the repeated ones counted.
    pub(crate) decisions: u64,
    /// In `decide`.
    pub(crate) deciding: Duration,
    /// In `World::apply`, for all the events of the decisions.
    pub(crate) applying: Duration,
    /// Looks for the next deadline.
    pub(crate) looks: u64,
    /// In `next_deadline`.
    pub(crate) looking: Duration,
}

/// The world, its clock and what has happened.
#[derive(Debug)]
pub(crate) struct Centre {
    world: World,
    settings: Settings,
    now: Time,
    round: u64,
    repeat: u64,
    /// Where the time went since the centre got busy.
    pub(crate) spent: Spent,
    /// Everything decided so far.
    pub(crate) recorded: Vec<Recorded>,
}

fn agent(name: &str) -> PersonId {
    PersonId::Agent(AgentId::try_from(name).expect("a short plain name"))
}

fn customer(name: &str) -> PersonId {
    PersonId::Customer(CustomerId::try_from(name).expect("a short plain name"))
}

fn team(name: &str) -> TeamId {
    TeamId::try_from(name).expect("a short plain name")
}

impl Centre {
    /// A centre with 100 calls in three phases, 200 agents in them and two idle. Every decision
    /// is taken so many times, and applied once.
    pub(crate) fn busy(repeat: u64) -> Self {
        let names = (0..TEAMS).map(|n| format!("team{n}")).chain(["front".into(), "back".into()]);
        let teams = names.map(|name| (team(&name), TeamSettings::named(name))).collect();
        let settings = Settings { teams, ..Settings::default() };
        let mut centre = Self {
            world: World::new(),
            settings,
            now: Time(1_700_000_000_000),
            round: 0,
            repeat: 1,
            spent: Spent::default(),
            recorded: Vec::new(),
        };
        for n in 0..LIVE {
            centre.goes_live(n);
        }
        for (name, home) in [("bob", "front"), ("carol", "back")] {
            centre.arrives(&agent(name), &[home]);
        }
        centre.repeat = repeat;
        centre.spent = Spent::default();
        centre
    }

    /// One decision, applied.
    fn happens(&mut self, input: &Input) {
        let start = Instant::now();
        let mut decided = decide(&self.world, &self.settings, input, self.now);
        for _ in 1..self.repeat {
            decided = decide(&self.world, &self.settings, input, self.now);
        }
        self.spent.deciding += start.elapsed();
        self.spent.decisions += self.repeat;
        let events = decided.unwrap_or_else(|refusal| panic!("{input:?} is refused: {refusal}"));
        let start = Instant::now();
        for event in events {
            let recorded = Recorded { at: self.now, event };
            self.world.apply(&recorded);
            self.recorded.push(recorded);
        }
        self.spent.applying += start.elapsed();
    }

    /// Time goes on: whatever is due by then happens first.
    fn passes(&mut self, ms: u64) {
        let until = Time(self.now.0 + ms);
        while let Some(at) = self.next_deadline().filter(|at| *at <= until) {
            self.now = at;
            self.happens(&Input::Deadline);
        }
        self.now = until;
    }

    fn next_deadline(&mut self) -> Option<Time> {
        let start = Instant::now();
        let next = next_deadline(&self.world, &self.settings);
        self.spent.looking += start.elapsed();
        self.spent.looks += 1;
        next.map(|(at, _)| at)
    }

    fn arrives(&mut self, person: &PersonId, teams: &[&str]) {
        let teams = Rights::answering(teams.iter().map(|name| team(name)));
        let report = Report::opened(person.clone(), "N", teams);
        self.happens(&Input::Report(report));
        self.happens(&Input::Report(Report::LegUp { person: person.clone() }));
        if matches!(person, PersonId::Agent(_)) {
            let command = Command::SetStatus { status: Status::Present, medium: None };
            self.happens(&Input::Command { by: person.clone(), command });
        }
    }

    /// Call number n: every third is two-party, in consult, or three-way.
    fn goes_live(&mut self, n: usize) {
        let home = format!("team{}", n % TEAMS);
        let (alice, bob, carol) = (
            customer(&format!("alice{n}")),
            agent(&format!("bob{n}")),
            agent(&format!("carol{n}")),
        );
        // One after another, so that the only free agent of the team is the one that is meant.
        self.arrives(&alice, &[]);
        self.arrives(&bob, &[&home]);
        let mut run = |by: &PersonId, command: Command| {
            self.happens(&Input::Command { by: by.clone(), command });
        };
        run(&alice, Command::Call { team: team(&home), medium: Medium::Voice });
        let conversation = ConversationId(n as u64 + 1);
        run(&bob, Command::Accept { conversation });
        self.arrives(&carol, &[&home]);
        let mut run = |by: &PersonId, command: Command| {
            self.happens(&Input::Command { by: by.clone(), command });
        };
        if n.is_multiple_of(3) {
            run(&carol, Command::SetStatus { status: away(), medium: None });
        } else {
            run(&bob, invite(conversation, &format!("carol{n}")));
            run(&carol, Command::Accept { conversation });
        }
        if n % 3 > 1 {
            run(&bob, Command::Merge { conversation });
        }
        self.passes(100);
    }

    /// One warm transfer from call to wrap-up.
    pub(crate) fn transfers(&mut self) {
        self.round += 1;
        let conversation = ConversationId(LIVE as u64 + self.round);
        let (alice, bob, carol) =
            (customer(&format!("caller{}", self.round % 7)), agent("bob"), agent("carol"));
        self.arrives(&alice, &[]);
        let story = [
            (&alice, Command::Call { team: team("front"), medium: Medium::Voice }),
            (&bob, Command::Accept { conversation }),
            (&bob, invite(conversation, "carol")),
            (&carol, Command::Accept { conversation }),
            (&bob, Command::Swap { conversation }),
            (&bob, Command::Merge { conversation }),
            (&bob, Command::Mute { conversation, muted: true }),
            (&carol, Command::Hold { conversation, participant: alice.clone() }),
            (&carol, Command::Resume { conversation, participant: alice.clone() }),
            (&bob, Command::Leave { conversation }),
            (&bob, Command::FinishWrapUp),
            (&alice, Command::Leave { conversation }),
            (&carol, Command::FinishWrapUp),
        ];
        for (by, command) in story {
            self.happens(&Input::Command { by: by.clone(), command });
            self.passes(1_000);
        }
        let gone = Report::SessionClosed { person: alice.clone() };
        self.happens(&Input::Report(gone));
        self.happens(&Input::Report(Report::LegLost { person: alice }));
    }
}

fn away() -> Status {
    Status::Away { reason: call_core::AwayReason::Break }
}

fn invite(conversation: ConversationId, target: &str) -> Command {
    Command::Invite {
        conversation,
        target: Target::Agent(AgentId::try_from(target).expect("a short plain name")),
        hold: HoldWhen::default(),
        on_failure: OnFailure::default(),
        note: Some("Has been waiting since Tuesday; please be kind.".to_owned()),
    }
}
