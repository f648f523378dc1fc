//! Calls and chats that have nothing to do with the attack, and must not notice it.

use std::time::{Duration, Instant};

use super::super::AttackError;
use crate::chat::{Crowd, Size};
use crate::peer::{LegState, Packet};
use crate::person::{Agent, Customer, Person, Place};
use crate::sound::Sound;

/// Packets of one direction in a second.
const SECOND: u64 = 50;
/// How long packets may still be on the way on a busy machine: late is not lost.
const ON_THE_WAY: Duration = Duration::from_secs(3);
/// Chats that go on, those of one agent, and their team.
const CHATS: usize = 4;
const CHATS_PER_AGENT: usize = 2;
pub(super) const CHATS_TEAM: &str = "writers";
/// Messages written per second in all of them together: as many as busy people write.
const MESSAGES_PER_S: f64 = 20.0;
/// People who come in at the same time.
const AT_A_TIME: usize = 4;

/// Some two-party calls, everybody talking, and some chats, everybody writing.
#[derive(Debug)]
pub struct Calls {
    pairs: Vec<(Customer, Agent)>,
    chats: Crowd,
}

/// What a call had sent and received at one moment.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: Instant,
    customer: (u64, u64),
    agent: (u64, u64),
}

/// A moment before an attack.
#[derive(Clone, Debug)]
pub struct Marks(Vec<Mark>);

/// What the calls have lost since a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Losses {
    /// Packets sent in all calls.
    pub sent: u64,
    /// Packets of these that never came.
    pub lost: u64,
    /// Packets lost in the worst second of any call.
    pub worst_lost: u64,
    /// Packets sent in that second of that call, both ways.
    pub worst_sent: u64,
}

impl Losses {
    /// The share of packets lost in the worst second of any call.
    pub fn worst_share(&self) -> f64 {
        self.worst_lost as f64 / self.worst_sent.max(1) as f64
    }
}

impl Calls {
    /// Connects everybody and waits until they hear each other.
    ///
    /// # Errors
    ///
    /// When a call does not come about.
    pub async fn begin(place: &Place, count: usize) -> Result<Self, AttackError> {
        let sounds = (Sound::tone(440), Sound::tone(1130));
        let mut pairs = Vec::new();
        for first in (0..count).step_by(AT_A_TIME) {
            let together = (first..count.min(first + AT_A_TIME))
                .map(|number| call(place, number, sounds.0.clone(), sounds.1.clone()));
            for pair in futures_util::future::join_all(together).await {
                pairs.push(pair?);
            }
        }
        let (team, run) = (CHATS_TEAM.to_owned(), "bystander".to_owned());
        let size = Size { chats: CHATS, per_agent: CHATS_PER_AGENT, team, run };
        let chats = Crowd::gathers(place, &size).await?;
        chats.writes(MESSAGES_PER_S);
        Ok(Self { pairs, chats })
    }

    /// The chats that go on.
    pub fn conversations(&self) -> &[String] {
        self.chats.conversations()
    }

    /// What is wrong with the chats: whether everything that was written so far is acknowledged,
    /// and shown at both sides, once and in one order; in the history as well, if that is asked
    /// for. Then they go on.
    pub async fn wrongs_in_chats(&self, history: bool) -> Vec<String> {
        let proof = self.chats.proves(history).await;
        self.chats.writes(MESSAGES_PER_S);
        let tally = self.chats.takes_tally();
        let mut wrongs = proof.complaints.clone();
        if !proof.is_good() || tally.faults > 0 || tally.cuts > 0 {
            let (faults, cuts) = (tally.faults, tally.cuts);
            let counts = format!("{} wrong, {faults} faults, {cuts} cuts", proof.wrong);
            wrongs.push(format!("chats: {counts}"));
            wrongs.extend(tally.complaints);
        }
        wrongs
    }

    /// How many calls there are.
    pub fn count(&self) -> usize {
        self.pairs.len()
    }

    /// How many people there are, in calls and in chats.
    pub fn people(&self) -> usize {
        2 * self.pairs.len() + self.chats.people()
    }

    /// How many calls stand: both legs connected, both people joined.
    pub fn standing(&self) -> usize {
        let stands = |(customer, agent): &&(Customer, Agent)| {
            let joined = |person: &Person, other: &Person| {
                let up = person.leg().is_ok_and(|leg| leg.status().state == LegState::Connected);
                up && person.view().is_some_and(|view| view.has_joined(other.id()))
            };
            joined(customer, agent) && joined(agent, customer)
        };
        self.pairs.iter().filter(stands).count()
    }

    /// A moment to count losses from.
    pub fn mark(&self) -> Marks {
        let mark = |(customer, agent): &(Customer, Agent)| Mark {
            at: Instant::now(),
            customer: counts(customer),
            agent: counts(agent),
        };
        Marks(self.pairs.iter().map(mark).collect())
    }

    /// What was lost since a moment, once everything on its way had time to come.
    pub async fn losses_since(&self, marks: &Marks) -> Losses {
        let until = self.mark();
        let mut losses = Losses::default();
        for ((pair, from), to) in self.pairs.iter().zip(&marks.0).zip(&until.0) {
            let (customer, agent) = pair;
            let sent = (to.agent.0 - from.agent.0, to.customer.0 - from.customer.0);
            let heard = tokio::join!(
                heard(customer, from.at, from.customer.1, sent.0),
                heard(agent, from.at, from.agent.1, sent.1),
            );
            losses.sent += sent.0 + sent.1;
            let seconds = heard.0.len().max(heard.1.len());
            for second in 0..seconds {
                let of = |heard: &Vec<Second>| heard.get(second).copied().unwrap_or_default();
                let (one, other) = (of(&heard.0), of(&heard.1));
                let both = Second { sent: one.sent + other.sent, lost: one.lost + other.lost };
                losses.lost += both.lost;
                if both.lost > losses.worst_lost {
                    (losses.worst_lost, losses.worst_sent) = (both.lost, both.sent);
                }
            }
        }
        if losses.worst_sent == 0 {
            losses.worst_sent = 2 * SECOND;
        }
        losses
    }
}

/// One second of one direction, told by sequence numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Second {
    sent: u64,
    lost: u64,
}

/// Packets sent and received so far.
fn counts(person: &Person) -> (u64, u64) {
    person.leg().map_or((0, 0), |leg| {
        let status = leg.status();
        (status.sent, status.reception.packets)
    })
}

/// The seconds of what a person should have heard since a moment.
async fn heard(listener: &Person, from: Instant, before: u64, sent: u64) -> Vec<Second> {
    let Ok(leg) = listener.leg() else { return vec![Second { sent, lost: sent }] };
    // The last ones may be on their way at both ends of the time.
    let expected = sent.saturating_sub(2);
    let came = leg.until("the last packets", ON_THE_WAY, |status| {
        status.reception.packets - before >= expected
    });
    drop(came.await);
    seconds(&leg.packets_since(from), expected)
}

/// Sorts packets into seconds of their stream and counts what is missing in each; what is missing
/// at the end is missing, too.
fn seconds(packets: &[Packet], expected: u64) -> Vec<Second> {
    let mut numbers: Vec<u64> = packets.iter().map(|packet| packet.sequence).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let Some((first, last)) = numbers.first().copied().zip(numbers.last().copied()) else {
        return vec![Second { sent: expected, lost: expected }];
    };
    let span = (last - first + 1).max(expected);
    // A rest that is no whole second belongs to the one before.
    let count = (span / SECOND).max(1);
    let mut seconds: Vec<Second> = (0..count)
        .map(|second| {
            let sent = if second + 1 == count { span - second * SECOND } else { SECOND };
            Second { sent, lost: sent }
        })
        .collect();
    for number in numbers {
        let second = ((number - first) / SECOND).min(count - 1);
        seconds[second as usize].lost -= 1;
    }
    seconds
}

async fn call(
    place: &Place,
    number: usize,
    asks: Sound,
    answers: Sound,
) -> Result<(Customer, Agent), AttackError> {
    let (caller, team) = (format!("caller-{number}"), format!("line-{number}"));
    let agent = format!("agent-{number}");
    let teams = [&team[..]];
    let (customer, agent) = tokio::join!(
        Customer::arrives(place, &caller, asks),
        Agent::arrives(place, &agent, &teams, answers),
    );
    let (customer, agent) = (customer?, agent?);
    customer.calls(&team).await?;
    agent.accepts().await?;
    customer.sees_phase("connected").await?;
    for person in [&*customer as &Person, &agent] {
        let talk = person
            .leg()?
            .until("the first sound", place.patience, |status| status.reception.packets >= 10);
        talk.await.map_err(crate::person::PersonError::from)?;
    }
    Ok((customer, agent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn stream(numbers: impl Iterator<Item = u64>) -> Vec<Packet> {
        let at = Instant::now();
        let packet =
            |sequence| Packet { at, sequence, timestamp: 0, marker: false, payload: Bytes::new() };
        numbers.map(packet).collect()
    }

    #[test]
    fn losses_are_found_in_the_second_they_happened() {
        let packets = stream((1000..1170).filter(|number| !(1060..1063).contains(number)));
        let lost: Vec<u64> = seconds(&packets, 170).iter().map(|second| second.lost).collect();
        assert_eq!(lost, [0, 3, 0]);
        assert_eq!(seconds(&packets, 170)[2].sent, 70);
    }

    #[test]
    fn a_stream_that_ends_has_lost_its_rest() {
        let lost: u64 = seconds(&stream(1000..1050), 200).iter().map(|second| second.lost).sum();
        assert_eq!(lost, 150);
        assert_eq!(seconds(&[], 100), [Second { sent: 100, lost: 100 }]);
    }

    #[test]
    fn late_and_repeated_packets_are_not_lost() {
        let numbers = (1000..1100).rev().chain(1000..1100);
        assert!(seconds(&stream(numbers), 100).iter().all(|second| second.lost == 0));
    }
}
