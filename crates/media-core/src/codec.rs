//! Opus (RFC 6716) as this server speaks it: 48 kHz, mono, 20 ms, for voice.

use opus::{Application, Bitrate, Channels};

use crate::{FRAME, Frame, SAMPLE_RATE};

/// Longest sound one Opus packet can hold: 120 ms.
pub const MAX_SAMPLES: usize = 5_760;

/// Room for one packet of ours: 20 ms at the highest rate Opus has is 1275 bytes.
const MAX_BYTES: usize = 1_275;

/// What the encoder aims at unless told otherwise, in bits per second.
pub const DEFAULT_BITRATE: u32 = 32_000;

/// Measured: 8 to 10 cost as much as each other and more than 5, and buy nothing a listener of
/// speech at 32 kb/s notices.
const COMPLEXITY: i32 = 5;

/// What clips are encoded at, in bits per second: music in one channel needs no more.
pub const CLIP_BITRATE: u32 = 48_000;

/// A clip is encoded once and heard by everybody: here quality is worth its price.
const CLIP_COMPLEXITY: i32 = 10;

/// Opus would not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// No encoder or decoder could be made.
    #[error("opus could not be set up")]
    Setup(#[source] opus::Error),
    /// The first bytes of the payload are not those of an Opus packet.
    #[error("the payload is not an opus packet")]
    NotOpus,
    /// The payload could not be decoded.
    #[error("the payload could not be decoded")]
    Decode(#[source] opus::Error),
    /// The frame could not be encoded.
    #[error("the frame could not be encoded")]
    Encode(#[source] opus::Error),
}

/// Makes packets of frames.
#[derive(Debug)]
pub struct Encoder {
    opus: opus::Encoder,
    expected_loss: u8,
    /// Whether it has encoded anything since it was reset.
    used: bool,
}

impl Encoder {
    /// An encoder at [`DEFAULT_BITRATE`], without redundancy.
    ///
    /// # Errors
    ///
    /// When libopus cannot be set up.
    pub fn new() -> Result<Self, CodecError> {
        Self::made_for(Application::Voip, COMPLEXITY, DEFAULT_BITRATE)
    }

    /// An encoder for what is encoded once and played to many, at [`CLIP_BITRATE`].
    ///
    /// It is held to CELT: a listener's decoder then goes from any packet of any clip to any other
    /// without a change of mode, and catches up within some packets, from below when it heard
    /// silence before.
    ///
    /// # Errors
    ///
    /// When libopus cannot be set up.
    pub fn for_clips() -> Result<Self, CodecError> {
        Self::made_for(Application::LowDelay, CLIP_COMPLEXITY, CLIP_BITRATE)
    }

    fn made_for(
        application: Application,
        complexity: i32,
        bits_per_second: u32,
    ) -> Result<Self, CodecError> {
        let mut opus = opus::Encoder::new(SAMPLE_RATE, Channels::Mono, application)
            .map_err(CodecError::Setup)?;
        opus.set_complexity(complexity).map_err(CodecError::Setup)?;
        opus.set_vbr(true).map_err(CodecError::Setup)?;
        let mut encoder = Self { opus, expected_loss: 0, used: false };
        encoder.set_bitrate(bits_per_second)?;
        Ok(encoder)
    }

    /// Aims at so many bits per second; 6 kb/s to 128 kb/s, nearer values are taken.
    ///
    /// # Errors
    ///
    /// When libopus refuses the setting.
    pub fn set_bitrate(&mut self, bits_per_second: u32) -> Result<(), CodecError> {
        let bits = bits_per_second.clamp(6_000, 128_000) as i32;
        self.opus.set_bitrate(Bitrate::Bits(bits)).map_err(CodecError::Setup)
    }

    /// Tells the encoder how many of a hundred packets its receiver loses. From the first loss on
    /// each packet also carries the one before it, coarsely (in-band FEC); without loss that would
    /// cost bits and a third more CPU for nothing.
    ///
    /// # Errors
    ///
    /// When libopus refuses the setting.
    pub fn set_expected_loss(&mut self, percent: u8) -> Result<(), CodecError> {
        let percent = percent.min(100);
        if percent == self.expected_loss {
            return Ok(());
        }
        self.opus.set_inband_fec(percent > 0).map_err(CodecError::Setup)?;
        self.opus.set_packet_loss_perc(i32::from(percent)).map_err(CodecError::Setup)?;
        self.expected_loss = percent;
        Ok(())
    }

    /// Makes a packet of a frame. `packet` is overwritten; keep it from beat to beat, and nothing
    /// is allocated.
    ///
    /// # Errors
    ///
    /// When libopus fails; `packet` is empty then.
    pub fn encode(&mut self, frame: &Frame, packet: &mut Vec<u8>) -> Result<(), CodecError> {
        packet.resize(MAX_BYTES, 0);
        let len = self.opus.encode_float(frame, packet);
        packet.truncate(*len.as_ref().unwrap_or(&0));
        self.used = true;
        len.map(|_| ()).map_err(CodecError::Encode)
    }

    /// Nothing is encoded for a while. An encoder that goes on from where it stopped long ago
    /// clicks, so it begins afresh next time. Costs nothing when called again and again.
    pub fn rest(&mut self) {
        if self.used {
            self.used = false;
            self.opus.reset_state().expect("libopus can always be reset");
        }
    }

    /// By how many samples the decoded sound lags behind the frames.
    ///
    /// # Errors
    ///
    /// When libopus does not say.
    pub fn lookahead(&mut self) -> Result<usize, CodecError> {
        self.opus.get_lookahead().map(|n| n as usize).map_err(CodecError::Setup)
    }
}

/// Makes sound of packets, and of missing packets.
#[derive(Debug)]
pub struct Decoder {
    opus: opus::Decoder,
}

impl Decoder {
    /// A decoder that has heard nothing.
    ///
    /// # Errors
    ///
    /// When libopus cannot be set up.
    pub fn new() -> Result<Self, CodecError> {
        let opus = opus::Decoder::new(SAMPLE_RATE, Channels::Mono).map_err(CodecError::Setup)?;
        Ok(Self { opus })
    }

    /// Decodes a packet. `sound` is overwritten; keep it from packet to packet, and nothing is
    /// allocated.
    ///
    /// # Errors
    ///
    /// When the payload is no Opus packet.
    pub fn decode(&mut self, payload: &[u8], sound: &mut Vec<f32>) -> Result<(), CodecError> {
        sound.clear();
        sound.resize(samples_in(payload).ok_or(CodecError::NotOpus)?, 0.0);
        let len = self.opus.decode_float(payload, sound, false).map_err(CodecError::Decode)?;
        sound.truncate(len);
        Ok(())
    }

    /// Decodes the sound of the packet *before* `next`, from the redundancy that `next` carries
    /// (RFC 6716, section 2.1.7), or conceals it when it carries none.
    ///
    /// # Errors
    ///
    /// When the payload is no Opus packet.
    pub fn recover(&mut self, next: &[u8], frame: &mut Frame) -> Result<(), CodecError> {
        // To libopus an empty payload means a lost packet; to us it is not one of Opus.
        samples_in(next).ok_or(CodecError::NotOpus)?;
        self.opus.decode_float(next, frame, true).map_err(CodecError::Decode)?;
        Ok(())
    }

    /// Guesses 20 ms of sound from what was heard before.
    ///
    /// # Errors
    ///
    /// When libopus fails.
    pub fn conceal(&mut self, frame: &mut Frame) -> Result<(), CodecError> {
        self.opus.decode_float(&[], frame, false).map_err(CodecError::Decode)?;
        Ok(())
    }

    /// Forgets what was heard.
    pub fn reset(&mut self) {
        self.opus.reset_state().expect("libopus can always be reset");
    }
}

/// How many samples an Opus packet holds, from its first bytes (RFC 6716, section 3.1); `None` when
/// it cannot be an Opus packet.
pub fn samples_in(payload: &[u8]) -> Option<usize> {
    let toc = *payload.first()?;
    let config = usize::from(toc >> 3);
    let frame = match config {
        0..12 => [480, 960, 1_920, 2_880][config % 4],
        12..16 => [480, 960][config % 2],
        _ => [120, 240, 480, 960][config % 4],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => usize::from(*payload.get(1)? & 0x3f),
    };
    let samples = frame * frames;
    (1..=MAX_SAMPLES).contains(&samples).then_some(samples)
}

/// Whether a packet carries the sound of the one before it (the LBRR flag of RFC 6716, section
/// 4.2.3). Only packets of a single SILK or hybrid frame are looked into.
pub fn carries_previous(payload: &[u8]) -> bool {
    let [toc, first, ..] = payload else { return false };
    let config = toc >> 3;
    if config >= 16 || toc & 3 != 0 {
        return false;
    }
    // One flag per 20 ms of SILK for voice activity, then the one for redundancy.
    let silk_frames = if config >= 12 { 1 } else { [1, 1, 2, 3][usize::from(config % 4)] };
    first >> (7 - silk_frames) & 1 == 1
}

/// Whether a packet says that its sender has fallen silent (DTX): a TOC byte and next to nothing.
pub fn is_discontinuous(payload: &[u8]) -> bool {
    payload.len() <= 2
}

const _: () = assert!(FRAME * 6 == MAX_SAMPLES);
