//! Every refusal of an invitation, in the order in which they are checked.
//!
//! Each story sets up a refusal together with all that come after it, as far as they can be
//! true at once, and sees that it is the one given.

use call_core::{
    AwayReason, Command, ConversationId, HoldWhen, OnFailure, Refusal, Status, Target,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person, team};

fn invite(bench: &mut Bench, by: &str, target: Target) -> Refusal {
    let command = bench.invite(target, HoldWhen::Now, OnFailure::Resume);
    bench.refused(by, command)
}

#[test]
fn an_unknown_or_foreign_conversation_is_not_yours() {
    let mut bench = Bench::ringing();
    bench.signs_in(DAVE, &[BILLING]);
    assert_eq!(invite(&mut bench, DAVE, agent(DAVE)), Refusal::NotAParticipant);
    bench.conversation = ConversationId(99);
    assert_eq!(invite(&mut bench, BOB, agent(BOB)), Refusal::NotAParticipant);
}

#[test]
fn who_has_left_is_no_participant_of_what_goes_on() {
    let mut bench = Bench::consult();
    bench.completes(BOB);
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::NotAParticipant);
}

#[test]
fn an_ended_conversation_has_ended_for_everybody_who_was_in_it() {
    let mut bench = Bench::consult();
    bench.completes(BOB);
    bench.leaves(ALICE);
    for who in [ALICE, BOB, CAROL] {
        assert_eq!(invite(&mut bench, who, agent(CAROL)), Refusal::ConversationEnded);
    }
    bench.signs_in(DAVE, &[BILLING]);
    assert_eq!(invite(&mut bench, DAVE, agent(CAROL)), Refusal::NotAParticipant);
}

#[test]
fn a_customer_may_not_invite() {
    let mut bench = Bench::ringing();
    assert_eq!(invite(&mut bench, ALICE, agent(BOB)), Refusal::NotPermitted);
}

#[test]
fn one_invitation_at_a_time_even_when_the_seats_are_taken() {
    let mut bench = Bench::ringing();
    let by = person(BOB);
    assert_eq!(bench.state().seats_taken(), 3);
    for target in [agent(BOB), agent(CAROL), agent("agent:nobody"), team("nothing")] {
        assert_eq!(invite(&mut bench, BOB, target), Refusal::OfferInProgress { by: by.clone() });
    }
}

#[test]
fn a_full_conversation_is_full_whoever_is_meant() {
    let mut bench = Bench::consult();
    for target in [agent(BOB), agent(CAROL), agent("agent:nobody"), team("nothing")] {
        assert_eq!(invite(&mut bench, BOB, target), Refusal::ConferenceFull);
    }
}

#[test]
fn nobody_invites_itself_though_it_sits_there_and_is_busy() {
    let mut bench = Bench::connected();
    assert_eq!(invite(&mut bench, BOB, agent(BOB)), Refusal::TargetIsSelf);
}

#[test]
fn who_sits_there_already_is_a_participant_not_busy() {
    // With three seats, two agents have room for another only once the customer is gone.
    let mut bench = Bench::consult();
    bench.leaves(ALICE);
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::AlreadyParticipant);
    assert_eq!(invite(&mut bench, BOB, agent("agent:nobody")), Refusal::UnknownTarget);
    bench.signs_in(DAVE, &[BILLING]);
    assert_eq!(invite(&mut bench, BOB, agent(DAVE)), Refusal::CustomerLeft);
    assert_eq!(invite(&mut bench, BOB, team("nothing")), Refusal::UnknownTarget);
    assert_eq!(invite(&mut bench, BOB, team(BILLING)), Refusal::CustomerLeft);
}

#[test]
fn an_unknown_target_is_neither_offline_nor_busy() {
    let mut bench = Bench::connected();
    assert_eq!(invite(&mut bench, BOB, agent("agent:nobody")), Refusal::UnknownTarget);
    assert_eq!(invite(&mut bench, BOB, team("nothing")), Refusal::UnknownTarget);
}

#[test]
fn an_agent_who_is_away_or_without_a_leg_has_no_active_channel_though_it_may_be_busy_too() {
    let away = Status::Away { reason: AwayReason::Meeting };
    let mut bench = Bench::connected();
    bench.sets(CAROL, away);
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::ChannelInactive);
    bench.sets(CAROL, Status::Present);
    bench.loses(CAROL);
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::ChannelInactive);
    bench.leg_up(CAROL);
    bench.calls("customer:zoe", BILLING);
    bench.accepts(CAROL);
    bench.sets(CAROL, away);
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::ChannelInactive);
}

#[test]
fn an_agent_without_a_page_is_offline_at_once_though_it_may_be_busy_too() {
    let mut bench = Bench::connected();
    bench.calls("customer:zoe", BILLING);
    bench.accepts(CAROL);
    bench.closes(CAROL);
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::TargetOffline);
}

#[test]
fn an_agent_who_talks_rings_or_wraps_up_is_busy_and_the_customer_is_untouched() {
    let mut bench = Bench::connected();
    let zoe = bench.calls("customer:zoe", BILLING);
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::TargetBusy);
    bench.accepts(CAROL);
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::TargetBusy);
    bench.asks(CAROL, Command::Complete { conversation: zoe }).unwrap();
    assert_eq!(invite(&mut bench, BOB, agent(CAROL)), Refusal::TargetBusy);
    bench.talk(&[ALICE, BOB]);
    bench.held(&[]);
    bench.asks(CAROL, Command::FinishWrapUp).unwrap();
    bench.invites(BOB, agent(CAROL));
}

#[test]
fn the_teams_policy_comes_last() {
    let mut bench = Bench::connected();
    let nobody = Refusal::NobodyAvailable { team: SUPPORT.parse().unwrap(), waiting: 0 };
    assert_eq!(invite(&mut bench, BOB, team(SUPPORT)), nobody);
}

#[test]
fn a_text_longer_than_shown_is_refused() {
    let mut bench = Bench::connected();
    let conversation = bench.conversation;
    let long = |chars| Some("ä".repeat(chars));
    let transfer = |note| Command::Transfer { conversation, target: agent(CAROL), note };
    assert_eq!(bench.refused(BOB, transfer(long(501))), Refusal::TextTooLong);
    bench.asks(BOB, transfer(long(500))).unwrap();
    let decline = |text| Command::Decline { conversation, text };
    assert_eq!(bench.refused(CAROL, decline(long(501))), Refusal::TextTooLong);
    bench.asks(CAROL, decline(long(500))).unwrap();
}

#[test]
fn a_transfer_is_refused_as_an_invitation_is() {
    let mut bench = Bench::consult();
    let target = agent(BOB);
    let transfer = Command::Transfer { conversation: bench.conversation, target, note: None };
    assert_eq!(bench.refused(BOB, transfer), Refusal::ConferenceFull);
}
