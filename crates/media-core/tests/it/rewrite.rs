//! One listener's stream, header by header.

use media_core::{
    BEAT, Micros,
    rewrite::{Header, Outbound},
    rtp::{Packet, TalkerId},
};

use crate::link::{Chance, Link};

const X: TalkerId = TalkerId(1);
const Y: TalkerId = TalkerId(2);

fn packet(number: u64, arrival: Micros) -> Packet {
    Packet {
        sequence: 0x1_0000 + number,
        timestamp: (number as u32).wrapping_mul(960).wrapping_add(u32::MAX - 5_000),
        marker: false,
        level: None,
        // A packet of 20 ms.
        payload: vec![0x48, 0].into(),
        arrival,
    }
}

fn at(beat: u64) -> Micros {
    Micros(beat * BEAT.0)
}

fn forward(out: &mut Outbound, talker: TalkerId, number: u64) -> Option<Header> {
    out.forward(talker, &packet(number, at(number)), at(number))
}

fn step(one: Header, other: Header) -> (i64, i32) {
    let timestamps = other.timestamp.wrapping_sub(one.timestamp) as i32;
    (other.sequence as i64 - one.sequence as i64, timestamps)
}

#[test]
fn a_stream_begins_where_it_is_told_and_with_the_marker() {
    let mut out = Outbound::new(65_530, 4_000_000_000);
    let header = Header { sequence: 65_530, timestamp: 4_000_000_000, marker: true };
    assert_eq!(out.beat(Micros(123_456_789)), Some(header));
}

#[test]
fn losses_of_a_talker_stay_gaps() {
    let mut out = Outbound::new(10, 0);
    let first = forward(&mut out, X, 0).unwrap();
    let second = forward(&mut out, X, 1).unwrap();
    let fifth = forward(&mut out, X, 4).unwrap();
    assert_eq!(step(first, second), (1, 960));
    assert_eq!(step(second, fifth), (3, 2_880));
    assert!(first.marker && !second.marker && !fifth.marker);
}

#[test]
fn reordered_packets_stay_reordered_and_duplicates_go() {
    let mut out = Outbound::new(10, 0);
    let first = forward(&mut out, X, 0).unwrap();
    let third = forward(&mut out, X, 2).unwrap();
    let second = out.forward(X, &packet(1, at(2)), at(2)).unwrap();
    assert_eq!(step(first, third), (2, 1_920));
    assert_eq!(step(first, second), (1, 960));
    for number in [0, 1, 2] {
        assert_eq!(out.forward(X, &packet(number, at(2)), at(2)), None);
    }
}

#[test]
fn what_a_talker_sent_before_the_switch_to_it_is_left_out() {
    let mut out = Outbound::new(10, 0);
    forward(&mut out, X, 0).unwrap();
    let first = out.forward(Y, &packet(100, at(1)), at(1)).unwrap();
    assert!(first.marker);
    assert_eq!(out.forward(Y, &packet(99, at(1)), at(1)), None);
    assert_eq!(step(first, out.forward(Y, &packet(101, at(2)), at(2)).unwrap()), (1, 960));
}

#[test]
fn silence_between_two_sources_is_time_and_not_loss() {
    let mut out = Outbound::new(10, 0);
    let last = forward(&mut out, X, 0).unwrap();
    out.switch();
    let first = out.beat(at(500)).unwrap();
    assert_eq!(step(last, first), (1, 500 * 960));
    assert!(first.marker);
    // The mix falls silent and is not sent for a second.
    let next = out.beat(at(550)).unwrap();
    assert_eq!(step(first, next), (1, 50 * 960));
    assert!(next.marker);
}

#[test]
fn the_pause_of_a_talker_is_kept() {
    let mut out = Outbound::new(10, 0);
    let first = forward(&mut out, X, 0).unwrap();
    let paused = Packet { sequence: 0x1_0001, ..packet(50, at(50)) };
    assert_eq!(step(first, out.forward(X, &paused, at(50)).unwrap()), (1, 50 * 960));
}

#[test]
fn a_late_beat_leaves_no_hole() {
    let mut out = Outbound::new(10, 0);
    let mut last = out.beat(at(0)).unwrap();
    for beat in 1..100 {
        let late = Micros(beat * 997 % 7_000);
        let next = out.beat(at(beat) + late).unwrap();
        assert_eq!(step(last, next), (1, 960));
        last = next;
    }
}

#[test]
fn a_talker_that_begins_anew_is_a_switch() {
    for (sequence, timestamp) in [(5, 77), (0x1_0000 + 90_000, 77), (0x1_0001, 77)] {
        let mut out = Outbound::new(10, 0);
        let mut last = None;
        for number in 0..20 {
            last = forward(&mut out, X, number);
        }
        let anew = |n: u64| Packet {
            sequence: sequence + n,
            timestamp: timestamp + 960 * n as u32,
            ..packet(0, at(20 + n))
        };
        let headers: Vec<Header> =
            (0..10).filter_map(|n| out.forward(X, &anew(n), at(20 + n))).collect();
        assert!(headers.len() >= 6, "at most four are lost in finding out");
        assert!(headers[0].marker);
        let (sequences, timestamps) = step(last.unwrap(), headers[0]);
        assert!(sequences == 1 && (960..=4_800).contains(&timestamps), "{timestamps}");
    }
}

/// Any sources in any order: the stream is one stream.
#[test]
fn every_sequence_of_sources_is_one_stream() {
    let mut chance = Chance::seeded(30);
    for _ in 0..50 {
        let mut out = Outbound::new(chance.next() as u16, chance.next() as u32);
        let (mut sent, mut last, mut worst_lead) = (0_u64, None::<Header>, 0_i64);
        let (mut source, start) = (0, chance.below(1 << 40));
        let mut origin = None;
        // Beats and the packets of two talkers come at different points of the same 20 ms.
        for slot in 0..6_000 {
            let (beat, what) = (slot / 3, slot % 3);
            let now = at(beat) + Micros(start + 6_500 * what);
            if chance.happens(0.05) {
                source = chance.below(4);
                out.switch();
            }
            let header = match what {
                _ if what != source => None,
                0 => out.beat(now),
                talker => out.forward(TalkerId(talker), &packet(beat, now), now),
            };
            let Some(header) = header else { continue };
            sent += 1;
            if let Some(last) = last {
                let (sequences, timestamps) = step(last, header);
                assert_eq!(sequences, 1);
                assert!(timestamps >= 960, "{timestamps}");
                assert!(timestamps == 960 || header.marker, "{timestamps}");
            }
            last = Some(header);
            let offset = i64::from(header.timestamp) - now.samples();
            let origin = *origin.get_or_insert(offset);
            worst_lead = worst_lead.max(i64::from((offset - origin) as i32));
        }
        assert!(sent > 800, "{sent}");
        assert!(worst_lead <= 960, "a stream is never ahead of time by more: {worst_lead}");
    }
}

#[test]
fn another_crystal_leaves_no_hole_at_the_switch() {
    for parts_per_million in [-100, 0, 100_i64] {
        let mut out = Outbound::new(1, 1);
        let minutes = 20 * 60 * 50;
        let when = |beat: u64| {
            let drift = beat as i64 * parts_per_million * 20 / 1_000;
            Micros((at(beat).0 as i64 + 1_000_000 + drift) as u64)
        };
        for beat in 0..minutes {
            out.forward(X, &packet(beat, when(beat)), when(beat)).unwrap();
        }
        let last = out.forward(X, &packet(minutes, when(minutes)), when(minutes)).unwrap();
        out.switch();
        let first = out.beat(when(minutes + 1)).unwrap();
        assert_eq!(step(last, first), (1, 960), "{parts_per_million}");
    }
}

#[test]
fn a_talker_that_ran_ahead_costs_no_silence_and_hides_none() {
    let mut out = Outbound::new(1, 1);
    forward(&mut out, X, 0).unwrap();
    let leapt = Packet { sequence: 0x1_0001, ..packet(75, at(1)) };
    let last = out.forward(X, &leapt, at(1)).unwrap();
    out.switch();
    let first = out.beat(at(2)).unwrap();
    assert_eq!(step(last, first), (1, 960));
    let after_silence = out.beat(at(502)).unwrap();
    assert_eq!(step(first, after_silence), (1, 500 * 960));
}

#[test]
fn hours_on_a_poor_network_do_not_drift() {
    let mut out = Outbound::new(1, 1);
    let mut chance = Chance::seeded(31);
    let mut last = out.beat(at(0)).unwrap();
    let mut beat = 1;
    // The talker's crystal is 100 ppm slow: 2.9 s in eight hours.
    let drift = |beat: u64| Micros(beat * 2);
    while beat < 8 * 3_600 * 50 {
        let forwarded = chance.below(2_000);
        for _ in 0..forwarded {
            let now = at(beat) + drift(beat) + Micros(chance.below(60_000));
            if let Some(header) = out.forward(X, &packet(beat, now), now) {
                last = header;
            }
            beat += 1;
        }
        out.switch();
        for _ in 0..50 {
            let now = at(beat) + drift(beat);
            if let Some(header) = out.beat(now) {
                let timestamps = step(last, header).1;
                assert!((-4_000..=4_800).contains(&timestamps), "{timestamps} at beat {beat}");
                last = header;
            }
            beat += 1;
        }
        out.switch();
    }
}

#[test]
fn a_bad_link_is_passed_on_as_it_is() {
    let mut link = Link::new(32);
    (link.loss, link.jitter, link.duplication) = (0.1, Micros::from_millis(90), 0.1);
    let mut out = Outbound::new(65_500, u32::MAX - 10_000);
    let (mut seen, mut arrivals) = (Vec::new(), 0);
    for beat in 0..2_000 {
        link.send(&packet(beat, at(beat)));
        for packet in link.arrived(at(beat)) {
            arrivals += 1;
            if let Some(header) = out.forward(X, &packet, at(beat)) {
                let expected = packet.timestamp.wrapping_sub(header.timestamp);
                seen.push((packet.sequence.wrapping_sub(header.sequence), expected));
            }
        }
    }
    // One constant for all of them, and next to everything but the duplicates arrives.
    assert!(seen.iter().all(|offsets| *offsets == seen[0]));
    assert!(seen.len() > 1_700 && seen.len() < arrivals);
}
