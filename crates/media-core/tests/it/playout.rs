//! What a talker sounds like after the network, beat by beat.

use media_core::{
    BEAT, Micros, SILENCE,
    playout::{Heard, Playout},
    rtp::Packet,
};

use crate::{
    link::Link,
    sound::{Talker, amplitude_of, decibels, peak, steepest, steepest_of},
};

/// No whole number of periods fits into a frame, so that no break falls on a zero by chance.
const TONE: f32 = 437.0;
const AMPLITUDE: f32 = 0.5;

/// A talker behind a link, played out on the beat.
struct Bench {
    talker: Talker,
    link: Link,
    playout: Playout,
    now: Micros,
    sound: Vec<f32>,
    heard: Vec<Heard>,
}

impl Bench {
    fn new(seed: u64) -> Self {
        Self {
            talker: Talker::new(TONE, AMPLITUDE),
            link: Link::new(seed),
            playout: Playout::new().unwrap(),
            // Beats and packets have nothing to do with each other.
            now: Micros(7_300),
            sound: Vec::new(),
            heard: Vec::new(),
        }
    }

    /// The talker speaks for so many beats.
    fn talks(&mut self, beats: usize) {
        for _ in 0..beats {
            while self.talker.time <= self.now {
                let packet = self.talker.packet();
                self.link.send(&packet);
            }
            self.beat();
        }
    }

    /// The talker sends nothing for so many beats.
    fn is_silent(&mut self, beats: usize) {
        for _ in 0..beats {
            while self.talker.time <= self.now {
                self.talker.skip();
            }
            self.beat();
        }
    }

    fn beat(&mut self) {
        for packet in self.link.arrived(self.now) {
            // A refusal is counted by the playout.
            self.playout.insert(packet).ok();
        }
        let mut frame = SILENCE;
        self.heard.push(self.playout.pull(self.now, &mut frame));
        self.sound.extend_from_slice(&frame);
        self.now = self.now + BEAT;
    }

    /// What was heard on the last so many beats.
    fn last(&self, beats: usize) -> &[f32] {
        &self.sound[self.sound.len() - beats * 960..]
    }

    fn count(&self, beats: usize, heard: Heard) -> usize {
        self.heard[self.heard.len() - beats..].iter().filter(|one| **one == heard).count()
    }

    fn delay_ms(&self) -> u64 {
        self.playout.delay().0 / 1000
    }
}

fn has_no_click(sound: &[f32]) {
    let allowed = steepest_of(TONE, AMPLITUDE) * 1.6;
    assert!(steepest(sound) < allowed, "{} > {allowed}", steepest(sound));
}

fn level_of(sound: &[f32]) -> f32 {
    decibels(amplitude_of(TONE, sound) / AMPLITUDE)
}

#[test]
fn nothing_in_nothing_out() {
    let mut bench = Bench::new(1);
    bench.is_silent(100);
    assert_eq!(bench.count(100, Heard::Silence), 100);
    assert!(bench.sound.iter().all(|sample| sample.to_bits() == 0));
}

#[test]
fn a_steady_network_adds_less_than_a_beat_and_five_milliseconds() {
    let mut bench = Bench::new(2);
    bench.talks(200);
    assert_eq!(bench.count(150, Heard::Decoded), 150);
    assert!(level_of(bench.last(100)).abs() < 1.0);
    assert!(bench.delay_ms() <= 25, "{} ms", bench.delay_ms());
    has_no_click(bench.last(190));
}

#[test]
fn reordering_within_the_delay_is_not_heard() {
    let mut bench = Bench::new(3);
    bench.link.jitter = Micros::from_millis(50);
    bench.talks(150);
    let before = bench.playout.statistics();
    bench.talks(500);
    let after = bench.playout.statistics();
    assert!(bench.count(500, Heard::Concealed) <= 25, "{after:?}");
    assert!(after.received - before.received > 480);
    assert!(level_of(bench.last(400)).abs() < 1.0);
    has_no_click(bench.last(500));
}

#[test]
fn the_delay_follows_the_jitter() {
    for (seed, jitter, most) in [(4, 0, 25), (5, 30, 55), (6, 80, 110)] {
        let mut bench = Bench::new(seed);
        bench.link.jitter = Micros::from_millis(jitter);
        bench.talks(300);
        let mut delays: Vec<u64> = (0..500)
            .map(|_| {
                bench.talks(1);
                bench.delay_ms()
            })
            .collect();
        delays.sort_unstable();
        let guessed = bench.count(500, Heard::Concealed);
        println!(
            "jitter {jitter} ms: delay p50 {} ms, p95 {} ms, {guessed} of 500 frames concealed",
            delays[250], delays[475]
        );
        assert!(delays[250] <= most, "{delays:?}");
        assert!(guessed <= 30, "{guessed}");
    }
}

#[test]
fn ten_percent_loss_never_stops_the_beat() {
    for (seed, loss) in [(7, 0.02), (8, 0.05), (9, 0.10)] {
        let mut bench = Bench::new(seed);
        bench.link.loss = loss;
        bench.talks(500);
        assert_eq!(bench.count(450, Heard::Silence), 0);
        assert!(level_of(bench.last(400)).abs() < 2.0, "{}", level_of(bench.last(400)));
        has_no_click(bench.last(450));
    }
}

#[test]
fn what_redundancy_carries_is_not_guessed() {
    let mut bench = Bench::new(10);
    bench.talker = Talker::new(TONE, AMPLITUDE).expecting_loss(20);
    bench.link.loss = 0.1;
    bench.talks(200);
    bench.link.lost.clear();
    bench.talks(500);
    let lost = &bench.link.lost;
    let recoverable = lost.iter().filter(|&&packet| !lost.contains(&(packet + 1))).count();
    let recovered = bench.count(500, Heard::Recovered);
    println!("10 % loss: {} lost, {recoverable} recoverable, {recovered} recovered", lost.len());
    assert!(recoverable > 20 && recovered * 10 >= recoverable * 9);
    assert_eq!(bench.count(500, Heard::Silence), 0);
}

#[test]
fn a_delay_that_became_too_short_is_built_up() {
    let mut bench = Bench::new(21);
    bench.talker = Talker::new(TONE, AMPLITUDE).expecting_loss(20);
    bench.talks(200);
    assert!(bench.delay_ms() <= 25);
    bench.link.loss = 0.1;
    bench.talks(300);
    assert!(bench.playout.statistics().samples_added > 0);
    assert!(bench.playout.delay() + Micros(2_500) >= bench.playout.target());
    has_no_click(bench.last(490));
}

#[test]
fn duplicates_are_heard_once() {
    let mut bench = Bench::new(11);
    bench.link.duplication = 0.5;
    bench.link.jitter = Micros::from_millis(10);
    bench.talks(300);
    assert!(bench.playout.statistics().duplicate + bench.playout.statistics().late > 100);
    assert!(level_of(bench.last(200)).abs() < 1.0);
}

#[test]
fn the_delay_comes_back_after_a_burst() {
    let mut bench = Bench::new(12);
    bench.talks(200);
    let usual = bench.delay_ms();
    bench.link.stall = Some((bench.now, bench.now + Micros::from_millis(250)));
    bench.talks(14);
    let mut worst = 0;
    let mut beats = 0;
    for beat in 0..750 {
        bench.talks(1);
        worst = worst.max(bench.delay_ms());
        if bench.delay_ms() > usual + 15 {
            beats = beat + 1;
        }
    }
    println!("a stall of 250 ms: delay {usual} ms, then {worst} ms, back after {} ms", beats * 20);
    assert!(worst > 150, "the burst was heard: {worst}");
    assert!(beats < 500, "back after {beats} beats");
    assert_eq!(bench.count(700, Heard::Silence), 0);
    has_no_click(bench.last(740));
}

#[test]
fn what_was_only_late_is_heard_in_full() {
    let mut bench = Bench::new(20);
    bench.talks(100);
    bench.link.stall = Some((bench.now, bench.now + Micros::from_millis(90)));
    bench.talks(100);
    let statistics = bench.playout.statistics();
    assert_eq!((statistics.late, statistics.skipped), (0, 0));
    assert!((3..=6).contains(&bench.count(100, Heard::Concealed)));
}

#[test]
fn a_long_stall_is_skipped_and_not_caught_up_with() {
    let mut bench = Bench::new(13);
    bench.talks(100);
    bench.link.stall = Some((bench.now, bench.now + Micros::from_millis(1_500)));
    bench.talks(76);
    assert!(bench.count(60, Heard::Silence) > 50);
    bench.talks(50);
    assert!(bench.delay_ms() < 350, "{}", bench.delay_ms());
    bench.talks(600);
    assert!(bench.delay_ms() < 50, "{}", bench.delay_ms());
    has_no_click(bench.last(800));
}

#[test]
fn a_talker_that_falls_silent_and_speaks_again_is_heard_again() {
    let mut bench = Bench::new(14);
    for _ in 0..5 {
        bench.talks(100);
        assert!(level_of(bench.last(50)).abs() < 1.0);
        bench.is_silent(100);
        assert_eq!(bench.count(80, Heard::Silence), 80);
        assert!(peak(bench.last(80)) == 0.0);
    }
    has_no_click(&bench.sound);
    assert_eq!(bench.playout.statistics().restarts, 0);
    assert!(bench.delay_ms() <= 45, "{}", bench.delay_ms());
}

#[test]
fn clocks_that_drift_apart_do_not_pile_up_delay() {
    // Ten times as bad as a bad crystal, so that half a minute shows it.
    for (seed, period) in [(15, 19_980), (16, 20_020)] {
        let mut bench = Bench::new(seed);
        bench.talker.period = Micros(period);
        bench.talks(1_500);
        let statistics = bench.playout.statistics();
        assert!(bench.delay_ms() <= 40, "{} ms, {statistics:?}", bench.delay_ms());
        assert!(statistics.frames_concealed < 30, "{statistics:?}");
        has_no_click(bench.last(1_400));
    }
}

#[test]
fn sequence_and_timestamp_wrap_unheard() {
    let mut bench = Bench::new(17);
    bench.talker.sequence = 0x1_ffff - 50;
    bench.talker.timestamp = u32::MAX - 50 * 960;
    bench.link.jitter = Micros::from_millis(30);
    bench.talks(300);
    assert_eq!(bench.playout.statistics().restarts, 0);
    assert!(bench.count(200, Heard::Decoded) > 190);
    assert!(level_of(bench.last(250)).abs() < 1.0);
}

#[test]
fn a_talker_that_begins_anew_is_heard_within_a_tenth_of_a_second() {
    let far_back = |talker: &mut Talker| talker.sequence -= 30_000;
    let a_little_back = |talker: &mut Talker| talker.sequence -= 300;
    let other_timestamps = |talker: &mut Talker| talker.timestamp ^= 0x8000_0000;
    let everything = |talker: &mut Talker| {
        talker.sequence += 20_000;
        talker.timestamp = 5;
    };
    let anew: [fn(&mut Talker); 4] = [far_back, a_little_back, other_timestamps, everything];
    for (number, begin) in anew.into_iter().enumerate() {
        let mut bench = Bench::new(18);
        bench.talks(100);
        begin(&mut bench.talker);
        bench.talks(10);
        bench.talks(100);
        assert_eq!(bench.playout.statistics().restarts, 1, "case {number}");
        assert_eq!(bench.count(95, Heard::Silence), 0, "case {number}");
        assert!(level_of(bench.last(90)).abs() < 1.0, "case {number}");
        has_no_click(&bench.sound);
    }
}

#[test]
fn packets_of_every_length_are_heard() {
    for frames in [1, 2, 3] {
        let mut bench = Bench::new(19);
        let mut joined = opus::Repacketizer::new().unwrap();
        for _ in 0..200 {
            while bench.talker.time <= bench.now {
                let packets: Vec<Packet> = (0..frames).map(|_| bench.talker.packet()).collect();
                let payloads: Vec<&[u8]> = packets.iter().map(|packet| &*packet.payload).collect();
                let mut payload = vec![0; 4_000];
                let len = joined.combine(&payloads, &mut payload).unwrap();
                let (first, last) = (&packets[0], &packets[frames - 1]);
                bench.link.send(&Packet {
                    sequence: first.sequence / frames as u64,
                    payload: payload[..len].into(),
                    arrival: last.arrival,
                    ..first.clone()
                });
            }
            bench.beat();
        }
        assert_eq!(bench.count(100, Heard::Silence), 0, "{frames} frames");
        assert!(level_of(bench.last(100)).abs() < 1.0, "{frames} frames");
    }
}

#[test]
fn hours_of_beats_do_not_drift() {
    let mut playout = Playout::new().unwrap();
    let mut frame = SILENCE;
    let beats = 3 * 3_600 * 50;
    // One byte: a packet in which nothing is said costs next to nothing to decode.
    let payload: media_core::rtp::Payload = vec![0x48].into();
    for beat in 0..beats {
        let now = Micros(beat * BEAT.0);
        let packet = Packet {
            sequence: beat,
            timestamp: (beat * 960) as u32,
            marker: false,
            level: None,
            payload: payload.clone(),
            arrival: now,
        };
        playout.insert(packet).unwrap();
        playout.pull(now, &mut frame);
    }
    let statistics = playout.statistics();
    assert_eq!((statistics.received, statistics.restarts), (beats, 0));
    assert!(playout.delay() <= Micros::from_millis(25), "{:?}", playout.delay());
    assert!(statistics.frames_concealed < 10, "{statistics:?}");
}
