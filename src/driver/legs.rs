//! Which leg is whose: a person has one leg in use and at most one that is being set up.

use std::collections::BTreeMap;

use call_core::PersonId;
use media::LegId;

/// The legs of everybody.
///
/// A fresh leg replaces the one in use only once it is up, so that a network change has no gap and
/// a failed attempt costs nothing.
#[derive(Debug, Default)]
pub(super) struct Legs {
    people: BTreeMap<PersonId, Slots>,
    owners: BTreeMap<LegId, PersonId>,
    last_id: u64,
}

#[derive(Debug, Default)]
struct Slots {
    in_use: Option<LegId>,
    joining: Option<LegId>,
}

/// What became of a person when one of their legs was reported lost.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// The leg in use: the person is lost.
    Person(PersonId),
    /// A leg that was being set up, or one replaced before: nobody is lost.
    Nobody,
}

impl Legs {
    /// A fresh leg for a person, being set up; also the unfinished one that it replaces.
    pub(super) fn begin(&mut self, person: &PersonId) -> (LegId, Option<LegId>) {
        self.last_id += 1;
        let leg = LegId(self.last_id);
        self.owners.insert(leg, person.clone());
        let abandoned = self.people.entry(person.clone()).or_default().joining.replace(leg);
        if let Some(old) = abandoned {
            self.owners.remove(&old);
        }
        (leg, abandoned)
    }

    /// A leg is up: whose it is, and the one it replaces. `None` when it is nobody's any more.
    pub(super) fn up(&mut self, leg: LegId) -> Option<(PersonId, Option<LegId>)> {
        let person = self.owners.get(&leg)?.clone();
        let slots = self.people.get_mut(&person)?;
        if slots.joining == Some(leg) {
            slots.joining = None;
        }
        let replaced = slots.in_use.replace(leg).filter(|old| *old != leg);
        if let Some(old) = replaced {
            self.owners.remove(&old);
        }
        Some((person, replaced))
    }

    /// A leg is gone.
    pub(super) fn lost(&mut self, leg: LegId) -> Loss {
        let Some(person) = self.owners.remove(&leg) else {
            return Loss::Nobody;
        };
        let Some(slots) = self.people.get_mut(&person) else {
            return Loss::Nobody;
        };
        let was_in_use = slots.in_use == Some(leg);
        if was_in_use {
            slots.in_use = None;
        }
        if slots.joining == Some(leg) {
            slots.joining = None;
        }
        if slots.in_use.is_none() && slots.joining.is_none() {
            self.people.remove(&person);
        }
        if was_in_use { Loss::Person(person) } else { Loss::Nobody }
    }

    /// Drops every leg of a person; the legs to close.
    pub(super) fn drop_all(&mut self, person: &PersonId) -> Vec<LegId> {
        let Some(slots) = self.people.remove(person) else {
            return Vec::new();
        };
        let legs: Vec<LegId> = slots.in_use.into_iter().chain(slots.joining).collect();
        for leg in &legs {
            self.owners.remove(leg);
        }
        legs
    }

    /// The leg in use.
    pub(super) fn in_use(&self, person: &PersonId) -> Option<LegId> {
        self.people.get(person)?.in_use
    }

    /// Whose leg it is, also while it is being set up.
    pub(super) fn owner(&self, leg: LegId) -> Option<&PersonId> {
        self.owners.get(&leg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bob() -> PersonId {
        "agent:bob".parse().unwrap()
    }

    #[test]
    fn a_fresh_leg_replaces_the_old_one_only_when_it_is_up() {
        let mut legs = Legs::default();
        let (first, _) = legs.begin(&bob());
        assert_eq!(legs.in_use(&bob()), None);
        assert_eq!(legs.up(first), Some((bob(), None)));
        let (second, abandoned) = legs.begin(&bob());
        assert_eq!((legs.in_use(&bob()), abandoned), (Some(first), None));
        assert_eq!(legs.up(second), Some((bob(), Some(first))));
        assert_eq!(legs.lost(first), Loss::Nobody);
        assert_eq!(legs.in_use(&bob()), Some(second));
    }

    #[test]
    fn a_leg_that_never_came_up_loses_nobody() {
        let mut legs = Legs::default();
        let (first, _) = legs.begin(&bob());
        legs.up(first);
        let (second, _) = legs.begin(&bob());
        assert_eq!(legs.lost(second), Loss::Nobody);
        assert_eq!(legs.lost(first), Loss::Person(bob()));
        assert_eq!(legs.in_use(&bob()), None);
    }

    #[test]
    fn a_second_attempt_abandons_the_first() {
        let mut legs = Legs::default();
        let (first, _) = legs.begin(&bob());
        let (second, abandoned) = legs.begin(&bob());
        assert_eq!(abandoned, Some(first));
        assert_eq!(legs.up(first), None);
        assert_eq!(legs.drop_all(&bob()), vec![second]);
        assert_eq!(legs.owner(second), None);
    }
}
