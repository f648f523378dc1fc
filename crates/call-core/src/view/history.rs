//! What went before: who has talked with the customer already, and the last word left for whoever
//! comes next.

use serde::Serialize;

use crate::conversation::Conversation;
use crate::id::PersonId;
use crate::segment::StayEnd;
use crate::time::Time;
use crate::world::World;

/// The stays that are shown, the latest: more is not read while somebody rings or talks. The
/// record has them all.
const SHOWN: usize = 10;

/// An agent's stay that is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StayView {
    /// Whose.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// When it sat down.
    pub joined_at_ms: Time,
    /// When its seat was gone.
    pub ended_at_ms: Time,
    /// Why.
    pub end: StayEnd,
}

/// The latest stays that are over, in the order in which they began; none for a customer.
pub(crate) fn history(
    world: &World,
    conversation: &Conversation,
    viewer: &PersonId,
) -> Vec<StayView> {
    if viewer.as_agent().is_none() {
        return Vec::new();
    }
    let over = conversation.spent.segments.iter().filter_map(|stay| {
        Some(StayView {
            id: stay.agent.clone().into(),
            name: world.agent(&stay.agent).map_or_else(String::new, |agent| agent.name.clone()),
            joined_at_ms: stay.joined_at,
            ended_at_ms: stay.ended_at?,
            end: stay.end.clone()?,
        })
    });
    let mut over: Vec<_> = over.collect();
    over.split_off(over.len().saturating_sub(SHOWN))
}

/// The last note an initiator left; agents only see it.
pub(crate) fn note(conversation: &Conversation, viewer: &PersonId) -> Option<String> {
    conversation.note.clone().filter(|_| viewer.as_agent().is_some())
}
