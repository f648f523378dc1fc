//! Rule 7: what a client says in a handshake, and when.

use std::time::Duration;

use crate::client::{LEG, Scene};
use crate::records::{
    ALERT, APPLICATION, CHANGE, Datagram, HANDSHAKE, fragment, hello, last_flight, protected,
    record, whole,
};
use crate::requests::{ALICE, Check, Door, at, dropped, passes};
use transport::gate::limits::{JOIN_DATAGRAMS, LAST_FLIGHT_DATAGRAMS};
use transport::gate::{DropReason, Passage, Verdict};

const PASSES: Verdict = Verdict::Pass(ALICE, Passage::Handshake);
const MALFORMED: Verdict = Verdict::Drop(DropReason::MalformedDtls);
const MISPLACED: Verdict = Verdict::Drop(DropReason::MisplacedDtls);
const TOO_MUCH: Verdict = Verdict::Drop(DropReason::TooMuchHandshake);

/// Alice has chosen her address and said nothing yet.
fn joining() -> Door {
    let mut door = Door::new();
    door.gets(at(1), &Check::nominating(ALICE).datagram());
    door
}

/// Alice has said her hello.
fn greeted() -> Door {
    let mut door = joining();
    assert_eq!(door.gets(at(1), &hello()), PASSES);
    door
}

#[test]
fn a_handshake_as_clients_do_it_passes() {
    let mut door = joining();
    assert_eq!(door.gets(at(1), &hello()), PASSES);
    assert_eq!(door.gets(at(1), &hello()), PASSES, "said again");
    assert_eq!(door.gets(at(1), &last_flight()), PASSES);
    // The same in single datagrams, as other clients send it.
    let mut door = greeted();
    for (kind, sequence) in [(11, 1), (16, 2), (15, 3)] {
        assert_eq!(door.gets(at(1), &whole(kind, sequence, 300)), PASSES);
    }
    assert_eq!(door.gets(at(1), &record(CHANGE, 0, &[1])), PASSES);
    assert_eq!(door.gets(at(1), &protected(HANDSHAKE, 40)), PASSES);
}

#[test]
fn a_client_hello_that_fills_two_datagrams_passes() {
    let mut door = joining();
    let first = fragment(1, 0, 1800, 0, 1200);
    let second = fragment(1, 0, 1800, 1200, 600);
    assert_eq!(door.gets(at(1), &record(HANDSHAKE, 0, &second)), PASSES, "in any order");
    assert_eq!(door.gets(at(1), &record(HANDSHAKE, 0, &first)), PASSES);
    assert_eq!(door.gets(at(1), &last_flight()), PASSES);
}

#[test]
fn messages_packed_into_one_record_pass() {
    let mut door = greeted();
    let packed = [fragment(11, 1, 300, 0, 300), fragment(16, 2, 66, 0, 66)].concat();
    assert_eq!(door.gets(at(1), &record(HANDSHAKE, 0, &packed)), PASSES);
    let with_hello = [fragment(1, 0, 50, 0, 50), fragment(11, 1, 300, 0, 300)].concat();
    assert_eq!(door.gets(at(1), &record(HANDSHAKE, 0, &with_hello)), MISPLACED);
}

#[test]
fn nothing_passes_before_the_client_hello() {
    for datagram in [
        whole(11, 1, 300),
        whole(15, 3, 70),
        record(CHANGE, 0, &[1]),
        protected(HANDSHAKE, 40),
        protected(APPLICATION, 40),
        [whole(11, 1, 300), hello()].concat(),
    ] {
        assert_eq!(joining().gets(at(1), &datagram), MISPLACED, "{datagram:02x?}");
    }
}

#[test]
fn messages_of_a_server_or_under_a_wrong_number_do_not_pass() {
    let honest = [(1, 0), (11, 1), (16, 2), (15, 3)];
    for kind in 0..=255 {
        for sequence in [0, 1, 2, 3, 4, 5, 15, 256, 65_535] {
            let expected = if honest.contains(&(kind, sequence)) { PASSES } else { MISPLACED };
            let verdict = greeted().gets(at(1), &whole(kind, sequence, 60));
            assert_eq!(verdict, expected, "kind {kind} as number {sequence}");
        }
    }
}

#[test]
fn alerts_and_data_that_nothing_protects_do_not_pass() {
    for mut door in [joining(), greeted(), Door::with_alice_at(at(1))] {
        assert_eq!(door.gets(at(1), &record(ALERT, 0, &[2, 49])), MISPLACED);
        assert_eq!(door.gets(at(1), &record(APPLICATION, 0, &[7; 40])), MISPLACED);
    }
}

#[test]
fn only_whole_records_of_a_known_kind_pass() {
    let good = record(HANDSHAKE, 0, &fragment(1, 0, 60, 0, 60));
    let changed = |place: usize, byte: u8| {
        let mut datagram = good.clone();
        datagram[place] = byte;
        datagram
    };
    let mut bad: Vec<Datagram> = (1..good.len()).map(|end| good[..end].to_vec()).collect();
    bad.push([&good[..], &[0]].concat());
    bad.push([&good[..], &good[..12]].concat());
    // Content, version, epoch, length.
    bad.extend([24, 25, 26, 63].map(|kind| changed(0, kind)));
    bad.extend([changed(1, 3), changed(2, 0xfc), changed(2, 0xfe)]);
    bad.extend([changed(3, 1), changed(4, 2), changed(12, 0), changed(11, 1)]);
    // Many at once.
    bad.push(vec![good.clone(); 9].concat());
    bad.push(record(HANDSHAKE, 0, &[]));
    bad.push(record(CHANGE, 0, &[]));
    for datagram in bad {
        assert_eq!(greeted().gets(at(1), &datagram), MALFORMED, "{datagram:02x?}");
    }
    assert_eq!(greeted().gets(at(1), &vec![good; 8].concat()), PASSES);
}

#[test]
fn only_fragments_that_fit_their_message_pass() {
    let of = |total, offset, length, given: usize| {
        let mut fragment = fragment(1, 0, total, offset, length);
        fragment.resize(12 + given, 7);
        record(HANDSHAKE, 0, &fragment)
    };
    assert_eq!(greeted().gets(at(1), &of(16_384, 16_334, 50, 50)), PASSES);
    for bad in [
        of(16_385, 0, 50, 50),
        of(60, 20, 50, 50),
        of(60, 0, 50, 49),
        of(60, 0, 50, 51),
        of(60, 0, 0, 0),
        of(0, 0, 0, 0),
        of(0xff_ffff, 0xff_ffff, 1, 1),
    ] {
        assert_eq!(greeted().gets(at(1), &bad), MALFORMED, "{bad:02x?}");
    }
}

#[test]
fn a_change_of_cipher_is_one_byte_and_comes_a_few_times() {
    for body in [&[0][..], &[2], &[1, 1]] {
        assert_eq!(greeted().gets(at(1), &record(CHANGE, 0, body)), MALFORMED);
    }
    assert_eq!(greeted().gets(at(1), &record(CHANGE, 1, &[1; 40])), MALFORMED);
    let mut door = greeted();
    let passed = (0..30).filter(|_| door.gets(at(1), &record(CHANGE, 0, &[1])) == PASSES).count();
    assert_eq!(passed, 8);
    // A flood of them leaves the rest of the handshake alone.
    assert_eq!(door.gets(at(1), &whole(11, 1, 300)), PASSES);
}

#[test]
fn a_protected_record_has_something_in_it() {
    let mut door = Door::with_alice_at(at(1));
    assert_eq!(door.gets(at(1), &protected(ALERT, 18)), PASSES);
    assert_eq!(door.gets(at(1), &protected(APPLICATION, 17)), PASSES);
    assert_eq!(door.gets(at(1), &protected(APPLICATION, 16)), MALFORMED);
    assert_eq!(door.gets(at(1), &record(APPLICATION, 2, &[7; 40])), MALFORMED);
}

#[test]
fn a_handshake_has_so_many_datagrams() {
    let mut door = greeted();
    let passed = (0..500).filter(|_| door.gets(at(1), &whole(11, 1, 30)) == PASSES).count();
    assert_eq!(passed, usize::from(JOIN_DATAGRAMS) - 1);
    assert_eq!(door.gets(at(1), &last_flight()), TOO_MUCH);
    // What is dropped for other reasons does not use it up.
    let mut door = greeted();
    for _ in 0..500 {
        assert_eq!(door.gets(at(1), &record(ALERT, 0, &[2, 49])), MISPLACED);
    }
    assert_eq!(door.gets(at(1), &last_flight()), PASSES);
}

#[test]
fn a_connected_client_may_repeat_its_last_flight_for_a_while() {
    let mut door = greeted();
    door.gate.connected(ALICE, door.now);
    door.after(Duration::from_secs(30));
    for _ in 0..LAST_FLIGHT_DATAGRAMS {
        assert_eq!(door.gets(at(1), &last_flight()), PASSES);
    }
    assert_eq!(door.gets(at(1), &last_flight()), TOO_MUCH);
    assert_eq!(door.gets(at(1), &protected(APPLICATION, 60)), PASSES);

    let mut door = Door::with_alice_at(at(1));
    assert_eq!(door.gets(at(1), &hello()), MISPLACED, "never its first again");
    door.after(Duration::from_millis(30_001));
    assert_eq!(door.gets(at(1), &last_flight()), TOO_MUCH);
}

#[test]
fn a_client_whose_hello_comes_in_pieces_connects() {
    let mut scene = Scene::opens();
    scene.client.splits_its_hello = true;
    scene.connects();
}

#[test]
fn a_client_that_lost_the_answer_to_its_last_flight_connects() {
    let mut scene = Scene::opens();
    scene.loses_last_flight = 2;
    scene.runs(Duration::from_millis(100)).unwrap();
    assert!(scene.is_connected, "the server has all it needs");
    assert_eq!(scene.client.heard.len(), 0);
    scene.runs(Duration::from_secs(8)).unwrap();
    scene.says(7000, &[1; 40]);
    scene.client.says(scene.now, &[2; 40]);
    scene.runs(Duration::from_millis(100)).unwrap();
    assert_eq!((scene.client.heard.len(), scene.heard.len()), (1, 1));
    assert_eq!(scene.loses_last_flight, 0, "it was lost");
}

#[test]
fn forged_records_do_not_stop_an_honest_handshake() {
    let forgeries = [
        record(ALERT, 0, &[2, 49]),
        record(ALERT, 0, &[1, 0]),
        whole(11, 0, 60),
        whole(1, 1, 60),
        whole(16, 1, 60),
        whole(20, 4, 12),
        whole(14, 4, 60),
        record(CHANGE, 0, &[1]),
        record(CHANGE, 1, &[1; 14]),
        record(APPLICATION, 0, &[0; 60]),
        protected(HANDSHAKE, 60),
    ];
    let mut scene = Scene::opens();
    let from = scene.client.outside;
    scene.forges(&forgeries, from);
    for _ in 0..20 {
        scene.runs(Duration::from_millis(5)).unwrap();
        scene.forges(&forgeries, from);
    }
    scene.connects();
    assert_eq!(scene.gate.join_deadline(LEG), None);
}

#[test]
fn handshakes_reach_one_leg_only() {
    let mut door = greeted();
    assert_eq!(door.gets(at(2), &hello()), dropped(DropReason::UnknownAddress));
    door.gets(at(2), &Check::of(ALICE).datagram());
    assert_eq!(door.gets(at(2), &hello()), dropped(DropReason::DtlsNotFromPeer));
    assert_eq!(door.gets(at(1), &hello()), passes(ALICE, Passage::Handshake));
}
