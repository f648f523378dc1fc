//! How long packets must wait so that most of the late ones are still in time.
//!
//! Every packet has a *transit*: when it arrived minus when it was spoken, on clocks whose offset
//! nobody knows. The smallest transit of the last seconds is the network at its quickest; how much
//! longer a packet took is its lateness. The target delay is the lateness that 97 of 100 packets
//! keep, so a steady network costs next to nothing and a poor one no more than it must.

use crate::{Micros, SAMPLE_RATE};

/// Width of a step of the histogram: 2 ms.
const STEP: i64 = 96;

/// Steps of the histogram: 250 ms and everything above.
const STEPS: usize = 125;

/// Share of the packets that the delay must cover.
const COVERED: f32 = 0.97;

/// What remains of the past with every packet: memory of two seconds.
const KEEP: f32 = 0.99;

/// Never less than this (5 ms): beats and arrivals are measured on a busy machine.
const MIN_TARGET: i64 = 240;

/// What is assumed of a network before it is known: 20 ms.
const ASSUMED: usize = 9;

/// The quickest transit is that of the last two spans of 3 s, so that it follows a clock that
/// drifts.
const SPAN: i64 = 3 * SAMPLE_RATE as i64;

/// After a pause of a second the quickest transit is measured anew.
const PAUSE: i64 = SAMPLE_RATE as i64;

/// The lateness of a talker's packets. All values in samples.
#[derive(Debug)]
pub(crate) struct Lateness {
    shares: [f32; STEPS],
    packets: u32,
    quickest: Option<Quickest>,
}

#[derive(Debug)]
struct Quickest {
    span_started: i64,
    last_arrival: i64,
    in_this_span: i64,
    in_last_span: i64,
}

impl Default for Lateness {
    fn default() -> Self {
        let mut shares = [0.0; STEPS];
        shares[ASSUMED] = 1.0;
        Self { shares, packets: 0, quickest: None }
    }
}

impl Lateness {
    /// Learns from a packet spoken at `timestamp` (any origin) that arrived at `arrival`.
    pub(crate) fn arrived(&mut self, arrival: Micros, timestamp: i64) {
        let arrival = arrival.samples();
        let transit = arrival - timestamp;
        let quickest = self.quickest_at(arrival, transit);
        let step = ((transit - quickest) / STEP).clamp(0, STEPS as i64 - 1) as usize;
        // The first packets count as an average does, so that the assumption soon fades.
        self.packets = self.packets.saturating_add(1);
        let keep = KEEP.min(1.0 - 1.0 / (self.packets as f32 + 1.0));
        for share in &mut self.shares {
            *share *= keep;
        }
        self.shares[step] += 1.0 - keep;
    }

    /// How late the sound spoken at `timestamp` is when it is heard at `now`: its delay beyond the
    /// network at its quickest.
    pub(crate) fn of(&self, now: i64, timestamp: i64) -> i64 {
        now - timestamp - self.quickest.as_ref().map_or(0, Quickest::get)
    }

    /// The delay that is needed.
    pub(crate) fn target(&self) -> i64 {
        let mut covered = 0.0;
        let step = self.shares.iter().position(|share| {
            covered += share;
            covered >= COVERED
        });
        ((step.unwrap_or(STEPS - 1) as i64 + 1) * STEP).max(MIN_TARGET)
    }

    /// The talker's clock has begun anew; what is known of the network stays.
    pub(crate) fn restart(&mut self) {
        self.quickest = None;
    }

    fn quickest_at(&mut self, arrival: i64, transit: i64) -> i64 {
        let quickest = match &mut self.quickest {
            Some(quickest) if arrival - quickest.last_arrival <= PAUSE => quickest,
            quickest => quickest.insert(Quickest {
                span_started: arrival,
                last_arrival: arrival,
                in_this_span: transit,
                in_last_span: transit,
            }),
        };
        quickest.last_arrival = arrival;
        if arrival - quickest.span_started > SPAN {
            quickest.span_started = arrival;
            quickest.in_last_span = quickest.in_this_span;
            quickest.in_this_span = transit;
        }
        quickest.in_this_span = quickest.in_this_span.min(transit);
        quickest.get()
    }
}

impl Quickest {
    fn get(&self) -> i64 {
        self.in_this_span.min(self.in_last_span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(lateness_ms: impl Fn(u64) -> u64, packets: u64) -> i64 {
        let mut lateness = Lateness::default();
        for n in 0..packets {
            lateness.arrived(Micros::from_millis(20 * n + lateness_ms(n)), 960 * n as i64);
        }
        lateness.target() / 48
    }

    #[test]
    fn a_new_talker_waits_twenty_milliseconds() {
        assert_eq!(after(|_| 0, 1), 20);
    }

    #[test]
    fn a_steady_network_costs_next_to_nothing() {
        assert_eq!(after(|_| 50, 200), 5);
    }

    #[test]
    fn the_target_covers_what_the_network_does() {
        assert!((38..=44).contains(&after(|n| n * 7 % 41, 500)));
    }

    #[test]
    fn a_burst_is_forgotten() {
        let burst = |n| if (100..120).contains(&n) { 10 * (120 - n) } else { 0 };
        assert!(after(burst, 120) > 100);
        assert_eq!(after(burst, 500), 5);
    }
}
