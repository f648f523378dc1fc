use serde_json::json;
use signaling::session::Incoming;
use tokio::time::advance;

use crate::support::{Rig, bob, hello, request};

/// What is wrong with the message, told without an id; the session lives on.
async fn error_for(message: &str) -> String {
    let mut rig = Rig::new();
    rig.opens(&bob()).await;
    rig.sends_text(message);
    let error = rig.message().await;
    assert_eq!((&error["type"], &error["fatal"]), (&json!("error"), &json!(false)), "{message}");
    lives(&mut rig).await;
    error["error"]["code"].as_str().unwrap().to_owned()
}

/// What is wrong with the command, told under its request's id; the session lives on.
async fn refusal_for(command: serde_json::Value) -> String {
    let mut rig = Rig::new();
    rig.opens(&bob()).await;
    rig.sends(&request(9, &command));
    let refusal = rig.message().await;
    assert_eq!((&refusal["type"], &refusal["id"]), (&json!("refusal"), &json!(9)), "{command}");
    lives(&mut rig).await;
    refusal["error"]["code"].as_str().unwrap().to_owned()
}

async fn lives(rig: &mut Rig) {
    rig.driver_hears_nothing();
    rig.sends(&json!({"type": "ping"}));
    assert_eq!(rig.message().await["type"], "pong");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_message_is_malformed() {
    for text in [
        "",
        "{",
        "{\"type\":\"ping\"",
        "[]",
        "null",
        "7",
        "\"ping\"",
        "{}",
        "{\"type\":7}",
        "{\"type\":\"ping\"} trailing",
        "{\"type\":\"ping\",\"extra\":1}",
        "{\"type\":\"hello\"}",
        "{\"type\":\"hello\",\"token\":\"t\",\"admin\":true}",
    ] {
        assert_eq!(error_for(text).await, "malformed", "{text}");
    }
    let deep = format!("{{\"type\":{}1{}}}", "[".repeat(30_000), "]".repeat(30_000));
    assert_eq!(error_for(&deep).await, "malformed");
}

#[tokio::test(start_paused = true)]
async fn other_types_are_unknown() {
    for kind in ["welcome", "Ping", "request ", "", "\u{0}"] {
        let message = json!({"type": kind}).to_string();
        assert_eq!(error_for(&message).await, "unknown_type", "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_usable_id_is_an_error_of_its_own() {
    let command = json!({"name": "finish_wrap_up"});
    for id in [json!(-1), json!(1.5), json!("7"), json!(null), json!(1_u64 << 53), json!([1])] {
        let message = json!({"type": "request", "id": id, "command": command}).to_string();
        assert_eq!(error_for(&message).await, "malformed", "{id}");
    }
    let message = json!({"type": "request", "command": command}).to_string();
    assert_eq!(error_for(&message).await, "malformed");
}

#[tokio::test(start_paused = true)]
async fn the_largest_id_is_usable() {
    let mut rig = Rig::new();
    rig.opens(&bob()).await;
    rig.sends(&request((1 << 53) - 1, &json!({"name": "finish_wrap_up"})));
    assert_eq!(rig.driver_hears_request().await.0, (1 << 53) - 1);
}

#[tokio::test(start_paused = true)]
async fn a_bad_command_is_refused_under_its_id() {
    for (command, code) in [
        (json!({"name": "dance"}), "unknown_command"),
        (json!({"name": ""}), "unknown_command"),
        (json!({"name": 7}), "malformed"),
        (json!({}), "malformed"),
        (json!("leave"), "malformed"),
        (json!(null), "malformed"),
        (json!({"name": "leave"}), "malformed"),
        (json!({"name": "leave", "conversation": 1}), "malformed"),
        (json!({"name": "leave", "conversation": "1"}), "malformed"),
        (json!({"name": "leave", "conversation": "c-1"}), "malformed"),
        (json!({"name": "leave", "conversation": "c18446744073709551616"}), "malformed"),
        (json!({"name": "leave", "conversation": "c1", "force": true}), "malformed"),
        (json!({"name": "finish_wrap_up", "now": true}), "malformed"),
        (json!({"name": "hold", "conversation": "c1", "participant": "bob"}), "malformed"),
        (json!({"name": "hold", "conversation": "c1", "participant": "agent:"}), "malformed"),
        (json!({"name": "hold", "conversation": "c1", "participant": "agent:ü"}), "malformed"),
        (json!({"name": "mute", "conversation": "c1", "muted": 1}), "malformed"),
        (json!({"name": "set_status", "status": "gone"}), "malformed"),
        (json!({"name": "set_status", "status": "present", "reason": "break"}), "malformed"),
        (json!({"name": "set_status", "status": "away", "reason": "missed"}), "malformed"),
        (json!({"name": "invite", "conversation": "c1", "target": {}}), "malformed"),
        (json!({"name": "invite", "conversation": "c1", "target": "carol"}), "malformed"),
        (
            json!({"name": "invite", "conversation": "c1",
                   "target": {"agent": "carol", "team": "billing"}}),
            "malformed",
        ),
        (
            json!({"name": "invite", "conversation": "c1", "target": {"agent": "carol"},
                   "hold": "later"}),
            "malformed",
        ),
    ] {
        assert_eq!(refusal_for(command.clone()).await, code, "{command}");
    }
    let mut rig = Rig::new();
    rig.opens(&bob()).await;
    let mut message = request(9, &json!({"name": "finish_wrap_up"}));
    message["extra"] = json!(1);
    rig.sends(&message);
    assert_eq!(rig.code().await, "malformed");
    lives(&mut rig).await;
}

#[tokio::test(start_paused = true)]
async fn texts_have_their_lengths() {
    let invite = |note: String| {
        let target = json!({"agent": "carol"});
        json!({"name": "invite", "conversation": "c1", "target": target, "note": note})
    };
    let decline = |text: String| json!({"name": "decline", "conversation": "c1", "text": text});
    for (command, fits) in [
        (invite("ü".repeat(2000)), true),
        (invite("ü".repeat(2001)), false),
        (decline("ü".repeat(2000)), true),
        (decline("ü".repeat(2001)), false),
        (decline("\u{0}\u{1b}".repeat(5000)), true),
    ] {
        let mut rig = Rig::new();
        rig.opens(&bob()).await;
        rig.sends(&request(1, &command));
        if fits {
            assert_eq!(rig.driver_hears_request().await.0, 1);
        } else {
            assert_eq!(rig.code().await, "malformed");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_sdp_has_its_size_and_no_control_characters() {
    let connect = |sdp: String| json!({"name": "connect_leg", "sdp": sdp});
    assert_eq!(refusal_for(connect("a".repeat(32 * 1024 + 1))).await, "sdp_invalid");
    assert_eq!(refusal_for(connect("v=0\r\n\u{0}".to_owned())).await, "sdp_invalid");
    assert_eq!(refusal_for(json!({"name": "connect_leg", "sdp": 7})).await, "malformed");
    let mut rig = Rig::new();
    rig.opens(&bob()).await;
    rig.sends(&request(1, &connect("a".repeat(32 * 1024))));
    assert_eq!(rig.driver_hears_request().await.0, 1);
}

#[tokio::test(start_paused = true)]
async fn a_binary_message_is_an_error_and_the_session_lives_on() {
    let mut rig = Rig::new();
    rig.opens(&bob()).await;
    rig.sends_frame(Incoming::Binary);
    assert_eq!(rig.code().await, "binary_not_supported");
    lives(&mut rig).await;
}

#[tokio::test(start_paused = true)]
async fn an_oversized_message_is_fatal() {
    for frame in [Incoming::TooLarge, Incoming::Text(" ".repeat(65_537))] {
        let mut rig = Rig::new();
        rig.opens(&bob()).await;
        rig.sends_frame(frame);
        rig.ends_with("too_large", 1009).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_frame_is_fatal() {
    let mut rig = Rig::new();
    rig.opens(&bob()).await;
    rig.sends_frame(Incoming::Broken);
    rig.ends_with("malformed", 1008).await;
}

#[tokio::test(start_paused = true)]
async fn hello_comes_first_and_once() {
    let mut rig = Rig::new();
    rig.sends(&json!({"type": "ping"}));
    assert_eq!(rig.code().await, "not_authenticated");
    rig.sends(&request(4, &json!({"name": "finish_wrap_up"})));
    let refusal = rig.message().await;
    assert_eq!(refusal["id"], 4);
    assert_eq!(refusal["error"]["code"], "not_authenticated");
    rig.sends_text("half {");
    assert_eq!(rig.code().await, "malformed");
    rig.opens(&bob()).await;
    rig.sends(&hello(&bob()));
    assert_eq!(rig.code().await, "malformed");
    lives(&mut rig).await;
}

#[tokio::test(start_paused = true)]
async fn ten_errors_in_a_row_end_the_session_and_a_good_request_starts_over() {
    let mut rig = Rig::new();
    rig.opens(&bob()).await;
    for round in 0..2 {
        for _ in 0..9 {
            rig.sends_text("{");
            assert_eq!(rig.code().await, "malformed");
        }
        if round == 0 {
            rig.sends(&request(1, &json!({"name": "finish_wrap_up"})));
            assert_eq!(rig.driver_hears_request().await.0, 1);
            advance(std::time::Duration::from_secs(4)).await;
        }
    }
    rig.sends_text("{");
    rig.ends_with("too_many_errors", 1008).await;
}
