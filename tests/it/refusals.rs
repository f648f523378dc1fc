//! What an invitation is refused with, in order: where several things are wrong, the first is told.

use loadtest::person::Agent;
use loadtest::sound::Sound;
use serde_json::{Value, json};

use crate::cast::Cast;
use crate::ears;
use crate::house::House;

/// What this person's invitation to a conversation is refused with.
async fn refused(by: &Agent, conversation: &str, target: Value) -> String {
    let command = json!({"name": "invite", "conversation": conversation, "target": target});
    let error = by.requests(command).await.expect_err("it is refused");
    error.code().unwrap_or_else(|| panic!("no refusal: {error:?}")).to_owned()
}

fn agent(id: &str) -> Value {
    json!({"agent": id})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_thing_that_is_wrong_is_what_an_invitation_is_refused_with() {
    let house = House::opens().await;
    let place = &house.place;
    let Cast { alice, bob, carol } = Cast::connected(place).await;
    let call = bob.conversation().unwrap();

    // Not in it: not even what is wrong with the target is told.
    assert_eq!(refused(&carol, &call, agent("carol")).await, "not_a_participant");

    carol.takes_a_break().await.unwrap();
    assert_eq!(refused(&bob, &call, json!({"team": "billing"})).await, "nobody_available");
    carol.gets_ready().await.unwrap();

    // From here on the target would be wrong as well: it is the one who asks.
    bob.invites("carol").await.unwrap();
    assert_eq!(refused(&bob, &call, agent("bob")).await, "offer_in_progress");
    carol.accepts().await.unwrap();
    assert_eq!(refused(&bob, &call, agent("bob")).await, "conference_full");

    // And from here on the customer is gone as well, which is told last.
    alice.leaves().await.unwrap();
    bob.sees_phase("agents_only").await.unwrap();
    assert_eq!(refused(&bob, &call, agent("bob")).await, "target_is_self");
    assert_eq!(refused(&bob, &call, agent("carol")).await, "already_participant");
    assert_eq!(refused(&bob, &call, agent("nobody")).await, "unknown_target");
    assert_eq!(refused(&bob, &call, json!({"team": "nowhere"})).await, "unknown_target");
    assert_eq!(refused(&bob, &call, json!({"queue": "nowhere"})).await, "unknown_target");

    let sound = Sound::tone(ears::DAVE);
    let mut dave = Agent::arrives_unready(place, "dave", &["sales"], sound).await.unwrap();
    assert_eq!(refused(&bob, &call, agent("dave")).await, "channel_inactive");
    dave.gets_ready().await.unwrap();
    let sound = Sound::tone(ears::DAVE);
    let eve = Agent::arrives(place, "eve", &["sales"], sound).await.unwrap();
    dave.calls_colleague("eve").await.unwrap();
    eve.accepts().await.unwrap();
    assert_eq!(refused(&bob, &call, agent("dave")).await, "target_busy");
    eve.leaves().await.unwrap();
    dave.sees("the end", |view| view.ended.is_some()).await.unwrap();
    assert_eq!(refused(&bob, &call, agent("dave")).await, "customer_left");
    dave.vanishes();
    let state = bob.signal().unwrap().until("that dave is gone", place.patience, |known| {
        let desk = known.desk.as_ref()?;
        desk.agents.iter().find(|one| one.id == "agent:dave" && one.state == "offline").map(drop)
    });
    state.await.unwrap();
    assert_eq!(refused(&bob, &call, agent("dave")).await, "target_offline");

    // One agent alone has nobody to talk to: the call is over.
    bob.leaves().await.unwrap();
    assert_eq!(refused(&bob, &call, agent("bob")).await, "conversation_ended");
    house.closes().await;
}
