//! From an offer to an answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::change::SdpOffer;
use str0m::format::Codec;
use str0m::media::{Mid, Pt};
use str0m::rtp::Extension;
use str0m::{Candidate, Rtc};

use super::{Audio, Channels, Identity, LARGEST_FRAME, Peer};

/// The longest offer that is read. A browser's is 6 kB at most for one line of sound and one
/// application; signalling has its own limit of the same size.
const LONGEST_OFFER: usize = 64 * 1024;

/// How often the loss that the far end reports is looked at. Its reports come every 5 s.
const STATISTICS: Duration = Duration::from_secs(5);

/// An offer that cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is no session description, or one that makes no sense.
    #[error("the offer cannot be understood: {0}")]
    InvalidSdp(String),
    /// It has no line of sound, or none that Opus could be carried on.
    #[error("the offer has no audio that Opus could be carried on")]
    NoAudio,
    /// It has no certificate fingerprint, so nobody could tell who connects.
    #[error("the offer has no certificate fingerprint")]
    NoFingerprint,
    /// It has the server open the DTLS handshake (`a=setup:passive`). RFC 8842, section 5.2, has
    /// every offer leave the choice to the answer, and the server only ever waits to be called.
    #[error("the offer has the server open the handshake (a=setup:passive)")]
    PassiveHandshake,
}

/// An accepted offer.
#[derive(Debug)]
pub struct Answer {
    /// The server's end of the connection.
    pub peer: Peer,
    /// What the far end has to be told. It holds every candidate; none follows.
    pub sdp: String,
}

impl Peer {
    /// Accepts an offer.
    ///
    /// `local` is where the far end shall send to, `origin` the time from which packets of sound
    /// count their arrival.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the offer.
    pub fn accept(
        offer: &str,
        local: &[SocketAddr],
        identity: &Identity,
        origin: Instant,
        now: Instant,
    ) -> Result<Answer, OpenError> {
        let parsed = understand(offer)?;
        let mut rtc = connection(identity, now);
        for address in local {
            let candidate = Candidate::host(*address, "udp")
                .map_err(|error| OpenError::InvalidSdp(error.to_string()))?;
            rtc.add_local_candidate(candidate);
        }
        let answer = rtc
            .sdp_api()
            .accept_offer(parsed)
            .map_err(|error| OpenError::InvalidSdp(error.to_string()))?;
        let sdp = answer.to_sdp_string();
        // Gate rule 7 knows what a client says, so the far end has to be it. Which role the library
        // takes it says in the answer.
        if sdp.lines().any(|line| line == "a=setup:active") {
            return Err(OpenError::PassiveHandshake);
        }
        let (mid, payload_type) = opus_line(&rtc, offer).ok_or(OpenError::NoAudio)?;
        let audio = Audio { mid, payload_type, incoming: None };
        let channels = channels(&sdp);
        let peer = Self { rtc, local: local.to_vec(), origin, audio, channels, opened: 0 };
        Ok(Answer { peer, sdp: complete(&sdp) })
    }
}

/// The answer without the library's promise that candidates may follow, and with the statement
/// that none will (RFC 8840, section 4.2).
fn complete(answer: &str) -> String {
    const FOLLOW: &str = "a=ice-options:trickle\r\n";
    answer.replacen(FOLLOW, "a=end-of-candidates\r\n", 1).replace(FOLLOW, "")
}

/// Whether an answer has an application line that was not refused, which port 0 would say.
fn channels(answer: &str) -> Channels {
    let mut lines = answer.lines().filter_map(|line| line.strip_prefix("m=application "));
    if lines.any(|line| !line.starts_with("0 ")) { Channels::Agreed } else { Channels::None }
}

/// A connection as every leg has it.
fn connection(identity: &Identity, now: Instant) -> Rtc {
    let mut config = Rtc::builder()
        .set_ice_lite(true)
        .set_rtp_mode(true)
        .set_dtls_cert(identity.0.clone())
        .clear_codecs()
        .enable_opus(true, false)
        // Gate rule 12: no transport-wide congestion control. Two packets with far sequence
        // numbers in its extension made the library allocate until the process was killed.
        .clear_extension_map()
        .set_extension(1, Extension::AudioLevel)
        .set_extension(4, Extension::RtpMid)
        .set_sctp_max_message_size(LARGEST_FRAME as u32)
        .set_stats_interval(Some(STATISTICS));
    for codec in config.codec_config().iter_mut() {
        codec.set_fb_transport_cc(false);
    }
    config.build(now)
}

fn understand(offer: &str) -> Result<SdpOffer, OpenError> {
    if offer.len() > LONGEST_OFFER {
        return Err(OpenError::InvalidSdp(format!("{} bytes are too many", offer.len())));
    }
    let parsed = SdpOffer::from_sdp_string(offer)
        .map_err(|error| OpenError::InvalidSdp(error.to_string()))?;
    let has = |prefix: &str| offer.lines().any(|line| line.starts_with(prefix));
    if !has("m=audio ") {
        return Err(OpenError::NoAudio);
    }
    if !has("a=fingerprint:") {
        return Err(OpenError::NoFingerprint);
    }
    Ok(parsed)
}

/// The first line of sound that Opus can be carried on, with the payload type it has there.
fn opus_line(rtc: &Rtc, offer: &str) -> Option<(Mid, Pt)> {
    audio_lines(offer).find_map(|mid| Some((mid, opus_on(rtc, mid)?)))
}

/// The names of the lines of sound. The library tells them only once the leg is connected.
fn audio_lines(offer: &str) -> impl Iterator<Item = Mid> {
    let mut in_audio = false;
    offer.lines().filter_map(move |line| {
        if let Some(media) = line.strip_prefix("m=") {
            in_audio = media.starts_with("audio ");
        }
        let name = line.strip_prefix("a=mid:")?;
        in_audio.then(|| Mid::from(name.trim()))
    })
}

fn opus_on(rtc: &Rtc, mid: Mid) -> Option<Pt> {
    let offered = rtc.media(mid)?.remote_pts();
    let known = rtc.codec_config();
    offered
        .iter()
        .find(|pt| known.iter().any(|p| p.pt() == **pt && p.spec().codec == Codec::Opus))
        .copied()
}
