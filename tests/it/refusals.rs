//! What an invitation is refused with, in order: where several things are wrong, the first is told.

use loadtest::person::Agent;
use loadtest::sound::Sound;
use serde_json::{Value, json};

use crate::cast::{ALICE, CAROL, Cast};
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

/// Every command about a conversation, as an agent sends it.
fn commands() -> Vec<Value> {
    let target = agent("carol");
    vec![
        json!({"name": "accept"}),
        json!({"name": "decline"}),
        json!({"name": "cancel"}),
        json!({"name": "invite", "target": target}),
        json!({"name": "transfer", "target": target}),
        json!({"name": "hold", "participant": ALICE}),
        json!({"name": "resume", "participant": ALICE}),
        json!({"name": "swap"}),
        json!({"name": "merge"}),
        json!({"name": "mute", "muted": true}),
        json!({"name": "complete"}),
        json!({"name": "leave"}),
        json!({"name": "remove", "participant": CAROL}),
        json!({"name": "invite_listener", "agent": "carol"}),
        json!({"name": "monitor"}),
        json!({"name": "coach", "agent": "carol"}),
        json!({"name": "barge"}),
        json!({"name": "stop_observing"}),
        json!({"name": "take_over"}),
        json!({"name": "transfer_on_behalf", "target": target}),
        json!({"name": "force_mute", "participant": ALICE, "muted": true}),
        json!({"name": "end_for_all"}),
    ]
}

/// What each of them is refused with, about this conversation.
async fn all_refused(by: &Agent, conversation: &str) -> Vec<(String, String)> {
    let mut refusals = Vec::new();
    for mut command in commands() {
        command["conversation"] = json!(conversation);
        let name = command["name"].as_str().unwrap().to_owned();
        let error = by.requests(command).await.expect_err(&name);
        refusals.push((name, error.code().unwrap().to_owned()));
    }
    refusals
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_says_first_that_it_is_not_yours_and_then_that_it_is_over() {
    let more = "limits.messages_per_session = { burst = 200, per_min = 1200 }";
    let house = House::opens_with(more).await;
    let Cast { alice, bob, carol } = Cast::connected(&house.place).await;
    let call = bob.conversation().unwrap();

    for (name, code) in all_refused(&bob, "c999").await {
        assert_eq!(code, "not_a_participant", "{name} of what does not exist");
    }
    // What goes on between others: who may not supervise it learns no more than that.
    let supervision = [
        "monitor",
        "coach",
        "barge",
        "take_over",
        "transfer_on_behalf",
        "force_mute",
        "end_for_all",
    ];
    for (name, code) in all_refused(&carol, &call).await {
        let may_not = supervision.contains(&name.as_str());
        let expected = if may_not { "not_permitted" } else { "not_a_participant" };
        assert_eq!(code, expected, "{name} of somebody else's");
    }
    alice.leaves().await.unwrap();
    bob.sees("the end", |view| view.ended.is_some()).await.unwrap();
    for (name, code) in all_refused(&bob, &call).await {
        assert_eq!(code, "conversation_ended", "{name} of what is over");
    }
    house.closes().await;
}
