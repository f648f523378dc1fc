//! Frames on their way out: what is heard on a beat.

use super::{
    CORRECTION_PAUSE, FRAME_TIME, Heard, LARGE_SURPLUS, LOSS_WEIGHT, Likeness, MAX_CONCEALED,
    MAX_SURPLUS, Next, Playout, SHORTAGE, SURPLUS, stretch,
};
use crate::{FRAME, Frame, Micros, codec, rtp::Packet};

impl Playout {
    /// What is heard on the beat of time `now`.
    ///
    /// `now` should be the time the beat was due, not the time the worker got round to it.
    pub fn pull(&mut self, now: Micros, frame: &mut Frame) -> Heard {
        let now = now.samples();
        let was_silent = self.pending.is_silent();
        let mut heard = if was_silent { Heard::Silence } else { Heard::Decoded };
        while self.pending.len() < FRAME {
            let at = now + self.pending.len() as i64;
            let made = match self.choose(now, at) {
                Next::Play => self.play(now, at),
                Next::Recover => self.recover(),
                Next::Conceal { holds } => self.conceal(holds),
                Next::Wait => break,
            };
            heard = heard.max(made);
        }
        self.pending.pop(frame);
        heard
    }

    fn choose(&mut self, now: i64, at: i64) -> Next {
        self.drop_stale(at);
        let target = self.target_samples();
        let Some(timestamp) = self.first_timestamp() else { return self.starve(at) };
        self.release_held(timestamp);
        let Some(first) = self.buffer.first() else { return Next::Wait };
        let is_due = self.lateness.of(now, timestamp) >= target;
        let Some(next) = self.next else {
            return if is_due { Next::Play } else { Next::Wait };
        };
        if timestamp <= next || (is_due && self.concealed_in_row > 0) {
            return Next::Play;
        }
        if self.concealed_in_row >= MAX_CONCEALED {
            return Next::Wait;
        }
        let follows = timestamp - next <= FRAME_TIME && codec::carries_previous(&first.payload);
        if follows { Next::Recover } else { Next::Conceal { holds: false } }
    }

    /// Nothing is there. Time stands still as long as the delay allows it.
    fn starve(&self, at: i64) -> Next {
        let Some(next) = self.next else { return Next::Wait };
        if self.concealed_in_row >= MAX_CONCEALED {
            return Next::Wait;
        }
        let surplus = self.lateness.of(at, next) - self.target_samples();
        Next::Conceal { holds: surplus < MAX_SURPLUS }
    }

    fn first_timestamp(&self) -> Option<i64> {
        self.buffer.first().map(|first| self.extend(first.timestamp))
    }

    /// The next packet has come after time stood still: if it is not the one that was waited for,
    /// what was concealed meanwhile stands for what is missing before it.
    fn release_held(&mut self, timestamp: i64) {
        let held = i64::from(std::mem::take(&mut self.held)) * FRAME_TIME;
        if let Some(next) = &mut self.next {
            *next += held.min(timestamp - *next).max(0);
        }
    }

    /// Drops what has been passed and what is too late to be worth hearing.
    fn drop_stale(&mut self, at: i64) {
        let target = self.target_samples();
        while let Some(first) = self.buffer.first() {
            let timestamp = self.extend(first.timestamp);
            let length = codec::samples_in(&first.payload).unwrap_or(FRAME) as i64;
            let is_passed = self.next.is_some_and(|next| timestamp + length / 2 < next);
            let is_too_late = self.lateness.of(at, timestamp) > target + MAX_SURPLUS;
            if !is_passed && !is_too_late {
                return;
            }
            if is_passed {
                self.statistics.late += 1;
            } else {
                self.statistics.skipped += 1;
                self.pending.breaks();
            }
            self.last_popped = self.buffer.pop().map(|packet| packet.sequence);
        }
    }

    fn play(&mut self, now: i64, at: i64) -> Heard {
        let Some(packet) = self.buffer.pop() else { return Heard::Silence };
        self.count_loss(packet.sequence);
        let timestamp = self.extend(packet.timestamp);
        if self.decoder.decode(&packet.payload, &mut self.sound).is_err() {
            self.statistics.undecodable += 1;
            self.next = Some(timestamp);
            let may_guess = self.concealed_in_row < MAX_CONCEALED;
            return if may_guess { self.conceal(false) } else { Heard::Silence };
        }
        self.next = Some(timestamp + self.sound.len() as i64);
        self.concealed_in_row = 0;
        self.statistics.frames_decoded += 1;
        self.delay = self.lateness.of(at, timestamp);
        let margin = self.lateness.of(now, timestamp) - self.target_samples();
        self.correct(&packet, margin);
        self.pending.push(&self.sound);
        Heard::Decoded
    }

    fn recover(&mut self) -> Heard {
        let mut frame = [0.0; FRAME];
        let recovered = self
            .buffer
            .first()
            .is_some_and(|next| self.decoder.recover(&next.payload, &mut frame).is_ok());
        if !recovered {
            return self.conceal(false);
        }
        self.next = self.next.map(|next| next + FRAME_TIME);
        self.concealed_in_row += 1;
        self.statistics.frames_recovered += 1;
        self.pending.push(&frame);
        Heard::Recovered
    }

    fn conceal(&mut self, holds: bool) -> Heard {
        let mut frame = [0.0; FRAME];
        if self.decoder.conceal(&mut frame).is_err() {
            frame.fill(0.0);
        }
        self.concealed_in_row += 1;
        if self.concealed_in_row == MAX_CONCEALED {
            for (n, sample) in frame.iter_mut().enumerate() {
                *sample *= 1.0 - (n + 1) as f32 / FRAME as f32;
            }
        }
        if holds {
            self.held += 1;
        } else {
            self.next = self.next.map(|next| next + FRAME_TIME);
        }
        self.statistics.frames_concealed += 1;
        self.pending.push(&frame);
        Heard::Concealed
    }

    /// Brings the delay nearer to the target by what the sound just decoded allows.
    ///
    /// Two times count: when the sound is heard (`self.delay`), which shall be soon, and when it is
    /// needed here to be decoded, which is earlier by the sound still pending. `margin` is how much
    /// longer than the target packets have had to arrive by then.
    fn correct(&mut self, packet: &Packet, margin: i64) {
        self.since_correction = self.since_correction.saturating_add(1);
        let surplus = self.delay - self.target_samples();
        if margin < -SHORTAGE {
            let (needed, wanted) = (self.needed(false), margin.unsigned_abs() as usize);
            let added = stretch::lengthen(&mut self.sound, wanted, needed);
            self.corrected(added > 0);
            self.statistics.samples_added += added as u64;
        } else if surplus > SURPLUS {
            let needed = self.needed(surplus > LARGE_SURPLUS);
            let wanted = self.to_spare(packet, margin).min(surplus as usize);
            let removed = stretch::shorten(&mut self.sound, wanted, needed);
            self.corrected(removed > 0);
            self.statistics.samples_removed += removed as u64;
        }
    }

    /// How much of the sound just decoded can be left out: what this beat does not need, or all of
    /// it when the packet after it is there and may be used a beat early.
    fn to_spare(&self, packet: &Packet, margin: i64) -> usize {
        let goes_on = self
            .buffer
            .first()
            .is_some_and(|next| next.sequence == packet.sequence.wrapping_add(1));
        let ready = self.pending.len() + self.sound.len();
        if goes_on && margin >= FRAME_TIME { ready } else { ready.saturating_sub(FRAME) }
    }

    /// How much voiced sound must repeat itself to be cut; more than it can shortly after a cut.
    fn needed(&self, is_large: bool) -> Likeness {
        match (is_large, self.since_correction) {
            (true, _) => Likeness(0.6),
            (false, CORRECTION_PAUSE..) => Likeness(0.85),
            (false, _) => Likeness(f32::INFINITY),
        }
    }

    fn corrected(&mut self, is_done: bool) {
        if is_done {
            self.since_correction = 0;
        }
    }

    fn count_loss(&mut self, sequence: u64) {
        let missing = self.last_popped.map_or(0, |last| sequence.saturating_sub(last + 1));
        self.last_popped = Some(sequence);
        for _ in 0..missing.min(16) {
            self.lost += (1.0 - self.lost) * LOSS_WEIGHT;
        }
        self.lost -= self.lost * LOSS_WEIGHT;
    }
}
