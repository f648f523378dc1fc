//! What an operator chooses while calls go on.

use std::time::Duration;

use call_core::{Delivery, Overflow, Ringing, Settings, TeamId, TeamPolicy, TeamSettings};
use serde::{Deserialize, Serialize};

use crate::generate::Bytes;
use crate::transition::TEAMS;

/// A team's settings, as numbers of the choices below, so that a day can be written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SettingsChange {
    pub(crate) team: TeamId,
    pub(crate) gone: bool,
    policy: usize,
    ringing: usize,
    pull: bool,
    max_waiting: Option<usize>,
    max_wait_ms: Option<u64>,
    overflow: usize,
    no_wrap_up: bool,
}

impl SettingsChange {
    pub(crate) fn new(bytes: &mut Bytes<'_>, team: &str) -> Self {
        Self {
            team: team.parse().expect("teams are ids"),
            gone: bytes.chance(3),
            policy: bytes.below(4),
            ringing: bytes.below(3),
            pull: bytes.chance(25),
            max_waiting: [None, None, Some(0), Some(1)][bytes.below(4)],
            max_wait_ms: [None, None, Some(40_000)][bytes.below(3)],
            overflow: bytes.below(3),
            no_wrap_up: bytes.chance(15),
        }
    }

    /// Changes the team, or takes it out of the settings.
    pub(crate) fn apply(&self, settings: &mut Settings) {
        if self.gone {
            settings.teams.remove(&self.team);
            return;
        }
        let is_first = self.team.as_str() == TEAMS[0];
        let other: TeamId = TEAMS[usize::from(is_first)].parse().expect("teams are ids");
        // One team falls back to the other, but not back again: that would be a circle.
        let fallback =
            if is_first { TeamPolicy::FallbackTeam(other.clone()) } else { TeamPolicy::Wait };
        let policies = [TeamPolicy::Reject, TeamPolicy::Wait, TeamPolicy::Queue, fallback];
        let ringing = [Ringing::LongestIdle, Ringing::RoundRobin, Ringing::AllAtOnce];
        let overflow = [Overflow::Stay, Overflow::Refuse, Overflow::Team(other)];
        let plain = TeamSettings::named(self.team.to_string());
        let team = TeamSettings {
            policy: policies[self.policy].clone(),
            ringing: ringing[self.ringing],
            delivery: if self.pull { Delivery::Pull } else { Delivery::Push },
            max_waiting: self.max_waiting,
            max_wait: self.max_wait_ms.map(Duration::from_millis),
            overflow: overflow[self.overflow].clone(),
            wrap_up: if self.no_wrap_up { Duration::ZERO } else { plain.wrap_up },
            ..plain
        };
        settings.teams.insert(self.team.clone(), team);
    }
}
