//! The people of the day: when they call, answer, transfer, give up, lose their connection.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use call_core::{
    AgentId, AwayReason, Command, Conversation, ConversationId, Event, HoldWhen, Input, Medium,
    OnFailure, PersonId, Recorded, Refusal, Report, Rights, Status, Target, TeamId, Time, World,
};

use crate::chance::Chance;
use crate::{agent, team};

/// Something somebody is going to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    ComesIn(PersonId, Vec<TeamId>),
    Calls(PersonId),
    GivesUp(PersonId, ConversationId),
    Answers(PersonId, ConversationId),
    Declines(PersonId, ConversationId),
    Decides(PersonId, ConversationId),
    Leaves(PersonId, ConversationId),
    Merges(PersonId, ConversationId),
    Loses(PersonId),
    Returns(PersonId),
    Break(PersonId),
    Present(PersonId),
    Fetches(PersonId),
    AsksColleague(PersonId),
}

pub(crate) struct People {
    chance: Chance,
    acts: BTreeSet<(Time, usize, Act)>,
    count: usize,
    teams: BTreeMap<PersonId, BTreeMap<TeamId, Rights>>,
    calls_left: BTreeMap<PersonId, usize>,
    end: Time,
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

impl People {
    pub(crate) fn new(chance: Chance) -> Self {
        let (acts, teams, calls_left) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { chance, acts, count: 0, teams, calls_left, end: Time(0) }
    }

    fn will(&mut self, at: Time, act: Act) {
        self.count += 1;
        self.acts.insert((at, self.count, act));
    }

    fn will_after(&mut self, now: Time, (from, to): (u64, u64), act: Act) {
        let span = self.chance.seconds(from, to);
        self.will(now + span, act);
    }

    pub(crate) fn comes_in(&mut self, at: Time, who: PersonId, teams: BTreeMap<TeamId, Rights>) {
        let names = teams.keys().cloned().collect();
        self.teams.insert(who.clone(), teams);
        self.will_after(at, (600, 20_000), Act::Break(who.clone()));
        self.will_after(at, (600, 30_000), Act::Loses(who.clone()));
        self.will_after(at, (300, 30_000), Act::AsksColleague(who.clone()));
        self.will_after(at, (60, 120), Act::Fetches(who.clone()));
        self.will(at, Act::ComesIn(who, names));
    }

    pub(crate) fn callers_call(&mut self, morning: Time, count: usize, day_ms: u64) {
        self.end = morning + Duration::from_millis(day_ms);
        for index in 0..count {
            let who = crate::caller(index);
            self.calls_left.insert(who.clone(), 4);
            self.will_after(morning, (0, 7200), Act::Calls(who));
        }
    }

    pub(crate) fn next_at(&self) -> Option<Time> {
        self.acts.first().map(|(at, _, _)| *at)
    }

    pub(crate) fn due(&mut self, at: Time) -> Option<Act> {
        let first = self.acts.first().filter(|(when, _, _)| *when <= at)?.clone();
        self.acts.remove(&first);
        Some(first.2)
    }

    /// What the server is asked or sees of an act.
    pub(crate) fn inputs(&mut self, world: &World, now: Time, act: Act) -> Vec<Input> {
        let command = |by: PersonId, command: Command| vec![Input::Command { by, command }];
        match act {
            Act::ComesIn(person, _) => {
                let teams = self.teams.get(&person).cloned().unwrap_or_default();
                let opened = Report::opened(person.clone(), person.to_string(), teams);
                vec![Input::Report(opened), Input::Report(Report::LegUp { person })]
            }
            Act::Calls(who) => self.call(now, who),
            Act::GivesUp(by, conversation) => {
                let waits = world
                    .conversation(conversation)
                    .is_some_and(|call| call.phase() == call_core::Phase::Waiting);
                if waits { command(by, Command::Leave { conversation }) } else { Vec::new() }
            }
            Act::Answers(by, conversation) => command(by, Command::Accept { conversation }),
            Act::Declines(by, conversation) => {
                command(by, Command::Decline { conversation, text: None })
            }
            Act::Decides(by, conversation) => self.decide(world, now, by, conversation),
            Act::Leaves(by, conversation) => command(by, Command::Complete { conversation }),
            Act::Merges(by, conversation) => {
                self.will_after(now, (5, 60), Act::Leaves(by.clone(), conversation));
                command(by, Command::Merge { conversation })
            }
            Act::Loses(person) => {
                self.will_after(now, (1, 50), Act::Returns(person.clone()));
                vec![Input::Report(Report::LegLost { person })]
            }
            Act::Returns(person) => vec![Input::Report(Report::LegUp { person })],
            Act::Break(by) => {
                self.will_after(now, (60, 900), Act::Present(by.clone()));
                let status = Status::Away { reason: AwayReason::Break };
                command(by, Command::SetStatus { status, medium: None })
            }
            Act::Present(by) => {
                command(by, Command::SetStatus { status: Status::Present, medium: None })
            }
            Act::Fetches(by) => {
                if now < self.end + seconds(7200) {
                    self.will_after(now, (40, 80), Act::Fetches(by.clone()));
                }
                command(by, Command::GetNext { team: Some(team(3)), medium: Medium::Voice })
            }
            Act::AsksColleague(by) => {
                if now < self.end {
                    self.will_after(now, (300, 3000), Act::AsksColleague(by.clone()));
                }
                let colleague = self.colleague(world);
                command(by, Command::CallAgent { agent: colleague, medium: Medium::Voice })
            }
        }
    }

    /// One of those whom the desk shows as available, if there is any.
    fn colleague(&mut self, world: &World) -> AgentId {
        let available =
            world.agents().filter(|(_, agent)| agent.availability(Medium::Voice).is_ok());
        let available: Vec<_> = available.map(|(id, _)| id.clone()).collect();
        let anybody = || agent(0).as_agent().expect("agents are agents").clone();
        available.get(self.chance.below(available.len())).cloned().unwrap_or_else(anybody)
    }

    /// A caller says hello and calls; it loses its connection at times, and its patience.
    fn call(&mut self, now: Time, who: PersonId) -> Vec<Input> {
        let index = self.chance.below(5);
        let priority = if self.chance.in_hundred(10) { 5 } else { 0 };
        let (person, name) = (who.clone(), who.to_string());
        let teams = BTreeMap::new();
        if self.chance.in_hundred(5) {
            self.will_after(now, (1, 400), Act::Loses(who.clone()));
        }
        let opened = Report::SessionOpened { person: person.clone(), name, teams, priority };
        let call = Command::Call { team: team(index), medium: Medium::Voice };
        vec![
            Input::Report(opened),
            Input::Report(Report::LegUp { person }),
            Input::Command { by: who, command: call },
        ]
    }

    /// An agent ends its call, or hands it on in one of the ways there are.
    fn decide(
        &mut self,
        world: &World,
        now: Time,
        by: PersonId,
        conversation: ConversationId,
    ) -> Vec<Input> {
        let other = team(self.chance.below(5));
        let colleague = self.colleague(world);
        let (hold, on_failure, note) = (HoldWhen::OnAnswer, OnFailure::Resume, None);
        let invite =
            |target| Command::Invite { conversation, target, hold, on_failure, note: None };
        // Whatever becomes of it, the agent does not stay for ever.
        self.will_after(now, (100, 200), Act::Leaves(by.clone(), conversation));
        let command = match self.chance.below(20) {
            0 | 1 => invite(Target::Agent(colleague)),
            2 | 3 => invite(Target::Team(other)),
            4 => invite(Target::Queue(other)),
            5 => Command::Transfer { conversation, target: Target::Team(other), note },
            6 | 9 => Command::Transfer { conversation, target: Target::Agent(colleague), note },
            7 => Command::Transfer { conversation, target: Target::Queue(other), note },
            8 => Command::Leave { conversation },
            _ => Command::Complete { conversation },
        };
        vec![Input::Command { by, command }]
    }

    /// What became of what somebody asked for.
    pub(crate) fn hears(&mut self, input: &Input, refused: Option<&Refusal>, now: Time) {
        if let (Input::Command { by, command: Command::Call { .. } }, Some(_)) = (input, refused) {
            self.calls_again(now, &by.clone());
        }
    }

    fn calls_again(&mut self, now: Time, who: &PersonId) {
        let Some(left) = self.calls_left.get_mut(who).filter(|left| **left > 0) else { return };
        *left -= 1;
        self.will_after(now, (300, 9000), Act::Calls(who.clone()));
    }

    /// What people do about what they see happen.
    pub(crate) fn sees(&mut self, world: &World, recorded: &Recorded) {
        let now = recorded.at;
        match &recorded.event {
            Event::ConversationStarted { conversation, customer, .. } => {
                let who = PersonId::Customer(customer.clone());
                self.will_after(now, (60, 1500), Act::GivesUp(who, *conversation));
            }
            Event::CandidateRung { conversation, candidate, .. } => {
                let who = PersonId::Agent(candidate.clone());
                match self.chance.below(20) {
                    0 | 3 => self.will_after(now, (1, 15), Act::Declines(who, *conversation)),
                    1 | 2 => {}
                    _ => self.will_after(now, (1, 18), Act::Answers(who, *conversation)),
                }
            }
            Event::OfferAccepted { conversation, agent, .. } => {
                let who = PersonId::Agent(agent.clone());
                let seats = world.conversation(*conversation).map_or(0, |c| c.participants.len());
                match seats {
                    3 => self.will_after(now, (5, 90), Act::Merges(who, *conversation)),
                    _ => self.will_after(now, (30, 900), Act::Decides(who, *conversation)),
                }
            }
            Event::OwnerChanged { conversation, owner } => {
                let who = PersonId::Agent(owner.clone());
                self.will_after(now, (30, 300), Act::Leaves(who, *conversation));
            }
            Event::ConversationEnded { conversation, .. } => {
                let call = world.conversation(*conversation);
                if let Some(who) = call.and_then(Conversation::customer_id) {
                    self.calls_again(now, &who);
                }
            }
            Event::StatusChanged { agent, status: Status::Away { reason }, .. }
                if *reason == AwayReason::Missed =>
            {
                self.will_after(now, (30, 120), Act::Present(agent.clone().into()));
            }
            _ => {}
        }
    }
}
