use std::fmt::Display;
use std::pin::{Pin, pin};
use std::sync::Arc;

use call_core::{FileNote, PersonId};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::counters::ChatCounters;
use super::limits::PATIENCE;
use super::machine::Machine;
use super::outbox::{Found, Inlet};
use super::pace::Pace;
use super::wants::Output;
use super::wire::ChatServerMessage;
use super::{Ask, History, Incoming, LineId, Said, Unreadable};
use crate::limits::Limits;
use crate::under_way::outcome;

/// One chat channel, as far as the driver knows it.
#[derive(Debug)]
pub struct Line {
    /// Its name.
    pub id: LineId,
    /// Whose it is.
    pub person: PersonId,
    /// What the driver tells.
    pub inlet: Inlet,
    /// Where to ask the driver.
    pub asks: mpsc::Sender<(LineId, Ask)>,
    /// Where it is counted what is done here.
    pub counters: Arc<ChatCounters>,
}

/// Runs one chat channel until its client goes or asks too much, or the driver lets it go; the
/// driver is told in each case. Dropping `outgoing` closes the channel.
pub async fn run<In, Out, H>(line: Line, limits: &Limits, history: H, incoming: In, outgoing: Out)
where
    In: Stream<Item = Incoming>,
    Out: Sink<String>,
    Out::Error: Display,
    H: History,
{
    let Line { id, person, inlet, asks, counters } = line;
    let _open = counters.open();
    let pace = Pace::new(limits.errors_in_a_row, limits.rate_limited_in_a_row, Instant::now());
    let machine = Machine::new(person, pace);
    Channel { id, machine, inlet, asks: asks.clone(), counters: &counters }
        .serve(&history, pin!(incoming), pin!(outgoing))
        .await;
    if asks.send((id, Ask::Closed)).await.is_err() {
        tracing::trace!("the driver is gone before the last channel");
    }
}

type Finding<'h> = Pin<Box<dyn Future<Output = Result<Option<FileNote>, Unreadable>> + Send + 'h>>;
type Reading<'h> = Pin<Box<dyn Future<Output = Result<Vec<Said>, Unreadable>> + Send + 'h>>;

struct Channel<'c> {
    id: LineId,
    machine: Machine,
    inlet: Inlet,
    asks: mpsc::Sender<(LineId, Ask)>,
    counters: &'c ChatCounters,
}

impl Channel<'_> {
    async fn serve<In, Out, H>(
        &mut self,
        history: &H,
        mut incoming: Pin<&mut In>,
        mut outgoing: Pin<&mut Out>,
    ) where
        In: Stream<Item = Incoming>,
        Out: Sink<String>,
        Out::Error: Display,
        H: History,
    {
        let mut reading: Option<Reading<'_>> = None;
        let mut finding: Option<Finding<'_>> = None;
        loop {
            while let Some(output) = self.machine.next() {
                let goes_on = match output {
                    Output::Frame(message) => self.write(&mut outgoing, &message).await,
                    Output::Ask(ask) => self.asks.send((self.id, ask)).await.is_ok(),
                    Output::Read(query) => {
                        reading = Some(Box::pin(history.read(query)));
                        true
                    }
                    Output::Find { conversation, file, audience } => {
                        finding = Some(Box::pin(history.file(conversation, file, audience)));
                        true
                    }
                    Output::End => false,
                };
                if !goes_on {
                    return;
                }
            }
            tokio::select! {
                found = self.inlet.next() => match found {
                    Some(Found::News(news)) => self.machine.news(news),
                    Some(Found::Missed) => {
                        self.counters.missed();
                        self.machine.missed_news();
                    }
                    None => return,
                },
                found = outcome(&mut finding) => {
                    finding = None;
                    self.machine.found(found);
                }
                said = outcome(&mut reading) => {
                    reading = None;
                    self.machine.read(said);
                }
                frame = incoming.next() => match frame {
                    Some(Incoming::Text(text)) => self.machine.text(&text, Instant::now()),
                    Some(Incoming::Binary) => self.machine.binary(Instant::now()),
                    None => return,
                },
            }
        }
    }

    /// Writes a message; whether the channel has taken it.
    async fn write<Out>(&self, outgoing: &mut Pin<&mut Out>, message: &ChatServerMessage) -> bool
    where
        Out: Sink<String>,
        Out::Error: Display,
    {
        self.counters.told(message);
        let text = serde_json::to_string(message).expect("every server message is plain data");
        match timeout(PATIENCE, outgoing.send(text)).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::debug!(%error, "the channel cannot be written to");
                false
            }
            Err(_) => {
                tracing::debug!("the client takes nothing");
                self.counters.slow_reader();
                false
            }
        }
    }
}
