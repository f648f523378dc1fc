//! What a person hears, compared with what it should hear.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::Duration;

use loadtest::person::Person;
use loadtest::sound::{Bytes, Heard};
use tokio::time::Instant;

/// Tones whose harmonics, sums and differences do not meet, and under which an Opus encoder for
/// speech leaves at most 70 dB less of its own noise: others leave 40.
pub(crate) const ALICE: u32 = 500;
/// The first agent.
pub(crate) const BOB: u32 = 1250;
/// The second agent.
pub(crate) const CAROL: u32 = 3100;
/// A bystander: never to be heard by the cast.
pub(crate) const DAVE: u32 = 5200;
const EVERYBODY: [u32; 4] = [ALICE, BOB, CAROL, DAVE];

/// How far below a heard tone an unheard one must be.
const UNHEARD_DB: f64 = 60.0;
/// A short window, to see whether the change has come.
const GLANCE_FRAMES: u32 = 12;
/// Enough for a tone 60 dB under another to be told from the codec's noise.
const PROOF_FRAMES: u32 = 24;
/// How long a change of hearing may take: jitter buffers run dry, a last packet is on its way.
const SETTLE: Duration = Duration::from_secs(3);

/// What is played to who waits: the music, and what is said amid it.
static MUSIC: LazyLock<Clip> = LazyLock::new(|| {
    let shipped: [&[u8]; 8] = [
        include_bytes!("../../assets/hold-music.opus"),
        include_bytes!("../../assets/please-wait.opus"),
        include_bytes!("../../assets/place-1.opus"),
        include_bytes!("../../assets/place-2.opus"),
        include_bytes!("../../assets/place-3.opus"),
        include_bytes!("../../assets/place-4.opus"),
        include_bytes!("../../assets/place-5.opus"),
        include_bytes!("../../assets/far-behind.opus"),
    ];
    Clip { name: "hold-music", packets: shipped.into_iter().flat_map(ogg_packets).collect() }
});
/// Music and tones may be searched for in single packets, too.
pub(crate) fn music_packets() -> &'static HashSet<Bytes> {
    &MUSIC.packets
}

static RINGBACK: LazyLock<Clip> = LazyLock::new(|| Clip {
    name: "ringback",
    packets: ogg_packets(include_bytes!("../../assets/ringback.opus")).into_iter().collect(),
});

/// The packets of a clip, to recognise played ones byte by byte.
#[derive(Debug)]
struct Clip {
    name: &'static str,
    packets: HashSet<Bytes>,
}

/// The packets of sound in an Ogg Opus file, read by hand (RFC 3533): a lacing value below 255 ends
/// a packet.
pub(crate) fn ogg_packets(mut ogg: &[u8]) -> Vec<Bytes> {
    let mut packets = Vec::new();
    let mut open = Vec::new();
    while ogg.len() >= 27 {
        assert_eq!(&ogg[..4], b"OggS", "it is an Ogg file");
        let segments = usize::from(ogg[26]);
        let (lacing, mut body) = ogg[27..].split_at(segments);
        for value in lacing {
            let (part, rest) = body.split_at(usize::from(*value));
            open.extend_from_slice(part);
            body = rest;
            if *value < 255 {
                packets.push(Bytes::from(std::mem::take(&mut open)));
            }
        }
        ogg = body;
    }
    assert!(packets.len() > 2, "there is audio after the two headers");
    packets.split_off(2)
}

/// Waits until a person hears these tones and no others, then proves it on a fresh window.
pub(crate) async fn hears(person: &Person, expected: &[u32]) {
    settles(person, &format!("tones {expected:?}"), |heard| tones_are(heard, expected)).await;
}

/// Waits until a person hears hold music, or what is said amid it, and nothing else.
pub(crate) async fn hears_music(person: &Person) {
    hears_clip(person, &MUSIC).await;
}

/// Waits until a person hears the ringback tone and nothing else.
pub(crate) async fn hears_ringback(person: &Person) {
    hears_clip(person, &RINGBACK).await;
}

/// Every packet is one of the clip's, byte by byte: nothing was encoded for it, and no tone can be
/// in it.
async fn hears_clip(person: &Person, clip: &Clip) {
    settles(person, clip.name, |heard| {
        let played = heard.verbatim(&clip.packets);
        if played >= 10 && played == heard.frames().len() {
            return Ok(());
        }
        Err(format!("{played} of {} packets are the clip's", heard.frames().len()))
    })
    .await;
}

/// Waits until a person hears nothing at all.
pub(crate) async fn hears_nothing(person: &Person) {
    settles(
        person,
        "silence",
        |heard| {
            if heard.is_silent() { Ok(()) } else { Err(describe(heard)) }
        },
    )
    .await;
}

/// Listens until a window meets the wish, and then to one more, which must meet it too.
async fn settles(person: &Person, wish: &str, is_met: impl Fn(&Heard) -> Result<(), String>) {
    let deadline = Instant::now() + SETTLE;
    loop {
        if let Err(why) = is_met(&person.listens_for(GLANCE_FRAMES).await.unwrap()) {
            assert!(Instant::now() < deadline, "{}", complaint(person, "should hear", wish, &why));
            continue;
        }
        let before = steps(person);
        let heard = person.listens_for(PROOF_FRAMES).await.unwrap();
        let Err(why) = is_met(&heard) else { return };
        // A machine so busy that the stream itself has holes proves nothing: once more.
        let disturbed = steps(person) > before && Instant::now() < deadline;
        assert!(disturbed, "{}", complaint(person, "should go on hearing", wish, &why));
    }
}

/// How often the stream to a person has skipped a beat.
fn steps(person: &Person) -> u64 {
    person.leg().unwrap().status().reception.timestamp_steps
}

/// Everything about a listener who hears the wrong thing.
fn complaint(person: &Person, should: &str, wish: &str, why: &str) -> String {
    let status = person.leg().unwrap().status();
    let view = person.view().map(|view| (view.phase, view.hearing, view.participants));
    format!("{} {should} {wish}, but {why}; {status:?}; {view:?}", person.id())
}

fn tones_are(heard: &Heard, expected: &[u32]) -> Result<(), String> {
    let weakest = expected.iter().map(|tone| heard.tone_dbfs(*tone)).fold(f64::INFINITY, f64::min);
    let audible = expected.iter().all(|tone| heard.hears(*tone));
    let others = EVERYBODY.iter().filter(|tone| !expected.contains(tone));
    let separated = others.into_iter().all(|tone| heard.tone_dbfs(*tone) < weakest - UNHEARD_DB);
    if audible && separated { Ok(()) } else { Err(describe(heard)) }
}

fn describe(heard: &Heard) -> String {
    let levels: Vec<_> = EVERYBODY
        .iter()
        .map(|tone| format!("{tone} Hz {:.0} dB", heard.tone_dbfs(*tone)))
        .collect();
    format!("{} packets carry {}", heard.frames().len(), levels.join(", "))
}
