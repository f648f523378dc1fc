//! Gate rule 2: STUN requests are read and verified before anything else sees them.

use std::sync::LazyLock;

use str0m::config::CryptoProvider;
use str0m::ice::StunMessage;

use super::DropReason;

static CRYPTO: LazyLock<CryptoProvider> = LazyLock::new(str0m::crypto::from_feature_flags);

/// A binding request that could be read; whether it is authentic is the next question.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    message: StunMessage<'a>,
    fragment: &'a str,
    transaction: [u8; 12],
}

impl<'a> Request<'a> {
    /// Reads a datagram as a binding request of a connectivity check.
    pub(super) fn parse(datagram: &'a [u8]) -> Result<Self, DropReason> {
        let message = StunMessage::parse(datagram).map_err(|_| DropReason::MalformedStun)?;
        if !message.is_binding_request() {
            return Err(DropReason::NotARequest);
        }
        // RFC 8445, section 7.2.2: the user name is "their fragment of us:our fragment of them".
        let username = message.username().ok_or(DropReason::MalformedStun)?;
        let (fragment, _) = username.split_once(':').ok_or(DropReason::MalformedStun)?;
        let transaction = datagram
            .get(8..20)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(DropReason::MalformedStun)?;
        Ok(Self { message, fragment, transaction })
    }

    /// The local user fragment: which leg the request is for.
    pub(super) fn fragment(&self) -> &'a str {
        self.fragment
    }

    /// What tells this request from every other one.
    pub(super) fn transaction(&self) -> [u8; 12] {
        self.transaction
    }

    /// Whether the sender wants this path to be used.
    pub(super) fn nominates(&self) -> bool {
        self.message.use_candidate()
    }

    /// Whether the sender knows the leg's password.
    pub(super) fn is_authentic(&self, password: &str) -> bool {
        let hmac = CRYPTO.sha1_hmac_provider;
        self.message.verify(password.as_bytes(), |key, parts| hmac.sha1_hmac(key, parts))
    }
}

/// The longest request of a connectivity check: a user name has 513 bytes at most (RFC 8489,
/// section 14.3), everything else has less than a hundred.
const LONGEST_REQUEST: usize = 700;

/// The same request of the same transaction, as one that nominates; `None` when it is none.
pub(crate) fn as_nomination(datagram: &[u8], password: &str) -> Option<Vec<u8>> {
    let asked = StunMessage::parse(datagram).ok().filter(StunMessage::is_binding_request)?;
    let (username, priority) = (asked.username()?, asked.prio()?);
    // The client of an ICE-lite server is always the controlling agent (RFC 8445, section 6.1.1);
    // its tie-breaker decides nothing.
    let nomination =
        StunMessage::binding_request(username, asked.trans_id(), true, 0, priority, true);
    let hmac = CRYPTO.sha1_hmac_provider;
    let mut request = vec![0; LONGEST_REQUEST];
    let sign = |key: &[u8], parts: &[&[u8]]| hmac.sha1_hmac(key, parts);
    let length = nomination.to_bytes(Some(password.as_bytes()), &mut request, sign).ok()?;
    request.truncate(length);
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use str0m::ice::{StunMessageBuilder, TransId};

    fn bytes(message: &StunMessage<'_>, password: &str) -> Vec<u8> {
        let mut buffer = vec![0; 1500];
        let sign = |key: &[u8], parts: &[&[u8]]| CRYPTO.sha1_hmac_provider.sha1_hmac(key, parts);
        let length = message.to_bytes(Some(password.as_bytes()), &mut buffer, sign).unwrap();
        buffer.truncate(length);
        buffer
    }

    #[test]
    fn a_check_can_be_taken_as_one_that_nominates() {
        let id = TransId::new();
        let check = StunMessage::binding_request("ours:theirs", id, true, 7, 0x6e00_1eff, false);
        let check = bytes(&check, "password");
        let nomination = as_nomination(&check, "password").unwrap();
        let (asked, taken) =
            (Request::parse(&check).unwrap(), Request::parse(&nomination).unwrap());
        assert!(!asked.nominates() && taken.nominates() && taken.is_authentic("password"));
        assert_eq!(asked.transaction(), taken.transaction(), "the answer is to the client's own");
        assert_eq!((taken.fragment(), taken.message.prio()), ("ours", Some(0x6e00_1eff)));
    }

    #[test]
    fn nothing_but_a_check_is_taken_so() {
        let indication = StunMessageBuilder::new().send().indication().build(TransId::new());
        assert_eq!(as_nomination(&bytes(&indication, "password"), "password"), None);
        assert_eq!(as_nomination(&[0; 40], "password"), None);
    }
}
