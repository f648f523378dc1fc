//! Who is let into a queue, and who is sent on: opening hours and overflow.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::conversation::{Care, Conversation, Medium, Queued};
use crate::draft::Draft;
use crate::event::Event;
use crate::id::{ConversationId, TeamId};
use crate::queue::{QueueKey, Rank};
use crate::refusal::Refusal;
use crate::settings::{ChannelSettings, Closed, Overflow, Settings, TeamSettings};
use crate::time::Time;

/// Nobody who was refused is told to call again sooner.
const LEAST_RETRY: Duration = Duration::from_secs(30);

/// The queue a caller of `team` waits in: that team's, or the one its hours or its overflow send
/// it to. When that leads back to where it began, the caller waits where it wanted to. A channel's
/// own hours hold in place of the team's it leads to, not of those that stand in.
pub(crate) fn admit(
    draft: &Draft<'_>,
    (team, medium): (&TeamId, Medium),
    channel: Option<&ChannelSettings>,
) -> Result<TeamId, Refusal> {
    let mut seen = BTreeSet::new();
    let mut entrance = channel;
    let mut next = team;
    while seen.insert(next) {
        let settings = draft.settings().teams.get(next).ok_or(Refusal::UnknownTarget)?;
        let onward = match closed(draft, settings, entrance.take()) {
            Some((Closed::Team(other), _)) => Some(other),
            Some((Closed::Refuse, opens_at_ms)) => return Err(Refusal::Closed { opens_at_ms }),
            None if is_full(draft, &QueueKey::new(next, medium), settings) => {
                match &settings.overflow {
                    Overflow::Stay => None,
                    Overflow::Team(other) => Some(other),
                    Overflow::Refuse => {
                        let retry_after_ms = retry_after(draft, &QueueKey::new(next, medium));
                        return Err(Refusal::QueueFull { retry_after_ms });
                    }
                }
            }
            Some((Closed::Queue, _)) | None => None,
        };
        let Some(onward) = onward else { return Ok(next.clone()) };
        next = onward;
    }
    Ok(team.clone())
}

/// What becomes of a caller who comes outside of the hours, and when they begin again.
fn closed<'s>(
    draft: &Draft<'_>,
    team: &'s TeamSettings,
    entrance: Option<&'s ChannelSettings>,
) -> Option<(&'s Closed, Option<Time>)> {
    let hours = entrance.and_then(|channel| channel.hours.as_ref()).or(team.hours.as_ref())?;
    if hours.is_open(draft.now()) {
        return None;
    }
    let policy = entrance.and_then(|channel| channel.closed.as_ref()).unwrap_or(&team.closed);
    Some((policy, hours.next_opening(draft.now())))
}

/// As many wait as may, beside those for whom somebody is free; or one has waited too long.
fn is_full(draft: &Draft<'_>, queue: &QueueKey, settings: &TeamSettings) -> bool {
    let waiting = draft.queue(queue);
    let is_many = |most: usize| waiting.len() >= most + draft.free(queue).count();
    let is_long = |longest: Duration| {
        let mut since = waiting.iter().filter_map(|rank| waiting_since(draft, rank.id));
        since.any(|since| draft.now().since(since) > longest)
    };
    settings.max_waiting.is_some_and(is_many) || settings.max_wait.is_some_and(is_long)
}

fn waiting_since(draft: &Draft<'_>, id: ConversationId) -> Option<Time> {
    match &draft.known(id).care {
        Care::Queued(Queued { since, .. }) => Some(*since),
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => None,
    }
}

/// When a place is free, as far as that can be told.
fn retry_after(draft: &Draft<'_>, queue: &QueueKey) -> u64 {
    let wait = draft.outlook(queue).and_then(|outlook| outlook.wait(1));
    let wait = wait.unwrap_or(LEAST_RETRY).max(LEAST_RETRY);
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}

/// When a caller has waited for so long that another team stands in.
pub(crate) fn overflow_at(draft: &Draft<'_>, team: &TeamId) -> Option<Time> {
    let settings = draft.settings().teams.get(team)?;
    match &settings.overflow {
        Overflow::Team(_) => settings.max_wait.map(|longest| draft.now() + longest),
        Overflow::Refuse | Overflow::Stay => None,
    }
}

/// Whether a caller has waited for so long.
pub(crate) fn is_due(draft: &Draft<'_>, id: ConversationId) -> bool {
    match &draft.known(id).care {
        Care::Queued(Queued { overflow_at, .. }) => overflow_at.is_some_and(|at| at <= draft.now()),
        Care::Attended { .. } | Care::Recalling(_) | Care::Ended(_) => false,
    }
}

/// A caller has waited long: it goes on to the other team's queue, once, and keeps its place by
/// the time it has waited. When there is no such team any more, it stays.
pub(crate) fn waited_long(draft: &mut Draft<'_>, id: ConversationId) {
    let Some(from) = draft.known(id).team.clone() else { return };
    let teams = &draft.settings().teams;
    let overflow = teams.get(&from).map(|settings| &settings.overflow);
    let team = match overflow {
        Some(Overflow::Team(other)) if teams.contains_key(other) => other.clone(),
        Some(Overflow::Team(_) | Overflow::Refuse | Overflow::Stay) | None => from.clone(),
    };
    draft.push(Event::Overflowed { conversation: id, from, team });
}

/// Nobody waits for a team that is gone from the settings with all of its agents: who does goes on
/// to another one's queue, and keeps its place by the time it has waited.
pub(crate) fn take_in_orphans(draft: &mut Draft<'_>) {
    let teams = &draft.settings().teams;
    for queue in draft.queues() {
        if teams.contains_key(&queue.team) || draft.present(&queue) > 0 {
            continue;
        }
        for Rank { id, .. } in draft.queue(&queue) {
            let conversation = draft.known(id);
            let waits = matches!(conversation.care, Care::Queued(_));
            // What rings is let ring; it is looked at again when that is over.
            if waits && conversation.offer.is_none() {
                let Some(heir) = heir(draft, conversation) else { return };
                let from = queue.team.clone();
                draft.push(Event::Overflowed { conversation: id, from, team: heir });
            }
        }
    }
}

/// The team a caller's channel leads to, or the first of which somebody is present, or the first.
fn heir(draft: &Draft<'_>, conversation: &Conversation) -> Option<TeamId> {
    let Settings { teams, channels, .. } = draft.settings();
    let channel = conversation.channel.as_ref().and_then(|channel| channels.get(channel));
    let named = channel.map(|channel| &channel.team).filter(|team| teams.contains_key(*team));
    let staffed = || {
        let is_staffed =
            |team: &&TeamId| draft.present(&QueueKey::new(team, conversation.medium)) > 0;
        teams.keys().find(is_staffed)
    };
    named.or_else(staffed).or_else(|| teams.keys().next()).cloned()
}
