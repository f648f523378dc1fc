//! Alice writes to Bob: how stories of chats begin.

use loadtest::person::{Agent, Customer, Person, Place};
use loadtest::sound::Sound;
use serde_json::{Value, json};

use crate::chat_page::Page;
use crate::ears;
use crate::files_page::{FilesPage, Paper};

/// A customer chats with an agent.
pub(crate) struct Chat {
    pub(crate) alice: Customer,
    pub(crate) bob: Agent,
    pub(crate) id: String,
}

impl Chat {
    pub(crate) async fn begins(place: &Place) -> Self {
        let (alice, bob) = tokio::join!(
            Customer::arrives(place, "alice", Sound::tone(ears::ALICE)),
            Agent::arrives(place, "bob", &["support"], Sound::tone(ears::BOB)),
        );
        let (alice, bob) = (alice.unwrap(), bob.unwrap());
        let id = writes_to(&alice, "support").await;
        bob.accepts().await.unwrap();
        Self { alice, bob, id }
    }

    pub(crate) async fn pages(&self) -> (Page, Page) {
        let (mut alice, mut bob) =
            tokio::join!(Page::opens(&self.alice, &self.id), Page::opens(&self.bob, &self.id));
        // Whoever begins is given the latest fifty: of more that is written before, not all.
        tokio::join!(alice.hears_of("following"), bob.hears_of("following"));
        (alice, bob)
    }

    /// Alice sends Bob a file; the number of its message.
    pub(crate) async fn sends(&self, page: &mut Page, files: &mut FilesPage, paper: &Paper) -> u64 {
        let file = files.keeps(paper, "u-1").await;
        names(page, &self.id, "with-file", &file, paper.audience).await["number"].as_u64().unwrap()
    }
}

/// A customer begins a chat with a team; its id.
pub(crate) async fn writes_to(customer: &Person, team: &str) -> String {
    let command = json!({"name": "call", "team": team, "medium": "chat"});
    let answer = customer.requests(command).await.unwrap();
    answer["conversation"].as_str().unwrap().to_owned()
}

/// Sends a message that names a file.
pub(crate) async fn names(
    page: &mut Page,
    chat: &str,
    id: &str,
    file: &str,
    audience: &str,
) -> Value {
    page.says(&json!({"type": "send", "conversation": chat, "id": id, "text": "look",
        "file": file, "audience": audience}));
    loop {
        let answer = page.hears().await;
        if answer["id"] == id && answer["type"] != "message" {
            return answer;
        }
    }
}

/// The channels of a person for messages and for files.
pub(crate) async fn opens_both(person: &Person, chat: &str) -> (Page, FilesPage) {
    let page = Page::opens(person, chat).await;
    (page, FilesPage::opens(person, chat).await)
}
