use std::time::Duration;

use call_core::{ConversationId, Notice};
use serde_json::json;
use signaling::protocol::{Answer, ServerMessage};
use signaling::session::{Frame, Incoming};
use signaling::{Limits, SessionId, ToDriver};
use tokio::time::{Instant, advance, timeout};

use crate::support::{Rig, alice, bob, hello, request};

#[tokio::test(start_paused = true)]
async fn a_nameless_socket_has_five_seconds() {
    let mut rig = Rig::new();
    let before = Instant::now();
    rig.sends_frame(Incoming::Pong);
    rig.ends_with("timed_out", 1008).await;
    assert_eq!(before.elapsed(), Duration::from_secs(5));
    rig.driver_hears_nothing();
}

#[tokio::test(start_paused = true)]
async fn forty_messages_at_once_and_then_twenty_per_second() {
    let mut rig = Rig::new();
    let (_, outbox) = rig.opens(&alice()).await;
    // The hello took one of the forty.
    for _ in 0..39 {
        rig.sends(&json!({"type": "ping"}));
        assert_eq!(rig.message().await["type"], "pong");
    }
    rig.sends(&request(5, &json!({"name": "disconnect_leg"})));
    let refusal = rig.message().await;
    assert_eq!((&refusal["type"], &refusal["id"]), (&json!("refusal"), &json!(5)));
    assert_eq!(refusal["error"]["code"], "rate_limited");
    let wait = refusal["error"]["retry_after_ms"].as_u64().unwrap();
    assert!((50..=52).contains(&wait), "{wait}");

    advance(Duration::from_millis(wait)).await;
    rig.sends(&request(5, &json!({"name": "disconnect_leg"})));
    assert_eq!(rig.driver_hears_request().await.0, 5);
    outbox.send(ServerMessage::Answer { id: 5, result: Answer::Done {} });
    assert_eq!(rig.message().await, json!({"type": "answer", "id": 5, "result": {}}));
}

#[tokio::test(start_paused = true)]
async fn who_never_slows_down_is_closed() {
    let mut rig = Rig::new();
    rig.opens(&alice()).await;
    let mut refused = 0;
    loop {
        rig.sends(&json!({"type": "ping"}));
        let message = rig.message().await;
        match message["error"]["code"].as_str() {
            None => {}
            Some("rate_limited") => refused += 1,
            Some(code) => {
                assert_eq!((code, &message["fatal"]), ("too_many_errors", &json!(true)));
                break;
            }
        }
    }
    assert_eq!(refused, 199);
}

#[tokio::test(start_paused = true)]
async fn who_pings_without_end_is_closed_too() {
    let mut rig = Rig::new();
    rig.opens(&alice()).await;
    for _ in 0..240 {
        rig.sends_frame(Incoming::Pong);
    }
    rig.ends_with("too_many_errors", 1008).await;

    let mut rig = Rig::new();
    rig.opens(&alice()).await;
    // Twenty a second are nothing, for however long.
    for _ in 0..60 {
        for _ in 0..20 {
            rig.sends_frame(Incoming::Pong);
        }
        rig.sends(&json!({"type": "ping"}));
        assert_eq!(rig.message().await["type"], "pong");
        advance(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn sixteen_requests_may_wait_for_their_answers() {
    let mut rig = Rig::new();
    let (_, outbox) = rig.opens(&bob()).await;
    for id in 1..=17 {
        rig.sends(&request(id, &json!({"name": "finish_wrap_up"})));
    }
    let refusal = rig.message().await;
    assert_eq!((&refusal["id"], &refusal["error"]["code"]), (&json!(17), &json!("rate_limited")));
    for id in 1..=16 {
        assert_eq!(rig.driver_hears_request().await.0, id);
    }
    rig.driver_hears_nothing();

    outbox.send(ServerMessage::refusal(3, call_core::Refusal::NotInWrapUp));
    assert_eq!(rig.message().await["error"]["code"], "not_in_wrap_up");
    rig.sends(&request(17, &json!({"name": "finish_wrap_up"})));
    assert_eq!(rig.driver_hears_request().await.0, 17);
}

#[tokio::test(start_paused = true)]
async fn an_id_in_use_is_an_error_that_leaves_its_request_alone() {
    let mut rig = Rig::new();
    let (_, outbox) = rig.opens(&bob()).await;
    rig.sends(&request(1, &json!({"name": "finish_wrap_up"})));
    rig.sends(&request(1, &json!({"name": "extend_wrap_up"})));
    let error = rig.message().await;
    assert_eq!((&error["type"], &error["error"]["code"]), (&json!("error"), &json!("malformed")));
    assert_eq!(rig.driver_hears_request().await.0, 1);
    rig.driver_hears_nothing();
    outbox.send(ServerMessage::Answer { id: 1, result: Answer::Done {} });
    assert_eq!(rig.message().await["type"], "answer");
    rig.sends(&request(1, &json!({"name": "finish_wrap_up"})));
    assert_eq!(rig.driver_hears_request().await.0, 1);
}

#[tokio::test(start_paused = true)]
async fn a_full_inbox_is_overloaded_and_the_session_lives_on() {
    let mut rig = Rig::with_inbox(Limits::default(), 1);
    rig.opens(&bob()).await;
    rig.sends(&request(1, &json!({"name": "finish_wrap_up"})));
    rig.sends(&request(2, &json!({"name": "finish_wrap_up"})));
    let refusal = rig.message().await;
    assert_eq!((&refusal["id"], &refusal["error"]["code"]), (&json!(2), &json!("overloaded")));
    assert_eq!(rig.driver_hears_request().await.0, 1);
    rig.sends(&request(2, &json!({"name": "finish_wrap_up"})));
    assert_eq!(rig.driver_hears_request().await.0, 2);
}

#[tokio::test(start_paused = true)]
async fn a_hello_that_finds_no_room_is_overloaded() {
    let (sender, driver) = tokio::sync::mpsc::channel(1);
    sender.try_send(ToDriver::Closed { session: SessionId::random() }).unwrap();
    let mut rig = Rig::with_driver(Limits::default(), sender, driver);
    rig.sends(&hello(&alice()));
    rig.ends_with("overloaded", 1011).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_closed_at_the_bound_and_holds_no_more_than_it() {
    let mut rig = Rig::new();
    let (_, outbox) = rig.opens(&bob()).await;
    // Nothing is read from here on.
    let notice = Notice::CustomerLost { conversation: ConversationId(1) };
    let news = ServerMessage::Notice { cursor: 1, notice };
    let mut most = 0;
    while !outbox.is_closed() {
        outbox.send(&news);
        most = most.max(outbox.outstanding_bytes());
        assert!(most < 513_000, "{most}");
    }
    assert!(most > 500_000, "{most}");
    assert!(matches!(rig.driver_hears().await, ToDriver::Closed { .. }));
    // The first message was on its way already; after it only the end is written.
    let mut frame = rig.frame().await;
    if frame == Frame::Text(serde_json::to_string(&news).unwrap()) {
        frame = rig.frame().await;
    }
    let Frame::Text(text) = frame else { panic!("the error") };
    assert!(text.contains("slow_reader"), "{text}");
    assert_eq!(rig.frame().await, Frame::Close { code: 1008, reason: "slow_reader" });
    assert_eq!(rig.counters.snapshot().slow_readers, 1);
}

#[tokio::test(start_paused = true)]
async fn who_reads_nothing_at_all_is_gone_after_ten_seconds() {
    let mut rig = Rig::with(Limits { idle_timeout: Duration::from_hours(1), ..Limits::default() });
    let (_, outbox) = rig.opens(&bob()).await;
    let before = Instant::now();
    outbox.send(ServerMessage::Pong {});
    outbox.send(ServerMessage::Pong {});
    timeout(Duration::from_mins(1), &mut rig.session).await.unwrap().unwrap();
    assert!(before.elapsed() <= Duration::from_secs(12), "{:?}", before.elapsed());
    assert_eq!(rig.counters.snapshot().slow_readers, 1);
}

#[tokio::test(start_paused = true)]
async fn last_words_do_not_keep_a_dead_socket() {
    let mut rig = Rig::new();
    let (_, outbox) = rig.opens(&bob()).await;
    outbox.send(ServerMessage::Pong {});
    outbox.close(signaling::protocol::Fault::ShuttingDown);
    let before = Instant::now();
    timeout(Duration::from_mins(1), &mut rig.session).await.unwrap().unwrap();
    assert!(before.elapsed() <= Duration::from_secs(3), "{:?}", before.elapsed());
}
