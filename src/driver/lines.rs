//! Who is on which chat channel, and what each of them follows.

use std::collections::{BTreeMap, VecDeque};

use call_core::{ConversationId, PersonId};
use signaling::chat::{Inlet, LineId, News, Outbox, Unfollowed, outbox};

/// Channels of one person: its leg's, and those of a leg that is being replaced. What is more are
/// ends that have not noticed yet.
const LINES_PER_PERSON: usize = 4;

/// The chat channels of everybody. Bounded by the legs.
#[derive(Debug, Default)]
pub(super) struct Lines {
    open: BTreeMap<LineId, Line>,
    of_people: BTreeMap<PersonId, VecDeque<LineId>>,
    /// Who is told what is new in a conversation, and by which asking.
    followers: BTreeMap<ConversationId, BTreeMap<LineId, u64>>,
    last_id: u64,
}

#[derive(Debug)]
struct Line {
    person: PersonId,
    /// The one conversation that the person's token is for, if it is for one.
    only: Option<ConversationId>,
    outbox: Outbox,
}

impl Lines {
    /// A channel begins; a person's oldest one ends where there are too many.
    pub(super) fn open(
        &mut self,
        person: &PersonId,
        only: Option<ConversationId>,
    ) -> (LineId, Inlet) {
        self.last_id += 1;
        let id = LineId(self.last_id);
        let (outbox, inlet) = outbox();
        self.open.insert(id, Line { person: person.clone(), only, outbox });
        let of_person = self.of_people.entry(person.clone()).or_default();
        of_person.push_back(id);
        let oldest = (of_person.len() > LINES_PER_PERSON).then(|| of_person.pop_front()).flatten();
        if let Some(oldest) = oldest {
            self.close(oldest);
        }
        (id, inlet)
    }

    /// A channel is gone, or is to go.
    pub(super) fn close(&mut self, id: LineId) {
        let Some(line) = self.open.remove(&id) else { return };
        if let Some(of_person) = self.of_people.get_mut(&line.person) {
            of_person.retain(|other| *other != id);
            if of_person.is_empty() {
                self.of_people.remove(&line.person);
            }
        }
        self.followers.retain(|_, followers| {
            followers.remove(&id);
            !followers.is_empty()
        });
    }

    /// Whose channel it is.
    pub(super) fn person(&self, id: LineId) -> Option<&PersonId> {
        self.open.get(&id).map(|line| &line.person)
    }

    /// Whether a channel is there for a conversation, as far as its person's token goes.
    pub(super) fn is_for(&self, id: LineId, conversation: ConversationId) -> bool {
        let only = self.open.get(&id).and_then(|line| line.only);
        only.is_none_or(|only| only == conversation)
    }

    /// Tells a channel something.
    pub(super) fn tell(&self, id: LineId, news: News) {
        if let Some(line) = self.open.get(&id) {
            line.outbox.tell(news);
        }
    }

    /// From here on a channel is told what is new in a conversation.
    pub(super) fn follow(&mut self, id: LineId, conversation: ConversationId, serial: u64) {
        if self.open.contains_key(&id) {
            self.followers.entry(conversation).or_default().insert(id, serial);
        }
    }

    /// From here on it is not.
    pub(super) fn unfollow(&mut self, id: LineId, conversation: ConversationId) {
        if let Some(followers) = self.followers.get_mut(&conversation) {
            followers.remove(&id);
            if followers.is_empty() {
                self.followers.remove(&conversation);
            }
        }
    }

    /// Who is told what is new in a conversation.
    pub(super) fn followers(
        &self,
        conversation: ConversationId,
    ) -> impl Iterator<Item = (LineId, &PersonId)> {
        let followers = self.followers.get(&conversation).into_iter().flatten();
        followers.filter_map(|(id, _)| Some((*id, self.person(*id)?)))
    }

    /// Takes leave of those who see a conversation no more: their reasons, by person.
    pub(super) fn dismiss(
        &mut self,
        conversation: ConversationId,
        reason_of: impl Fn(&PersonId) -> Option<Unfollowed>,
    ) {
        let gone: Vec<(LineId, Unfollowed)> = self
            .followers(conversation)
            .filter_map(|(id, person)| Some((id, reason_of(person)?)))
            .collect();
        for (id, reason) in gone {
            let followers = self.followers.get(&conversation);
            let serial = followers.and_then(|followers| followers.get(&id)).copied();
            if let Some(serial) = serial {
                self.tell(id, News::Unfollowed { conversation, serial, reason });
            }
            self.unfollow(id, conversation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: ConversationId = ConversationId(7);

    fn bob() -> PersonId {
        "agent:bob".parse().unwrap()
    }

    #[test]
    fn who_is_gone_is_told_nothing_and_forgotten_whole() {
        let mut lines = Lines::default();
        let (first, _inlet) = lines.open(&bob(), None);
        let (second, _inlet) = lines.open(&bob(), Some(CHAT));
        lines.follow(first, CHAT, 1);
        lines.follow(second, CHAT, 1);
        lines.close(first);
        assert_eq!(lines.followers(CHAT).collect::<Vec<_>>(), [(second, &bob())]);
        assert!(lines.is_for(second, CHAT) && !lines.is_for(second, ConversationId(8)));
        lines.follow(first, CHAT, 2);
        lines.dismiss(CHAT, |_| Some(Unfollowed::Left));
        lines.close(second);
        assert!(lines.open.is_empty() && lines.of_people.is_empty());
        assert!(lines.followers.is_empty());
    }

    #[test]
    fn of_too_many_channels_the_oldest_ends() {
        let mut lines = Lines::default();
        let opened: Vec<_> = (0..=LINES_PER_PERSON).map(|_| lines.open(&bob(), None).0).collect();
        assert_eq!(lines.person(opened[0]), None);
        assert_eq!(lines.person(opened[1]), Some(&bob()));
    }
}
