//! How many conversations there are, and who began how many of them.

use std::collections::BTreeMap;

use call_core::conversation::Care;
use call_core::{ConversationId, World};
use signaling::protocol::{Fault, Limit};
use signaling::{Limits, PLACE_RETRY, Source};

/// Keeps an abandoned flood of calls from filling the server: there is a bound on what is open at
/// once, and one on what one source has open, so that the others find room.
///
/// Where conversations were begun is not in the journal: those of before a restart count for the
/// whole only. Bounded by the conversations that are open.
#[derive(Debug)]
pub(super) struct Crowd {
    in_all: usize,
    per_source: usize,
    begun_by: BTreeMap<ConversationId, Source>,
    open: BTreeMap<Source, usize>,
}

impl Crowd {
    pub(super) fn new(limits: &Limits) -> Self {
        let Limits { conversations: in_all, conversations_per_source: per_source, .. } = *limits;
        Self { in_all, per_source, begun_by: BTreeMap::new(), open: BTreeMap::new() }
    }

    /// Whether one more may begin.
    pub(super) fn admits(&self, world: &World, source: Option<Source>) -> Result<(), Fault> {
        let retry_after_ms = PLACE_RETRY.as_millis() as u64;
        if live(world) >= self.in_all {
            let limit = Some(Limit::Conversations);
            return Err(Fault::Overloaded { limit, retry_after_ms });
        }
        let open = source.and_then(|source| self.open.get(&source)).copied().unwrap_or_default();
        if open >= self.per_source {
            let limit = Limit::ConversationsPerSource;
            return Err(Fault::RateLimited { limit, retry_after_ms });
        }
        Ok(())
    }

    /// A conversation has begun.
    pub(super) fn begun(&mut self, conversation: ConversationId, source: Option<Source>) {
        let Some(source) = source else { return };
        if self.begun_by.insert(conversation, source).is_none() {
            *self.open.entry(source).or_default() += 1;
        }
    }

    /// A conversation is over.
    pub(super) fn ended(&mut self, conversation: ConversationId) {
        let Some(source) = self.begun_by.remove(&conversation) else { return };
        if let Some(open) = self.open.get_mut(&source) {
            *open -= 1;
            if *open == 0 {
                self.open.remove(&source);
            }
        }
    }

    /// Forgets what the journal did not take.
    pub(super) fn correct(&mut self, world: &World) {
        let gone = |id: &ConversationId| world.conversation(*id).is_none();
        let gone: Vec<ConversationId> =
            self.begun_by.keys().filter(|id| gone(id)).copied().collect();
        for conversation in gone {
            self.ended(conversation);
        }
    }
}

/// Conversations that have not ended.
pub(super) fn live(world: &World) -> usize {
    world.conversations().filter(|one| !matches!(one.care, Care::Ended(_))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(last: u8) -> Source {
        Source::of([192, 0, 2, last].into())
    }

    #[test]
    fn one_source_has_its_share_until_something_ends() {
        let limits = Limits { conversations_per_source: 2, ..Limits::default() };
        let (mut crowd, world) = (Crowd::new(&limits), World::default());
        for id in [1, 2] {
            assert_eq!(crowd.admits(&world, Some(source(1))), Ok(()));
            crowd.begun(ConversationId(id), Some(source(1)));
        }
        let full = crowd.admits(&world, Some(source(1))).unwrap_err();
        assert_eq!(full.limit(), Some(Limit::ConversationsPerSource));
        assert_eq!(crowd.admits(&world, Some(source(2))), Ok(()));
        assert_eq!(crowd.admits(&world, None), Ok(()));

        crowd.ended(ConversationId(1));
        crowd.ended(ConversationId(1));
        assert_eq!(crowd.admits(&world, Some(source(1))), Ok(()));
        crowd.ended(ConversationId(2));
        assert!(crowd.begun_by.is_empty() && crowd.open.is_empty());
    }

    #[test]
    fn what_the_journal_did_not_take_has_not_begun() {
        let mut crowd = Crowd::new(&Limits::default());
        crowd.begun(ConversationId(1), Some(source(1)));
        crowd.correct(&World::default());
        assert!(crowd.begun_by.is_empty() && crowd.open.is_empty());
    }

    #[test]
    fn a_full_house_is_full_for_everybody() {
        let limits = Limits { conversations: 0, ..Limits::default() };
        let full = Crowd::new(&limits).admits(&World::default(), None).unwrap_err();
        assert_eq!(full.limit(), Some(Limit::Conversations));
    }
}
