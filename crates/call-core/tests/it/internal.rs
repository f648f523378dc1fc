//! Internal calls: an agent calls a colleague, to ask before transferring.

use call_core::agent::Unavailable;
use call_core::offer::OfferEnd;
use call_core::{
    AwayReason, Command, EndReason, Medium, Notice, Phase, Refusal, Status, TeamPolicy, record,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person, secs};

fn call(colleague: &str) -> Command {
    Command::CallAgent {
        agent: person(colleague).as_agent().unwrap().clone(),
        medium: Medium::Voice,
    }
}

/// Bob has called Carol, whose desk rings.
fn called() -> Bench {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[BILLING]);
    bench.asks(BOB, call(CAROL)).unwrap();
    bench
}

#[track_caller]
fn ended(bench: &Bench, reason: EndReason, by: &str) {
    bench.phase_is(Phase::Ended);
    let record = record(&bench.world, bench.conversation).unwrap();
    assert_eq!((record.reason, record.ended_by), (reason, person(by)));
    assert_eq!((record.customer, record.team), (None, None));
}

#[test]
fn an_agent_calls_a_colleague_hears_it_ring_and_talks_when_it_answers() {
    let mut bench = called();
    bench.phase_is(Phase::Ringing);
    bench.owned_by(BOB);
    bench.rung(Some(CAROL));
    bench.ringback(BOB);
    bench.silence(CAROL);
    bench.accepts(CAROL);
    bench.phase_is(Phase::Connected);
    bench.talk(&[BOB, CAROL]);
    assert_eq!(bench.availability(BOB), Err(Unavailable::Talking));
}

#[test]
fn a_colleague_who_does_not_answer_or_declines_ends_it_and_the_caller_is_told_why() {
    let told = |bench: &Bench| match bench.told(BOB).as_slice() {
        [Notice::OfferEnded { reason, text, .. }, Notice::Ended { reason: over, .. }] => {
            assert_eq!(*over, EndReason::NotAnswered);
            (*reason, text.clone())
        }
        other => panic!("{other:?}"),
    };
    let mut bench = called();
    bench.just_before(secs(20));
    bench.rung(Some(CAROL));
    bench.a_moment();
    ended(&bench, EndReason::NotAnswered, BOB);
    assert_eq!(told(&bench), (OfferEnd::NoAnswer, None));

    let mut bench = called();
    bench.declines(CAROL, "in a minute");
    ended(&bench, EndReason::NotAnswered, CAROL);
    assert_eq!(told(&bench), (OfferEnd::Declined, Some("in a minute".to_owned())));
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn a_caller_who_gives_up_stops_the_ringing() {
    for gives_up in [Bench::cancels, Bench::leaves, Bench::completes] {
        let mut bench = called();
        gives_up(&mut bench, BOB);
        ended(&bench, EndReason::Completed, BOB);
        assert_eq!(bench.availability(CAROL), Ok(()));
    }
}

#[test]
fn one_who_leaves_ends_it_for_both_and_nobody_has_a_wrap_up() {
    for (who, exit) in [(BOB, Bench::leaves as fn(&mut Bench, &str)), (CAROL, Bench::completes)] {
        let mut bench = called();
        bench.accepts(CAROL);
        exit(&mut bench, who);
        ended(&bench, EndReason::Completed, who);
        for agent in [BOB, CAROL] {
            assert_eq!(bench.availability(agent), Ok(()));
        }
    }
}

#[test]
fn who_is_lost_may_come_back_and_past_its_grace_it_is_over() {
    let mut bench = called();
    bench.accepts(CAROL);
    bench.loses(CAROL);
    bench.phase_is(Phase::Alone);
    bench.silence(BOB);
    bench.just_before(secs(30));
    bench.leg_up(CAROL);
    bench.talk(&[BOB, CAROL]);
    bench.loses(BOB);
    bench.after(secs(30));
    ended(&bench, EndReason::AgentLost, BOB);
}

#[test]
fn either_may_hold_the_other_and_nobody_else_is_invited() {
    let mut bench = called();
    bench.accepts(CAROL);
    bench.holds(CAROL, BOB);
    bench.music(BOB);
    bench.resumes(CAROL, BOB);
    bench.signs_in(DAVE, &[BILLING]);
    let (target, conversation) = (agent(DAVE), bench.conversation);
    let transfer = Command::Transfer { conversation, target, note: None };
    assert_eq!(bench.refused(BOB, transfer), Refusal::NotPermitted);
    assert_eq!(bench.refused(BOB, Command::Merge { conversation }), Refusal::NeedsThree);
}

#[test]
fn an_internal_call_is_refused_as_an_invitation_is() {
    let mut bench = Bench::connected();
    assert_eq!(bench.refused(ALICE, call(CAROL)), Refusal::NotPermitted);
    assert_eq!(bench.refused(DAVE, call(CAROL)), Refusal::NotSignedIn);
    assert_eq!(bench.refused(BOB, call(CAROL)), Refusal::AlreadyInConversation);
    bench.signs_in(DAVE, &[BILLING]);
    assert_eq!(bench.refused(DAVE, call(DAVE)), Refusal::TargetIsSelf);
    assert_eq!(bench.refused(DAVE, call("agent:nobody")), Refusal::UnknownTarget);
    assert_eq!(bench.refused(DAVE, call(BOB)), Refusal::TargetBusy);
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    assert_eq!(bench.refused(DAVE, call(CAROL)), Refusal::ChannelInactive);
    bench.sets(CAROL, Status::Present);
    bench.loses(DAVE);
    assert_eq!(bench.refused(DAVE, call(CAROL)), Refusal::ChannelInactive);
}

#[test]
fn an_agent_has_one_live_conversation_so_no_customer_rings_beside_an_internal_call() {
    let mut bench = called();
    bench.accepts(CAROL);
    bench.policy(SUPPORT, TeamPolicy::Wait);
    let waiting = bench.calls(ALICE, SUPPORT);
    bench.after(secs(60));
    bench.leaves(CAROL);
    bench.conversation = waiting;
    bench.rung(Some(BOB));
}
