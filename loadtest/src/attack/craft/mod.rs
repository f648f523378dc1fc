//! Datagrams made by hand, from the RFCs: what no honest stack would let out.

pub mod dtls;
pub mod rtp;
pub mod sctp;
pub mod sdp;
pub mod stun;
