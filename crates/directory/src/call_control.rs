//! The directory in call control's terms.

use std::time::Duration;

use call_core::{ChannelSettings, Closed, Report, Settings, TeamPolicy, TeamSettings};

use crate::directory::Directory;
use crate::noun::{
    Agent, Channel, Delivery, OverflowThen, Rights, Ringing, Seconds, Team, Texts, WhenClosed,
    WhenNobody,
};

/// Call control's settings with the teams and channels of the directory in place of those that are
/// there; `wrap_up` is the server's own, for teams that say nothing.
pub fn settings(base: &Settings, directory: &Directory, wrap_up: Duration) -> Settings {
    let teams = directory.teams().map(|team| (team.id.clone(), settings_of(team, wrap_up)));
    let channels = directory.channels().map(|channel| (channel.id.clone(), entrance(channel)));
    Settings { teams: teams.collect(), channels: channels.collect(), ..base.clone() }
}

/// What call control is told of an agent who has changed.
pub fn report_of(agent: &Agent) -> Report {
    let right = |(team, rights): (&call_core::TeamId, &Rights)| {
        let Rights { answer, listen, manage } = *rights;
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
        name: default.name,
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
        hours: team.hours.clone(),
        closed: closed(&team.when_closed),
        typical_talk: team.typical_talk.map_or(default.typical_talk, Seconds::duration),
        wrap_up: team.wrap_up.map_or(wrap_up, Seconds::duration),
        priority: team.priority,
        waiting_text: waiting(&team.texts),
    }
}

fn entrance(channel: &Channel) -> ChannelSettings {
    ChannelSettings {
        enabled: channel.enabled,
        medium: channel.medium,
        team: channel.team.clone(),
        priority: channel.priority,
        hours: channel.hours.clone(),
        closed: channel.when_closed.as_ref().map(closed),
        waiting_text: waiting(&channel.texts),
    }
}

fn waiting(texts: &Texts) -> Option<String> {
    texts.waiting.as_ref().map(|text| text.as_str().to_owned())
}

fn closed(when: &WhenClosed) -> Closed {
    match when {
        WhenClosed::Refuse => Closed::Refuse,
        WhenClosed::Queue => Closed::Queue,
        WhenClosed::Team(team) => Closed::Team(team.clone()),
    }
}
