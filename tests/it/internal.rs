//! One agent calls another, without a customer.

use serde_json::json;

use crate::cast::Cast;
use crate::ears::{self, hears, hears_nothing, hears_ringback};
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn two_agents_talk_until_one_of_them_leaves() {
    let house = House::opens().await;
    let Cast { alice: _alice, bob, carol } = Cast::arrives(&house.place).await;
    let call = bob.calls_colleague("carol").await.unwrap();
    let view = carol.is_rung().await.unwrap();
    assert_eq!((view.id.as_str(), view.internal, view.team), (call.as_str(), true, None));
    tokio::join!(hears_ringback(&bob), hears_nothing(&carol));

    carol.accepts().await.unwrap();
    bob.sees_phase("connected").await.unwrap();
    tokio::join!(hears(&bob, &[ears::CAROL]), hears(&carol, &[ears::BOB]));
    let more = json!({"target": {"team": "support"}});
    assert_eq!(bob.invites_with(more).await.unwrap_err().code(), Some("not_permitted"));

    carol.leaves().await.unwrap();
    let over = bob.sees("the end", |view| view.ended.is_some()).await.unwrap();
    assert_eq!(over.ended.unwrap().reason, "completed");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_who_declines_ends_the_call_with_its_reason() {
    let house = House::opens().await;
    let Cast { alice: _alice, bob, carol } = Cast::arrives(&house.place).await;
    bob.calls_colleague("carol").await.unwrap();
    carol.declines("in a meeting").await.unwrap();
    let over = bob.sees("the end", |view| view.ended.is_some()).await.unwrap();
    assert_eq!(over.ended.unwrap().reason, "not_answered");
    let told = bob.is_told("offer_ended").await.unwrap();
    assert_eq!((&told["reason"], &told["text"]), (&json!("declined"), &json!("in a meeting")));
    let ended = house.metric("trefoil_conversations_ended_total{reason=\"not_answered\"}").await;
    assert_eq!(ended, 1);
    house.closes().await;
}
