//! Packets: from the socket to a leg, from a talker to its listeners.

use std::net::SocketAddr;
use std::time::Instant;

use media_core::Micros;
use media_core::rtp::{Packet, TalkerId};
use transport::{Closing, LegId, PeerEvent};

use super::{BATCH, BATCH_TIME, Worker};
use crate::lines::{Cause, Happened, What};
use crate::socket::LONGEST;
use crate::{LossReason, MediaReport};

impl Worker {
    /// Takes a batch of datagrams; says whether some may be left.
    pub(super) fn read_socket(&mut self) -> bool {
        let mut began = None;
        for _ in 0..BATCH {
            let Some((len, source)) = self.lines.socket.receive(&mut self.buffer[..]) else {
                return false;
            };
            let now = Instant::now();
            // One that fills the buffer was cut off.
            if len < LONGEST {
                self.lines.receive(now, source, &self.buffer[..len]);
                self.settle(now);
            }
            if now.duration_since(*began.get_or_insert(now)) > BATCH_TIME {
                break;
            }
        }
        true
    }

    /// Does all that follows from what happened.
    pub(super) fn settle(&mut self, now: Instant) {
        while let Some(Happened { leg, source, what }) = self.lines.next_happened() {
            match what {
                What::Event(event) => self.react(leg, source, event, now),
                What::Failed(reason, sending) => {
                    self.stop(leg, sending);
                    self.gone(leg, Some(reason));
                }
            }
        }
    }

    fn react(&mut self, id: LegId, source: Option<SocketAddr>, event: PeerEvent, now: Instant) {
        let attended = self.lines.attention.attended(now);
        let Some(leg) = self.lines.legs.get_mut(&id) else { return };
        match event {
            PeerEvent::Connected => {
                leg.heard(attended);
                leg.budget.begins(self.lines.limits.leg_cpu);
                self.lines.gate.connected(id, now);
                self.lines.counters.legs_up += 1;
                self.reports.send(MediaReport::Up(id));
            }
            PeerEvent::Sound(stream, packet) => {
                leg.sounded(attended);
                if let Some(source) = source {
                    self.lines.gate.authentic(id, source, stream, now);
                }
                self.sound(id, stream, &packet, now);
            }
            PeerEvent::Heard => leg.heard(attended),
            PeerEvent::Loss(share) => {
                if let Err(error) = leg.loses(share) {
                    tracing::error!(leg = %id, %error, "an encoder cannot be adjusted");
                    self.lines.fault(id);
                }
            }
            PeerEvent::ChannelOpened(channel, label) => self.opened(id, channel, label, now),
            PeerEvent::ChannelData(channel, frame) => {
                leg.heard(attended);
                self.said(id, channel, frame, now);
            }
            PeerEvent::ChannelWritable(_) => self.write_to(id, now),
            PeerEvent::ChannelClosed(channel) => leg.channels.remove(channel),
            PeerEvent::Closed(Closing::ByPeer) => {
                self.end(id, Some(LossReason::ClosedByPeer), now);
            }
        }
    }

    /// A packet of one of our legs.
    fn sound(&mut self, talker: LegId, stream: u32, packet: &Packet, now: Instant) {
        self.lines.counters.packets_in += 1;
        // A leg that starts another stream begins a new run at its listeners.
        let stream = TalkerId(u64::from(stream) << 32 | talker.0 & u64::from(u32::MAX));
        let full = self.exchange.export(talker, stream, packet, &self.shared);
        self.lines.counters.ring_full += full;
        self.distribute(now, talker, stream, packet);
    }

    /// Takes a packet to everybody on this worker who wants it.
    pub(super) fn distribute(
        &mut self,
        now: Instant,
        talker: LegId,
        stream: TalkerId,
        packet: &Packet,
    ) {
        let Some(route) = self.routes.of(talker) else { return };
        let at = self.micros(now);
        for listener in &route.listeners {
            let step = |leg: &mut crate::leg::Leg| Ok(leg.forward(now, at, stream, packet));
            if self.lines.step(*listener, now, Cause::Others, step) == Some(true) {
                self.lines.counters.forwarded += 1;
                self.lines.counters.packets_out += 1;
            }
        }
        for group in &route.groups {
            self.groups.insert(*group, talker, packet.clone());
        }
    }

    pub(super) fn micros(&self, at: Instant) -> Micros {
        Micros(at.saturating_duration_since(self.shared.origin).as_micros() as u64)
    }
}
