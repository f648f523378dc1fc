//! Where a rule ends, to the one: the last that is allowed, and the first that is not.

use std::collections::BTreeMap;

use call_core::Command as C;
use call_core::command::MAX_TEXT_CHARS;
use call_core::{Phase, Refusal, Report, Rights};

use crate::bench::{ALICE, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person, secs};
use crate::supervising::{LEN, LISTENS, SUE};

const TIM: &str = "agent:tim";

fn learns(bench: &mut Bench, who: &str) {
    let rights = Rights { answer: true, listen: true, manage: false };
    bench.a_moment();
    let teams = BTreeMap::from([(SUPPORT.parse().unwrap(), rights)]);
    bench.report(Report::opened(person(who), who, teams));
    bench.leg_up(who);
}

fn listen(bench: &Bench, who: &str, note: Option<&str>) -> C {
    let agent = person(who).as_agent().unwrap().clone();
    C::InviteListener { conversation: bench.conversation, agent, note: note.map(str::to_owned) }
}

#[test]
fn a_recall_is_tried_twice_also_where_nobody_is_set_away_for_missing_it() {
    let mut bench = Bench::handed_over();
    bench.settings.missed_limit = 9;
    bench.after(secs(20));
    bench.rung(Some(BOB));
    bench.after(secs(15));
    bench.phase_is(Phase::Recall);
    bench.after(secs(10));
    bench.rung(Some(BOB));
    bench.after(secs(15));
    bench.phase_is(Phase::Waiting);
    bench.owned_by(SUPPORT);
    bench.music(ALICE);
}

#[test]
fn a_note_to_a_listener_has_five_hundred_characters_at_most() {
    let mut bench = Bench::connected();
    learns(&mut bench, TIM);
    let longest = "ö".repeat(MAX_TEXT_CHARS);
    let longer = format!("{longest}!");
    let refused = bench.refused(BOB, listen(&bench, TIM, Some(&longer)));
    assert_eq!(refused, Refusal::TextTooLong);
    bench.asks(BOB, listen(&bench, TIM, Some(&longest))).unwrap();
    bench.rung(Some(TIM));
}

#[test]
fn a_colleague_who_rings_takes_no_observers_place_and_a_listener_who_rings_does() {
    let mut bench = Bench::connected().monitored();
    bench.supervisor(LEN, LISTENS);
    bench.invites(BOB, agent(CAROL));
    bench.monitors(LEN);
    bench.observed_by(&[LEN, SUE]);

    let mut bench = Bench::connected().monitored();
    bench.supervisor(LEN, LISTENS);
    learns(&mut bench, TIM);
    bench.asks(BOB, listen(&bench, TIM, None)).unwrap();
    let conversation = bench.conversation;
    assert_eq!(bench.refused(LEN, C::Monitor { conversation }), Refusal::ObserversFull);
    learns(&mut bench, DAVE);
    bench.asks(TIM, C::Decline { conversation, text: None }).unwrap();
    bench.monitors(LEN);
    // Whom nobody is to notice makes room.
    bench.asks(BOB, listen(&bench, DAVE, None)).unwrap();
    bench.observed_by(&[LEN, SUE]);
    bench.accepts(DAVE);
    assert_eq!(bench.state().observers.len(), 2);
    bench.hears(DAVE, &[ALICE, BOB]);
}

#[test]
fn a_listener_who_rings_keeps_the_place_a_monitor_would_leave_it() {
    let mut bench = Bench::connected().monitored();
    for (one, asked) in [(TIM, true), (DAVE, false)] {
        learns(&mut bench, one);
        bench.asks(BOB, listen(&bench, one, None)).unwrap();
        if asked {
            bench.accepts(one);
        }
    }
    assert_eq!(bench.refused(SUE, bench.coach_of(BOB)), Refusal::ObserversFull);
    bench.accepts(DAVE);
    bench.observed_by(&[DAVE, TIM]);
}
