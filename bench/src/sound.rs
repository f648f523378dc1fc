//! The way of a mixed frame without its transport: three people in a room, as a worker does it.

use std::sync::Arc;

use loadtest::sound::{FRAME_SAMPLES, Sound};
use media_core::codec::Encoder;
use media_core::mixer::{Mixed, Mixer, Voice};
use media_core::playout::Playout;
use media_core::rtp::{Packet, TalkerId};
use media_core::{BEAT, FRAME, Frame, Micros};

use crate::media::chatter;

const PEOPLE: usize = 3;
/// From a packet's arrival to the beat that looks at it.
const HALF_A_BEAT: u64 = 10_000;

struct Seat {
    playout: Playout,
    mixer: Mixer,
    encoder: Encoder,
    frame: Frame,
}

/// Mixes at least so many frames, each for one listener, and returns how many it were.
pub(crate) fn mix_frames(times: u64) -> anyhow::Result<u64> {
    let speech = Sound::speech(&chatter(), 24_000);
    let mut seats = Vec::new();
    for _ in 0..PEOPLE {
        seats.push(Seat {
            playout: Playout::new()?,
            mixer: Mixer::new(),
            encoder: Encoder::new()?,
            frame: [0.0; FRAME],
        });
    }
    let mut mixed = 0;
    let mut packet = Vec::new();
    for beat in 0.. {
        let now = Micros(beat * BEAT.0);
        hear(&mut seats, &speech, beat, now);
        for listener in 0..PEOPLE {
            let mut out = [0.0; FRAME];
            if mix(&mut seats, listener, &mut out) == Mixed::Audible {
                seats[listener].encoder.encode(&out, &mut packet)?;
                mixed += 1;
            }
        }
        if mixed >= times {
            break;
        }
    }
    Ok(mixed)
}

/// Everybody's next packet comes in, and everybody's frame of this beat is decoded.
fn hear(seats: &mut [Seat], speech: &Sound, beat: u64, now: Micros) {
    for (n, seat) in seats.iter_mut().enumerate() {
        // Each person is somewhere else in the same two seconds.
        let payload = &speech.frame(beat as usize + 17 * n).payload;
        let arrived = seat.playout.insert(Packet {
            sequence: 1000 + beat,
            timestamp: (beat * FRAME_SAMPLES as u64) as u32,
            marker: beat == 0,
            level: None,
            payload: Arc::from(&payload[..]),
            arrival: now,
        });
        arrived.expect("packets in order and in time are taken");
        seat.playout.pull(Micros(now.0 + HALF_A_BEAT), &mut seat.frame);
    }
}

fn mix(seats: &mut [Seat], listener: usize, out: &mut Frame) -> Mixed {
    let frames: Vec<Frame> = seats.iter().map(|seat| seat.frame).collect();
    let voices: Vec<Voice<'_>> = frames
        .iter()
        .enumerate()
        .map(|(n, frame)| Voice { talker: TalkerId(n as u64), frame })
        .collect();
    seats[listener].mixer.mix(TalkerId(listener as u64), &voices, out)
}
