//! A page that chats over the independent stack: it numbers what it writes, says again what was not
//! acknowledged, and notices every message that comes twice, late or changed.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use loadtest::peer::ChatPipe;
use loadtest::person::Person;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::PATIENCE;

/// Messages a page has on their way.
const UNDER_WAY: usize = 32;

/// One person's page in one conversation.
pub(crate) struct Page {
    pub(crate) pipe: Option<ChatPipe>,
    conversation: String,
    name: String,
    /// Ids that were not acknowledged, in the order in which they were written.
    unsettled: VecDeque<String>,
    /// The numbers of those that were.
    pub(crate) acknowledged: BTreeMap<String, u64>,
    /// What everybody sees: number, text.
    pub(crate) shown: BTreeMap<u64, String>,
    /// The last message on this channel.
    cursor: u64,
    /// Letters after the id in each of its messages.
    pub(crate) padding: usize,
}

impl Page {
    fn of(person: &Person, conversation: &str) -> Self {
        Self {
            pipe: None,
            conversation: conversation.to_owned(),
            name: person.id().replace(':', "-"),
            unsettled: VecDeque::new(),
            acknowledged: BTreeMap::new(),
            shown: BTreeMap::new(),
            cursor: 0,
            padding: 0,
        }
    }

    /// A page that follows the conversation.
    pub(crate) async fn opens(person: &Person, conversation: &str) -> Self {
        let mut page = Self::of(person, conversation);
        page.connects(person).await;
        page
    }

    /// Opens a fresh channel, follows from where the page is, and says again what it has to.
    pub(crate) async fn connects(&mut self, person: &Person) {
        self.pipe = Some(person.leg().unwrap().open_channel("chat").await.unwrap());
        let ready = self.hears().await;
        assert_eq!(ready["type"], "ready", "{ready}");
        assert_eq!(ready["person"], person.id());
        let after = (self.cursor > 0).then_some(self.cursor);
        self.says(&json!({"type": "follow", "conversation": self.conversation, "after": after}));
        for id in self.unsettled.clone() {
            self.sends(&id);
        }
    }

    /// The channel is gone, as when a network changes.
    pub(crate) fn is_cut(&mut self) {
        self.pipe = None;
    }

    pub(crate) fn says(&self, message: &Value) {
        self.pipe.as_ref().unwrap().send(&message.to_string()).unwrap();
    }

    /// Writes a message whose text begins with its id.
    pub(crate) fn writes(&mut self, n: usize) {
        let id = format!("{}-{n}", self.name);
        self.sends(&id);
        self.unsettled.push_back(id);
    }

    /// Sends a message, perhaps again.
    pub(crate) fn sends(&self, id: &str) {
        let text = format!("{id} {}", "x".repeat(self.padding));
        self.says(&json!({"type": "send", "conversation": self.conversation, "id": id,
            "text": text}));
    }

    /// The next frame; nothing once the channel is closed.
    pub(crate) async fn hears_or_ends(&mut self) -> Option<Value> {
        let pipe = self.pipe.as_mut().unwrap();
        let Ok(text) = timeout(PATIENCE, pipe.recv_text()).await else {
            let (shown, open) = (self.shown.len(), self.unsettled.len());
            panic!("{}: no frame and no end, {shown} shown, {open} to go", self.name);
        };
        let text = text?;
        let frame: Value = serde_json::from_str(&text).unwrap();
        self.takes(&frame);
        Some(frame)
    }

    /// The next frame.
    pub(crate) async fn hears(&mut self) -> Value {
        self.hears_or_ends().await.expect("an open channel")
    }

    /// Reads until a frame of a type comes.
    pub(crate) async fn hears_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.hears().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    fn takes(&mut self, frame: &Value) {
        if frame["type"] == "message" {
            let number = frame["message"]["number"].as_u64().unwrap();
            let text = first_word(&frame["message"]["text"]);
            assert!(number > self.cursor, "{number} after {}", self.cursor);
            self.cursor = number;
            assert_eq!(self.shown.insert(number, text), None, "{number} came twice");
        }
        if frame["type"] == "ack" {
            let id = frame["id"].as_str().unwrap().to_owned();
            let number = frame["number"].as_u64().unwrap();
            self.unsettled.retain(|unsettled| *unsettled != id);
            let before = self.acknowledged.insert(id, number);
            assert!(before.is_none_or(|before| before == number), "{before:?} became {number}");
        }
    }

    /// Reads the next frame; what was too soon is said again when it is time.
    async fn goes_on(&mut self) {
        let frame = self.hears().await;
        if frame["type"] == "refused" {
            assert_eq!(frame["error"]["code"], "rate_limited", "{frame}");
            sleep(Duration::from_millis(frame["error"]["retry_after_ms"].as_u64().unwrap())).await;
            self.sends(frame["id"].as_str().unwrap());
        }
    }

    /// Writes some more messages until all are acknowledged.
    pub(crate) async fn writes_all(&mut self, numbers: std::ops::Range<usize>) {
        for n in numbers {
            self.writes(n);
            while self.unsettled.len() >= UNDER_WAY {
                self.goes_on().await;
            }
        }
        while !self.unsettled.is_empty() {
            self.goes_on().await;
        }
    }

    /// Reads until so many messages are shown.
    pub(crate) async fn shows(&mut self, messages: usize) {
        while self.shown.len() < messages {
            self.goes_on().await;
        }
    }

    /// Everything that was acknowledged is shown under its number, and nothing else of this person.
    pub(crate) fn is_consistent(&self) {
        for (id, number) in &self.acknowledged {
            assert_eq!(self.shown.get(number), Some(id));
        }
        let own = self.shown.values().filter(|text| text.starts_with(&self.name)).count();
        assert_eq!(own, self.acknowledged.len());
    }
}

/// The id that a message begins with.
pub(crate) fn first_word(text: &Value) -> String {
    text.as_str().unwrap().split(' ').next().unwrap().to_owned()
}
