//! All the numbers and choices of call control, with their defaults.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::agent::CHATS;
use crate::conversation::Medium;
use crate::hours::Hours;
use crate::id::{ChannelId, TeamId};

/// What an invitation to a team does when nobody of it can be rung.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TeamPolicy {
    /// It is refused.
    #[default]
    Reject,
    /// It stays open for its whole time and rings whoever frees up.
    Wait,
    /// As `Wait`; and once its initiator has left, the conversation waits in the team's queue.
    Queue,
    /// Another team is invited in its place.
    FallbackTeam(TeamId),
}

/// In which order an offer to a team rings its agents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ringing {
    /// One after another, who has been idle for longest first.
    #[default]
    LongestIdle,
    /// One after another, by name, from the one after who was rung last.
    RoundRobin,
    /// All who can be rung; the first to take it wins.
    AllAtOnce,
}

/// Who begins when somebody waits in a team's queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Delivery {
    /// Its agents are rung.
    #[default]
    Push,
    /// Its agents fetch the next themselves, and nobody is rung.
    Pull,
}

/// What becomes of a caller when a team's queue is full.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Overflow {
    /// It waits all the same.
    #[default]
    Stay,
    /// It is refused. Nobody who waits already is sent away.
    Refuse,
    /// It waits in another team's queue; as does who has waited there for `max_wait`.
    Team(TeamId),
}

/// What becomes of a caller outside of a team's opening hours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Closed {
    /// It is refused.
    #[default]
    Refuse,
    /// It waits in another team's queue.
    Team(TeamId),
    /// It waits all the same.
    Queue,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamSettings {
    /// The name to show.
    pub name: String,
    /// What an invitation does when nobody can be rung.
    pub policy: TeamPolicy,
    /// In which order its agents are rung.
    pub ringing: Ringing,
    /// Whether its agents are rung for who waits, or fetch the next.
    pub delivery: Delivery,
    /// How many may wait in its queue, beside those for whom an agent is free.
    pub max_waiting: Option<usize>,
    /// For how long anybody should wait in its queue.
    pub max_wait: Option<Duration>,
    /// What becomes of a caller when either is exceeded.
    pub overflow: Overflow,
    /// When its queue takes callers; always, if there are none.
    pub hours: Option<Hours>,
    /// What becomes of a caller outside of them.
    pub closed: Closed,
    /// How long a call is taken to last before the first was handled.
    pub typical_talk: Duration,
    /// How long its agents' wrap-up lasts; zero for none.
    pub wrap_up: Duration,
    /// How urgent its callers are, unless they come by a channel that has its own: higher first.
    pub priority: u8,
    /// What the customer of a chat that begins to wait is written, with `{position}` and
    /// `{estimated_wait}` in it.
    pub waiting_text: Option<String>,
}

impl TeamSettings {
    /// A team of that name, the rest by default.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            policy: TeamPolicy::default(),
            ringing: Ringing::default(),
            delivery: Delivery::default(),
            max_waiting: None,
            max_wait: None,
            overflow: Overflow::default(),
            hours: None,
            closed: Closed::default(),
            typical_talk: Duration::from_mins(3),
            wrap_up: Duration::from_secs(30),
            priority: 0,
            waiting_text: None,
        }
    }
}

/// A way in, such as a web page's widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelSettings {
    /// Whether anybody gets in by it.
    pub enabled: bool,
    /// What is spoken or written over it.
    pub medium: Medium,
    /// The team that answers.
    pub team: TeamId,
    /// How urgent its callers are; the team's, if it has none.
    pub priority: Option<u8>,
    /// When it takes callers; as the team, if it has none.
    pub hours: Option<Hours>,
    /// What becomes of a caller outside of the hours; as with the team, if it has none.
    pub closed: Option<Closed>,
    /// What the customer of a chat is written who begins to wait; as the team, if it has none.
    pub waiting_text: Option<String>,
}

/// The spans of time call control works with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timers {
    /// How long one candidate is rung.
    pub ring: Duration,
    /// How long an invitation to a team lasts in all.
    pub team_offer: Duration,
    /// How long after an accept, or after a loss while ringing, the candidate's leg may take.
    pub join: Duration,
    /// How long a lost customer's seat is kept.
    pub customer_grace: Duration,
    /// How long a waiting customer's place is kept.
    pub queue_grace: Duration,
    /// How long a lost agent's seat is kept.
    pub seat_grace: Duration,
    /// How long a customer's seat in an answered chat is kept while its page is away.
    pub chat_customer_grace: Duration,
    /// How long an agent's seat in a chat is kept while its leg is away.
    pub chat_seat_grace: Duration,
    /// After how long an answered chat in which nobody writes is over.
    pub chat_idle: Duration,
    /// How long a customer may come back to a chat that is over.
    pub chat_reopen: Duration,
    /// How long an offer of a chat lasts.
    pub chat_offer: Duration,
    /// How long an agent whose page is gone counts as signed in.
    pub lease: Duration,
    /// How long one try of a recall rings.
    pub recall_ring: Duration,
    /// How long after one try of a recall the next begins.
    pub recall_pause: Duration,
    /// After how long a waiting call whom nobody took rings the same agents again.
    pub round_pause: Duration,
    /// What one `extend_wrap_up` adds.
    pub wrap_up_extension: Duration,
    /// How long an ended conversation is remembered.
    pub remember_ended: Duration,
    /// How long after a restart anything pending lasts at least.
    pub restart_floor: Duration,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            ring: Duration::from_secs(20),
            team_offer: Duration::from_secs(90),
            join: Duration::from_secs(3),
            customer_grace: Duration::from_secs(20),
            queue_grace: Duration::from_mins(1),
            seat_grace: Duration::from_secs(30),
            chat_customer_grace: Duration::from_mins(10),
            chat_seat_grace: Duration::from_mins(1),
            chat_idle: Duration::from_mins(30),
            chat_reopen: Duration::from_hours(1),
            chat_offer: Duration::from_mins(1),
            lease: Duration::from_secs(15),
            recall_ring: Duration::from_secs(15),
            recall_pause: Duration::from_secs(10),
            round_pause: Duration::from_secs(30),
            wrap_up_extension: Duration::from_secs(30),
            remember_ended: Duration::from_mins(1),
            restart_floor: Duration::from_secs(10),
        }
    }
}

/// Everything an operator may choose about call control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The teams that can be called and invited.
    pub teams: BTreeMap<TeamId, TeamSettings>,
    /// The ways in.
    pub channels: BTreeMap<ChannelId, ChannelSettings>,
    /// The spans.
    pub timers: Timers,
    /// How often a recall rings.
    pub recall_tries: u32,
    /// How many unanswered offers in a row set an agent away.
    pub missed_limit: u32,
    /// How many chats an agent is in at a time.
    pub chats: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            teams: BTreeMap::new(),
            channels: BTreeMap::new(),
            timers: Timers::default(),
            recall_tries: 2,
            missed_limit: 2,
            chats: CHATS,
        }
    }
}

/// What is wrong with settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A deadline at once would never let anything happen before it.
    #[error("`{timer}` must be longer than zero")]
    ZeroTimer {
        /// The timer.
        timer: &'static str,
    },
    /// A count of zero.
    #[error("`{count}` must be at least one")]
    ZeroCount {
        /// The count.
        count: &'static str,
    },
    /// A fallback that does not exist.
    #[error("the fallback of team `{team}` is not a team")]
    UnknownFallback {
        /// The team.
        team: TeamId,
    },
    /// A team that is to stand in does not exist.
    #[error("`{setting}` of team `{team}` is not a team")]
    UnknownStandIn {
        /// The team.
        team: TeamId,
        /// Which setting names it.
        setting: &'static str,
    },
    /// A longest wait that nobody could keep.
    #[error("`max_wait` of team `{team}` must be longer than zero")]
    ZeroWait {
        /// The team.
        team: TeamId,
    },
    /// A fallback that leads back to where it started.
    #[error("the fallbacks of team `{team}` lead in a circle")]
    FallbackCircle {
        /// The team.
        team: TeamId,
    },
}

impl Settings {
    /// Looks for everything that is wrong.
    ///
    /// # Errors
    /// All that is wrong, not only the first.
    pub fn check(&self) -> Result<(), Vec<SettingsError>> {
        let mut wrong = self.zero_timers();
        for (count, value) in [
            ("recall_tries", self.recall_tries as usize),
            ("missed_limit", self.missed_limit as usize),
            ("chats", self.chats),
        ] {
            if value == 0 {
                wrong.push(SettingsError::ZeroCount { count });
            }
        }
        wrong.extend(self.teams.keys().filter_map(|team| self.check_fallback(team)));
        wrong.extend(self.teams.iter().flat_map(|(id, team)| self.check_queue(id, team)));
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn zero_timers(&self) -> Vec<SettingsError> {
        let timers = &self.timers;
        let spans = [
            ("ring", timers.ring),
            ("team_offer", timers.team_offer),
            ("join", timers.join),
            ("customer_grace", timers.customer_grace),
            ("queue_grace", timers.queue_grace),
            ("seat_grace", timers.seat_grace),
            ("chat_customer_grace", timers.chat_customer_grace),
            ("chat_seat_grace", timers.chat_seat_grace),
            ("chat_idle", timers.chat_idle),
            ("chat_reopen", timers.chat_reopen),
            ("chat_offer", timers.chat_offer),
            ("lease", timers.lease),
            ("recall_ring", timers.recall_ring),
            ("recall_pause", timers.recall_pause),
            ("round_pause", timers.round_pause),
            ("wrap_up_extension", timers.wrap_up_extension),
            ("remember_ended", timers.remember_ended),
            ("restart_floor", timers.restart_floor),
        ];
        let too_short = |&(_, span): &(_, Duration)| span < Duration::from_millis(1);
        let error = |(timer, _)| SettingsError::ZeroTimer { timer };
        spans.into_iter().filter(too_short).map(error).collect()
    }

    fn check_queue(&self, id: &TeamId, team: &TeamSettings) -> Vec<SettingsError> {
        let overflow = match &team.overflow {
            Overflow::Team(other) => Some(other),
            Overflow::Stay | Overflow::Refuse => None,
        };
        let closed = match &team.closed {
            Closed::Team(other) => Some(other),
            Closed::Refuse | Closed::Queue => None,
        };
        let named = [("overflow", overflow), ("closed", closed)];
        let unknown = |(setting, other): (&'static str, Option<&TeamId>)| {
            let missing = other.is_some_and(|other| !self.teams.contains_key(other));
            missing.then(|| SettingsError::UnknownStandIn { team: id.clone(), setting })
        };
        let mut wrong: Vec<_> = named.into_iter().filter_map(unknown).collect();
        if team.max_wait.is_some_and(|span| span < Duration::from_millis(1)) {
            wrong.push(SettingsError::ZeroWait { team: id.clone() });
        }
        wrong
    }

    fn check_fallback(&self, start: &TeamId) -> Option<SettingsError> {
        let mut seen = BTreeSet::from([start]);
        let mut team = start;
        while let TeamPolicy::FallbackTeam(next) = &self.teams.get(team)?.policy {
            if !self.teams.contains_key(next) {
                // Reported once, by the team that names it.
                let own = team == start;
                return own.then(|| SettingsError::UnknownFallback { team: start.clone() });
            }
            if !seen.insert(next) {
                return Some(SettingsError::FallbackCircle { team: start.clone() });
            }
            team = next;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(id: &str, policy: TeamPolicy) -> (TeamId, TeamSettings) {
        (id.parse().unwrap(), TeamSettings { policy, ..TeamSettings::named(id) })
    }

    #[test]
    fn the_defaults_are_sound() {
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn everything_wrong_is_reported_at_once() {
        let fallback = |id: &str| TeamPolicy::FallbackTeam(id.parse().unwrap());
        let mut settings = Settings { recall_tries: 0, ..Settings::default() };
        settings.timers.ring = Duration::ZERO;
        settings.teams = BTreeMap::from([
            team("a", fallback("b")),
            team("b", fallback("a")),
            team("c", fallback("nowhere")),
            team("d", TeamPolicy::Queue),
        ]);
        let wrong = settings.check().unwrap_err();
        assert_eq!(
            wrong,
            [
                SettingsError::ZeroTimer { timer: "ring" },
                SettingsError::ZeroCount { count: "recall_tries" },
                SettingsError::FallbackCircle { team: "a".parse().unwrap() },
                SettingsError::FallbackCircle { team: "b".parse().unwrap() },
                SettingsError::UnknownFallback { team: "c".parse().unwrap() },
            ]
        );
    }
}
