//! Queues: places, priority, fetching the next, being sent to one, and what those who wait are
//! told.

use call_core::agent::Unavailable;
use call_core::{
    AwayReason, Command, ConversationId, Delivery, DeskView, Event, Medium, Notice, Phase, Refusal,
    Status, Target, desk, queue_position,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, person, secs};

const YAN: &str = "customer:yan";

fn next_of(name: &str) -> Command {
    Command::GetNext { team: Some(name.parse().unwrap()), medium: Medium::Voice }
}

fn queue(name: &str) -> Target {
    Target::Queue(name.parse().unwrap())
}

fn positions(bench: &Bench, calls: &[ConversationId]) -> Vec<Option<usize>> {
    calls.iter().map(|call| queue_position(&bench.world, *call)).collect()
}

fn desk_of(bench: &Bench, who: &str) -> DeskView {
    desk(&bench.world, &bench.settings, person(who).as_agent().unwrap()).unwrap()
}

/// What a customer was told about its wait, in places and full minutes.
fn told(bench: &Bench, who: &str) -> Vec<(usize, Option<u64>)> {
    let told = bench.told(who).into_iter();
    told.filter_map(|notice| match notice {
        Notice::QueuePosition { position, estimated_wait_ms, .. } => {
            Some((*position, estimated_wait_ms.map(|millis| millis / 60_000)))
        }
        _ => None,
    })
    .collect()
}

/// A team whose agents fetch the next; Bob is there.
fn pulled() -> Bench {
    let mut bench = Bench::new();
    bench.chooses(SUPPORT, |team| team.delivery = Delivery::Pull);
    bench.signs_in(BOB, &[SUPPORT]);
    bench
}

// --- order ---

#[test]
fn positions_are_one_to_n_without_holes_and_close_up() {
    let mut bench = Bench::new();
    let calls = [ALICE, ZOE, YAN].map(|who| bench.calls(who, SUPPORT));
    let other = bench.calls("customer:xia", BILLING);
    assert_eq!(positions(&bench, &calls), [Some(1), Some(2), Some(3)]);
    assert_eq!(positions(&bench, &[other]), [Some(1)]);
    bench.conversation = calls[1];
    bench.leaves(ZOE);
    assert_eq!(positions(&bench, &calls), [Some(1), None, Some(2)]);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.accepts(BOB);
    assert_eq!(positions(&bench, &calls), [None, None, Some(1)]);
}

#[test]
fn a_higher_priority_comes_first_and_among_equals_who_came_first() {
    let mut bench = Bench::new();
    let plain = bench.calls(ALICE, SUPPORT);
    let urgent = bench.calls_urgently(ZOE, SUPPORT, 5);
    let less = bench.calls_urgently(YAN, SUPPORT, 2);
    let as_urgent = bench.calls_urgently("customer:xia", SUPPORT, 5);
    let order = [urgent, as_urgent, less, plain];
    assert_eq!(positions(&bench, &order), [Some(1), Some(2), Some(3), Some(4)]);
    bench.signs_in(BOB, &[SUPPORT]);
    assert_eq!(bench.busy_with(BOB), Some(urgent));
}

#[test]
fn who_was_answered_before_comes_before_every_priority() {
    let mut bench = Bench::handed_over();
    bench.sets(BOB, Status::Away { reason: AwayReason::Break });
    let urgent = bench.calls_urgently(ZOE, SUPPORT, 9);
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Waiting);
    assert_eq!(positions(&bench, &[bench.conversation, urgent]), [Some(1), Some(2)]);
}

#[test]
fn a_lost_customer_keeps_its_place_and_is_counted_in_it() {
    let mut bench = Bench::new();
    let calls = [ALICE, ZOE].map(|who| bench.calls(who, SUPPORT));
    bench.loses(ALICE);
    assert_eq!(positions(&bench, &calls), [Some(1), Some(2)]);
    bench.after(secs(60));
    assert_eq!(positions(&bench, &calls), [None, Some(1)]);
}

// --- push and pull ---

#[test]
fn a_team_that_pulls_is_not_rung_and_fetches_the_first() {
    let mut bench = pulled();
    let urgent = [(ALICE, 0), (ZOE, 3)].map(|(who, p)| bench.calls_urgently(who, SUPPORT, p))[1];
    bench.rung(None);
    bench.after(secs(300));
    bench.rung(None);
    bench.asks(BOB, Command::GetNext { team: None, medium: Medium::Voice }).unwrap();
    bench.conversation = urgent;
    bench.phase_is(Phase::Connected);
    bench.talk(&[ZOE, BOB]);
    bench.owned_by(BOB);
}

#[test]
fn a_call_that_rings_elsewhere_may_be_fetched_and_the_other_is_told_who_took_it() {
    let mut bench = Bench::new();
    bench.signs_in(CAROL, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.rung(Some(CAROL));
    bench.signs_in(BOB, &[SUPPORT]);
    bench.asks(BOB, next_of(SUPPORT)).unwrap();
    bench.talk(&[ALICE, BOB]);
    let winner = Some(person(BOB));
    let told = bench.told(CAROL);
    assert!(matches!(told.as_slice(), [Notice::Rescinded { winner: w, .. }] if *w == winner));
    assert_eq!(bench.availability(CAROL), Ok(()));
}

#[test]
fn a_call_that_somebody_has_accepted_is_not_fetched_away() {
    let mut bench = Bench::new();
    bench.signs_in(CAROL, &[SUPPORT]);
    bench.calls(ALICE, SUPPORT);
    bench.loses(CAROL);
    bench.accepts(CAROL);
    bench.signs_in(BOB, &[SUPPORT]);
    assert_eq!(bench.refused(BOB, next_of(SUPPORT)), Refusal::QueueEmpty);
}

#[test]
fn fetching_the_next_ends_ones_wrap_up() {
    let mut bench = pulled();
    bench.calls(ALICE, SUPPORT);
    bench.asks(BOB, next_of(SUPPORT)).unwrap();
    bench.completes(BOB);
    assert_eq!(bench.availability(BOB), Err(Unavailable::WrapUp));
    bench.conversation = bench.calls(ZOE, SUPPORT);
    bench.asks(BOB, next_of(SUPPORT)).unwrap();
    bench.talk(&[ZOE, BOB]);
    bench.completes(BOB);
    bench.after(secs(30));
    assert_eq!(bench.availability(BOB), Ok(()));
}

#[test]
fn who_may_fetch_is_a_free_and_present_agent_of_the_team() {
    let mut bench = pulled();
    assert_eq!(bench.refused(BOB, next_of(SUPPORT)), Refusal::QueueEmpty);
    bench.calls(ALICE, SUPPORT);
    assert_eq!(bench.refused(ALICE, next_of(SUPPORT)), Refusal::NotPermitted);
    assert_eq!(bench.refused(DAVE, next_of(SUPPORT)), Refusal::NotSignedIn);
    assert_eq!(bench.refused(BOB, next_of("nowhere")), Refusal::UnknownTarget);
    assert_eq!(bench.refused(BOB, next_of(BILLING)), Refusal::NotPermitted);
    bench.sets(BOB, Status::Away { reason: AwayReason::Break });
    assert_eq!(bench.refused(BOB, next_of(SUPPORT)), Refusal::ChannelInactive);
    bench.sets(BOB, Status::Present);
    bench.loses(ALICE);
    assert_eq!(bench.refused(BOB, next_of(SUPPORT)), Refusal::QueueEmpty);
    bench.leg_up(ALICE);
    bench.asks(BOB, next_of(SUPPORT)).unwrap();
    assert_eq!(bench.refused(BOB, next_of(SUPPORT)), Refusal::AlreadyInConversation);
}

#[test]
fn an_invitation_to_a_team_that_pulls_rings_all_the_same() {
    let mut bench = Bench::connected();
    bench.chooses(BILLING, |team| team.delivery = Delivery::Pull);
    bench.invites(BOB, Target::Team(BILLING.parse().unwrap()));
    bench.rung(Some(CAROL));
}

// --- to a queue ---

#[test]
fn sent_to_a_queue_the_initiator_talks_on_and_when_it_leaves_the_customer_waits_there() {
    let mut bench = Bench::connected();
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    bench.invites(BOB, queue(BILLING));
    bench.talk(&[ALICE, BOB]);
    bench.owned_by(BOB);
    let later = bench.calls(ZOE, BILLING);
    bench.after(secs(200));
    bench.talk(&[ALICE, BOB]);
    bench.leaves(BOB);
    bench.phase_is(Phase::Waiting);
    bench.owned_by(BILLING);
    bench.music(ALICE);
    // Its place counts from when it was sent there.
    assert_eq!(positions(&bench, &[bench.conversation, later]), [Some(1), Some(2)]);
    bench.sets(CAROL, Status::Present);
    bench.accepts(CAROL);
    bench.talk(&[ALICE, CAROL]);
}

#[test]
fn sent_to_a_queue_it_rings_in_its_turn_and_not_before() {
    let mut bench = Bench::connected();
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    let before = bench.calls(ZOE, BILLING);
    bench.a_moment();
    bench.invites(BOB, queue(BILLING));
    bench.sets(CAROL, Status::Present);
    assert_eq!(bench.busy_with(CAROL), Some(before));
    bench.rung(None);
    bench.signs_in(DAVE, &[BILLING]);
    bench.rung(Some(DAVE));
    bench.accepts(DAVE);
    bench.phase_is(Phase::Consult);
    bench.music(ALICE);
}

#[test]
fn sent_to_a_queue_it_may_be_fetched_and_the_two_agents_consult() {
    let mut bench = Bench::connected();
    bench.chooses(BILLING, |team| team.delivery = Delivery::Pull);
    bench.invites(BOB, queue(BILLING));
    bench.rung(None);
    bench.asks(CAROL, next_of(BILLING)).unwrap();
    bench.phase_is(Phase::Consult);
    bench.leaves(BOB);
    bench.owned_by(CAROL);
}

#[test]
fn a_blind_transfer_to_a_queue_waits_there_at_once_without_recall() {
    let mut bench = Bench::connected();
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    bench.transfers(BOB, queue(BILLING));
    bench.phase_is(Phase::Waiting);
    bench.owned_by(BILLING);
    bench.after(secs(300));
    assert_eq!(bench.count(|event| matches!(event, Event::RecallStarted { .. })), 0);
}

#[test]
fn handed_over_to_a_queue_whose_agent_declines_it_waits_there() {
    let mut bench = Bench::connected();
    bench.invites(BOB, queue(BILLING));
    bench.rung(Some(CAROL));
    bench.leaves(BOB);
    bench.phase_is(Phase::HandedOver);
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Waiting);
    bench.owned_by(BILLING);
}

#[test]
fn an_initiator_lost_past_its_grace_leaves_the_customer_in_the_queue_it_was_sent_to() {
    let mut bench = Bench::connected();
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    bench.invites(BOB, queue(BILLING));
    bench.loses(BOB);
    bench.music(ALICE);
    bench.after(secs(30));
    bench.phase_is(Phase::Waiting);
    bench.owned_by(BILLING);
}

#[test]
fn a_transfer_to_a_queue_may_be_cancelled_and_is_refused_for_none_that_exists() {
    let mut bench = Bench::connected();
    bench.chooses(BILLING, |team| team.delivery = Delivery::Pull);
    bench.invites(BOB, queue(BILLING));
    bench.cancels(BOB);
    assert_eq!(positions(&bench, &[bench.conversation]), [None]);
    bench.talk(&[ALICE, BOB]);
    let (conversation, note) = (bench.conversation, None);
    let transfer = Command::Transfer { conversation, target: queue("nowhere"), note };
    assert_eq!(bench.refused(BOB, transfer), Refusal::UnknownTarget);
}

// --- what is told ---

#[test]
fn a_waiting_customer_is_told_its_place_and_again_only_when_it_got_better() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.calls(YAN, SUPPORT);
    bench.accepts(BOB);
    let zoe = bench.calls(ZOE, SUPPORT);
    bench.calls(ALICE, SUPPORT);
    // Three minutes of talk and half a minute of wrap-up for each before, by one agent.
    assert_eq!(told(&bench, ZOE), [(1, Some(4))]);
    assert_eq!(told(&bench, ALICE), [(2, Some(7))]);
    bench.calls_urgently("customer:xia", SUPPORT, 5);
    assert_eq!(told(&bench, ALICE).len(), 1, "worse is not told");
    bench.conversation = zoe;
    bench.leaves(ZOE);
    assert_eq!(told(&bench, ALICE).len(), 1, "as before is not told");
    bench.conversation = bench.busy_with("customer:xia").unwrap();
    bench.leaves("customer:xia");
    assert_eq!(told(&bench, ALICE), [(2, Some(7)), (1, Some(4))]);
}

#[test]
fn an_agent_who_signs_in_makes_the_wait_shorter() {
    let mut bench = Bench::new();
    for who in [BOB, CAROL] {
        bench.signs_in(who, &[SUPPORT]);
    }
    for who in [YAN, ZOE] {
        bench.calls(who, SUPPORT);
    }
    bench.accepts(BOB);
    bench.sets(CAROL, Status::Away { reason: AwayReason::Break });
    bench.calls(ALICE, SUPPORT);
    assert_eq!(told(&bench, ALICE), [(2, Some(7))]);
    bench.calls("customer:xia", SUPPORT);
    assert_eq!(told(&bench, "customer:xia"), [(3, Some(11))]);
    bench.sets(CAROL, Status::Present);
    bench.a_moment();
    // Carol is rung for Zoe, and counts from now on.
    assert_eq!(told(&bench, "customer:xia"), [(3, Some(11)), (3, Some(6))]);
}

#[test]
fn while_nobody_of_the_team_is_there_no_wait_is_told() {
    let mut bench = Bench::new();
    bench.calls(ALICE, SUPPORT);
    assert_eq!(told(&bench, ALICE), [(1, None)]);
    let wait = bench.view(ALICE).wait.unwrap();
    assert_eq!((wait.position, wait.estimated_wait_ms), (1, None));
    assert_eq!(wait.since_ms, bench.now);
}

#[test]
fn the_estimate_follows_how_long_calls_really_take() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT]);
    bench.signs_in(CAROL, &[BILLING]);
    let wait = |bench: &Bench| {
        let teams = desk_of(bench, CAROL).teams;
        teams.into_iter().find(|team| team.name == SUPPORT).unwrap().estimated_wait_ms
    };
    assert_eq!(wait(&bench), Some(0), "somebody is free");
    bench.calls(ALICE, SUPPORT);
    bench.accepts(BOB);
    assert_eq!(wait(&bench), Some(210_000));
    bench.after(secs(100));
    bench.completes(BOB);
    bench.asks(BOB, Command::FinishWrapUp).unwrap();
    bench.conversation = bench.calls(ALICE, SUPPORT);
    bench.accepts(BOB);
    assert_eq!(wait(&bench), Some(100_000));
}

#[test]
fn the_desk_shows_who_is_available_who_waits_and_for_how_long() {
    let mut bench = Bench::connected();
    bench.chooses(SUPPORT, |team| team.delivery = Delivery::Pull);
    bench.calls(ZOE, SUPPORT);
    let since = bench.now;
    bench.after(secs(10));
    bench.calls(YAN, SUPPORT);
    let shown = desk_of(&bench, CAROL);
    let support = serde_json::to_value(&shown.teams[1]).unwrap();
    assert_eq!(
        support,
        serde_json::json!({
            "id": "support", "name": "support", "available": 0, "waiting": 2,
            "waiting_since_ms": since.as_millis(), "estimated_wait_ms": 630_000,
            "delivery": "pull", "when_nobody": "reject",
            "chat": {
                "available": 1, "waiting": 0, "waiting_since_ms": null, "estimated_wait_ms": 0,
            },
        })
    );
}

#[test]
fn beyond_the_hundredth_place_one_is_told_once_and_again_when_among_the_first_hundred() {
    let mut bench = Bench::new();
    let first: Vec<_> =
        (0..12).map(|n| bench.calls(&format!("customer:first{n}"), SUPPORT)).collect();
    for n in 0..100 {
        bench.calls(&format!("customer:c{n}"), SUPPORT);
    }
    let (near, far) = ("customer:c20", "customer:c99");
    let places = |bench: &Bench, who: &str| -> Vec<_> {
        told(bench, who).into_iter().map(|(place, _)| place).collect()
    };
    assert_eq!((places(&bench, near), places(&bench, far)), (vec![40], vec![120]));
    for (n, call) in first.into_iter().enumerate() {
        bench.conversation = call;
        bench.leaves(&format!("customer:first{n}"));
        let so_far = if n < 11 { vec![120] } else { vec![120, 100] };
        assert_eq!(places(&bench, far), so_far, "after {n} have left");
    }
    assert_eq!(places(&bench, near), [40, 30]);
}
