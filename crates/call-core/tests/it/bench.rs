//! The bench: a world, a clock, and verbs in the words of the house.

use std::time::Duration;

use call_core::{
    Command, ConversationId, HoldWhen, Input, Medium, Notice, OnFailure, PersonId, Recorded,
    Refusal, Report, Rights, Settings, Status, Target, TeamPolicy, TeamSettings, Time, World,
    decide, next_deadline, notices,
};

pub(crate) const ALICE: &str = "customer:alice";
pub(crate) const ZOE: &str = "customer:zoe";
pub(crate) const BOB: &str = "agent:bob";
pub(crate) const CAROL: &str = "agent:carol";
pub(crate) const DAVE: &str = "agent:dave";
pub(crate) const SUPPORT: &str = "support";
pub(crate) const BILLING: &str = "billing";

/// No story lets one step fire more deadlines than this: more is a livelock.
const MAX_DEADLINES: usize = 1000;

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn person(name: &str) -> PersonId {
    name.parse().unwrap()
}

pub(crate) fn team(name: &str) -> Target {
    Target::Team(name.parse().unwrap())
}

pub(crate) fn agent(name: &str) -> Target {
    Target::Agent(person(name).as_agent().unwrap().clone())
}

/// A piece of a story.
pub(crate) type Scene = fn(&mut Bench);

#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) settings: Settings,
    pub(crate) now: Time,
    pub(crate) events: Vec<Recorded>,
    pub(crate) news: Vec<(PersonId, Notice)>,
    /// The conversation the story is about: the first one, unless it says otherwise.
    pub(crate) conversation: ConversationId,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let mut settings = Settings::default();
        for name in [SUPPORT, BILLING] {
            settings.teams.insert(name.parse().unwrap(), TeamSettings::named(name));
        }
        settings.check().unwrap();
        Self {
            world: World::new(),
            settings,
            now: Time(1_000_000),
            events: Vec::new(),
            news: Vec::new(),
            conversation: ConversationId(1),
        }
    }

    /// Bob of support and Carol of billing are here, Alice has called and Bob has answered.
    pub(crate) fn connected() -> Self {
        let mut bench = Self::new();
        bench.signs_in(BOB, &[SUPPORT]);
        bench.signs_in(CAROL, &[BILLING]);
        bench.calls(ALICE, SUPPORT);
        bench.accepts(BOB);
        bench
    }

    /// As `connected`, and Bob has invited Carol.
    pub(crate) fn ringing() -> Self {
        let mut bench = Self::connected();
        bench.invites(BOB, agent(CAROL));
        bench
    }

    /// As `ringing`, and Carol has accepted: Alice is on hold.
    pub(crate) fn consult() -> Self {
        let mut bench = Self::ringing();
        bench.accepts(CAROL);
        bench
    }

    /// As `consult`, merged.
    pub(crate) fn three_way() -> Self {
        let mut bench = Self::consult();
        bench.merges(BOB);
        bench
    }

    /// As `ringing`, and Bob has left.
    pub(crate) fn handed_over() -> Self {
        let mut bench = Self::ringing();
        bench.leaves(BOB);
        bench
    }

    pub(crate) fn policy(&mut self, name: &str, policy: TeamPolicy) {
        self.settings.teams.get_mut(name).unwrap().policy = policy;
        self.settings.check().unwrap();
    }

    /// Changes a team's settings, also while things go on.
    pub(crate) fn chooses(&mut self, name: &str, choose: impl FnOnce(&mut TeamSettings)) {
        choose(self.settings.teams.get_mut(name).unwrap());
        self.settings.check().unwrap();
        self.input(&Input::Deadline).expect("deadlines are never refused");
    }

    // --- what happens ---

    pub(crate) fn input(&mut self, input: &Input) -> Result<(), Refusal> {
        let before = self.world.clone();
        let events = decide(&self.world, &self.settings, input, self.now)?;
        assert_eq!(self.world, before, "deciding changes nothing");
        for event in events {
            let recorded = Recorded { at: self.now, event };
            self.world.apply(&recorded);
            self.news.extend(notices(&self.world, &recorded));
            self.events.push(recorded);
        }
        if let Some((at, reason)) = next_deadline(&self.world, &self.settings) {
            assert!(at > self.now, "{reason:?} lies in the past");
        }
        Ok(())
    }

    pub(crate) fn asks(&mut self, by: &str, command: Command) -> Result<(), Refusal> {
        self.input(&Input::Command { by: person(by), command })
    }

    pub(crate) fn does(&mut self, by: &str, command: Command) {
        let asked = command.clone();
        self.asks(by, command).unwrap_or_else(|why| panic!("{by} may not {asked:?}: {why}"));
    }

    pub(crate) fn refused(&mut self, by: &str, command: Command) -> Refusal {
        let before = self.world.clone();
        let refusal = self.asks(by, command).expect_err("this is to be refused");
        assert_eq!(self.world, before);
        refusal
    }

    pub(crate) fn report(&mut self, report: Report) {
        self.input(&Input::Report(report)).expect("reports are never refused");
    }

    /// Lets time pass, firing every deadline on the way at its moment.
    pub(crate) fn after(&mut self, span: Duration) {
        let end = self.now + span;
        for _ in 0..MAX_DEADLINES {
            let Some((at, _)) = next_deadline(&self.world, &self.settings) else { break };
            if at > end {
                break;
            }
            self.now = at;
            self.input(&Input::Deadline).expect("deadlines are never refused");
        }
        self.now = end;
        let next = next_deadline(&self.world, &self.settings);
        assert!(next.is_none_or(|(at, _)| at > end), "livelock: {next:?}");
    }

    /// The last moment before `span` is over.
    pub(crate) fn just_before(&mut self, span: Duration) {
        self.after(span.checked_sub(Duration::from_millis(1)).unwrap());
    }

    pub(crate) fn a_moment(&mut self) {
        self.after(Duration::from_millis(1));
    }

    pub(crate) fn opens(&mut self, who: &str, teams: &[&str]) {
        let teams = Rights::answering(teams.iter().map(|name| name.parse().unwrap()));
        let name = who.split(':').next_back().unwrap().to_uppercase();
        self.report(Report::opened(person(who), name, teams));
    }

    pub(crate) fn closes(&mut self, who: &str) {
        self.report(Report::SessionClosed { person: person(who) });
    }

    pub(crate) fn leg_up(&mut self, who: &str) {
        self.report(Report::LegUp { person: person(who) });
    }

    pub(crate) fn loses(&mut self, who: &str) {
        self.report(Report::LegLost { person: person(who) });
    }

    /// The browser is killed: page and leg are gone.
    pub(crate) fn crashes(&mut self, who: &str) {
        self.closes(who);
        self.loses(who);
    }

    /// Signs in with a leg; one moment after whoever signed in before.
    pub(crate) fn signs_in(&mut self, who: &str, teams: &[&str]) {
        self.a_moment();
        self.opens(who, teams);
        self.leg_up(who);
    }

    pub(crate) fn calls(&mut self, who: &str, name: &str) -> ConversationId {
        self.opens(who, &[]);
        self.calls_again(who, name)
    }

    /// Calls as somebody of this priority.
    pub(crate) fn calls_urgently(&mut self, who: &str, name: &str, priority: u8) -> ConversationId {
        let (person, shown) = (person(who), who.to_owned());
        let teams = Rights::answering([]);
        self.report(Report::SessionOpened { person, name: shown, teams, priority });
        self.calls_again(who, name)
    }

    fn calls_again(&mut self, who: &str, name: &str) -> ConversationId {
        self.leg_up(who);
        let id = self.world.next_conversation();
        self.does(who, Command::Call { team: name.parse().unwrap(), medium: Medium::Voice });
        id
    }

    pub(crate) fn restarts(&mut self) {
        self.report(Report::ServerRestarted);
    }

    // --- what people do ---

    /// What somebody has to do with first: calls before chats.
    pub(crate) fn busy_with(&self, who: &str) -> Option<ConversationId> {
        self.world.conversations_of(&person(who)).first().copied()
    }

    fn rings_at(&self, who: &str) -> ConversationId {
        let rung = self.busy_with(who);
        rung.unwrap_or_else(|| panic!("nothing rings at {who}"))
    }

    pub(crate) fn accepts(&mut self, who: &str) {
        let conversation = self.rings_at(who);
        self.does(who, Command::Accept { conversation });
    }

    pub(crate) fn declines(&mut self, who: &str, text: &str) {
        let conversation = self.rings_at(who);
        let text = Some(text.to_owned());
        self.does(who, Command::Decline { conversation, text });
    }

    pub(crate) fn invite(&self, target: Target, hold: HoldWhen, on_failure: OnFailure) -> Command {
        let note = Some("about the bill".to_owned());
        Command::Invite { conversation: self.conversation, target, hold, on_failure, note }
    }

    pub(crate) fn invites(&mut self, who: &str, target: Target) {
        let command = self.invite(target, HoldWhen::OnAnswer, OnFailure::Resume);
        self.does(who, command);
    }

    pub(crate) fn invites_with(&mut self, who: &str, target: Target, how: (HoldWhen, OnFailure)) {
        let command = self.invite(target, how.0, how.1);
        self.does(who, command);
    }

    pub(crate) fn transfers(&mut self, who: &str, target: Target) {
        let conversation = self.conversation;
        self.does(who, Command::Transfer { conversation, target, note: None });
    }

    pub(crate) fn cancels(&mut self, who: &str) {
        self.does(who, Command::Cancel { conversation: self.conversation });
    }

    pub(crate) fn holds(&mut self, who: &str, other: &str) {
        let conversation = self.conversation;
        self.does(who, Command::Hold { conversation, participant: person(other) });
    }

    pub(crate) fn resumes(&mut self, who: &str, other: &str) {
        let conversation = self.conversation;
        self.does(who, Command::Resume { conversation, participant: person(other) });
    }

    pub(crate) fn swaps(&mut self, who: &str) {
        self.does(who, Command::Swap { conversation: self.conversation });
    }

    pub(crate) fn merges(&mut self, who: &str) {
        self.does(who, Command::Merge { conversation: self.conversation });
    }

    pub(crate) fn mutes(&mut self, who: &str, muted: bool) {
        self.does(who, Command::Mute { conversation: self.conversation, muted });
    }

    pub(crate) fn completes(&mut self, who: &str) {
        self.does(who, Command::Complete { conversation: self.conversation });
    }

    pub(crate) fn leaves(&mut self, who: &str) {
        self.does(who, Command::Leave { conversation: self.conversation });
    }

    pub(crate) fn removes(&mut self, who: &str, other: &str) {
        let conversation = self.conversation;
        self.does(who, Command::Remove { conversation, participant: person(other) });
    }

    pub(crate) fn sets(&mut self, who: &str, status: Status) {
        self.does(who, Command::SetStatus { status, medium: None });
    }
}
