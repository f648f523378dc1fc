//! Scripted people for Trefoil's tests and load runs.
//!
//! Everything here is written against the wire (`docs/protocol.md`) and against WebRTC itself: no
//! type of the server is used, and the peer connection is `rtc`, the sans-IO core of the webrtc-rs
//! family, not the stack that the server stands on. A test that passes with these people is
//! therefore also a test of interoperability.
//!
//! From the bottom up:
//!
//! * [`sound`]: what a peer says (Opus packets, encoded once) and what was heard (tones in PCM);
//! * [`peer`]: one leg on one UDP socket; an [`peer::Engine`] thread drives hundreds of them;
//! * [`signal`]: one WebSocket to `/v1/ws`, with requests, views and notices;
//! * [`person`]: a customer or an agent, who is a signal and a leg, with verbs in product words;
//! * [`chat`]: many of them who write to each other, every message accounted for;
//! * [`load`]: many of them at once, each judged packet by packet.
//!
//! ```no_run
//! # async fn story() -> Result<(), loadtest::person::PersonError> {
//! use loadtest::person::{Agent, Customer, Place};
//! use loadtest::sound::Sound;
//!
//! let place = Place::new("127.0.0.1:8080".parse().expect("an address"), b"secret")?;
//! let bob = Agent::arrives(&place, "bob", &["support"], Sound::tone(700)).await?;
//! let alice = Customer::arrives(&place, "alice", Sound::tone(440)).await?;
//! alice.calls("support").await?;
//! bob.accepts().await?;
//! assert!(alice.listens().await?.hears(700));
//! # Ok(())
//! # }
//! ```

pub mod attack;
pub mod chat;
pub mod load;
pub mod peer;
pub mod person;
pub mod signal;
pub mod sound;
pub mod token;
