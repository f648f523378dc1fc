//! What others than the sessions want to know of the state.

use call_core::conversation::Care;
use call_core::{Conversation, ConversationId, Medium, Time};
use signaling::{Look, Outline};

use super::Driver;

impl Driver {
    /// Answers from the state as it is. Whoever has given up waiting is told nothing.
    pub(super) fn look(&self, look: Look) {
        let told = match look {
            Look::Outline { conversation, answer } => {
                answer.send(self.world.conversation(conversation).map(outline)).is_ok()
            }
            Look::Chats { before, answer } => answer.send(self.chats(before)).is_ok(),
        };
        if !told {
            tracing::debug!("nobody waits for the answer any more");
        }
    }

    /// The chats that are remembered, which those that may go on again are as well.
    fn chats(&self, before: Time) -> Vec<ConversationId> {
        let chats = self.world.conversations().filter(|one| one.medium == Medium::Chat);
        chats.filter(|one| one.started_at < before).map(|one| one.id).collect()
    }
}

fn outline(conversation: &Conversation) -> Outline {
    let mut agents = conversation.served.clone();
    let seated = conversation.agent_seats().map(|(agent, _)| agent);
    agents.extend(seated.filter(|agent| !conversation.served.contains(agent)).cloned());
    let seats = conversation.participants.iter();
    Outline {
        medium: conversation.medium,
        team: conversation.team.clone(),
        customer: conversation.customer().cloned(),
        agents,
        names: seats.map(|(person, seat)| (person.clone(), seat.name.clone())).collect(),
        began_at: conversation.started_at,
        ended_at: match &conversation.care {
            Care::Ended(ending) => Some(ending.at),
            Care::Queued(_) | Care::Attended { .. } | Care::Recalling(_) => None,
        },
    }
}
