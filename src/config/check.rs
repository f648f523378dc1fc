//! Checks single values of a configuration, and remembers what was wrong with which key.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use call_core::TeamId;
use signaling::TrustedProxies;

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, as written.
    pub key: String,
    /// What is wrong with it, and what would be right.
    pub text: String,
}

/// Collects problems while values are converted; a wrong value is replaced by something harmless,
/// because nothing is used when there is any problem.
#[derive(Default)]
pub(super) struct Check(Vec<Problem>);

impl Check {
    pub(super) fn wrong(&mut self, key: impl Into<String>, text: impl Into<String>) {
        self.0.push(Problem { key: key.into(), text: text.into() });
    }

    pub(super) fn address(
        &mut self,
        key: &str,
        written: Option<&str>,
        default: &str,
    ) -> SocketAddr {
        let text = written.unwrap_or(default);
        text.parse().unwrap_or_else(|_| {
            self.wrong(key, format!("`{text}` is not an address such as {default}"));
            SocketAddr::from(([127, 0, 0, 1], 0))
        })
    }

    pub(super) fn addresses(&mut self, key: &str, written: &[String]) -> Vec<IpAddr> {
        let mut addresses = Vec::new();
        for text in written {
            match text.parse::<IpAddr>() {
                Ok(ip) if !ip.is_unspecified() => addresses.push(ip),
                Ok(_) | Err(_) => self.wrong(key, format!("`{text}` is not an IP address")),
            }
        }
        addresses
    }

    pub(super) fn proxies(&mut self, key: &str, written: &[String]) -> TrustedProxies {
        TrustedProxies::read(written.iter().map(String::as_str)).unwrap_or_else(|error| {
            self.wrong(key, error.to_string());
            TrustedProxies::default()
        })
    }

    pub(super) fn team(&mut self, key: &str, text: &str) -> Option<TeamId> {
        let id = text.parse().ok();
        if id.is_none() {
            self.wrong(key, format!("`{text}` is not an id: 1 to 64 of A-Z a-z 0-9 . _ -"));
        }
        id
    }

    /// A span in seconds. A day is the longest that makes sense for any of them.
    pub(super) fn span(&mut self, key: &str, written: Option<f64>, into: &mut Duration) {
        const LONGEST_S: f64 = 86_400.0;
        match written {
            Some(seconds) if (0.0..=LONGEST_S).contains(&seconds) => {
                *into = Duration::from_secs_f64(seconds);
            }
            Some(seconds) => {
                self.wrong(key, format!("{seconds} is not between 0 and {LONGEST_S} seconds"));
            }
            None => {}
        }
    }

    /// The value, when nothing was wrong on the way to it.
    pub(super) fn finish<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}
