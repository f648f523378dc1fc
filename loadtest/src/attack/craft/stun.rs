//! Connectivity checks (RFC 8445) made by hand.

use rtc::ice::attributes::control::AttrControlling;
use rtc::ice::attributes::priority::PriorityAttr;
use rtc::ice::attributes::use_candidate::UseCandidateAttr;
use rtc::stun::attributes::ATTR_USERNAME;
use rtc::stun::fingerprint::FINGERPRINT;
use rtc::stun::integrity::MessageIntegrity;
use rtc::stun::message::{BINDING_REQUEST, Message, Setter, TransactionId};
use rtc::stun::textattrs::TextAttribute;

use super::sdp::Credentials;

/// First bytes of a success response to a binding request.
pub const SUCCESS: [u8; 2] = [0x01, 0x01];

/// A check with a fresh transaction, as the peer of a leg would send it.
///
/// `server` is whose leg is checked, `mine` the user fragment of the one who checks.
pub fn check(server: &Credentials, mine: &str, nominates: bool) -> Vec<u8> {
    let provider = rtc::crypto::default_provider().expect("the stack is built with a provider");
    let key = server.password.clone();
    let username = format!("{}:{mine}", server.fragment);
    let mut setters: Vec<Box<dyn Setter + '_>> = vec![
        Box::new(BINDING_REQUEST),
        Box::new(TransactionId::new()),
        Box::new(TextAttribute::new(ATTR_USERNAME, username)),
        Box::new(AttrControlling(7)),
        Box::new(PriorityAttr(0x7eff_ffff)),
    ];
    if nominates {
        setters.push(Box::new(UseCandidateAttr::new()));
    }
    let integrity =
        MessageIntegrity::new_short_term_integrity_with_provider(key, provider.crypto());
    setters.push(Box::new(integrity));
    setters.push(Box::new(FINGERPRINT));
    let mut message = Message::new();
    message.build(&setters).expect("attributes of a known size fit into a message");
    message.raw
}
