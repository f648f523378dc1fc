//! What anybody may do, and how often: pure, with the time as an argument.
//!
//! Rates are counted per *source* (where somebody comes from, [`Source`](crate::Source)) and per
//! person. A source may be an office of a thousand desks, so its rates are generous and only keep
//! it from taking the whole server; a person is one browser, so a person's are those of somebody
//! who presses reload again and again.
//!
//! ```text
//!   socket -> connections, sockets -> hello -> sign-ins -> request -> messages, requests
//!                                                             |
//!                                                             +-> legs, calls -> (driver)
//! ```

mod guard;
mod memory;
mod passwords;
mod rate;

use std::time::Duration;

pub(crate) use guard::Guard;
pub(crate) use passwords::Passwords;
pub use rate::Rate;
pub(crate) use rate::{Bucket, millis};

/// How long somebody is told to wait for a place: nobody can say when one becomes free, and with
/// everybody who waits asking this often, asking costs the server little.
pub const PLACE_RETRY: Duration = Duration::from_secs(5);

/// Every bound of the signalling side. The defaults suit a browser with a contact centre's agent
/// or customer in front of it; `config.example.toml` explains those that an operator can choose.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest message a client may send, in bytes.
    pub message_bytes: usize,
    /// Messages of one session.
    pub messages: Rate,
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
    /// Sockets from one source.
    pub sockets_per_source: usize,
    /// Sockets in all.
    pub sockets: usize,
    /// Sign-ins with a good token from one source.
    pub sign_ins_per_source: Rate,
    /// Sign-ins of one person.
    pub sign_ins_per_person: Rate,
    /// Sign-ins with a bad token from one source. Good tokens are counted apart: whoever has one is
    /// let in however often others behind the same address failed.
    pub failed_sign_ins_per_source: Rate,
    /// Wrong passwords under one login name from one source: somebody who tries all they ever had.
    pub failed_sign_ins_per_login: Rate,
    /// Legs set up from one source. Each is a DTLS handshake: about 3 ms of a core.
    pub legs_per_source: Rate,
    /// Legs set up by one person.
    pub legs_per_person: Rate,
    /// Calls begun from one source.
    pub calls_per_source: Rate,
    /// Calls begun by one person.
    pub calls_per_person: Rate,
    /// Requests over HTTP for sign-in, administration and records from one source. Each may write
    /// to the disk, which calls write to as well.
    pub admin_per_source: Rate,
    /// The same by one person.
    pub admin_per_person: Rate,
    /// Demo tokens given to one source.
    pub demo_tokens_per_source: Rate,
    /// Conversations open at once. Kept by the driver.
    pub conversations: usize,
    /// Conversations open at once that were begun from one source. Kept by the driver.
    pub conversations_per_source: usize,
    /// How long an accepted hello may wait for room in the driver's inbox.
    pub open_deadline: Duration,
    /// How long the last words to a client (an error and the close frame) may take.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 64 * 1024,
            messages: Rate::per_min(1_200, 40),
            outstanding_requests: 16,
            outstanding_bytes: 512_000,
            write_timeout: Duration::from_secs(10),
            hello_deadline: Duration::from_secs(5),
            ping_interval: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(15),
            errors_in_a_row: 10,
            rate_limited_in_a_row: 200,
            sockets_per_source: 2_000,
            sockets: 10_000,
            // A whole site at once, after its network was away.
            sign_ins_per_source: Rate::per_min(6_000, 2_000),
            // Somebody who presses reload again and again, and then a page in a loop: one in 3 s.
            sign_ins_per_person: Rate::per_min(20, 20),
            // Nobody guesses a signed token; this slows down who tries, and broken integrations.
            failed_sign_ins_per_source: Rate::per_min(60, 20),
            failed_sign_ins_per_login: Rate::per_min(6, 5),
            // A site again; after that at most a sixth of a core.
            legs_per_source: Rate::per_min(3_000, 1_000),
            // As often as a sign-in, which a leg goes with.
            legs_per_person: Rate::per_min(20, 20),
            // More than the agents of a big site can answer.
            calls_per_source: Rate::per_min(1_200, 200),
            // Who hangs up and calls again, a few times, and then at leisure.
            calls_per_person: Rate::per_min(10, 10),
            // A site whose pages all refresh their sign-in at once, after the network was away.
            admin_per_source: Rate::per_min(3_000, 600),
            // A page that loads all its lists, and a script that sets a department up at leisure.
            admin_per_person: Rate::per_min(300, 60),
            demo_tokens_per_source: Rate::per_min(120, 60),
            conversations: 5_000,
            conversations_per_source: 1_000,
            open_deadline: Duration::from_secs(2),
            farewell: Duration::from_secs(1),
        }
    }
}
