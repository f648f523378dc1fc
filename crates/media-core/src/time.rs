//! Units of time and sound.

use std::ops::Add;

/// Samples per second of every frame and of every RTP timestamp (RFC 7587, section 4.1).
pub const SAMPLE_RATE: u32 = 48_000;

/// Samples in one frame: 20 ms.
pub const FRAME: usize = 960;

/// One beat: the time one frame lasts.
pub const BEAT: Micros = Micros(20_000);

/// 20 ms of mono sound at 48 kHz; full scale is 1.0.
pub type Frame = [f32; FRAME];

/// A frame in which nothing is heard.
pub const SILENCE: Frame = [0.0; FRAME];

/// A monotonic time in microseconds, from an origin of the caller's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub u64);

impl Micros {
    /// A time so many milliseconds after the origin.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1000)
    }

    /// How much later this is than `earlier`; zero when it is not later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// The time in samples of the sample clock, rounded down.
    ///
    /// Always derived from the absolute time, so that rounding never adds up.
    pub const fn samples(self) -> i64 {
        // 48 samples per millisecond, exact, and without overflow for any time there is.
        (self.0 / 1000 * 48 + self.0 % 1000 * 48 / 1000) as i64
    }
}

impl Add for Micros {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}
