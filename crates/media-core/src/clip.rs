//! Sound encoded once and sent to every listener as it is: hold music, ringback, announcements.
//!
//! Sounds that ship with the program are packets already ([`Clip::from_ogg`]); an operator's own
//! are files of sound ([`Recording`]) that are made packets of once ([`Clip::of_round`] for what is
//! played over and over, [`Clip::of_words`] for what is said amid it). What one listener is played
//! is a [`Playback`].

mod encode;
mod playback;
mod recording;
mod resample;
mod wav;

pub use playback::{LEAD, MOST_SAID, Playback};
pub use recording::{Recording, RecordingError};

use std::io::Cursor;

use ogg::PacketReader;

use crate::{BEAT, FRAME, Micros, codec, rtp::Payload};

/// Largest file taken: ten minutes at the highest rate a clip may sensibly have (64 kb/s).
pub const MAX_BYTES: usize = 5 << 20;

/// Most packets taken: ten minutes.
pub const MAX_PACKETS: usize = 30_000;

/// Why a file cannot be a clip.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// More than [`MAX_BYTES`] or [`MAX_PACKETS`].
    #[error("the clip is too long")]
    TooLong,
    /// The container is damaged or something else.
    #[error("the file is not an Ogg file")]
    NotOgg(#[source] ogg::OggReadError),
    /// The first packet is no `OpusHead` this server can play (RFC 7845, section 5.1).
    #[error("the file is not mono Opus of mapping family 0")]
    NotMonoOpus,
    /// Every packet must last one beat.
    #[error("packet {number} of the clip does not last 20 ms")]
    NotTwentyMillis {
        /// Which one, from 0.
        number: usize,
    },
    /// There are only headers.
    #[error("the clip is empty")]
    Empty,
    /// Packets could not be made of a recording.
    #[error("the sound could not be encoded")]
    Encode(#[from] codec::CodecError),
}

/// A piece of sound as 20 ms Opus packets.
#[derive(Clone, Debug)]
pub struct Clip {
    packets: Vec<Payload>,
}

impl Clip {
    /// Reads an Ogg Opus file (RFC 7845): one stream, mono, 20 ms packets.
    ///
    /// Packets that the file's pre-skip discards whole are left out. What remains of the pre-skip
    /// is less than a packet, and the end is not trimmed within a packet: a clip begins and ends on
    /// a beat.
    ///
    /// # Errors
    ///
    /// When the file is none of that, or is too long.
    pub fn from_ogg(file: &[u8]) -> Result<Self, ClipError> {
        if file.len() > MAX_BYTES {
            return Err(ClipError::TooLong);
        }
        let mut reader = PacketReader::new(Cursor::new(file));
        let head =
            reader.read_packet().map_err(ClipError::NotOgg)?.ok_or(ClipError::NotMonoOpus)?;
        let head = OpusHead::parse(&head.data).filter(|head| head.channels == 1);
        let pre_skip = head.ok_or(ClipError::NotMonoOpus)?.pre_skip;
        reader.read_packet().map_err(ClipError::NotOgg)?.ok_or(ClipError::Empty)?;

        let mut packets = Vec::new();
        let mut end = None;
        while let Some(packet) = reader.read_packet().map_err(ClipError::NotOgg)? {
            if packets.len() == MAX_PACKETS {
                return Err(ClipError::TooLong);
            }
            if codec::samples_in(&packet.data) != Some(FRAME) {
                return Err(ClipError::NotTwentyMillis { number: packets.len() });
            }
            end = packet.last_in_stream().then(|| packet.absgp_page());
            packets.push(Payload::from(packet.data));
        }
        // The position of the last page says where the sound ends; packets beyond are padding.
        let sounding = end.map_or(packets.len(), |end| end.div_ceil(FRAME as u64) as usize);
        packets.truncate(sounding);
        packets.drain(..(pre_skip / FRAME).min(packets.len()));
        if packets.is_empty() {
            return Err(ClipError::Empty);
        }
        Ok(Self { packets })
    }

    /// How long one round lasts.
    pub fn duration(&self) -> Micros {
        Micros(self.packets.len() as u64 * BEAT.0)
    }

    /// The packets of one round, in order.
    pub fn packets(&self) -> &[Payload] {
        &self.packets
    }
}

/// Where in a clip a listener is. One per listener, so that each hears it from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClipCursor {
    next: usize,
}

impl ClipCursor {
    /// The start.
    pub fn new() -> Self {
        Self::default()
    }

    /// So far into the clip, round after round.
    pub fn at(position: Micros, clip: &Clip) -> Self {
        Self { next: ((position.0 / BEAT.0) % clip.packets.len() as u64) as usize }
    }

    /// How far into the present round the next packet is.
    pub fn position(self) -> Micros {
        Micros(self.next as u64 * BEAT.0)
    }

    /// The next packet; after the last one the first again.
    pub fn next<'a>(&mut self, clip: &'a Clip) -> &'a Payload {
        // A cursor may have been made for a longer clip.
        let now = self.next % clip.packets.len();
        self.next = (now + 1) % clip.packets.len();
        &clip.packets[now]
    }
}

/// What matters of an `OpusHead` packet of mapping family 0, which is one of one or two channels.
struct OpusHead {
    channels: u8,
    pre_skip: usize,
}

impl OpusHead {
    fn parse(packet: &[u8]) -> Option<Self> {
        let fields: &[u8; 11] = packet.strip_prefix(b"OpusHead")?.first_chunk()?;
        let [version, channels @ 1..=2, skip_low, skip_high, .., 0] = *fields else { return None };
        let pre_skip = usize::from(u16::from_le_bytes([skip_low, skip_high]));
        (version >> 4 == 0).then_some(Self { channels, pre_skip })
    }
}
