//! Who is told what.

use call_core::offer::OfferEnd;
use call_core::{EndReason, Notice, Phase};
use serde_json::json;

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, SUPPORT, Scene, person, secs};

/// What each is told from here on, by kind.
fn kinds(bench: &Bench, who: &str) -> Vec<String> {
    let kind = |notice: &&Notice| {
        let wire = serde_json::to_value(notice).unwrap();
        wire["kind"].as_str().unwrap().to_owned()
    };
    bench.told(who).iter().map(kind).collect()
}

fn news(mut bench: Bench, then: Scene) -> Bench {
    bench.forget_news();
    then(&mut bench);
    bench
}

#[test]
fn a_declined_invitation_tells_the_initiator_and_nobody_else() {
    let bench = news(Bench::ringing(), |bench| bench.declines(CAROL, "later"));
    assert_eq!(kinds(&bench, BOB), ["offer_ended"]);
    assert_eq!(kinds(&bench, CAROL), [""; 0]);
    assert_eq!(kinds(&bench, ALICE), [""; 0]);
    let told = serde_json::to_value(bench.told(BOB)[0]).unwrap();
    assert_eq!(
        told,
        json!({
            "kind": "offer_ended", "conversation": "c1", "offer": "o2",
            "target": {"agent": "carol"}, "reason": "declined", "text": "later",
        })
    );
}

#[test]
fn an_alert_that_goes_away_by_itself_is_rescinded() {
    let stories: [(Scene, &str); 4] = [
        (|bench| bench.after(secs(20)), "no_answer"),
        (|bench| bench.cancels(BOB), "cancelled"),
        (|bench| bench.leaves(ALICE), "customer_left"),
        (|bench| bench.closes(CAROL), "target_lost"),
    ];
    for (then, reason) in stories {
        let bench = news(Bench::ringing(), then);
        let told = serde_json::to_value(bench.told(CAROL)[0]).unwrap();
        let expected = json!({"kind": "rescinded", "conversation": "c1", "reason": reason});
        assert_eq!(told, expected);
    }
}

#[test]
fn joining_leaving_losing_and_returning_are_told_to_the_others() {
    let bench = news(Bench::ringing(), |bench| bench.accepts(CAROL));
    assert_eq!(kinds(&bench, BOB), ["participant_joined"]);
    assert_eq!(kinds(&bench, ALICE), ["participant_joined"]);
    assert_eq!(kinds(&bench, CAROL), [""; 0]);
    let bench = news(Bench::consult(), |bench| bench.leaves(BOB));
    assert_eq!(kinds(&bench, CAROL), ["participant_left"]);
    assert_eq!(kinds(&bench, BOB), ["participant_left"]);
    let bench = news(Bench::consult(), |bench| {
        bench.loses(BOB);
        bench.leg_up(BOB);
    });
    assert_eq!(kinds(&bench, CAROL), ["participant_lost", "participant_back"]);
    assert_eq!(kinds(&bench, ALICE), [""; 0]);
}

#[test]
fn the_customer_lost_back_and_gone_is_told_to_the_agents() {
    let bench = news(Bench::consult(), |bench| {
        bench.loses(ALICE);
        bench.leg_up(ALICE);
        bench.leaves(ALICE);
    });
    for agent in [BOB, CAROL] {
        assert_eq!(kinds(&bench, agent), ["customer_lost", "customer_back", "customer_left"]);
    }
    let conversation = bench.conversation;
    let left = Notice::CustomerLeft { conversation, phase: Phase::Consult };
    assert!(bench.told(BOB).contains(&&left));
    let ended = Notice::Ended { conversation, reason: EndReason::CustomerLeft };
    assert_eq!(bench.told(ALICE), [&ended]);
}

#[test]
fn a_removed_agent_is_told_by_whom() {
    let bench = news(Bench::consult(), |bench| bench.removes(BOB, CAROL));
    assert_eq!(kinds(&bench, CAROL), ["participant_left", "removed"]);
    let removed = Notice::Removed { conversation: bench.conversation, by: person(BOB) };
    assert!(bench.told(CAROL).contains(&&removed));
}

#[test]
fn a_hand_over_its_recall_and_its_requeue_are_told() {
    let bench = news(Bench::ringing(), |bench| bench.leaves(BOB));
    assert_eq!(kinds(&bench, BOB), ["participant_left", "handed_over"]);
    assert_eq!(kinds(&bench, CAROL), ["handed_over"]);
    let bench = news(bench, |bench| bench.declines(CAROL, "no"));
    assert_eq!(kinds(&bench, BOB), ["offer_ended", "recalled"], "why, though it had left");
    let bench = news(bench, |bench| bench.declines(BOB, "no"));
    assert_eq!(kinds(&bench, BOB), ["requeued"]);
    assert_eq!(kinds(&bench, ALICE), ["requeued"]);
}

#[test]
fn the_end_is_told_to_everybody_in_it() {
    let bench = news(Bench::connected(), |bench| bench.completes(BOB));
    assert_eq!(kinds(&bench, ALICE), ["ended"]);
    assert_eq!(kinds(&bench, BOB), ["ended"]);
}

#[test]
fn a_target_whose_leg_does_not_come_up_is_lost_to_the_initiator() {
    let mut bench = Bench::ringing();
    bench.loses(CAROL);
    bench.accepts(CAROL);
    let bench = news(bench, |bench| bench.after(secs(3)));
    let reasons: Vec<_> = bench.told(BOB).into_iter().collect();
    assert!(matches!(reasons[0], Notice::OfferEnded { reason: OfferEnd::TargetLost, .. }));
    assert_eq!(kinds(&bench, CAROL), ["rescinded"]);
}

#[test]
fn a_waiting_call_that_is_passed_on_tells_who_was_rung_and_the_customer_only_its_place() {
    let mut bench = Bench::new();
    bench.signs_in(BOB, &[SUPPORT, BILLING]);
    bench.calls(ALICE, SUPPORT);
    bench.after(secs(20));
    assert_eq!(kinds(&bench, BOB), ["rescinded"]);
    assert_eq!(kinds(&bench, ALICE), ["queue_position"]);
}
