//! RTP packets with any header (RFC 3550) and any one-byte extensions (RFC 8285), before or
//! without protection.

/// One packet, as its fields.
#[derive(Clone, Debug, Default)]
pub struct Rtp {
    /// The payload type.
    pub payload_type: u8,
    /// The sequence number.
    pub sequence: u16,
    /// The timestamp.
    pub timestamp: u32,
    /// The stream.
    pub ssrc: u32,
    /// Header extensions: identifier and 1 to 16 bytes.
    pub extensions: Vec<(u8, Vec<u8>)>,
    /// What follows the header.
    pub payload: Vec<u8>,
}

impl Rtp {
    /// The packet as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let extended = u8::from(!self.extensions.is_empty()) << 4;
        let mut bytes = vec![0x80 | extended, self.payload_type];
        bytes.extend(self.sequence.to_be_bytes());
        bytes.extend(self.timestamp.to_be_bytes());
        bytes.extend(self.ssrc.to_be_bytes());
        if extended != 0 {
            let mut body = Vec::new();
            for (id, value) in &self.extensions {
                body.push(id << 4 | (value.len() as u8 - 1));
                body.extend(value);
            }
            body.resize(body.len().next_multiple_of(4), 0);
            bytes.extend([0xbe, 0xde]);
            bytes.extend((body.len() as u16 / 4).to_be_bytes());
            bytes.extend(body);
        }
        bytes.extend(&self.payload);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_padded_to_words() {
        let packet = Rtp { extensions: vec![(3, vec![0x9c, 0x40])], ..Rtp::default() };
        let bytes = packet.bytes();
        assert_eq!(bytes[0], 0x90);
        assert_eq!(bytes[12..], [0xbe, 0xde, 0, 1, 0x31, 0x9c, 0x40, 0]);
    }
}
