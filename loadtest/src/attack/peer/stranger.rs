//! Somebody with a socket and no right to be heard.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::UdpSocket;

use crate::attack::AttackError;

/// A socket on a port that nobody has validated.
#[derive(Debug)]
pub struct Stranger {
    socket: UdpSocket,
}

/// What a stranger was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overheard {
    /// Packets of sound, or of reports on it.
    pub sound: u64,
    /// Anything else.
    pub other: u64,
}

impl Stranger {
    /// Opens a socket on loopback.
    ///
    /// # Errors
    ///
    /// When the system has none.
    pub async fn appears() -> Result<Self, AttackError> {
        Ok(Self { socket: UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await? })
    }

    /// Sends any datagram.
    ///
    /// # Errors
    ///
    /// When the socket does not take it.
    pub async fn sends(&self, to: SocketAddr, datagram: &[u8]) -> Result<(), AttackError> {
        self.socket.send_to(datagram, to).await?;
        Ok(())
    }

    /// Everything that has come here since the last time.
    pub fn overhears(&self) -> Overheard {
        let mut heard = Overheard::default();
        let mut buffer = [0; 2048];
        while let Ok((length, _)) = self.socket.try_recv_from(&mut buffer) {
            match buffer[..length].first() {
                Some(128..=191) => heard.sound += 1,
                _ => heard.other += 1,
            }
        }
        heard
    }
}
