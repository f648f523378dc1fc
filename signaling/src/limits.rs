use std::time::Duration;

use tokio::time::Instant;

/// Every bound of the signalling side. The defaults suit a browser with a contact centre's agent
/// or customer in front of it; each can be configured.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest message a client may send, in bytes.
    pub message_bytes: usize,
    /// Messages a session may send per second over a long time.
    pub requests_per_s: u32,
    /// Messages a session may send at once after a pause.
    pub burst: u32,
    /// Requests of one session that may wait for their answer.
    pub outstanding_requests: usize,
    /// Bytes that may wait to be written to one session; a reader slower than that is closed.
    pub outstanding_bytes: usize,
    /// How long one write to the socket may take.
    pub write_timeout: Duration,
    /// How long a socket may stay without a valid hello.
    pub hello_deadline: Duration,
    /// How often the server pings, and asks the client to.
    pub ping_interval: Duration,
    /// How long a socket may be silent, pongs counted.
    pub idle_timeout: Duration,
    /// Malformed messages in a row that close the session.
    pub errors_in_a_row: u32,
    /// Messages over the rate, in a row, that close the session.
    pub rate_limited_in_a_row: u32,
    /// Sockets from one address. Generous: a whole site may sit behind one, and everybody does
    /// behind a proxy.
    pub sockets_per_ip: usize,
    /// Sockets in all.
    pub sockets: usize,
    /// How long an accepted hello may wait for room in the driver's inbox.
    pub open_deadline: Duration,
    /// How long the last words to a client (an error and the close frame) may take.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 64 * 1024,
            requests_per_s: 20,
            burst: 40,
            outstanding_requests: 16,
            outstanding_bytes: 512_000,
            write_timeout: Duration::from_secs(10),
            hello_deadline: Duration::from_secs(5),
            ping_interval: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(15),
            errors_in_a_row: 10,
            rate_limited_in_a_row: 200,
            sockets_per_ip: 2_000,
            sockets: 10_000,
            open_deadline: Duration::from_secs(2),
            farewell: Duration::from_secs(1),
        }
    }
}

/// Lets `burst` messages through at once and `requests_per_s` over time.
#[derive(Debug)]
pub(crate) struct TokenBucket {
    burst: f64,
    per_s: f64,
    tokens: f64,
    filled_at: Instant,
}

impl TokenBucket {
    pub(crate) fn new(limits: &Limits, now: Instant) -> Self {
        let burst = f64::from(limits.burst.max(1));
        let per_s = f64::from(limits.requests_per_s.max(1));
        Self { burst, per_s, tokens: burst, filled_at: now }
    }

    /// Takes one token, or says how long until there is one.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let since = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.filled_at = now;
        self.tokens = (self.tokens + since * self.per_s).min(self.burst);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / self.per_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let mut now = Instant::now();
        let mut bucket = TokenBucket::new(&Limits::default(), now);
        assert!((0..40).all(|_| bucket.take(now).is_ok()));
        assert_eq!(bucket.take(now), Err(Duration::from_millis(50)));
        now += Duration::from_millis(49);
        assert!(bucket.take(now).is_err());
        now += Duration::from_millis(2);
        assert!(bucket.take(now).is_ok());
        assert!(bucket.take(now).is_err());
    }

    #[test]
    fn a_long_pause_gives_no_more_than_the_burst() {
        let mut now = Instant::now();
        let mut bucket = TokenBucket::new(&Limits::default(), now);
        now += Duration::from_hours(1);
        assert_eq!((0..1000).filter(|_| bucket.take(now).is_ok()).count(), 40);
    }
}
