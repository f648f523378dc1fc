//! Somebody with a UDP socket and no right to be heard.

use std::net::SocketAddr;
use std::time::Duration;

use rtc::ice::attributes::control::AttrControlling;
use rtc::ice::attributes::priority::PriorityAttr;
use rtc::stun::attributes::ATTR_USERNAME;
use rtc::stun::fingerprint::FINGERPRINT;
use rtc::stun::integrity::MessageIntegrity;
use rtc::stun::message::{BINDING_REQUEST, Message, Setter, TransactionId};
use rtc::stun::textattrs::TextAttribute;
use tokio::net::UdpSocket;

/// How long an answer that must not come is waited for.
const SILENCE: Duration = Duration::from_millis(400);

/// A socket on a port nobody has validated.
pub(crate) struct Attacker {
    socket: UdpSocket,
    media: SocketAddr,
}

/// A repeatable stream of numbers (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// Seeded from `IT_SEED`, or by the clock; printed, so that a failure can be repeated.
    pub(crate) fn thrown(what: &str) -> Self {
        let seed = std::env::var("IT_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.unwrap().subsec_nanos().into()
        });
        println!("{what}: IT_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

impl Attacker {
    pub(crate) async fn at(media: SocketAddr) -> Self {
        Self { socket: UdpSocket::bind("127.0.0.1:0").await.unwrap(), media }
    }

    pub(crate) async fn sends(&self, datagram: &[u8]) {
        self.socket.send_to(datagram, self.media).await.unwrap();
    }

    /// Nothing comes back: an attacker learns nothing and reflects nothing.
    pub(crate) async fn is_ignored(&self) {
        let mut buffer = [0; 2048];
        let answer = tokio::time::timeout(SILENCE, self.socket.recv_from(&mut buffer)).await;
        if let Ok(Ok((length, _))) = answer {
            panic!("the server answered {:02x?}", &buffer[..length]);
        }
    }

    /// The socket gets an answer.
    pub(crate) async fn is_answered(&self) -> Vec<u8> {
        let mut buffer = [0; 2048];
        let answer = tokio::time::timeout(Duration::from_secs(2), self.socket.recv(&mut buffer));
        let length = answer.await.expect("the server answers").unwrap();
        buffer[..length].to_vec()
    }
}

/// What an SDP says about ICE.
pub(crate) struct Credentials {
    pub(crate) fragment: String,
    pub(crate) password: String,
}

impl Credentials {
    pub(crate) fn of(sdp: &str) -> Self {
        let value = |key: &str| {
            let line = sdp.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_else(|| panic!("{key} in {sdp}")).trim().to_owned()
        };
        Self { fragment: value("a=ice-ufrag:"), password: value("a=ice-pwd:") }
    }
}

/// A connectivity check as the peer of a leg would send it.
pub(crate) fn binding_request(fragment: &str, peer_fragment: &str, password: &str) -> Vec<u8> {
    let provider = rtc::crypto::default_provider().unwrap();
    let key = password.to_owned();
    let mut message = Message::new();
    let username = format!("{fragment}:{peer_fragment}");
    let setters: [Box<dyn Setter + '_>; 7] = [
        Box::new(BINDING_REQUEST),
        Box::new(TransactionId::new()),
        Box::new(TextAttribute::new(ATTR_USERNAME, username)),
        Box::new(AttrControlling(7)),
        Box::new(PriorityAttr(0x7eff_ffff)),
        Box::new(MessageIntegrity::new_short_term_integrity_with_provider(key, provider.crypto())),
        Box::new(FINGERPRINT),
    ];
    message.build(&setters).unwrap();
    message.raw
}

/// A DTLS 1.2 `ClientHello` (RFC 6347) with the extensions WebRTC wants, first flight.
pub(crate) fn client_hello(dice: &mut Dice) -> Vec<u8> {
    let mut body = vec![0xfe, 0xfd];
    body.extend(dice.bytes(32));
    // No session, no cookie; ECDHE-ECDSA with AES-128-GCM; no compression.
    body.extend([0, 0, 0, 2, 0xc0, 0x2b, 1, 0]);
    let extensions = [
        // supported_groups: x25519 and P-256
        &[0, 10, 0, 6, 0, 4, 0, 29, 0, 23][..],
        // ec_point_formats: uncompressed
        &[0, 11, 0, 2, 1, 0],
        // signature_algorithms: ECDSA with SHA-256
        &[0, 13, 0, 4, 0, 2, 4, 3],
        // use_srtp: AEAD_AES_128_GCM, no MKI
        &[0, 14, 0, 5, 0, 2, 0, 7, 0],
        // extended_master_secret
        &[0, 23, 0, 0],
    ]
    .concat();
    body.extend((extensions.len() as u16).to_be_bytes());
    body.extend(extensions);
    let length = &(body.len() as u32).to_be_bytes()[1..];
    // Handshake header: type 1, length, message 0, one fragment that is the whole.
    let handshake = [&[1], length, &[0, 0], &[0, 0, 0], length, &body].concat();
    let mut record = vec![22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0];
    record.extend((handshake.len() as u16).to_be_bytes());
    record.extend(handshake);
    record
}
