//! Somebody who writes, in a task of its own.

use std::collections::{BTreeMap, VecDeque};
use std::ops::DerefMut;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::page::{Heard, Page};
use super::tally::Slate;
use super::thread::Thread;
use crate::person::{Person, PersonError};

/// How often it is told how far everything was read, at most: as pages do.
const MARK_EVERY: Duration = Duration::from_secs(1);
/// How far behind its rate somebody may be before it gives up what was missed.
const FURTHEST_BEHIND: Duration = Duration::from_millis(500);
/// How often somebody tries to come back, and how long it waits in between.
const TRIES: usize = 6;
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// How far conversations are to come.
pub(super) type Lasts = Arc<BTreeMap<String, u64>>;

/// What somebody who writes is told to do.
#[derive(Debug)]
pub(super) enum Order {
    /// To vanish without a word, and to come back after so long.
    Vanish(Duration),
    /// To say when everything is acknowledged and the conversations have come so far.
    CatchUp { lasts: Lasts, reply: oneshot::Sender<()> },
    /// To say what it has, and what the history has if that is asked for.
    Account { history: bool, reply: oneshot::Sender<Account> },
}

/// What somebody has in the end.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) person: String,
    pub(super) threads: BTreeMap<String, Thread>,
    /// The history of every conversation, by number, as prints.
    pub(super) history: Option<BTreeMap<String, Vec<(u64, u64)>>>,
}

/// The way to somebody who writes.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) orders: mpsc::Sender<Order>,
}

impl Writer {
    /// Lets somebody write who follows its conversations already. `share` spreads people over time:
    /// from 0 to 1, a different one for everybody.
    pub(super) fn begins<P>(
        person: P,
        page: Page,
        slate: Arc<Slate>,
        rate: watch::Receiver<f64>,
        share: f64,
    ) -> Self
    where
        P: DerefMut<Target = Person> + Send + Sync + 'static,
    {
        // An order is given when the one before is done, but for somebody who is to vanish again.
        let (orders, ordered) = mpsc::channel(8);
        let next = Instant::now();
        let writing = Writing {
            person,
            page,
            slate,
            rate,
            share,
            next,
            again: VecDeque::new(),
            marks_at: next + MARK_EVERY.mul_f64(share),
            waiting: None,
        };
        tokio::spawn(writing.runs(ordered));
        Self { orders }
    }
}

struct Writing<P> {
    person: P,
    page: Page,
    slate: Arc<Slate>,
    /// Messages per second.
    rate: watch::Receiver<f64>,
    share: f64,
    /// When the next message is due.
    next: Instant,
    /// What is to be sent again, and when.
    again: VecDeque<(Instant, String, String)>,
    marks_at: Instant,
    waiting: Option<(Lasts, oneshot::Sender<()>)>,
}

impl<P: DerefMut<Target = Person>> Writing<P> {
    async fn runs(mut self, mut orders: mpsc::Receiver<Order>) {
        self.paces();
        loop {
            self.tells();
            let is_open = self.page.is_open();
            let due = self.due();
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obeys(order).await,
                    None => return,
                },
                frame = self.page.hears(), if is_open => match frame {
                    Some(frame) => self.takes(&frame),
                    None => self.is_cut().await,
                },
                changed = self.rate.changed() => match changed {
                    Ok(()) => self.paces(),
                    Err(_) => return,
                },
                () = sleep_until(due) => self.acts(),
            }
        }
    }

    /// When something is to be done.
    fn due(&self) -> Instant {
        let writes = if *self.rate.borrow() > 0.0 { self.next } else { self.marks_at };
        let again = self.again.front().map_or(writes, |(at, _, _)| *at);
        writes.min(again).min(self.marks_at)
    }

    /// Begins to write at the rate of the moment, each person at a moment of its own.
    fn paces(&mut self) {
        let rate = *self.rate.borrow_and_update();
        if rate > 0.0 {
            self.next = Instant::now() + Duration::from_secs_f64(self.share / rate);
        }
    }

    fn acts(&mut self) {
        let now = Instant::now();
        while self.again.front().is_some_and(|(at, _, _)| *at <= now) {
            let Some((_, conversation, id)) = self.again.pop_front() else { break };
            self.page.sends_again(&conversation, &id);
        }
        if self.marks_at <= now {
            self.marks_at = now + MARK_EVERY;
            self.page.marks();
        }
        let rate = *self.rate.borrow();
        while rate > 0.0 && self.next <= now {
            let earliest = now.checked_sub(FURTHEST_BEHIND).unwrap_or(now);
            self.next = (self.next + Duration::from_secs_f64(1.0 / rate)).max(earliest);
            if !self.page.writes() {
                // Too much is on its way: what was due now is left out.
                self.next = now + Duration::from_secs_f64(1.0 / rate);
                break;
            }
            self.slate.tally().written += 1;
        }
    }

    fn takes(&mut self, frame: &serde_json::Value) {
        if let Heard::TooSoon { conversation, id, wait } = self.page.takes(frame, &self.slate) {
            self.again.push_back((Instant::now() + wait, conversation, id));
        }
    }

    async fn obeys(&mut self, order: Order) {
        match order {
            Order::Vanish(away) => {
                self.slate.tally().drops += 1;
                self.vanishes();
                sleep(away).await;
                self.comes_back().await;
            }
            Order::CatchUp { lasts, reply } => self.waiting = Some((lasts, reply)),
            Order::Account { history, reply } => {
                let history = if history { Some(self.reads_all().await) } else { None };
                let (person, threads) = (self.person.id().to_owned(), self.page.threads().clone());
                // Whoever asked may have given up.
                drop(reply.send(Account { person, threads, history }));
            }
        }
    }

    /// Says so when everything is there that is waited for.
    fn tells(&mut self) {
        let there = |lasts: &BTreeMap<String, u64>| {
            let threads = self.page.threads().iter();
            let come = |(id, thread): (&String, &Thread)| {
                thread.cursor() >= lasts.get(id).copied().unwrap_or_default()
            };
            self.page.unsettled() == 0 && threads.into_iter().all(come)
        };
        if let Some((_, reply)) = self.waiting.take_if(|(lasts, _)| there(lasts)) {
            // Whoever asked may have given up.
            let _told = reply.send(());
        }
    }

    fn vanishes(&mut self) {
        self.page.is_cut();
        self.again.clear();
        self.person.vanishes();
    }

    /// The server has closed the channel, or the leg: the page comes back at once.
    async fn is_cut(&mut self) {
        self.slate.tally().cuts += 1;
        self.vanishes();
        self.comes_back().await;
    }

    async fn comes_back(&mut self) {
        for attempt in 1..=TRIES {
            match self.tries().await {
                Ok(()) => {
                    self.slate.tally().returns += 1;
                    self.paces();
                    return;
                }
                Err(error) if attempt == TRIES => {
                    let words = format!("{} cannot come back: {error:?}", self.person.id());
                    self.slate.tally().complains(words);
                }
                Err(_) => sleep(BETWEEN_TRIES).await,
            }
        }
    }

    async fn tries(&mut self) -> Result<(), PersonError> {
        self.person.comes_back().await?;
        self.person.leg()?.hushes()?;
        self.page.connects(&self.person).await
    }

    async fn reads_all(&mut self) -> BTreeMap<String, Vec<(u64, u64)>> {
        let conversations: Vec<String> = self.page.threads().keys().cloned().collect();
        let mut history = BTreeMap::new();
        for conversation in conversations {
            let (mut all, mut before) = (Vec::new(), None);
            while let Some((rows, more)) =
                self.page.reads_page(&conversation, before, &self.slate).await
            {
                before = rows.first().map(|(number, _)| *number);
                all.splice(0..0, rows);
                if !more || before.is_none() {
                    break;
                }
            }
            history.insert(conversation, all);
        }
        history
    }
}
