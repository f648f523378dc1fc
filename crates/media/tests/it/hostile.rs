//! What strangers send, and offers that are not to be trusted.

use std::net::{SocketAddr, UdpSocket};

use crate::plane::{ALICE, BOB, CAROL, GROUP, Plane};
use media::{LossReason, MediaReport, OpenError, Source};

/// A binding request for a user name, with an integrity that was guessed.
fn check(username: &str) -> Vec<u8> {
    let mut attributes = Vec::new();
    let mut attribute = |kind: u16, value: &[u8]| {
        attributes.extend(kind.to_be_bytes());
        attributes.extend((value.len() as u16).to_be_bytes());
        attributes.extend(value);
        attributes.resize(attributes.len().next_multiple_of(4), 0);
    };
    attribute(0x0006, username.as_bytes());
    attribute(0x0024, &0x6e00_1eff_u32.to_be_bytes());
    attribute(0x802a, &[7; 8]);
    attribute(0x0025, &[]);
    attribute(0x0008, &[0x5a; 20]);
    let mut datagram = vec![0x00, 0x01];
    datagram.extend((attributes.len() as u16).to_be_bytes());
    datagram.extend([0x21, 0x12, 0xa4, 0x42]);
    datagram.extend([9; 12]);
    datagram.extend(attributes);
    datagram
}

fn fragment_of(answer: &str) -> &str {
    let line = answer.lines().find(|line| line.starts_with("a=ice-ufrag:"));
    line.and_then(|line| line.split_once(':')).map(|(_, value)| value).expect("a user fragment")
}

struct Stranger {
    socket: UdpSocket,
    server: SocketAddr,
}

impl Stranger {
    fn of(plane: &Plane) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let timeout = std::time::Duration::from_millis(200);
        socket.set_read_timeout(Some(timeout)).expect("a timeout");
        Self { socket, server: plane.media.local_addrs()[0] }
    }

    fn sends(&self, datagram: &[u8]) {
        self.socket.send_to(datagram, self.server).expect("a datagram on its way");
    }

    fn is_answered(&self) -> bool {
        self.socket.recv_from(&mut [0; 2048]).is_ok()
    }
}

#[tokio::test]
async fn strangers_reach_nothing_and_calls_do_not_notice() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let bob = plane.joins_talking(BOB, 700).await;
    plane.media.set_source(ALICE, Source::Forward(BOB), GROUP);
    alice.listens(10).await;
    let before = plane.media.counters();

    let waiting = plane.peer();
    let answer = plane.media.open(CAROL, waiting.offer().to_owned()).await.unwrap();
    let stranger = Stranger::of(&plane);
    let longest = vec![0x80; 65_000];
    for _ in 0..100 {
        stranger.sends(&[]);
        stranger.sends(b"GET / HTTP/1.1\r\n\r\n");
        stranger.sends(&[0x00, 0x01, 0xff, 0xff]);
        stranger.sends(&check("nobody:stranger"));
        stranger.sends(&check(&format!("{}:stranger", fragment_of(&answer))));
        // A binding success response, a DTLS handshake, SRTP, and the longest datagram there is.
        stranger.sends(&[&[0x01, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], &[9; 12]].concat());
        stranger.sends(&[&[22, 0xfe, 0xfd][..], &[0; 60]].concat());
        stranger.sends(&[&[0x80, 111][..], &[0; 60]].concat());
        stranger.sends(&longest);
    }
    assert!(!stranger.is_answered());

    let heard = alice.listens(50).await;
    assert!(heard.hears(700));
    assert_eq!(alice.status().reception.lost, 0);
    let dropped = plane.media.counters().dropped;
    let by_rule = |now: u64, then: u64| now - then;
    assert_eq!(by_rule(dropped.no_protocol, before.dropped.no_protocol), 200);
    assert_eq!(by_rule(dropped.malformed_stun, before.dropped.malformed_stun), 200);
    assert_eq!(by_rule(dropped.unknown_fragment, before.dropped.unknown_fragment), 100);
    assert_eq!(by_rule(dropped.bad_integrity, before.dropped.bad_integrity), 100);
    assert_eq!(by_rule(dropped.unknown_address, before.dropped.unknown_address), 200);

    // And the leg that was aimed at connects all the same.
    waiting.takes(&answer).await.unwrap();
    waiting.connects(std::time::Duration::from_secs(5)).await.unwrap();
    assert_eq!(plane.reports().await, MediaReport::Up(CAROL));
    drop(bob);
}

#[tokio::test]
async fn whoever_connects_has_the_certificate_that_the_offer_named() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let mallory = plane.peer();
    let forged = with_other_fingerprint(mallory.offer());
    let answer = plane.media.open(BOB, forged).await.unwrap();
    mallory.takes(&answer).await.unwrap();
    let lost = MediaReport::Lost(BOB, LossReason::TransportFailed);
    assert_eq!(plane.reports().await, lost);
    assert_eq!(plane.media.counters().legs, 1);
    drop(alice);
}

fn with_other_fingerprint(offer: &str) -> String {
    let swap = |line: &str| match line.split_once("a=fingerprint:sha-256 ") {
        Some((_, print)) => {
            let turned: Vec<&str> = print.trim().rsplit(':').collect();
            format!("a=fingerprint:sha-256 {}\r\n", turned.join(":"))
        }
        None => format!("{line}\r\n"),
    };
    offer.lines().map(swap).collect()
}

#[tokio::test]
async fn an_offer_that_makes_no_sense_is_refused_with_its_reason() {
    let plane = Plane::starts();
    let offer = plane.peer().offer().to_owned();
    let without = |part: &str| {
        let kept: Vec<&str> = offer.lines().filter(|line| !line.starts_with(part)).collect();
        kept.join("\r\n") + "\r\n"
    };
    let open = async |sdp: String| plane.media.open(ALICE, sdp).await.unwrap_err();
    assert!(matches!(open(String::new()).await, OpenError::InvalidSdp(_)));
    assert!(matches!(open("\u{0}".repeat(100)).await, OpenError::InvalidSdp(_)));
    assert!(matches!(open("v=0\r\n".repeat(50_000)).await, OpenError::InvalidSdp(_)));
    assert_eq!(open(without("a=fingerprint:")).await, OpenError::NoFingerprint);
    assert!(matches!(open(without("a=ice-pwd:")).await, OpenError::InvalidSdp(_)));
    assert_eq!(open(offer.replace("opus/48000", "speex/8000")).await, OpenError::NoAudio);
    assert_eq!(plane.media.counters().legs, 0);
}
