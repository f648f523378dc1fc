//! The clocks that work is measured by.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::budget::Measure;

/// CPU time that this thread has used.
pub(crate) fn thread_time() -> Duration {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(used.tv_sec.unsigned_abs(), used.tv_nsec as u32)
}

/// Measures a piece of work.
#[derive(Debug, Clone, Copy)]
pub(crate) enum StopWatch {
    Wall(Instant),
    Cpu(Duration),
}

impl StopWatch {
    pub(crate) fn start(measure: Measure) -> Self {
        match measure {
            Measure::Wall => Self::Wall(Instant::now()),
            Measure::Cpu => Self::Cpu(thread_time()),
        }
    }

    pub(crate) fn elapsed(self) -> (Measure, Duration) {
        match self {
            Self::Wall(start) => (Measure::Wall, start.elapsed()),
            Self::Cpu(start) => (Measure::Cpu, thread_time().saturating_sub(start)),
        }
    }
}
