//! The alphabet: everything that can happen, mostly what makes sense, some of what does not.

use std::time::Duration;

use call_core::{
    AgentId, AwayReason, Command, ConversationId, Delivery, HoldWhen, OnFailure, Overflow,
    PersonId, Report, Rights, Ringing, Status, Target,
};

use crate::generate::Bytes;
use crate::supervision;
use crate::system::System;

pub(crate) const CUSTOMERS: [&str; 3] = ["customer:x", "customer:y", "customer:z"];
pub(crate) const AGENTS: [&str; 4] = ["agent:a", "agent:b", "agent:c", "agent:d"];
pub(crate) const TEAMS: [&str; 2] = ["t", "u"];

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum Transition {
    Command {
        by: PersonId,
        command: Command,
    },
    Report(Report),
    /// Time passes; deadlines on the way fire at their moments.
    Advance(Duration),
    /// Time passes until the next deadline has fired.
    ToDeadline,
    /// Time passes until a millisecond before the next deadline.
    ToJustBefore,
    /// The driver is late: time passes, and what was due fires with this report only.
    Late(Duration, Report),
    /// The operator changes a team.
    Settings(SettingsChange),
    /// The node dies; another folds the journal after a while, and is told so.
    NodeLost(Duration),
}

/// What an operator chooses about a team.
#[derive(Debug, Clone)]
pub(crate) struct SettingsChange {
    pub(crate) team: &'static str,
    pub(crate) gone: bool,
    pub(crate) ringing: Ringing,
    pub(crate) delivery: Delivery,
    pub(crate) max_waiting: Option<usize>,
    pub(crate) max_wait: Option<Duration>,
    pub(crate) overflow: Overflow,
}

impl SettingsChange {
    pub(crate) fn new(bytes: &mut Bytes<'_>, team: &'static str) -> Self {
        let other = if team == TEAMS[0] { TEAMS[1] } else { TEAMS[0] };
        let other = other.parse().expect("teams are ids");
        let ringing = [Ringing::LongestIdle, Ringing::RoundRobin, Ringing::AllAtOnce];
        let overflow = [Overflow::Stay, Overflow::Refuse, Overflow::Team(other)];
        Self {
            team,
            gone: bytes.chance(5),
            ringing: ringing[bytes.below(3)],
            delivery: if bytes.chance(25) { Delivery::Pull } else { Delivery::Push },
            max_waiting: [None, None, Some(0), Some(1)][bytes.below(4)],
            max_wait: [None, None, Some(Duration::from_secs(40))][bytes.below(3)],
            overflow: overflow[bytes.below(3)].clone(),
        }
    }
}

pub(crate) fn any(bytes: &mut Bytes<'_>, names: &[&str]) -> PersonId {
    let name = bytes.pick(names).expect("there are people");
    name.parse().expect("names of people are ids")
}

pub(crate) fn agent(bytes: &mut Bytes<'_>) -> AgentId {
    any(bytes, &AGENTS).as_agent().expect("agents are agents").clone()
}

fn anybody(bytes: &mut Bytes<'_>) -> PersonId {
    if bytes.chance(30) { any(bytes, &CUSTOMERS) } else { any(bytes, &AGENTS) }
}

pub(crate) fn next(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    match bytes.below(if bytes.is_whole() { 140 } else { 100 }) {
        0..=9 => session(bytes),
        10..=19 => leg(bytes),
        20..=24 => call(bytes),
        25..=36 => answer(bytes, system),
        37..=67 => in_conversation(bytes, system),
        68..=75 => desk(bytes),
        76..=81 => Transition::Advance(Duration::from_millis(bytes.byte().into()) * 100),
        82..=95 => Transition::ToDeadline,
        96 => Transition::ToJustBefore,
        97 => late(bytes),
        98 => Transition::Command { by: anybody(bytes), command: nonsense(bytes) },
        99 => Transition::NodeLost(Duration::from_millis(bytes.byte().into()) * 200),
        100..=105 => fetch(bytes),
        106..=110 => to_a_queue(bytes, system),
        111 | 112 => {
            let by = any(bytes, &AGENTS);
            let Some(agent) = any(bytes, &AGENTS).as_agent().cloned() else { return fetch(bytes) };
            Transition::Command { by, command: Command::CallAgent { agent } }
        }
        113 => directory(bytes),
        114 => urgent(bytes),
        115 => {
            let team = TEAMS[bytes.below(2)];
            Transition::Settings(SettingsChange::new(bytes, team))
        }
        _ => supervision::next(bytes, system),
    }
}

/// An agent fetches the next.
fn fetch(bytes: &mut Bytes<'_>) -> Transition {
    let by = any(bytes, &AGENTS);
    let team = [None, Some(TEAMS[0]), Some(TEAMS[1])][bytes.below(3)];
    let team = team.map(|team| team.parse().expect("teams are ids"));
    Transition::Command { by, command: Command::GetNext { team } }
}

/// Somebody in a conversation sends it to a queue.
fn to_a_queue(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let calls: Vec<_> = system.world.conversations().filter(|call| call.is_live()).collect();
    let Some(one) = bytes.pick(&calls) else { return call(bytes) };
    let agents: Vec<_> = one.agents_in().cloned().collect();
    let Some(by) = bytes.pick(&agents).cloned() else { return fetch(bytes) };
    let (conversation, note) = (one.id, None);
    let target = Target::Queue(TEAMS[bytes.below(2)].parse().expect("teams are ids"));
    let (hold, on_failure) = (HoldWhen::OnAnswer, OnFailure::Resume);
    let command = if bytes.chance(40) {
        Command::Transfer { conversation, target, note }
    } else {
        Command::Invite { conversation, target, hold, on_failure, note }
    };
    Transition::Command { by: by.into(), command }
}

/// The directory changes or loses an agent.
fn directory(bytes: &mut Bytes<'_>) -> Transition {
    let person = any(bytes, &AGENTS);
    let agent = person.as_agent().expect("agents are agents").clone();
    if bytes.chance(30) {
        return Transition::Report(Report::AgentRemoved { agent });
    }
    let team = TEAMS[bytes.below(2)].parse().expect("teams are ids");
    let rights = [Rights::ANSWER, Rights::MANAGE, Rights { listen: true, ..Rights::default() }];
    let teams = [(team, rights[bytes.below(3)])].into();
    Transition::Report(Report::AgentChanged { agent, name: "changed".to_owned(), teams })
}

/// A customer of some priority says hello.
fn urgent(bytes: &mut Bytes<'_>) -> Transition {
    let person = any(bytes, &CUSTOMERS);
    let (name, priority) = (person.to_string(), bytes.byte() % 3);
    let teams = Rights::answering([]);
    Transition::Report(Report::SessionOpened { person, name, teams, priority })
}

fn session(bytes: &mut Bytes<'_>) -> Transition {
    let person = anybody(bytes);
    if bytes.chance(20) {
        return Transition::Report(Report::SessionClosed { person });
    }
    let teams = match bytes.below(4) {
        0 => vec![],
        1 => vec![TEAMS[1]],
        2 => vec![TEAMS[0]],
        _ => TEAMS.to_vec(),
    };
    let teams = teams.into_iter().map(|team| team.parse().expect("teams are ids"));
    let name = person.to_string();
    let mut teams = Rights::answering(teams);
    if bytes.is_whole() && bytes.chance(50) {
        let rights = supervision::rights(bytes);
        for one in teams.values_mut() {
            *one = rights;
        }
    }
    Transition::Report(Report::opened(person, name, teams))
}

fn leg(bytes: &mut Bytes<'_>) -> Transition {
    let person = anybody(bytes);
    Transition::Report(if bytes.chance(35) {
        Report::LegLost { person }
    } else {
        Report::LegUp { person }
    })
}

/// Whoever comes back late finds its grace over.
fn late(bytes: &mut Bytes<'_>) -> Transition {
    let span = Duration::from_millis(bytes.byte().into()) * 300;
    let person = anybody(bytes);
    let (name, who) = (person.to_string(), person.clone());
    let opened = Report::opened(person, name, Rights::answering([]));
    Transition::Late(span, if bytes.chance(50) { Report::LegUp { person: who } } else { opened })
}

fn call(bytes: &mut Bytes<'_>) -> Transition {
    let by = any(bytes, &CUSTOMERS);
    let team = bytes.pick(&TEAMS).expect("there are teams");
    let team = team.parse().expect("teams are ids");
    Transition::Command { by, command: Command::Call { team } }
}

/// Whoever is rung answers, mostly with yes.
fn answer(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let rung: Vec<_> = system
        .world
        .conversations()
        .flat_map(|call| call.candidates().map(|agent| (call.id, agent.clone())))
        .collect();
    let Some((conversation, agent)) = bytes.pick(&rung).cloned() else { return call(bytes) };
    let command = match bytes.below(10) {
        0 | 1 => Command::Decline { conversation, text: None },
        _ => Command::Accept { conversation },
    };
    Transition::Command { by: agent.into(), command }
}

/// Somebody in a conversation asks for something, mostly an agent.
fn in_conversation(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let calls: Vec<_> = system.world.conversations().filter(|call| call.is_live()).collect();
    let Some(one) = bytes.pick(&calls) else { return call(bytes) };
    let people: Vec<_> = one.participants.keys().cloned().collect();
    let agents: Vec<_> = people.iter().filter(|who| who.as_agent().is_some()).cloned().collect();
    let who = if bytes.chance(90) && !agents.is_empty() { &agents } else { &people };
    let by = bytes.pick(who).cloned().unwrap_or_else(|| anybody(bytes));
    let other = bytes.pick(&people).cloned().unwrap_or_else(|| anybody(bytes));
    Transition::Command { by, command: about(bytes, one.id, other) }
}

fn about(bytes: &mut Bytes<'_>, conversation: ConversationId, participant: PersonId) -> Command {
    match bytes.below(26) {
        0..=6 => invite(bytes, conversation),
        7 | 24 | 25 => Command::Transfer { conversation, target: target(bytes), note: None },
        8 => Command::Cancel { conversation },
        9..=11 => Command::Hold { conversation, participant },
        12 | 13 => Command::Resume { conversation, participant },
        14 | 15 => Command::Swap { conversation },
        16 | 17 => Command::Merge { conversation },
        18 => Command::Mute { conversation, muted: true },
        19 => Command::Mute { conversation, muted: false },
        20 => Command::Complete { conversation },
        21 | 22 => Command::Leave { conversation },
        _ => Command::Remove { conversation, participant },
    }
}

fn invite(bytes: &mut Bytes<'_>, conversation: ConversationId) -> Command {
    let hold = [HoldWhen::OnAnswer, HoldWhen::Now, HoldWhen::Never][bytes.below(3)];
    let on_failure = [OnFailure::Resume, OnFailure::StayHeld][bytes.below(2)];
    Command::Invite { conversation, target: target(bytes), hold, on_failure, note: None }
}

pub(crate) fn target(bytes: &mut Bytes<'_>) -> Target {
    if bytes.chance(35) {
        return Target::Team(TEAMS[bytes.below(2)].parse().expect("teams are ids"));
    }
    let person = any(bytes, &AGENTS);
    Target::Agent(person.as_agent().expect("agents are agents").clone())
}

fn desk(bytes: &mut Bytes<'_>) -> Transition {
    let by = any(bytes, &AGENTS);
    let command = match bytes.below(8) {
        0 => Command::SetStatus { status: Status::Away { reason: AwayReason::Break } },
        1 => Command::ExtendWrapUp,
        2..=4 => Command::FinishWrapUp,
        _ => Command::SetStatus { status: Status::Present },
    };
    Transition::Command { by, command }
}

/// What nobody with a page of ours would send.
fn nonsense(bytes: &mut Bytes<'_>) -> Command {
    let conversation = ConversationId(bytes.byte().into());
    match bytes.below(5) {
        0 => Command::SetStatus { status: Status::Away { reason: AwayReason::Missed } },
        1 => Command::Call { team: "nowhere".parse().expect("an id") },
        2 => Command::Accept { conversation },
        3 => Command::Decline { conversation, text: Some("x".repeat(600)) },
        _ => {
            let other = anybody(bytes);
            about(bytes, conversation, other)
        }
    }
}
