//! Whatever a talker sends, the beat goes on.

use media_core::{
    BEAT, Micros, SILENCE,
    clip::Clip,
    codec,
    level::AudioLevel,
    playout::Playout,
    rewrite::Outbound,
    rtp::{Packet, TalkerId},
};

use crate::{link::Chance, sound::Talker};

fn garbage(chance: &mut Chance) -> Vec<u8> {
    let len = [0, 1, 2, 3, 30, 200, 1_400][chance.below(7) as usize];
    (0..len).map(|_| chance.next() as u8).collect()
}

#[test]
fn garbage_is_never_more_than_noise() {
    let mut chance = Chance::seeded(40);
    let mut talker = Talker::new(400.0, 0.5);
    let mut playout = Playout::new().unwrap();
    let mut out = Outbound::new(0, 0);
    let mut frame = SILENCE;
    for beat in 0..2_000 {
        let now = Micros(beat * BEAT.0);
        let mut packet = talker.packet();
        packet.arrival = now;
        if chance.happens(0.7) {
            packet.payload = garbage(&mut chance).into();
        }
        // A refusal is one of the answers this test expects.
        out.forward(TalkerId(1), &packet, now);
        playout.insert(packet).ok();
        playout.pull(now, &mut frame);
        assert!(frame.iter().all(|sample| sample.is_finite()));
    }
    assert!(playout.statistics().undecodable > 100);
}

#[test]
fn flipped_bits_are_never_more_than_noise() {
    let mut chance = Chance::seeded(41);
    let mut talker = Talker::new(400.0, 0.5).expecting_loss(10);
    let mut playout = Playout::new().unwrap();
    let mut frame = SILENCE;
    for beat in 0..2_000 {
        let mut packet = talker.packet();
        packet.arrival = Micros(beat * BEAT.0);
        let mut payload = packet.payload.to_vec();
        for _ in 0..chance.below(4) {
            let at = chance.below(payload.len() as u64) as usize;
            payload[at] ^= 1 << chance.below(8);
        }
        packet.payload = payload.into();
        playout.insert(packet).ok();
        playout.pull(Micros(beat * BEAT.0), &mut frame);
        assert!(frame.iter().all(|sample| sample.is_finite()));
    }
}

#[test]
fn headers_out_of_this_world_do_no_harm() {
    let mut chance = Chance::seeded(42);
    let payload = Talker::new(400.0, 0.5).packet().payload;
    let mut playout = Playout::new().unwrap();
    let mut out = Outbound::new(65_535, u32::MAX);
    let (mut frame, mut now) = (SILENCE, Micros(1 << 40));
    for _ in 0..10_000 {
        let wild = |chance: &mut Chance, near: u64| match chance.below(4) {
            0 => chance.next(),
            1 => u64::MAX - chance.below(100),
            2 => chance.below(100),
            _ => near + chance.below(100),
        };
        // Time is ours: it only goes forward. When a packet came may still be anything.
        now = now + Micros(chance.below(50_000));
        let arrival = Micros(wild(&mut chance, 1 << 40) % (1 << 51));
        let packet = Packet {
            sequence: wild(&mut chance, 1 << 20),
            timestamp: wild(&mut chance, 1 << 20) as u32,
            marker: chance.happens(0.5),
            level: AudioLevel::parse(&[chance.next() as u8]),
            payload: payload.clone(),
            arrival,
        };
        let talker = TalkerId(chance.below(2));
        out.forward(talker, &packet, now);
        out.beat(now);
        playout.insert(packet).ok();
        playout.pull(now, &mut frame);
    }
}

#[test]
fn a_flood_is_bounded() {
    let payload = Talker::new(400.0, 0.5).packet().payload;
    let mut playout = Playout::new().unwrap();
    for n in 0..100_000_u64 {
        let packet = Packet {
            sequence: n,
            timestamp: 960 * n as u32,
            marker: false,
            level: None,
            payload: payload.clone(),
            arrival: Micros(n * BEAT.0),
        };
        playout.insert(packet).ok();
    }
    // Our own, those of the flood still waiting, and none else.
    assert!(std::sync::Arc::strong_count(&payload) <= 65);
}

#[test]
fn no_bytes_are_mistaken_for_a_clip() {
    let mut chance = Chance::seeded(43);
    let real = include_bytes!("../../../../assets/ringback.opus");
    for _ in 0..300 {
        let mut bytes = real[..chance.below(real.len() as u64) as usize].to_vec();
        for _ in 0..chance.below(20) {
            let at = chance.below(bytes.len().max(1) as u64) as usize;
            if let Some(byte) = bytes.get_mut(at) {
                *byte = chance.next() as u8;
            }
        }
        if let Ok(clip) = Clip::from_ogg(&bytes) {
            let whole = clip.packets().iter().all(|it| codec::samples_in(it) == Some(960));
            assert!(whole);
        }
    }
}
