//! Everything an attacker can do, tried on a small scale while two calls go on. `make attack` plays
//! the same attacks at full size against a server of its own, where memory and CPU can be measured.

use std::time::Duration;

use loadtest::attack::stage::calls::{Calls, Losses};
use loadtest::attack::stage::server;
use loadtest::attack::stage::verdict::{MOST_LOSS, became, wrong_fate};
use loadtest::attack::{ATTACKS, Attack, Stage};

use crate::house::House;

/// Calls in progress.
const CALLS: usize = 2;

/// A house under attack, and people in it who just talk.
struct Siege {
    house: House,
    stage: Stage,
    calls: Calls,
}

impl Siege {
    async fn begins() -> Self {
        let house = House::opens_with(&server::teams(CALLS)).await;
        let media = vec![house.media()];
        let mut stage = Stage::new(house.place.clone(), media, Duration::from_millis(600));
        stage.share = 0.05;
        stage.pressure = 0.25;
        let calls = Calls::begin(&house.place, CALLS).await.unwrap();
        stage.chats = calls.conversations().to_vec();
        Self { house, stage, calls }
    }

    /// Plays an attack: nobody else loses anything, nothing goes wrong in the server, and the
    /// attacker's own leg has the fate it has to have.
    async fn withstands(&self, name: &str) {
        let attack: &Attack = ATTACKS.iter().find(|attack| attack.name == name).unwrap();
        let marks = self.calls.mark();
        let played = (attack.play)(&self.stage).await;
        let played = played.unwrap_or_else(|error| panic!("{name}: {}", error.chain()));
        let fate = became(attack.fate, &played).await;
        let losses = self.calls.losses_since(&marks).await;
        if let Some(wrong) = wrong_fate(attack.fate, fate) {
            panic!("{name}: {wrong} after {} datagrams", played.sent);
        }
        let Losses { worst_lost, worst_sent, .. } = losses;
        assert!(losses.worst_share() <= MOST_LOSS, "{name}: {worst_lost} of {worst_sent} lost");
        assert_eq!(self.calls.standing(), CALLS, "{name}");
        assert_eq!(self.house.counters().leg_faults, 0, "{name}");
        println!("{name}: {} datagrams, {} {}", played.sent, played.note, attack.about);
        played.ends().await;
    }

    /// How many datagrams the gate has dropped by a rule.
    fn dropped(&self, rule: &str) -> u64 {
        let counters = self.house.counters();
        let found = counters.dropped.named().find(|(name, _)| *name == rule);
        found.unwrap_or_else(|| panic!("a rule {rule}")).1
    }

    async fn ends(self) {
        let wrongs = self.calls.wrongs_in_chats(true).await;
        assert!(wrongs.is_empty(), "{wrongs:#?}");
        self.house.closes().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_that_is_forged_or_too_much_harms_nobody() {
    let siege = Siege::begins().await;
    siege.withstands("transport_cc").await;
    siege.withstands("forged_streams").await;
    siege.withstands("forged_named_streams").await;
    siege.withstands("forged_reports").await;
    siege.withstands("authentic_reports").await;
    siege.withstands("authentic_streams").await;
    siege.withstands("fast_talk").await;
    siege.withstands("strange_sound").await;
    siege.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_handshakes_keep_nobody_out_and_throw_nobody_out() {
    let siege = Siege::begins().await;
    siege.withstands("fragments_connected").await;
    siege.withstands("fragments_joining").await;
    siege.withstands("forgeries_connected").await;
    siege.withstands("forgeries_joining").await;
    siege.withstands("hellos_joining").await;
    siege.withstands("copies_after").await;
    siege.withstands("copies_before").await;
    siege.withstands("wrong_fingerprint").await;
    siege.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_channel_that_costs_too_much_ends_with_its_own_leg() {
    let siege = Siege::begins().await;
    // These take their time, under the rates; the others go on meanwhile.
    tokio::join!(
        siege.withstands("tiny_fragments"),
        siege.withstands("empty_fragments"),
        siege.withstands("one_gap"),
        ended_at_once(&siege),
    );
    siege.ends().await;
}

async fn ended_at_once(siege: &Siege) {
    siege.withstands("gaps").await;
    siege.withstands("long_gap_list").await;
    siege.withstands("channel_openings").await;
    siege.withstands("a_third_channel").await;
    siege.withstands("abort").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_channel_full_of_nonsense_harms_nobody() {
    let siege = Siege::begins().await;
    siege.withstands("acknowledged_gaps").await;
    siege.withstands("far_jumps").await;
    siege.withstands("endless_message").await;
    siege.withstands("partial_messages").await;
    siege.withstands("many_messages").await;
    siege.withstands("chunks_of_no_length").await;
    siege.withstands("stream_resets").await;
    siege.withstands("skipped_numbers").await;
    siege.withstands("heartbeats").await;
    siege.withstands("second_beginnings").await;
    siege.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_none_or_is_never_read_harms_nobody() {
    let siege = Siege::begins().await;
    tokio::join!(
        siege.withstands("never_acknowledges"),
        siege.withstands("never_reads"),
        siege.withstands("large_frames"),
        siege.withstands("strange_channels"),
        siege.withstands("garbled_openings"),
    );
    siege.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_customer_writes_harms_nobody_who_writes_beside_it() {
    let siege = Siege::begins().await;
    tokio::join!(
        siege.withstands("chat_binary"),
        siege.withstands("chat_not_utf8"),
        siege.withstands("chat_strange_json"),
        siege.withstands("chat_replayed_ids"),
        siege.withstands("chat_foreign"),
        siege.withstands("chat_extreme_numbers"),
        siege.withstands("chat_note_by_customer"),
        siege.withstands("chat_marks_ahead"),
    );
    siege.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_without_end_is_slowed_down_alone() {
    let siege = Siege::begins().await;
    tokio::join!(
        siege.withstands("chat_burst"),
        siege.withstands("chat_typing_flood"),
        siege.withstands("chat_follow_flood"),
        siege.withstands("chat_page_flood"),
    );
    siege.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_replayed_moves_no_sound() {
    let siege = Siege::begins().await;
    siege.withstands("replayed_check").await;
    assert!(siege.dropped("replayed") > 0);
    siege.withstands("many_addresses").await;
    assert!(siege.dropped("too_many_addresses") > 0);
    siege.withstands("replay_in_silence").await;
    siege.withstands("replayed_sound").await;
    siege.withstands("foreign_address").await;
    assert!(siege.dropped("foreign_address") > 0);
    siege.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moves_is_followed_and_who_races_gets_nothing_for_good() {
    let siege = Siege::begins().await;
    siege.withstands("honest_move").await;
    siege.withstands("honest_move_with_checks").await;
    siege.withstands("copy_first").await;
    siege.withstands("copy_first_joining").await;
    siege.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_in_while_strangers_flood_the_door() {
    let siege = Siege::begins().await;
    siege.withstands("wrong_checks").await;
    assert!(siege.dropped("bad_integrity") > 0);
    siege.withstands("hello_flood").await;
    siege.withstands("malformed_flood").await;
    siege.withstands("hellos_and_malformed").await;
    assert!(siege.dropped("unknown_address") > 0);
    siege.ends().await;
}
