//! One peer connection per leg, behind the gate.
//!
//! The only crate that names the WebRTC library. It has two halves, and the media worker joins
//! them:
//!
//! 1. The [`gate`] looks at every datagram first and says whose it is, or why nobody shall see it.
//!    It is pure: time comes in, verdicts go out.
//! 2. A [`Peer`] is one leg's connection. It turns an offer into an answer, datagrams into packets
//!    of sound, packets into datagrams. It owns no socket and reads no clock.
//!
//! Whatever is done for a leg is done inside [`isolate()`], so that a fault in it is the end of
//! that leg and of nothing else.
//!
//! ```
//! use std::time::Instant;
//! use transport::{Identity, OpenError, Peer};
//!
//! let identity = Identity::generate();
//! let here = ["192.0.2.1:4000".parse()?];
//! let now = Instant::now();
//! let refused = Peer::accept("not an offer", &here, &identity, now, now);
//! assert!(matches!(refused, Err(OpenError::InvalidSdp(_))));
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

pub mod gate;
mod id;
mod isolate;
mod peer;

pub use id::{LegHasher, LegId, LegMap};
pub use isolate::{Fault, isolate};
pub use peer::{
    Answer, ChannelId, Channels, Closing, Egress, Frame, IceCredentials, Identity, LARGEST_FRAME,
    OpenError, Outgoing, Peer, PeerError, PeerEvent, Taken, Written,
};
