//! Records of the less usual calls: the parts add up to the length, who ended it, in which phase.

use call_core::segment::StayEnd;
use call_core::{
    AwayReason, Command as C, ConversationRecord, EndReason, Medium, Phase, Report, Status, Target,
    record,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, Scene};
use crate::bench::{agent, person, secs, team};
use crate::segments::adds_up;
use crate::supervising::SUE;

/// Whom it ended by, why, and in which phase.
type End = (&'static str, EndReason, Phase);

fn end(record: &ConversationRecord) -> (String, EndReason, Phase) {
    (record.ended_by.to_string(), record.reason, record.phase)
}

/// Where it begins, what happens, and how it ends.
type Way = (fn() -> Bench, Scene, End);

/// Plays it, waits until everybody has wrapped up, and gives the record.
#[track_caller]
fn told(mut bench: Bench, play: Scene) -> ConversationRecord {
    bench.after(secs(3));
    play(&mut bench);
    bench.after(secs(30));
    let record = record(&bench.world, bench.conversation).unwrap();
    assert!(record.is_final);
    adds_up(&record);
    record
}

fn ends_for_all(bench: &mut Bench) {
    bench.asks(SUE, C::EndForAll { conversation: bench.conversation }).unwrap();
}

fn queue(name: &str) -> Target {
    Target::Queue(name.parse().unwrap())
}

#[test]
fn it_adds_up_however_it_ends() {
    let ways: [Way; 14] = [
        (Bench::connected, |b| b.leaves(ALICE), (ALICE, LEFT, Phase::Connected)),
        (Bench::connected, |b| b.completes(BOB), (BOB, EndReason::Completed, Phase::Connected)),
        (Bench::ringing, |b| b.leaves(ALICE), (ALICE, LEFT, Phase::Ringing)),
        (Bench::handed_over, |b| b.leaves(ALICE), (ALICE, LEFT, Phase::HandedOver)),
        (Bench::handed_over, recalled_then_left, (ALICE, LEFT, Phase::Recall)),
        (Bench::consult, customer_then_carol, (ALICE, LEFT, Phase::Consult)),
        (Bench::three_way, customer_then_carol, (ALICE, LEFT, Phase::ThreeWay)),
        (Bench::consult, lost_for_good, (ALICE, LEFT, Phase::Consult)),
        (Bench::connected, alone_then_left, (ALICE, LEFT, Phase::Alone)),
        (Bench::connected, requeued_then_left, (ALICE, LEFT, Phase::Waiting)),
        (Bench::connected, queued_then_left, (ALICE, LEFT, Phase::Waiting)),
        (|| Bench::ringing().with_sue(), ends_for_all, (SUE, ENDED, Phase::Ringing)),
        (|| Bench::consult().with_sue(), ends_for_all, (SUE, ENDED, Phase::Consult)),
        (|| Bench::handed_over().with_sue(), ends_for_all, (SUE, ENDED, Phase::HandedOver)),
    ];
    for (scene, play, (by, reason, phase)) in ways {
        let record = told(scene(), play);
        assert_eq!(end(&record), (by.to_owned(), reason, phase));
    }
}

const LEFT: EndReason = EndReason::CustomerLeft;
const ENDED: EndReason = EndReason::EndedForAll;

fn recalled_then_left(bench: &mut Bench) {
    bench.after(secs(20 + 15 + 4));
    bench.leaves(ALICE);
}

fn customer_then_carol(bench: &mut Bench) {
    bench.leaves(ALICE);
    bench.after(secs(7));
    bench.leaves(CAROL);
}

fn lost_for_good(bench: &mut Bench) {
    bench.loses(ALICE);
    bench.after(secs(25));
    bench.leaves(BOB);
}

fn alone_then_left(bench: &mut Bench) {
    bench.loses(BOB);
    bench.after(secs(9));
    bench.leaves(ALICE);
}

fn requeued_then_left(bench: &mut Bench) {
    bench.loses(BOB);
    bench.after(secs(40));
    bench.leaves(ALICE);
}

fn queued_then_left(bench: &mut Bench) {
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    bench.transfers(BOB, queue(BILLING));
    bench.after(secs(12));
    bench.leaves(ALICE);
}

#[test]
fn a_take_over_ends_one_stay_and_begins_the_other() {
    for scene in [Bench::connected, Bench::ringing, Bench::consult, Bench::three_way] {
        let record = told(scene().with_sue(), |bench| {
            bench.takes_over(SUE);
            bench.after(secs(8));
            bench.leaves(ALICE);
            if bench.state().is_live() {
                bench.leaves(CAROL);
            }
        });
        let by = person(SUE).as_agent().unwrap().clone();
        let bob = record.segments.iter().find(|stay| stay.agent.to_string() == "bob").unwrap();
        assert_eq!(bob.end, Some(StayEnd::TakenOver { by }));
        let sue = record.segments.iter().find(|stay| stay.agent.to_string() == "sue").unwrap();
        assert_eq!((sue.started_at, sue.talk_ms >= 8000), (bob.ended_at.unwrap(), true));
    }
}

#[test]
fn a_stay_in_a_seat_barged_into_has_no_wrap_up_and_observing_is_no_stay() {
    let record = told(Bench::connected().monitored(), |bench| {
        bench.after(secs(5));
        bench.barges(SUE);
        bench.after(secs(6));
        bench.monitors(SUE);
        bench.after(secs(7));
        bench.completes(BOB);
    });
    let [bob, sue] = record.segments.as_slice() else { panic!("{record:?}") };
    assert_eq!((sue.talk_ms, sue.wrap_up_ms, sue.end.clone()), (6000, 0, Some(StayEnd::Left)));
    assert_eq!((bob.talk_ms / 1000, bob.wrap_up_ms), (3 + 5 + 6 + 7, 30_000));
}

#[test]
fn a_call_that_is_handed_on_again_and_again_adds_up() {
    let record = told(Bench::connected(), |bench| {
        bench.signs_in(DAVE, &[BILLING]);
        bench.transfers(BOB, agent(CAROL));
        bench.after(secs(11));
        bench.declines(CAROL, "no");
        bench.after(secs(15 + 10 + 2));
        bench.accepts(BOB);
        bench.after(secs(3));
        bench.invites(BOB, team(BILLING));
        bench.after(secs(20));
        bench.accepts(DAVE);
        bench.after(secs(5));
        bench.loses(BOB);
        bench.after(secs(31));
        bench.loses(ALICE);
        bench.after(secs(4));
        bench.leg_up(ALICE);
        bench.completes(DAVE);
    });
    let stays: Vec<_> = record.segments.iter().map(|stay| stay.agent.to_string()).collect();
    assert_eq!(stays, ["bob", "bob", "dave"]);
    assert_eq!(record.segments[1].end, Some(StayEnd::Lost));
    let time = record.customer_time.unwrap();
    assert_eq!((time.wait_ms, time.hold_ms, time.lost_ms), (11_000 + 27_000, 5000, 4000));
}

#[test]
fn it_adds_up_over_a_restart_in_every_phase() {
    let scenes =
        [Bench::connected, Bench::ringing, Bench::consult, Bench::three_way, Bench::handed_over];
    for scene in scenes {
        told(scene(), |bench| {
            bench.restarts();
            bench.after(secs(6));
            for (who, name) in [(ALICE, SUPPORT), (BOB, SUPPORT), (CAROL, BILLING)] {
                bench.opens(who, &[name]);
                bench.leg_up(who);
            }
            bench.after(secs(2));
            bench.leaves(ALICE);
            if bench.state().is_live() {
                bench.leaves(BOB);
            }
        });
    }
}

#[test]
fn an_internal_call_whose_colleague_is_lost_says_so() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[BILLING]);
    let agent = person(CAROL).as_agent().unwrap().clone();
    bench.asks(BOB, C::CallAgent { agent, medium: Medium::Voice }).unwrap();
    bench.after(secs(2));
    bench.accepts(CAROL);
    bench.after(secs(5));
    bench.report(Report::LegLost { person: person(CAROL) });
    bench.after(secs(30));
    let record = record(&bench.world, bench.conversation).unwrap();
    assert_eq!(end(&record), (CAROL.to_owned(), EndReason::AgentLost, Phase::Alone));
    for stay in &record.segments {
        assert_eq!(stay.counted_ms(), stay.closed_at.unwrap().0 - stay.started_at.0, "{stay:?}");
    }
}
