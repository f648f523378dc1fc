//! Rule 9: how much of what a leg may send.

use std::time::Duration;

use crate::records::{APPLICATION, protected};
use crate::requests::{ALICE, BOB, Check, Door, STREAM, at, dropped, passes, report, sound};
use transport::gate::{DropReason, Passage, Verdict};

const HANDSHAKE: Verdict = Verdict::Pass(ALICE, Passage::Handshake);
const MEDIA: Verdict = Verdict::Pass(ALICE, Passage::Media);

/// How many of a flood pass in ten seconds, of a thousand datagrams in each.
fn passed(door: &mut Door, datagram: &[u8]) -> usize {
    let flood = 0..10_000;
    flood
        .filter(|_| {
            door.after(Duration::from_millis(1));
            matches!(door.gets(at(1), datagram), Verdict::Pass(..))
        })
        .count()
}

/// A rate over ten seconds, with its burst of two.
fn about(rate: usize) -> std::ops::RangeInclusive<usize> {
    rate * 12 - 2..=rate * 12 + 2
}

#[test]
fn data_is_bounded_by_records_and_by_bytes() {
    let mut door = Door::with_alice_at(at(1));
    let small = passed(&mut door, &protected(APPLICATION, 40));
    assert!(about(200).contains(&small), "{small}");
    let mut door = Door::with_alice_at(at(1));
    let many = vec![protected(APPLICATION, 40); 8].concat();
    let packed = passed(&mut door, &many);
    assert!((299..=300).contains(&packed), "{packed} datagrams of eight records");
    let mut door = Door::with_alice_at(at(1));
    let large = protected(APPLICATION, 1987);
    let large = passed(&mut door, &large);
    assert!(about(96).contains(&large), "{large} of 2000 bytes");
    assert!(door.gate.drops().too_much_dtls > 8000);
}

#[test]
fn a_transfer_that_is_agreed_on_has_more_room_while_it_lasts() {
    let mut door = Door::with_alice_at(at(1));
    door.gate.transfers(ALICE, true);
    let small = passed(&mut door, &protected(APPLICATION, 40));
    assert!(about(400).contains(&small), "{small}");
    door.after(Duration::from_secs(10));
    let large = passed(&mut door, &protected(APPLICATION, 1987));
    assert!(about(256).contains(&large), "{large}");
    door.gate.transfers(ALICE, false);
    door.after(Duration::from_secs(10));
    let small = passed(&mut door, &protected(APPLICATION, 40));
    assert!(about(200).contains(&small), "{small}");
}

#[test]
fn a_leg_without_data_channels_sends_no_data() {
    let mut door = Door::with_bob_at(at(1));
    assert_eq!(door.gets(at(1), &protected(APPLICATION, 40)), dropped(DropReason::NoChannel));
    let alert = protected(crate::records::ALERT, 26);
    assert_eq!(door.gets(at(1), &alert), passes(BOB, Passage::Handshake));
    let hidden = [alert, protected(APPLICATION, 40)].concat();
    assert_eq!(door.gets(at(1), &hidden), dropped(DropReason::NoChannel));
}

#[test]
fn sound_is_bounded_and_what_is_forged_does_not_crowd_it_out() {
    let mut door = Door::with_alice_at(at(1));
    door.alice_says(at(1));
    let packets = passed(&mut door, &sound(STREAM));
    assert!(about(200).contains(&packets), "{packets}");

    // A flood of other streams and of reports under the address of Alice, who talks on.
    let mut door = Door::with_alice_at(at(1));
    door.alice_says(at(1));
    let mut passed = 0;
    for n in 0..5000_u32 {
        door.after(Duration::from_millis(2));
        passed += usize::from(door.gets(at(1), &sound(n)) == MEDIA);
        passed += usize::from(door.gets(at(1), &report(n)) == MEDIA);
        if n % 10 == 0 {
            assert_eq!(door.alice_says(at(1)), MEDIA);
        }
    }
    assert!(about(50).contains(&passed), "{passed}");
    assert!(door.gate.drops().too_much_media > 9000);
}

#[test]
fn checks_are_bounded_and_recorded_ones_do_not_crowd_out_fresh_ones() {
    let mut door = Door::with_alice_at(at(1));
    let passed = (0..10_000)
        .filter(|_| {
            door.after(Duration::from_millis(1));
            let check = Check::of(ALICE).datagram();
            door.gets(at(1), &check) == passes(ALICE, Passage::Check)
        })
        .count();
    assert!(about(50).contains(&passed), "{passed}");

    let mut door = Door::with_alice_at(at(1));
    let recorded = Check::of(ALICE).datagram();
    let mut repeated = 0;
    for n in 0..10_000 {
        door.after(Duration::from_millis(1));
        let verdict = door.gets(at(1), &recorded);
        repeated += usize::from(verdict == passes(ALICE, Passage::Check));
        if n % 50 == 0 {
            let fresh = Check::of(ALICE).datagram();
            assert_eq!(door.gets(at(1), &fresh), passes(ALICE, Passage::Check));
        }
    }
    assert!(about(10).contains(&repeated), "{repeated}");
}

#[test]
fn a_conversation_stays_far_below_every_bound() {
    let mut door = Door::with_alice_at(at(1));
    for n in 0..60_000 {
        door.after(Duration::from_millis(1));
        if n % 20 == 0 {
            assert_eq!(door.alice_says(at(1)), MEDIA);
        }
        if n % 100 == 0 {
            assert_eq!(door.gets(at(1), &report(STREAM)), MEDIA);
        }
        if n % 200 == 0 {
            assert_eq!(door.gets(at(1), &protected(APPLICATION, 300)), HANDSHAKE);
        }
        if n % 2500 == 0 {
            let check = Check::nominating(ALICE).datagram();
            assert_eq!(door.gets(at(1), &check), passes(ALICE, Passage::Check));
        }
    }
}
