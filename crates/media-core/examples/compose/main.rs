//! Makes the sounds a caller hears while waiting, from nothing but arithmetic:
//! `cargo run --release -p trefoil-media-core --example compose -- assets`.
//!
//! Music and ringback are loops: whatever rings past the end sounds into the beginning, and the
//! encoder is run through the loop twice, so that its state at the end is that of the start.
//! Signals are played once, and encoded from a fresh start: they may begin wherever in the music
//! they want.

mod instruments;
mod ogg_opus;
mod reverb;
mod score;
mod signals;

use std::{error::Error, fs, path::Path};

use ebur128::{EbuR128, Mode};
use ogg_opus::Playing;

const RATE: u32 = 48_000;

/// One round of something that never ends.
struct Loop {
    samples: Vec<f32>,
}

impl Loop {
    fn silent(len: usize) -> Self {
        Self { samples: vec![0.0; len] }
    }

    /// Adds a sound that begins at sample `at` and may go on over the end into the beginning.
    fn add(&mut self, at: usize, sound: &[f32], gain: f32) {
        let len = self.samples.len();
        for (n, sample) in sound.iter().enumerate() {
            self.samples[(at + n) % len] += gain * sample;
        }
    }

    fn scale(&mut self, gain: f32) {
        self.samples.iter_mut().for_each(|sample| *sample *= gain);
    }
}

/// A second of 425 Hz, as most of the world rings, softened, then four seconds of nothing.
fn ringback() -> Loop {
    let mut ring = Loop::silent(5 * RATE as usize);
    ring.add(0, &instruments::bell_tone(425.0, 1.0), 1.0);
    ring
}

struct Measured {
    loudness: f64,
    true_peak_db: f64,
}

/// Loudness (EBU R 128) and true peak of one round.
fn measure(round: &[f32]) -> Result<Measured, ebur128::Error> {
    let mut meter = EbuR128::new(1, RATE, Mode::I | Mode::TRUE_PEAK)?;
    meter.add_frames_f32(round)?;
    let peak = meter.true_peak(0)?;
    Ok(Measured { loudness: meter.loudness_global()?, true_peak_db: 20.0 * peak.log10() })
}

/// Encodes a sound so that what is decoded has the loudness asked for, and writes it.
#[expect(clippy::print_stdout, reason = "a program for the command line")]
fn publish(
    mut sound: Loop,
    title: &str,
    loudness: f64,
    playing: Playing,
    file: &Path,
) -> Result<(), Box<dyn Error>> {
    loop {
        let packets = ogg_opus::encode(&sound.samples, playing)?;
        let decoded = ogg_opus::decode(&packets, playing)?;
        let measured = measure(&decoded)?;
        let off = loudness - measured.loudness;
        if off.abs() > 0.05 {
            sound.scale(10_f32.powf(off as f32 / 20.0));
            continue;
        }
        let bytes = ogg_opus::write(&packets, title, playing)?;
        println!(
            "{}: {} packets, {} bytes, {:.2} LUFS, true peak {:.2} dBFS",
            file.display(),
            packets.len(),
            bytes.len(),
            measured.loudness,
            measured.true_peak_db
        );
        fs::write(file, bytes)?;
        return Ok(());
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder shall the sounds go to?")?;
    let folder = Path::new(&folder);
    let music = Playing::InALoop { bitrate: 40_000 };
    publish(score::play(), "Three Leaves", -18.0, music, &folder.join("hold-music.opus"))?;
    let tone = Playing::InALoop { bitrate: 32_000 };
    publish(ringback(), "Ringback", -24.0, tone, &folder.join("ringback.opus"))?;
    let signal = |sound: Loop, title: &str, name: &str| {
        publish(sound, title, -20.0, Playing::Once, &folder.join(name))
    };
    for place in 1..=signals::PLACES {
        let (title, name) = (format!("Place {place}"), format!("place-{place}.opus"));
        signal(signals::place(place), &title, &name)?;
    }
    signal(signals::far_behind(), "Far behind", "far-behind.opus")?;
    signal(signals::please_wait(), "Please wait", "please-wait.opus")?;
    Ok(())
}
