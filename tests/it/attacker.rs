//! Somebody with a UDP socket and no right to be heard.

use std::net::SocketAddr;
use std::time::Duration;

use loadtest::attack::dice::Dice;
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

/// Chance that is seeded from `IT_SEED`, or by the clock; the seed is printed, so that a failure
/// can be repeated.
pub(crate) fn thrown(what: &str) -> Dice {
    let seed = std::env::var("IT_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.unwrap().subsec_nanos().into()
    });
    println!("{what}: IT_SEED={seed}");
    Dice::seeded(seed)
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
