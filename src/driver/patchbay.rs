//! From who hears whom to what each leg is sent: the difference, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use call_core::{ConversationId, PersonId, Source};
use media::{ClipId, LegId};

use super::legs::Legs;

/// What is played in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clips {
    /// To who is held or waits.
    pub(super) music: ClipId,
    /// To an agent for whom somebody is rung.
    pub(super) ringback: ClipId,
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
    wanted: BTreeMap<PersonId, Wanted>,
    members: BTreeMap<ConversationId, BTreeSet<PersonId>>,
    in_force: BTreeMap<LegId, (media::Source, u64)>,
}

/// What a person should hear.
#[derive(Debug)]
struct Wanted {
    conversation: ConversationId,
    source: Source,
    clips: Clips,
}

impl Patchbay {
    /// Takes over a conversation's wanted sources. Gives everybody whom that may concern.
    pub(super) fn want(
        &mut self,
        conversation: ConversationId,
        sources: BTreeMap<PersonId, Source>,
        clips: Clips,
    ) -> BTreeSet<PersonId> {
        let mut concerned = self.members.remove(&conversation).unwrap_or_default();
        for person in &concerned {
            let here = self.wanted.get(person).is_some_and(|one| one.conversation == conversation);
            if here {
                self.wanted.remove(person);
            }
        }
        let members: BTreeSet<PersonId> = sources.keys().cloned().collect();
        for (person, source) in sources {
            self.wanted.insert(person, Wanted { conversation, source, clips });
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
            .and_then(|wanted| self.members.get(&wanted.conversation))
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
                Some(Wanted { conversation, source, clips }) => {
                    (on_legs(source, *clips, legs), conversation.0)
                }
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
fn on_legs(source: &Source, clips: Clips, legs: &Legs) -> media::Source {
    let talkers: Vec<LegId> = match source {
        Source::Silence => Vec::new(),
        Source::Play(call_core::Clip::Music) => return media::Source::Play(clips.music),
        Source::Play(call_core::Clip::Ringback) => return media::Source::Play(clips.ringback),
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
    const CLIPS: Clips = Clips { music: ClipId(3), ringback: ClipId(5) };

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
            CLIPS,
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
            bay.want(CALL, BTreeMap::from([(alice, Source::Play(call_core::Clip::Music))]), CLIPS);
        let patches = bay.difference(&concerned, &legs);
        assert_eq!(
            patches,
            vec![
                Patch { leg: b, source: media::Source::Silence, group: 0 },
                Patch { leg: a, source: media::Source::Play(CLIPS.music), group: 1 },
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
