//! Rules 1, 2, 4, 5, 7 and 8.

use std::time::Duration;

use crate::requests::{
    ALICE, BOB, Check, DTLS, Door, SRTP, at, dropped, indication, passes, response,
};
use transport::gate::{DropReason, JOIN_DEADLINE, Passage, Verdict};

#[test]
fn strangers_reach_nobody() {
    let mut door = Door::new();
    assert_eq!(door.gets(at(1), &DTLS), dropped(DropReason::UnknownAddress));
    assert_eq!(door.gets(at(1), &SRTP), dropped(DropReason::UnknownAddress));
    assert_eq!(door.gets(at(1), b""), dropped(DropReason::NoProtocol));
    assert_eq!(door.gets(at(1), b"GET /"), dropped(DropReason::NoProtocol));
    let elsewhere = Check { leg: transport::LegId(3), ..Check::of(ALICE) };
    assert_eq!(door.gets(at(1), &elsewhere.datagram()), dropped(DropReason::UnknownFragment));
    let drops = door.gate.drops();
    assert_eq!((drops.unknown_address, drops.no_protocol, drops.unknown_fragment), (2, 2, 1));
    assert_eq!(drops.named().map(|(_, count)| count).sum::<u64>(), 5);
}

#[test]
fn a_check_leads_to_its_leg_and_makes_its_address_known() {
    let mut door = Door::new();
    let verdict = door.gets(at(1), &Check::nominating(ALICE).datagram());
    assert_eq!(verdict, passes(ALICE, Passage::FirstCheck));
    assert_eq!(door.gets(at(1), &DTLS), passes(ALICE, Passage::Handshake));
    assert_eq!(door.gets(at(1), &SRTP), dropped(DropReason::MediaBeforeConnect));
    door.gate.connected(ALICE, door.now);
    assert_eq!(door.gets(at(1), &SRTP), passes(ALICE, Passage::Media));
    // The same address with another port is another address.
    assert_eq!(door.gets(at(2), &SRTP), dropped(DropReason::UnknownAddress));
}

#[test]
fn an_address_belongs_to_one_leg() {
    let mut door = Door::with_alice_at(at(1));
    let verdict = door.gets(at(1), &Check::nominating(BOB).datagram());
    assert_eq!(verdict, dropped(DropReason::ForeignAddress));
    assert_eq!(door.gets(at(1), &SRTP), passes(ALICE, Passage::Media));
}

#[test]
fn integrity_is_verified_for_every_request() {
    let mut door = Door::new();
    let guess = Check { password: "guess", nominates: true, ..Check::of(ALICE) };
    assert_eq!(door.gets(at(1), &guess.datagram()), dropped(DropReason::BadIntegrity));
    assert_eq!(door.gets(at(1), &DTLS), dropped(DropReason::UnknownAddress));
    // From the very address of the leg just as well.
    let mut door = Door::with_alice_at(at(1));
    assert_eq!(door.gets(at(1), &guess.datagram()), dropped(DropReason::BadIntegrity));
    // The password of one leg is not that of another.
    let swapped = Check { password: Check::of(BOB).password, ..Check::of(ALICE) };
    assert_eq!(door.gets(at(1), &swapped.datagram()), dropped(DropReason::BadIntegrity));
}

#[test]
fn one_changed_bit_of_a_request_is_enough_to_drop_it() {
    let honest = Check::nominating(ALICE).datagram();
    // The last attribute, FINGERPRINT, is a checksum and protects nothing from anybody.
    for byte in 0..honest.len() - 8 {
        for bit in 0..8 {
            let mut forged = honest.clone();
            forged[byte] ^= 1 << bit;
            let mut door = Door::new();
            let verdict = door.gets(at(1), &forged);
            assert!(matches!(verdict, Verdict::Drop(_)), "byte {byte} bit {bit}: {verdict:?}");
        }
    }
}

#[test]
fn what_is_no_request_is_dropped_also_from_the_peer() {
    let mut door = Door::with_alice_at(at(1));
    assert_eq!(door.gets(at(1), &response()), dropped(DropReason::NotARequest));
    assert_eq!(door.gets(at(1), &indication()), dropped(DropReason::NotARequest));
    assert_eq!(door.gets(at(1), &[0; 8]), dropped(DropReason::MalformedStun));
    let mut cut_off = Check::of(ALICE).datagram();
    cut_off.truncate(30);
    assert_eq!(door.gets(at(1), &cut_off), dropped(DropReason::MalformedStun));
}

#[test]
fn noise_passes_nowhere() {
    let mut door = Door::new();
    let honest = Check::nominating(ALICE).datagram();
    // A fixed generator (Knuth's), so that a failure can be repeated.
    let mut state = 0x5eed_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize
    };
    for round in 0..50_000 {
        let mut datagram = honest.clone();
        datagram.truncate(next() % (honest.len() - 8));
        for _ in 0..next() % 4 {
            let place = next() % datagram.len().max(1);
            if let Some(byte) = datagram.get_mut(place) {
                *byte = next() as u8;
            }
        }
        let verdict = door.gets(at(1 + round % 60_000), &datagram);
        assert!(matches!(verdict, Verdict::Drop(_)), "round {round}: {verdict:?}");
    }
}

#[test]
fn a_replay_from_elsewhere_is_dropped_and_a_retransmission_is_not() {
    let mut door = Door::new();
    let first = Check::of(ALICE).datagram();
    assert_eq!(door.gets(at(1), &first), passes(ALICE, Passage::FirstCheck));
    assert_eq!(door.gets(at(1), &first), passes(ALICE, Passage::Check));
    assert_eq!(door.gets(at(2), &first), dropped(DropReason::Replayed));
    assert_eq!(door.gets(at(2), &DTLS), dropped(DropReason::UnknownAddress));
    // From twenty thousand ports, as it was done to the library.
    for port in 3..20_000 {
        assert_eq!(door.gets(at(port), &first), dropped(DropReason::Replayed));
    }
}

#[test]
fn sound_goes_to_the_peer_and_answers_to_whoever_asked() {
    let mut door = Door::new();
    let answer = response();
    assert_eq!(door.peer(), None);
    door.gets(at(1), &Check::of(ALICE).datagram());
    assert_eq!(door.peer(), Some(at(1)), "heard first");
    // The browser nominates another of its addresses, and sticks to it.
    door.gets(at(2), &Check::of(ALICE).datagram());
    assert_eq!(door.peer(), Some(at(1)));
    assert_eq!(door.gate.route(ALICE, &answer, at(1)), Some(at(1)));
    door.gets(at(2), &Check::nominating(ALICE).datagram());
    assert_eq!(door.gate.route(ALICE, &DTLS, at(1)), Some(at(2)));
    assert_eq!(door.gate.route(ALICE, &SRTP, at(1)), Some(at(2)));
    assert_eq!(door.gate.route(ALICE, &answer, at(1)), Some(at(1)));
}

#[test]
fn a_handshake_is_taken_from_the_peer_alone() {
    let mut door = Door::new();
    assert_eq!(door.gets(at(1), &DTLS), dropped(DropReason::UnknownAddress));
    // A browser that was answered begins at once, wherever that was, and nominates later.
    let first = Check::of(ALICE).datagram();
    assert_eq!(door.gets(at(1), &first), passes(ALICE, Passage::FirstCheck));
    assert_eq!(door.gets(at(2), &Check::of(ALICE).datagram()), passes(ALICE, Passage::Check));
    assert_eq!(door.gets(at(2), &[22; 30]), dropped(DropReason::MalformedDtls));
    assert_eq!(door.peer(), Some(at(1)), "moved by nothing that is no handshake");
    assert_eq!(door.gets(at(2), &DTLS), passes(ALICE, Passage::Handshake));
    assert_eq!(door.peer(), Some(at(2)));
    // From then on the client's choice stands.
    door.gets(at(1), &Check::nominating(ALICE).datagram());
    assert_eq!(door.gets(at(2), &DTLS), dropped(DropReason::DtlsNotFromPeer));
    assert_eq!(door.gets(at(1), &DTLS), passes(ALICE, Passage::Handshake));
}

#[test]
fn a_connected_leg_begins_no_handshake_elsewhere() {
    let mut door = Door::new();
    door.gets(at(1), &Check::of(ALICE).datagram());
    door.gate.connected(ALICE, door.now);
    door.gets(at(2), &Check::of(ALICE).datagram());
    assert_eq!(door.gets(at(2), &DTLS), dropped(DropReason::DtlsNotFromPeer));
    assert_eq!(door.peer(), Some(at(1)));
}

#[test]
fn a_leg_has_ten_seconds_to_connect() {
    let mut door = Door::new();
    let opened = door.now;
    door.after(Duration::from_secs(9));
    door.gets(at(1), &Check::nominating(ALICE).datagram());
    // Checks alone do not prolong it.
    assert_eq!(door.gate.join_deadline(ALICE), Some(opened + JOIN_DEADLINE));
    door.gate.connected(ALICE, door.now);
    assert_eq!(door.gate.join_deadline(ALICE), None);
}

#[test]
fn a_leg_that_is_gone_leaves_nothing_behind() {
    let mut door = Door::with_alice_at(at(1));
    door.gets(at(2), &Check::of(ALICE).datagram());
    door.gate.remove(ALICE);
    for port in [1, 2] {
        assert_eq!(door.gets(at(port), &SRTP), dropped(DropReason::UnknownAddress));
    }
    let again = Check::of(ALICE).datagram();
    assert_eq!(door.gets(at(1), &again), dropped(DropReason::UnknownFragment));
    assert_eq!(door.peer(), None);
    // Its address is free for others.
    let bob = Check::of(BOB).datagram();
    assert_eq!(door.gets(at(1), &bob), passes(BOB, Passage::FirstCheck));
}
