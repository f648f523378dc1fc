//! What is said amid the music: in order, whole, and without a click.

use std::sync::Arc;

use media_core::FRAME;
use media_core::clip::{Clip, LEAD, MOST_SAID, Playback};
use media_core::codec::Decoder;

use crate::clip::{file, head};
use crate::sound::{decibels, peak, steepest};

const HOLD_MUSIC: &[u8] = include_bytes!("../../../../assets/hold-music.opus");
const PLEASE_WAIT: &[u8] = include_bytes!("../../../../assets/please-wait.opus");

/// A clip of packets that say `first`, `first + 1` and so on.
fn clip(first: u8, packets: u8) -> Arc<Clip> {
    let end = 960 * u64::from(first + packets);
    let skipped = u16::from(first) * 960;
    let file = file(&head(1, skipped), usize::from(first + packets), end);
    Arc::new(Clip::from_ogg(&file).unwrap())
}

fn hears(playback: &mut Playback, packets: usize) -> Vec<u8> {
    (0..packets).map(|_| playback.next_packet()[1]).collect()
}

/// Someone who has listened to the music (0 to 3, over and over) for a while.
fn listener() -> Playback {
    let mut playback = Playback::of(clip(0, 4));
    hears(&mut playback, 2 * LEAD);
    playback
}

#[test]
fn what_is_said_is_heard_once_and_the_music_goes_on_where_it_was() {
    let mut playback = listener();
    let next = hears(&mut playback, 1)[0];
    playback.say([clip(10, 3)]);
    let after = [(next + 1) % 4, (next + 2) % 4];
    assert_eq!(hears(&mut playback, 5), [10, 11, 12, after[0], after[1]]);
}

#[test]
fn several_clips_are_said_one_after_another() {
    let mut playback = listener();
    playback.say([clip(10, 2), clip(20, 1)]);
    assert_eq!(hears(&mut playback, 3), [10, 11, 20]);
    assert!(hears(&mut playback, 4).iter().all(|packet| *packet < 4));
}

#[test]
fn newer_news_waits_for_the_end_of_a_sentence_and_takes_the_place_of_older_news() {
    let mut playback = listener();
    playback.say([clip(10, 3), clip(20, 2)]);
    assert_eq!(hears(&mut playback, 1), [10]);
    playback.say([clip(30, 1)]);
    assert_eq!(hears(&mut playback, 3), [11, 12, 30]);
    assert!(hears(&mut playback, 4).iter().all(|packet| *packet < 4));
}

#[test]
fn who_hears_music_from_now_on_first_hears_music() {
    let mut playback = Playback::of(clip(0, 4));
    playback.say([clip(10, 2)]);
    let first = hears(&mut playback, LEAD);
    assert!(first.iter().all(|packet| *packet < 4), "{first:?}");
    assert_eq!(hears(&mut playback, 2), [10, 11]);
}

#[test]
fn nobody_is_told_more_than_can_be_listened_to() {
    let mut playback = listener();
    playback.say((0..10).map(|n| clip(10 + n, 1)));
    let heard = hears(&mut playback, 10);
    assert_eq!(heard.iter().filter(|packet| **packet >= 10).count(), MOST_SAID);
}

/// What a listener hears of the music from packet `from` on, with something said after `before`
/// packets.
fn heard(music: &Arc<Clip>, said: Option<&Arc<Clip>>, before: usize, packets: usize) -> Vec<f32> {
    let mut playback = Playback::of(Arc::clone(music));
    let (mut decoder, mut frame, mut sound) = (Decoder::new().unwrap(), Vec::new(), Vec::new());
    for at in 0..packets {
        if at == before {
            playback.say(said.cloned());
        }
        decoder.decode(&playback.next_packet(), &mut frame).unwrap();
        sound.extend_from_slice(&frame);
    }
    sound
}

#[test]
fn neither_the_beginning_nor_the_end_of_what_is_said_is_a_click_wherever_it_comes() {
    let music = Arc::new(Clip::from_ogg(HOLD_MUSIC).unwrap());
    let bell = Arc::new(Clip::from_ogg(PLEASE_WAIT).unwrap());
    let len = bell.packets().len();
    let plain = heard(&music, None, 0, 2_000);
    let (loudest, steepest_step) = (peak(&plain), steepest(&plain));
    for before in (60..1_800).step_by(29) {
        let sound = heard(&music, Some(&bell), before, before + len + 50);
        let begins = &sound[(before - 1) * FRAME..(before + 2) * FRAME];
        assert!(steepest(begins) <= steepest_step, "{before}: {}", steepest(begins));
        assert!(peak(begins) <= loudest, "{before}: {}", peak(begins));

        // The music comes back from below: packet for packet it is never more than it would have
        // been, and within a fifth of a second as much.
        let came_back = sound[(before + len) * FRAME..].chunks_exact(FRAME);
        let went_on = plain[before * FRAME..].chunks_exact(FRAME);
        for (at, (back, on)) in came_back.zip(went_on).enumerate() {
            let (rises, is) = (steepest(back) / steepest(on), decibels(peak(back) / peak(on)));
            assert!(rises < 1.2, "{before}, packet {at}: {rises} times as steep");
            assert!(is < 0.5 && (at < 10 || is > -0.5), "{before}, packet {at}: {is} dB");
        }
    }
}

#[test]
fn what_ships_is_all_of_one_mode_of_the_codec() {
    // CELT (RFC 6716, section 3.1): a change of mode amid a stream is where decoders differ.
    for file in [HOLD_MUSIC, PLEASE_WAIT] {
        let clip = Clip::from_ogg(file).unwrap();
        assert!(clip.packets().iter().all(|packet| packet[0] >> 3 >= 16));
    }
}
