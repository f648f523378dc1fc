//! How things stand on the bench: what a story may look at.

use std::collections::BTreeSet;

use call_core::agent::Unavailable;
use call_core::conversation::Conversation;
use call_core::{
    Clip, ConversationView, Event, Medium, Notice, Owner, PersonId, Phase, Source, sources_of, view,
};

use crate::bench::{Bench, person};

impl Bench {
    pub(crate) fn state(&self) -> &Conversation {
        self.world.conversation(self.conversation).expect("the conversation is not forgotten")
    }

    pub(crate) fn view(&self, viewer: &str) -> ConversationView {
        let shown = view(&self.world, &self.settings, self.conversation, &person(viewer));
        shown.unwrap_or_else(|| panic!("{viewer} is shown nothing"))
    }

    #[track_caller]
    pub(crate) fn phase_is(&self, phase: Phase) {
        assert_eq!(self.state().phase(), phase);
    }

    #[track_caller]
    pub(crate) fn owned_by(&self, owner: &str) {
        let owner = match owner.parse() {
            Ok(PersonId::Agent(agent)) => Owner::Agent(agent),
            Ok(PersonId::Customer(_)) => panic!("customers own nothing"),
            Err(_) => Owner::Queue(owner.parse().unwrap()),
        };
        assert_eq!(self.state().owner(), owner);
    }

    fn source(&self, listener: &str) -> Source {
        let sources = sources_of(&self.world, self.conversation);
        sources.get(&person(listener)).cloned().unwrap_or(Source::Silence)
    }

    #[track_caller]
    pub(crate) fn hears(&self, listener: &str, talkers: &[&str]) {
        let expected: BTreeSet<_> = talkers.iter().map(|name| person(name)).collect();
        let heard = match self.source(listener) {
            Source::Silence => BTreeSet::new(),
            Source::Forward(talker) => BTreeSet::from([talker]),
            Source::Mix(talkers) => talkers,
            Source::Play(clip) => panic!("{listener} hears {clip:?}"),
        };
        assert_eq!(heard, expected, "what {listener} hears");
    }

    /// These, and only these, talk with each other.
    #[track_caller]
    pub(crate) fn talk(&self, people: &[&str]) {
        for listener in people {
            let others: Vec<_> = people.iter().copied().filter(|who| who != listener).collect();
            self.hears(listener, &others);
        }
        for other in self.state().participants.keys().map(ToString::to_string) {
            if !people.contains(&other.as_str()) {
                assert!(!matches!(self.source(&other), Source::Forward(_) | Source::Mix(_)));
            }
        }
    }

    #[track_caller]
    pub(crate) fn music(&self, listener: &str) {
        assert_eq!(self.source(listener), Source::Play(Clip::Music));
    }

    #[track_caller]
    pub(crate) fn ringback(&self, listener: &str) {
        assert_eq!(self.source(listener), Source::Play(Clip::Ringback));
    }

    #[track_caller]
    pub(crate) fn silence(&self, listener: &str) {
        assert_eq!(self.source(listener), Source::Silence);
    }

    /// Who is being rung for the conversation.
    #[track_caller]
    pub(crate) fn rung(&self, candidate: Option<&str>) {
        self.rung_all(candidate.as_slice());
    }

    /// All who are being rung for the conversation.
    #[track_caller]
    pub(crate) fn rung_all(&self, candidates: &[&str]) {
        let rung: BTreeSet<_> = self.state().candidates().cloned().map(PersonId::Agent).collect();
        assert_eq!(rung, candidates.iter().map(|name| person(name)).collect());
    }

    #[track_caller]
    pub(crate) fn seated(&self, people: &[&str]) {
        let expected: BTreeSet<_> = people.iter().map(|name| person(name)).collect();
        let seated: BTreeSet<_> = self.state().participants.keys().cloned().collect();
        assert_eq!(seated, expected);
    }

    #[track_caller]
    pub(crate) fn held(&self, people: &[&str]) {
        let expected: BTreeSet<_> = people.iter().map(|name| person(name)).collect();
        let seats = self.state().participants.iter();
        let held: BTreeSet<_> =
            seats.filter(|(_, seat)| seat.hold.is_some()).map(|(who, _)| who.clone()).collect();
        assert_eq!(held, expected);
    }

    pub(crate) fn availability(&self, who: &str) -> Result<(), Unavailable> {
        let id = person(who);
        self.world.agent(id.as_agent().unwrap()).unwrap().availability(Medium::Voice)
    }

    pub(crate) fn told(&self, who: &str) -> Vec<&Notice> {
        let who = person(who);
        self.news.iter().filter(|(to, _)| *to == who).map(|(_, notice)| notice).collect()
    }

    pub(crate) fn forget_news(&mut self) {
        self.news.clear();
    }

    pub(crate) fn count(&self, is_such: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|recorded| is_such(&recorded.event)).count()
    }
}
