//! How fast a flood goes.

use std::time::Duration;

use tokio::time::Instant;

/// How far a flood may be behind before it gives up the rest: what was held up by a busy machine
/// is not made good in one burst, which would test the buffers of loopback and nothing else.
const FURTHEST_BEHIND: Duration = Duration::from_millis(20);
/// How often a flood looks at the clock: datagrams go out in bursts of so much time.
const BURST: Duration = Duration::from_millis(1);

/// Lets through so many datagrams a second, for so long.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    due: Instant,
    until: Instant,
}

impl Pace {
    /// Begins at once.
    pub fn per_second(rate: u32, lasting: Duration) -> Self {
        let now = Instant::now();
        Self { gap: Duration::from_secs(1) / rate.max(1), due: now, until: now + lasting }
    }

    /// Waits for the next datagram's turn; `false` when the time is over.
    pub async fn goes_on(&mut self) -> bool {
        let now = Instant::now();
        if self.due > now + BURST {
            tokio::time::sleep_until(self.due).await;
        }
        let now = Instant::now();
        self.due = (self.due + self.gap).max(now.checked_sub(FURTHEST_BEHIND).unwrap_or(now));
        now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_flood_has_its_rate_and_its_end() {
        let mut pace = Pace::per_second(1000, Duration::from_millis(100));
        let mut sent = 0;
        while pace.goes_on().await {
            sent += 1;
        }
        // Never more than asked for; fewer when the machine is busy.
        assert!((1..=122).contains(&sent), "{sent}");
    }
}
