//! The attacks, one after the other.

mod addresses;
mod association;
mod channel;
mod chat;
mod handshake;
mod mallory;
mod media;
mod strangers;

use super::Attack;
use super::Fate::{Either, Ends, Lives, NoLeg};

/// Declares the table: name, rules, fate of the attacker's own leg, what it is about, how it goes.
macro_rules! attacks {
    ($(
        $name:literal, $rules:literal, $fate:ident, $about:literal => $room:ident::$play:ident;
    )+) => {
        /// Every attack.
        pub const ATTACKS: &[Attack] = &[$(Attack {
            name: $name,
            about: $about,
            rules: $rules,
            fate: $fate,
            play: |stage| Box::pin($room::$play(stage)),
        },)+];
    };
}

attacks! {
    "transport_cc", "12", Lives,
        "authentic packets whose transport-wide numbers wrap below zero" => media::transport_cc;
    "forged_streams", "9", Lives,
        "a million forged streams from a leg's own address" => media::forged_streams;
    "forged_named_streams", "9", Lives,
        "100,000 forged streams that name the media line" => media::forged_named_streams;
    "forged_reports", "9", Lives,
        "20,000 forged RTCP reports a second" => media::forged_reports;
    "authentic_reports", "9", Either,
        "2,000 authentic reports a second that ask for everything again"
            => media::authentic_reports;
    "authentic_streams", "9", Either,
        "3,000 authentic streams a second, one packet each" => media::authentic_streams;
    "fast_talk", "9", Either,
        "5,000 authentic packets of sound a second" => media::fast_talk;
    "strange_sound", "9", Either,
        "authentic packets with huge, empty or strange contents" => media::strange_sound;

    "fragments_connected", "7", Lives,
        "48,000 empty and one-byte handshake fragments a second" => handshake::fragments_connected;
    "fragments_joining", "7, 8", Lives,
        "the same while a leg is being connected" => handshake::fragments_joining;
    "forgeries_connected", "7", Lives,
        "forged alerts, ChangeCipherSpec and messages of epochs 0, 1, 2"
            => handshake::forgeries_connected;
    "forgeries_joining", "7", Lives,
        "the same before a handshake begins" => handshake::forgeries_joining;
    "hellos_joining", "7, 8", Lives,
        "2,000 foreign hellos a second from a leg's address while it joins"
            => handshake::hellos_joining;
    "copies_after", "7", Lives,
        "three mutated copies after every datagram of a handshake" => handshake::copies_after;
    "copies_before", "7", Lives,
        "three mutated copies before every datagram of a handshake" => handshake::copies_before;
    "wrong_fingerprint", "13", Ends,
        "a certificate that is not the offer's" => handshake::wrong_fingerprint;

    "tiny_fragments", "9, 10", Ends,
        "one-byte fragments of one message, until the leg ends" => association::tiny_fragments;
    "empty_fragments", "9, 10", Ends,
        "the same in fragments of no byte" => association::empty_fragments;
    "gaps", "9, 10, 11", Ends,
        "60,000 gaps a second in the numbers of an association" => association::gaps;
    "one_gap", "9, 10", Ends,
        "messages that wait for one that never comes, until the leg ends" => association::one_gap;
    "long_gap_list", "11", Ends,
        "gaps whose list does not fit into a packet" => association::long_gap_list;
    "acknowledged_gaps", "9, 10", Either,
        "acknowledgements with 280 gaps in what was never sent" => association::acknowledged_gaps;
    "far_jumps", "9", Either,
        "4 MB a second of fragments with far jumps of their numbers" => association::far_jumps;
    "channel_openings", "11", Ends,
        "1,000 new data channels a second" => association::channel_openings;
    "a_third_channel", "11", Ends,
        "one data channel too many" => association::a_third_channel;
    "endless_message", "9, 11", Either,
        "a message without end" => association::endless_message;
    "partial_messages", "9, 10", Either,
        "beginnings of messages on thousands of streams" => association::partial_messages;
    "many_messages", "9", Either,
        "3,000 messages a second that nobody reads" => association::many_messages;
    "abort", "11", Ends,
        "the end of an association" => association::abort;
    "chunks_of_no_length", "9", Either,
        "250,000 chunks a second that claim to be of no length" => association::chunks_of_no_length;
    "stream_resets", "9", Either,
        "1,000 requests a second to reset 500 streams" => association::stream_resets;
    "skipped_numbers", "9", Either,
        "FORWARD-TSN over far distances and 250 streams" => association::skipped_numbers;
    "heartbeats", "9", Either,
        "2,000 full heartbeats a second" => association::heartbeats;
    "second_beginnings", "9", Either,
        "1,000 new INIT a second on an association" => association::second_beginnings;

    "large_frames", "11", Either,
        "frames on a channel, larger than any may be" => channel::large_frames;
    "never_acknowledges", "11", Either,
        "a reader who acknowledges nothing that is written to it" => channel::never_acknowledges;
    "never_reads", "11", Either,
        "a reader who has no room for what is written to it" => channel::never_reads;
    "strange_channels", "11", Either,
        "channels that lose frames or order, or have strange names" => channel::strange_channels;
    "garbled_openings", "11", Either,
        "500 garbled openings of channels a second" => channel::garbled_openings;

    "chat_burst", "chat", NoLeg,
        "10,000 tiny messages at once" => chat::burst;
    "chat_binary", "chat", NoLeg,
        "frames of bytes where text is spoken" => chat::binary_frames;
    "chat_not_utf8", "chat", NoLeg,
        "frames of text that are none" => chat::not_utf8;
    "chat_strange_json", "chat", NoLeg,
        "deep, huge, half and strange JSON" => chat::strange_json;
    "chat_replayed_ids", "chat", NoLeg,
        "one id over and over, with other texts" => chat::replayed_ids;
    "chat_foreign", "chat", NoLeg,
        "somebody else's chat read, written, marked" => chat::foreign_conversation;
    "chat_extreme_numbers", "chat", NoLeg,
        "numbers at the ends of what a number can be" => chat::extreme_numbers;
    "chat_note_by_customer", "chat", NoLeg,
        "a customer who writes notes for agents" => chat::note_by_a_customer;
    "chat_marks_ahead", "chat", NoLeg,
        "marks of what was never sent" => chat::marks_ahead;
    "chat_typing_flood", "chat", NoLeg,
        "10,000 times that somebody writes" => chat::typing_flood;
    "chat_follow_flood", "chat", NoLeg,
        "10,000 times followed and let go" => chat::follow_flood;
    "chat_page_flood", "chat", NoLeg,
        "10,000 pages of the history" => chat::page_flood;

    "replayed_check", "3, 4", Lives,
        "one valid check replayed from 20,000 ports" => addresses::replayed_check;
    "many_addresses", "3", Lives,
        "fresh valid checks from a thousand ports" => addresses::many_addresses;
    "replay_in_silence", "4, 6", Lives,
        "old nominations while the client is silent" => addresses::replay_in_silence;
    "replayed_sound", "4, 6", Lives,
        "every packet of a victim replayed at once from elsewhere" => addresses::replayed_sound;
    "copy_first", "6", Lives,
        "the attacker's copy of every packet comes first" => addresses::copy_first;
    "copy_first_joining", "4, 6", Lives,
        "the same for the checks of a leg that joins" => addresses::copy_first_joining;
    "honest_move", "6", Lives,
        "a talking client whose address changes without a word" => addresses::honest_move;
    "honest_move_with_checks", "6", Lives,
        "the same with checks from the new address" => addresses::honest_move_with_checks;
    "foreign_address", "1", Lives,
        "valid checks for another leg from a victim's address" => addresses::foreign_address;

    "wrong_checks", "1, 2", Lives,
        "15,000 wrong checks a second" => strangers::wrong_checks;
    "hello_flood", "1, 7", NoLeg,
        "5,000 hellos a second from 1,000 ports during 200 set-ups" => strangers::hello_flood;
    "malformed_flood", "1", NoLeg,
        "10,000 malformed datagrams a second during 200 set-ups" => strangers::malformed_flood;
    "hellos_and_malformed", "1, 7", NoLeg,
        "both at once during 200 set-ups" => strangers::hellos_and_malformed;
}

#[cfg(test)]
mod tests {
    use super::ATTACKS;

    #[test]
    fn every_attack_has_a_name_of_its_own() {
        let mut names: Vec<_> = ATTACKS.iter().map(|attack| attack.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ATTACKS.len());
    }
}
