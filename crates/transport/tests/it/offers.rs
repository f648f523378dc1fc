//! Offers of browsers, and offers of nobody.

use std::time::Instant;

use transport::{Answer, Identity, OpenError, Peer};

const CHROMIUM: &str = include_str!("offers/chromium.sdp");
const FIREFOX: &str = include_str!("offers/firefox.sdp");

fn answer(offer: &str) -> Result<Answer, OpenError> {
    let here = ["198.51.100.1:4000", "[2001:db8::1]:4000"];
    let here = here.map(|address| address.parse().expect("an address"));
    let now = Instant::now();
    Peer::accept(offer, &here, &Identity::generate(), now, now)
}

fn lines<'a>(sdp: &'a str, prefix: &str) -> Vec<&'a str> {
    sdp.lines().filter(|line| line.starts_with(prefix)).collect()
}

#[test]
fn browsers_get_an_answer_with_everything_in_it() {
    for (offer, opus) in [(CHROMIUM, 111), (FIREFOX, 109)] {
        let Answer { mut peer, sdp } = answer(offer).unwrap();
        assert_eq!(lines(&sdp, "a=ice-lite").len(), 1, "{sdp}");
        assert!(sdp.contains("198.51.100.1 4000 typ host"), "{sdp}");
        assert!(sdp.contains("2001:db8::1 4000 typ host"), "{sdp}");
        assert!(sdp.contains("a=setup:passive"), "{sdp}");
        assert!(sdp.contains("a=sendrecv"), "{sdp}");
        assert_eq!(lines(&sdp, "a=end-of-candidates").len(), 1, "{sdp}");
        assert!(!sdp.contains("trickle"), "{sdp}");
        // One codec, and it repairs losses.
        assert_eq!(lines(&sdp, "m=audio"), [format!("m=audio 9 UDP/TLS/RTP/SAVPF {opus}")]);
        let parameters = lines(&sdp, &format!("a=fmtp:{opus} "));
        assert!(parameters.concat().contains("useinbandfec=1"), "{sdp}");
        assert_eq!(lines(&sdp, "m=application").len(), 1);
        let fragment = format!("a=ice-ufrag:{}", peer.credentials().fragment);
        assert!(sdp.contains(&fragment), "{sdp}");
    }
}

#[test]
fn no_transport_wide_congestion_control_is_agreed_on() {
    for offer in [CHROMIUM, FIREFOX] {
        let sdp = answer(offer).unwrap().sdp;
        assert!(!sdp.contains("transport-wide") && !sdp.contains("transport-cc"), "{sdp}");
        let extensions = lines(&sdp, "a=extmap:");
        let known = ["ssrc-audio-level", "sdes:mid"];
        assert_eq!(extensions.len(), 2, "{extensions:?}");
        assert!(extensions.iter().all(|line| known.iter().any(|name| line.ends_with(name))));
    }
}

#[test]
fn a_leg_without_data_channel_is_answered_too() {
    let (audio, _) = CHROMIUM.split_once("m=application").unwrap();
    let sdp = answer(&audio.replace("BUNDLE 0 1", "BUNDLE 0")).unwrap().sdp;
    assert_eq!(lines(&sdp, "m=").len(), 1);
}

#[test]
fn each_answer_has_credentials_of_its_own_and_the_same_certificate() {
    let here = ["198.51.100.1:4000".parse().unwrap()];
    let (identity, now) = (Identity::generate(), Instant::now());
    let sdp = |()| Peer::accept(CHROMIUM, &here, &identity, now, now).unwrap().sdp;
    let (one, other) = (sdp(()), sdp(()));
    assert_ne!(lines(&one, "a=ice-pwd"), lines(&other, "a=ice-pwd"));
    assert_eq!(lines(&one, "a=fingerprint"), lines(&other, "a=fingerprint"));
}

#[test]
fn what_is_wrong_with_an_offer_is_said() {
    let without = |part: &str| {
        let kept: Vec<&str> = CHROMIUM.lines().filter(|line| !line.starts_with(part)).collect();
        kept.join("\r\n") + "\r\n"
    };
    let refusal = |offer: &str| answer(offer).map(|_| ()).unwrap_err();
    assert!(matches!(refusal(""), OpenError::InvalidSdp(_)));
    assert!(matches!(refusal("{\"type\":\"offer\"}"), OpenError::InvalidSdp(_)));
    assert!(matches!(refusal(&CHROMIUM[..300]), OpenError::InvalidSdp(_)));
    assert!(matches!(refusal(&without("a=ice-ufrag")), OpenError::InvalidSdp(_)));
    assert!(matches!(refusal(&"a".repeat(70_000)), OpenError::InvalidSdp(_)));
    assert_eq!(refusal(&without("a=fingerprint")), OpenError::NoFingerprint);
    let no_opus = CHROMIUM.replace("opus/48000/2", "speex/16000/1");
    assert_eq!(refusal(&no_opus), OpenError::NoAudio);
    let video = CHROMIUM.replace("m=audio", "m=video");
    assert_eq!(refusal(&video), OpenError::NoAudio);
}

#[test]
fn an_offer_cut_off_anywhere_is_refused_or_answered_and_never_panics() {
    for offer in [CHROMIUM, FIREFOX] {
        for end in (0..offer.len()).step_by(7) {
            drop(answer(&offer[..end]));
        }
        for (at, _) in offer.char_indices().step_by(11) {
            let mut bytes = offer.as_bytes().to_vec();
            bytes[at] ^= 0x11;
            drop(answer(&String::from_utf8_lossy(&bytes)));
        }
    }
}

#[test]
fn the_far_end_opens_the_handshake_or_there_is_none() {
    for offer in [CHROMIUM, FIREFOX] {
        let with = |role: &str| answer(&offer.replace("a=setup:actpass", role));
        for role in ["a=setup:active", "a=setup:actpass", "a=silent:1"] {
            let sdp = with(role).unwrap().sdp;
            assert!(lines(&sdp, "a=setup:").iter().all(|line| *line == "a=setup:passive"), "{sdp}");
        }
        assert_eq!(with("a=setup:passive").unwrap_err(), OpenError::PassiveHandshake);
        // For the session, and for one line of several.
        let session = offer.replacen("t=0 0", "t=0 0\r\na=setup:passive", 1);
        assert_eq!(answer(&session).unwrap_err(), OpenError::PassiveHandshake);
        let first = offer.replacen("a=setup:actpass", "a=setup:passive", 1);
        assert_eq!(answer(&first).unwrap_err(), OpenError::PassiveHandshake);
    }
}
