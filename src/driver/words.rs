//! What a customer is told by ear: when, and to whom. In which words, `sounds` knows.

use std::collections::{BTreeMap, BTreeSet};

use call_core::conversation::{Announced, Care};
use call_core::{
    Clip, Conversation, ConversationId, Event, Medium, PersonId, Source, World, sources_of,
};

use super::Driver;
use crate::sounds::Words;

/// What customers are to be told who could not hear it yet: at most one entry per conversation.
pub(super) type Unsaid = BTreeMap<ConversationId, Words>;

/// Takes down what a fact gives reason to say.
pub(super) fn note(words: &mut Unsaid, event: &Event) {
    let mut say = |conversation: &ConversationId, more: Words| {
        let said = words.entry(*conversation).or_default();
        *said = said.and(more);
    };
    if let Event::ConversationStarted { conversation, .. } = event {
        say(conversation, Words { welcome: true, ..Words::default() });
    }
    if let Event::WaitAnnounced { conversation, position, estimated_wait_ms } = event {
        let (position, estimated_wait_ms) = (*position, *estimated_wait_ms);
        let wait = Some(Announced { position, estimated_wait_ms });
        say(conversation, Words { wait, ..Words::default() });
    }
    if let Event::ConversationEnded { conversation, .. } = event {
        // Nobody is left to be told what was not said yet.
        say(conversation, Words::default());
    }
    // Whether it leaves the customer alone is seen once all is decided.
    if let Event::ParticipantLost { conversation, participant: PersonId::Agent(_), .. }
    | Event::ParticipantLeft { conversation, participant: PersonId::Agent(_), .. }
    | Event::HandedOver { conversation, .. }
    | Event::Requeued { conversation, .. } = event
    {
        say(conversation, Words { please_wait: true, ..Words::default() });
    }
}

impl Driver {
    /// Says what there is to say, once what everybody hears is in force. Whoever has a fresh leg is
    /// told again how things stand: that page has heard none of it.
    pub(super) fn speak(&mut self, mut words: Unsaid, legs_changed: &BTreeSet<PersonId>) {
        for person in legs_changed.iter().filter(|person| person.as_customer().is_some()) {
            if self.legs.in_use(person).is_none() {
                continue;
            }
            for id in self.world.conversations_of(person) {
                let Some(conversation) = self.world.conversation(id) else { continue };
                let said = words.entry(id).or_default();
                *said = standing(conversation).and(*said);
            }
        }
        for (id, more) in words {
            let said = self.unsaid.remove(&id).unwrap_or_default().and(more);
            if !self.say(id, said) {
                self.unsaid.insert(id, said);
            }
        }
    }

    /// Says something to a conversation's customer. Gives false where it has to wait for a leg;
    /// what nobody needs to hear any more counts as said.
    fn say(&self, id: ConversationId, words: Words) -> bool {
        let conversation = self.world.conversation(id);
        // A chat says nothing aloud.
        let conversation = conversation.filter(|one| one.is_live() && one.medium == Medium::Voice);
        let Some(conversation) = conversation else { return true };
        let Some(customer) = conversation.customer_id() else { return true };
        let Some(leg) = self.legs.in_use(&customer) else { return false };
        // Somebody speaks with it by now, or has asked it to hold.
        if is_alone(&self.world, conversation, &customer) {
            let clips = self.sounds.say(conversation.team.as_ref(), words);
            if !clips.is_empty() {
                self.media.say(leg, clips);
            }
        }
        true
    }
}

/// Whether a customer hears music although nobody has placed it on hold.
fn is_alone(world: &World, conversation: &Conversation, customer: &PersonId) -> bool {
    let held = conversation.participants.get(customer).is_none_or(|seat| seat.hold.is_some());
    let source = sources_of(world, conversation.id).remove(customer);
    !held && source == Some(Source::Play(Clip::Music))
}

/// How things stand for a customer who is alone.
fn standing(conversation: &Conversation) -> Words {
    match &conversation.care {
        Care::Queued(queued) if conversation.offer.is_none() => {
            Words { wait: queued.announced, ..Words::default() }
        }
        Care::Queued(_) | Care::Ended(_) => Words::default(),
        Care::Attended { .. } | Care::Recalling(_) => {
            Words { please_wait: true, ..Words::default() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use call_core::Time;
    use call_core::participant::Absence;

    const CALL: ConversationId = ConversationId(1);

    #[test]
    fn later_news_of_a_place_replaces_the_earlier_and_leaves_the_rest() {
        let mut words = Unsaid::new();
        let agent = "bob".parse().unwrap();
        note(&mut words, &Event::HandedOver { conversation: CALL, by: agent });
        for position in [2, 1] {
            let estimated_wait_ms = None;
            let event = Event::WaitAnnounced { conversation: CALL, position, estimated_wait_ms };
            note(&mut words, &event);
        }
        let wait = Some(Announced { position: 1, estimated_wait_ms: None });
        assert_eq!(words[&CALL], Words { welcome: false, please_wait: true, wait });
    }

    #[test]
    fn that_an_agent_is_lost_is_told_and_that_the_customer_itself_is_is_not() {
        let told = |person: &str| {
            let mut words = Unsaid::new();
            let event = Event::ParticipantLost {
                conversation: CALL,
                participant: person.parse().unwrap(),
                absence: Absence::Lost,
                until: Time(0),
            };
            note(&mut words, &event);
            words.get(&CALL).copied()
        };
        assert_eq!(told("customer:alice"), None);
        assert_eq!(told("agent:bob"), Some(Words { please_wait: true, ..Words::default() }));
    }
}
