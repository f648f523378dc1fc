//! The directory in call control's terms.

use std::time::Duration;

use call_core::{Closed, Report, Settings, TeamPolicy, TeamSettings, WEEKDAYS};
use directory::{
    Agent, Delivery, Directory, Hours, OverflowThen, Ringing, Seconds, Span, Team, WhenClosed,
    WhenNobody,
};

/// Call control's settings with the teams of the directory in place of those that are there.
/// `wrap_up` is the server's own, for teams that say nothing.
pub(crate) fn settings(base: &Settings, directory: &Directory, wrap_up: Duration) -> Settings {
    let teams = directory.teams().map(|team| (team.id.clone(), settings_of(team, wrap_up)));
    Settings { teams: teams.collect(), ..base.clone() }
}

/// What call control is told of an agent who has changed.
pub(crate) fn report_of(agent: &Agent) -> Report {
    let right = |(team, rights): (&call_core::TeamId, &directory::Rights)| {
        let directory::Rights { answer, listen, manage } = *rights;
        (team.clone(), call_core::Rights { answer, listen, manage })
    };
    Report::AgentChanged {
        agent: agent.id.clone(),
        name: agent.name.to_string(),
        teams: agent.teams.iter().map(right).collect(),
    }
}

fn settings_of(team: &Team, wrap_up: Duration) -> TeamSettings {
    let default = TeamSettings::named(team.name.as_str());
    TeamSettings {
        policy: match &team.when_nobody {
            WhenNobody::Reject => TeamPolicy::Reject,
            WhenNobody::Wait => TeamPolicy::Wait,
            WhenNobody::Queue => TeamPolicy::Queue,
            WhenNobody::FallbackTeam(team) => TeamPolicy::FallbackTeam(team.clone()),
        },
        ringing: match team.ringing {
            Ringing::LongestIdle => call_core::Ringing::LongestIdle,
            Ringing::RoundRobin => call_core::Ringing::RoundRobin,
            Ringing::AllAtOnce => call_core::Ringing::AllAtOnce,
        },
        delivery: match team.delivery {
            Delivery::Push => call_core::Delivery::Push,
            Delivery::Pull => call_core::Delivery::Pull,
        },
        max_waiting: team.overflow.max_waiting.map(|waiting| waiting as usize),
        max_wait: team.overflow.max_wait.map(Seconds::duration),
        overflow: match &team.overflow.then {
            OverflowThen::Stay => call_core::Overflow::Stay,
            OverflowThen::Refuse => call_core::Overflow::Refuse,
            OverflowThen::Team(team) => call_core::Overflow::Team(team.clone()),
        },
        hours: team.hours.as_ref().map(hours_of),
        closed: match &team.when_closed {
            WhenClosed::Refuse => Closed::Refuse,
            WhenClosed::Queue => Closed::Queue,
            WhenClosed::Team(team) => Closed::Team(team.clone()),
        },
        typical_talk: team.typical_talk.map_or(default.typical_talk, Seconds::duration),
        wrap_up: team.wrap_up.map_or(wrap_up, Seconds::duration),
        ..default
    }
}

fn hours_of(hours: &Hours) -> call_core::Hours {
    const FIT: &str = "both read the same zones, dates and spans within a day";
    let days = hours.days();
    let written = |spans: &[Span]| spans.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut converted = call_core::Hours::in_zone(hours.zone().name()).expect(FIT);
    for (day, spans) in WEEKDAYS.iter().zip(&days.weekly) {
        for span in written(spans) {
            converted = converted.open_on(day, &span).expect(FIT);
        }
    }
    for (date, spans) in &days.exceptions {
        let spans = written(spans);
        let spans: Vec<&str> = spans.iter().map(String::as_str).collect();
        converted = converted.except_on(&date.to_string(), &spans).expect(FIT);
    }
    converted
}
