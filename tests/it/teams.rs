//! Whom a team rings: one after another in one order or another, or everybody at once.

use loadtest::person::{Agent, Customer, Place};
use loadtest::sound::Sound;
use serde_json::json;

use crate::cast::BOB;
use crate::ears::{self, hears, hears_music};
use crate::house::House;

/// An agent of one team, ready for offers.
async fn agent(place: &Place, id: &str, team: &str, tone: u32) -> Agent {
    Agent::arrives(place, id, &[team], Sound::tone(tone)).await.unwrap()
}

async fn alice(place: &Place) -> Customer {
    Customer::arrives(place, "alice", Sound::tone(ears::ALICE)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_team_rings_on_after_a_decline_and_after_no_answer() {
    let house = House::opens_with("timers.ring_s = 3").await;
    let place = &house.place;
    // Who has been idle for longest is rung first, and that is who came first.
    let bob = agent(place, "bob", "support", ears::BOB).await;
    let carol = agent(place, "carol", "billing", ears::CAROL).await;
    let dave = agent(place, "dave", "billing", ears::ALICE).await;
    let eve = agent(place, "eve", "billing", ears::DAVE).await;
    let alice = alice(place).await;
    alice.calls("support").await.unwrap();
    bob.accepts().await.unwrap();

    bob.invites_with(json!({"target": {"team": "billing"}, "note": "an invoice"})).await.unwrap();
    let rung = carol.is_rung().await.unwrap().offer.unwrap();
    assert_eq!((rung.initiator.as_deref(), rung.note.as_deref()), (Some(BOB), Some("an invoice")));
    carol.declines("at lunch").await.unwrap();

    dave.is_rung().await.unwrap();
    let told = dave.is_told("rescinded").await.unwrap();
    assert_eq!(told["reason"], "no_answer");
    assert!(told.get("winner").is_none(), "{told}");

    eve.accepts().await.unwrap();
    alice.sees_phase("consult").await.unwrap();
    tokio::join!(hears_music(&alice), hears(&bob, &[ears::DAVE]), hears(&eve, &[ears::BOB]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_turn_each_agent_of_a_team_is_rung_once_before_anybody_twice() {
    let house = House::opens_with(
        "timers.wrap_up_s = 0\n[[team]]\nid = \"support\"\nname = \"Support\"\n\
         ringing = \"round_robin\"",
    )
    .await;
    let place = &house.place;
    // The last by name has been idle for longest: that is not what counts here.
    let dave = agent(place, "dave", "support", ears::DAVE).await;
    let carol = agent(place, "carol", "support", ears::CAROL).await;
    let bob = agent(place, "bob", "support", ears::BOB).await;
    let alice = alice(place).await;
    for next in [&bob, &carol, &dave, &bob] {
        let call = alice.calls("support").await.unwrap();
        let view = next.accepts().await.unwrap();
        assert_eq!(view.id, call);
        alice.leaves().await.unwrap();
        let over = next.sees("the end", |view| view.id == call && view.ended.is_some());
        over.await.unwrap();
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_at_once_the_first_to_answer_wins_and_the_others_are_told_who() {
    let house = House::opens_with(
        "[[team]]\nid = \"support\"\nname = \"Support\"\nringing = \"all_at_once\"",
    )
    .await;
    let place = &house.place;
    let bob = agent(place, "bob", "support", ears::BOB).await;
    let carol = agent(place, "carol", "support", ears::CAROL).await;
    let dave = agent(place, "dave", "support", ears::DAVE).await;
    let alice = alice(place).await;
    let call = alice.calls("support").await.unwrap();
    for rung in [&bob, &carol, &dave] {
        let everybody = rung.sees("all three rung", |view| {
            view.offer.as_ref().is_some_and(|offer| offer.candidates.len() == 3)
        });
        assert_eq!(everybody.await.unwrap().id, call);
    }

    carol.accepts().await.unwrap();
    for loser in [&bob, &dave] {
        let told = loser.is_told("rescinded").await.unwrap();
        assert_eq!((&told["reason"], &told["winner"]), (&json!("answered"), &json!("agent:carol")));
        let accept = json!({"name": "accept", "conversation": call});
        let late = loser.requests(accept).await.unwrap_err();
        assert_eq!(late.code(), Some("no_offer"), "{late:?}");
        assert!(loser.view().is_none());
    }
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_each_of_a_team_did_not_take_it_reaches_who_has_left_and_the_note_whoever_is_next() {
    let house = House::opens_with("timers.ring_s = 2\ntimers.wrap_up_s = 0").await;
    let place = &house.place;
    let bob = agent(place, "bob", "support", ears::BOB).await;
    let carol = agent(place, "carol", "billing", ears::CAROL).await;
    let _dave = agent(place, "dave", "billing", ears::DAVE).await;
    let alice = alice(place).await;
    let call = alice.calls("support").await.unwrap();
    bob.accepts().await.unwrap();

    let target = json!({"team": "billing"});
    let transfer = json!({"name": "transfer", "conversation": call, "target": target,
                          "note": "an invoice"});
    bob.requests(transfer).await.unwrap();
    carol.declines("at lunch").await.unwrap();
    let recalled = bob.is_rung().await.unwrap();
    assert_eq!(recalled.phase, "recall");
    assert_eq!(bob.is_told("offer_ended").await.unwrap()["reason"], "no_answer");
    let told: Vec<_> = bob.signal().unwrap().read(|known| {
        let failed = known.notices.iter().filter(|notice| notice.kind == "candidate_failed");
        let words = |details: &serde_json::Map<String, serde_json::Value>| {
            ["candidate", "reason", "text"].map(|key| details.get(key).cloned())
        };
        failed.map(|notice| words(&notice.details)).collect()
    });
    let word = |word: &str| Some(json!(word));
    assert_eq!(
        told,
        [
            [word("agent:carol"), word("declined"), word("at lunch")],
            [word("agent:dave"), word("no_answer"), None],
        ]
    );

    // Bob cannot either: the next of support finds the note and who was there before.
    bob.takes_a_break().await.unwrap();
    alice.sees_phase("waiting").await.unwrap();
    let eve = agent(place, "eve", "support", ears::DAVE).await;
    let alert = eve.is_rung().await.unwrap();
    assert_eq!(alert.offer.unwrap().note.as_deref(), Some("an invoice"));
    eve.accepts().await.unwrap();
    let view = eve.sees_phase("connected").await.unwrap();
    assert_eq!((view.note.as_deref(), view.history), (Some("an invoice"), vec![BOB.to_owned()]));
    let view = alice.sees_phase("connected").await.unwrap();
    assert_eq!((view.note, view.history), (None, Vec::new()));
    house.closes().await;
}
