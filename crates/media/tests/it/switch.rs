//! One listener, many sources, one stream.

use crate::plane::{ALICE, BOB, CAROL, GROUP, MUSIC, Plane};
use media::{ClipId, Source};

#[tokio::test]
async fn a_listener_gets_one_continuous_stream_whatever_it_is_made_of() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let _bob = plane.joins_talking(BOB, 700).await;
    let _carol = plane.joins_talking(CAROL, 1000).await;
    let phone_call = [
        (Source::Forward(BOB), &[700][..]),
        (Source::Play(ClipId(0)), &[MUSIC]),
        (Source::Forward(CAROL), &[1000]),
        (Source::Mix(vec![BOB, CAROL]), &[700, 1000]),
        (Source::Mix(vec![BOB]), &[700]),
        (Source::Silence, &[]),
        (Source::Forward(BOB), &[700]),
    ];
    for (source, tones) in phone_call {
        plane.media.set_source(ALICE, source.clone(), GROUP);
        alice.listens(15).await;
        let heard = alice.listens(25).await;
        for hertz in [700, 1000, MUSIC] {
            assert_eq!(heard.hears(hertz), tones.contains(&hertz), "{hertz} Hz in {source:?}");
        }
    }
    let stream = alice.status().reception;
    assert_eq!(stream.identity_changes, 0, "one SSRC and payload type: {stream:?}");
    assert_eq!((stream.lost, stream.duplicated), (0, 0), "sequence is gapless: {stream:?}");
    assert_eq!(stream.timestamp_regressions, 0, "time goes forward: {stream:?}");
}
