//! The media plane's figures.

use media::MediaHandle;
use prometheus_client::registry::{Registry, Unit};

use super::registry::{counter, counters, gauge, seconds};

/// Puts the media plane's figures, as they are at this moment, on the page.
pub(super) fn register(registry: &mut Registry, media: &MediaHandle) {
    let figures = media.counters();
    for (name, value) in figures.named() {
        match kind(name) {
            Kind::Gauge(help) => registry.register(name, help, gauge(value)),
            Kind::Counter(help) => {
                registry.register(format!("media_{name}"), help, counter(value));
            }
            Kind::CpuMicroseconds(help) => {
                let spent = seconds(value as f64 / 1e6);
                registry.register_with_unit("media_cpu", help, Unit::Seconds, spent);
            }
        }
    }
    let dropped = counters("rule", figures.dropped.named());
    registry.register("gate_dropped", "Datagrams that ended at the gate, by rule", dropped);
}

enum Kind {
    Gauge(&'static str),
    Counter(&'static str),
    CpuMicroseconds(&'static str),
}

/// What a counter of the media plane is. One that is not named here is shown all the same.
fn kind(name: &str) -> Kind {
    match name {
        "legs" => Kind::Gauge("Legs open"),
        "legs_silent" => Kind::Gauge("Legs that are sent nothing"),
        "legs_forwarded" => Kind::Gauge("Legs that one talker is forwarded to"),
        "legs_mixed" => Kind::Gauge("Legs that hear a mix"),
        "legs_played" => Kind::Gauge("Legs that a clip is played to"),
        "cpu_us" => Kind::CpuMicroseconds("CPU time of the media workers"),
        "datagrams_in" => Kind::Counter("Datagrams received, whatever became of them"),
        "datagrams_out" => Kind::Counter("Datagrams sent"),
        "send_failed" => Kind::Counter("Datagrams the system did not take"),
        "refused_by_peer" => Kind::Counter("Datagrams past the gate the connection had no use for"),
        "packets_in" => Kind::Counter("Packets of sound received and authentic"),
        "packets_out" => Kind::Counter("Packets of sound sent"),
        "forwarded" => Kind::Counter("Packets sent that were a talker's own"),
        "played" => Kind::Counter("Packets sent that were a clip's"),
        "announced" => Kind::Counter("Announcements made to those who wait"),
        "mixed_frames" => Kind::Counter("Frames mixed for a listener, silent ones too"),
        "silent_frames" => Kind::Counter("Frames mixed with nothing to hear: not encoded"),
        "decoded_frames" => Kind::Counter("Frames decoded, recovered or concealed"),
        "encoded_frames" => Kind::Counter("Frames encoded"),
        "crossed" => Kind::Counter("Packets that came from another worker"),
        "ring_full" => Kind::Counter("Packets for another worker that found its ring full"),
        "channels_opened" => Kind::Counter("Data channels that pages opened"),
        "channels_overrun" => Kind::Counter("Data channels closed: too much waited unread"),
        "channel_frames_in" => Kind::Counter("Frames received on data channels"),
        "channel_frames_out" => Kind::Counter("Frames sent on data channels"),
        "late_beats" => Kind::Counter("Beats that began more than 5 ms late"),
        "skipped_beats" => Kind::Counter("Beats left out: the worker was too far behind"),
        "leg_faults" => Kind::Counter("Legs ended by an error or a panic of their own"),
        "legs_watched" => Kind::Counter("Times a leg took so long that it was measured exactly"),
        "legs_over_budget" => Kind::Counter("Legs ended for taking too much of the processor"),
        "legs_up" => Kind::Counter("Legs that came up"),
        "legs_lost" => Kind::Counter("Legs that were lost"),
        _unnamed => Kind::Counter("Of the media plane"),
    }
}
