//! Where somebody comes from: what is counted as one.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;

/// What counts as one source: an IPv4 address, or the /64 that an IPv6 host chooses its addresses
/// from (RFC 4291 section 2.5.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(IpAddr);

impl Source {
    /// The source an address belongs to.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(v4) => IpAddr::V4(v4),
            IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        })
    }
}

/// An address is a person's: it stays out of logs.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source(..)")
    }
}

/// The header in which a proxy says for whom it asks, each adding the address it was asked by.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose word about addresses is taken.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// The text is neither a network nor an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither a network such as 10.0.0.0/8 nor an address")]
pub struct NotANetwork;

impl TrustedProxies {
    /// Reads networks (`10.0.0.0/8`, `fd00::/8`) and single addresses.
    ///
    /// # Errors
    ///
    /// The first text that is neither.
    pub fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, NotANetwork> {
        texts.into_iter().map(network).collect::<Result<_, _>>().map(Self)
    }

    /// Whether this address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Where a request comes from. `peer` is who the TCP connection is with; only when that is a
    /// trusted proxy is the header read, from its end, past further trusted proxies: what stands
    /// before the first address that is none of them was written by the client, and may be
    /// anything.
    pub(crate) fn source(&self, peer: IpAddr, headers: &HeaderMap) -> Source {
        let mut nearest = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let mut told = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        while self.contains(nearest) {
            // Who wrote something unreadable is the last whose address is known.
            let Some(address) = told.next().and_then(address) else { break };
            nearest = address;
        }
        Source::of(nearest)
    }

    /// The source of a request of [`crate::serve()`]; none when it came over no socket.
    pub(crate) fn source_of(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<Source> {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0;
        Some(self.source(peer.ip(), headers))
    }
}

fn network(text: &str) -> Result<IpNet, NotANetwork> {
    let text = text.trim();
    IpNet::from_str(text)
        .or_else(|_| IpAddr::from_str(text).map(IpNet::from))
        .map_err(|_| NotANetwork)
}

/// An address as proxies write it: alone, with a port, or in brackets.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok();
    address
        .or_else(|| text.parse().map(|with_port: SocketAddr| with_port.ip()).ok())
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, told: &[&str]) -> Source {
        let proxies = TrustedProxies::read(["10.0.0.0/8", "192.0.2.9", "fd00::/8"]).unwrap();
        let mut headers = HeaderMap::new();
        for line in told {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        proxies.source(peer.parse().unwrap(), &headers)
    }

    fn source(address: &str) -> Source {
        Source::of(address.parse().unwrap())
    }

    #[test]
    fn a_proxys_word_is_taken_and_nobody_elses() {
        assert_eq!(seen("10.1.2.3", &["203.0.113.7"]), source("203.0.113.7"));
        assert_eq!(seen("192.0.2.9", &["203.0.113.7"]), source("203.0.113.7"));
        assert_eq!(seen("::ffff:10.1.2.3", &["203.0.113.7"]), source("203.0.113.7"));
        assert_eq!(seen("fd00::1", &["2001:db8::7"]), source("2001:db8::1"));
        assert_eq!(seen("198.51.100.1", &["203.0.113.7"]), source("198.51.100.1"));
        assert_eq!(seen("10.1.2.3", &[]), source("10.1.2.3"));
    }

    #[test]
    fn what_the_client_wrote_before_the_proxy_is_not_believed() {
        for forged in ["1.1.1.1, 203.0.113.7", "10.9.9.9, 203.0.113.7", "x, ,203.0.113.7"] {
            assert_eq!(seen("10.1.2.3", &[forged]), source("203.0.113.7"), "{forged}");
        }
        assert_eq!(seen("10.1.2.3", &["1.1.1.1", "203.0.113.7"]), source("203.0.113.7"));
        // Through two proxies of ours.
        assert_eq!(seen("10.1.2.3", &["1.1.1.1, 203.0.113.7, 10.8.8.8"]), source("203.0.113.7"));
        // A client inside the house.
        assert_eq!(seen("10.1.2.3", &["10.4.4.4, 10.8.8.8"]), source("10.4.4.4"));
    }

    #[test]
    fn what_cannot_be_read_is_the_proxys_own_doing() {
        for strange in
            ["", "unknown", "203.0.113.7, _hidden", "1.1.1.1,", "999.1.1.1", "for=1.1.1.1"]
        {
            assert_eq!(seen("10.1.2.3", &[strange]), source("10.1.2.3"), "{strange}");
        }
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (written, meant) in [
            ("203.0.113.7:4711", "203.0.113.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            (" ::ffff:203.0.113.7 ", "203.0.113.7"),
        ] {
            assert_eq!(seen("10.1.2.3", &[written]), source(meant), "{written}");
        }
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_source() {
        assert_eq!(source("2001:db8::1"), source("2001:db8::2"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }

    #[test]
    fn only_networks_are_networks() {
        assert!(TrustedProxies::read(["10.0.0.0/33"]).is_err());
        assert!(TrustedProxies::read(["localhost"]).is_err());
        assert!(TrustedProxies::read([""]).is_err());
        assert!(TrustedProxies::read(["10.0.0.1", "::1", " 10.0.0.0/8 "]).is_ok());
    }
}
