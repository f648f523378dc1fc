//! Sound through a bad network, in virtual time: packets of known tones go over a seeded link, and
//! what comes out is measured.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "seeds and measurements belong to a test's output")]

mod assets;
mod clip;
mod codec;
mod hostile;
mod jitter_buffer;
mod link;
mod mixer;
mod playback;
mod playout;
mod recording;
mod rewrite;
mod room;
mod sound;
