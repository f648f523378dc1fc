//! Media workers: threads, beats, rings and the sources in force.
//!
//! [`start()`] starts one thread per core, each with its own UDP socket. A worker owns its legs
//! whole (gate, connection, playout, mix), so nothing on the way of a packet takes a lock or waits
//! for another thread. What a leg is sent is told with [`MediaHandle::set_source`]; this crate
//! knows nothing of calls.
//!
//! The way of a packet: socket, [gate](transport::gate), [connection](transport::Peer), and then
//! for each listener either *forwarded* (header rewritten, nothing decoded) or *mixed* (jitter
//! buffer, decoder, sum without the listener's own voice, encoder, on a beat of 20 ms). A leg that
//! is *played* to gets packets that were encoded long ago. Where the talker's leg is owned by
//! another worker, its packets arrive through a bounded ring.
//!
//! What a page writes to a data channel goes another way: each channel it opens is handed out as a
//! [`Pipe`], whose queues never make the worker wait.
//!
//! Everything that can grow has a bound: legs ([`Limits::legs`]), offers waiting for a worker,
//! packets between workers, datagrams per wake, reports, frames unread and unsent. Wishes about a
//! leg (its source, a probe, its end) do not queue: the last one stands, so none is ever lost.
//!
//! ```
//! use media::{MediaConfig, OpenError, LegId};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), media::StartError> {
//! let config = MediaConfig::new("127.0.0.1:0".parse().unwrap());
//! let (media, _reports, _channels) = media::start(config)?;
//! let refused = media.open(LegId(1), "not an offer".to_owned()).await;
//! assert!(matches!(refused, Err(OpenError::InvalidSdp(_))));
//! media.shutdown();
//! # Ok(()) }
//! ```

mod attention;
mod budget;
mod channels;
mod clock;
mod config;
mod counters;
mod deadlines;
mod directory;
mod group;
mod handle;
mod inbox;
mod leg;
mod lines;
mod pipe;
mod report;
mod routes;
mod socket;
mod source;
mod start;
mod worker;

pub use channels::LABELS;
pub use config::{Limits, MediaConfig, StartError};
pub use counters::Counters;
pub use handle::{MediaHandle, OpenError};
pub use pipe::{ChannelGone, OpenedChannel, Pipe, PipeReader, PipeWriter};
pub use report::{LossReason, MediaReport};
pub use source::{ClipId, Source};
pub use start::{Started, start};
pub use transport::gate::Drops;
pub use transport::{Frame, LARGEST_FRAME, LegId};
