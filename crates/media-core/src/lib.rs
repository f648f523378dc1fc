//! Packets to frames to mixes to packets: Trefoil's sound, pure.
//!
//! Nothing here has a clock, a thread or a socket. Time is an argument ([`Micros`]), a talker is a
//! number, and this crate has never heard of a call. The worker that owns a leg decides what the
//! leg is sent; this crate makes it sound right.
//!
//! The two ways of a packet:
//!
//! 1. **Forwarded.** The packet of a talker goes to a listener as it is. Only its header changes:
//!    [`rewrite::Outbound`] keeps the listener's sequence and timestamps continuous, whatever was
//!    sent before.
//! 2. **Mixed.** [`playout::Playout`] orders a talker's packets ([`jitter_buffer::JitterBuffer`]),
//!    chooses when they are heard and turns them into one frame of 20 ms per beat.
//!    [`mixer::Mixer`] adds the frames a listener may hear and [`codec::Encoder`] makes a packet of
//!    the sum.
//!
//! A played packet comes ready from a [`clip::Clip`], encoded once for every listener.
//!
//! ```
//! use media_core::{Micros, codec::Encoder, mixer::{Mixed, Mixer, Voice}, playout::Playout};
//! use media_core::{SILENCE, rewrite::Outbound, rtp::TalkerId};
//!
//! let mut talker = Playout::new()?;
//! let (mut mixer, mut encoder) = (Mixer::new(), Encoder::new()?);
//! let mut outbound = Outbound::new(1, 0);
//! let (now, mut heard, mut mix, mut packet) = (Micros(0), SILENCE, SILENCE, Vec::new());
//!
//! // One beat: what the talker says, what the listener hears of it, the packet that carries it.
//! talker.pull(now, &mut heard);
//! let voice = Voice { talker: TalkerId(1), frame: &heard };
//! match mixer.mix(TalkerId(2), &[voice], &mut mix) {
//!     Mixed::Audible | Mixed::Trailing => {
//!         if let Some(_header) = outbound.beat(now) {
//!             encoder.encode(&mix, &mut packet)?;
//!         }
//!     }
//!     Mixed::Silent => encoder.rest(),
//! }
//! # Ok::<(), media_core::codec::CodecError>(())
//! ```

pub mod clip;
pub mod codec;
pub mod jitter_buffer;
pub mod level;
pub mod mixer;
pub mod playout;
pub mod rewrite;
pub mod rtp;
mod time;

pub use time::{BEAT, FRAME, Frame, Micros, SAMPLE_RATE, SILENCE};
