//! What is learnt about a team from what happens, and how long a wait there lasts. What an
//! operator chose stands in the settings.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::conversation::Medium;
use crate::id::{AgentId, TeamId};
use crate::settings::Settings;

/// Of a moving average, each new span counts one in so many.
const WEIGHT: u64 = 8;

/// A moving average of spans: the first as it is, and an eighth of each that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Average {
    millis: u64,
}

impl Average {
    /// The average, with one more span in it.
    pub(crate) fn with(known: Option<Self>, span: Duration) -> Self {
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let weighed = |known: Self| known.millis - known.millis / WEIGHT + span / WEIGHT;
        Self { millis: known.map_or(span, weighed) }
    }

    /// As a span.
    pub fn span(self) -> Duration {
        Duration::from_millis(self.millis)
    }
}

/// What has been learnt about a team, per medium.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Of its calls.
    pub voice: Learnt,
    /// Of its chats.
    pub chat: Learnt,
}

impl Team {
    /// What has been learnt of a medium.
    pub fn on(&self, medium: Medium) -> &Learnt {
        match medium {
            Medium::Voice => &self.voice,
            Medium::Chat => &self.chat,
        }
    }

    pub(crate) fn on_mut(&mut self, medium: Medium) -> &mut Learnt {
        match medium {
            Medium::Voice => &mut self.voice,
            Medium::Chat => &mut self.chat,
        }
    }
}

/// What has been learnt about a team's conversations on one medium.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learnt {
    /// Its agent who was rung last.
    pub last_rung: Option<AgentId>,
    /// How long its agents sit in its conversations.
    pub talk: Option<Average>,
    /// How long their wrap-ups last.
    pub wrap_up: Option<Average>,
}

/// How long the waits in a team's queue last, as far as that can be told.
///
/// Nothing for as many as can be rung; for each further one the handling time, shared by as many
/// as all agents of the team who are present, busy or not, can be in at a time:
///
/// ```text
/// wait = (position - available) * (talk + wrap-up) / present
/// ```
///
/// After a chat nobody wraps up. Nobody can tell while no agent of the team is present. Before the
/// first call of a team was handled, its settings say how long that typically takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outlook {
    handling: Duration,
    present: u32,
    available: usize,
}

impl Outlook {
    /// How things stand in a team that the settings know.
    pub(crate) fn of(
        settings: &Settings,
        (id, medium): (&TeamId, Medium),
        learnt: Option<&Team>,
        (present, available): (usize, usize),
    ) -> Option<Self> {
        let team = settings.teams.get(id)?;
        let learnt = learnt.map(|team| team.on(medium));
        let talk = learnt.and_then(|learnt| learnt.talk).map_or(team.typical_talk, Average::span);
        let wrap_up = match medium {
            Medium::Voice => {
                learnt.and_then(|learnt| learnt.wrap_up).map_or(team.wrap_up, Average::span)
            }
            Medium::Chat => Duration::ZERO,
        };
        let present = u32::try_from(present).unwrap_or(u32::MAX);
        Some(Self { handling: talk.saturating_add(wrap_up), present, available })
    }

    /// How long it lasts at this place, 1 being the first.
    pub(crate) fn wait(&self, position: usize) -> Option<Duration> {
        let ahead = position.saturating_sub(self.available);
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        self.handling.saturating_mul(ahead).checked_div(self.present)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_begins_with_its_first_span_and_follows_the_rest() {
        let seconds = Duration::from_secs;
        let first = Average::with(None, seconds(80));
        assert_eq!(first.span(), seconds(80));
        let second = Average::with(Some(first), seconds(160));
        assert_eq!(second.span(), seconds(90));
        let huge = Average::with(Some(second), Duration::MAX);
        assert!(huge.span() > seconds(90));
    }
}
