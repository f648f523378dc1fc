//! One listener, many sources, one stream.

use crate::plane::{ALICE, BOB, CAROL, DAVE, GROUP, MUSIC, Plane};
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

#[tokio::test]
async fn a_mix_is_whole_from_its_first_frame_wherever_the_switch_falls() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let _bob = plane.joins_talking(BOB, 1250).await;
    let _carol = plane.joins_talking(CAROL, 3100).await;
    let dave = plane.joins(DAVE).await;
    let mix = Source::Mix(vec![BOB, CAROL]);
    // Groups beat at different moments, so that the mix begins now behind and now ahead of the
    // packet that was forwarded last.
    for round in 0..6 {
        let group = GROUP + 3 * round;
        // Somebody hears the same mix already, so that it is there from the first beat on.
        plane.media.set_source(DAVE, mix.clone(), group);
        plane.media.set_source(ALICE, Source::Forward(BOB), group);
        tokio::join!(alice.listens(10), dave.listens(10));
        plane.media.set_source(ALICE, mix.clone(), group);
        alice.listens(10).await;
        let heard = alice.listens(20).await;
        for hertz in [1250, 3100] {
            let level = heard.tone_dbfs(hertz);
            assert!((-15.0..-9.0).contains(&level), "round {round}: {hertz} Hz at {level:.1} dBFS");
        }
        let peak = heard.pcm().iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        // Two tones of amplitude 0.25 reach 0.5 together.
        assert!(peak < 0.7, "round {round}: the mix reaches {peak}");
    }
}
