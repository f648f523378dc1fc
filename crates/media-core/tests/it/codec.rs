//! The codec as it is set up here.

use media_core::{
    FRAME, SILENCE,
    codec::{Decoder, Encoder, carries_previous, samples_in},
};

use crate::sound::{Tone, amplitude_of, decibels};

fn bytes_per_frame(encoder: &mut Encoder) -> usize {
    let mut tone = Tone::new(317.0, 0.4);
    let mut packet = Vec::new();
    let total: usize = (0..100)
        .map(|_| {
            encoder.encode(&tone.frame(), &mut packet).unwrap();
            packet.len()
        })
        .sum();
    total / 100
}

#[test]
fn a_tone_goes_through_at_its_level() {
    let (mut encoder, mut decoder) = (Encoder::new().unwrap(), Decoder::new().unwrap());
    let mut tone = Tone::new(400.0, 0.5);
    let (mut packet, mut frame, mut sound) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..50 {
        encoder.encode(&tone.frame(), &mut packet).unwrap();
        assert_eq!(samples_in(&packet), Some(FRAME));
        decoder.decode(&packet, &mut frame).unwrap();
        sound.extend_from_slice(&frame);
    }
    assert!(decibels(amplitude_of(400.0, &sound[9_600..]) / 0.5).abs() < 1.0);
}

#[test]
fn the_bitrate_is_what_is_asked_for() {
    let mut encoder = Encoder::new().unwrap();
    let usual = bytes_per_frame(&mut encoder);
    encoder.set_bitrate(16_000).unwrap();
    let low = bytes_per_frame(&mut encoder);
    encoder.set_bitrate(64_000).unwrap();
    let high = bytes_per_frame(&mut encoder);
    assert!(low < usual && usual < high, "{low} {usual} {high}");
}

#[test]
fn redundancy_is_sent_only_to_those_who_lose_packets() {
    let mut encoder = Encoder::new().unwrap();
    let mut tone = Tone::new(400.0, 0.5);
    let mut packet = Vec::new();
    let mut redundant = |encoder: &mut Encoder| {
        let carries = |_: &i32| {
            encoder.encode(&tone.frame(), &mut packet).unwrap();
            carries_previous(&packet)
        };
        (0..50).filter(carries).count()
    };
    assert_eq!(redundant(&mut encoder), 0);
    encoder.set_expected_loss(15).unwrap();
    assert!(redundant(&mut encoder) > 40);
    encoder.set_expected_loss(0).unwrap();
    assert!(redundant(&mut encoder) <= 1);
}

#[test]
fn a_lost_packet_is_recovered_from_the_next() {
    let (mut encoder, mut decoder) = (Encoder::new().unwrap(), Decoder::new().unwrap());
    encoder.set_expected_loss(20).unwrap();
    let mut tone = Tone::new(400.0, 0.5);
    let (mut packet, mut frame) = (Vec::new(), Vec::new());
    for _ in 0..30 {
        encoder.encode(&tone.frame(), &mut packet).unwrap();
        decoder.decode(&packet, &mut frame).unwrap();
    }
    encoder.encode(&tone.frame(), &mut packet).unwrap();
    encoder.encode(&tone.frame(), &mut packet).unwrap();
    let mut recovered = SILENCE;
    decoder.recover(&packet, &mut recovered).unwrap();
    assert!(decibels(amplitude_of(400.0, &recovered) / 0.5).abs() < 2.0);
}

#[test]
fn the_length_of_a_packet_is_read_as_libopus_reads_it() {
    for toc in 0..=u8::MAX {
        for count in 0..=u8::MAX {
            let packet = [toc, count, 0, 0];
            let theirs = opus::packet::get_nb_samples(&packet, 48_000).ok().filter(|&n| n > 0);
            assert_eq!(samples_in(&packet), theirs, "{packet:?}");
        }
    }
    assert_eq!(samples_in(&[]), None);
    assert_eq!(samples_in(&[3]), None);
}

#[test]
fn an_encoder_that_rested_begins_afresh() {
    let (mut rested, mut fresh) = (Encoder::new().unwrap(), Encoder::new().unwrap());
    let (mut one, mut other) = (Vec::new(), Vec::new());
    let mut tone = Tone::new(250.0, 0.6);
    for _ in 0..20 {
        rested.encode(&tone.frame(), &mut one).unwrap();
    }
    rested.rest();
    for _ in 0..20 {
        let frame = tone.frame();
        rested.encode(&frame, &mut one).unwrap();
        fresh.encode(&frame, &mut other).unwrap();
        assert_eq!(one, other);
    }
}
