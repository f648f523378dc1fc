//! What the media plane is started with, and the limits it keeps.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use media_core::clip::Clip;

/// What the media plane is started with.
#[derive(Debug, Clone)]
pub struct MediaConfig {
    /// Address of the first worker's socket; worker `i` listens on `port + i`. Port 0 lets the
    /// system choose a port for each worker.
    pub listen: SocketAddr,
    /// Number of workers; 0 means one for each core.
    pub workers: usize,
    /// Addresses that browsers are told to send to, with each worker's own port. Empty means the
    /// address of `listen`, which then has to be a real one.
    pub advertise: Vec<IpAddr>,
    /// The clips that [`Source::Play`](crate::Source::Play) may name, by their place here.
    pub clips: Vec<Arc<Clip>>,
    /// Bounds and deadlines.
    pub limits: Limits,
}

impl MediaConfig {
    /// A configuration with one worker for each core, no clips and the default limits.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            workers: 0,
            advertise: Vec::new(),
            clips: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// Bounds and deadlines of the media plane.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Legs in the whole process. A leg costs about 130 kB, so the default is 400 MB of them.
    pub legs: usize,
    /// Time in which a leg has to be connected.
    pub join: Duration,
    /// Time in which a leg that was sending sound is given up when nothing authentic arrives.
    pub silence: Duration,
    /// The same for a leg that sends no sound, an agent whose microphone is detached: only its
    /// consent checks are heard then, and RFC 7675 section 5.1 lets six seconds pass between two.
    pub idle_silence: Duration,
    /// Time in which a probed leg has to be heard, again and again. A leg that sends sound is heard
    /// every 20 ms, and whoever it talked with is waiting meanwhile.
    pub probe: Duration,
    /// CPU time that the work for one leg's own datagrams and timers may take in ten seconds. A
    /// single one may take a fifteenth of it, but for a few, which others on the host may have
    /// made so long. A leg that takes more is ended: some input costs far more than it should, and
    /// everybody on the worker waits for it.
    pub leg_cpu: Duration,
    /// Bits per second of a mix.
    pub mix_bitrate: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            legs: 3000,
            join: transport::gate::JOIN_DEADLINE,
            silence: Duration::from_secs(4),
            idle_silence: Duration::from_secs(15),
            probe: Duration::from_millis(200),
            leg_cpu: crate::budget::IN_SPAN,
            mix_bitrate: 32_000,
        }
    }
}

/// The media plane could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A wildcard address is listened on and no address was given for browsers to send to.
    #[error("listening on {0}, so at least one address to advertise is needed")]
    NothingToAdvertise(IpAddr),
    /// An advertised address cannot be sent to.
    #[error("{0} cannot be advertised")]
    NotAdvertisable(IpAddr),
    /// There would be more workers than the media plane can address, or than ports are left.
    #[error("{0} workers are too many")]
    TooManyWorkers(usize),
    /// A socket could not be bound.
    #[error("cannot listen on {0}")]
    Bind(SocketAddr, #[source] std::io::Error),
    /// A worker could not be started.
    #[error("cannot start a media worker")]
    Worker(#[source] std::io::Error),
}
