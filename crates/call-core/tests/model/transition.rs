//! The alphabet: everything that can happen, mostly what makes sense, some of what does not.

use std::time::Duration;

use call_core::{
    AgentId, AwayReason, Command, Conversation, ConversationId, HoldWhen, Medium, OnFailure,
    PersonId, Report, Rights, Status, Target,
};
use serde::{Deserialize, Serialize};

use crate::generate::Bytes;
use crate::operator::SettingsChange;
use crate::races;
use crate::supervision;
use crate::system::System;
use crate::writing;

pub(crate) const CUSTOMERS: [&str; 3] = ["customer:x", "customer:y", "customer:z"];
pub(crate) const AGENTS: [&str; 5] = ["agent:a", "agent:b", "agent:c", "agent:d", "agent:e"];
pub(crate) const TEAMS: [&str; 2] = ["t", "u"];

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// The driver is late: time passes, and what was due fires with this act only.
    Late(Duration, Box<Self>),
    /// Two acts at the same instant: the day goes on as written, and is tried the other way round.
    Race(Box<[Self; 2]>),
    /// What if the node died here? The day itself goes on as if it had not.
    IfNodeWereLost(Duration),
    /// Whoever is away comes back to the desk or the page.
    AllBack,
    /// The operator changes a team.
    Settings(SettingsChange),
    /// The node dies; another folds the journal after a while, and is told so.
    NodeLost(Duration),
}

impl Transition {
    /// Only what somebody does or the server sees: in place of all else, somebody's leg is up.
    pub(crate) fn or_hello(self, bytes: &mut Bytes<'_>) -> Self {
        match self {
            Self::Command { .. } | Self::Report(_) => self,
            _ => Self::Report(Report::LegUp { person: anybody(bytes) }),
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

pub(crate) fn medium(bytes: &mut Bytes<'_>) -> Medium {
    Medium::ALL[bytes.below(2)]
}

/// How a day begins: with the operator's choices, and mostly with everybody at their desk.
pub(crate) fn opening(bytes: &mut Bytes<'_>) -> Vec<Transition> {
    let settings = TEAMS.iter().map(|team| Transition::Settings(SettingsChange::new(bytes, team)));
    let mut opening: Vec<_> = settings.collect();
    if !bytes.chance(80) {
        return opening;
    }
    let teams: Vec<_> = TEAMS.iter().map(|team| team.parse().expect("an id")).collect();
    for (index, name) in AGENTS.iter().chain(&CUSTOMERS).enumerate() {
        let person: PersonId = name.parse().expect("names of people are ids");
        let mut teams = Rights::answering(teams.iter().skip(index % 3 / 2).cloned());
        if person.as_agent().is_some() && bytes.chance(40) {
            for one in teams.values_mut() {
                *one = Rights::MANAGE;
            }
        }
        opening.push(Transition::Report(Report::opened(person.clone(), *name, teams)));
        opening.push(Transition::Report(Report::LegUp { person }));
        opening.push(Transition::Advance(Duration::from_millis(1)));
    }
    opening
}

/// A command or a report, whatever it is about.
pub(crate) fn next_act(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let found = match bytes.below(5) {
        0 => session(bytes),
        1 => leg(bytes, system),
        2 => answer(bytes, system),
        3 => directory(bytes),
        _ => in_conversation(bytes, system),
    };
    found.or_hello(bytes)
}

pub(crate) fn next(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    // With hardly anybody there, hardly anything could happen for long.
    if absent(system).len() > 3 && bytes.chance(25) {
        return Transition::AllBack;
    }
    match bytes.below(200) {
        0..=3 => session(bytes),
        4..=12 => leg(bytes, system),
        13..=24 | 165..=167 => call(bytes, system),
        25..=36 => answer(bytes, system),
        37..=67 => in_conversation(bytes, system),
        68..=75 => desk(bytes),
        76..=81 => Transition::Advance(Duration::from_millis(bytes.byte().into()) * 100),
        82..=95 => Transition::ToDeadline,
        96 => Transition::ToJustBefore,
        97 => late(bytes, system),
        98 => Transition::Command { by: anybody(bytes), command: nonsense(bytes) },
        99 => Transition::NodeLost(Duration::from_millis(bytes.byte().into()) * 200),
        100..=103 => fetch(bytes),
        104 | 105 => Transition::AllBack,
        106..=110 => to_a_queue(bytes, system),
        111 | 112 | 168..=171 => {
            let (by, medium) = (any(bytes, &AGENTS), medium(bytes));
            let Some(agent) = any(bytes, &AGENTS).as_agent().cloned() else { return fetch(bytes) };
            Transition::Command { by, command: Command::CallAgent { agent, medium } }
        }
        113 => directory(bytes),
        114 => urgent(bytes),
        115 => {
            let team = TEAMS[bytes.below(2)];
            Transition::Settings(SettingsChange::new(bytes, team))
        }
        116..=123 => races::next(bytes, system),
        124 | 125 => Transition::IfNodeWereLost(Duration::from_millis(bytes.byte().into()) * 200),
        126..=145 => writing::next(bytes, system),
        146..=161 => in_chat(bytes, system),
        162..=164 => writing::back(bytes, system),
        _ => supervision::next(bytes, system),
    }
}

/// An agent fetches the next.
fn fetch(bytes: &mut Bytes<'_>) -> Transition {
    let by = any(bytes, &AGENTS);
    let team = [None, Some(TEAMS[0]), Some(TEAMS[1])][bytes.below(3)];
    let team = team.map(|team| team.parse().expect("teams are ids"));
    Transition::Command { by, command: Command::GetNext { team, medium: medium(bytes) } }
}

/// Somebody in a conversation sends it to a queue.
fn to_a_queue(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let calls: Vec<_> = system.world.conversations().filter(|call| call.is_live()).collect();
    let Some(one) = bytes.pick(&calls) else { return call(bytes, system) };
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
    if bytes.chance(60) {
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
    if bytes.chance(30) {
        return Transition::Report(Report::SessionClosed { person });
    }
    let teams = match bytes.below(12) {
        0 => vec![],
        1 => vec![TEAMS[1]],
        2 => vec![TEAMS[0]],
        _ => TEAMS.to_vec(),
    };
    let teams = teams.into_iter().map(|team| team.parse().expect("teams are ids"));
    let name = person.to_string();
    let mut teams = Rights::answering(teams);
    if bytes.chance(40) {
        let rights = supervision::rights(bytes);
        for one in teams.values_mut() {
            *one = rights;
        }
    }
    Transition::Report(Report::opened(person, name, teams))
}

/// Whose leg is not there.
fn absent(system: &System) -> Vec<PersonId> {
    let people = AGENTS.iter().chain(&CUSTOMERS).map(|name| name.parse().expect("an id"));
    let has_leg = |person: &PersonId| match person {
        PersonId::Agent(id) => system.world.agent(id).is_some_and(|agent| agent.leg),
        PersonId::Customer(id) => system.world.customer(id).is_some_and(|customer| customer.leg),
    };
    people.filter(|person| !has_leg(person)).collect()
}

/// Mostly, whoever is lost comes back before the next is lost.
fn leg(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let rung: Vec<_> = system.world.conversations().flat_map(Conversation::candidates).collect();
    if let Some(candidate) = bytes.pick(&rung).filter(|_| bytes.chance(30)) {
        return Transition::Report(Report::LegLost { person: (*candidate).clone().into() });
    }
    let absent = absent(system);
    if let Some(person) = bytes.pick(&absent).filter(|_| bytes.chance(75)).cloned() {
        return Transition::Report(Report::LegUp { person });
    }
    let person = anybody(bytes);
    let lost = bytes.chance(70);
    Transition::Report(if lost { Report::LegLost { person } } else { Report::LegUp { person } })
}

/// Whoever comes or answers late finds its time over.
fn late(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let span = Duration::from_millis(bytes.byte().into()) * 300;
    let person = anybody(bytes);
    let what = match bytes.below(4) {
        0 => Transition::Report(Report::LegUp { person }),
        1 => {
            let name = person.to_string();
            Transition::Report(Report::opened(person, name, Rights::answering([])))
        }
        2 => answer(bytes, system),
        _ => in_conversation(bytes, system),
    };
    Transition::Late(span, Box::new(what.or_hello(bytes)))
}

/// A customer calls, mostly one who is there and in no call.
fn call(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let by = any(bytes, &CUSTOMERS);
    let customer = by.as_customer().and_then(|id| system.world.customer(id));
    if customer.is_none_or(|customer| !customer.session) && bytes.chance(80) {
        let name = by.to_string();
        return Transition::Report(Report::opened(by, name, Rights::answering([])));
    }
    let medium = medium(bytes);
    if customer.is_some_and(|one| one.seats.contains_key(&medium)) && bytes.chance(90) {
        return if bytes.chance(50) { desk(bytes) } else { Transition::ToDeadline };
    }
    let team = bytes.pick(&TEAMS).expect("there are teams");
    let team = team.parse().expect("teams are ids");
    Transition::Command { by, command: Command::Call { team, medium } }
}

/// Whoever is rung answers, mostly with yes.
fn answer(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let rung: Vec<_> = system
        .world
        .conversations()
        .flat_map(|call| call.candidates().map(|agent| (call.id, agent.clone())))
        .collect();
    let Some((conversation, agent)) = bytes.pick(&rung).cloned() else {
        return call(bytes, system);
    };
    let command = match bytes.below(20) {
        0..=3 => Command::Decline { conversation, text: None },
        4 => Command::Decline { conversation, text: Some("x".repeat(501)) },
        _ => Command::Accept { conversation },
    };
    Transition::Command { by: agent.into(), command }
}

/// Somebody in a conversation asks for something, mostly an agent.
fn in_conversation(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let calls: Vec<_> = system.world.conversations().filter(|call| call.is_live()).collect();
    let Some(one) = bytes.pick(&calls) else { return call(bytes, system) };
    let people: Vec<_> = one.participants.keys().cloned().collect();
    let agents: Vec<_> = people.iter().filter(|who| who.as_agent().is_some()).cloned().collect();
    let who = if bytes.chance(90) && !agents.is_empty() { &agents } else { &people };
    let by = bytes.pick(who).cloned().unwrap_or_else(|| anybody(bytes));
    let other = bytes.pick(&people).cloned().unwrap_or_else(|| anybody(bytes));
    let command = match one.medium {
        Medium::Voice => about(bytes, one.id, other),
        Medium::Chat => writing::about(bytes, one.id, other),
    };
    Transition::Command { by, command }
}

/// An agent in a chat does something about it, mostly one that goes on.
fn in_chat(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let chats = system.world.conversations().filter(|one| one.medium == Medium::Chat);
    let live: Vec<_> = chats.filter(|one| one.is_live()).collect();
    let Some(one) = bytes.pick(&live) else { return call(bytes, system) };
    let agents: Vec<_> = one.agents_in().cloned().collect();
    let Some(by) = bytes.pick(&agents).cloned() else { return answer(bytes, system) };
    let people: Vec<_> = one.participants.keys().cloned().collect();
    let other = bytes.pick(&people).cloned().unwrap_or_else(|| anybody(bytes));
    Transition::Command { by: by.into(), command: writing::about(bytes, one.id, other) }
}

fn about(bytes: &mut Bytes<'_>, conversation: ConversationId, participant: PersonId) -> Command {
    match bytes.below(27) {
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
        26 => Command::Raise { conversation },
        21 | 22 => Command::Leave { conversation },
        _ => Command::Remove { conversation, participant },
    }
}

pub(crate) fn invite(bytes: &mut Bytes<'_>, conversation: ConversationId) -> Command {
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
    let medium = [None, Some(Medium::Voice), Some(Medium::Chat)][bytes.below(3)];
    let command = match bytes.below(8) {
        0 => {
            let status = Status::Away { reason: AwayReason::Break };
            Command::SetStatus { status, medium }
        }
        1 => Command::ExtendWrapUp,
        2..=4 => Command::FinishWrapUp,
        _ => Command::SetStatus { status: Status::Present, medium },
    };
    Transition::Command { by, command }
}

/// What nobody with a page of ours would send.
fn nonsense(bytes: &mut Bytes<'_>) -> Command {
    let conversation = ConversationId(bytes.byte().into());
    match bytes.below(5) {
        0 => {
            let status = Status::Away { reason: AwayReason::Missed };
            Command::SetStatus { status, medium: None }
        }
        1 => {
            let team = "nowhere".parse().expect("an id");
            Command::Call { team, medium: medium(bytes) }
        }
        2 => Command::Accept { conversation },
        3 => Command::Decline { conversation, text: Some("x".repeat(600)) },
        _ => {
            let other = anybody(bytes);
            about(bytes, conversation, other)
        }
    }
}
