//! Records: one per conversation, with a segment per agent and stay; the parts add up exactly.

use call_core::segment::{CustomerTime, MAX_SEGMENTS, Segment, StayEnd};
use call_core::{
    Command as C, ConversationRecord, EndReason, Medium, Report, record, record_changed,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, SUPPORT, ZOE, agent, person, secs};

fn told(bench: &Bench) -> ConversationRecord {
    record(&bench.world, bench.conversation).unwrap()
}

/// Ring, talk, hold, consult, lost and wrap-up, in seconds.
fn spent(segment: &Segment) -> [u64; 6] {
    let all = [
        segment.ring_ms,
        segment.talk_ms,
        segment.hold_ms,
        segment.consult_ms,
        segment.lost_ms,
        segment.wrap_up_ms,
    ];
    all.map(|millis| millis / 1000)
}

#[track_caller]
pub(crate) fn adds_up(record: &ConversationRecord) {
    for one in &record.segments {
        let closed = one.closed_at.unwrap();
        assert_eq!(one.counted_ms(), closed.0 - one.started_at.0, "{one:?}");
    }
    let until = record.customer_left_at.unwrap_or(record.ended_at);
    let time = record.customer_time.unwrap();
    assert_eq!(time.counted_ms(), until.0 - record.started_at.0);
}

/// Alice waits 7 s, rings 5 s at Bob, talks 10 s.
fn talked() -> Bench {
    let mut bench = Bench::new();
    bench.signs_in(CAROL, &[BILLING]);
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(7));
    bench.opens(BOB, &[SUPPORT]);
    bench.leg_up(BOB);
    bench.after(secs(5));
    bench.accepts(BOB);
    bench.after(secs(10));
    bench
}

#[test]
fn a_transfer_splits_the_time_between_the_agents() {
    let mut bench = talked();
    bench.invites(BOB, agent(CAROL));
    bench.after(secs(4));
    bench.accepts(CAROL);
    bench.after(secs(6));
    bench.swaps(BOB);
    bench.after(secs(3));
    bench.merges(BOB);
    bench.after(secs(2));
    bench.holds(CAROL, ALICE);
    bench.after(secs(8));
    bench.leaves(BOB);
    bench.after(secs(11));
    bench.leaves(ALICE);
    bench.after(secs(30));
    let record = told(&bench);
    adds_up(&record);
    assert!(record.is_final);
    let [bob, carol] = record.segments.as_slice() else { panic!("{record:?}") };
    assert_eq!(spent(bob), [5, 10 + 4 + 3 + 2, 0, 6 + 8, 0, 30]);
    assert_eq!(spent(carol), [4, 2 + 11, 3, 6 + 8, 0, 30]);
    assert_eq!((bob.end.clone(), carol.end.clone()), (Some(StayEnd::Left), Some(StayEnd::Ended)));
    let time = CustomerTime {
        queue_ms: 12_000,
        talk_ms: (10 + 4 + 3 + 2 + 11) * 1000,
        hold_ms: (6 + 8) * 1000,
        ..CustomerTime::default()
    };
    assert_eq!(record.customer_time, Some(time));
}

#[test]
fn a_hold_without_a_colleague_is_hold_and_a_lost_leg_is_told_apart() {
    let mut bench = talked();
    bench.holds(BOB, ALICE);
    bench.after(secs(9));
    bench.resumes(BOB, ALICE);
    bench.loses(BOB);
    bench.after(secs(4));
    bench.leg_up(BOB);
    bench.loses(ALICE);
    bench.after(secs(3));
    bench.leg_up(ALICE);
    bench.completes(BOB);
    bench.after(secs(30));
    let record = told(&bench);
    adds_up(&record);
    assert_eq!(spent(&record.segments[0]), [5, 13, 9, 0, 4, 30]);
    let time = record.customer_time.unwrap();
    assert_eq!((time.hold_ms, time.wait_ms, time.lost_ms), (9000, 4000, 3000));
}

#[test]
fn a_ring_that_nobody_takes_is_told_beside_the_stays() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(20));
    bench.after(secs(30 + 6));
    bench.accepts(BOB);
    bench.completes(BOB);
    let record = told(&bench);
    let missed = record.missed[person(BOB).as_agent().unwrap()];
    assert_eq!((missed.rings, missed.ring_ms), (1, 20_000));
    assert_eq!(spent(&record.segments[0])[0], 6);
}

#[test]
fn a_recalled_agent_has_a_stay_before_and_a_stay_after() {
    let mut bench = talked();
    bench.transfers(BOB, agent(CAROL));
    bench.after(secs(20));
    bench.after(secs(5));
    bench.accepts(BOB);
    bench.after(secs(2));
    bench.completes(BOB);
    bench.after(secs(30));
    let record = told(&bench);
    adds_up(&record);
    let [before, after] = record.segments.as_slice() else { panic!("{record:?}") };
    assert_eq!(spent(before), [5, 10, 0, 0, 0, 20]);
    assert_eq!(spent(after), [5, 2, 0, 0, 0, 30]);
    assert_eq!(record.customer_time.unwrap().wait_ms, 25_000);
    assert_eq!(record.missed.len(), 1);
}

#[test]
fn the_record_is_there_at_the_end_and_final_when_the_last_wrap_up_is_over() {
    let mut bench = talked();
    bench.settings.teams.get_mut(SUPPORT).unwrap().wrap_up = secs(300);
    bench.completes(BOB);
    let first = told(&bench);
    assert!(!first.is_final);
    assert_eq!(first.reason, EndReason::Completed);
    bench.after(secs(100));
    assert!(!told(&bench).is_final, "remembered while it is wrapped up");
    let before = bench.world.clone();
    bench.asks(BOB, C::FinishWrapUp).unwrap();
    let changed = record_changed(&before, bench.events.last().unwrap());
    assert_eq!(changed, Some(bench.conversation));
    let last = told(&bench);
    assert!(last.is_final);
    assert_eq!((last.id, spent(&last.segments[0])[5]), (first.id, 100));
    adds_up(&last);
}

#[test]
fn an_extended_wrap_up_counts_in_full_and_a_signed_out_agents_ends() {
    let mut bench = talked();
    bench.completes(BOB);
    for _ in 0..3 {
        bench.asks(BOB, C::ExtendWrapUp).unwrap();
    }
    bench.after(secs(80));
    assert!(!told(&bench).is_final);
    bench.crashes(BOB);
    bench.after(secs(15));
    let record = told(&bench);
    assert_eq!(spent(&record.segments[0])[5], 95);
    adds_up(&record);
}

#[test]
fn wrap_up_over_a_restart_is_remembered_to_its_end() {
    let mut bench = talked();
    bench.completes(BOB);
    bench.after(secs(29));
    bench.restarts();
    bench.after(secs(10));
    let record = told(&bench);
    assert!(record.is_final);
    adds_up(&record);
}

#[test]
fn a_restart_counts_as_lost_and_the_phase_goes_on() {
    let mut bench = talked();
    bench.restarts();
    bench.after(secs(4));
    for who in [ALICE, BOB] {
        bench.opens(who, &[SUPPORT]);
        bench.leg_up(who);
    }
    bench.after(secs(1));
    bench.completes(BOB);
    bench.after(secs(30));
    adds_up(&told(&bench));
    assert_eq!(spent(&told(&bench).segments[0]), [5, 11, 0, 0, 4, 30]);
}

#[test]
fn an_internal_call_has_segments_and_no_customer() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[BILLING]);
    let carol = person(CAROL).as_agent().unwrap().clone();
    bench.asks(BOB, C::CallAgent { agent: carol, medium: Medium::Voice }).unwrap();
    bench.after(secs(3));
    bench.accepts(CAROL);
    bench.after(secs(8));
    bench.leaves(CAROL);
    let record = told(&bench);
    assert_eq!((record.customer_time, record.is_final), (None, true));
    let [bob, carol] = record.segments.as_slice() else { panic!("{record:?}") };
    assert_eq!((spent(bob), spent(carol)), ([3, 8, 0, 0, 0, 0], [3, 8, 0, 0, 0, 0]));
}

#[test]
fn of_more_stays_than_are_kept_the_oldest_are_left_out() {
    let mut bench = Bench::connected();
    for _ in 0..MAX_SEGMENTS + 5 {
        bench.invites(BOB, agent(CAROL));
        bench.accepts(CAROL);
        bench.after(secs(1));
        bench.leaves(CAROL);
        bench.asks(CAROL, C::FinishWrapUp).unwrap();
    }
    bench.completes(BOB);
    let record = told(&bench);
    assert_eq!(record.segments.len(), MAX_SEGMENTS);
    assert_eq!(record.segments[0].agent, *person(BOB).as_agent().unwrap());
    assert_eq!(record.segments_left_out, 6);
}

#[test]
fn an_abandoned_call_has_its_time_in_the_queue_and_no_segments() {
    let mut bench = Bench::new();
    bench.calls(ZOE, SUPPORT);
    bench.after(secs(40));
    bench.report(Report::LegLost { person: person(ZOE) });
    bench.after(secs(60));
    let record = told(&bench);
    assert_eq!(record.customer_time.unwrap().queue_ms, 100_000);
    assert!(record.segments.is_empty() && record.is_final);
    adds_up(&record);
}
