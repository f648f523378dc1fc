//! The legs of a worker with all that carries their datagrams: where every step of a leg is done.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use transport::gate::{Gate, Passage, Verdict};
use transport::{LegId, LegMap, PeerError, PeerEvent, Taken, isolate};

use crate::attention::Attention;
use crate::budget::Opinion;
use crate::clock::StopWatch;
use crate::counters::Counters;
use crate::deadlines::Deadlines;
use crate::leg::{Leg, Sending};
use crate::socket::Socket;
use crate::{Limits, LossReason};

/// The legs of a worker with all that carries their datagrams.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) legs: LegMap<Leg>,
    pub(crate) gate: Gate,
    pub(crate) socket: Socket,
    pub(crate) deadlines: Deadlines,
    pub(crate) counters: Counters,
    pub(crate) limits: Limits,
    pub(crate) attention: Attention,
    happened: VecDeque<Happened>,
}

/// Something that came of a step.
#[derive(Debug)]
pub(crate) struct Happened {
    pub(crate) leg: LegId,
    /// Where the datagram came from that led to it, if one did.
    pub(crate) source: Option<SocketAddr>,
    pub(crate) what: What,
}

/// Why a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The leg has sent a datagram from here.
    Datagram(SocketAddr),
    /// The leg wanted to be told the time.
    Timer,
    /// Somebody else has something for the leg, or wants something of it.
    Others,
}

impl Cause {
    fn source(self) -> Option<SocketAddr> {
        match self {
            Self::Datagram(source) => Some(source),
            Self::Timer | Self::Others => None,
        }
    }

    /// Whether the leg answers for what the step costs (gate rule 10).
    fn is_own(self) -> bool {
        match self {
            Self::Datagram(_) | Self::Timer => true,
            Self::Others => false,
        }
    }
}

/// What came of a step.
#[derive(Debug)]
pub(crate) enum What {
    /// The connection reports something.
    Event(PeerEvent),
    /// The step went wrong, and the leg has been dropped; this is what it was being sent.
    Failed(LossReason, Sending),
}

impl Lines {
    pub(crate) fn new(socket: Socket, limits: Limits) -> Self {
        Self {
            legs: LegMap::default(),
            gate: Gate::new(limits.join),
            socket,
            deadlines: Deadlines::default(),
            counters: Counters::default(),
            limits,
            attention: Attention::new(Instant::now()),
            happened: VecDeque::new(),
        }
    }

    /// The next thing that came of a step.
    pub(crate) fn next_happened(&mut self) -> Option<Happened> {
        self.happened.pop_front()
    }

    /// Takes a datagram from the socket to its leg, if the gate lets it through.
    pub(crate) fn receive(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) {
        self.counters.datagrams_in += 1;
        let (id, passage) = match self.gate.admit(now, source, datagram) {
            Verdict::Pass(id, passage) => (id, passage),
            Verdict::Drop(reason) => {
                tracing::trace!(?reason, "datagram dropped");
                return;
            }
        };
        let attended = self.attention.attended(now);
        let taken = self.step(id, now, Cause::Datagram(source), |leg| {
            Ok(match passage {
                Passage::FirstCheck => {
                    leg.heard(attended);
                    leg.peer.begin_at(now, source, datagram)
                }
                Passage::Check => {
                    leg.heard(attended);
                    leg.peer.receive(now, source, datagram)
                }
                Passage::Handshake | Passage::Media | Passage::Trial => {
                    leg.peer.receive(now, source, datagram)
                }
            })
        });
        if taken == Some(Taken::No) {
            self.counters.refused_by_peer += 1;
        }
    }

    /// Whether a transfer of a file is agreed on with a leg: it may send more data then, which may
    /// cost more.
    pub(crate) fn transfers(&mut self, id: LegId, agreed: bool) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.budget.transfers(agreed);
            self.gate.transfers(id, agreed);
        }
    }

    /// Does one thing with a leg, sends what comes of it and keeps what happened.
    ///
    /// This is the only place where a leg's connection is touched, and the border that no fault
    /// crosses (gate rule 13): when the work fails or panics the leg is dropped here, and all that
    /// the rest of the worker sees is [`What::Failed`].
    pub(crate) fn step<T>(
        &mut self,
        id: LegId,
        now: Instant,
        cause: Cause,
        work: impl FnOnce(&mut Leg) -> Result<T, PeerError>,
    ) -> Option<T> {
        let Self { legs, gate, socket, counters, happened, .. } = self;
        let leg = legs.get_mut(&id)?;
        let source = cause.source();
        let watch = cause.is_own().then(|| StopWatch::start(leg.budget.measure(now)));
        let outcome = isolate(|| {
            let done = work(leg)?;
            let rests_until = leg.peer.drain(
                |egress| {
                    let Some(to) = gate.route(id, &egress.datagram, egress.asked) else { return };
                    match socket.send(&egress.datagram, to) {
                        Ok(()) => counters.datagrams_out += 1,
                        Err(error) => {
                            tracing::trace!(%error, "sending failed");
                            counters.send_failed += 1;
                        }
                    }
                },
                |event| happened.push_back(Happened { leg: id, source, what: What::Event(event) }),
            )?;
            leg.rests_until(rests_until, now);
            Ok((done, watch.map_or(Opinion::Fine, |watch| leg.charge(watch, now))))
        });
        match outcome {
            Ok(Ok((_, Opinion::TooMuch))) => {
                tracing::warn!(leg = %id, "a leg takes more of the processor than it may");
                self.counters.legs_over_budget += 1;
                self.fail(id, LossReason::OverBudget);
                None
            }
            Ok(Ok((done, opinion))) => {
                self.counters.legs_watched += u64::from(opinion == Opinion::Suspicious);
                let join_by = self.gate.join_deadline(id);
                let leg = self.legs.get_mut(&id)?;
                let missed = self.attention.missed();
                leg.arm(join_by, missed, &self.limits, &mut self.deadlines);
                Some(done)
            }
            Ok(Err(error)) => {
                self.give_up(id, &error);
                None
            }
            Err(fault) => {
                tracing::error!(leg = %id, %fault, "leg ends");
                self.fault(id);
                None
            }
        }
    }

    /// The connection of a leg cannot go on.
    fn give_up(&mut self, id: LegId, error: &PeerError) {
        match error {
            PeerError::Failed(_) => {
                tracing::debug!(leg = %id, %error, "leg ends");
                self.fail(id, LossReason::TransportFailed);
            }
            PeerError::TooManyChannels => {
                tracing::warn!(leg = %id, %error, "leg ends");
                self.fail(id, LossReason::TooManyChannels);
            }
            PeerError::Restless => {
                tracing::error!(leg = %id, %error, "leg ends");
                self.fault(id);
            }
        }
    }

    /// Something went wrong in handling a leg: it ends.
    pub(crate) fn fault(&mut self, id: LegId) {
        self.counters.leg_faults += 1;
        self.fail(id, LossReason::Fault);
    }

    fn fail(&mut self, id: LegId, reason: LossReason) {
        let Some(mut leg) = self.legs.remove(&id) else { return };
        let sending = leg.switch(Sending::Silence);
        self.happened.push_back(Happened {
            leg: id,
            source: None,
            what: What::Failed(reason, sending),
        });
        // What a fault has left behind may fault again while it is taken apart.
        if let Err(fault) = isolate(|| drop(leg)) {
            tracing::error!(leg = %id, %fault, "dropping a leg went wrong");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::thread_time;
    use std::time::Duration;
    use transport::{Answer, Identity, Peer};

    const OFFER: &str = include_str!("../tests/offer.sdp");
    const ALICE: LegId = LegId(1);
    const BOB: LegId = LegId(2);

    fn lines(now: Instant) -> Lines {
        let socket = Socket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let mut lines = Lines::new(socket, Limits::default());
        for id in [ALICE, BOB] {
            let here = [lines.socket.local()];
            let Answer { mut peer, .. } =
                Peer::accept(OFFER, &here, &Identity::generate(), now, now).unwrap();
            lines.gate.insert(id, peer.credentials(), peer.channels(), now);
            lines.legs.insert(id, Leg::new(id, Box::new(peer), now));
        }
        lines
    }

    #[test]
    fn a_panic_in_the_work_for_a_leg_ends_that_leg_and_no_other() {
        let now = Instant::now();
        let mut lines = lines(now);
        let done: Option<()> = lines.step(ALICE, now, Cause::Others, |_| panic!("a bug"));
        assert_eq!(done, None);
        let happened = lines.next_happened().unwrap();
        assert_eq!(happened.leg, ALICE);
        assert!(matches!(happened.what, What::Failed(LossReason::Fault, Sending::Silence)));
        assert!(lines.next_happened().is_none());
        assert_eq!(lines.counters.leg_faults, 1);
        assert!(!lines.legs.contains_key(&ALICE));

        assert_eq!(lines.step(ALICE, now, Cause::Others, |_| Ok(7)), None);
        assert_eq!(lines.step(BOB, now, Cause::Others, |_| Ok(7)), Some(7));
    }

    /// Works for as much CPU time, however long that takes.
    fn works_for(span: Duration) {
        let start = thread_time();
        while thread_time().saturating_sub(start) < span {}
    }

    #[test]
    fn a_leg_ends_by_what_its_own_work_costs_and_not_by_how_long_it_takes() {
        let now = Instant::now();
        let mut lines = lines(now);
        let dear = Duration::from_millis(21);
        lines.legs.get_mut(&ALICE).unwrap().budget.begins(Duration::from_millis(100));
        // Time in which others had the processor: noticed, and found to be nothing.
        for _ in 0..3 {
            let waited = lines.step(ALICE, now, Cause::Timer, |_| {
                std::thread::sleep(dear);
                Ok(())
            });
            assert_eq!(waited, Some(()));
        }
        assert_eq!((lines.counters.legs_watched, lines.counters.legs_over_budget), (1, 0));
        // Work for others is not its own.
        let mixed = lines.step(ALICE, now, Cause::Others, |_| {
            works_for(dear);
            Ok(())
        });
        assert_eq!(mixed, Some(()));
        // Its own is, whether by datagrams or by timers: not once, which the host may have taken.
        let mut works = || {
            lines.step(ALICE, now, Cause::Timer, |_| {
                works_for(dear);
                Ok(())
            })
        };
        assert_eq!(works(), Some(()));
        assert!((0..5).any(|_| works().is_none()));
        let happened = lines.next_happened().unwrap();
        assert!(matches!(happened.what, What::Failed(LossReason::OverBudget, Sending::Silence)));
        assert_eq!((lines.counters.legs_over_budget, lines.counters.leg_faults), (1, 0));
        assert!(!lines.legs.contains_key(&ALICE) && lines.legs.contains_key(&BOB));
    }

    #[test]
    fn a_leg_with_too_many_channels_ends_for_that_reason() {
        let now = Instant::now();
        let mut lines = lines(now);
        let step = |_: &mut Leg| Err::<(), _>(PeerError::TooManyChannels);
        assert_eq!(lines.step(BOB, now, Cause::Others, step), None);
        let happened = lines.next_happened().unwrap();
        assert!(matches!(happened.what, What::Failed(LossReason::TooManyChannels, _)));
        assert_eq!(lines.counters.leg_faults, 0);
    }

    #[test]
    fn an_error_of_the_connection_ends_the_leg_and_is_no_fault_of_ours() {
        let now = Instant::now();
        let mut lines = lines(now);
        let broken = PeerError::Failed("handshake".to_owned());
        assert_eq!(lines.step(BOB, now, Cause::Others, |_| Err::<(), _>(broken)), None);
        let happened = lines.next_happened().unwrap();
        assert!(matches!(happened.what, What::Failed(LossReason::TransportFailed, _)));
        assert_eq!((lines.counters.leg_faults, lines.legs.len()), (0, 1));
    }
}
