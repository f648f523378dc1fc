//! One leg as its worker sees it.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use media_core::clip::{Clip, Playback};
use media_core::codec::{CodecError, Encoder};
use media_core::mixer::{Mixed, Mixer, Voice};
use media_core::rewrite::{Header, Outbound};
use media_core::rtp::{Packet, Payload, TalkerId};
use media_core::{Frame, Micros, SILENCE};
use transport::{LegId, Outgoing, Peer, PeerError};

use crate::budget::{Budget, Opinion};
use crate::channels::LegChannels;
use crate::clock::StopWatch;
use crate::deadlines::{Alarm, Deadlines, Due};
use crate::{Limits, LossReason, Source};

/// A leg counts as sending sound while a packet of it was among the last second's.
const SOUNDING: Duration = Duration::from_secs(1);

/// A probed leg has to be heard again and again for this many times the span of a probe: what was
/// still on its way when the page died proves nothing.
const PROBE_SPANS: u32 = 4;

/// A connection that asks to be called in the past is called this much later, so that it cannot
/// keep the worker for itself.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// One leg as its worker sees it.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) id: LegId,
    pub(crate) peer: Box<Peer>,
    pub(crate) sending: Sending,
    pub(crate) channels: LegChannels,
    pub(crate) alarm: Alarm,
    pub(crate) budget: Budget,
    outbound: Outbound,
    /// When the connection wants to be told the time.
    peer_due: Instant,
    heard: Instant,
    sounded: Option<Instant>,
    /// Since when it is asked whether the leg is still there.
    probed: Option<Instant>,
    /// Of a hundred packets, how many the far end loses.
    loss_percent: u8,
}

/// What a leg is sent, with what that takes.
#[derive(Debug)]
pub(crate) enum Sending {
    Silence,
    Forward { talker: LegId },
    Mix { group: u64, talkers: Vec<LegId>, mixing: Box<Mixing> },
    Play { group: u64, playback: Box<Playback> },
}

/// The mix of one listener.
#[derive(Debug)]
pub(crate) struct Mixing {
    mixer: Mixer,
    encoder: Encoder,
    frame: Frame,
    packet: Vec<u8>,
}

/// What a talker of a group says on this beat.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) talker: LegId,
    pub(crate) frame: Box<Frame>,
}

/// What became of a leg's beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beaten {
    /// The leg has no part in the beat, or its stream is ahead of it.
    Nothing,
    /// A packet of its clip was sent.
    Played,
    /// Its mix was encoded and sent.
    Mixed,
    /// Nobody was to be heard: nothing was encoded.
    Silent,
}

impl Sending {
    /// Whether this is what a source asks for.
    pub(crate) fn is(&self, source: &Source, in_group: u64, clips: &[Arc<Clip>]) -> bool {
        match (self, source) {
            (Self::Silence, Source::Silence) => true,
            (Self::Forward { talker }, Source::Forward(wanted)) => talker == wanted,
            (Self::Mix { group, talkers, .. }, Source::Mix(wanted)) => {
                *group == in_group && talkers == wanted
            }
            (Self::Play { group, playback }, Source::Play(wanted)) => {
                let same = |wanted| Arc::ptr_eq(playback.beneath(), wanted);
                *group == in_group && clips.get(wanted.0).is_some_and(same)
            }
            (
                Self::Silence | Self::Forward { .. } | Self::Mix { .. } | Self::Play { .. },
                Source::Silence | Source::Forward(_) | Source::Mix(_) | Source::Play(_),
            ) => false,
        }
    }
}

impl Mixing {
    pub(crate) fn new(bitrate: u32, loss_percent: u8) -> Result<Self, CodecError> {
        let mut encoder = Encoder::new()?;
        encoder.set_bitrate(bitrate)?;
        encoder.set_expected_loss(loss_percent)?;
        Ok(Self { mixer: Mixer::new(), encoder, frame: SILENCE, packet: Vec::new() })
    }

    /// Mixes what the listener hears; says whether that is anything.
    fn mix(&mut self, listener: LegId, voices: &[Voice<'_>]) -> bool {
        match self.mixer.mix(TalkerId(listener.0), voices, &mut self.frame) {
            Mixed::Audible | Mixed::Trailing => true,
            Mixed::Silent => false,
        }
    }

    /// Encodes what was mixed. Whatever is encoded has to be sent: the listener's decoder follows
    /// the encoder frame by frame, and one that misses the first predicts from nothing, for long.
    fn encode(&mut self) -> Result<Payload, CodecError> {
        self.encoder.encode(&self.frame, &mut self.packet)?;
        Ok(Payload::from(self.packet.as_slice()))
    }
}

impl Leg {
    pub(crate) fn new(id: LegId, peer: Box<Peer>, now: Instant) -> Self {
        // RFC 3550, section 5.1: the first numbers are random. The first sequence number has 15
        // bits, so that the far end cannot miss a wrap at the very beginning (RFC 3711, 3.3.1).
        let random = RandomState::new().hash_one(id.0);
        Self {
            id,
            peer,
            sending: Sending::Silence,
            channels: LegChannels::default(),
            alarm: Alarm::default(),
            budget: Budget::default(),
            outbound: Outbound::new((random >> 33) as u16 & 0x7fff, random as u32),
            peer_due: now,
            heard: now,
            sounded: None,
            probed: None,
            loss_percent: 0,
        }
    }

    /// Charges the leg with work that was done for it.
    pub(crate) fn charge(&mut self, watch: StopWatch, now: Instant) -> Opinion {
        let (measure, cost) = watch.elapsed();
        self.budget.charge(measure, cost, now)
    }

    /// The leg has proved that it is there. What a leg is allowed in silence is counted by a clock
    /// that stands still while the worker is kept from listening: here, in [`Leg::sounded`],
    /// [`Leg::probe`] and [`Leg::overdue`] `now` is what that clock shows.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.heard = now;
    }

    /// The leg has sent a packet of sound.
    pub(crate) fn sounded(&mut self, now: Instant) {
        self.heard = now;
        self.sounded = Some(now);
    }

    pub(crate) fn probe(&mut self, now: Instant) {
        self.probed.get_or_insert(now);
    }

    pub(crate) fn loss_percent(&self) -> u8 {
        self.loss_percent
    }

    /// The far end reports how much of what we send it loses.
    pub(crate) fn loses(&mut self, share: f32) -> Result<(), CodecError> {
        self.loss_percent = (share * 100.0).round().clamp(0.0, 100.0) as u8;
        match &mut self.sending {
            Sending::Mix { mixing, .. } => mixing.encoder.set_expected_loss(self.loss_percent),
            Sending::Silence | Sending::Forward { .. } | Sending::Play { .. } => Ok(()),
        }
    }

    /// Changes whom a leg hears in its mix, which goes on as it is.
    pub(crate) fn retune(&mut self, others: Vec<LegId>) -> Vec<LegId> {
        match &mut self.sending {
            Sending::Mix { talkers, .. } => std::mem::replace(talkers, others),
            Sending::Silence | Sending::Forward { .. } | Sending::Play { .. } => Vec::new(),
        }
    }

    /// Says something amid the clip that is played; says whether one is. Whoever hears somebody, or
    /// nothing, is not spoken to.
    pub(crate) fn say(&mut self, clips: Vec<Arc<Clip>>) -> bool {
        match &mut self.sending {
            Sending::Play { playback, .. } => {
                playback.say(clips);
                true
            }
            Sending::Silence | Sending::Forward { .. } | Sending::Mix { .. } => false,
        }
    }

    /// Changes what the leg is sent, and gives back what it was sent until here.
    pub(crate) fn switch(&mut self, sending: Sending) -> Sending {
        self.outbound.switch();
        std::mem::replace(&mut self.sending, sending)
    }

    /// Sends a packet of a talker; says whether it went.
    pub(crate) fn forward(
        &mut self,
        now: Instant,
        at: Micros,
        stream: TalkerId,
        packet: &Packet,
    ) -> bool {
        let Some(header) = self.outbound.forward(stream, packet, at) else { return false };
        let payload = Arc::clone(&packet.payload);
        self.send(now, header, payload, packet.level);
        true
    }

    /// Sends what the leg hears on a beat.
    pub(crate) fn beat(
        &mut self,
        now: Instant,
        due: Micros,
        said: &[Said],
    ) -> Result<Beaten, CodecError> {
        let (header, payload, beaten) = match &mut self.sending {
            Sending::Silence | Sending::Forward { .. } => return Ok(Beaten::Nothing),
            Sending::Play { playback, .. } => {
                let Some(header) = self.outbound.beat(due) else { return Ok(Beaten::Nothing) };
                (header, playback.next_packet(), Beaten::Played)
            }
            Sending::Mix { talkers, mixing, .. } => {
                let voices: Vec<Voice<'_>> = said
                    .iter()
                    .filter(|said| talkers.contains(&said.talker))
                    .map(|said| Voice { talker: TalkerId(said.talker.0), frame: &said.frame })
                    .collect();
                if !mixing.mix(self.id, &voices) {
                    mixing.encoder.rest();
                    return Ok(Beaten::Silent);
                }
                let Some(header) = self.outbound.beat(due) else {
                    mixing.encoder.rest();
                    return Ok(Beaten::Nothing);
                };
                (header, mixing.encode()?, Beaten::Mixed)
            }
        };
        self.send(now, header, payload, None);
        Ok(beaten)
    }

    fn send(
        &mut self,
        now: Instant,
        header: Header,
        payload: Payload,
        level: Option<media_core::level::AudioLevel>,
    ) {
        let Header { sequence, timestamp, marker } = header;
        self.peer.send(now, Outgoing { sequence, timestamp, marker, level, payload });
    }

    /// Tells the connection the time when it wants to know it.
    pub(crate) fn tick(&mut self, now: Instant) -> Result<(), PeerError> {
        if self.peer_due <= now { self.peer.timeout(now) } else { Ok(()) }
    }

    pub(crate) fn rests_until(&mut self, peer_due: Instant, now: Instant) {
        self.peer_due = peer_due.max(now + SHORTEST_WAIT);
    }

    /// Why the leg has to end by now, if it has to.
    pub(crate) fn overdue(
        &mut self,
        now: Instant,
        join_by: Option<Instant>,
        limits: &Limits,
    ) -> Option<LossReason> {
        if self.probe_ends(limits).is_some_and(|ends| ends <= now) {
            return Some(LossReason::ProbeUnanswered);
        }
        if self.probed.is_some_and(|probed| probed + limits.probe * PROBE_SPANS <= now) {
            self.probed = None;
        }
        match join_by {
            Some(deadline) => (deadline <= now).then_some(LossReason::NeverJoined),
            None => (self.silent_at(limits) <= now).then_some(LossReason::Silent),
        }
    }

    /// Sets the alarm for whatever comes first, on the clock on the wall, which is ahead of the
    /// worker's own by what it `missed`.
    pub(crate) fn arm(
        &mut self,
        join_by: Option<Instant>,
        missed: Duration,
        limits: &Limits,
        deadlines: &mut Deadlines,
    ) {
        let ends = join_by.unwrap_or_else(|| self.silent_at(limits));
        let ends = ends.min(self.probe_ends(limits).unwrap_or(ends));
        let first = self.peer_due.min(ends + missed);
        self.alarm.set(first, Due::Leg(self.id), deadlines);
    }

    /// When a probed leg is given up unless it is heard before.
    fn probe_ends(&self, limits: &Limits) -> Option<Instant> {
        self.probed.map(|probed| self.heard.max(probed) + limits.probe)
    }

    /// When the leg is given up unless it is heard before.
    fn silent_at(&self, limits: &Limits) -> Instant {
        let was_sounding =
            self.sounded.is_some_and(|sounded| self.heard.duration_since(sounded) < SOUNDING);
        self.heard + if was_sounding { limits.silence } else { limits.idle_silence }
    }
}
