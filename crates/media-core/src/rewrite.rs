//! One continuous outgoing stream per listener, whatever it is made of.
//!
//! A listener has one RTP stream from us for its whole life, but what we send in it changes: the
//! packets of one talker, hold music, a mix, another talker. RFC 3550 (section 5.1) asks that
//! within a stream the sequence number grows by one per packet and that the timestamp follows a
//! clock that runs steadily. The rule here, in five sentences:
//!
//! * A **run** is a stretch of packets of one source. Within a forwarded run sequence and timestamp
//!   are those of the talker plus a constant: losses stay gaps, reordered packets stay reordered,
//!   pauses stay pauses, so the listener's own jitter buffer can do its work.
//! * The first packet of a run takes the next sequence number and carries the marker.
//! * Its timestamp is what the sample clock of this stream says; when that is within half a packet
//!   of "directly after the last packet", it is exactly that, because a listener hears a hole of
//!   even one sample.
//! * A first packet that would run ahead of the clock by more than half a packet is left out, so
//!   that many switches in a row never make the stream longer than time itself.
//! * The clock slowly follows the talker being forwarded, because its crystal is not ours.

use crate::{FRAME, Micros, codec, rtp::Packet, rtp::TalkerId};

/// Furthest a timestamp may be from "directly after the last packet" and still be taken as that.
const SNAP: i64 = FRAME as i64 / 2;

/// A stream further ahead of its clock than this (100 ms) was led there by a talker's own strange
/// timestamps: leaving packets out until the clock has caught up would be silence, so the clock is
/// moved instead.
const MAX_LEAD: i64 = 4_800;

/// A talker further ahead of real time than this (2 s) has restarted its timestamps.
const MAX_AHEAD: i64 = 96_000;

/// Largest forward step in sequence numbers that is a loss and not a restart (RFC 3550, A.1).
const MAX_DROPOUT: i64 = 3_000;

/// So many packets that fit nowhere and follow each other are a talker that began anew (RFC 3550,
/// A.1); and so many that seem to have been sent before.
const RESTART_FOREIGN: u32 = 2;
const RESTART_USELESS: u32 = 5;

/// How far back a late packet is still told from a duplicate.
const WINDOW: i64 = 128;

/// What the header of an outgoing packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Extended sequence number; the wire carries its low 16 bits.
    pub sequence: u64,
    /// Timestamp in samples at 48 kHz.
    pub timestamp: u32,
    /// First packet after a switch or a silence.
    pub marker: bool,
}

/// The headers of everything one listener is sent.
#[derive(Clone, Debug)]
pub struct Outbound {
    next_sequence: u64,
    first_timestamp: u32,
    /// Where the packet after the last one begins; `None` before the first packet.
    next_timestamp: Option<i64>,
    /// Sample clock minus time, in 1/1024 sample.
    clock_offset: i64,
    run: Run,
}

#[derive(Clone, Debug)]
enum Run {
    /// Nothing is sent, or the source has just changed.
    Paused,
    /// One packet of ours per beat.
    Beats,
    /// The packets of a talker.
    Forward(Forwarded),
}

/// The highest packet of a forwarded run and what is needed to place the others around it.
#[derive(Clone, Debug)]
struct Forwarded {
    talker: TalkerId,
    /// As received and as sent.
    sequence: (u64, u64),
    timestamp: (u32, i64),
    /// First sequence number and timestamp sent in this run: nothing of it goes before.
    floor: (u64, i64),
    /// How far the first packet was set off the clock.
    bias: i64,
    /// Bit n: the packet n below the highest has been sent.
    seen: u128,
    /// The last packet that was not sent, and how many followed each other up to it.
    unsent: (u64, u32),
}

enum Fit {
    /// Newer than all before.
    Newest { ahead: u64, timestamp: i64 },
    /// Older than the highest, not seen yet.
    Late { behind: u64, timestamp: i64 },
    /// A duplicate, or from before this run.
    Useless,
    /// Nowhere near the packets before it.
    Foreign,
}

impl Outbound {
    /// A stream whose first packet has these numbers. Both should be random (RFC 3550, 5.1).
    pub fn new(first_sequence: u16, first_timestamp: u32) -> Self {
        Self {
            next_sequence: u64::from(first_sequence),
            first_timestamp,
            next_timestamp: None,
            clock_offset: 0,
            run: Run::Paused,
        }
    }

    /// The listener's source changes, or it is to hear nothing: the next packet begins a run.
    pub fn switch(&mut self) {
        self.run = Run::Paused;
    }

    /// The header under which a talker's packet goes to this listener; `None` when it does not go:
    /// a duplicate, too late, or left out at a switch.
    pub fn forward(&mut self, talker: TalkerId, packet: &Packet, now: Micros) -> Option<Header> {
        let clock = self.clock(now);
        let Run::Forward(run) = &mut self.run else {
            return self.begin_forward(talker, packet, now);
        };
        if run.talker != talker {
            return self.begin_forward(talker, packet, now);
        }
        match run.fit(packet, clock) {
            Fit::Newest { ahead, timestamp } => {
                let sequence = run.advance(packet, ahead, timestamp);
                let error = timestamp - run.bias - clock;
                self.clock_offset += error.clamp(-MAX_LEAD, MAX_LEAD);
                self.next_sequence = sequence + 1;
                self.next_timestamp = Some(timestamp + samples_of(packet));
                Some(Header { sequence, timestamp: timestamp as u32, marker: packet.marker })
            }
            Fit::Late { behind, timestamp } => {
                run.seen |= 1 << behind;
                let sequence = run.sequence.1 - behind;
                Some(Header { sequence, timestamp: timestamp as u32, marker: packet.marker })
            }
            Fit::Useless if run.counts_unsent(packet) < RESTART_USELESS => None,
            Fit::Foreign if run.counts_unsent(packet) < RESTART_FOREIGN => None,
            Fit::Useless | Fit::Foreign => self.begin_forward(talker, packet, now),
        }
    }

    /// The header of a packet made by us (a clip or a mix) on the beat of time `now`; `None` when
    /// nothing is to be sent on this beat.
    ///
    /// `now` should be the time the beat was due, not the time the worker got round to it.
    pub fn beat(&mut self, now: Micros) -> Option<Header> {
        let contiguous = self.next_timestamp.unwrap_or_default();
        let goes_on = matches!(self.run, Run::Beats) && self.clock(now) - contiguous <= SNAP;
        let timestamp = if goes_on { contiguous } else { self.place(now)? };
        let header =
            Header { sequence: self.next_sequence, timestamp: timestamp as u32, marker: !goes_on };
        self.next_sequence += 1;
        self.next_timestamp = Some(timestamp + FRAME as i64);
        self.run = Run::Beats;
        Some(header)
    }

    fn begin_forward(&mut self, talker: TalkerId, packet: &Packet, now: Micros) -> Option<Header> {
        let timestamp = self.place(now)?;
        let sequence = self.next_sequence;
        self.run = Run::Forward(Forwarded {
            talker,
            sequence: (packet.sequence, sequence),
            timestamp: (packet.timestamp, timestamp),
            floor: (sequence, timestamp),
            bias: timestamp - self.clock(now),
            seen: 1,
            unsent: (0, 0),
        });
        self.next_sequence = sequence + 1;
        self.next_timestamp = Some(timestamp + samples_of(packet));
        Some(Header { sequence, timestamp: timestamp as u32, marker: true })
    }

    /// The timestamp of the first packet of a run.
    fn place(&mut self, now: Micros) -> Option<i64> {
        let Some(contiguous) = self.next_timestamp else {
            self.clock_offset = (i64::from(self.first_timestamp) - now.samples()) << 10;
            return Some(i64::from(self.first_timestamp));
        };
        let clock = self.clock(now);
        let lead = contiguous - clock;
        if lead > MAX_LEAD {
            self.clock_offset += lead << 10;
            return Some(contiguous);
        }
        if lead > SNAP {
            return None;
        }
        Some(if lead < -SNAP { clock } else { contiguous })
    }

    fn clock(&self, now: Micros) -> i64 {
        now.samples().wrapping_add(self.clock_offset >> 10)
    }
}

impl Forwarded {
    fn fit(&self, packet: &Packet, clock: i64) -> Fit {
        let ahead = packet.sequence.wrapping_sub(self.sequence.0) as i64;
        let step = i64::from(packet.timestamp.wrapping_sub(self.timestamp.0) as i32);
        let timestamp = self.timestamp.1 + step;
        match ahead {
            0 => Fit::Useless,
            1..=MAX_DROPOUT if step >= 0 && timestamp - self.bias - clock <= MAX_AHEAD => {
                Fit::Newest { ahead: ahead as u64, timestamp }
            }
            _ if ahead > 0 || ahead <= -WINDOW => Fit::Foreign,
            _ => self.fit_late(ahead.unsigned_abs(), timestamp),
        }
    }

    fn fit_late(&self, behind: u64, timestamp: i64) -> Fit {
        let before_run = self.sequence.1 - self.floor.0 < behind || timestamp < self.floor.1;
        let is_seen = self.seen & (1 << behind) != 0;
        if before_run || is_seen || timestamp > self.timestamp.1 {
            Fit::Useless
        } else {
            Fit::Late { behind, timestamp }
        }
    }

    /// How many packets up to this one follow each other and were not sent.
    fn counts_unsent(&mut self, packet: &Packet) -> u32 {
        let (last, count) = self.unsent;
        let follows = packet.sequence == last.wrapping_add(1);
        self.unsent = (packet.sequence, if follows { count + 1 } else { 1 });
        self.unsent.1
    }

    /// Takes the packet as the highest of the run; the answer is its sequence number as sent.
    fn advance(&mut self, packet: &Packet, ahead: u64, timestamp: i64) -> u64 {
        self.sequence = (packet.sequence, self.sequence.1 + ahead);
        self.timestamp = (packet.timestamp, timestamp);
        self.seen = if ahead < WINDOW as u64 { self.seen << ahead | 1 } else { 1 };
        self.unsent.1 = 0;
        self.sequence.1
    }
}

fn samples_of(packet: &Packet) -> i64 {
    codec::samples_in(&packet.payload).unwrap_or(FRAME) as i64
}
