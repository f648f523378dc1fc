//! Training listeners: an invited agent who hears all and is heard by none.

use std::collections::BTreeMap;

use call_core::Command as C;
use call_core::agent::Unavailable;
use call_core::offer::OfferEnd;
use call_core::view::{ObserverModeView, OriginView};
use call_core::{HoldWhen, Notice, OnFailure, Phase, Refusal, Report, Rights, record};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person, secs};

/// Learns: takes calls of support and may listen to them.
const TIM: &str = "agent:tim";

const LEARNS: Rights = Rights { answer: true, listen: true, manage: false };

fn listen(bench: &Bench, who: &str) -> C {
    let agent = person(who).as_agent().unwrap().clone();
    C::InviteListener {
        conversation: bench.conversation,
        agent,
        note: Some("hear this".to_owned()),
    }
}

fn arrives(bench: &mut Bench, who: &str) {
    let teams = BTreeMap::from([(SUPPORT.parse().unwrap(), LEARNS)]);
    bench.a_moment();
    bench.report(Report::opened(person(who), who, teams));
    bench.leg_up(who);
}

/// Tim is rung to listen to Alice and Bob.
fn rung() -> Bench {
    let mut bench = Bench::connected();
    arrives(&mut bench, TIM);
    bench.asks(BOB, listen(&bench, TIM)).unwrap();
    bench
}

fn listening() -> Bench {
    let mut bench = rung();
    bench.accepts(TIM);
    bench
}

#[test]
fn a_listener_is_rung_and_hears_all_and_nobody_hears_it() {
    let mut bench = rung();
    bench.phase_is(Phase::Connected);
    bench.rung(Some(TIM));
    bench.talk(&[ALICE, BOB]);
    let offer = bench.view(TIM).offer.unwrap();
    assert_eq!((offer.origin, offer.note.as_deref()), (OriginView::Listen, Some("hear this")));
    bench.accepts(TIM);
    bench.talk(&[ALICE, BOB]);
    bench.hears(TIM, &[ALICE, BOB]);
    assert_eq!(bench.availability(TIM), Err(Unavailable::Observing));
    bench.shows(BOB, &[(TIM, ObserverModeView::Listener)]);
    bench.shows(ALICE, &[]);
    assert!(matches!(bench.told(BOB).last(), Some(Notice::ListenerJoined { .. })));
    assert!(!bench.told(ALICE).iter().any(|one| matches!(one, Notice::ListenerJoined { .. })));
}

#[test]
fn a_listener_takes_no_seat_and_hears_a_consult_too() {
    let mut bench = listening();
    bench.invites(BOB, agent(CAROL));
    bench.accepts(CAROL);
    bench.phase_is(Phase::Consult);
    bench.hears(TIM, &[ALICE, BOB, CAROL]);
    bench.music(ALICE);
    bench.merges(BOB);
    bench.talk(&[ALICE, BOB, CAROL]);
    bench.leaves(BOB);
    bench.hears(TIM, &[ALICE, CAROL]);
}

#[test]
fn an_invitation_to_listen_that_is_not_taken_changes_nothing_and_the_agents_are_told() {
    let why = |bench: &Bench| match bench.told(BOB).last() {
        Some(Notice::OfferEnded { reason, .. }) => *reason,
        other => panic!("{other:?}"),
    };
    let mut bench = rung();
    bench.after(secs(20));
    assert_eq!(why(&bench), OfferEnd::NoAnswer);
    let mut bench = rung();
    bench.holds(BOB, ALICE);
    bench.declines(TIM, "lunch");
    assert_eq!(why(&bench), OfferEnd::Declined);
    bench.held(&[ALICE]);
    let mut bench = rung();
    bench.cancels(BOB);
    assert_eq!(why(&bench), OfferEnd::Cancelled);
    bench.phase_is(Phase::Connected);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn one_invitation_at_a_time_a_listeners_counted_in() {
    let mut bench = rung();
    let invite = bench.invite(agent(CAROL), HoldWhen::OnAnswer, OnFailure::Resume);
    let by = person(BOB);
    assert_eq!(bench.refused(BOB, invite), Refusal::OfferInProgress { by });
    bench.accepts(TIM);
    arrives(&mut bench, DAVE);
    bench.asks(BOB, listen(&bench, DAVE)).unwrap();
    bench.accepts(DAVE);
    arrives(&mut bench, "agent:eve");
    assert_eq!(bench.refused(BOB, listen(&bench, "agent:eve")), Refusal::ObserversFull);
}

#[test]
fn who_can_be_invited_to_listen() {
    let mut bench = listening();
    assert_eq!(bench.refused(BOB, listen(&bench, BOB)), Refusal::TargetIsSelf);
    assert_eq!(bench.refused(BOB, listen(&bench, TIM)), Refusal::AlreadyParticipant);
    assert_eq!(bench.refused(BOB, listen(&bench, "agent:nobody")), Refusal::UnknownTarget);
    assert_eq!(bench.refused(BOB, listen(&bench, CAROL)), Refusal::NotPermitted);
    assert_eq!(bench.refused(ALICE, listen(&bench, TIM)), Refusal::NotPermitted);
    assert_eq!(bench.refused(TIM, listen(&bench, CAROL)), Refusal::NotAParticipant);
    arrives(&mut bench, DAVE);
    bench.crashes(DAVE);
    assert_eq!(bench.refused(BOB, listen(&bench, DAVE)), Refusal::TargetOffline);
}

#[test]
fn an_agent_removes_a_listener_and_a_listener_leaves() {
    let mut bench = listening();
    bench.removes(BOB, TIM);
    assert!(matches!(bench.told(TIM).last(), Some(Notice::ObservingEnded { .. })));
    bench.silence(TIM);
    bench.phase_is(Phase::Connected);
    let mut bench = listening();
    bench.leaves(TIM);
    assert_eq!(bench.availability(TIM), Ok(()));
    assert!(matches!(bench.told(BOB).last(), Some(Notice::ListenerLeft { .. })));
}

#[test]
fn the_last_agent_does_not_hand_over_to_a_listener() {
    let mut bench = rung();
    bench.leaves(BOB);
    bench.phase_is(Phase::Ended);
    assert!(record(&bench.world, bench.conversation).is_some());
    assert!(matches!(bench.told(TIM).last(), Some(Notice::Rescinded { .. })));
    assert_eq!(bench.availability(TIM), Ok(()));
}

#[test]
fn a_listener_is_free_for_the_customer_when_the_last_agent_is_gone() {
    let mut bench = Bench::connected();
    arrives(&mut bench, TIM);
    bench.asks(BOB, listen(&bench, TIM)).unwrap();
    bench.accepts(TIM);
    bench.crashes(BOB);
    bench.after(secs(29));
    bench.hears(TIM, &[ALICE]);
    bench.music(ALICE);
    bench.after(secs(1));
    bench.phase_is(Phase::Waiting);
    bench.rung(Some(TIM));
    bench.accepts(TIM);
    bench.talk(&[ALICE, TIM]);
}

#[test]
fn a_ringing_listener_is_let_go_when_the_conversation_is_requeued() {
    let mut bench = rung();
    bench.just_before(secs(10));
    bench.crashes(BOB);
    bench.leaves(ALICE);
    bench.phase_is(Phase::Ended);
    bench.signs_in(DAVE, &[BILLING]);
    assert_eq!(bench.availability(TIM), Ok(()));
}
