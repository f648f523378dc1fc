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
