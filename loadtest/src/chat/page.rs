//! The channel of one person, with the conversations that are followed on it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::timeout;

use super::tally::{Slate, Tally};
use super::thread::{Thread, read};
use crate::peer::ChatPipe;
use crate::person::{Person, PersonError};

/// What the channel is called.
const LABEL: &str = "chat";
/// Messages of one person that are on their way: half of what the server lets be.
const UNDER_WAY: usize = 32;
/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(20);
/// Messages of one page of the history.
const PAGE: u32 = 100;

/// What a frame asks of whoever drives the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing.
    Nothing,
    /// To send a message again after so long.
    TooSoon { conversation: String, id: String, wait: Duration },
}

/// One person's page.
#[derive(Debug)]
pub(super) struct Page {
    pipe: Option<ChatPipe>,
    person: String,
    threads: BTreeMap<String, Thread>,
    /// What messages are stamped from.
    epoch: Instant,
    written: u64,
}

impl Page {
    pub(super) fn of(person: &Person, conversations: Vec<String>, epoch: Instant) -> Self {
        let threads = conversations.into_iter().map(|id| (id, Thread::default())).collect();
        Self { pipe: None, person: person.id().to_owned(), threads, epoch, written: 0 }
    }

    /// Opens a channel, follows from where the page is, and says again what it has to.
    pub(super) async fn connects(&mut self, person: &Person) -> Result<(), PersonError> {
        let pipe = person.leg()?.open_channel(LABEL).await?;
        for (conversation, thread) in &self.threads {
            let after = Some(thread.cursor()).filter(|cursor| *cursor > 0);
            let follow = json!({"type": "follow", "conversation": conversation, "after": after});
            pipe.send(&follow.to_string())?;
        }
        for (conversation, thread) in &self.threads {
            for (id, text) in thread.unsettled() {
                pipe.send(&message(conversation, id, text))?;
            }
        }
        self.pipe = Some(pipe);
        Ok(())
    }

    /// The channel is gone.
    pub(super) fn is_cut(&mut self) {
        self.pipe = None;
    }

    /// Whether there is a channel, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        self.pipe.is_some()
    }

    /// Reads until every conversation is followed.
    pub(super) async fn is_following(&mut self, slate: &Slate) -> bool {
        let mut followed = 0;
        while followed < self.threads.len() {
            let Ok(Some(frame)) = timeout(ANSWER, self.hears()).await else { return false };
            followed += usize::from(frame["type"] == "following");
            self.takes(&frame, slate);
        }
        true
    }

    /// The next frame; nothing once the channel is closed.
    pub(super) async fn hears(&mut self) -> Option<Value> {
        let text = self.pipe.as_mut()?.recv_text().await?;
        // What is no JSON is a frame of no type.
        Some(serde_json::from_str(&text).unwrap_or_default())
    }

    /// What a frame means.
    pub(super) fn takes(&mut self, frame: &Value, slate: &Slate) -> Heard {
        let conversation = frame["conversation"].as_str().unwrap_or_default();
        match frame["type"].as_str().unwrap_or_default() {
            "message" => self.message(conversation, &frame["message"], &mut slate.tally()),
            "ack" => self.acknowledged(conversation, frame, &mut slate.tally()),
            "refused" => return self.refused(conversation, frame, slate),
            "ready" | "following" | "marked" | "typing" | "pong" => {}
            // One that was too soon is told again a second later.
            "error" if frame["error"]["code"] == "rate_limited" => {}
            _ => slate.tally().complains(format!("{}: {frame}", self.person)),
        }
        Heard::Nothing
    }

    fn message(&mut self, conversation: &str, message: &Value, tally: &mut Tally) {
        let known = self.threads.get_mut(conversation).zip(read(message));
        let Some((thread, (number, from, print))) = known else {
            return tally.complains(format!("{}: a strange message {message}", self.person));
        };
        if let Err(words) = thread.takes(number, print) {
            tally.complains(format!("{} in {conversation}: {words}", self.person));
        }
        if from == self.person || from.is_empty() {
            return;
        }
        tally.delivered += 1;
        let stamp = message["text"].as_str().and_then(|text| text.split(' ').next()?.parse().ok());
        if let Some(micros) = stamp {
            let written = self.epoch + Duration::from_micros(micros);
            tally.delays.add(written.elapsed());
        }
    }

    fn acknowledged(&mut self, conversation: &str, ack: &Value, tally: &mut Tally) {
        let thread = self.threads.get_mut(conversation);
        let known = thread.zip(ack["id"].as_str()).zip(ack["number"].as_u64());
        let Some(((thread, id), number)) = known else {
            return tally.complains(format!("{}: a strange {ack}", self.person));
        };
        match thread.settles(&self.person, id, number) {
            Ok(news) => tally.acknowledged += u64::from(news),
            Err(words) => tally.complains(format!("{} in {conversation}: {words}", self.person)),
        }
    }

    fn refused(&self, conversation: &str, frame: &Value, slate: &Slate) -> Heard {
        let (error, id) = (&frame["error"], frame["id"].as_str().unwrap_or_default());
        let Some(wait) = error["retry_after_ms"].as_u64() else {
            slate.tally().complains(format!("{}: {frame}", self.person));
            return Heard::Nothing;
        };
        slate.tally().too_soon += 1;
        let (conversation, id) = (conversation.to_owned(), id.to_owned());
        Heard::TooSoon { conversation, id, wait: Duration::from_millis(wait) }
    }

    /// Sends again what is not acknowledged yet.
    pub(super) fn sends_again(&self, conversation: &str, id: &str) {
        let unsettled = self.threads.get(conversation).map(Thread::unsettled);
        let found = unsettled.and_then(|all| all.iter().find(|(other, _)| other == id));
        if let Some((id, text)) = found {
            self.says(&message(conversation, id, text));
        }
    }

    /// Writes something in the next conversation, unless too much is on its way; whether it did.
    pub(super) fn writes(&mut self) -> bool {
        let Some(pipe) = self.pipe.as_ref() else { return false };
        if self.unsettled() >= UNDER_WAY {
            return false;
        }
        let turn = self.written as usize % self.threads.len().max(1);
        let Some((conversation, thread)) = self.threads.iter_mut().nth(turn) else { return false };
        self.written += 1;
        let id = format!("m-{}", self.written);
        let stamp = self.epoch.elapsed().as_micros();
        let text =
            format!("{stamp} the invoice of last month, and what is to become of it, if any");
        // A channel that is gone is seen at the other end.
        drop(pipe.send(&message(conversation, &id, &text)));
        thread.writes(id, text);
        true
    }

    /// Tells how far everything was read.
    pub(super) fn marks(&mut self) {
        let Some(pipe) = self.pipe.as_ref() else { return };
        for (conversation, thread) in &mut self.threads {
            let Some(last) = thread.marks() else { continue };
            let mark = json!({"type": "mark", "conversation": conversation, "delivered": last,
                "read": last});
            drop(pipe.send(&mark.to_string()));
        }
    }

    /// Messages that are not acknowledged.
    pub(super) fn unsettled(&self) -> usize {
        self.threads.values().map(|thread| thread.unsettled().len()).sum()
    }

    /// How far every conversation has come.
    pub(super) fn threads(&self) -> &BTreeMap<String, Thread> {
        &self.threads
    }

    /// Reads a page of the history: the messages before a number, and whether there are more.
    pub(super) async fn reads_page(
        &mut self,
        conversation: &str,
        before: Option<u64>,
        slate: &Slate,
    ) -> Option<(Vec<(u64, u64)>, bool)> {
        loop {
            self.says(
                &json!({"type": "page", "request": 1, "conversation": conversation,
                "before": before, "limit": PAGE})
                .to_string(),
            );
            let answer = timeout(ANSWER, self.hears_of_page(slate)).await.ok()??;
            let Some(wait) = answer["error"]["retry_after_ms"].as_u64() else {
                let messages = answer["messages"].as_array()?;
                let rows =
                    messages.iter().filter_map(read).map(|(number, _, print)| (number, print));
                return Some((rows.collect(), answer["more"] == true));
            };
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    /// The next page, or the error that there is none now.
    async fn hears_of_page(&mut self, slate: &Slate) -> Option<Value> {
        loop {
            let frame = self.hears().await?;
            let too_soon = frame["type"] == "error" && frame["error"]["code"] == "rate_limited";
            if frame["type"] == "page" || too_soon {
                return Some(frame);
            }
            self.takes(&frame, slate);
        }
    }

    fn says(&self, text: &str) {
        if let Some(pipe) = &self.pipe {
            // A channel that is gone is seen at the other end.
            drop(pipe.send(text));
        }
    }
}

/// A frame that sends a message.
fn message(conversation: &str, id: &str, text: &str) -> String {
    json!({"type": "send", "conversation": conversation, "id": id, "text": text}).to_string()
}
