//! The two kinds of people, with the commands of their role.

use std::ops::{Deref, DerefMut};

use serde_json::{Value, json};

use super::{Person, PersonError, Place};
use crate::signal::View;
use crate::sound::Sound;
use crate::token::Claims;

/// Somebody who calls.
#[derive(Debug)]
pub struct Customer(Person);

impl Deref for Customer {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.0
    }
}

impl DerefMut for Customer {
    fn deref_mut(&mut self) -> &mut Person {
        &mut self.0
    }
}

impl Customer {
    /// Opens the page, with a leg.
    ///
    /// # Errors
    ///
    /// When the server does not welcome the customer or the leg does not connect.
    pub async fn arrives(place: &Place, id: &str, sound: Sound) -> Result<Self, PersonError> {
        Self::arrives_with(place, id, Claims::customer(id), sound).await
    }

    /// The same with a token of one's own.
    ///
    /// # Errors
    ///
    /// When the server does not welcome the customer or the leg does not connect.
    pub async fn arrives_with(
        place: &Place,
        id: &str,
        claims: Claims,
        sound: Sound,
    ) -> Result<Self, PersonError> {
        Person::arrives(place, format!("customer:{id}"), claims, sound).await.map(Self)
    }

    /// Calls a team.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn calls(&self, team: &str) -> Result<String, PersonError> {
        let answer = self.requests(json!({"name": "call", "team": team})).await?;
        let id = answer["conversation"].as_str().unwrap_or_default().to_owned();
        self.sees("the call's first view", |view| view.id == id).await?;
        Ok(id)
    }
}

/// Somebody who answers.
#[derive(Debug)]
pub struct Agent(Person);

impl Deref for Agent {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.0
    }
}

impl DerefMut for Agent {
    fn deref_mut(&mut self) -> &mut Person {
        &mut self.0
    }
}

impl Agent {
    /// Opens the desk, with a leg, ready for offers.
    ///
    /// # Errors
    ///
    /// When the server does not welcome the agent or the leg does not connect.
    pub async fn arrives(
        place: &Place,
        id: &str,
        teams: &[&str],
        sound: Sound,
    ) -> Result<Self, PersonError> {
        Self::arrives_with(place, id, Claims::agent(id, teams), sound).await
    }

    /// The same with a token of one's own.
    ///
    /// # Errors
    ///
    /// When the server does not welcome the agent or the leg does not connect.
    pub async fn arrives_with(
        place: &Place,
        id: &str,
        claims: Claims,
        sound: Sound,
    ) -> Result<Self, PersonError> {
        let person = Person::arrives(place, format!("agent:{id}"), claims, sound).await?;
        let agent = Self(person);
        agent.gets_ready().await?;
        Ok(agent)
    }

    /// Opens the desk and takes a break before there is a leg: no offer can come in between.
    ///
    /// # Errors
    ///
    /// When the server does not welcome the agent or the leg does not connect.
    pub async fn arrives_unready(
        place: &Place,
        id: &str,
        teams: &[&str],
        sound: Sound,
    ) -> Result<Self, PersonError> {
        let claims = Claims::agent(id, teams);
        let mut agent = Self(Person::signs_on(place, format!("agent:{id}"), claims, sound).await?);
        agent.takes_a_break().await?;
        agent.connects_leg().await?;
        Ok(agent)
    }

    /// Is there for offers, and knows that the server can send sound here.
    ///
    /// # Errors
    ///
    /// When it is refused, or the leg is not up.
    pub async fn gets_ready(&self) -> Result<(), PersonError> {
        self.requests(json!({"name": "set_status", "status": "present"})).await?;
        let signal = self.signal()?;
        signal
            .until("a leg that is up", self.place.patience, |known| {
                known.desk.as_ref().filter(|desk| desk.you.leg == "up").map(drop)
            })
            .await?;
        Ok(())
    }

    /// Takes a break: no offers come.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn takes_a_break(&self) -> Result<(), PersonError> {
        let away = json!({"name": "set_status", "status": "away", "reason": "break"});
        self.requests(away).await.map(drop)
    }

    /// Calls a colleague.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn calls_colleague(&self, agent: &str) -> Result<String, PersonError> {
        let answer = self.requests(json!({"name": "call_agent", "agent": agent})).await?;
        Ok(answer["conversation"].as_str().unwrap_or_default().to_owned())
    }

    /// Takes the first who waits in a team's queue.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn gets_next(&self, team: &str) -> Result<String, PersonError> {
        let answer = self.requests(json!({"name": "get_next", "team": team})).await?;
        Ok(answer["conversation"].as_str().unwrap_or_default().to_owned())
    }

    /// Waits until it rings here.
    ///
    /// # Errors
    ///
    /// When it does not in time.
    pub async fn is_rung(&self) -> Result<View, PersonError> {
        self.sees("an offer to accept", |view| {
            view.actions.iter().any(|action| action.name == "accept" && action.enabled)
        })
        .await
    }

    /// Waits for the ring, accepts, and waits for the seat.
    ///
    /// # Errors
    ///
    /// When it does not ring, or the accept is refused.
    pub async fn accepts(&self) -> Result<View, PersonError> {
        let conversation = self.is_rung().await?.id;
        self.requests(json!({"name": "accept", "conversation": conversation})).await?;
        let me = self.id();
        self.sees("a seat", |view| view.id == conversation && view.has_joined(me)).await
    }

    /// Waits for the ring and declines, with a word to the initiator.
    ///
    /// # Errors
    ///
    /// When it does not ring, or the decline is refused.
    pub async fn declines(&self, text: &str) -> Result<(), PersonError> {
        let conversation = self.is_rung().await?.id;
        let command = json!({"name": "decline", "conversation": conversation, "text": text});
        self.requests(command).await.map(drop)
    }

    /// Invites an agent; the customer goes on hold when the target answers.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn invites(&self, agent: &str) -> Result<String, PersonError> {
        self.invites_with(json!({"target": {"agent": agent}})).await
    }

    /// Invites with every detail: `target`, `hold`, `on_failure`, `note`.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn invites_with(&self, details: Value) -> Result<String, PersonError> {
        let answer = self.commands("invite", details).await?;
        Ok(answer["offer"].as_str().unwrap_or_default().to_owned())
    }

    /// Transfers blindly to an agent.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn transfers(&self, agent: &str) -> Result<(), PersonError> {
        self.commands("transfer", json!({"target": {"agent": agent}})).await.map(drop)
    }

    /// Withdraws the invitation.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn cancels(&self) -> Result<(), PersonError> {
        self.commands("cancel", json!({})).await.map(drop)
    }

    /// Puts somebody on hold.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn holds(&self, person: &str) -> Result<(), PersonError> {
        self.commands("hold", json!({"participant": person})).await.map(drop)
    }

    /// Takes somebody off hold.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn resumes(&self, person: &str) -> Result<(), PersonError> {
        self.commands("resume", json!({"participant": person})).await.map(drop)
    }

    /// Exchanges who is held, the customer or the target.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn swaps(&self) -> Result<(), PersonError> {
        self.commands("swap", json!({})).await.map(drop)
    }

    /// Brings everybody together.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn merges(&self) -> Result<(), PersonError> {
        self.commands("merge", json!({})).await.map(drop)
    }

    /// Completes the transfer: the others talk, this agent goes to wrap-up.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn completes(&self) -> Result<(), PersonError> {
        self.commands("complete", json!({})).await.map(drop)
    }

    /// Removes somebody from the conversation.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn removes(&self, person: &str) -> Result<(), PersonError> {
        self.commands("remove", json!({"participant": person})).await.map(drop)
    }

    /// Ends the wrap-up.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn finishes_wrap_up(&self) -> Result<(), PersonError> {
        self.requests(json!({"name": "finish_wrap_up"})).await.map(drop)
    }
}
