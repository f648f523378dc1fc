//! A customer who writes what no page would.

use std::time::Duration;

use serde_json::{Value, json};

use crate::attack::{AttackError, Played, Stage};
use crate::peer::ChatPipe;
use crate::person::{Agent, Customer, PersonError};
use crate::sound::Sound;

/// How long any answer may take beside a flood.
const ANSWER: Duration = Duration::from_secs(20);
/// What it would say if it spoke.
const TONE: u32 = 1900;

/// A customer with a chat of its own in a queue, and its channel.
#[derive(Debug)]
pub(super) struct Mallory {
    customer: Customer,
    pipe: ChatPipe,
    /// The chat.
    pub(super) conversation: String,
    team: String,
    sent: u64,
}

impl Mallory {
    /// Arrives, writes to a team in which nobody is, and opens its channel.
    pub(super) async fn arrives(stage: &Stage) -> Result<Self, AttackError> {
        let (name, team) = (stage.name("writer"), stage.victim());
        let customer = Customer::arrives(&stage.place, &name, Sound::tone(TONE)).await?;
        let call = json!({"name": "call", "team": team, "medium": "chat"});
        let answer = customer.requests(call).await?;
        let conversation = answer["conversation"].as_str().unwrap_or_default().to_owned();
        let pipe = channel(&customer).await?;
        let mut mallory = Self { customer, pipe, conversation, team, sent: 0 };
        mallory.hears_of("ready").await?;
        Ok(mallory)
    }

    /// An agent takes the chat, and follows it.
    pub(super) async fn is_answered(&self, stage: &Stage) -> Result<Friend, AttackError> {
        let (name, team) = (stage.name("friend"), [&self.team[..]]);
        let agent = Agent::arrives(&stage.place, &name, &team, Sound::tone(TONE)).await?;
        agent.accepts().await?;
        let pipe = agent.leg()?.open_channel("chat").await;
        let mut friend = Friend { agent, pipe: pipe.map_err(PersonError::from)? };
        friend.says(&json!({"type": "follow", "conversation": self.conversation}))?;
        friend.hears_of("following").await?;
        Ok(friend)
    }

    /// A fresh leg with a fresh channel, in place of what there was.
    pub(super) async fn comes_back(&mut self) -> Result<(), AttackError> {
        self.customer.connects_leg().await?;
        self.pipe = channel(&self.customer).await?;
        self.hears_of("ready").await.map(drop)
    }

    /// What only this channel is for.
    pub(super) fn pipe(&self) -> &ChatPipe {
        &self.pipe
    }

    /// Says something, whatever it is.
    pub(super) fn says(&mut self, frame: &str) -> Result<(), AttackError> {
        self.sent += 1;
        Ok(self.pipe.send(frame).map_err(PersonError::from)?)
    }

    /// Says something that is a message of the protocol.
    pub(super) fn tells(&mut self, message: &Value) -> Result<(), AttackError> {
        self.says(&message.to_string())
    }

    /// Sends a message.
    pub(super) fn sends(&mut self, id: &str, text: &str) -> Result<(), AttackError> {
        let conversation = self.conversation.clone();
        self.tells(&json!({"type": "send", "conversation": conversation, "id": id, "text": text}))
    }

    /// The next frame; nothing once the channel is closed.
    pub(super) async fn hears(&mut self) -> Result<Option<Value>, AttackError> {
        next(&mut self.pipe).await
    }

    /// Reads until a frame of a type comes.
    pub(super) async fn hears_of(&mut self, kind: &'static str) -> Result<Value, AttackError> {
        hears_of(&mut self.pipe, kind).await
    }

    /// Reads until an error comes that has this code.
    pub(super) async fn is_refused(&mut self, code: &'static str) -> Result<(), AttackError> {
        while let Some(frame) = self.hears().await? {
            if frame["error"]["code"] == code {
                return Ok(());
            }
        }
        Err(AttackError::InVain(code))
    }

    /// Writes something that is taken, acknowledged and shown as if nothing had been.
    pub(super) async fn is_served(&mut self) -> Result<(), AttackError> {
        let conversation = self.conversation.clone();
        self.tells(&json!({"type": "follow", "conversation": conversation}))?;
        self.hears_of("following").await?;
        self.sends("served", "served")?;
        let (mut acknowledged, mut shown) = (false, false);
        while !(acknowledged && shown) {
            let frame = self.hears().await?.ok_or(AttackError::InVain("a channel that is open"))?;
            acknowledged |= frame["type"] == "ack" && frame["id"] == "served";
            shown |= frame["type"] == "message" && frame["message"]["id"] == "served";
        }
        Ok(())
    }

    /// Everything that is in the history of its chat: numbers and texts.
    pub(super) async fn reads_all(&mut self) -> Result<Vec<(u64, String)>, AttackError> {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let conversation = self.conversation.clone();
            self.tells(&json!({"type": "page", "request": 1, "conversation": conversation,
                "before": before, "limit": 100}))?;
            let page = self.hears_of("page").await?;
            let row = |message: &Value| {
                Some((message["number"].as_u64()?, message["text"].as_str()?.to_owned()))
            };
            let rows: Vec<_> =
                page["messages"].as_array().into_iter().flatten().filter_map(row).collect();
            before = rows.first().map(|(number, _)| *number);
            all.splice(0..0, rows);
            if page["more"] != true || before.is_none() {
                return Ok(all);
            }
        }
    }

    /// It is over.
    pub(super) fn ends(self) -> Played {
        Played { sent: self.sent, people: vec![self.customer], ..Played::default() }
    }
}

/// An agent who has taken Mallory's chat.
#[derive(Debug)]
pub(super) struct Friend {
    agent: Agent,
    pipe: ChatPipe,
}

impl Friend {
    /// Says something that is a message of the protocol.
    pub(super) fn says(&self, message: &Value) -> Result<(), AttackError> {
        Ok(self.pipe.send(&message.to_string()).map_err(PersonError::from)?)
    }

    /// Reads until a frame of a type comes.
    pub(super) async fn hears_of(&mut self, kind: &'static str) -> Result<Value, AttackError> {
        hears_of(&mut self.pipe, kind).await
    }

    /// Counts the frames of a kind that have come, up to the answer to a ping.
    pub(super) async fn counts(
        &mut self,
        is_it: impl Fn(&Value) -> bool,
    ) -> Result<u64, AttackError> {
        self.says(&json!({"type": "ping"}))?;
        let mut count = 0;
        while let Some(frame) = next(&mut self.pipe).await? {
            if frame["type"] == "pong" {
                return Ok(count);
            }
            count += u64::from(is_it(&frame));
        }
        Err(AttackError::InVain("a channel that is open"))
    }

    /// Goes home in order: nothing is left of it for the next attack.
    pub(super) async fn ends(mut self) {
        // A chat that is over, or a leg that is gone, is what is wanted.
        drop(self.agent.disconnects_leg().await);
    }
}

async fn channel(customer: &Customer) -> Result<ChatPipe, AttackError> {
    let leg = customer.leg()?;
    leg.hushes().map_err(PersonError::from)?;
    Ok(leg.open_channel("chat").await.map_err(PersonError::from)?)
}

async fn next(pipe: &mut ChatPipe) -> Result<Option<Value>, AttackError> {
    let text = tokio::time::timeout(ANSWER, pipe.recv_text()).await;
    let text = text.map_err(|_| AttackError::InVain("a frame, or the end of the channel"))?;
    text.map(|text| serde_json::from_str(&text).map_err(AttackError::stack)).transpose()
}

async fn hears_of(pipe: &mut ChatPipe, kind: &'static str) -> Result<Value, AttackError> {
    while let Some(frame) = next(pipe).await? {
        if frame["type"] == kind {
            return Ok(frame);
        }
    }
    Err(AttackError::InVain(kind))
}
