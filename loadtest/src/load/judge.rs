//! Whether one listener hears what is due, packet by packet, after the fact.
//!
//! * *Wrong*: a packet of somebody, or of something, that is not due; or a sampled window of a mix
//!   in which somebody is heard who should not be.
//! * *Unheard*: a sampled window of a mix in which somebody is missing, or a stretch of more than
//!   [`GAP`] without a packet while sound is due.
//! * *Late*: a packet more than [`LATE`] behind the fastest packet of its stream, by its arrival
//!   and its timestamp. A stream begins anew with every change of what is due and with every break
//!   in the timestamps: two talkers have no common clock.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::board::Complaint;
use super::transit::Transit;
use super::voices::{Origin, VoiceSet, Voices};
use crate::peer::Packet;
use crate::sound::{Ear, HeardFrame};

/// A packet that is this much slower than the fastest of its stream is late: what a browser's
/// jitter buffer holds back at first is gone by then.
pub const LATE: Duration = Duration::from_millis(60);
/// No packet for so long, while sound is due, is a hole that a person hears.
pub const GAP: Duration = Duration::from_millis(200);
/// How often a mix is decoded, and for how long: frames to let the decoder settle, frames to judge.
const SAMPLE_EVERY: Duration = Duration::from_secs(3);
const WARM_UP_FRAMES: usize = 5;
const WINDOW_FRAMES: usize = 25;

/// What one person is to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Something is being changed: anybody of the room, clips, or nothing.
    Change(VoiceSet),
    /// Nothing at all.
    Silence,
    /// Hold music, or ringback.
    Clip,
    /// These people and nobody else.
    Voices(VoiceSet),
}

impl Due {
    fn is_sound(self) -> bool {
        match self {
            Self::Clip | Self::Voices(_) => true,
            Self::Change(_) | Self::Silence => false,
        }
    }

    /// Whether a packet may be in it. A mix is looked into by its tones, in windows.
    fn allows(self, origin: Origin) -> bool {
        match (self, origin) {
            (Self::Change(room), Origin::Voice(who)) => who.meets(room),
            (Self::Voices(due), Origin::Voice(who)) => who.meets(due),
            (Self::Voices(due), Origin::Encoded) => due.len() > 1,
            (Self::Change(_) | Self::Clip, Origin::Clip | Origin::Encoded) => true,
            (Self::Silence, _)
            | (Self::Clip, Origin::Voice(_))
            | (Self::Voices(_), Origin::Clip) => false,
        }
    }

    /// Whether the decoded windows of such a stream tell anything that bytes do not.
    fn needs_ears(self, origin: Origin) -> bool {
        match self {
            Self::Voices(due) => due.len() > 1,
            Self::Clip => origin == Origin::Encoded,
            Self::Change(_) | Self::Silence => false,
        }
    }
}

/// What a judge has found, summed over the life of a listener.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Packets judged.
    pub packets: u64,
    /// Packets that came late.
    pub late: u64,
    /// Packets and windows with somebody in them who is not due.
    pub wrong: u64,
    /// Windows without somebody who is due, and holes in the sound.
    pub unheard: u64,
    /// Windows decoded.
    pub windows: u64,
    /// How far behind the fastest the slowest packet was.
    pub slowest: Duration,
}

impl std::ops::AddAssign for Verdict {
    fn add_assign(&mut self, other: Self) {
        self.packets += other.packets;
        self.late += other.late;
        self.wrong += other.wrong;
        self.unheard += other.unheard;
        self.windows += other.windows;
        self.slowest = self.slowest.max(other.slowest);
    }
}

/// The judge of one listener.
#[derive(Debug)]
pub(crate) struct Judge {
    voices: Arc<Voices>,
    due: Due,
    /// Changes of what is due that no packet has reached yet.
    coming: VecDeque<(Instant, Due)>,
    /// When sound was last heard, or became due.
    sounded: Option<Instant>,
    transit: Option<Transit>,
    next_sample: Option<Instant>,
    window: Vec<HeardFrame>,
    awaited: Vec<Awaited>,
    arrived: Vec<(Wait, Duration)>,
    verdict: Verdict,
    /// The first thing of each kind found that should not be, in words.
    complaints: Vec<(Complaint, String)>,
}

/// What a first packet is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The first sound of a call, be it music.
    FirstAudio,
    /// The other one's voice, after the answer.
    Answer,
}

/// Where a wait begins, with what had been waited before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since {
    pub(crate) at: Instant,
    pub(crate) before: Duration,
}

impl Since {
    /// From this moment on.
    pub(crate) fn at(at: Instant) -> Self {
        Self { at, before: Duration::ZERO }
    }

    fn until(self, end: Instant) -> Duration {
        self.before + end.duration_since(self.at)
    }
}

/// A first packet that is waited for.
#[derive(Clone, Copy, Debug)]
struct Awaited {
    wait: Wait,
    since: Since,
    who: Option<VoiceSet>,
}

impl Awaited {
    fn is(&self, packet: &Packet, origin: Origin) -> bool {
        let by = match (self.who, origin) {
            (None, _) => true,
            (Some(who), Origin::Voice(came)) => who.meets(came),
            (Some(_), Origin::Clip | Origin::Encoded) => false,
        };
        by && packet.at >= self.since.at
    }
}

impl Judge {
    /// A judge of somebody who is to hear nothing yet.
    pub(crate) fn new(voices: Arc<Voices>) -> Self {
        Self {
            voices,
            due: Due::Silence,
            coming: VecDeque::new(),
            sounded: None,
            transit: None,
            next_sample: None,
            window: Vec::new(),
            awaited: Vec::new(),
            arrived: Vec::new(),
            verdict: Verdict::default(),
            complaints: Vec::new(),
        }
    }

    /// From an instant on something else is due. Instants are given in order.
    pub(crate) fn expects(&mut self, from: Instant, due: Due) {
        self.coming.push_back((from, due));
    }

    /// Waits for the first packet after an instant: of these people, or any at all.
    pub(crate) fn awaits(&mut self, wait: Wait, since: Since, who: Option<VoiceSet>) {
        self.awaited.retain(|awaited| awaited.wait != wait);
        self.awaited.push(Awaited { wait, since, who });
    }

    /// What has come of what was awaited, and how long it took; each is told once.
    pub(crate) fn takes_arrived(&mut self) -> Vec<(Wait, Duration)> {
        std::mem::take(&mut self.arrived)
    }

    /// Judges packets in the order of their arrival, and what is over by now.
    pub(crate) fn hears(&mut self, packets: &[Packet], now: Instant) {
        for packet in packets {
            self.comes_to(packet.at);
            self.packet(packet);
        }
        self.comes_to(now);
    }

    /// The listener's leg is another one: its stream has nothing to do with the one before.
    pub(crate) fn begins_anew(&mut self) {
        self.transit = None;
        self.window.clear();
    }

    /// What was found, which begins anew.
    pub(crate) fn takes_verdict(&mut self) -> Verdict {
        std::mem::take(&mut self.verdict)
    }

    /// The first thing of each kind found wrong since the last call, in words.
    pub(crate) fn takes_complaints(&mut self) -> Vec<(Complaint, String)> {
        std::mem::take(&mut self.complaints)
    }

    fn comes_to(&mut self, at: Instant) {
        while let Some((from, due)) = self.coming.front().copied().filter(|(from, _)| *from <= at) {
            self.coming.pop_front();
            self.silence_until(from);
            if due != self.due {
                self.transit = None;
                self.window.clear();
                self.next_sample = None;
            }
            self.due = due;
            self.sounded = due.is_sound().then_some(from);
        }
        self.silence_until(at);
    }

    /// No packet came until this moment.
    fn silence_until(&mut self, at: Instant) {
        if let Some(since) = self.sounded.filter(|since| at.saturating_duration_since(*since) > GAP)
        {
            self.verdict.unheard += 1;
            self.complain(Complaint::Unheard, |due| {
                format!("nothing for {:?} with {due:?} due", at - since)
            });
            // Counted once; what comes next ends it.
            self.sounded = None;
        }
    }

    fn packet(&mut self, packet: &Packet) {
        let origin = self.voices.origin(&packet.payload);
        self.verdict.packets += 1;
        let met = self.awaited.extract_if(.., |awaited| awaited.is(packet, origin));
        let times = met.map(|awaited| (awaited.wait, awaited.since.until(packet.at)));
        self.arrived.extend(times);
        if !self.due.allows(origin) {
            self.verdict.wrong += 1;
            self.complain(Complaint::Wrong, |due| format!("{origin:?} with {due:?} due"));
        }
        if self.due.is_sound() {
            self.sounded = Some(packet.at);
        }
        self.times(packet, origin);
        self.samples(packet, origin);
    }

    fn times(&mut self, packet: &Packet, origin: Origin) {
        let changing = matches!(self.due, Due::Change(_));
        let transit = self.transit.get_or_insert_with(|| Transit::new(packet, origin));
        if transit.is_broken_by(packet) || (changing && transit.origin != origin) {
            *transit = Transit::new(packet, origin);
        }
        let behind = transit.behind(packet);
        self.verdict.slowest = self.verdict.slowest.max(behind);
        if behind > LATE {
            self.verdict.late += 1;
            self.complain(Complaint::Late, |due| format!("{behind:?} late with {due:?} due"));
        }
    }

    /// Decodes half a second now and then, where bytes do not tell who is heard.
    fn samples(&mut self, packet: &Packet, origin: Origin) {
        if !self.due.needs_ears(origin) || self.next_sample.is_some_and(|next| packet.at < next) {
            return;
        }
        let frame = HeardFrame { sequence: packet.sequence, payload: packet.payload.clone() };
        self.window.push(frame);
        if self.window.len() < WARM_UP_FRAMES + WINDOW_FRAMES {
            return;
        }
        self.next_sample = Some(packet.at + SAMPLE_EVERY);
        let window = std::mem::take(&mut self.window);
        let (warm_up, window) = window.split_at(WARM_UP_FRAMES);
        let mut ear = Ear::default();
        ear.follow(warm_up.to_vec());
        let heard = self.voices.heard_in(ear.follow(window.to_vec()).pcm());
        let due = match self.due {
            Due::Voices(due) => due,
            Due::Change(_) | Due::Silence | Due::Clip => VoiceSet::default(),
        };
        self.verdict.windows += 1;
        let (wrong, missing) = (heard.audible().without(due), heard.inaudible().shared_with(due));
        if wrong.len() > 0 {
            self.verdict.wrong += 1;
            self.complain(Complaint::Wrong, |due| {
                format!("tones of {wrong:?} at {:?} dBFS with {due:?} due", heard.of(wrong))
            });
        }
        if missing.len() > 0 {
            self.verdict.unheard += 1;
            self.complain(Complaint::Unheard, |due| {
                format!("{missing:?} only at {:?} dBFS with {due:?} due", heard.of(missing))
            });
        }
    }

    fn complain(&mut self, kind: Complaint, words: impl FnOnce(Due) -> String) {
        if self.complaints.iter().all(|(other, _)| *other != kind) {
            self.complaints.push((kind, words(self.due)));
        }
    }
}

#[cfg(test)]
mod tests;
