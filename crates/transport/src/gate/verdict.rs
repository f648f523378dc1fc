//! What the gate says about a datagram, and how often it said so.

use crate::LegId;

/// What becomes of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The connection of this leg shall have it.
    Pass(LegId, Passage),
    /// Nobody shall have it.
    Drop(DropReason),
}

/// As what a datagram passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// A connectivity check whose integrity was verified: it proves that the leg is there.
    Check,
    /// The first such check of a leg: its address is the peer address until the client nominates
    /// one, and the connection has to [answer there](crate::Peer::begin_at).
    FirstCheck,
    /// DTLS from the leg's peer address.
    Handshake,
    /// SRTP or SRTCP from an address of the leg. Only the connection can tell whether it is
    /// authentic.
    Media,
    /// SRTP of a stream that the leg is known by, from an address that nobody knows. Should the
    /// connection find it authentic, the address is the leg's.
    Trial,
}

/// Declares [`DropReason`] and its counters together, so that no reason goes uncounted.
macro_rules! drop_reasons {
    ($($(#[$doc:meta])* $variant:ident => $field:ident,)+) => {
        /// Why a datagram was dropped.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DropReason {
            $($(#[$doc])* $variant,)+
        }

        /// How many datagrams were dropped, by reason.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct Drops {
            $($(#[$doc])* pub $field: u64,)+
        }

        impl Drops {
            /// Every counter with the stable name of its reason.
            pub fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($field), self.$field),)+].into_iter()
            }

            /// Adds the counters of another gate.
            pub fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)+
            }

            pub(super) fn count(&mut self, reason: DropReason) {
                match reason {
                    $(DropReason::$variant => self.$field += 1,)+
                }
            }
        }
    };
}

drop_reasons! {
    /// It is of no protocol that a leg speaks.
    NoProtocol => no_protocol,
    /// Rule 1: it is not STUN, and its address was never validated.
    UnknownAddress => unknown_address,
    /// Rule 1: a STUN request for a user fragment that no leg has.
    UnknownFragment => unknown_fragment,
    /// Rule 1: a STUN request for a leg from an address that belongs to another one.
    ForeignAddress => foreign_address,
    /// Rule 2: STUN that cannot be read, or without user name or integrity.
    MalformedStun => malformed_stun,
    /// Rule 2: STUN that is no binding request. An ICE-lite server asks nothing, so it is
    /// answered nothing.
    NotARequest => not_a_request,
    /// Rule 2: the sender does not know the leg's password.
    BadIntegrity => bad_integrity,
    /// Rule 3: the leg has as many addresses as it may have.
    TooManyAddresses => too_many_addresses,
    /// Rule 4: a request that was seen before from another address.
    Replayed => replayed,
    /// Rule 7: DTLS from an address that is not the peer's.
    DtlsNotFromPeer => dtls_not_from_peer,
    /// Rule 7: DTLS that does not consist of whole records as a client sends them.
    MalformedDtls => malformed_dtls,
    /// Rule 7: DTLS that is well-formed, and that no client says at this point.
    MisplacedDtls => misplaced_dtls,
    /// Rule 7: more of a handshake than it takes.
    TooMuchHandshake => too_much_handshake,
    /// Rule 6: more sound from unknown addresses than is looked at.
    TooManyTrials => too_many_trials,
    /// Rule 9: data for a data channel, and the leg has none.
    NoChannel => no_channel,
    /// Rule 9: more DTLS than a leg may send.
    TooMuchDtls => too_much_dtls,
    /// Rule 9: more sound or reports than a leg may send.
    TooMuchMedia => too_much_media,
    /// Rule 9: more requests than a leg may send.
    TooManyChecks => too_many_checks,
    /// Sound before the keys for it exist.
    MediaBeforeConnect => media_before_connect,
}
