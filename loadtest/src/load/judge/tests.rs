use std::sync::LazyLock;

use super::*;

/// Three voices of one second.
static VOICES: LazyLock<Arc<Voices>> =
    LazyLock::new(|| Arc::new(Voices::of_speech(&Voices::shipped_speech()[..48_000], 3)));
const FRAME: Duration = Duration::from_millis(20);

struct Bench {
    judge: Judge,
    start: Instant,
    frames: u32,
}

impl Bench {
    fn expecting(due: Due) -> Self {
        let start = Instant::now();
        let mut judge = Judge::new(Arc::clone(&VOICES));
        judge.expects(start, due);
        Self { judge, start, frames: 0 }
    }

    fn now(&self) -> Instant {
        self.start + FRAME * self.frames
    }

    fn packet(&mut self, voice: usize, delay: Duration) -> Packet {
        let n = self.frames;
        self.frames += 1;
        Packet {
            at: self.start + FRAME * n + delay,
            sequence: 70_000 + u64::from(n),
            timestamp: u32::MAX.wrapping_add(960 * n),
            marker: false,
            payload: VOICES.sound(voice).frame(n as usize).payload.clone(),
        }
    }

    fn hears(&mut self, voice: usize, frames: u32) {
        for _ in 0..frames {
            let packet = self.packet(voice, Duration::ZERO);
            self.judge.hears(&[packet], self.now());
        }
    }

    fn verdict(&mut self) -> Verdict {
        self.judge.hears(&[], self.now());
        self.judge.takes_verdict()
    }
}

fn voices(these: &[usize]) -> VoiceSet {
    these.iter().fold(VoiceSet::default(), |set, voice| set.and(VoiceSet::of(*voice)))
}

#[test]
fn a_talker_who_is_due_is_heard_without_complaint() {
    let mut bench = Bench::expecting(Due::Voices(voices(&[1])));
    bench.hears(1, 100);
    assert_eq!(bench.verdict(), Verdict { packets: 100, ..Verdict::default() });
    assert_eq!(bench.judge.takes_complaints(), []);
}

#[test]
fn every_packet_of_somebody_else_is_wrong() {
    for due in [Due::Voices(voices(&[1])), Due::Clip, Due::Silence, Due::Change(voices(&[1]))] {
        let mut bench = Bench::expecting(due);
        bench.hears(2, 3);
        assert_eq!(bench.verdict().wrong, 3, "{due:?}");
    }
}

#[test]
fn while_something_changes_everybody_of_the_room_may_be_heard() {
    let mut bench = Bench::expecting(Due::Change(voices(&[0, 1])));
    bench.hears(0, 5);
    bench.hears(1, 5);
    bench.frames += 50;
    let settled = bench.now();
    bench.judge.expects(settled, Due::Voices(voices(&[1])));
    bench.hears(0, 2);
    let verdict = bench.verdict();
    assert_eq!((verdict.wrong, verdict.unheard), (2, 0));
}

#[test]
fn silence_where_sound_is_due_is_a_hole_and_counts_once() {
    let mut bench = Bench::expecting(Due::Voices(voices(&[1])));
    bench.hears(1, 10);
    bench.frames += 30;
    assert_eq!(bench.verdict().unheard, 1);
    bench.frames += 30;
    assert_eq!(bench.verdict().unheard, 0);
    bench.hears(1, 10);
    bench.frames += 11;
    assert_eq!(bench.verdict().unheard, 1);
}

#[test]
fn a_packet_is_late_by_the_fastest_of_its_stream() {
    let mut bench = Bench::expecting(Due::Voices(voices(&[1])));
    // The first one is slow itself: it is no measure.
    for delay in [15, 5, 64, 66, 5] {
        let packet = bench.packet(1, Duration::from_millis(delay));
        bench.judge.hears(&[packet], bench.now());
    }
    let verdict = bench.verdict();
    assert_eq!((verdict.late, verdict.slowest), (1, Duration::from_millis(61)));
}

#[test]
fn another_stream_has_another_clock() {
    let mut bench = Bench::expecting(Due::Voices(voices(&[1])));
    bench.hears(1, 5);
    let mut slower = bench.packet(1, Duration::from_millis(150));
    slower.timestamp = slower.timestamp.wrapping_add(4_800);
    bench.judge.hears(&[slower], bench.now());
    assert_eq!(bench.verdict().late, 0);
}

#[test]
fn a_mix_is_judged_by_its_tones() {
    let mut bench = Bench::expecting(Due::Voices(voices(&[0, 1])));
    // One of two for three windows' time: allowed packet by packet, but somebody is missing.
    bench.hears(0, 30 + 150 + 30);
    let verdict = bench.verdict();
    assert_eq!((verdict.windows, verdict.unheard, verdict.wrong), (2, 2, 0));
}

#[test]
fn the_first_packet_of_somebody_is_timed() {
    let mut bench = Bench::expecting(Due::Change(voices(&[0, 1])));
    let from = bench.now();
    bench.judge.awaits(Wait::FirstAudio, Since::at(from), None);
    bench.judge.awaits(Wait::Answer, Since::at(from), Some(voices(&[1])));
    bench.hears(0, 4);
    assert_eq!(bench.judge.takes_arrived(), [(Wait::FirstAudio, Duration::ZERO)]);
    bench.hears(1, 4);
    assert_eq!(bench.judge.takes_arrived(), [(Wait::Answer, FRAME * 4)]);
}
