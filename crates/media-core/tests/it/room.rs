//! Three people and a clip: what one listener's decoder hears while its source changes.

use media_core::{
    BEAT, Micros, SILENCE,
    clip::{Clip, ClipCursor},
    codec::{Decoder, Encoder},
    mixer::{Mixed, Mixer, Voice},
    playout::Playout,
    rewrite::{Header, Outbound},
    rtp::{Packet, TalkerId},
};

use crate::sound::{Talker, amplitude_of, decibels, peak, steepest, steepest_of};

const LISTENER: TalkerId = TalkerId(0);
const FREQUENCIES: [f32; 2] = [437.0, 561.0];
const AMPLITUDE: f32 = 0.3;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Silence,
    Forward(usize),
    Mix,
    Play,
}

const ALL: [Source; 5] =
    [Source::Silence, Source::Forward(0), Source::Forward(1), Source::Mix, Source::Play];

/// The worker of one listener, on virtual beats.
struct Room {
    talkers: [Talker; 2],
    playouts: [Playout; 2],
    mixer: Mixer,
    encoder: Encoder,
    clip: Clip,
    cursor: ClipCursor,
    outbound: Outbound,
    source: Source,
    now: Micros,
    sent: Vec<(Micros, Header, Vec<u8>)>,
}

impl Room {
    fn new() -> Self {
        let music = include_bytes!("../../../../assets/hold-music.opus");
        Self {
            talkers: FREQUENCIES.map(|frequency| Talker::new(frequency, AMPLITUDE)),
            playouts: [Playout::new().unwrap(), Playout::new().unwrap()],
            mixer: Mixer::new(),
            encoder: Encoder::new().unwrap(),
            clip: Clip::from_ogg(music).unwrap(),
            cursor: ClipCursor::new(),
            outbound: Outbound::new(40_000, 3_000_000_000),
            source: Source::Silence,
            now: Micros(11_000),
            sent: Vec::new(),
        }
    }

    fn switch(&mut self, source: Source) {
        self.outbound.switch();
        self.mixer = Mixer::new();
        self.encoder.rest();
        self.source = source;
    }

    fn beats(&mut self, beats: usize) {
        for _ in 0..beats {
            for number in 0..2 {
                let mut packet = self.talkers[number].packet();
                packet.arrival = packet.arrival + Micros(3_000 * number as u64);
                if self.source == Source::Forward(number) {
                    self.forward(number, &packet);
                }
                self.playouts[number].insert(packet).unwrap();
            }
            self.beat();
        }
    }

    fn forward(&mut self, number: usize, packet: &Packet) {
        let talker = TalkerId(1 + number as u64);
        if let Some(header) = self.outbound.forward(talker, packet, packet.arrival) {
            self.sent.push((packet.arrival, header, packet.payload.to_vec()));
        }
    }

    fn beat(&mut self) {
        let now = self.now;
        self.now = now + BEAT;
        let mut frames = [SILENCE; 2];
        for (playout, frame) in self.playouts.iter_mut().zip(&mut frames) {
            playout.pull(now, frame);
        }
        let mut packet = Vec::new();
        let header = match self.source {
            Source::Silence | Source::Forward(_) => return,
            Source::Play => {
                let Some(header) = self.outbound.beat(now) else { return };
                packet.extend_from_slice(self.cursor.next(&self.clip));
                header
            }
            Source::Mix => {
                let voices =
                    [0, 1].map(|n| Voice { talker: TalkerId(1 + n as u64), frame: &frames[n] });
                let mut mix = SILENCE;
                if self.mixer.mix(LISTENER, &voices, &mut mix) == Mixed::Silent {
                    return;
                }
                let Some(header) = self.outbound.beat(now) else { return };
                self.encoder.encode(&mix, &mut packet).unwrap();
                header
            }
        };
        self.sent.push((now, header, packet));
    }

    /// What the listener's decoder makes of what was sent.
    fn heard(&self) -> Vec<f32> {
        let (mut decoder, mut frame) = (Decoder::new().unwrap(), Vec::new());
        let mut sound = Vec::new();
        for (_, _, payload) in &self.sent {
            decoder.decode(payload, &mut frame).unwrap();
            sound.extend_from_slice(&frame);
        }
        sound
    }

    /// One more packet each, the timestamp never behind and never far ahead of time.
    fn is_one_stream(&self) {
        for pair in self.sent.windows(2) {
            let ((then, one, _), (now, other, _)) = (&pair[0], &pair[1]);
            assert_eq!(other.sequence, one.sequence + 1);
            let samples = i64::from(other.timestamp.wrapping_sub(one.timestamp) as i32);
            let elapsed = now.samples() - then.samples();
            assert!(samples >= 960, "{samples}");
            assert!((samples - elapsed).abs() <= 1_440, "{samples} samples in {elapsed}");
            assert!(other.marker || samples == 960);
        }
    }
}

#[test]
fn every_switch_keeps_one_stream_without_clicks() {
    let allowed = 2.0 * FREQUENCIES.iter().map(|f| steepest_of(*f, AMPLITUDE)).sum::<f32>();
    let music = {
        let mut room = Room::new();
        room.switch(Source::Play);
        room.beats(400);
        steepest(&room.heard())
    };
    let allowed = allowed.max(1.2 * music);
    for before in ALL {
        for after in ALL {
            let mut room = Room::new();
            room.beats(10);
            room.switch(before);
            room.beats(40);
            room.switch(after);
            room.beats(40);
            room.is_one_stream();
            let heard = room.heard();
            assert!(steepest(&heard) < allowed, "{before:?} {after:?}: {}", steepest(&heard));
            let silent = [before, after].iter().filter(|s| **s == Source::Silence).count();
            assert!(room.sent.len() + 40 * silent >= 78, "{before:?} {after:?}");
        }
    }
}

#[test]
fn the_gap_at_a_switch_is_two_packets_at_most() {
    for before in &ALL[1..] {
        for after in &ALL[1..] {
            let mut room = Room::new();
            room.beats(10);
            room.switch(*before);
            room.beats(40);
            room.switch(*after);
            room.beats(40);
            for pair in room.sent.windows(2) {
                let gap = pair[1].0.since(pair[0].0);
                assert!(gap <= Micros::from_millis(41), "{before:?} {after:?}: {gap:?}");
            }
        }
    }
}

#[test]
fn who_is_not_heard_is_not_there() {
    for (source, heard) in [(Source::Forward(0), 0), (Source::Forward(1), 1)] {
        let mut room = Room::new();
        room.switch(source);
        room.beats(100);
        let sound = room.heard();
        let settled = &sound[20 * 960..70 * 960];
        let level = |n: usize| decibels(amplitude_of(FREQUENCIES[n], settled) / AMPLITUDE);
        assert!(level(heard).abs() < 1.0 && level(1 - heard) < -60.0);
    }
    let mut room = Room::new();
    room.switch(Source::Mix);
    room.beats(100);
    let sound = room.heard();
    for frequency in FREQUENCIES {
        let level = decibels(amplitude_of(frequency, &sound[20 * 960..70 * 960]) / AMPLITUDE);
        assert!(level.abs() < 1.5, "{level}");
    }
}

#[test]
fn a_mix_of_silent_talkers_is_not_sent() {
    let mut room = Room::new();
    room.talkers.iter_mut().for_each(|talker| talker.louder(0.0));
    room.switch(Source::Mix);
    room.beats(100);
    assert!(room.sent.is_empty());
    room.talkers.iter_mut().for_each(|talker| talker.louder(AMPLITUDE));
    room.beats(50);
    assert!(room.sent.len() > 45);
    assert!(room.sent[0].1.marker);
    let sent = room.sent.len();
    room.talkers.iter_mut().for_each(|talker| talker.louder(0.0));
    room.beats(100);
    assert!(room.sent.len() < sent + 20, "{}", room.sent.len() - sent);
    assert!(peak(&room.heard()) < 1.0);
    room.is_one_stream();
}
