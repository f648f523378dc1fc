//! Rules 3 and 6.

use std::time::Duration;

use crate::requests::{ALICE, Check, Door, SRTP, STREAM, at, dropped, passes};
use transport::gate::{DropReason, Passage};

#[test]
fn a_leg_has_eight_addresses_at_a_time() {
    let mut door = Door::with_alice_at(at(1));
    let check = || Check::of(ALICE).datagram();
    for port in 2..=8 {
        door.after(Duration::from_secs(1));
        assert_eq!(door.gets(at(port), &check()), passes(ALICE, Passage::Check));
    }
    assert_eq!(door.gets(at(9), &check()), dropped(DropReason::TooManyAddresses));
    assert_eq!(door.gets(at(9), &SRTP), dropped(DropReason::UnknownAddress));

    // One that was unheard for long makes room; the peer never does, though it is the oldest.
    door.after(Duration::from_secs(23));
    assert_eq!(door.gets(at(9), &check()), dropped(DropReason::TooManyAddresses));
    door.after(Duration::from_secs(1));
    assert_eq!(door.gets(at(9), &check()), passes(ALICE, Passage::Check));
    assert_eq!(door.gets(at(2), &SRTP), dropped(DropReason::UnknownAddress));
    assert_eq!(door.gets(at(1), &SRTP), passes(ALICE, Passage::Media));
}

#[test]
fn a_leg_has_sixty_four_addresses_in_its_life() {
    let mut door = Door::with_alice_at(at(1));
    for port in 2..=64 {
        door.after(Duration::from_secs(40));
        let verdict = door.gets(at(port), &Check::of(ALICE).datagram());
        assert_eq!(verdict, passes(ALICE, Passage::Check), "{port}");
    }
    door.after(Duration::from_secs(40));
    let verdict = door.gets(at(65), &Check::of(ALICE).datagram());
    assert_eq!(verdict, dropped(DropReason::TooManyAddresses));
    let known = door.gets(at(64), &Check::of(ALICE).datagram());
    assert_eq!(known, passes(ALICE, Passage::Check));
}

#[test]
fn before_the_leg_is_connected_the_newest_nomination_counts() {
    let mut door = Door::new();
    for port in [1, 2, 1] {
        door.gets(at(port), &Check::nominating(ALICE).datagram());
        assert_eq!(door.peer(), Some(at(port)));
    }
    // A check that nominates nothing moves nothing.
    door.gets(at(3), &Check::of(ALICE).datagram());
    assert_eq!(door.peer(), Some(at(1)));
}

#[test]
fn a_connected_leg_moves_by_two_nominations() {
    let mut door = Door::with_alice_at(at(1));
    door.gets(at(2), &Check::nominating(ALICE).datagram());
    assert_eq!(door.peer(), Some(at(1)));
    door.gets(at(2), &Check::nominating(ALICE).datagram());
    assert_eq!(door.peer(), Some(at(2)));
}

#[test]
fn a_nomination_sent_again_is_no_second_one() {
    let mut door = Door::with_alice_at(at(1));
    let nomination = Check::nominating(ALICE).datagram();
    for _ in 0..5 {
        assert_eq!(door.gets(at(2), &nomination), passes(ALICE, Passage::Check));
    }
    assert_eq!(door.peer(), Some(at(1)));
}

#[test]
fn a_connected_leg_whose_peer_is_silent_moves_by_one_nomination() {
    let mut door = Door::with_alice_at(at(1));
    door.after(Duration::from_secs(3));
    door.gets(at(2), &Check::nominating(ALICE).datagram());
    assert_eq!(door.peer(), Some(at(1)), "three seconds are not yet silence");
    door.after(Duration::from_millis(1));
    door.gets(at(3), &Check::nominating(ALICE).datagram());
    assert_eq!(door.peer(), Some(at(3)));
}

#[test]
fn a_connected_leg_moves_by_three_packets_of_its_own_sound() {
    let mut door = Door::with_alice_at(at(1));
    door.gets(at(2), &Check::of(ALICE).datagram());
    for _ in 0..2 {
        door.gate.authentic(ALICE, at(2), STREAM, door.now);
    }
    assert_eq!(door.peer(), Some(at(1)));
    door.gate.authentic(ALICE, at(2), STREAM, door.now);
    assert_eq!(door.peer(), Some(at(2)));
}

#[test]
fn sound_from_two_addresses_at_once_does_not_move_a_leg_to_and_fro() {
    let mut door = Door::with_alice_at(at(1));
    door.gets(at(2), &Check::of(ALICE).datagram());
    for _ in 0..20 {
        door.gate.authentic(ALICE, at(2), STREAM, door.now);
        door.gate.authentic(ALICE, at(1), STREAM, door.now);
    }
    assert_eq!(door.peer(), Some(at(1)));
    // An address that nobody validated moves nothing.
    for _ in 0..5 {
        door.gate.authentic(ALICE, at(7), STREAM, door.now);
    }
    assert_eq!(door.peer(), Some(at(1)));
}

#[test]
fn a_leg_that_is_heard_where_it_is_does_not_move_by_nominations() {
    let mut door = Door::with_alice_at(at(1));
    for _ in 0..20 {
        door.alice_says(at(1));
        door.gets(at(2), &Check::nominating(ALICE).datagram());
        door.after(Duration::from_millis(20));
    }
    assert_eq!(door.peer(), Some(at(1)));
    // It goes, and takes its sound along.
    door.gets(at(2), &Check::nominating(ALICE).datagram());
    for _ in 0..3 {
        door.alice_says(at(2));
    }
    assert_eq!(door.peer(), Some(at(2)));
    // Or it goes in silence.
    door.after(Duration::from_millis(200));
    door.gets(at(1), &Check::nominating(ALICE).datagram());
    door.gets(at(1), &Check::nominating(ALICE).datagram());
    assert_eq!(door.peer(), Some(at(1)));
}
