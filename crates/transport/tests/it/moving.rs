//! Rule 6, when a leg changes its address while it talks: another network, another port of a NAT.

use std::net::SocketAddr;
use std::time::Duration;

use crate::client::{LEG, Scene};
use crate::requests::{ALICE, BOB, Check, Door, STREAM, at, dropped, passes, report, sound};
use transport::gate::limits::{ADDRESSES_AT_A_TIME, STREAMS};
use transport::gate::{DropReason, Passage, Verdict};

const UNKNOWN: Verdict = Verdict::Drop(DropReason::UnknownAddress);
const TRIAL: Verdict = Verdict::Pass(ALICE, Passage::Trial);

/// Alice talks at her first address and has just fallen silent there.
fn talking() -> Door {
    let mut door = Door::with_alice_at(at(1));
    for _ in 0..50 {
        door.after(Duration::from_millis(20));
        door.alice_says(at(1));
    }
    door
}

#[test]
fn a_leg_that_talks_is_followed_to_another_address() {
    let mut door = talking();
    door.after(Duration::from_millis(200));
    assert_eq!(door.alice_says(at(2)), TRIAL);
    // From its first authentic packet on the address is hers, from the third on she is there.
    assert_eq!(door.peer(), Some(at(1)));
    assert_eq!(door.alice_says(at(2)), passes(ALICE, Passage::Media));
    assert_eq!(door.peer(), Some(at(1)));
    door.alice_says(at(2));
    assert_eq!(door.peer(), Some(at(2)));
    // And on, as often as she likes.
    door.after(Duration::from_millis(200));
    for _ in 0..3 {
        door.alice_says(at(3));
    }
    assert_eq!(door.peer(), Some(at(3)));
}

#[test]
fn nothing_is_tried_while_anything_comes_from_the_peer_address() {
    let mut door = talking();
    door.after(Duration::from_millis(199));
    assert_eq!(door.alice_says(at(2)), UNKNOWN);
    // Not even what proves to be authentic has to come from there.
    door.gets(at(1), &report(7));
    door.after(Duration::from_millis(199));
    assert_eq!(door.alice_says(at(2)), UNKNOWN);
    door.gets(at(1), &Check::of(ALICE).datagram());
    door.after(Duration::from_millis(199));
    assert_eq!(door.alice_says(at(2)), UNKNOWN);
    door.after(Duration::from_millis(1));
    assert_eq!(door.alice_says(at(2)), TRIAL);
}

#[test]
fn only_sound_of_a_stream_that_was_proved_is_tried() {
    let mut door = talking();
    door.after(Duration::from_secs(1));
    assert_eq!(door.gets(at(2), &sound(STREAM + 1)), UNKNOWN);
    assert_eq!(door.gets(at(2), &report(STREAM)), UNKNOWN);
    assert_eq!(door.gets(at(2), &sound(STREAM)[..11]), UNKNOWN);
    assert_eq!(door.gets(at(2), &crate::requests::DTLS), UNKNOWN);
    // What only pretends to be hers is looked at and leads to nothing.
    for _ in 0..20 {
        assert_eq!(door.gets(at(2), &sound(STREAM)), TRIAL);
    }
    assert_eq!(door.peer(), Some(at(1)));
    assert_eq!(door.gets(at(2), &report(STREAM)), UNKNOWN, "the address is not hers");
}

#[test]
fn a_leg_that_is_not_connected_is_not_looked_for() {
    let mut door = Door::new();
    door.gets(at(1), &Check::nominating(ALICE).datagram());
    door.gate.authentic(ALICE, at(1), STREAM, door.now);
    door.after(Duration::from_secs(1));
    assert_eq!(door.gets(at(2), &sound(STREAM)), UNKNOWN);
}

#[test]
fn trials_are_few_whatever_is_sent() {
    let mut door = talking();
    door.after(Duration::from_secs(1));
    let passed = (0..10_000_u16)
        .filter(|n| {
            door.after(Duration::from_millis(1));
            door.gets(at(2 + n % 5000), &sound(STREAM)) == TRIAL
        })
        .count();
    assert!((500..=530).contains(&passed), "{passed}");
    assert!(door.gate.drops().too_many_trials > 9000);
    assert_eq!(door.peer(), Some(at(1)));
}

#[test]
fn a_proof_counts_for_the_address_it_came_from_and_for_no_other() {
    let mut door = talking();
    door.after(Duration::from_secs(1));
    assert_eq!(door.gets(at(2), &sound(STREAM)), TRIAL);
    for _ in 0..5 {
        door.gate.authentic(ALICE, at(3), STREAM, door.now);
    }
    assert_eq!(door.peer(), Some(at(1)));
    assert_eq!(door.gets(at(3), &report(STREAM)), UNKNOWN);
}

#[test]
fn the_number_of_addresses_is_kept() {
    let mut door = talking();
    for port in 2..=ADDRESSES_AT_A_TIME as u16 {
        door.gets(at(port), &Check::of(ALICE).datagram());
    }
    door.after(Duration::from_secs(1));
    assert_eq!(door.alice_says(at(99)), dropped(DropReason::TooManyAddresses));
    door.after(Duration::from_secs(30));
    assert_eq!(door.alice_says(at(99)), TRIAL);
    assert_eq!(door.alice_says(at(99)), passes(ALICE, Passage::Media));
}

#[test]
fn an_address_of_another_leg_is_not_taken() {
    let mut door = talking();
    door.gets(at(2), &Check::nominating(BOB).datagram());
    door.gate.connected(BOB, door.now);
    door.after(Duration::from_secs(1));
    for _ in 0..5 {
        // Given to Bob's connection, which has other keys.
        assert_eq!(door.gets(at(2), &sound(STREAM)), passes(BOB, Passage::Media));
    }
    assert_eq!(door.peer(), Some(at(1)));
}

#[test]
fn who_held_a_stream_first_keeps_it() {
    let mut door = talking();
    door.gets(at(2), &Check::nominating(BOB).datagram());
    door.gate.connected(BOB, door.now);
    door.gate.authentic(BOB, at(2), STREAM, door.now);
    door.after(Duration::from_secs(1));
    assert_eq!(door.gets(at(3), &sound(STREAM)), TRIAL);
    door.gate.remove(BOB);
    assert_eq!(door.gets(at(3), &sound(STREAM)), TRIAL);
    door.gate.remove(ALICE);
    assert_eq!(door.gets(at(3), &sound(STREAM)), UNKNOWN);
}

#[test]
fn a_leg_is_known_by_its_latest_streams() {
    let mut door = talking();
    for n in 1..=STREAMS as u32 {
        door.gate.authentic(ALICE, at(1), STREAM + n, door.now);
    }
    door.after(Duration::from_secs(1));
    assert_eq!(door.gets(at(2), &sound(STREAM)), UNKNOWN);
    assert_eq!(door.gets(at(2), &sound(STREAM + 1)), TRIAL);
}

// With a real connection behind the gate.

fn elsewhere(port: u16) -> SocketAddr {
    SocketAddr::from(([203, 0, 113, 77], port))
}

/// A scene in which both have talked for a while.
fn conversation() -> Scene {
    let mut scene = Scene::opens();
    scene.connects();
    (0..100).for_each(|_| scene.talks());
    assert_eq!((scene.heard.len(), scene.client.heard.len()), (100, 100));
    assert_eq!(scene.sent_elsewhere, []);
    scene
}

#[test]
fn sound_flows_again_at_once_after_a_move() {
    let mut scene = conversation();
    for port in 6001..=6005 {
        scene.client.outside = elsewhere(port);
        let (heard, arrived) = (scene.heard.len(), scene.client.heard.len());
        (0..50).for_each(|_| scene.talks());
        // Of the fifty packets of the second after the move.
        let (heard, arrived) = (scene.heard.len() - heard, scene.client.heard.len() - arrived);
        assert!(heard >= 38, "{heard} of 50 from the client");
        assert!(arrived >= 36, "{arrived} of 50 to the client");
        (0..50).for_each(|_| scene.talks());
    }
    assert_eq!(scene.gate.route(LEG, &[0x80; 20], elsewhere(1)), Some(elsewhere(6005)));
}

#[test]
fn a_leg_that_says_nothing_is_found_by_its_checks() {
    let mut scene = conversation();
    scene.client.outside = elsewhere(6001);
    let moved = scene.now;
    while scene.gate.route(LEG, &[0x80; 20], elsewhere(1)) != Some(elsewhere(6001)) {
        assert!(scene.now < moved + Duration::from_secs(6));
        scene.runs(Duration::from_millis(20)).unwrap();
    }
    (0..50).for_each(|_| scene.talks());
    assert_eq!((scene.heard.len(), scene.client.heard.len()), (150, 150));
}

#[test]
fn a_stranger_who_plays_back_what_was_recorded_gets_nothing() {
    let mut scene = conversation();
    let stranger = elsewhere(666);
    let home = scene.client.outside;
    // Some of it changed, so that it is not what was recorded either.
    let mut recorded = scene.recorded.clone();
    for (n, datagram) in scene.recorded.iter().enumerate() {
        let mut changed = datagram.clone();
        let place = n * 7 % changed.len();
        changed[place] ^= 1 << (n % 8);
        recorded.push(changed);
    }
    let heard = scene.heard.len();
    // While the client talks, and while it is silent.
    scene.forges(&recorded, stranger);
    for _ in 0..20 {
        scene.runs(Duration::from_millis(500)).unwrap();
        scene.forges(&recorded, stranger);
    }
    assert!(scene.gate.drops().too_many_trials > 0, "it was tried");
    assert_eq!(scene.heard.len(), heard);
    assert_eq!(scene.sent_elsewhere, []);
    assert_eq!(scene.gate.route(LEG, &[0x80; 20], stranger), Some(home));
    // And the call goes on as if nothing had been.
    let arrived = scene.client.heard.len();
    (0..50).for_each(|_| scene.talks());
    assert_eq!((scene.heard.len(), scene.client.heard.len()), (heard + 50, arrived + 50));
}

/// Somebody on the way, whose copies arrive before what they are copies of: of the client's checks
/// alone, and of its sound alone.
#[test]
fn a_stranger_whose_copies_are_faster_moves_nothing() {
    for copies in [0..=3, 128..=191] {
        let mut scene = conversation();
        let home = scene.client.outside;
        (scene.copied_from, scene.copies) = (Some(elsewhere(666)), copies.clone());
        (0..1000).for_each(|_| scene.talks());
        if *copies.start() == 128 {
            // And in the pauses of somebody who says a packet now and then.
            for _ in 0..100 {
                scene.runs(Duration::from_millis(380)).unwrap();
                scene.talks();
            }
            assert_eq!((scene.heard.len(), scene.client.heard.len()), (1200, 1200));
            assert_eq!(scene.sent_elsewhere, []);
        }
        assert_eq!(scene.gate.route(LEG, &[0x80; 20], home), Some(home), "{copies:?}");
    }
}

/// Nobody can tell a client from somebody who is always faster with everything it says. It is heard
/// all the while, and hears again when that ends.
#[test]
fn a_client_copied_whole_is_back_as_soon_as_the_copies_stop() {
    let mut scene = conversation();
    scene.copied_from = Some(elsewhere(666));
    (0..500).for_each(|_| scene.talks());
    assert_eq!(scene.heard.len(), 600);
    scene.copied_from = None;
    let arrived = scene.client.heard.len();
    (0..50).for_each(|_| scene.talks());
    let arrived = scene.client.heard.len() - arrived;
    assert!(arrived >= 36, "{arrived} of 50 in the first second");
}
