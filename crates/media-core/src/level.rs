//! The audio level that travels in a packet's header (RFC 6464).

/// How loud a packet is, as its sender measured it: one byte of RTP header extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AudioLevel {
    below_full_scale: u8,
    voice: bool,
}

impl AudioLevel {
    /// Digital silence.
    pub const SILENT: Self = Self { below_full_scale: 127, voice: false };

    /// A level of `-below_full_scale` dBov; everything quieter than -127 dBov is -127 dBov.
    pub fn new(below_full_scale: u8, voice: bool) -> Self {
        Self { below_full_scale: below_full_scale.min(127), voice }
    }

    /// Reads the payload of the header extension, the level in its first byte.
    ///
    /// The two-byte header form may pad (RFC 6464, section 3), so further bytes are ignored.
    pub fn parse(extension: &[u8]) -> Option<Self> {
        let byte = *extension.first()?;
        Some(Self { below_full_scale: byte & 0x7f, voice: byte & 0x80 != 0 })
    }

    /// The byte that [`AudioLevel::parse`] reads.
    pub fn to_byte(self) -> u8 {
        self.below_full_scale | if self.voice { 0x80 } else { 0 }
    }

    /// The level in dBov: 0 is the loudest, -127 is silence.
    pub fn dbov(self) -> i8 {
        -(self.below_full_scale as i8)
    }

    /// Whether the sender believes that somebody speaks.
    pub fn voice(self) -> bool {
        self.voice
    }

    /// Whether the packet holds digital silence.
    pub fn is_silent(self) -> bool {
        self.below_full_scale == 127
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_a_round_trip() {
        for byte in 0..=u8::MAX {
            assert_eq!(AudioLevel::parse(&[byte]).unwrap().to_byte(), byte);
        }
    }

    #[test]
    fn a_level_is_counted_down_from_full_scale() {
        let level = AudioLevel::parse(&[0x80 | 0x1e, 0]).unwrap();
        assert_eq!((level.dbov(), level.voice(), level.is_silent()), (-30, true, false));
        assert!(AudioLevel::parse(&[127]).unwrap().is_silent());
        assert_eq!(AudioLevel::new(200, false), AudioLevel::SILENT);
    }

    #[test]
    fn an_empty_extension_says_nothing() {
        assert_eq!(AudioLevel::parse(&[]), None);
    }
}
