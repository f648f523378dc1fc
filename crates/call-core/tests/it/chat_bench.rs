//! Verbs of chats: what people write, offer and read on the bench.

use call_core::message::Author;
use call_core::{
    Body, Command, ConversationId, Event, Marks, Medium, Message, MessageAudience, PersonId,
    Refusal, Target, may_write, sees_chat,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, SUPPORT, agent, person};

pub(crate) fn queue(name: &str) -> Target {
    Target::Queue(name.parse().unwrap())
}

impl Bench {
    /// Bob of support and Carol of billing are here, Alice has written to support and Bob has
    /// taken it. Nothing has been said yet.
    pub(crate) fn chatting() -> Self {
        let mut bench = Self::new();
        bench.signs_in(BOB, &[SUPPORT]);
        bench.signs_in(CAROL, &[BILLING]);
        bench.begins(ALICE, SUPPORT);
        bench.accepts(BOB);
        bench
    }

    /// As `chatting`, and Carol is in as well.
    pub(crate) fn conference() -> Self {
        let mut bench = Self::chatting();
        bench.invites(BOB, agent(CAROL));
        bench.accepts(CAROL);
        bench
    }

    /// As `chatting`, and Bob has offered the chat to Carol.
    pub(crate) fn offered() -> Self {
        let mut bench = Self::chatting();
        bench.transfers(BOB, agent(CAROL));
        bench
    }

    /// As `offered`, and Carol has taken it: Bob listens.
    pub(crate) fn given_away() -> Self {
        let mut bench = Self::offered();
        bench.accepts(CAROL);
        bench
    }

    /// A customer's page opens, and it begins a chat with a team.
    pub(crate) fn begins(&mut self, who: &str, name: &str) -> ConversationId {
        self.opens(who, &[]);
        self.leg_up(who);
        let id = self.world.next_conversation();
        self.does(who, Command::Call { team: name.parse().unwrap(), medium: Medium::Chat });
        id
    }

    /// Takes what rings of this one, beside whatever else rings.
    pub(crate) fn takes(&mut self, who: &str, conversation: ConversationId) {
        self.does(who, Command::Accept { conversation });
    }

    fn message(&self, id: &str, audience: MessageAudience, text: &str) -> Command {
        Command::Send {
            conversation: self.conversation,
            id: id.parse().unwrap(),
            audience,
            body: Body::Text(text.to_owned()),
        }
    }

    /// A message with its id, as a page sends it, perhaps again.
    pub(crate) fn sends(&mut self, who: &str, id: &str, text: &str) -> Result<(), Refusal> {
        let message = self.message(id, MessageAudience::Everyone, text);
        self.asks(who, message)
    }

    fn writes(&mut self, who: &str, audience: MessageAudience, text: &str) -> u64 {
        let before = self.last_number();
        let message = self.message(&format!("m-{before}"), audience, text);
        self.does(who, message);
        assert_eq!(self.last_number(), before + 1, "numbers have no holes");
        before + 1
    }

    /// Writes to everybody; what number it has.
    pub(crate) fn says(&mut self, who: &str, text: &str) -> u64 {
        self.writes(who, MessageAudience::Everyone, text)
    }

    /// Writes a note between agents; what number it has.
    pub(crate) fn notes(&mut self, who: &str, text: &str) -> u64 {
        self.writes(who, MessageAudience::Agents, text)
    }

    #[track_caller]
    pub(crate) fn may_not_write(&mut self, who: &str, why: &Refusal) {
        assert_eq!(self.sends(who, "refused", "Hello"), Err(why.clone()), "{who} writes");
        assert_eq!(self.writing(who), Err(why.clone()));
    }

    /// Whether somebody may write, as it is shown.
    pub(crate) fn writing(&self, who: &str) -> Result<(), Refusal> {
        may_write(self.state(), &person(who), MessageAudience::Everyone)
    }

    pub(crate) fn marks(&mut self, who: &str, delivered: u64, read: u64) {
        let conversation = self.conversation;
        self.does(who, Command::Mark { conversation, marks: Marks { delivered, read } });
    }

    /// How far somebody has come: what was delivered, and what was read.
    pub(crate) fn come(&self, who: &str) -> Option<(u64, u64)> {
        let marks = self.state().chat.as_ref().unwrap().marks.get(&person(who))?;
        Some((marks.delivered, marks.read))
    }

    pub(crate) fn last_number(&self) -> u64 {
        self.state().chat.as_ref().unwrap().last
    }

    /// Whether somebody sees what is written.
    pub(crate) fn reads_along(&self, who: &str) -> bool {
        sees_chat(self.state(), &person(who))
    }

    /// These, and only these of those who are here, see what is written.
    #[track_caller]
    pub(crate) fn seen_by(&self, people: &[&str]) {
        let agents = self.world.agents().map(|(id, _)| PersonId::from(id.clone()));
        let customers = self.world.customers().map(|(id, _)| PersonId::Customer(id.clone()));
        let sees = agents.chain(customers).filter(|who| sees_chat(self.state(), who));
        let mut expected: Vec<_> = people.iter().map(|who| person(who)).collect();
        let mut seeing: Vec<_> = sees.collect();
        expected.sort();
        seeing.sort();
        assert_eq!(seeing, expected);
    }

    /// What was written in the conversation, in order.
    pub(crate) fn written(&self) -> Vec<&Message> {
        let of_this = self.events.iter().filter_map(|recorded| match &recorded.event {
            Event::MessageSent { conversation, message, .. } => {
                (*conversation == self.conversation).then_some(message)
            }
            _ => None,
        });
        of_this.collect()
    }

    /// The automated texts its customer was sent.
    pub(crate) fn automated(&self) -> Vec<&str> {
        let all = self.written().into_iter();
        let automated = all.filter(|message| message.author == Author::Automatic);
        automated.map(text_of).collect()
    }

    /// In how many chats an agent is, or is rung for.
    pub(crate) fn chats_of(&self, who: &str) -> usize {
        let id = person(who);
        self.world.agent(id.as_agent().unwrap()).unwrap().line(Medium::Chat).places.len()
    }
}

fn text_of(message: &Message) -> &str {
    message.body.text()
}
