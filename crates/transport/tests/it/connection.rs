//! A connection from offer to goodbye.

use std::time::Duration;

use crate::client::Scene;
use transport::PeerError;

#[test]
fn sound_goes_both_ways_with_its_header() {
    let mut scene = Scene::opens();
    scene.connects();
    assert_eq!(scene.gate.join_deadline(crate::client::LEG), None);
    for n in 0..3 {
        scene.client.says(scene.now, &[n; 40]);
        scene.says(7000 + u64::from(n), &[0x80 | n; 60]);
        scene.runs(Duration::from_millis(20)).unwrap();
    }
    let heard: Vec<_> = scene.heard.iter().map(|p| (p.sequence, p.timestamp)).collect();
    assert_eq!(heard, [(101, 101 * 960), (102, 102 * 960), (103, 103 * 960)]);
    let first = &scene.heard[0];
    assert_eq!((&*first.payload, first.marker), (&[0; 40][..], true));
    let level = first.level.unwrap();
    assert_eq!((level.dbov(), level.voice()), (-30, true));
    assert!(scene.heard[0].arrival < scene.heard[1].arrival);

    let heard = &scene.client.heard;
    let sequences: Vec<u64> = heard.iter().map(|p| *p.seq_no).collect();
    assert_eq!(sequences, [7000, 7001, 7002]);
    assert_eq!(&*heard[1].payload, &[0x81; 60]);
    assert_eq!(heard[1].header.timestamp, 7001 * 960);
    let streams: std::collections::BTreeSet<_> = heard.iter().map(|p| *p.header.ssrc).collect();
    assert_eq!(streams.len(), 1);
}

#[test]
fn what_cannot_be_a_packet_of_speech_is_not_passed_on() {
    let mut scene = Scene::opens();
    scene.connects();
    for len in [0, 1276, 1400, 1275, 1] {
        scene.client.says(scene.now, &vec![7; len]);
        scene.runs(Duration::from_millis(20)).unwrap();
    }
    let heard: Vec<usize> = scene.heard.iter().map(|packet| packet.payload.len()).collect();
    assert_eq!(heard, [1275, 1]);
}

#[test]
fn the_far_end_is_whom_the_offer_named_or_nobody() {
    let mut scene = Scene::opens_with(|offer| {
        let (before, print) = offer.split_once("a=fingerprint:sha-256 ").expect("a fingerprint");
        let (print, after) = print.split_once("\r\n").expect("the end of a line");
        let turned: Vec<&str> = print.rsplit(':').collect();
        format!("{before}a=fingerprint:sha-256 {}\r\n{after}", turned.join(":"))
    });
    let ended = scene.runs(Duration::from_secs(2)).unwrap_err();
    assert!(matches!(ended, PeerError::Failed(why) if why.contains("fingerprint")));
    assert!(!scene.is_connected);
}

#[test]
fn each_end_hears_the_goodbye_of_the_other() {
    let mut scene = Scene::opens();
    scene.connects();
    scene.client.hangs_up();
    scene.runs(Duration::from_millis(100)).unwrap();
    assert!(scene.is_closed);

    let mut scene = Scene::opens();
    scene.connects();
    scene.peer.close().unwrap();
    scene.runs(Duration::from_millis(100)).unwrap();
    assert!(scene.client.is_closed);
}

#[test]
fn the_server_learns_how_much_the_far_end_loses() {
    let mut scene = Scene::opens();
    scene.connects();
    scene.loses_one_of = 5;
    for n in 0..800 {
        scene.says(1000 + n, &[7; 60]);
        scene.runs(Duration::from_millis(20)).unwrap();
    }
    let loss = scene.loss.expect("a report within 16 s");
    assert!((0.15..0.25).contains(&loss), "{loss}");
    assert_eq!(scene.client.heard.len(), 640);
}

#[test]
fn garbage_in_place_of_a_handshake_does_not_stop_it() {
    let mut scene = Scene::opens();
    let from = scene.client.outside;
    for n in 0..200_u8 {
        // Passed over the gate's head: even what it would let through must not end the leg.
        scene.peer.receive(scene.now, from, &[20 + n % 44; 60]);
        scene.peer.drain(|_| {}, |_| {}).unwrap();
    }
    scene.connects();
}

#[test]
fn a_page_has_two_data_channels_and_no_more() {
    let mut scene = Scene::opens();
    scene.connects();
    // The offer's own was the first.
    scene.client.opens_channel();
    scene.runs(Duration::from_millis(200)).unwrap();
    scene.client.opens_channel();
    let ended = scene.runs(Duration::from_millis(200)).unwrap_err();
    assert_eq!(ended, PeerError::TooManyChannels);
}

#[test]
fn a_message_longer_than_agreed_ends_the_leg_of_whoever_sends_it() {
    let mut scene = Scene::opens_between(
        |offer| offer,
        |answer| {
            assert!(answer.contains("a=max-message-size:16384"), "{answer}");
            answer.replace("a=max-message-size:16384", "a=max-message-size:262144")
        },
    );
    scene.connects();
    let channel = scene.client.opens_channel();
    scene.runs(Duration::from_millis(200)).unwrap();
    assert!(scene.client.writes(channel, &[7; 16_384]));
    scene.runs(Duration::from_millis(500)).unwrap();
    assert!(!scene.is_closed, "as long as agreed");
    assert!(scene.client.writes(channel, &vec![7; 100_000]));
    let written = scene.now;
    while !scene.is_closed {
        assert!(scene.now < written + Duration::from_secs(5), "the association is ended");
        scene.runs(Duration::from_millis(5)).unwrap();
    }
}

#[test]
fn a_connection_that_does_not_come_to_rest_is_given_up() {
    let mut scene = Scene::opens();
    scene.connects();
    for sequence in 0..2001 {
        scene.says(sequence, &[7; 40]);
    }
    assert_eq!(scene.runs(Duration::from_millis(20)), Err(PeerError::Restless));
}
