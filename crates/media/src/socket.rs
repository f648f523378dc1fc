//! A worker's UDP socket.

use std::io;
use std::net::{IpAddr, SocketAddr};

use mio::net::UdpSocket;
use socket2::SockRef;

/// The longest datagram taken. WebRTC keeps below 1500 bytes.
pub(crate) const LONGEST: usize = 2048;

/// Wanted buffers of the system: a tenth of a second of a thousand legs each way. The system may
/// give less.
const BUFFER: usize = 4 << 20;

/// Errors in a row after which the socket is left alone until the system announces it again.
const MOST_ERRORS: usize = 16;

/// A worker's UDP socket.
#[derive(Debug)]
pub(crate) struct Socket {
    udp: UdpSocket,
    local: SocketAddr,
}

impl Socket {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let udp = UdpSocket::bind(address)?;
        let options = SockRef::from(&udp);
        options.set_recv_buffer_size(BUFFER)?;
        options.set_send_buffer_size(BUFFER)?;
        let local = udp.local_addr()?;
        Ok(Self { udp, local })
    }

    pub(crate) fn local(&self) -> SocketAddr {
        self.local
    }

    pub(crate) fn source(&mut self) -> &mut UdpSocket {
        &mut self.udp
    }

    /// The next datagram; `None` when there is none.
    ///
    /// Errors of earlier sends (a port that is closed) come up here; they say nothing about what
    /// is to be received, and the leg they concern is found by its silence.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        for _ in 0..MOST_ERRORS {
            match self.udp.recv_from(buffer) {
                Ok((len, source)) => return Some((len, canonical(source))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) => tracing::trace!(%error, "receiving failed"),
            }
        }
        None
    }

    pub(crate) fn send(&self, datagram: &[u8], to: SocketAddr) -> io::Result<()> {
        self.udp.send_to(datagram, self.in_family(to)).map(|_| ())
    }

    /// An IPv4 address as a socket of IPv6 wants to have it.
    fn in_family(&self, to: SocketAddr) -> SocketAddr {
        match (self.local, to.ip()) {
            (SocketAddr::V6(_), IpAddr::V4(v4)) => {
                SocketAddr::new(IpAddr::V6(v4.to_ipv6_mapped()), to.port())
            }
            (SocketAddr::V6(_), IpAddr::V6(_)) | (SocketAddr::V4(_), _) => to,
        }
    }
}

fn canonical(source: SocketAddr) -> SocketAddr {
    SocketAddr::new(source.ip().to_canonical(), source.port())
}
