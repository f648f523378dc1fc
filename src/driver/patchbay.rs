//! From who hears whom to what each leg is sent: the difference, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use call_core::{ConversationId, PersonId, Source};
use media::{ClipId, LegId};
use media_core::clip::Clip;

use super::legs::Legs;

/// The place of the hold music in [`clips`].
const MUSIC: ClipId = ClipId(0);
/// The place of the ringback tone in [`clips`].
const RINGBACK: ClipId = ClipId(1);

/// The clips to start the media plane with, in the places this file knows them by.
pub(crate) fn clips(music: Clip, ringback: Clip) -> Vec<Arc<Clip>> {
    vec![Arc::new(music), Arc::new(ringback)]
}

/// One instruction to the media plane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Patch {
    /// The listener's leg.
    pub(super) leg: LegId,
    /// What it is sent from now on.
    pub(super) source: media::Source,
    /// The conversation's number, by which workers stagger beats and share decoders.
    pub(super) group: u64,
}

/// What every person should hear, and what every leg was told to send.
#[derive(Debug, Default)]
pub(super) struct Patchbay {
    wanted: BTreeMap<PersonId, (ConversationId, Source)>,
    members: BTreeMap<ConversationId, BTreeSet<PersonId>>,
    in_force: BTreeMap<LegId, (media::Source, u64)>,
}

impl Patchbay {
    /// Takes over a conversation's wanted sources. Gives everybody whom that may concern.
    pub(super) fn want(
        &mut self,
        conversation: ConversationId,
        sources: BTreeMap<PersonId, Source>,
    ) -> BTreeSet<PersonId> {
        let mut concerned = self.members.remove(&conversation).unwrap_or_default();
        for person in &concerned {
            let here = self.wanted.get(person).is_some_and(|(at, _)| *at == conversation);
            if here {
                self.wanted.remove(person);
            }
        }
        let members: BTreeSet<PersonId> = sources.keys().cloned().collect();
        for (person, source) in sources {
            self.wanted.insert(person, (conversation, source));
        }
        concerned.extend(members.iter().cloned());
        if !members.is_empty() {
            self.members.insert(conversation, members);
        }
        concerned
    }

    /// Everybody whom a change of this person's leg concerns: the person and those who hear them.
    pub(super) fn concerned_by_leg_of(&self, person: &PersonId) -> BTreeSet<PersonId> {
        let mut concerned: BTreeSet<PersonId> = self
            .wanted
            .get(person)
            .and_then(|(conversation, _)| self.members.get(conversation))
            .cloned()
            .unwrap_or_default();
        concerned.insert(person.clone());
        concerned
    }

    /// The instructions that bring the legs of these people from what is in force to what is
    /// wanted.
    pub(super) fn difference(&mut self, people: &BTreeSet<PersonId>, legs: &Legs) -> Vec<Patch> {
        let mut patches = Vec::new();
        for person in people {
            let Some(leg) = legs.in_use(person) else {
                continue;
            };
            let (source, group) = match self.wanted.get(person) {
                Some((conversation, source)) => (on_legs(source, legs), conversation.0),
                None => (media::Source::Silence, 0),
            };
            let wanted = (source, group);
            if self.in_force.get(&leg) != Some(&wanted) {
                self.in_force.insert(leg, wanted.clone());
                patches.push(Patch { leg, source: wanted.0, group: wanted.1 });
            }
        }
        patches
    }

    /// Forgets a leg that is gone.
    pub(super) fn forget(&mut self, leg: LegId) {
        self.in_force.remove(&leg);
    }
}

/// A source in terms of legs; a talker without a leg is silent.
fn on_legs(source: &Source, legs: &Legs) -> media::Source {
    let talkers: Vec<LegId> = match source {
        Source::Silence => Vec::new(),
        Source::Play(call_core::Clip::Music) => return media::Source::Play(MUSIC),
        Source::Play(call_core::Clip::Ringback) => return media::Source::Play(RINGBACK),
        Source::Forward(talker) => legs.in_use(talker).into_iter().collect(),
        Source::Mix(talkers) => talkers.iter().filter_map(|talker| legs.in_use(talker)).collect(),
    };
    match talkers.as_slice() {
        [] => media::Source::Silence,
        [talker] => media::Source::Forward(*talker),
        [_, _, ..] => media::Source::Mix(talkers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: ConversationId = ConversationId(1);

    fn person(id: &str) -> PersonId {
        id.parse().unwrap()
    }

    fn two_connected() -> (Legs, Patchbay, LegId, LegId) {
        let (alice, bob) = (person("customer:alice"), person("agent:bob"));
        let mut legs = Legs::default();
        let (a, _) = legs.begin(&alice);
        let (b, _) = legs.begin(&bob);
        legs.up(a);
        legs.up(b);
        let mut bay = Patchbay::default();
        let concerned = bay.want(
            CALL,
            BTreeMap::from([
                (alice.clone(), Source::Forward(bob.clone())),
                (bob.clone(), Source::Forward(alice.clone())),
            ]),
        );
        let patches = bay.difference(&concerned, &legs);
        assert_eq!(patches.len(), 2);
        (legs, bay, a, b)
    }

    #[test]
    fn only_the_difference_is_sent() {
        let (legs, mut bay, _, _) = two_connected();
        let everybody = BTreeSet::from([person("customer:alice"), person("agent:bob")]);
        assert_eq!(bay.difference(&everybody, &legs), vec![]);
    }

    #[test]
    fn who_has_left_is_sent_silence() {
        let (legs, mut bay, a, b) = two_connected();
        let alice = person("customer:alice");
        let concerned =
            bay.want(CALL, BTreeMap::from([(alice, Source::Play(call_core::Clip::Music))]));
        let patches = bay.difference(&concerned, &legs);
        assert_eq!(
            patches,
            vec![
                Patch { leg: b, source: media::Source::Silence, group: 0 },
                Patch { leg: a, source: media::Source::Play(MUSIC), group: 1 },
            ]
        );
    }

    #[test]
    fn a_fresh_leg_is_heard_by_those_who_heard_the_old_one() {
        let (mut legs, mut bay, a, b) = two_connected();
        let bob = person("agent:bob");
        let (fresh, _) = legs.begin(&bob);
        legs.up(fresh);
        bay.forget(b);
        let patches = bay.difference(&bay.concerned_by_leg_of(&bob), &legs);
        assert_eq!(
            patches,
            vec![
                Patch { leg: fresh, source: media::Source::Forward(a), group: 1 },
                Patch { leg: a, source: media::Source::Forward(fresh), group: 1 },
            ]
        );
    }
}
