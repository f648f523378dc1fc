//! A worker's UDP socket.

use std::io;
use std::net::{IpAddr, SocketAddr};

use mio::net::UdpSocket;
use socket2::SockRef;

/// The longest datagram taken. WebRTC keeps below 1500 bytes.
pub(crate) const LONGEST: usize = 2048;

/// Wanted buffers of the system: a tenth of a second of a thousand legs each way, of which the
/// system counts each packet as the kilobyte that it takes in memory.
pub(crate) const BUFFER: usize = 4 << 20;

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
        widen(&udp)?;
        let local = udp.local_addr()?;
        Ok(Self { udp, local })
    }

    pub(crate) fn local(&self) -> SocketAddr {
        self.local
    }

    /// Bytes of the smaller one of the two buffers that the system has given.
    pub(crate) fn buffer(&self) -> io::Result<usize> {
        let options = SockRef::from(&self.udp);
        let smaller = options.recv_buffer_size()?.min(options.send_buffer_size()?);
        // Linux doubles what is asked for, for its own bookkeeping (socket(7)), and shows that.
        Ok(if cfg!(target_os = "linux") { smaller / 2 } else { smaller })
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

/// Asks for large buffers: beyond the system's limit where that is permitted, up to it elsewhere.
fn widen(udp: &UdpSocket) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::net::sockopt;
        let received = sockopt::set_socket_recv_buffer_size_force(udp, BUFFER);
        let sent = sockopt::set_socket_send_buffer_size_force(udp, BUFFER);
        if received.and(sent).is_ok() {
            return Ok(());
        }
    }
    let options = SockRef::from(udp);
    options.set_recv_buffer_size(BUFFER)?;
    options.set_send_buffer_size(BUFFER)
}

fn canonical(source: SocketAddr) -> SocketAddr {
    SocketAddr::new(source.ip().to_canonical(), source.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_has_buffers_as_large_as_the_system_gives_them() {
        let socket = Socket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let given = socket.buffer().unwrap();
        // The least that an unprivileged process is given anywhere; the whole where it may ask.
        assert!((64 << 10..=BUFFER).contains(&given), "{given} bytes");
    }
}
