//! A contact centre in the middle of a day, for call control to decide about.

use call_core::{
    AgentId, Command, ConversationId, CustomerId, Event, HoldWhen, Input, OnFailure, PersonId,
    Recorded, Report, Settings, Status, Target, TeamId, TeamSettings, Time, World, decide,
    next_deadline,
};

/// Conversations that go on while others are measured.
const LIVE: usize = 100;
/// Teams they belong to.
const TEAMS: usize = 10;

/// The world, its clock and what has happened.
#[derive(Debug)]
pub(crate) struct Centre {
    world: World,
    settings: Settings,
    now: Time,
    round: u64,
    /// Everything decided so far, when it is kept.
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
    /// A centre with 100 calls in three phases, 200 agents in them and some more idle.
    pub(crate) fn busy() -> Self {
        let names = (0..TEAMS).map(|n| format!("team{n}")).chain(["front".into(), "back".into()]);
        let teams = names.map(|name| (team(&name), TeamSettings::named(name))).collect();
        let settings = Settings { teams, ..Settings::default() };
        let mut centre = Self {
            world: World::new(),
            settings,
            now: Time(1_700_000_000_000),
            round: 0,
            recorded: Vec::new(),
        };
        for n in 0..LIVE {
            centre.goes_live(n);
        }
        for (name, home) in [("bob", "front"), ("carol", "back")] {
            centre.arrives(&agent(name), &[home]);
        }
        centre
    }

    /// One decision, applied; how many events it made.
    fn happens(&mut self, input: &Input, watch: &mut impl FnMut(&mut dyn FnMut())) -> usize {
        let Self { world, settings, now, .. } = self;
        let mut decided = None;
        watch(&mut || decided = Some(decide(world, settings, input, *now)));
        let events = decided
            .expect("the watch lets it happen")
            .unwrap_or_else(|refusal| panic!("{input:?} is refused: {refusal}"));
        let count = events.len();
        for event in events {
            self.apply(event);
        }
        count
    }

    fn apply(&mut self, event: Event) {
        let recorded = Recorded { at: self.now, event };
        self.world.apply(&recorded);
        self.recorded.push(recorded);
    }

    /// Time goes on: whatever is due by then happens first.
    fn passes(&mut self, ms: u64, watch: &mut impl FnMut(&mut dyn FnMut())) {
        let until = Time(self.now.0 + ms);
        while let Some((at, _)) =
            next_deadline(&self.world, &self.settings).filter(|(at, _)| *at <= until)
        {
            self.now = at;
            self.happens(&Input::Deadline, watch);
        }
        self.now = until;
    }

    fn arrives(&mut self, person: &PersonId, teams: &[&str]) {
        let teams = teams.iter().map(|name| team(name)).collect();
        let report = Report::SessionOpened { person: person.clone(), name: "N".into(), teams };
        self.happens(&Input::Report(report), &mut untimed);
        self.happens(&Input::Report(Report::LegUp { person: person.clone() }), &mut untimed);
        if matches!(person, PersonId::Agent(_)) {
            let command = Command::SetStatus { status: Status::Present };
            self.happens(&Input::Command { by: person.clone(), command }, &mut untimed);
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
            self.happens(&Input::Command { by: by.clone(), command }, &mut untimed);
        };
        run(&alice, Command::Call { team: team(&home) });
        let conversation = ConversationId(n as u64 + 1);
        run(&bob, Command::Accept { conversation });
        self.arrives(&carol, &[&home]);
        let mut run = |by: &PersonId, command: Command| {
            self.happens(&Input::Command { by: by.clone(), command }, &mut untimed);
        };
        if n % 3 > 0 {
            run(&bob, invite(conversation, &format!("carol{n}")));
            run(&carol, Command::Accept { conversation });
        } else {
            run(&carol, Command::SetStatus { status: away() });
        }
        if n % 3 > 1 {
            run(&bob, Command::Merge { conversation });
        }
        self.passes(100, &mut untimed);
    }

    /// One warm transfer from call to wrap-up; every decision goes through the watch. Returns how
    /// many decisions there were.
    pub(crate) fn transfers(&mut self, watch: &mut impl FnMut(&mut dyn FnMut())) -> u64 {
        let mut decisions = 0;
        let mut counting = |decision: &mut dyn FnMut()| {
            decisions += 1;
            watch(decision);
        };
        self.round += 1;
        let conversation = ConversationId(LIVE as u64 + self.round);
        let (alice, bob, carol) =
            (customer(&format!("caller{}", self.round % 7)), agent("bob"), agent("carol"));
        self.arrives(&alice, &[]);
        let story = [
            (&alice, Command::Call { team: team("front") }),
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
            self.happens(&Input::Command { by: by.clone(), command }, &mut counting);
            self.passes(1_000, &mut counting);
        }
        let gone = Report::SessionClosed { person: alice.clone() };
        self.happens(&Input::Report(gone), &mut counting);
        self.happens(&Input::Report(Report::LegLost { person: alice }), &mut counting);
        decisions
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

fn untimed(decision: &mut dyn FnMut()) {
    decision();
}
