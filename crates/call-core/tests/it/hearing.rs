//! The matrix of who hears whom, each row with each pair.

use call_core::{HoldWhen, OnFailure, Source, hears, sources, sources_of};

use crate::bench::{ALICE, BOB, Bench, CAROL, agent, person};

/// `rows` names, for Alice, Bob and Carol, whom each hears.
#[track_caller]
fn matrix(bench: &Bench, rows: [&[&str]; 3]) {
    let people = [ALICE, BOB, CAROL];
    for (listener, heard) in people.iter().zip(rows) {
        for talker in people {
            let expected = heard.contains(&talker);
            let does = hears(bench.state(), &person(listener), &person(talker));
            assert_eq!(does, expected, "{listener} hears {talker}");
        }
    }
}

#[test]
fn connected() {
    matrix(&Bench::connected(), [&[BOB], &[ALICE], &[]]);
}

#[test]
fn ringing() {
    matrix(&Bench::ringing(), [&[BOB], &[ALICE], &[]]);
    let mut bench = Bench::connected();
    bench.invites_with(BOB, agent(CAROL), (HoldWhen::Now, OnFailure::Resume));
    matrix(&bench, [&[], &[], &[]]);
    bench.music(ALICE);
    bench.ringback(BOB);
    bench.silence(CAROL);
}

#[test]
fn consult() {
    matrix(&Bench::consult(), [&[], &[CAROL], &[BOB]]);
}

#[test]
fn back_with_the_customer() {
    let mut bench = Bench::consult();
    bench.swaps(BOB);
    matrix(&bench, [&[BOB], &[ALICE], &[]]);
    bench.music(CAROL);
}

#[test]
fn three_way() {
    matrix(&Bench::three_way(), [&[BOB, CAROL], &[ALICE, CAROL], &[ALICE, BOB]]);
}

#[test]
fn after_the_initiator_left() {
    let mut bench = Bench::three_way();
    bench.leaves(BOB);
    matrix(&bench, [&[CAROL], &[], &[ALICE]]);
}

#[test]
fn two_who_hear_only_each_other_are_forwarded_and_three_are_mixed() {
    let bench = Bench::connected();
    let alice = &sources(&bench.world)[&person(ALICE)];
    assert_eq!(*alice, (bench.conversation, Source::Forward(person(BOB))));
    let bench = Bench::three_way();
    let mix = Source::Mix([person(ALICE), person(CAROL)].into());
    assert_eq!(sources(&bench.world)[&person(BOB)].1, mix);
}

#[test]
fn nothing_is_sent_in_what_is_over() {
    let mut bench = Bench::connected();
    bench.completes(BOB);
    matrix(&bench, [&[], &[], &[]]);
    assert!(sources(&bench.world).is_empty());
    assert!(sources_of(&bench.world, bench.conversation).is_empty());
}
