//! An offer written by hand: sound and a data channel, as a browser's, and nothing else.

/// What an offer says, and an answer.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user fragment.
    pub fragment: String,
    /// The password of its checks.
    pub password: String,
}

impl Credentials {
    /// What an SDP says; `None` when it says nothing.
    pub fn of(sdp: &str) -> Option<Self> {
        let value = |key: &str| {
            let line = sdp.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.trim().to_owned())
        };
        Some(Self { fragment: value("a=ice-ufrag:")?, password: value("a=ice-pwd:")? })
    }
}

/// The first candidate of an SDP.
pub fn candidate(sdp: &str) -> Option<std::net::SocketAddr> {
    let line = sdp.lines().find_map(|line| line.strip_prefix("a=candidate:"))?;
    let words: Vec<&str> = line.split_whitespace().collect();
    format!("{}:{}", words.get(4)?, words.get(5)?).parse().ok()
}

/// Identifiers of the header extensions in [`offer`].
pub const LEVEL_EXTENSION: u8 = 1;
/// The transport-wide sequence number: offered in hope, and to be declined.
pub const TRANSPORT_CC_EXTENSION: u8 = 3;
/// The name of the media line.
pub const MID_EXTENSION: u8 = 4;
/// The payload type of Opus.
pub const OPUS: u8 = 111;

/// An offer whose maker is the DTLS client and takes any address.
pub fn offer(mine: &Credentials, fingerprint: &str, ssrc: u32) -> String {
    let Credentials { fragment, password } = mine;
    let transport = format!(
        "c=IN IP4 0.0.0.0\r\n\
         a=ice-ufrag:{fragment}\r\n\
         a=ice-pwd:{password}\r\n\
         a=fingerprint:sha-256 {fingerprint}\r\n\
         a=setup:active\r\n"
    );
    format!(
        "v=0\r\n\
         o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n\
         s=-\r\n\
         t=0 0\r\n\
         a=group:BUNDLE 0 1\r\n\
         m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\n\
         {transport}\
         a=mid:0\r\n\
         a=sendrecv\r\n\
         a=rtcp-mux\r\n\
         a=extmap:{LEVEL_EXTENSION} urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
         a=extmap:{TRANSPORT_CC_EXTENSION} \
         http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:{MID_EXTENSION} urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=rtpmap:{OPUS} opus/48000/2\r\n\
         a=rtcp-fb:{OPUS} transport-cc\r\n\
         a=fmtp:{OPUS} minptime=10;useinbandfec=1\r\n\
         a=ssrc:{ssrc} cname:mallory\r\n\
         m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n\
         {transport}\
         a=mid:1\r\n\
         a=sctp-port:5000\r\n\
         a=max-message-size:262144\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_says_what_an_answer_is_asked_for() {
        let mine = Credentials { fragment: "abcd".to_owned(), password: "secret".to_owned() };
        let sdp = offer(&mine, "AA:BB", 7) + "a=candidate:1 1 udp 99 127.0.0.1 7000 typ host\r\n";
        assert_eq!(Credentials::of(&sdp).unwrap().password, "secret");
        assert_eq!(candidate(&sdp), "127.0.0.1:7000".parse().ok());
    }
}
