use serde_json::{Value, json};
use signaling::auth::Person;

use crate::support::{Rig, alice, alice_for, bob, request, team};

/// Whether the command reaches the driver; otherwise it is refused as `forbidden`.
async fn may(person: &Person, command: &Value) -> bool {
    let mut rig = Rig::new();
    rig.opens(person).await;
    rig.sends(&request(1, command));
    tokio::select! {
        biased;
        heard = rig.driver.recv() => {
            assert!(matches!(heard, Some(signaling::ToDriver::Request { id: 1, .. })));
            true
        }
        message = async { rig.written.recv().await } => {
            let message = format!("{message:?}");
            assert!(message.contains("refusal") && message.contains("forbidden"), "{message}");
            false
        }
    }
}

fn everything() -> Vec<Value> {
    let target = json!({"team": "billing"});
    vec![
        json!({"name": "connect_leg", "sdp": "v=0\r\n"}),
        json!({"name": "disconnect_leg"}),
        json!({"name": "call", "team": "support"}),
        json!({"name": "call_agent", "agent": "carol"}),
        json!({"name": "raise", "conversation": "c1"}),
        json!({"name": "offer_call", "conversation": "c1"}),
        json!({"name": "withdraw_call", "conversation": "c1"}),
        json!({"name": "reopen", "conversation": "c1"}),
        json!({"name": "get_next", "team": "support"}),
        json!({"name": "set_status", "status": "away", "reason": "break"}),
        json!({"name": "finish_wrap_up"}),
        json!({"name": "extend_wrap_up"}),
        json!({"name": "accept", "conversation": "c1"}),
        json!({"name": "decline", "conversation": "c1", "text": "no"}),
        json!({"name": "cancel", "conversation": "c1"}),
        json!({"name": "invite", "conversation": "c1", "target": target, "hold": "now"}),
        json!({"name": "transfer", "conversation": "c1", "target": target}),
        json!({"name": "hold", "conversation": "c1", "participant": "customer:x1"}),
        json!({"name": "resume", "conversation": "c1", "participant": "customer:x1"}),
        json!({"name": "swap", "conversation": "c1"}),
        json!({"name": "merge", "conversation": "c1"}),
        json!({"name": "mute", "conversation": "c1", "muted": true}),
        json!({"name": "complete", "conversation": "c1"}),
        json!({"name": "leave", "conversation": "c1"}),
        json!({"name": "remove", "conversation": "c1", "participant": "agent:carol"}),
        json!({"name": "invite_listener", "conversation": "c1", "agent": "carol"}),
        json!({"name": "list_ongoing"}),
        json!({"name": "monitor", "conversation": "c1"}),
        json!({"name": "coach", "conversation": "c1", "agent": "bob"}),
        json!({"name": "barge", "conversation": "c1"}),
        json!({"name": "stop_observing", "conversation": "c1"}),
        json!({"name": "take_over", "conversation": "c1"}),
        json!({"name": "transfer_on_behalf", "conversation": "c1", "target": target}),
        json!({"name": "force_mute", "conversation": "c1", "participant": "agent:bob",
               "muted": true}),
        json!({"name": "end_for_all", "conversation": "c1"}),
    ]
}

async fn allowed(person: &Person) -> Vec<String> {
    let mut names = Vec::new();
    for command in everything() {
        if may(person, &command).await {
            names.push(command["name"].as_str().unwrap().to_owned());
        }
    }
    names
}

#[test]
fn the_list_names_every_command() {
    let names: Vec<_> =
        everything().iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, signaling::protocol::Command::NAMES);
}

#[tokio::test(start_paused = true)]
async fn a_customer_calls_declines_mutes_itself_and_leaves() {
    let allowed = allowed(&alice()).await;
    let begin = ["connect_leg", "disconnect_leg", "call", "raise", "reopen"];
    assert_eq!(allowed, [&begin[..], &["decline", "mute", "leave"]].concat());
}

#[tokio::test(start_paused = true)]
async fn an_agent_has_every_command_but_call() {
    let allowed = allowed(&bob()).await;
    assert_eq!(allowed.len(), 33);
    assert!(!allowed.contains(&"call".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_token_for_one_conversation_opens_no_other_and_begins_none() {
    let allowed_in = allowed(&alice_for(1)).await;
    assert_eq!(allowed_in, ["connect_leg", "disconnect_leg", "reopen", "decline", "mute", "leave"]);
    let allowed_elsewhere = allowed(&alice_for(2)).await;
    assert_eq!(allowed_elsewhere, ["connect_leg", "disconnect_leg"]);
}

#[tokio::test(start_paused = true)]
async fn an_agents_token_for_one_conversation_names_no_other_in_any_command() {
    let mut person = bob();
    person.only_conversation = Some("c2".parse().unwrap());
    let allowed = allowed(&person).await;
    let expected =
        ["connect_leg", "disconnect_leg", "set_status", "finish_wrap_up", "extend_wrap_up"];
    assert_eq!(allowed, expected);
}

#[tokio::test(start_paused = true)]
async fn a_token_for_one_team_calls_no_other() {
    let mut person = alice();
    person.only_team = Some(team("billing"));
    assert!(may(&person, &json!({"name": "call", "team": "billing"})).await);
    assert!(!may(&person, &json!({"name": "call", "team": "support"})).await);
}
