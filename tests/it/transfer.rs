//! The main job: a customer is handed from one agent to another, and at every step everybody hears
//! exactly what `docs/` says, tone by tone.

use media::Counters;
use serde_json::json;

use crate::cast::{ALICE, CAROL, Cast};
use crate::ears::{self, hears, hears_music, hears_nothing, hears_ringback};
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_transfer_from_ring_to_after_leave() {
    warm_transfer(House::opens().await).await;
}

/// The same with the three on two workers, so that sound crosses from thread to thread.
#[tokio::test(flavor = "multi_thread")]
async fn a_warm_transfer_across_media_workers() {
    let house = House::opens_on(2, "").await;
    assert_eq!(house.media_ports(), 2);
    let counters = warm_transfer(house).await;
    assert!(counters.crossed > 0 && counters.ring_full == 0, "{counters:?}");
}

async fn warm_transfer(house: House) -> Counters {
    let Cast { alice, bob, carol } = Cast::arrives(&house.place).await;

    // Nobody has answered: music, and the rung agent hears nothing of the caller.
    alice.calls("support").await.unwrap();
    bob.is_rung().await.unwrap();
    tokio::join!(hears_music(&alice), hears_nothing(&bob));

    bob.accepts().await.unwrap();
    alice.sees_phase("connected").await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));

    // Carol is rung: the two go on talking.
    bob.invites("carol").await.unwrap();
    carol.is_rung().await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]), hears_nothing(&carol));

    carol.accepts().await.unwrap();
    alice.sees_phase("consult").await.unwrap();
    tokio::join!(hears_music(&alice), hears(&bob, &[ears::CAROL]), hears(&carol, &[ears::BOB]));

    bob.swaps().await.unwrap();
    alice.sees_phase("back_with_customer").await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]), hears_music(&carol));

    bob.merges().await.unwrap();
    alice.sees_phase("three_way").await.unwrap();
    tokio::join!(
        hears(&alice, &[ears::BOB, ears::CAROL]),
        hears(&bob, &[ears::ALICE, ears::CAROL]),
        hears(&carol, &[ears::ALICE, ears::BOB])
    );

    bob.leaves().await.unwrap();
    let view = alice.sees("the new owner", |view| view.owner["agent"] == "carol").await.unwrap();
    assert_eq!(view.phase, "connected");
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]), hears_nothing(&bob));

    // Through all of it each stream was one stream: no break, no loss, no second identity.
    for person in [&*alice, &*bob, &*carol] {
        let reception = person.leg().unwrap().status().reception;
        assert_eq!(reception.lost, 0, "{}: {reception:?}", person.id());
        assert_eq!(reception.timestamp_regressions, 0, "{}: {reception:?}", person.id());
        assert_eq!(reception.identity_changes, 0, "{}: {reception:?}", person.id());
        assert!(reception.reports > 0, "{} got no RTCP: {reception:?}", person.id());
    }
    let counters = house.counters();
    house.closes().await;
    counters
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_may_put_the_customer_on_hold_at_once() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::connected(&house.place).await;
    bob.invites_with(json!({"target": {"agent": "carol"}, "hold": "now"})).await.unwrap();
    carol.is_rung().await.unwrap();
    tokio::join!(hears_music(&alice), hears_ringback(&bob));

    // A declined invitation restores what was before it, and says why.
    carol.declines("in a meeting").await.unwrap();
    let notice = bob.is_told("offer_ended").await.unwrap();
    assert_eq!(notice["reason"], "declined");
    assert_eq!(notice["text"], "in a meeting");
    alice.sees_phase("connected").await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_without_hold_is_a_conference_at_once() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::connected(&house.place).await;
    bob.invites_with(json!({"target": {"agent": "carol"}, "hold": "never"})).await.unwrap();
    carol.accepts().await.unwrap();
    alice.sees_phase("three_way").await.unwrap();
    tokio::join!(
        hears(&alice, &[ears::BOB, ears::CAROL]),
        hears(&bob, &[ears::ALICE, ears::CAROL]),
        hears(&carol, &[ears::ALICE, ears::BOB])
    );
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blind_transfer_plays_music_until_the_target_answers() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::connected(&house.place).await;
    bob.transfers("carol").await.unwrap();
    alice.sees_phase("handed_over").await.unwrap();
    tokio::join!(hears_music(&alice), hears_nothing(&bob));
    carol.accepts().await.unwrap();
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn completing_a_consult_connects_the_customer_with_the_target() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::consult(&house.place).await;
    bob.completes().await.unwrap();
    alice.sees("the new owner", |view| view.owner["agent"] == "carol").await.unwrap();
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
    carol.leaves().await.unwrap();
    alice.sees("the end", |view| view.ended.is_some()).await.unwrap();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mute_and_hold_are_exact() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::three_way(&house.place).await;

    bob.mutes(true).await.unwrap();
    tokio::join!(
        hears(&alice, &[ears::CAROL]),
        hears(&bob, &[ears::ALICE, ears::CAROL]),
        hears(&carol, &[ears::ALICE])
    );
    bob.mutes(false).await.unwrap();

    bob.holds(ALICE).await.unwrap();
    tokio::join!(hears_music(&alice), hears(&carol, &[ears::BOB]));
    bob.resumes(ALICE).await.unwrap();

    bob.holds(CAROL).await.unwrap();
    tokio::join!(hears_music(&carol), hears(&alice, &[ears::BOB]));
    house.closes().await;
}
