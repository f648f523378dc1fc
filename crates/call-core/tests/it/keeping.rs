//! A customer who is lost keeps its place and comes back to the same, wherever it stood.

use call_core::{AwayReason, Phase, Status, queue_position};

use crate::bench::{ALICE, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, secs};

#[test]
fn lost_in_the_queue_it_comes_back_to_the_same_place_within_the_minute() {
    let mut bench = Bench::new();
    let zoe = bench.calls(ZOE, SUPPORT);
    let alice = bench.calls(ALICE, SUPPORT);
    bench.calls("customer:yan", SUPPORT);
    bench.conversation = alice;
    bench.crashes(ALICE);
    bench.just_before(secs(60));
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    assert_eq!(bench.busy_with(ALICE), Some(alice));
    assert_eq!(queue_position(&bench.world, alice), Some(2));
    bench.music(ALICE);
    bench.conversation = zoe;
    bench.leaves(ZOE);
    bench.conversation = alice;
    bench.signs_in(BOB, &[SUPPORT]);
    bench.rung(Some(BOB));
}

#[test]
fn who_comes_after_the_minute_calls_anew_and_stands_last() {
    let mut bench = Bench::new();
    bench.calls(ALICE, SUPPORT);
    let zoe = bench.calls(ZOE, SUPPORT);
    bench.crashes(ALICE);
    bench.after(secs(60));
    bench.phase_is(Phase::Ended);
    let again = bench.calls(ALICE, SUPPORT);
    assert_eq!(queue_position(&bench.world, zoe), Some(1));
    assert_eq!(queue_position(&bench.world, again), Some(2));
}

#[test]
fn nobody_is_rung_for_who_is_not_there_and_the_next_is_served_meanwhile() {
    let mut bench = Bench::new();
    let alice = bench.calls(ALICE, SUPPORT);
    let zoe = bench.calls(ZOE, SUPPORT);
    bench.loses(ALICE);
    bench.signs_in(BOB, &[SUPPORT]);
    assert_eq!(bench.busy_with(BOB), Some(zoe));
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.rung(None);
    bench.conversation = alice;
    bench.leg_up(ALICE);
    bench.rung(Some(DAVE));
}

#[test]
fn lost_before_its_hand_over_came_back_to_the_queue_it_has_the_minute_of_a_queue() {
    let mut bench = Bench::handed_over();
    bench.sets(BOB, Status::Away { reason: AwayReason::Break });
    bench.crashes(ALICE);
    bench.after(secs(15));
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Waiting);
    bench.just_before(secs(60));
    bench.phase_is(Phase::Waiting);
    bench.opens(ALICE, &[]);
    bench.leg_up(ALICE);
    bench.music(ALICE);
    assert_eq!(queue_position(&bench.world, bench.conversation), Some(1));
}

#[test]
fn lost_outside_of_a_queue_it_has_its_twenty_seconds_in_every_phase() {
    for scene in
        [Bench::connected, Bench::ringing, Bench::consult, Bench::three_way, Bench::handed_over]
    {
        let mut bench = scene();
        let phase = bench.state().phase();
        bench.loses(ALICE);
        bench.after(secs(19));
        bench.phase_is(phase);
        bench.leg_up(ALICE);
        bench.phase_is(phase);
        bench.loses(ALICE);
        bench.after(secs(20));
        assert!(bench.state().customer_gone.is_some() || bench.state().phase() == Phase::Ended);
    }
}
