//! What the workers count.

use transport::gate::Drops;

/// Declares the counters together with their names and their sum, so that none is forgotten.
macro_rules! counters {
    ($($(#[$doc:meta])* $field:ident,)+) => {
        /// What the workers have counted since the start, and how many legs there are.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct Counters {
            $($(#[$doc])* pub $field: u64,)+
            /// Datagrams that the gate dropped, by reason.
            pub dropped: Drops,
        }

        impl Counters {
            /// Every counter but those of the gate, with its stable name.
            pub fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($field), self.$field),)+].into_iter()
            }

            /// Adds the counters of another worker.
            pub(crate) fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)+
                self.dropped.add(&other.dropped);
            }
        }
    };
}

counters! {
    /// Legs open at the moment.
    legs,
    /// Legs that are sent nothing at the moment.
    legs_silent,
    /// Legs that one talker is forwarded to at the moment.
    legs_forwarded,
    /// Legs that hear a mix at the moment.
    legs_mixed,
    /// Legs that a clip is played to at the moment.
    legs_played,
    /// Datagrams received, whatever became of them.
    datagrams_in,
    /// Datagrams sent.
    datagrams_out,
    /// Datagrams that the system did not take, because its buffer was full or there is no way.
    send_failed,
    /// Datagrams that passed the gate and that the connection could not use.
    refused_by_peer,
    /// Packets of sound received and found authentic.
    packets_in,
    /// Packets of sound sent: the forwarded, the played and the encoded ones.
    packets_out,
    /// Packets sent that were a talker's own, rewritten.
    forwarded,
    /// Packets sent that were a clip's.
    played,
    /// Announcements made to legs that a clip was played to.
    announced,
    /// Frames mixed for a listener, the silent ones among them.
    mixed_frames,
    /// Frames mixed for a listener in which nothing was to be heard: neither encoded nor sent.
    silent_frames,
    /// Frames decoded, recovered or concealed.
    decoded_frames,
    /// Frames encoded.
    encoded_frames,
    /// Packets that came from another worker.
    crossed,
    /// Packets for another worker that found its ring full.
    ring_full,
    /// Data channels that were opened and handed out.
    channels_opened,
    /// Data channels that were closed because too much waited unread.
    channels_overrun,
    /// Frames received on data channels.
    channel_frames_in,
    /// Frames sent on data channels.
    channel_frames_out,
    /// Beats that began more than 5 ms after they were due.
    late_beats,
    /// Beats left out because the worker was too far behind.
    skipped_beats,
    /// Legs that ended because something went wrong in handling them.
    leg_faults,
    /// Times that the work for a leg took so long that it was measured exactly for a while.
    legs_watched,
    /// Legs that ended because the work for them took too much of the processor.
    legs_over_budget,
    /// Legs reported as up.
    legs_up,
    /// Legs reported as lost.
    legs_lost,
    /// CPU time of the worker threads, brought up to date about once a second.
    cpu_us,
}
