//! Many people who write to each other.

use std::collections::BTreeMap;
use std::ops::DerefMut;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::page::Page;
use super::proof::Proof;
use super::tally::{Slate, Tally};
use super::writer::{Account, Lasts, Order, Writer};
use crate::person::{Agent, Customer, Person, PersonError, Place};
use crate::sound::Sound;

/// People who come in at the same time.
const AT_A_TIME: usize = 4;
/// How long it may take until everything that was written is acknowledged and shown, somebody's
/// return included.
const SETTLE: Duration = Duration::from_mins(1);
/// How long one person may take to read all of its history: pages come at a rate.
const READ: Duration = Duration::from_mins(2);
/// What people would say if they spoke.
const TONE: u32 = 440;

/// How many people there are.
#[derive(Clone, Debug)]
pub struct Size {
    /// Conversations, each of a customer with an agent.
    pub chats: usize,
    /// Conversations of one agent.
    pub per_agent: usize,
    /// The team that customers write to, and whose agents answer.
    pub team: String,
    /// A part of everybody's name, so that two crowds at one server do not meet.
    pub run: String,
}

/// Customers and agents who write to each other in pairs. They go with it.
#[derive(Debug)]
pub struct Crowd {
    writers: Vec<Writer>,
    slate: Arc<Slate>,
    rate: watch::Sender<f64>,
    rates: watch::Receiver<f64>,
    /// What messages are stamped from.
    epoch: Instant,
    /// People there are when all are there.
    size: usize,
    dropped: usize,
    conversations: Vec<String>,
}

impl Crowd {
    /// Everybody arrives, every customer is answered and every page follows. Nobody writes yet.
    ///
    /// # Errors
    ///
    /// When one of them cannot.
    pub async fn gathers(place: &Place, size: &Size) -> Result<Self, PersonError> {
        let sound = Sound::tone(TONE);
        let agents = size.chats.div_ceil(size.per_agent);
        let agents = at_a_time(agents, |number| {
            let id = format!("{}-agent-{number}", size.run);
            let sound = sound.clone();
            async move {
                let agent = Agent::arrives_unready(place, &id, &[&size.team], sound).await?;
                hushed(agent)
            }
        });
        let agents = agents.await?;
        let mut customers = customers(place, size, sound.clone()).await?.into_iter();
        let mut crowd = Self::of(agents.len() + size.chats);
        for agent in agents {
            let mine: Vec<Customer> = customers.by_ref().take(size.per_agent).collect();
            agent.gets_ready().await?;
            let mut conversations = Vec::new();
            for customer in &mine {
                writes_to(customer, &size.team).await?;
                conversations.push(agent.accepts().await?.id);
            }
            agent.takes_a_break().await?;
            crowd.conversations.extend(conversations.iter().cloned());
            for (customer, conversation) in mine.into_iter().zip(&conversations) {
                crowd.joins(customer, vec![conversation.clone()]).await?;
            }
            crowd.joins(agent, conversations).await?;
        }
        Ok(crowd)
    }

    /// Customers alone, each answered by somebody else, who says which conversation it is.
    ///
    /// # Errors
    ///
    /// When one of them cannot arrive, or is not answered.
    pub async fn of_customers<E: From<PersonError>, F: Future<Output = Result<String, E>>>(
        place: &Place,
        size: &Size,
        answer: impl Fn() -> F,
    ) -> Result<Self, E> {
        let customers = customers(place, size, Sound::tone(TONE)).await?;
        let mut crowd = Self::of(customers.len());
        for customer in customers {
            writes_to(&customer, &size.team).await?;
            let conversation = answer().await?;
            crowd.conversations.push(conversation.clone());
            crowd.joins(customer, vec![conversation]).await?;
        }
        Ok(crowd)
    }

    fn of(size: usize) -> Self {
        let (rate, rates) = watch::channel(0.0);
        Self {
            writers: Vec::new(),
            slate: Arc::default(),
            rate,
            rates,
            epoch: Instant::now(),
            size,
            dropped: 0,
            conversations: Vec::new(),
        }
    }

    /// Somebody's page follows its conversations.
    async fn joins<P>(&mut self, person: P, conversations: Vec<String>) -> Result<(), PersonError>
    where
        P: DerefMut<Target = Person> + Send + Sync + 'static,
    {
        let page = opens(&person, conversations, self.epoch, &self.slate).await?;
        let share = self.writers.len() as f64 / self.size as f64;
        let (slate, rates) = (Arc::clone(&self.slate), self.rates.clone());
        self.writers.push(Writer::begins(person, page, slate, rates, share));
        Ok(())
    }

    /// What they are written in.
    pub fn conversations(&self) -> &[String] {
        &self.conversations
    }

    /// How many people there are.
    pub fn people(&self) -> usize {
        self.writers.len()
    }

    /// From here on everybody together writes so many messages a second.
    pub fn writes(&self, per_second: f64) {
        self.rate.send_replace(per_second / self.people().max(1) as f64);
    }

    /// Somebody vanishes without a word and comes back after so long: one after another.
    pub fn drops_somebody(&mut self, away: Duration) {
        let (people, number) = (self.people(), self.dropped);
        self.dropped += 1;
        // A step that visits everybody, neighbours far apart.
        let turn = (number * 7 + number / people) % people;
        // Somebody who is away already for the second time is spared.
        drop(self.writers[turn].orders.try_send(Order::Vanish(away)));
    }

    /// The counts so far.
    pub fn tally(&self) -> Tally {
        self.slate.tally().clone()
    }

    /// The counts since this was asked last.
    pub fn takes_tally(&self) -> Tally {
        std::mem::take(&mut self.slate.tally())
    }

    /// The delays since this was asked last.
    pub fn takes_delays(&self) -> super::Delays {
        std::mem::take(&mut self.slate.tally().delays)
    }

    /// Nobody writes any more; waits until everything is acknowledged and shown at both sides, and
    /// compares them, with the history if that is asked for.
    pub async fn proves(&self, history: bool) -> Proof {
        self.writes(0.0);
        let nothing = Arc::new(BTreeMap::new());
        let mut late = self.all_catch_up(&nothing).await;
        let accounts = self.accounts(false).await;
        let lasts = Arc::new(lasts(&accounts));
        late |= self.all_catch_up(&lasts).await;
        let mut proof = Proof::of(&self.accounts(history).await);
        if late {
            proof.wrong += 1;
            proof.complaints.push("not everything has come in time".to_owned());
        }
        proof
    }

    /// Waits until everybody has come so far; whether somebody has not in time.
    async fn all_catch_up(&self, lasts: &Lasts) -> bool {
        let asked = self.writers.iter().map(async |writer| {
            let (reply, done) = oneshot::channel();
            let order = Order::CatchUp { lasts: Arc::clone(lasts), reply };
            // Whoever is gone answers nothing.
            drop(writer.orders.send(order).await);
            timeout(SETTLE, done).await.is_ok_and(|done| done.is_ok())
        });
        !join_all(asked).await.into_iter().all(|is_done| is_done)
    }

    async fn accounts(&self, history: bool) -> Vec<Account> {
        let asked = self.writers.iter().map(async |writer| {
            let (reply, told) = oneshot::channel();
            // Whoever is gone answers nothing.
            drop(writer.orders.send(Order::Account { history, reply }).await);
            timeout(READ, told).await.ok()?.ok()
        });
        join_all(asked).await.into_iter().flatten().collect()
    }
}

/// How far every conversation has come at the side that is furthest.
fn lasts(accounts: &[Account]) -> BTreeMap<String, u64> {
    let mut lasts = BTreeMap::new();
    for (conversation, thread) in accounts.iter().flat_map(|account| &account.threads) {
        let acknowledged = thread.acknowledged().keys().next_back().copied().unwrap_or_default();
        let last = lasts.entry(conversation.clone()).or_insert(0);
        *last = thread.cursor().max(acknowledged).max(*last);
    }
    lasts
}

/// Makes so many of something, a few at a time.
async fn at_a_time<T, F: Future<Output = Result<T, PersonError>>>(
    count: usize,
    make: impl Fn(usize) -> F,
) -> Result<Vec<T>, PersonError> {
    let mut all = Vec::new();
    for first in (0..count).step_by(AT_A_TIME) {
        let some = (first..count.min(first + AT_A_TIME)).map(&make);
        for one in join_all(some).await {
            all.push(one?);
        }
    }
    Ok(all)
}

async fn customers(place: &Place, size: &Size, sound: Sound) -> Result<Vec<Customer>, PersonError> {
    let customers = at_a_time(size.chats, |number| {
        let id = format!("{}-customer-{number}", size.run);
        let sound = sound.clone();
        async move { hushed(Customer::arrives(place, &id, sound).await?) }
    });
    customers.await
}

async fn writes_to(customer: &Person, team: &str) -> Result<(), PersonError> {
    let call = json!({"name": "call", "team": team, "medium": "chat"});
    customer.requests(call).await.map(drop)
}

fn hushed<P: std::ops::Deref<Target = Person>>(person: P) -> Result<P, PersonError> {
    person.leg()?.hushes()?;
    Ok(person)
}

async fn opens(
    person: &Person,
    conversations: Vec<String>,
    epoch: Instant,
    slate: &Slate,
) -> Result<Page, PersonError> {
    let mut page = Page::of(person, conversations, epoch);
    page.connects(person).await?;
    if page.is_following(slate).await {
        return Ok(page);
    }
    Err(PersonError::Alone(person.id().to_owned()))
}
